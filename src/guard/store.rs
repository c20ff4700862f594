//! The store that a rendered registry keeps its images in: enough to tell one from another. It knows no secrets.

use std::fmt;

use serde_json::Value;

use super::{environment, place, spelling};
use crate::schema::{Backend, STORAGE_PATH};
use crate::workload::rendered;
use crate::workload::{Container, Object, Stream, Workload};

/// A store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    backend: &'static str,
    /// Name and value of what tells it from another of its backend, in the table's order; what is left to a default is not here.
    parts: Vec<(&'static str, String)>,
}

impl Store {
    /// The store of a workload's registry container, where the stream shows it.
    pub fn of(stream: &Stream, workload: &Workload) -> Option<Self> {
        let container = workload
            .containers
            .iter()
            .find(|container| container.list == "containers")
            .or(workload.containers.first())?;
        let container = Container {
            value: environment::resolved(stream, &workload.object, container),
            ..container.clone()
        };
        match rendered::of_container(stream, workload, &container) {
            Some(rendered) if !rendered.backend.is_volume() => {
                let storage = Value::from(&rendered.storage);
                Some(Self::of_block(
                    rendered.backend,
                    &storage[rendered.backend.name],
                ))
            }
            rendered => {
                let root = rendered.and_then(|rendered| rendered.root_directory);
                Some(Self {
                    backend: Backend::default_backend().name,
                    parts: place::parts(stream, &workload.object, &container, root),
                })
            }
        }
    }

    /// The store that an operator would give the registry of an MSR custom resource.
    pub fn of_resource(resource: &Object) -> Self {
        let storage = STORAGE_PATH
            .iter()
            .fold(&resource.value["spec"], |value, key| &value[*key]);
        let named = storage["backend"].as_str().and_then(Backend::named);
        let backend = named.unwrap_or_else(Backend::default_backend);
        if backend.is_volume() {
            // Which claim is the operator's business; it makes one a resource.
            return Self {
                backend: backend.name,
                parts: Vec::new(),
            };
        }
        Self::of_block(backend, &storage[backend.name])
    }

    fn of_block(backend: &'static Backend, block: &Value) -> Self {
        let fields = backend.fields.iter().filter(|field| field.identity);
        let parts = fields
            .filter_map(|field| Some((field.name, spelling::of(backend, field, block)?)))
            .collect();
        Self {
            backend: backend.name,
            parts,
        }
    }

    /// How a user confirms the move from another store to this one: the backend and its bucket, container or claim
    /// (`s3:testing-msr`); where these stay, also all that differs (`s3:testing-msr:region:us-west-2`), for a
    /// confirmation that is left in place must not let a second move through.
    pub fn target(&self, from: &Self) -> String {
        let place = |store: &Self| {
            let part = ["bucket", "container", "claim"]
                .iter()
                .find_map(|name| store.part(name));
            part.map(|part| format!(":{part}")).unwrap_or_default()
        };
        let target = format!("{}{}", self.backend, place(self));
        if self.backend != from.backend || place(self) != place(from) {
            return target;
        }
        let names = self.parts.iter().chain(&from.parts).map(|(name, _)| *name);
        let mut differing: Vec<_> = names
            .filter(|name| self.part(name) != from.part(name))
            .collect();
        differing.sort_unstable();
        differing.dedup();
        let differing = differing
            .into_iter()
            .map(|name| format!(":{name}:{}", self.part(name).unwrap_or_default()));
        target + &differing.collect::<String>()
    }

    fn part(&self, name: &str) -> Option<&str> {
        let found = self.parts.iter().find(|(part, _)| *part == name);
        found.map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Store {
    /// `s3 (region us-east-2, bucket testing-msr)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.parts.is_empty() {
            return f.write_str(self.backend);
        }
        let parts: Vec<_> = self
            .parts
            .iter()
            .map(|(name, value)| format!("{name} {value}"))
            .collect();
        write!(f, "{} ({})", self.backend, parts.join(", "))
    }
}
