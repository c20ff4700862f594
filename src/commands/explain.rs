//! `msr-storage explain [FIELD]`: what a setting means, on stdout. The texts are the guide's.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, StringValueParser, TypedValueParser};

use crate::commands::{Exit, Streams};
use crate::guide::{explain, topic};

/// Arguments of `explain`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// A backend (s3), a field (s3.region, registry.storage.s3.region), or policy; none for the whole
    #[arg(value_parser = Names, hide_possible_values = true)]
    field: Option<String>,
}

/// Runs it.
///
/// # Errors
/// A stream can't be written to.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let name = args.field.as_deref().unwrap_or_default();
    match topic::find(name) {
        Ok(topic) => {
            streams.output.write_all(explain::text(topic).as_bytes())?;
            Ok(Exit::Done)
        }
        Err(unknown) => {
            let help = if unknown.near.is_empty() {
                "`msr-storage explain` lists the backends".to_owned()
            } else {
                format!("did you mean {}?", unknown.near.join(", "))
            };
            writeln!(
                streams.errors,
                "msr-storage: there is no field or backend `{name}`; {help}"
            )?;
            Ok(Exit::Usage)
        }
    }
}

/// Any name, so that a wrong one gets an answer of our own; the shells' completions are told the right ones.
#[derive(Clone)]
struct Names;

impl TypedValueParser for Names {
    type Value = String;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(topic::names().map(PossibleValue::new)))
    }
}
