//! Splits a stream of YAML documents by its bytes. It parses nothing and loses nothing: the raw parts joined are the
//! stream.

use std::ops::Range;

use memchr::memmem;

const MARK: &[u8] = b"---";
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// One document of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    stream: &'a [u8],
    range: Range<usize>,
    marker: Option<usize>,
}

impl<'a> Document<'a> {
    /// All bytes of the document: what stands before its `---` (a byte order mark, comments, directives), the `---`
    /// itself and everything up to the next document.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        &self.stream[self.range.clone()]
    }

    /// Byte offset of the document in the stream.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.range.start
    }

    /// The part of [`Document::raw`] after its `---`, or after the byte order mark where there is no `---`.
    #[must_use]
    pub fn body(&self) -> Range<usize> {
        let start = match self.marker {
            Some(at) => at + MARK.len() - self.range.start,
            None if self.raw().starts_with(BOM) => BOM.len(),
            None => 0,
        };
        start..self.range.len()
    }

    /// Whether the document begins with `---`.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.marker.is_some()
    }

    /// The line of the stream, from 1, on which the document begins. Counted anew on every call.
    #[must_use]
    pub fn first_line(&self) -> usize {
        memchr::memchr_iter(b'\n', &self.stream[..self.range.start]).count() + 1
    }
}

/// The documents of a stream, in order. A stream of nothing but white space and comments is one document; an empty one
/// has none. It splits only at `---` at a line's start with white space or the end behind it.
#[must_use]
pub fn split(stream: &[u8]) -> Vec<Document<'_>> {
    let mut documents = Vec::new();
    let (mut start, mut marker) = (0, None);
    for at in markers(stream) {
        let cut = if marker.is_none() && is_prefix(&stream[start..at]) {
            start
        } else {
            directives_before(stream, start, at)
        };
        if cut > start {
            documents.push(Document {
                stream,
                range: start..cut,
                marker,
            });
        }
        (start, marker) = (cut, Some(at));
    }
    if start < stream.len() {
        documents.push(Document {
            stream,
            range: start..stream.len(),
            marker,
        });
    }
    documents
}

fn markers(stream: &[u8]) -> impl Iterator<Item = usize> {
    let first = if stream.starts_with(BOM) {
        BOM.len()
    } else {
        0
    };
    let leading = stream[first..].starts_with(MARK).then_some(first);
    let others = memmem::find_iter(stream, b"\n---").map(|at| at + 1);
    leading.into_iter().chain(others).filter(|at| {
        matches!(
            stream.get(at + MARK.len()),
            None | Some(b' ' | b'\t' | b'\r' | b'\n')
        )
    })
}

/// Whether the lines before a stream's first `---` are its prefix and not a document of their own.
fn is_prefix(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    bytes.split(|byte| *byte == b'\n').all(|line| {
        let text = line.trim_ascii_start();
        text.is_empty() || text[0] == b'#' || line[0] == b'%'
    })
}

/// Where a document begins whose `---` stands at `marker`: there, or at its directives behind a `...`.
fn directives_before(stream: &[u8], start: usize, marker: usize) -> usize {
    let before = &stream[start..marker];
    let mut cut = None;
    let mut line_end = before.len();
    while line_end > 0 {
        let line_start = memchr::memrchr(b'\n', &before[..line_end - 1]).map_or(0, |at| at + 1);
        let line = before[line_start..line_end].trim_ascii_end();
        match line.first() {
            Some(b'%') => cut = Some(line_start),
            Some(b'.') if line.starts_with(b"...") => return cut.map_or(marker, |at| start + at),
            None | Some(b'#') => {}
            _ => break,
        }
        line_end = line_start;
    }
    marker
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(stream: &str) -> Vec<&str> {
        let documents = split(stream.as_bytes());
        let whole: Vec<u8> = documents
            .iter()
            .flat_map(|document| document.raw().to_vec())
            .collect();
        assert_eq!(whole, stream.as_bytes(), "nothing may be lost");
        documents
            .into_iter()
            .map(|document| std::str::from_utf8(document.raw()).unwrap())
            .collect()
    }

    #[test]
    fn splits_at_markers_and_nowhere_else() {
        for (stream, wanted) in [
            ("", vec![]),
            ("a: 1", vec!["a: 1"]),
            ("---\na: 1\n---\nb: 1\n", vec!["---\na: 1\n", "---\nb: 1\n"]),
            ("a: 1\r\n---\r\nb: 1", vec!["a: 1\r\n", "---\r\nb: 1"]),
            ("# c\n---\na: 1\n", vec!["# c\n---\na: 1\n"]),
            ("\u{feff}---\na: 1\n---", vec!["\u{feff}---\na: 1\n", "---"]),
            (
                "\u{feff}# c\n\n--- # d\na: 1\n",
                vec!["\u{feff}# c\n\n--- # d\na: 1\n"],
            ),
            (
                "---a: 1\n----\n ---\n--- |\n ---\n",
                vec!["---a: 1\n----\n ---\n", "--- |\n ---\n"],
            ),
            (
                "a: 1\n...\n%YAML 1.1\n# c\n---\nb: 1\n",
                vec!["a: 1\n...\n", "%YAML 1.1\n# c\n---\nb: 1\n"],
            ),
            ("%YAML 1.1\n---\na: 1\n", vec!["%YAML 1.1\n---\na: 1\n"]),
            ("---\n---\n", vec!["---\n", "---\n"]),
            ("---\tx\n", vec!["---\tx\n"]),
        ] {
            assert_eq!(parts(stream), wanted, "{stream:?}");
        }
    }

    #[test]
    fn knows_body_and_line() {
        let documents = split(b"\xEF\xBB\xBFa: 1\n--- b\n---\nc: \xFF\n");
        let bodies: Vec<_> = documents
            .iter()
            .map(|document| &document.raw()[document.body()])
            .collect();
        assert_eq!(bodies, [b"a: 1\n".as_slice(), b" b\n", b"\nc: \xFF\n"]);
        assert_eq!(
            documents
                .iter()
                .map(Document::first_line)
                .collect::<Vec<_>>(),
            [1, 2, 3]
        );
    }
}
