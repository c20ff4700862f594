//! The claims of a running registry in the rendering that would replace it: none may go, and what Kubernetes holds fixed may not change.

use serde_json::Value;

use crate::diag::Diagnostic;
use crate::rules::switch;
use crate::workload::volumes::{self, Claim};
use crate::workload::{Object, Stream, Workload};

/// Compares the claims that a running workload mounts.
pub(super) fn compare(old: &Stream, running: &Workload, new: &Stream) -> Vec<Diagnostic> {
    let mounts = running
        .containers
        .iter()
        .flat_map(|container| volumes::claim_mounts(&running.object, container));
    let mut findings = Vec::new();
    for (claim, _) in mounts {
        findings.extend(match claim.claim {
            Claim::Named(name) => named(old, running, new, &name),
            Claim::Template(index) => template(running, new, index),
        });
    }
    findings
}

/// A claim of its own, where the release made it: a claim that Helm does not know is none of Helm's.
fn named(old: &Stream, running: &Workload, new: &Stream, name: &str) -> Option<Diagnostic> {
    let before = old.find("PersistentVolumeClaim", name, &running.object)?;
    match new.find("PersistentVolumeClaim", name, &running.object) {
        Some(after) => changed(&before.title(), &before.value["spec"], &after.value["spec"]),
        None if before.annotation("helm.sh/resource-policy") == Some("keep") => None,
        None => Some(switch::claim_lost(&before.title())),
    }
}

/// A claim that a StatefulSet makes: Kubernetes takes no change of its template at all.
fn template(running: &Workload, new: &Stream, index: usize) -> Option<Diagnostic> {
    let after = new.find("StatefulSet", running.object.name(), &running.object)?;
    let spec =
        |object: &Object| object.value["spec"]["volumeClaimTemplates"][index]["spec"].clone();
    changed(
        &format!("{}, volumeClaimTemplates[{index}]", running.object.title()),
        &spec(&running.object),
        &spec(after),
    )
}

fn changed(claim: &str, before: &Value, after: &Value) -> Option<Diagnostic> {
    let class = |spec: &Value| spec["storageClassName"].as_str().map(str::to_owned);
    if class(before) != class(after) {
        let shown = |class: Option<String>| class.unwrap_or_else(|| "the default class".to_owned());
        return Some(switch::claim_fixed(
            claim,
            "storage class",
            &shown(class(before)),
            &shown(class(after)),
        ));
    }
    let modes = |spec: &Value| {
        let modes = spec["accessModes"].as_array().into_iter().flatten();
        modes
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    (modes(before) != modes(after))
        .then(|| switch::claim_fixed(claim, "access mode", &modes(before), &modes(after)))
}
