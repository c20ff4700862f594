//! Folders where things are made ready beside the place that they go to, and the removal of those that a killed program left.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

/// What all of them are called, with [`LETTERS`] more.
const PREFIX: &str = ".msr-storage-";
const LETTERS: usize = 6;

/// The file in it that its program keeps locked for as long as it runs.
const LOCK: &str = "lock";

/// Without a lock, this long after its last change, it is taken to be left over.
const OLD: Duration = Duration::from_secs(60 * 60);

/// A folder that is gone once this is dropped.
pub(super) struct Staging {
    /// Dropped first: Windows deletes no folder with an open file.
    _lock: File,
    folder: TempDir,
}

impl Staging {
    /// Makes one in `parent`, which is made too.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn within(parent: &Path) -> std::io::Result<Self> {
        fs::create_dir_all(parent)?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .rand_bytes(LETTERS)
            .tempdir_in(parent)?;
        // Locked before it has its name, so that nobody finds it unlocked.
        let unnamed = folder.path().join("new-lock");
        let lock = File::create(&unnamed)?;
        match lock.try_lock() {
            // Where files can't be locked, age alone tells.
            Err(TryLockError::Error(_)) => {}
            _ => fs::rename(unnamed, folder.path().join(LOCK))?,
        }
        Ok(Self {
            _lock: lock,
            folder,
        })
    }

    /// The folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes what programs that were killed have left in a folder; what can't be removed stays.
pub(super) fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for path in entries.map(|entry| entry.path()) {
        if is_staging(&path) && is_left_over(&path) {
            // Whoever may not delete it leaves it.
            let _ = if path.is_dir() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
        }
    }
}

fn is_staging(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str());
    let letters = name.and_then(|name| name.strip_prefix(PREFIX));
    let named = letters.is_some_and(|letters| {
        letters.len() == LETTERS && letters.chars().all(|c| c.is_ascii_alphanumeric())
    });
    named && !path.is_symlink()
}

/// A lock that nobody holds is that of a program that has ended.
fn is_left_over(path: &Path) -> bool {
    let lock: PathBuf = path.join(LOCK);
    match File::open(lock) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let changed = path.symlink_metadata().and_then(|about| about.modified());
            changed.is_ok_and(|changed| changed.elapsed().is_ok_and(|age| age > OLD))
        }
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    #[test]
    fn what_was_left_goes_and_nothing_else() {
        let parent = tempfile::tempdir().unwrap();
        let running = Staging::within(parent.path()).unwrap();
        let at = |name: &str| parent.path().join(name);
        let past = SystemTime::now() - Duration::from_secs(2 * 60 * 60);
        fs::create_dir_all(at(".msr-storage-killed/new")).unwrap();
        fs::write(at(".msr-storage-killed/lock"), "").unwrap();
        // Of a version that locked nothing.
        fs::write(at(".msr-storage-OldOne"), "").unwrap();
        File::options()
            .write(true)
            .open(at(".msr-storage-OldOne"))
            .and_then(|file| file.set_modified(past))
            .unwrap();
        fs::create_dir(at(".msr-storage-young1")).unwrap();
        fs::write(at(".msr-storage-config"), "").unwrap();
        fs::write(at(".msr-storage-notes-of-mine"), "").unwrap();
        fs::create_dir(at("msr-storage")).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("/", at(".msr-storage-a1link")).unwrap();

        sweep(parent.path());
        for gone in [".msr-storage-killed", ".msr-storage-OldOne"] {
            assert!(!at(gone).exists(), "{gone}");
        }
        assert!(running.path().exists());
        for stays in [
            ".msr-storage-young1",
            ".msr-storage-config",
            ".msr-storage-notes-of-mine",
            "msr-storage",
        ] {
            assert!(at(stays).exists(), "{stays}");
        }
        #[cfg(unix)]
        assert!(at(".msr-storage-a1link").is_symlink());
        drop(running);
        let left = fs::read_dir(parent.path()).unwrap().count();
        assert_eq!(left, if cfg!(unix) { 5 } else { 4 });
    }
}
