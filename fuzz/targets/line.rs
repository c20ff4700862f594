//! Helm's command line, one argument a line: read by either Helm's rules, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use msr_storage::helm::Line;
use msr_storage::values::Dialect;

fuzz_target!(|text: &str| {
    let arguments: Vec<_> = text.split('\n').map(str::to_owned).collect();
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        match Line::read(&arguments, dialect, &[]) {
            // A value flag stands on the line that it was read from.
            Ok(line) => line.values.flags.iter().for_each(|flag| {
                assert!(text.contains(flag.text.as_str()) || text.contains('"'), "{flag:?}");
            }),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
