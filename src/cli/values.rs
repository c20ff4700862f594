//! The value flags, spelled as Helm spells them, the same on every command that takes values. It reads no value.

use std::path::Path;

use clap::Args;

use crate::diag::Diagnostic;
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
            let lines: Vec<_> = text
                .lines()
                .filter(|line| !line.trim().is_empty())
                .map(str::to_owned)
                .collect();
            lines.into_iter().map(move |text| ValueFlag { kind, text })
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
