//! The claims of a running registry in the rendering that would replace it: none may go, and what Kubernetes holds fixed may not change.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diag::Diagnostic;
use crate::rules::switch;
use crate::schema::{Backend, STORAGE_PATH};
use crate::workload::volumes::{self, Claim};
use crate::workload::{Object, Stream, Workload};

/// Compares the claims that a running workload mounts.
pub(super) fn compare(old: &Stream, running: &Workload, new: &Stream) -> Vec<Diagnostic> {
    let mounts = running
        .containers
        .iter()
        .flat_map(|container| volumes::claim_mounts(&running.object, container));
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    for (claim, _) in mounts.filter(|(claim, _)| seen.insert(claim.volume.clone())) {
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
        None if is_kept(before) => None,
        None => Some(switch::claim_lost(&before.title())),
    }
}

/// Whether Helm leaves an object where it is, as Helm reads the annotation.
fn is_kept(object: &Object) -> bool {
    object
        .annotation("helm.sh/resource-policy")
        .is_some_and(|policy| policy.trim().eq_ignore_ascii_case("keep"))
}

/// A claim that a StatefulSet makes: Kubernetes takes no change of its template at all. A StatefulSet that goes leaves
/// its claims behind.
fn template(running: &Workload, new: &Stream, index: usize) -> Option<Diagnostic> {
    let before = &running.object.value["spec"]["volumeClaimTemplates"][index];
    let after = new.find(
        running.object.kind(),
        running.object.name(),
        &running.object,
    )?;
    let templates = after.value["spec"]["volumeClaimTemplates"].as_array();
    let name = &before["metadata"]["name"];
    let mut same = templates.into_iter().flatten();
    let same = same.find(|template| template["metadata"]["name"] == *name);
    let claim = format!(
        "{}, volumeClaimTemplates {}",
        running.object.title(),
        name.as_str().unwrap_or_default()
    );
    match same {
        Some(after) => changed(&claim, &before["spec"], &after["spec"]),
        None => Some(switch::template_lost(&claim)),
    }
}

/// The claim that an operator made of a custom resource. Under another backend it holds no images.
pub(super) fn of_resource(before: &Object, after: &Object) -> Option<Diagnostic> {
    let volume = Backend::default_backend().name;
    let storage = |object: &Object| {
        STORAGE_PATH
            .iter()
            .fold(object.value["spec"].clone(), |value, key| {
                value[*key].clone()
            })
    };
    let (before_storage, after_storage) = (storage(before), storage(after));
    let on_volume = |storage: &Value| {
        let named = storage["backend"].as_str();
        named.is_none_or(|name| name.is_empty() || name == volume)
    };
    if !on_volume(&before_storage) || !on_volume(&after_storage) {
        return None;
    }
    let spec = |storage: &Value| {
        let text = |key: &str| {
            storage[volume][key]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
        };
        let mode = text("accessMode").unwrap_or_else(|| "ReadWriteOnce".to_owned());
        serde_json::json!({"storageClassName": text("storageClass"), "accessModes": [mode]})
    };
    changed(
        &format!("the claim of {}", before.title()),
        &spec(&before_storage),
        &spec(&after_storage),
    )
}

fn changed(claim: &str, before: &Value, after: &Value) -> Option<Diagnostic> {
    let class = |spec: &Value| match spec["storageClassName"].as_str() {
        Some("") => "no class".to_owned(),
        Some(class) => class.to_owned(),
        None => "the default class".to_owned(),
    };
    if class(before) != class(after) {
        return Some(switch::claim_fixed(
            claim,
            "storage class",
            &class(before),
            &class(after),
        ));
    }
    let modes = |spec: &Value| {
        let modes = spec["accessModes"].as_array().into_iter().flatten();
        let mut modes: Vec<_> = modes.filter_map(Value::as_str).collect();
        modes.sort_unstable();
        modes.join(", ")
    };
    (modes(before) != modes(after))
        .then(|| switch::claim_fixed(claim, "access mode", &modes(before), &modes(after)))
}
