//! The same storage settings written for another home, and read back from what was rendered of them. Pure: it opens no file and prints nothing.

pub mod flags;
mod home;
pub mod restore;
mod text;

pub use home::{Home, fitted};
pub use text::{Document, find};

use serde_json::{Value as Json, json};

use crate::schema::STORAGE_PATH;
use crate::yaml;

/// A text that can't be written for a home.
#[derive(Debug, thiserror::Error)]
pub enum NotWritable {
    /// A shell takes no such argument.
    #[error("registry.storage holds a zero byte, which no shell can pass on")]
    Zero,
}

/// Settings, and what is to be said about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Storage {
    /// The tree under `registry.storage`.
    pub tree: Json,
    /// What it does not hold and why, a sentence each without a full stop; no secrets.
    pub notes: Vec<String>,
}

/// Writes settings for a home: a YAML document with the notes as comments on top, or flags for a shell, which have no place for notes.
///
/// # Errors
/// [`NotWritable`].
pub fn write(storage: &Storage, home: Home, name: &str) -> Result<String, NotWritable> {
    let storage = fitted(storage, home);
    if home == Home::Set {
        return flags::shell(&flags::of(&storage.tree));
    }
    Ok(commented(&storage.notes) + &yaml::to_yaml(&wrapped(&storage.tree, home, name)))
}

/// Notes as lines of comments.
fn commented(notes: &[String]) -> String {
    notes
        .iter()
        .map(|note| format!("# {}.\n", crate::output::one_line(note)))
        .collect()
}

/// A storage tree in the document that its home wants.
fn wrapped(tree: &Json, home: Home, name: &str) -> Json {
    let nested = STORAGE_PATH
        .iter()
        .rev()
        .fold(tree.clone(), |value, key| json!({ *key: value }));
    match home {
        Home::Cr => json!({
            "apiVersion": "msr.mirantis.com/v1",
            "kind": "MSR",
            "metadata": {"name": name},
            "spec": nested,
        }),
        _ => nested,
    }
}
