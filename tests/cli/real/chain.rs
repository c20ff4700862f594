//! From values to a stored blob and back: real Helm, a real API, the kubelet's reading, a real registry, a real store. An
//! image is pushed and pulled, byte for byte the same; with a wrong secret the store refuses.

use tempfile::TempDir;

use super::image::{Image, name};
use super::proof;
use super::registry::{Registry, Running};
use super::release::Release;
use super::store::Store;
use crate::support::helm::Helm;
use crate::support::run::Outcome;

/// Some blobs larger than the least part of a multipart upload.
const SIZE: usize = 7_000_000;

/// Pushes an image of its own to a registry, pulls and deletes it.
#[track_caller]
fn round_trip(running: &Running, store: &Store) {
    let image = Image::new(SIZE);
    let name = name(running.port(), "proof/image");
    went_well("push", &image.push(&name, &store.network), running);
    let (pulled, folder) = Image::pull(&name, &store.network);
    went_well("pull", &pulled, running);
    image.is_in(&folder);
    // The chart's file allows deletes; naming the driver would wipe that.
    went_well("delete", &Image::delete(&name), running);
    let (gone, _) = Image::pull(&name, &store.network);
    assert_ne!(gone.code, Some(0), "the deleted image is still there");
}

#[track_caller]
fn went_well(what: &str, outcome: &Outcome, running: &Running) {
    let log = running.log();
    let last: Vec<_> = log.lines().rev().take(4).collect();
    assert!(
        outcome.code == Some(0),
        "{what}: {}\n--- registry, last first\n{}",
        outcome.stderr,
        last.join("\n")
    );
}

/// A registry that the store refuses: it does not start, or nothing can be pushed; and the refusal is the store's.
#[track_caller]
fn refused(store: &Store, registry: Registry, release: &Release, claims: &TempDir) {
    let said = match registry.start(&release.container(), claims.path(), &store.network) {
        Err(log) => log,
        Ok(running) => {
            let pushed = Image::new(1_000).push(&name(running.port(), "proof/refused"), &[]);
            assert_ne!(
                pushed.code,
                Some(0),
                "a push with a wrong secret went through"
            );
            format!("{}\n{}", pushed.stderr, running.log())
        }
    };
    assert!(
        store.refusals.iter().any(|refusal| said.contains(refusal)),
        "{registry:?} was not refused by the store itself (none of {:?}):\n{said}",
        store.refusals
    );
}

#[track_caller]
fn chain(backend: &str, registries: &[Registry]) {
    let store = Store::of(backend);
    for helm in Helm::BOTH {
        let claims = TempDir::new().expect("a temporary folder");
        let right = Release::new(helm);
        right.install(&store.values(&store.block), &[]).exits(0);
        let wrong = store.wrong_block().map(|block| {
            let wrong = Release::new(helm);
            wrong.install(&store.values(&block), &[]).exits(0);
            wrong
        });
        for &registry in registries {
            let container = right.container();
            let running = registry
                .start(&container, claims.path(), &store.network)
                .unwrap_or_else(|log| panic!("{registry:?} does not start: {log}"));
            round_trip(&running, &store);
            if let Some(wrong) = &wrong {
                refused(&store, registry, wrong, &claims);
            }
            proof::record(
                "chain",
                &[
                    ("backend", backend),
                    ("registry", registry.version()),
                    ("helm", proof::number(helm)),
                    ("pushed", "yes"),
                    ("pulled", "yes"),
                    ("deleted", "yes"),
                    ("set by hand", &store.set_by_hand()),
                    (
                        "wrong secret refused",
                        if wrong.is_some() { "yes" } else { "has none" },
                    ),
                ],
            );
        }
    }
}

#[test]
#[ignore = "scripts/prove"]
fn images_go_through_s3() {
    chain("s3", &Registry::BOTH);
}

#[test]
#[ignore = "scripts/prove"]
fn images_go_through_a_volume() {
    chain("persistentVolume", &Registry::BOTH);
}

#[test]
#[ignore = "scripts/prove"]
fn images_go_through_azure() {
    chain("azure", &Registry::BOTH);
}

#[test]
#[ignore = "scripts/prove"]
fn images_go_through_swift() {
    chain("swift", &[Registry::V2]);
}

#[test]
#[ignore = "scripts/prove"]
fn images_go_through_gcs() {
    // The driver of 2.8.3 needs a module that is no longer to be had.
    chain("gcs", &[Registry::V3]);
}

#[test]
#[ignore = "scripts/prove"]
fn images_go_through_oss() {
    // 3.0.0 has no driver for it, nor for Swift.
    chain("oss", &[Registry::V2]);
}
