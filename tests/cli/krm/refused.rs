//! What a KRM function refuses, and how: results on standard output, text on standard error, an exit code.

use serde_json::{Value, json};

use super::{function, list, resource_list, with, without_config};
use crate::support::run::same_text;

/// “A non-zero exit code indicates a failure”, “error messages MUST be emitted to stderr”, and the results say it for programs.
#[test]
fn every_fault_is_a_result_and_stands_on_standard_error() {
    let wrong = with(
        &with(&list(), "us-east-2", "us-esat-2"),
        "backend: s3",
        "backend: s3\n      bakend: s3",
    );
    let outcome = function(&wrong).exits(1);
    let found = resource_list(&outcome);
    let config =
        json!({"apiVersion": "msr-storage/v1", "kind": "StorageValues", "name": "storage"});
    let results = found["results"].as_array().unwrap();
    let said: Vec<_> = results
        .iter()
        .map(|result| (&result["field"]["path"], &result["tags"]["rule"]))
        .collect();
    assert_eq!(
        said,
        [
            (&json!("registry.storage.bakend"), &json!("unknown-field")),
            (
                &json!("registry.storage.s3.region"),
                &json!("unsupported-region")
            ),
        ]
    );
    for result in results {
        assert_eq!(result["severity"], "error");
        assert_eq!(result["resourceRef"], config);
    }
    assert!(
        results[1]["message"]
            .as_str()
            .unwrap()
            .contains("did you mean `us-east-2`?"),
        "{results:?}"
    );
    // Counted in the functionConfig itself, from its first key.
    for place in [
        "functionConfig StorageValues/storage:8:5",
        "functionConfig StorageValues/storage:10:15",
    ] {
        assert!(
            outcome.stderr.contains(place),
            "{place}\n{}",
            outcome.stderr
        );
    }
}

/// Nothing half done: the items are what came in, and no key is shown.
#[test]
fn the_items_of_a_refusal_are_those_that_came_in() {
    let outcome = function(&with(&list(), "us-east-2", "us-esat-2")).exits(1);
    let (items, results) = outcome.stdout.split_once("results:\n").unwrap();
    same_text(items, &without_config());
    for text in [results, &outcome.stderr] {
        for secret in ["not-to-be-shown", "AKIANOTREAL"] {
            assert!(!text.contains(secret), "{secret}\n{text}");
        }
    }
}

/// A fault in an item names the item, its field, and the file that the orchestrator read it from.
#[test]
fn a_fault_of_an_item_names_it_and_its_file() {
    let found = resource_list(&function(&without_config()).exits(1));
    assert_eq!(found["results"].as_array().unwrap().len(), 1);
    let result = &found["results"][0];
    assert_eq!(
        result["resourceRef"],
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "namespace": "registry", "name": "msr-msr-registry"})
    );
    assert_eq!(
        result["file"],
        json!({"path": "deployments/registry.yaml", "index": 2})
    );
    assert_eq!(result["tags"]["rule"], "no-values");
    assert!(
        result["message"]
            .as_str()
            .unwrap()
            .contains("the ResourceList has no functionConfig"),
        "{result}"
    );

    let carrier = "items:\n  - apiVersion: msr-storage/v1\n    kind: StorageValues\n    metadata: {name: msr}\n    registry: {storage: {backend: s4}}\n";
    let found = resource_list(&function(&with(&without_config(), "items:\n", carrier)).exits(1));
    let result = &found["results"][0];
    assert_eq!(result["resourceRef"]["name"], "msr");
    assert_eq!(result["field"]["path"], "registry.storage.backend");
}

/// Results of a run are its own: those that came in are gone, and a second run says the same.
#[test]
fn results_do_not_pile_up() {
    let once = function(&without_config()).exits(1);
    let twice = function(&once.stdout).exits(1);
    same_text(&twice.stdout, &once.stdout);
}

#[track_caller]
fn single_result(stdin: &str) -> Value {
    let found = resource_list(&function(stdin).exits(1));
    let results = found["results"].as_array().unwrap();
    assert_eq!(results.len(), 1, "{results:?}");
    results[0].clone()
}

#[test]
fn a_function_config_of_another_kind_is_refused_with_the_two_that_serve() {
    for (old, new) in [
        ("kind: StorageValues", "kind: ConfigMap"),
        ("msr-storage/v1", "msr-storage/v2"),
        (
            "msr-storage/v1\n  kind: StorageValues",
            "example.com/v1\n  kind: MSR",
        ),
    ] {
        let result = single_result(&with(&list(), old, new));
        let message = result["message"].as_str().unwrap();
        for word in [
            "StorageValues of msr-storage/v1",
            "MSR of msr.mirantis.com/v1",
            "/storage",
        ] {
            assert!(message.contains(word), "{message}");
        }
    }
}

/// A carrier has its settings on top; under `spec` nobody would read them.
#[test]
fn settings_at_the_wrong_place_of_the_function_config_are_refused() {
    let (head, rest) = list()
        .split_once("  registry:\n")
        .map(|(head, rest)| (head.to_owned(), rest.to_owned()))
        .unwrap();
    let (block, items) = rest.split_once("items:\n").unwrap();
    let moved: String = block.lines().map(|line| format!("  {line}\n")).collect();
    let result = single_result(&format!(
        "{head}  spec:\n    registry:\n{moved}items:\n{items}"
    ));
    let message = result["message"].as_str().unwrap();
    assert!(
        message.contains("spec.registry.storage") && message.contains("reads registry.storage"),
        "{message}"
    );
}

/// Settings, and no registry that they could reach.
#[test]
fn settings_that_reach_nothing_are_refused() {
    let (list, _) = list()
        .split_once("  # The registry itself.")
        .map(|(list, rest)| (list.to_owned(), rest.to_owned()))
        .unwrap();
    assert_eq!(single_result(&list)["tags"]["rule"], "no-registry");
    let (empty, _) = list.split_once("items:\n").unwrap();
    assert_eq!(
        single_result(&format!("{empty}items: []\n"))["tags"]["rule"],
        "no-registry"
    );
}

/// What can't be a function's input has no output either: the reason alone, on standard error.
#[test]
fn what_can_not_be_read_has_no_output() {
    for (old, new, why) in [
        (
            "config.kubernetes.io/v1\n",
            "config.kubernetes.io/v2\n",
            "none of config.kubernetes.io/v1, config.kubernetes.io/v1beta1",
        ),
        ("kind: ResourceList", "kind: [ResourceList", "can't be read"),
        ("items:\n", "items: none\nothers:\n", "items are no list"),
    ] {
        let outcome = function(&with(&list(), old, new)).exits(1);
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains(why), "{}", outcome.stderr);
        assert!(
            !outcome.stderr.contains("not-to-be-shown"),
            "{}",
            outcome.stderr
        );
    }
}

/// A functionConfig that items share by an anchor can't be taken out without changing them: said once, and nothing written.
#[test]
fn a_list_that_can_not_be_edited_has_no_output() {
    let list = with(&list(), "name: storage\n", "name: &shared storage\n");
    let list = with(&list, "port: 5000", "name: *shared");
    let outcome = function(&list).exits(1);
    assert_eq!(outcome.stdout, "");
    assert_eq!(
        outcome.stderr.matches("error[").count(),
        1,
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("not-editable"),
        "{}",
        outcome.stderr
    );
}
