//! The value flags, spelled as Helm spells them, the same on every command that takes values. It reads no value.

use clap::Args;

use crate::values::{FlagKind, ValueFlag, ValueFlags};

/// Helm's value flags; they add to what is read from Helm's own command line.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Values, as Helm takes them")]
pub struct ValueArgs {
    /// A file of values
    #[arg(short = 'f', long = "values", value_name = "FILE", global = false)]
    pub values: Vec<String>,
    /// Values as KEY=VALUE[,…]
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Values that stay strings, as KEY=VALUE[,…]
    #[arg(long, value_name = "KEY=VALUE")]
    pub set_string: Vec<String>,
    /// Values in JSON, as KEY=JSON
    #[arg(long, value_name = "KEY=JSON")]
    pub set_json: Vec<String>,
    /// Values from files, as KEY=PATH[,…]
    #[arg(long, value_name = "KEY=PATH")]
    pub set_file: Vec<String>,
    /// A value taken as it stands, as KEY=VALUE
    #[arg(long, value_name = "KEY=VALUE")]
    pub set_literal: Vec<String>,
}

impl ValueArgs {
    /// The flags, kind by kind: Helm merges them so whatever order they were typed in.
    pub fn flags(&self) -> ValueFlags {
        let kinds = [
            (FlagKind::Values, &self.values),
            (FlagKind::SetJson, &self.set_json),
            (FlagKind::Set, &self.set),
            (FlagKind::SetString, &self.set_string),
            (FlagKind::SetFile, &self.set_file),
            (FlagKind::SetLiteral, &self.set_literal),
        ];
        let flags = kinds.into_iter().flat_map(|(kind, texts)| {
            texts.iter().map(move |text| ValueFlag {
                kind,
                text: text.clone(),
            })
        });
        ValueFlags {
            flags: flags.collect(),
        }
    }
}
