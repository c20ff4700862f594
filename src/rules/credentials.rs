//! Rules on keys and roles. They never look at a secret's value, only at whether it is there.

use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::origin::SourceKind;
use crate::schema::Field;
use crate::settings::{Setting, is_blank};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&HALF_A_PAIR, &KEYS_IN_TWO_PLACES, &KEYS_BESIDE_ROLE];

pub(super) static HALF_A_PAIR: Rule = Rule {
    code: "half-a-key-pair",
    severity: Severity::Error,
    summary: "one key of a pair without the other",
    why: "The driver takes one key as none and asks the environment for credentials, or signs with half of them: every request is refused.",
    fix: "Set both keys, or neither to use the environment's role.",
    check: Check::One(half_a_pair),
    ..Rule::BASE
};
static KEYS_IN_TWO_PLACES: Rule = Rule {
    code: "keys-in-two-places",
    severity: Severity::Error,
    summary: "a secret field in the values beside an existing Secret",
    why: "Only one of them can reach the registry: a key changed in the Secret would seem to do nothing while the old one stands in the values.",
    fix: "Remove the secret fields from the values, or leave existingSecret out.",
    check: Check::One(keys_in_two_places),
    ..Rule::BASE
};
static KEYS_BESIDE_ROLE: Rule = Rule {
    code: "keys-beside-role",
    severity: Severity::Warning,
    summary: "static keys beside an IAM role",
    why: "Static keys win over the role in the SDK's chain, so the role is never used; the post-renderer therefore drops the keys.",
    fix: "Remove the keys from the values, or say --keep-keys where they are meant.",
    check: Check::One(keys_beside_role),
    ..Rule::BASE
};

fn half_a_pair(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    let present = settings.fields.iter().find(|setting| {
        let other = setting
            .field
            .pair
            .and_then(|name| settings.backend.field(name));
        other.is_some_and(|other| {
            settings.get(other.name).is_none()
                && !settings.from_existing_secret(other)
                && !is_written(subject, other.name)
        })
    })?;
    let missing = present.field.pair?;
    let message = format!(
        "{} is set without {missing}",
        settings.backend.path(present.field)
    );
    Some(
        Diagnostic::new(&HALF_A_PAIR, message)
            .at(&present.origin)
            .help(format!(
                "set {missing} too, or leave both out to use the environment's role"
            )),
    )
}

/// Whether a field has a value that another rule found wrong.
fn is_written(subject: &Subject, field: &str) -> bool {
    let path = [subject.settings.backend.name, field];
    subject
        .storage
        .at(&path)
        .is_some_and(|node| !is_blank(node))
}

fn keys_in_two_places(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    // A role drops both.
    if subject.facts.role_serves(settings) {
        return None;
    }
    let secret = settings.get(Field::EXISTING_SECRET_NAME)?;
    // In a rendered workload each key has a source of its own, and a Secret stands for those that are read from one.
    let is_given = |setting: &Setting| setting.origin.source.kind != SourceKind::Manifest;
    let mut keys = settings
        .fields
        .iter()
        .filter(|setting| setting.field.secret);
    let key = keys.find(|setting| is_given(setting))?;
    let message = format!(
        "{} is set although existingSecret names a Secret that holds it",
        settings.backend.path(key.field)
    );
    Some(
        Diagnostic::new(&KEYS_IN_TWO_PLACES, message)
            .at(&key.origin)
            .help(format!(
                "remove {} from the values, or leave existingSecret out",
                key.field.name
            ))
            .related(&secret.origin, "the Secret is named here"),
    )
}

fn keys_beside_role(subject: &Subject) -> Option<Diagnostic> {
    let Subject {
        settings, facts, ..
    } = subject;
    let role = facts.role.as_ref()?;
    if !facts.role_serves(settings) {
        return None;
    }
    let key = settings
        .fields
        .iter()
        .find(|setting| setting.field.pair.is_some())?;
    let message = format!(
        "{} stands beside a role ({role}), which it would defeat",
        settings.backend.path(key.field)
    );
    Some(
        Diagnostic::new(&KEYS_BESIDE_ROLE, message)
            .at(&key.origin)
            .help("remove accesskey and secretkey; the post-renderer drops them"),
    )
}
