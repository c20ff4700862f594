//! What to hide of a line whose document does not parse: all but keys that are surely keys. It looks at one line alone.

use std::ops::Range;

use super::words::{is_key, is_public};

/// The bytes to hide.
pub(super) fn hidden(text: &str, line: &Range<usize>) -> Vec<Range<usize>> {
    let content = &text[line.clone()];
    let body = content.trim_start_matches([' ', '\t', '-', '{', '[', '"', '\'', '\u{feff}']);
    let start = line.start + content.len() - body.len();
    let end = line.start + content.trim_end().len();
    let Some(colon) = body.find(':') else {
        return some(start..end);
    };
    let key = body[..colon].trim_end_matches(['"', '\'', ' ']);
    if !is_key(key) {
        return some(start..end);
    }
    let rest = &body[colon + 1..];
    let value = start + colon + 1 + rest.len() - rest.trim_start().len();
    if is_public(key) && is_word(rest.trim()) {
        return Vec::new();
    }
    some(value..end)
}

fn some(range: Range<usize>) -> Vec<Range<usize>> {
    if range.is_empty() {
        Vec::new()
    } else {
        vec![range]
    }
}

/// One word, so that nothing else hides behind it.
fn is_word(value: &str) -> bool {
    value
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || ['-', '_', '.', '"', '\''].contains(&c))
}
