//! Whether an upgrade leaves the registry on the store that holds its images. It compares two renderings and asks no cluster.

mod claims;
mod store;

pub use store::Store;

use crate::diag::Diagnostic;
use crate::rules::switch;
use crate::workload::{self, Choice, Part, Stream, Workload};

/// What the user confirmed.
#[derive(Clone, Debug, Default)]
pub struct Confirmed {
    /// The store that a switch may go to, as a refusal printed it (`s3:testing-msr`).
    pub switch_to: Option<String>,
}

/// Compares what runs with what would run.
///
/// A registry in `new` without a counterpart in `old` is a first install, and passes.
pub fn compare(
    old: &Stream,
    new: &Stream,
    choice: &Choice,
    confirmed: &Confirmed,
) -> Vec<Diagnostic> {
    let before = registries(old, choice);
    let after = registries(new, choice);
    let mut findings = Vec::new();
    for workload in &after {
        let Some(running) = counterpart(workload, &before, after.len()) else {
            continue;
        };
        let stores = (Store::of(old, running), Store::of(new, workload));
        let (Some(from), Some(to)) = stores else {
            continue;
        };
        if from != to && confirmed.switch_to.as_deref() != Some(to.target().as_str()) {
            findings.push(switch::backend_switch(&workload.object.title(), &from, &to));
        }
    }
    for running in &before {
        findings.extend(claims::compare(old, running, new));
    }
    findings
}

fn registries(stream: &Stream, choice: &Choice) -> Vec<Workload> {
    let workloads = workload::workloads(stream, choice).unwrap_or_default();
    workloads
        .into_iter()
        .filter(|workload| workload.part == Part::Registry)
        .collect()
}

/// The same workload in the other rendering: by kind and name, or the only one where it was renamed.
fn counterpart<'a>(
    workload: &Workload,
    others: &'a [Workload],
    count: usize,
) -> Option<&'a Workload> {
    let same = others
        .iter()
        .find(|other| other.object.title() == workload.object.title());
    same.or_else(|| others.first().filter(|_| others.len() == 1 && count == 1))
}
