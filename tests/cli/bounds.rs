//! What is no regular file of bounded size is refused at once, whoever names it: a device that never ends, a pipe that nobody writes
//! to, a socket, 10 GiB of nothing. Each program has 20 seconds and little memory.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::program::under_test;
use super::support::run::{Outcome, Run};

/// One good input, for what a command needs beside the bad one.
const VALUES: &str = "registry: {storage: {backend: s3, s3: {bucket: b, region: us-east-1}}}\n";

/// The bad files of a folder, each with what is said of it.
struct Bad {
    folder: tempfile::TempDir,
    /// A socket is one as long as somebody listens.
    _socket: UnixListener,
}

impl Bad {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        pipe(&at("pipe"));
        let socket = UnixListener::bind(at("socket")).unwrap();
        File::create(at("huge")).unwrap().set_len(10 << 30).unwrap();
        fs::create_dir(at("folder")).unwrap();
        symlink("nowhere", at("dangling")).unwrap();
        symlink("loop", at("loop")).unwrap();
        symlink("/dev/zero", at("link")).unwrap();
        symlink("pipe", at("link-to-pipe")).unwrap();
        Self {
            folder,
            _socket: socket,
        }
    }

    fn files(&self) -> Vec<(PathBuf, &'static str)> {
        let at = |name: &str| self.folder.path().join(name);
        vec![
            ("/dev/zero".into(), "is a device, not a regular file"),
            (at("link"), "is a device, not a regular file"),
            (at("pipe"), "is a pipe, not a regular file"),
            (at("link-to-pipe"), "is a pipe, not a regular file"),
            (at("socket"), "is a socket, not a regular file"),
            (at("huge"), "is larger than 64 MiB"),
            (at("dangling"), "is a link to a file that does not exist"),
            (at("missing"), "does not exist"),
            (at("loop"), "cannot be read: "),
        ]
    }
}

fn pipe(path: &Path) {
    let made = Command::new("mkfifo").arg(path).status().unwrap();
    assert!(made.success());
}

/// Runs the program with 20 seconds and 3 GiB of addresses, of which standard input's buffer reserves one.
fn bounded(folder: &Path, args: &[&str]) -> Outcome {
    Run::new(Path::new("/bin/sh"))
        .args(["-c", "ulimit -v 3145728 && exec timeout 20 \"$0\" \"$@\""])
        .args([under_test()])
        .args(args)
        .folder(folder)
        .run()
}

#[test]
fn every_command_refuses_what_is_no_bounded_regular_file() {
    let bad = Bad::new();
    let good = bad.folder.path().join("good.yaml");
    fs::write(&good, VALUES).unwrap();
    let good = good.display().to_string();
    for (path, reason) in bad.files() {
        let path = path.display().to_string();
        let set_file = format!("registry.storage.s3.rootdirectory={path}");
        let file_flag = format!("--values={path}");
        for (code, names_path, args) in [
            (3, true, vec!["check", &path]),
            (3, true, vec!["check", &good, "--against", &path]),
            (3, true, vec!["restore", &path]),
            (3, true, vec!["convert", &path, "--to", "helm"]),
            (3, true, vec!["values", &path]),
            (1, true, vec!["values", &file_flag]),
            (1, true, vec!["check", &file_flag]),
            (1, true, vec!["policy", &file_flag]),
            (1, true, vec!["convert", &file_flag, "--to", "set"]),
            (1, true, vec!["diff", &file_flag]),
            (1, true, vec!["post-render", &file_flag]),
            // A secret may stand there by mistake.
            (1, false, vec!["values", "--set-file", &set_file]),
            (1, false, vec!["post-render", "--set-file", &set_file]),
        ] {
            let outcome = bounded(bad.folder.path(), &args).exits(code);
            let said = format!("{}{}", outcome.stdout, outcome.stderr);
            assert!(said.contains(reason), "{args:?}: {said}");
            assert!(!names_path || said.contains(&path), "{args:?}: {said}");
        }
    }
}

#[test]
fn a_folder_is_no_file() {
    let bad = Bad::new();
    for args in [
        vec!["restore", "folder"],
        vec!["convert", "folder", "--to", "helm"],
        vec!["values", "folder"],
        vec!["check", "--against", "folder", "folder"],
    ] {
        let outcome = bounded(bad.folder.path(), &args).exits(3);
        assert!(
            outcome.stderr.contains("folder is a directory"),
            "{outcome:?}"
        );
    }
}

/// In the folder, in one below it and in one above it: all three are read.
#[test]
fn a_gitignore_that_is_no_bounded_regular_file_ends_the_walk() {
    for (name, reason) in [
        ("link", "is a device, not a regular file"),
        ("pipe", "is a pipe, not a regular file"),
        ("huge", "is larger than 1 MiB"),
        ("folder", "is a directory"),
        ("loop", "cannot be read: "),
    ] {
        for place in ["outer", "outer/inner", "outer/inner/below"] {
            for file in [".gitignore", ".ignore"] {
                let bad = Bad::new();
                let root = bad.folder.path();
                fs::create_dir_all(root.join("outer/inner/below")).unwrap();
                fs::write(root.join("outer/inner/below/values.yaml"), VALUES).unwrap();
                let ignore = root.join(place).join(file);
                if name == "loop" {
                    symlink(file, &ignore).unwrap();
                } else {
                    symlink(root.join(name), &ignore).unwrap();
                }
                let outcome = bounded(&root.join("outer/inner"), &["check", "."]).exits(3);
                let said = &outcome.stderr;
                assert!(
                    said.contains(file) && said.contains(reason),
                    "{place}: {said}"
                );
            }
        }
    }
}

/// Git passes over a `.gitignore` that leads nowhere; a `.git` that is a file can name any other file.
#[test]
fn the_rest_of_a_hostile_folder_is_passed_over() {
    let bad = Bad::new();
    let root = bad.folder.path();
    symlink("nowhere", root.join(".gitignore")).unwrap();
    fs::write(root.join(".git"), format!("gitdir: {}\n", root.display())).unwrap();
    symlink("/dev/zero", root.join("commondir")).unwrap();
    symlink("/dev/zero", root.join("zero.yaml")).unwrap();
    pipe(&root.join("pipe.yaml"));
    let large = File::create(root.join("large.yaml")).unwrap();
    large.set_len(10 << 30).unwrap();
    fs::write(root.join("storage.yaml"), VALUES).unwrap();
    let outcome = bounded(root, &["check", ".", "--format", "json"]);
    assert!(
        outcome.code == Some(0) || outcome.code == Some(1),
        "{outcome:?}"
    );
    assert!(outcome.stdout.contains("storage.yaml"), "{outcome:?}");
}

/// What the shell hands over is read: nobody else reads it.
#[test]
fn a_pipe_of_the_shell_is_read_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("values.yaml"), VALUES).unwrap();
    for command in [
        "check <(cat values.yaml) --quiet",
        "convert <(cat values.yaml) --to set",
        "values -f <(cat values.yaml)",
        "policy -f <(cat values.yaml)",
    ] {
        let line = format!("'{}' {command}", under_test().display());
        let outcome = Run::new(Path::new("/bin/bash"))
            .args(["-c", &line])
            .folder(folder.path())
            .run();
        assert!(matches!(outcome.code, Some(0 | 1)), "{outcome:?}");
        assert!(!outcome.stderr.contains("regular file"), "{outcome:?}");
    }
    let endless = format!(
        "'{}' convert <(cat /dev/zero) --to set",
        under_test().display()
    );
    let outcome = Run::new(Path::new("/bin/bash"))
        .args(["-c", &endless])
        .run()
        .exits(3);
    assert!(
        outcome.stderr.contains("is larger than 64 MiB"),
        "{outcome:?}"
    );
}
