//! `msr-storage man`: manual pages, from the same definitions as the parser.

use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::Cli;
use crate::commands::{Exit, Streams};
use crate::plugin::NAME;

/// Arguments of `man`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// The command whose page is printed; none for the program's own
    command: Vec<String>,
    /// Write all pages into this folder instead, as msr-storage.1, msr-storage-check.1, …
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    dir: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// A page can't be written.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let mut program = Cli::command().disable_help_subcommand(true);
    if let Some(folder) = &args.dir {
        std::fs::create_dir_all(folder)
            .and_then(|()| clap_mangen::generate_to(program, folder))
            .with_context(|| format!("can't write the pages into {}", folder.display()))?;
        return Ok(Exit::Done);
    }
    program.build();
    let mut command = &program;
    for name in &args.command {
        let Some(found) = command.find_subcommand(name) else {
            writeln!(
                streams.errors,
                "msr-storage: there is no command `{}`",
                args.command.join(" ")
            )?;
            return Ok(Exit::Usage);
        };
        command = found;
    }
    let name = std::iter::once(NAME)
        .chain(args.command.iter().map(String::as_str))
        .collect::<Vec<_>>();
    let page = Man::new(command.clone().name(name.join("-")));
    let mut text = Vec::new();
    page.render(&mut text)?;
    streams.output.write_all(&text)?;
    Ok(Exit::Done)
}
