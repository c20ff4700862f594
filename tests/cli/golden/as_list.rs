//! Every case once more as a KRM function's `ResourceList`: its items become what the stream's objects become, or are refused by the
//! same rules. What a stream has and a list has not (comments, broken documents, template names) is left out by name.

use std::collections::BTreeSet;

use serde_json::Value;

use super::case::Case;
use crate::support::kubeyaml;

/// Cases about what a list of objects does not have, and why.
const NOT_OF_OBJECTS: [(&str, &str); 11] = [
    ("carrier/of-another-chart-is-no-source", "template names"),
    ("carrier/of-its-own-chart-only", "template names"),
    (
        "secret/two-workloads-of-one-name-that-need-different-values",
        "template names",
    ),
    (
        "umbrella/two-registries-each-its-own-values",
        "template names",
    ),
    ("umbrella/values-at-the-top-are-nobodys", "template names"),
    ("umbrella/values-of-two-levels", "template names"),
    ("umbrella/values-under-the-subcharts-key", "template names"),
    (
        "carrier/wrong-values-are-named-where-they-stand",
        "spelling",
    ),
    ("documents/a-repeated-key-on-the-way", "spelling"),
    ("documents/an-anchor-on-the-way", "spelling"),
    ("workloads/an-item-of-a-list", "a list in a list"),
];

#[test]
fn every_case_as_a_resource_list_gives_the_same_objects() {
    let mut differing = BTreeSet::new();
    let mut compared = 0;
    for case in Case::all() {
        let input = case.input();
        let Ok(documents) = kubeyaml::documents(&input)
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
        else {
            continue;
        };
        let items: String = documents
            .iter()
            .filter(|it| it.is_object())
            .map(|item| format!("- {item}\n"))
            .collect();
        let items = match items.as_str() {
            "" => " []\n".to_owned(),
            items => format!("\n{items}"),
        };
        let list =
            format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:{items}");
        let (stream, function) = (case.run(&input), case.run(&list));
        compared += 1;
        let same = stream.code == function.code
            && if stream.code == Some(0) {
                let found = kubeyaml::objects(&function.stdout).remove(0);
                found["items"] == Value::Array(kubeyaml::objects(&stream.stdout))
            } else {
                codes(&stream.stderr) == codes(&function.stderr)
            };
        if !same {
            differing.insert(case.name());
        }
    }
    assert!(compared > 150, "{compared}");
    let wanted: BTreeSet<_> = NOT_OF_OBJECTS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    assert_eq!(differing, wanted);
}

/// The rules that refused.
fn codes(stderr: &str) -> BTreeSet<&str> {
    let lines = stderr
        .lines()
        .filter_map(|line| line.strip_prefix("error["));
    lines
        .filter_map(|rest| Some(rest.split_once(']')?.0))
        .collect()
}
