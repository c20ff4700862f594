//! Every folder of `testdata/cases/TOPIC/CASE` through the post-renderer as a plain filter: a new case is a new folder, no
//! Rust. It judges each case by the wanted file and by what must hold for all of them (`golden/invariants.rs`).
//!
//! A case holds `input.yaml` (else its topic's, else the one for all), what is given for it (`values.yaml`, read by `-f`;
//! `args`, one a line; `env`, `NAME=VALUE` a line), and what must come of it: `want.yaml`, or `want.diag` where the input
//! is refused. `MSR_STORAGE_BLESS=1` rewrites the wanted files; read the difference before you commit it.

mod as_list;
mod case;
mod checked;
mod invariants;
mod mutated;
pub(crate) mod stream_text;

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use super::support::run::same_text;
use case::Case;

/// Says which cases fail, all of them, rather than the first alone.
#[test]
fn every_case_gives_what_its_folder_says() {
    let cases = Case::all();
    let mut failing = Vec::new();
    for case in &cases {
        if panic::catch_unwind(AssertUnwindSafe(|| check(case))).is_err() {
            failing.push(case.name());
        }
    }
    assert!(
        failing.is_empty(),
        "{} of {} cases fail (each is shown above): {}",
        failing.len(),
        cases.len(),
        failing.join(", ")
    );
}

#[expect(
    clippy::print_stderr,
    reason = "names the case above its failure; cargo shows it with a failing test only"
)]
fn check(case: &Case) {
    eprintln!("--- case {}", case.name());
    let outcome = case.run(&case.input());
    let refused = outcome.code != Some(0);
    let (file, other) = if refused {
        (case.file("want.diag"), case.file("want.yaml"))
    } else {
        (case.file("want.yaml"), case.file("want.diag"))
    };
    let got = if refused {
        outcome.redacted(&outcome.stderr)
    } else {
        outcome.stdout.clone()
    };
    if std::env::var_os("MSR_STORAGE_BLESS").is_some() {
        bless(&file, &other, &got);
    }
    assert!(
        file.exists() && !other.exists(),
        "exit code {:?}, but the folder wants the other\n{}{}",
        outcome.code,
        outcome.stdout,
        outcome.stderr
    );
    same_text(
        &got,
        &fs::read_to_string(&file).expect("a wanted file is UTF-8"),
    );
    invariants::hold(case, &outcome);
}

fn bless(file: &Path, other: &Path, text: &str) {
    let _ = fs::remove_file(other);
    if fs::read_to_string(file).ok().as_deref() != Some(text) {
        fs::write(file, text).expect("the checkout can be written");
    }
}

/// Every backend has cases, and every case is complete: a folder without a wanted file would prove nothing.
#[test]
fn every_backend_has_cases_that_render_and_cases_that_are_refused() {
    let cases = Case::all();
    for backend in ["persistentVolume", "s3", "azure", "gcs", "swift", "oss"] {
        let of_backend = || cases.iter().filter(|case| case.topic() == backend);
        let has = |file: &str| of_backend().any(|case| case.file(file).exists());
        assert!(has("want.yaml") && has("want.diag"), "{backend}");
    }
}
