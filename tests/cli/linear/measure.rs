//! CPU time of one run of the program, as the shell counts it.

use std::path::Path;
use std::sync::OnceLock;

use super::kinds::Made;
use crate::support::program::under_test;
use crate::support::run::Run;

/// User time.
pub(super) type Seconds = f64;

/// No input of the table is larger than some megabytes; the reservation for standard input is a gigabyte of addresses.
const LIMIT: &str = "ulimit -v 3145728; ulimit -t 60; ";

/// One command on one input.
pub(super) struct Job {
    line: &'static str,
    args: Vec<String>,
    stdin: Vec<u8>,
    folder: tempfile::TempDir,
}

impl Job {
    /// `line` is a command's arguments, in which `FLAGS` stands for the input's flags; its files lie in the folder that it runs in.
    pub(super) fn new(line: &'static str, made: &Made) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &made.files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut args = Vec::new();
        for word in line.split(' ') {
            match word {
                "FLAGS" => args.extend(made.flags.iter().cloned()),
                word => args.push(word.to_owned()),
            }
        }
        Self {
            line,
            args,
            stdin: made.stdin.clone().into_bytes(),
            folder,
        }
    }

    /// What it is called.
    pub(super) fn line(&self) -> &'static str {
        self.line
    }

    /// Runs it once.
    pub(super) fn run(&self) -> Seconds {
        user_time(&self.args, &self.stdin, self.folder.path())
    }
}

/// What the program takes for nothing.
pub(super) fn start() -> Seconds {
    static START: OnceLock<Seconds> = OnceLock::new();
    *START.get_or_init(|| {
        let args = ["explain".to_owned(), "bucket".to_owned()];
        let runs = (0..5).map(|_| user_time(&args, b"", Path::new("/")));
        runs.fold(1.0, Seconds::min)
    })
}

fn user_time(args: &[String], stdin: &[u8], folder: &Path) -> Seconds {
    let script = format!(
        "{LIMIT}TIMEFORMAT=%U; {{ time \"$0\" \"$@\" >/dev/null 2>said; }} 2>&1; code=$?; head -c 300 said >&2; exit $code"
    );
    let outcome = Run::new(Path::new("/bin/bash"))
        .args(["-c", &script, under_test().display().to_string().as_str()])
        .args(args)
        .stdin(stdin)
        .folder(folder)
        .run();
    // Done, findings, or refused; ended by the limit of time; never a panic or wrong usage.
    let code = outcome.code;
    if matches!(code, None | Some(137 | 152)) {
        return Seconds::INFINITY;
    }
    assert!(matches!(code, Some(0 | 1 | 3)), "{args:.200?}: {outcome:?}");
    let seconds = outcome
        .stdout
        .lines()
        .last()
        .and_then(|line| line.parse().ok());
    seconds.unwrap_or_else(|| panic!("no time: {outcome:?}"))
}
