//! The post-renderer as a KRM function: the rules of the KRM Functions Specification, one test a rule. Real kustomize is
//! `around`'s, what the settings become other tests'.

#[path = "krm/refused.rs"]
mod refused;
#[path = "krm/values.rs"]
mod values;

use std::fs;

use serde_json::Value;

use super::support::kubeyaml;
use super::support::run::{Outcome, msr_storage, same_text};
use super::support::tools::root;

/// The list of testdata, as it is.
fn list() -> String {
    fs::read_to_string(root().join("testdata/krm/list.yaml")).unwrap()
}

/// A text with something of it replaced; it must stand there.
#[track_caller]
fn with(text: &str, old: &str, new: &str) -> String {
    assert!(text.contains(old), "{old}");
    text.replace(old, new)
}

/// The list without its functionConfig.
fn without_config() -> String {
    let list = list();
    let (head, rest) = list.split_once("functionConfig:\n").unwrap();
    let (_, items) = rest.split_once("items:\n").unwrap();
    format!("{head}items:\n{items}")
}

fn function(stdin: &str) -> Outcome {
    msr_storage([] as [&str; 0]).stdin(stdin).run()
}

/// The one object of an output, which must be what the specification allows.
#[track_caller]
fn resource_list(outcome: &Outcome) -> Value {
    let schema = fs::read(root().join("testdata/krm/resource-list.schema.json")).unwrap();
    let schema: Value = serde_json::from_slice(&schema).unwrap();
    let mut objects = kubeyaml::objects(&outcome.stdout);
    assert_eq!(objects.len(), 1, "{}", outcome.stdout);
    let found = objects.remove(0);
    if let Err(fault) = jsonschema::validate(&schema, &found) {
        panic!("{fault}\n{}", outcome.stdout);
    }
    found
}

fn titles(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    let title = |item: &Value| {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        text(&item["kind"]) + "/" + &text(&item["metadata"]["name"])
    };
    items.iter().map(title).collect()
}

/// “A function MUST accept input from stdin and MUST output to stdout a Kubernetes object of kind ResourceList”, in each version.
#[test]
fn a_resource_list_comes_in_and_goes_out_in_every_version() {
    for version in ["v1", "v1beta1", "v1alpha1"] {
        let api = format!("config.kubernetes.io/{version}");
        let outcome = function(&with(
            &list(),
            "config.kubernetes.io/v1\n",
            &format!("{api}\n"),
        ))
        .exits(0);
        assert_eq!(outcome.stderr, "");
        let found = resource_list(&outcome);
        assert_eq!(found["apiVersion"], api);
        assert_eq!(
            titles(&found),
            [
                "ServiceAccount/msr",
                "Secret/msr-msr-registry-storage",
                "Deployment/msr-msr-registry",
                "Service/msr-msr-registry",
            ]
        );
    }
}

/// “A function MAY Create, Update, or Delete any number of items”: as the post-renderer would the same objects in a stream.
#[test]
fn the_items_become_what_the_same_objects_become_in_a_stream() {
    let before: Vec<Value> = kubeyaml::objects(&without_config());
    let items = before[0]["items"].as_array().unwrap();
    let stream: String = items.iter().map(|item| format!("---\n{item}\n")).collect();
    let values = root().join("testdata/krm/values.yaml");
    for stdin in [
        list(),
        with(&list(), "backend: s3", "backend: persistentVolume"),
    ] {
        let backend = if stdin.contains("persistentVolume") {
            "persistentVolume"
        } else {
            "s3"
        };
        let set = format!("registry.storage.backend={backend}");
        let outcome = msr_storage(["--set", &set, "-f"])
            .args([&values])
            .stdin(stream.clone())
            .run()
            .exits(0);
        let found = resource_list(&function(&stdin).exits(0));
        assert_eq!(
            found["items"],
            Value::Array(kubeyaml::objects(&outcome.stdout))
        );
        assert_eq!(
            found["items"].as_array().unwrap().len(),
            items.len() + 1,
            "a Secret or a claim"
        );
    }
}

/// “A function SHOULD preserve comments”, “MUST NOT modify” internal annotations: no line of the items is another, nor moved.
#[test]
fn every_line_of_the_items_stays_with_its_comments_quotes_and_annotations() {
    let outcome = function(&list()).exits(0);
    let mut after = outcome.stdout.lines();
    for line in without_config().lines() {
        assert!(
            after.any(|other| other == line),
            "{line}\n{}",
            outcome.stdout
        );
    }
}

/// A function that has nothing to do hands on what it was given, to the byte.
#[test]
fn a_list_without_a_registry_stays_as_it_is() {
    let (list, _) = without_config()
        .split_once("  # The registry itself.")
        .map(|(list, rest)| (list.to_owned(), rest.to_owned()))
        .unwrap();
    let outcome = function(&list).exits(0);
    same_text(&outcome.stdout, &list);
}

/// The functionConfig is “[input]”, and results are “[output]”: neither is handed on.
#[test]
fn what_is_input_alone_is_not_handed_on() {
    let stale = list() + "results:\n- message: of another run\n";
    let outcome = function(&stale).exits(0);
    let found = resource_list(&outcome);
    assert_eq!(found.get("functionConfig"), None);
    assert_eq!(found.get("results"), None);
    for word in [
        "StorageValues",
        "not-to-be-shown",
        "AKIANOTREAL",
        "of another run",
    ] {
        assert!(!outcome.stdout.contains(word), "{word}");
    }
}

/// “As YAML is a superset of JSON, JSON will also be supported”: and comes out as JSON.
#[test]
fn json_comes_out_as_json() {
    let whole = kubeyaml::objects(&list()).remove(0);
    let wanted = resource_list(&function(&list()).exits(0));
    for json in [
        whole.to_string(),
        serde_json::to_string_pretty(&whole).unwrap(),
    ] {
        let outcome = function(&json).exits(0);
        let found: Value = serde_json::from_str(&outcome.stdout).unwrap();
        assert_eq!(found, wanted);
    }
}

/// Keys in another order, a comment and a `---` before them: still a ResourceList.
#[test]
fn a_list_is_recognised_however_it_begins() {
    let list = list();
    let (head, config) = list.split_once("functionConfig:").unwrap();
    let (config, items) = config.split_once("\nitems:").unwrap();
    let wanted = resource_list(&function(&list).exits(0));
    for text in [
        format!("functionConfig:{config}\nitems:{items}{head}"),
        format!("items:{items}{head}functionConfig:{config}\n"),
        format!("---\n# by hand\n{list}---\n"),
        with(&list, "\n", "\r\n"),
    ] {
        assert_eq!(resource_list(&function(&text).exits(0)), wanted, "{text}");
    }
}

/// Run again on its own output, it changes nothing.
#[test]
fn twice_is_as_once() {
    let once = function(&list()).exits(0).stdout;
    let list = list();
    let config = &list[list.find("functionConfig:").unwrap()..list.find("items:").unwrap()];
    let twice = function(&with(&once, "\nitems:\n", &format!("\n{config}items:\n"))).exits(0);
    same_text(&twice.stdout, &once);
}

/// A list among other documents is no function's input: the stream is an ordinary one.
#[test]
fn a_list_among_other_documents_is_left_alone() {
    let stream =
        without_config() + "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: other}\n";
    let outcome = function(&stream).exits(1);
    assert_eq!(outcome.stdout, "");
    let outcome = msr_storage(["--no-values"])
        .stdin(stream.clone())
        .run()
        .exits(0);
    same_text(&outcome.stdout, &stream);
}

/// `diff` looks at the same list, and shows neither the functionConfig nor a key of it.
#[test]
fn diff_shows_the_change_of_the_items_alone() {
    let outcome = msr_storage(["diff"]).stdin(list()).run().exits(1);
    assert!(
        outcome
            .stdout
            .contains("+                - name: REGISTRY_STORAGE\n"),
        "{}",
        outcome.stdout
    );
    assert!(
        !outcome
            .stdout
            .lines()
            .any(|line| line.starts_with('-') && line != "---"),
        "{}",
        outcome.stdout
    );
    for word in ["not-to-be-shown", "AKIANOTREAL", "bm90LXRv"] {
        assert!(!outcome.stdout.contains(word), "{word}");
    }
}
