//! Edits inside block collections: whole lines that come and go. Comments on lines of their own stay.

use serde_json::Value;

use super::plan::{Planner, Spot};
use super::splice::{begins_line, line_start, next_line};
use super::want::{WantEntry, WantMap, WantSeq};
use crate::yaml::node::{Kind, Node, Style};
use crate::yaml::parse_spans::column;

/// An entry or item: where it begins (its key or dash) and ends.
struct Element {
    start: usize,
    end: usize,
    removed: bool,
    /// Whether it ends with a block scalar to which blank lines behind it belong.
    keeps_blank_lines: bool,
}

impl Planner<'_> {
    pub(super) fn block_mapping(
        &mut self,
        old: &Node,
        map: &WantMap<'_>,
        spot: Spot,
        depth: usize,
    ) {
        if !map.keeps_any() {
            let added = map
                .added()
                .map(|(key, want)| (key.to_owned(), want.to_value()))
                .collect();
            return self.replace(old, &Value::Object(added), spot, depth);
        }
        let column = column(self.text, old.span.start);
        let mut elements = Vec::new();
        for entry in &map.entries {
            let WantEntry::Old { key, value, want } = entry else {
                continue;
            };
            elements.push(Element {
                start: explicit_start(self.text, key.outer_start()),
                end: key.outer_end().max(value.outer_end()),
                removed: want.is_none(),
                keeps_blank_lines: keeps_blank_lines(self.text, value),
            });
            if let Some(want) = want {
                self.node(value, want, Spot::Colon(column), depth + 1);
            }
        }
        self.remove_lines(&elements, depth);
        let added = map
            .added()
            .map(|(key, want)| self.layout.entry(key, &want.to_value(), column))
            .collect();
        let end = next_line(self.text, old.outer_end());
        self.splice_lines(end..end, added, depth);
    }

    pub(super) fn block_sequence(
        &mut self,
        old: &Node,
        seq: &WantSeq<'_>,
        spot: Spot,
        depth: usize,
    ) {
        if !seq.keeps_any() {
            return self.replace(
                old,
                &Value::Array(seq.added().cloned().collect()),
                spot,
                depth,
            );
        }
        let column = column(self.text, old.span.start);
        let mut elements: Vec<Element> = Vec::new();
        for slot in &seq.slots {
            let start = slot.old.indicator.unwrap_or(slot.old.span.start);
            let before = slot
                .before
                .iter()
                .map(|value| self.layout.item(value, column))
                .collect();
            self.insert_item(start, &elements, before, depth);
            elements.push(Element {
                start,
                end: slot.old.outer_end().max(start + 1),
                removed: slot.want.is_none(),
                keeps_blank_lines: keeps_blank_lines(self.text, slot.old),
            });
            if let Some(want) = &slot.want {
                self.node(slot.old, want, Spot::Dash(column), depth + 1);
            }
        }
        self.remove_lines(&elements, depth);
        let added = seq
            .appended
            .iter()
            .map(|value| self.layout.item(value, column))
            .collect();
        let end = next_line(self.text, old.outer_end());
        self.splice_lines(end..end, added, depth);
    }

    /// New items before the one whose dash is at `dash`: after the item before it, so that a comment stays with the
    /// item that it stands above.
    fn insert_item(&mut self, dash: usize, previous: &[Element], lines: String, depth: usize) {
        // What shares its line with the dash of the sequence around it: the first item, and what moves up to its place.
        let first = previous.first().map_or(dash, |first| first.start);
        let moves_up =
            !begins_line(self.text, first) && previous.iter().all(|element| element.removed);
        if let (Some(previous), false) = (previous.last(), moves_up) {
            let at = next_line(self.text, previous.end);
            self.splice_lines(at..at, lines, depth);
        } else if !moves_up {
            let at = line_start(self.text, dash);
            self.splice_lines(at..at, lines, depth);
        } else if !lines.is_empty() {
            let indent = column(self.text, dash);
            self.splice(
                dash..dash,
                format!("{}{:indent$}", lines.trim_start(), ""),
                depth,
            );
        }
    }

    fn remove_lines(&mut self, elements: &[Element], depth: usize) {
        let mut done = 0;
        for (index, element) in elements.iter().enumerate() {
            if !element.removed || element.start < done {
                continue;
            }
            if begins_line(self.text, element.start) {
                let end = next_line(self.text, element.end);
                self.splice_lines(
                    line_start(self.text, element.start)..end,
                    String::new(),
                    depth,
                );
                let before = elements[..index].iter().rfind(|element| !element.removed);
                if before.is_some_and(|before| before.keeps_blank_lines) {
                    // They would become the block scalar's.
                    self.splice_lines(
                        end..self.skip_empty_lines(element.end),
                        String::new(),
                        depth,
                    );
                }
                continue;
            }
            // It shares its line with a dash: what comes next moves up to it, a comment too.
            done = self.skip_blank_lines(element.end);
            for next in &elements[index + 1..] {
                if next.removed && next.start == done {
                    done = self.skip_blank_lines(next.end);
                }
            }
            self.splice(element.start..done, "", depth);
        }
    }

    /// The next line that is not empty, or the end.
    fn skip_empty_lines(&self, end: usize) -> usize {
        match self.skip_blank_lines(end) {
            at if at == self.text.len() => at,
            at => line_start(self.text, at),
        }
    }

    fn skip_blank_lines(&self, end: usize) -> usize {
        let next = next_line(self.text, end);
        let rest = self.text.get(next..).unwrap_or_default();
        next + rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len()
    }
}

/// Whether the last line of a node is one of a block scalar with `+`.
fn keeps_blank_lines(text: &str, node: &Node) -> bool {
    let last = node.last_leaf();
    let block = matches!(
        last.kind,
        Kind::Scalar {
            style: Style::Literal | Style::Folded,
            ..
        }
    );
    let header = text.get(last.span.clone()).unwrap_or_default();
    block
        && header
            .split_ascii_whitespace()
            .next()
            .is_some_and(|indicators| indicators.contains('+'))
}

/// Where the entry of a key begins: at its `?` if it has one.
fn explicit_start(text: &str, key: usize) -> usize {
    let before = text
        .get(..key)
        .unwrap_or_default()
        .trim_end_matches([' ', '\t']);
    if before.len() < key && before.ends_with('?') && begins_line(text, before.len() - 1) {
        before.len() - 1
    } else {
        key
    }
}
