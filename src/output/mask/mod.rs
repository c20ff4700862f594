//! Source lines fit to be shown: every value that is not known to be public becomes `***`. It never shows what it can't judge.
//!
//! It goes by what may be shown, not by what must be hidden: a secret under a key that nobody foresaw stays hidden.

mod document;
mod flags;
mod lines;
mod secrets;
mod words;

use std::ops::Range;
use std::sync::Arc;

pub use self::secrets::Secrets;

use self::document::Document;
use super::position::{line_end, line_start};
use crate::origin::{Origin, Source, SourceKind};

/// What stands for a hidden value, whatever its length.
pub const HIDDEN: &str = "***";

/// How much of a long line is shown before and after the start of the place, in bytes.
const BEFORE: usize = 80;
const AFTER: usize = 240;

/// One source line without its secrets, and the place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, without its line break.
    pub text: String,
    /// Bytes of `text`: the place, cut to this line.
    pub span: Range<usize>,
}

/// Makes excerpts; it keeps what it found out about a document for the next one.
#[derive(Default)]
pub struct Masker {
    last: Option<(Arc<Source>, Document)>,
}

impl Masker {
    /// The line that an origin begins on.
    pub fn excerpt(&mut self, origin: &Origin) -> Excerpt {
        let text = &origin.source.text;
        let start = text.floor_char_boundary(origin.span.start);
        let line = line_start(text, start)..line_end(text, start);
        let line = window(text, line, start);
        let end = origin.span.end.clamp(start, line.end.max(start));
        let hidden = self.hidden(origin, &line);
        cut(text, line, start..text.floor_char_boundary(end), &hidden)
    }

    /// The bytes of a line that must not be shown, in order.
    fn hidden(&mut self, origin: &Origin, line: &Range<usize>) -> Vec<Range<usize>> {
        let source = &origin.source;
        match source.kind {
            SourceKind::Flag | SourceKind::HelmFlag | SourceKind::Variable => {
                flags::hidden(&source.name, &source.text)
            }
            _ => match self.document(source, line.start) {
                Some(document) => document.hidden(&source.text, line),
                None => lines::hidden(&source.text, line),
            },
        }
    }

    /// The document that a byte lies in, if it parses; findings come in order, so that the last one read often serves again.
    fn document(&mut self, source: &Arc<Source>, offset: usize) -> Option<&Document> {
        let known = self.last.as_ref().is_some_and(|(of, document)| {
            Arc::ptr_eq(of, source) && document.range.contains(&offset)
        });
        if !known {
            let document = Document::around(&source.text, offset)?;
            self.last = Some((Arc::clone(source), document));
        }
        self.last.as_ref().map(|(_, document)| document)
    }
}

/// The part of a line around a place that is worth showing.
fn window(text: &str, line: Range<usize>, start: usize) -> Range<usize> {
    if line.len() <= BEFORE + AFTER {
        return line;
    }
    let from = text.floor_char_boundary(start.saturating_sub(BEFORE));
    let to = text.floor_char_boundary(start + AFTER);
    from.max(line.start)..to.min(line.end)
}

/// The line with `hidden` replaced, and the place in it.
fn cut(text: &str, line: Range<usize>, place: Range<usize>, hidden: &[Range<usize>]) -> Excerpt {
    let mut out = String::new();
    let mut span = None..None;
    let mut at = line.start;
    let mut put = |out: &mut String, piece: &str, from: usize, to: usize, whole: bool| {
        if span.start.is_none() && place.start < to.max(from + 1) {
            let inside = if whole {
                0
            } else {
                place.start.saturating_sub(from)
            };
            span.start = Some(out.len() + inside.min(piece.len()));
        }
        if span.end.is_none() && place.end <= to {
            let inside = if whole {
                piece.len()
            } else {
                place.end.saturating_sub(from)
            };
            span.end = Some(out.len() + inside.min(piece.len()));
        }
        out.push_str(piece);
    };
    for range in hidden {
        let range = range.start.max(at)..range.end.min(line.end);
        if range.is_empty() {
            continue;
        }
        put(&mut out, &text[at..range.start], at, range.start, false);
        put(&mut out, HIDDEN, range.start, range.end, true);
        at = range.end;
    }
    put(&mut out, &text[at..line.end], at, line.end, false);
    let start = span.start.unwrap_or(out.len());
    let end = span.end.unwrap_or(out.len()).max(start);
    Excerpt {
        text: out,
        span: start..end,
    }
}

#[cfg(test)]
mod tests;
