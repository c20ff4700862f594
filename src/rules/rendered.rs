//! Rules on rendered objects: what a registry's workload holds, beside the settings that went into it.

use super::Rule;
use crate::diag::{Diagnostic, Severity};
use crate::origin::Origin;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &KEY_IN_PLAIN_ENV,
    &STALE_ENTRIES,
    &DRIVER_NOT_NAMED,
    &NOT_RECONCILED,
    &NOTE_LEFT,
];

static KEY_IN_PLAIN_ENV: Rule = Rule {
    code: "key-in-plain-env",
    severity: Severity::Warning,
    summary: "a key as plain text in a workload's environment",
    why: "Whoever may read the workload or its pods (`kubectl describe`) reads the key, and every old ReplicaSet keeps it.",
    fix: "Take it from a Secret (valueFrom.secretKeyRef), as the post-renderer does.",
    ..Rule::BASE
};
static STALE_ENTRIES: Rule = Rule {
    code: "stale-entries",
    severity: Severity::Error,
    summary: "entries of another backend in the registry's environment",
    why: "The registry panics on the settings of two drivers (“multiple storage drivers”; docker/distribution 2.8 without REGISTRY_STORAGE, 3.0.0 always).",
    fix: "Remove the entries of the other backend.",
    ..Rule::BASE
};
static DRIVER_NOT_NAMED: Rule = Rule {
    code: "driver-not-named",
    severity: Severity::Error,
    summary: "no REGISTRY_STORAGE beside a config file with another driver",
    why: "Variables are laid over the registry's config file: with another driver in it there are two, and the registry panics (“multiple storage drivers”), unless REGISTRY_STORAGE names the one.",
    fix: "Set REGISTRY_STORAGE to the driver.",
    ..Rule::BASE
};
static NOT_RECONCILED: Rule = Rule {
    code: "not-reconciled",
    severity: Severity::Warning,
    summary: "a custom resource whose settings its registry does not have yet",
    why: "The operator expands the custom resource; until it has reconciled, or where it failed to, the registry runs on its old storage.",
    fix: "Wait for the operator and look again: `kubectl get msrs.msr.mirantis.com`, the operator's log.",
    ..Rule::BASE
};

static NOTE_LEFT: Rule = Rule {
    code: "note-left",
    severity: Severity::Note,
    summary: "a note that the post-renderer left in the workload",
    why: "Helm drops what a post-renderer prints when it succeeds, so what is worth knowing stands in the workload's annotation msr-storage/notes.",
    fix: "Read it; it goes with its cause at the next deploy.",
    ..Rule::BASE
};

/// A note of the post-renderer's.
pub fn note_left(place: &Origin, workload: &str, note: &str) -> Diagnostic {
    Diagnostic::new(&NOTE_LEFT, format!("{workload}: {note}")).at(place)
}

/// A secret field given as a plain value.
pub fn key_in_plain_env(place: &Origin, variable: &str, workload: &str) -> Diagnostic {
    Diagnostic::new(
        &KEY_IN_PLAIN_ENV,
        format!("{workload} has {variable} as plain text"),
    )
    .at(place)
    .help("take it from a Secret with valueFrom.secretKeyRef")
}

/// A variable of a driver that is not the chosen one.
pub fn stale_entry(place: &Origin, variable: &str, workload: &str, driver: &str) -> Diagnostic {
    Diagnostic::new(
        &STALE_ENTRIES,
        format!("{workload} has {variable}, but its driver is {driver}"),
    )
    .at(place)
    .help(format!("remove {variable}"))
}

/// Variables of one driver over a config file with `other`.
pub fn driver_not_named(place: &Origin, workload: &str, driver: &str, other: &str) -> Diagnostic {
    Diagnostic::new(
        &DRIVER_NOT_NAMED,
        format!(
            "{workload} sets {driver}'s variables, but its config file has {other}, and REGISTRY_STORAGE names neither"
        ),
    )
    .at(place)
    .help(format!("set REGISTRY_STORAGE to {driver}"))
}

/// A setting of the custom resource that the workload lacks or has otherwise. `state` says which, without a secret's value.
pub fn not_reconciled(place: &Origin, path: &str, workload: &str, state: &str) -> Diagnostic {
    Diagnostic::new(
        &NOT_RECONCILED,
        format!("{path}: {workload} {state}: the operator has not reconciled it"),
    )
    .at(place)
    .help("wait for the operator, and look at its log where it takes long")
}
