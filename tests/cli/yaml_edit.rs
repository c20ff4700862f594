//! Our reading, writing and editing of YAML against Kubernetes' own reader, on thousands of random texts and on what both
//! Helms print. It calls the library, since no command shows a single edit.

use std::cell::Cell;

use msr_storage::yaml::{
    Context, Edit, EditError, Reason, Step, apply, parse_one, quote_if_needed, split, to_json,
    to_yaml,
};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::support::helm::{Helm, Home, chart};
use super::support::kubeyaml;

#[path = "../../src/yaml/edit/tests/generate.rs"]
mod generate;

#[path = "../../src/yaml/edit/tests/changes.rs"]
mod changes;

use changes::{Change, HOSTILE, Verb, change, changed, value};
use generate::{Choices, document};

fn cases(count: u32) -> ProptestConfig {
    ProptestConfig {
        cases: count,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What Kubernetes makes of a text that should be one document.
fn kubernetes(text: &str) -> Result<Value, String> {
    let read: Result<Vec<_>, _> = kubeyaml::documents(text).into_iter().collect();
    let mut documents: Vec<_> = read?
        .into_iter()
        .filter(|document| !document.is_null())
        .collect();
    match (documents.pop(), documents.len()) {
        (Some(document), 0) => Ok(document),
        (None, _) => Ok(Value::Null),
        (_, more) => Err(format!("{more} documents more")),
    }
}

fn ours(text: &str) -> Result<Value, String> {
    let root = parse_one(text).map_err(|error| error.to_string())?;
    root.map_or(Ok(Value::Null), |root| {
        to_json(&root).map_err(|error| error.to_string())
    })
}

fn edit(change: &Change) -> Edit {
    let step = |step: &Value| match step {
        Value::String(key) => Step::from(key.as_str()),
        index => Step::Index(usize::try_from(index.as_u64().unwrap()).unwrap()),
    };
    let path = change.path.iter().map(step).collect();
    let value = change.value.clone();
    match change.verb {
        Verb::Set => Edit::Set { path, value },
        Verb::Append => Edit::Append { path, value },
        Verb::Insert(index) => Edit::Insert { path, index, value },
        Verb::Remove => Edit::Remove { path },
    }
}

/// Kubernetes splits a stream at every `---`, before a document's directives too: those are not for it.
fn sample(choices: &mut Choices<'_>) -> String {
    document(choices).replacen("%YAML 1.1", "# no directive", 1)
}

/// Edits a text and has Kubernetes compare; whether an edit was made.
fn compare(text: &str, tree: &Value, changes: &[Change]) -> Result<bool, TestCaseError> {
    let edits: Vec<_> = changes.iter().map(edit).collect();
    let edited = match apply(text, &edits) {
        Ok(edited) => edited,
        Err(EditError::Refused {
            reason: Reason::Alias | Reason::Anchored | Reason::Merged,
            ..
        }) => return Ok(false),
        Err(EditError::Refused { .. }) if changes.len() > 1 => return Ok(false),
        Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}\n{changes:?}"))),
    };
    let Some(wanted) = changed(tree, changes) else {
        return Ok(false);
    };
    let found = kubernetes(&edited);
    prop_assert_eq!(found, Ok(wanted), "{}\n{:?}\n{}", text, changes, edited);
    Ok(true)
}

#[test]
fn kubernetes_reads_random_documents_as_we_do() {
    let read = Cell::new(0);
    let bytes = prop::collection::vec(any::<u8>(), 0..250);
    proptest::test_runner::TestRunner::new(cases(4000))
        .run(&bytes, |bytes| {
            let text = sample(&mut Choices(&bytes));
            match kubernetes(&text) {
                Ok(tree) => {
                    read.set(read.get() + 1);
                    prop_assert_eq!(ours(&text), Ok(tree), "{}", text);
                }
                Err(error) => prop_assert!(!error.starts_with("panic"), "{}", text),
            }
            Ok(())
        })
        .unwrap();
    assert!(
        read.get() > 3000,
        "Kubernetes read only {} documents",
        read.get()
    );
}

#[test]
fn kubernetes_sees_exactly_what_an_edit_says() {
    let made = Cell::new(0);
    let bytes = prop::collection::vec(any::<u8>(), 0..250);
    proptest::test_runner::TestRunner::new(cases(6000))
        .run(&bytes, |bytes| {
            let mut choices = Choices(&bytes);
            let text = sample(&mut choices);
            let Ok(tree @ (Value::Object(_) | Value::Array(_))) = kubernetes(&text) else {
                return Ok(());
            };
            let count = [1, 1, 1, 2, 3, 5][choices.pick(6)];
            let mut changes: Vec<Change> = Vec::new();
            for _ in 0..count {
                let change = change(&mut choices, &tree);
                // What is removed twice is gone once.
                if change.verb != Verb::Remove || !changes.contains(&change) {
                    changes.push(change);
                }
            }
            made.set(made.get() + u32::from(compare(&text, &tree, &changes)?));
            Ok(())
        })
        .unwrap();
    assert!(made.get() > 3000, "only {} edits were made", made.get());
}

#[test]
fn kubernetes_sees_exactly_what_an_edit_says_in_what_helm_prints() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        let rendered = ["msr", "platform", "distribution"]
            .map(|name| home.template("rel", &chart(name), &[]).exits(0).stdout);
        let streams: Vec<_> = rendered
            .iter()
            .flat_map(|stream| split(stream.as_bytes()))
            .collect();
        let texts: Vec<_> = streams
            .iter()
            .map(|document| std::str::from_utf8(document.raw()).unwrap())
            .collect();
        let made = Cell::new(0);
        let bytes = prop::collection::vec(any::<u8>(), 40..120);
        proptest::test_runner::TestRunner::new(cases(1500))
            .run(&(0..texts.len(), bytes), |(index, bytes)| {
                let Ok(tree @ Value::Object(_)) = kubernetes(texts[index]) else {
                    return Ok(());
                };
                let mut choices = Choices(&bytes);
                let change = change(&mut choices, &tree);
                made.set(made.get() + u32::from(compare(texts[index], &tree, &[change])?));
                Ok(())
            })
            .unwrap();
        assert!(made.get() > 1000, "only {} edits were made", made.get());
    }
}

#[test]
fn kubernetes_reads_scalars_as_we_do() {
    let odd =
        "([-+.0-9_eExobT:Z~ynYNtfF=<]|0x|0o|0b|inf|nan|null|true|yes|2001-|-1-1|1:2:3| ){1,7}";
    let tag = prop::option::of(prop::sample::select(vec![
        "int",
        "float",
        "bool",
        "null",
        "str",
        "timestamp",
        "binary",
    ]));
    proptest::test_runner::TestRunner::new(cases(6000))
        .run(&(odd, tag, 0..3_u8), |(scalar, tag, place)| {
            let tag = tag.map(|tag| format!("!!{tag} ")).unwrap_or_default();
            let text = match place {
                0 => format!("k: {tag}{scalar}\n"),
                1 => format!("{tag}{scalar}: k\n"),
                _ => format!("[{tag}\"{}\"]\n", scalar.trim()),
            };
            // Both must read it, or neither.
            match (kubernetes(&text), ours(&text)) {
                (Ok(theirs), found) => prop_assert_eq!(found, Ok(theirs), "{}", text),
                (Err(error), found) => prop_assert!(found.is_err(), "{}: {}", text, error),
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn kubernetes_reads_every_string_back_that_we_write() {
    let odd = prop_oneof![
        "\\PC{0,12}",
        any::<String>(),
        "[-+.0-9_eExob:T~ynYN#&*!|>'\"%@`{}\\[\\],?= \t\n\r\\\\]{0,10}",
        prop::sample::select(HOSTILE.to_vec()).prop_map(str::to_owned),
    ];
    proptest::test_runner::TestRunner::new(cases(6000))
        .run(&odd, |string| {
            let block = quote_if_needed(&string, Context::Block);
            let flow = quote_if_needed(&string, Context::Flow);
            let text = format!("{block}: {block}\nlist:\n- {block}\n- [{flow}, {{{flow}: {flow}}}]\n- {flow}: {block}\n");
            let wanted = json!({&string: &string, "list": [&string, [&string, {&string: &string}], {&string: &string}]});
            prop_assert_eq!(kubernetes(&text), Ok(wanted), "{}", text);
            Ok(())
        })
        .unwrap();
}

#[test]
fn kubernetes_reads_every_value_back_that_we_write() {
    let bytes = prop::collection::vec(any::<u8>(), 0..80);
    proptest::test_runner::TestRunner::new(cases(3000))
        .run(&bytes, |bytes| {
            let value = value(&mut Choices(&bytes), 0);
            let text = to_yaml(&value);
            prop_assert_eq!(kubernetes(&text), Ok(value), "{}", text);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_stream_splits_where_kubernetes_splits_it() {
    let line = prop::sample::select(vec![
        "a: 1",
        "---",
        "--- ",
        "--- # c",
        "# c",
        "",
        "b:\n  - c",
        "t: |\n  ---\n  x",
    ]);
    proptest::test_runner::TestRunner::new(cases(1500))
        .run(&prop::collection::vec(line, 0..9), |lines| {
            let stream = lines.join("\n");
            let found: Vec<_> = split(stream.as_bytes())
                .into_iter()
                .map(|document| {
                    let text = std::str::from_utf8(document.raw()).unwrap();
                    ours(text).map_err(drop)
                })
                .filter(|document| *document != Ok(Value::Null))
                .collect();
            let theirs = kubeyaml::documents(&stream)
                .into_iter()
                .map(|read| read.map_err(drop));
            let theirs: Vec<_> = theirs
                .filter(|document| *document != Ok(Value::Null))
                .collect();
            prop_assert_eq!(found, theirs, "{}", stream);
            Ok(())
        })
        .unwrap();
}
