//! The homes that settings can have, and what each wants of them. It writes no text.

use serde_json::Value as Json;

use super::Storage;
use crate::rules::s3::is_aws_endpoint;
use crate::schema::{BACKENDS, Field};

/// Where settings live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Home {
    /// Helm values
    Helm,
    /// Helm's --set flags, for a shell
    Set,
    /// An MSR custom resource
    Cr,
    /// The values.yaml of a Swarm cluster
    Swarm,
}

/// A field that a home wants otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Change {
    /// The backend's block.
    pub(super) block: &'static str,
    /// The field.
    pub(super) field: &'static str,
    /// Its value; none where it goes.
    pub(super) value: Option<Json>,
}

/// The settings as a home wants them, with a note on what it can't hold.
pub fn fitted(storage: &Storage, home: Home) -> Storage {
    let mut storage = storage.clone();
    for change in changes(&storage.tree, home) {
        storage.notes.extend(note(&storage.tree, &change, home));
        let block = storage.tree.get_mut(change.block);
        let Some(block) = block.and_then(Json::as_object_mut) else {
            continue;
        };
        match change.value {
            Some(value) => {
                block.insert(change.field.to_owned(), value);
            }
            None => {
                block.shift_remove(change.field);
            }
        }
    }
    storage
}

/// What a home wants otherwise: version 4 signatures are a rule of Kubernetes on AWS, and a Secret is Kubernetes' as Helm deploys it.
pub(super) fn changes(tree: &Json, home: Home) -> Vec<Change> {
    let mut changes = Vec::new();
    let s3 = &tree["s3"];
    let on_aws = match s3["regionendpoint"].as_str() {
        None | Some("") => true,
        Some(endpoint) => is_aws_endpoint(endpoint),
    };
    if tree["backend"] == "s3" && s3.is_object() && on_aws {
        let v4auth = |value| Change {
            block: "s3",
            field: "v4auth",
            value,
        };
        let is_on = s3["v4auth"] == true;
        match home {
            Home::Swarm if is_on => changes.push(v4auth(None)),
            Home::Helm | Home::Set | Home::Cr if !is_on => changes.push(v4auth(Some(true.into()))),
            _ => {}
        }
    }
    if matches!(home, Home::Cr | Home::Swarm) {
        let named = BACKENDS
            .into_iter()
            .filter(|backend| !tree[backend.name][Field::EXISTING_SECRET_NAME].is_null());
        changes.extend(named.map(|backend| Change {
            block: backend.name,
            field: Field::EXISTING_SECRET_NAME,
            value: None,
        }));
    }
    changes
}

/// What is lost by a change.
pub(super) fn note(tree: &Json, change: &Change, home: Home) -> Option<String> {
    if change.field != Field::EXISTING_SECRET_NAME {
        let was_off = tree[change.block][change.field] == false;
        return was_off.then(|| {
            "registry.storage.s3.v4auth: it was false, and Kubernetes on AWS needs true".to_owned()
        });
    }
    let home = match home {
        Home::Cr => "a custom resource",
        _ => "Swarm",
    };
    let secret = tree[change.block][change.field].as_str()?;
    Some(format!(
        "registry.storage.{}: {home} takes no existingSecret; the secret fields lie in the Secret {secret}, and are to be written here",
        change.block
    ))
}
