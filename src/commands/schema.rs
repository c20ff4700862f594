//! `msr-storage schema`: a JSON Schema on stdout. The schema is the guide's.

use clap::ValueEnum;

use crate::commands::{Exit, Streams};
use crate::guide::json_schema::{self, Draft};

/// Arguments of `schema`.
#[derive(clap::Args, Clone)]
pub struct Args {
    /// The draft of the standard; Helm reads either, older Helms only draft-07
    #[arg(long, value_enum, default_value = "draft-07")]
    draft: Name,
    /// Take an S3 region as well that MSR does not support
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    allow_region: Vec<String>,
}

/// The drafts, as one types them.
#[derive(Clone, Copy, ValueEnum)]
enum Name {
    #[value(name = "draft-07", alias = "07", alias = "7")]
    Draft07,
    #[value(name = "2020-12")]
    Draft202012,
}

/// Runs it.
///
/// # Errors
/// The stream can't be written to.
pub fn run(args: &Args, streams: &mut Streams) -> anyhow::Result<Exit> {
    let draft = match args.draft {
        Name::Draft07 => Draft::Draft07,
        Name::Draft202012 => Draft::Draft202012,
    };
    streams
        .output
        .write_all(json_schema::text(draft, &args.allow_region).as_bytes())?;
    Ok(Exit::Done)
}
