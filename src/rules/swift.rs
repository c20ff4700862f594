//! Rules on Swift's authentication. They ask no Keystone.

use super::text::is_placeholder;
use super::{Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::settings::Scalar;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&AUTH_VERSION, &DOMAIN_WITHOUT_V3];

static AUTH_VERSION: Rule = Rule {
    code: "auth-version",
    severity: Severity::Error,
    summary: "authurl and authversion that don't fit",
    why: "The driver takes authversion, or else looks for v1, v2 or v3 in authurl; it stops where it finds none, and asks a version 2 address for version 3 tokens where they differ (ncw/swift 1.0.53).",
    fix: "Let authurl end in the version (…/v3), and leave authversion out or equal to it.",
};
static DOMAIN_WITHOUT_V3: Rule = Rule {
    code: "domain-without-v3",
    severity: Severity::Warning,
    summary: "a domain or trust without version 3 of the Identity API",
    why: "Only version 3 knows domains and trusts: with another the field is not sent, and the user is looked for elsewhere.",
    fix: "Use an authurl of version 3, or remove the field.",
};

/// Judges the family.
pub fn look(subject: &Subject) -> Vec<Diagnostic> {
    if subject.settings.backend.name != "swift" {
        return Vec::new();
    }
    auth_version(subject)
        .into_iter()
        .chain(domain(subject))
        .collect()
}

/// The version that an address names, as ncw/swift looks for it: anywhere in the text, 3 first.
fn named(url: &str) -> Option<i64> {
    [3, 2, 1]
        .into_iter()
        .find(|version| url.contains(&format!("v{version}")))
}

fn given(subject: &Subject) -> Option<i64> {
    match subject.settings.get("authversion")?.value {
        Scalar::Integer(version) => Some(version),
        _ => None,
    }
}

fn auth_version(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    let setting = settings.get("authurl")?;
    let url = settings
        .text("authurl")
        .filter(|url| !is_placeholder(url))?;
    match (named(url), settings.get("authversion"), given(subject)) {
        (None, None, _) => Some(
            Diagnostic::new(
                &AUTH_VERSION,
                "registry.storage.swift.authurl names no version, and authversion is not set",
            )
            .at(&setting.origin)
            .help("let it end in /v3, or set registry.storage.swift.authversion"),
        ),
        (Some(named), Some(version), Some(given)) if named != given => Some(
            Diagnostic::new(
                &AUTH_VERSION,
                format!("registry.storage.swift.authversion is {given}, but authurl is of version {named}"),
            )
            .at(&version.origin)
            .related(&setting.origin, format!("version {named}"))
            .help(format!("set authversion to {named}, or leave it out")),
        ),
        _ => None,
    }
}

fn domain(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    let version = given(subject).or_else(|| named(settings.text("authurl")?))?;
    let setting = ["domain", "domainid", "trustid"]
        .into_iter()
        .find_map(|name| settings.get(name))?;
    if version == 3 {
        return None;
    }
    Some(
        Diagnostic::new(
            &DOMAIN_WITHOUT_V3,
            format!(
                "{} is set, but version {version} of the Identity API has no such thing",
                settings.backend.path(setting.field)
            ),
        )
        .at(&setting.origin)
        .help("use an authurl that ends in /v3, or remove the field"),
    )
}
