//! An image of random bytes, pushed and pulled by skopeo. It is made here, so that no network is needed.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support::run::{Outcome, Run};
use crate::support::tools::tool;

/// An image in an OCI layout.
pub(crate) struct Image {
    folder: TempDir,
    /// The digest of its manifest.
    pub(crate) digest: String,
    /// The digest of its layer.
    pub(crate) layer: String,
}

/// A registry's name for an image.
pub(crate) fn name(port: u16, repository: &str) -> String {
    format!("127.0.0.1:{port}/{repository}")
}

impl Image {
    /// One layer with one file of `size` bytes that nobody has seen before, so that nothing is skipped as already there.
    pub(crate) fn new(size: usize) -> Self {
        let folder = TempDir::with_prefix("msr-storage-image-").expect("a temporary folder");
        let blobs = folder.path().join("blobs/sha256");
        fs::create_dir_all(&blobs).expect("a folder");
        let tar = archive(&random(size));
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(&tar).expect("memory");
        let layer = blob(&blobs, &gzip.finish().expect("memory"));
        let config = json!({
            "architecture": "amd64", "os": "linux", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", hex(&tar))]},
        });
        let config = blob(&blobs, config.to_string().as_bytes());
        let with_type = |mut descriptor: Value, name: &str| {
            descriptor["mediaType"] = format!("application/vnd.oci.image.{name}").into();
            descriptor
        };
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": with_type(config, "config.v1+json"),
            "layers": [with_type(layer.clone(), "layer.v1.tar+gzip")],
        });
        let manifest = blob(&blobs, manifest.to_string().as_bytes());
        let mut entry = with_type(manifest.clone(), "manifest.v1+json");
        entry["annotations"] = json!({"org.opencontainers.image.ref.name": "1"});
        let index = json!({"schemaVersion": 2, "manifests": [entry]});
        fs::write(folder.path().join("index.json"), index.to_string()).expect("a file");
        fs::write(
            folder.path().join("oci-layout"),
            r#"{"imageLayoutVersion": "1.0.0"}"#,
        )
        .expect("a file");
        let text = |descriptor: &Value| descriptor["digest"].as_str().expect("text").to_owned();
        Self {
            digest: text(&manifest),
            layer: text(&layer),
            folder,
        }
    }

    /// Pushes it. `network` is what leads a client to the store that a registry redirects it to.
    pub(crate) fn push(&self, name: &str, network: &[(String, String)]) -> Outcome {
        let source = format!("oci:{}:1", self.folder.path().display());
        skopeo(
            network,
            &[
                "copy",
                "--dest-tls-verify=false",
                &source,
                &format!("docker://{name}:1"),
            ],
        )
    }

    /// Pulls the image of a name into a new folder.
    pub(crate) fn pull(name: &str, network: &[(String, String)]) -> (Outcome, TempDir) {
        let folder = TempDir::with_prefix("msr-storage-pull-").expect("a temporary folder");
        let target = format!("oci:{}:1", folder.path().join("image").display());
        let outcome = skopeo(
            network,
            &[
                "copy",
                "--src-tls-verify=false",
                &format!("docker://{name}:1"),
                &target,
            ],
        );
        (outcome, folder)
    }

    /// Demands that a pulled image has all of this one's blobs, byte for byte.
    #[track_caller]
    pub(crate) fn is_in(&self, pulled: &TempDir) {
        let blobs = |folder: PathBuf| {
            let mut blobs: Vec<_> = fs::read_dir(folder.join("blobs/sha256"))
                .expect("a folder of blobs")
                .map(|entry| entry.expect("a blob").path())
                .map(|path| {
                    (
                        path.file_name().map(ToOwned::to_owned),
                        fs::read(path).expect("a blob"),
                    )
                })
                .collect();
            blobs.sort();
            blobs
        };
        assert!(
            blobs(self.folder.path().to_owned()) == blobs(pulled.path().join("image")),
            "what was pulled is not what was pushed"
        );
    }

    /// Deletes the image of a name.
    pub(crate) fn delete(name: &str) -> Outcome {
        skopeo(
            &[],
            &[
                "delete",
                "--tls-verify=false",
                &format!("docker://{name}:1"),
            ],
        )
    }
}

fn skopeo(network: &[(String, String)], args: &[&str]) -> Outcome {
    let home = TempDir::with_prefix("msr-storage-skopeo-").expect("a temporary folder");
    let run = Run::new(&tool("skopeo")).env("HOME", home.path());
    network
        .iter()
        .fold(run, |run, (name, value)| run.env(name, value))
        .args(["--insecure-policy", "--command-timeout=110s"])
        .args(args)
        .run()
}

fn random(size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    let mut source = fs::File::open("/dev/urandom").expect("randomness");
    std::io::Read::read_exact(&mut source, &mut bytes).expect("enough of it");
    bytes
}

fn archive(payload: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_gnu();
    header.set_size(payload.len() as u64);
    header.set_mode(0o644);
    archive
        .append_data(&mut header, "payload", payload)
        .expect("memory");
    archive.into_inner().expect("memory")
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn blob(folder: &Path, bytes: &[u8]) -> Value {
    let digest = hex(bytes);
    fs::write(folder.join(&digest), bytes).expect("a blob");
    json!({"digest": format!("sha256:{digest}"), "size": bytes.len()})
}
