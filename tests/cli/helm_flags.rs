//! That the table of Helm's flags is the one of the real Helms: a flag that comes, goes or changes fails here.

use std::collections::BTreeSet;

use msr_storage::helm::flags::{Command, Flag, Takes, listed_in, table};
use msr_storage::values::Dialect;

use super::support::helm::{Helm, Home};

fn dialect(helm: Helm) -> Dialect {
    match helm {
        Helm::V3 => Dialect::Helm3,
        Helm::V4 => Dialect::Helm4,
    }
}

fn shown(flags: &[Flag]) -> BTreeSet<String> {
    let row = |flag: &Flag| format!("--{} {:?} {:?}", flag.name, flag.short, flag.takes);
    flags.iter().filter(|flag| !flag.hidden).map(row).collect()
}

#[test]
fn the_table_lists_what_help_lists() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        for command in Command::ALL {
            let help = home.helm([command.name(), "--help"]).exits(0).stdout;
            let wanted = shown(&listed_in(&help));
            let got = shown(&table(Some(command), dialect(helm)));
            assert!(wanted.len() > 40, "{helm:?} {command:?}: {help}");
            assert_eq!(got, wanted, "{helm:?} {command:?}");
        }
    }
}

#[test]
fn what_help_hides_is_there_and_takes_what_the_table_says() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        for command in Command::ALL {
            let table = table(Some(command), dialect(helm));
            for flag in table.iter().filter(|flag| flag.hidden) {
                let name = format!("--{}", flag.name);
                // A flag that takes a value takes `--help` for it.
                let helped = home.helm([command.name(), &name, "--help"]);
                assert!(
                    !helped.stderr.contains("unknown flag"),
                    "{helm:?} {command:?} {name}: {}",
                    helped.stderr
                );
                assert_eq!(
                    helped.stdout.contains("Usage:"),
                    flag.takes != Takes::Value,
                    "{helm:?} {command:?} {name}: {}",
                    helped.stderr
                );
            }
        }
    }
}

#[test]
fn the_flags_before_the_command_are_helms_global_ones() {
    for helm in Helm::BOTH {
        let help = Home::new(helm).helm(["--help"]).exits(0).stdout;
        let mut wanted = shown(&listed_in(&help));
        // Cobra adds it to every command, so it is not in the table of what may stand before one.
        wanted.retain(|flag| !flag.starts_with("--help "));
        assert_eq!(shown(&table(None, dialect(helm))), wanted, "{helm:?}");
    }
}
