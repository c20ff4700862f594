//! `msr-storage convert`: settings written for another home, secrets included. The texts are made in [`crate::convert`].

use std::sync::Arc;

use serde_json::Value as Json;

use crate::cli::ValueArgs;
use crate::commands::restore::{Failed, read_text, say_notes};
use crate::commands::{Exit, Streams};
use crate::convert::{self, Home, Storage};
use crate::origin::{Source, SourceKind};
use crate::output::human::{self, Colour};
use crate::pipeline::sources::find_storage;
use crate::rules::stream as findings;
use crate::values::{Dialect, Map, Node, Value, merge};

/// Arguments of `convert`.
#[derive(clap::Args, Clone)]
#[group(skip)]
pub struct Args {
    /// A values file or a custom resource; `-` for standard input
    #[arg(value_name = "FILE")]
    pub file: Option<String>,
    /// The home to write them for
    #[arg(long, value_enum, value_name = "HOME")]
    pub to: Home,
    /// The name of a custom resource that is made
    #[arg(long, value_name = "NAME", default_value = "msr")]
    pub name: String,
    /// Values instead of a file.
    #[command(flatten)]
    pub values: ValueArgs,
}

/// Runs it.
///
/// # Errors
/// Where the file can't be read, or standard output not be written.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let has_flags = !args.values.flags().flags.is_empty();
    if args.file.is_some() == has_flags {
        writeln!(
            streams.errors,
            "msr-storage: give either a file of settings (`-` for standard input), or values by -f and the --set flags"
        )?;
        return Ok(Exit::Usage);
    }
    let outcome = match &args.file {
        Some(name) => {
            let text = match read_text(name, streams)? {
                Ok(text) => text,
                Err(failed) => return failed.say(streams),
            };
            of_text(args, name, text)
        }
        None => of_flags(args),
    };
    match outcome {
        Ok((storage, text)) => {
            say_notes(&storage, args.to, streams)?;
            streams.output.write_all(text.as_bytes())?;
            Ok(Exit::Done)
        }
        Err(failed) => failed.say(streams),
    }
}

fn of_text(args: &Args, name: &str, text: String) -> Result<(Storage, String), Failed> {
    let source = Arc::new(Source {
        kind: SourceKind::File,
        name: if name == "-" { "standard input" } else { name }.to_owned(),
        text,
    });
    let document = convert::find(&source)
        .map_err(|error| Failed::Found(Box::new(findings::unreadable_values(&error))))?
        .ok_or(Failed::Nothing)?;
    let text = document.converted(args.to, &args.name)?;
    let storage = Storage {
        tree: document.tree,
        notes: Vec::new(),
    };
    Ok((storage, text))
}

fn of_flags(args: &Args) -> Result<(Storage, String), Failed> {
    let layers = args
        .values
        .layers(Dialect::Helm4)
        .map_err(|fault| Failed::Found(Box::new(fault)))?;
    let mut values = Map::new();
    for layer in layers {
        if let Value::Map(map) = layer.root.value {
            merge(&mut values, map);
        }
    }
    let source = Source {
        kind: SourceKind::Flag,
        name: "flags".to_owned(),
        text: String::new(),
    };
    let root = Node::new(
        Value::Map(values),
        crate::origin::Origin::whole(&Arc::new(source)),
    );
    let (_, node) = find_storage(&root).ok_or(Failed::Nothing)?;
    let storage = Storage {
        tree: Json::from(node),
        notes: Vec::new(),
    };
    let text = convert::write(&storage, args.to, &args.name)?;
    Ok((storage, text))
}

impl Failed {
    /// Says what went wrong.
    ///
    /// # Errors
    /// Where standard error can't be written.
    pub fn say(&self, streams: &mut Streams) -> anyhow::Result<Exit> {
        match self {
            Self::Found(fault) => {
                let text = human::render(std::slice::from_ref(fault.as_ref()), Colour::On);
                streams.errors.write_all(text.as_bytes())?;
            }
            other => writeln!(streams.errors, "msr-storage: {other}")?,
        }
        Ok(Exit::Findings)
    }
}
