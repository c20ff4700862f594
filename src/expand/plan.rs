//! What is to change in a stream: edits of documents, new objects, documents to leave out. It changes nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::workload::Object;
use crate::yaml::{Edit, Step};

/// All that is to change.
#[derive(Debug, Default)]
pub struct Plan {
    /// Edits, by document; paths are those of the original document.
    pub edits: BTreeMap<usize, Vec<Edit>>,
    /// New objects, each to stand before a document.
    pub additions: Vec<Addition>,
    /// Documents to leave out.
    pub removals: BTreeSet<usize>,
}

/// A new object.
#[derive(Debug)]
pub struct Addition {
    /// The document that it is to stand before.
    pub before: usize,
    /// The item of that document that it is to stand before, where the document is a list: [`Object::prefix`].
    pub item: Vec<Step>,
    /// The object.
    pub object: Value,
    /// The path of the template that it counts to (`# Source:`), where the stream says so.
    pub template: Option<String>,
}

impl Plan {
    /// Sets a value, making what is missing on the way.
    pub fn set(&mut self, document: usize, path: Vec<Step>, value: impl Into<Value>) {
        self.edit(
            document,
            Edit::Set {
                path,
                value: value.into(),
            },
        );
    }

    /// Removes what stands at a path.
    pub fn remove(&mut self, document: usize, path: Vec<Step>) {
        self.edit(document, Edit::Remove { path });
    }

    /// Removes an item of a list of `length` items, or the list where nothing would be left in it. It comes after the appending.
    pub fn remove_item(&mut self, document: usize, list: Vec<Step>, index: usize, length: usize) {
        let appended = |edit: &Edit| matches!(edit, Edit::Append { path, .. } if *path == list);
        let edits = self.edits.get(&document);
        if length > 1 || edits.is_some_and(|edits| edits.iter().any(appended)) {
            let item = list.into_iter().chain([index.into()]).collect();
            self.remove(document, item);
        } else {
            self.remove(document, list);
        }
    }

    /// Removes a key of an object, with the mappings around it that hold nothing else: a run that does not need them must
    /// leave what a run that never made them leaves.
    pub fn prune(&mut self, object: &Object, keys: &[&str]) {
        let mut value = &*object.value;
        let mut first = 0;
        for (depth, key) in keys.iter().enumerate() {
            if value.as_object().is_some_and(|map| map.len() > 1) {
                first = depth;
            }
            value = &value[*key];
        }
        self.remove(object.document, object.path(keys[..=first].iter().copied()));
    }

    /// Appends to a list, making it where it is missing.
    pub fn append(&mut self, document: usize, path: Vec<Step>, value: impl Into<Value>) {
        self.edit(
            document,
            Edit::Append {
                path,
                value: value.into(),
            },
        );
    }

    /// Adds an edit, unless it stands there already: two workloads may size one claim.
    pub fn edit(&mut self, document: usize, edit: Edit) {
        let edits = self.edits.entry(document).or_default();
        if !edits.contains(&edit) {
            edits.push(edit);
        }
    }

    /// Leaves an object out: its document, or its item of a `List`.
    pub fn leave_out(&mut self, object: &Object) {
        if object.prefix.is_empty() {
            self.removals.insert(object.document);
        } else {
            self.remove(object.document, object.prefix.clone());
        }
    }

    /// Adds a new object, unless one of its kind, name and namespace was added: two workloads of one name share a claim.
    pub fn add(&mut self, addition: Addition) {
        let identity = |object: &Value| {
            let metadata = &object["metadata"];
            [&object["kind"], &metadata["name"], &metadata["namespace"]].map(Value::clone)
        };
        let added = identity(&addition.object);
        if !self
            .additions
            .iter()
            .any(|other| identity(&other.object) == added)
        {
            self.additions.push(addition);
        }
    }
}
