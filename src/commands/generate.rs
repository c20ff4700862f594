//! `msr-storage generate`: prints the files of the repository that are made from the tables. It is for this project's own upkeep, and hidden.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::CommandFactory;
use clap::builder::PossibleValuesParser;

use crate::cli::Cli;
use crate::commands::{Exit, Streams};
use crate::guide::generated::FILES;
use crate::pattern;
use crate::plugin::manifest::Form;
use crate::plugin::{completion, folder};

/// Arguments of `generate`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// Which file
    #[arg(value_parser = PossibleValuesParser::new(FILES.iter().map(|file| file.name)), required_unless_present_any = ["write", "packages"])]
    what: Option<String>,
    /// Write all of them into a checkout instead
    #[arg(long, value_name = "CHECKOUT", conflicts_with = "what")]
    write: Option<PathBuf>,
    /// Write what a plugin's package holds beside its programs, a folder each
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["what", "write"])]
    packages: Option<PathBuf>,
}

/// Runs it.
///
/// # Errors
/// A file can't be written.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    // Whatever the program is built for runs this once before it is packaged.
    pattern::compile_all();
    if let Some(folder) = &args.packages {
        packages(folder).with_context(|| format!("can't write into {}", folder.display()))?;
        return Ok(Exit::Done);
    }
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

fn packages(to: &Path) -> anyhow::Result<()> {
    let words = completion::text(&Cli::command())?;
    for form in Form::ALL {
        let plugin = to.join(form.package());
        write(&plugin.join(folder::MANIFEST), &form.packaged())?;
        if form.is_command() {
            write(&plugin.join(completion::FILE), &words)?;
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}
