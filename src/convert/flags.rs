//! Settings as Helm's value flags: each value by the plainest flag that Helm reads back as that same value. It reads no file.

use std::path::Path;

use serde_json::Value as Json;

use super::NotWritable;
use crate::origin::SourceKind;
use crate::schema::STORAGE_PATH;
use crate::values::{self, Dialect, FlagKind, ValueFlag, ValueFlags};

/// The flags that give a tree under `registry.storage`, in its order.
pub fn of(tree: &Json) -> Vec<ValueFlag> {
    let mut path = STORAGE_PATH.map(str::to_owned).to_vec();
    let mut flags = Vec::new();
    collect(tree, &mut path, &mut flags);
    flags
}

/// Flags as a shell takes them, one a line, each line but the last going on to the next.
///
/// # Errors
/// For a zero byte.
pub fn shell(flags: &[ValueFlag]) -> Result<String, NotWritable> {
    let lines = flags
        .iter()
        .map(|flag| {
            let text = shlex::try_quote(&flag.text).map_err(|_| NotWritable::Zero)?;
            Ok(format!("{} {text}", flag.kind.name()))
        })
        .collect::<Result<Vec<_>, NotWritable>>()?;
    Ok(lines.join(" \\\n") + "\n")
}

fn collect(value: &Json, path: &mut Vec<String>, flags: &mut Vec<ValueFlag>) {
    match value.as_object().filter(|map| !map.is_empty()) {
        Some(map) => {
            for (key, child) in map {
                path.push(key.clone());
                collect(child, path, flags);
                path.pop();
            }
        }
        None => flags.push(flag(path, value)),
    }
}

/// The first flag that both Helms read back as the value; one in JSON, which has no types to mistake, where no other does.
fn flag(path: &[String], value: &Json) -> ValueFlag {
    let keys = path
        .iter()
        .map(|key| escaped(key, &['\\', '.', ',', '=', '[', ']']))
        .collect::<Vec<_>>();
    let key = keys.join(".");
    let make = |kind: FlagKind, text: &str| ValueFlag {
        kind,
        text: format!("{key}={text}"),
    };
    let candidates = match value {
        Json::String(text) => {
            let list = escaped(text, &['\\', ',']);
            vec![
                make(FlagKind::Set, &list),
                make(FlagKind::SetString, &list),
                make(FlagKind::SetLiteral, text),
            ]
        }
        Json::Array(_) | Json::Object(_) => Vec::new(),
        other => vec![make(FlagKind::Set, &other.to_string())],
    };
    candidates
        .into_iter()
        .find(|flag| reads_back(flag, path, value))
        .unwrap_or_else(|| make(FlagKind::SetJson, &value.to_string()))
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn reads_back(flag: &ValueFlag, path: &[String], wanted: &Json) -> bool {
    let flags = ValueFlags {
        flags: vec![flag.clone()],
    };
    let keys: Vec<_> = path.iter().map(String::as_str).collect();
    [Dialect::Helm3, Dialect::Helm4].into_iter().all(|dialect| {
        values::load(&flags, Path::new("."), SourceKind::Flag, dialect)
            .ok()
            .and_then(|root| root.at(&keys).map(Json::from))
            .is_some_and(|read| read == *wanted)
    })
}
