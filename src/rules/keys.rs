//! Rules on keys that can't be what their field wants: the other key of the pair, or a key in base64. They read secrets, and no message holds one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Check, Rule, Subject, s3};
use crate::diag::{Diagnostic, Severity};
use crate::settings::Scalar;

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&SWAPPED_KEYS, &BASE64_KEY];

static SWAPPED_KEYS: Rule = Rule {
    code: "swapped-keys",
    severity: Severity::Error,
    summary: "an access key's id in secretkey",
    why: "An id of AWS has 20 characters and begins with AKIA or ASIA, a secret access key has 40: with an id in its place no signature is right, and every request is refused (“IAM identifiers”, AWS).",
    fix: "Put the id (AKIA…) into accesskey, and the secret of 40 characters into secretkey.",
    check: Check::One(swapped),
    ..Rule::BASE
};
static BASE64_KEY: Rule = Rule {
    code: "base64-key",
    severity: Severity::Error,
    summary: "the base64 of a key in place of the key",
    why: "The registry takes the text as it stands, and the store refuses it. Base64 belongs only under `data` of a Secret, once; the post-renderer encodes it itself.",
    fix: "Give the key as the cloud shows it: `base64 -d` turns it back.",
    check: Check::Many(encoded),
    ..Rule::BASE
};

/// An id of AWS's: AKIA for a user's key, ASIA for a temporary one.
fn is_aws_id(text: &str) -> bool {
    text.len() == 20
        && (text.starts_with("AKIA") || text.starts_with("ASIA"))
        && text
            .bytes()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A secret access key of AWS's, by its form.
fn is_aws_secret(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(is_base64_digit)
}

fn is_base64_digit(c: u8) -> bool {
    c.is_ascii_alphanumeric() || c == b'/' || c == b'+'
}

fn swapped(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    if settings.backend.name != "s3" {
        return None;
    }
    let setting = settings.get("secretkey")?;
    settings.text("secretkey").filter(|text| is_aws_id(text))?;
    let other = settings.get("accesskey");
    let both = settings.text("accesskey").is_some_and(is_aws_secret);
    if !both && !s3::on_aws(settings) {
        return None;
    }
    let (message, help) = if both {
        ("hold each other's value", "swap them")
    } else {
        (
            "don't fit: secretkey has the id of an access key",
            "put the secret of 40 characters into secretkey",
        )
    };
    let found = Diagnostic::new(
        &SWAPPED_KEYS,
        format!("registry.storage.s3.accesskey and secretkey {message}"),
    )
    .at(&setting.origin)
    .help(help);
    Some(match other {
        Some(other) => found.related(&other.origin, "accesskey"),
        None => found,
    })
}

/// A secret field, and whether a decoded text is surely the key itself.
type Form = (&'static str, fn(&str) -> bool);

fn encoded(subject: &Subject) -> Vec<Diagnostic> {
    let settings = subject.settings;
    let forms: &[Form] = match settings.backend.name {
        "s3" if s3::on_aws(settings) => &[("accesskey", is_aws_id), ("secretkey", is_aws_secret)],
        "azure" => &[("accountkey", is_azure_key)],
        "oss" => &[("accesskeyid", is_oss_id)],
        "gcs" => &[("credentials", is_json)],
        _ => &[],
    };
    let found = forms.iter().filter_map(|(name, is_key)| {
        let setting = settings.get(name)?;
        let Scalar::Text(text) = &setting.value else {
            return None;
        };
        decoded(text).filter(|text| is_key(text.trim_end()))?;
        let path = settings.backend.path(setting.field);
        Some(
            Diagnostic::new(
                &BASE64_KEY,
                format!("{path} is the base64 of a key, not the key"),
            )
            .at(&setting.origin)
            .help("give the key as it is: only `data` of a Secret holds base64"),
        )
    });
    found.collect()
}

fn decoded(text: &str) -> Option<String> {
    let bare: String = text.split_ascii_whitespace().collect();
    String::from_utf8(STANDARD.decode(bare).ok()?).ok()
}

/// Whether a text is the base64 of a JSON object, as a key file has one.
pub(super) fn is_encoded_json(text: &str) -> bool {
    decoded(text).is_some_and(|text| is_json(&text))
}

/// 64 bytes in base64.
fn is_azure_key(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|key| key.len() == 64)
}

/// Ids of Alibaba's users begin with LTAI.
fn is_oss_id(text: &str) -> bool {
    text.starts_with("LTAI") && text.bytes().all(|c| c.is_ascii_alphanumeric())
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|json| json.is_object())
}
