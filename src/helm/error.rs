//! What can go wrong while learning from Helm, each with what to do about it. It never holds a value: a value may be a secret.

use std::path::PathBuf;

use thiserror::Error;

use crate::values::ValuesError;

/// How to give values without Helm's command line.
const GIVE_VALUES: &str = "give this program the values itself: --post-renderer-args with -f or --set, or an MSR_STORAGE_ variable";

/// Why Helm's values could not be learned.
#[derive(Debug, Error)]
pub enum HelmError {
    /// A process above this one cannot be read.
    #[error("the programs that run this one cannot be read (process {pid}: {problem})")]
    Parents {
        /// The first process that cannot be read.
        pid: u32,
        /// What the system says.
        problem: String,
    },
    /// A process above this one is another user's.
    #[error(
        "process {pid} above this program belongs to {owners}: nothing is read from it, and it is not run again"
    )]
    Foreign {
        /// The first such process.
        pid: u32,
        /// Whose it is, and whose this one.
        owners: String,
    },
    /// An argument of Helm's line is not UTF-8.
    #[error("argument {position} of Helm's command line is not UTF-8")]
    NotText {
        /// Counted from one, the program's name left out.
        position: usize,
    },
    /// A flag that neither the table nor Helm's `--help` knows.
    #[error(
        "Helm's command line has the flag `{flag}`, which is not known here for `helm {command}`"
    )]
    UnknownFlag {
        /// With its dashes.
        flag: String,
        /// `install`, `upgrade` or `template`.
        command: &'static str,
    },
    /// A line that Helm would not run, so it was not read whole.
    #[error("Helm's command line for `helm {command}` cannot be read: {problem}")]
    Line {
        /// `install`, `upgrade` or `template`.
        command: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// The nearest Helm runs another command.
    #[error(
        "this program is run by `helm {command}`, whose values cannot be read from its command line"
    )]
    OtherCommand {
        /// The command, or the plugin's.
        command: String,
    },
    /// The system does not say where Helm runs, and a path on its line is relative.
    #[error("Helm's working directory cannot be read, so `{path}` cannot be found")]
    NoDirectory {
        /// The path as typed.
        path: String,
    },
    /// The value flags of the line cannot be read.
    #[error("the values on Helm's command line: {0}")]
    Values(#[source] Box<ValuesError>),
    /// `--output-dir` under Helm 3.
    #[error("with `--output-dir`, Helm 3 writes the manifests before a post-renderer sees them")]
    OutputDir,
    /// The chart on Helm's line cannot be read.
    #[error("the chart `{chart}` cannot be read: {problem}")]
    Chart {
        /// As typed, or the path within it.
        chart: String,
        /// What is wrong.
        problem: String,
    },
    /// No chart of that path lies in the chart on Helm's line.
    #[error("the template `{template}` lies in no chart of `{chart}`")]
    NoOwner {
        /// The template's path.
        template: String,
        /// The chart as typed.
        chart: String,
    },
    /// Helm's program is not to be found again.
    #[error("the Helm that runs this program cannot be run again: {problem}")]
    NoHelm {
        /// What is wrong.
        problem: String,
    },
    /// Helm was asked and failed.
    #[error("`helm {asked}` failed: {problem}")]
    Asked {
        /// The command and its arguments, without flags.
        asked: String,
        /// Helm's own message.
        problem: String,
    },
    /// Helm was asked and did not answer in time.
    #[error("`helm {asked}` did not answer within {seconds} s")]
    Silent {
        /// The command and its arguments, without flags.
        asked: String,
        /// The limit.
        seconds: u64,
    },
    /// Helm's answer is not what it was asked for.
    #[error("`helm {asked}` answered what cannot be read: {problem}")]
    Answer {
        /// The command and its arguments, without flags.
        asked: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The release has no revision that an upgrade could start from.
    #[error("the release `{release}` has no revision that `helm upgrade` starts from ({found})")]
    NoRevision {
        /// Its name.
        release: String,
        /// What its history says.
        found: String,
    },
    /// A temporary folder could not be made or written.
    #[error("a temporary chart cannot be written at {}: {problem}", path.display())]
    Scratch {
        /// Where.
        path: PathBuf,
        /// What the system says.
        problem: String,
    },
}

impl HelmError {
    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Values(error) => match (&**error, error.help()) {
                (ValuesError::Stream { .. }, _) => format!(
                    "Helm has read it, and it cannot be read twice: write it to a file and give Helm that file; or {GIVE_VALUES}"
                ),
                (_, Some(help)) => help.to_owned(),
                (_, None) => GIVE_VALUES.to_owned(),
            },
            Self::OutputDir => {
                "leave --output-dir out and write Helm's output to a file, or use Helm 4".to_owned()
            }
            Self::NoRevision { .. } => "see `helm history`".to_owned(),
            _ => GIVE_VALUES.to_owned(),
        }
    }
}

impl From<ValuesError> for HelmError {
    fn from(error: ValuesError) -> Self {
        Self::Values(Box::new(error))
    }
}
