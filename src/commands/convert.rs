//! `msr-storage convert`: settings written for another home, secrets included. The texts are made in [`crate::convert`].

use std::sync::Arc;

use serde_json::Value as Json;

use crate::check::{self, Options};
use crate::cli::ValueArgs;
use crate::commands::restore::{Failed, read_text, say_notes};
use crate::commands::{Exit, Streams};
use crate::convert::{self, Document, Home, Storage};
use crate::diag::{Diagnostic, Severity};
use crate::origin::{Origin, Source, SourceKind};
use crate::output::human::{self, Colour};
use crate::pipeline::sources::find_storage;
use crate::rules::stream as findings;
use crate::settings;
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
    /// Of several custom resources in the file, the one of this name
    #[arg(long, value_name = "NAME", requires = "file")]
    pub from: Option<String>,
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
        Some(name) => match read_text(name, streams)? {
            Ok(text) => of_text(args, name, text),
            Err(failed) => return failed.say(streams),
        },
        None => of_flags(args),
    };
    match outcome {
        Ok(written) => {
            say_notes(&written.storage, args.to, streams)?;
            streams.output.write_all(written.text.as_bytes())?;
            if written.found.is_empty() {
                return Ok(Exit::Done);
            }
            let report = human::render(&written.found, Colour::On);
            streams.errors.write_all(report.as_bytes())?;
            let mut found = written.found.iter();
            let fails = found.any(|found| found.severity == Severity::Error);
            Ok(if fails { Exit::Findings } else { Exit::Done })
        }
        Err(failed) => failed.say(streams),
    }
}

/// Settings for another home.
struct Written {
    storage: Storage,
    text: String,
    /// What `check` says of them, as they were given.
    found: Vec<Diagnostic>,
}

fn of_text(args: &Args, name: &str, text: String) -> Result<Written, Failed> {
    let source = Arc::new(Source {
        kind: SourceKind::File,
        name: if name == "-" { "standard input" } else { name }.to_owned(),
        text,
    });
    let documents = convert::find(&source)
        .map_err(|error| Failed::Found(Box::new(findings::unreadable_values(&error))))?;
    let document = chosen(args, &source.name, documents)?;
    let found = judged(&document.values, document.is_resource)?;
    let text = document.converted(args.to, &args.name)?;
    let storage = Storage {
        tree: document.tree,
        notes: Vec::new(),
    };
    Ok(Written {
        storage,
        text,
        found,
    })
}

/// The one document that is meant; of several the one that `--from` names.
fn chosen(args: &Args, name: &str, documents: Vec<Document>) -> Result<Document, Failed> {
    if documents.is_empty() {
        return Err(Failed::Nothing);
    }
    let titles: Vec<_> = documents.iter().map(Document::title).collect();
    let several = |help| Failed::Several {
        name: name.to_owned(),
        titles: titles.join(", "),
        help,
    };
    let mut meant = documents
        .into_iter()
        .filter(|document| args.from.is_none() || document.name() == args.from.as_deref());
    match (meant.next(), meant.next()) {
        (Some(document), None) => Ok(document),
        (Some(_), Some(_)) => Err(several(
            "name one with --from NAME, or give a file with one of them",
        )),
        (None, _) => Err(several("none of them has the name that --from gives")),
    }
}

/// What is wrong with the settings of a tree, as `check` says it.
fn judged(root: &Node, is_resource: bool) -> Result<Vec<Diagnostic>, Failed> {
    let options = Options::default();
    let judged = if is_resource {
        check::values::custom_resource(root, &options)
    } else {
        check::values::helm(root, &options)
    };
    let found = judged.found.into_iter();
    let found: Vec<_> = found
        .filter(|found| found.severity > Severity::Note)
        .collect();
    let is_readable = find_storage(root).is_some_and(|(_, node)| {
        let outcome = settings::read(node, None);
        outcome.settings.is_some()
    });
    if is_readable {
        Ok(found)
    } else {
        Err(Failed::Unreadable(found))
    }
}

fn of_flags(args: &Args) -> Result<Written, Failed> {
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
    let root = Node::new(Value::Map(values), Origin::whole(&Arc::new(source)));
    let (_, node) = find_storage(&root).ok_or(Failed::Nothing)?;
    let storage = Storage {
        tree: Json::from(node),
        notes: Vec::new(),
    };
    let found = judged(&root, false)?;
    let text = convert::write(&storage, args.to, &args.name)?;
    Ok(Written {
        storage,
        text,
        found,
    })
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
            Self::Unreadable(faults) => {
                let text = human::render(faults, Colour::On);
                streams.errors.write_all(text.as_bytes())?;
            }
            other => writeln!(streams.errors, "msr-storage: {other}")?,
        }
        Ok(Exit::Findings)
    }
}
