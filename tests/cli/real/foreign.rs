//! What nobody here wrote: a registry chart of another project (Zarf's), served through `--selector`, and the manifests of
//! other projects, thousands of documents, which pass byte for byte. Both come as Go modules (scripts/tools).

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::image::{Image, name};
use super::kubelet;
use super::proof;
use super::registry::Registry;
use super::store::Store;
use crate::support::helm::{Helm, Home, chart};
use crate::support::kube::Cluster;
use crate::support::kubeyaml;
use crate::support::run::msr_storage;
use crate::support::tools::tool;

/// `proof:proof`, as htpasswd hashes it: the chart has its registry ask for a password.
const LOGIN: &str = "proof:$2a$04$nqDZVTlrsSezdYgKSo81RePfSzCn1.zv.Itsru5sB7sKODJfm135C";

/// A module's folder.
fn module(name: &str) -> PathBuf {
    let bin = tool("skopeo").parent().map(Path::to_owned);
    let folder = bin
        .expect("a folder of tools")
        .join("../modules")
        .join(name);
    assert!(
        folder.exists(),
        "{name} is not there: run scripts/tools {name}"
    );
    folder
}

fn shown(target: &str, what: &str) {
    proof::record("foreign", &[("target", target), ("what was shown", what)]);
}

/// Zarf's chart on a store, installed by Helm and read back as its container would find it.
#[track_caller]
fn zarfs_container(helm: Helm, store: &Store) -> kubelet::Container {
    let cluster = Cluster::shared();
    let home = Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig());
    let namespace = cluster.namespace();
    let mut values = store.values(&store.block);
    values["secrets"] = json!({"htpasswd": LOGIN, "configData": {"http": {"secret": "x"}}});
    values["extraEnvVars"] = values["registry"]["extraEnv"].clone();
    let file = home.path().join("values.json");
    fs::write(&file, values.to_string()).expect("a file");
    let file = file.display().to_string();
    let renderer = [
        "--post-renderer",
        "msr-storage",
        "--post-renderer-args",
        "--selector=app=docker-registry",
    ];
    let args = [&["--namespace", &namespace, "-f", &file][..], &renderer].concat();
    let chart = module("zarf").join("packages/zarf-registry/chart");
    home.install("their", &chart, &args).exits(0);
    let workload = cluster.get(&namespace, "deployment", "their-docker-registry");
    let kinds = "secrets,configmaps";
    let got = cluster.kubectl(["get", kinds, "--namespace", &namespace, "--output", "json"]);
    let list: Value = serde_json::from_str(&got.exits(0).stdout).expect("JSON");
    let around = list["items"].as_array().cloned().unwrap_or_default();
    kubelet::container(&workload, "docker-registry", &around).expect("it starts")
}

#[test]
#[ignore = "scripts/prove"]
fn zarfs_registry_chart_keeps_images_on_s3() {
    let store = Store::of("s3");
    let folder = TempDir::new().expect("a temporary folder");
    let auth = folder.path().join("auth.json");
    let network = [("REGISTRY_AUTH_FILE".to_owned(), auth.display().to_string())];
    for helm in Helm::BOTH {
        let container = zarfs_container(helm, &store);
        for registry in Registry::BOTH {
            let running = registry
                .start(&container, folder.path(), &[])
                .expect("a registry that starts");
            let host = format!("127.0.0.1:{}", running.port());
            let login = json!({"auths": {host: {"auth": "cHJvb2Y6cHJvb2Y="}}});
            fs::write(&auth, login.to_string()).expect("a file");
            let image = Image::new(1_000_000);
            let name = name(running.port(), "proof/zarf");
            image.push(&name, &network).exits(0);
            let (pulled, into) = Image::pull(&name, &network);
            pulled.exits(0);
            image.is_in(&into);
            shown(
                "Zarf 0.50.0's registry chart, --selector",
                &format!(
                    "Helm {}, registry {}: pushed and pulled on S3; its configuration lies in a Secret",
                    proof::number(helm),
                    registry.version()
                ),
            );
        }
    }
}

/// Every YAML file under a folder, in order, as one stream.
fn manifests(folder: &Path) -> Vec<u8> {
    let mut files = Vec::new();
    let mut folders = vec![fs::canonicalize(folder).expect("a folder")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            let is_yaml = path
                .extension()
                .is_some_and(|end| end == "yaml" || end == "yml");
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() && is_yaml => files.push(path),
                _ => {}
            }
        }
    }
    files.sort();
    let mut stream = Vec::new();
    for file in files {
        stream.extend_from_slice(b"---\n# Source: their/templates/x.yaml\n");
        stream.extend(fs::read(file).expect("a file"));
        if !stream.ends_with(b"\n") {
            stream.push(b'\n');
        }
    }
    stream
}

#[test]
#[ignore = "scripts/prove"]
fn manifests_of_others_pass_byte_for_byte() {
    let rendered = Home::new(Helm::V3)
        .template("msr", &chart("msr"), &[])
        .exits(0)
        .stdout;
    let folder = TempDir::new().expect("a temporary folder");
    let file = folder.path().join("values.json");
    let values = json!({"registry": {"storage": {"backend": "s3", "s3": {"region": "us-east-2", "bucket": "one"}}}});
    fs::write(&file, values.to_string()).expect("a file");
    for name in ["gateway-api", "zarf"] {
        let theirs = manifests(&module(name));
        let theirs = String::from_utf8(theirs).expect("text");
        let documents = theirs
            .lines()
            .filter(|line| line.starts_with("---"))
            .count();
        let through = msr_storage(["--no-values"])
            .stdin(theirs.as_str())
            .run()
            .exits(0);
        assert!(
            through.stdout == theirs,
            "{name}: other bytes with no values"
        );
        // The same around MSR, whose own documents change.
        let both = format!("{theirs}{rendered}{theirs}");
        let done = msr_storage(["-f".to_owned(), file.display().to_string()])
            .stdin(both)
            .run()
            .exits(0);
        let inner = done
            .stdout
            .strip_prefix(theirs.as_str())
            .and_then(|rest| rest.strip_suffix(theirs.as_str()));
        let inner = inner.expect("other bytes before or behind MSR's own");
        assert!(
            kubeyaml::objects(inner)
                .iter()
                .any(|object| object["kind"] == "Secret" || object["kind"] == "Deployment")
        );
        assert!(
            inner.contains("REGISTRY_STORAGE_S3_BUCKET"),
            "MSR's registry is not expanded"
        );
        let size = theirs.len() / 1_000;
        shown(
            &format!("every YAML file of {name}"),
            &format!(
                "{documents} documents, {size} kB: byte for byte, alone and around MSR's chart"
            ),
        );
    }
}
