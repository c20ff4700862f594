//! A container's environment as the kubelet makes it, as far as the stream shows: ConfigMaps read, `envFrom` spread out, references to plain variables expanded. It decides nothing of storage.

use serde_json::{Value as Json, json};

use crate::expand::env::PREFIX;
use crate::workload::{Container, Object, Stream};

/// A container whose `env` says everything in `value` and `secretKeyRef`, and what could not be found out.
pub(super) struct Plain {
    /// The container.
    pub(super) container: Container,
    /// A sentence each.
    pub(super) unknown: Vec<String>,
}

/// Spreads a container's environment out.
pub(super) fn of(stream: &Stream, object: &Object, container: &Container) -> Plain {
    let mut unknown = Vec::new();
    let mut entries = Vec::new();
    for from in container.value["envFrom"].as_array().into_iter().flatten() {
        spread(stream, object, from, &mut entries, &mut unknown);
    }
    for entry in container.env() {
        entries.extend(resolved(stream, object, entry, &entries, &mut unknown));
    }
    let mut container = container.clone();
    container.value["env"] = entries.into();
    Plain { container, unknown }
}

/// The storage variables of an `envFrom` entry, which come before those of `env`.
fn spread(
    stream: &Stream,
    object: &Object,
    from: &Json,
    entries: &mut Vec<Json>,
    unknown: &mut Vec<String>,
) {
    let prefix = from["prefix"].as_str().unwrap_or_default();
    let kinds = [("ConfigMap", "configMapRef"), ("Secret", "secretRef")];
    for (kind, reference) in kinds {
        let Some(name) = from[reference]["name"].as_str() else {
            continue;
        };
        let Some(found) = stream.find(kind, name, object) else {
            unknown.push(format!(
                "{kind}/{name}, which gives variables by envFrom, is not in the input"
            ));
            continue;
        };
        let parts = ["data", "stringData"];
        let keys = parts
            .iter()
            .flat_map(|part| found.value[*part].as_object().into_iter().flatten());
        for (key, value) in keys {
            let variable = format!("{prefix}{key}");
            if variable.starts_with(PREFIX) {
                entries.push(match kind {
                    "Secret" => json!({"name": variable, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}),
                    _ => plain(&variable, value.as_str().unwrap_or_default()),
                });
            }
        }
    }
}

/// An entry whose value is the kubelet's.
fn resolved(
    stream: &Stream,
    object: &Object,
    entry: &Json,
    earlier: &[Json],
    unknown: &mut Vec<String>,
) -> Option<Json> {
    let name = entry["name"].as_str()?;
    let from = &entry["valueFrom"];
    if let Some(text) = entry["value"].as_str() {
        return Some(expanded(name, text, earlier));
    }
    if !name.starts_with(PREFIX) || from.is_null() || from["secretKeyRef"].is_object() {
        return Some(entry.clone());
    }
    let map = &from["configMapKeyRef"];
    let text = map["name"]
        .as_str()
        .and_then(|name| stream.find("ConfigMap", name, object))
        .and_then(|found| found.value["data"][map["key"].as_str()?].as_str());
    if text.is_none() {
        let source = map["name"].as_str().map_or_else(
            || "the pod itself".to_owned(),
            |name| format!("ConfigMap/{name}, which is not in the input"),
        );
        unknown.push(format!("{name} comes from {source}"));
    }
    Some(plain(name, text?))
}

/// A value that nobody expands, so written as if somebody did.
fn plain(name: &str, text: &str) -> Json {
    json!({"name": name, "value": text.replace('$', "$$")})
}

/// `$(NAME)` of an earlier plain variable becomes its text; one of a Secret stays, to be read as a reference.
fn expanded(name: &str, text: &str, earlier: &[Json]) -> Json {
    let find = |name: &str| earlier.iter().rev().find(|entry| entry["name"] == name);
    let quoted = text
        .strip_prefix("'$(")
        .and_then(|rest| rest.strip_suffix(")'"));
    let whole = text
        .strip_prefix("$(")
        .and_then(|rest| rest.strip_suffix(')'));
    if quoted
        .and_then(find)
        .is_some_and(|entry| entry["value"].is_null())
    {
        return json!({"name": name, "value": text});
    }
    if let Some(entry) = whole
        .and_then(find)
        .filter(|entry| entry["value"].is_null())
    {
        return json!({"name": name, "valueFrom": entry["valueFrom"]});
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let reference = rest
            .strip_prefix("$(")
            .and_then(|rest| rest.split_once(')'));
        if let Some(after) = rest.strip_prefix("$$") {
            out.push_str("$$");
            rest = after;
        } else if let Some((text, after)) =
            reference.and_then(|(name, after)| Some((find(name)?["value"].as_str()?, after)))
        {
            // Its text is written as if to be expanded already.
            out.push_str(text);
            rest = after;
        } else {
            out.push_str("$$");
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    json!({"name": name, "value": out})
}
