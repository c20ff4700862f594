//! restore(expand(v)) = v, for random settings of every backend.

use std::sync::Arc;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::of_stream;
use crate::expand::{self, Plan};
use crate::guide::tree::Secrets;
use crate::origin::{Source, SourceKind};
use crate::pipeline::write;
use crate::rules::{Facts, s3};
use crate::schema::{BACKENDS, Backend, Field, Kind};
use crate::settings;
use crate::values::{Dialect, file};
use crate::workload::{Choice, Stream, workloads};
use crate::yaml;

const CHART: &str = "\
---
# Source: msr/templates/registry.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: msr-msr-registry
  labels: {app.kubernetes.io/name: msr, app.kubernetes.io/component: registry}
spec:
  template:
    spec:
      containers:
      - name: registry
        image: registry.mirantis.com/msr/msr-registry:3.1.4
        env:
        - {name: REGISTRY_HTTP_SECRET, value: x}
        - {name: REGISTRY_STORAGE_S3_REGION, value: eu-west-1}
";

/// Texts that YAML, Kubernetes or a shell could take for something else, and any others that a variable can hold.
fn text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "yes",
        "0123",
        "12345",
        "1e5",
        "~",
        "null",
        "a: b",
        "x #y",
        "$(PATH)",
        "$$",
        "'$(A)'",
        "it's",
        "\"q\"",
        "[x",
        "{y",
        "a\nb\n",
        " a ",
        "-",
        "2024-01-01",
        "!t",
        "*a",
        "&a",
        "%",
        "@",
        "`",
    ]);
    prop_oneof![odd.prop_map(str::to_owned), "[^\0]{1,12}"]
}

fn value(field: &Field) -> BoxedStrategy<Json> {
    match field.kind {
        Kind::Text => text().prop_map(Json::from).boxed(),
        Kind::Bool => any::<bool>().prop_map(Json::from).boxed(),
        Kind::Integer(limits) => (limits.min / limits.multiple_of
            ..=limits.max / limits.multiple_of)
            .prop_map(move |count| Json::from(count * limits.multiple_of))
            .prop_filter("within limits", move |value| {
                value.as_i64().is_some_and(|value| value >= limits.min)
            })
            .boxed(),
        Kind::Choice(words) => prop::sample::select(words).prop_map(Json::from).boxed(),
        Kind::Quantity => (1_u32..999)
            .prop_map(|size| format!("{size}Gi").into())
            .boxed(),
        Kind::ObjectName => "[a-z][a-z0-9]{0,8}".prop_map(Json::from).boxed(),
    }
}

/// A block with all required fields, some of the others, and its secrets here or in a Secret of the user's.
fn block(backend: &'static Backend) -> impl Strategy<Value = Json> {
    let fields: Vec<_> = backend
        .fields
        .iter()
        .map(|field| (any::<bool>(), value(field)))
        .collect();
    (fields, any::<bool>(), any::<bool>()).prop_map(move |(values, keys, named)| {
        let has_name = backend.field(Field::EXISTING_SECRET_NAME).is_some();
        let named = named && has_name;
        let mut block = Map::new();
        for (field, (some, value)) in backend.fields.iter().zip(values) {
            let is_name = field.name == Field::EXISTING_SECRET_NAME;
            let wanted = match () {
                () if is_name => named,
                () if field.secret => {
                    !named && (field.required || if field.pair.is_some() { keys } else { some })
                }
                () if field.pair.is_some() => keys && !named,
                () => field.required || some,
            };
            if wanted {
                block.insert(field.name.to_owned(), value);
            }
        }
        json!({"backend": backend.name, backend.name: block})
    })
}

/// The post-renderer's output for a storage tree, and the tree as it was read with what the rules of Kubernetes add.
fn expanded(tree: &Json) -> (String, Json) {
    let source = Arc::new(Source {
        kind: SourceKind::File,
        name: "v.yaml".to_owned(),
        text: yaml::to_yaml(tree),
    });
    let node = file::read(&source, Dialect::Helm4).unwrap();
    let outcome = settings::read(&node, None);
    let settings = outcome
        .settings
        .filter(|_| outcome.faults.is_empty())
        .unwrap_or_else(|| panic!("{:?}", outcome.faults));
    let resolved = expand::resolve(settings.clone(), &Facts::default());
    let mut wanted = tree.clone();
    if settings.backend.name == "s3" && s3::on_aws(&settings) && settings.get("v4auth").is_none() {
        wanted["s3"]["v4auth"] = true.into();
    }
    let stream = Stream::new(CHART.as_bytes());
    let workloads = workloads(&stream, &Choice::default()).unwrap();
    let mut plan = Plan::default();
    let mut secrets = expand::Secrets::default();
    let stretched = expand::Stretched::default();
    expand::workload(
        &expand::Job {
            stream: &stream,
            workload: &workloads[0],
            resolved: &resolved,
            stretched: &stretched,
        },
        &mut secrets,
        &mut plan,
    )
    .unwrap();
    assert!(secrets.plan(&stream, &mut plan).is_empty());
    let output = write::parts(&stream, &plan, false).unwrap().concat();
    (String::from_utf8(output).unwrap(), wanted)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn restored_settings_are_those_that_were_expanded(
        tree in prop::sample::select(BACKENDS.to_vec()).prop_flat_map(block),
    ) {
        let (output, mut wanted) = expanded(&tree);
        if tree["backend"] == "persistentVolume" {
            // What a new claim has where nothing is said of it is known of the claim.
            let block = wanted["persistentVolume"].as_object_mut().unwrap();
            block.entry("accessMode").or_insert("ReadWriteOnce".into());
            block.entry("size").or_insert("20Gi".into());
        }
        let stream = Stream::new(output.as_bytes());
        let restored = of_stream(&stream, &Choice::default(), &Json::Null, Secrets::Shown).unwrap().unwrap();
        prop_assert_eq!(&restored.tree, &wanted, "{}", output);
        let hidden = of_stream(&stream, &Choice::default(), &Json::Null, Secrets::Masked).unwrap().unwrap();
        let backend = Backend::named(wanted["backend"].as_str().unwrap()).unwrap();
        for field in backend.fields.iter().filter(|field| field.secret) {
            prop_assert!(hidden.tree[backend.name][field.name].is_null());
            let named = hidden.notes.iter().any(|note| note.starts_with(&backend.path(field)));
            let is_set = !wanted[backend.name][field.name].is_null();
            prop_assert!(named || !is_set, "{:?}", hidden.notes);
        }
        // And back: the restored settings give the same registry.
        prop_assert_eq!(expanded(&restored.tree).0, output);
    }
}

/// A key that lies in a Secret outside the release is known where the user gave it as a value.
#[test]
fn the_releases_own_values_are_asked_for_what_the_objects_do_not_show() {
    let stream = CHART.replace(
        "{name: REGISTRY_STORAGE_S3_REGION, value: eu-west-1}",
        "{name: REGISTRY_STORAGE_S3_SECRETKEY, valueFrom: {secretKeyRef: {name: keys, key: aws}}}",
    );
    let stream = Stream::new(stream.as_bytes());
    let config =
        json!({"msr": {"registry": {"storage": {"backend": "s3", "s3": {"secretkey": "wJalr"}}}}});
    let restored = |config: &Json, secrets| {
        of_stream(&stream, &Choice::default(), config, secrets)
            .unwrap()
            .unwrap()
    };
    assert_eq!(
        restored(&config, Secrets::Shown).tree["s3"]["secretkey"],
        "wJalr"
    );
    let masked = restored(&config, Secrets::Masked);
    assert!(masked.tree["s3"].is_null(), "{}", masked.tree);
    assert!(
        masked.notes[0].ends_with("--show-secrets prints it"),
        "{:?}",
        masked.notes
    );
    // Of another backend it is another key.
    let other =
        json!({"registry": {"storage": {"backend": "swift", "s3": {"secretkey": "wJalr"}}}});
    let unknown = restored(&other, Secrets::Shown);
    assert!(unknown.tree["s3"].is_null(), "{}", unknown.tree);
    assert!(
        unknown.notes[0].contains("Secret/keys under the key aws"),
        "{:?}",
        unknown.notes
    );
}
