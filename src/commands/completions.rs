//! `msr-storage completions SHELL`: a completion script on stdout, from the same definitions as the parser. It installs nothing.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::commands::{Exit, Streams};
use crate::plugin::NAME;

/// Arguments of `completions`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// The shell
    shell: Shell,
}

/// Runs it.
///
/// # Errors
/// The stream can't be written to.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    // The generator panics where its writer fails: it gets one that can't.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), NAME, &mut script);
    let mut script = String::from_utf8(script)?;
    if args.shell == Shell::Bash {
        // A hyphen in the program's name is spelled in two ways there, and no command's words are ever offered:
        // https://github.com/clap-rs/clap/issues/6421
        script = script.replace("msr__subcmd__storage", "msr__storage");
    }
    streams.output.write_all(script.as_bytes())?;
    Ok(Exit::Done)
}
