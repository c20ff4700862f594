//! Standard input and the files that arguments name, as a whole: nothing can be written before all was read. It interprets nothing.
//!
//! The stream stands in every deploy, and of a large one most of the time would go into handing out its memory page by page.

use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

use anyhow::{Context, anyhow};
use memmap2::{MmapMut, MmapOptions};

use crate::disk;

/// What is no longer than this is read into memory as it comes: most streams.
const SMALL: usize = 256 << 10;
/// What is reserved for a longer one; none of it is taken before it is written to.
const RESERVED: usize = 1 << 30;

/// All bytes of an input.
pub(super) enum Input {
    /// In ordinary memory.
    Bytes(Vec<u8>),
    /// At the beginning of reserved memory.
    Reserved {
        /// The memory.
        memory: MmapMut,
        /// How much of it was read.
        length: usize,
    },
}

impl Deref for Input {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Reserved { memory, length } => &memory[..*length],
        }
    }
}

/// The bytes of what an argument names: a file, or standard input for `-`.
///
/// # Errors
/// What is no regular file, is too large or cannot be read.
pub(super) fn named(name: &str, standard: &mut dyn Read) -> anyhow::Result<Vec<u8>> {
    if name != "-" {
        return disk::read_argument(Path::new(name)).map_err(|error| anyhow!("{name} {error}"));
    }
    let mut bytes = Vec::new();
    standard
        .read_to_end(&mut bytes)
        .context("standard input can't be read")?;
    Ok(bytes)
}

/// Reads to the end.
///
/// # Errors
/// Whatever the reader's are.
pub(super) fn read(reader: &mut dyn Read) -> io::Result<Input> {
    read_within(reader, RESERVED)
}

fn read_within(reader: &mut dyn Read, reserved: usize) -> io::Result<Input> {
    let mut bytes = Vec::new();
    reader.take(SMALL as u64).read_to_end(&mut bytes)?;
    if bytes.len() < SMALL {
        return Ok(Input::Bytes(bytes));
    }
    // Where a limit forbids so much address space, ordinary memory does.
    let Some(mut memory) = reserve(reserved) else {
        reader.read_to_end(&mut bytes)?;
        return Ok(Input::Bytes(bytes));
    };
    memory[..SMALL].copy_from_slice(&bytes);
    let mut length = SMALL;
    while length < memory.len() {
        match reader.read(&mut memory[length..]) {
            Ok(0) => return Ok(Input::Reserved { memory, length }),
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let mut bytes = memory.to_vec();
    drop(memory);
    reader.read_to_end(&mut bytes)?;
    Ok(Input::Bytes(bytes))
}

/// Memory that Linux hands out two megabytes at a time where it can, in place of four kilobytes; elsewhere a reservation is no
/// cheaper than the memory itself.
fn reserve(length: usize) -> Option<MmapMut> {
    if cfg!(not(target_os = "linux")) {
        return None;
    }
    let mut options = MmapOptions::new();
    let memory = options.len(length).no_reserve_swap().map_anon().ok()?;
    #[cfg(target_os = "linux")]
    // Without them it is as slow as ordinary memory, and as right.
    let _ = memory.advise(memmap2::Advice::HugePage);
    Some(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out at most so many bytes a call, and now and then nothing for an interruption.
    struct Slow<'a>(&'a [u8], bool);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let length = buffer.len().min(60_000);
            self.0.read(&mut buffer[..length])
        }
    }

    #[test]
    fn all_of_it_is_read_whatever_its_length() {
        let text: Vec<u8> = (0u32..700_000).map(|number| (number % 251) as u8).collect();
        let reserved = 2 * SMALL;
        for length in [
            0,
            1,
            SMALL - 1,
            SMALL,
            SMALL + 1,
            reserved - 1,
            reserved,
            reserved + 1,
            text.len(),
        ] {
            let text = &text[..length];
            let input = read_within(&mut Slow(text, false), reserved).unwrap();
            assert!(*input == *text, "{length}");
        }
    }

    #[test]
    fn an_error_is_handed_on_wherever_it_comes() {
        for length in [0, SMALL, SMALL + 7] {
            let text = vec![b'a'; length];
            let mut reader = text.as_slice().chain(Broken);
            let error = read(&mut reader).err().unwrap();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{length}");
        }
    }

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
}
