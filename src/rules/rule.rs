//! What a rule is: its code, how much it weighs, why, and how it judges. It holds no rule.

use super::Subject;
use crate::diag::{Diagnostic, Severity};

/// A rule, as `check --list-rules` and the page of rules show it. Its severity means the same in `check` and in a deploy.
#[derive(Debug)]
pub struct Rule {
    /// Stable, kebab-case; also the heading of its explanation.
    pub code: &'static str,
    /// How much its findings weigh.
    pub severity: Severity,
    /// One line: what is found.
    pub summary: &'static str,
    /// Why it matters: what happens to the registry otherwise, and the source of that knowledge.
    pub why: &'static str,
    /// How to fix it.
    pub fix: &'static str,
    /// How it judges settings.
    pub check: Check,
    /// Whether a finding can be let through.
    pub allow: Allow,
    /// Whether it is a limit of MSR's own, and so a mere warning for another chart (`--selector`).
    pub of_msr: bool,
    /// Whether only `check --probe` finds it, so that no deploy can.
    pub by_probe: bool,
    /// Whether it is about what goes past the post-renderer, so that no deploy by Helm meets it.
    pub past_deploy: bool,
}

/// How a rule judges settings.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// It has at most one finding.
    One(fn(&Subject) -> Option<Diagnostic>),
    /// It has any number of findings.
    Many(fn(&Subject) -> Vec<Diagnostic>),
    /// Its findings are made where values are read, objects are planned or manifests are compared.
    Elsewhere,
}

/// Whether `--allow CODE` and `# msr-storage: allow CODE` let a finding through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allow {
    /// They do.
    Yes,
    /// They don't, for the reason given: a sentence without a full stop that says what to do instead.
    No(&'static str),
}

impl Rule {
    /// What most rules have in common; the rest is each rule's own.
    pub const BASE: Self = Self {
        code: "",
        severity: Severity::Error,
        summary: "",
        why: "",
        fix: "",
        check: Check::Elsewhere,
        allow: Allow::Yes,
        of_msr: false,
        by_probe: false,
        past_deploy: false,
    };

    /// Judges settings.
    pub fn judge(&self, subject: &Subject) -> Vec<Diagnostic> {
        match self.check {
            Check::One(check) => check(subject).into_iter().collect(),
            Check::Many(check) => check(subject),
            Check::Elsewhere => Vec::new(),
        }
    }

    /// Whether the post-renderer refuses what it finds.
    pub fn stops_a_deploy(&self) -> bool {
        self.severity == Severity::Error && !self.by_probe && !self.past_deploy
    }
}
