//! Rules of shape: keys, types, limits, what must be there. They look at one value at a time and know nothing of the cluster.

use super::Rule;
use crate::diag::{Diagnostic, Severity, nearest, shown};
use crate::origin::Origin;
use crate::schema::{BACKENDS, Backend, Field, Kind, Limits};
use crate::settings::{Scalar, Settings, is_blank, is_users, other_blocks};
use crate::values::{Node, Value, whole};

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
};
static BACKEND_NOT_NAMED: Rule = Rule {
    code: "backend-not-named",
    severity: Severity::Error,
    summary: "a backend's block is filled, but registry.storage.backend does not name it",
    why: "The block would be ignored, and the registry would run on the default backend.",
    fix: "Set registry.storage.backend to the backend whose block is filled.",
};
static UNKNOWN_FIELD: Rule = Rule {
    code: "unknown-field",
    severity: Severity::Error,
    summary: "a key that no backend has",
    why: "Helm ignores a key that no template reads: the setting would be lost in silence.",
    fix: "Correct the key, or remove it; `msr-storage explain BACKEND` lists a backend's fields.",
};
static WRONG_TYPE: Rule = Rule {
    code: "wrong-type",
    severity: Severity::Error,
    summary: "a value of another type than the field takes",
    why: "Some drivers refuse a value of the wrong type when the registry starts; others take it for something else.",
    fix: "Give a value of the field's type.",
};
static MISREAD_VALUE: Rule = Rule {
    code: "misread-value",
    severity: Severity::Error,
    summary: "an unquoted value that YAML reads as something else than its text",
    why: "YAML makes 83 of 0123, true of yes, a timestamp of a date: the text as typed is lost before any template sees it.",
    fix: "Put the value in quotes; on the command line use --set-string.",
};
static NOT_ALLOWED: Rule = Rule {
    code: "value-not-allowed",
    severity: Severity::Error,
    summary: "a word that the field does not take",
    why: "The driver, or Kubernetes, refuses any other word.",
    fix: "Use one of the words that the field takes.",
};
static OUT_OF_RANGE: Rule = Rule {
    code: "out-of-range",
    severity: Severity::Error,
    summary: "a number outside the field's limits",
    why: "The driver refuses to start on it, or the store refuses the upload.",
    fix: "Choose a number within the limits.",
};
static WRONG_FORM: Rule = Rule {
    code: "wrong-form",
    severity: Severity::Error,
    summary: "a text that Kubernetes does not take for what it stands for",
    why: "The API server refuses the object, and the deploy ends half way.",
    fix: "Write it in Kubernetes' form: a quantity such as 50Gi, an object's name in lower case.",
};
static MISSING_FIELD: Rule = Rule {
    code: "missing-field",
    severity: Severity::Error,
    summary: "a field that the backend can't work without",
    why: "The registry would panic at its start, or fail at the first push.",
    fix: "Set the field.",
};
static NO_SECRET_FIELDS: Rule = Rule {
    code: "no-secret-fields",
    severity: Severity::Error,
    summary: "an existing Secret for a backend that has no secret fields",
    why: "Nothing of it would be read.",
    fix: "Leave --existing-secret out, or choose the backend that it is for.",
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
pub fn block_without_backend(
    storage: &Node,
    effective: &'static Backend,
    default: Option<&Origin>,
) -> Option<Diagnostic> {
    if other_blocks(storage, Backend::default_backend()).any(|(other, _)| other == effective) {
        return None;
    }
    let (other, node) = other_blocks(storage, effective).next()?;
    let whose = if default.is_some() {
        "the chart's default"
    } else {
        "the default"
    };
    let message = format!(
        "registry.storage.{} is filled, but registry.storage.backend is not set: the registry would run on {whose}, {}",
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

/// A value as the field takes it.
///
/// # Errors
/// What is wrong with it.
pub fn scalar(
    backend: &Backend,
    field: &'static Field,
    node: &Node,
) -> Result<Scalar, Box<Diagnostic>> {
    let path = backend.path(field);
    match field.kind {
        Kind::Bool => boolean(&path, node),
        Kind::Integer(limits) => integer(&path, limits, node),
        Kind::Choice(allowed) => choice(&path, allowed, text(&path, field, node)?, node),
        Kind::Text => text(&path, field, node),
        Kind::Quantity => formed(
            &path,
            is_quantity,
            "a quantity such as 50Gi",
            text(&path, field, node)?,
            node,
        ),
        Kind::ObjectName => formed(
            &path,
            is_object_name,
            "the name of an object (lower case, digits, - and .)",
            text(&path, field, node)?,
            node,
        ),
    }
}

fn boolean(path: &str, node: &Node) -> Result<Scalar, Box<Diagnostic>> {
    match &node.value {
        Value::Bool(value) => Ok(Scalar::Bool(*value)),
        Value::Str(text) if text == "true" || text == "false" => Ok(Scalar::Bool(text == "true")),
        other => Err(wrong_type(path, other, "true or false", node)),
    }
}

fn integer(path: &str, limits: Limits, node: &Node) -> Result<Scalar, Box<Diagnostic>> {
    let Some(value) = whole_number(&node.value) else {
        return Err(wrong_type(path, &node.value, "a whole number", node));
    };
    let Limits {
        min,
        max,
        multiple_of,
    } = limits;
    let wrong = if value < min {
        format!("the least is {min}")
    } else if value > max {
        format!("the greatest is {max}")
    } else if value % multiple_of != 0 {
        format!(
            "it must be a multiple of {multiple_of}, such as {}",
            (value / multiple_of).max(1) * multiple_of
        )
    } else {
        return Ok(Scalar::Integer(value));
    };
    Err(Box::new(
        Diagnostic::new(&OUT_OF_RANGE, format!("{path} is {value}: {wrong}"))
            .at(&node.origin)
            .help(range(limits)),
    ))
}

fn range(limits: Limits) -> String {
    match (limits.max, limits.multiple_of) {
        (max, 1) => format!("allowed: {} to {max}", limits.min),
        (_, multiple) => format!("allowed: multiples of {multiple}"),
    }
}

/// An integer in any of the spellings that a chart may print it in (`1.048576e+07`).
fn whole_number(value: &Value) -> Option<i64> {
    let float = match value {
        Value::Int(value) => return Some(*value),
        Value::Str(text) => match text.parse::<i64>() {
            Ok(value) => return Some(value),
            Err(_) => text.parse::<f64>().ok()?,
        },
        Value::Float(value) => *value,
        _ => return None,
    };
    whole(float)
}

fn choice(
    path: &str,
    allowed: &'static [&'static str],
    value: Scalar,
    node: &Node,
) -> Result<Scalar, Box<Diagnostic>> {
    match &value {
        Scalar::Text(text) if !allowed.contains(&text.as_str()) => Err(Box::new(
            Diagnostic::new(
                &NOT_ALLOWED,
                format!(
                    "{path}: `{}` is none of {}",
                    shown(text),
                    words(allowed.iter().copied())
                ),
            )
            .at(&node.origin)
            .help(suggestion(text, allowed.iter().copied())),
        )),
        _ => Ok(value),
    }
}

fn formed(
    path: &str,
    form: fn(&str) -> bool,
    wanted: &str,
    value: Scalar,
    node: &Node,
) -> Result<Scalar, Box<Diagnostic>> {
    match &value {
        Scalar::Text(text) if !form(text) => Err(Box::new(
            Diagnostic::new(
                &WRONG_FORM,
                format!("{path}: `{}` is not {wanted}", shown(text)),
            )
            .at(&node.origin),
        )),
        _ => Ok(value),
    }
}

/// Kubernetes' grammar of positive quantities.
fn is_quantity(text: &str) -> bool {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let (number, suffix) = text.split_at(text.len() - digits.len());
    let exponent = suffix
        .strip_prefix(['e', 'E'])
        .map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    number.parse::<f64>().is_ok_and(|number| number > 0.0)
        && ([
            "", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
        ]
        .contains(&suffix)
            || exponent.is_some_and(|exponent| exponent.parse::<u8>().is_ok()))
}

/// RFC 1123's subdomain, as Kubernetes asks of names.
pub fn is_object_name(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// A string, or another scalar whose text is just what YAML reads.
fn text(path: &str, field: &Field, node: &Node) -> Result<Scalar, Box<Diagnostic>> {
    let read = match &node.value {
        Value::Str(text) => text.clone(),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            serde_json::Value::from(node).to_string()
        }
        other => return Err(wrong_type(path, other, "a string", node)),
    };
    match &node.typed {
        Some(typed) if *typed != read => Err(misread(path, field, typed, node)),
        None if matches!(node.value, Value::Float(value) if value.abs() > 9e15) => {
            Err(misread(path, field, &read, node))
        }
        _ => Ok(Scalar::Text(read)),
    }
}

fn misread(path: &str, field: &Field, typed: &str, node: &Node) -> Box<Diagnostic> {
    let read = match &node.value {
        Value::Str(_) => "a timestamp",
        other => type_name(other),
    };
    let fault = Diagnostic::new(
        &MISREAD_VALUE,
        if field.secret {
            format!(
                "{path} is not in quotes, and YAML reads it as {read}, not as the text that was typed"
            )
        } else {
            format!(
                "{path}: `{}` is not in quotes, and YAML reads it as {read}: {}",
                shown(typed),
                serde_json::Value::from(node)
            )
        },
    );
    let help = if field.secret {
        "put the value in quotes".to_owned()
    } else {
        format!("write \"{}\"", shown(typed))
    };
    Box::new(
        fault
            .at(&node.origin)
            .help(format!("{help} (or use --set-string)")),
    )
}

fn wrong_type(path: &str, value: &Value, wanted: &str, node: &Node) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::new(
            &WRONG_TYPE,
            format!("{path} is {}, but must be {wanted}", type_name(value)),
        )
        .at(&node.origin)
        .help(format!("give {wanted}")),
    )
}

/// A value's type, as in a sentence.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Int(_) => "an integer",
        Value::Float(value) if value.fract() == 0.0 => "an integer",
        Value::Float(_) => "a number",
        Value::Str(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
    }
}
