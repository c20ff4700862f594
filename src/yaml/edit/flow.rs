//! Edits inside brackets and braces, on one line or over several, YAML or JSON. What it writes there is flow style.

use serde_json::Value;

use super::plan::{Planner, Spot, is_json, replaced_from};
use super::splice::{begins_line, ends_its_line, line_start, next_line, skip_spaces};
use super::want::{Want, WantEntry};
use crate::yaml::emit::{flow_entry, to_flow};
use crate::yaml::node::{Kind, Node, Style};
use crate::yaml::parse_spans::skip_blank;
use crate::yaml::quote::is_hidden;

/// An entry or item between two commas.
struct Element {
    start: usize,
    end: usize,
    /// What is to stand before it.
    before: Vec<String>,
    removed: bool,
}

impl Planner<'_> {
    /// A value inside brackets or braces.
    pub(super) fn replace_in_flow(&mut self, old: &Node, value: &Value, json: bool, depth: usize) {
        let text = flow_alike(old, value, json);
        let (start, end) = (replaced_from(old), old.outer_end());
        if start < end {
            self.splice(start..end, text, depth);
        } else if flow_end(self.text, old) > end {
            self.splice(end + 1..end + 1, text, depth);
        } else if old.indicator.is_some() || old.anchor().is_some() {
            self.splice(end..end, format!(" {text}"), depth);
        } else {
            self.splice(end..end, format!(": {text}"), depth);
        }
    }

    pub(super) fn flow_collection(
        &mut self,
        old: &Node,
        want: &Want<'_>,
        spot: Spot,
        depth: usize,
    ) {
        let json = is_json(old) || matches!(spot, Spot::Flow { json: true });
        let (elements, added) = elements(self.text, want, json);
        let adds = !added.is_empty() || elements.iter().any(|element| !element.before.is_empty());
        let removes = elements.iter().any(|element| element.removed);
        let braces = matches!(self.text.as_bytes().get(old.span.start), Some(b'[' | b'{'));
        let keeps = elements.iter().any(|element| !element.removed);
        if (adds || removes) && (adds && removes || !braces || !keeps) {
            let text = self.rewrite(want, json);
            return self.splice(old.span.clone(), text, depth);
        }
        self.inner(want, json, depth + 1);
        if removes {
            self.remove_elements(&elements, depth);
        }
        for element in elements.iter().filter(|element| !element.before.is_empty()) {
            let gap = self.gap(element);
            let text: String = element
                .before
                .iter()
                .map(|new| format!("{new},{gap}"))
                .collect();
            self.splice(element.start..element.start, text, depth);
        }
        if let (Some(last), false) = (elements.last(), added.is_empty()) {
            self.add_elements(last, &added, depth);
        }
    }

    /// The edits further inside.
    fn inner(&mut self, want: &Want<'_>, json: bool, depth: usize) {
        let spot = Spot::Flow { json };
        match want {
            Want::Map(map) => {
                for entry in &map.entries {
                    if let WantEntry::Old {
                        value,
                        want: Some(want),
                        ..
                    } = entry
                    {
                        self.node(value, want, spot, depth);
                    }
                }
            }
            Want::Seq(seq) => {
                for slot in &seq.slots {
                    if let Some(want) = &slot.want {
                        self.node(slot.old, want, spot, depth);
                    }
                }
            }
            _ => {}
        }
    }

    /// What separates an element from one before it.
    fn gap(&self, element: &Element) -> String {
        if begins_line(self.text, element.start) {
            let indent = self
                .text
                .get(line_start(self.text, element.start)..element.start)
                .unwrap_or_default();
            format!("\n{indent}")
        } else {
            " ".to_owned()
        }
    }

    fn comma_after(&self, element: &Element) -> Option<usize> {
        let at = skip_blank(self.text, element.end);
        (self.text.as_bytes().get(at) == Some(&b',')).then_some(at)
    }

    fn add_elements(&mut self, last: &Element, added: &[String], depth: usize) {
        let gap = self.gap(last);
        let comma = self.comma_after(last);
        let after = comma.map_or(last.end, |comma| comma + 1);
        if gap == " " || !ends_its_line(self.text, after) {
            let text: String = added.iter().map(|new| format!(",{gap}{new}")).collect();
            return self.splice(last.end..last.end, text, depth);
        }
        // On lines of their own, so that a comment stays beside what it is about.
        let indent = gap.trim_start_matches('\n');
        let end = next_line(self.text, after);
        let mut lines: Vec<_> = added
            .iter()
            .map(|new| format!("{indent}{new},\n"))
            .collect();
        if comma.is_none() {
            self.splice(last.end..last.end, ",", depth);
            if let Some(line) = lines.last_mut() {
                *line = line.replacen(",\n", "\n", usize::from(!line.is_empty()));
            }
        }
        self.splice_lines(end..end, lines.concat(), depth);
    }

    /// Takes elements out with one comma each. At least one stays.
    fn remove_elements(&mut self, elements: &[Element], depth: usize) {
        let kept = elements
            .iter()
            .rposition(|element| !element.removed)
            .unwrap_or_default();
        for pair in elements[..=kept].windows(2) {
            if let [removed @ Element { removed: true, .. }, next] = pair {
                match self.own_lines(removed) {
                    Some(lines) => self.splice(lines, "", depth),
                    None => self.splice(removed.start..next.start, "", depth),
                }
            }
        }
        let (Some(stays), [first, .., last] | [first @ last]) =
            (elements.get(kept), &elements[kept + 1..])
        else {
            return;
        };
        let all_on_lines: Option<Vec<_>> = elements[kept + 1..]
            .iter()
            .map(|element| self.own_lines(element))
            .collect();
        match (all_on_lines, self.comma_after(stays)) {
            (Some(lines), Some(comma)) => {
                if self.comma_after(last).is_none() {
                    self.splice(comma..comma + 1, "", depth);
                }
                lines
                    .into_iter()
                    .for_each(|lines| self.splice(lines, "", depth));
            }
            (_, Some(comma))
                if self
                    .text
                    .get(comma..first.start)
                    .is_some_and(|between| between.contains('#')) =>
            {
                let end = self.comma_after(last).map_or(last.end, |comma| comma + 1);
                if end == last.end {
                    self.splice(comma..comma + 1, "", depth);
                }
                self.splice(first.start..end, "", depth);
            }
            _ => self.splice(stays.end..last.end, "", depth),
        }
    }

    /// The lines of an element that has them for itself, its comma and comment included.
    fn own_lines(&self, element: &Element) -> Option<std::ops::Range<usize>> {
        let end = self
            .comma_after(element)
            .map_or(element.end, |comma| comma + 1);
        let own = begins_line(self.text, element.start)
            && ends_its_line(self.text, end)
            && skip_spaces(self.text, end) < self.text.len();
        own.then(|| line_start(self.text, element.start)..next_line(self.text, end))
    }

    /// A collection written anew, what stays in it as it was written.
    fn rewrite(&self, want: &Want<'_>, json: bool) -> String {
        match want {
            Want::Old(node) => self.raw(node.outer_start(), node.outer_end()),
            Want::New(value) => to_flow(value, json),
            Want::Missing => "null".to_owned(),
            Want::Map(map) => {
                let entries = map.entries.iter().filter_map(|entry| match entry {
                    WantEntry::New { key, want } => Some(flow_entry(key, &want.to_value(), json)),
                    WantEntry::Old { want: None, .. } => None,
                    WantEntry::Old {
                        key,
                        value,
                        want: Some(Want::Old(_)),
                    } => {
                        let entry =
                            self.raw(key.outer_start(), key.outer_end().max(value.outer_end()));
                        // A colon right before a comma is a part of the key to Go's reader.
                        Some(if entry.ends_with(':') {
                            entry + " null"
                        } else {
                            entry
                        })
                    }
                    WantEntry::Old {
                        key,
                        value,
                        want: Some(want),
                    } => {
                        let value = match want {
                            Want::New(new) => flow_alike(value, new, json),
                            _ => self.rewrite(want, json),
                        };
                        Some(format!(
                            "{}: {value}",
                            self.raw(key.outer_start(), key.outer_end())
                        ))
                    }
                });
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Want::Seq(seq) => {
                let mut items = Vec::new();
                for slot in &seq.slots {
                    items.extend(slot.before.iter().map(|value| to_flow(value, json)));
                    items.extend(slot.want.iter().map(|want| self.rewrite(want, json)));
                }
                items.extend(seq.appended.iter().map(|value| to_flow(value, json)));
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn raw(&self, start: usize, end: usize) -> String {
        // Splices have `\n` for the document's own line break.
        self.text
            .get(start..end)
            .unwrap_or_default()
            .replace("\r\n", "\n")
    }
}

/// Where a value ends; of one that was left out behind its colon, the blank counts as its place.
fn flow_end(text: &str, value: &Node) -> usize {
    let end = value.outer_end();
    let absent = value.indicator.is_some() && value.outer_start() == end && value.span.is_empty();
    if absent && text.as_bytes().get(end) == Some(&b' ') {
        end + 1
    } else {
        end
    }
}

/// A new value in the notation of the one it replaces.
fn flow_alike(old: &Node, value: &Value, json: bool) -> String {
    match (value.as_str(), &old.kind) {
        (
            Some(_),
            Kind::Scalar {
                style: Style::Double,
                ..
            },
        ) => to_flow(value, true),
        (
            Some(text),
            Kind::Scalar {
                style: Style::Single,
                ..
            },
        ) if !text.chars().any(is_hidden) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => to_flow(value, json || is_json(old)),
    }
}

/// The elements of a collection that are there, and the texts of those to be added at its end.
fn elements(text: &str, want: &Want<'_>, json: bool) -> (Vec<Element>, Vec<String>) {
    match want {
        Want::Map(map) => {
            let old = map.entries.iter().filter_map(|entry| match entry {
                WantEntry::Old { key, value, want } => Some(Element {
                    start: key.outer_start(),
                    end: key.outer_end().max(flow_end(text, value)),
                    before: Vec::new(),
                    removed: want.is_none(),
                }),
                WantEntry::New { .. } => None,
            });
            let added = map
                .added()
                .map(|(key, want)| flow_entry(key, &want.to_value(), json));
            (old.collect(), added.collect())
        }
        Want::Seq(seq) => {
            let old = seq.slots.iter().map(|slot| Element {
                start: slot.old.outer_start(),
                end: slot.old.outer_end(),
                before: slot
                    .before
                    .iter()
                    .map(|value| to_flow(value, json))
                    .collect(),
                removed: slot.want.is_none(),
            });
            (
                old.collect(),
                seq.appended
                    .iter()
                    .map(|value| to_flow(value, json))
                    .collect(),
            )
        }
        _ => (Vec::new(), Vec::new()),
    }
}
