//! What is known of the place that settings go to: the user's options and the workload's surroundings. It judges nothing.

use crate::origin::Origin;
use crate::rules::{Allowed, Facts};
use crate::workload::{self, Choice, Role, Stream, Workload};

/// Which objects are the registry's, what is known of them that no input shows, and what is let through.
#[derive(Default)]
pub struct Place {
    /// Which objects are meant.
    pub choice: Choice,
    /// The Secret named by flag or variable; its source's text is the name.
    pub existing_secret: Option<Origin>,
    /// `--iam-role`.
    pub iam_role: bool,
    /// `--keep-keys`.
    pub keep_keys: bool,
    /// `--allow-region`.
    pub allowed_regions: Vec<String>,
    /// `--allow`.
    pub allowed: Allowed,
}

/// What the user said beside the values.
#[derive(Default)]
pub struct Options {
    /// `--no-values`: none are meant.
    pub no_values: bool,
    /// `--values-path`, split at its dots: where the chart's values stand in the whole.
    pub values_path: Option<Vec<String>>,
    /// What `check` is told too.
    pub place: Place,
}

/// What is known of a workload.
pub(super) fn facts(stream: &Stream, workload: &Workload, options: &Options) -> Facts {
    let spec = &workload.object.value["spec"];
    let role = if options.place.iam_role {
        Some(Role::Switch)
    } else {
        workload::role(stream, workload)
    };
    let has_replicas = matches!(
        workload.object.kind(),
        "Deployment" | "StatefulSet" | "ReplicaSet" | "ReplicationController"
    );
    Facts {
        role,
        replicas: spec["replicas"].as_i64().filter(|_| has_replicas),
        foreign: options.place.choice.selector.is_some(),
        ..facts_of_resource(options)
    }
}

/// What is known of a custom resource: its pods are the operator's.
pub(super) fn facts_of_resource(options: &Options) -> Facts {
    Facts {
        role: options.place.iam_role.then_some(Role::Switch),
        keep_keys: options.place.keep_keys,
        allowed_regions: options.place.allowed_regions.clone(),
        ..Facts::default()
    }
}
