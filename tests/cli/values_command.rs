//! `values`: the storage settings that the tool sees, each with its source. Places are counted by hand.

use super::support::program;
use super::support::run::{msr_storage, same_text};

const FILE: &str = "registry:\n  storage:\n    backend: s3\n    s3: {region: us-east-2, bucket: testing-msr, secretkey: not-to-be-shown}\n";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("values.yaml"), FILE).unwrap();
    folder
}

#[test]
fn each_value_has_its_source_and_a_secret_is_masked() {
    let folder = folder();
    let outcome = msr_storage([
        "values",
        "-f",
        "values.yaml",
        "--set",
        "registry.storage.s3.region=eu-west-1",
    ])
    .folder(folder.path())
    .run()
    .exits(0);
    same_text(
        &outcome.stdout,
        "registry:\n  storage:\n    backend: s3 # values.yaml:3:14\n    s3:\n      region: eu-west-1 # --set\n      bucket: testing-msr # values.yaml:4:37\n      secretkey: \"***\" # values.yaml:4:61\n",
    );
}

#[test]
fn json_has_values_and_sources_and_shows_secrets_when_asked() {
    let folder = folder();
    let outcome = msr_storage([
        "values",
        "-f",
        "values.yaml",
        "-o",
        "json",
        "--show-secrets",
    ])
    .folder(folder.path())
    .run()
    .exits(0);
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).unwrap();
    assert_eq!(
        document["values"]["registry"]["storage"]["s3"]["secretkey"],
        "not-to-be-shown"
    );
    assert_eq!(
        document["sources"]["registry.storage.s3.bucket"],
        "values.yaml:4:37"
    );
}

/// The carrier is Helm's finished result; what is given to the program itself lies over it.
#[test]
fn a_carrier_in_a_stream_is_a_source() {
    let stream = "apiVersion: msr-storage/v1\nkind: StorageValues\nmetadata: {name: msr}\nregistry: {storage: {backend: gcs, gcs: {bucket: b}}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: msr-msr-registry}\nspec: {template: {spec: {containers: [{name: registry, image: msr-registry}]}}}\n";
    let outcome = msr_storage(["values", "-"])
        .stdin(stream.as_bytes().to_vec())
        .run()
        .exits(0);
    assert!(
        outcome.stdout.contains("bucket: b # StorageValues/msr"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn nothing_given_is_said_so() {
    let outcome = msr_storage(["values"]).run().exits(1);
    assert!(
        outcome.stderr.contains("holds registry.storage"),
        "{}",
        outcome.stderr
    );
}

/// Nobody but this program has read what its own flag names, so a pipe serves; Helm's own pipes are told apart in `helm_process`.
#[test]
fn a_pipe_given_to_the_program_itself_is_read() {
    let folder = folder();
    let script = format!(
        "{} values -f <(cat values.yaml)",
        program::under_test().display()
    );
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.contains("bucket: testing-msr"),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let refused = msr_storage(["values", "-f", "-"]).run().exits(1);
    assert!(
        refused.stderr.contains("not read from standard input"),
        "{}",
        refused.stderr
    );
}
