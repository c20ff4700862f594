//! docs/terraform.md and docs/pulumi.md: a program with Helm inside, which has no command line of Helm's to read.

use std::fs;

use super::is_expanded;
use crate::support::helm::Helm;
use crate::support::page::{Desk, Page};
use crate::support::run::Outcome;
use crate::support::tools::tool;

/// The reader's folder, and in it a copy of the chart that has the page's carrier: `./carrying`.
fn desk(page: &str) -> (Page, Desk) {
    tool("helmsdk");
    let page = Page::named(page);
    let desk = Desk::new(Helm::V3, &page);
    desk.run("cp -rL chart carrying && mv storage-values.yaml carrying/templates/")
        .exits(0);
    (page, desk)
}

const VALUES: &str = "registry: {storage: {backend: s3, s3: {region: us-east-2, bucket: testing-msr, existingSecret: keys}}}";

fn provider(desk: &Desk, chart: &str, args: &str, values: &str) -> Outcome {
    desk.run(&format!(
        "printf '%s\\n' '{values}' | helmsdk ./{chart} msr-storage {args}"
    ))
}

/// The `args` of the page's main.tf, as the shell takes them.
#[track_caller]
fn args_of_main_tf(page: &Page) -> String {
    let text = page.file("main.tf");
    let line = text
        .lines()
        .find(|line| line.trim_start().starts_with("args "))
        .unwrap();
    let (_, list) = line.split_once('=').unwrap();
    let args: Vec<String> = serde_json::from_str(list.trim()).unwrap();
    args.join(" ").replace("${path.module}", ".")
}

#[test]
fn terraforms_args_bring_the_values() {
    let (page, desk) = desk("terraform.md");
    assert!(
        page.file("main.tf")
            .contains("binary_path = \"msr-storage\"")
    );
    let args = args_of_main_tf(&page);
    assert_eq!(args, "-f ./values.yaml");
    let values = desk.read("values.yaml");
    let outcome = provider(&desk, "chart", &args, &values).exits(0);
    is_expanded(&outcome.stdout);
    desk.change("values.yaml", "us-east-2", "us-esat-2");
    let outcome = provider(&desk, "chart", &args, &values).exits(1);
    assert!(
        outcome.stderr.contains("./values.yaml:5:15"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("did you mean `us-east-2`?"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_variable_brings_the_values() {
    let (_, desk) = desk("terraform.md");
    let desk = desk.env("MSR_STORAGE_VALUES", "values.yaml");
    is_expanded(&provider(&desk, "chart", "", VALUES).exits(0).stdout);
    desk.change("values.yaml", "us-east-2", "us-esat-2");
    let outcome = provider(&desk, "chart", "", VALUES).exits(1);
    assert!(
        outcome.stderr.contains("did you mean `us-east-2`?"),
        "{}",
        outcome.stderr
    );
}

/// The carrier holds what the provider gave the chart, wherever that came from; it is not among the objects afterwards.
#[test]
fn a_carrier_brings_the_values() {
    for page in ["terraform.md", "pulumi.md"] {
        let (_, desk) = desk(page);
        let outcome = provider(&desk, "carrying", "", VALUES).exits(0);
        is_expanded(&outcome.stdout);
        assert!(!outcome.stdout.contains("StorageValues"), "{page}");
        let outcome = provider(
            &desk,
            "carrying",
            "",
            &VALUES.replace("us-east-2", "us-esat-2"),
        )
        .exits(1);
        assert!(
            outcome.stderr.contains("StorageValues/msr"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains("did you mean `us-east-2`?"),
            "{}",
            outcome.stderr
        );
    }
}

/// Never silence: what the chart got can't be seen, and the ways out are named.
#[test]
fn without_any_source_it_is_refused_with_the_ways_out() {
    let (_, desk) = desk("pulumi.md");
    let outcome = provider(&desk, "chart", "", VALUES).exits(1);
    assert_eq!(outcome.stdout, "");
    for way in [
        "-f FILE",
        "--set KEY=VALUE",
        "MSR_STORAGE_VALUES",
        "values carrier",
        "--no-values",
    ] {
        assert!(outcome.stderr.contains(way), "{way}\n{}", outcome.stderr);
    }
}

/// The page's program names the post-renderer as Pulumi takes it: one word.
#[test]
fn pulumis_page_names_a_command_without_arguments() {
    let page = Page::named("pulumi.md");
    assert!(
        page.file("index.ts")
            .contains("postrender: \"msr-storage\",\n")
    );
    let carrier = fs::read_to_string(crate::support::tools::root().join("README.md")).unwrap();
    assert!(
        carrier.contains(page.file("storage-values.yaml")),
        "the README's carrier is another one"
    );
}
