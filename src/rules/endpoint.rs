//! Rules on where requests go: endpoints, realms, OSS's regions. They open no connection.

use super::text::{Url, is_placeholder};
use super::{Rule, Subject};
use crate::diag::{Diagnostic, Severity, shown};
use crate::settings::{Scalar, Setting};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &ENDPOINT_FORM,
    &ENDPOINT_SECURE,
    &OSS_REGION,
    &OSS_ENDPOINT,
    &REALM_FORM,
];

static ENDPOINT_FORM: Rule = Rule {
    code: "endpoint-form",
    severity: Severity::Error,
    summary: "an endpoint with a wrong scheme, a path, or something else that is no host",
    why: "The driver puts the bucket and the object after the endpoint: with a path in it every request goes to another object, with another scheme than http or https to none at all.",
    fix: "Give scheme, host and port alone: https://minio.example.com:9000.",
};
static ENDPOINT_SECURE: Rule = Rule {
    code: "endpoint-secure",
    severity: Severity::Warning,
    summary: "secure says one thing, the endpoint's scheme another",
    why: "A scheme in regionendpoint overrides secure (docker/distribution 2.8, tried): with http:// keys and images travel in plain text although secure is true.",
    fix: "Make them agree, or leave secure out.",
};
static OSS_REGION: Rule = Rule {
    code: "oss-region",
    severity: Severity::Error,
    summary: "an OSS region without its oss- prefix",
    why: "The driver builds the host BUCKET.REGION.aliyuncs.com from it: without oss- that host does not exist (docker/distribution 2.8, tried).",
    fix: "Write oss- before the region: oss-cn-hangzhou.",
};
static OSS_ENDPOINT: Rule = Rule {
    code: "oss-endpoint",
    severity: Severity::Error,
    summary: "an OSS endpoint with a scheme or a path, or without the bucket",
    why: "The driver takes the endpoint as the host to call, and writes the scheme before it; the bucket is told by the host alone (docker/distribution 2.8, tried).",
    fix: "Give the host with the bucket in front: BUCKET.oss-cn-hangzhou.aliyuncs.com; secure decides on HTTPS.",
};
static REALM_FORM: Rule = Rule {
    code: "realm-form",
    severity: Severity::Error,
    summary: "an Azure realm that is more than a domain suffix",
    why: "The driver calls ACCOUNTNAME.blob.REALM: with a scheme, the account or `blob` in the realm that host does not exist.",
    fix: "Give the suffix alone: core.windows.net, core.chinacloudapi.cn, core.usgovcloudapi.net.",
};

/// Judges the family.
pub fn look(subject: &Subject) -> Vec<Diagnostic> {
    match subject.settings.backend.name {
        "s3" => s3(subject),
        "swift" => authurl(subject).into_iter().collect(),
        "oss" => oss_region(subject)
            .into_iter()
            .chain(oss_endpoint(subject))
            .collect(),
        "azure" => realm(subject).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A text field that holds no placeholder, which another rule finds.
fn field<'a>(subject: &Subject<'a>, name: &str) -> Option<(&'a Setting, &'a str)> {
    let text = subject.settings.text(name)?;
    let setting = subject.settings.get(name)?;
    (!is_placeholder(text)).then_some((setting, text))
}

fn found(
    subject: &Subject,
    rule: &'static Rule,
    setting: &Setting,
    trouble: &str,
    help: String,
) -> Diagnostic {
    let path = subject.settings.backend.path(setting.field);
    Diagnostic::new(rule, format!("{path} {trouble}"))
        .at(&setting.origin)
        .help(help)
}

fn s3(subject: &Subject) -> Vec<Diagnostic> {
    let Some((setting, text)) = field(subject, "regionendpoint") else {
        return Vec::new();
    };
    let url = Url::of(text);
    let bucket = subject.settings.text("bucket").unwrap_or_default();
    let form = form(&url, text).or_else(|| {
        let path = url.rest.trim_matches('/');
        let what = if path == bucket {
            "the bucket"
        } else {
            "a path"
        };
        (!path.is_empty()).then(|| format!("has {what} in it"))
    });
    let form = form.map(|trouble| {
        let scheme = url.scheme.filter(|_| is_http(&url));
        let scheme = scheme.map(|scheme| format!("{scheme}://"));
        let help = format!(
            "write {}{}",
            scheme.unwrap_or_default(),
            shown(url.authority)
        );
        found(subject, &ENDPOINT_FORM, setting, &trouble, help)
    });
    form.into_iter().chain(secure(subject, &url)).collect()
}

fn is_http(url: &Url) -> bool {
    url.has_scheme("http") || url.has_scheme("https")
}

/// What no endpoint may have.
fn form(url: &Url, text: &str) -> Option<String> {
    if let Some(scheme) = url.scheme.filter(|_| !is_http(url)) {
        let scheme = shown(scheme);
        return Some(format!(
            "has the scheme `{scheme}`, but must have http or https"
        ));
    }
    let trouble = if url.user {
        "has a user's name in it, which the driver does not use"
    } else if text.chars().any(char::is_whitespace) {
        "has white space in it"
    } else if url.authority.is_empty() {
        "has no host"
    } else {
        return None;
    };
    Some(trouble.to_owned())
}

fn secure(subject: &Subject, url: &Url) -> Option<Diagnostic> {
    let setting = subject.settings.get("secure")?;
    let (scheme, effect) = match setting.value {
        Scalar::Bool(true) if url.has_scheme("http") => {
            ("http", "keys and images go in plain text")
        }
        Scalar::Bool(false) if url.has_scheme("https") => ("https", "HTTPS is used all the same"),
        _ => return None,
    };
    let endpoint = subject.settings.get("regionendpoint")?;
    let message = format!(
        "registry.storage.s3.secure is {}, but regionendpoint begins with {scheme}://, which decides: {effect}",
        setting.value
    );
    Some(
        Diagnostic::new(&ENDPOINT_SECURE, message)
            .at(&setting.origin)
            .related(&endpoint.origin, "the scheme that decides")
            .help("leave secure out, or let the scheme say the same"),
    )
}

fn authurl(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "authurl")?;
    let url = Url::of(text);
    let trouble =
        form(&url, text).or_else(|| url.scheme.is_none().then(|| "has no scheme".to_owned()))?;
    let help = "write it as https://keystone.example.com:5000/v3".to_owned();
    Some(found(subject, &ENDPOINT_FORM, setting, &trouble, help))
}

fn oss_region(subject: &Subject) -> Option<Diagnostic> {
    let (setting, region) = field(subject, "region")?;
    if region.starts_with("oss-") {
        return None;
    }
    let trouble = format!("is `{}`, without the prefix oss-", shown(region));
    let help = format!("write oss-{}", shown(region));
    Some(found(subject, &OSS_REGION, setting, &trouble, help))
}

fn oss_endpoint(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "endpoint")?;
    let url = Url::of(text);
    let bucket = subject.settings.text("bucket").unwrap_or("BUCKET");
    let in_host = url
        .authority
        .strip_prefix(bucket)
        .is_some_and(|rest| rest.starts_with('.'));
    let trouble = if url.scheme.is_some() {
        "has a scheme; secure decides on HTTPS"
    } else if !url.rest.is_empty() {
        "has a path in it"
    } else if !in_host {
        "does not begin with the bucket"
    } else {
        return None;
    };
    let host = if in_host {
        url.authority.to_owned()
    } else {
        format!("{bucket}.{}", url.authority)
    };
    Some(found(
        subject,
        &OSS_ENDPOINT,
        setting,
        trouble,
        format!("write {}", shown(&host)),
    ))
}

fn realm(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "realm")?;
    let url = Url::of(text);
    let host = url.authority;
    let blob = host.split_once("blob.").map(|(_, suffix)| suffix);
    let trouble = if url.scheme.is_some() {
        "has a scheme"
    } else if !url.rest.is_empty() {
        "has a path in it"
    } else if blob.is_some() {
        "has the account's host in it"
    } else if host.starts_with('.') {
        "begins with a dot"
    } else {
        return None;
    };
    let suffix = blob.unwrap_or(host).trim_start_matches('.');
    Some(found(
        subject,
        &REALM_FORM,
        setting,
        trouble,
        format!("write {}", shown(suffix)),
    ))
}
