//! The tree that is wanted: the document's own nodes, and what the edits put among them. It knows neither edits nor text.

use serde_json::Value;

use crate::yaml::node::{Kind, Node};

/// What is wanted at one place.
pub(super) enum Want<'a> {
    /// What is there.
    Old(&'a Node),
    /// Nothing is there, and nothing is wanted yet.
    Missing,
    /// A new value.
    New(Value),
    /// A mapping with edits inside.
    Map(WantMap<'a>),
    /// A sequence with edits inside.
    Seq(WantSeq<'a>),
}

/// A mapping as wanted. The old entries come first, in their order.
pub(super) struct WantMap<'a> {
    pub(super) entries: Vec<WantEntry<'a>>,
}

/// An entry, old or new.
pub(super) enum WantEntry<'a> {
    /// An entry of the document; `want` is `None` where it is to go.
    Old {
        key: &'a Node,
        value: &'a Node,
        want: Option<Want<'a>>,
    },
    /// An added entry.
    New { key: String, want: Want<'a> },
}

/// A sequence as wanted.
pub(super) struct WantSeq<'a> {
    pub(super) slots: Vec<Slot<'a>>,
    pub(super) appended: Vec<Value>,
}

/// An item of the document, and what is to stand before it.
pub(super) struct Slot<'a> {
    pub(super) before: Vec<Value>,
    pub(super) old: &'a Node,
    /// `None` where it is to go.
    pub(super) want: Option<Want<'a>>,
}

impl Want<'_> {
    /// The value where nothing old is left in it; what is old counts as null.
    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Old(_) | Self::Missing => Value::Null,
            Self::New(value) => value.clone(),
            Self::Map(map) => Value::Object(
                map.added()
                    .map(|(key, want)| (key.to_owned(), want.to_value()))
                    .collect(),
            ),
            Self::Seq(seq) => Value::Array(seq.added().cloned().collect()),
        }
    }
}

impl<'a> WantMap<'a> {
    pub(super) fn added(&self) -> impl Iterator<Item = (&str, &Want<'a>)> {
        self.entries.iter().filter_map(|entry| match entry {
            WantEntry::New { key, want } => Some((key.as_str(), want)),
            WantEntry::Old { .. } => None,
        })
    }

    /// Whether an old entry stays.
    pub(super) fn keeps_any(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry, WantEntry::Old { want: Some(_), .. }))
    }
}

impl WantSeq<'_> {
    pub(super) fn added(&self) -> impl Iterator<Item = &Value> {
        self.slots
            .iter()
            .flat_map(|slot| &slot.before)
            .chain(&self.appended)
    }

    /// Whether an old item stays.
    pub(super) fn keeps_any(&self) -> bool {
        self.slots.iter().any(|slot| slot.want.is_some())
    }
}

/// Whether a node holds nothing, so that it may become a mapping or a sequence: null, left out, `[]`, `{}`.
pub(super) fn is_empty(node: &Node) -> bool {
    match &node.kind {
        Kind::Sequence { items, .. } => items.is_empty(),
        Kind::Mapping { entries, .. } => entries.is_empty(),
        Kind::Scalar { .. } => node.is_null(),
        Kind::Alias(_) => false,
    }
}

pub(super) fn is_void(want: &Want<'_>) -> bool {
    match want {
        Want::Missing => true,
        Want::Old(node) => is_empty(node),
        _ => false,
    }
}
