//! The files that inputs name: a file as it is, a folder walked by all cores, `.gitignore` respected. It judges nothing.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow};
use ignore::{WalkBuilder, WalkState};

use super::Input;
use crate::disk::{self, Unreadable};
use crate::origin::{Source, SourceKind};

/// Files of a folder that are looked into.
const ENDINGS: [&str; 3] = ["yaml", "yml", "json"];
/// Bigger files of a folder are no values files.
const MAX_BYTES: u64 = 16 << 20;
/// What a thread reads files into; a bigger one makes it grow.
const BUFFER_BYTES: usize = 64 << 10;
/// What says which files of a folder do not count.
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];
/// The crate that reads them sets no limit; this is room for tens of thousands of patterns.
const MAX_IGNORE_BYTES: u64 = 1 << 20;
/// Without this word a file of a folder holds no storage settings, and is not parsed.
const WORD: &[u8] = b"storage";

/// Reads a file, or the files of a folder in the order of their paths.
///
/// # Errors
/// What was named can't be read.
pub fn read(path: &str) -> anyhow::Result<Vec<Input>> {
    if Path::new(path).is_dir() {
        return walk(path);
    }
    let bytes = disk::read_argument(Path::new(path)).map_err(|error| anyhow!("{path} {error}"))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| anyhow::anyhow!("{path} is not UTF-8: {}", error.utf8_error()))?;
    Ok(vec![input(Path::new(path), path, text, true)])
}

fn input(path: &Path, name: &str, text: String, named: bool) -> Input {
    let defaults = path.file_name().is_some_and(|name| name == "values.yaml")
        && path.with_file_name("Chart.yaml").is_file();
    let kind = if defaults {
        SourceKind::ChartDefaults
    } else {
        SourceKind::File
    };
    Input {
        source: Arc::new(Source {
            kind,
            name: name.to_owned(),
            text,
        }),
        named,
    }
}

fn walk(folder: &str) -> anyhow::Result<Vec<Input>> {
    let refused: Arc<Mutex<Option<anyhow::Error>>> = Arc::default();
    let above = std::fs::canonicalize(folder).with_context(|| format!("can't walk {folder}"))?;
    above.ancestors().try_for_each(sound_ignore_files)?;
    let all_found: Mutex<Vec<(PathBuf, Input)>> = Mutex::default();
    let first_failed: Mutex<Option<ignore::Error>> = Mutex::default();
    let (found, failed) = (&all_found, &first_failed);
    let mut walker = WalkBuilder::new(folder);
    // A folder that is no Git checkout may still have a .gitignore. A `.git` can be a file that leads anywhere: nothing in it counts.
    walker.require_git(false).git_exclude(false);
    let first_refused = Arc::clone(&refused);
    // Asked of each folder before it is entered, and before its .gitignore is read.
    walker.filter_entry(move |entry| {
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        let sound = if is_folder {
            sound_ignore_files(entry.path())
        } else {
            Ok(())
        };
        sound
            .map_err(|error| {
                let mut refused = first_refused.lock().unwrap_or_else(PoisonError::into_inner);
                refused.get_or_insert(error);
            })
            .is_ok()
    });
    walker.build_parallel().run(|| {
        let mut buffer = Vec::with_capacity(BUFFER_BYTES);
        Box::new(move |entry| {
            match entry {
                Ok(entry) => {
                    if let Some(input) = candidate(&entry, &mut buffer) {
                        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                        found.push((entry.into_path(), input));
                    }
                }
                Err(error) => {
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed.get_or_insert(error);
                }
            }
            WalkState::Continue
        })
    });
    if let Some(error) = first_failed
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
    {
        return Err(error).with_context(|| format!("can't walk {folder}"));
    }
    if let Some(error) = refused
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take()
    {
        return Err(error);
    }
    let mut found = all_found
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    found.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(found.into_iter().map(|(_, input)| input).collect())
}

/// Refuses a folder whose `.gitignore` is no regular file, or a large one.
fn sound_ignore_files(folder: &Path) -> anyhow::Result<()> {
    for name in IGNORE_FILES {
        let path = folder.join(name);
        match disk::open(&path, MAX_IGNORE_BYTES) {
            // One that is not there, or that cannot be read, is passed over by Git too.
            Ok(_) | Err(Unreadable::Missing | Unreadable::Dangling | Unreadable::Denied) => {}
            Err(error) => return Err(anyhow!("{} {error}", path.display())),
        }
    }
    Ok(())
}

/// A file of a folder that may hold storage settings. What can't be read, or is no text, is passed over. The buffer is one for
/// all files of a thread: most of them are read to be dropped.
fn candidate(entry: &ignore::DirEntry, buffer: &mut Vec<u8>) -> Option<Input> {
    let path = entry.path();
    let ending = path.extension()?.to_str()?;
    let file = entry.file_type().is_some_and(|kind| kind.is_file());
    if !file || !ENDINGS.contains(&ending) {
        return None;
    }
    buffer.clear();
    let file = disk::open(path, MAX_BYTES).ok()?;
    let length = file.take(MAX_BYTES + 1).read_to_end(buffer).ok()?;
    if u64::try_from(length).ok()? > MAX_BYTES {
        return None;
    }
    memchr::memmem::find(buffer, WORD)?;
    let text = str::from_utf8(buffer).ok()?.to_owned();
    // Below `.`, as Git and GitHub name them.
    let name = path.strip_prefix(".").unwrap_or(path);
    Some(input(path, &name.to_string_lossy(), text, false))
}
