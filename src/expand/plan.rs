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

    /// Adds a new object, unless it is there already.
    pub fn add(&mut self, addition: Addition) {
        if !self
            .additions
            .iter()
            .any(|other| other.object == addition.object)
        {
            self.additions.push(addition);
        }
    }
}
