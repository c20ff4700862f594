//! Every backend on its real store: the right settings, a wrong secret, a store that is not there, no trust in the certificate.

use serde_json::json;

use super::{Values, identity, left, with};
use crate::real::store::Store;

/// Those with something to reach.
const BACKENDS: [&str; 5] = ["s3", "azure", "gcs", "swift", "oss"];

#[test]
#[ignore = "scripts/prove"]
fn right_settings_are_tried_and_nothing_is_left() {
    for backend in BACKENDS {
        let store = Store::of(backend);
        if backend == "swift" {
            identity::make_container(&store);
        }
        let values = Values::new(backend, &store.block);
        let said = values.probe(&store.network, &[]).exits(0).stdout;
        let account = said.lines().next().unwrap();
        assert!(account.starts_with(&format!("probed {backend} ")), "{said}");
        for step in [
            "reach ",
            "list ",
            "write ",
            "read ",
            "multipart ",
            "delete ",
        ] {
            assert!(account.contains(step), "{backend}: {step} in {account}");
        }
        assert!(account.ends_with("; nothing is left there"), "{account}");
        assert!(!said.contains("[probe-"), "{said}");
        let left = left::objects(store);
        assert!(left.is_empty(), "{backend}: {left:?}");
    }
}

#[test]
#[ignore = "scripts/prove"]
fn a_wrong_secret_is_told_at_its_line() {
    for backend in BACKENDS {
        let store = Store::of(backend);
        let (field, _) = store.wrong.clone().unwrap();
        let values = Values::new(backend, &store.wrong_block().unwrap());
        let found = values.found(&store.network, &[]);
        assert_eq!(found, [format!("probe-credentials {field}")], "{backend}");
        let left = left::objects(store);
        assert!(left.is_empty(), "{backend}: {left:?}");
    }
}

#[test]
#[ignore = "scripts/prove"]
fn an_unknown_key_is_told_at_the_line_of_the_key() {
    for (backend, field) in [("s3", "accesskey"), ("oss", "accesskeyid")] {
        let store = Store::of(backend);
        let block = with(&store.block, &[(field, json!("LTAI4UNKNOWN"))]);
        let found = Values::new(backend, &block).found(&store.network, &[]);
        assert_eq!(found, [format!("probe-credentials {field}")], "{backend}");
    }
}

/// The registry makes a missing container of Azure and Swift itself, so that there it is a warning; the probe makes none.
#[test]
#[ignore = "scripts/prove"]
fn a_store_that_is_not_there() {
    for (backend, field, code) in [
        ("s3", "bucket", "probe-no-store"),
        ("gcs", "bucket", "probe-no-store"),
        ("azure", "container", "probe-new-container"),
        ("swift", "container", "probe-new-container"),
    ] {
        let store = Store::of(backend);
        let block = with(&store.block, &[(field, json!("elsewhere"))]);
        let values = Values::new(backend, &block);
        assert_eq!(
            values.found(&store.network, &[]),
            [format!("{code} {field}")],
            "{backend}"
        );
        assert_eq!(
            values.found(&store.network, &[]),
            [format!("{code} {field}")],
            "{backend}: it was made"
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn a_certificate_that_is_not_trusted() {
    for (backend, field) in [("azure", "realm"), ("gcs", "bucket"), ("oss", "region")] {
        let store = Store::of(backend);
        let network = store
            .network
            .iter()
            .filter(|(name, _)| name != "SSL_CERT_FILE");
        let network: Vec<_> = network.cloned().collect();
        let found = Values::new(backend, &store.block).found(&network, &[]);
        assert_eq!(found, [format!("probe-tls {field}")], "{backend}");
    }
}

#[test]
#[ignore = "scripts/prove"]
fn a_region_that_is_not_the_buckets() {
    let store = Store::of("s3");
    let values = Values::new("s3", &with(&store.block, &[("region", json!("us-east-2"))]));
    assert_eq!(values.found(&[], &[]), ["probe-region region"]);
    let said = values.probe(&[], &[]).exits(1).stdout;
    assert!(
        said.contains("help: set registry.storage.s3.region to us-east-1"),
        "{said}"
    );
}

/// Swift's insecureskipverify, on a server of TLS that is no Swift: whether the connection comes to be is what is asked.
#[test]
#[ignore = "scripts/prove"]
fn swift_takes_a_certificate_unseen_only_where_it_is_told_to() {
    let server = Store::of("azure");
    let url = format!("https://127.0.0.1:{}/auth/v1.0", server.servers[0].port);
    for unseen in [false, true] {
        let block = json!({
            "authurl": url, "username": "test:tester", "password": "0012345", "container": "images",
            "insecureskipverify": unseen,
        });
        let values = Values::new("swift", block.as_object().unwrap());
        let found = values.found(&[], &[]);
        assert_eq!(found == ["probe-tls authurl"], !unseen, "{found:?}");
        let said = values.probe(&[], &[]).exits(1).stdout;
        assert_eq!(said.contains(", sign in failed"), unseen, "{said}");
    }
}
