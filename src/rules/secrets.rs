//! Rules on secrets: where they stand and whether they can be what they should be. Messages never hold one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::text::is_placeholder;
use super::{Check, Rule, Subject, keys};
use crate::diag::{Diagnostic, Severity};
use crate::origin::SourceKind;
use crate::schema::Reach;
use crate::settings::{Scalar, Setting};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &KEYS_IN_VALUES,
    &KEYS_IN_CUSTOM_RESOURCE,
    &KEY_WHITE_SPACE,
    &NOT_BASE64,
    &SERVICE_ACCOUNT_JSON,
];

static KEYS_IN_VALUES: Rule = Rule {
    code: "keys-in-values",
    severity: Severity::Note,
    summary: "keys among the values, which `helm get values` shows",
    why: "Helm stores the values of every revision with the release: whoever may read the release's Secrets reads the keys, old ones too.",
    fix: "Put the keys into a Secret of your own and name it in existingSecret, or use a role.",
    check: Check::One(keys_in_values),
    ..Rule::BASE
};
static KEYS_IN_CUSTOM_RESOURCE: Rule = Rule {
    code: "keys-in-custom-resource",
    severity: Severity::Warning,
    summary: "keys in the MSR custom resource",
    why: "A custom resource is no Secret: it is not encrypted at rest, and whoever may read it (`kubectl get msr -o yaml`) reads the keys.",
    fix: "Leave the keys out where a role can serve; else see to it that few may read the resource. The operator knows no existingSecret.",
    check: Check::One(keys_in_custom_resource),
    ..Rule::BASE
};
static KEY_WHITE_SPACE: Rule = Rule {
    code: "key-white-space",
    severity: Severity::Error,
    summary: "a key that begins or ends with a line break or a blank",
    why: "The registry takes it as it stands, and every signature made with it is wrong; it is what `echo KEY | base64`, a block scalar (`|`) and --set-file leave behind.",
    fix: "Remove it: `printf %s` for echo, `|-` for `|`, a file without a final line break.",
    check: Check::Many(key_white_space),
    ..Rule::BASE
};
static NOT_BASE64: Rule = Rule {
    code: "not-base64",
    severity: Severity::Error,
    summary: "an Azure account key that is not base64",
    why: "The driver decodes it when the registry starts, and stops where it can't; a connection string or a SAS token is not an account key.",
    fix: "Copy the key alone: `az storage account keys list --account-name NAME --query [0].value -o tsv`.",
    check: Check::One(not_base64),
    ..Rule::BASE
};
static SERVICE_ACCOUNT_JSON: Rule = Rule {
    code: "service-account-json",
    severity: Severity::Error,
    summary: "GCS credentials that are not a service account's JSON key",
    why: "The driver reads them as a key file when the registry starts, and stops if type is not service_account; without client_email or private_key it starts, and gets no token (golang.org/x/oauth2/google, JWTConfigFromJSON).",
    fix: "Give the content of the key file: --set-file registry.storage.gcs.credentials=key.json.",
    check: Check::One(service_account),
    ..Rule::BASE
};

fn secrets<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a Setting, &'a str)> + use<'a> {
    let fields = subject.settings.fields.iter();
    fields
        .filter(|setting| setting.field.secret)
        .filter_map(|setting| match &setting.value {
            Scalar::Text(text) => Some((setting, text.as_str())),
            _ => None,
        })
}

fn keys_in_values(subject: &Subject) -> Option<Diagnostic> {
    let name = subject.settings.backend.name;
    in_the_open(
        subject,
        &KEYS_IN_VALUES,
        "stands among the values: `helm get values` shows it",
        &format!("name a Secret that holds it in registry.storage.{name}.existingSecret"),
    )
}

fn keys_in_custom_resource(subject: &Subject) -> Option<Diagnostic> {
    in_the_open(
        subject,
        &KEYS_IN_CUSTOM_RESOURCE,
        "stands in the custom resource: whoever may read that reads it",
        "use a role where one can serve, and let few read the resource",
    )
}

/// Keys where more people can read than should, one finding for all that a rule is for.
fn in_the_open(
    subject: &Subject,
    rule: &'static Rule,
    who: &str,
    help: &str,
) -> Option<Diagnostic> {
    if subject.facts.swarm {
        return None;
    }
    let is_here = |setting: &Setting| match setting.origin.source.kind {
        SourceKind::CustomResource => rule.code == KEYS_IN_CUSTOM_RESOURCE.code,
        SourceKind::Manifest | SourceKind::ChartDefaults => false,
        _ => rule.code == KEYS_IN_VALUES.code,
    };
    let mut keys = secrets(subject).filter(|(setting, _)| is_here(setting));
    let (first, _) = keys.next()?;
    let path = subject.settings.backend.path(first.field);
    let found = Diagnostic::new(rule, format!("{path} {who}"))
        .at(&first.origin)
        .help(help);
    Some(keys.fold(found, |found, (setting, _)| {
        found.related(&setting.origin, "and this one")
    }))
}

/// Whether white space stands around a key that can't belong to it.
fn has_stray(setting: &Setting, text: &str) -> bool {
    let stray: &[char] = match setting.field.name {
        // Go passes over line breaks in base64, and what else is wrong with the key another rule finds.
        "accountkey" => &[],
        // A password may begin or end with a blank.
        "password" => &['\n', '\r'],
        _ => return text.trim() != text,
    };
    text.trim_matches(stray) != text
}

fn key_white_space(subject: &Subject) -> Vec<Diagnostic> {
    let backend = subject.settings.backend;
    secrets(subject)
        .filter(|(setting, text)| setting.field.reach == Reach::Env && has_stray(setting, text))
        .map(|(setting, text)| {
            let what = match (text.ends_with(['\n', '\r']), text.trim_end() == text) {
                (true, _) => "ends in a line break",
                (_, true) => "begins with white space",
                _ => "ends in white space",
            };
            Diagnostic::new(
                &KEY_WHITE_SPACE,
                format!("{} {what}", backend.path(setting.field)),
            )
            .at(&setting.origin)
            .help("remove it: the registry would sign with it")
        })
        .collect()
}

/// As Go's decoder reads it, which passes over line breaks and nothing else.
fn is_base64(key: &str) -> bool {
    STANDARD.decode(key.replace(['\n', '\r'], "")).is_ok()
}

fn not_base64(subject: &Subject) -> Option<Diagnostic> {
    let (setting, key) =
        secrets(subject).find(|(setting, _)| setting.field.name == "accountkey")?;
    if is_placeholder(key) || is_base64(key) {
        return None;
    }
    let trouble = if key.contains("AccountKey=") {
        "is a connection string, not an account key"
    } else if key.contains("sig=") {
        "is a SAS token, not an account key"
    } else {
        "is not base64"
    };
    Some(
        Diagnostic::new(
            &NOT_BASE64,
            format!("registry.storage.azure.accountkey {trouble}"),
        )
        .at(&setting.origin)
        .help("give the account's primary or secondary key as Azure shows it"),
    )
}

fn service_account(subject: &Subject) -> Option<Diagnostic> {
    let (setting, text) =
        secrets(subject).find(|(setting, _)| setting.field.name == "credentials")?;
    if is_placeholder(text) || keys::is_encoded_json(text) {
        return None;
    }
    let trouble = key_file_trouble(text)?;
    Some(
        Diagnostic::new(
            &SERVICE_ACCOUNT_JSON,
            format!("registry.storage.gcs.credentials {trouble}"),
        )
        .at(&setting.origin)
        .help("give the content of a service account's JSON key, as by --set-file"),
    )
}

/// What keeps a text from being a key file; it never quotes the text.
fn key_file_trouble(text: &str) -> Option<String> {
    let Ok(json) = serde_json::from_str::<serde_json::Value>(text) else {
        let path = !text.trim().contains(char::is_whitespace) && text.trim().ends_with(".json");
        let what = if path {
            "is the path of a file, not its content"
        } else {
            "is not JSON"
        };
        return Some(what.to_owned());
    };
    if !json.is_object() {
        return Some("is JSON, but not an object".to_owned());
    }
    let field = |name: &str| json.get(name).and_then(serde_json::Value::as_str);
    match field("type") {
        Some("service_account") => {}
        Some(other @ ("authorized_user" | "external_account" | "impersonated_service_account")) => {
            return Some(format!(
                "is of type {other}, but must be a service account's key"
            ));
        }
        Some(_) => return Some("has another type than service_account".to_owned()),
        None => return Some("has no type".to_owned()),
    }
    let missing = ["client_email", "private_key"]
        .into_iter()
        .find(|name| field(name).is_none_or(str::is_empty));
    if let Some(missing) = missing {
        return Some(format!("has no {missing}"));
    }
    let pem = field("private_key").is_some_and(|key| key.contains("-----BEGIN"));
    (!pem).then(|| "has a private_key that is not in PEM form".to_owned())
}
