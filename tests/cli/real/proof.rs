//! What was shown, for the table that scripts/prove prints: one line a fact, written only where `MSR_STORAGE_PROOF` names a
//! folder. It decides nothing.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use crate::support::helm::Helm;

/// Adds a fact to a table of the proof: columns and their texts.
pub(crate) fn record(table: &str, columns: &[(&str, &str)]) {
    let Some(folder) = env::var_os("MSR_STORAGE_PROOF").map(PathBuf::from) else {
        return;
    };
    let fact: serde_json::Map<_, _> = columns
        .iter()
        .map(|(column, text)| ((*column).to_owned(), (*text).into()))
        .collect();
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join(format!("{table}.jsonl")))
        .expect("the folder of the proof");
    // One write, so that tests side by side do not mix their lines.
    file.write_all(format!("{}\n", serde_json::Value::from(fact)).as_bytes())
        .expect("room for a line");
}

/// Helm's major version.
pub(crate) fn number(helm: Helm) -> &'static str {
    match helm {
        Helm::V3 => "3",
        Helm::V4 => "4",
    }
}
