//! What to hide of a value flag's text (`a.b=c,d=e`). It knows the grammar just so far as it needs.

use std::ops::Range;

use super::words::is_public;

/// The bytes to hide; none of a flag that takes no values.
pub(super) fn hidden(name: &str, text: &str) -> Vec<Range<usize>> {
    if !takes_values(name) {
        return Vec::new();
    }
    let whole = name.contains("json") || name.contains("literal");
    let pieces = if whole {
        std::iter::once(0..text.len()).collect()
    } else {
        pieces(text)
    };
    pieces
        .into_iter()
        .filter_map(|piece| value(text, piece))
        .collect()
}

/// Whether a flag or a variable of this name holds values: `--set`, `--set-json`, `MSR_STORAGE_SET`.
fn takes_values(name: &str) -> bool {
    name.to_ascii_lowercase().replace('_', "-").contains("-set")
}

/// The assignments of a text: split at commas that no backslash escapes.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, c) in text.char_indices() {
        if c == ',' && !escaped {
            pieces.push(start..at);
            start = at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    pieces.push(start..text.len());
    pieces
}

/// The value of an assignment, or what seems a value's rest, unless it may be shown.
fn value(text: &str, piece: Range<usize>) -> Option<Range<usize>> {
    let body = &text[piece.clone()];
    let Some(equals) = body.find('=') else {
        return Some(piece).filter(|piece| !piece.is_empty());
    };
    let path = &body[..equals];
    let key = path.rsplit('.').next().unwrap_or(path);
    let key = key.split('[').next().unwrap_or(key);
    let value = piece.start + equals + 1..piece.end;
    let structured = body[equals + 1..].trim_start().starts_with(['{', '[']);
    (structured || !is_public(key))
        .then_some(value)
        .filter(|value| !value.is_empty())
}
