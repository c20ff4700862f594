//! Whether Helm 3 and Helm 4 share a plugin folder, which no set of plugins can serve. It changes nothing.

use std::path::Path;

use super::NAME;
use super::folder::Entry;
use super::helm::{Helm, Surroundings, folder_is_named, of_other_major, real};
use super::install::running;

/// The reason, for messages.
pub const WHY: &str = "A plugin.yaml of Helm 4 in a folder that Helm 3 uses too costs Helm 3 every plugin of that folder";

/// The other Helm that uses `folder` too, if there is one.
///
/// It is the one that this plugin was installed for there, if that Helm is still what it was; else one on PATH.
/// A folder named for this call (`HELM_PLUGINS`, `HELM_DATA_HOME`) is the other Helm's as well only where it is so without these variables too, or where plugins
/// lie in it that the other one reads; a folder named by flag only in the first case.
pub fn other_user(helm: &Helm, folder: &Path, by_flag: bool, entries: &[Entry]) -> Option<Helm> {
    let recorded = entries.iter().filter_map(Entry::for_helm);
    let recorded = recorded
        .filter_map(|path| Helm::ask(&path, Surroundings::Plain).ok())
        .find(|other| other.major != helm.major);
    if recorded.is_some() {
        return recorded;
    }
    let others = of_other_major(helm);
    let folder = real(folder);
    let uses = |other: &Helm| other.folders.iter().any(|its| real(its) == folder);
    let position = others.iter().position(uses).or_else(|| {
        let named = !by_flag && folder_is_named();
        // Helm 4 reads Helm 3's form as well: a sign of Helm 3 and none of Helm 4.
        let signs = entries.iter().any(|entry| !entry.v1);
        (named && helm.major != 3 && signs && !others.is_empty()).then_some(0)
    })?;
    others.into_iter().nth(position)
}

/// The way out, as commands.
pub fn way_out(helm: &Helm, folder: &Path) -> String {
    let own = folder.parent().and_then(Path::parent).unwrap_or(folder);
    let own = own.join(format!("helm{}", helm.major)).join("plugins");
    let own = quoted(&own);
    format!(
        "give Helm {major} a plugin folder of its own, and name it wherever that Helm runs:\n  \
         {program} plugin install --helm {helm} --plugins {own}\n  \
         export HELM_PLUGINS={own}   # for Helm {major} alone",
        program = running().map_or_else(|_| NAME.to_owned(), |path| quoted(&path)),
        major = helm.major,
        helm = quoted(&helm.path),
    )
}

/// A path as a shell takes it.
pub fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    shlex::try_quote(&text).map_or_else(|_| text.to_string(), Into::into)
}
