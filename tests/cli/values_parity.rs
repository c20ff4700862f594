//! Made-up values, odd ones first, read by this program and by Helm's own packages: the trees must be the same. Known
//! cases are in `values_golden`; a difference found here becomes one of those.
//!
//! `MSR_STORAGE_CASES=1000000` runs that many, `MSR_STORAGE_SEED` starts elsewhere.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use msr_storage::values::Dialect;

use super::support::tools;
use super::values_case::{Answer, Case, Difference, typed};
use super::values_generator::{Shape, generate};

/// How many cases of each shape run against each Helm when nothing else is asked for.
const CASES: u64 = 20_000;

/// A running oracle.
struct Oracle {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    fn start(dialect: Dialect) -> (Self, ChildStdin) {
        let name = match dialect {
            Dialect::Helm3 => "helmvalues3",
            Dialect::Helm4 => "helmvalues4",
        };
        let mut child = Command::new(tools::tool(name))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        (Self { child, output }, input)
    }

    fn answer(&mut self, case: &Case) -> Answer {
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap_or_else(|error| {
            let case = String::from_utf8(line(case)).unwrap();
            panic!("{error}: {answer:?} for {case}")
        })
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn line(case: &Case) -> Vec<u8> {
    let mut line = serde_json::to_vec(case).unwrap();
    line.push(b'\n');
    line
}

/// What each Helm makes of each case.
pub(crate) fn ask(cases: &[Case], dialect: Dialect) -> Vec<Answer> {
    let (mut oracle, mut input) = Oracle::start(dialect);
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for case in cases {
                input.write_all(&line(case)).unwrap();
            }
        });
        cases.iter().map(|case| oracle.answer(case)).collect()
    })
}

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name}={text}")),
        Err(_) => default,
    }
}

/// Runs the cases of one shape; panics with the smallest form of the first few differences.
fn parity(shape: Shape, dialect: Dialect) {
    let (count, seed) = (
        number("MSR_STORAGE_CASES", CASES),
        number("MSR_STORAGE_SEED", 1),
    );
    let show = usize::try_from(number("MSR_STORAGE_SHOW", 5)).unwrap();
    println!("{shape:?} {dialect:?}: MSR_STORAGE_CASES={count} MSR_STORAGE_SEED={seed}");
    let (mut oracle, mut input) = Oracle::start(dialect);
    let mut found = Vec::new();
    let mut valid = 0;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for index in 0..count {
                let case = generate(shape, seed, index);
                // The reader stops early when it has seen enough.
                if input.write_all(&line(&case)).is_err() {
                    return;
                }
            }
        });
        for index in 0..count {
            let case = generate(shape, seed, index);
            let answer = oracle.answer(&case);
            valid += u64::from(answer.values.is_some());
            if let Some(difference) = case.difference(&answer, dialect) {
                found.push((index, difference, case));
            }
        }
    });
    println!("{valid} of {count} cases are valid");
    // A generator whose cases Helm mostly refuses would prove little.
    assert!(
        valid * 4 >= count,
        "only {valid} of {count} cases are valid"
    );
    let of = |wanted| found.iter().filter(|(_, kind, _)| *kind == wanted).count();
    let (lax, strict, other) = (
        of(Difference::Lax),
        of(Difference::Strict),
        of(Difference::Other),
    );
    for (index, difference, case) in found.iter().take(show) {
        report(*index, *difference, case, dialect);
    }
    assert!(
        found.is_empty(),
        "{shape:?} {dialect:?}, seed {seed}: of {count} cases ({valid} valid) {other} read differently, {lax} taken but refused by Helm, {strict} refused but taken by Helm"
    );
}

fn report(index: u64, difference: Difference, case: &Case, dialect: Dialect) {
    let case = shrink(case.clone(), difference, dialect);
    let answer = ask(std::slice::from_ref(&case), dialect).remove(0);
    let ours = match case.values(dialect) {
        Ok(node) => typed(&node).to_string(),
        Err(error) => format!("{error:?}"),
    };
    println!(
        "\ncase {index}, {difference:?}\n  {}\n  Helm: {}\n  here: {ours}",
        serde_json::to_string(&case).unwrap(),
        serde_json::to_string(&answer).unwrap()
    );
}

/// A smaller case that differs in the same way.
fn shrink(mut case: Case, difference: Difference, dialect: Dialect) -> Case {
    for _ in 0..40 {
        let candidates = case.smaller();
        let answers = ask(&candidates, dialect);
        let smaller = candidates
            .into_iter()
            .zip(answers)
            .find(|(candidate, answer)| candidate.difference(answer, dialect) == Some(difference));
        match smaller {
            Some((smaller, _)) => case = smaller,
            None => break,
        }
    }
    case
}

#[test]
fn flags_give_the_tree_that_helm_3_gives() {
    parity(Shape::Flags, Dialect::Helm3);
}

#[test]
fn flags_give_the_tree_that_helm_4_gives() {
    parity(Shape::Flags, Dialect::Helm4);
}

#[test]
fn files_give_the_tree_that_helm_3_gives() {
    parity(Shape::Files, Dialect::Helm3);
}

#[test]
fn files_give_the_tree_that_helm_4_gives() {
    parity(Shape::Files, Dialect::Helm4);
}

#[test]
fn charts_see_the_tree_that_helm_3_shows_them() {
    parity(Shape::Charts, Dialect::Helm3);
}

#[test]
fn charts_see_the_tree_that_helm_4_shows_them() {
    parity(Shape::Charts, Dialect::Helm4);
}
