//! JSON that Helm prints, as values. It reads no place in it: the user has never seen that text.

use serde_json::Value as Json;

use crate::origin::Origin;
use crate::values::{Map, Node, Value};

/// A tree of values that all come from `origin`; numbers as Go's JSON decoder reads them.
pub(super) fn node(json: &Json, origin: &Origin) -> Node {
    let value = match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Number(number) => number
            .as_f64()
            .map_or_else(|| Value::Str(number.to_string()), Value::Float),
        Json::String(text) => Value::Str(text.clone()),
        Json::Array(items) => Value::List(items.iter().map(|item| node(item, origin)).collect()),
        Json::Object(map) => {
            let entry = |(key, item): (&String, &Json)| {
                let mut child = node(item, origin);
                child.key = Some(origin.clone());
                (key.clone(), child)
            };
            Value::Map(map.iter().map(entry).collect::<Map>())
        }
    };
    Node::new(value, origin.clone())
}
