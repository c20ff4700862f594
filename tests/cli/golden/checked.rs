//! What the post-renderer wrote is clean: `check` of every case's output finds no error that it does not find in the case's own values,
//! and no key in a workload, for every backend.

use std::collections::BTreeMap;

use serde_json::Value;

use super::case::Case;
use crate::support::run::msr_storage;

/// What is told the post-renderer and has to be told `check` too, for a stream does not show it.
const TOLD: [&str; 7] = [
    "--selector",
    "--container",
    "--existing-secret",
    "--iam-role",
    "--keep-keys",
    "--allow-region",
    "--allow",
];

/// The arguments of a case that `check` takes as well, those of variables among them.
fn told(case: &Case) -> Vec<String> {
    let mut told = Vec::new();
    let mut args = case.args().into_iter().peekable();
    while let Some(arg) = args.next() {
        let name = arg.split('=').next().unwrap_or_default();
        let name = if name == "-l" { "--selector" } else { name };
        if TOLD.contains(&name) {
            let takes_value = !["--iam-role", "--keep-keys"].contains(&name) && !arg.contains('=');
            told.push(arg.clone());
            told.extend(takes_value.then(|| args.next()).flatten());
        }
    }
    for (name, value) in case.env() {
        let flag = name
            .trim_start_matches("MSR_STORAGE_")
            .to_lowercase()
            .replace('_', "-");
        let flag = format!("--{flag}");
        if TOLD.contains(&flag.as_str()) {
            told.push(if value == "true" {
                flag
            } else {
                format!("{flag}={value}")
            });
        }
    }
    told
}

/// The findings of a run, each by its code and whether it is an error.
fn findings(case: &Case, args: &[&str], stdin: &str) -> Vec<(String, bool)> {
    let line = ["check", "--format=json"].map(str::to_owned);
    let args = args.iter().map(|arg| (*arg).to_owned());
    let outcome = msr_storage(line.into_iter().chain(args).chain(told(case)))
        .folder(case.file(""))
        .stdin(stdin)
        .run();
    let report: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|fault| panic!("{fault}: {}{}", outcome.stdout, outcome.stderr));
    let found = report["diagnostics"].as_array().unwrap().iter();
    found
        .map(|found| {
            let code = found["code"].as_str().unwrap().to_owned();
            (code, found["severity"] == "error")
        })
        .collect()
}

#[test]
fn check_is_clean_on_every_output() {
    let mut checked: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in Case::all() {
        let Some(output) = case.text("want.yaml") else {
            continue;
        };
        *checked.entry(case.topic().to_owned()).or_default() += 1;
        let given = match case.text("values.yaml") {
            Some(values) => findings(&case, &["-"], &values),
            None => Vec::new(),
        };
        for (code, is_error) in findings(&case, &["-"], &output) {
            // What stands as the chart rendered it is the chart's.
            let in_the_open = code == "key-in-plain-env" && case.topic() != "as-rendered";
            if in_the_open || (is_error && !given.contains(&(code.clone(), true))) {
                wrong.push(format!("{}: {code}", case.name()));
            }
        }
    }
    for backend in ["persistentVolume", "s3", "azure", "gcs", "swift", "oss"] {
        assert!(checked.contains_key(backend), "{backend}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
