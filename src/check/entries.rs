//! The entries of a text by its lines and their indentation: how far each reaches. It knows no YAML beyond that.

use std::ops::Range;

use crate::output::position::line_end;

/// The lines of a text, looked through once for all questions.
pub struct Entries {
    lines: Vec<Line>,
}

struct Line {
    bytes: Range<usize>,
    /// The first line from here on that has content.
    filled: Option<usize>,
    /// The last line of the entry that begins here.
    last: usize,
}

impl Entries {
    /// Those of a text.
    pub fn of(text: &str) -> Self {
        let mut lines: Vec<Line> = ranges(text)
            .map(|bytes| Line {
                bytes,
                filled: None,
                last: 0,
            })
            .collect();
        let end = lines.len().saturating_sub(1);
        // Lines below that no line between is as far out as, the nearest last.
        let mut below: Vec<(usize, usize)> = Vec::new();
        let mut filled = None;
        for number in (0..lines.len()).rev() {
            let content = text.get(lines[number].bytes.clone()).unwrap_or_default();
            if let Some(level) = level(content) {
                while below.last().is_some_and(|(_, deeper)| *deeper > level) {
                    below.pop();
                }
                lines[number].last = below.last().map_or(end, |(next, _)| next - 1);
                below.push((number, level));
                filled = Some(number);
            }
            lines[number].filled = filled;
        }
        Self { lines }
    }

    /// The bytes of the entry that a comment at `at` stands beside, or of the one below it.
    pub fn beside(&self, at: usize) -> Range<usize> {
        let after = self.lines.partition_point(|line| line.bytes.start <= at);
        let line = after.checked_sub(1).and_then(|line| self.lines.get(line));
        let entry = line.and_then(|line| self.lines.get(line.filled?));
        match entry {
            Some(entry) => {
                let start = entry.bytes.start;
                let last = self.lines.get(entry.last).unwrap_or(entry);
                start..last.bytes.end.max(start + 1)
            }
            None => at..at,
        }
    }
}

/// The lines of a text without their breaks.
fn ranges(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = Some(0);
    std::iter::from_fn(move || {
        let start = next.filter(|start| *start < text.len())?;
        let end = line_end(text, start);
        let length = if text[end..].starts_with("\r\n") {
            2
        } else {
            1
        };
        next = Some(end + length);
        Some(start..end)
    })
}

/// How far in a line begins; an item of a list is further in than the key above it that has no more indentation. `None` for a line
/// without content: blank, or a comment alone.
fn level(line: &str) -> Option<usize> {
    let content = line.trim_start();
    if content.is_empty() || content.starts_with('#') {
        return None;
    }
    let indent = line.len() - line.trim_start_matches(' ').len();
    Some(2 * indent + usize::from(content.starts_with("- ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The entries' extents, against looking down from each line.
    #[test]
    fn an_entry_ends_where_the_next_line_is_no_further_in() {
        let texts = [
            "a:\n  b: 1\n\n  c:\n  - d\n  - e: 1\n    f: 2\n# g\nh: 3\n",
            "- a\n- b:\n  - c\nd:\r\n  e: f\r\n\r\n",
            "x:\n      y:\n   z:\n  w:\n",
        ];
        for text in texts {
            let entries = Entries::of(text);
            let lines: Vec<_> = ranges(text).collect();
            for (number, line) in lines.iter().enumerate() {
                let Some(own) = level(&text[line.clone()]) else {
                    continue;
                };
                let below = lines[number + 1..].iter();
                let inside = below.take_while(|line| {
                    level(&text[(*line).clone()]).is_none_or(|level| level > own)
                });
                let end = inside.last().unwrap_or(line).end;
                assert_eq!(
                    entries.beside(line.start),
                    line.start..end,
                    "{text:?} {number}"
                );
            }
        }
    }
}
