//! A key made on the spot, and packages signed with it by scripts/provenance. Nothing of it outlives its test.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{helm4_packages, shell};
use crate::support::run::{Outcome, Run};
use crate::support::tools::{root, tool};

pub(crate) const NAME: &str = "Packager";

/// A key, as files that gpg exported.
pub(crate) struct Key {
    folder: TempDir,
}

impl Key {
    /// Makes one.
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("msr-key-").unwrap();
        let make = "export GNUPGHOME=\"$2/home\"; mkdir -m 700 \"$GNUPGHOME\"; trap 'gpgconf --kill gpg-agent' EXIT; \
            gpg() { \"$1\" --batch --quiet \"${@:2}\"; }; set -e; \
            gpg \"$1\" --passphrase '' --quick-generate-key Packager rsa2048 sign never; \
            gpg \"$1\" --export-secret-keys >\"$2/secret.gpg\"; gpg \"$1\" --export >\"$2/public.gpg\"";
        Run::new(Path::new("/bin/bash"))
            .args(["-c", make, "bash"])
            .args([tool("gpg").as_path(), folder.path()])
            .run()
            .exits(0);
        Self { folder }
    }

    pub(crate) fn secret(&self) -> PathBuf {
        self.folder.path().join("secret.gpg")
    }

    /// What the user who installs has.
    pub(crate) fn public(&self) -> PathBuf {
        self.folder.path().join("public.gpg")
    }

    /// Signs packages where they lie.
    #[track_caller]
    pub(crate) fn sign(&self, name: &str, packages: &[PathBuf]) -> Outcome {
        Run::new(&root().join("scripts/provenance"))
            .args(["--key", name, "--keyring"])
            .args([self.secret()])
            .args(packages)
            .run()
    }
}

/// Copies of Helm 4's packages, signed.
pub(crate) struct Signed {
    pub(crate) key: Key,
    pub(crate) folder: TempDir,
    /// The post-renderer's and the command's.
    pub(crate) packages: [PathBuf; 2],
}

impl Signed {
    pub(crate) fn new() -> Self {
        let folder = TempDir::with_prefix("msr-storage-signed-").unwrap();
        let packages = helm4_packages().map(|package| {
            let copy = folder.path().join(package.file_name().unwrap());
            fs::copy(package, &copy).unwrap();
            copy
        });
        let key = Key::new();
        key.sign(NAME, &packages).exits(0);
        Self {
            key,
            folder,
            packages,
        }
    }
}

/// The file of a package's provenance.
pub(crate) fn provenance(package: &Path) -> PathBuf {
    let mut name = package.as_os_str().to_owned();
    name.push(".prov");
    name.into()
}

#[test]
fn a_key_that_is_not_there_signs_nothing() {
    let folder = TempDir::new().unwrap();
    let [package, _] = helm4_packages();
    let copy = folder.path().join("msr-storage.tgz");
    fs::copy(package, &copy).unwrap();
    let refused = Key::new().sign("Somebody", std::slice::from_ref(&copy));
    super::says(&refused.exits(2), "holds no secret key of 'Somebody'");
    assert!(!provenance(&copy).exists());
}

#[test]
fn a_provenance_carries_the_manifest_as_helms_does() {
    let signed = Signed::new();
    let text = fs::read_to_string(provenance(&signed.packages[0])).unwrap();
    let (manifest, files) = text.split_once("\n...\n").unwrap();
    assert!(manifest.contains("\ntype: postrenderer/v1\n"), "{text}");
    let sum = shell("sha256sum <\"$1\"", &[&signed.packages[0]])
        .run()
        .exits(0)
        .stdout;
    let sum = sum.split(' ').next().unwrap();
    let name = signed.packages[0].file_name().unwrap().to_str().unwrap();
    assert!(files.starts_with(&format!("files:\n  {name}: sha256:{sum}\n")));
}
