//! Findings as text for people and for programs: one format a file, all from one [`Report`]. Nothing here judges, and no secret leaves it.

pub mod github;
pub mod human;
pub mod json;
pub mod line;
pub mod mask;
pub mod pages;
pub mod position;
pub mod report;
pub mod sarif;

pub use position::Position;
pub use report::Report;

use crate::diag::Severity;

/// A severity's word, the same in every format that lets us choose one.
pub fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A text on one line and without control characters, so that a name or a value can't forge output.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || is_special(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Characters that could reorder a terminal's line, or that [`human`] uses as marks.
fn is_special(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests;
