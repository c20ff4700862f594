//! What stands beside the driver in the registry's configuration file (delete, cache, maintenance, redirect) works on a
//! started registry whose driver is named by a variable, which would wipe it. Its parser alone does not show the panics.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::http;
use super::image::{Image, name};
use super::registry::{Registry, Running};
use super::release::Release;
use super::store::Store;
use super::{proof, proxy};
use crate::support::helm::Helm;

/// A registry of MSR's chart with these values under `registry.config`, on S3.
#[track_caller]
fn started(registry: Registry, store: &Store, config: &Value, folder: &TempDir) -> Running {
    let mut values = store.values(&store.block);
    values["registry"]["config"] = config.clone();
    let release = Release::new(Helm::V3);
    release.install(&values, &[]).exits(0);
    let container = release.container();
    registry
        .start(&container, folder.path(), &store.network)
        .unwrap_or_else(|log| panic!("{registry:?} does not start with {config}: {log}"))
}

#[track_caller]
fn shown(registry: Registry, setting: &str) {
    proof::record(
        "settings",
        &[("registry", registry.version()), ("setting", setting)],
    );
}

#[test]
#[ignore = "scripts/prove"]
fn everything_on() {
    let (store, folder) = (Store::of("s3"), TempDir::new().expect("a temporary folder"));
    for registry in Registry::BOTH {
        let config = json!({"delete": true, "redirect": true, "cache": "inmemory", "uploadPurging": {"enabled": true}});
        let running = started(registry, &store, &config, &folder);
        let image = Image::new(10_000);
        let name = name(running.port(), "proof/settings");
        image.push(&name, &[]).exits(0);
        let blob = format!("/v2/proof/settings/blobs/{}", image.layer);
        assert_eq!(http::status(running.port(), "GET", &blob), 307);
        shown(
            registry,
            "redirect.disable: false: a pull is redirected to the store",
        );
        Image::delete(&name).exits(0);
        shown(registry, "delete.enabled: true: an image is deleted");
        assert!(
            running
                .log()
                .contains("using inmemory blob descriptor cache")
        );
        shown(registry, "cache.blobdescriptor: inmemory: in its log");
        assert!(running.log().contains("Starting upload purge"));
        shown(
            registry,
            "maintenance.uploadpurging.enabled: true: in its log",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn everything_off() {
    let (store, folder) = (Store::of("s3"), TempDir::new().expect("a temporary folder"));
    for registry in Registry::BOTH {
        let config = json!({"delete": false, "redirect": false, "cache": null, "uploadPurging": {"enabled": false}});
        let running = started(registry, &store, &config, &folder);
        let image = Image::new(10_000);
        image
            .push(&name(running.port(), "proof/settings"), &[])
            .exits(0);
        let at = |what: &str, digest: &str| format!("/v2/proof/settings/{what}/{digest}");
        let blob = http::status(running.port(), "GET", &at("blobs", &image.layer));
        assert_eq!(blob, 200, "served by the registry itself");
        shown(
            registry,
            "redirect.disable: true: a pull comes from the registry itself",
        );
        let deleted = http::status(running.port(), "DELETE", &at("manifests", &image.digest));
        assert_eq!(deleted, 405);
        shown(registry, "delete.enabled: false: a delete is refused");
        assert!(!running.log().contains("blob descriptor cache"));
        shown(registry, "no cache: none in its log");
        assert!(!running.log().contains("Starting upload purge"));
        shown(
            registry,
            "maintenance.uploadpurging.enabled: false: it starts, and purges nothing",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn read_only() {
    let (store, folder) = (Store::of("s3"), TempDir::new().expect("a temporary folder"));
    for registry in Registry::BOTH {
        let running = started(registry, &store, &json!({"readOnly": true}), &folder);
        let pushed = http::status(running.port(), "POST", "/v2/proof/settings/blobs/uploads/");
        assert_eq!(pushed, 405);
        shown(
            registry,
            "maintenance.readonly.enabled: true: a push is refused",
        );
    }
}

/// Encryption and storage class as the store hears of them, and that an image still goes through.
#[test]
#[ignore = "scripts/prove"]
fn encryption_and_storage_class_reach_the_store() {
    let mut store = Store::of("s3");
    let names = &["x-amz-server-side-encryption", "x-amz-storage-class"];
    let (port, record) = proxy::recorder(store.servers[0].port, names);
    store.block.insert(
        "regionendpoint".to_owned(),
        format!("http://127.0.0.1:{port}").into(),
    );
    store.block.insert("encrypt".to_owned(), true.into());
    store
        .block
        .insert("storageclass".to_owned(), "REDUCED_REDUNDANCY".into());
    let folder = TempDir::new().expect("a temporary folder");
    for (keyid, wanted) in [
        (None, "aes256"),
        (Some("arn:aws:kms:us-east-1:1:key/2"), "aws:kms"),
    ] {
        if let Some(keyid) = keyid {
            store.block.insert("keyid".to_owned(), keyid.into());
        }
        for registry in Registry::BOTH {
            record.lock().expect("no thread panics with it").clear();
            let running = started(registry, &store, &json!({}), &folder);
            let image = Image::new(6_000_000);
            let name = name(running.port(), "proof/encrypted");
            image.push(&name, &[]).exits(0);
            let (pulled, folder) = Image::pull(&name, &[]);
            pulled.exits(0);
            image.is_in(&folder);
            let seen = record.lock().expect("no thread panics with it").clone();
            let has = |line: &str| seen.iter().any(|seen| seen.trim_end() == line);
            assert!(
                has(&format!("x-amz-server-side-encryption: {wanted}")),
                "{seen:?}"
            );
            assert!(has("x-amz-storage-class: reduced_redundancy"), "{seen:?}");
            if let Some(keyid) = keyid {
                let header = "x-amz-server-side-encryption-aws-kms-key-id";
                assert!(has(&format!("{header}: {keyid}")), "{seen:?}");
            }
            shown(
                registry,
                &format!(
                    "s3 encrypt ({wanted}) and storageclass: in the requests, which the store takes; that it encrypts is not shown"
                ),
            );
        }
    }
}
