//! How the probe's troubles are worded, and which permission a step needs. It decides no severity and no place.

use super::Failed;
use crate::check::probe::protocol::{Kind, What};
use crate::guide::policy::ACTIONS;

/// A step's name in a sentence.
pub fn step(what: What) -> &'static str {
    match what {
        What::Reach => "reach",
        What::SignIn => "sign in",
        What::List => "list",
        What::Write => "write",
        What::Read => "read",
        What::Multipart => "multipart",
        What::Delete => "delete",
    }
}

fn store<'a>(failed: &Failed<'a>) -> &'a str {
    let settings = failed.settings;
    let name = settings.text("bucket").or(settings.text("container"));
    name.unwrap_or_default()
}

/// What the store said, after a colon: its code, its words, both, or nothing.
fn said(failed: &Failed) -> String {
    let trouble = failed.trouble;
    let parts = [trouble.code.as_str(), trouble.said.as_str()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        [] => String::new(),
        parts => format!(": {}", parts.join(", ")),
    }
}

pub(super) fn message(failed: &Failed) -> String {
    let (endpoint, store, said) = (failed.endpoint, store(failed), said(failed));
    let backend = failed.settings.backend.name;
    let step = step(failed.what);
    match failed.trouble.kind {
        Kind::Name => format!("{endpoint} has no address: its name is not known here{said}"),
        Kind::Connection => format!("no connection to {endpoint}{said}"),
        Kind::Proxy => format!("the proxy lets no connection through to {endpoint}{said}"),
        Kind::Time => format!(
            "{step}: no answer from {endpoint} within {} s{said}",
            failed.seconds
        ),
        Kind::Tls => format!("TLS with {endpoint} fails{said}"),
        Kind::Region => match &failed.trouble.region {
            Some(region) => format!("{store} is in the region {region}{said}"),
            None => format!("{store} is in another region{said}"),
        },
        Kind::Credentials => format!("{endpoint} does not take the credentials{said}"),
        Kind::NoCredentials => {
            format!(
                "the values hold no keys, and there are no credentials in this environment{said}"
            )
        }
        Kind::NoStore => {
            let kind = if matches!(backend, "azure" | "swift") {
                "container"
            } else {
                "bucket"
            };
            format!("there is no {kind} {store} at {endpoint}{said}")
        }
        Kind::Denied => match permission(failed) {
            Some(needed) => format!("{step} is denied in {store}: {needed} is missing{said}"),
            None => format!("{step} is denied in {store}{said}"),
        },
        Kind::Differs => {
            format!("{step}: what was read from {store} is not what was written{said}")
        }
        Kind::Other => format!("{step} failed in {store}{said}"),
    }
}

/// What the account may not do, by the name that its cloud has for it.
fn permission(failed: &Failed) -> Option<&'static str> {
    let said = &failed.trouble.said;
    let steps = match failed.settings.backend.name {
        "s3" => {
            // AWS names the key's action where the bucket's is allowed.
            let kms = ACTIONS
                .iter()
                .filter(|action| action.name.starts_with("kms:"));
            if let Some(action) = kms.into_iter().find(|action| said.contains(action.name)) {
                return Some(action.name);
            }
            [
                "s3:ListBucket",
                "s3:PutObject",
                "s3:GetObject",
                "s3:DeleteObject",
            ]
        }
        "gcs" => [
            "storage.objects.list",
            "storage.objects.create",
            "storage.objects.get",
            "storage.objects.delete",
        ],
        "oss" => [
            "oss:ListObjects",
            "oss:PutObject",
            "oss:GetObject",
            "oss:DeleteObject",
        ],
        "swift" => [
            "the container's read right",
            "the container's write right",
            "the container's read right",
            "the container's write right",
        ],
        _ => return None,
    };
    let [list, write, read, delete] = steps;
    match failed.what {
        What::List => Some(list),
        What::Write | What::Multipart => Some(write),
        What::Read => Some(read),
        What::Delete => Some(delete),
        What::Reach | What::SignIn => None,
    }
}

/// Whether the missing right is one on the KMS key.
pub(super) fn is_about_key(failed: &Failed) -> bool {
    permission(failed).is_some_and(|needed| needed.starts_with("kms:"))
}

pub(super) fn help(failed: &Failed) -> Option<String> {
    let settings = failed.settings;
    let backend = settings.backend.name;
    let help = match failed.trouble.kind {
        Kind::Name => "mend the name, or run the probe where it is known".to_owned(),
        Kind::Connection => {
            "see that the service runs, that the port is right, and that a proxy which HTTPS_PROXY or HTTP_PROXY names answers"
                .to_owned()
        }
        Kind::Proxy => {
            "see HTTPS_PROXY and HTTP_PROXY; NO_PROXY names hosts to reach without it".to_owned()
        }
        Kind::Time => "see the network, or give it longer by --probe-timeout".to_owned(),
        Kind::Tls => {
            "name the issuer's certificate by SSL_CERT_FILE, and let the registry trust it too"
                .to_owned()
        }
        Kind::Region => {
            let region = failed.trouble.region.as_ref()?;
            format!("set registry.storage.{backend}.region to {region}")
        }
        Kind::Credentials if backend == "azure" => {
            "see the account's keys; its firewall may also let this address not in".to_owned()
        }
        Kind::Credentials => "copy the key again, without a line break at its end".to_owned(),
        Kind::NoCredentials => {
            "run the probe where the role's credentials are, or give the keys".to_owned()
        }
        Kind::NoStore if matches!(backend, "azure" | "swift") => {
            "mend the name; if a new store is meant, the registry creates it".to_owned()
        }
        Kind::NoStore => "mend the name, or create the bucket".to_owned(),
        Kind::Denied => return denied(failed),
        Kind::Differs | Kind::Other => return None,
    };
    Some(help)
}

fn denied(failed: &Failed) -> Option<String> {
    let needed = permission(failed)?;
    let action = ACTIONS.iter().find(|action| action.name == needed);
    Some(match action {
        Some(action) => format!(
            "allow {needed}; the registry needs it: {} msr-storage policy prints the least policy",
            action.why
        ),
        None => format!("grant {needed}"),
    })
}
