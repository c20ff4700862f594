//! One file a command: its arguments and its run. Commands write through [`Streams`] only.

pub mod check;
pub mod completions;
pub mod convert;
pub mod diff;
pub mod explain;
pub mod generate;
mod input;
pub mod man;
pub mod plugin;
pub mod policy;
pub mod post_render;
pub mod restore;
pub mod schema;
pub mod values;

use std::io::{Read, Write};

/// The three streams, handed down so that nothing else touches them.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Results, and nothing else.
    pub output: &'a mut dyn Write,
    /// Diagnostics.
    pub errors: &'a mut dyn Write,
}

/// A command line, or variables in its place, that can't be followed: all that is wrong, a sentence each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("; "))]
pub struct WrongUsage(pub Vec<String>);

/// How a command ended; the number is the process's exit code, a published contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Findings, or an input that was refused.
    Findings = 1,
    /// The command line is wrong.
    Usage = 2,
    /// Something around failed: a file, Helm, the cluster.
    CouldNotRun = 3,
}
