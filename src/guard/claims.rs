//! The claims of a running registry in the rendering that would replace it: none may go, and what Kubernetes holds fixed may not change.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::stored;
use crate::diag::Diagnostic;
use crate::rules::switch;
use crate::rules::volume::quantity;
use crate::schema::{Backend, STORAGE_PATH};
use crate::workload::volumes::{self, Claim};
use crate::workload::{Object, Stream, Workload};

/// Compares the claims that a running workload mounts, and those that Kubernetes makes for it.
pub(super) fn compare(old: &Stream, running: &Workload, new: &Stream) -> Vec<Diagnostic> {
    let mounts = running
        .containers
        .iter()
        .flat_map(|container| volumes::claim_mounts(&running.object, container));
    let names = mounts.filter_map(|(mounted, _)| match mounted.claim {
        Claim::Named(name) => Some(name),
        Claim::Template(_) => None,
    });
    let names: BTreeSet<_> = names.collect();
    let named = names
        .iter()
        .filter_map(|name| named(old, running, new, name));
    named.chain(templates(running, new)).collect()
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

/// The claims that a StatefulSet makes: Kubernetes takes no change of their templates at all, not of their order either. A
/// StatefulSet that goes leaves its claims behind.
fn templates(running: &Workload, new: &Stream) -> Option<Diagnostic> {
    let object = &running.object;
    let after = new.find(object.kind(), object.name(), object)?;
    let list = |object: &Object| -> Vec<Value> {
        let templates = object.value["spec"]["volumeClaimTemplates"].as_array();
        templates.into_iter().flatten().cloned().collect()
    };
    let (before, after) = (list(object), list(after));
    let name = |template: &Value| {
        template["metadata"]["name"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let title = |template: &Value| {
        format!(
            "{}, volumeClaimTemplates {}",
            object.title(),
            name(template)
        )
    };
    for template in &before {
        let Some(same) = after.iter().find(|other| name(other) == name(template)) else {
            return Some(switch::template_lost(&title(template)));
        };
        let (from, to) = (&template["spec"], &same["spec"]);
        let found = fixed(&title(template), from, to)
            .or_else(|| sized(&title(template), from, to))
            .or_else(|| {
                differing(
                    &title(template),
                    &stored::template(template),
                    &stored::template(same),
                )
            });
        if found.is_some() {
            return found;
        }
    }
    let added = after
        .iter()
        .find(|template| !before.iter().any(|other| name(other) == name(template)));
    if let Some(template) = added {
        return Some(switch::template_added(&title(template)));
    }
    let names = |templates: &[Value]| templates.iter().map(name).collect::<Vec<_>>().join(", ");
    let (from, to) = (names(&before), names(&after));
    let claim = format!("{}, volumeClaimTemplates", object.title());
    (from != to).then(|| switch::claim_fixed(&claim, "order", &from, &to))
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
        let requests = json!({"storage": text("size")});
        json!({"storageClassName": text("storageClass"), "accessModes": [mode], "resources": {"requests": requests}})
    };
    changed(
        &format!("the claim of {}", before.title()),
        &spec(&before_storage),
        &spec(&after_storage),
    )
}

/// What Kubernetes would refuse of a change of a claim that is there. It may grow, and its volume is filled in by the cluster.
fn changed(claim: &str, before: &Value, after: &Value) -> Option<Diagnostic> {
    let shrunk = || {
        let (from, to) = (stored::size(before)?, stored::size(after)?);
        (quantity(&to)? < quantity(&from)?).then(|| switch::claim_fixed(claim, "size", &from, &to))
    };
    let is_bound_by_name = before["volumeName"]
        .as_str()
        .is_some_and(|name| !name.is_empty());
    let rest = |spec: &Value| {
        let mut spec = stored::claim(spec);
        if !is_bound_by_name && let Some(map) = spec.as_object_mut() {
            map.remove("volumeName");
        }
        spec
    };
    fixed(claim, before, after)
        .or_else(shrunk)
        .or_else(|| differing(claim, &rest(before), &rest(after)))
}

/// Its class and its modes.
fn fixed(claim: &str, before: &Value, after: &Value) -> Option<Diagnostic> {
    let class = |spec: &Value| match spec["storageClassName"].as_str() {
        Some("") => "no class".to_owned(),
        Some(class) => class.to_owned(),
        None => "the default class".to_owned(),
    };
    let modes = |spec: &Value| {
        let modes = spec["accessModes"].as_array().into_iter().flatten();
        modes
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let differs = |what: &str, from: String, to: String| {
        (from != to).then(|| switch::claim_fixed(claim, what, &from, &to))
    };
    differs("storage class", class(before), class(after))
        .or_else(|| differs("access mode", modes(before), modes(after)))
}

fn sized(claim: &str, before: &Value, after: &Value) -> Option<Diagnostic> {
    let (from, to) = (stored::size(before)?, stored::size(after)?);
    (quantity(&from) != quantity(&to)).then(|| switch::claim_fixed(claim, "size", &from, &to))
}

/// The first place at which two trees differ.
fn differing(claim: &str, before: &Value, after: &Value) -> Option<Diagnostic> {
    let (mut from, mut to, mut path) = (before, after, Vec::new());
    while let (Value::Object(old), Value::Object(new)) = (from, to) {
        let mut keys = old.keys().chain(new.keys());
        let key = keys.find(|key| old.get(*key) != new.get(*key))?;
        path.push(key.as_str());
        (from, to) = (&from[key], &to[key]);
    }
    let shown = |value: &Value| match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    (from != to).then(|| switch::claim_fixed(claim, &path.join("."), &shown(from), &shown(to)))
}
