//! Random documents and edits: the result reads as the old tree with the edit, nothing else has changed, and a second
//! time changes nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::Value;

use super::super::{Edit, EditError, Reason, apply};
use super::changes::{Change, Verb, change, changed};
use super::generate::{Choices, document};
use crate::yaml::{Node, Step, parse_one, to_json};

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

/// The document and what it means, if it is one that Kubernetes would read.
fn sample(choices: &mut Choices<'_>) -> Option<(String, Node, Value)> {
    let text = document(choices);
    let root = parse_one(&text).ok()??;
    let tree = to_json(&root).ok()?;
    (tree.is_object() || tree.is_array()).then_some((text, root, tree))
}

/// All but the collection that the edit is in must be the same bytes.
fn assert_local(text: &str, root: &Node, edit: &Edit, edited: &str) {
    let path = edit.path();
    let depth = if matches!(edit, Edit::Append { .. } | Edit::Insert { .. }) {
        path.len()
    } else {
        path.len() - 1
    };
    let Some(around) = (0..=depth).rev().find_map(|depth| root.at(&path[..depth])) else {
        return;
    };
    let start = around
        .indicator
        .unwrap_or(around.outer_start())
        .min(around.outer_start());
    let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[around.outer_end()..]
        .find('\n')
        .map_or(text.len(), |at| around.outer_end() + at + 1);
    assert!(
        edited.starts_with(&text[..start]),
        "changed before the place"
    );
    let behind = &text[end..];
    // Blank lines behind what is removed go too where a `|+` before it would take them in.
    let blank = matches!(edit, Edit::Remove { .. }) && text.contains('+');
    let behind = if blank {
        behind.trim_start_matches(['\r', '\n', ' '])
    } else {
        behind
    };
    assert!(edited.ends_with(behind), "changed behind the place");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_edit_does_what_it_says_and_nothing_else(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut choices = Choices(&bytes);
        let Some((text, root, tree)) = sample(&mut choices) else { return Ok(()) };
        let change = change(&mut choices, &tree);
        let Some(wanted) = changed(&tree, std::slice::from_ref(&change)) else { return Ok(()) };
        let edit = edit(&change);
        let edited = match apply(&text, std::slice::from_ref(&edit)) {
            Ok(edited) => edited,
            Err(EditError::Refused { reason: Reason::Alias | Reason::Anchored | Reason::Merged, .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}\n{edit:?}"))),
        };
        let found = parse_one(&edited).unwrap().map(|root| to_json(&root).unwrap());
        prop_assert_eq!(found, Some(wanted), "{}\n{:?}\n{}", text, edit, edited);
        assert_local(&text, &root, &edit, &edited);
        if change.verb == Verb::Set || change.verb == Verb::Remove && change.path.last().is_some_and(Value::is_string) {
            let again = apply(&edited, &[edit]);
            prop_assert_eq!(again.as_ref(), Ok(&edited));
        }
    }

    #[test]
    fn several_edits_are_made_as_one(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut choices = Choices(&bytes);
        let Some((text, _, tree)) = sample(&mut choices) else { return Ok(()) };
        let changes: Vec<_> = (0..2 + choices.pick(4)).map(|_| change(&mut choices, &tree)).collect();
        // What is removed twice is gone once.
        let mut changes = changes;
        let mut seen = Vec::new();
        changes.retain(|change| change.verb != Verb::Remove || !seen.contains(change) && { seen.push(change.clone()); true });
        let edits: Vec<_> = changes.iter().map(edit).collect();
        let edited = match apply(&text, &edits) {
            Ok(edited) => edited,
            Err(EditError::Refused { .. }) => return Ok(()),
            Err(error) => return Err(TestCaseError::fail(format!("{error}\n{text}\n{edits:?}"))),
        };
        let Some(wanted) = changed(&tree, &changes) else { return Ok(()) };
        let found = parse_one(&edited).unwrap().map(|root| to_json(&root).unwrap());
        prop_assert_eq!(found, Some(wanted), "{}\n{:?}\n{}", text, edits, edited);
    }

    #[test]
    fn no_text_is_too_odd(text in "[-\\[\\]{}:,?&*!|>'\"%@#a1~ \t\r\nü\u{feff}]{0,40}") {
        if let Ok(Some(root)) = parse_one(&text) {
            root.walk(&mut |node| assert!(text.get(node.outer_start()..node.outer_end()).is_some()));
            let _ = to_json(&root);
        }
        for script in ["set /a 1; add /a1 2", "add / 1", "del /a; del /1", "set /0/a \"x\\ny\""] {
            let _ = apply(&text, &super::edits(script));
        }
    }
}

/// The random documents are worth their name: what they hold, counted over many.
#[test]
fn random_documents_have_every_layout() {
    let mut seen = BTreeMap::<&str, usize>::new();
    let (mut read, mut refused) = (0, 0);
    let mut state = 1_u64;
    for _ in 0..3000 {
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            (state >> 40) as u8
        })
        .take(200)
        .collect();
        let text = document(&mut Choices(&bytes));
        match parse_one(&text) {
            Ok(Some(_)) => read += 1,
            _ => refused += 1,
        }
        for mark in [
            "\r\n", "|+", "&anchor", "*anchor", "<<:", "- - ", "{\"", ",]", "# c", "{}", "!!str",
            "...", "%YAML",
        ] {
            *seen.entry(mark).or_default() += usize::from(text.contains(mark));
        }
    }
    assert!(read > 2500, "{read} read, {refused} refused");
    let mut rare = String::new();
    for (mark, count) in &seen {
        if *count < 10 {
            let _ = write!(rare, "{mark}: {count}; ");
        }
    }
    assert!(rare.is_empty(), "{rare}");
}
