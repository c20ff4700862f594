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

/// How many cases of each shape run against each Helm when nothing else is asked for; of charts, which are slow, a quarter.
const CASES: u64 = 20_000;

/// A running oracle.
pub(crate) struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start(dialect: Dialect) -> Self {
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
        Self {
            child,
            input,
            output,
        }
    }

    /// What Helm makes of each case.
    pub(crate) fn ask(&mut self, cases: &[Case]) -> Vec<Answer> {
        let Self { input, output, .. } = self;
        std::thread::scope(|scope| {
            // Beside the reading, or both ends wait for the other when the pipes are full.
            scope.spawn(|| {
                for case in cases {
                    input.write_all(&line(case)).unwrap();
                }
            });
            cases.iter().map(|case| answer(output, case)).collect()
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

fn answer(output: &mut impl BufRead, case: &Case) -> Answer {
    let mut answer = String::new();
    output.read_line(&mut answer).unwrap();
    serde_json::from_str(&answer).unwrap_or_else(|error| {
        let case = String::from_utf8(line(case)).unwrap();
        panic!("{error}: {answer:?} for {case}")
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
    let seed = number("MSR_STORAGE_SEED", 1);
    let count = match (number("MSR_STORAGE_CASES", CASES), shape) {
        (count, Shape::Charts) => count / 4,
        (count, _) => count,
    };
    let show = usize::try_from(number("MSR_STORAGE_SHOW", 5)).unwrap();
    let mut oracle = Oracle::start(dialect);
    let mut found = Vec::new();
    let mut valid = 0;
    for start in (0..count).step_by(1000) {
        let cases: Vec<Case> = (start..count.min(start + 1000))
            .map(|index| generate(shape, seed, index))
            .collect();
        for (case, answer) in cases.iter().zip(oracle.ask(&cases)) {
            valid += u64::from(answer.values.is_some());
            if let Some(difference) = case.difference(&case.values(dialect), &answer, dialect) {
                found.push((difference, case.clone()));
            }
        }
    }
    // A generator whose cases Helm mostly refuses would prove little.
    assert!(
        valid * 4 >= count,
        "only {valid} of {count} cases are valid"
    );
    let of = |wanted| found.iter().filter(|(kind, _)| *kind == wanted).count();
    let unsure = of(Difference::Unsure);
    if number("MSR_STORAGE_SHOW_UNSURE", 0) == 0 {
        found.retain(|(kind, _)| *kind != Difference::Unsure);
    }
    let shown: Vec<String> = found
        .iter()
        .take(show)
        .map(|(difference, case)| report(*difference, case, dialect, &mut oracle))
        .collect();
    assert!(
        found.is_empty(),
        "{} differences of {count} cases, {valid} valid, {unsure} left to Helm (MSR_STORAGE_SEED={seed})\n{}",
        found.len(),
        shown.join("\n")
    );
    let unsure = u64::try_from(unsure).unwrap();
    // The made-up cases are odd on purpose; what people write is left to Helm far more seldom.
    assert!(unsure * 12 <= valid, "{unsure} of {valid} left to Helm");
}

fn report(difference: Difference, case: &Case, dialect: Dialect, oracle: &mut Oracle) -> String {
    let case = shrink(case.clone(), difference, dialect, oracle);
    let answer = oracle.ask(std::slice::from_ref(&case)).remove(0);
    let ours = match case.values(dialect) {
        Ok(node) => typed(&node).to_string(),
        Err(error) => format!("{error:?}"),
    };
    format!(
        "{difference:?}\n  {}\n  Helm: {}\n  here: {ours}",
        serde_json::to_string(&case).unwrap(),
        serde_json::to_string(&answer).unwrap()
    )
}

/// A smaller case that differs in the same way.
fn shrink(mut case: Case, difference: Difference, dialect: Dialect, oracle: &mut Oracle) -> Case {
    for _ in 0..40 {
        let candidates = case.smaller();
        let answers = oracle.ask(&candidates);
        let smaller = candidates
            .into_iter()
            .zip(answers)
            .find(|(candidate, answer)| {
                let values = candidate.values(dialect);
                candidate.difference(&values, answer, dialect) == Some(difference)
            });
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
