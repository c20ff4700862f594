//! Where Helm looks for a values file: on disk, on standard input, at a URL. It reads regular files, and pipes that were
//! given to this program; it says of the others what they are.

use std::path::Path;

use super::{FlagKind, ValuesError};
use crate::disk::{self, Unreadable};
use crate::origin::Origin;

/// Paths that mean another thing in every process: Helm's standard input is not ours.
const OF_ONE_PROCESS: [&str; 4] = ["/dev/fd", "/dev/stdin", "/proc/self", "/proc/thread-self"];

/// A file that a flag names.
#[derive(Clone)]
pub struct Wanted<'a> {
    /// The path as Helm would open it.
    pub path: &'a str,
    /// The flag: only what follows `-f` is surely a path; after `--set-file` a secret may stand by mistake.
    pub kind: FlagKind,
    /// Where the path stands.
    pub origin: Origin,
}

impl Wanted<'_> {
    pub(super) fn unreadable(self, problem: &str) -> ValuesError {
        let message = match self.kind {
            FlagKind::Values => format!("`{}` {problem}", self.path),
            _ => format!("the file named here {problem}"),
        };
        ValuesError::Unreadable {
            message,
            origin: self.origin,
        }
    }
}

/// The bytes of a file, looked for from `base`.
///
/// # Errors
/// [`ValuesError::Stream`] and [`ValuesError::Remote`] for what is no file on disk, [`ValuesError::Unreadable`] for
/// what cannot be read.
pub(super) fn read(base: &Path, wanted: Wanted<'_>) -> Result<Vec<u8>, ValuesError> {
    if wanted.path.trim() == "-" {
        return Err(ValuesError::Stream {
            origin: wanted.origin,
        });
    }
    match scheme(wanted.path) {
        Err(problem) => return Err(wanted.unreadable(&format!("is no path to Helm: {problem}"))),
        // A drive letter is no scheme to anyone but Go.
        Ok(Some(scheme)) if scheme.len() > 1 => {
            return Err(ValuesError::Remote {
                scheme: scheme.to_ascii_lowercase(),
                origin: wanted.origin,
            });
        }
        Ok(_) => {}
    }
    let path = base.join(wanted.path);
    if path == Path::new("/dev/null") {
        return Ok(Vec::new());
    }
    if is_ours(&wanted) && !is_standard_input(&path) && disk::is_pipe_of_ours(&path) {
        return disk::read_argument(&path).map_err(|error| wanted.unreadable(&error.to_string()));
    }
    if OF_ONE_PROCESS.iter().any(|folder| path.starts_with(folder)) {
        return Err(ValuesError::Stream {
            origin: wanted.origin,
        });
    }
    disk::read(&path, disk::MOST).map_err(|error| match error {
        Unreadable::Special(_) if !is_ours(&wanted) => ValuesError::Stream {
            origin: wanted.origin,
        },
        error => wanted.unreadable(&error.to_string()),
    })
}

/// Whether a flag or a variable was given to this program, so that nobody has read what it names.
fn is_ours(wanted: &Wanted<'_>) -> bool {
    wanted.origin.source.kind.is_given_to_us()
}

/// Standard input is the stream's.
fn is_standard_input(path: &Path) -> bool {
    ["/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]
        .iter()
        .any(|name| path == Path::new(name))
}

/// The scheme that Go's `url.Parse` finds, which Helm asks of every path first; an error where Go refuses the path.
/// Not looked at: the host of a path that begins with two slashes.
fn scheme(path: &str) -> Result<Option<&str>, &'static str> {
    let (url, fragment) = path.split_once('#').unwrap_or((path, ""));
    if url.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("it has a control character");
    }
    if broken_escape(fragment) {
        return Err("it has a `%` without two hexadecimal digits");
    }
    let (scheme, rest) = match url.split_once(':') {
        Some(("", _)) => return Err("it begins with a colon"),
        Some((name, rest)) if is_scheme(name) => (Some(name), rest),
        _ => (None, url),
    };
    let rest = rest.split_once('?').map_or(rest, |(path, _)| path);
    if scheme.is_some() && !rest.starts_with('/') {
        return Ok(scheme);
    }
    if rest.split('/').next().unwrap_or_default().contains(':') {
        return Err("a colon in its first part");
    }
    if broken_escape(rest) {
        return Err("it has a `%` without two hexadecimal digits");
    }
    Ok(scheme)
}

fn is_scheme(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn broken_escape(text: &str) -> bool {
    text.split('%').skip(1).any(|after| {
        let digits = after.as_bytes().get(..2);
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
