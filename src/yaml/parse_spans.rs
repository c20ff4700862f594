//! Finds by the text alone what the parser's events leave vague: where an indicator stands, where a block scalar begins
//! and ends. It looks only at stretches where no value can stand.

use std::ops::Range;

/// The next byte at or after `from` that is neither white space nor part of a comment.
pub(super) fn skip_blank(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\r' | b'\n') => at += 1,
            Some(b'#') if at == 0 || matches!(bytes[at - 1], b' ' | b'\t' | b'\r' | b'\n') => {
                at += memchr::memchr2(b'\n', b'\r', &bytes[at..]).unwrap_or(bytes.len() - at);
            }
            Some(0xEF) if bytes[at..].starts_with("\u{feff}".as_bytes()) => at += 3,
            _ => return at,
        }
    }
}

/// As [`skip_blank`], also past tags and anchors.
pub(super) fn skip_properties(text: &str, from: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = skip_blank(text, from);
    while let Some(b'!' | b'&') = bytes.get(at) {
        let rest = &bytes[at..];
        let end = rest
            .iter()
            .position(|byte| byte.is_ascii_whitespace())
            .unwrap_or(rest.len());
        at = skip_blank(text, at + end);
    }
    at
}

/// The span of a block scalar from its header, found after `cursor`, to the end of its last line that counts, given the
/// span of its content (which the parser lets run on over blank lines and into the next line's indentation).
pub(super) fn block_scalar(text: &str, cursor: usize, content: &Range<usize>) -> Range<usize> {
    let start = skip_properties(text, cursor);
    let header_end = line_end(text, start);
    let header = text.get(start..header_end).unwrap_or_default();
    let indicators = header.split([' ', '\t']).next().unwrap_or_default();
    let end = if indicators.contains('+') {
        keep_end(text, content)
    } else {
        clip_end(text, content)
    };
    start..end.max(header_end)
}

/// Every blank line counts, but not the indentation of what follows.
fn keep_end(text: &str, content: &Range<usize>) -> usize {
    let raw = text.get(content.clone()).unwrap_or_default();
    let whole = raw.rfind('\n').map_or(0, |at| at + 1);
    let (lines, partial) = raw.split_at(whole);
    let kept = if is_indentation(partial, column(text, content.start)) {
        lines.len()
    } else {
        raw.len()
    };
    let before = text.get(..content.start + kept).unwrap_or_default();
    // Without content the parser's span may begin in the indentation of the next line.
    let before = if kept == 0 {
        before.trim_end_matches(' ')
    } else {
        before
    };
    before.len() - break_length(before)
}

/// The last line that has more than the indentation.
fn clip_end(text: &str, content: &Range<usize>) -> usize {
    let raw = text.get(content.clone()).unwrap_or_default();
    let indent = column(text, content.start);
    let mut end = raw.len();
    loop {
        let start = raw[..end].rfind('\n').map_or(0, |at| at + 1);
        let line = raw[start..end].trim_end_matches('\r');
        if !is_indentation(line, if start == 0 { 0 } else { indent }) {
            return content.start + start + line.len();
        }
        if start == 0 {
            return content.start
                - text.get(..content.start).map_or(0, |before| {
                    before.len() - before.trim_end_matches([' ', '\r', '\n']).len()
                });
        }
        end = start - 1;
    }
}

fn is_indentation(line: &str, indent: usize) -> bool {
    line.len() <= indent && line.bytes().all(|byte| byte == b' ')
}

fn break_length(before: &str) -> usize {
    if before.ends_with("\r\n") {
        2
    } else {
        usize::from(before.ends_with(['\n', '\r']))
    }
}

/// The column of an offset in characters, from 0.
pub(super) fn column(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    before[start..]
        .trim_start_matches('\u{feff}')
        .chars()
        .count()
}

/// Where the line of an offset ends, its line break not counted.
pub(super) fn line_end(text: &str, offset: usize) -> usize {
    let bytes = text.as_bytes();
    memchr::memchr2(b'\n', b'\r', bytes.get(offset..).unwrap_or_default())
        .map_or(text.len(), |at| offset + at)
}
