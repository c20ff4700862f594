//! A page of `docs` that is a recipe: its files, and its commands run as its reader would. What is on the page is what runs.
//!
//! A fence with a language and a name (```` ```yaml storage.yaml ````) is a file; lines with `$` in a `console` fence are commands.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::helm::{Helm, Home, chart};
use super::run::Outcome;
use super::tools::{root, tool};

/// A page, taken apart.
pub(crate) struct Page {
    /// Names and texts.
    pub(crate) files: Vec<(String, String)>,
    /// In the order of the page.
    pub(crate) commands: Vec<String>,
}

impl Page {
    /// The page of that name under `docs`.
    #[track_caller]
    pub(crate) fn named(name: &str) -> Self {
        let file = root().join("docs").join(name);
        let text = fs::read_to_string(&file).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let mut page = Self {
            files: Vec::new(),
            commands: Vec::new(),
        };
        let parts: Vec<_> = text.split("\n```").collect();
        assert!(parts.len() % 2 == 1, "{name}: a fence is not closed");
        for fence in parts.iter().skip(1).step_by(2) {
            let (info, content) = fence.split_once('\n').unwrap();
            match info.split_once(' ') {
                Some((_, file)) => page.files.push((file.to_owned(), format!("{content}\n"))),
                None if info == "console" => page.commands.extend(commands(content)),
                None => {}
            }
        }
        page
    }

    /// The text of one of its files.
    #[track_caller]
    pub(crate) fn file(&self, name: &str) -> &str {
        let found = self.files.iter().find(|(file, _)| file == name);
        &found
            .unwrap_or_else(|| panic!("no file {name} on the page"))
            .1
    }
}

fn commands(console: &str) -> Vec<String> {
    let joined = console.replace("\\\n", " ");
    let lines = joined.lines().filter_map(|line| line.strip_prefix("$ "));
    lines.map(str::to_owned).collect()
}

/// A reader's folder: the page's files in it, the sample chart as `./chart`, and `msr-storage`, Helm and the tools on PATH.
pub(crate) struct Desk {
    home: Home,
    folder: PathBuf,
    env: Vec<(String, String)>,
}

impl Desk {
    /// A folder with the page's files.
    #[track_caller]
    pub(crate) fn new(helm: Helm, page: &Page) -> Self {
        let home = Home::with_msr_storage(helm);
        let folder = home.path().join("desk");
        fs::create_dir(&folder).unwrap();
        symlink(chart("msr"), folder.join("chart")).unwrap();
        let desk = Self {
            home,
            folder,
            env: Vec::new(),
        };
        for (name, text) in &page.files {
            desk.write(name, text);
        }
        desk
    }

    /// Sets a variable for all commands to come.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Has Helm talk to the API of this kubeconfig.
    pub(crate) fn kubeconfig(mut self, file: &Path) -> Self {
        self.home = self.home.kubeconfig(file);
        self
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Where this home's Helm looks for plugins.
    pub(crate) fn plugins(&self) -> PathBuf {
        self.home.plugins()
    }

    /// Writes a file, over the page's where it has one.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    /// Reads a file.
    #[track_caller]
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"))
    }

    /// Changes a file; what is replaced must stand in it.
    #[track_caller]
    pub(crate) fn change(&self, name: &str, old: &str, new: &str) {
        let text = self.read(name);
        assert!(text.contains(old), "{name} has no {old}");
        self.write(name, &text.replace(old, new));
    }

    /// Runs a command of the page, by a shell.
    #[track_caller]
    pub(crate) fn run(&self, command: &str) -> Outcome {
        let tools = tool("kustomize");
        let program = super::program::under_test();
        let mut run = self.home.run(Path::new("/bin/sh"));
        for (name, value) in &self.env {
            run = run.env(name, value);
        }
        run.args(["-c", command])
            .path(tools.parent().unwrap())
            .path(program.parent().unwrap())
            .folder(&self.folder)
            .run()
    }

    /// Runs all commands of the page, which must succeed.
    #[track_caller]
    pub(crate) fn run_all(&self, page: &Page) {
        assert!(!page.commands.is_empty(), "the page has a command");
        for command in &page.commands {
            self.run(command).exits(0);
        }
    }
}
