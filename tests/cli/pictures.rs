//! The README's pictures are what the program prints today. `scripts/pictures` has this write them; read a new one as an image.

use std::fs;
use std::path::Path;

use anstyle_svg::{Term, WIN10_CONSOLE};

use super::support::program;
use super::support::run::{Run, same_text};
use super::support::tools::root;

/// Holds a picture against a run in a folder of these files: the command as shown, and what it prints on a terminal.
fn is_of(picture: &str, files: &[(&str, &str)], command: &str, code: i32) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let built = program::under_test();
    // What stands for a key in the picture is one in the run.
    // AWS's own examples: a key pair in the wrong form is refused.
    let run = command
        .replace("accesskey=…", "accesskey=AKIAIOSFODNN7EXAMPLE")
        .replace(
            "secretkey=…",
            "secretkey=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        );
    let outcome = Run::new(Path::new("/bin/sh"))
        .args(["-c", &run])
        .path(built.parent().unwrap())
        .folder(folder.path())
        .env("CLICOLOR_FORCE", "1")
        .env("TERM", "xterm-256color")
        .run()
        .exits(code);
    let shown = format!("\x1b[1m$ {command}\x1b[0m\n{}", outcome.stdout);
    let svg = Term::new()
        .palette(WIN10_CONSOLE)
        .render_svg(shown.trim_end());
    let path = root().join("docs/pictures").join(picture);
    if std::env::var_os("MSR_STORAGE_BLESS").is_some() {
        fs::write(&path, &svg).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    // Where this fails, scripts/pictures makes a new one.
    same_text(&kept, &svg);
}

/// Three faults.
const VALUES: &str = "\
registry:
  storage:
    backend: s3
    s3:
      region: us-east-2
      bucket: testing-msr
      encypt: true
      chunksize: 1048576
      v4auth: false
";

#[test]
fn check_on_a_file_with_three_faults() {
    is_of(
        "check.svg",
        &[("values.yaml", VALUES)],
        "msr-storage check values.yaml",
        1,
    );
}

#[test]
fn diff_of_the_readmes_command() {
    let rendered = fs::read_to_string(root().join("testdata/cases/input.yaml")).unwrap();
    let command = "\
msr-storage diff < rendered.yaml \\
    --set registry.storage.backend=s3 --set registry.storage.s3.region=us-east-2 \\
    --set registry.storage.s3.bucket=testing-msr \\
    --set registry.storage.s3.accesskey=… --set registry.storage.s3.secretkey=…";
    is_of("diff.svg", &[("rendered.yaml", &rendered)], command, 1);
}

#[test]
fn the_readme_opens_with_them() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (opening, _) = readme.split_once("\n## ").unwrap();
    for name in ["check.svg", "diff.svg"] {
        assert!(
            opening.contains(&format!("(docs/pictures/{name})")),
            "{name}"
        );
    }
}
