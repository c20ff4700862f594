//! The difference of a stream before and after the post-renderer, object by object, as a unified diff. No secret leaves it.
//!
//! Lines are compared as they are and shown masked: a changed key is seen to change, and not what it is.

mod mask;

use std::fmt::Write as _;

use clap::builder::styling::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use crate::expand::Plan;
use crate::output::human::Colour;
use crate::output::one_line;
use crate::workload::{Object, Stream};
use mask::Masker;

/// Lines that are shown around a change.
const CONTEXT: usize = 3;

/// The unified diff of `before` and `after`, which `plan` made of it; empty where nothing changed.
///
/// Each changed object has a header of its own; line numbers are those of the streams.
pub fn unified(before: &Stream, plan: &Plan, after: &Stream, colour: Colour) -> String {
    let masker = Masker::of(&[before, after]);
    let mut text = String::new();
    for change in changes(before, plan, after) {
        change.write(&masker, colour, &mut text);
    }
    text
}

/// A document's part of a stream.
#[derive(Default)]
struct Side {
    /// Its text.
    text: String,
    /// Its first line in the stream, from zero.
    line: usize,
}

/// One document that is not what it was.
struct Change {
    title: String,
    /// `added`, `removed`, or nothing.
    word: &'static str,
    old: Side,
    new: Side,
}

/// The documents that differ, in the order of the output: each old document has its new one, but for those that the plan adds and leaves out.
fn changes(before: &Stream, plan: &Plan, after: &Stream) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut next = 0;
    let (mut old_line, mut new_line) = (0, 0);
    for number in 0..before.documents.len() {
        let added = plan
            .additions
            .iter()
            .filter(|addition| addition.before == number);
        for _ in added {
            let new = side(after, next, &mut new_line);
            changes.push(Change {
                title: titles(after.objects(next), &[]),
                word: " (added)",
                old: Side {
                    line: old_line,
                    ..Side::default()
                },
                new,
            });
            next += 1;
        }
        let old = side(before, number, &mut old_line);
        if plan.removals.contains(&number) {
            changes.push(Change {
                title: titles(before.objects(number), &[]),
                word: " (removed)",
                old,
                new: Side {
                    line: new_line,
                    ..Side::default()
                },
            });
            continue;
        }
        let new = side(after, next, &mut new_line);
        if old.text != new.text {
            changes.push(Change {
                title: titles(before.objects(number), after.objects(next)),
                word: "",
                old,
                new,
            });
        }
        next += 1;
    }
    changes
}

fn side(stream: &Stream, number: usize, line: &mut usize) -> Side {
    let raw = stream
        .documents
        .get(number)
        .map(|document| document.raw())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(raw).into_owned();
    let side = Side { line: *line, text };
    *line += memchr::memchr_iter(b'\n', raw).count();
    side
}

/// The objects of a document that are not in the other; all where it holds none that is.
fn titles(objects: &[Object], others: &[Object]) -> String {
    let title = |object: &Object| one_line(&object.title());
    let changed: Vec<_> = objects
        .iter()
        .filter(|object| !others.iter().any(|other| other.value == object.value))
        .map(title)
        .collect();
    let all = || objects.iter().map(title).collect();
    let titles: Vec<_> = if changed.is_empty() { all() } else { changed };
    titles.join(", ")
}

impl Change {
    fn write(&self, masker: &Masker, colour: Colour, text: &mut String) {
        let diff = TextDiff::from_lines(&self.old.text, &self.new.text);
        let old = masker.lines(&self.old.text);
        let new = masker.lines(&self.new.text);
        let mut line = |style: Style, content: &str| {
            // Writing into a string never fails.
            let _ = match colour {
                Colour::On => writeln!(text, "{style}{content}{style:#}"),
                Colour::Off => writeln!(text, "{content}"),
            };
        };
        line(Style::new().bold(), &format!("{}{}", self.title, self.word));
        for group in diff.grouped_ops(CONTEXT) {
            let (Some(first), Some(last)) = (group.first(), group.last()) else {
                continue;
            };
            let header = format!(
                "@@ -{} +{} @@",
                range(self.old.line, first.old_range().start..last.old_range().end),
                range(self.new.line, first.new_range().start..last.new_range().end)
            );
            line(AnsiColor::Cyan.on_default(), &header);
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let (sign, style, lines, index) = match change.tag() {
                    ChangeTag::Equal => (' ', Style::new(), &new, change.new_index()),
                    ChangeTag::Delete => {
                        ('-', AnsiColor::Red.on_default(), &old, change.old_index())
                    }
                    ChangeTag::Insert => {
                        ('+', AnsiColor::Green.on_default(), &new, change.new_index())
                    }
                };
                let shown = index.and_then(|index| lines.get(index));
                line(
                    style,
                    &format!("{sign}{}", shown.map_or("", String::as_str)),
                );
                if change.missing_newline() {
                    line(Style::new(), "\\ No newline at end of file");
                }
            }
        }
    }
}

/// `start,count` as diff prints it: an empty range is named by the line before it.
fn range(offset: usize, lines: std::ops::Range<usize>) -> String {
    let start = offset + lines.start + usize::from(!lines.is_empty());
    match lines.len() {
        1 => start.to_string(),
        count => format!("{start},{count}"),
    }
}
