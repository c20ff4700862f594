//! Whether an upgrade leaves the registry on the store that holds its images. It compares two renderings and asks no cluster.

mod claims;
mod environment;
mod place;
mod spelling;
mod store;
mod stored;

pub use store::Store;

use crate::diag::Diagnostic;
use crate::rules::{stream as findings, switch};
use crate::workload::{self, Ambiguous, Choice, Object, Part, Stream, Workload};

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
    let before = match running(old, choice) {
        Ok(before) => before,
        Err(findings) => return findings,
    };
    // What can't be told of the new one is the run's to refuse.
    let after = registries(new, choice).unwrap_or_default();
    let mut findings = Vec::new();
    let objects = |workloads: &[Workload]| -> Vec<Object> {
        let objects = workloads.iter().map(|workload| workload.object.clone());
        objects.collect()
    };
    for (from, to) in pairs(&objects(&before), &objects(&after)) {
        let stores = (Store::of(old, &before[from]), Store::of(new, &after[to]));
        if let (Some(from), Some(store)) = stores {
            findings.extend(switched(&after[to].object, &from, &store, confirmed));
        }
    }
    for running in &before {
        findings.extend(claims::compare(old, running, new));
    }
    findings.extend(resources(old, new, confirmed));
    findings
}

/// Whether a rendering has a registry, or a custom resource that brings one.
pub fn shows_registry(stream: &Stream, choice: &Choice) -> bool {
    let workloads = registries(stream, choice).is_ok_and(|found| !found.is_empty());
    workloads || !workload::custom_resources(stream).is_empty()
}

/// The custom resources, whose registries an operator runs.
fn resources(old: &Stream, new: &Stream, confirmed: &Confirmed) -> Vec<Diagnostic> {
    let before = workload::custom_resources(old);
    let after = workload::custom_resources(new);
    let mut findings = Vec::new();
    for (from, to) in pairs(&before, &after) {
        let (from, to) = (&before[from], &after[to]);
        let stores = (Store::of_resource(from), Store::of_resource(to));
        findings.extend(switched(to, &stores.0, &stores.1, confirmed));
        findings.extend(claims::of_resource(from, to));
    }
    findings
}

fn switched(
    object: &Object,
    from: &Store,
    to: &Store,
    confirmed: &Confirmed,
) -> Option<Diagnostic> {
    let target = to.target(from);
    let lets_through = confirmed.switch_to.as_ref() == Some(&target);
    (from != to && !lets_through).then(|| switch::backend_switch(&object.title(), from, to))
}

/// The registries of what runs. Nothing may be guessed of them: a registry overlooked is a switch unseen.
fn running(old: &Stream, choice: &Choice) -> Result<Vec<Workload>, Vec<Diagnostic>> {
    let faults: Vec<_> = workload::candidates(old, choice)
        .into_iter()
        .filter_map(|document| Some((document, old.read(document).as_ref().err()?)))
        .map(|(document, error)| {
            switch::unreadable(old.documents[document].first_line(), &error.message)
        })
        .collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    // The container may have had another name than the one chosen now.
    let by_default = |_| {
        let choice = Choice {
            container: None,
            selector: choice.selector.clone(),
        };
        registries(old, &choice)
    };
    registries(old, choice)
        .or_else(by_default)
        .map_err(|error| vec![findings::container_unclear(&error)])
}

fn registries(stream: &Stream, choice: &Choice) -> Result<Vec<Workload>, Ambiguous> {
    let mut workloads = workload::workloads(stream, choice)?;
    workloads.retain(|workload| workload.part == Part::Registry);
    Ok(workloads)
}

/// The places of each object and of the same one in the other rendering: by kind, name and namespace; where one on each
/// side is left over, it was renamed.
fn pairs(before: &[Object], after: &[Object]) -> Vec<(usize, usize)> {
    let same = |from: &Object, to: &Object| from.title() == to.title() && from.shares_namespace(to);
    let mut pairs = Vec::new();
    let mut new = Vec::new();
    for (to, object) in after.iter().enumerate() {
        match before.iter().position(|from| same(from, object)) {
            Some(from) => pairs.push((from, to)),
            None => new.push(to),
        }
    }
    let gone = (0..before.len()).filter(|from| pairs.iter().all(|(paired, _)| paired != from));
    let gone: Vec<_> = gone.collect();
    if let ([from], [to]) = (&gone[..], &new[..]) {
        pairs.push((*from, *to));
    }
    pairs
}

#[cfg(test)]
mod tests;
