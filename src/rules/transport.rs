//! Rules on what keys and images travel through. They open no connection.

use super::text::is_placeholder;
use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::endpoint::Endpoint;
use crate::settings::{Scalar, Setting};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&INSECURE_TRANSPORT];

static INSECURE_TRANSPORT: Rule = Rule {
    code: "insecure-transport",
    severity: Severity::Warning,
    summary: "a connection to the store that others can read or take over",
    why: "Over HTTP everyone on the way reads images, and a Swift password, and can change what is pulled; with insecureskipverify the registry takes any server's certificate, an attacker's too.",
    fix: "Use HTTPS with a certificate that the registry's image trusts, or add the CA to it; if the network is private, allow it: # msr-storage: allow insecure-transport.",
    check: Check::Many(insecure_transport),
    ..Rule::BASE
};

fn insecure_transport(subject: &Subject) -> Vec<Diagnostic> {
    let settings = subject.settings;
    let found = match settings.backend.name {
        "s3" => [plain_s3(subject), None],
        "oss" => [is_off(subject), None],
        "swift" => [plain_endpoint(subject, "authurl"), unverified(subject)],
        _ => [None, None],
    };
    let found = found.into_iter().flatten();
    found
        .map(|(setting, trouble, help)| {
            let path = settings.backend.path(setting.field);
            Diagnostic::new(&INSECURE_TRANSPORT, format!("{path} {trouble}"))
                .at(&setting.origin)
                .help(help)
        })
        .collect()
}

/// A setting, what it does, and what to do.
type Found<'a> = (&'a Setting, &'static str, &'static str);

/// A scheme decides; without one `secure` does.
fn plain_s3<'a>(subject: &Subject<'a>) -> Option<Found<'a>> {
    let settings = subject.settings;
    let has_scheme = settings
        .text("regionendpoint")
        .and_then(Endpoint::parse)
        .is_some_and(|endpoint| endpoint.scheme().is_some());
    if !has_scheme {
        return is_off(subject);
    }
    // `secure: true` beside it is a contradiction, which another rule says.
    let contradicts = settings
        .get("secure")
        .is_some_and(|setting| setting.value == Scalar::Bool(true));
    plain_endpoint(subject, "regionendpoint").filter(|_| !contradicts)
}

fn plain_endpoint<'a>(subject: &Subject<'a>, name: &str) -> Option<Found<'a>> {
    let setting = subject.settings.get(name)?;
    let text = subject.settings.text(name)?;
    let plain = Endpoint::parse(text).is_some_and(|endpoint| endpoint.scheme() == Some("http"))
        && !is_placeholder(text);
    plain.then_some((
        setting,
        match name {
            "authurl" => "begins with http://: the password travels in plain text",
            _ => "begins with http://: images travel in plain text, and can be changed on the way",
        },
        "use https://, or allow it if the network is private: # msr-storage: allow insecure-transport",
    ))
}

fn is_off<'a>(subject: &Subject<'a>) -> Option<Found<'a>> {
    let setting = subject.settings.get("secure")?;
    (setting.value == Scalar::Bool(false)).then_some((
        setting,
        "is false: images travel in plain text, and can be changed on the way",
        "leave it out for HTTPS, or allow it if the network is private: # msr-storage: allow insecure-transport",
    ))
}

fn unverified<'a>(subject: &Subject<'a>) -> Option<Found<'a>> {
    let setting = subject.settings.get("insecureskipverify")?;
    (setting.value == Scalar::Bool(true)).then_some((
        setting,
        "is true: the registry sends the password to any server that answers, whatever its certificate",
        "leave it out, and add the server's CA to those that the registry trusts",
    ))
}
