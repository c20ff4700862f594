//! Edits of one document's text: the tree that is wanted (`want`, made by `make`), where its differences stand (`plan`, `block`,
//! `flow`), the text put together (`splice`) and read once more (`check`). It changes no byte that an edit does not
//! mean, and returns no text that does not read as meant.

mod block;
mod check;
mod flow;
mod make;
mod plan;
mod splice;
mod want;

use serde_json::Value;

use super::node::{Node, Step};
use super::parse::{SyntaxError, parse_one};

/// One change of a document. Paths are those of the document before all edits.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Makes the value at `path` be `value`: replaces what is there, keeping as much of its text as is right already,
    /// or adds the key, and mappings for parents that are missing or empty.
    Set {
        /// The place; not the root.
        path: Vec<Step>,
        /// What is to be there.
        value: Value,
    },
    /// Adds an item at the end of a sequence, which is created where it is missing or empty.
    Append {
        /// The sequence.
        path: Vec<Step>,
        /// The item.
        value: Value,
    },
    /// Adds an item before the one that is at `index`, or at the end where `index` is the length.
    Insert {
        /// The sequence.
        path: Vec<Step>,
        /// The item's place.
        index: usize,
        /// The item.
        value: Value,
    },
    /// Removes a key or an item; a key that is not there is fine.
    Remove {
        /// The place; not the root.
        path: Vec<Step>,
    },
}

impl Edit {
    /// The place the edit is about: of `Append` and `Insert`, the sequence.
    #[must_use]
    pub fn path(&self) -> &[Step] {
        match self {
            Self::Set { path, .. }
            | Self::Append { path, .. }
            | Self::Insert { path, .. }
            | Self::Remove { path } => path,
        }
    }
}

/// Why a text was not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not one YAML document.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The edit can't be made without guessing or without changing another place.
    #[error("{path}: {reason}")]
    Refused {
        /// The place, such as `spec.containers[0].env`.
        path: String,
        /// What stands in the way.
        reason: Reason,
    },
    /// The edited text would not read as meant. A layout this module does not master.
    #[error("the text can't be edited here without changing what it means ({0})")]
    Layout(String),
}

/// What stands in the way of an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The path leads through `*alias`: the change would show elsewhere.
    #[error("the value is a YAML alias (*), which other places share")]
    Alias,
    /// The path leads into, or the edit would take away, a node that aliases refer to.
    #[error("the value is anchored (&) and used in other places")]
    Anchored,
    /// The key comes from, or would be hidden by, a merge.
    #[error("the key comes from a YAML merge (<<)")]
    Merged,
    /// A key of the path stands twice in its mapping.
    #[error("the key stands there more than once")]
    DuplicateKey,
    /// There is no such item.
    #[error("the list has no such item")]
    NoSuchItem,
    /// A key was asked of what is no mapping.
    #[error("this is not a mapping")]
    NotAMapping,
    /// An item was asked of what is no sequence.
    #[error("this is not a list")]
    NotASequence,
    /// Two edits of one call contradict each other.
    #[error("two edits contradict each other")]
    Conflict,
    /// The root can be neither replaced nor removed.
    #[error("the whole document can't be replaced")]
    Root,
}

/// The text with all edits made together. An edit that changes nothing changes no byte.
///
/// # Errors
/// [`EditError`] says why; the text is then to be left as it was.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, EditError> {
    apply_to(text, parse_one(text)?.as_ref(), edits)
}

/// The same for a text that was parsed before: `document` is what [`parse_one`] gave of it.
///
/// # Errors
/// As those of [`apply`].
pub fn apply_to(text: &str, document: Option<&Node>, edits: &[Edit]) -> Result<String, EditError> {
    let wanted = make::wanted(document, edits)?;
    let splices = plan::plan(text, document, &wanted);
    if splices.is_empty() {
        check::check_tree(document, &wanted).map_err(EditError::Layout)?;
        return Ok(text.to_owned());
    }
    let mut fault = "nothing was written".to_owned();
    for splice::Candidate { text, cut } in
        splice::candidates(text, splices).map_err(EditError::Layout)?
    {
        match check::check(&text, &wanted, cut) {
            Ok(()) => return Ok(text),
            Err(found) => fault = found,
        }
    }
    Err(EditError::Layout(fault))
}

#[cfg(test)]
#[path = "tests/mod.rs"]
mod tests;
