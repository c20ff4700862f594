//! Where a KRM function's values come from: functionConfig, items, variables, flags, and Helm's line, which is not one of them.

use serde_json::Value;

use super::{function, list, resource_list, with, without_config};
use crate::support::helm::{Helm, Home, chart};
use crate::support::program::{self, script};
use crate::support::run::{Outcome, msr_storage};

const SETTINGS: [&str; 6] = [
    "--set",
    "registry.storage.backend=s3",
    "--set",
    "registry.storage.s3.region=us-east-2",
    "--set",
    "registry.storage.s3.bucket=by-flag",
];

/// The value of a variable of the registry's container.
#[track_caller]
fn variable(outcome: &Outcome, name: &str) -> Option<String> {
    let list = resource_list(outcome);
    let items = list["items"].as_array().unwrap();
    let registry = items
        .iter()
        .find(|item| item["kind"] == "Deployment")
        .unwrap();
    let env = &registry["spec"]["template"]["spec"]["containers"][0]["env"];
    let entry = env.as_array()?.iter().find(|entry| entry["name"] == name)?;
    entry["value"].as_str().map(str::to_owned)
}

fn bucket(outcome: &Outcome) -> Option<String> {
    variable(outcome, "REGISTRY_STORAGE_S3_BUCKET")
}

/// The list with the custom resource as its functionConfig.
fn with_custom_resource() -> String {
    let list = with(&list(), "msr-storage/v1", "msr.mirantis.com/v1");
    let list = with(&list, "kind: StorageValues", "kind: MSR");
    let (head, rest) = list.split_once("  registry:\n").unwrap();
    let (block, items) = rest.split_once("items:\n").unwrap();
    let moved: String = block.lines().map(|line| format!("  {line}\n")).collect();
    format!("{head}  spec:\n    registry:\n{moved}items:\n{items}")
}

#[test]
fn an_msr_custom_resource_is_a_function_config_too() {
    let outcome = function(&with_custom_resource()).exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("testing-msr"));
    assert!(
        !outcome.stdout.contains("msr.mirantis.com/v1"),
        "it is no item"
    );
}

#[test]
fn flags_and_variables_lie_over_the_function_config() {
    let outcome = msr_storage(["--set", "registry.storage.s3.bucket=by-flag"])
        .stdin(list())
        .run()
        .exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("by-flag"));
    assert_eq!(
        variable(&outcome, "REGISTRY_STORAGE_S3_REGION").as_deref(),
        Some("us-east-2")
    );
    let outcome = msr_storage([] as [&str; 0])
        .env("MSR_STORAGE_SET", "registry.storage.s3.bucket=by-variable")
        .stdin(list())
        .run()
        .exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("by-variable"));
}

/// “Functions MAY consider this field optional”: then values come as they do for a plain filter.
#[test]
fn without_a_function_config_flags_and_variables_serve() {
    let outcome = msr_storage(SETTINGS).stdin(without_config()).run().exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("by-flag"));
    let lines = "registry.storage.backend=s3\nregistry.storage.s3.region=us-east-2\nregistry.storage.s3.bucket=by-variable";
    let outcome = msr_storage([] as [&str; 0])
        .env("MSR_STORAGE_SET", lines)
        .stdin(without_config())
        .run()
        .exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("by-variable"));
    let outcome = msr_storage(["--no-values"])
        .stdin(without_config())
        .run()
        .exits(0);
    assert_eq!(outcome.stdout, without_config());
}

/// A chart's carrier among the items is consumed as in a stream; the functionConfig lies over it.
#[test]
fn a_carrier_among_the_items_is_consumed() {
    let carrier = "  - apiVersion: msr-storage/v1\n    kind: StorageValues\n    metadata: {name: msr}\n    registry: {storage: {backend: s3, s3: {region: us-east-1, bucket: by-carrier, rootdirectory: /of-the-chart}}}\n";
    let place = "  # The registry itself.\n";
    let alone = with(&without_config(), place, &format!("{carrier}{place}"));
    let outcome = function(&alone).exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("by-carrier"));
    assert!(
        !outcome.stdout.contains("StorageValues"),
        "{}",
        outcome.stdout
    );
    let both = with(&list(), place, &format!("{carrier}{place}"));
    let outcome = function(&both).exits(0);
    assert_eq!(bucket(&outcome).as_deref(), Some("testing-msr"));
    assert_eq!(
        variable(&outcome, "REGISTRY_STORAGE_S3_ROOTDIRECTORY").as_deref(),
        Some("/of-the-chart")
    );
    assert!(
        !outcome.stdout.contains("StorageValues"),
        "{}",
        outcome.stdout
    );
}

/// The operator expands a custom resource: among the items it gets the settings.
#[test]
fn a_custom_resource_among_the_items_gets_the_settings() {
    let (head, _) = with(&list(), "items:\n", "items:\n  - {apiVersion: msr.mirantis.com/v1, kind: MSR, metadata: {name: msr}, spec: {}}\n")
        .split_once("  - apiVersion: v1\n    kind: ServiceAccount").map(|(head, rest)| (head.to_owned(), rest.to_owned())).unwrap();
    let outcome = function(&head).exits(0);
    let list = resource_list(&outcome);
    let storage: &Value = &list["items"][0]["spec"]["registry"]["storage"];
    assert_eq!(storage["s3"]["bucket"], "testing-msr");
    assert_eq!(storage["backend"], "s3");
}

/// Under Helm or not, a function's values are its own: what stands on Helm's line belongs to another chart, if to any.
#[test]
fn helms_line_is_not_looked_at() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        let program = program::under_test().display();
        let (list, renderer) = (home.path().join("list.yaml"), home.path().join("renderer"));
        std::fs::write(&list, without_config()).unwrap();
        let text = format!(
            "#!/bin/sh\ncat >/dev/null\n'{program}' <'{0}' 2>'{0}.said'\necho 'kind: A'\n",
            list.display()
        );
        script(&renderer, &text);
        home.install_renderer("renderer", &renderer);
        home.template(
            "msr",
            &chart("msr"),
            &[&SETTINGS[..], &["--post-renderer", "renderer"]].concat(),
        );
        let said = std::fs::read_to_string(format!("{}.said", list.display())).unwrap();
        assert!(
            said.contains("the ResourceList has no functionConfig"),
            "{helm:?}: {said}"
        );
    }
}
