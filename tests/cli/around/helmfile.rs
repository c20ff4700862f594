//! docs/helmfile.md with real Helmfile, on both Helms.

use super::{is_expanded, variable};
use crate::support::helm::Helm;
use crate::support::kube::Cluster;
use crate::support::page::{Desk, Page};
use crate::support::tools::tool;

const TEMPLATE: &str = "helmfile template --skip-deps";

fn desk(helm: Helm) -> (Page, Desk) {
    tool("helmfile");
    let page = Page::named("helmfile.md");
    let desk = Desk::new(helm, &page);
    (page, desk)
}

#[test]
fn the_page_gives_an_expanded_registry() {
    for helm in Helm::BOTH {
        let (page, desk) = desk(helm);
        desk.run_all(&page);
        is_expanded(&desk.read("expanded.yaml"));
    }
}

/// Files and `set`: Helmfile gives Helm both on its line.
#[test]
fn values_of_files_and_set_arrive() {
    for helm in Helm::BOTH {
        let (_, desk) = desk(helm);
        let values = "registry: {storage: {backend: s3, s3: {region: us-east-2, bucket: one, existingSecret: keys}}}\n";
        desk.write("values.yaml", values);
        let release = "releases:\n  - name: msr\n    chart: ./chart\n    postRenderer: msr-storage\n    values: [values.yaml]\n    set:\n      - name: registry.storage.s3.bucket\n        value: testing-msr\n";
        desk.write("helmfile.yaml", release);
        is_expanded(&desk.run(TEMPLATE).exits(0).stdout);
    }
}

#[test]
fn wrong_values_are_refused_where_the_user_sees_it() {
    for helm in Helm::BOTH {
        for (old, new, said) in [
            ("us-east-2", "us-esat-2", "did you mean `us-east-2`?"),
            (
                "              bucket: testing-msr\n",
                "",
                "registry.storage.s3.bucket is missing",
            ),
        ] {
            let (_, desk) = desk(helm);
            desk.change("helmfile.yaml", old, new);
            let outcome = desk.run(TEMPLATE).exits(1);
            assert!(
                outcome.stderr.contains(said),
                "{helm:?}: {}",
                outcome.stderr
            );
            assert!(!outcome.stdout.contains("kind:"), "{}", outcome.stdout);
        }
    }
}

/// `postRendererArgs` reach the program: an option that it has goes through, one that it lacks does not.
#[test]
fn arguments_of_the_post_renderer_arrive() {
    for helm in Helm::BOTH {
        for (args, code) in [
            ("[--allow-backend-switch, s3:testing-msr]", 0),
            ("[--no-such-option]", 1),
        ] {
            let (_, desk) = desk(helm);
            desk.change(
                "helmfile.yaml",
                "postRenderer: msr-storage\n",
                &format!("postRenderer: msr-storage\n    postRendererArgs: {args}\n"),
            );
            let outcome = desk.run(TEMPLATE).exits(code);
            if code == 0 {
                is_expanded(&outcome.stdout);
            }
        }
    }
}

/// On a cluster it is an upgrade as Helm's own: another bucket is refused until it is confirmed, and nothing is changed.
#[test]
fn a_sync_to_another_bucket_is_refused_until_it_is_confirmed() {
    let cluster = Cluster::shared();
    for helm in Helm::BOTH {
        let (_, desk) = desk(helm);
        let desk = desk.kubeconfig(cluster.kubeconfig());
        let namespace = cluster.namespace();
        desk.change(
            "helmfile.yaml",
            "namespace: registry",
            &format!("namespace: {namespace}"),
        );
        // No cluster here runs the chart's hooks.
        let sync = "helmfile sync --skip-deps --sync-args --no-hooks";
        let bucket = || {
            let registry = cluster.get(&namespace, "deployment", "msr-msr-registry");
            variable(&registry, "REGISTRY_STORAGE_S3_BUCKET")["value"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        desk.run(sync).exits(0);
        assert_eq!(bucket(), "testing-msr");
        desk.change("helmfile.yaml", "bucket: testing-msr", "bucket: other");
        let outcome = desk.run(sync).exits(1);
        assert!(
            outcome.stderr.contains("--allow-backend-switch s3:other"),
            "{helm:?}: {}",
            outcome.stderr
        );
        assert_eq!(bucket(), "testing-msr");
        desk.change("helmfile.yaml", "postRenderer: msr-storage\n", "postRenderer: msr-storage\n    postRendererArgs: [--allow-backend-switch, 's3:other']\n");
        desk.run(sync).exits(0);
        assert_eq!(bucket(), "other");
    }
}
