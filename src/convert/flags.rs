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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn leaf() -> impl Strategy<Value = Json> {
        prop_oneof![
            any::<bool>().prop_map(Json::from),
            (-1_000_000_i64..20_000_000).prop_map(Json::from),
            "[^\0]{0,10}".prop_map(Json::from),
            "[a,{}\\[\\]=.\\\\'\"$`0-9 \n-]{0,8}".prop_map(Json::from),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Through a shell's reading of the text, and Helm's of the flags, in its order of kinds.
        #[test]
        fn flags_read_back_give_the_same_tree(
            fields in prop::collection::hash_map("[a-z][a-zA-Z.,=\\[\\]]{0,6}", leaf(), 1..8),
        ) {
            let fields: serde_json::Map<_, _> = fields.into_iter().collect();
            let tree = json!({"backend": "s3", "s3": fields});
            let text = shell(&of(&tree)).unwrap();
            let words = shlex::split(&text).unwrap();
            let flags = words.chunks(2).map(|pair| {
                let kinds = [FlagKind::Set, FlagKind::SetString, FlagKind::SetJson, FlagKind::SetLiteral];
                let kind = kinds.into_iter().find(|kind| kind.name() == pair[0]).unwrap();
                ValueFlag { kind, text: pair[1].clone() }
            });
            let flags = ValueFlags { flags: flags.collect() };
            for dialect in [Dialect::Helm3, Dialect::Helm4] {
                let root = values::load(&flags, Path::new("."), SourceKind::Flag, dialect).ok();
                let read = root.as_ref().and_then(|root| root.at(&STORAGE_PATH)).map(Json::from);
                prop_assert_eq!(read.as_ref(), Some(&tree), "{}", text);
            }
        }
    }
}
