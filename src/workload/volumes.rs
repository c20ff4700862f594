//! The claims that a workload mounts, and where. It changes nothing.

use serde_json::Value;

use super::object::Object;
use super::select::Container;

/// A volume of a workload that a claim stands behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimVolume {
    /// The volume's name in the pod.
    pub volume: String,
    /// The claim.
    pub claim: Claim,
}

/// Which claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// An object of its own, by name.
    Named(String),
    /// A StatefulSet's template, by its place in `volumeClaimTemplates`.
    Template(usize),
}

/// The volumes of a workload that claims stand behind.
pub fn claim_volumes(object: &Object) -> Vec<ClaimVolume> {
    let volumes = object.pod()["spec"]["volumes"]
        .as_array()
        .into_iter()
        .flatten();
    let named = volumes.filter_map(|volume| {
        let claim = volume["persistentVolumeClaim"]["claimName"].as_str()?;
        Some(ClaimVolume {
            volume: volume["name"].as_str()?.to_owned(),
            claim: Claim::Named(claim.to_owned()),
        })
    });
    let templates = object.value["spec"]["volumeClaimTemplates"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate();
    let templates = templates.filter_map(|(index, template)| {
        Some(ClaimVolume {
            volume: template["metadata"]["name"].as_str()?.to_owned(),
            claim: Claim::Template(index),
        })
    });
    named.chain(templates).collect()
}

/// The claims that a container mounts, each with the mount's path.
pub fn claim_mounts(object: &Object, container: &Container) -> Vec<(ClaimVolume, String)> {
    let claims = claim_volumes(object);
    container
        .mounts()
        .iter()
        .filter_map(|mount| {
            let claim = claims.iter().find(|claim| mount["name"] == claim.volume)?;
            Some((claim.clone(), mount["mountPath"].as_str()?.to_owned()))
        })
        .collect()
}

/// The claim that images lie on: of several that a container mounts, the one whose path holds `root`, or whose name or path speaks of it; else the first.
pub fn images_claim(
    object: &Object,
    container: &Container,
    root: Option<&str>,
) -> Option<(ClaimVolume, String)> {
    let mounts = claim_mounts(object, container);
    let holds = root.and_then(|root| mounts.iter().find(|(_, path)| is_within(root, path)));
    let named = || {
        mounts.iter().find(|(claim, path)| {
            claim.volume.contains("storage")
                || path.contains("storage")
                || path.contains("registry")
        })
    };
    holds.or_else(named).or_else(|| mounts.first()).cloned()
}

/// Whether a path is `dir` or lies in it.
pub fn is_within(path: &str, dir: &str) -> bool {
    path.strip_prefix(dir.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The volume of a pod by name, and its place.
pub fn volume<'a>(object: &'a Object, name: &str) -> Option<(usize, &'a Value)> {
    object.pod()["spec"]["volumes"]
        .as_array()?
        .iter()
        .enumerate()
        .find(|(_, volume)| volume["name"] == name)
}
