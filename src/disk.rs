//! The one way to the bytes of a file that somebody else chose: a regular file of bounded size, or an error that says what it is.
//!
//! A path in a pull request, a chart or a flag may lead to a device that never ends, a pipe that nobody writes to, or a file of any size.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// The limit for a file that the user names: 64 MiB. Kubernetes keeps a whole release in an object of 1 MiB, so values are smaller, and a
/// rendered stream or a backup of a namespace's releases is smaller too. What is larger goes through standard input, which has no limit.
pub const MOST: u64 = 64 << 20;

/// Where a process finds its own open files. A pipe that the shell hands over (`<(…)`) has such a path.
const DESCRIPTORS: [&str; 4] = [
    "/dev/fd",
    "/dev/stdin",
    "/proc/self/fd",
    "/proc/thread-self/fd",
];

/// Why a file is not read. Its text follows the path: “`values.yaml` is a directory”.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// Nothing is there.
    #[error("does not exist")]
    Missing,
    /// A symbolic link is there, and nothing behind it.
    #[error("is a link to a file that does not exist")]
    Dangling,
    /// A folder.
    #[error("is a directory")]
    Directory,
    /// A device, a pipe or a socket.
    #[error("is {0}, not a regular file")]
    Special(&'static str),
    /// More bytes than the limit.
    #[error("is larger than {} MiB", .0 >> 20)]
    TooLarge(u64),
    /// The user has no right to it.
    #[error("may not be read: permission denied")]
    Denied,
    /// Anything else the system says.
    #[error("cannot be read: {0}")]
    Other(io::Error),
}

impl Unreadable {
    fn of(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound if path.is_symlink() => Self::Dangling,
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::IsADirectory => Self::Directory,
            io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::Other(error),
        }
    }
}

/// The bytes of a regular file of at most `most` bytes; links are followed.
///
/// # Errors
/// Where it is anything else, or cannot be read.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, Unreadable> {
    bounded(path, open(path, most)?, most)
}

/// As [`read`] with the limit [`MOST`], for a path on this program's own command line: a pipe that the shell hands over serves too, for
/// nobody else reads it.
///
/// # Errors
/// As [`read`].
pub fn read_argument(path: &Path) -> Result<Vec<u8>, Unreadable> {
    if is_pipe_of_ours(path) {
        let pipe = File::open(path).map_err(|error| Unreadable::of(path, error))?;
        return bounded(path, pipe, MOST);
    }
    read(path, MOST)
}

/// A regular file of at most `most` bytes, opened.
///
/// # Errors
/// As [`read`].
pub fn open(path: &Path, most: u64) -> Result<File, Unreadable> {
    let trouble = |error| Unreadable::of(path, error);
    // Asked before it is opened, for to open a device can set it off; and once more after it, for another file may have taken its place.
    regular(&fs::metadata(path).map_err(trouble)?, most)?;
    let file = without_waiting().open(path).map_err(trouble)?;
    regular(&file.metadata().map_err(trouble)?, most)?;
    Ok(file)
}

/// Whether a path on this program's own command line leads to a pipe that the shell handed over.
pub fn is_pipe_of_ours(path: &Path) -> bool {
    let ours = DESCRIPTORS.iter().any(|folder| path.starts_with(folder));
    ours && fs::metadata(path).is_ok_and(|about| special(&about) == PIPE)
}

fn regular(about: &Metadata, most: u64) -> Result<(), Unreadable> {
    if about.is_dir() {
        Err(Unreadable::Directory)
    } else if !about.is_file() {
        Err(Unreadable::Special(special(about)))
    } else if about.len() > most {
        Err(Unreadable::TooLarge(most))
    } else {
        Ok(())
    }
}

/// A file may grow while it is read, and those of `/proc` say that they are empty.
fn bounded(path: &Path, file: File, most: u64) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let read = file.take(most.saturating_add(1)).read_to_end(&mut bytes);
    match read.map_err(|error| Unreadable::of(path, error))? as u64 {
        length if length > most => Err(Unreadable::TooLarge(most)),
        _ => Ok(bytes),
    }
}

/// Opening a pipe would wait for its writer, and a terminal could become this process's own.
#[cfg(unix)]
fn without_waiting() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let flags = libc::O_NONBLOCK | libc::O_NOCTTY;
    options.read(true).custom_flags(flags);
    options
}

#[cfg(not(unix))]
fn without_waiting() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}

const PIPE: &str = "a pipe";

#[cfg(unix)]
fn special(about: &Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = about.file_type();
    if kind.is_fifo() {
        PIPE
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn special(_: &Metadata) -> &'static str {
    "a device"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_just_the_limit_is_read_and_a_larger_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"12345").unwrap();
        assert_eq!(read(&path, 5).unwrap(), b"12345");
        let refused = read(&path, 4).unwrap_err();
        assert!(matches!(refused, Unreadable::TooLarge(4)), "{refused}");
    }

    #[test]
    fn what_grows_while_it_is_read_stays_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, b"12345").unwrap();
        let file = open(&path, 5).unwrap();
        fs::write(&path, b"123456").unwrap();
        let refused = bounded(&path, file, 5).unwrap_err();
        assert!(matches!(refused, Unreadable::TooLarge(5)), "{refused}");
    }
}
