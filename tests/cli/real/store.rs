//! Real stores on 127.0.0.1, one function a backend: what runs, the settings that reach it, and a secret that must not.

mod azure;
mod gcs;
mod oss;
pub(crate) mod s3;
mod swift;

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::server::Server;
use crate::support::tools::root;

/// A running store and how to reach it.
pub(crate) struct Store {
    /// The backend's name in the values.
    pub(crate) backend: &'static str,
    /// Its block.
    pub(crate) block: Map<String, Value>,
    /// A secret field and a value that the store does not know.
    pub(crate) wrong: Option<(&'static str, String)>,
    /// What the registry or its client say when the store refuses that, one of these.
    pub(crate) refusals: &'static [&'static str],
    /// Variables of the registry's process that lead it to 127.0.0.1 instead of the cloud; no setting of storage.
    pub(crate) network: Vec<(String, String)>,
    /// Entries of the chart's `registry.extraEnv`: what 3.0.0 needs that MSR's fields do not have.
    pub(crate) extra: Vec<(&'static str, String)>,
    /// The processes.
    pub(crate) servers: Vec<Server>,
}

impl Store {
    /// The store of a backend.
    #[track_caller]
    pub(crate) fn of(backend: &str) -> Self {
        match backend {
            "persistentVolume" => volume(),
            "s3" => s3::start(),
            "azure" => azure::start(),
            "gcs" => gcs::start(),
            "swift" => swift::start(),
            "oss" => oss::start(),
            other => panic!("no store for {other}"),
        }
    }

    /// The values of a release on it: the chart's, with another block if need be.
    pub(crate) fn values(&self, block: &Map<String, Value>) -> Value {
        let extra: Vec<_> = self
            .extra
            .iter()
            .map(|(name, value)| json!({"name": name, "value": value}))
            .collect();
        json!({"registry": {
            "extraEnv": extra,
            "storage": {"backend": self.backend, self.backend: block},
        }})
    }

    /// What a release on it is given beyond MSR's fields, for the proof's table.
    pub(crate) fn set_by_hand(&self) -> String {
        let variables: Vec<_> = self
            .extra
            .iter()
            .map(|(name, value)| format!("`{name}={value}`"))
            .collect();
        if variables.is_empty() {
            "nothing".to_owned()
        } else {
            variables.join(", ")
        }
    }

    /// The block with its secret replaced by the wrong one.
    pub(crate) fn wrong_block(&self) -> Option<Map<String, Value>> {
        let (field, value) = self.wrong.clone()?;
        let mut block = self.block.clone();
        block.insert(field.to_owned(), value.into());
        Some(block)
    }
}

/// A claim is a folder that outlives the registry; there is no secret.
fn volume() -> Store {
    Store {
        backend: "persistentVolume",
        block: block(json!({"storageClass": "nfs", "accessMode": "ReadWriteMany", "size": "30Gi"})),
        wrong: None,
        refusals: &[],
        network: Vec::new(),
        extra: Vec::new(),
        servers: Vec::new(),
    }
}

/// A script of tests/real/stores.
fn script(name: &str) -> PathBuf {
    root().join("tests/real/stores").join(name)
}

fn block(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("a block is a mapping: {other}"),
    }
}
