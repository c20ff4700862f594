//! Rules on names that the clouds refuse. They ask no cloud whether a name exists.

use super::text::is_placeholder;
use super::{Check, Rule, Subject, s3};
use crate::diag::{Diagnostic, Severity, shown};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&BUCKET_NAME, &RESERVED_NAME, &CONTAINER_NAME, &ACCOUNT_NAME];

static BUCKET_NAME: Rule = Rule {
    code: "bucket-name",
    severity: Severity::Error,
    summary: "a bucket's name that the cloud refuses",
    why: "No bucket of that name can exist, so the first push ends in a 500. Sources: “General purpose bucket naming rules” (Amazon S3), “Bucket naming guidelines” (Google Cloud Storage), “Bucket naming conventions” (Alibaba Cloud OSS). In us-east-1 S3's older, laxer names are let through, and for an S3-compatible service only what can't be a name anywhere is found.",
    fix: "Give the bucket's name alone: no URL, no ARN, no path; lower-case letters, digits and hyphens.",
    check: Check::One(bucket_name),
    ..Rule::BASE
};
static RESERVED_NAME: Rule = Rule {
    code: "reserved-name",
    severity: Severity::Warning,
    summary: "a bucket's name that the cloud keeps for itself",
    why: "New buckets can't have it; older ones may, and S3 takes an access point's alias (…-s3alias) for a bucket's name. Sources: “General purpose bucket naming rules” (Amazon S3), “Bucket naming guidelines” (Google Cloud Storage).",
    fix: "Check the name; an alias must be one that the registry's requests are allowed through.",
    check: Check::One(reserved_name),
    ..Rule::BASE
};
static CONTAINER_NAME: Rule = Rule {
    code: "container-name",
    severity: Severity::Error,
    summary: "a container's name that Azure or Swift refuses",
    why: "The registry creates a missing container when it starts, and stops where the name is refused. Sources: “Naming and referencing containers, blobs, and metadata” (Azure Storage), “Object Storage API overview” (OpenStack Swift: at most 256 bytes, no slash).",
    fix: "For Azure use 3 to 63 lower-case letters, digits and single hyphens; for Swift leave out slashes.",
    check: Check::One(container_name),
    ..Rule::BASE
};
static ACCOUNT_NAME: Rule = Rule {
    code: "account-name",
    severity: Severity::Error,
    summary: "an Azure storage account's name that can't be one",
    why: "The name is the first label of the store's host (ACCOUNTNAME.blob.REALM), and the driver refuses to start with anything but 3 to 24 lower-case letters and digits (docker/distribution 2.8.3, tried).",
    fix: "Give the account's name alone, without the host's other parts.",
    check: Check::One(account_name),
    ..Rule::BASE
};

fn bucket_name(subject: &Subject) -> Option<Diagnostic> {
    let trouble: fn(&Subject, &str) -> Option<String> = match subject.settings.backend.name {
        "s3" => s3_bucket,
        "gcs" => |_, name| gcs_bucket(name),
        "oss" => |_, name| oss_bucket(name),
        _ => return None,
    };
    named(subject, &BUCKET_NAME, "bucket", "a bucket's name", trouble)
}

fn reserved_name(subject: &Subject) -> Option<Diagnostic> {
    let trouble: fn(&Subject, &str) -> Option<String> = match subject.settings.backend.name {
        "s3" => |subject, name| reserved(name).filter(|_| s3::on_aws(subject.settings)),
        "gcs" => |_, name| googles(name),
        _ => return None,
    };
    named(
        subject,
        &RESERVED_NAME,
        "bucket",
        "a new bucket's name",
        trouble,
    )
}

fn container_name(subject: &Subject) -> Option<Diagnostic> {
    let trouble: fn(&Subject, &str) -> Option<String> = match subject.settings.backend.name {
        "azure" => azure_container,
        "swift" => |_, name| swift_container(name),
        _ => return None,
    };
    let what = "a container's name";
    named(subject, &CONTAINER_NAME, "container", what, trouble)
}

fn account_name(subject: &Subject) -> Option<Diagnostic> {
    let what = "a storage account's name";
    named(subject, &ACCOUNT_NAME, "accountname", what, azure_account)
}

/// The finding of a field whose text can't be a name.
fn named(
    subject: &Subject,
    rule: &'static Rule,
    field: &str,
    what: &str,
    trouble: fn(&Subject, &str) -> Option<String>,
) -> Option<Diagnostic> {
    let settings = subject.settings;
    let name = settings.text(field).filter(|name| !is_placeholder(name))?;
    let setting = settings.get(field)?;
    let trouble = trouble(subject, name)?;
    let (path, name) = (settings.backend.path(setting.field), shown(name));
    Some(
        Diagnostic::new(rule, format!("{path}: `{name}` can't be {what}: {trouble}"))
            .at(&setting.origin)
            .help(format!(
                "give {what} alone, as the cloud's console shows it"
            )),
    )
}

/// What can't be a name anywhere.
fn foreign(name: &str) -> Option<String> {
    let trouble = if name.contains("://") {
        "it is a URL"
    } else if name.starts_with("arn:") {
        "it is an ARN"
    } else if name.contains('/') {
        "it has a slash; a prefix goes into rootdirectory"
    } else if name.chars().any(char::is_whitespace) {
        "it has white space"
    } else {
        return None;
    };
    Some(trouble.to_owned())
}

fn length(name: &str, least: usize, most: usize) -> Option<String> {
    let count = name.len();
    (count < least || count > most)
        .then(|| format!("its length is {count}, but must be {least} to {most}"))
}

fn characters(name: &str, allowed: fn(char) -> bool, words: &str) -> Option<String> {
    let wrong = name.chars().find(|c| !allowed(*c))?;
    Some(format!("it has `{wrong}`, but may have {words} alone"))
}

fn ends(name: &str) -> Option<String> {
    let inner = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric());
    (!inner).then(|| "it must begin and end with a letter or a digit".to_owned())
}

fn is_address(name: &str) -> bool {
    name.parse::<std::net::Ipv4Addr>().is_ok()
}

fn lower(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit()
}

fn s3_bucket(subject: &Subject, name: &str) -> Option<String> {
    if let Some(trouble) = foreign(name) {
        return Some(trouble);
    }
    if !s3::on_aws(subject.settings) {
        return None;
    }
    if subject.settings.text("region") == Some("us-east-1") {
        let older = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
        return length(name, 3, 255).or_else(|| {
            characters(
                name,
                older,
                "letters, digits, hyphens, dots and underscores",
            )
        });
    }
    length(name, 3, 63)
        .or_else(|| {
            let allowed = |c| lower(c) || c == '-' || c == '.';
            characters(
                name,
                allowed,
                "lower-case letters, digits, hyphens and dots",
            )
        })
        .or_else(|| ends(name))
        .or_else(|| {
            name.contains("..")
                .then(|| "it has two dots in a row".to_owned())
        })
        .or_else(|| is_address(name).then(|| "it is an IP address".to_owned()))
}

/// Prefixes and suffixes that S3 keeps for itself.
fn reserved(name: &str) -> Option<String> {
    let prefix = ["xn--", "sthree-", "amzn-s3-demo-"]
        .into_iter()
        .find(|prefix| name.starts_with(prefix));
    let suffix = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"]
        .into_iter()
        .find(|suffix| name.ends_with(suffix));
    let part = prefix.or(suffix)?;
    Some(format!("`{part}` is reserved"))
}

fn gcs_bucket(name: &str) -> Option<String> {
    let most = if name.contains('.') { 222 } else { 63 };
    foreign(name)
        .or_else(|| length(name, 3, most))
        .or_else(|| {
            let allowed = |c| lower(c) || matches!(c, '-' | '_' | '.');
            characters(
                name,
                allowed,
                "lower-case letters, digits, hyphens, underscores and dots",
            )
        })
        .or_else(|| ends(name))
        .or_else(|| is_address(name).then(|| "it is an IP address".to_owned()))
}

fn googles(name: &str) -> Option<String> {
    let google = name.starts_with("goog") || name.contains("google");
    google.then(|| "names with `goog` in front or `google` in them are Google's".to_owned())
}

fn oss_bucket(name: &str) -> Option<String> {
    foreign(name)
        .or_else(|| length(name, 3, 63))
        .or_else(|| {
            let allowed = |c| lower(c) || c == '-';
            characters(name, allowed, "lower-case letters, digits and hyphens")
        })
        .or_else(|| ends(name))
}

fn azure_container(_: &Subject, name: &str) -> Option<String> {
    if ["$root", "$web", "$logs"].contains(&name) {
        return None;
    }
    foreign(name)
        .or_else(|| length(name, 3, 63))
        .or_else(|| {
            let allowed = |c| lower(c) || c == '-';
            characters(name, allowed, "lower-case letters, digits and hyphens")
        })
        .or_else(|| ends(name))
        .or_else(|| {
            name.contains("--")
                .then(|| "it has two hyphens in a row".to_owned())
        })
}

fn azure_account(_: &Subject, name: &str) -> Option<String> {
    length(name, 3, 24).or_else(|| characters(name, lower, "lower-case letters and digits"))
}

fn swift_container(name: &str) -> Option<String> {
    if name.contains('/') {
        return Some("it has a slash; a prefix goes into prefix".to_owned());
    }
    length(name, 1, 256).map(|_| "it has more than 256 bytes".to_owned())
}
