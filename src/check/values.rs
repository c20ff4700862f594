//! Finds storage settings in a tree of values or in a custom resource, wherever they may stand, and judges them. It reads no text.

use super::storage::judge;
use super::{Judged, Options, Target};
use crate::diag::Diagnostic;
use crate::rules::misplaced::{self, Misplaced, is_ours};
use crate::rules::{Facts, home, stream};
use crate::schema::{Backend, Field, STORAGE_PATH};
use crate::settings::is_blank;
use crate::values::{Node, Value, whole};
use crate::workload::Role;

/// How deep an umbrella's subcharts are looked for.
const MAX_UMBRELLA: usize = 4;

/// Judges Helm values, or Swarm's `values.yaml`.
pub fn helm(root: &Node, options: &Options) -> Judged {
    let mut judged = Judged::default();
    let spec = root.at(&["spec", "registry", "storage"]);
    if let Some(storage) = spec.filter(|node| is_ours(node)) {
        let (found, wanted) = ("spec.registry.storage", "registry.storage");
        judged.add(Judged::of(home::wrong_nesting(
            storage, found, wanted, "values",
        )));
        judged.add(judge(storage, &facts(root, options), options));
    }
    judged.add(below(root, options, &mut Vec::new()));
    judged
}

/// Judges an MSR custom resource.
pub fn custom_resource(root: &Node, options: &Options) -> Judged {
    let mut judged = unread(misplaced::in_resource(root), root, options);
    if let Some(spec) = root.get("spec") {
        judged.add(read(spec, options, true));
        judged.found.extend(existing_secrets(root, spec));
    }
    judged
}

/// The operator reads no keys from a Secret of the user's own.
fn existing_secrets(root: &Node, spec: &Node) -> Vec<Diagnostic> {
    let name = root.at(&["metadata", "name"]).and_then(Node::as_str);
    let resource = format!("MSR/{}", name.unwrap_or_default());
    let blocks = spec.at(&STORAGE_PATH).and_then(Node::as_map);
    blocks
        .into_iter()
        .flat_map(|blocks| blocks.values())
        .filter_map(|block| block.get(Field::EXISTING_SECRET_NAME))
        .filter(|node| !is_blank(node))
        .map(|node| stream::no_existing_secret(&resource, &node.origin))
        .collect()
}

/// What no chart reads: the fault, and what is wrong with the settings all the same.
fn unread(found: Vec<Misplaced<'_>>, root: &Node, options: &Options) -> Judged {
    let mut judged = Judged::default();
    for found in found {
        judged.add(Judged::of(found.fault));
        if let Some(storage) = found.storage {
            judged.add(judge(storage, &facts(root, options), options));
        }
    }
    judged
}

/// The settings of one chart's values, which are surely MSR's where `is_top`.
fn read(values: &Node, options: &Options, is_top: bool) -> Judged {
    let is_backend = |node: &Node| {
        node.as_str()
            .is_some_and(|text| Backend::named(text).is_some())
    };
    let storage = values
        .at(&STORAGE_PATH)
        .filter(|node| is_ours(node) || (is_top && is_backend(node)));
    storage.map_or_else(Judged::default, |storage| {
        judge(storage, &facts(values, options), options)
    })
}

/// The values of a chart, and of the charts in it.
fn below(values: &Node, options: &Options, keys: &mut Vec<String>) -> Judged {
    let is_top = keys.is_empty();
    let found = misplaced::within(values, &keys.join("."), !is_top);
    let said: Vec<_> = found.iter().filter_map(Misplaced::key).collect();
    let mut judged = unread(found, values, options);
    judged.add(read(values, options, is_top));
    if keys.len() < MAX_UMBRELLA {
        for (key, node) in values.as_map().into_iter().flatten() {
            if !["spec", "registry"].contains(&key.as_str()) && !said.contains(&key.as_str()) {
                keys.push(key.clone());
                judged.add(below(node, options, keys));
                keys.pop();
            }
        }
    }
    judged
}

/// What a tree of values says around its storage settings, over what is known already.
fn facts(root: &Node, options: &Options) -> Facts {
    let mut facts = options.facts.clone();
    facts.swarm = match options.target {
        Some(target) => target == Target::Swarm,
        None => {
            facts.swarm
                || root
                    .get("swarm")
                    .is_some_and(|node| node.as_map().is_some())
        }
    };
    let counts = ["replicaCount", "replicas"];
    let count = counts
        .into_iter()
        .find_map(|key| root.at(&["registry", key]))
        .and_then(integer);
    facts.replicas = facts.replicas.or(count);
    facts.role = facts.role.or_else(|| role(root));
    facts
}

fn integer(node: &Node) -> Option<i64> {
    match &node.value {
        Value::Int(value) => Some(*value),
        Value::Float(value) => whole(*value),
        _ => None,
    }
}

/// The role that the values give to the registry's ServiceAccount or pods.
fn role(root: &Node) -> Option<Role> {
    let text = |path: &[&str]| {
        let text = root.at(path)?.as_str()?;
        (!text.is_empty()).then_some(text)
    };
    let account = [
        "serviceAccount",
        "annotations",
        "eks.amazonaws.com/role-arn",
    ];
    if text(&account).is_some() {
        let name = text(&["serviceAccount", "name"]).unwrap_or("of the release");
        return Some(Role::ServiceAccount(name.to_owned()));
    }
    let pod = ["registry", "podAnnotations", "iam.amazonaws.com/role"];
    text(&pod).map(|_| Role::PodAnnotation("iam.amazonaws.com/role".to_owned()))
}
