//! What a container sees of its `env`: `$(NAME)` and `$$` expanded as Kubernetes documents it ("Dependent environment
//! variables"), Secrets read. It knows nothing of the registry.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The environment, by name.
pub(super) fn environment(
    env: &[Value],
    secrets: &[Value],
) -> Result<BTreeMap<String, String>, String> {
    let mut seen = BTreeMap::new();
    for entry in env {
        let name = entry["name"].as_str().ok_or("an entry without a name")?;
        let reference = &entry["valueFrom"]["secretKeyRef"];
        let text = if reference.is_object() {
            match secret(reference, secrets)? {
                Some(text) => text,
                None => continue,
            }
        } else {
            expand(entry["value"].as_str().unwrap_or_default(), &seen)
        };
        seen.insert(name.to_owned(), text);
    }
    Ok(seen)
}

/// A key of a Secret that is at hand; none of one that the stream never showed.
fn secret(reference: &Value, secrets: &[Value]) -> Result<Option<String>, String> {
    let Some(secret) = secrets
        .iter()
        .find(|secret| secret["metadata"]["name"] == reference["name"])
    else {
        return Ok(None);
    };
    let key = reference["key"].as_str().unwrap_or_default();
    let data = secret["data"][key]
        .as_str()
        .ok_or(format!("no key {key} in {secret}"))?;
    Ok(Some(decoded(data)?))
}

/// The bytes behind base64, which here are text.
pub(super) fn decoded(data: &str) -> Result<String, String> {
    let bytes = STANDARD.decode(data).map_err(|fault| fault.to_string())?;
    String::from_utf8(bytes).map_err(|fault| fault.to_string())
}

fn expand(text: &str, seen: &BTreeMap<String, String>) -> String {
    let mut expanded = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        expanded += &rest[..at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            expanded.push('$');
            rest = after;
        } else if let Some((name, after)) =
            rest.strip_prefix('(').and_then(|rest| rest.split_once(')'))
        {
            match seen.get(name) {
                Some(value) => expanded += value,
                None => expanded += &format!("$({name})"),
            }
            rest = after;
        } else {
            expanded.push('$');
        }
    }
    expanded + rest
}
