//! A tree of values as Helm holds it, each value with its origin. It merges nothing and judges nothing.

use indexmap::IndexMap;

use crate::origin::Origin;

/// The keys of a mapping, in the order they were first seen.
pub type Map = IndexMap<String, Node>;

/// One value and where it came from.
#[derive(Clone, Debug)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Where the value stands.
    pub origin: Origin,
    /// Where its key stands, for a message about the key (an unknown field); none in lists.
    pub key: Option<Origin>,
    /// The scalar's text as typed where it was written plain in YAML or by `--set` or in JSON, so that `0123` read as 83 can be shown and refused; none where it was quoted.
    pub typed: Option<String>,
}

/// What Go's `any` holds after Helm has read values: JSON's types, with integers kept apart where Helm keeps them apart.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`: removes a chart's default when merged over one.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer, as `--set a=1` gives one (`int64`).
    Int(i64),
    /// A number as YAML files and `--set-json` give one (`float64`); whole numbers too.
    Float(f64),
    /// A string.
    Str(String),
    /// A list.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// Two nodes are equal when their values are: where they came from does not count.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl Node {
    /// A value without a key or a typed text.
    pub fn new(value: Value, origin: Origin) -> Self {
        Self {
            value,
            origin,
            key: None,
            typed: None,
        }
    }

    /// The child `key` of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.get(key)
    }

    /// The value at a path of keys (`["registry", "storage"]`).
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The mapping, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }
}

impl From<&Node> for serde_json::Value {
    /// The bare value; whole floats become integers, as Go's JSON encoder prints them.
    fn from(node: &Node) -> Self {
        use serde_json::Value as Json;
        match &node.value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::from(*value),
            Value::Int(value) => Json::from(*value),
            Value::Float(value) => float(*value),
            Value::Str(value) => Json::from(value.as_str()),
            Value::List(items) => items.iter().map(Json::from).collect(),
            Value::Map(map) => map
                .iter()
                .map(|(key, node)| (key.clone(), Json::from(node)))
                .collect(),
        }
    }
}

fn float(value: f64) -> serde_json::Value {
    whole(value).map_or_else(|| value.into(), Into::into)
}

/// The integer that a float is, if it is one; beyond 2^53 a float names no certain integer.
pub fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole and within i64 by the guard"
    )]
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
