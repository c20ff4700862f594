//! One value as its field takes it: its type, its limits, its form. It looks at no other value.

use super::{MISREAD_VALUE, NOT_ALLOWED, OUT_OF_RANGE, WRONG_FORM, WRONG_TYPE, suggestion, words};
use crate::diag::{Diagnostic, shown};
use crate::schema::{Backend, Field, Kind, Limits};
use crate::settings::Scalar;
use crate::values::{Node, Value, whole};

/// A value as its field takes it, and what is wrong with it. A fault can stand beside a value: one that the field should not
/// have, but could be expanded with.
pub struct Read {
    /// The value, if it has a type that the field takes.
    pub value: Option<Scalar>,
    /// What is wrong.
    pub fault: Option<Diagnostic>,
}

impl Read {
    fn right(value: Scalar) -> Self {
        Self {
            value: Some(value),
            fault: None,
        }
    }

    fn wrong(value: Scalar, fault: Diagnostic) -> Self {
        Self {
            value: Some(value),
            fault: Some(fault),
        }
    }

    fn none(fault: Diagnostic) -> Self {
        Self {
            value: None,
            fault: Some(fault),
        }
    }

    /// Judges a text further; a value that has a fault already is left alone.
    fn further(self, judge: impl FnOnce(&str) -> Option<Diagnostic>) -> Self {
        let fault = match (&self.value, &self.fault) {
            (Some(Scalar::Text(text)), None) => judge(text),
            _ => return self,
        };
        Self { fault, ..self }
    }
}

/// Reads a value for its field.
pub fn scalar(backend: &Backend, field: &'static Field, node: &Node) -> Read {
    let path = backend.path(field);
    let text = || text(&path, field, node);
    match field.kind {
        Kind::Bool => boolean(&path, node),
        Kind::Integer(limits) => integer(&path, limits, node),
        Kind::Choice(allowed) => text().further(|text| choice(&path, allowed, text, node)),
        Kind::Text => text(),
        Kind::Quantity => {
            let wanted = "a quantity such as 50Gi";
            text().further(|text| formed(&path, is_quantity, wanted, text, node))
        }
        Kind::ObjectName => {
            let wanted = "the name of an object (lower case, digits, - and .)";
            text().further(|text| formed(&path, is_object_name, wanted, text, node))
        }
    }
}

fn boolean(path: &str, node: &Node) -> Read {
    match &node.value {
        Value::Bool(value) => Read::right(Scalar::Bool(*value)),
        Value::Str(text) if text == "true" || text == "false" => {
            Read::right(Scalar::Bool(text == "true"))
        }
        other => Read::none(wrong_type(path, other, "true or false", node)),
    }
}

fn integer(path: &str, limits: Limits, node: &Node) -> Read {
    let Some(value) = whole_number(&node.value) else {
        return Read::none(wrong_type(path, &node.value, "a whole number", node));
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
        return Read::right(Scalar::Integer(value));
    };
    let fault = Diagnostic::new(&OUT_OF_RANGE, format!("{path} is {value}: {wrong}"))
        .at(&node.origin)
        .help(range(limits));
    Read::wrong(Scalar::Integer(value), fault)
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
    text: &str,
    node: &Node,
) -> Option<Diagnostic> {
    if allowed.contains(&text) {
        return None;
    }
    let message = format!(
        "{path}: `{}` is none of {}",
        shown(text),
        words(allowed.iter().copied())
    );
    Some(
        Diagnostic::new(&NOT_ALLOWED, message)
            .at(&node.origin)
            .help(suggestion(text, allowed.iter().copied())),
    )
}

fn formed(
    path: &str,
    form: fn(&str) -> bool,
    wanted: &str,
    text: &str,
    node: &Node,
) -> Option<Diagnostic> {
    let message = || format!("{path}: `{}` is not {wanted}", shown(text));
    (!form(text)).then(|| Diagnostic::new(&WRONG_FORM, message()).at(&node.origin))
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
fn text(path: &str, field: &Field, node: &Node) -> Read {
    let read = match &node.value {
        Value::Str(text) => text.clone(),
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
            serde_json::Value::from(node).to_string()
        }
        other => return Read::none(wrong_type(path, other, "a string", node)),
    };
    match &node.typed {
        Some(typed) if *typed != read => Read::none(misread(path, field, typed, node)),
        None if matches!(node.value, Value::Float(value) if value.abs() > 9e15) => {
            Read::none(misread(path, field, &read, node))
        }
        _ => Read::right(Scalar::Text(read)),
    }
}

fn misread(path: &str, field: &Field, typed: &str, node: &Node) -> Diagnostic {
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
    fault
        .at(&node.origin)
        .help(format!("{help} (or use --set-string)"))
}

fn wrong_type(path: &str, value: &Value, wanted: &str, node: &Node) -> Diagnostic {
    Diagnostic::new(
        &WRONG_TYPE,
        format!("{path} is {}, but must be {wanted}", type_name(value)),
    )
    .at(&node.origin)
    .help(format!("give {wanted}"))
}

/// A value's type, as in a sentence.
pub(super) fn type_name(value: &Value) -> &'static str {
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
