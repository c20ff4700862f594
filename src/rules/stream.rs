//! Findings about a stream as a whole: what is missing in it, what can't be told, what can't be changed. They hold wording, no search.

use super::{Allow, Rule};
use crate::diag::{Diagnostic, Severity};
use crate::expand::Refusal;
use crate::origin::Origin;
use crate::values::ValuesError;
use crate::workload::Ambiguous;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &NO_VALUES,
    &NO_REGISTRY,
    &VALUES_ELSEWHERE,
    &UNREADABLE_VALUES,
    &UNREADABLE_OBJECT,
    &CONTAINER_UNCLEAR,
    &FOREIGN_SECRET,
    &SECRET_CLASH,
    &MOUNT_TAKEN,
    &ENV_FROM,
    &NOT_EDITABLE,
    &NO_EXISTING_SECRET,
];

static NO_VALUES: Rule = Rule {
    code: "no-values",
    severity: Severity::Error,
    summary: "a registry workload, and no source of values",
    why: "Silence would leave the registry on whatever storage the chart renders, which may not be the one that holds the images.",
    fix: "Run under Helm, pass -f or --set, add a values carrier to the chart, or say --no-values.",
    allow: Allow::No("say --no-values to leave the chart's own storage"),
    ..Rule::BASE
};
static NO_REGISTRY: Rule = Rule {
    code: "no-registry",
    severity: Severity::Error,
    summary: "storage values, and no registry object in the stream",
    why: "The settings would reach nothing: a registry left on its old storage, or none at all, is data loss in waiting.",
    fix: "Check that the chart renders the registry; --selector names the objects of another chart.",
    ..Rule::BASE
};
static VALUES_ELSEWHERE: Rule = Rule {
    code: "values-elsewhere",
    severity: Severity::Error,
    summary: "storage values at a place that the registry's chart does not read",
    why: "In an umbrella chart the values of a subchart stand under its name; anywhere else no template sees them.",
    fix: "Move the values under the subchart's key, or say --values-path where the stream does not show it.",
    ..Rule::BASE
};
pub(super) static UNREADABLE_VALUES: Rule = Rule {
    code: "unreadable-values",
    severity: Severity::Error,
    summary: "values that can't be read",
    why: "A guess at values puts a registry on the wrong storage.",
    fix: "Correct the file or the flag, or pass the values by one that can be read twice.",
    allow: Allow::No("what can't be read can't be expanded; correct it"),
    ..Rule::BASE
};
static UNREADABLE_OBJECT: Rule = Rule {
    code: "unreadable-object",
    severity: Severity::Error,
    summary: "a document that looks like the registry's, but can't be read",
    why: "If it is the registry, it would be deployed without its storage.",
    fix: "Correct the template that renders it.",
    allow: Allow::No("what can't be read can't be expanded; correct it"),
    ..Rule::BASE
};
static CONTAINER_UNCLEAR: Rule = Rule {
    code: "container-unclear",
    severity: Severity::Error,
    summary: "several containers, and none is the registry's by image or name",
    why: "Settings in the wrong container reach nothing.",
    fix: "Name it with --container.",
    allow: Allow::No("name the container with --container"),
    ..Rule::BASE
};
static FOREIGN_SECRET: Rule = Rule {
    code: "foreign-secret",
    severity: Severity::Error,
    summary: "a Secret that is not ours has the name that ours needs",
    why: "Its content would be replaced.",
    fix: "Rename it, or use it with existingSecret.",
    allow: Allow::No("two Secrets can't have one name; rename it"),
    ..Rule::BASE
};
static SECRET_CLASH: Rule = Rule {
    code: "secret-clash",
    severity: Severity::Error,
    summary: "two workloads of one name need different values in one Secret",
    why: "A workload's Secret is named after it: the other workload would get the wrong key.",
    fix: "Rename one of the workloads, or use existingSecret for one of them.",
    allow: Allow::No("one Secret can't hold both values; rename one of the workloads"),
    ..Rule::BASE
};
static MOUNT_TAKEN: Rule = Rule {
    code: "mount-taken",
    severity: Severity::Error,
    summary: "another volume is mounted where the key file goes",
    why: "Kubernetes refuses two mounts at one path; with another spelling of the path, one mount hides the other, and the registry does not find its key.",
    fix: "Mount the other volume at another path than /etc/msr-storage.",
    allow: Allow::No("Kubernetes takes no second mount there; mount the other volume elsewhere"),
    ..Rule::BASE
};
static ENV_FROM: Rule = Rule {
    code: "env-from",
    severity: Severity::Error,
    summary: "envFrom brings a storage variable that defeats the settings",
    why: "The registry panics on two drivers, and a key wins over a role; a variable from envFrom can't be taken out of one workload.",
    fix: "Remove the variable from the ConfigMap or Secret.",
    allow: Allow::No(
        "the variable can't be taken out of one workload; remove it from its ConfigMap or Secret",
    ),
    ..Rule::BASE
};
static NOT_EDITABLE: Rule = Rule {
    code: "not-editable",
    severity: Severity::Error,
    summary: "a document whose text can't be changed safely",
    why: "A change through an anchor or a repeated key would change another place too.",
    fix: "Render the object without anchors and without repeated keys.",
    allow: Allow::No(
        "the text can't be changed safely; render it without anchors and repeated keys",
    ),
    ..Rule::BASE
};

static NO_EXISTING_SECRET: Rule = Rule {
    code: "no-existing-secret",
    severity: Severity::Error,
    summary: "existingSecret with an MSR custom resource",
    why: "The operator that expands the custom resource knows no such field: the keys would be missing.",
    fix: "Give the keys in the values, or use a role.",
    ..Rule::BASE
};

/// A registry, and nothing was said about its storage.
pub fn no_values(workload: &str, why: Option<&str>) -> Diagnostic {
    let message = format!(
        "{workload} is a registry, but no storage values were given{}",
        why.map(|why| format!(": {why}")).unwrap_or_default()
    );
    Diagnostic::new(&NO_VALUES, message).help(
        "pass the values to msr-storage too (-f FILE, --set KEY=VALUE, or MSR_STORAGE_VALUES), render a values carrier with the chart, or say --no-values to leave the chart's own storage",
    )
}

/// Whether a fault is that of [`no_values`].
pub fn is_no_values(fault: &Diagnostic) -> bool {
    fault.rule.code == NO_VALUES.code
}

/// Several custom resources, and none is the workload's.
pub fn resource_unclear(workload: &str, resources: &[&str], instance: Option<&str>) -> Diagnostic {
    let instance = instance.unwrap_or("which no label app.kubernetes.io/instance gives");
    let message = format!(
        "{workload} is a registry, but of the MSR custom resources ({}) none is named after its instance, {instance}",
        resources.join(", ")
    );
    Diagnostic::new(&NO_VALUES, message).help(
        "name the custom resource as the workload's label app.kubernetes.io/instance says, or pass the values to msr-storage too (-f FILE, --set KEY=VALUE)",
    )
}

/// Values, and nothing to expand them into.
pub fn no_registry(place: &Origin, empty: bool) -> Diagnostic {
    let stream = if empty {
        "the stream is empty"
    } else {
        "no object in the stream is an MSR registry"
    };
    let help = if empty {
        "nothing was rendered, or Helm wrote its files elsewhere (--output-dir of Helm 3 writes before the post-renderer runs)"
    } else {
        "MSR's registry is told by its labels, image or name; for another chart name it with --selector KEY=VALUE"
    };
    Diagnostic::new(
        &NO_REGISTRY,
        format!("registry.storage is set, but {stream}"),
    )
    .at(place)
    .help(help)
}

/// Values where nobody reads them.
pub fn values_elsewhere(place: &Origin, found: &str, wanted: Option<&str>) -> Diagnostic {
    match wanted {
        Some(wanted) => Diagnostic::new(&VALUES_ELSEWHERE, format!("storage values stand at {found}, but the registry's chart reads {wanted}"))
            .at(place)
            .help(format!("move them to {wanted}")),
        None => Diagnostic::new(
            &VALUES_ELSEWHERE,
            format!("storage values stand at {found}, and the stream does not show which subchart the registry belongs to"),
        )
        .at(place)
        .help("say --values-path, such as --values-path msr for msr.registry.storage"),
    }
}

/// Values that can't be had.
pub fn unreadable_values(error: &ValuesError) -> Diagnostic {
    let fault = Diagnostic::new(&UNREADABLE_VALUES, error.message()).at(error.origin());
    match error.help() {
        Some(help) => fault.help(help),
        None => fault,
    }
}

/// Values that Helm could not give.
pub fn unknown_values(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(&UNREADABLE_VALUES, message)
}

/// A document that may be the registry's.
pub fn unreadable_object(place: &Origin, message: &str) -> Diagnostic {
    Diagnostic::new(
        &UNREADABLE_OBJECT,
        format!("a document that mentions the registry can't be read: {message}"),
    )
    .at(place)
}

/// Several containers.
pub fn container_unclear(error: &Ambiguous) -> Diagnostic {
    let help = match error {
        Ambiguous::Several { .. } => "name the registry's with --container NAME",
        Ambiguous::None { .. } => "render a container with a name and an image",
    };
    Diagnostic::new(&CONTAINER_UNCLEAR, error.to_string()).help(help)
}

/// A workload that can't be expanded.
pub fn refused(refusal: &Refusal) -> Diagnostic {
    match refusal {
        Refusal::ForeignSecret { secret, .. } => {
            Diagnostic::new(&FOREIGN_SECRET, refusal.to_string()).help(format!(
                "rename it, or use it with existingSecret: {secret}"
            ))
        }
        Refusal::SecretClash { secret, key, .. } => {
            Diagnostic::new(&SECRET_CLASH, refusal.to_string()).help(format!(
                "rename one of them, or put {key} into a Secret of your own and name that by existingSecret instead of {secret}"
            ))
        }
        Refusal::MountTaken { volume, .. } => Diagnostic::new(&MOUNT_TAKEN, refusal.to_string())
            .help(format!("mount {volume} at another path")),
        Refusal::EnvFrom {
            variable,
            source_object,
            ..
        } => Diagnostic::new(&ENV_FROM, refusal.to_string())
            .help(format!("remove {variable} from {source_object}")),
    }
}

/// An existing Secret that the operator can't use.
pub fn no_existing_secret(resource: &str, place: &Origin) -> Diagnostic {
    Diagnostic::new(&NO_EXISTING_SECRET, format!("{resource} can't name an existing Secret: the operator reads keys from the resource itself"))
        .at(place)
        .help("give the keys in the values, or use a role")
}

/// A document that can't be changed.
pub fn not_editable(object: &str, reason: &str) -> Diagnostic {
    Diagnostic::new(
        &NOT_EDITABLE,
        format!("{object} can't be changed: {reason}"),
    )
    .help("render it without anchors on the way to the pod, and without repeated keys")
}
