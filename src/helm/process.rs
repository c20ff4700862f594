//! The processes above this one, read as far as needed to find the Helm that runs it. It interprets no argument but to tell Helm from others.
//!
//! It stands in every deploy, so it reads only the few processes of the chain, never the table of all of them.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::error::HelmError;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod others;

#[cfg(target_os = "linux")]
use linux::Reader;
#[cfg(not(target_os = "linux"))]
use others::Reader;

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
/// Another user's process is never passed over: what runs above it is that user's choice, and whoever reads a line, a folder
/// and variables from there, and runs the program again, does so on that user's behalf with rights of its own.
///
/// # Errors
/// [`HelmError::Parents`] if a process of the chain cannot be read before a Helm was found; [`HelmError::Foreign`] if it is
/// not this user's.
pub fn nearest_helm() -> Result<Option<Process>, HelmError> {
    let helm_bin = std::env::var_os("HELM_BIN").filter(|name| !name.is_empty());
    let mut reader = Reader::new();
    let mut next = reader.parent_of_this();
    for _ in 0..MAX_DEPTH {
        let Some(pid) = next else { return Ok(None) };
        let unreadable = |problem| HelmError::Parents { pid, problem };
        if let Some(owners) = reader.foreign_owners(pid).map_err(unreadable)? {
            return Err(HelmError::Foreign { pid, owners });
        }
        let Some(process) = reader.read(pid).map_err(unreadable)? else {
            return Ok(None);
        };
        if is_helm(&process, helm_bin.as_deref()) {
            return reader.surroundings(process).map(Some).map_err(unreadable);
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
}
