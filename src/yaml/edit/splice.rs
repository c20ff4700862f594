//! Pieces of text that take the place of others, and the text put together from them. It knows lines, not YAML.

use std::ops::Range;

/// A replacement in the text.
#[derive(Debug)]
pub(super) struct Splice {
    /// The bytes that go.
    pub(super) range: Range<usize>,
    /// What comes in their place, with `\n` as its line breaks.
    pub(super) text: String,
    /// Whether it is whole lines, to stand at a line's start.
    pub(super) lines: bool,
    /// How deep in the document its cause stands: of what goes to one place the deeper comes first.
    pub(super) depth: usize,
}

/// A spliced text to be tried.
pub(super) struct Candidate {
    pub(super) text: String,
    /// Whether its last line break was cut off, since the text before had none.
    pub(super) cut: bool,
}

/// The spliced text, in the order in which they are to be tried.
pub(super) fn candidates(text: &str, splices: Vec<Splice>) -> Result<Vec<Candidate>, String> {
    let whole = join(text, splices)?;
    let mut candidates = Vec::with_capacity(2);
    if !ends_line(text) && ends_line(&whole) {
        let cut = whole.strip_suffix('\n').unwrap_or(&whole);
        candidates.push(Candidate {
            text: cut.strip_suffix('\r').unwrap_or(cut).to_owned(),
            cut: true,
        });
    }
    candidates.push(Candidate {
        text: whole,
        cut: false,
    });
    Ok(candidates)
}

fn join(text: &str, mut splices: Vec<Splice>) -> Result<String, String> {
    splices.sort_by_key(|splice| {
        (
            splice.range.start,
            !splice.range.is_empty(),
            usize::MAX - splice.depth,
        )
    });
    let line_break = line_break(text);
    let mut joined = String::with_capacity(text.len() + 256);
    let mut done = 0;
    for splice in splices {
        let kept = text
            .get(done..splice.range.start)
            .ok_or("two changes meet in one place")?;
        joined.push_str(kept);
        done = splice.range.end;
        let mut new = splice.text.as_str();
        if splice.lines && !new.is_empty() && splice.range.start == text.len() && !ends_line(text) {
            joined.push_str(line_break);
            new = new.strip_suffix('\n').unwrap_or(new);
        }
        if line_break == "\n" {
            joined.push_str(new);
        } else {
            joined.push_str(&new.replace('\n', line_break));
        }
    }
    joined.push_str(text.get(done..).ok_or("a change beyond the end")?);
    Ok(joined)
}

/// The document's own line break: that of its first line.
fn line_break(text: &str) -> &'static str {
    match text.find('\n') {
        Some(at) if text[..at].ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Whether the text ends with a line break (or is empty).
pub(super) fn ends_line(text: &str) -> bool {
    text.is_empty() || text.ends_with('\n')
}

/// Where the line of an offset begins.
pub(super) fn line_start(text: &str, offset: usize) -> usize {
    text.get(..offset)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |at| at + 1)
}

/// Where the line after that of an offset begins.
pub(super) fn next_line(text: &str, offset: usize) -> usize {
    text.get(offset..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |at| offset + at + 1)
}

/// The first byte at or after an offset that is no space or tab.
pub(super) fn skip_spaces(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or_default();
    offset + rest.len() - rest.trim_start_matches([' ', '\t']).len()
}

/// Whether nothing but blanks stands before an offset on its line.
pub(super) fn begins_line(text: &str, offset: usize) -> bool {
    text.get(line_start(text, offset)..offset)
        .is_some_and(|before| {
            before
                .trim_start_matches('\u{feff}')
                .bytes()
                .all(|byte| byte == b' ' || byte == b'\t')
        })
}

/// Whether nothing but blanks and a comment stands after an offset on its line.
pub(super) fn ends_its_line(text: &str, offset: usize) -> bool {
    let at = skip_spaces(text, offset);
    match text.as_bytes().get(at) {
        None | Some(b'\r' | b'\n') => true,
        Some(b'#') => at > offset,
        Some(_) => false,
    }
}
