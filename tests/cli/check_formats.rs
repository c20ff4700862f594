//! `check`'s outputs, its exit codes and its inputs: positions counted by hand in every format, SARIF against its schema,
//! folders, several inputs, comments and flags that turn rules.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::run::{Outcome, msr_storage, same_text};
use super::support::tools::root;

/// A folder with files in it.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn check(folder: &Path, args: &[&str]) -> Outcome {
    msr_storage(["check"].iter().chain(args))
        .folder(folder)
        .run()
}

/// The findings of a run in JSON: code, line, column, end line, end column, and the bytes' text.
fn places(folder: &Path, file: &str) -> Vec<Value> {
    let outcome = check(folder, &[file, "--format=json"]);
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let found = json["diagnostics"].as_array().unwrap().iter();
    found
        .map(|found| {
            let at = &found["location"];
            let byte = |key: &str| usize::try_from(at[key].as_u64().unwrap()).unwrap();
            let bytes = &text[byte("byte_start")..byte("byte_end")];
            json!([
                found["code"],
                at["line"],
                at["column"],
                at["end_line"],
                at["end_column"],
                bytes
            ])
        })
        .collect()
}

#[test]
fn places_are_right_in_crlf_flow_json_and_beside_wide_characters() {
    let block = "# Größe: 10 €\r\nregistry:\r\n  storage:\r\n    backend: s3\r\n    s3:\r\n      region: mars-1 # ü\r\n      bucket: 'Bücket'\r\n";
    let flow = "registry: {storage: {backend: s3, s3: {bucket: \"ümlaut\", region: mars-1}}}\n";
    let json = "\u{feff}{\"registry\": {\"storage\": {\"backend\": \"s3\",\n\t\"s3\": {\"region\": \"mars-1\", \"bucket\": \"b\"}}}}";
    let folder = folder(&[
        ("block.yaml", block),
        ("flow.yaml", flow),
        ("values.json", json),
    ]);
    assert_eq!(
        places(folder.path(), "block.yaml"),
        [
            json!(["unsupported-region", 6, 15, 6, 21, "mars-1"]),
            json!(["bucket-name", 7, 15, 7, 23, "'Bücket'"]),
        ]
    );
    assert_eq!(
        places(folder.path(), "flow.yaml"),
        [
            json!(["bucket-name", 1, 48, 1, 56, "\"ümlaut\""]),
            json!(["unsupported-region", 1, 66, 1, 72, "mars-1"]),
        ]
    );
    assert_eq!(
        places(folder.path(), "values.json"),
        [
            json!(["unsupported-region", 2, 19, 2, 27, "\"mars-1\""]),
            json!(["bucket-name", 2, 39, 2, 42, "\"b\""]),
        ]
    );
}

const WRONG: &str = "registry:\n  storage:\n    backend: s3\n    s3:\n      region: us-east-2\n      bucket: testing-msr\n      secure: 1\n      rootdirectory: /msr\n";

#[test]
fn people_read_it_with_the_line_and_a_summary() {
    let folder = folder(&[("values.yaml", WRONG)]);
    let outcome = check(folder.path(), &["values.yaml"]).exits(1);
    same_text(
        &outcome.stdout,
        "\
error[wrong-type]: registry.storage.s3.secure is an integer, but must be true or false
 --> values.yaml:7:15
  |
7 |       secure: 1
  |               ^
  |
  = help: give true or false

warning[root-directory]: registry.storage.s3.rootdirectory begins with a slash, which is not a part of the keys
 --> values.yaml:8:22
  |
8 |       rootdirectory: /msr
  |                      ^^^^
  |
  = help: write msr

1 error, 1 warning in 1 input
",
    );
    same_text(&outcome.stderr, "");
    let quiet = check(folder.path(), &["values.yaml", "--quiet"])
        .exits(1)
        .stdout;
    assert!(quiet.ends_with("write msr\n"), "{quiet}");
    let colours = check(folder.path(), &["values.yaml", "--color=always"])
        .exits(1)
        .stdout;
    assert!(colours.contains("\u{1b}["), "{colours}");
}

#[test]
fn github_gets_commands_with_the_place() {
    let folder = folder(&[("values.yaml", WRONG)]);
    let outcome = check(folder.path(), &["values.yaml", "--format=github"]).exits(1);
    same_text(
        &outcome.stdout,
        "::error file=values.yaml,line=7,endLine=7,col=15,endColumn=16,title=wrong-type::registry.storage.s3.secure is an integer, but must be true or false%0Ahelp: give true or false\n\
         ::warning file=values.yaml,line=8,endLine=8,col=22,endColumn=26,title=root-directory::registry.storage.s3.rootdirectory begins with a slash, which is not a part of the keys%0Ahelp: write msr\n",
    );
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = fs::read_to_string(root().join("testdata/schemas/sarif-2.1.0.json")).unwrap();
    // A slip of the schema's: a bracket that no expression opens, in the pattern of a language's code.
    let schema = schema.replace("{2}]?$", "{2}$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = folder(&[("charts/a b.yaml", WRONG)]);
    let flag = ["--set", "registry.storage.backend=s4"];
    let args = ["charts/a b.yaml", "--format=sarif", flag[0], flag[1]];
    let sarif: Value = serde_json::from_str(&check(folder.path(), &args).exits(1).stdout).unwrap();
    let faults: Vec<String> = validator
        .iter_errors(&sarif)
        .map(|fault| fault.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = &sarif["runs"][0]["results"];
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "charts/a%20b.yaml"
    );
    assert_eq!(
        results[0]["locations"][0]["physicalLocation"]["region"]["startLine"],
        7
    );
    assert_eq!(
        results[2]["locations"][0]["logicalLocations"][0]["fullyQualifiedName"],
        "--set"
    );
    let listed = check(folder.path(), &["--list-rules"]).exits(0).stdout;
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap()
        .len();
    assert_eq!(rules, listed.lines().count());

    let mut broken = sarif;
    broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] =
        json!(0);
    assert!(
        !validator.is_valid(&broken),
        "the schema counts lines from 1"
    );
}

#[test]
fn exit_codes_are_the_contract() {
    let warned = WRONG.replace("      secure: 1\n", "");
    let folder = folder(&[("wrong.yaml", WRONG), ("warned.yaml", &warned)]);
    let check = |args: &[&str]| check(folder.path(), args);
    check(&["warned.yaml"]).exits(0);
    check(&["warned.yaml", "--strict"]).exits(1);
    check(&["wrong.yaml"]).exits(1);
    check(&[]).exits(2);
    check(&["warned.yaml", "--deny=no-such-rule"]).exits(2);
    check(&[
        "warned.yaml",
        "--deny=root-directory",
        "--allow=root-directory",
    ])
    .exits(2);
    check(&["missing.yaml"]).exits(3);
    let explained = check(&["--explain=root-directory"]).exits(0).stdout;
    assert!(
        explained.starts_with("root-directory (warning): "),
        "{explained}"
    );
}

#[test]
fn rules_are_turned_by_flag_and_by_comment() {
    let small = WRONG.replace("secure: 1", "chunksize: 1");
    let commented = small.replace(
        "s3:\n",
        "s3: # msr-storage: allow out-of-range, root-directory\n",
    );
    let folder = folder(&[
        ("values.yaml", &small),
        ("commented.yaml", &commented),
        ("wrong.yaml", WRONG),
    ]);
    let check = |args: &[&str]| check(folder.path(), args);
    check(&["values.yaml", "--allow=out-of-range"]).exits(0);
    check(&[
        "values.yaml",
        "--allow=out-of-range",
        "--deny=root-directory",
    ])
    .exits(1);
    // An error is one everywhere, and what leaves nothing to expand can't be allowed.
    check(&["values.yaml", "--warn=out-of-range"]).exits(2);
    check(&["wrong.yaml", "--allow=wrong-type"]).exits(2);
    let outcome = check(&["commented.yaml"]).exits(0);
    same_text(&outcome.stdout, "no findings in 1 input; 2 allowed\n");
}

#[test]
fn a_folder_is_walked_and_what_is_not_ours_passed_over() {
    let folder = folder(&[
        ("a/values.yaml", WRONG),
        ("b/values.yml", WRONG),
        ("ignored/values.yaml", WRONG),
        (".gitignore", "ignored/\n"),
        ("other/values.yaml", "storage:\n  class: fast\n"),
        (
            "templates/registry.yaml",
            "{{ if .Values.registry.storage.backend }}\na: b: c\n{{ end }}\n",
        ),
        ("notes.md", "registry.storage.backend"),
        ("chart/Chart.yaml", "name: msr\nversion: 1.0.0\n"),
        (
            "chart/values.yaml",
            "registry:\n  storage:\n    backend: persistentVolume\n    s3:\n      secure: true\n",
        ),
    ]);
    let outcome = check(folder.path(), &[".", "--format=json"]).exits(1);
    let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let found = json["diagnostics"].as_array().unwrap().iter();
    let sources: Vec<_> = found
        .map(|found| found["location"]["source"].as_str().unwrap())
        .collect();
    assert_eq!(
        sources,
        [
            "a/values.yaml",
            "a/values.yaml",
            "b/values.yml",
            "b/values.yml"
        ]
    );
    assert_eq!(json["summary"]["judged"], 3);
}

/// A mistyped path in a pipeline must not stay green in silence.
#[test]
fn a_folder_without_settings_is_said_and_fails_where_strict() {
    let folder = folder(&[
        ("empty/notes.md", "registry.storage.backend"),
        (
            "other/values.yaml",
            "replicaCount: 2\nstorage:\n  class: fast\n",
        ),
        (
            "right/values.yaml",
            "registry: {storage: {backend: s3, s3: {region: us-east-2, bucket: testing-msr}}}\n",
        ),
    ]);
    let check = |args: &[&str]| check(folder.path(), args);
    for name in ["empty", "other"] {
        let said = check(&[name]).exits(0).stderr;
        assert!(
            said.contains(name) && said.contains("no storage settings"),
            "{said}"
        );
        check(&[name, "--strict"]).exits(1);
        // Beside another one too: each folder was named for its own sake.
        let both = check(&["right", name, "--strict"]).exits(1).stderr;
        assert!(
            both.contains(&format!("{name}:")) && !both.contains("right:"),
            "{both}"
        );
    }
    same_text(&check(&["right", "--strict"]).exits(0).stderr, "");
    // A hook hands over files without knowing what is in them.
    same_text(
        &check(&["other/values.yaml", "--strict"]).exits(0).stderr,
        "",
    );
    check(&["nowhere"]).exits(3);
}

/// The value that runs is named, and a secret's only as another one.
#[test]
fn what_is_not_reconciled_is_named() {
    let case = root().join("testdata/check/not-reconciled/fires/another-bucket/input.yaml");
    let bucket = fs::read_to_string(case).unwrap();
    let keys = "        accesskey: AKIANOTREAL000000000\n        secretkey: not-to-be-shown\n---";
    let entries = ["ACCESSKEY", "SECRETKEY"].map(|name| {
        format!(
            "        - name: REGISTRY_STORAGE_S3_{name}\n          value: AKIANOTREAL000000001\n"
        )
    });
    let secret = bucket
        .replace("older-msr", "testing-msr")
        .replacen("---", keys, 1)
        + &entries.concat();
    let folder = folder(&[("bucket.yaml", &bucket), ("secret.yaml", &secret)]);
    let named = check(folder.path(), &["bucket.yaml"]).exits(0).stdout;
    assert!(
        named.contains("s3.bucket: Deployment/msr-msr-registry has `older-msr`"),
        "{named}"
    );
    let masked = check(folder.path(), &["secret.yaml"]).exits(0).stdout;
    assert!(
        masked.contains("s3.accesskey: Deployment/msr-msr-registry has `***`"),
        "{masked}"
    );
    assert!(!masked.contains("AKIANOTREAL"), "{masked}");
}

/// Above 16 MiB it is a dump of something, unless it is named; and what is no text is nobody's values.
#[test]
fn of_a_folder_what_is_too_big_or_no_text_is_passed_over() {
    let big = format!("{WRONG}# {}\n", "-".repeat(16 << 20));
    let folder = folder(&[("big.yaml", &big), ("values.yaml", WRONG)]);
    let bytes = [WRONG.as_bytes(), b"# \xff\n"].concat();
    fs::write(folder.path().join("latin.yaml"), bytes).unwrap();
    let outcome = check(folder.path(), &["."]).exits(1);
    assert!(
        outcome.stdout.ends_with("in 1 input\n"),
        "{}",
        outcome.stdout
    );
    assert!(!outcome.stdout.contains("big.yaml"));
    let named = check(folder.path(), &["big.yaml", "--quiet"]).exits(1);
    assert!(named.stdout.contains("big.yaml:7:15"), "{}", named.stdout);
}

#[test]
fn several_inputs_and_standard_input_are_judged_in_their_order() {
    let folder = folder(&[("a.yaml", WRONG), ("b.yaml", "other: values\n")]);
    let two = format!("{WRONG}---\n{WRONG}");
    let outcome = msr_storage([
        "check",
        "-",
        "a.yaml",
        "b.yaml",
        "--format=github",
        "--deny=root-directory",
    ])
    .folder(folder.path())
    .stdin(two)
    .run()
    .exits(1);
    let starts: Vec<&str> = outcome
        .stdout
        .lines()
        .map(|line| line.split("::").nth(1).unwrap())
        .collect();
    assert_eq!(
        starts,
        [
            "error title=wrong-type",
            "error title=root-directory",
            "error title=wrong-type",
            "error title=root-directory",
            "error file=a.yaml,line=7,endLine=7,col=15,endColumn=16,title=wrong-type",
            "error file=a.yaml,line=8,endLine=8,col=22,endColumn=26,title=root-directory",
        ]
    );
    assert!(
        outcome.stdout.contains("::<stdin>:16:15: "),
        "{}",
        outcome.stdout
    );
}

#[test]
fn the_values_of_sibling_charts_are_no_faults() {
    let charts = root().join("testdata/siblings");
    let outcome = check(&charts, &["."]).exits(0);
    same_text(&outcome.stdout, "no findings in 0 inputs\n");
    for entry in fs::read_dir(&charts).unwrap() {
        let path = entry.unwrap().path();
        check(&charts, &[path.to_str().unwrap(), "--strict"]).exits(0);
    }
}
