//! Every case of `testdata/values/*.json`: files, flags, a chart, and what each Helm makes of them. A new case is data, no
//! Rust: write it without its answers and run with `MSR_STORAGE_BLESS=1`, which asks both Helms (never this program) and
//! writes down what they say.

use std::fs;
use std::path::PathBuf;

use msr_storage::values::Dialect;
use serde::{Deserialize, Serialize};

use super::support::tools;
use super::values_case::{Answer, Case, Difference, typed};
use super::values_parity::Oracle;

/// A file of cases on one subject.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    about: String,
    cases: Vec<Known>,
}

/// A case and its answers.
#[derive(Serialize, Deserialize)]
struct Known {
    about: String,
    /// This program may leave it to Helm, if it says so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    left_to_helm: bool,
    #[serde(flatten)]
    case: Case,
    #[serde(default)]
    helm3: Answer,
    /// Only where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    helm4: Option<Answer>,
}

impl Known {
    fn answer(&self, dialect: Dialect) -> &Answer {
        match (&self.helm4, dialect) {
            (Some(answer), Dialect::Helm4) => answer,
            _ => &self.helm3,
        }
    }

    /// What is wrong with this program's reading.
    fn judge(&self, dialect: Dialect) -> Option<String> {
        let values = self.case.values_from_disk(dialect);
        let answer = self.answer(dialect);
        let difference = self.case.difference(&values, answer, dialect)?;
        if self.left_to_helm && difference == Difference::Unsure {
            return None;
        }
        let ours = match values {
            Ok(node) => typed(&node).to_string(),
            Err(error) => error.to_string(),
        };
        let helm = serde_json::to_string(answer).unwrap();
        Some(format!(
            "{dialect:?}, {}: {difference:?}\n  Helm: {helm}\n  here: {ours}",
            self.about
        ))
    }
}

fn tables() -> Vec<(PathBuf, Table)> {
    let folder = tools::root().join("testdata/values");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let read = |path: &PathBuf| serde_json::from_str(&fs::read_to_string(path).unwrap());
    paths
        .into_iter()
        .map(|path| match read(&path) {
            Ok(table) => (path, table),
            Err(error) => panic!("{}: {error}", path.display()),
        })
        .collect()
}

#[test]
fn known_values_give_the_tree_that_each_helm_gives() {
    let mut tables = tables();
    if std::env::var_os("MSR_STORAGE_BLESS").is_some() {
        bless(&mut tables);
    }
    let wrong: Vec<String> = tables
        .iter()
        .flat_map(|(_, table)| &table.cases)
        .flat_map(|known| [Dialect::Helm3, Dialect::Helm4].map(|dialect| known.judge(dialect)))
        .flatten()
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn known_answers_are_those_of_each_helm() {
    for (path, table) in tables() {
        let cases: Vec<Case> = table.cases.iter().map(|known| known.case.clone()).collect();
        for dialect in [Dialect::Helm3, Dialect::Helm4] {
            let answers = Oracle::start(dialect).ask(&cases);
            for (known, answer) in table.cases.iter().zip(answers) {
                assert_eq!(
                    known.answer(dialect),
                    &answer,
                    "{dialect:?}, {}, {}",
                    path.display(),
                    known.about
                );
            }
        }
    }
}

/// Writes what both Helms say.
fn bless(tables: &mut [(PathBuf, Table)]) {
    for (path, table) in tables {
        let cases: Vec<Case> = table.cases.iter().map(|known| known.case.clone()).collect();
        let three = Oracle::start(Dialect::Helm3).ask(&cases);
        let four = Oracle::start(Dialect::Helm4).ask(&cases);
        for ((known, three), four) in table.cases.iter_mut().zip(three).zip(four) {
            known.helm4 = (three != four).then_some(four);
            known.helm3 = three;
        }
        let text = serde_json::to_string_pretty(&table).unwrap();
        fs::write(path, text + "\n").unwrap();
    }
}
