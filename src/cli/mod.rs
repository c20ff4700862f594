//! The command line: clap's definitions alone. It runs nothing; each command's file has its own arguments.

mod color;
pub(crate) mod place;
mod switch;
mod values;
mod wrong;

use clap::{Parser, Subcommand};

pub use color::Color;
pub use place::PlaceArgs;
pub use switch::Switch;
pub use values::ValueArgs;

use crate::commands;

/// Gets the storage backend of Mirantis Secure Registry right: a Helm post-renderer and plugin.
///
/// Without a command it is the post-renderer: a rendered chart on standard input, the same with its storage settings expanded on standard output. A `ResourceList` makes it a KRM function.
#[derive(Parser)]
#[command(name = "msr-storage", version, max_term_width = 110)]
pub struct Cli {
    /// What to do; `post-render` where none is named and standard input is not a terminal.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The post-renderer's own arguments, which need no command's name before them.
    #[command(flatten)]
    pub post_render: commands::post_render::Args,
}

/// The post-renderer's arguments alone.
#[derive(Parser)]
#[command(name = "msr-storage", disable_help_flag = true)]
struct PostRenderOnly {
    #[command(flatten)]
    args: commands::post_render::Args,
}

impl Cli {
    /// The command line of this process; a wrong one ends it with a message and exit code 2.
    ///
    /// Every deploy waits for it, so where no command is named the other commands are not even defined: that costs more than
    /// all the rest of the start. What the short definition does not know is left to the whole one.
    pub fn of_process() -> Self {
        let names_no_command = std::env::args_os()
            .nth(1)
            .is_none_or(|first| first.as_encoded_bytes().starts_with(b"-"));
        let short = names_no_command.then(PostRenderOnly::try_parse);
        match short {
            Some(Ok(short)) => Self {
                command: None,
                post_render: short.args,
            },
            _ => Self::try_parse().unwrap_or_else(|error| wrong::end(error)),
        }
    }
}

/// One variant a command, in the order that the help lists them.
#[derive(Subcommand)]
pub enum Command {
    /// Expand the storage settings into a rendered chart (the default)
    PostRender(commands::post_render::Args),
    /// Show what the post-renderer would change of a rendered chart
    Diff(commands::diff::Args),
    /// Find what is wrong in values, custom resources, rendered charts and releases
    Check(Box<commands::check::Args>),
    /// Show the storage settings that the tool sees, each with its source
    Values(commands::values::Args),
    /// Say what a setting means: type, default, limits, variable, example, mistakes
    Explain(commands::explain::Args),
    /// Print a JSON Schema of registry.storage, for values.schema.json and editors
    Schema(commands::schema::Args),
    /// Print the least IAM policy for the configured bucket
    Policy(commands::policy::Args),
    /// Find the settings that a rendered chart, a release or its saved Secret was made with
    Restore(commands::restore::Args),
    /// Write settings for another home: Helm values, flags, custom resource, Swarm
    Convert(commands::convert::Args),
    /// Put the Helm plugin in place, take it away, or show it
    Plugin(commands::plugin::Args),
    /// Print a completion script for a shell
    Completions(commands::completions::Args),
    /// Print a manual page, or write all of them
    Man(commands::man::Args),
    /// Print a file of this project that is made from its tables
    #[command(hide = true)]
    Generate(commands::generate::Args),
}
