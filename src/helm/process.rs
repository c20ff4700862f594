//! The processes above this one, read as far as needed to find the Helm that runs it. It interprets no argument but to tell Helm from others.
//!
//! It stands in every deploy, so it reads only the few processes of the chain, never the table of all of them.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::error::HelmError;

/// A chain longer than this is not followed.
const MAX_DEPTH: usize = 64;

/// A running program, as far as the system shows it to us.
#[derive(Clone, Debug, Default)]
pub struct Process {
    /// Its id.
    pub pid: u32,
    /// Its arguments, the program's own name first.
    pub arguments: Vec<OsString>,
    /// The program's file; none where the system does not say.
    pub executable: Option<PathBuf>,
    /// Its working directory: relative paths among the arguments start here.
    pub directory: Option<PathBuf>,
    /// The environment it was started with; none where it cannot be read.
    pub environment: Option<HashMap<OsString, OsString>>,
}

impl Process {
    /// The value of a variable in its environment.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.environment
            .as_ref()?
            .get(OsStr::new(name))
            .map(OsString::as_os_str)
    }
}

/// The nearest Helm above this process; none where there is no Helm.
///
/// Scripts and plugins between Helm and this process are passed over. A Helm is known by the name it was called by (`helm`,
/// `helm3`, `helm-v4.1.0`, …), by what `HELM_BIN` calls it, or by its `--post-renderer`.
///
/// # Errors
/// [`HelmError::Parents`] where a process of the chain cannot be read before a Helm was found.
pub fn nearest_helm() -> Result<Option<Process>, HelmError> {
    let helm_bin = std::env::var_os("HELM_BIN").filter(|name| !name.is_empty());
    let mut reader = Reader::new();
    let mut next = reader.parent_of_this();
    for _ in 0..MAX_DEPTH {
        let Some(pid) = next else { return Ok(None) };
        let process = match reader.read(pid) {
            Ok(Some(process)) => process,
            Ok(None) => return Ok(None),
            Err(problem) => return Err(HelmError::Parents { pid, problem }),
        };
        if is_helm(&process, helm_bin.as_deref()) {
            return Ok(Some(reader.surroundings(process)));
        }
        next = reader.parent(&process);
    }
    Ok(None)
}

fn is_helm(process: &Process, helm_bin: Option<&OsStr>) -> bool {
    let called = process.arguments.first().map(OsString::as_os_str);
    let file = process.executable.as_deref().map(Path::as_os_str);
    let named = [called, file].into_iter().flatten().any(is_helm_name);
    named || (called.is_some() && called == helm_bin) || runs_post_renderer(&process.arguments)
}

/// `helm`, `helm.exe`, `helm3`, `helm-v4.1.0`, `.helm-wrapped`; not `helmfile`, `helm-docs`, `helm-diff`.
fn is_helm_name(path: &OsStr) -> bool {
    let Some(name) = Path::new(path).file_name().and_then(OsStr::to_str) else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix(".exe").unwrap_or(&name);
    // Nix keeps the program itself beside a wrapper under this name.
    let name = name.strip_prefix('.').unwrap_or(name);
    let name = name.strip_suffix("-wrapped").unwrap_or(name);
    let Some(rest) = name.strip_prefix("helm") else {
        return false;
    };
    let rest = rest.strip_prefix(['-', '_', '.']).unwrap_or(rest);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    name == "helm" || rest.starts_with(|first: char| first.is_ascii_digit())
}

/// Helm under another name still has this on its line when it runs us.
pub(super) fn runs_post_renderer(arguments: &[OsString]) -> bool {
    let rest = arguments.get(1..).unwrap_or_default();
    let command = |argument: &OsString| {
        argument == "install" || argument == "upgrade" || argument == "template"
    };
    rest.iter().any(command)
        && rest.iter().any(|argument| {
            argument == "--post-renderer"
                || argument
                    .to_str()
                    .is_some_and(|text| text.starts_with("--post-renderer="))
        })
}

/// `/proc` itself: it keeps empty arguments, and costs a few system calls a process.
#[cfg(target_os = "linux")]
struct Reader;

#[cfg(target_os = "linux")]
impl Reader {
    fn new() -> Self {
        Self
    }

    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    fn parent_of_this(&self) -> Option<u32> {
        Some(std::os::unix::process::parent_id()).filter(|pid| *pid > 0)
    }

    /// The process without its surroundings; none where there is no such process (any more, or in this container).
    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    fn read(&mut self, pid: u32) -> Result<Option<Process>, String> {
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

    /// The id of the process that started it; none at the top. Asked for only where a process is no Helm.
    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    fn parent(&self, process: &Process) -> Option<u32> {
        parent_in_stat(&read_file(&format!("/proc/{}/stat", process.pid)).ok()?)
    }

    #[expect(
        clippy::unused_self,
        reason = "the same calls as where the system needs a handle"
    )]
    fn surroundings(&mut self, process: Process) -> Process {
        use std::os::unix::ffi::OsStrExt;
        let environment = read_file(&format!("/proc/{}/environ", process.pid)).ok();
        Process {
            // Not before: a link of `/proc` costs as much as the line, and a Helm under another name shows by its line.
            executable: std::fs::read_link(format!("/proc/{}/exe", process.pid)).ok(),
            directory: std::fs::read_link(format!("/proc/{}/cwd", process.pid)).ok(),
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
        }
    }
}

/// A file of `/proc`: they say that they are empty, so none is asked (`take` keeps the library from it), and room for most
/// of them is made beforehand, in place of many small reads.
#[cfg(target_os = "linux")]
fn read_file(path: &str) -> std::io::Result<Vec<u8>> {
    use std::io::Read;
    let mut bytes = Vec::with_capacity(4096);
    let file = std::fs::File::open(path)?;
    file.take(u64::MAX).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The fourth field; the second, the program's name, may hold spaces and parentheses.
#[cfg(target_os = "linux")]
fn parent_in_stat(stat: &[u8]) -> Option<u32> {
    let end = stat.iter().rposition(|byte| *byte == b')')?;
    let rest = std::str::from_utf8(stat.get(end + 1..)?).ok()?;
    let parent = rest.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(parent).filter(|parent| *parent > 0)
}

/// Texts that each end in a zero byte.
#[cfg(target_os = "linux")]
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

/// What `sysinfo` reads of single processes; nothing where it does not know the system.
#[cfg(not(target_os = "linux"))]
struct Reader(Option<sysinfo::System>);

#[cfg(not(target_os = "linux"))]
impl Reader {
    fn new() -> Self {
        Self(sysinfo::System::new().ok())
    }

    fn parent_of_this(&mut self) -> Option<u32> {
        let this = self.read(std::process::id()).ok().flatten()?;
        self.parent(&this)
    }

    fn parent(&self, process: &Process) -> Option<u32> {
        let id = sysinfo::Pid::from_u32(process.pid);
        let system = self.0.as_ref()?;
        system.process(id)?.parent().map(sysinfo::Pid::as_u32)
    }

    fn read(&mut self, pid: u32) -> Result<Option<Process>, String> {
        let what = sysinfo::ProcessRefreshKind::nothing()
            .with_cmd(sysinfo::UpdateKind::Always)
            .with_exe(sysinfo::UpdateKind::Always);
        let process = self.refresh(pid, what);
        match &process {
            Some(process) if process.arguments.is_empty() && process.executable.is_none() => {
                Err("the system does not show its arguments".to_owned())
            }
            _ => Ok(process),
        }
    }

    fn surroundings(&mut self, process: Process) -> Process {
        let what = sysinfo::ProcessRefreshKind::nothing()
            .with_cmd(sysinfo::UpdateKind::Always)
            .with_exe(sysinfo::UpdateKind::Always)
            .with_cwd(sysinfo::UpdateKind::Always)
            .with_environ(sysinfo::UpdateKind::Always);
        self.refresh(process.pid, what).unwrap_or(process)
    }

    fn refresh(&mut self, pid: u32, what: sysinfo::ProcessRefreshKind) -> Option<Process> {
        let id = sysinfo::Pid::from_u32(pid);
        let only = sysinfo::ProcessesToUpdate::Some(&[id]);
        let system = self.0.as_mut()?;
        system.refresh_processes_specifics(only, true, what);
        let process = system.process(id)?;
        let environment: HashMap<_, _> = process
            .environ()
            .iter()
            .filter_map(|pair| {
                let (name, value) = pair.to_str()?.split_once('=')?;
                Some((name.into(), value.into()))
            })
            .collect();
        Some(Process {
            pid,
            arguments: process.cmd().to_vec(),
            executable: process.exe().map(Path::to_path_buf),
            directory: process.cwd().map(Path::to_path_buf),
            environment: Some(environment).filter(|variables| !variables.is_empty()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_helm_is_known_by_its_name() {
        for name in [
            "helm",
            "/usr/local/bin/helm",
            "helm3",
            "helm-v4.1.0",
            "helm_3",
            "helm4.exe",
            "Helm.EXE",
            "/nix/store/x/bin/.helm-wrapped",
        ] {
            assert!(is_helm_name(OsStr::new(name)), "{name}");
        }
        for name in [
            "helmfile",
            "helm-docs",
            "helm-diff",
            "helm_ls",
            "/opt/helm/run",
            "sh",
            "helmv",
        ] {
            assert!(!is_helm_name(OsStr::new(name)), "{name}");
        }
    }

    #[test]
    fn a_helm_under_another_name_is_known_by_helm_bin_or_its_post_renderer() {
        let process = |line: &[&str]| Process {
            arguments: line.iter().map(OsString::from).collect(),
            ..Process::default()
        };
        let upgrade = ["k8s", "upgrade", "r", "c"];
        assert!(!is_helm(&process(&upgrade), None));
        assert!(is_helm(&process(&upgrade), Some(OsStr::new("k8s"))));
        assert!(is_helm(
            &process(&["k8s", "upgrade", "--post-renderer=x"]),
            None
        ));
        assert!(!is_helm(
            &process(&["k8s", "apply", "--post-renderer"]),
            None
        ));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn proc_keeps_empty_arguments_and_odd_program_names() {
        assert_eq!(split(b"helm\0--set\0\0x\0"), ["helm", "--set", "", "x"]);
        assert_eq!(split(b""), Vec::<OsString>::new());
        assert_eq!(parent_in_stat(b"7 (a) b) S 42 7 7"), Some(42));
        assert_eq!(parent_in_stat(b"1 (init) S 0 1 1"), None);
    }
}
