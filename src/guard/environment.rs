//! A container's variables as its process sees them, as far as the stream shows it: those of `envFrom`, of ConfigMaps and
//! of Secrets too, for a chart may keep a bucket's name there. It changes nothing.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::expand::env;
use crate::workload::{Container, Object, Stream};

/// The container with plain values for all variables of the registry's storage.
pub(super) fn resolved(stream: &Stream, object: &Object, container: &Container) -> Value {
    let mut variables = from_sources(stream, object, container);
    variables.extend(container.env().iter().map(|entry| {
        if entry["name"].as_str().is_some_and(is_storage) {
            plain(stream, object, entry)
        } else {
            entry.clone()
        }
    }));
    let mut value = container.value.clone();
    value["env"] = Value::Array(variables);
    value
}

fn is_storage(name: &str) -> bool {
    name.starts_with(env::PREFIX)
}

/// The variables of `envFrom`; of two the later one counts, and one of `env` before both.
fn from_sources(stream: &Stream, object: &Object, container: &Container) -> Vec<Value> {
    let sources = container.value["envFrom"].as_array().into_iter().flatten();
    let mut variables = Vec::new();
    for source in sources {
        let prefix = source["prefix"].as_str().unwrap_or_default();
        for (kind, reference) in [("ConfigMap", "configMapRef"), ("Secret", "secretRef")] {
            let name = source[reference]["name"].as_str();
            let held = name.and_then(|name| stream.find(kind, name, object));
            let entries = held.map(entries).unwrap_or_default().into_iter();
            let entries = entries.map(|(key, text)| (format!("{prefix}{key}"), text));
            let entries = entries.filter(|(name, _)| is_storage(name));
            variables
                .extend(entries.map(|(name, text)| json!({"name": name, "value": escaped(&text)})));
        }
    }
    variables
}

/// An entry with the text that it refers to; where the stream does not show that, with a text that names the reference.
fn plain(stream: &Stream, object: &Object, entry: &Value) -> Value {
    for (kind, reference) in [("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")] {
        let reference = &entry["valueFrom"][reference];
        let (Some(name), Some(key)) = (reference["name"].as_str(), reference["key"].as_str())
        else {
            continue;
        };
        let text = stream
            .find(kind, name, object)
            .and_then(|held| entries(held).remove(key));
        let text = text.map_or_else(|| format!("{key} of {kind}/{name}"), |text| escaped(&text));
        return json!({"name": entry["name"], "value": text});
    }
    entry.clone()
}

/// What reaches a process by reference is not expanded, what stands in `value` is.
fn escaped(text: &str) -> String {
    text.replace('$', "$$")
}

/// Keys and texts of a ConfigMap or Secret.
fn entries(held: &Object) -> BTreeMap<String, String> {
    let part = |name: &str| {
        let part = held.value[name].as_object().into_iter().flatten();
        part.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
    };
    if held.kind() == "ConfigMap" {
        return part("data").collect();
    }
    let decoded = part("data").filter_map(|(key, text)| {
        let bytes = STANDARD.decode(text.trim()).ok()?;
        Some((key, String::from_utf8(bytes).ok()?))
    });
    decoded.chain(part("stringData")).collect()
}
