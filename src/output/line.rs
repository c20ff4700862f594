//! Findings as plain text, one a line, for places that show nothing else: Helm 4's error, a log. It shows no source text.

use super::{Position, one_line, word};
use crate::diag::Diagnostic;
use crate::origin::Origin;

/// One line a finding: `error[code] file:line:column: message; help: what to do`. No line break at the end.
pub fn render(diagnostics: &[Diagnostic]) -> String {
    let lines: Vec<String> = diagnostics.iter().map(diagnostic).collect();
    lines.join("\n")
}

fn diagnostic(found: &Diagnostic) -> String {
    let mut line = format!("{}[{}]", word(found.severity), found.rule.code);
    if let Some(origin) = &found.place {
        line += &format!(" {}", place(origin));
    }
    line += &format!(": {}", one_line(&found.message));
    if let Some(help) = &found.help {
        line += &format!("; help: {}", one_line(help));
    }
    line
}

/// A place on one line: `values.yaml:3:5`, or the flag's name.
pub fn place(origin: &Origin) -> String {
    let name = one_line(&origin.source.name);
    match Position::of(origin) {
        Some(at) if super::human::has_lines(origin) => format!("{name}:{}:{}", at.line, at.column),
        _ => name,
    }
}
