//! `check` by folders: `testdata/check/CODE/{fires,passes}/CASE/`. A new case is a new folder. It has the files that are
//! checked, `args` (one argument a line) where that is not just `input.yaml`, and `expect`: the findings, in order, each
//! `CODE PLACE`, counted by hand. A case without `expect` must find nothing. Where `args` begin with `post-render`, that
//! runs instead, on `input.yaml`, and the codes alone are compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::support::run::msr_storage;
use super::support::tools::root;

/// What no output may ever hold; the cases' secrets are this, or begin so.
const SECRETS: [&str; 7] = [
    "not-to-be-shown",
    "notToBeShown",
    "AKIANOTREAL",
    // The same in base64.
    "bm90IGEg",
    "bm90LXRvLWJlLXNob3du",
    "bm90VG9CZVNob3du",
    "QUtJQU5PVFJFQUw",
];

/// Rules that only a running Helm makes fire: `check_release` and the post-renderer's own tests show them.
const UNDER_HELM: [&str; 4] = [
    "forgotten-values",
    "backend-switch",
    "claim-lost",
    "claim-fixed",
];

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(path)
        .unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> &str {
    path.file_name().unwrap().to_str().unwrap()
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).map_or_else(
        |_| Vec::new(),
        |text| text.lines().map(str::to_owned).collect(),
    )
}

fn arguments(case: &Path) -> Vec<String> {
    match lines(&case.join("args")) {
        args if args.is_empty() => vec!["input.yaml".to_owned()],
        args => args,
    }
}

/// The codes that the post-renderer refuses a case with.
fn refusals(case: &Path, args: &[String]) -> Vec<String> {
    let input = fs::read(case.join("input.yaml")).unwrap();
    let outcome = msr_storage(args).folder(case).stdin(input).run();
    let codes = outcome
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("error["));
    codes
        .filter_map(|line| Some(line.split_once(']')?.0.to_owned()))
        .collect()
}

/// The findings of a run, each `CODE PLACE`.
fn findings(case: &Path) -> Vec<String> {
    let given = arguments(case);
    if given.first().is_some_and(|first| first == "post-render") {
        return refusals(case, &given);
    }
    let mut args = vec!["check".to_owned(), "--format=json".to_owned()];
    args.extend(given);
    let outcome = msr_storage(&args).folder(case).run();
    let json: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|fault| panic!("{}: {fault}\n{}", case.display(), outcome.stderr));
    let errors = json["summary"]["errors"].as_u64().unwrap();
    assert_eq!(
        outcome.code,
        Some(i32::from(errors > 0)),
        "{}",
        case.display()
    );
    let found = json["diagnostics"].as_array().unwrap().iter();
    found
        .map(|found| {
            let at = &found["location"];
            let source = at["source"].as_str().unwrap_or("nowhere");
            let code = found["code"].as_str().unwrap();
            if source.starts_with("--") || at["line"].is_null() {
                format!("{code} {source}")
            } else {
                format!("{code} {source}:{}:{}", at["line"], at["column"])
            }
        })
        .collect()
}

#[test]
fn every_case_finds_what_it_says_and_nothing_else() {
    let mut wrong = Vec::new();
    for code in folders(&root().join("testdata/check")) {
        for case in ["fires", "passes"]
            .iter()
            .flat_map(|side| folders(&code.join(side)))
        {
            let wanted = lines(&case.join("expect"));
            let found = findings(&case);
            if found != wanted {
                wrong.push(format!(
                    "{}\n  wanted {wanted:#?}\n  found {found:#?}",
                    case.display()
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_case_that_fires_and_one_that_passes() {
    let list = msr_storage(["check", "--list-rules"]).run().exits(0).stdout;
    let rules: Vec<&str> = list
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    let codes = folders(&root().join("testdata/check"));
    let codes: BTreeMap<&str, &PathBuf> = codes.iter().map(|path| (name(path), path)).collect();
    for code in codes.keys() {
        assert!(rules.contains(code), "there is no rule {code}");
    }
    for rule in rules {
        // What a real store says is in the tests of `probe`.
        if UNDER_HELM.contains(&rule) || rule.starts_with("probe-") {
            continue;
        }
        let folder = codes
            .get(rule)
            .unwrap_or_else(|| panic!("{rule} has no case"));
        let fires = folders(&folder.join("fires"));
        assert!(
            !fires.is_empty() && !folders(&folder.join("passes")).is_empty(),
            "{rule}"
        );
        for case in fires {
            let expected = lines(&case.join("expect"));
            assert!(
                expected
                    .iter()
                    .any(|line| line.split(' ').next() == Some(rule)),
                "{}",
                case.display()
            );
        }
        for case in folders(&folder.join("passes")) {
            let expected = lines(&case.join("expect"));
            assert!(
                !expected
                    .iter()
                    .any(|line| line.split(' ').next() == Some(rule)),
                "{}",
                case.display()
            );
        }
    }
}

#[test]
fn no_format_shows_a_secret() {
    for code in folders(&root().join("testdata/check")) {
        for case in folders(&code.join("fires")) {
            for format in ["human", "json", "sarif", "github"] {
                let mut args = vec!["check".to_owned(), format!("--format={format}")];
                args.extend(
                    arguments(&case)
                        .into_iter()
                        .filter(|arg| arg != "post-render"),
                );
                let outcome = msr_storage(&args).folder(&case).run();
                for secret in SECRETS {
                    let shown = [&outcome.stdout, &outcome.stderr]
                        .iter()
                        .any(|text| text.contains(secret));
                    assert!(!shown, "{format} of {} shows {secret}", case.display());
                }
            }
        }
    }
}
