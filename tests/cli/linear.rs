//! Time grows as the input does, for every command and every kind of input: four times the input, at most 4.5 times the time.
//!
//! `scripts/bench-linear` prints the table of it. CPU time is noisy, so that no other test looks at it.

mod kinds;
mod measure;

use std::fmt::Write as _;

use self::kinds::{Kind, flags, hostile, streams, values};
use self::measure::{Job, Seconds};

/// How many times the larger input is as large.
const TIMES: usize = 4;
/// What the table is held against: 4, and what caches and allocators add.
const WANTED: f64 = 4.5;
/// Below this many seconds of the larger input nothing can be told.
const LEAST: f64 = 0.04;

/// Every command that takes a kind of input, with its arguments.
fn jobs(kind: &Kind, size: usize) -> Vec<Job> {
    let made = (kind.make)(size);
    let commands = kind.commands;
    commands.iter().map(|line| Job::new(line, &made)).collect()
}

/// One row: the time of an input, and of one that is four times as large.
struct Row {
    what: String,
    small: Seconds,
    large: Seconds,
}

impl Row {
    /// Measured until the ratio is at most `wanted`, or five times: the least of each counts.
    fn measured(kind: &Kind, small: &Job, large: &Job, wanted: f64) -> Self {
        let mut row = Self {
            what: format!("{:<34} {}", kind.name, small.line()),
            small: small.run(),
            large: large.run(),
        };
        for _ in 0..4 {
            if row.ratio() <= wanted {
                break;
            }
            row.small = row.small.min(small.run());
            row.large = row.large.min(large.run());
        }
        row
    }

    fn ratio(&self) -> f64 {
        if self.large < LEAST {
            return 0.0;
        }
        // A start costs a few milliseconds whatever the input is: without them the ratio is the larger one.
        let start = measure::start();
        (self.large - start) / (self.small - start).max(0.001)
    }
}

/// All rows that miss `wanted`; each row is handed to `say`.
fn missed(wanted: f64, only: &str, mut say: impl FnMut(&Row)) -> String {
    let mut missed = String::new();
    let all = [values(), streams(), flags(), hostile()];
    for kind in all.iter().flatten() {
        if !kind.name.contains(only) {
            continue;
        }
        let (small, large) = (jobs(kind, kind.size), jobs(kind, TIMES * kind.size));
        for (small, large) in small.iter().zip(&large) {
            let row = Row::measured(kind, small, large, wanted);
            say(&row);
            if row.ratio() > wanted {
                writeln!(missed, "{}: {:.1} times the time", row.what, row.ratio()).unwrap();
            }
        }
    }
    missed
}

/// `scripts/bench-linear` runs it with the optimised program.
#[test]
#[ignore = "a benchmark, held against a ratio that a busy machine misses"]
fn table() {
    let only = std::env::var("MSR_STORAGE_LINEAR").unwrap_or_default();
    let missed = missed(WANTED, &only, |row| {
        let (small, large) = (row.small * 1000.0, row.large * 1000.0);
        println!(
            "{:<90} {small:>8.0} ms {large:>8.0} ms {:>6.1}",
            row.what,
            row.ratio()
        );
    });
    assert!(missed.is_empty(), "above {WANTED}:\n{missed}");
}
