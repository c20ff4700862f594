//! Puts the plugin in place for one Helm: a plan that shows what it will do, and its carrying out. It prints nothing.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::folder::{self, Entry, program};
use super::helm::{Helm, real};
use super::manifest::{Form, VERSION};
use super::on_path::{self, OnPath};
use super::place::{Change, Contents, Programs};
use super::{NAME, Outcome, Trouble, sharing, staging};
use crate::child::Interrupt;

/// What the user chose.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// A plugin folder other than Helm's own.
    pub plugins: Option<PathBuf>,
    /// The folder of PATH that the program goes to, for Helm 3.
    pub bin_dir: Option<PathBuf>,
    /// The text of `completion.yaml`.
    pub words: String,
}

/// What is to be done for one Helm.
#[derive(Debug)]
pub struct Plan {
    /// For which.
    pub helm: Helm,
    /// In which plugin folder.
    pub folder: PathBuf,
    /// The plugins to put there; none where all is in place.
    pub put: &'static [Form],
    /// What leaves the folder: earlier versions, and what `helm plugin install` put there.
    pub take: Vec<PathBuf>,
    /// The program on PATH; none for Helm 4, which needs none.
    pub on_path: Option<OnPath>,
    /// What the user should know.
    pub notes: Vec<String>,
    /// Whether the folder is another than Helm's own.
    chosen: bool,
    /// This program.
    running: PathBuf,
    /// The text of `completion.yaml`.
    words: String,
}

/// This program's file.
///
/// # Errors
/// The system does not tell, or it was deleted since it started.
pub fn running() -> anyhow::Result<PathBuf> {
    let path =
        std::env::current_exe().context("the system does not tell where this program lies")?;
    anyhow::ensure!(
        path.is_file(),
        "this program is no longer at {}",
        path.display()
    );
    Ok(path)
}

/// Plans for one Helm.
///
/// # Errors
/// Refused where it would serve by halves or harm another Helm.
pub fn plan(helm: Helm, choices: &Choices) -> Outcome<Plan> {
    let running = running()?;
    let folder = the_folder(&helm, choices)?;
    let entries = folder::read(&folder)?;
    refuse_foreign(&entries, &folder)?;
    let mut notes = shared(&helm, &folder, choices, &entries)?;
    let ours: Vec<_> = entries
        .iter()
        .filter(|entry| entry.ours.is_some())
        .collect();
    let recorded = ours.iter().find_map(|entry| entry.on_path());
    let on_path = match helm.major {
        3 => Some(on_path::decide(
            &running,
            choices.bin_dir.as_deref(),
            recorded.as_deref(),
        )?),
        _ => None,
    };
    let forms = Form::of_major(helm.major);
    let in_place = !matches!(on_path, Some(OnPath::Put(_)))
        && ours.len() == forms.len()
        && forms.iter().all(|form| {
            ours.iter().any(|entry| {
                is_current(entry, *form, &folder, &running)
                    && entry.for_helm().as_ref() == Some(&helm.path)
            })
        });
    let chosen = !helm.folders.iter().any(|own| real(own) == real(&folder));
    if chosen {
        notes.push(format!(
            "run Helm {} with HELM_PLUGINS={}",
            helm.major,
            sharing::quoted(&folder)
        ));
    }
    Ok(Plan {
        put: if in_place { &[] } else { forms },
        take: if in_place {
            Vec::new()
        } else {
            ours.iter().map(|entry| entry.path.clone()).collect()
        },
        helm,
        folder,
        on_path,
        notes,
        chosen,
        running,
        words: choices.words.clone(),
    })
}

impl Plan {
    /// Whether all is in place already.
    pub fn is_done(&self) -> bool {
        self.put.is_empty()
    }

    /// Carries it out, and asks Helm whether it sees what was put in place; on any failure, and if it is interrupted, all is
    /// as it was.
    ///
    /// # Errors
    /// A file can't be written, Helm does not take the plugin, or an interruption.
    pub fn carry_out(&self, interrupt: &Interrupt) -> anyhow::Result<()> {
        let on_path = self.on_path.iter().filter_map(OnPath::folder);
        for folder in [self.folder.as_path()].into_iter().chain(on_path) {
            staging::sweep(folder);
        }
        if self.is_done() {
            return Ok(());
        }
        let placed = match &self.on_path {
            Some(OnPath::Put(target)) => Some((target, Programs::prepare(&self.running, target)?)),
            _ => None,
        };
        let mut change = Change::begin(&self.folder)?;
        let kept = self.take.iter().find_map(|path| kept_record(path));
        let contents = Contents {
            running: &self.running,
            words: &self.words,
            for_helm: &self.helm.path,
            on_path: placed
                .as_ref()
                .map(|(target, _)| target.as_path())
                .or(kept.as_deref()),
        };
        for form in self.put {
            change.prepare(*form, &contents)?;
        }
        anyhow::ensure!(!interrupt.is_set(), "interrupted");
        for path in &self.take {
            change.take(path)?;
        }
        for form in self.put {
            change.put(*form)?;
        }
        self.ask_helm(interrupt)?;
        if let Some((_, programs)) = placed {
            programs.put()?;
        }
        change.keep();
        Ok(())
    }

    /// Whether Helm itself sees the plugins and runs the command.
    fn ask_helm(&self, interrupt: &Interrupt) -> anyhow::Result<()> {
        let folder = self.chosen.then_some(self.folder.as_path());
        let list = self.helm.run(&["plugin", "list"], folder, interrupt)?;
        for form in self.put {
            let seen = list
                .lines()
                .any(|line| line.split_whitespace().next() == Some(form.name()));
            anyhow::ensure!(
                seen,
                "{} does not list the plugin {} of {}",
                self.helm,
                form.name(),
                self.folder.display()
            );
        }
        let answer = self.helm.run(&[NAME, "--version"], folder, interrupt)?;
        anyhow::ensure!(
            answer.trim_end() == format!("{NAME} {VERSION}"),
            "`helm {NAME} --version` answers `{}`: another plugin has that command",
            answer.trim_end()
        );
        Ok(())
    }
}

/// The record of an earlier install, which a new one keeps while its copy on PATH is still there.
fn kept_record(plugin: &Path) -> Option<PathBuf> {
    folder::read_record(plugin, folder::ON_PATH).filter(|path| path.is_file())
}

/// The folder to install into: the chosen one, else that of Helm's folders which has this plugin already, else Helm's first.
fn the_folder(helm: &Helm, choices: &Choices) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &choices.plugins {
        return std::path::absolute(folder).context("--plugins names no folder");
    }
    for folder in &helm.folders {
        if folder::read(folder)?
            .iter()
            .any(|entry| entry.ours.is_some())
        {
            return Ok(folder.clone());
        }
    }
    helm.folders
        .first()
        .cloned()
        .with_context(|| format!("{helm} names no plugin folder"))
}

/// Refuses where someone else's plugin has a name of ours, or something else lies where ours goes.
fn refuse_foreign(entries: &[Entry], folder: &Path) -> Outcome<()> {
    let names = [super::NAME, super::COMMAND_NAME];
    let foreign = entries
        .iter()
        .find(|entry| entry.ours.is_none() && names.contains(&entry.name.as_str()));
    if let Some(entry) = foreign {
        return Err(Trouble::Refused(format!(
            "{} is another program's plugin of the name {}; two of one name cost Helm every plugin: remove it first",
            entry.path.display(),
            entry.name
        )));
    }
    for place in names.map(|name| folder.join(name)) {
        let ours = entries
            .iter()
            .any(|entry| entry.path == place && entry.ours.is_some());
        if !ours && place.symlink_metadata().is_ok() {
            return Err(Trouble::Refused(format!(
                "{} is in the way and not this program's plugin: remove it first",
                place.display()
            )));
        }
    }
    Ok(())
}

/// Refuses where the other major's Helm uses the folder too; gives what is only worth a note.
fn shared(
    helm: &Helm,
    folder: &Path,
    choices: &Choices,
    entries: &[Entry],
) -> Outcome<Vec<String>> {
    let other = sharing::other_user(helm, folder, choices.plugins.is_some(), entries);
    if helm.major == 3 {
        let theirs = entries
            .iter()
            .find(|entry| entry.v1 && (entry.ours.is_none() || other.is_some()));
        if let Some(theirs) = theirs {
            return Err(Trouble::Refused(format!(
                "{} is a plugin of Helm 4's form, and Helm 3 loads no plugin at all beside it.\nEither remove it, or {}",
                theirs.path.display(),
                sharing::way_out(helm, folder)
            )));
        }
        return Ok(other.map_or_else(Vec::new, |other| {
            vec![format!("{other} uses this plugin folder too: there only `helm {NAME} …` will work, not --post-renderer {NAME}")]
        }));
    }
    match other {
        None => Ok(Vec::new()),
        Some(other) => Err(Trouble::Refused(format!(
            "{helm} and {other} share the plugin folder {}. {}.\nInstead {}",
            folder.display(),
            sharing::WHY,
            sharing::way_out(helm, folder)
        ))),
    }
}

/// Whether a plugin is just what would be put in its place.
fn is_current(entry: &Entry, form: Form, folder: &Path, running: &Path) -> bool {
    entry.ours == Some(form)
        && entry.path == folder.join(form.name())
        && !entry.is_link()
        && folder::read_manifest(&entry.path)
            .is_some_and(|text| text == form.installed().as_bytes())
        && is_copy(running, &entry.path.join(program()))
}

/// Whether a program and its companions have the same content elsewhere.
fn is_copy(running: &Path, copy: &Path) -> bool {
    let same = |one: &Path, other: &Path| on_path::same(one, other).unwrap_or(false);
    same(running, copy)
        && folder::companions(running).all(|companion| {
            let name = companion.file_name().unwrap_or_default();
            same(&companion, &copy.with_file_name(name))
        })
}
