//! The editor: what it writes reads as what was meant, by a model on plain JSON, and doing it again changes nothing.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use msr_storage::yaml::{self, Edit, Step};
use serde_json::{Value, json};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    place: u16,
    action: Action,
    value: Content,
    text: &'a str,
}

#[derive(Arbitrary, Debug)]
enum Action {
    Set,
    SetKey(String),
    Append,
    Insert(u8),
    Remove,
}

#[derive(Arbitrary, Debug)]
enum Content {
    Text(String),
    Number(i32),
    Flag(bool),
    Map(String, String),
    List(Vec<String>),
}

impl From<Content> for Value {
    fn from(content: Content) -> Self {
        match content {
            Content::Text(text) => text.into(),
            Content::Number(number) => number.into(),
            Content::Flag(flag) => flag.into(),
            Content::Map(key, text) => json!({"name": text, key: true}),
            Content::List(texts) => texts.into(),
        }
    }
}

/// Every place of a tree but its root.
fn places(value: &Value, at: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    let children: Vec<(Step, &Value)> = match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.as_str().into(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, value)| (index.into(), value))
            .collect(),
        _ => Vec::new(),
    };
    for (step, child) in children {
        at.push(step);
        found.push(at.clone());
        places(child, at, found);
        at.pop();
    }
}

fn at<'a>(mut value: &'a mut Value, path: &[Step]) -> Option<&'a mut Value> {
    for step in path {
        value = match step {
            Step::Key(key) => value.as_object_mut()?.get_mut(key.as_str())?,
            Step::Index(index) => value.as_array_mut()?.get_mut(*index)?,
        };
    }
    Some(value)
}

/// What the edit means, on JSON; none where it means nothing there.
fn model(tree: &Value, edit: &Edit) -> Option<Value> {
    let mut tree = tree.clone();
    match edit {
        Edit::Set { path, value } => match path.split_last()? {
            (Step::Key(key), parent) => {
                at(&mut tree, parent)?
                    .as_object_mut()?
                    .insert(key.to_string(), value.clone());
            }
            _ => *at(&mut tree, path)? = value.clone(),
        },
        Edit::Append { path, value } => at(&mut tree, path)?.as_array_mut()?.push(value.clone()),
        Edit::Insert { path, index, value } => {
            let items = at(&mut tree, path)?.as_array_mut()?;
            (*index <= items.len()).then(|| items.insert(*index, value.clone()))?;
        }
        Edit::Remove { path } => match path.split_last()? {
            (Step::Key(key), parent) => {
                at(&mut tree, parent)?.as_object_mut()?.shift_remove(key.as_str())?;
            }
            (Step::Index(index), parent) => {
                let items = at(&mut tree, parent)?.as_array_mut()?;
                (*index < items.len()).then(|| items.remove(*index))?;
            }
        },
    }
    Some(tree)
}

fn read(text: &str) -> Option<Value> {
    yaml::to_json(&yaml::parse_one(text).ok()??).ok()
}

fuzz_target!(|case: Case| {
    let Some(tree) = read(case.text) else {
        return;
    };
    let mut found = Vec::new();
    places(&tree, &mut Vec::new(), &mut found);
    let Some(mut path) = found
        .get(usize::from(case.place) % found.len().max(1))
        .cloned()
    else {
        return;
    };
    let value = Value::from(case.value);
    let edit = match case.action {
        Action::Set => Edit::Set { path, value },
        Action::SetKey(key) => {
            path.pop();
            path.push(Step::from(key));
            Edit::Set { path, value }
        }
        Action::Append => Edit::Append { path, value },
        Action::Insert(index) => Edit::Insert {
            path,
            index: index.into(),
            value,
        },
        Action::Remove => Edit::Remove { path },
    };
    let Ok(edited) = yaml::apply(case.text, std::slice::from_ref(&edit)) else {
        return;
    };
    let after = read(&edited).expect("what was written can be read");
    if let Some(meant) = model(&tree, &edit) {
        assert_eq!(
            after, meant,
            "{edit:?}\n--- before\n{}\n--- after\n{edited}",
            case.text
        );
    }
    if let Edit::Set { .. } = edit {
        let again = yaml::apply(&edited, std::slice::from_ref(&edit)).expect("the same edit again");
        assert_eq!(again, edited, "the same again changes nothing");
    }
});
