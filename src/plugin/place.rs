//! Changes a plugin folder as a whole or not at all: everything is made ready beside it, then renamed. It decides nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::completion;
use super::folder::{FOR_HELM, MANIFEST, ON_PATH, companions, program};
use super::manifest::Form;
use super::staging::Staging;

/// What a plugin is made of, beside its manifest.
pub struct Contents<'a> {
    /// The program to copy.
    pub running: &'a Path,
    /// The words that Helm completes after the command's name.
    pub words: &'a str,
    /// The Helm that it is for: another one may share the folder.
    pub for_helm: &'a Path,
    /// The copy on PATH that was put there with it, for the uninstall.
    pub on_path: Option<&'a Path>,
}

/// A folder being changed; dropped without [`Change::keep`], it is as it was.
pub struct Change {
    folder: PathBuf,
    /// Helm looks one level deep for plugins: what lies two levels deep in here is not yet, or no longer, a plugin.
    staging: Staging,
    /// What was renamed, from and to.
    renamed: Vec<(PathBuf, PathBuf)>,
    kept: bool,
}

impl Change {
    /// Begins one.
    ///
    /// # Errors
    /// The folder can't be made, or not be written to.
    pub fn begin(folder: &Path) -> anyhow::Result<Self> {
        let trouble = || format!("can't write to the plugin folder {}", folder.display());
        let staging = Staging::within(folder).with_context(trouble)?;
        for part in ["new", "old"] {
            fs::create_dir(staging.path().join(part)).with_context(trouble)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            staging,
            renamed: Vec::new(),
            kept: false,
        })
    }

    /// Makes a plugin ready; nobody sees it yet.
    ///
    /// # Errors
    /// A file can't be written.
    pub fn prepare(&self, form: Form, contents: &Contents) -> anyhow::Result<()> {
        let plugin = self.fresh(form.name());
        let target = plugin.join(program());
        let bin = target.parent().context("the program lies in a folder")?;
        fs::create_dir_all(bin).with_context(|| format!("can't make {}", bin.display()))?;
        copy(contents.running, &target)?;
        for companion in companions(contents.running) {
            copy(
                &companion,
                &bin.join(companion.file_name().unwrap_or_default()),
            )?;
        }
        if form.is_command() {
            write(&plugin.join(completion::FILE), contents.words)?;
        }
        write(&plugin.join(MANIFEST), &form.installed())?;
        record(&plugin.join(FOR_HELM), contents.for_helm)?;
        contents
            .on_path
            .map_or(Ok(()), |path| record(&plugin.join(ON_PATH), path))
    }

    /// Takes a plugin out of the folder, a link or what it is.
    ///
    /// # Errors
    /// It can't be renamed.
    pub fn take(&mut self, path: &Path) -> anyhow::Result<()> {
        let old = self
            .staging
            .path()
            .join("old")
            .join(self.renamed.len().to_string());
        self.rename(path.to_owned(), old)
    }

    /// Puts a prepared plugin into the folder.
    ///
    /// # Errors
    /// It can't be renamed.
    pub fn put(&mut self, form: Form) -> anyhow::Result<()> {
        let target = self.folder.join(form.name());
        self.rename(self.fresh(form.name()), target)
    }

    /// Ends it: what was taken is deleted.
    pub fn keep(mut self) {
        self.kept = true;
    }

    fn fresh(&self, name: &str) -> PathBuf {
        self.staging.path().join("new").join(name)
    }

    fn rename(&mut self, from: PathBuf, to: PathBuf) -> anyhow::Result<()> {
        fs::rename(&from, &to)
            .with_context(|| format!("can't move {} to {}", from.display(), to.display()))?;
        self.renamed.push((from, to));
        Ok(())
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        if self.kept {
            return;
        }
        for (from, to) in self.renamed.drain(..).rev() {
            // The way back is the way that just went; there is nobody left to tell.
            let _ = fs::rename(to, from);
        }
    }
}

/// Programs made ready beside the place that they go to.
pub struct Programs {
    staging: Staging,
    /// Where each goes. The program is the last: it is there only once its companions are.
    targets: Vec<PathBuf>,
}

impl Programs {
    /// Copies a program, and its companions, beside where they go.
    ///
    /// # Errors
    /// The folder can't be written to.
    pub fn prepare(running: &Path, target: &Path) -> anyhow::Result<Self> {
        let folder = target.parent().context("a program lies in a folder")?;
        let staging = Staging::within(folder).with_context(|| {
            format!(
                "can't write to {}; name another folder of PATH by --bin-dir",
                folder.display()
            )
        })?;
        let mut targets = Vec::new();
        for companion in companions(running) {
            let target = target.with_file_name(companion.file_name().unwrap_or_default());
            copy(&companion, &fresh(&staging, &target))?;
            targets.push(target);
        }
        copy(running, &fresh(&staging, target))?;
        targets.push(target.to_owned());
        Ok(Self { staging, targets })
    }

    /// Puts them in their places, over older ones.
    ///
    /// # Errors
    /// One can't be renamed.
    pub fn put(self) -> anyhow::Result<()> {
        for target in &self.targets {
            fs::rename(fresh(&self.staging, target), target)
                .with_context(|| format!("can't write {}", target.display()))?;
        }
        Ok(())
    }
}

/// Where a program is made ready.
fn fresh(staging: &Staging, target: &Path) -> PathBuf {
    staging.path().join(target.file_name().unwrap_or_default())
}

/// Copies the program, and leaves it to be run by everyone who may read its folder.
fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to)
        .with_context(|| format!("can't copy {} to {}", from.display(), to.display()))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(to, fs::Permissions::from_mode(0o755))
            .with_context(|| format!("can't make {} a program", to.display()))?;
    }
    Ok(())
}

fn record(file: &Path, path: &Path) -> anyhow::Result<()> {
    let path = path
        .to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))?;
    write(file, &format!("{path}\n"))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(path, text).with_context(|| format!("can't write {}", path.display()))
}
