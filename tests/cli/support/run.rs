//! Runs a program in a clean environment and hands back what it said. The tests' own surroundings (Helm's, Kubernetes',
//! CI's, the cloud's variables) never reach it: nothing is inherited.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::{program, tools};

/// A program hanging this long is a failure of its test.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where a shell and its companions are, and no Helm but the one a test puts before it.
const SYSTEM_PATH: &str = "/usr/bin:/bin";

/// The rules that look into texts: what a test of arbitrary texts lets through, by `MSR_STORAGE_ALLOW`.
pub(crate) const ANY_TEXT: &str = "bucket-name,container-name,account-name,key-white-space,not-base64,service-account-json,\
     endpoint-credentials,endpoint-form,oss-region,oss-endpoint,realm-form,auth-version,placeholder";

/// One run of a program, built up by the methods below.
pub(crate) struct Run {
    program: PathBuf,
    args: Vec<OsString>,
    stdin: Vec<u8>,
    env: Vec<(OsString, OsString)>,
    path: Vec<PathBuf>,
    folder: PathBuf,
    hidden: Vec<(String, String)>,
}

/// A run of the `msr-storage` that is tested.
pub(crate) fn msr_storage<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(args: I) -> Run {
    Run::new(program::under_test()).args(args)
}

impl Run {
    /// A run of any program, without arguments, with empty standard input, at the root of the checkout.
    pub(crate) fn new(program: &Path) -> Self {
        Self {
            program: program.to_owned(),
            args: Vec::new(),
            stdin: Vec::new(),
            env: Vec::new(),
            path: Vec::new(),
            folder: tools::root().to_owned(),
            hidden: Vec::new(),
        }
    }

    /// Adds arguments.
    pub(crate) fn args<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(mut self, args: I) -> Self {
        self.args
            .extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Gives it standard input; a pipe in any case, never a terminal.
    pub(crate) fn stdin(mut self, text: impl Into<Vec<u8>>) -> Self {
        self.stdin = text.into();
        self
    }

    /// Sets an environment variable. `PATH` is [`Self::path`]'s.
    pub(crate) fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env
            .push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Puts a folder before the system's own on `PATH`; the one added last is searched first.
    pub(crate) fn path(mut self, folder: impl Into<PathBuf>) -> Self {
        self.path.insert(0, folder.into());
        self
    }

    /// The folder that it runs in.
    pub(crate) fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Has [`Outcome::redacted`] show `mark` where this path stands.
    pub(crate) fn hide(mut self, path: &Path, mark: &str) -> Self {
        self.hidden
            .push((path.display().to_string(), mark.to_owned()));
        self
    }

    /// Runs it to its end.
    ///
    /// # Panics
    /// Where it can't be started, does not end, or says something that is not UTF-8.
    #[track_caller]
    pub(crate) fn run(self) -> Outcome {
        let mut command = Command::new(&self.program);
        let path = self
            .path
            .into_iter()
            .chain(std::env::split_paths(SYSTEM_PATH));
        command.env_clear().env(
            "PATH",
            std::env::join_paths(path).expect("a folder for PATH without a colon"),
        );
        command
            .envs(self.env)
            .args(&self.args)
            .current_dir(&self.folder);
        let shown = format!("{command:?}");
        let output = assert_cmd::Command::from_std(command)
            .write_stdin(self.stdin)
            .timeout(PATIENCE)
            .output()
            .unwrap_or_else(|fault| panic!("{shown}: {fault}"));
        let text =
            |bytes| String::from_utf8(bytes).unwrap_or_else(|fault| panic!("{shown}: {fault}"));
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        Outcome {
            command: shown,
            stdout,
            stderr,
            code: output.status.code(),
            hidden: self.hidden,
        }
    }
}

/// What a program said, and how it ended.
#[derive(Debug)]
pub(crate) struct Outcome {
    command: String,
    /// Its standard output.
    pub(crate) stdout: String,
    /// Its standard error.
    pub(crate) stderr: String,
    /// Its exit code; none where a signal ended it.
    pub(crate) code: Option<i32>,
    hidden: Vec<(String, String)>,
}

impl Outcome {
    /// Demands this exit code, and shows all that was said where it is another.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert!(
            self.code == Some(code),
            "wanted exit code {code}, got {:?}\n--- command\n{}\n--- stdout\n{}\n--- stderr\n{}",
            self.code,
            self.command,
            self.stdout,
            self.stderr
        );
        self
    }

    /// The text without what differs from machine to machine and from release to release: the hidden paths by their
    /// marks, the checkout as `[ROOT]`, the program's version as `[VERSION]`.
    pub(crate) fn redacted(&self, text: &str) -> String {
        let root = (tools::root().display().to_string(), "[ROOT]".to_owned());
        let version = (
            concat!("msr-storage ", env!("CARGO_PKG_VERSION")).to_owned(),
            "msr-storage [VERSION]".to_owned(),
        );
        let mut marks: Vec<_> = self.hidden.iter().cloned().chain([root, version]).collect();
        // A folder inside another one is replaced before it.
        marks.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
        marks.iter().fold(text.to_owned(), |text, (path, mark)| {
            text.replace(path, mark)
        })
    }
}

/// Demands that two texts are the same to the byte, and shows both whole where they are not, then the lines that differ.
#[track_caller]
pub(crate) fn same_text(got: &str, wanted: &str) {
    if got == wanted {
        return;
    }
    let differing: String = TextDiff::from_lines(wanted, got)
        .iter_all_changes()
        .filter_map(|change| match change.tag() {
            ChangeTag::Delete => Some(format!("wanted {:?}\n", change.value())),
            ChangeTag::Insert => Some(format!("got    {:?}\n", change.value())),
            ChangeTag::Equal => None,
        })
        .collect();
    panic!("the texts differ\n--- wanted\n{wanted}\n--- got\n{got}\n--- lines\n{differing}");
}
