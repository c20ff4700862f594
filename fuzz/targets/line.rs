//! Helm's command line, one argument a line: read by either Helm's rules, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use msr_storage::helm::Line;
use msr_storage::values::{Dialect, FlagKind};

fuzz_target!(|text: &str| {
    let arguments: Vec<_> = text.split('\n').map(str::to_owned).collect();
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        match Line::read(&arguments, dialect, &[]) {
            // Every value flag is somebody's argument; files alone are taken apart at commas and quotes.
            Ok(line) => line
                .values
                .flags
                .iter()
                .filter(|flag| flag.kind != FlagKind::Values)
                .for_each(|flag| assert!(text.contains(flag.text.as_str()), "{}", flag.text)),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
});
