//! The settings that give a registry as it was rendered, whoever rendered it. What can't be known is named, never guessed.

mod claim;
mod environment;
pub mod release;

use serde_json::{Map, Value as Json};

use super::Storage;
use crate::expand::env::PREFIX;
use crate::guide::tree::Secrets;
use crate::schema::{BACKENDS, Backend, Field, Kind, Reach};
use crate::values;
use crate::workload::secret::Place;
use crate::workload::{self, Ambiguous, Choice, Container, Part, Stream, Workload, rendered};

/// Finds the settings of a stream: of its registry workload, else of its custom resource or carrier.
///
/// `config` are the values that the release was given, where they are known: they are asked for secrets that the objects do not show.
///
/// # Errors
/// Where a chosen workload's container can't be told.
pub fn of_stream(
    stream: &Stream,
    choice: &Choice,
    config: &Json,
    secrets: Secrets,
) -> Result<Option<Storage>, Ambiguous> {
    let workloads = workload::workloads(stream, choice)?;
    let registries = workloads
        .iter()
        .filter(|workload| workload.part == Part::Registry);
    let mut found: Option<Storage> = None;
    for workload in registries {
        for container in &workload.containers {
            let search = Search::new(stream, workload, container, config, secrets);
            let storage = search.storage();
            match (&mut found, storage) {
                (Some(first), Some(other)) if first.tree != other.tree => {
                    first.notes.push(format!(
                        "{} has other settings; --selector says which registry is meant",
                        workload.object.title()
                    ))
                }
                (None, storage) => found = storage,
                _ => {}
            }
        }
    }
    Ok(found.or_else(|| {
        let (title, tree) = written(stream)?;
        Some(shown(&title, tree, secrets))
    }))
}

/// The settings that an object of the stream says itself.
fn written(stream: &Stream) -> Option<(String, Json)> {
    let resources = workload::custom_resources(stream).into_iter();
    let in_tree = |tree: &Json| tree["registry"]["storage"].clone();
    let resources = resources.map(|object| (object.title(), in_tree(&object.value["spec"])));
    let carriers = stream
        .all_objects()
        .filter(|object| object.kind() == "StorageValues")
        .map(|object| (object.title(), in_tree(&object.value)));
    resources.chain(carriers).find(|(_, tree)| tree.is_object())
}

/// Settings of an object, its secrets left out unless they are asked for.
fn shown(title: &str, mut tree: Json, secrets: Secrets) -> Storage {
    let mut notes = Vec::new();
    if secrets == Secrets::Masked {
        for backend in BACKENDS {
            let block = tree.get_mut(backend.name).and_then(Json::as_object_mut);
            let Some(block) = block else {
                continue;
            };
            for field in backend.fields.iter().filter(|field| field.secret) {
                if block.shift_remove(field.name).is_some() {
                    notes.push(format!(
                        "{}: it stands in {title}; --show-secrets prints it",
                        backend.path(field)
                    ));
                }
            }
        }
    }
    Storage { tree, notes }
}

/// One container, and what is known around it.
struct Search<'a> {
    stream: &'a Stream<'a>,
    workload: &'a Workload,
    container: Container,
    config: &'a Json,
    secrets: Secrets,
    unknown: Vec<String>,
}

impl<'a> Search<'a> {
    fn new(
        stream: &'a Stream<'a>,
        workload: &'a Workload,
        container: &Container,
        config: &'a Json,
        secrets: Secrets,
    ) -> Self {
        let plain = environment::of(stream, &workload.object, container);
        Self {
            stream,
            workload,
            container: plain.container,
            config,
            secrets,
            unknown: plain.unknown,
        }
    }

    /// The settings; none where nothing speaks of storage.
    fn storage(mut self) -> Option<Storage> {
        let rendered = rendered::of_container(self.stream, self.workload, &self.container);
        let backend = rendered.as_ref().map(|rendered| rendered.backend);
        let block = match &rendered {
            Some(rendered) if !rendered.backend.is_volume() => self.fields(rendered),
            _ => {
                let root = rendered.and_then(|rendered| rendered.root_directory);
                let claim = claim::of(self.stream, self.workload, &self.container, root.as_deref());
                match (claim, backend) {
                    (Some(claim), _) => {
                        self.unknown.extend(claim.unknown);
                        claim.block
                    }
                    (None, Some(_)) => {
                        self.unknown.push(format!(
                            "{} mounts no claim: its images lie on no persistentVolume",
                            self.workload.object.title()
                        ));
                        Map::new()
                    }
                    (None, None) => return None,
                }
            }
        };
        let backend = backend.unwrap_or(Backend::default_backend());
        self.without_a_field(backend);
        let mut tree = Map::new();
        tree.insert("backend".to_owned(), backend.name.into());
        if !block.is_empty() {
            tree.insert(backend.name.to_owned(), block.into());
        }
        Some(Storage {
            tree: tree.into(),
            notes: self.unknown,
        })
    }

    /// The block of a backend, in the table's order.
    fn fields(&mut self, rendered: &rendered::Rendered) -> Map<String, Json> {
        let backend = rendered.backend;
        let plain = &rendered.storage;
        let mut block = Map::new();
        let mut hidden = Vec::new();
        for field in backend.fields {
            let value = plain.at(&[backend.name, field.name]);
            let place = rendered
                .references
                .iter()
                .find(|reference| reference.field.name == field.name)
                .map(|reference| Place::of_variable(&self.container, backend, reference));
            let place = match field.reach {
                Reach::File { .. } => value
                    .and_then(values::Node::as_str)
                    .map(|path| Place::of_file(&self.workload.object, &self.container, path)),
                _ => place,
            };
            match (place, value) {
                (Some(place), _) => hidden.push((field, place)),
                (None, Some(node)) if !field.secret || self.secrets == Secrets::Shown => {
                    block.insert(field.name.to_owned(), typed(field, node));
                }
                (None, Some(_)) => self.unknown.push(format!(
                    "{}: it stands in {}; --show-secrets prints it",
                    backend.path(field),
                    self.workload.object.title()
                )),
                (None, None) => {}
            }
        }
        self.secret_fields(backend, hidden, &mut block);
        sorted(backend, block)
    }

    /// The fields that lie in Secrets: their values where they are asked for and known, else the Secret.
    fn secret_fields(
        &mut self,
        backend: &'static Backend,
        hidden: Vec<(&'static Field, Place)>,
        block: &mut Map<String, Json>,
    ) {
        let shown = self.secrets == Secrets::Shown;
        let object = &self.workload.object;
        let mut left = Vec::new();
        for (field, place) in hidden {
            let value = place
                .value(self.stream, object, field)
                .or_else(|| self.given(backend, field));
            match value {
                Some(value) if shown || !field.secret => {
                    block.insert(field.name.to_owned(), value);
                }
                value => left.push((field, place, value.is_some())),
            }
        }
        let users = left
            .iter()
            .all(|(field, place, _)| place.is_users(self.stream, object, field));
        let name = left.first().map(|(_, place, _)| place.name.clone());
        let same = left
            .iter()
            .all(|(_, place, _)| Some(&place.name) == name.as_ref());
        let named = (users && same).then_some(name).flatten();
        for (field, place, is_known) in &left {
            let path = backend.path(field);
            let how = if named.is_some() {
                ", which existingSecret names"
            } else if *is_known {
                "; --show-secrets prints it"
            } else {
                ", which is not in the input"
            };
            self.unknown
                .push(format!("{path}: it lies in {}{how}", place.title()));
        }
        if let (Some(name), Some(field)) = (named, backend.field(Field::EXISTING_SECRET_NAME)) {
            block.insert(field.name.to_owned(), name.into());
        }
    }

    /// A field of the values that the release was given, for the same backend.
    fn given(&self, backend: &Backend, field: &Field) -> Option<Json> {
        let storage = storage_of(self.config, 4)?;
        let value = &storage[backend.name][field.name];
        let fits = storage["backend"] == backend.name && !value.is_null();
        fits.then(|| value.clone())
    }

    /// Names the driver's variables that no field stands for.
    fn without_a_field(&mut self, backend: &'static Backend) {
        let prefix = format!("{PREFIX}_{}_", backend.driver.to_uppercase());
        let known = |name: &str| {
            name == "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY"
                || backend
                    .fields
                    .iter()
                    .any(|field| backend.env(field).as_deref() == Some(name))
        };
        let names = self
            .container
            .env()
            .iter()
            .filter_map(|entry| entry["name"].as_str());
        let unknown: Vec<_> = names
            .filter(|name| name.starts_with(&prefix) && !known(name))
            .map(|name| format!("{name}: no setting stands for this variable"))
            .collect();
        self.unknown.extend(unknown);
    }
}

/// A rendered value as a field's type: variables in YAML quotes are strings, also where the driver takes a number out of them.
fn typed(field: &Field, node: &values::Node) -> Json {
    let json = Json::from(node);
    match (field.kind, &json) {
        (Kind::Bool | Kind::Integer(_), Json::String(text)) => text
            .parse::<bool>()
            .map(Json::from)
            .or_else(|_| text.parse::<i64>().map(Json::from))
            .unwrap_or(json),
        (Kind::Bool | Kind::Integer(_), _) | (_, Json::String(_) | Json::Null) => json,
        (_, other) => other.to_string().into(),
    }
}

fn sorted(backend: &Backend, mut block: Map<String, Json>) -> Map<String, Json> {
    let fields = backend.fields.iter();
    fields
        .filter_map(|field| Some((field.name.to_owned(), block.remove(field.name)?)))
        .collect()
}

/// The first `registry.storage` in a tree of values, wherever it stands.
fn storage_of(values: &Json, deepest: usize) -> Option<&Json> {
    let storage = &values["registry"]["storage"];
    if storage.is_object() {
        return Some(storage);
    }
    let children = values.as_object().filter(|_| deepest > 0)?.values();
    children
        .into_iter()
        .find_map(|child| storage_of(child, deepest - 1))
}

#[cfg(test)]
mod tests;
