//! `completion.yaml`, by which Helm completes the words of `helm msr-storage …`. It is made from the parser's definitions and writes nothing.

use clap::Command;
use serde::Serialize;

/// The file's name within a plugin.
pub const FILE: &str = "completion.yaml";

/// As both Helms read it: a command's values, its flags without dashes, and its commands.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    valid_args: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    commands: Vec<Words>,
}

/// The text for a program's definitions.
///
/// # Errors
/// It can't be written as YAML, which no definitions are known to cause.
pub fn text(program: &Command) -> anyhow::Result<String> {
    Ok(serde_yaml::to_string(&words(program))?)
}

fn words(command: &Command) -> Words {
    let shown = |arg: &&clap::Arg| !arg.is_hide_set();
    let positionals = command.get_positionals().filter(shown);
    let values = positionals.flat_map(clap::Arg::get_possible_values);
    let flags = command
        .get_opts()
        .chain(
            command
                .get_arguments()
                .filter(|arg| !arg.get_action().takes_values()),
        )
        .filter(shown);
    let mut flags: Vec<_> = flags
        .flat_map(|arg| {
            arg.get_long()
                .map(str::to_owned)
                .into_iter()
                .chain(arg.get_short().map(String::from))
        })
        .collect();
    flags.sort_unstable();
    flags.dedup();
    Words {
        name: command.get_name().to_owned(),
        valid_args: values.map(|value| value.get_name().to_owned()).collect(),
        flags,
        commands: command
            .get_subcommands()
            .filter(|command| !command.is_hide_set())
            .map(words)
            .collect(),
    }
}
