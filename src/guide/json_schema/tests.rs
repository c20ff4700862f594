//! The schema against the reading that it mirrors, over generated trees, and against the standard's own schemas.

use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::{Draft, schema};
use crate::origin::{Origin, Source, SourceKind};
use crate::schema::{BACKENDS, Backend};
use crate::settings;
use crate::values::{Node, Value as Held};

static DRAFT_07: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&schema(Draft::Draft07, &[])).unwrap());
static DRAFT_2020_12: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&schema(Draft::Draft202012, &[])).unwrap());

/// The regions of the vendor's guide.
const MSRS: [&str; 16] = [
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "eu-west-2",
    "eu-central-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "sa-east-1",
    "cn-north-1",
    "us-gov-west-1",
    "ca-central-1",
];

/// A tree as Helm holds it after reading a file: numbers are floats.
fn node(value: &Value, origin: &Origin) -> Node {
    let held = match value {
        Value::Null => Held::Null,
        Value::Bool(value) => Held::Bool(*value),
        Value::Number(number) => Held::Float(number.as_f64().unwrap()),
        Value::String(text) => Held::Str(text.clone()),
        Value::Array(items) => Held::List(items.iter().map(|item| node(item, origin)).collect()),
        Value::Object(map) => Held::Map(
            map.iter()
                .map(|(key, value)| (key.clone(), node(value, origin)))
                .collect(),
        ),
    };
    Node::new(held, origin.clone())
}

/// The codes of the faults that reading finds.
fn read(storage: &Value) -> Vec<&'static str> {
    let source = Arc::new(Source {
        kind: SourceKind::File,
        name: "values.yaml".to_owned(),
        text: String::new(),
    });
    let outcome = settings::read(&node(storage, &Origin::whole(&source)), None);
    outcome.faults.iter().map(|fault| fault.rule.code).collect()
}

fn file(storage: &Value) -> Value {
    json!({ "ingress": { "enabled": true }, "registry": { "replicas": 2, "storage": storage } })
}

/// Values that tell the kinds of fields apart, right and wrong ones for each.
fn leaf() -> impl Strategy<Value = Value> {
    select(vec![
        json!(null),
        json!(""),
        json!("x"),
        json!(true),
        json!("false"),
        json!("yes"),
        json!(0),
        json!(3),
        json!(-1),
        json!(1.5),
        json!(262_144),
        json!(262_145),
        json!(1_048_576),
        json!(5_242_880),
        json!(5_242_879),
        json!(5_368_709_120_i64),
        json!(5_368_709_121_i64),
        json!("5242880"),
        json!("005242880"),
        json!("+5242880"),
        json!("5242879"),
        json!("5368709121"),
        json!("2"),
        json!("4"),
        json!("1.048576e+07"),
        json!("50Gi"),
        json!("0Gi"),
        json!(".5Gi"),
        json!("1.Gi"),
        json!("1e3"),
        json!("1e256"),
        json!("-1Gi"),
        json!("registry-storage"),
        json!("Registry_Storage"),
        json!("a..b"),
        json!("STANDARD"),
        json!("us-gov-west-1"),
        json!("us-east-9"),
        json!("standard"),
        json!("internal"),
        json!("ReadWriteMany"),
        json!([]),
        json!({}),
        json!(["x"]),
        json!({ "a": "b" }),
    ])
}

/// A block with everything that the backend must have.
fn block(backend: &Backend) -> Value {
    let required = backend.fields.iter().filter(|field| field.required);
    required
        .map(|field| {
            let value = if field.name == "region" {
                "us-east-2"
            } else {
                "x"
            };
            (field.name.to_owned(), json!(value))
        })
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// One thing to change in a tree: a key of `registry.storage`, or of a block; the value, or none to remove it.
type Change = (Option<&'static str>, String, Option<Value>);

fn change() -> impl Strategy<Value = Change> {
    let value = prop_oneof![8 => leaf().prop_map(Some), 1 => Just(None)];
    let backends = || select(BACKENDS.to_vec());
    let of_storage = prop_oneof![
        3 => Just("backend".to_owned()),
        3 => backends().prop_map(|backend| backend.name.to_owned()),
        1 => Just("bucket".to_owned()),
    ];
    let name = prop_oneof![5 => leaf(), 5 => backends().prop_map(|backend| json!(backend.name)), 1 => Just(json!("S3"))];
    let of_block = backends().prop_flat_map(|backend| {
        let fields = backend
            .fields
            .iter()
            .map(|field| field.name.to_owned())
            .chain(["regoin".to_owned()]);
        (Just(Some(backend.name)), select(fields.collect::<Vec<_>>()))
    });
    prop_oneof![
        1 => (of_storage, value.clone()).prop_map(|(key, value)| (None, key, value)),
        1 => name.prop_map(|name| (None, "backend".to_owned(), Some(name))),
        8 => (of_block, value).prop_map(|((block, key), value)| (block, key, value)),
    ]
}

fn storage() -> impl Strategy<Value = Value> {
    let start = (select(BACKENDS.to_vec()), any::<bool>());
    (start, prop::collection::vec(change(), 0..5)).prop_map(|((backend, named), changes)| {
        let mut storage = json!({ backend.name: block(backend) });
        if named {
            storage["backend"] = json!(backend.name);
        }
        for (block, key, value) in changes {
            let place = match block {
                None => &mut storage,
                Some(block) => &mut storage[block],
            };
            if place.is_null() {
                *place = json!({});
            }
            let Some(map) = place.as_object_mut() else {
                continue;
            };
            match value {
                Some(value) => map.insert(key, value),
                None => map.remove(&key),
            };
        }
        storage
    })
}

/// Whether the chosen block is s3's with a region that is none of MSR's and goes to AWS: the rules' to judge, not the reading's.
fn elsewhere_on_aws(storage: &Value) -> bool {
    let s3 = &storage["s3"];
    let endpoint = &s3["regionendpoint"];
    let on_aws = endpoint.is_null() || endpoint == "";
    storage["backend"] == "s3"
        && on_aws
        && s3["region"]
            .as_str()
            .is_none_or(|name| !MSRS.contains(&name))
}

/// Whether the tree has a quoted number whose size no expression can judge.
fn quoted_beyond_expressions(storage: &Value) -> bool {
    let texts = BACKENDS.into_iter().flat_map(|backend| {
        ["chunksize", "authversion"].map(|key| (backend, &storage[backend.name][key]))
    });
    texts.into_iter().any(|(backend, value)| {
        value
            .as_str()
            .is_some_and(|text| backend.name == "gcs" || text.contains(['.', 'e']))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn refuses_what_the_reading_refuses(storage in storage()) {
        let faults = read(&storage);
        let whole = file(&storage);
        for draft in [&DRAFT_07, &DRAFT_2020_12] {
            let valid = draft.is_valid(&whole);
            if faults.is_empty() && elsewhere_on_aws(&storage) {
                prop_assert!(!valid, "the schema takes the region of {storage}");
            } else if faults.is_empty() {
                prop_assert!(valid, "the schema refuses {storage}: {:?}", draft.iter_errors(&whole).map(|error| error.to_string()).collect::<Vec<_>>());
            } else if !(faults.iter().all(|code| ["out-of-range", "wrong-type"].contains(code)) && quoted_beyond_expressions(&storage)) {
                prop_assert!(!valid, "the schema takes {storage}, the reading finds {faults:?}");
            }
        }
    }
}

#[test]
fn is_a_schema_by_the_standard() {
    for draft in [Draft::Draft07, Draft::Draft202012] {
        assert!(jsonschema::meta::is_valid(&schema(draft, &[])), "{draft:?}");
    }
}

/// Files in the vendor's guide, and slips that people make in them.
#[test]
fn values_of_the_guide_pass_and_slips_do_not() {
    let good = [
        json!({ "backend": "s3", "s3": { "region": "us-east-2", "bucket": "testing-msr", "v4auth": true } }),
        json!({ "backend": "azure", "azure": { "accountname": "a", "accountkey": "b", "container": "c" } }),
        json!({ "backend": "azure", "azure": { "accountname": "a", "existingSecret": "mine", "container": "c" } }),
        json!({ "persistentVolume": { "size": "100Gi" } }),
        json!({ "backend": "s3", "s3": { "region": "us-east-2", "bucket": "b" }, "persistentVolume": { "size": "20Gi" } }),
        json!({}),
    ];
    for storage in good {
        assert!(DRAFT_07.is_valid(&file(&storage)), "{storage}");
    }
    let slips = [
        json!({ "backend": "S3", "s3": { "region": "us-east-2", "bucket": "testing-msr" } }),
        json!({ "s3": { "region": "us-east-2", "bucket": "testing-msr" } }),
        json!({ "backend": "s3", "s3": { "region": "us-east-2", "bukcet": "testing-msr" } }),
        json!({ "backend": "s3", "s3": { "region": "us-east-2" } }),
        json!({ "backend": "s3" }),
        json!({ "backend": "azure", "azure": { "accountname": "a", "container": "c" } }),
        json!({ "backend": "s3", "s3": { "region": "us-east-2", "bucket": "b", "secure": "no" } }),
        json!({ "backend": "s3", "s3": { "region": "us-east-2", "bucket": "b", "chunksize": 1000 } }),
        json!({ "persistentVolume": { "size": "lots" } }),
        json!({ "backend": "s3", "s3": { "region": "us-east-9", "bucket": "b" } }),
        json!({ "backend": "s3", "s3": { "region": "eu-north-1", "bucket": "b", "regionendpoint": "" } }),
    ];
    for storage in slips {
        assert!(!DRAFT_07.is_valid(&file(&storage)), "{storage}");
    }
    let elsewhere = json!({ "backend": "s3", "s3": { "region": "garage", "bucket": "b", "regionendpoint": "minio:9000" } });
    assert!(DRAFT_07.is_valid(&file(&elsewhere)));
    assert!(
        DRAFT_07.is_valid(&json!({ "anything": [1, 2] })),
        "a file without the registry's storage"
    );
}

#[test]
fn a_region_that_is_allowed_passes_and_others_do_not() {
    for draft in [Draft::Draft07, Draft::Draft202012] {
        let allowed = ["eu-north-1".to_owned(), "eu-south-2".to_owned()];
        let wider = jsonschema::validator_for(&schema(draft, &allowed)).unwrap();
        for (region, valid) in [
            ("eu-north-1", true),
            ("eu-south-2", true),
            ("us-east-1", true),
            ("us-east-9", false),
        ] {
            let storage = json!({ "backend": "s3", "s3": { "region": region, "bucket": "b" } });
            assert_eq!(wider.is_valid(&file(&storage)), valid, "{draft:?} {region}");
        }
    }
}
