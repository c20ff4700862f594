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
        .find(|setting| setting.field.name == "accessMode");
    let Some(setting) = setting else {
        return mode_by_default(subject);
    };
    let Scalar::Text(mode) = &setting.value else {
        return None;
    };
    let trouble = trouble(mode, subject.facts.replicas.unwrap_or(1))?;
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

/// The mode of the claim as it is, or as it would be made, where the settings name none.
fn mode_by_default(subject: &Subject) -> Option<Diagnostic> {
    let Subject {
        settings, facts, ..
    } = subject;
    let mode = facts
        .claim_mode
        .as_ref()
        .filter(|_| settings.backend.is_volume())?;
    let trouble = trouble(mode, facts.replicas.unwrap_or(1))?;
    let message = format!(
        "registry.storage.persistentVolume.accessMode is not set, and the claim's {mode} {trouble}"
    );
    let fault = Diagnostic::new(&ACCESS_MODE, message).help("use ReadWriteMany, or one replica");
    Some(match &settings.chosen {
        Some(place) => fault.at(place),
        None => fault,
    })
}

/// What a mode cannot do for so many pods.
fn trouble(mode: &str, replicas: i64) -> Option<String> {
    match mode {
        "ReadOnlyMany" => Some("takes no push".to_owned()),
        "ReadWriteOnce" | "ReadWriteOncePod" if replicas > 1 => Some(format!(
            "serves one node, but the registry has {replicas} replicas"
        )),
        _ => None,
    }
}
