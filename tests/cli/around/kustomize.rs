//! docs/kustomize.md with real kustomize.

use super::{find, is_expanded, variable};
use crate::support::helm::Helm;
use crate::support::kube::Cluster;
use crate::support::kubeyaml;
use crate::support::page::{Desk, Page};
use crate::support::run::same_text;

const BUILD: &str = "kustomize build --enable-alpha-plugins --enable-exec .";

fn desk() -> (Page, Desk) {
    let page = Page::named("kustomize.md");
    let desk = Desk::new(Helm::V3, &page);
    (page, desk)
}

/// Keys in the values, so that there are Secrets to make.
fn with_keys(desk: &Desk) {
    desk.change(
        "storage.yaml",
        "existingSecret: msr-storage-keys",
        "{accesskey: AKIANOTREAL, secretkey: not-to-be-shown}",
    );
    desk.change(
        "storage.yaml",
        "      {accesskey: AKIANOTREAL, secretkey: not-to-be-shown}",
        "      accesskey: AKIANOTREAL\n      secretkey: not-to-be-shown",
    );
}

#[test]
fn the_page_gives_what_the_post_renderer_would() {
    let (page, desk) = desk();
    desk.run_all(&page);
    let objects = kubeyaml::objects(&desk.read("expanded.yaml"));
    let registry = find(&objects, "Deployment", "msr-msr-registry");
    assert_eq!(registry["metadata"]["namespace"], "registry");
    assert_eq!(
        variable(registry, "REGISTRY_STORAGE_S3_BUCKET")["value"],
        "testing-msr"
    );
    // The same objects through the plain filter, with the same values.
    desk.change("kustomization.yaml", "  - storage.yaml # says so where the function was left out: no cluster has that kind\ntransformers:\n  - storage.yaml\n", "");
    let filter = "kustomize build . | msr-storage -f storage.yaml > filtered.yaml && kustomize build . > /dev/null";
    desk.run(filter).exits(0);
    let mut filtered = kubeyaml::objects(&desk.read("filtered.yaml"));
    let mut built = objects;
    for objects in [&mut filtered, &mut built] {
        objects.sort_by_key(|object| format!("{} {}", object["kind"], object["metadata"]["name"]));
    }
    assert_eq!(built, filtered);
}

/// kustomize's own transformers beside it; new Secrets are ordinary resources, and none of the machinery's annotations is left.
#[test]
fn labels_and_prefixes_of_the_same_file_are_seen_and_kept() {
    let (page, desk) = desk();
    with_keys(&desk);
    desk.change("kustomization.yaml", "namespace: registry\n", "namespace: registry\nnamePrefix: eu-\nlabels: [{pairs: {team: images}, includeTemplates: true}]\n");
    desk.run_all(&page);
    let text = desk.read("expanded.yaml");
    for word in [
        "config.kubernetes.io",
        "config.k8s.io",
        "StorageValues",
        "results:",
    ] {
        assert!(!text.contains(word), "{word}");
    }
    let objects = kubeyaml::objects(&text);
    let registry = find(&objects, "Deployment", "eu-msr-msr-registry");
    let secret = find(&objects, "Secret", "eu-msr-msr-registry-storage");
    assert_eq!(secret["metadata"]["labels"]["team"], "images");
    assert_eq!(secret["metadata"]["namespace"], "registry");
    let reference =
        &variable(registry, "REGISTRY_STORAGE_S3_ACCESSKEY")["valueFrom"]["secretKeyRef"];
    assert_eq!(reference["name"], "eu-msr-msr-registry-storage");
}

/// kustomize starts Helm itself; the chart must lie below the kustomization.
#[test]
fn the_chart_that_kustomize_renders_is_expanded() {
    for helm in Helm::BOTH {
        let desk = Desk::new(helm, &Page::named("kustomize.md"));
        let prepare =
            "mv with-the-chart.yaml kustomization.yaml && mkdir charts && cp -rL chart charts/msr";
        desk.run(prepare).exits(0);
        let build = BUILD.replace("build ", "build --enable-helm ");
        is_expanded(&desk.run(&build).exits(0).stdout);
    }
}

/// kustomize's own references hold what a kustomization around it renames.
#[test]
fn a_prefix_around_it_renames_the_new_secret_and_its_users() {
    let (page, desk) = desk();
    with_keys(&desk);
    desk.run(&page.commands[0]).exits(0);
    let around = "mkdir around && cd around && printf 'namePrefix: eu-\\nresources: [../inner]\\n' >kustomization.yaml";
    let inner = "mkdir inner && mv kustomization.yaml storage.yaml rendered.yaml inner/";
    desk.run(&format!("{inner} && {around}")).exits(0);
    let outcome = desk.run(&BUILD.replace(" .", " around")).exits(0);
    let objects = kubeyaml::objects(&outcome.stdout);
    find(&objects, "Secret", "eu-msr-msr-registry-storage");
    let registry = find(&objects, "Deployment", "eu-msr-msr-registry");
    let key = &variable(registry, "REGISTRY_STORAGE_S3_ACCESSKEY")["valueFrom"]["secretKeyRef"];
    assert_eq!(key["name"], "eu-msr-msr-registry-storage");
}

#[test]
fn its_output_built_once_more_is_the_same() {
    let (page, desk) = desk();
    with_keys(&desk);
    desk.run_all(&page);
    let once = desk.read("expanded.yaml");
    desk.write("rendered.yaml", &once);
    same_text(&desk.run(BUILD).exits(0).stdout, &once);
}

#[test]
fn a_wrong_value_is_refused_where_the_user_sees_it() {
    let (page, desk) = desk();
    desk.run(&page.commands[0]).exits(0);
    desk.change("storage.yaml", "us-east-2", "us-esat-2");
    let outcome = desk.run(BUILD).exits(1);
    assert_eq!(outcome.stdout, "");
    assert!(
        outcome.stderr.contains("did you mean `us-east-2`?"),
        "{}",
        outcome.stderr
    );
    desk.change(
        "storage.yaml",
        "region: us-esat-2\n      bucket: testing-msr\n",
        "region: us-east-2\n",
    );
    let outcome = desk.run(BUILD).exits(1);
    assert!(
        outcome
            .stderr
            .contains("registry.storage.s3.bucket is missing"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_variable_lies_over_the_function_config() {
    let (page, desk) = desk();
    desk.run(&page.commands[0]).exits(0);
    let desk = desk.env("MSR_STORAGE_SET", "registry.storage.s3.bucket=other");
    let objects = kubeyaml::objects(&desk.run(BUILD).exits(0).stdout);
    let registry = find(&objects, "Deployment", "msr-msr-registry");
    assert_eq!(
        variable(registry, "REGISTRY_STORAGE_S3_BUCKET")["value"],
        "other"
    );
}

/// What the page warns of: kustomize itself says nothing, so the carrier must be left for the cluster to refuse.
#[test]
fn a_function_that_was_left_out_leaves_the_carrier_behind() {
    let (page, desk) = desk();
    desk.run(&page.commands[0]).exits(0);
    let outcome = desk
        .run("kustomize build --enable-alpha-plugins .")
        .exits(0);
    assert!(
        !outcome.stdout.contains("REGISTRY_STORAGE"),
        "the function ran after all"
    );
    find(
        &kubeyaml::objects(&outcome.stdout),
        "StorageValues",
        "storage",
    );
    let outcome = desk.run("kustomize build .").exits(1);
    assert!(
        outcome.stderr.contains("external plugins disabled"),
        "{}",
        outcome.stderr
    );
}

/// Who applies such an output is told; kubectl applies the other objects all the same, as the page says.
#[test]
fn kubectl_fails_on_the_carrier_that_was_left_behind() {
    let (page, desk) = desk();
    desk.run(&page.commands[0]).exits(0);
    let cluster = Cluster::shared();
    let namespace = cluster.namespace();
    desk.change(
        "kustomization.yaml",
        "registry\n",
        &format!("{namespace}\n"),
    );
    desk.run("kustomize build --enable-alpha-plugins . > left-out.yaml")
        .exits(0);
    let file = desk.path("left-out.yaml");
    let outcome = cluster
        .kubectl(["apply", "-f", file.to_str().unwrap()])
        .exits(1);
    assert!(
        outcome
            .stderr
            .contains("no matches for kind \"StorageValues\""),
        "{}",
        outcome.stderr
    );
    cluster.get(&namespace, "deployment", "msr-msr-registry");
}
