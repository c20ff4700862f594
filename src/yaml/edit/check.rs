//! The last look: the edited text is read again and must be the wanted tree. It shares the parser's misreadings, so tests
//! compare with Kubernetes' own parser as well.

use std::collections::HashMap;

use serde_json::Value;

use super::want::{Want, WantEntry};
use crate::yaml::node::{Kind, Node, Style};
use crate::yaml::parse::parse_one;
use crate::yaml::to_json;

/// Whether `text` reads as wanted; else a word on why not. Where its last line break was cut off, no block scalar may be
/// the last value: not every reader would give it its line break back.
pub(super) fn check(text: &str, wanted: &Want<'_>, cut: bool) -> Result<(), String> {
    let document = parse_one(text).map_err(|error| error.to_string())?;
    let last = document.as_ref().map(|root| &root.last_leaf().kind);
    if cut
        && matches!(
            last,
            Some(Kind::Scalar {
                style: Style::Literal | Style::Folded,
                ..
            })
        )
    {
        return Err("a block scalar would end without a line break".to_owned());
    }
    check_tree(document.as_ref(), wanted)
}

/// Whether a document is as wanted.
pub(super) fn check_tree(document: Option<&Node>, wanted: &Want<'_>) -> Result<(), String> {
    let same = match document {
        Some(root) => Reading::default().same(wanted, root),
        None => matches!(wanted, Want::Missing),
    };
    if same {
        Ok(())
    } else {
        Err("it would read otherwise".to_owned())
    }
}

/// The anchors met so far: old number to new number.
#[derive(Default)]
struct Reading {
    anchors: HashMap<usize, usize>,
}

impl Reading {
    fn same(&mut self, wanted: &Want<'_>, found: &Node) -> bool {
        match wanted {
            Want::Missing => false,
            Want::Old(node) => self.same_node(node, found),
            Want::New(value) => is_value(value, found),
            Want::Map(map) => {
                let wanted: Vec<_> = map
                    .entries
                    .iter()
                    .filter(|entry| !matches!(entry, WantEntry::Old { want: None, .. }))
                    .collect();
                is_mapping(found, map.entries.is_empty())
                    && wanted.len() == found.entries().len()
                    && wanted
                        .iter()
                        .zip(found.entries())
                        .all(|(wanted, (key, value))| match wanted {
                            WantEntry::Old {
                                key: old,
                                want: Some(want),
                                ..
                            } => self.same_node(old, key) && self.same(want, value),
                            WantEntry::Old { want: None, .. } => false,
                            WantEntry::New { key: name, want } => {
                                key.is_key(name) && self.same(want, value)
                            }
                        })
            }
            Want::Seq(seq) => {
                let mut items = found.items().iter();
                let slots = seq.slots.iter().all(|slot| {
                    slot.before
                        .iter()
                        .all(|value| items.next().is_some_and(|item| is_value(value, item)))
                        && slot.want.as_ref().is_none_or(|want| {
                            items.next().is_some_and(|item| self.same(want, item))
                        })
                });
                slots
                    && seq
                        .appended
                        .iter()
                        .all(|value| items.next().is_some_and(|item| is_value(value, item)))
                    && items.next().is_none()
                    && is_sequence(found, seq.slots.is_empty() && seq.appended.is_empty())
            }
        }
    }

    /// What was not edited must be the same in writing, but for its place.
    fn same_node(&mut self, old: &Node, new: &Node) -> bool {
        let anchors = match (old.anchor(), new.anchor()) {
            (None, None) => true,
            (Some(old), Some(new)) => {
                self.anchors.insert(old.id, new.id);
                old.name == new.name
            }
            _ => false,
        };
        anchors
            && old.tag() == new.tag()
            && match (&old.kind, &new.kind) {
                (Kind::Alias(old), Kind::Alias(new)) => self.anchors.get(&old.id) == Some(&new.id),
                (
                    Kind::Sequence {
                        items: old,
                        flow: a,
                    },
                    Kind::Sequence {
                        items: new,
                        flow: b,
                    },
                ) => {
                    a == b
                        && old.len() == new.len()
                        && old
                            .iter()
                            .zip(new)
                            .all(|(old, new)| self.same_node(old, new))
                }
                (
                    Kind::Mapping {
                        entries: old,
                        flow: a,
                    },
                    Kind::Mapping {
                        entries: new,
                        flow: b,
                    },
                ) => {
                    a == b
                        && old.len() == new.len()
                        && old.iter().zip(new).all(|(old, new)| {
                            self.same_node(&old.0, &new.0) && self.same_node(&old.1, &new.1)
                        })
                }
                (old, new) => old == new,
            }
    }
}

/// An opened place that nothing was put into may be what it was before: null or empty.
fn is_mapping(found: &Node, untouched: bool) -> bool {
    matches!(found.kind, Kind::Mapping { .. }) || untouched && super::want::is_empty(found)
}

fn is_sequence(found: &Node, untouched: bool) -> bool {
    matches!(found.kind, Kind::Sequence { .. }) || untouched && super::want::is_empty(found)
}

fn is_value(value: &Value, found: &Node) -> bool {
    is_plainly(value, found) || to_json(found).is_ok_and(|found| found == *value)
}

/// Whether a node is a value as this program writes most: told without making JSON of it. No answer where it is not.
fn is_plainly(value: &Value, found: &Node) -> bool {
    match (value, &found.kind) {
        _ if found.properties.is_some() => false,
        (Value::Object(map), Kind::Mapping { entries, .. }) => {
            map.len() == entries.len()
                && map.iter().zip(entries).all(|((name, value), (key, item))| {
                    key.as_str() == Some(name) && !key.is_merge() && is_plainly(value, item)
                })
        }
        (Value::Array(values), Kind::Sequence { items, .. }) => {
            values.len() == items.len()
                && values
                    .iter()
                    .zip(items)
                    .all(|(value, item)| is_plainly(value, item))
        }
        (Value::String(text), Kind::Scalar { .. }) => found.as_str() == Some(text),
        _ => false,
    }
}
