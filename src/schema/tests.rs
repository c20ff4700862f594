//! The table's own tests: what every entry must have, so that no reader needs to check it.

use std::collections::BTreeSet;

use super::*;

fn entries() -> impl Iterator<Item = (&'static Backend, &'static Field)> {
    BACKENDS
        .into_iter()
        .flat_map(|backend| backend.fields.iter().map(move |field| (backend, field)))
}

#[test]
fn paths_and_variables_are_unique() {
    let mut paths = BTreeSet::new();
    let mut variables = BTreeSet::new();
    for (backend, field) in entries() {
        assert!(
            paths.insert(backend.path(field)),
            "{} twice",
            backend.path(field)
        );
        if let Some(env) = backend.env(field) {
            assert!(variables.insert(env.clone()), "{env} twice");
        }
    }
}

#[test]
fn variables_are_spelled_as_the_registry_spells_them() {
    for (_, field) in entries() {
        assert!(
            field.name.chars().all(|c| c.is_ascii_alphanumeric()),
            "{}",
            field.name
        );
    }
    let s3 = Backend::named("s3").unwrap();
    assert_eq!(
        s3.env(s3.field("region").unwrap()).unwrap(),
        "REGISTRY_STORAGE_S3_REGION"
    );
    let gcs = Backend::named("gcs").unwrap();
    assert_eq!(
        gcs.env(gcs.field("credentials").unwrap()).unwrap(),
        "REGISTRY_STORAGE_GCS_KEYFILE"
    );
}

#[test]
fn every_field_says_what_it_is() {
    for (backend, field) in entries() {
        let path = backend.path(field);
        assert!(field.doc.ends_with('.'), "{path}: doc is a sentence");
        assert!(!field.example.is_empty(), "{path}: an example");
        assert_eq!(
            field.required,
            field.default.is_empty(),
            "{path}: what holds without it, unless it must be there"
        );
        assert!(
            field.mistakes.iter().all(|text| text.ends_with('.')),
            "{path}: mistakes are sentences"
        );
    }
}

#[test]
fn a_pair_is_named_by_both() {
    for (backend, field) in entries() {
        if let Some(other) = field.pair {
            assert_eq!(backend.field(other).unwrap().pair, Some(field.name));
        }
    }
}

#[test]
fn secrets_come_with_a_way_to_bring_ones_own() {
    for backend in BACKENDS {
        let secret = backend.fields.iter().any(|field| field.secret);
        assert_eq!(
            backend.field("existingSecret").is_some(),
            secret,
            "{}",
            backend.name
        );
    }
}

#[test]
fn identity_is_never_a_secret() {
    assert!(entries().all(|(_, field)| !(field.identity && field.secret)));
}
