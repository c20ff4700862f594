//! Asks the Helm that runs this program, by running it once more. It never hands it a value or a secret that was not on its own line, nor a post-renderer.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::error::HelmError;
use super::process::Process;
use crate::child::{self, Interrupt, Limits};

/// Helm asks a cluster or a registry, which may be slow, but not slower than a user's patience.
const PATIENCE: Duration = Duration::from_secs(60);
/// An answer is not read beyond this many bytes; a release is kept in an object of 1 MiB, compressed.
const MAX_ANSWER: u64 = 64 << 20;
/// A message of Helm's is not read beyond this many bytes.
const MAX_MESSAGE: u64 = 64 << 10;
/// What Helm sets for the plugin that we are, and what only makes it talkative.
const DROPPED: [&str; 3] = ["HELM_PLUGIN_NAME", "HELM_PLUGIN_DIR", "HELM_DEBUG"];

/// A Helm that can be asked.
#[derive(Debug)]
pub(super) struct Ask {
    program: PathBuf,
    directory: Option<PathBuf>,
    environment: Option<HashMap<OsString, OsString>>,
    patience: Duration,
}

/// One question.
pub(super) struct Question<'a> {
    /// The command and its words, for messages: `get values msr`. It holds no flag, for a flag may hold a secret.
    pub asked: String,
    /// All arguments.
    pub arguments: Vec<OsString>,
    /// What Helm finds on its standard input.
    pub input: Input<'a>,
}

/// Helm's standard input.
pub(super) enum Input<'a> {
    /// Nothing.
    Empty,
    /// A folder, so that reading it fails.
    Unreadable(&'a Path),
    /// A text.
    Text(String),
}

impl Question<'_> {
    /// A question of words and flags.
    pub(super) fn new<S: AsRef<OsStr>>(words: &[&str], flags: impl IntoIterator<Item = S>) -> Self {
        let words_then_flags = words.iter().map(OsString::from);
        let flags = flags.into_iter().map(|flag| flag.as_ref().to_owned());
        Self {
            asked: words.join(" "),
            arguments: words_then_flags.chain(flags).collect(),
            input: Input::Empty,
        }
    }
}

impl Ask {
    /// The same program in the same surroundings.
    ///
    /// # Errors
    /// [`HelmError::NoHelm`] where the program is not to be found.
    pub(super) fn again(helm: &Process) -> Result<Self, HelmError> {
        let program = program(helm).ok_or_else(|| HelmError::NoHelm {
            problem: "its program cannot be found".to_owned(),
        })?;
        if std::env::current_exe().is_ok_and(|own| own == program) {
            let problem = "it is this program under Helm's name".to_owned();
            return Err(HelmError::NoHelm { problem });
        }
        Ok(Self {
            program,
            directory: helm.directory.clone(),
            environment: helm.environment.clone(),
            patience: PATIENCE,
        })
    }

    /// The Helm that a user of the command line has: the one that runs us as its plugin, else the one on PATH.
    ///
    /// # Errors
    /// [`HelmError::NoHelm`] where there is none.
    pub(super) fn at_hand() -> Result<Self, HelmError> {
        let name = std::env::var_os("HELM_BIN").unwrap_or_else(|| "helm".into());
        let program = which::which(&name).map_err(|_| HelmError::NoHelm {
            problem: format!("there is no `{}` on PATH", name.display()),
        })?;
        Ok(Self {
            program,
            directory: None,
            environment: None,
            patience: PATIENCE,
        })
    }

    /// Runs Helm and hands back what it prints.
    ///
    /// # Errors
    /// [`HelmError::Asked`] with Helm's own message where it fails; [`HelmError::Silent`], [`HelmError::Answer`] and
    /// [`HelmError::NoHelm`] where there is no answer.
    pub(super) fn run(&self, question: Question<'_>) -> Result<String, HelmError> {
        let mut child = self
            .command(&question)
            .spawn()
            .map_err(|error| HelmError::NoHelm {
                problem: format!("{}: {error}", self.program.display()),
            })?;
        let asked = question.asked;
        if let (Input::Text(text), Some(mut pipe)) = (question.input, child.stdin.take()) {
            // A Helm that does not read it to its end says why itself.
            thread::spawn(move || pipe.write_all(text.as_bytes()));
        }
        let limits = Limits {
            patience: self.patience,
            output: MAX_ANSWER,
            errors: MAX_MESSAGE,
        };
        // A signal ends this program as ever: there is nothing to be cleaned up.
        let Ok(said) = child::wait(child, limits, &Interrupt::default()) else {
            return Err(HelmError::Silent {
                asked,
                seconds: self.patience.as_secs(),
            });
        };
        if said.output.len() as u64 > MAX_ANSWER {
            let problem = format!("it is larger than {} MiB", MAX_ANSWER >> 20);
            return Err(HelmError::Answer { asked, problem });
        }
        if !said.status.success() {
            let problem = own_words(&said.errors);
            return Err(HelmError::Asked { asked, problem });
        }
        String::from_utf8(said.output).map_err(|_| HelmError::Answer {
            asked,
            problem: "it is not UTF-8".to_owned(),
        })
    }

    fn command(&self, question: &Question<'_>) -> Command {
        let mut command = Command::new(&self.program);
        if let Some(environment) = &self.environment {
            command.env_clear().envs(environment);
        }
        for name in DROPPED {
            command.env_remove(name);
        }
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        let input = match question.input {
            Input::Empty => Stdio::null(),
            Input::Unreadable(folder) => {
                std::fs::File::open(folder).map_or_else(|_| Stdio::null(), Stdio::from)
            }
            Input::Text(_) => Stdio::piped(),
        };
        command
            .args(&question.arguments)
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

/// The file that runs, or the one that its own name leads to: the first may have been replaced since.
fn program(helm: &Process) -> Option<PathBuf> {
    if let Some(path) = helm.executable.as_ref().filter(|path| path.is_file()) {
        return Some(path.clone());
    }
    let name = helm.arguments.first()?;
    let path = match &helm.environment {
        Some(_) => helm.variable("PATH").map(OsStr::to_owned),
        None => std::env::var_os("PATH"),
    };
    let directory = helm.directory.clone().unwrap_or_default();
    which::which_in(name, path, directory).ok()
}

/// Helm's own message: from its `Error:` on, without the warnings before it.
fn own_words(message: &[u8]) -> String {
    let text = String::from_utf8_lossy(message);
    let start = if text.starts_with("Error: ") {
        0
    } else {
        text.find("\nError: ").map_or(0, |at| at + 1)
    };
    let words = text.get(start..).unwrap_or_default().trim();
    match words.strip_prefix("Error: ").unwrap_or(words) {
        "" => "it says nothing".to_owned(),
        words => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A shell in Helm's place.
    #[cfg(unix)]
    fn shell(script: &str) -> Result<String, HelmError> {
        let ask = Ask {
            program: "/bin/sh".into(),
            directory: None,
            environment: Some(HashMap::from([("A".into(), "b".into())])),
            patience: Duration::from_secs(1),
        };
        ask.run(Question {
            asked: "status msr".to_owned(),
            arguments: vec!["-c".into(), script.into()],
            input: Input::Unreadable(Path::new("/")),
        })
    }

    #[cfg(unix)]
    #[test]
    fn an_answer_has_bounds_in_time_and_size() {
        assert_eq!(shell("echo $A").unwrap(), "b\n");
        for (script, wanted) in [
            ("exec sleep 60", "did not answer within 1 s"),
            ("exec sleep 60 >&- 2>&-", "did not answer within 1 s"),
            ("exec head -c 67108865 /dev/zero", "larger than 64 MiB"),
            ("printf '\\377'", "not UTF-8"),
            (
                "echo warning: x >&2; echo Error: y >&2; exit 1",
                "`helm status msr` failed: y",
            ),
            ("cat", "failed: cat: -: Is a directory"),
        ] {
            let message = shell(script).unwrap_err().to_string();
            assert!(message.contains(wanted), "{script}: {message}");
        }
    }

    #[test]
    fn helms_own_words_are_what_follows_error() {
        for (said, wanted) in [
            ("Error: release: not found\n", "release: not found"),
            ("WARNING: x\nError: a\nb\n", "a\nb"),
            ("panic", "panic"),
            ("", "it says nothing"),
        ] {
            assert_eq!(own_words(said.as_bytes()), wanted);
        }
    }
}
