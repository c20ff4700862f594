//! The pages on other tools under `docs`: their files and commands, by the real programs where they can be had. What the settings
//! become is other tests'.

use std::fs;

use serde_json::Value;

use super::support::page::Page;
use super::support::tools::root;

#[path = "around/argocd.rs"]
mod argocd;
#[path = "around/helm_plugins.rs"]
mod helm_plugins;
#[path = "around/helmfile.rs"]
mod helmfile;
#[path = "around/inside.rs"]
mod inside;
#[path = "around/kustomize.rs"]
mod kustomize;
#[path = "around/pages.rs"]
mod pages;

/// Every page, and whether it has commands: those are run by the page's own test.
const PAGES: [(&str, bool); 9] = [
    ("argocd.md", false),
    ("flux.md", true),
    ("helm-diff.md", true),
    ("helm-secrets.md", true),
    ("helmfile.md", true),
    ("kustomize.md", true),
    ("networks.md", true),
    ("pulumi.md", false),
    ("terraform.md", false),
];

/// An object of a stream by its kind and name.
#[track_caller]
fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> &'a Value {
    let is_it = |object: &&Value| object["kind"] == kind && object["metadata"]["name"] == name;
    let found = objects.iter().find(is_it);
    found.unwrap_or_else(|| panic!("no {kind}/{name}"))
}

/// The entry of a variable of a workload's first container.
#[track_caller]
fn variable<'a>(workload: &'a Value, name: &str) -> &'a Value {
    let env = workload["spec"]["template"]["spec"]["containers"][0]["env"].as_array();
    let mut entries = env.into_iter().flatten();
    let found = entries.find(|entry| entry["name"] == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

/// Demands that a stream's registry keeps its images in the bucket of the pages.
#[track_caller]
fn is_expanded(stream: &str) {
    let objects = super::support::kubeyaml::objects(stream);
    let registry = find(&objects, "Deployment", "msr-msr-registry");
    let bucket = variable(registry, "REGISTRY_STORAGE_S3_BUCKET");
    assert_eq!(bucket["value"], "testing-msr");
    let key = &variable(registry, "REGISTRY_STORAGE_S3_REGION")["value"];
    assert_eq!(key, "us-east-2");
}

/// A page says what was tried and what was not, the README leads to it, and no command is on it that no test runs.
#[test]
fn every_page_says_what_was_tried_and_what_was_not() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for (name, has_commands) in PAGES {
        let text = fs::read_to_string(root().join("docs").join(name)).unwrap();
        for heading in ["\n## Tried\n", "\n## Not tried\n"] {
            assert!(text.contains(heading), "{name}: {heading:?}");
        }
        assert!(readme.contains(&format!("(docs/{name})")), "README: {name}");
        assert_eq!(
            Page::named(name).commands.is_empty(),
            !has_commands,
            "{name}"
        );
    }
}
