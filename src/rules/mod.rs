//! The rules: one list, each with a stable code and the text that explains it. They judge; they change and print nothing.

pub mod cluster;
pub mod credentials;
pub mod endpoint;
pub mod habits;
pub mod home;
pub mod keys;
pub mod misplaced;
pub mod names;
pub mod probe;
pub mod rendered;
pub mod s3;
pub mod secrets;
pub mod shape;
pub mod stream;
pub mod swift;
pub mod switch;
pub mod transport;
pub mod upgrade;
pub mod volume;

mod text;

use crate::diag::{Diagnostic, Severity};
use crate::origin::Origin;
use crate::settings::Settings;
use crate::values::Node;
use crate::workload::Role;

/// A rule, as `check --list-rules` and the page of rules show it.
#[derive(Debug)]
pub struct Rule {
    /// Stable, kebab-case; also the heading of its explanation.
    pub code: &'static str,
    /// How much its findings weigh unless the user turns it.
    pub severity: Severity,
    /// One line: what is found.
    pub summary: &'static str,
    /// Why it matters: what happens to the registry otherwise, and the source of that knowledge.
    pub why: &'static str,
    /// How to mend it.
    pub fix: &'static str,
}

/// What the rules of meaning judge: settings of the right shape, and what is known of the place they go to.
pub struct Subject<'a> {
    /// The tree under `registry.storage`, for places.
    pub storage: &'a Node,
    /// The same, read.
    pub settings: &'a Settings,
    /// What is known around them.
    pub facts: &'a Facts,
}

impl Facts {
    /// Whether a role that is set can serve settings: not where the requests go to another service than AWS, unless the user says so.
    pub fn role_applies(&self, settings: &Settings) -> bool {
        let forced = self.role.as_ref().is_some_and(|role| *role == Role::Switch);
        settings.backend.name == "s3" && (forced || s3::on_aws(settings))
    }

    /// Whether a role serves, so that keys only stand in its way.
    pub fn role_serves(&self, settings: &Settings) -> bool {
        self.role.is_some() && !self.keep_keys && self.role_applies(settings)
    }
}

/// What is known of the place that settings go to.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Whether they go to Swarm, where Kubernetes' rules do not hold.
    pub swarm: bool,
    /// Whether the chart is not MSR's (chosen by `--selector`): MSR's own limits do not hold.
    pub foreign: bool,
    /// The role that the registry's pods run under.
    pub role: Option<Role>,
    /// Keys stay although a role is set (`--keep-keys`).
    pub keep_keys: bool,
    /// Whether a cluster may take them as they stand, past the post-renderer: those of a custom resource in a file.
    pub applied: bool,
    /// How many pods of the registry run.
    pub replicas: Option<i64>,
    /// Regions let through by `--allow-region`.
    pub allowed_regions: Vec<String>,
    /// The image that the registry's container runs.
    pub image: Option<String>,
    /// The claim that holds the images so far.
    pub claim: Option<Claim>,
    /// The access mode that the claim has, or would be made with, where the settings name none.
    pub claim_mode: Option<String>,
}

/// A claim that is there.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// The storage it asks for, as a quantity.
    pub size: String,
    /// Where that stands, if in an input.
    pub origin: Option<Origin>,
}

/// Every rule, in the order of the page of rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        home::RULES,
        shape::RULES,
        credentials::RULES,
        s3::RULES,
        volume::RULES,
        names::RULES,
        endpoint::RULES,
        swift::RULES,
        secrets::RULES,
        keys::RULES,
        transport::RULES,
        habits::RULES,
        cluster::RULES,
        rendered::RULES,
        upgrade::RULES,
        stream::RULES,
        switch::RULES,
        probe::RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Judges settings by every rule that the post-renderer enforces.
pub fn judge(subject: &Subject) -> Vec<Diagnostic> {
    [
        credentials::judge,
        endpoint::judge,
        s3::judge,
        volume::judge,
    ]
    .into_iter()
    .flat_map(|family| family(subject))
    .collect()
}

/// Judges settings by what only `check` looks at: what is likely wrong, or wrong in a way that only the cloud would tell.
pub fn second_look(subject: &Subject) -> Vec<Diagnostic> {
    [
        names::look,
        endpoint::look,
        swift::look,
        secrets::look,
        keys::look,
        transport::look,
        volume::look,
        habits::look,
        cluster::look,
    ]
    .into_iter()
    .flat_map(|family| family(subject))
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_kebab_case() {
        let mut codes = BTreeSet::new();
        for rule in all() {
            assert!(codes.insert(rule.code), "{} twice", rule.code);
            assert!(
                rule.code
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
                "{}",
                rule.code
            );
        }
    }

    #[test]
    fn every_rule_explains_itself() {
        for rule in all() {
            assert!(
                !rule.summary.ends_with('.'),
                "{}: a line, not a sentence",
                rule.code
            );
            assert!(
                rule.why.ends_with('.') && rule.fix.ends_with('.'),
                "{}: sentences",
                rule.code
            );
        }
    }
}
