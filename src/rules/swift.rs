//! Rules on Swift's authentication. They ask no Keystone.

use super::text::is_placeholder;
use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::settings::Scalar;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&AUTH_VERSION, &DOMAIN_WITHOUT_V3];

static AUTH_VERSION: Rule = Rule {
    code: "auth-version",
    severity: Severity::Error,
    summary: "authurl and authversion that don't fit",
    why: "The driver takes authversion, or else looks for v1, v2 or v3 in authurl; it stops if it finds none, and asks an address that ends in v2 for tokens of version 3 if they differ (ncw/swift 1.0.53, tried).",
    fix: "Let authurl end in the version (…/v3), and leave authversion out or equal to it.",
    check: Check::One(auth_version),
    ..Rule::BASE
};
static DOMAIN_WITHOUT_V3: Rule = Rule {
    code: "domain-without-v3",
    severity: Severity::Warning,
    summary: "a domain or trust without version 3 of the Identity API",
    why: "Only version 3 knows domains and trusts: with another the field is not sent, and the user is looked for elsewhere.",
    fix: "Use an authurl of version 3, or remove the field.",
    check: Check::One(domain),
    ..Rule::BASE
};

/// The version that an address names, as ncw/swift looks for it: anywhere in the text, 3 first.
fn named(url: &str) -> Option<i64> {
    [3, 2, 1]
        .into_iter()
        .find(|version| url.contains(&format!("v{version}")))
}

/// The version that an address ends in, which is the one that answers there.
fn answers(url: &str) -> Option<i64> {
    let last = url.trim_end_matches('/').rsplit('/').next()?;
    match last.strip_prefix('v')?.split('.').next()? {
        "1" => Some(1),
        "2" => Some(2),
        "3" => Some(3),
        _ => None,
    }
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
    let version = settings.get("authversion");
    let Some(asked) = given(subject).or_else(|| named(url).filter(|_| version.is_none())) else {
        return version.is_none().then(|| {
            Diagnostic::new(
                &AUTH_VERSION,
                "registry.storage.swift.authurl names no version, and authversion is not set",
            )
            .at(&setting.origin)
            .help("let it end in /v3, or set registry.storage.swift.authversion")
        });
    };
    let answers = answers(url).filter(|answers| *answers != asked && (1..=3).contains(&asked))?;
    let found = match version {
        Some(version) => Diagnostic::new(
            &AUTH_VERSION,
            format!("registry.storage.swift.authversion is {asked}, but authurl is of version {answers}"),
        )
        .at(&version.origin)
        .related(&setting.origin, format!("version {answers}")),
        None => Diagnostic::new(
            &AUTH_VERSION,
            format!("registry.storage.swift.authurl ends in version {answers}, but the driver finds v{asked} in it"),
        )
        .at(&setting.origin),
    };
    Some(found.help(format!(
        "set registry.storage.swift.authversion to {answers}"
    )))
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
