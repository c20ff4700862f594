//! Byte offsets as lines and columns. It reads no YAML.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use crate::origin::{Origin, Source};
use crate::yaml::LineIndex;

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
        let ((line, column), (end_line, end_column)) = lines_of(&origin.source, |lines| {
            (lines.position(text, start), lines.position(text, end))
        });
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

/// Asks for something in the lines of a source. Findings come source by source: the lines of the last few are kept.
fn lines_of<T>(source: &Arc<Source>, ask: impl FnOnce(&LineIndex) -> T) -> T {
    const KEPT: usize = 4;
    thread_local! {
        static KNOWN: RefCell<VecDeque<(Arc<Source>, LineIndex)>> = RefCell::default();
    }
    KNOWN.with_borrow_mut(|known| {
        let at = known.iter().position(|(of, _)| Arc::ptr_eq(of, source));
        let at = at.unwrap_or_else(|| {
            known.truncate(KEPT - 1);
            known.push_front((Arc::clone(source), LineIndex::new(&source.text)));
            0
        });
        ask(&known[at].1)
    })
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
        let lines = LineIndex::new(text);
        let at = |needle: &str| lines.position(text, text.find(needle).unwrap());
        assert_eq!(at("a: 1"), (1, 1));
        assert_eq!(at("2"), (2, 9));
        assert_eq!(at("c: 3"), (3, 1));
        assert_eq!(at("d"), (4, 1));
        assert_eq!(lines.position(text, text.len()), (4, 2));
    }

    #[test]
    fn a_line_is_cut_without_its_break() {
        let text = "one\r\ntwo\r\n";
        assert_eq!(&text[line_start(text, 6)..line_end(text, 6)], "two");
        assert_eq!(&text[line_start(text, 0)..line_end(text, 0)], "one");
    }
}
