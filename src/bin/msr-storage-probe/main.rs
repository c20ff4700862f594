//! `msr-storage-probe`: tries storage settings on the real backend for `msr-storage check --probe`, which starts it. Settings come as JSON on standard input, the answer goes as JSON to standard output; it has no arguments, and judges nothing.

mod certificate;
mod endpoint;
mod refusal;
mod run;
mod services;
mod steps;
mod swift;
mod trust;
mod wire;

use std::io::{Read, Write, stdin, stdout};
use std::process::ExitCode;

use msr_storage::check::probe::protocol::{Answer, Request, VERSION};

/// What is said where it is started by hand.
const NOT_ALONE: &str =
    "msr-storage-probe is started by `msr-storage check --probe`, and has no use of its own\n";

fn main() -> ExitCode {
    let mut text = Vec::new();
    let request = stdin()
        .lock()
        .read_to_end(&mut text)
        .ok()
        .and_then(|_| serde_json::from_slice::<Request>(&text).ok());
    let answer = match request {
        None => {
            // Where nobody reads it, there is nobody to tell.
            let _ = std::io::stderr().write_all(NOT_ALONE.as_bytes());
            return ExitCode::from(2);
        }
        // The asking program tells of the difference.
        Some(request) if request.version != VERSION => Some(Answer {
            version: VERSION.to_owned(),
            ..Answer::default()
        }),
        Some(request) => probe(request),
    };
    let Some(answer) = answer else {
        return ExitCode::from(3);
    };
    let written = serde_json::to_vec(&answer)
        .ok()
        .and_then(|text| stdout().lock().write_all(&text).ok());
    match written {
        Some(()) => ExitCode::SUCCESS,
        None => ExitCode::from(3),
    }
}

/// Runs it on this thread; a name service that still hangs is not waited for.
fn probe(request: Request) -> Option<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let answer = runtime.block_on(run::run(&request));
    runtime.shutdown_background();
    Some(answer)
}
