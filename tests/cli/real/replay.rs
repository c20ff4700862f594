//! Inputs that fuzzing found, put through the program once more: what it writes is readable by Kubernetes' own parser
//! wherever the input was. `MSR_STORAGE_CORPUS` names their folder (scripts/fuzz).

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::proof;
use crate::support::kubeyaml;
use crate::support::run::msr_storage;

/// More would take minutes and show no more.
const MOST: usize = 1_500;

#[test]
#[ignore = "scripts/fuzz"]
fn kubernetes_reads_what_is_written() {
    let corpus = PathBuf::from(std::env::var_os("MSR_STORAGE_CORPUS").expect("a folder of inputs"));
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("values.yaml");
    let (mut tried, mut written) = (0, 0);
    let mut inputs: Vec<_> = fs::read_dir(corpus)
        .expect("a folder")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    inputs.sort();
    for input in inputs.iter().take(MOST) {
        let bytes = fs::read(input).expect("an input");
        let Some(end) = bytes.iter().position(|byte| *byte == 0) else {
            continue;
        };
        let Ok(stream) = std::str::from_utf8(&bytes[end + 1..]) else {
            continue;
        };
        fs::write(&file, &bytes[..end]).expect("a file of values");
        let done = msr_storage(["-f".to_owned(), file.display().to_string()])
            .stdin(stream)
            .run();
        tried += 1;
        if done.code != Some(0) {
            continue;
        }
        written += 1;
        let unreadable = |stream: &str| {
            kubeyaml::documents(stream)
                .iter()
                .filter(|read| read.is_err())
                .count()
        };
        assert!(
            unreadable(&done.stdout) <= unreadable(stream),
            "{}: Kubernetes can't read all of\n{}",
            input.display(),
            done.stdout
        );
    }
    assert!(written > 0, "of {tried} inputs none was taken");
    proof::record(
        "fuzz",
        &[
            ("target", "what render wrote, read by Kubernetes' parser"),
            ("executions", &tried.to_string()),
            ("seconds", ""),
            (
                "panics, hangs, memory",
                &format!("none; {written} written, all readable"),
            ),
        ],
    );
}
