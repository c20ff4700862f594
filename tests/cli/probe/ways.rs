//! The ways to a store: production's host names through a proxy with a certificate of one's own, hosts that need no proxy,
//! a role's credentials, keys in a Secret, and the fields that travel as headers.

use serde_json::{Value, json};

use super::{Values, left, with};
use crate::real::proxy;
use crate::real::server::certificate;
use crate::real::store::{Store, s3};

/// AWS as the settings see it: no regionendpoint, the bucket in the host's name, HTTPS, and a gateway of that region behind.
#[test]
#[ignore = "scripts/prove"]
fn aws_through_a_proxy_and_with_a_certificate_of_ones_own() {
    let (folder, port) = s3::fresh();
    let host = "s3.us-east-2.amazonaws.com";
    let (trusted, key) = certificate(folder.path(), &format!("{host},DNS:*.{host}"));
    let [trusted, key] = [trusted, key].map(|path| path.display().to_string());
    let server = s3::restart_with(
        (folder, port),
        &[
            "--region",
            "us-east-2",
            "--virtual-domain",
            host,
            "--cert",
            &trusted,
            "--key",
            &key,
        ],
    );
    let proxy = proxy::to_local(".amazonaws.com", port);
    let mut store = Store::of("s3");
    store.servers = vec![server];
    let network = [
        (
            "HTTPS_PROXY".to_owned(),
            format!("http://127.0.0.1:{proxy}"),
        ),
        ("SSL_CERT_FILE".to_owned(), trusted),
    ];
    let block = with(
        &store.block,
        &[
            ("regionendpoint", Value::Null),
            ("region", json!("us-east-2")),
            ("secure", json!(true)),
        ],
    );
    let values = Values::new("s3", &block);
    let said = values.probe(&network, &[]).exits(0).stdout;
    assert!(
        said.starts_with("probed s3 testing-msr at https://s3.us-east-2.amazonaws.com: reach "),
        "{said}"
    );
    assert!(said.contains("nothing is left there"), "{said}");
    // A proxy that knows no such host, and none at all.
    let elsewhere = proxy::to_local(".example.com", port);
    let refused = [
        (
            "HTTPS_PROXY".to_owned(),
            format!("http://127.0.0.1:{elsewhere}"),
        ),
        network[1].clone(),
    ];
    assert_eq!(values.found(&refused, &[]), ["probe-unreachable region"]);
    let said = values.probe(&refused, &[]).exits(1).stdout;
    assert!(
        said.contains("the proxy lets no connection through to https://s3.us-east-2.amazonaws.com"),
        "{said}"
    );
    let left = left::objects(store);
    assert!(left.is_empty(), "{left:?}");
}

#[test]
#[ignore = "scripts/prove"]
fn no_proxy_names_hosts_that_need_none() {
    let store = Store::of("s3");
    let values = Values::new("s3", &store.block);
    let proxy = ("HTTP_PROXY".to_owned(), "http://127.0.0.1:1".to_owned());
    let without = ("NO_PROXY".to_owned(), "127.0.0.1".to_owned());
    assert_eq!(values.found(&[proxy.clone(), without], &[]), [""; 0]);
    assert_eq!(
        values.found(&[proxy], &[]),
        ["probe-unreachable regionendpoint"]
    );
}

/// No keys: those of the environment are taken, and it is said that they are not the pod's.
#[test]
#[ignore = "scripts/prove"]
fn a_roles_credentials_are_those_of_the_place() {
    let store = Store::of("s3");
    let block = with(
        &store.block,
        &[("accesskey", Value::Null), ("secretkey", Value::Null)],
    );
    let values = Values::new("s3", &block);
    let anywhere = "--probe-ambient-credentials";
    let mut env = vec![("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned())];
    assert_eq!(
        values.found(&env, &[anywhere, "--probe-timeout=5"]),
        ["probe-credentials bucket", "probe-ambient bucket"]
    );
    env.push(("AWS_ACCESS_KEY_ID".to_owned(), s3::KEY.to_owned()));
    env.push(("AWS_SECRET_ACCESS_KEY".to_owned(), s3::SECRET.to_owned()));
    assert_eq!(values.found(&env, &[anywhere]), ["probe-ambient bucket"]);
    let said = values.probe(&env, &[anywhere]).exits(0).stdout;
    assert!(
        said.contains(
            "the credentials that it found where it runs, not those of the registry's pod"
        ),
        "{said}"
    );
    // Keys of the values are not mixed with the environment's, and a role drops them.
    let wrong = Values::new(
        "s3",
        &with(&store.block, &[("secretkey", json!("another"))]),
    );
    assert_eq!(wrong.found(&env, &[]), ["probe-credentials secretkey"]);
    assert_eq!(
        wrong.found(&env, &[anywhere, "--iam-role", "--allow=keys-beside-role"]),
        ["probe-ambient bucket"]
    );
    let left = left::objects(store);
    assert!(left.is_empty(), "{left:?}");
}

/// What the finding on an existing Secret advises works as it is written.
#[test]
#[ignore = "scripts/prove"]
fn keys_of_a_secret_are_given_by_flag() {
    let store = Store::of("s3");
    let block = with(
        &store.block,
        &[
            ("accesskey", Value::Null),
            ("secretkey", Value::Null),
            ("existingSecret", json!("registry-storage")),
        ],
    );
    let values = Values::new("s3", &block);
    assert_eq!(values.found(&[], &[]), ["probe-no-keys existingSecret"]);
    let key = format!("registry.storage.s3.accesskey={}", s3::KEY);
    let secret = format!("registry.storage.s3.secretkey={}", s3::SECRET);
    let outcome = crate::support::run::msr_storage([
        "check",
        "--probe",
        "-f",
        "values.yaml",
        "--set",
        "registry.storage.s3.existingSecret=null",
        "--set-literal",
        &key,
        "--set-literal",
        &secret,
    ])
    .folder(values.folder.path())
    .run()
    .exits(0);
    assert!(
        outcome.stdout.starts_with("probed s3 testing-msr"),
        "{}",
        outcome.stdout
    );
    assert!(!outcome.stdout.contains(s3::SECRET), "{}", outcome.stdout);
}

#[test]
#[ignore = "scripts/prove"]
fn encryption_and_storage_class_travel_as_the_registry_sends_them() {
    let store = Store::of("s3");
    let names = &[
        "x-amz-server-side-encryption",
        "x-amz-storage-class",
        "x-amz-acl",
    ];
    for (keyid, wanted) in [
        (Value::Null, "aes256"),
        (json!("arn:aws:kms:us-east-1:111122223333:key/2"), "aws:kms"),
    ] {
        let (port, record) = proxy::recorder(store.servers[0].port, names);
        let block = with(
            &store.block,
            &[
                ("regionendpoint", json!(format!("http://127.0.0.1:{port}"))),
                ("encrypt", json!(true)),
                ("keyid", keyid.clone()),
                ("storageclass", json!("REDUCED_REDUNDANCY")),
            ],
        );
        assert_eq!(Values::new("s3", &block).found(&[], &[]), [""; 0]);
        let seen = record.lock().unwrap().clone();
        let has = |line: &str| seen.iter().any(|seen| seen.trim_end() == line);
        assert!(
            has(&format!("x-amz-server-side-encryption: {wanted}")),
            "{seen:?}"
        );
        assert!(has("x-amz-storage-class: reduced_redundancy"), "{seen:?}");
        if let Some(keyid) = keyid.as_str() {
            assert!(
                has(&format!(
                    "x-amz-server-side-encryption-aws-kms-key-id: {keyid}"
                )),
                "{seen:?}"
            );
        }
    }
}
