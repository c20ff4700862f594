//! Finds storage settings in a tree of values or in a custom resource, wherever they may stand, and judges them. It reads no text.

use super::storage::{is_ours, is_surely_ours, judge};
use super::{Judged, Options, Target};
use crate::diag::Diagnostic;
use crate::rules::{Facts, home, stream};
use crate::schema::{Field, STORAGE_PATH};
use crate::settings::is_blank;
use crate::values::{Node, Value, whole};
use crate::workload::Role;

/// How deep an umbrella's subcharts are looked for.
const MAX_UMBRELLA: usize = 4;

/// Judges Helm values, or Swarm's `values.yaml`.
pub fn helm(root: &Node, options: &Options) -> Judged {
    let mut judged = Judged::default();
    if let Some(storage) = root
        .at(&["spec", "registry", "storage"])
        .filter(|node| is_ours(node))
    {
        judged.add(misplaced(
            root,
            storage,
            "spec.registry.storage",
            "registry.storage",
            "values",
            options,
        ));
    }
    if let Some(storage) = root.get("storage").filter(|node| is_surely_ours(node)) {
        judged.add(misplaced(
            root,
            storage,
            "storage",
            "registry.storage",
            "values",
            options,
        ));
    }
    judged.add(below(root, options, 0));
    judged
}

/// Judges an MSR custom resource.
pub fn custom_resource(root: &Node, options: &Options) -> Judged {
    let mut judged = Judged::default();
    let wanted = "spec.registry.storage";
    for (path, found) in [
        (&["registry", "storage"][..], "registry.storage"),
        (&["spec", "storage"], "spec.storage"),
        (&["storage"], "storage"),
    ] {
        if let Some(storage) = root.at(path).filter(|node| is_ours(node)) {
            judged.add(misplaced(
                root,
                storage,
                found,
                wanted,
                "a custom resource",
                options,
            ));
        }
    }
    if let Some(spec) = root.get("spec") {
        judged.add(below(spec, options, 0));
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

fn misplaced(
    root: &Node,
    storage: &Node,
    found: &str,
    wanted: &str,
    home: &str,
    options: &Options,
) -> Judged {
    let mut judged = Judged::of(home::wrong_nesting(storage, found, wanted, home));
    judged.add(judge(storage, &facts(root, options), options));
    judged
}

/// `registry.storage` of this tree, or of a subchart's below it.
fn below(root: &Node, options: &Options, depth: usize) -> Judged {
    let mut judged = Judged::default();
    let Some(map) = root.as_map() else {
        return judged;
    };
    if let Some((storage, misspelled)) = storage(root) {
        judged.found.extend(misspelled);
        judged.add(judge(storage, &facts(root, options), options));
    }
    if depth < MAX_UMBRELLA {
        for (key, node) in map {
            if key != "spec" && key != "registry" {
                judged.add(below(node, options, depth + 1));
            }
        }
    }
    judged
}

/// The settings of a tree, and what is misspelled on the way to them.
fn storage(root: &Node) -> Option<(&Node, Vec<Diagnostic>)> {
    let (registry, storage) = match (root.get("registry"), near(root, "registry")) {
        (Some(registry), _) if registry.get("storage").is_some_and(is_ours) => {
            return Some((registry.get("storage")?, Vec::new()));
        }
        (Some(registry), _) => (None, near(registry, "storage")?),
        (None, Some(near_registry)) => {
            let storage = near_registry.1.get("storage").map(|node| ("storage", node));
            (
                Some(near_registry),
                storage.or_else(|| near(near_registry.1, "storage"))?,
            )
        }
        (None, None) => return None,
    };
    if !is_ours(storage.1) {
        return None;
    }
    let mut found = Vec::new();
    let parent = registry.map_or("registry", |(key, _)| key);
    if let Some((key, node)) = registry {
        found.push(home::misspelled_key(node, key, "registry"));
    }
    if storage.0 != "storage" {
        let path = format!("{parent}.{}", storage.0);
        found.push(home::misspelled_key(storage.1, &path, "storage"));
    }
    Some((storage.1, found))
}

/// A key that is nearly `wanted`, by case or by a typo.
fn near<'a>(node: &'a Node, wanted: &str) -> Option<(&'a str, &'a Node)> {
    let near = |key: &str| {
        let lower = key.to_lowercase().replace(['-', '_'], "");
        key != wanted && strsim::damerau_levenshtein(&lower, wanted) <= 2
    };
    node.as_map()?
        .iter()
        .find(|(key, node)| near(key) && node.as_map().is_some())
        .map(|(key, node)| (key.as_str(), node))
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
