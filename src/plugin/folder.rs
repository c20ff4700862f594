//! What lies in a plugin folder. It changes nothing there.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use super::manifest::Form;
use super::{COMMAND_NAME, COMPANIONS, NAME};
use crate::disk;

/// The file that makes a folder a plugin.
pub const MANIFEST: &str = "plugin.yaml";

/// The file that says which copy of the program was put on PATH with the plugin.
pub const ON_PATH: &str = "on-path";

/// The file that says for which Helm a plugin was installed.
pub const FOR_HELM: &str = "for-helm";

/// Manifests and records of a plugin are not larger; another plugin's file may be.
const MAX_BYTES: u64 = 1 << 20;

/// The program's path within a plugin.
pub fn program() -> PathBuf {
    Path::new("bin").join(format!("{NAME}{}", std::env::consts::EXE_SUFFIX))
}

/// The companions that lie beside a program.
pub fn companions(program: &Path) -> impl Iterator<Item = PathBuf> {
    let names = COMPANIONS.map(|name| format!("{name}{}", std::env::consts::EXE_SUFFIX));
    let paths = names.map(|name| program.with_file_name(name));
    paths.into_iter().filter(|path| path.is_file())
}

/// One plugin of a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its own folder, which may be a link.
    pub path: PathBuf,
    /// Its name, which need not be the folder's.
    pub name: String,
    /// Its version, if it says one.
    pub version: String,
    /// Whether it has the form that only Helm 4 reads.
    pub v1: bool,
    /// Which of this program's plugins it is; none for a foreign one.
    pub ours: Option<Form>,
}

/// As much of a `plugin.yaml` as is asked here.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Manifest {
    api_version: Option<String>,
    name: String,
    version: String,
    r#type: String,
    command: String,
    runtime_config: RuntimeConfig,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RuntimeConfig {
    platform_command: Vec<PlatformCommand>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PlatformCommand {
    command: String,
}

/// The plugins of a folder, in the order of their paths; none where the folder is not there.
///
/// # Errors
/// The folder is there and can't be read.
pub fn read(folder: &Path) -> anyhow::Result<Vec<Entry>> {
    let listing = match fs::read_dir(folder) {
        Ok(listing) => listing,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => {
            return Err(error).with_context(|| format!("can't read {}", folder.display()));
        }
    };
    let mut entries: Vec<_> = listing
        .filter_map(|entry| plugin(&entry.ok()?.path()))
        .collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

/// Reads one; a folder without a manifest is none, and a manifest that can't be read is a plugin of no name.
fn plugin(path: &Path) -> Option<Entry> {
    let text = read_manifest(path)?;
    let manifest: Manifest = serde_yaml::from_slice(&text).unwrap_or_default();
    let commands = &manifest.runtime_config.platform_command;
    let program = commands
        .first()
        .map_or(&manifest.command, |command| &command.command);
    let form = match (manifest.name.as_str(), manifest.r#type.as_str()) {
        (NAME, "") => Some(Form::Helm3),
        (NAME, "postrenderer/v1") => Some(Form::PostRenderer),
        (COMMAND_NAME, "cli/v1") => Some(Form::Command),
        _ => None,
    };
    let is_program = program
        .trim_end_matches(".exe")
        .ends_with("/bin/msr-storage");
    Some(Entry {
        path: path.to_owned(),
        ours: form.filter(|_| is_program),
        name: manifest.name,
        version: manifest.version,
        v1: manifest.api_version.is_some(),
    })
}

impl Entry {
    /// Whether its folder is a link, as `helm plugin install FOLDER` makes one.
    pub fn is_link(&self) -> bool {
        self.path.is_symlink()
    }

    /// The copy of the program on PATH that came with it.
    pub fn on_path(&self) -> Option<PathBuf> {
        self.record(ON_PATH)
    }

    /// The Helm that it was installed for.
    pub fn for_helm(&self) -> Option<PathBuf> {
        self.record(FOR_HELM)
    }

    /// A path that an install wrote down.
    fn record(&self, file: &str) -> Option<PathBuf> {
        self.ours?;
        read_record(&self.path, file)
    }
}

/// The path that an install wrote into a file of a plugin.
pub fn read_record(plugin: &Path, file: &str) -> Option<PathBuf> {
    let bytes = disk::read(&plugin.join(file), MAX_BYTES).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    Some(PathBuf::from(text.trim_end_matches('\n')))
}

/// The text of a plugin's manifest.
pub fn read_manifest(plugin: &Path) -> Option<Vec<u8>> {
    disk::read(&plugin.join(MANIFEST), MAX_BYTES).ok()
}
