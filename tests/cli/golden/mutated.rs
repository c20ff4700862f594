//! Every case's values, stream and output with one node replaced by something of another kind, through every command that reads it:
//! an exit code, never a panic. In this process, for there are thousands of runs; the one module of `golden` that calls the library.

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use clap::Parser;
use msr_storage::cli::{Cli, Command};
use msr_storage::commands::{
    Exit, Streams, check, convert, diff, policy, post_render, restore, values,
};
use msr_storage::yaml;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::case::Case;

/// How many nodes of each text are replaced.
const EACH: usize = 2;

/// xorshift64*: the same replacements on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % sides
    }
}

/// What takes a node's place. A list around it is what a slip of the hand makes of a mapping.
fn replacements(node: &Value) -> [Value; 9] {
    [
        Value::Null,
        json!("registry"),
        json!(""),
        json!(7),
        json!(true),
        json!([]),
        json!(["registry"]),
        json!({"name": "registry"}),
        json!([node]),
    ]
}

/// The pointers of all nodes of a tree, in its order.
fn pointers(tree: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let below: Vec<(String, &Value)> = match tree {
        Value::Object(map) => map
            .iter()
            .map(|(key, node)| (key.replace('~', "~0").replace('/', "~1"), node))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, node)| (index.to_string(), node))
            .collect(),
        _ => Vec::new(),
    };
    for (key, node) in below {
        pointers(node, &format!("{at}/{key}"), found);
    }
}

/// The documents of a text; one that can't be read is left out.
fn documents(text: &str) -> Vec<Value> {
    yaml::split(text.as_bytes())
        .iter()
        .filter_map(|document| {
            let text = std::str::from_utf8(document.raw()).ok()?;
            yaml::to_json(&yaml::parse_first(text).ok()??).ok()
        })
        .collect()
}

/// A text with one node replaced, and what was.
fn mutated(documents: &[Value], dice: &mut Dice) -> Option<(String, String)> {
    let mut documents = documents.to_vec();
    let places: Vec<(usize, String)> = documents
        .iter()
        .enumerate()
        .flat_map(|(number, document)| {
            let mut found = Vec::new();
            pointers(document, "", &mut found);
            found.into_iter().map(move |pointer| (number, pointer))
        })
        .collect();
    let (number, pointer) = places.get(dice.roll(places.len().max(1)))?;
    let node = documents[*number].pointer_mut(pointer)?;
    let mut all = replacements(node);
    let index = dice.roll(all.len());
    *node = std::mem::take(&mut all[index]);
    let what = format!("document {number}, {pointer}: {node}");
    let texts: Vec<String> = documents.iter().map(yaml::to_yaml).collect();
    Some((texts.join("---\n"), what))
}

/// A command in this process.
fn run(args: &[&str], stdin: &str) -> Exit {
    let line = ["msr-storage"].iter().chain(args);
    let cli = Cli::try_parse_from(line).unwrap();
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut streams = Streams {
        input: &mut stdin.as_bytes(),
        output: &mut output,
        errors: &mut errors,
    };
    let outcome = match &cli.command {
        Some(Command::PostRender(args)) => post_render::run(args, &mut streams),
        Some(Command::Diff(args)) => diff::run(args, &mut streams),
        Some(Command::Check(args)) => check::run(args, &mut streams),
        Some(Command::Values(args)) => values::run(args, &mut streams),
        Some(Command::Policy(args)) => policy::run(args, &mut streams),
        Some(Command::Restore(args)) => restore::run(args, &mut streams),
        Some(Command::Convert(args)) => convert::run(args, &mut streams),
        _ => unreachable!("no command of this test"),
    };
    outcome.unwrap_or(Exit::CouldNotRun)
}

/// Texts in files, and the runs of them that panicked.
struct Runs {
    folder: TempDir,
    panicked: Vec<String>,
    done: usize,
}

impl Runs {
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn try_all(&mut self, lines: &[&[&str]], stdin: &str, what: &str) {
        for line in lines {
            self.done += 1;
            if panic::catch_unwind(AssertUnwindSafe(|| run(line, stdin))).is_err() {
                self.panicked.push(format!("{}: {what}", line.join(" ")));
            }
        }
    }

    /// A stream that went wrong, beside the one that is right.
    fn stream(&mut self, right: &str, wrong: &str, values: &[String], what: &str) {
        let right_file = self.file("right.yaml", right);
        let wrong_file = self.file("wrong.yaml", wrong);
        let given: Vec<&str> = values.iter().map(String::as_str).collect();
        let rendered = [&["post-render"], &given[..]].concat();
        let compared = [&["diff"], &given[..]].concat();
        self.try_all(
            &[
                &rendered,
                &compared,
                &["check", "-"],
                &["check", "-", "--against", &right_file],
                &["check", &right_file, "--against", &wrong_file],
                &["restore", "-"],
                &["restore", "-", "--show-secrets", "--to", "cr"],
                &["convert", "-", "--to", "swarm"],
                &["values", "-"],
            ],
            wrong,
            what,
        );
    }

    /// Values that went wrong.
    fn values(&mut self, stream: &str, wrong: &str, what: &str) {
        let wrong_file = self.file("values.yaml", wrong);
        let file: &str = &wrong_file;
        self.try_all(
            &[
                &["post-render", "-f", file],
                &["diff", "-f", file],
                &["check", "-", "-f", file],
                &["values", "-f", file],
                &["policy", "-f", file],
                &["convert", "-f", file, "--to", "set"],
            ],
            stream,
            what,
        );
        self.try_all(
            &[
                &["check", "-"],
                &["convert", "-", "--to", "cr"],
                &["convert", "-", "--to", "helm"],
            ],
            wrong,
            what,
        );
    }
}

#[test]
fn no_node_of_another_kind_makes_a_command_panic() {
    let mut dice = Dice(0x5EED);
    let mut runs = Runs {
        folder: TempDir::new().unwrap(),
        panicked: Vec::new(),
        done: 0,
    };
    for case in Case::all() {
        let name = case.name();
        let file = case.file("values.yaml");
        let given: Vec<String> = match file.exists() {
            true => vec!["-f".to_owned(), shown(&file)],
            false => Vec::new(),
        };
        let streams = [Some(case.input()), case.text("want.yaml")];
        for stream in streams.iter().flatten() {
            let documents = documents(stream);
            for _ in 0..EACH {
                if let Some((wrong, what)) = mutated(&documents, &mut dice) {
                    runs.stream(stream, &wrong, &given, &format!("{name}: {what}"));
                }
            }
        }
        let values = documents(&case.text("values.yaml").unwrap_or_default());
        for _ in 0..EACH {
            if let Some((wrong, what)) = mutated(&values, &mut dice) {
                runs.values(&case.input(), &wrong, &format!("{name}: values: {what}"));
            }
        }
    }
    assert!(runs.done > 5_000, "{} runs", runs.done);
    assert!(runs.panicked.is_empty(), "{:#?}", runs.panicked);
}

/// Each of the two that were found in the field, by name.
#[test]
fn containers_that_are_no_mappings_are_refused() {
    let right =
        fs::read_to_string(super::super::support::tools::root().join("testdata/cases/input.yaml"));
    let mut all = documents(&right.unwrap());
    for document in &mut all {
        if let Some(containers) = document.pointer_mut("/spec/template/spec/containers") {
            *containers = json!(["registry"]);
        }
    }
    let texts: Vec<String> = all.iter().map(yaml::to_yaml).collect();
    let stream = texts.join("---\n");
    let folder = TempDir::new().unwrap();
    let old = folder.path().join("old.yaml");
    fs::write(&old, &stream).unwrap();
    assert_eq!(run(&["restore", "-"], &stream), Exit::Findings);
    let against = ["check", "-", "--against", &shown(&old)];
    assert!(matches!(
        run(&against, &stream),
        Exit::Findings | Exit::CouldNotRun
    ));
    let line = [
        "post-render",
        "--set",
        "registry.storage.backend=persistentVolume",
    ];
    assert_eq!(run(&line, &stream), Exit::Findings);
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
