//! One spelling for all that name the same store: `https://Minio:443/` and `minio`. It compares nothing.

use serde_json::Value;

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

/// Host, port and path of a URL, or of a host alone. The scheme says how, not where; user information may be a secret.
fn endpoint(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let port = if scheme.eq_ignore_ascii_case("http") {
        ":80"
    } else {
        ":443"
    };
    let host = host.strip_suffix(port).unwrap_or(host);
    format!(
        "{}{}",
        host.trim_end_matches('.').to_ascii_lowercase(),
        path.trim_end_matches('/')
    )
}
