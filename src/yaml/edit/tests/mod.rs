//! Tests of edits: tables of text, edits and wanted text by layout, and random ones. The wanted texts are written by
//! hand; that Kubernetes reads them as meant is tested in tests/cli.

mod block;
mod changes;
mod flow;
mod generate;
mod random;
mod refused;
mod values;

use serde_json::Value;

use super::{Edit, EditError, apply};
use crate::yaml::Step;

/// Edits from lines such as `set /a/b 1`, `add /list "x"`, `ins /list 0 "x"`, `del /list/0`; values are JSON, `~1` is
/// a slash in a key, a number is an index.
pub(super) fn edits(script: &str) -> Vec<Edit> {
    script
        .split(';')
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(edit)
        .collect()
}

fn edit(line: &str) -> Edit {
    let (verb, rest) = line.split_once(' ').unwrap();
    let (path, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let path = path
        .split('/')
        .skip(1)
        .filter(|step| !step.is_empty())
        .map(step)
        .collect();
    let value = |json: &str| {
        serde_json::from_str::<Value>(json).unwrap_or_else(|error| panic!("{line}: {error}"))
    };
    match verb {
        "set" => Edit::Set {
            path,
            value: value(rest),
        },
        "add" => Edit::Append {
            path,
            value: value(rest),
        },
        "del" => Edit::Remove { path },
        "ins" => {
            let (index, json) = rest.split_once(' ').unwrap();
            Edit::Insert {
                path,
                index: index.parse().unwrap(),
                value: value(json),
            }
        }
        _ => panic!("{line}"),
    }
}

fn step(text: &str) -> Step {
    text.parse::<usize>()
        .map_or_else(|_| Step::from(text.replace("~1", "/")), Step::Index)
}

/// Checks a table; every wrong row is shown.
#[track_caller]
pub(super) fn table(rows: &[(&str, &str, &str)]) {
    let mut wrong = String::new();
    for (text, script, wanted) in rows {
        let found = apply(text, &edits(script));
        if found.as_deref() != Ok(*wanted) {
            wrong += &format!("--- {script}\n{text:?}\nwanted {wanted:?}\nfound  {found:?}\n");
        }
        // The same in a document with Windows line breaks.
        if !text.contains('\r') && text.contains('\n') {
            let (text, wanted) = (text.replace('\n', "\r\n"), wanted.replace('\n', "\r\n"));
            let found = apply(&text, &edits(script));
            if found.as_ref() != Ok(&wanted) {
                wrong +=
                    &format!("--- CRLF {script}\n{text:?}\nwanted {wanted:?}\nfound  {found:?}\n");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

pub(super) fn refusal(text: &str, script: &str) -> EditError {
    apply(text, &edits(script)).expect_err(text)
}
