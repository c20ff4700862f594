//! One spelling for all that name the same store: `https://Minio:443/` and `minio`. It compares nothing.

use serde_json::Value;

use crate::endpoint::Endpoint;
use crate::mask::HIDDEN;
use crate::rules::s3;
use crate::schema::{Backend, Field};

/// A field's value as it is compared and shown; none where it is blank, or says what holds without it.
pub(super) fn of(backend: &Backend, field: &Field, block: &Value) -> Option<String> {
    let text = text(&block[field.name])?;
    let sibling = |name: &str| self::text(&block[name]).unwrap_or_default();
    let text = match (backend.name, field.name) {
        (_, "rootdirectory" | "prefix") => text.trim_matches('/').to_owned(),
        // Under AWS's own domains the region and the bucket say where, whichever of its hosts is called.
        ("s3", "regionendpoint") if s3::is_aws_endpoint(&text) => return None,
        (_, "authurl" | "regionendpoint") => endpoint(&text),
        ("oss", "endpoint") => {
            let host = endpoint(&text);
            let (bucket, region) = (sibling("bucket"), sibling("region"));
            let default = ["", "-internal"]
                .iter()
                .any(|side| host == format!("{bucket}.{region}{side}.aliyuncs.com"));
            return (!default).then_some(host);
        }
        // They are parts of a host's name.
        ("azure", "accountname" | "realm") => text.to_ascii_lowercase(),
        _ => text,
    };
    let by_default = field.name == "realm" && text == field.default;
    (!text.is_empty() && !by_default).then_some(text)
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Where an endpoint leads. A text that is none names no place that could be compared, and may be a secret.
fn endpoint(text: &str) -> String {
    Endpoint::parse(text).map_or_else(|| HIDDEN.to_owned(), |endpoint| endpoint.place())
}
