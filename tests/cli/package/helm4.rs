//! Helm 4 and its two packages: verified, installed, listed, updated, removed; and what it refuses.

use std::fs;
use std::path::Path;

use super::key::{Key, Signed, provenance};
use super::server::serve;
use super::{VERSION, both_work, says};
use crate::support::helm::{Helm, Home};
use crate::support::run::Outcome;

fn install(home: &Home, source: impl AsRef<std::ffi::OsStr>, keyring: &Path) -> Outcome {
    home.command()
        .args(["plugin", "install"])
        .args([source.as_ref(), "--keyring".as_ref(), keyring.as_ref()])
        .run()
}

fn verify(home: &Home, package: &Path, keyring: &Path) -> Outcome {
    home.command()
        .args(["plugin", "verify"])
        .args([package, "--keyring".as_ref(), keyring])
        .run()
}

/// Everything in Helm's plugin folder.
fn installed(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.plugins()).into_iter().flatten();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Demands that neither `verify` nor `install` takes the first package, for this reason, and that nothing of it is left.
#[track_caller]
fn refused(package: &Path, keyring: &Path, why: &str) {
    let home = Home::new(Helm::V4);
    for outcome in [
        verify(&home, package, keyring),
        install(&home, package, keyring),
    ] {
        assert_ne!(outcome.code, Some(0), "{outcome:?}");
        says(&outcome, why);
    }
    assert_eq!(installed(&home), Vec::<String>::new());
}

#[test]
fn signed_packages_are_verified_installed_listed_and_removed() {
    let signed = Signed::new();
    let keyring = signed.key.public();
    let home = Home::new(Helm::V4);
    for package in &signed.packages {
        verify(&home, package, &keyring).exits(0);
        let outcome = install(&home, package, &keyring).exits(0);
        says(&outcome, "Plugin Hash Verified: sha256:");
    }
    let list = home.helm(["plugin", "list"]).exits(0).stdout;
    for (name, kind) in [
        ("msr-storage", "postrenderer/v1"),
        ("msr-storage-cli", "cli/v1"),
    ] {
        let listed = list.lines().map(|line| line.split_whitespace());
        let wanted = [name, VERSION, kind];
        assert!(
            listed.into_iter().any(|words| words.take(3).eq(wanted)),
            "{list}"
        );
    }
    both_work("msr-storage", || home.command());
    let status = home.helm(["msr-storage", "plugin", "status"]).exits(0);
    says(&status, "works   --post-renderer msr-storage");

    home.helm(["plugin", "uninstall", "msr-storage", "msr-storage-cli"])
        .exits(0);
    assert_eq!(installed(&home), Vec::<String>::new());
}

/// Helm updates only what it took from version control; a package is removed and the next one installed.
#[test]
fn an_update_is_refused_by_helm_and_a_new_install_does_it() {
    let signed = Signed::new();
    let keyring = signed.key.public();
    let home = Home::new(Helm::V4);
    for package in &signed.packages {
        install(&home, package, &keyring).exits(0);
    }
    for name in ["msr-storage", "msr-storage-cli"] {
        let update = home.helm(["plugin", "update", name]).exits(1);
        says(&update, "cannot get information about plugin source");
    }
    both_work("msr-storage", || home.command());
    for (name, package) in ["msr-storage", "msr-storage-cli"]
        .iter()
        .zip(&signed.packages)
    {
        says(
            &install(&home, package, &keyring).exits(1),
            "plugin already exists",
        );
        home.helm(["plugin", "uninstall", name]).exits(0);
        install(&home, package, &keyring).exits(0);
    }
    both_work("msr-storage", || home.command());
}

#[test]
fn packages_come_by_url_with_their_provenance() {
    let signed = Signed::new();
    let address = serve(signed.folder.path().to_owned(), "application/octet-stream");
    let home = Home::new(Helm::V4);
    // Twice: Helm keeps what it unpacked in a cache.
    for _ in 0..2 {
        for package in &signed.packages {
            let name = package.file_name().unwrap().to_str().unwrap();
            let url = format!("{address}/{name}");
            let outcome = install(&home, url, &signed.key.public()).exits(0);
            says(&outcome, "Plugin Hash Verified: sha256:");
        }
        both_work("msr-storage", || home.command());
        home.helm(["plugin", "uninstall", "msr-storage", "msr-storage-cli"])
            .exits(0);
    }
}

#[test]
fn a_changed_package_is_refused() {
    let signed = Signed::new();
    let mut bytes = fs::read(&signed.packages[0]).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&signed.packages[0], bytes).unwrap();
    refused(
        &signed.packages[0],
        &signed.key.public(),
        "sha256 sum does not match",
    );
}

#[test]
fn the_provenance_of_another_package_is_refused() {
    let signed = Signed::new();
    let [renderer, command] = &signed.packages;
    fs::copy(provenance(command), provenance(renderer)).unwrap();
    refused(
        renderer,
        &signed.key.public(),
        "does not contain a SHA for a file named",
    );
}

#[test]
fn a_changed_provenance_is_refused() {
    let signed = Signed::new();
    let file = provenance(&signed.packages[0]);
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replacen("type: postrenderer/v1", "type: postrenderer/v2", 1);
    assert_ne!(text, changed);
    fs::write(&file, changed).unwrap();
    refused(&signed.packages[0], &signed.key.public(), "signature");
}

#[test]
fn another_key_is_refused() {
    let signed = Signed::new();
    let other = Key::new();
    refused(&signed.packages[0], &other.public(), "unknown entity");
}

#[test]
fn a_package_without_provenance_is_refused() {
    let signed = Signed::new();
    fs::remove_file(provenance(&signed.packages[0])).unwrap();
    refused(&signed.packages[0], &signed.key.public(), "prov");
}
