//! Tables that can be shared, as Go's maps are. They know keys and entries and no rule of merging.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::origin::Origin;
use crate::values::tree::{Node, Value};

/// A mapping; a clone is the same mapping.
#[derive(Clone)]
pub(super) struct Table(Rc<Inner>);

struct Inner {
    origin: Origin,
    key: Option<Origin>,
    entries: RefCell<IndexMap<String, Entry>>,
}

/// A value in a [`Table`].
#[derive(Clone)]
pub(super) enum Entry {
    /// A mapping.
    Table(Table),
    /// Anything else; Helm's merge never looks into a list.
    Leaf(Node),
}

impl Entry {
    fn of(node: &Node) -> Self {
        match &node.value {
            Value::Map(_) => Self::Table(Table::of(node)),
            _ => Self::Leaf(node.clone()),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Leaf(node) if node.value == Value::Null)
    }

    fn deep_copy(&self) -> Self {
        match self {
            Self::Table(table) => Self::Table(table.deep_copy()),
            Self::Leaf(node) => Self::Leaf(node.clone()),
        }
    }

    fn into_node(self) -> Node {
        match self {
            Self::Table(table) => table.to_node(),
            Self::Leaf(node) => node,
        }
    }
}

impl Table {
    pub(super) fn empty(origin: Origin) -> Self {
        Self(Rc::new(Inner {
            origin,
            key: None,
            entries: RefCell::default(),
        }))
    }

    /// A mapping with everything in it; an empty one for any other node.
    pub(super) fn of(node: &Node) -> Self {
        let entries = node.as_map().into_iter().flatten();
        Self(Rc::new(Inner {
            origin: node.origin.clone(),
            key: node.key.clone(),
            entries: RefCell::new(
                entries
                    .map(|(key, node)| (key.clone(), Entry::of(node)))
                    .collect(),
            ),
        }))
    }

    pub(super) fn to_node(&self) -> Node {
        let map = self
            .entries()
            .into_iter()
            .map(|(key, entry)| (key, entry.into_node()))
            .collect();
        let mut node = Node::new(Value::Map(map), self.origin());
        node.key.clone_from(&self.0.key);
        node
    }

    /// Whether both are the same mapping.
    pub(super) fn is(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    pub(super) fn origin(&self) -> Origin {
        self.0.origin.clone()
    }

    pub(super) fn get(&self, key: &str) -> Option<Entry> {
        self.0.entries.borrow().get(key).cloned()
    }

    pub(super) fn put(&self, key: &str, entry: Entry) {
        self.0.entries.borrow_mut().insert(key.to_owned(), entry);
    }

    pub(super) fn remove(&self, key: &str) {
        self.0.entries.borrow_mut().shift_remove(key);
    }

    /// The entries as they are now; mappings in them stay shared.
    pub(super) fn entries(&self) -> Vec<(String, Entry)> {
        let entries = self.0.entries.borrow();
        entries
            .iter()
            .map(|(key, entry)| (key.clone(), entry.clone()))
            .collect()
    }

    /// A copy that shares nothing.
    pub(super) fn deep_copy(&self) -> Self {
        self.copy(Entry::deep_copy)
    }

    /// A copy whose inner mappings are those of this one.
    pub(super) fn shallow_copy(&self) -> Self {
        self.copy(Clone::clone)
    }

    fn copy(&self, entry: impl Fn(&Entry) -> Entry) -> Self {
        let entries = self.0.entries.borrow();
        Self(Rc::new(Inner {
            origin: self.origin(),
            key: self.0.key.clone(),
            entries: RefCell::new(
                entries
                    .iter()
                    .map(|(key, value)| (key.clone(), entry(value)))
                    .collect(),
            ),
        }))
    }

    /// Removes nulls here and in the mappings below.
    pub(super) fn drop_nulls(&self) {
        let mut entries = self.0.entries.borrow_mut();
        entries.retain(|_, entry| !entry.is_null());
        for entry in entries.values() {
            if let Entry::Table(table) = entry {
                table.drop_nulls();
            }
        }
    }
}
