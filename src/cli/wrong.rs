//! A command line that can't be read: all that is wrong with it, where its user sees it. It ends the process.

use std::ffi::OsString;
use std::io::Write as _;

use clap::Parser as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::Cli;
use crate::commands::{Exit, post_render};
use crate::helm;

/// Nobody mistypes more flags than this; a line of them is not looked through for ever.
const MOST: usize = 20;

/// Ends the process with what is wrong, or with help.
#[expect(
    clippy::exit,
    reason = "as clap's own exit, which this stands in for: there is no command to run"
)]
pub(super) fn end(error: clap::Error) -> ! {
    if !error.use_stderr() {
        error.exit();
    }
    let others = others(&error);
    if helm::is_plugin_run_by_helm4() {
        let all: Vec<_> = std::iter::once(sentence(&error)).chain(others).collect();
        let text = format!("msr-storage: {}", all.join("; "));
        if post_render::show_by_helm4(&text, &mut std::io::stdout()).is_ok() {
            std::process::exit(Exit::Done as i32);
        }
        error.exit();
    }
    for other in others {
        // clap's own message comes after it, and the exit code says it as well.
        let _ = writeln!(anstream::stderr(), "msr-storage: {other}");
    }
    error.exit()
}

/// What else is wrong: clap stops at the first flag that it does not know, so it is asked again without it.
fn others(first: &clap::Error) -> Vec<String> {
    let mut line: Vec<OsString> = std::env::args_os().collect();
    let mut others = Vec::new();
    let mut unknown = unknown_flag(first);
    while let Some(flag) = unknown.take().filter(|_| others.len() < MOST) {
        let is_it = |argument: &OsString| {
            let text = argument.to_string_lossy();
            text == *flag || text.split_once('=').is_some_and(|(name, _)| name == flag)
        };
        let Some(at) = line.iter().position(is_it) else {
            break;
        };
        line.remove(at);
        match Cli::try_parse_from(&line) {
            Ok(cli) if cli.command.is_none() => {
                others.extend(cli.post_render.target.options().err().into_iter().flatten());
            }
            Ok(_) => {}
            Err(error) if error.use_stderr() => {
                others.push(sentence(&error));
                unknown = unknown_flag(&error);
            }
            Err(_) => {}
        }
    }
    others
}

fn unknown_flag(error: &clap::Error) -> Option<String> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(flag)) if error.kind() == ErrorKind::UnknownArgument => {
            Some(flag.clone())
        }
        _ => None,
    }
}

/// clap's message without its usage, on one line.
fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let lines = text
        .lines()
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more"));
    let parts: Vec<_> = lines
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    parts.join("; ").trim_start_matches("error: ").to_owned()
}
