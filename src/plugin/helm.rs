//! The Helms of this machine: which one is meant, its version, its plugin folders. It changes nothing.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};

use crate::child::{self, Interrupt, Limits, Stopped};
use crate::helm::nearest_helm;

/// What a Helm may take to say its version or its plugins: it asks nobody for that.
const LIMITS: Limits = Limits {
    patience: Duration::from_secs(30),
    output: 4 << 20,
    errors: 64 << 10,
};

/// The variables by which Helm's user names a plugin folder for one call.
const FOLDER_VARIABLES: [&str; 2] = ["HELM_PLUGINS", "HELM_DATA_HOME"];

/// One Helm, asked.
#[derive(Clone, Debug)]
pub struct Helm {
    /// The program.
    pub path: PathBuf,
    /// Its version, without the `v`.
    pub version: String,
    /// The first number of it: 3 or 4.
    pub major: u64,
    /// Where it looks for plugins, the folder that it installs into first.
    pub folders: Vec<PathBuf>,
}

impl std::fmt::Display for Helm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Helm {} ({})", self.version, self.path.display())
    }
}

/// Whether Helm is asked as this process would run it, or as it is without a folder named for this call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Surroundings {
    /// With all variables.
    AsHere,
    /// Without `HELM_PLUGINS` and `HELM_DATA_HOME`.
    Plain,
}

impl Helm {
    /// Asks a Helm what it is.
    ///
    /// # Errors
    /// It can't be run, does not answer as Helm does, or is neither 3 nor 4.
    pub fn ask(path: &Path, surroundings: Surroundings) -> anyhow::Result<Self> {
        let version = answer(
            path,
            &["version", "--template", "{{.Version}}"],
            surroundings,
        )?;
        let version = version.trim().trim_start_matches('v').to_owned();
        let major = version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        let major = match major {
            Some(major @ 3..=4) => major,
            Some(major) => bail!(
                "{} is Helm {major}; msr-storage knows Helm 3 and Helm 4",
                path.display()
            ),
            None => bail!(
                "{} does not say which Helm it is, but `{version}`",
                path.display()
            ),
        };
        let folders = answer(path, &["env", "HELM_PLUGINS"], surroundings)?;
        let folders = folders.trim_end_matches(['\r', '\n']);
        Ok(Self {
            path: path.to_owned(),
            version,
            major,
            folders: std::env::split_paths(folders)
                .filter(|folder| folder.as_os_str() != "")
                .map(|folder| std::path::absolute(&folder).unwrap_or(folder))
                .collect(),
        })
    }

    /// Runs it with these plugin folders, or its own where none are given.
    ///
    /// # Errors
    /// It can't be run, fails (then with what it said), or does not answer; this program is interrupted.
    pub fn run(
        &self,
        arguments: &[&str],
        folder: Option<&Path>,
        interrupt: &Interrupt,
    ) -> anyhow::Result<String> {
        let mut command = Command::new(&self.path);
        command.args(arguments).env_remove("HELM_NO_PLUGINS");
        if let Some(folder) = folder {
            command.env("HELM_PLUGINS", folder);
        }
        output(&mut command, interrupt)
    }
}

/// Whether a plugin folder was named for this call by one of Helm's own variables.
pub fn folder_is_named() -> bool {
    FOLDER_VARIABLES
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// The Helms that are meant: those named, else the one that runs this process, else `$HELM_BIN`, else `helm` on PATH, else `helm4` and `helm3` there.
///
/// # Errors
/// None is there, or one does not answer as Helm does.
pub fn meant(named: &[PathBuf]) -> anyhow::Result<Vec<Helm>> {
    let paths = if named.is_empty() {
        found()
    } else {
        named
            .iter()
            .map(|path| program(path))
            .collect::<Result<_, _>>()?
    };
    if paths.is_empty() {
        bail!(
            "no Helm is found: neither `helm` nor `helm4` nor `helm3` is on PATH; say which by --helm PATH"
        );
    }
    let paths = paths.iter();
    paths
        .map(|path| Helm::ask(path, Surroundings::AsHere))
        .collect()
}

/// The Helms on PATH of another major version than this one, as they are without a folder named for this call.
pub fn of_other_major(helm: &Helm) -> Vec<Helm> {
    let mut seen = vec![real(&helm.path)];
    let on_path = ["helm", "helm3", "helm4"]
        .into_iter()
        .flat_map(|name| which::which_all(name).into_iter().flatten());
    on_path
        .filter(|path| {
            let new = !seen.contains(&real(path));
            seen.push(real(path));
            new
        })
        // Something else of that name is no business of ours.
        .filter_map(|path| Helm::ask(&path, Surroundings::Plain).ok())
        .filter(|other| other.major != helm.major)
        .collect()
}

/// A path with its links followed, or as it is.
pub fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn found() -> Vec<PathBuf> {
    let variable = std::env::var_os("HELM_BIN").filter(|value| !value.is_empty());
    let one = running_this()
        .or_else(|| program(Path::new(&variable?)).ok())
        .or_else(|| which::which("helm").ok());
    one.map_or_else(
        || {
            ["helm4", "helm3"]
                .iter()
                .filter_map(|name| which::which(name).ok())
                .collect()
        },
        |path| vec![path],
    )
}

fn program(name: &Path) -> anyhow::Result<PathBuf> {
    let path =
        which::which(name).with_context(|| format!("there is no program {}", name.display()))?;
    Ok(std::path::absolute(&path).unwrap_or(path))
}

/// The Helm that runs this process: an install hook of Helm 4 is not told which one does.
fn running_this() -> Option<PathBuf> {
    nearest_helm().ok()??.executable
}

fn answer(path: &Path, arguments: &[&str], surroundings: Surroundings) -> anyhow::Result<String> {
    let mut command = Command::new(path);
    // No plugin needs to be loaded to answer, and a broken one would be spoken of.
    command.args(arguments).env("HELM_NO_PLUGINS", "1");
    if surroundings == Surroundings::Plain {
        for name in FOLDER_VARIABLES {
            command.env_remove(name);
        }
    }
    output(&mut command, &Interrupt::default())
}

fn output(command: &mut Command, interrupt: &Interrupt) -> anyhow::Result<String> {
    let program = command.get_program().to_owned();
    let program = program.display();
    let child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("can't run {program}"))?;
    let said = match child::wait(child, LIMITS, interrupt) {
        Ok(said) => said,
        Err(Stopped::Interrupted) => bail!("interrupted"),
        Err(Stopped::Late) => {
            let words = command.get_args().map(|word| word.to_string_lossy());
            let words: Vec<_> = words.collect();
            bail!(
                "`{program} {}` did not answer within {} s",
                words.join(" "),
                LIMITS.patience.as_secs()
            )
        }
    };
    if !said.status.success() {
        let errors = String::from_utf8_lossy(&said.errors);
        bail!("{program} failed: {}", errors.trim());
    }
    if said.output.len() as u64 > LIMITS.output {
        bail!("{program} answered more than {} MiB", LIMITS.output >> 20);
    }
    String::from_utf8(said.output).with_context(|| format!("{program} printed no text"))
}
