//! Rules of shape: keys, types, limits, what must be there. They look at one value at a time and know nothing of the cluster.

mod scalar;

pub use scalar::{is_object_name, scalar};

use self::scalar::type_name;
use super::{Allow, Rule};
use crate::diag::{Diagnostic, Severity, nearest, shown};
use crate::origin::Origin;
use crate::schema::{BACKENDS, Backend};
use crate::settings::{Settings, is_blank, is_users, other_blocks};
use crate::values::{Node, Value};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[
    &UNKNOWN_BACKEND,
    &BACKEND_NOT_NAMED,
    &UNKNOWN_FIELD,
    &WRONG_TYPE,
    &MISREAD_VALUE,
    &NOT_ALLOWED,
    &OUT_OF_RANGE,
    &WRONG_FORM,
    &MISSING_FIELD,
    &NO_SECRET_FIELDS,
];

static UNKNOWN_BACKEND: Rule = Rule {
    code: "unknown-backend",
    severity: Severity::Error,
    summary: "registry.storage.backend is none of the six backends",
    why: "A registry without a known backend starts on its default storage, or not at all.",
    fix: "Name one of persistentVolume, s3, azure, gcs, swift, oss, spelled exactly so.",
    allow: Allow::No("without a backend nothing can be expanded; name one of the six"),
    ..Rule::BASE
};
static BACKEND_NOT_NAMED: Rule = Rule {
    code: "backend-not-named",
    severity: Severity::Error,
    summary: "a backend's block is filled, but registry.storage.backend does not name it",
    why: "The block would be ignored, and the registry would run on the default backend.",
    fix: "Set registry.storage.backend to the backend whose block is filled.",
    ..Rule::BASE
};
static UNKNOWN_FIELD: Rule = Rule {
    code: "unknown-field",
    severity: Severity::Error,
    summary: "a key that no backend has",
    why: "Helm ignores a key that no template reads: the setting would be lost in silence.",
    fix: "Correct the key, or remove it; `msr-storage explain BACKEND` lists a backend's fields.",
    ..Rule::BASE
};
static WRONG_TYPE: Rule = Rule {
    code: "wrong-type",
    severity: Severity::Error,
    summary: "a value of another type than the field takes",
    why: "Some drivers refuse a value of the wrong type when the registry starts; others take it for something else.",
    fix: "Give a value of the field's type.",
    allow: Allow::No("a value of the wrong type can't be expanded; correct it"),
    ..Rule::BASE
};
static MISREAD_VALUE: Rule = Rule {
    code: "misread-value",
    severity: Severity::Error,
    summary: "an unquoted value that YAML reads as something else than its text",
    why: "YAML makes 83 of 0123, true of yes, a timestamp of a date: the text as typed is lost before any template sees it.",
    fix: "Put the value in quotes; on the command line use --set-string.",
    allow: Allow::No("the text as typed is lost, and can't be expanded; put it in quotes"),
    ..Rule::BASE
};
static NOT_ALLOWED: Rule = Rule {
    code: "value-not-allowed",
    severity: Severity::Error,
    summary: "a word that the field does not take",
    why: "The driver, or Kubernetes, refuses any other word.",
    fix: "Use one of the words that the field takes.",
    ..Rule::BASE
};
static OUT_OF_RANGE: Rule = Rule {
    code: "out-of-range",
    severity: Severity::Error,
    summary: "a number outside the field's limits",
    why: "The driver refuses to start on it, or the store refuses the upload.",
    fix: "Choose a number within the limits.",
    ..Rule::BASE
};
static WRONG_FORM: Rule = Rule {
    code: "wrong-form",
    severity: Severity::Error,
    summary: "a text that Kubernetes does not take for what it stands for",
    why: "The API server refuses the object, and the deploy ends half way.",
    fix: "Write it in Kubernetes' form: a quantity such as 50Gi, an object's name in lower case.",
    ..Rule::BASE
};
pub(super) static MISSING_FIELD: Rule = Rule {
    code: "missing-field",
    severity: Severity::Error,
    summary: "a field that the backend can't work without",
    why: "The registry would panic at its start, or fail at the first push.",
    fix: "Set the field.",
    ..Rule::BASE
};
static NO_SECRET_FIELDS: Rule = Rule {
    code: "no-secret-fields",
    severity: Severity::Error,
    summary: "an existing Secret for a backend that has no secret fields",
    why: "Nothing of it would be read.",
    fix: "Leave --existing-secret out, or choose the backend that it is for.",
    ..Rule::BASE
};

fn words<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    words.into_iter().collect::<Vec<_>>().join(", ")
}

/// “did you mean X?”, or else the whole list.
fn suggestion<'a>(given: &str, allowed: impl IntoIterator<Item = &'a str> + Clone) -> String {
    match nearest(given, allowed.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("allowed: {}", words(allowed)),
    }
}

/// A mapping was wanted.
pub fn not_a_mapping(path: &str, node: &Node) -> Diagnostic {
    Diagnostic::new(
        &WRONG_TYPE,
        format!(
            "{path} is {}, but must be a mapping",
            type_name(&node.value)
        ),
    )
    .at(&node.origin)
}

/// A key beside `backend` and the six blocks.
pub fn unknown_storage_key(key: &str, node: &Node) -> Diagnostic {
    let keys = std::iter::once("backend").chain(BACKENDS.map(|backend| backend.name));
    let owners = BACKENDS
        .into_iter()
        .filter(|backend| backend.field(key).is_some());
    let help = match words(owners.map(|backend| backend.name)) {
        owners if owners.is_empty() => suggestion(key, keys),
        owners => format!("`{key}` belongs into the block of a backend ({owners})"),
    };
    Diagnostic::new(&UNKNOWN_FIELD, unknown("registry.storage", key, node))
        .at(node.key.as_ref().unwrap_or(&node.origin))
        .help(help)
}

/// A key of a block that the backend does not have.
pub fn unknown_field(backend: &Backend, key: &str, node: &Node) -> Diagnostic {
    let fields = backend.fields.iter().map(|field| field.name);
    let block = format!("registry.storage.{}", backend.name);
    Diagnostic::new(&UNKNOWN_FIELD, unknown(&block, key, node))
        .at(node.key.as_ref().unwrap_or(&node.origin))
        .help(suggestion(key, fields))
}

/// Names a key that is none. A key without a value may be a value that lost its key, a secret's perhaps: it is not named.
fn unknown(block: &str, key: &str, node: &Node) -> String {
    if node.value == Value::Null {
        format!("{block} has no such key, and it has no value")
    } else {
        format!("{block}.{} is not a key of {block}", shown(key))
    }
}

/// `backend` names none.
pub fn unknown_backend(node: &Node) -> Diagnostic {
    let names = BACKENDS.map(|backend| backend.name);
    let (message, help) = match node.as_str() {
        Some(name) => (
            format!(
                "registry.storage.backend: there is no backend `{}`",
                shown(name)
            ),
            suggestion(name, names),
        ),
        None => (
            format!(
                "registry.storage.backend is {}, but must be a backend's name",
                type_name(&node.value)
            ),
            format!("allowed: {}", words(names)),
        ),
    };
    Diagnostic::new(&UNKNOWN_BACKEND, message)
        .at(&node.origin)
        .help(help)
}

/// The user filled a block that nobody chose.
pub fn block_without_backend(storage: &Node, effective: &'static Backend) -> Option<Diagnostic> {
    if other_blocks(storage, Backend::default_backend()).any(|(other, _)| other == effective) {
        return None;
    }
    let (other, node) = other_blocks(storage, effective).next()?;
    let message = format!(
        "registry.storage.{} is filled, but registry.storage.backend is not set: the registry would run on the default, {}",
        other.name, effective.name
    );
    let place = node.key.as_ref().unwrap_or(&node.origin);
    Some(
        Diagnostic::new(&BACKEND_NOT_NAMED, message)
            .at(place)
            .help(format!("set registry.storage.backend to {}", other.name)),
    )
}

/// `--existing-secret` for a backend without secrets.
pub fn no_secret_fields(backend: &Backend, origin: &Origin) -> Diagnostic {
    Diagnostic::new(
        &NO_SECRET_FIELDS,
        format!(
            "{} has no secret fields that an existing Secret could hold",
            backend.name
        ),
    )
    .at(origin)
}

/// The required fields that are neither set nor in the user's own Secret.
pub fn missing<'a>(
    settings: &'a Settings,
    storage: &'a Node,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let backend = settings.backend;
    let block = storage.get(backend.name);
    let place = block
        .filter(|node| is_users(node))
        .map(|node| node.key.as_ref().unwrap_or(&node.origin));
    let place = place.or(settings.chosen.as_ref());
    let absent = backend.fields.iter().filter(|field| field.required);
    absent
        .filter(|field| settings.get(field.name).is_none() && !settings.from_existing_secret(field))
        .filter(move |field| !block.is_some_and(|block| is_faulty(block, field.name)))
        .map(move |field| {
            let blank = block
                .and_then(|block| block.get(field.name))
                .filter(|node| is_users(node));
            let state = if blank.is_some() {
                "is blank"
            } else {
                "is missing"
            };
            let fault = Diagnostic::new(
                &MISSING_FIELD,
                format!(
                    "{} {state}, and {} needs it",
                    backend.path(field),
                    backend.name
                ),
            )
            .help(field.doc.trim_end_matches('.'));
            match blank.map(|node| &node.origin).or(place) {
                Some(place) => fault.at(place),
                None => fault,
            }
        })
}

/// Whether a field has a value, or its block is none: then another rule found that wrong, and the field is not missing.
fn is_faulty(block: &Node, field: &str) -> bool {
    match block.as_map() {
        Some(map) => map.get(field).is_some_and(|node| !is_blank(node)),
        None => !is_blank(block),
    }
}
