//! Rules on the claim. They do not ask the cluster.

use super::{Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::settings::Scalar;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&ACCESS_MODE];

pub(super) static ACCESS_MODE: Rule = Rule {
    code: "access-mode",
    severity: Severity::Error,
    summary: "an access mode that cannot serve the registry's replicas",
    why: "Pods on another node never mount a ReadWriteOnce claim and wait for ever; a read-only claim takes no push.",
    fix: "Use ReadWriteMany with a storage class that can do it, or one replica.",
};

/// Judges the family.
pub fn judge(subject: &Subject) -> Vec<Diagnostic> {
    access_mode(subject).into_iter().collect()
}

fn access_mode(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    if subject.facts.swarm {
        return None;
    }
    let fields = if settings.backend.is_volume() {
        &settings.fields
    } else {
        &settings.volume
    };
    let setting = fields
        .iter()
        .find(|setting| setting.field.name == "accessMode")?;
    let Scalar::Text(mode) = &setting.value else {
        return None;
    };
    let replicas = subject.facts.replicas.unwrap_or(1);
    let trouble = match mode.as_str() {
        "ReadOnlyMany" => "takes no push".to_owned(),
        "ReadWriteOnce" | "ReadWriteOncePod" if replicas > 1 => {
            format!("serves one node, but the registry has {replicas} replicas")
        }
        _ => return None,
    };
    let mut fault = Diagnostic::new(
        &ACCESS_MODE,
        format!("registry.storage.persistentVolume.accessMode: {mode} {trouble}"),
    )
    .at(&setting.origin)
    .help("use ReadWriteMany, or one replica");
    if !settings.backend.is_volume() {
        fault.severity = Severity::Warning;
    }
    Some(fault)
}
