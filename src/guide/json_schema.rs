//! JSON Schema of a values file, for `values.schema.json` and editors. It judges shape as [`crate::settings::read`] does, and leaves the rest of the file alone.
//!
//! It never refuses what the post-renderer takes. It lets through what only the text as typed shows (`0123` without quotes), and quoted numbers in
//! another than plain decimal notation or that must be a multiple: those the post-renderer refuses itself.

use serde_json::{Map, Value, json};

use super::decimal;
use crate::schema::{BACKENDS, Backend, Field, Kind, Limits, S3_REGIONS, STORAGE_PATH};

/// Which of the standard's drafts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// What every Helm reads as `values.schema.json`.
    Draft07,
    /// 2020-12.
    Draft202012,
}

impl Draft {
    fn uri(self) -> &'static str {
        match self {
            Self::Draft07 => "http://json-schema.org/draft-07/schema#",
            Self::Draft202012 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// Where definitions stand.
    fn definitions(self) -> &'static str {
        match self {
            Self::Draft07 => "definitions",
            Self::Draft202012 => "$defs",
        }
    }
}

/// The schema as text, laid out for people, with a line's end; `allowed` are regions of S3 beside MSR's.
pub fn text(draft: Draft, allowed: &[String]) -> String {
    format!("{:#}\n", schema(draft, allowed))
}

/// What counts as not set.
fn blank() -> Value {
    json!({ "enum": ["", null] })
}

/// The whole schema.
pub fn schema(draft: Draft, allowed: &[String]) -> Value {
    let place = draft.definitions();
    let mut blocks =
        Map::from_iter(BACKENDS.map(|backend| (backend.name.to_owned(), block(backend))));
    limit_regions(&mut blocks, allowed);
    let whole = STORAGE_PATH
        .iter()
        .rev()
        .fold(storage(place), |inner, key| {
            let mut properties = Map::new();
            properties.insert((*key).to_owned(), inner);
            json!({ "type": "object", "properties": properties })
        });
    let mut schema = json!({
        "$schema": draft.uri(),
        "title": "Values of Mirantis Secure Registry: registry.storage",
    });
    if let (Value::Object(schema), Value::Object(whole)) = (&mut schema, whole) {
        schema.extend(whole);
        schema.insert(place.to_owned(), Value::Object(blocks));
    }
    schema
}

/// `registry.storage`: only the chosen backend's block and the volume's are judged, as only they are used.
fn storage(place: &str) -> Value {
    let refer = |backend: &Backend| json!({ "$ref": format!("#/{place}/{}", backend.name) });
    let mut properties = Map::new();
    let names = BACKENDS.map(|backend| backend.name);
    let choices: Vec<Value> = names
        .into_iter()
        .map(Value::from)
        .chain([json!(""), Value::Null])
        .collect();
    properties.insert(
        "backend".to_owned(),
        json!({ "description": "Which backend holds the images.", "enum": choices, "default": names[0] }),
    );
    for backend in BACKENDS {
        let block = if backend.is_volume() {
            refer(backend)
        } else {
            json!({ "description": backend.title, "type": ["object", "string", "null"], "maxLength": 0 })
        };
        properties.insert(backend.name.to_owned(), block);
    }
    let mut cases = vec![nothing_chosen()];
    cases.extend(BACKENDS.into_iter().filter(|backend| !backend.is_volume()).map(|backend| {
        json!({
            "if": { "properties": { "backend": { "const": backend.name } }, "required": ["backend"] },
            "then": { "properties": { backend.name: refer(backend) }, "required": [backend.name] },
        })
    }));
    json!({
        "description": "Where the images are kept.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "allOf": cases,
    })
}

/// Without a backend no other block than the default's may be filled: it would be ignored.
fn nothing_chosen() -> Value {
    let others = BACKENDS.into_iter().filter(|backend| !backend.is_volume());
    let empty: Map<_, _> = others
        .map(|backend| {
            (
                backend.name.to_owned(),
                json!({ "additionalProperties": blank() }),
            )
        })
        .collect();
    json!({
        "if": { "properties": { "backend": blank() } },
        "then": { "properties": empty },
    })
}

/// A backend's block. One that must hold something can't be blank.
fn block(backend: &Backend) -> Value {
    let properties: Map<_, _> = backend
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), property(field)))
        .collect();
    let mut block = json!({
        "description": backend.title,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    let required: Vec<_> = backend
        .fields
        .iter()
        .filter(|field| field.required && !field.secret)
        .map(|field| field.name)
        .collect();
    if required.is_empty() {
        block["type"] = json!(["object", "string", "null"]);
        block["maxLength"] = json!(0);
    } else {
        block["required"] = json!(required);
    }
    let secrets: Vec<_> = backend
        .fields
        .iter()
        .filter(|field| field.required && field.secret)
        .map(set_or_in_secret)
        .collect();
    if !secrets.is_empty() {
        block["allOf"] = Value::Array(secrets);
    }
    block
}

/// The regions of S3 where requests go to AWS; another service calls its regions as it likes.
fn limit_regions(blocks: &mut Map<String, Value>, allowed: &[String]) {
    let Some(Value::Object(s3)) = blocks.get_mut("s3") else {
        return;
    };
    let regions: Vec<_> = S3_REGIONS
        .into_iter()
        .chain(allowed.iter().map(String::as_str))
        .collect();
    let another_service = json!({
        "properties": { "regionendpoint": { "not": blank() } },
        "required": ["regionendpoint"],
    });
    s3.insert("if".to_owned(), another_service);
    s3.insert(
        "else".to_owned(),
        json!({ "properties": { "region": { "enum": regions } } }),
    );
}

/// A required secret field is set, or the block names the Secret that holds it.
fn set_or_in_secret(field: &Field) -> Value {
    let set =
        |name: &str| json!({ "properties": { name: { "not": blank() } }, "required": [name] });
    json!({ "anyOf": [set(field.name), set(Field::EXISTING_SECRET_NAME)] })
}

/// One field, with what an editor shows of it.
fn property(field: &Field) -> Value {
    let mut property = json!({ "description": description(field) });
    let must = field.required && !field.secret;
    if let (Value::Object(all), Value::Object(values)) = (&mut property, values(field.kind, must)) {
        all.extend(values);
    }
    property
}

fn description(field: &Field) -> String {
    let mut text = field.doc.to_owned();
    if !field.required {
        text.push_str(&format!(" Default: {}.", field.default));
    }
    text
}

/// The values that a kind of field takes, and what counts as not set unless it must be set.
fn values(kind: Kind, must: bool) -> Value {
    let taken = match kind {
        // A number or a boolean in a string's place is taken where its text is what was typed.
        Kind::Text if must => {
            return json!({ "type": ["string", "number", "boolean"], "minLength": 1 });
        }
        Kind::Text => return json!({ "type": ["string", "number", "boolean", "null"] }),
        Kind::Bool => json!({ "enum": [true, false, "true", "false"] }),
        Kind::Choice(words) => json!({ "enum": words }),
        Kind::Integer(limits) => integer(limits),
        Kind::Quantity => json!({ "anyOf": [
            { "type": "string", "pattern": quantity() },
            { "type": "number", "exclusiveMinimum": 0 },
        ] }),
        Kind::ObjectName => json!({ "anyOf": [
            { "type": "string", "pattern": OBJECT_NAME, "maxLength": 253 },
            { "type": "number", "minimum": 0 },
            { "type": "boolean" },
        ] }),
    };
    if must {
        return taken;
    }
    match taken {
        // An editor offers the words of one list better than those of two.
        Value::Object(mut only) if only.contains_key("enum") => {
            if let Some(Value::Array(words)) = only.get_mut("enum") {
                words.extend([json!(""), Value::Null]);
            }
            Value::Object(only)
        }
        Value::Object(mut any) if any.contains_key("anyOf") => {
            if let Some(Value::Array(forms)) = any.get_mut("anyOf") {
                forms.push(blank());
            }
            Value::Object(any)
        }
        other => other,
    }
}

fn integer(limits: Limits) -> Value {
    let Limits {
        min,
        max,
        multiple_of,
    } = limits;
    let mut number = json!({ "type": "integer", "minimum": min, "maximum": max });
    if multiple_of != 1 {
        number["multipleOf"] = json!(multiple_of);
    }
    let plain = format!("^[+]?0*({})$", decimal::range(min, max));
    json!({ "anyOf": [
        number,
        { "type": "string", "pattern": plain },
        { "type": "string", "pattern": SCIENTIFIC },
    ] })
}

/// A number as charts print large ones (`1.048576e+07`), in quotes.
const SCIENTIFIC: &str =
    r"^[+]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][-+]?[0-9]+)$|^[+]?([0-9]+[.][0-9]*|[.][0-9]+)$";

/// RFC 1123's subdomain.
const OBJECT_NAME: &str = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

/// Kubernetes' grammar of positive quantities; without look-ahead, which Helm's expressions do not know.
fn quantity() -> String {
    let number = "([0-9]*[1-9][0-9]*([.][0-9]*)?|[0-9]*[.][0-9]*[1-9][0-9]*)";
    let exponent = decimal::range(0, i64::from(u8::MAX));
    format!("^{number}([mkMGTPE]|[KMGTPE]i|[eE][-+]?0*({exponent}))?$")
}

#[cfg(test)]
mod tests;
