//! What `check` does with an input: tell what it is, read the settings in it, judge them. It opens no file and prints nothing.

pub mod document;
pub mod entries;
pub mod files;
pub mod levels;
pub mod probe;
pub mod refusals;
pub mod release;
pub mod storage;
pub mod stream;
pub mod tree;
pub mod twice;
pub mod values;

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::origin::{Origin, Source};
use crate::rules::{self, Facts};
use crate::settings::Settings;
use crate::workload::Choice;

/// What the user says of all inputs.
#[derive(Clone, Default)]
pub struct Options {
    /// Where the settings go, if said.
    pub target: Option<Target>,
    /// What is known around the settings: by flags, or by a stream among the inputs.
    pub facts: Facts,
    /// The Secret named by flag.
    pub existing_secret: Option<Origin>,
    /// Which objects are the registry's.
    pub choice: Choice,
    /// Whether the values that the objects come from are judged already: then their settings are not judged again.
    pub has_values: bool,
}

/// Where settings go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Target {
    /// Helm or the operator.
    Kubernetes,
    /// A Swarm cluster, where Kubernetes' rules do not hold.
    Swarm,
}

/// What one input gave.
#[derive(Debug, Default)]
pub struct Judged {
    /// What was found.
    pub found: Vec<Diagnostic>,
    /// Whether there were storage settings in it.
    pub settings: bool,
    /// What the registry in it tells of the place that settings go to.
    pub facts: Option<Facts>,
    /// The values that could be read whole, refused by a rule or not: what `--probe` tries.
    pub read: Vec<Read>,
}

/// Settings, and what is known of the place they go to.
#[derive(Debug)]
pub struct Read {
    /// The settings.
    pub settings: Settings,
    /// What is known around them.
    pub facts: Facts,
}

impl Judged {
    /// One finding.
    pub fn of(finding: Diagnostic) -> Self {
        Self {
            found: vec![finding],
            settings: true,
            ..Self::default()
        }
    }

    /// Adds what another part gave.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        self.settings |= other.settings;
        self.facts = self.facts.take().or(other.facts);
        self.read.extend(other.read);
    }
}

/// One text to judge.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name, kind and text.
    pub source: Arc<Source>,
    /// Whether the user named it, rather than a folder it lies in: then it is told where it can't be read.
    pub named: bool,
}

/// Judges one text, whatever it is.
pub fn text(input: &Input, options: &Options) -> Judged {
    let mut judged = document::read(input, options);
    if judged.settings {
        judged.found.extend(rules::useless(&input.source));
    }
    judged
}

#[cfg(test)]
mod tests;
