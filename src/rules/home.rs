//! Rules on where settings stand: a document that can't be read, the nesting of another home, a misspelled way there.

use super::stream::UNREADABLE_VALUES;
use super::{BadCode, Rule};
use crate::diag::{Diagnostic, Severity, shown};
use crate::origin::Origin;
use crate::values::Node;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &WRONG_NESTING,
    &MISSPELLED_KEY,
    &UNKNOWN_RESOURCE,
    &DUPLICATE_KEY,
    &UNKNOWN_ALLOW,
];

static WRONG_NESTING: Rule = Rule {
    code: "wrong-nesting",
    severity: Severity::Error,
    summary: "storage settings nested in another way than what reads them expects",
    why: "Helm values and Swarm's values.yaml have registry.storage at the top, the MSR custom resource has it under spec. Nothing reads a backend or its block beside storage, or a path written as one key with dots in it: the registry starts on its default storage.",
    fix: "Move the block under registry.storage, one key a level; `msr-storage convert` writes it for another home.",
    ..Rule::BASE
};
static MISSPELLED_KEY: Rule = Rule {
    code: "misspelled-key",
    severity: Severity::Error,
    summary: "registry, storage or backend in another spelling or case",
    why: "Keys are exact: a block under a misspelled one is ignored in silence, and the registry starts on its default storage.",
    fix: "Spell the keys registry, storage and backend exactly so.",
    ..Rule::BASE
};
static UNKNOWN_RESOURCE: Rule = Rule {
    code: "unknown-resource",
    severity: Severity::Error,
    summary: "an MSR custom resource with another kind or apiVersion",
    why: "A cluster takes an object by its exact kind and apiVersion: `kubectl apply` fails with “no matches for kind”, and nothing reads the settings.",
    fix: "Write apiVersion: msr.mirantis.com/v1 and kind: MSR.",
    ..Rule::BASE
};
static DUPLICATE_KEY: Rule = Rule {
    code: "duplicate-key",
    severity: Severity::Warning,
    summary: "a key that stands twice in one mapping",
    why: "Helm and Kubernetes take the last one without a word, with all that is nested in it: what stands under the first one is lost.",
    fix: "Remove one of them, or merge what is under them.",
    ..Rule::BASE
};
static UNKNOWN_ALLOW: Rule = Rule {
    code: "unknown-allow",
    severity: Severity::Warning,
    summary: "an allow comment with a code that no rule has, or that can't be allowed",
    why: "The comment allows nothing.",
    fix: "Correct the code; `check --list-rules` lists them.",
    ..Rule::BASE
};

/// A text that does not parse. `trouble` must not quote it.
pub fn not_yaml(place: &Origin, trouble: &str) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_VALUES, format!("this can't be read: {trouble}")).at(place)
}

/// Settings found at `found` that belong to `wanted`, both as dotted paths.
pub fn wrong_nesting(node: &Node, found: &str, wanted: &str, home: &str) -> Diagnostic {
    Diagnostic::new(
        &WRONG_NESTING,
        format!("{found} is not read in {home}: the settings belong to {wanted}"),
    )
    .at(node.key.as_ref().unwrap_or(&node.origin))
    .help(format!("move the block to {wanted}"))
}

/// A whole path as one key, found at `found`.
pub fn dotted_key(node: &Node, found: &str) -> Diagnostic {
    Diagnostic::new(
        &WRONG_NESTING,
        format!("{found} is one key with dots in it, which nothing reads"),
    )
    .at(node.key.as_ref().unwrap_or(&node.origin))
    .help("write one key a level (`registry:`, below it `storage:`); with --set a dot without a backslash before it begins a new level")
}

/// A key on the way to the settings that is nearly the right one.
pub fn misspelled_key(node: &Node, found: &str, wanted: &str) -> Diagnostic {
    Diagnostic::new(
        &MISSPELLED_KEY,
        format!("{found} is not read: the key is spelled `{wanted}`"),
    )
    .at(node.key.as_ref().unwrap_or(&node.origin))
    .help(format!("write `{wanted}`"))
}

/// A part of a head (`kind`, `apiVersion`) that is nearly the custom resource's.
pub fn unknown_resource(part: &str, found: &str, wanted: &str) -> Diagnostic {
    Diagnostic::new(
        &UNKNOWN_RESOURCE,
        format!(
            "{part} is `{}`, but that of the MSR custom resource is `{wanted}`: no cluster takes it",
            shown(found)
        ),
    )
    .help(format!("write {part}: {wanted}"))
}

/// A key that a later one of the same mapping hides.
pub fn duplicate_key(hidden: &Origin, counts: &Origin, path: &str) -> Diagnostic {
    Diagnostic::new(
        &DUPLICATE_KEY,
        format!("{path} stands twice: the last one counts, and this one is lost"),
    )
    .at(hidden)
    .related(counts, "this one counts")
    .help("remove one of them")
}

/// A comment that allows what no rule finds, or what can't be allowed.
pub fn unknown_allow(place: &Origin, bad: &BadCode) -> Diagnostic {
    match bad {
        BadCode::Unknown { code, near } => {
            let message = format!("there is no rule `{code}` to allow");
            let found = Diagnostic::new(&UNKNOWN_ALLOW, message).at(place);
            match near {
                Some(near) => found.help(format!("did you mean `{near}`?")),
                None => found,
            }
        }
        BadCode::Never { code, instead } => {
            let message = format!("`{code}` can't be allowed");
            Diagnostic::new(&UNKNOWN_ALLOW, message)
                .at(place)
                .help(*instead)
        }
    }
}
