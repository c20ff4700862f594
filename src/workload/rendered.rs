//! The storage settings that a rendered workload already has, read back from its variables and its configuration file. It judges nothing.

use std::sync::Arc;

use serde_json::Value as Json;

use super::config;
use super::select::{Container, Workload};
use super::stream::Stream;
use crate::expand::env;
use crate::origin::{Origin, Source, SourceKind};
use crate::schema::{Backend, Field};
use crate::values::{Map, Node, Value};
use crate::yaml;

/// What a container's rendering says of its storage.
pub struct Rendered {
    /// The backend.
    pub backend: &'static Backend,
    /// The tree under `registry.storage` that would give it; secret fields that lie in Secrets are not in it.
    pub storage: Node,
    /// The secret fields that lie in Secrets.
    pub references: Vec<Reference>,
    /// The directory that the filesystem driver keeps images in, where a variable says so.
    pub root_directory: Option<String>,
}

/// A field whose value lies in a Secret.
pub struct Reference {
    /// The field.
    pub field: &'static Field,
    /// The Secret.
    pub secret: String,
    /// The key in it.
    pub key: String,
}

/// Reads a container's settings; none where nothing is said of storage.
pub fn of_container(
    stream: &Stream,
    workload: &Workload,
    container: &Container,
) -> Option<Rendered> {
    let config = config::of_container(stream, &workload.object, container);
    let backend = backend(container, config.as_ref())?;
    let source = Arc::new(Source {
        kind: SourceKind::Manifest,
        name: workload.object.title(),
        text: String::from_utf8_lossy(stream.body(workload.object.document)).into_owned(),
    });
    let root = yaml::parse_one(&source.text).ok().flatten();
    let span = |path: &[yaml::Step]| {
        let node = root.as_ref().and_then(|root| root.at(path));
        node.map_or(0..0, |node| node.span.clone())
    };
    // The file's parameters count only while no variable names the driver.
    let driver = config.as_ref().and_then(config::StorageConfig::driver);
    let parameters = driver.filter(|(named, _)| *named == backend && !is_named(container));
    let mut block = Map::new();
    let mut references = Vec::new();
    for field in backend.fields {
        let Some(name) = backend.env(field) else {
            continue;
        };
        let entries = container.env();
        match entries.iter().rposition(|entry| entry["name"] == name) {
            None => {
                let value = parameters.and_then(|(_, all)| of_json(&all[field.name], &source));
                block.extend(value.map(|value| (field.name.to_owned(), value)));
            }
            Some(position) => match reference(container, &entries[position]) {
                Some((secret, key)) => references.push(Reference { field, secret, key }),
                None => {
                    let steps = [yaml::Step::from("env"), position.into(), "value".into()];
                    let origin =
                        Origin::new(&source, span(&workload.container_path(container, steps)));
                    let value = entries[position]["value"].as_str();
                    block.extend(value.map(|text| (field.name.to_owned(), decode(text, origin))));
                }
            },
        }
    }
    Some(Rendered {
        backend,
        storage: storage(backend, block, &source),
        references,
        root_directory: root_directory(container),
    })
}

/// The tree under `registry.storage` of one block.
fn storage(backend: &Backend, block: Map, source: &Arc<Source>) -> Node {
    let origin = Origin::whole(source);
    let name = Node::new(Value::Str(backend.name.to_owned()), origin.clone());
    let block = Node::new(Value::Map(block), origin.clone());
    let storage = [
        ("backend".to_owned(), name),
        (backend.name.to_owned(), block),
    ];
    Node::new(Value::Map(Map::from_iter(storage)), origin)
}

/// The directory that the filesystem driver is told by a variable.
fn root_directory(container: &Container) -> Option<String> {
    let entry = container.variable("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY")?;
    entry["value"].as_str().map(str::to_owned)
}

/// Whether a variable names the driver, so that the configuration file's parameters do not count.
fn is_named(container: &Container) -> bool {
    container.variable(env::PREFIX).is_some()
}

fn backend(
    container: &Container,
    config: Option<&config::StorageConfig>,
) -> Option<&'static Backend> {
    let named = container
        .variable(env::PREFIX)
        .and_then(|entry| Backend::of_driver(entry["value"].as_str()?));
    let by_variable = || {
        let names = container
            .env()
            .iter()
            .filter_map(|entry| entry["name"].as_str());
        names
            .filter_map(env::driver_of)
            .find_map(Backend::of_driver)
    };
    named
        .or_else(by_variable)
        .or_else(|| Some(config?.driver()?.0))
}

/// The Secret and key behind an entry: its own, or those of the variable that it quotes.
fn reference(container: &Container, entry: &Json) -> Option<(String, String)> {
    let direct = &entry["valueFrom"]["secretKeyRef"];
    let raw = || {
        let text = entry["value"].as_str()?;
        let name = text.strip_prefix("'$(")?.strip_suffix(")'")?;
        Some(&container.variable(name)?["valueFrom"]["secretKeyRef"])
    };
    let found = if direct.is_object() { direct } else { raw()? };
    Some((
        found["name"].as_str()?.to_owned(),
        found["key"].as_str()?.to_owned(),
    ))
}

/// A variable's text as the registry reads it: past Kubernetes' `$$`, then as YAML.
fn decode(text: &str, origin: Origin) -> Node {
    let text = text.replace("$$", "$");
    let read = yaml::parse_one(&text)
        .ok()
        .flatten()
        .and_then(|node| yaml::to_json(&node).ok());
    let value = match read {
        Some(Json::Bool(value)) => Value::Bool(value),
        Some(Json::Number(number)) => number.as_i64().map_or_else(
            || Value::Float(number.as_f64().unwrap_or_default()),
            Value::Int,
        ),
        Some(Json::String(text)) => Value::Str(text),
        Some(Json::Null) | None => Value::Null,
        Some(_) => Value::Str(text),
    };
    Node::new(value, origin)
}

fn of_json(value: &Json, source: &Arc<Source>) -> Option<Node> {
    let value = match value {
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => Value::Float(number.as_f64()?),
        Json::String(text) => Value::Str(text.clone()),
        _ => return None,
    };
    Some(Node::new(value, Origin::whole(source)))
}
