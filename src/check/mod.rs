//! What `check` does with an input: tell what it is, read the settings in it, judge them. It opens no file and prints nothing.

pub mod allow;
pub mod document;
pub mod files;
pub mod levels;
pub mod storage;
pub mod tree;
pub mod values;

use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::origin::{Origin, Source};
use crate::rules::Facts;

/// What the user says of all inputs.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where the settings go, if said.
    pub target: Option<Target>,
    /// What is known around the settings: by flags, or by a stream among the inputs.
    pub facts: Facts,
    /// The Secret named by flag.
    pub existing_secret: Option<Origin>,
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
}

impl Judged {
    /// Adds what another part gave.
    pub fn add(&mut self, other: Self) {
        self.found.extend(other.found);
        self.settings |= other.settings;
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
        judged.found.extend(allow::unknown(&input.source));
    }
    judged
}

#[cfg(test)]
mod tests;
