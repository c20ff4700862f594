//! What is known of the place that settings go to: the user's options and the workload's surroundings. It judges nothing.

use crate::origin::Origin;
use crate::rules::Facts;
use crate::workload::{self, Choice, Role, Stream, Workload};

/// What the user said beside the values.
#[derive(Default)]
pub struct Options {
    /// Which objects are meant.
    pub choice: Choice,
    /// `--no-values`: none are meant.
    pub no_values: bool,
    /// `--values-path`, split at its dots: where the chart's values stand in the whole.
    pub values_path: Option<Vec<String>>,
    /// `--existing-secret`; its source's text is the name.
    pub existing_secret: Option<Origin>,
    /// `--iam-role`.
    pub iam_role: bool,
    /// `--keep-keys`.
    pub keep_keys: bool,
    /// `--allow-region`.
    pub allowed_regions: Vec<String>,
}

/// What is known of a workload.
pub(super) fn facts(stream: &Stream, workload: &Workload, options: &Options) -> Facts {
    let spec = &workload.object.value["spec"];
    let role = if options.iam_role {
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
        foreign: options.choice.selector.is_some(),
        ..facts_of_resource(options)
    }
}

/// What is known of a custom resource: its pods are the operator's.
pub(super) fn facts_of_resource(options: &Options) -> Facts {
    Facts {
        role: options.iam_role.then_some(Role::Switch),
        keep_keys: options.keep_keys,
        allowed_regions: options.allowed_regions.clone(),
        ..Facts::default()
    }
}
