//! Standard input and the files that arguments name, as a whole: nothing can be written before all was read. It interprets nothing.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, anyhow};

use crate::disk;

/// The bytes of what an argument names: a file, or standard input for `-`.
///
/// # Errors
/// What is no regular file, is too large or cannot be read.
pub(super) fn named(name: &str, standard: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
    if name == "-" {
        read(standard)
    } else {
        disk::read_argument(Path::new(name)).map_err(|error| anyhow!("{name} {error}"))
    }
}

/// Reads standard input to its end.
///
/// # Errors
/// Where it can't be read.
pub(super) fn read(standard: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    standard
        .read_to_end(&mut bytes)
        .context("standard input can't be read")?;
    Ok(bytes)
}
