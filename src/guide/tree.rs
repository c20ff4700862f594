//! A storage tree as text: a values file with each value's source, or JSON. Secrets are masked unless asked for.

use std::fmt::Write as _;

use serde_json::{Map as JsonMap, Value as Json};

use crate::output::line;
use crate::schema::{Backend, STORAGE_PATH};
use crate::settings::is_blank;
use crate::values::{Node, Value};
use crate::yaml::{self, Context};

/// Whether secrets are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// `***` stands for them.
    Masked,
    /// They stand as they are.
    Shown,
}

const MASK: &str = "***";

/// A values file, each value with its source in a comment.
pub fn yaml(storage: &Node, secrets: Secrets) -> String {
    let mut text = String::new();
    for (depth, key) in STORAGE_PATH.iter().enumerate() {
        // Writing into a string never fails.
        let _ = writeln!(text, "{:width$}{key}:", "", width = depth * 2);
    }
    lines(storage, &mut Vec::new(), secrets, &mut text);
    text
}

fn lines(node: &Node, path: &mut Vec<String>, secrets: Secrets, text: &mut String) {
    for (key, child) in node.as_map().into_iter().flatten() {
        path.push(key.clone());
        let width = (STORAGE_PATH.len() + path.len() - 1) * 2;
        let key = yaml::quote_if_needed(key, Context::Block);
        if child.as_map().is_some_and(|map| !map.is_empty()) {
            let _ = writeln!(text, "{:width$}{key}:", "");
            lines(child, path, secrets, text);
        } else {
            let value = yaml::to_flow(&shown(child, path, secrets), false);
            let _ = writeln!(
                text,
                "{:width$}{key}: {value} # {}",
                "",
                line::place(&child.origin)
            );
        }
        path.pop();
    }
}

/// `values`, and `sources` by each value's path.
pub fn json(storage: &Node, secrets: Secrets) -> String {
    let mut sources = JsonMap::new();
    let values = collect(storage, &mut Vec::new(), secrets, &mut sources);
    let values = STORAGE_PATH.iter().rev().fold(values, |value, key| {
        Json::Object(JsonMap::from_iter([((*key).to_owned(), value)]))
    });
    let document = serde_json::json!({"values": values, "sources": sources});
    format!("{document:#}\n")
}

fn collect(
    node: &Node,
    path: &mut Vec<String>,
    secrets: Secrets,
    sources: &mut JsonMap<String, Json>,
) -> Json {
    let Some(map) = node.as_map() else {
        let full = STORAGE_PATH
            .iter()
            .map(|key| (*key).to_owned())
            .chain(path.iter().cloned())
            .collect::<Vec<_>>();
        sources.insert(full.join("."), line::place(&node.origin).into());
        return shown(node, path, secrets);
    };
    let entries = map.iter().map(|(key, child)| {
        path.push(key.clone());
        let value = collect(child, path, secrets, sources);
        path.pop();
        (key.clone(), value)
    });
    Json::Object(entries.collect())
}

fn shown(node: &Node, path: &[String], secrets: Secrets) -> Json {
    let hides = secrets == Secrets::Masked && !is_blank(node) && !is_public(path);
    match &node.value {
        Value::Map(map) if map.is_empty() => Json::Object(JsonMap::new()),
        _ if hides => MASK.into(),
        _ => Json::from(node),
    }
}

/// Whether a value is known to be no secret: what no table knows may be a mistyped key of one.
fn is_public(path: &[String]) -> bool {
    match path {
        [key] => key == "backend",
        [backend, field] => Backend::named(backend)
            .and_then(|backend| backend.field(field))
            .is_some_and(|field| !field.secret),
        _ => false,
    }
}
