//! `msr-storage restore`: the settings that a rendered chart, a live release or its saved Secret was made with. They are found in [`crate::convert::restore`].

use serde_json::Value as Json;

use crate::commands::{Exit, Streams, input};
use crate::convert::restore::{self, release};
use crate::convert::{self, Home, NotWritable, Storage};
use crate::diag::Diagnostic;
use crate::guide::tree::Secrets;
use crate::helm::LiveArgs;
use crate::pipeline::helm_finding;
use crate::workload::{Choice, Stream, selector};

/// Arguments of `restore`.
#[derive(clap::Args, Clone)]
#[group(skip)]
pub struct Args {
    /// A rendered stream, a release's manifest, or its saved Secret (sh.helm.release.v1.…); `-` for standard input
    #[arg(value_name = "FILE", conflicts_with = "release")]
    pub file: Option<String>,
    /// The home to write them for
    #[arg(long, value_enum, value_name = "HOME", default_value = "helm")]
    pub to: Home,
    /// The name of a custom resource that is made
    #[arg(long, value_name = "NAME", default_value = "msr")]
    pub name: String,
    /// Print secrets as they are, where they are in the input
    #[arg(long)]
    pub show_secrets: bool,
    /// The workloads by their labels, for a chart that is not MSR's
    #[arg(long, short = 'l', value_name = "SELECTOR")]
    pub selector: Option<String>,
    /// The container by its name
    #[arg(long, value_name = "NAME")]
    pub container: Option<String>,
    /// The release.
    #[command(flatten)]
    pub live: LiveArgs,
}

/// Why there is nothing to write.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A fault with a place.
    #[error("{}", .0.message)]
    Found(Box<Diagnostic>),
    /// Settings that no home could be written of.
    #[error("the settings can't be read")]
    Unreadable(Vec<Diagnostic>),
    /// Several documents with settings.
    #[error("{name} holds several settings ({titles}); {help}")]
    Several {
        /// The input.
        name: String,
        /// The documents.
        titles: String,
        /// What to do.
        help: &'static str,
    },
    /// No settings.
    #[error("nothing that was given holds registry.storage, or a registry with storage settings")]
    Nothing,
    /// A workload that can't be told.
    #[error(transparent)]
    Unclear(#[from] crate::workload::Ambiguous),
    /// A saved release that can't be read.
    #[error(transparent)]
    Release(#[from] release::Broken),
    /// Settings that can't be written.
    #[error(transparent)]
    NotWritable(#[from] NotWritable),
    /// An input that is no text.
    #[error("{0} is not UTF-8")]
    NoText(String),
}

/// Runs it.
///
/// # Errors
/// Where the input can't be read, or standard output not be written.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let selector = match args.selector.as_deref().map(selector::parse).transpose() {
        Ok(selector) => selector,
        Err(error) => {
            writeln!(streams.errors, "msr-storage: --selector: {error}")?;
            return Ok(Exit::Usage);
        }
    };
    let choice = Choice {
        selector,
        container: args.container.clone(),
    };
    let outcome = match &args.file {
        Some(name) => match read_text(name, streams)? {
            Ok(text) => of_text(&text, &choice, args),
            Err(failed) => Err(failed),
        },
        None if args.live.release.is_none() => {
            writeln!(
                streams.errors,
                "msr-storage: give a file (`-` for standard input), or --release"
            )?;
            return Ok(Exit::Usage);
        }
        None => of_release(&choice, args),
    };
    let written = outcome.and_then(|storage| {
        let text = convert::write(&storage, args.to, &args.name)?;
        Ok((storage, text))
    });
    let (storage, text) = match written {
        Ok(written) => written,
        Err(failed) => return failed.say(streams),
    };
    streams.output.write_all(text.as_bytes())?;
    say_notes(&storage, args.to, streams)?;
    Ok(Exit::Done)
}

/// Flags have no comments: what is to be said of them goes to standard error.
pub(super) fn say_notes(
    storage: &Storage,
    home: Home,
    streams: &mut Streams,
) -> anyhow::Result<()> {
    if home == Home::Set {
        for note in convert::fitted(storage, home).notes {
            writeln!(streams.errors, "msr-storage: {note}")?;
        }
    }
    Ok(())
}

/// A file's text, or standard input's.
pub(super) fn read_text(
    name: &str,
    streams: &mut Streams,
) -> anyhow::Result<Result<String, Failed>> {
    let bytes = input::named(name, streams.input)?;
    Ok(String::from_utf8(bytes).map_err(|_| Failed::NoText(name.to_owned())))
}

fn of_text(text: &str, choice: &Choice, args: &Args) -> Result<Storage, Failed> {
    let stream = Stream::new(text.as_bytes());
    match release::latest(&stream)? {
        Some(release) => {
            let manifest = Stream::new(release.manifest.as_bytes());
            found(&manifest, choice, &release.config, args)
        }
        None => found(&stream, choice, &Json::Null, args),
    }
}

fn of_release(choice: &Choice, args: &Args) -> Result<Storage, Failed> {
    let fault = |error: &crate::helm::HelmError| Failed::Found(Box::new(helm_finding(error)));
    let live = args.live.open().map_err(|error| fault(&error))?;
    let live = live.ok_or(Failed::Nothing)?;
    let manifest = live.manifest().map_err(|error| fault(&error))?;
    let values = live.values().map_err(|error| fault(&error))?;
    let stream = Stream::new(manifest.as_bytes());
    found(&stream, choice, &Json::from(&values), args)
}

fn found(stream: &Stream, choice: &Choice, config: &Json, args: &Args) -> Result<Storage, Failed> {
    let secrets = if args.show_secrets {
        Secrets::Shown
    } else {
        Secrets::Masked
    };
    restore::of_stream(stream, choice, config, secrets)?.ok_or(Failed::Nothing)
}
