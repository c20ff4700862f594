//! Random edits, and what they make of a tree by the documentation alone. It names nothing of the crate: the tests in
//! tests/cli use it too.

use serde_json::{Map, Value, json};

use super::generate::Choices;

/// What edits put in: all that YAML readers are known to misread.
pub(crate) const HOSTILE: [&str; 44] = [
    "x",
    "plain text",
    "yes",
    "No",
    "on",
    "y",
    "n",
    "null",
    "~",
    "",
    " ",
    "0644",
    "0x1F",
    "1_000",
    "1e3",
    ".5",
    "-1",
    "+1",
    "12:30:45",
    "2001-01-01",
    "=",
    "<<",
    "- a",
    "a: b",
    "a #b",
    "#a",
    "*a",
    "&a",
    "!a",
    "[a",
    "{a",
    "'a'",
    "\"a\"",
    "a\\b",
    "a,b",
    "a\nb",
    "a\nb\n",
    "\n a\n\n",
    "a\tb",
    "\u{0}\u{7f}",
    "ü\u{85}\u{2028}\u{feff}",
    "$(X)",
    "https://a:1/b?c=d#e",
    "---",
];

/// A value to put in.
pub(crate) fn value(choices: &mut Choices<'_>, depth: usize) -> Value {
    match choices.pick(if depth > 2 { 8 } else { 11 }) {
        0..=3 => json!(choices.of(&HOSTILE)),
        4 => json!(choices.pick(1000)),
        5 => [
            json!(true),
            json!(false),
            json!(null),
            json!(-1.5e300),
            json!(u64::MAX),
        ][choices.pick(5)]
        .clone(),
        6 => [json!({}), json!([])][choices.pick(2)].clone(),
        7 => json!(format!("v{}", choices.pick(9))),
        8 => (0..=choices.pick(3))
            .map(|_| value(choices, depth + 1))
            .collect(),
        _ => {
            let mut map = Map::new();
            for _ in 0..=choices.pick(3) {
                let key = if choices.one_in(3) {
                    choices.of(&HOSTILE)
                } else {
                    choices.of(&["name", "value", "k1", "k2"])
                };
                map.insert(key.to_owned(), value(choices, depth + 1));
            }
            Value::Object(map)
        }
    }
}

/// An edit on JSON: what the editor is to do to the text. The path's steps are strings and numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Change {
    pub(crate) verb: Verb,
    pub(crate) path: Vec<Value>,
    pub(crate) value: Value,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Verb {
    Set,
    Append,
    Insert(usize),
    Remove,
}

/// An edit of a document of which `tree` is the JSON.
pub(crate) fn change(choices: &mut Choices<'_>, tree: &Value) -> Change {
    let mut path = Vec::new();
    let mut at = tree;
    while let Some((step, below)) = child(choices, at) {
        if !path.is_empty() && choices.one_in(4) {
            break;
        }
        path.push(step);
        at = below;
    }
    let fresh = json!(choices.of(&["new", "added key", "yes", "n3w"]));
    match (choices.pick(6), at) {
        (0 | 1, Value::Object(_)) => Change {
            verb: Verb::Set,
            path: [path, vec![fresh]].concat(),
            value: value(choices, 0),
        },
        (0 | 1, Value::Array(_)) | (2, Value::Null) => Change {
            verb: Verb::Append,
            path,
            value: value(choices, 0),
        },
        (2, Value::Array(items)) => {
            let index = choices.pick(items.len() + 1);
            Change {
                verb: Verb::Insert(index),
                path,
                value: value(choices, 0),
            }
        }
        (3, Value::Null) => Change {
            verb: Verb::Set,
            path: [path, vec![fresh, json!("deep")]].concat(),
            value: value(choices, 0),
        },
        (4, _) if !path.is_empty() => Change {
            verb: Verb::Remove,
            path,
            value: Value::Null,
        },
        _ if path.is_empty() => Change {
            verb: Verb::Set,
            path: vec![fresh],
            value: value(choices, 0),
        },
        _ => Change {
            verb: Verb::Set,
            path,
            value: value(choices, 0),
        },
    }
}

fn child<'v>(choices: &mut Choices<'_>, at: &'v Value) -> Option<(Value, &'v Value)> {
    match at {
        Value::Object(map) if !map.is_empty() => {
            let (key, value) = map.iter().nth(choices.pick(map.len()))?;
            Some((json!(key), value))
        }
        Value::Array(items) if !items.is_empty() => {
            let index = choices.pick(items.len());
            Some((json!(index), &items[index]))
        }
        _ => None,
    }
}

/// The tree after the changes, as the documentation of the edits says; `None` where they make no sense on it.
pub(crate) fn changed(tree: &Value, changes: &[Change]) -> Option<Value> {
    let original = tree;
    let mut tree = tree.clone();
    let at_end = |change: &Change| match change.verb {
        Verb::Insert(at) => {
            array(place(&mut original.clone(), &change.path)?).map(|items| items.len() == at)
        }
        _ => Some(false),
    };
    let mut changes = changes.to_vec();
    for change in &mut changes {
        if at_end(change)? {
            change.verb = Verb::Append;
        }
    }
    for change in &changes {
        match change.verb {
            Verb::Set => *place(&mut tree, &change.path)? = change.value.clone(),
            Verb::Append => array(place(&mut tree, &change.path)?)?.push(change.value.clone()),
            Verb::Insert(_) | Verb::Remove => {}
        }
    }
    move_items(tree, &changes)
}

/// Makes the insertions and removals, from the end, so that an index still means what it meant.
fn move_items(mut tree: Value, changes: &[Change]) -> Option<Value> {
    let mut moving: Vec<_> = changes
        .iter()
        .filter(|change| matches!(change.verb, Verb::Insert(_) | Verb::Remove))
        .collect();
    let index = |change: &Change| match change.verb {
        Verb::Insert(index) => (change.path.len() + 1, Some(index), 0),
        _ => (
            change.path.len(),
            change
                .path
                .last()
                .and_then(Value::as_u64)
                .map(|at| usize::try_from(at).unwrap()),
            1,
        ),
    };
    moving.sort_by_key(|change| index(change));
    for change in moving.iter().rev() {
        match change.verb {
            Verb::Insert(at) => {
                let items = array(place(&mut tree, &change.path)?)?;
                if at > items.len() {
                    return None;
                }
                items.insert(at, change.value.clone());
            }
            _ => {
                let (last, parents) = change.path.split_last()?;
                match (place(&mut tree, parents)?, last) {
                    (Value::Object(map), Value::String(key)) => {
                        map.shift_remove(key);
                    }
                    (Value::Array(items), last) => {
                        let at = usize::try_from(last.as_u64()?).ok()?;
                        if at >= items.len() {
                            return None;
                        }
                        items.remove(at);
                    }
                    _ => return None,
                }
            }
        }
    }
    Some(tree)
}

fn is_void(value: &Value) -> bool {
    value.is_null() || *value == json!({}) || *value == json!([])
}

fn place<'v>(tree: &'v mut Value, path: &[Value]) -> Option<&'v mut Value> {
    let mut at = tree;
    for step in path {
        match step {
            Value::String(key) => {
                if is_void(at) {
                    *at = json!({});
                }
                at = at
                    .as_object_mut()?
                    .entry(key.as_str())
                    .or_insert(Value::Null);
            }
            step => {
                at = at
                    .as_array_mut()?
                    .get_mut(usize::try_from(step.as_u64()?).ok()?)?
            }
        }
    }
    Some(at)
}

fn array(value: &mut Value) -> Option<&mut Vec<Value>> {
    if is_void(value) {
        *value = json!([]);
    }
    value.as_array_mut()
}
