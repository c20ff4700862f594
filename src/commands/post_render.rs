//! `msr-storage [post-render]`: a stream in, a stream out, or a refusal and nothing.

use crate::cli::ValueArgs;
use crate::commands::{Exit, Streams};

/// Arguments of the post-renderer.
#[derive(clap::Args, Clone, Default)]
pub struct Args {
    /// Values given here rather than on Helm's command line.
    #[command(flatten)]
    pub values: ValueArgs,
}

/// Runs it.
///
/// # Errors
/// Whatever keeps it from reading or writing; what is wrong with the input is not an error but [`Exit::Findings`].
pub fn run(_args: &Args, _streams: &mut Streams) -> anyhow::Result<Exit> {
    Ok(Exit::Done)
}
