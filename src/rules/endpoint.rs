//! Rules on where requests go: endpoints, realms, OSS's regions. They open no connection.

use super::text::is_placeholder;
use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity};
use crate::endpoint::{Endpoint, Extra};
use crate::mask;
use crate::schema::Shape;
use crate::settings::{Scalar, Setting};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &ENDPOINT_CREDENTIALS,
    &ENDPOINT_FORM,
    &ENDPOINT_PATH,
    &ENDPOINT_SECURE,
    &OSS_REGION,
    &OSS_ENDPOINT,
    &REALM_FORM,
];

static ENDPOINT_CREDENTIALS: Rule = Rule {
    code: "endpoint-credentials",
    severity: Severity::Error,
    summary: "an endpoint with a user name, a password, a query or a fragment in it",
    why: "The drivers sign requests with the fields that hold the keys and use none of it; but an endpoint is written into the workload in plain text, where everyone who may read pods reads the password or the signature.",
    fix: "Give scheme, host and port alone; keys belong in the backend's secret fields. Replace a password or a signature that stood there.",
    check: Check::Many(endpoint_credentials),
    ..Rule::BASE
};
static ENDPOINT_FORM: Rule = Rule {
    code: "endpoint-form",
    severity: Severity::Error,
    summary: "an endpoint with a wrong scheme, the bucket, or something else that is no host",
    why: "The driver puts the bucket and the object after the endpoint: with the bucket in it every request goes to another object, with another scheme than http or https to none at all.",
    fix: "Give scheme, host and port alone: https://minio.example.com:9000.",
    check: Check::One(endpoint_form),
    ..Rule::BASE
};
static ENDPOINT_PATH: Rule = Rule {
    code: "endpoint-path",
    severity: Severity::Warning,
    summary: "an S3 endpoint with a path",
    why: "The driver puts bucket and object after it: few services answer below a path.",
    fix: "Give scheme, host and port alone, unless the service asks for the path.",
    check: Check::One(endpoint_path),
    ..Rule::BASE
};
static ENDPOINT_SECURE: Rule = Rule {
    code: "endpoint-secure",
    severity: Severity::Warning,
    summary: "secure says one thing, the endpoint's scheme another",
    why: "A scheme in regionendpoint overrides secure (docker/distribution 2.8, tried): with http:// keys and images travel in plain text although secure is true.",
    fix: "Make them agree, or leave secure out.",
    check: Check::One(endpoint_secure),
    ..Rule::BASE
};
static OSS_REGION: Rule = Rule {
    code: "oss-region",
    severity: Severity::Error,
    summary: "an OSS region without its oss- prefix",
    why: "The driver builds the host BUCKET.REGION.aliyuncs.com from it: without oss- that host does not exist (docker/distribution 2.8, tried).",
    fix: "Write oss- before the region: oss-cn-hangzhou.",
    check: Check::One(oss_region),
    ..Rule::BASE
};
static OSS_ENDPOINT: Rule = Rule {
    code: "oss-endpoint",
    severity: Severity::Error,
    summary: "an OSS endpoint with a scheme or a path, or without the bucket",
    why: "The driver takes the endpoint as the host to call, and writes the scheme before it; the bucket is told by the host alone (docker/distribution 2.8, tried).",
    fix: "Give the host with the bucket in front: BUCKET.oss-cn-hangzhou.aliyuncs.com; secure decides on HTTPS.",
    check: Check::One(oss_endpoint),
    ..Rule::BASE
};
static REALM_FORM: Rule = Rule {
    code: "realm-form",
    severity: Severity::Error,
    summary: "an Azure realm that is more than a domain suffix",
    why: "The driver calls ACCOUNTNAME.blob.REALM: with a scheme, the account or `blob` in the realm that host does not exist.",
    fix: "Give the suffix alone: core.windows.net, core.chinacloudapi.cn, core.usgovcloudapi.net.",
    check: Check::One(realm_form),
    ..Rule::BASE
};

fn endpoint_form(subject: &Subject) -> Option<Diagnostic> {
    match subject.settings.backend.name {
        "s3" => regionendpoint(subject),
        "swift" => authurl(subject),
        _ => None,
    }
}

/// A text field that holds no placeholder, which another rule finds.
fn field<'a>(subject: &Subject<'a>, name: &str) -> Option<(&'a Setting, &'a str)> {
    let text = subject.settings.text(name)?;
    let setting = subject.settings.get(name)?;
    (!is_placeholder(text)).then_some((setting, text))
}

fn is(subject: &Subject, backend: &str) -> bool {
    subject.settings.backend.name == backend
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

/// What every backend's endpoint is judged by. The value is not a placeholder's alone: `https://me:<password>@host` shows the user's name.
fn endpoint_credentials(subject: &Subject) -> Vec<Diagnostic> {
    let fields = subject.settings.fields.iter();
    let endpoints = fields.filter(|setting| setting.field.shape == Shape::Endpoint);
    endpoints
        .filter_map(|setting| {
            let Scalar::Text(text) = &setting.value else {
                return None;
            };
            let extra = Extra::of(text)?;
            let trouble = format!("has {extra} in it, which the driver does not use");
            let help = match Endpoint::parse(text) {
                Some(endpoint) => written(setting, &endpoint.to_string()),
                None => "give scheme, host and port alone".to_owned(),
            };
            Some(found(
                subject,
                &ENDPOINT_CREDENTIALS,
                setting,
                &trouble,
                help,
            ))
        })
        .collect()
}

/// What to write, if it may be shown.
fn written(setting: &Setting, text: &str) -> String {
    match mask::shown(setting.field, text) {
        mask::HIDDEN => "give the host alone".to_owned(),
        text => format!("write {text}"),
    }
}

fn regionendpoint(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "regionendpoint")?;
    let Some(url) = Endpoint::parse(text) else {
        return Some(unreadable(subject, setting, text));
    };
    let bucket = subject.settings.text("bucket").unwrap_or_default();
    let trouble = form(&url, text).or_else(|| {
        let path = url.path().trim_matches('/');
        let is_bucket = !path.is_empty() && path == bucket;
        is_bucket.then(|| "has the bucket in it".to_owned())
    })?;
    let scheme = url.scheme().filter(|_| is_http(&url));
    let scheme = scheme.map(|scheme| format!("{scheme}://"));
    let help = written(
        setting,
        &format!("{}{}", scheme.unwrap_or_default(), url.authority()),
    );
    Some(found(subject, &ENDPOINT_FORM, setting, &trouble, help))
}

fn endpoint_path(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "regionendpoint")?;
    let url = Endpoint::parse(text)?;
    let path = url.path().trim_matches('/');
    let bucket = subject.settings.text("bucket").unwrap_or_default();
    if path.is_empty() || path == bucket || form(&url, text).is_some() {
        return None;
    }
    let help = "give scheme, host and port alone, unless the service asks for the path";
    Some(found(
        subject,
        &ENDPOINT_PATH,
        setting,
        "has a path in it",
        help.to_owned(),
    ))
}

/// A text that is no endpoint at all.
fn unreadable(subject: &Subject, setting: &Setting, text: &str) -> Diagnostic {
    let trouble = if text.chars().any(char::is_whitespace) {
        "has white space in it"
    } else {
        "is neither a URL nor a host"
    };
    let help = format!("write it as {}", setting.field.example);
    found(subject, &ENDPOINT_FORM, setting, trouble, help)
}

fn is_http(url: &Endpoint) -> bool {
    matches!(url.scheme(), Some("http" | "https"))
}

/// What no endpoint may have.
fn form(url: &Endpoint, text: &str) -> Option<String> {
    if let Some(scheme) = url.scheme().filter(|_| !is_http(url)) {
        let scheme = if mask::is_word(scheme) {
            scheme
        } else {
            mask::HIDDEN
        };
        return Some(format!(
            "has the scheme `{scheme}`, but must have http or https"
        ));
    }
    let trouble = if text.chars().any(char::is_whitespace) {
        "has white space in it"
    } else if url.host().is_empty() || url.has_slashes_alone() {
        "has no host"
    } else {
        return None;
    };
    Some(trouble.to_owned())
}

fn endpoint_secure(subject: &Subject) -> Option<Diagnostic> {
    let (endpoint, text) = field(subject, "regionendpoint")?;
    let url = Endpoint::parse(text)?;
    let setting = subject.settings.get("secure")?;
    let (scheme, effect) = match setting.value {
        Scalar::Bool(true) if url.scheme() == Some("http") => {
            ("http", "keys and images go in plain text")
        }
        Scalar::Bool(false) if url.scheme() == Some("https") => {
            ("https", "HTTPS is used all the same")
        }
        _ => return None,
    };
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
    let Some(url) = Endpoint::parse(text) else {
        return Some(unreadable(subject, setting, text));
    };
    let trouble =
        form(&url, text).or_else(|| url.scheme().is_none().then(|| "has no scheme".to_owned()))?;
    let help = "write it as https://keystone.example.com:5000/v3".to_owned();
    Some(found(subject, &ENDPOINT_FORM, setting, &trouble, help))
}

fn oss_region(subject: &Subject) -> Option<Diagnostic> {
    let (setting, region) = field(subject, "region").filter(|_| is(subject, "oss"))?;
    // A VPC's region has its own word in front (vpc100-oss-…); beside an endpoint the driver asks for no region.
    if region.contains("oss-") || subject.settings.get("endpoint").is_some() {
        return None;
    }
    let region = mask::shown(setting.field, region);
    let trouble = format!("is `{region}`, without the prefix oss-");
    let help = written(setting, &format!("oss-{region}"));
    Some(found(subject, &OSS_REGION, setting, &trouble, help))
}

fn oss_endpoint(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "endpoint").filter(|_| is(subject, "oss"))?;
    let Some(url) = Endpoint::parse(text) else {
        let mut found = unreadable(subject, setting, text);
        found.rule = &OSS_ENDPOINT;
        return Some(found);
    };
    let bucket = subject.settings.text("bucket").unwrap_or("BUCKET");
    let in_host = url
        .host()
        .strip_prefix(bucket)
        .is_some_and(|rest| rest.starts_with('.'));
    let trouble = if url.scheme().is_some() || url.has_slashes_alone() {
        "has a scheme; secure decides on HTTPS"
    } else if !url.path().is_empty() {
        "has a path in it"
    } else if !in_host && url.is_under("aliyuncs.com") {
        // A domain of one's own is bound to a bucket.
        "does not begin with the bucket"
    } else {
        return None;
    };
    let host = if in_host {
        url.authority()
    } else {
        format!("{bucket}.{}", url.authority())
    };
    let help = written(setting, &host);
    Some(found(subject, &OSS_ENDPOINT, setting, trouble, help))
}

/// The suffix of a public cloud after the `blob.` that the driver writes itself; a private one may have such a label.
fn public_suffix(host: &str) -> Option<&str> {
    let (before, suffix) = host.split_once("blob.")?;
    let is_label = before.is_empty() || before.ends_with('.');
    let clouds = [
        "core.windows.net",
        "core.chinacloudapi.cn",
        "core.usgovcloudapi.net",
    ];
    Some(suffix).filter(|suffix| is_label && clouds.contains(&suffix.to_ascii_lowercase().as_str()))
}

fn realm_form(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) = field(subject, "realm")?;
    let Some(url) = Endpoint::parse(text) else {
        let mut found = unreadable(subject, setting, text);
        found.rule = &REALM_FORM;
        return Some(found);
    };
    let host = url.authority();
    let blob = public_suffix(&host);
    let trouble = if url.scheme().is_some() || url.has_slashes_alone() {
        "has a scheme"
    } else if !url.path().is_empty() {
        "has a path in it"
    } else if blob.is_some() {
        "has the account's host in it"
    } else if host.starts_with('.') {
        "begins with a dot"
    } else {
        return None;
    };
    let suffix = blob.unwrap_or(&host).trim_start_matches('.');
    let help = written(setting, suffix);
    Some(found(subject, &REALM_FORM, setting, trouble, help))
}
