//! `msr-storage generate`: prints the files of the repository that are made from the tables. It is for this project's own upkeep, and hidden.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::builder::PossibleValuesParser;

use crate::commands::{Exit, Streams};
use crate::guide::generated::FILES;

/// Arguments of `generate`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// Which file
    #[arg(value_parser = PossibleValuesParser::new(FILES.iter().map(|file| file.name)), required_unless_present = "write")]
    what: Option<String>,
    /// Write all of them into a checkout instead
    #[arg(long, value_name = "CHECKOUT", conflicts_with = "what")]
    write: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// A file can't be written.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    for file in FILES {
        if let Some(checkout) = &args.write {
            let path = checkout.join(file.path);
            write(&path, &(file.text)())
                .with_context(|| format!("can't write {}", path.display()))?;
        } else if args.what.as_deref() == Some(file.name) {
            streams.output.write_all((file.text)().as_bytes())?;
        }
    }
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
