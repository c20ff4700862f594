//! Byte offsets as lines and columns. It reads no YAML.

use crate::origin::Origin;

/// Where a span lies, as people and programs count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line of the first character, from 1.
    pub line: usize,
    /// Column of the first character, from 1, in characters (Unicode scalar values).
    pub column: usize,
    /// Line of the character after the last, from 1.
    pub end_line: usize,
    /// Column of the character after the last, from 1.
    pub end_column: usize,
    /// Byte of the first character, from 0.
    pub start: usize,
    /// Byte after the last character.
    pub end: usize,
}

impl Position {
    /// The place of an origin; none where only the source is known.
    pub fn of(origin: &Origin) -> Option<Self> {
        if origin.span == (0..0) {
            return None;
        }
        let text = &origin.source.text;
        let start = text.floor_char_boundary(origin.span.start);
        let end = text.floor_char_boundary(origin.span.end).max(start);
        let (line, column) = line_column(text, start);
        let (end_line, end_column) = line_column(text, end);
        Some(Self {
            line,
            column,
            end_line,
            end_column,
            start,
            end,
        })
    }
}

/// Line and column of a byte offset, both from 1; a line ends with `\n`, `\r\n` or a lone `\r`, a byte order mark has no column.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let start = line_start(text, before.len());
    let line = before
        .char_indices()
        .filter(|&(at, c)| breaks(text, at, c))
        .count()
        + 1;
    let column = before.get(start..).unwrap_or_default();
    (
        line,
        column.trim_start_matches('\u{feff}').chars().count() + 1,
    )
}

/// Whether a line ends with the character at `at`.
fn breaks(text: &str, at: usize, c: char) -> bool {
    c == '\n' || (c == '\r' && text.as_bytes().get(at + 1) != Some(&b'\n'))
}

/// The first byte of the line that `offset` lies in.
pub fn line_start(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before
        .char_indices()
        .rev()
        .find(|&(at, c)| breaks(text, at, c))
        .map_or(0, |(at, _)| at + 1)
}

/// The byte after the last of the line that `offset` lies in, its line break not counted.
pub fn line_end(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    offset + rest.find(['\n', '\r']).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_every_way_and_columns_count_characters() {
        let text = "\u{feff}a: 1\r\nbücher: 2\rc: 3\nd";
        let at = |needle: &str| line_column(text, text.find(needle).unwrap());
        assert_eq!(at("a: 1"), (1, 1));
        assert_eq!(at("2"), (2, 9));
        assert_eq!(at("c: 3"), (3, 1));
        assert_eq!(at("d"), (4, 1));
        assert_eq!(line_column(text, text.len()), (4, 2));
    }

    #[test]
    fn a_line_is_cut_without_its_break() {
        let text = "one\r\ntwo\r\n";
        assert_eq!(&text[line_start(text, 6)..line_end(text, 6)], "two");
        assert_eq!(&text[line_start(text, 0)..line_end(text, 0)], "one");
    }
}
