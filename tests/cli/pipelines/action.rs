//! action.yml step by step, as GitHub's runner would: its shell, its files for outputs, its expressions. The upload is not
//! done, only handed what it would upload.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_yaml::Value as Yaml;
use tempfile::TempDir;

use super::{OTHERS, RIGHT, WRONG, folder};
use crate::support::program::{self, script};
use crate::support::run::{Outcome, Run};
use crate::support::tools::root;

/// A runner: a checked out repository, a temporary folder, and what is on PATH.
struct Runner {
    workspace: TempDir,
    temp: TempDir,
    path: PathBuf,
    /// `inputs.NAME` and `steps.ID.outputs.NAME`.
    known: HashMap<String, String>,
}

/// How a job went.
struct Job {
    /// The step that failed, and its exit code.
    failed: Option<(String, i32)>,
    /// All that the steps printed.
    log: String,
    /// What the upload was given.
    uploaded: Option<Value>,
}

impl Runner {
    fn new(files: &[(&str, &str)], inputs: &[(&str, &str)]) -> Self {
        let built = program::under_test();
        let inputs = inputs
            .iter()
            .map(|(name, value)| (format!("inputs.{name}"), (*value).to_owned()));
        Self {
            workspace: folder(files),
            temp: tempfile::tempdir().unwrap(),
            path: built.parent().unwrap().to_owned(),
            known: inputs.collect(),
        }
    }

    /// The action from its first step to its last, or to the one that fails.
    fn run(mut self) -> Job {
        let text = fs::read_to_string(root().join("action.yml")).unwrap();
        let action: Yaml = serde_yaml::from_str(&text).unwrap();
        for (name, input) in action["inputs"].as_mapping().unwrap() {
            let (name, default) = (name.as_str().unwrap(), input["default"].as_str().unwrap());
            self.known
                .entry(format!("inputs.{name}"))
                .or_insert(default.to_owned());
        }
        let mut job = Job {
            failed: None,
            log: String::new(),
            uploaded: None,
        };
        for step in action["runs"]["steps"].as_sequence().unwrap() {
            if !self.is_wanted(step) {
                continue;
            }
            if step["uses"].is_string() {
                let file = self.evaluated(&step["with"]["sarif_file"]);
                job.uploaded = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
                continue;
            }
            let outcome = self.step(step);
            job.log += &outcome.stdout;
            job.log += &outcome.stderr;
            if outcome.code != Some(0) {
                let name = step["name"].as_str().unwrap().to_owned();
                job.failed = Some((name, outcome.code.unwrap()));
                break;
            }
        }
        job
    }

    /// `if: inputs.NAME == 'true'`, the one condition in use.
    fn is_wanted(&self, step: &Yaml) -> bool {
        step["if"].as_str().is_none_or(|condition| {
            let name = condition.strip_suffix(" == 'true'").unwrap();
            self.known[name] == "true"
        })
    }

    /// One step in the runner's own shell.
    fn step(&mut self, step: &Yaml) -> Outcome {
        assert_eq!(step["shell"], "bash");
        let text = step["run"].as_str().unwrap();
        assert!(!text.contains("${{"), "an expression in a script: {text}");
        let (file, output) = (
            self.temp.path().join("step.sh"),
            self.temp.path().join("output"),
        );
        fs::write(&file, text).unwrap();
        fs::write(&output, "").unwrap();
        let mut run = Run::new(Path::new("/bin/bash"))
            .args(["--noprofile", "--norc", "-eo", "pipefail"])
            .args([&file])
            .folder(self.workspace.path())
            .path(&self.path)
            .env("HOME", self.temp.path())
            .env("RUNNER_TEMP", self.temp.path())
            .env("GITHUB_OUTPUT", &output)
            .env("GITHUB_ACTION_PATH", "/the/action");
        for (name, value) in step["env"].as_mapping().into_iter().flatten() {
            run = run.env(name.as_str().unwrap(), self.evaluated(value));
        }
        let outcome = run.run();
        let id = step["id"].as_str().unwrap_or("none");
        for line in fs::read_to_string(output).unwrap().lines() {
            let (name, value) = line.split_once('=').unwrap();
            self.known
                .insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
        }
        outcome
    }

    /// `${{ NAME }}`, the one form of expression in use.
    fn evaluated(&self, value: &Yaml) -> String {
        let text = value.as_str().unwrap();
        let name = text
            .strip_prefix("${{ ")
            .and_then(|rest| rest.strip_suffix(" }}"));
        self.known[name.unwrap_or_else(|| panic!("{text}"))].clone()
    }
}

/// Where the results of a SARIF file are: rule, file, line.
fn places(sarif: &Value) -> Vec<(&str, &str, u64)> {
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            (
                result["ruleId"].as_str().unwrap(),
                place["artifactLocation"]["uri"].as_str().unwrap(),
                place["region"]["startLine"].as_u64().unwrap(),
            )
        })
        .collect()
}

#[test]
fn findings_are_uploaded_and_then_fail_the_job() {
    let files = [("clusters/one/values.yaml", WRONG), ("other.yaml", OTHERS)];
    let job = Runner::new(&files, &[]).run();
    assert_eq!(job.failed, Some(("Verdict".to_owned(), 1)), "{}", job.log);
    assert_eq!(
        places(&job.uploaded.unwrap()),
        [("unsupported-region", "clusters/one/values.yaml", 5)]
    );
    // People who read the log see the same.
    assert!(
        job.log.contains("clusters/one/values.yaml:5:15"),
        "{}",
        job.log
    );
}

#[test]
fn right_values_upload_an_empty_report_so_that_old_alerts_close() {
    let job = Runner::new(&[("values.yaml", RIGHT)], &[]).run();
    assert_eq!(job.failed, None, "{}", job.log);
    assert!(places(&job.uploaded.unwrap()).is_empty());
}

#[test]
fn without_upload_findings_are_annotations() {
    let job = Runner::new(&[("values.yaml", WRONG)], &[("upload", "false")]).run();
    assert_eq!(job.failed, Some(("Verdict".to_owned(), 1)));
    assert!(job.uploaded.is_none());
    assert!(
        job.log.contains("::error file=values.yaml,line=5,"),
        "{}",
        job.log
    );
}

#[test]
fn paths_and_arguments_are_lines_whatever_stands_in_them() {
    let strange = "a b; exit 7 $(exit 7)/values.yaml";
    let inputs = [
        ("paths", "a b; exit 7 $(exit 7)\n\nright.yaml\n"),
        ("arguments", "--allow\nunsupported-region\n"),
    ];
    let files = [
        (strange, WRONG),
        ("right.yaml", RIGHT),
        ("left-out.yaml", WRONG),
    ];
    let job = Runner::new(&files, &inputs).run();
    assert_eq!(job.failed, None, "{}", job.log);
    assert!(job.log.contains("in 2 inputs"), "{}", job.log);
}

#[test]
fn what_check_can_not_do_ends_it_at_once() {
    let missing = Runner::new(&[], &[("paths", "not/there.yaml")]).run();
    assert_eq!(
        missing.failed,
        Some(("Check".to_owned(), 3)),
        "{}",
        missing.log
    );
    assert!(missing.log.contains("not/there.yaml"), "{}", missing.log);
    let wrong = Runner::new(&[], &[("arguments", "--strickt")]).run();
    assert_eq!(wrong.failed, Some(("Check".to_owned(), 2)), "{}", wrong.log);
    assert!(missing.uploaded.is_none() && wrong.uploaded.is_none());
}

/// A cargo that says what it was asked to build, and puts the program where cargo would.
#[test]
fn the_program_is_built_from_the_action_where_there_is_none() {
    let mut runner = Runner::new(&[("values.yaml", WRONG)], &[]);
    let bin = runner.temp.path().join("bin");
    fs::create_dir(&bin).unwrap();
    let program = program::under_test().display();
    let cargo = format!(
        "#!/bin/sh\necho \"cargo $*\"\nmkdir -p \"$HOME/.cargo/bin\"\nln -s '{program}' \"$HOME/.cargo/bin/msr-storage\"\n"
    );
    script(&bin.join("cargo"), &cargo);
    runner.path = bin;
    let job = runner.run();
    assert!(
        job.log
            .contains("cargo install --locked --no-default-features --path /the/action\n"),
        "{}",
        job.log
    );
    assert_eq!(job.failed, Some(("Verdict".to_owned(), 1)), "{}", job.log);
}
