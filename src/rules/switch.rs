//! Findings about an upgrade that would leave the images behind. They hold wording, no comparison.

use std::borrow::Cow;

use super::{Allow, Rule};
use crate::diag::{Diagnostic, Severity};
use crate::guard::Store;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &BACKEND_SWITCH,
    &CLAIM_LOST,
    &CLAIM_FIXED,
    &DEPLOYED_UNREADABLE,
];

static BACKEND_SWITCH: Rule = Rule {
    code: "backend-switch",
    severity: Severity::Error,
    summary: "an upgrade that moves the registry to another store",
    why: "MSR then starts with an empty store: every tag is gone until its images are copied, and a rollback flips it back without a word.",
    fix: "Keep the store, or copy the images first and confirm with --allow-backend-switch.",
    allow: Allow::No("confirm the new store by its name with --allow-backend-switch"),
    ..Rule::BASE
};
static CLAIM_LOST: Rule = Rule {
    code: "claim-lost",
    severity: Severity::Error,
    summary: "an upgrade whose manifest lacks a claim that the running registry mounts",
    why: "Helm deletes what a new manifest lacks: the claim goes, and the images with it.",
    fix: "Keep the claim in the chart, or annotate it with helm.sh/resource-policy: keep in an upgrade before.",
    ..Rule::BASE
};
static CLAIM_FIXED: Rule = Rule {
    code: "claim-fixed",
    severity: Severity::Error,
    summary: "an upgrade that changes what Kubernetes holds fixed of a claim",
    why: "Kubernetes refuses the change, and the upgrade dies half way: a claim may grow and change nothing else, a StatefulSet's template of one may change nothing at all (Kubernetes 1.34, tried).",
    fix: "Leave the claim as it is; make a new one and copy the images for another.",
    ..Rule::BASE
};

static DEPLOYED_UNREADABLE: Rule = Rule {
    code: "deployed-unreadable",
    severity: Severity::Error,
    summary: "the manifest of what runs can't be read",
    why: "Nobody can tell then whether the registry stays on the store that holds its images.",
    fix: "Look at the document with `helm get manifest`, or give `check --against` the rendering that is deployed.",
    ..Rule::BASE
};

/// Another store.
pub fn backend_switch(workload: &str, from: &Store, to: &Store) -> Diagnostic {
    let message = format!(
        "{workload} runs on {from} and would move to {to}: MSR would start with an empty store, and a rollback would flip it back unseen"
    );
    let target = to.target(from);
    // A directory may hold what a shell would take apart; a NUL, which it could not take, is in no YAML.
    let target = shlex::try_quote(&target).unwrap_or(Cow::Borrowed(&target));
    Diagnostic::new(&BACKEND_SWITCH, message).help(format!(
        "keep the store; or, when the images are copied, confirm with --allow-backend-switch {target} (or MSR_STORAGE_ALLOW_BACKEND_SWITCH={target})"
    ))
}

/// A document of the old rendering that looks like the registry's.
pub fn unreadable(line: usize, message: &str) -> Diagnostic {
    Diagnostic::new(
        &DEPLOYED_UNREADABLE,
        format!(
            "in the manifest of what runs, the document at line {line} can't be read: {message}"
        ),
    )
}

/// A claim that Helm would delete.
pub fn claim_lost(claim: &str) -> Diagnostic {
    Diagnostic::new(&CLAIM_LOST, format!("{claim}, which the running registry mounts, is not in the new manifest: Helm would delete it, and the images with it"))
        .help("render the claim, or annotate it with helm.sh/resource-policy: keep first")
}

/// A change that Kubernetes refuses.
pub fn claim_fixed(claim: &str, what: &str, from: &str, to: &str) -> Diagnostic {
    Diagnostic::new(&CLAIM_FIXED, format!("{claim}: its {what} would change from {from} to {to}, which Kubernetes refuses for an existing claim"))
        .help(format!("leave the {what} at {from}"))
}

/// A StatefulSet's template that comes.
pub fn template_added(claim: &str) -> Diagnostic {
    let message = format!(
        "{claim}: the template would be new, which Kubernetes refuses for an existing StatefulSet"
    );
    Diagnostic::new(&CLAIM_FIXED, message)
        .help("leave the templates as they are; mount a claim of its own instead")
}

/// A StatefulSet's template that goes.
pub fn template_lost(claim: &str) -> Diagnostic {
    Diagnostic::new(
        &CLAIM_FIXED,
        format!(
            "{claim}: the template would go, which Kubernetes refuses for an existing StatefulSet"
        ),
    )
    .help("leave the template as it is")
}
