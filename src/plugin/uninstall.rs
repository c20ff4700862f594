//! Takes away what is this program's, and nothing else. It prints nothing.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::folder::{self, Entry, program};
use super::on_path::same;
use super::place::Change;
use super::staging;

/// What is to be taken away of one plugin folder.
#[derive(Debug)]
pub struct Plan {
    /// The folder.
    pub folder: PathBuf,
    /// Its plugins that are this program's; a link is taken and what it points at is left.
    pub plugins: Vec<PathBuf>,
    /// The copies on PATH that an install put there, of the program and its companions, if they are still those.
    pub on_path: Vec<PathBuf>,
}

/// Plans for one plugin folder.
///
/// # Errors
/// The folder can't be read.
pub fn plan(folder: &Path) -> anyhow::Result<Plan> {
    let entries = folder::read(folder)?;
    let ours: Vec<_> = entries
        .iter()
        .filter(|entry| entry.ours.is_some())
        .collect();
    Ok(Plan {
        folder: folder.to_owned(),
        on_path: ours
            .iter()
            .find_map(|entry| copies_on_path(entry))
            .unwrap_or_default(),
        plugins: ours.iter().map(|entry| entry.path.clone()).collect(),
    })
}

impl Plan {
    /// Whether there is nothing to take away.
    pub fn is_done(&self) -> bool {
        self.plugins.is_empty()
    }

    /// Carries it out.
    ///
    /// # Errors
    /// Something can't be moved or deleted; the plugins are then as they were.
    pub fn carry_out(&self) -> anyhow::Result<()> {
        let folders = self.on_path.iter().filter_map(|path| path.parent());
        for folder in [self.folder.as_path()].into_iter().chain(folders) {
            staging::sweep(folder);
        }
        if self.is_done() {
            return Ok(());
        }
        let mut change = Change::begin(&self.folder)?;
        for path in &self.plugins {
            change.take(path)?;
        }
        for path in &self.on_path {
            fs::remove_file(path).with_context(|| format!("can't delete {}", path.display()))?;
        }
        change.keep();
        Ok(())
    }
}

/// The recorded copy and its companions, unless someone put another program in their places.
fn copies_on_path(entry: &Entry) -> Option<Vec<PathBuf>> {
    let path = entry.on_path()?;
    let own = entry.path.join(program());
    let is_ours = |copy: &Path, own: &Path| same(copy, own).unwrap_or(false);
    let companions = folder::companions(&own).filter_map(|own| {
        let copy = path.with_file_name(own.file_name()?);
        is_ours(&copy, &own).then_some(copy)
    });
    is_ours(&path, &own).then(|| companions.chain([path.clone()]).collect())
}
