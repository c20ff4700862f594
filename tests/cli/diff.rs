//! `diff` from outside: folders of `testdata/diff`, and what must hold for any stream. `MSR_STORAGE_BLESS=1` rewrites the wanted files; read the difference before you commit it.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::run::{Outcome, msr_storage, same_text};
use super::support::tools::root;

fn folders(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let mut folders: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// A run on a case's stream, by the case's arguments and values.
fn run(command: &str, folder: &Path) -> (String, Outcome) {
    let places = ["input.yaml", "../input.yaml", "../../input.yaml"];
    let input = places
        .iter()
        .find_map(|place| fs::read_to_string(folder.join(place)).ok())
        .unwrap();
    let args = fs::read_to_string(folder.join("args")).unwrap_or_default();
    let mut args: Vec<_> = args.lines().map(str::to_owned).collect();
    if folder.join("values.yaml").exists() {
        args.extend(["-f".to_owned(), "values.yaml".to_owned()]);
    }
    let outcome = msr_storage([command])
        .args(args)
        .folder(folder)
        .stdin(input.clone())
        .run();
    (input, outcome)
}

#[test]
fn every_folder_gives_what_it_says() {
    for folder in folders("testdata/diff") {
        let (_, outcome) = run("diff", &folder);
        let wanted = folder.join("want.diff");
        if std::env::var_os("MSR_STORAGE_BLESS").is_some() {
            fs::write(&wanted, &outcome.stdout).unwrap();
        }
        let wanted = fs::read_to_string(&wanted).unwrap();
        same_text(&outcome.stdout, &wanted);
        outcome.exits(i32::from(!wanted.is_empty()));
    }
}

/// No secret of the case in a form that it has anywhere in the stream; every one of them stands there.
#[test]
fn secrets_are_masked_in_plain_and_in_base64() {
    let folder = root().join("testdata/diff/secrets-in-plain-and-in-base64");
    let (input, outcome) = run("diff", &folder);
    for secret in [
        "old-secret-value",
        "b2xkLXNlY3JldC12YWx1ZQ==",
        "OLDKEY12345",
        "in-a-comment",
        "of-http",
    ] {
        assert!(input.contains(secret), "{secret}");
    }
    for secret in [
        "old-secret",
        "b2xkLXNlY3",
        "OLDKEY",
        "in-a-comment",
        "of-http",
        "new-secret",
        "bmV3LXNlY3",
        "NEWKEY",
        "TkVXS0VZ",
    ] {
        assert!(
            !outcome.stdout.contains(secret),
            "{secret}\n{}",
            outcome.stdout
        );
    }
    // A mere word that lies in a Secret too is shown.
    for public in ["us-east-1", " - name: registry"] {
        assert!(outcome.stdout.contains(public), "{}", outcome.stdout);
    }
}

/// The hunks laid on the input at the lines that they name give what the post-renderer writes, masked lines aside.
#[test]
fn hunks_turn_the_input_into_the_output() {
    let topics = [
        "s3",
        "gcs",
        "persistentVolume",
        "carrier",
        "custom-resource",
        "secret",
        "workloads",
    ];
    let mut changed = 0;
    for folder in topics
        .iter()
        .flat_map(|topic| folders(&format!("testdata/cases/{topic}")))
        .filter(|folder| folder.join("want.yaml").exists() && !folder.join("env").exists())
    {
        let (input, outcome) = run("diff", &folder);
        let (_, rendered) = run("post-render", &folder);
        assert_eq!(
            outcome.code,
            Some(i32::from(rendered.stdout != input)),
            "{}",
            folder.display()
        );
        changed += usize::from(rendered.stdout != input);
        let patched = patched(&input, &outcome.stdout);
        let wanted: Vec<_> = rendered.stdout.lines().collect();
        assert_eq!(
            patched.len(),
            wanted.len(),
            "{}\n{}",
            folder.display(),
            outcome.stdout
        );
        for (got, wanted) in patched.iter().zip(wanted) {
            let (before, _) = got.split_once("***").unwrap_or((got, ""));
            assert!(
                got == wanted || (got.contains("***") && wanted.starts_with(before)),
                "{}: {got} is not {wanted}",
                folder.display()
            );
        }
        assert!(!outcome.stdout.contains("wJalr"), "{}", outcome.stdout);
    }
    assert!(changed > 40, "{changed}");
}

/// A unified diff applied as `patch` does without any search: each hunk at its own line.
fn patched(input: &str, diff: &str) -> Vec<String> {
    let lines: Vec<_> = input.lines().collect();
    let mut out = Vec::new();
    let mut at = 0;
    for line in diff.lines() {
        let (sign, content) = line.split_at(line.len().min(1));
        match sign {
            "@" => {
                let (start, count) = old_range(content);
                let from = if count == 0 { start } else { start - 1 };
                assert!(at <= from, "{line} is behind line {at}");
                out.extend(lines[at..from].iter().map(|line| (*line).to_owned()));
                at = from;
            }
            " " => {
                assert!(content == lines[at] || content.contains("***"), "{line}");
                out.push(content.to_owned());
                at += 1;
            }
            "-" => at += 1,
            "+" => out.push(content.to_owned()),
            _ => {}
        }
    }
    out.extend(lines[at..].iter().map(|line| (*line).to_owned()));
    out
}

/// `@ -7,0 +8,16 @@`: where in the old text, and how many lines.
fn old_range(header: &str) -> (usize, usize) {
    let range = header
        .split(['-', ' '])
        .find(|part| part.starts_with(|c: char| c.is_ascii_digit()))
        .unwrap();
    match range.split_once(',') {
        Some((start, count)) => (start.parse().unwrap(), count.parse().unwrap()),
        None => (range.parse().unwrap(), 1),
    }
}

#[test]
fn colours_only_where_they_are_asked_for() {
    let folder = root().join("testdata/diff/every-object-has-its-header");
    let coloured = |color: &str| {
        let input = fs::read_to_string(folder.join("input.yaml")).unwrap();
        msr_storage(["diff", "-f", "values.yaml", "--color", color])
            .folder(&folder)
            .stdin(input)
            .run()
            .exits(1)
            .stdout
    };
    assert!(!coloured("auto").contains('\u{1b}'));
    assert!(coloured("always").contains("\u{1b}[32m+        - name: REGISTRY_STORAGE\u{1b}[0m"));
}

#[test]
fn what_the_post_renderer_refuses_is_said_and_no_difference() {
    let input = fs::read_to_string(root().join("testdata/cases/input.yaml")).unwrap();
    let outcome = msr_storage(["diff", "--set", "registry.storage.backend=s4"])
        .stdin(input)
        .run()
        .exits(1);
    assert_eq!(outcome.stdout, "");
    assert!(
        outcome.stderr.contains("unknown-backend"),
        "{}",
        outcome.stderr
    );
}
