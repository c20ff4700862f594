//! The table's facts as phrases, the same in every text. It knows no layout.

use crate::schema::{Backend, Field, Kind, Level, Limits, Reach, S3_REGIONS};

/// What a value is, as one says it.
pub(super) fn kind(field: &Field) -> &'static str {
    match field.kind {
        Kind::Text | Kind::Choice(_) => "string",
        Kind::Bool => "true or false",
        Kind::Integer(_) => "whole number",
        Kind::Quantity => "quantity, such as 50Gi",
        Kind::ObjectName => "name of a Kubernetes object",
    }
}

/// What values are taken, beyond their type.
pub(super) fn limits(backend: &Backend, field: &Field) -> Option<String> {
    match field.kind {
        Kind::Choice(words) => Some(format!("one of {}", words.join(", "))),
        Kind::Integer(limits) => Some(range(limits)),
        Kind::Text if is_s3_region(backend, field) => {
            Some(format!("one of {}", S3_REGIONS.join(", ")))
        }
        Kind::ObjectName => Some("lower-case letters, digits, - and .".to_owned()),
        _ => None,
    }
}

/// The one text field whose values are listed by MSR rather than by the driver: another service than AWS has other regions.
pub(super) fn is_s3_region(backend: &Backend, field: &Field) -> bool {
    backend.name == "s3" && field.name == "region"
}

fn range(limits: Limits) -> String {
    let Limits {
        min,
        max,
        multiple_of,
    } = limits;
    let all = format!("{} to {}", size(min), size(max));
    match multiple_of {
        1 => all,
        multiple => format!("{all}, a multiple of {}", size(multiple)),
    }
}

/// A number with its size in binary units where it is a round one.
fn size(bytes: i64) -> String {
    [("GiB", 30), ("MiB", 20), ("KiB", 10)]
        .into_iter()
        .find(|(_, shift)| bytes >= 1 << shift && bytes % (1 << shift) == 0)
        .map_or_else(
            || bytes.to_string(),
            |(unit, shift)| format!("{bytes} ({} {unit})", bytes >> shift),
        )
}

/// Who needs it, and whether it must be there.
pub(super) fn level(field: &Field) -> &'static str {
    match (field.level, field.required) {
        (_, true) => "standard, required",
        (Level::Standard, false) => "standard",
        (Level::Advanced, false) => "advanced",
    }
}

/// How it reaches the registry, as a sentence without a full stop.
pub(super) fn reach(backend: &Backend, field: &Field) -> String {
    let variable = backend.env(field).unwrap_or_default();
    match field.reach {
        Reach::Env if field.secret => format!("{variable}, from a Secret"),
        Reach::Env => variable,
        Reach::File { .. } => format!("a mounted file from a Secret; {variable} holds its path"),
        Reach::Claim => "the PersistentVolumeClaim; no variable".to_owned(),
        Reach::SecretName => "names the Secret that is read; no variable".to_owned(),
    }
}
