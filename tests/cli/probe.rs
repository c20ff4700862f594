//! `check --probe`: what needs no store is in `alone`, the rest stands against the stores of `real`, run by `scripts/prove
//! probe`: right settings (afterwards the store is empty again) and wrong ones (the finding is at the field that is wrong).

mod alone;
mod identity;
mod left;
mod limits;
mod rights;
mod stores;
mod trust;
mod ways;

use std::fs;
use std::path::Path;

use serde_json::{Map, Value};
use tempfile::TempDir;

use super::support::program;
use super::support::run::{Outcome, Run, msr_storage};

/// Values in a file, one field a line.
struct Values {
    folder: TempDir,
    text: String,
    /// The values of the secret fields: no output may hold them.
    secrets: Vec<String>,
}

impl Values {
    fn new(backend: &str, block: &Map<String, Value>) -> Self {
        const SECRET: [&str; 7] = [
            "accesskey",
            "secretkey",
            "accountkey",
            "credentials",
            "password",
            "accesskeyid",
            "accesskeysecret",
        ];
        let mut text = format!("registry:\n  storage:\n    backend: {backend}\n    {backend}:\n");
        for (field, value) in block {
            text += &format!("      {field}: {value}\n");
        }
        let secrets = block
            .iter()
            .filter(|(field, _)| SECRET.contains(&field.as_str()));
        // Of a service account's key only the private key is one.
        let secrets = secrets.filter_map(|(_, value)| {
            let text = value.as_str()?;
            let json: Option<Value> = serde_json::from_str(text).ok();
            let key = json.as_ref().and_then(|json| json["private_key"].as_str());
            Some(key.unwrap_or(text).to_owned())
        });
        let secrets = secrets.collect();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("values.yaml"), &text).unwrap();
        Self {
            folder,
            text,
            secrets,
        }
    }

    fn check(&self, args: &[&str]) -> Run {
        msr_storage(["check", "values.yaml", "--probe"].iter().chain(args))
            .folder(self.folder.path())
    }

    /// Probes them, and demands that no output holds a secret.
    #[track_caller]
    fn probe(&self, network: &[(String, String)], args: &[&str]) -> Outcome {
        let args = [args, &["--allow=keys-in-values"]].concat();
        let mut run = self.check(&args);
        for (name, value) in network {
            run = run.env(name, value);
        }
        let outcome = run.run();
        for secret in &self.secrets {
            for text in [&outcome.stdout, &outcome.stderr] {
                assert!(!text.contains(secret.as_str()), "{secret} is shown: {text}");
            }
        }
        outcome
    }

    /// What the probe finds, each `CODE FIELD`: the field is the one that the place's line begins with.
    #[track_caller]
    fn found(&self, network: &[(String, String)], args: &[&str]) -> Vec<String> {
        let outcome = self.probe(network, &[args, &["--format=json"]].concat());
        let json: Value = serde_json::from_str(&outcome.stdout)
            .unwrap_or_else(|fault| panic!("{fault}: {}{}", outcome.stdout, outcome.stderr));
        let errors = json["summary"]["errors"].as_u64().unwrap();
        assert_eq!(outcome.code, Some(i32::from(errors > 0)), "{json:#}");
        let found = json["diagnostics"].as_array().unwrap().iter();
        let found = found.filter(|found| found["code"].as_str().unwrap().starts_with("probe-"));
        found
            .map(|found| {
                let line = usize::try_from(found["location"]["line"].as_u64().unwrap()).unwrap();
                let line = self.text.lines().nth(line - 1).unwrap();
                let (field, _) = line.trim().split_once(':').unwrap();
                format!("{} {field}", found["code"].as_str().unwrap())
            })
            .collect()
    }
}

/// The block with another value of a field; `null` takes the field out.
fn with(block: &Map<String, Value>, changes: &[(&str, Value)]) -> Map<String, Value> {
    let mut block = block.clone();
    for (field, value) in changes {
        if value.is_null() {
            block.shift_remove(*field);
        } else {
            block.insert((*field).to_owned(), value.clone());
        }
    }
    block
}

/// The folder of the programs under test.
fn programs() -> &'static Path {
    program::under_test().parent().unwrap()
}
