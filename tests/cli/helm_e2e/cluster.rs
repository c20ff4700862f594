//! The same against a real API: what a release leaves in a cluster, and what an upgrade is refused for.

use std::fs;

use serde_json::{Value, json};

use super::{BACKENDS, ENV, RENDERED};
use crate::support::helm::{Helm, Home, chart, copy_of_chart};
use crate::support::kube::Cluster;
use crate::support::run::{Outcome, same_text};

/// A release in a namespace of its own, post-rendered at every turn.
struct Release {
    home: Home,
    namespace: String,
}

impl Release {
    fn new(helm: Helm) -> Self {
        let cluster = Cluster::shared();
        Self {
            home: Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig()),
            namespace: cluster.namespace(),
        }
    }

    fn flags<'a>(&'a self, flags: &[&'a str]) -> Vec<&'a str> {
        let here = ["--namespace", self.namespace.as_str()];
        [flags, &here, &RENDERED].concat()
    }

    #[track_caller]
    fn install(&self, flags: &[&str]) -> Outcome {
        self.home.install("rel", &chart("msr"), &self.flags(flags))
    }

    #[track_caller]
    fn upgrade(&self, flags: &[&str]) -> Outcome {
        self.home.upgrade("rel", &chart("msr"), &self.flags(flags))
    }

    #[track_caller]
    fn stored(&self, kind: &str, name: &str) -> Value {
        Cluster::shared().get(&self.namespace, kind, name)
    }

    /// The bucket that the registry in the cluster runs on.
    #[track_caller]
    fn bucket(&self) -> Value {
        let stored = self.stored("deployment", "rel-msr-registry");
        let env = stored.pointer(ENV).and_then(Value::as_array);
        let mut entries = env.into_iter().flatten();
        let bucket = entries.find(|entry| entry["name"] == "REGISTRY_STORAGE_S3_BUCKET");
        bucket.expect("it runs on a bucket")["value"].clone()
    }
}

#[test]
fn an_upgrade_keeps_the_store_with_the_values_that_helm_reuses() {
    for helm in Helm::BOTH {
        let release = Release::new(helm);
        release.install(&["--set", BACKENDS[1].1]).exits(0);
        assert_eq!(release.bucket(), "testing-msr", "{helm:?}");
        let secret = release.stored("secret", "rel-msr-registry-storage");
        assert_eq!(secret["data"]["accesskey"], "QUtJQUlPU0ZPRE5ON0VYQU1QTEU=");
        release.upgrade(&[]).exits(0);
        assert_eq!(release.bucket(), "testing-msr", "{helm:?}");
        let chunk = "registry.storage.s3.chunksize=20971520";
        release
            .upgrade(&["--reuse-values", "--set", chunk])
            .exits(0);
        assert_eq!(release.bucket(), "testing-msr", "{helm:?}");
    }
}

#[test]
fn another_store_is_refused_on_upgrade_until_it_is_confirmed_by_name() {
    for helm in Helm::BOTH {
        let release = Release::new(helm);
        release.install(&["--set", BACKENDS[1].1]).exits(0);
        let other = BACKENDS[1].1.replace("testing-msr", "another");
        let refused = release.upgrade(&["--set", &other]).exits(1);
        let way_out = "--allow-backend-switch s3:another";
        assert!(
            refused.stderr.contains(way_out),
            "{helm:?}: {}",
            refused.stderr
        );
        assert!(
            !refused.stderr.contains("wJalrXUtnFEMI"),
            "{}",
            refused.stderr
        );
        assert_eq!(release.bucket(), "testing-msr", "{helm:?}");
        let confirmed = [
            "--set",
            &other,
            "--post-renderer-args=--allow-backend-switch=s3:another",
        ];
        release.upgrade(&confirmed).exits(0);
        assert_eq!(release.bucket(), "another", "{helm:?}");
    }
}

#[test]
fn an_uninstall_leaves_the_claim_that_was_sized() {
    for helm in Helm::BOTH {
        let release = Release::new(helm);
        release.install(&["--set", BACKENDS[0].1]).exits(0);
        let size = || {
            let claim = release.stored("persistentvolumeclaim", "rel-msr-registry");
            claim["spec"]["resources"]["requests"]["storage"].clone()
        };
        assert_eq!(size(), "100Gi", "{helm:?}");
        let here = ["--namespace", release.namespace.as_str()];
        release
            .home
            .helm([&["uninstall", "rel", "--no-hooks"], &here[..]].concat())
            .exits(0);
        assert_eq!(size(), "100Gi", "{helm:?}");
    }
}

#[test]
fn hidden_secrets_stay_hidden() {
    let cluster = Cluster::shared();
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig());
        let namespace = cluster.namespace();
        let flags = [
            &[
                "--set",
                BACKENDS[1].1,
                "--dry-run=client",
                "--hide-secret",
                "--namespace",
                &namespace,
            ][..],
            &RENDERED,
        ];
        let outcome = home.install("rel", &chart("msr"), &flags.concat()).exits(0);
        // Both keys, in base64 as they stand in a Secret; and that the rest is there.
        for hidden in [
            "QUtJQUlPU0ZPRE5ON0VYQU1QTEU",
            "d0phbHJYVXRuRkVNSS9LN01ERU5H",
        ] {
            assert!(
                !outcome.stdout.contains(hidden),
                "{helm:?}\n{}",
                outcome.stdout
            );
        }
        assert!(
            outcome.stdout.contains("REGISTRY_STORAGE_S3_BUCKET"),
            "{}",
            outcome.stdout
        );
    }
}

/// A chart that renders its values for us is consumed with a post-renderer, and installs nothing without one: no cluster
/// knows the kind.
#[test]
fn a_carrier_protects_a_release_that_forgot_the_post_renderer() {
    let cluster = Cluster::shared();
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig());
        let namespace = cluster.namespace();
        let here = ["--namespace", namespace.as_str()];
        let carrying = home.path().join("msr");
        copy_of_chart("msr", &carrying);
        let carrier = "apiVersion: msr-storage/v1\nkind: StorageValues\nmetadata: {name: msr}\n\
                       registry: {storage: {{ toJson .Values.registry.storage }}}\n";
        fs::write(carrying.join("templates/storage-values.yaml"), carrier).unwrap();
        let flags = ["--set", BACKENDS[1].1];

        let forgotten = home
            .install("rel", &carrying, &[&flags[..], &here].concat())
            .exits(1);
        assert!(
            forgotten.stderr.contains("StorageValues"),
            "{helm:?}: {}",
            forgotten.stderr
        );
        let listed = cluster.kubectl([
            "get",
            "deployments",
            "--namespace",
            &namespace,
            "--output",
            "name",
        ]);
        same_text(&listed.exits(0).stdout, "");
        home.helm([&["uninstall", "rel", "--no-hooks"], &here[..]].concat());

        let flags = [&flags[..], &here, &RENDERED].concat();
        home.install("rel", &carrying, &flags).exits(0);
        let stored = cluster.get(&namespace, "deployment", "rel-msr-registry");
        let named = json!({"name": "REGISTRY_STORAGE_S3_BUCKET", "value": "testing-msr"});
        let env = stored.pointer(ENV).and_then(Value::as_array).unwrap();
        assert!(env.contains(&named), "{helm:?}: {env:?}");
    }
}
