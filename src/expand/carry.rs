//! Settings of the registry's configuration file that naming a driver would wipe, carried over as variables.
//!
//! Tried on a registry: `UPLOADPURGING_ENABLED` and `READONLY_ENABLED` make it panic, the whole mapping in one variable works;
//! `REDIRECT_DISABLE` must be a real boolean.

use serde_json::{Map, Value};

use super::encode;
use crate::schema::Backend;
use crate::settings::Scalar;
use crate::workload::config::{SETTINGS, StorageConfig};
use crate::yaml::{Context, quote_if_needed};

/// The variables, name and text, that keep the file's settings under a named driver.
pub(super) fn variables(
    config: &StorageConfig,
    backend: &'static Backend,
) -> Vec<(String, String)> {
    let mut variables = Vec::new();
    for setting in SETTINGS {
        for (key, value) in config.setting(setting).into_iter().flatten() {
            let name = format!("REGISTRY_STORAGE_{setting}_{key}").to_uppercase();
            variables.extend(text(value).map(|text| (name, text)));
        }
    }
    variables.extend(own_parameters(config, backend));
    variables
}

/// Parameters of the same driver that no field stands for (`forcepathstyle`): they would be wiped too.
fn own_parameters(config: &StorageConfig, backend: &'static Backend) -> Vec<(String, String)> {
    let Some((named, parameters)) = config.driver() else {
        return Vec::new();
    };
    if named != backend {
        return Vec::new();
    }
    let unknown = parameters
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(key, _)| {
            let known = backend.fields.iter().any(|field| {
                backend
                    .env(field)
                    .is_some_and(|env| env.ends_with(&format!("_{}", key.to_uppercase())))
            });
            !known && *key != "rootdirectory"
        });
    unknown
        .filter_map(|(key, value)| {
            let name = format!("REGISTRY_STORAGE_{}_{key}", backend.driver).to_uppercase();
            Some((name, text(value)?))
        })
        .collect()
}

/// A value as the registry reads it from a variable; a mapping in flow style.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(encode::for_registry(&Scalar::Text(text.clone()))),
        Value::Object(map) => Some(flow(map)),
        other => Some(other.to_string()),
    }
}

/// `{enabled: true, age: 168h}`: as people write it, and shorter than JSON.
fn flow(map: &Map<String, Value>) -> String {
    let entries = map.iter().map(|(key, value)| {
        let value = match value {
            Value::String(text) => quote_if_needed(text, Context::Flow).into_owned(),
            Value::Object(map) => flow(map),
            other => other.to_string(),
        };
        format!("{}: {value}", quote_if_needed(key, Context::Flow))
    });
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}
