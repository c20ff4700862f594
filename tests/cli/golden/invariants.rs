//! What must hold for every run of the post-renderer, whatever the case shows.

use serde_json::Value;

use super::case::Case;
use super::stream_text;
use crate::support::kubeyaml;
use crate::support::run::{Outcome, same_text};

/// The fields that are secrets, as the vendor's guide names them. Swift's accesskey is none: it stands in every temporary URL.
const SECRETS: [(&str, &str); 8] = [
    ("s3", "accesskey"),
    ("s3", "secretkey"),
    ("azure", "accountkey"),
    ("swift", "password"),
    ("swift", "secretkey"),
    ("gcs", "credentials"),
    ("oss", "accesskeyid"),
    ("oss", "accesskeysecret"),
];

/// Demands all of it.
pub(super) fn hold(case: &Case, outcome: &Outcome) {
    let secrets = secrets(case);
    for secret in secrets.iter().filter(|secret| secret.len() > 3) {
        assert!(
            !outcome.stderr.contains(secret.as_str()),
            "stderr shows the secret {secret:?}"
        );
    }
    if outcome.code == Some(0) {
        same_text(&outcome.stderr, "");
        is_readable_by_kubernetes(&case.input(), &outcome.stdout);
        keeps_what_it_did_not_mean(&case.input(), &outcome.stdout);
        shows_no_secret(&secrets, &case.input(), &outcome.stdout);
        gives_the_same_when_run_again(case, &outcome.stdout);
    } else {
        assert_eq!(outcome.code, Some(1), "a refused input");
        same_text(&outcome.stdout, "");
    }
}

/// No document that could be read before can't be read now, and no new one is unreadable.
fn is_readable_by_kubernetes(input: &str, output: &str) {
    let broken = |stream: &str| {
        let documents = kubeyaml::documents(stream);
        documents
            .into_iter()
            .filter_map(Result::err)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        broken(output).len(),
        broken(input).len(),
        "{:?}\n{output}",
        broken(output)
    );
}

/// A document whose content is the same is the same to the byte, and documents keep their order.
fn keeps_what_it_did_not_mean(input: &str, output: &str) {
    let written = stream_text::documents(output);
    let contents: Vec<_> = written.iter().map(|text| content(text)).collect();
    let mut from = 0;
    for document in stream_text::documents(input) {
        let before = content(document);
        let Some(at) = (from..written.len()).find(|at| contents[*at] == before) else {
            continue;
        };
        assert_eq!(written[at], document, "an untouched document changed");
        from = at + 1;
    }
}

fn content(document: &str) -> Vec<Result<Value, String>> {
    kubeyaml::documents(document)
}

/// Once is as good as twice. A carrier is consumed, so that nothing is meant the second time.
fn gives_the_same_when_run_again(case: &Case, output: &str) {
    const NOTHING: &[&str] = &["--no-values"];
    let carried =
        case.input().contains("StorageValues") && !case.args().contains(&NOTHING[0].to_owned());
    let again = case.run_with(output, if carried { NOTHING } else { &[] });
    same_text(&again.exits(0).stdout, output);
}

/// The secrets' values: of what is given, and of what stands in the stream for the program to read.
fn secrets(case: &Case) -> Vec<String> {
    let mut found = Vec::new();
    for text in [case.text("values.yaml"), Some(case.input())]
        .into_iter()
        .flatten()
    {
        for document in kubeyaml::documents(&text).into_iter().flatten() {
            let is_of_an_object = document.get("kind").is_some();
            let storage = match document["kind"].as_str() {
                Some("MSR") => document["spec"]["registry"]["storage"].clone(),
                Some("StorageValues") => document["registry"]["storage"].clone(),
                _ if is_of_an_object => Value::Null,
                _ => document,
            };
            collect(&storage, &mut found);
        }
    }
    let given = case
        .args()
        .into_iter()
        .chain(case.env().into_iter().map(|(_, value)| value));
    for text in given {
        let pairs = text.split(',').filter_map(|pair| pair.split_once('='));
        let of_secrets = pairs.filter(|(key, _)| {
            SECRETS
                .iter()
                .any(|(backend, field)| key.ends_with(&format!(".{backend}.{field}")))
        });
        found.extend(of_secrets.map(|(_, value)| value.to_owned()));
    }
    found.retain(|secret| !secret.is_empty());
    found
}

/// The values of secret fields, wherever in a tree of values their backend's block stands.
fn collect(tree: &Value, found: &mut Vec<String>) {
    for (backend, field) in SECRETS {
        match &tree[backend][field] {
            Value::String(text) => {
                found.push(text.clone());
                // What a key file holds, so that a message that shows a part of it is found too.
                let key = serde_json::from_str::<Value>(text).unwrap_or_default();
                found.extend(key["private_key"].as_str().map(str::to_owned));
            }
            Value::Number(number) => found.push(number.to_string()),
            _ => {}
        }
    }
    for child in tree.as_object().into_iter().flat_map(|map| map.values()) {
        collect(child, found);
    }
}

/// A secret stands in `data` of a Secret, and where the operator reads it; nowhere else, neither plain nor in base64.
fn shows_no_secret(secrets: &[String], input: &str, output: &str) {
    let has_resource = input.contains("kind: MSR");
    for secret in secrets {
        assert!(
            has_resource || secret.len() < 6 || !output.contains(secret.as_str()),
            "the output shows the secret {secret:?}"
        );
        let encoded = base64(secret);
        for mut object in kubeyaml::documents(output).into_iter().flatten() {
            hide_where_it_may_stand(&mut object);
            let text = object.to_string();
            assert!(
                !text.contains(&encoded),
                "a secret in base64 outside of a Secret's data: {text}"
            );
            let shown = strings(&object).into_iter().find(|shown| shown == secret);
            assert_eq!(shown, None, "a secret outside of a Secret's data: {text}");
        }
    }
}

fn hide_where_it_may_stand(object: &mut Value) {
    if let Some(items) = object.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(hide_where_it_may_stand);
    }
    match object["kind"].as_str() {
        Some("Secret") => object["data"] = Value::Null,
        Some("MSR") => object["spec"]["registry"]["storage"] = Value::Null,
        _ => {}
    }
}

fn strings(tree: &Value) -> Vec<String> {
    match tree {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(strings).collect(),
        Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

/// Of the secret's own bytes, without what padding would hide.
fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}
