//! Runs `msr-storage-probe`: a program of its own, so that the post-renderer carries no network code. Settings go by its standard input, never by a command line or a variable.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use super::protocol::{Answer, Request, VERSION};
use crate::child::{self, Interrupt, Limits};

/// What the program is called.
const NAME: &str = "msr-storage-probe";

/// More steps than there are, an upload's parts and cleaning up included: the whole run may take so many times what a step may.
const STEPS: u64 = 12;

/// More bytes than any answer has.
const MAX_ANSWER: u64 = 1 << 20;

/// Where it is: beside this program, else on PATH.
///
/// # Errors
/// Where it is in neither place; the message says how to get it.
fn find() -> anyhow::Result<PathBuf> {
    let file = format!("{NAME}{}", std::env::consts::EXE_SUFFIX);
    let beside = std::env::current_exe()
        .ok()
        .map(|own| own.with_file_name(file));
    if let Some(path) = beside.filter(|path| path.is_file()) {
        return Ok(path);
    }
    which::which(NAME).map_err(|_| {
        anyhow!(
            "--probe needs the program {NAME}, which is neither beside msr-storage nor on PATH; `cargo install --path . --locked` in a checkout installs both, and a release's archive holds both"
        )
    })
}

/// Asks it, and waits for the answer, but not longer than all its steps may take together.
///
/// # Errors
/// It can't be found or started, does not answer in time, or is of another version.
pub(super) fn ask(request: &Request) -> anyhow::Result<Answer> {
    let path = find()?;
    let shown = path.display();
    let mut child = Command::new(&path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Nothing that a library may say of a request is to be seen: there are secrets in it.
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("{shown} can't be started"))?;
    let text = serde_json::to_vec(request).context("the settings can't be written as JSON")?;
    if let Some(mut input) = child.stdin.take() {
        // A child that went away is told of by its missing answer.
        let _ = input.write_all(&text);
    }
    let limits = Limits {
        patience: Duration::from_secs(request.seconds.saturating_mul(STEPS).saturating_add(5)),
        output: MAX_ANSWER,
        errors: 0,
    };
    let Ok(said) = child::wait(child, limits, &Interrupt::default()) else {
        bail!("{shown} gave no answer in {} s", limits.patience.as_secs());
    };
    let answer: Answer = serde_json::from_slice(&said.output)
        .map_err(|_| anyhow!("{shown} ended without an answer; is it the {NAME} {VERSION}?"))?;
    if answer.version != VERSION {
        bail!(
            "{shown} is of version {}, and this is msr-storage {VERSION}; install both from the same release",
            answer.version
        );
    }
    Ok(answer)
}
