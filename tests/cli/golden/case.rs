//! One case's folder: what is in it, and a run of it. It judges nothing.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::run::{Outcome, msr_storage};
use crate::support::tools::root;

/// A folder of `testdata/cases/TOPIC/CASE`.
pub(super) struct Case {
    folder: PathBuf,
}

impl Case {
    /// Every case, in the order of their names.
    pub(super) fn all() -> Vec<Self> {
        let topics = folders(&root().join("testdata/cases"));
        let cases: Vec<_> = topics
            .iter()
            .flat_map(|topic| folders(topic))
            .map(|folder| Self { folder })
            .collect();
        assert!(
            cases.len() > 150,
            "testdata/cases holds {} cases",
            cases.len()
        );
        cases
    }

    /// `TOPIC/CASE`.
    pub(super) fn name(&self) -> String {
        format!("{}/{}", self.topic(), name(&self.folder))
    }

    /// The folder that the case lies in.
    pub(super) fn topic(&self) -> &str {
        name(self.folder.parent().expect("a case is in a topic"))
    }

    /// A file of it, there or not.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// A file's text, where it is there.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let file = self.file(name);
        file.exists()
            .then(|| fs::read_to_string(&file).expect("a case's files are UTF-8"))
    }

    /// The stream: its own, else its topic's, else the one for all.
    pub(super) fn input(&self) -> String {
        let places = ["input.yaml", "../input.yaml", "../../input.yaml"];
        let mut texts = places.into_iter().filter_map(|place| self.text(place));
        texts.next().expect("there is an input for all")
    }

    /// Its arguments.
    pub(super) fn args(&self) -> Vec<String> {
        let mut args = lines(self.text("args"));
        if self.file("values.yaml").exists() {
            args.extend(["-f".to_owned(), "values.yaml".to_owned()]);
        }
        args
    }

    /// Its variables.
    pub(super) fn env(&self) -> Vec<(String, String)> {
        let split = |line: String| {
            let (name, value) = line.split_once('=').expect("NAME=VALUE");
            (name.to_owned(), value.to_owned())
        };
        lines(self.text("env")).into_iter().map(split).collect()
    }

    /// A run of it on a stream.
    pub(super) fn run(&self, stream: &str) -> Outcome {
        self.run_with(stream, &[])
    }

    /// A run of it on a stream, with arguments added.
    pub(super) fn run_with(&self, stream: &str, args: &[&str]) -> Outcome {
        let run = msr_storage(self.args())
            .args(args)
            .folder(&self.folder)
            .stdin(stream);
        let run = self
            .env()
            .into_iter()
            .fold(run, |run, (name, value)| run.env(name, value));
        run.run()
    }
}

fn lines(text: Option<String>) -> Vec<String> {
    text.unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

fn name(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .expect("a case's name is UTF-8")
}
