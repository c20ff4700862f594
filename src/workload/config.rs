//! The registry's configuration file where the stream shows it: a ConfigMap or Secret that a container mounts. It changes nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::object::Object;
use super::select::Container;
use super::stream::Stream;
use crate::schema::{BACKENDS, Backend};
use crate::yaml;

/// Keys of the file's `storage` that are settings of the registry, not the name of a driver.
pub const SETTINGS: [&str; 4] = ["delete", "cache", "maintenance", "redirect"];

/// The `storage` part of a configuration file.
#[derive(Clone, Debug, Default)]
pub struct StorageConfig {
    storage: Map<String, Value>,
}

impl StorageConfig {
    /// The driver that the file names, with its parameters.
    pub fn driver(&self) -> Option<(&'static Backend, &Value)> {
        BACKENDS
            .into_iter()
            .find_map(|backend| Some((backend, self.storage.get(backend.driver)?)))
    }

    /// One of [`SETTINGS`].
    pub fn setting(&self, name: &str) -> Option<&Map<String, Value>> {
        self.storage.get(name)?.as_object()
    }

    /// The directory that the filesystem driver keeps images in.
    pub fn root_directory(&self) -> Option<&str> {
        self.storage.get("filesystem")?["rootdirectory"].as_str()
    }
}

/// The storage configuration that a container mounts, where the stream shows it.
pub fn of_container(
    stream: &Stream,
    object: &Object,
    container: &Container,
) -> Option<StorageConfig> {
    let mounted = |name: &str| container.mounts().iter().any(|mount| mount["name"] == name);
    let volumes = object.pod()["spec"]["volumes"].as_array()?;
    volumes
        .iter()
        .filter(|volume| volume["name"].as_str().is_some_and(mounted))
        .flat_map(|volume| files(stream, object, volume))
        .find_map(|text| storage_of(stream, text))
}

/// The texts of the files that a volume holds, where its ConfigMap or Secret is in the stream.
fn files(stream: &Stream, object: &Object, volume: &Value) -> Vec<String> {
    let projected = volume["projected"]["sources"]
        .as_array()
        .into_iter()
        .flatten();
    std::iter::once(volume)
        .chain(projected)
        .flat_map(|source| source_files(stream, object, source))
        .collect()
}

fn source_files(stream: &Stream, object: &Object, source: &Value) -> Vec<String> {
    let config_map = source["configMap"]["name"]
        .as_str()
        .and_then(|name| stream.find("ConfigMap", name, object));
    let secret = source["secret"]["secretName"]
        .as_str()
        .or_else(|| source["secret"]["name"].as_str());
    let secret = secret.and_then(|name| stream.find("Secret", name, object));
    let plain = config_map
        .into_iter()
        .map(|found| &found.value["data"])
        .chain(secret.map(|found| &found.value["stringData"]));
    let plain = plain.flat_map(texts).map(str::to_owned);
    let encoded = secret
        .into_iter()
        .flat_map(|found| texts(&found.value["data"]));
    let decoded =
        encoded.filter_map(|text| String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok());
    plain.chain(decoded).collect()
}

fn texts(data: &Value) -> impl Iterator<Item = &str> {
    data.as_object()
        .into_iter()
        .flat_map(|data| data.values())
        .filter_map(Value::as_str)
}

/// The `storage` of a text that is a registry's configuration.
fn storage_of(stream: &Stream, text: String) -> Option<StorageConfig> {
    if !text.contains("storage") {
        return None;
    }
    let mut read = stream.configs.borrow_mut();
    read.entry(text)
        .or_insert_with_key(|text| parse(text))
        .clone()
}

fn parse(text: &str) -> Option<StorageConfig> {
    let node = yaml::parse_one(text).ok()??;
    let value = yaml::to_json(&node).ok()?;
    let storage = value.get("version").and(value["storage"].as_object())?;
    Some(StorageConfig {
        storage: storage.clone(),
    })
}
