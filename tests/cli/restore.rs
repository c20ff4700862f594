//! `restore` from outside: folders of `testdata/restore`, whose wanted files were written by hand, and releases of both Helms, live and as saved Secrets.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::support::helm::{Helm, Home, chart};
use super::support::kube::Cluster;
use super::support::kubeyaml;
use super::support::run::{msr_storage, same_text};
use super::support::tools::root;

#[test]
fn every_folder_gives_what_it_says() {
    let mut cases = 0;
    for entry in fs::read_dir(root().join("testdata/restore")).unwrap() {
        let folder = entry.unwrap().path();
        let args = fs::read_to_string(folder.join("args")).unwrap_or_default();
        eprintln!("--- {}", folder.display());
        let outcome = msr_storage(["restore", "input.yaml"])
            .args(args.lines())
            .folder(&folder)
            .run()
            .exits(0);
        let wanted = fs::read_to_string(folder.join("want.yaml")).unwrap();
        same_text(&outcome.stdout, &wanted);
        cases += 1;
    }
    assert!(cases >= 9, "{cases}");
}

#[test]
fn without_anything_to_find_it_says_so() {
    let outcome = msr_storage(["restore", "-"])
        .stdin("kind: Service\nmetadata: {name: a}\n")
        .run()
        .exits(1);
    assert_eq!(outcome.stdout, "");
    assert!(
        outcome.stderr.contains("nothing that was given"),
        "{}",
        outcome.stderr
    );
    msr_storage(["restore"]).run().exits(2);
}

const VALUES: &str = "registry:\n  storage:\n    backend: s3\n    s3:\n      accesskey: \"012345\"\n      secretkey: \"a, b: $(c) 'd'\"\n      region: us-east-2\n      bucket: testing-msr\n      v4auth: true\n";

/// A release deployed through the post-renderer: its settings come back live, from its manifest, and from its Secrets alone.
#[test]
fn a_release_of_both_helms_gives_its_settings_back() {
    let cluster = Cluster::shared();
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig());
        let namespace = cluster.namespace();
        let here = ["--namespace", namespace.as_str()];
        let values = home.path().join("values.yaml");
        fs::write(&values, VALUES).unwrap();
        let shown = values.display().to_string();
        let given = ["-f", &shown, "--post-renderer", "msr-storage"];
        home.install("rel", &chart("msr"), &[&here[..], &given].concat())
            .exits(0);
        let live = [
            &[
                "msr-storage",
                "restore",
                "--release",
                "rel",
                "--show-secrets",
            ][..],
            &here,
        ]
        .concat();
        same_text(&home.helm(live).exits(0).stdout, VALUES);

        // Two revisions are saved; the later one is deployed.
        let chunks = ["--set", "registry.storage.s3.chunksize=10485760"];
        home.upgrade("rel", &chart("msr"), &[&here[..], &chunks, &given].concat())
            .exits(0);
        let list = [
            "get",
            "secret",
            "-l",
            "owner=helm",
            "-o",
            "yaml",
            "-n",
            &namespace,
        ];
        let file = home.path().join("backup.yaml");
        fs::write(&file, cluster.kubectl(list).exits(0).stdout).unwrap();
        backup_gives(&file, &format!("{VALUES}      chunksize: 10485760\n"));
    }
}

/// Saved Secrets alone, without a cluster.
#[track_caller]
fn backup_gives(file: &Path, wanted: &str) {
    let restored = |args: &[&str]| {
        let run = msr_storage(["restore"]).args([file]).args(args).run();
        run.exits(0).stdout
    };
    same_text(&restored(&["--show-secrets"]), wanted);
    let masked = restored(&[]);
    assert!(!masked.contains("012345"), "{masked}");
    let read: Value = kubeyaml::objects(&masked).remove(0);
    assert_eq!(read["registry"]["storage"]["s3"]["bucket"], "testing-msr");
    assert!(
        masked.contains("Secret/rel-msr-registry-storage under the key secretkey"),
        "{masked}"
    );
}
