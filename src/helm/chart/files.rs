//! The files of a chart that say what its values are, from a folder or an archive. Everything else is left unread.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path};

use flate2::read::MultiGzDecoder;

use super::ignore::Rules;
use crate::disk;

/// Helm's own limits: of a chart unpacked, and of one file in it.
const MAX_CHART: u64 = 100 << 20;
const MAX_FILE: u64 = 5 << 20;

/// What is read of a chart's own files.
const WANTED: [&str; 3] = ["Chart.yaml", "requirements.yaml", "values.yaml"];

/// Files by their paths in the chart.
pub(super) struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Those of a chart on disk.
    pub(super) fn at(path: &Path) -> Result<Self, String> {
        if path.is_dir() {
            let mut files = BTreeMap::new();
            folder(path, "", &Rules::of(path)?, &mut files)?;
            return Ok(Self(files));
        }
        let file = disk::open(path, MAX_CHART).map_err(|error| format!("it {error}"))?;
        archive(file)
    }

    /// Removes a file and hands it over.
    pub(super) fn take(&mut self, name: &str) -> Option<Vec<u8>> {
        self.0.remove(name)
    }

    /// The charts in this one, each under the name of its folder or archive.
    pub(super) fn charts(self) -> Result<Vec<(String, Self)>, String> {
        let mut charts: BTreeMap<String, Self> = BTreeMap::new();
        for (path, bytes) in self.0 {
            let Some(rest) = path.strip_prefix("charts/") else {
                continue;
            };
            if rest.starts_with(['_', '.']) {
                continue;
            }
            match rest.split_once('/') {
                Some((name, rest)) => {
                    let files = charts
                        .entry(name.to_owned())
                        .or_insert_with(|| Self(BTreeMap::new()));
                    files.0.insert(rest.to_owned(), bytes);
                }
                None if rest.ends_with(".tgz") => {
                    let files = archive(bytes.as_slice())
                        .map_err(|problem| format!("charts/{rest}: {problem}"))?;
                    charts.insert(rest.to_owned(), files);
                }
                None => {}
            }
        }
        // Nothing that Helm would load; it has refused the others.
        charts.retain(|_, files| files.0.contains_key("Chart.yaml"));
        Ok(charts.into_iter().collect())
    }
}

fn is_wanted(path: &str) -> bool {
    match path.strip_prefix("charts/") {
        None => WANTED.contains(&path),
        Some(rest) => match rest.split_once('/') {
            None => rest.ends_with(".tgz"),
            Some((_, rest)) => is_wanted(rest),
        },
    }
}

/// The wanted files of a folder, under `prefix`.
fn folder(
    path: &Path,
    prefix: &str,
    rules: &Rules,
    files: &mut BTreeMap<String, Vec<u8>>,
) -> Result<(), String> {
    let problem = |path: &Path, error: &std::io::Error| format!("{}: {error}", path.display());
    for name in WANTED {
        let file = path.join(name);
        if file.is_file() && !rules.leave_out(&format!("{prefix}{name}"), false) {
            let bytes = bounded(&file)?;
            files.insert(format!("{prefix}{name}"), bytes);
        }
    }
    let charts = path.join("charts");
    if !charts.is_dir() || rules.leave_out(&format!("{prefix}charts"), true) {
        return Ok(());
    }
    let entries = std::fs::read_dir(&charts).map_err(|error| problem(&charts, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| problem(&charts, &error))?;
        let (inner, name) = (entry.path(), entry.file_name());
        let Some(name) = name.to_str() else { continue };
        if rules.leave_out(&format!("{prefix}charts/{name}"), inner.is_dir()) {
            continue;
        }
        if inner.is_dir() {
            // Bounds a link that leads back up.
            if prefix.matches('/').count() < 2 * super::MAX_DEPTH + 2 {
                folder(&inner, &format!("{prefix}charts/{name}/"), rules, files)?;
            }
        } else if name.ends_with(".tgz") {
            let bytes = bounded(&inner)?;
            files.insert(format!("{prefix}charts/{name}"), bytes);
        }
    }
    Ok(())
}

/// The bytes of one file of a chart.
pub(super) fn bounded(path: &Path) -> Result<Vec<u8>, String> {
    disk::read(path, MAX_FILE).map_err(|error| format!("{} {error}", path.display()))
}

/// The wanted files of a `.tgz`, without the folder that all of them lie in.
fn archive(compressed: impl Read) -> Result<Files, String> {
    let mut files = BTreeMap::new();
    // Of all members: Go's reader goes on behind the first, and so does Helm.
    let unpacked = MultiGzDecoder::new(compressed).take(MAX_CHART);
    let mut archive = tar::Archive::new(unpacked);
    let unreadable = |error: std::io::Error| format!("no archive of a chart: {error}");
    for entry in archive.entries().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).replace('\\', "/");
        let Some((_, name)) = name.split_once('/') else {
            continue;
        };
        let name = plain(name);
        if !is_wanted(&name) {
            continue;
        }
        if entry.size() > MAX_FILE {
            return Err(format!("{name} is larger than {} MiB", MAX_FILE >> 20));
        }
        let mut bytes = Vec::new();
        entry
            .take(MAX_FILE)
            .read_to_end(&mut bytes)
            .map_err(unreadable)?;
        files.insert(name, bytes);
    }
    Ok(Files(files))
}

/// The path without `.` in it. A path with `..` is none of a chart's and becomes one that nobody wants.
fn plain(path: &str) -> String {
    let parts = Path::new(path).components().map(|part| match part {
        Component::Normal(part) => part.to_str().unwrap_or("?"),
        Component::CurDir => "",
        _ => "?",
    });
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::Files;

    /// What Helm was given as a chart, and what lies in one: a pipe is refused, and waited for by nobody.
    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("msr.tgz");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        for path in [pipe.as_path(), std::path::Path::new("/dev/zero")] {
            let problem = Files::at(path).err().unwrap();
            assert!(problem.ends_with(", not a regular file"), "{problem}");
        }
        let ignore = folder.path().join(".helmignore");
        std::os::unix::fs::symlink("/dev/zero", ignore).unwrap();
        let problem = Files::at(folder.path()).err().unwrap();
        assert!(
            problem.ends_with("is a device, not a regular file"),
            "{problem}"
        );
    }
}
