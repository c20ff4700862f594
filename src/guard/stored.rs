//! Claims and their templates as Kubernetes stores and compares them: with its defaults, without what is empty, quantities
//! by what they are worth. It judges nothing.

use serde_json::{Map, Value, json};

use crate::rules::volume::quantity;

/// A template of a StatefulSet. Its kind and its status are Kubernetes' own.
pub(super) fn template(template: &Value) -> Value {
    json!({"metadata": filled(&template["metadata"]), "spec": spec(&template["spec"])})
}

/// What no update of a claim may change: all but its size and its attributes' class. Of the two names of its source either
/// stands for both.
pub(super) fn claim(claim: &Value) -> Value {
    let mut claim = spec(claim);
    if let Some(map) = claim.as_object_mut() {
        map.remove("volumeAttributesClassName");
        if let Some(source) = map.remove("dataSourceRef") {
            map.insert("dataSource".to_owned(), source);
        }
        let requests = map
            .get_mut("resources")
            .and_then(|resources| resources.get_mut("requests")?.as_object_mut());
        if let Some(requests) = requests {
            requests.remove("storage");
        }
    }
    filled(&claim)
}

/// The storage that a claim asks for, as it is written.
pub(super) fn size(spec: &Value) -> Option<String> {
    written(&spec["resources"]["requests"]["storage"])
}

fn spec(spec: &Value) -> Value {
    let mut spec = filled(spec);
    if let Some(map) = spec.as_object_mut() {
        map.entry("volumeMode")
            .or_insert_with(|| "Filesystem".into());
        let resources = map.get_mut("resources").and_then(Value::as_object_mut);
        let amounts = resources.into_iter().flat_map(Map::values_mut);
        for amount in amounts
            .filter_map(Value::as_object_mut)
            .flat_map(Map::values_mut)
        {
            let worth = written(amount).and_then(|text| quantity(&text));
            *amount = worth.map_or_else(|| amount.clone(), Value::from);
        }
    }
    spec
}

fn written(quantity: &Value) -> Option<String> {
    match quantity {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A tree without nulls and empty collections. An empty selector is one: it selects all.
fn filled(value: &Value) -> Value {
    let Value::Object(map) = value else {
        return value.clone();
    };
    let is_empty = |value: &Value| match value {
        Value::Null => true,
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    let parts = map.iter().map(|(key, value)| (key, filled(value)));
    let parts = parts
        .filter(|(key, value)| !is_empty(value) || (*key == "selector" && !map[*key].is_null()));
    parts.map(|(key, value)| (key.clone(), value)).collect()
}
