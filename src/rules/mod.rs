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

mod allow;
mod rule;
mod text;

pub(crate) use allow::useless;
pub use allow::{Allowed, BadCode};
pub use rule::{Allow, Check, Rule};

use crate::diag::{Diagnostic, Severity};
use crate::origin::Origin;
use crate::settings::{self, Settings};
use crate::values::Node;
use crate::workload::Role;

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

/// The rule of a code.
pub fn named(code: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.code == code)
}

/// Whether a rule misses something: where not everything is seen, that is not known.
pub fn is_of_absence(rule: &Rule) -> bool {
    [shape::MISSING_FIELD.code, credentials::HALF_A_PAIR.code].contains(&rule.code)
}

/// What the rules make of a tree of storage settings.
pub struct Verdict {
    /// What could be read of it, faulty or not: to be expanded only if every error was let through. `None` if not even a
    /// backend could be read.
    pub settings: Option<Settings>,
    /// What is known of the place that the settings go to.
    pub facts: Facts,
    /// All findings, of every severity.
    pub found: Vec<Diagnostic>,
}

/// Judges the tree under `registry.storage`: the one verdict of `check` and of the post-renderer. `existing_secret` is the
/// Secret named by flag, and `facts` tells what is known of the place that the settings go to.
pub fn judge(
    storage: &Node,
    existing_secret: Option<&Origin>,
    facts: impl FnOnce(&Settings) -> Facts,
) -> Verdict {
    let outcome = settings::read(storage, existing_secret);
    let mut found = outcome.faults;
    let Some(settings) = outcome.settings else {
        return Verdict {
            settings: None,
            facts: Facts::default(),
            found,
        };
    };
    let facts = facts(&settings);
    let subject = Subject {
        storage,
        settings: &settings,
        facts: &facts,
    };
    found.extend(all().flat_map(|rule| rule.judge(&subject)));
    if facts.foreign {
        let limits = found.iter_mut().filter(|found| found.rule.of_msr);
        limits.for_each(|found| found.severity = found.severity.min(Severity::Warning));
    }
    Verdict {
        settings: Some(settings),
        facts,
        found,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A rule that is written but not listed would be judged by nobody, explained nowhere, and could not be allowed.
    #[test]
    fn every_rule_that_is_written_is_listed() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let written: usize = sources(&folder)
            .iter()
            .map(|text| text.matches(concat!(": Rule =", " Rule {")).count())
            .sum();
        assert_eq!(written, all().count());
    }

    fn sources(folder: &std::path::Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut texts = Vec::new();
        for path in entries.map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                texts.extend(sources(&path));
            } else {
                texts.push(std::fs::read_to_string(path).unwrap());
            }
        }
        texts
    }

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
