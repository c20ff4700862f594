//! The process's edge: parse the arguments, run the command, turn the outcome into an exit code. It decides nothing itself.

use std::io::{IsTerminal, Write, stdin, stdout};
use std::process::ExitCode;

use clap::CommandFactory;
use msr_storage::cli::{Cli, Command};
use msr_storage::commands::{
    Exit, Streams, WrongUsage, check, completions, convert, diff, explain, generate, man, plugin,
    policy, post_render, restore, schema, values,
};

/// The packaged program is linked with musl, for it starts in half the time; musl's own allocator would cost that again.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    let cli = Cli::of_process();
    let mut streams = Streams {
        input: &mut stdin().lock(),
        output: &mut stdout().lock(),
        errors: &mut anstream::stderr().lock(),
    };
    let outcome = match &cli.command {
        None if stdin().is_terminal() => return help(),
        None => post_render::run(&cli.post_render, &mut streams),
        Some(Command::PostRender(args)) => post_render::run(args, &mut streams),
        Some(Command::Diff(args)) => diff::run(args, &mut streams),
        Some(Command::Check(args)) => check::run(args, &mut streams),
        Some(Command::Values(args)) => values::run(args, &mut streams),
        Some(Command::Explain(args)) => explain::run(args, &mut streams),
        Some(Command::Schema(args)) => schema::run(args, &mut streams),
        Some(Command::Policy(args)) => policy::run(args, &mut streams),
        Some(Command::Restore(args)) => restore::run(args, &mut streams),
        Some(Command::Convert(args)) => convert::run(args, &mut streams),
        Some(Command::Plugin(args)) => plugin::run(args, &mut streams),
        Some(Command::Completions(args)) => completions::run(args, &mut streams),
        Some(Command::Man(args)) => man::run(args, &mut streams),
        Some(Command::Generate(args)) => generate::run(args, &mut streams),
    };
    ExitCode::from(outcome.unwrap_or_else(|error| failed(&error, streams.errors)) as u8)
}

/// Says what went wrong; a reader that went away is told nothing more.
fn failed(error: &anyhow::Error, errors: &mut dyn Write) -> Exit {
    let Some(WrongUsage(wrong)) = error.downcast_ref() else {
        let _ = writeln!(errors, "msr-storage: {error:#}");
        return Exit::CouldNotRun;
    };
    for wrong in wrong {
        let _ = writeln!(errors, "msr-storage: {wrong}");
    }
    Exit::Usage
}

/// On a terminal nobody pipes a chart: help is more use than waiting.
fn help() -> ExitCode {
    match Cli::command().print_help() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(Exit::CouldNotRun as u8),
    }
}
