//! The value language: `--set` and its sisters and values files, as both Helms read them. Whatever is typed gives values or
//! an error with a place in the text.

#![no_main]

use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use msr_storage::origin::SourceKind;
use msr_storage::values::{self, Dialect, FlagKind, ValueFlag, ValueFlags};
use serde_json::Value;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    is_helm4: bool,
    flags: Vec<(u8, &'a str)>,
    file: &'a [u8],
}

const KINDS: [FlagKind; 6] = [
    FlagKind::Values,
    FlagKind::SetJson,
    FlagKind::Set,
    FlagKind::SetString,
    FlagKind::SetFile,
    FlagKind::SetLiteral,
];

fuzz_target!(|case: Case| {
    let flags = case.flags.iter().map(|(kind, text)| ValueFlag {
        kind: KINDS[usize::from(*kind) % KINDS.len()],
        text: (*text).to_owned(),
    });
    let flags = ValueFlags {
        flags: flags.collect(),
    };
    let dialect = if case.is_helm4 {
        Dialect::Helm4
    } else {
        Dialect::Helm3
    };
    let read = |_: values::Wanted<'_>| Ok(case.file.to_vec());
    match values::load_with(&flags, SourceKind::Flag, dialect, &read) {
        Ok(root) => drop(Value::from(&root)),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
