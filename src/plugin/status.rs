//! What is in place for one Helm, and what is amiss. It changes nothing.

use std::path::{Path, PathBuf};

use super::folder::{self, Entry, program};
use super::helm::Helm;
use super::install::running;
use super::manifest::{Form, VERSION};
use super::on_path::same;
use super::{NAME, sharing};

/// What is in place for one Helm.
#[derive(Debug)]
pub struct Status {
    /// For which.
    pub helm: Helm,
    /// The plugin folders looked into.
    pub folders: Vec<PathBuf>,
    /// What works, as one types it, and the file that does it.
    pub works: Vec<(&'static str, PathBuf)>,
    /// What is amiss, each with what to do.
    pub amiss: Vec<String>,
}

/// Looks.
///
/// # Errors
/// A folder can't be read.
pub fn look(helm: Helm, chosen: Option<&Path>) -> anyhow::Result<Status> {
    let folders = chosen.map_or_else(|| helm.folders.clone(), |folder| vec![folder.to_owned()]);
    let mut status = Status {
        helm,
        folders,
        works: Vec::new(),
        amiss: Vec::new(),
    };
    let mut ours = Vec::new();
    for folder in status.folders.clone() {
        let entries = folder::read(&folder)?;
        status.folder(&folder, chosen.is_some(), &entries);
        ours.extend(entries.into_iter().filter(|entry| entry.ours.is_some()));
    }
    for form in Form::of_major(status.helm.major) {
        status.plugin(*form, &ours);
    }
    if status.helm.major == 3 {
        status.on_path()?;
    }
    Ok(status)
}

impl Status {
    /// Whether nothing of this plugin is there.
    pub fn is_absent(&self) -> bool {
        self.works.is_empty()
    }

    fn folder(&mut self, folder: &Path, by_flag: bool, entries: &[Entry]) {
        let ours = || entries.iter().filter(|entry| entry.ours.is_some());
        if self.helm.major == 3 {
            let v1 = entries.iter().filter(|entry| entry.v1);
            self.amiss.extend(v1.map(|entry| {
                format!(
                    "{} is of Helm 4's form: Helm 3 loads no plugin beside it; remove it, or give one of the two Helms a folder of its own by HELM_PLUGINS",
                    entry.path.display()
                )
            }));
        } else if ours().any(|entry| entry.v1)
            && let Some(other) = sharing::other_user(&self.helm, folder, by_flag, entries)
        {
            self.amiss.push(format!(
                "{other} uses {} too. {}; {}",
                folder.display(),
                sharing::WHY,
                sharing::way_out(&self.helm, folder)
            ));
        }
    }

    fn plugin(&mut self, form: Form, ours: &[Entry]) {
        let mut those = ours.iter().filter(|entry| entry.ours == Some(form));
        let Some(entry) = those.next() else {
            self.amiss.push(format!(
                "`{}` does not work: install it by `msr-storage plugin install`",
                form.serves()
            ));
            return;
        };
        if let Some(second) = those.next() {
            self.amiss.push(format!(
                "{} and {} have one name: remove one of them",
                entry.path.display(),
                second.path.display()
            ));
        }
        let file = entry.path.join(program());
        if !file.is_file() {
            self.amiss.push(format!(
                "{} is missing: install again by `msr-storage plugin install`",
                file.display()
            ));
            return;
        }
        if entry.version != VERSION {
            self.amiss.push(format!(
                "{} is version {}, this program is {VERSION}: `msr-storage plugin install` brings it up to date",
                entry.path.display(),
                entry.version
            ));
        }
        self.works.push((form.serves(), file));
    }

    fn on_path(&mut self) -> anyhow::Result<()> {
        match which::which(NAME) {
            Ok(path) => {
                if !same(&running()?, &path)? {
                    self.amiss.push(format!(
                        "PATH finds {}, which is another build than this one",
                        path.display()
                    ));
                }
                self.works.push((Form::PostRenderer.serves(), path));
            }
            Err(_) => self.amiss.push(format!(
                "`{}` does not work: {NAME} is not on PATH, where Helm 3 looks for it",
                Form::PostRenderer.serves()
            )),
        }
        Ok(())
    }
}
