//! The value flags, spelled as Helm spells them, the same on every command that takes values. It reads no value.

use std::path::Path;

use clap::Args;

use crate::diag::Diagnostic;
use crate::helm::split_files;
use crate::origin::SourceKind;
use crate::pipeline::sources::{Layer, Scope};
use crate::rules::stream;
use crate::values::{self, Dialect, FlagKind, ValueFlag, ValueFlags};

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
        let typed = kinds
            .into_iter()
            .flat_map(|(kind, texts)| texts.iter().map(move |text| (kind, text.as_str())));
        ValueFlags {
            flags: typed.flat_map(|(kind, text)| split(kind, text)).collect(),
        }
    }

    /// The flags of the environment: `MSR_STORAGE_SET` and so on, several on lines of their own.
    pub fn of_environment() -> ValueFlags {
        let kinds = [
            (FlagKind::Values, "VALUES"),
            (FlagKind::SetJson, "SET_JSON"),
            (FlagKind::Set, "SET"),
            (FlagKind::SetString, "SET_STRING"),
            (FlagKind::SetFile, "SET_FILE"),
            (FlagKind::SetLiteral, "SET_LITERAL"),
        ];
        let texts = kinds.into_iter().filter_map(|(kind, name)| {
            Some((kind, std::env::var(format!("MSR_STORAGE_{name}")).ok()?))
        });
        let lines = texts.flat_map(|(kind, text)| {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.flat_map(|line| split(kind, line)).collect::<Vec<_>>()
        });
        ValueFlags {
            flags: lines.collect(),
        }
    }

    /// The layers of values that they come to: the environment's, and over it the command line's.
    ///
    /// # Errors
    /// Where a file or a flag can't be read as Helm reads it.
    pub fn layers(&self, dialect: Dialect) -> Result<Vec<Layer>, Diagnostic> {
        let given = [
            (Self::of_environment(), SourceKind::Variable),
            (self.flags(), SourceKind::Flag),
        ];
        given
            .into_iter()
            .filter(|(flags, _)| !flags.flags.is_empty())
            .map(|(flags, kind)| {
                let root = values::load(&flags, Path::new("."), kind, dialect)
                    .map_err(|error| stream::unreadable_values(&error))?;
                Ok(Layer {
                    root,
                    scope: Scope::Whole,
                })
            })
            .collect()
    }
}

/// One flag as typed: of files a list (`-f a,b`), as Helm splits it; what is no list stays whole, and is then no file.
fn split(kind: FlagKind, text: &str) -> Vec<ValueFlag> {
    let texts = match kind {
        FlagKind::Values => split_files(text).unwrap_or_else(|_| vec![text.to_owned()]),
        _ => vec![text.to_owned()],
    };
    texts
        .into_iter()
        .map(|text| ValueFlag { kind, text })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `helm install --help` has it: `-f, --values strings`, pflag's comma-separated list.
    #[test]
    fn files_are_a_list_and_nothing_else_is() {
        let args = ValueArgs {
            values: vec!["a.yaml,b.yaml".to_owned(), "\"c,d.yaml\"".to_owned()],
            set: vec!["a=1,b=2".to_owned()],
            ..ValueArgs::default()
        };
        let flags = args.flags().flags;
        let texts: Vec<_> = flags.iter().map(|flag| flag.text.as_str()).collect();
        assert_eq!(texts, ["a.yaml", "b.yaml", "c,d.yaml", "a=1,b=2"]);
    }
}
