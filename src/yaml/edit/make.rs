//! Makes the wanted tree of a document and its edits. Here an edit is refused that would need a guess or change another
//! place; the text is not looked at.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::want::{Slot, Want, WantEntry, WantMap, WantSeq, is_empty, is_void};
use super::{Edit, EditError, Reason};
use crate::yaml::node::{Kind, Node, Step};
use crate::yaml::scalar::float_to_json;
use crate::yaml::value::{Anchors, part_to_json};

/// The document with the edits made.
pub(super) fn wanted<'a>(
    document: Option<&'a Node>,
    edits: &[Edit],
) -> Result<Want<'a>, EditError> {
    let maker = Maker::new(document);
    let mut root = document.map_or(Want::Missing, Want::Old);
    for (index, edit) in edits.iter().enumerate() {
        let made = if edits[..index].iter().any(|other| contradict(other, edit)) {
            Err(Reason::Conflict)
        } else {
            maker.make(&mut root, edit)
        };
        made.map_err(|reason| EditError::Refused {
            path: show(edit.path()),
            reason,
        })?;
    }
    Ok(root)
}

/// A value that is set or removed as a whole leaves no room for a second opinion about it or a part of it.
fn contradict(one: &Edit, other: &Edit) -> bool {
    let whole = |edit: &Edit| matches!(edit, Edit::Set { .. } | Edit::Remove { .. });
    let covers =
        |above: &Edit, below: &Edit| whole(above) && below.path().starts_with(above.path());
    one != other && (covers(one, other) || covers(other, one))
}

fn show(path: &[Step]) -> String {
    let mut shown = String::new();
    for step in path {
        if matches!(step, Step::Key(_)) && !shown.is_empty() {
            shown.push('.');
        }
        shown.push_str(&step.to_string());
    }
    shown
}

/// A value as it reads back: a float without a fraction is an integer to Kubernetes.
fn as_read(value: &Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => number
            .as_f64()
            .and_then(float_to_json)
            .unwrap_or_else(|| value.clone()),
        Value::Array(items) => items.iter().map(as_read).collect(),
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| (key.clone(), as_read(value)))
                .collect(),
        ),
        other => other.clone(),
    }
}

struct Maker<'a> {
    anchors: Anchors<'a>,
    /// The anchors that are used.
    aliased: HashSet<usize>,
}

impl<'a> Maker<'a> {
    fn new(document: Option<&'a Node>) -> Self {
        let mut aliased = HashSet::new();
        if let Some(root) = document {
            root.walk(&mut |node| {
                if let Kind::Alias(alias) = &node.kind {
                    aliased.insert(alias.id);
                }
            });
        }
        Self {
            anchors: document.map(Anchors::of).unwrap_or_default(),
            aliased,
        }
    }

    fn make(&self, root: &mut Want<'a>, edit: &Edit) -> Result<(), Reason> {
        match edit {
            Edit::Set { path, .. } | Edit::Remove { path } if path.is_empty() => Err(Reason::Root),
            Edit::Set { path, value } => self.put(self.place(root, path)?, &as_read(value)),
            Edit::Append { path, value } => {
                self.sequence(self.place(root, path)?)?
                    .appended
                    .push(as_read(value));
                Ok(())
            }
            Edit::Insert { path, index, value } => {
                let seq = self.sequence(self.place(root, path)?)?;
                let length = seq.slots.len();
                match seq.slots.get_mut(*index) {
                    Some(slot) => slot.before.push(as_read(value)),
                    None if *index == length => seq.appended.push(as_read(value)),
                    None => return Err(Reason::NoSuchItem),
                }
                Ok(())
            }
            Edit::Remove { path } => self.remove(root, path),
        }
    }

    /// The place of a path, made where it is missing.
    fn place<'w>(&self, root: &'w mut Want<'a>, path: &[Step]) -> Result<&'w mut Want<'a>, Reason> {
        let mut place = root;
        for step in path {
            place = match step {
                Step::Key(key) => self.entry(place, key)?,
                Step::Index(index) => {
                    let slot = self
                        .sequence(place)?
                        .slots
                        .get_mut(*index)
                        .ok_or(Reason::NoSuchItem)?;
                    slot.want.as_mut().ok_or(Reason::Conflict)?
                }
            };
        }
        Ok(place)
    }

    fn entry<'w>(&self, place: &'w mut Want<'a>, key: &str) -> Result<&'w mut Want<'a>, Reason> {
        let map = self.mapping(place)?;
        let index = match self.find(map, key, false)? {
            Some(index) => index,
            None => {
                map.entries.push(WantEntry::New {
                    key: key.to_owned(),
                    want: Want::Missing,
                });
                map.entries.len() - 1
            }
        };
        match &mut map.entries[index] {
            WantEntry::Old { want, .. } => want.as_mut().ok_or(Reason::Conflict),
            WantEntry::New { want, .. } => Ok(want),
        }
    }

    /// The entry of a key, if no merge has a say in it.
    fn find(&self, map: &WantMap<'a>, key: &str, remove: bool) -> Result<Option<usize>, Reason> {
        let mut found = None;
        let mut merged = None;
        for (index, entry) in map.entries.iter().enumerate() {
            let same = match entry {
                WantEntry::Old { key: node, .. } => self
                    .anchors
                    .follow(node)
                    .is_some_and(|node| node.is_key(key)),
                WantEntry::New { key: name, .. } => name == key,
            };
            if same && found.replace(index).is_some() {
                return Err(Reason::DuplicateKey);
            }
            if let WantEntry::Old {
                key: node, value, ..
            } = entry
                && node.is_merge()
                && self.merge_has(value, key)
            {
                merged = Some(index);
            }
        }
        if merged.is_some() && (remove || found < merged) {
            Err(Reason::Merged)
        } else {
            Ok(found)
        }
    }

    fn merge_has(&self, value: &'a Node, key: &str) -> bool {
        let sources = if value.items().is_empty() {
            std::slice::from_ref(value)
        } else {
            value.items()
        };
        !sources.iter().all(|source| {
            matches!(part_to_json(source, &self.anchors), Ok(Value::Object(map)) if !map.contains_key(key))
        })
    }

    fn mapping<'w>(&self, place: &'w mut Want<'a>) -> Result<&'w mut WantMap<'a>, Reason> {
        let entries = match place {
            Want::Missing => Some(Vec::new()),
            Want::Old(node) => Some(self.old_entries(node)?),
            _ => None,
        };
        if let Some(entries) = entries {
            *place = Want::Map(WantMap { entries });
        }
        match place {
            Want::Map(map) => Ok(map),
            _ => Err(Reason::Conflict),
        }
    }

    fn old_entries(&self, node: &'a Node) -> Result<Vec<WantEntry<'a>>, Reason> {
        self.may_enter(node)?;
        let old = |(key, value): &'a (Node, Node)| WantEntry::Old {
            key,
            value,
            want: Some(Want::Old(value)),
        };
        match &node.kind {
            _ if is_empty(node) => Ok(Vec::new()),
            Kind::Mapping { entries, .. } => Ok(entries.iter().map(old).collect()),
            _ => Err(Reason::NotAMapping),
        }
    }

    fn sequence<'w>(&self, place: &'w mut Want<'a>) -> Result<&'w mut WantSeq<'a>, Reason> {
        let slots = match place {
            Want::Missing => Some(Vec::new()),
            Want::Old(node) => Some(self.old_slots(node)?),
            _ => None,
        };
        if let Some(slots) = slots {
            *place = Want::Seq(WantSeq {
                slots,
                appended: Vec::new(),
            });
        }
        match place {
            Want::Seq(seq) => Ok(seq),
            _ => Err(Reason::Conflict),
        }
    }

    fn old_slots(&self, node: &'a Node) -> Result<Vec<Slot<'a>>, Reason> {
        self.may_enter(node)?;
        let slot = |old: &'a Node| Slot {
            before: Vec::new(),
            old,
            want: Some(Want::Old(old)),
        };
        match &node.kind {
            _ if is_empty(node) => Ok(Vec::new()),
            Kind::Sequence { items, .. } => Ok(items.iter().map(slot).collect()),
            _ => Err(Reason::NotASequence),
        }
    }

    fn may_enter(&self, node: &Node) -> Result<(), Reason> {
        match (&node.kind, node.anchor()) {
            (Kind::Alias(_), _) => Err(Reason::Alias),
            (_, Some(anchor)) if self.aliased.contains(&anchor.id) => Err(Reason::Anchored),
            _ => Ok(()),
        }
    }

    /// Nothing that is used elsewhere may go.
    fn may_drop(&self, node: &'a Node) -> Result<(), Reason> {
        let mut used = false;
        node.walk(&mut |part| {
            used |= part
                .anchor()
                .is_some_and(|anchor| self.aliased.contains(&anchor.id))
        });
        if used { Err(Reason::Anchored) } else { Ok(()) }
    }

    fn put(&self, place: &mut Want<'a>, value: &Value) -> Result<(), Reason> {
        match place {
            Want::Missing => *place = Want::New(value.clone()),
            Want::New(there) if there == value => {}
            Want::Old(node) => {
                let node = *node;
                if part_to_json(node, &self.anchors).is_ok_and(|there| there == *value) {
                    return Ok(());
                }
                self.may_drop(node)?;
                match (&node.kind, value) {
                    (Kind::Mapping { .. }, Value::Object(map)) if self.shares_keys(node, map) => {
                        self.put_entries(place, map)?;
                    }
                    (Kind::Sequence { items, .. }, Value::Array(values))
                        if self.is_prefix(items, values) =>
                    {
                        self.put_items(place, values)?;
                    }
                    _ => *place = Want::New(value.clone()),
                }
            }
            _ => return Err(Reason::Conflict),
        }
        Ok(())
    }

    /// Whether a mapping can become `map` entry by entry, so that what is right already stays as it is written.
    fn shares_keys(&self, node: &'a Node, map: &Map<String, Value>) -> bool {
        let mut names = HashSet::new();
        let plain = node.tag().is_none()
            && node.entries().iter().all(|(key, _)| {
                !key.is_merge()
                    && self
                        .anchors
                        .follow(key)
                        .and_then(Node::key)
                        .is_some_and(|name| names.insert(name))
            });
        plain && names.iter().any(|name| map.contains_key(name.as_ref()))
    }

    fn put_entries(&self, place: &mut Want<'a>, map: &Map<String, Value>) -> Result<(), Reason> {
        for entry in &mut self.mapping(place)?.entries {
            if let WantEntry::Old { key, want, .. } = entry
                && !self
                    .anchors
                    .follow(key)
                    .and_then(Node::key)
                    .is_some_and(|name| map.contains_key(name.as_ref()))
            {
                *want = None;
            }
        }
        map.iter()
            .try_for_each(|(key, value)| self.put(self.entry(place, key)?, value))
    }

    /// Whether a sequence can become `values` item by item: same length, or nothing but added items.
    fn is_prefix(&self, items: &'a [Node], values: &[Value]) -> bool {
        let same = |(item, value): (&'a Node, &Value)| {
            part_to_json(item, &self.anchors).is_ok_and(|there| there == *value)
        };
        !items.is_empty()
            && (items.len() == values.len()
                || items.len() < values.len() && items.iter().zip(values).all(same))
    }

    fn put_items(&self, place: &mut Want<'a>, values: &[Value]) -> Result<(), Reason> {
        let seq = self.sequence(place)?;
        seq.appended
            .extend(values.iter().skip(seq.slots.len()).cloned());
        for (slot, value) in seq.slots.iter_mut().zip(values) {
            self.put(slot.want.as_mut().ok_or(Reason::Conflict)?, value)?;
        }
        Ok(())
    }

    fn remove(&self, root: &mut Want<'a>, path: &[Step]) -> Result<(), Reason> {
        let Some((last, parents)) = path.split_last() else {
            return Err(Reason::Root);
        };
        let Some(place) = self.present(root, parents)? else {
            return Ok(());
        };
        match last {
            Step::Key(_) if is_void(place) => Ok(()),
            Step::Key(key) => {
                let map = self.mapping(place)?;
                let Some(index) = self.find(map, key, true)? else {
                    return Ok(());
                };
                match &mut map.entries[index] {
                    WantEntry::Old { value, want, .. } => {
                        self.may_drop(value)?;
                        *want = None;
                        Ok(())
                    }
                    WantEntry::New { .. } => Err(Reason::Conflict),
                }
            }
            Step::Index(index) => {
                let slot = self
                    .sequence(place)?
                    .slots
                    .get_mut(*index)
                    .ok_or(Reason::NoSuchItem)?;
                self.may_drop(slot.old)?;
                slot.want = None;
                Ok(())
            }
        }
    }

    /// The place of a path if it is there.
    fn present<'w>(
        &self,
        root: &'w mut Want<'a>,
        path: &[Step],
    ) -> Result<Option<&'w mut Want<'a>>, Reason> {
        let mut place = root;
        for step in path {
            if let Step::Key(key) = step
                && (is_void(place) || self.find(self.mapping(place)?, key, false)?.is_none())
            {
                return Ok(None);
            }
            place = self.place(place, std::slice::from_ref(step))?;
        }
        Ok(Some(place))
    }
}
