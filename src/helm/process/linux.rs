//! Processes as Linux shows them, in `/proc`.

use std::ffi::{OsStr, OsString};

use super::Process;

/// `/proc` itself: it keeps empty arguments, and costs a few system calls a process.
pub(super) struct Reader {
    /// This process's effective user, once it was asked for.
    own: Option<u32>,
    /// What was read last of a process's `status`, which names its users and its parent.
    status: (u32, Status),
}

#[derive(Default)]
struct Status {
    parent: Option<u32>,
    /// Real, effective, saved, and for files.
    users: [u32; 4],
}

impl Reader {
    pub(super) fn new() -> Self {
        Self {
            own: None,
            status: (0, Status::default()),
        }
    }

    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    pub(super) fn parent_of_this(&self) -> Option<u32> {
        Some(std::os::unix::process::parent_id()).filter(|pid| *pid > 0)
    }

    /// Whose process it is, in words, unless all its users are this process's effective one. The owner of its folder in
    /// `/proc` says less: whoever forbids to be dumped is shown as root's there.
    pub(super) fn foreign_owners(&mut self, pid: u32) -> Result<Option<String>, String> {
        let text = match read_file(&format!("/proc/{pid}/status")) {
            Ok(text) => text,
            // It ended; `read` tells.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let status = status(&text).ok_or("its status cannot be read")?;
        let own = match self.own {
            Some(own) => own,
            None => effective_user()?,
        };
        self.own = Some(own);
        let foreign = status.users.into_iter().find(|user| *user != own);
        self.status = (pid, status);
        Ok(foreign.map(|user| format!("user {user}, and this program runs as user {own}")))
    }

    /// The process without its surroundings; `None` if there is no such process (any more, or in this container).
    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    pub(super) fn read(&mut self, pid: u32) -> Result<Option<Process>, String> {
        let line = match read_file(&format!("/proc/{pid}/cmdline")) {
            Ok(line) => line,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        Ok(Some(Process {
            pid,
            arguments: split(&line),
            ..Process::default()
        }))
    }

    /// The id of the process that started it; `None` at the top.
    pub(super) fn parent(&self, process: &Process) -> Option<u32> {
        let (pid, status) = &self.status;
        status.parent.filter(|_| *pid == process.pid)
    }

    /// # Errors
    /// If its program cannot be read, or was started with another user's rights: its variables and its folder are then
    /// that user's.
    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    pub(super) fn surroundings(&mut self, process: Process) -> Result<Process, String> {
        use std::os::unix::ffi::OsStrExt;
        let file = |name: &str| format!("/proc/{}/{name}", process.pid);
        // Not before: a link of `/proc` costs as much as the line, and a Helm under another name shows by its line.
        let executable = std::fs::read_link(file("exe")).map_err(|error| error.to_string())?;
        let auxiliary = read_file(&file("auxv")).map_err(|error| error.to_string())?;
        if gained_rights(&auxiliary) {
            return Err("it was started with more rights than its caller had".to_owned());
        }
        let environment = read_file(&file("environ")).ok();
        Ok(Process {
            executable: Some(executable),
            directory: std::fs::read_link(file("cwd")).ok(),
            environment: environment.map(|bytes| {
                split(&bytes)
                    .iter()
                    .filter_map(|pair| {
                        let bytes = pair.as_bytes();
                        let end = bytes.iter().position(|byte| *byte == b'=')?;
                        let (name, value) = (bytes.get(..end)?, bytes.get(end + 1..)?);
                        Some((
                            OsStr::from_bytes(name).into(),
                            OsStr::from_bytes(value).into(),
                        ))
                    })
                    .collect()
            }),
            ..process
        })
    }
}

/// A file of `/proc`: they say that they are empty, so none is asked (`take` keeps the library from it), and room for most
/// of them is made beforehand, in place of many small reads.
fn read_file(path: &str) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(4096);
    let file = std::fs::File::open(path)?;
    file.take(u64::MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn effective_user() -> Result<u32, String> {
    let text = read_file("/proc/self/status").map_err(|error| error.to_string())?;
    let status = status(&text).ok_or("the own status cannot be read")?;
    let [_, effective, ..] = status.users;
    Ok(effective)
}

/// The users and the parent of a process, by its `status`: a line each. The kernel escapes a line break in the name.
fn status(text: &[u8]) -> Option<Status> {
    let text = String::from_utf8_lossy(text);
    let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name));
    let users: Vec<u32> = line("Uid:")?
        .split_ascii_whitespace()
        .map_while(|user| user.parse().ok())
        .collect();
    Some(Status {
        parent: line("PPid:")?.trim().parse().ok().filter(|pid| *pid > 0),
        users: users.try_into().ok()?,
    })
}

/// Whether the kernel started a program with more rights than its caller had (`AT_SECURE`), as it starts `sudo`.
fn gained_rights(auxiliary: &[u8]) -> bool {
    const AT_SECURE: usize = 23;
    const WORD: usize = size_of::<usize>();
    let word = |bytes: &[u8]| bytes.try_into().map_or(0, usize::from_ne_bytes);
    auxiliary.chunks_exact(2 * WORD).any(|pair| {
        let (kind, value) = pair.split_at(WORD);
        word(kind) == AT_SECURE && word(value) != 0
    })
}

/// Texts that each end in a zero byte.
fn split(bytes: &[u8]) -> Vec<OsString> {
    use std::os::unix::ffi::OsStrExt;
    if bytes.is_empty() {
        return Vec::new();
    }
    let bytes = bytes.strip_suffix(b"\0").unwrap_or(bytes);
    bytes
        .split(|byte| *byte == 0)
        .map(|part| OsStr::from_bytes(part).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proc_keeps_empty_arguments_and_odd_program_names() {
        assert_eq!(split(b"helm\0--set\0\0x\0"), ["helm", "--set", "", "x"]);
        assert_eq!(split(b""), Vec::<OsString>::new());
        let odd = b"Name:\ta\\nUid: 7\nPPid:\t42\nUid:\t1000\t0\t1000\t0\n";
        let read = status(odd).unwrap();
        assert_eq!((read.parent, read.users), (Some(42), [1000, 0, 1000, 0]));
        assert_eq!(
            status(b"PPid:\t0\nUid:\t1\t1\t1\t1\n").unwrap().parent,
            None
        );
        assert!(status(b"PPid:\t1\nUid:\t1\t1\n").is_none());
    }

    /// The words are those of getauxval(3): `AT_SECURE` is 23, and 1 for a set-user-ID program.
    #[test]
    fn a_program_that_gained_rights_is_known() {
        let vector = |secure: usize| -> Vec<u8> {
            let words = [6, 4096, 23, secure, 0, 0];
            words.into_iter().flat_map(usize::to_ne_bytes).collect()
        };
        assert!(gained_rights(&vector(1)));
        assert!(!gained_rights(&vector(0)));
        assert!(!gained_rights(&read_file("/proc/self/auxv").unwrap()));
    }
}
