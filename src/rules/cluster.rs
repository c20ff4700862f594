//! Rules on settings against what is known of the cluster they go to: the registry's version, its replicas, its claim. They ask no cluster.

use super::volume::{claim, quantity};
use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::settings::Scalar;
use crate::workload::Role;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&ROLE_NOT_SERVED, &CLAIM_SHRINKS];

static ROLE_NOT_SERVED: Rule = Rule {
    code: "role-not-served",
    severity: Severity::Warning,
    summary: "a role that this version of the registry can't use",
    why: "The SDK in docker/distribution 2.x asks for credentials from keys, the environment, the shared file and EC2's metadata alone: web identity (IRSA) and EKS pod identity are never called, which shows only at the first push (tried with 2.8.2 and 2.8.3; 3.0.0 has them). MSR's own registry is built on 2.8.",
    fix: "Give the role by the node's instance profile, kiam or kube2iam, use keys in a Secret, or a registry of version 3.",
    check: Check::One(role_not_served),
    ..Rule::BASE
};
static CLAIM_SHRINKS: Rule = Rule {
    code: "claim-shrinks",
    severity: Severity::Warning,
    summary: "a size below that of the claim that is there",
    why: "Kubernetes refuses to shrink a PersistentVolumeClaim, and the upgrade ends half way. What is in an input need not be in the cluster: the upgrade itself, which knows what is deployed, refuses it as claim-fixed.",
    fix: "Keep the size, or raise it.",
    check: Check::One(claim_shrinks),
    ..Rule::BASE
};

fn role_not_served(subject: &Subject) -> Option<Diagnostic> {
    let role = subject.facts.role.as_ref()?;
    let web = matches!(
        role,
        Role::ServiceAccount(_) | Role::WebIdentity | Role::PodIdentity
    );
    let version = subject.facts.image.as_deref().and_then(old_registry)?;
    if !web || !subject.facts.role_applies(subject.settings) {
        return None;
    }
    let found = Diagnostic::new(
        &ROLE_NOT_SERVED,
        format!("the registry ({version}) can't use its role ({role}): its first push will fail"),
    )
    .help("give the role by the node's instance profile, or use keys");
    Some(match &subject.settings.chosen {
        Some(origin) => found.at(origin),
        None => found,
    })
}

/// What an image says of its registry where that is of version 2: MSR's own, or the distribution registry by its tag.
fn old_registry(image: &str) -> Option<&str> {
    let name = image.rsplit('/').next().unwrap_or(image);
    let without_digest = name.split('@').next().unwrap_or(name);
    let (repository, tag) = without_digest
        .split_once(':')
        .unwrap_or((without_digest, ""));
    let old = tag.trim_start_matches('v') == "2" || tag.trim_start_matches('v').starts_with("2.");
    let known = match repository {
        "msr-registry" => true,
        "registry" | "distribution" | "docker-registry" => old,
        _ => false,
    };
    known.then_some(without_digest)
}

fn claim_shrinks(subject: &Subject) -> Option<Diagnostic> {
    let there = subject.facts.claim.as_ref()?;
    let setting = claim(subject, "size")?;
    let Scalar::Text(size) = &setting.value else {
        return None;
    };
    if quantity(size)? >= quantity(&there.size)? {
        return None;
    }
    let found = Diagnostic::new(
        &CLAIM_SHRINKS,
        format!(
            "registry.storage.persistentVolume.size is {size}, but claim {} has {}: a claim never shrinks",
            there.name, there.size
        ),
    )
    .at(&setting.origin)
    .help(format!("set it to {} or more", there.size));
    Some(match &there.origin {
        Some(origin) => found.related(origin, "the claim"),
        None => found,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_registries_are_told_by_their_image() {
        assert!(old_registry("registry.mirantis.com/msr/msr-registry:3.1.4").is_some());
        assert!(old_registry("mirror:5000/registry:2.8.3@sha256:00").is_some());
        assert!(old_registry("registry:2").is_some());
        assert!(old_registry("docker.io/library/registry:3.0.0").is_none());
        assert!(old_registry("registry").is_none());
        assert!(old_registry("nginx:2").is_none());
    }
}
