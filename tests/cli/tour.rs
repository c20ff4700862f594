//! The README's commands as they stand there, run one after another on both Helms, and what it shows of their output; and
//! every command as `helm msr-storage`. A block behind a comment `<!-- not run: … -->` is left out.

use std::fs;
use std::path::Path;

use super::support::helm::{Helm, Home, copy_of_chart};
use super::support::markdown::blocks;
use super::support::program;
use super::support::run::{Run, same_text};
use super::support::tools::root;

/// One command of a block, and what is shown below it.
struct Step {
    /// The line of the README.
    line: usize,
    command: String,
    shown: String,
}

/// The commands of a block: a line behind `$ `, with the lines that it goes on in by `\` or by `<<'EOF'`.
fn steps(first: usize, text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut goes_on = false;
    for (number, line) in text.lines().enumerate() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                line: first + number,
                command: format!("{command}\n"),
                shown: String::new(),
            });
            goes_on = command.ends_with('\\') || command.ends_with("<<'EOF'");
            continue;
        }
        let step = steps.last_mut().expect("a block begins with a command");
        let into = if goes_on {
            &mut step.command
        } else {
            &mut step.shown
        };
        into.push_str(line);
        into.push('\n');
        let document = step.command.contains("<<'EOF'");
        goes_on = goes_on
            && if document {
                line != "EOF"
            } else {
                line.ends_with('\\')
            };
    }
    steps
}

/// A home with the chart in it; the program is on PATH as `cargo install` would have put it.
fn home(helm: Helm) -> Home {
    let home = Home::new(helm);
    copy_of_chart("msr", &home.path().join("chart"));
    home
}

fn in_shell(home: &Home, command: &str) -> Run {
    let built = program::under_test();
    let run = home.run(Path::new("/bin/sh")).args(["-c", command]);
    run.path(built.parent().unwrap())
}

#[test]
fn the_readmes_commands_do_what_it_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let mut steps_run = Vec::new();
    for helm in Helm::BOTH {
        let home = home(helm);
        for block in blocks(&readme) {
            let left_out = block.mark.is_some_and(|mark| mark.starts_with("not run: "));
            if block.language != "console" || left_out {
                continue;
            }
            for step in steps(block.line, &block.text) {
                let outcome = in_shell(&home, &step.command).run();
                // By their contract both end with 1: a finding, and a difference.
                let is_one =
                    step.shown.starts_with("error[") || step.command.contains("msr-storage diff");
                if !step.shown.is_empty() {
                    println!("README.md:{} on {helm:?}", step.line);
                    same_text(&outcome.stdout, &step.shown);
                }
                println!("README.md:{} on {helm:?}: {}", step.line, step.command);
                outcome.exits(i32::from(is_one));
                steps_run.push(step.command);
            }
        }
        let made = |name: &str| fs::read_to_string(home.path().join(name)).unwrap();
        assert!(made("policy.json").contains("\"arn:aws:s3:::testing-msr\""));
        assert!(
            made("changes.diff").contains("\n+            - name: REGISTRY_STORAGE_S3_BUCKET\n")
        );
        assert!(made("rendered.yaml").contains("value: testing-msr\n"));
        assert!(made("msr-storage-check.1").contains(".TH msr-storage-check 1"));
    }
    // A block that is no longer read as commands would be a tour that is no longer run.
    for command in [
        "check",
        "explain",
        "values",
        "policy",
        "diff",
        "restore",
        "convert",
        "schema",
        "completions",
        "man",
        "plugin",
    ] {
        let words = format!("msr-storage {command} ");
        assert!(
            steps_run.iter().any(|step| step.contains(&words)),
            "{command}"
        );
    }
}

/// Each command through Helm, on what the tour made, says what it says by itself.
#[test]
fn every_command_is_one_of_helms_and_says_the_same() {
    const VALUES: &str =
        "registry: {storage: {backend: s3, s3: {region: us-east-2, bucket: testing-msr}}}\n";
    let commands = [
        ("check values.yaml", 0),
        ("check wrong.yaml", 1),
        ("values -f values.yaml", 0),
        ("explain s3.region", 0),
        ("schema", 0),
        ("policy -f values.yaml", 0),
        ("diff -f values.yaml < plain.yaml", 1),
        ("restore rendered.yaml", 0),
        ("convert values.yaml --to cr", 0),
        ("completions bash", 0),
        ("man check", 0),
        ("plugin status", 0),
    ];
    for helm in Helm::BOTH {
        let home = home(helm);
        let wrong = VALUES.replace("us-east-2", "us-est-2");
        fs::write(home.path().join("values.yaml"), VALUES).unwrap();
        fs::write(home.path().join("wrong.yaml"), wrong).unwrap();
        let prepare = "msr-storage plugin install && helm template msr ./chart > plain.yaml && \
                       msr-storage -f values.yaml < plain.yaml > rendered.yaml";
        in_shell(&home, prepare).run().exits(0);
        for (command, code) in commands {
            let alone = in_shell(&home, &format!("msr-storage {command}")).run();
            let through_helm = in_shell(&home, &format!("helm msr-storage {command}")).run();
            assert!(!alone.stdout.is_empty(), "{command}");
            same_text(&through_helm.stdout, &alone.stdout);
            alone.exits(code);
            through_helm.exits(code);
        }
    }
}
