//! The program on PATH, where Helm 3 looks for a post-renderer. It decides; [`super::place`] writes.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::helm::real;
use super::sharing::quoted;
use super::{NAME, Outcome, Trouble};

/// What holds for the program on PATH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OnPath {
    /// It is found there, and is this program.
    There(PathBuf),
    /// It is to be put there.
    Put(PathBuf),
}

impl OnPath {
    /// The folder of PATH.
    pub fn folder(&self) -> Option<&Path> {
        let (Self::There(path) | Self::Put(path)) = self;
        path.parent()
    }
}

/// Decides where the program is to be found on PATH.
///
/// `running` is this program, `bin_dir` the folder that the user chose, `recorded` the copy that an earlier install put there.
///
/// # Errors
/// Refused where PATH would find another program, or where there is no place on PATH that is known to be the user's.
pub fn decide(running: &Path, bin_dir: Option<&Path>, recorded: Option<&Path>) -> Outcome<OnPath> {
    let found = which::which(NAME).ok();
    if let Some(folder) = bin_dir {
        let folder = std::path::absolute(folder).context("--bin-dir names no folder")?;
        return in_folder(running, &folder, found.as_deref());
    }
    match found {
        Some(found) if same(running, &found)? => Ok(OnPath::There(found)),
        Some(found) if recorded.is_some_and(|path| real(path) == real(&found)) => {
            Ok(OnPath::Put(found))
        }
        Some(found) => Err(Trouble::Refused(format!(
            "Helm 3 runs the {NAME} that PATH finds first: {}. It is another build than this one, {}. Install with that one, or put this one in its place:\n  \
             {} plugin install --bin-dir {}",
            found.display(),
            running.display(),
            quoted(running),
            quoted(found.parent().unwrap_or(&found)),
        ))),
        None => the_users_own()
            .map(OnPath::Put)
            .ok_or_else(|| nowhere(running)),
    }
}

/// Whether two files are one, or have the same content.
///
/// # Errors
/// One of them can't be read.
pub fn same(one: &Path, other: &Path) -> anyhow::Result<bool> {
    if real(one) == real(other) {
        return Ok(true);
    }
    let open =
        |path: &Path| File::open(path).with_context(|| format!("can't read {}", path.display()));
    let (one, other) = (open(one)?, open(other)?);
    if one.metadata()?.len() != other.metadata()?.len() {
        return Ok(false);
    }
    let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
    let (mut left, mut right) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let count = one.read(&mut left)?;
        if count == 0 {
            return Ok(true);
        }
        other.read_exact(&mut right[..count])?;
        if left[..count] != right[..count] {
            return Ok(false);
        }
    }
}

fn in_folder(running: &Path, folder: &Path, found: Option<&Path>) -> Outcome<OnPath> {
    let target = folder.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    let folders: Vec<_> = path_folders().map(|folder| real(&folder)).collect();
    let Some(position) = folders.iter().position(|on_path| *on_path == real(folder)) else {
        return Err(Trouble::Refused(format!(
            "{} is not on PATH, where Helm 3 looks for a post-renderer; put it there and install again:\n  export PATH={}:\"$PATH\"",
            folder.display(),
            quoted(folder),
        )));
    };
    let first = found
        .and_then(Path::parent)
        .and_then(|first| folders.iter().position(|on_path| *on_path == real(first)));
    if let Some(found) = found.filter(|_| first.is_some_and(|first| first < position)) {
        return Err(Trouble::Refused(format!(
            "PATH finds another {NAME} before {}: {}; remove it, or give its folder by --bin-dir",
            folder.display(),
            found.display(),
        )));
    }
    if target.is_file() && same(running, &target)? {
        Ok(OnPath::There(target))
    } else {
        Ok(OnPath::Put(target))
    }
}

/// The user's own folder for programs, where it is on PATH.
fn the_users_own() -> Option<PathBuf> {
    let home = std::env::home_dir().filter(|home| home.is_absolute())?;
    let folders: Vec<_> = path_folders().collect();
    [home.join(".local").join("bin"), home.join("bin")]
        .into_iter()
        .find(|own| folders.iter().any(|folder| real(folder) == real(own)))
        .map(|own| own.join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX)))
}

fn path_folders() -> impl Iterator<Item = PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect::<Vec<_>>().into_iter()
}

fn nowhere(running: &Path) -> Trouble {
    let folder = running.parent().unwrap_or(running);
    Trouble::Refused(format!(
        "Helm 3 looks for a post-renderer on PATH, and {NAME} is not there. Name a folder of PATH to put it in, or put this one's folder on PATH, and install again:\n  \
         {} plugin install --bin-dir FOLDER\n  \
         export PATH={}:\"$PATH\"",
        quoted(running),
        quoted(folder),
    ))
}
