//! Rules on what is left over or half done: placeholders, unchosen blocks, prefixes, keys of encryption.

use super::text::{is_placeholder, is_placeholder_word};
use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity, shown};
use crate::settings::{Scalar, is_blank, is_users, other_blocks};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &PLACEHOLDER,
    &PLACEHOLDER_WORD,
    &UNCHOSEN_BLOCK,
    &ROOT_DIRECTORY,
    &ENCRYPT_WITHOUT_KEYID,
    &KEYID_WITHOUT_ENCRYPT,
];

static PLACEHOLDER: Rule = Rule {
    code: "placeholder",
    severity: Severity::Error,
    summary: "a mark of a template that nobody filled in: <bucket-name>, ${BUCKET}",
    why: "The vendor's examples hold <bucket-name> and the like, pipelines leave ${BUCKET} where a variable is not set: the registry takes it for the value.",
    fix: "Put the real value in its place.",
    check: Check::Many(placeholders),
    ..Rule::BASE
};
static PLACEHOLDER_WORD: Rule = Rule {
    code: "placeholder-word",
    severity: Severity::Warning,
    summary: "a value that looks like a placeholder: CHANGEME, your-bucket, $BUCKET",
    why: "Such words stand in examples to be replaced. It is no more than likely: a bucket or a password can have any name.",
    fix: "Put the real value in its place, or allow the rule at it.",
    check: Check::Many(placeholder_words),
    ..Rule::BASE
};
static UNCHOSEN_BLOCK: Rule = Rule {
    code: "unchosen-block",
    severity: Severity::Warning,
    summary: "a block for a backend that is not chosen",
    why: "Nothing of it is used: it is either left over, perhaps with keys in it, or registry.storage.backend is wrong.",
    fix: "Remove the block, or choose its backend.",
    check: Check::Many(unchosen),
    ..Rule::BASE
};
static ROOT_DIRECTORY: Rule = Rule {
    code: "root-directory",
    severity: Severity::Warning,
    summary: "a prefix with a leading slash, or with .. in it",
    why: "It is a prefix of keys, not a path: drivers strip the slash, so that other tools (an IAM policy, a copy of the store) look elsewhere; .. is a name like any other to a store.",
    fix: "Write it without a leading slash and without ..; as it names the store, check that the images are there.",
    check: Check::One(root_directory),
    ..Rule::BASE
};
static ENCRYPT_WITHOUT_KEYID: Rule = Rule {
    code: "encrypt-without-keyid",
    severity: Severity::Warning,
    summary: "encrypt with a keyid that is blank",
    why: "A blank keyid counts as none: objects are encrypted with S3's own key, not with a KMS key, and a bucket policy that asks for KMS refuses them.",
    fix: "Set keyid to the KMS key's ARN, or remove it where S3's own key is meant.",
    check: Check::One(encrypt_without_keyid),
    ..Rule::BASE
};
static KEYID_WITHOUT_ENCRYPT: Rule = Rule {
    code: "keyid-without-encrypt",
    severity: Severity::Warning,
    summary: "a KMS key without encrypt",
    why: "The driver looks at keyid only where encrypt is true: objects are stored without that key.",
    fix: "Set encrypt to true, or remove keyid.",
    check: Check::One(keyid_without_encrypt),
    ..Rule::BASE
};

fn placeholders(subject: &Subject) -> Vec<Diagnostic> {
    texts(subject, &PLACEHOLDER, "is a placeholder", is_placeholder)
}

fn placeholder_words(subject: &Subject) -> Vec<Diagnostic> {
    let what = "looks like a placeholder";
    texts(subject, &PLACEHOLDER_WORD, what, is_placeholder_word)
}

/// A finding for each text of which something holds; a secret's is not shown.
fn texts(
    subject: &Subject,
    rule: &'static Rule,
    what: &str,
    holds: fn(&str) -> bool,
) -> Vec<Diagnostic> {
    let settings = subject.settings.fields.iter();
    let found = settings.filter_map(|setting| {
        let Scalar::Text(text) = &setting.value else {
            return None;
        };
        let path = subject.settings.backend.path(setting.field);
        let message = if setting.field.secret {
            format!("{path} {what}")
        } else {
            format!("{path} {what}: `{}`", shown(text))
        };
        holds(text).then(|| {
            Diagnostic::new(rule, message)
                .at(&setting.origin)
                .help(setting.field.doc.trim_end_matches('.'))
        })
    });
    found.collect()
}

fn unchosen(subject: &Subject) -> Vec<Diagnostic> {
    let settings = subject.settings;
    let blocks = other_blocks(subject.storage, settings.backend);
    // Where no backend is named, that is the mistake, and another rule says so.
    blocks
        .filter(|_| settings.chosen.is_some())
        .map(|(other, node)| {
            let chosen = settings.backend.name;
            let found = Diagnostic::new(
                &UNCHOSEN_BLOCK,
                format!(
                    "registry.storage.{} is filled, but the backend is {chosen}",
                    other.name
                ),
            )
            .at(node.key.as_ref().unwrap_or(&node.origin))
            .help(format!(
                "remove the block, or set registry.storage.backend to {}",
                other.name
            ));
            match &settings.chosen {
                Some(origin) => found.related(origin, "chosen here"),
                None => found,
            }
        })
        .collect()
}

fn root_directory(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    let name = ["rootdirectory", "prefix"]
        .into_iter()
        .find(|name| settings.get(name).is_some())?;
    let (setting, text) = (settings.get(name)?, settings.text(name)?);
    let clean = text.trim_start_matches('/');
    let dots = text.split('/').any(|part| part == "..");
    if is_placeholder(text) || (clean == text && !dots) {
        return None;
    }
    let path = settings.backend.path(setting.field);
    let (trouble, help) = if dots {
        (
            "has .. in it, which a store takes for a name",
            "write the prefix without ..".to_owned(),
        )
    } else {
        (
            "begins with a slash, which is not a part of the keys",
            format!("write {}", shown(clean)),
        )
    };
    let help = if clean.is_empty() {
        format!("leave {name} out for the store's root")
    } else {
        help
    };
    Some(
        Diagnostic::new(&ROOT_DIRECTORY, format!("{path} {trouble}"))
            .at(&setting.origin)
            .help(help),
    )
}

fn encrypts(subject: &Subject) -> bool {
    let encrypt = subject.settings.get("encrypt");
    encrypt.is_some_and(|setting| setting.value == Scalar::Bool(true))
}

fn keyid_without_encrypt(subject: &Subject) -> Option<Diagnostic> {
    let settings = subject.settings;
    let key = settings.get("keyid").filter(|_| !encrypts(subject))?;
    let found = Diagnostic::new(
        &KEYID_WITHOUT_ENCRYPT,
        "registry.storage.s3.keyid is set, but encrypt is not true: the key is not used",
    )
    .at(&key.origin)
    .help("set registry.storage.s3.encrypt to true, or remove keyid");
    Some(match settings.get("encrypt") {
        Some(encrypt) => found.related(&encrypt.origin, "false here"),
        None => found,
    })
}

fn encrypt_without_keyid(subject: &Subject) -> Option<Diagnostic> {
    if subject.settings.backend.name != "s3" || !encrypts(subject) {
        return None;
    }
    let blank = subject.storage.at(&["s3", "keyid"])?;
    (is_blank(blank) && is_users(blank)).then(|| {
        Diagnostic::new(
            &ENCRYPT_WITHOUT_KEYID,
            "registry.storage.s3.keyid is blank: encrypt uses S3's own key, not a KMS key",
        )
        .at(&blank.origin)
        .help("set keyid to the KMS key's ARN, or remove it")
    })
}
