//! What Kubernetes holds fixed, by a real API: the guard refuses a change of a claim or of a StatefulSet's template exactly
//! where `kubectl apply` does, and a second mount at one path is refused before the API sees it.

use std::fs;

use serde_json::{Value, json};

use super::support::kube::Cluster;
use super::support::run::{Outcome, msr_storage};

/// Classes that claims of these tests may name; one takes larger sizes.
fn classes(cluster: &Cluster) {
    for name in ["nfs", "fast"] {
        let class = json!({"apiVersion": "storage.k8s.io/v1", "kind": "StorageClass", "metadata": {"name": name},
            "provisioner": "example.com/nfs", "allowVolumeExpansion": true});
        apply(cluster, "default", &[class]).exits(0);
    }
}

fn apply(cluster: &Cluster, namespace: &str, objects: &[Value]) -> Outcome {
    let file = written(objects);
    let path = file.path().to_str().expect("a path in UTF-8");
    cluster.kubectl(["apply", "--namespace", namespace, "--filename", path])
}

fn written(objects: &[Value]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new()
        .suffix(".yaml")
        .tempfile()
        .expect("a temporary file");
    let texts: Vec<_> = objects.iter().map(Value::to_string).collect();
    fs::write(file.path(), texts.join("\n---\n")).expect("a temporary file");
    file
}

/// Whether the guard lets one rendering follow another.
fn guard_passes(before: &[Value], after: &[Value]) -> bool {
    let (before, after) = (written(before), written(after));
    let run = msr_storage(["check", "--format=json"])
        .args([after.path()])
        .args(["--against"])
        .args([before.path()]);
    let found = run.run().stdout;
    let found: Value = serde_json::from_str(&found).expect("JSON");
    !found.to_string().contains("\"claim-fixed\"")
}

fn registry() -> Value {
    json!({"apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": "msr-msr-registry", "labels": {"app.kubernetes.io/name": "msr", "app.kubernetes.io/component": "registry"}},
        "spec": {"selector": {"matchLabels": {"run": "registry"}}, "template": {
            "metadata": {"labels": {"run": "registry"}},
            "spec": {
                "containers": [{"name": "registry", "image": "registry.mirantis.com/msr/msr-registry:3.1.4",
                    "volumeMounts": [{"name": "storage", "mountPath": "/storage"}]}],
                "volumes": [{"name": "storage", "persistentVolumeClaim": {"claimName": "images"}}]}}}})
}

fn claim(spec: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {"name": "images"}, "spec": spec})
}

fn base() -> Value {
    json!({"storageClassName": "nfs", "accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}})
}

/// A specification with some parts merged over it; null removes.
fn with(mut spec: Value, over: &Value) -> Value {
    merge(&mut spec, over);
    spec
}

fn merge(tree: &mut Value, over: &Value) {
    match (tree, over) {
        (Value::Object(tree), Value::Object(over)) => {
            for (key, value) in over {
                if value.is_null() {
                    tree.remove(key);
                } else {
                    merge(tree.entry(key.clone()).or_insert(json!({})), value);
                }
            }
        }
        (tree, over) => *tree = over.clone(),
    }
}

#[test]
fn the_guard_refuses_of_a_claim_what_the_api_refuses() {
    let cluster = Cluster::shared();
    classes(cluster);
    let source = json!({"kind": "PersistentVolumeClaim", "name": "other"});
    for (before, after, passes) in [
        (json!({}), json!({}), true),
        (
            json!({}),
            json!({"resources": {"requests": {"storage": "30Gi"}}}),
            true,
        ),
        (
            json!({}),
            json!({"resources": {"requests": {"storage": "20480Mi"}}}),
            true,
        ),
        (json!({}), json!({"volumeMode": "Filesystem"}), true),
        (
            json!({}),
            json!({"resources": {"requests": {"storage": "10Gi"}}}),
            false,
        ),
        (
            json!({}),
            json!({"resources": {"limits": {"storage": "40Gi"}}}),
            false,
        ),
        (json!({}), json!({"storageClassName": "fast"}), false),
        (json!({}), json!({"storageClassName": null}), false),
        (json!({}), json!({"accessModes": ["ReadWriteMany"]}), false),
        (
            json!({"accessModes": ["ReadWriteOnce", "ReadWriteMany"]}),
            json!({"accessModes": ["ReadWriteMany", "ReadWriteOnce"]}),
            false,
        ),
        (json!({}), json!({"volumeMode": "Block"}), false),
        (
            json!({}),
            json!({"selector": {"matchLabels": {"a": "b"}}}),
            false,
        ),
        (json!({}), json!({"dataSource": source}), false),
        (
            json!({"dataSource": source}),
            json!({"dataSource": null, "dataSourceRef": source}),
            true,
        ),
        (
            json!({"volumeName": "one"}),
            json!({"volumeName": "two"}),
            false,
        ),
        (
            json!({"volumeName": "one"}),
            json!({"volumeName": null}),
            false,
        ),
    ] {
        let namespace = cluster.namespace();
        let old = [registry(), claim(with(base(), &before))];
        let new = [registry(), claim(with(with(base(), &before), &after))];
        apply(cluster, &namespace, &old).exits(0);
        bind(cluster, &namespace);
        let answer = apply(cluster, &namespace, &new);
        let shown = format!("{before} {after}\n{}", answer.stderr);
        assert_eq!(answer.code == Some(0), passes, "the API: {shown}");
        assert_eq!(guard_passes(&old, &new), passes, "the guard: {shown}");
    }
}

/// As the controller would that is not there: a claim without a volume takes no larger size.
fn bind(cluster: &Cluster, namespace: &str) {
    let status = json!({"status": {"phase": "Bound", "capacity": {"storage": "20Gi"}}}).to_string();
    let patch = [
        "patch",
        "pvc",
        "images",
        "--namespace",
        namespace,
        "--subresource=status",
        "--type=merge",
        "--patch",
        &status,
    ];
    cluster.kubectl(patch).exits(0);
}

fn stateful(templates: &[Value]) -> Value {
    let mut set = registry();
    set["kind"] = json!("StatefulSet");
    set["spec"]["serviceName"] = json!("registry");
    set["spec"]["template"]["spec"]
        .as_object_mut()
        .expect("a mapping")
        .remove("volumes");
    set["spec"]["volumeClaimTemplates"] = json!(templates);
    set
}

#[test]
fn the_guard_refuses_of_a_template_what_the_api_refuses() {
    let cluster = Cluster::shared();
    classes(cluster);
    let template = |name: &str| json!({"metadata": {"name": name}, "spec": base()});
    let storage = template("storage");
    let spec = |over: Value| vec![with(storage.clone(), &json!({"spec": over}))];
    let before = [storage.clone()];
    for (before, after, passes) in [
        (before.to_vec(), before.to_vec(), true),
        (
            before.to_vec(),
            spec(json!({"volumeMode": "Filesystem"})),
            true,
        ),
        (
            before.to_vec(),
            spec(json!({"resources": {"requests": {"storage": "20480Mi"}}})),
            true,
        ),
        (
            before.to_vec(),
            vec![with(
                storage.clone(),
                &json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim"}),
            )],
            true,
        ),
        (
            before.to_vec(),
            spec(json!({"resources": {"requests": {"storage": "30Gi"}}})),
            false,
        ),
        (
            before.to_vec(),
            spec(json!({"resources": {"requests": {"storage": "10Gi"}}})),
            false,
        ),
        (
            before.to_vec(),
            spec(json!({"storageClassName": "fast"})),
            false,
        ),
        (
            before.to_vec(),
            spec(json!({"storageClassName": null})),
            false,
        ),
        (
            before.to_vec(),
            spec(json!({"accessModes": ["ReadWriteMany"]})),
            false,
        ),
        (before.to_vec(), spec(json!({"volumeMode": "Block"})), false),
        (
            before.to_vec(),
            spec(json!({"selector": {"matchLabels": {"a": "b"}}})),
            false,
        ),
        (before.to_vec(), spec(json!({"volumeName": "one"})), false),
        (
            before.to_vec(),
            vec![with(
                storage.clone(),
                &json!({"metadata": {"labels": {"a": "b"}}}),
            )],
            false,
        ),
        (
            before.to_vec(),
            vec![with(
                storage.clone(),
                &json!({"metadata": {"annotations": {"a": "b"}}}),
            )],
            false,
        ),
        (
            before.to_vec(),
            vec![storage.clone(), template("more")],
            false,
        ),
        (
            vec![storage.clone(), template("more")],
            before.to_vec(),
            false,
        ),
        (
            vec![storage.clone(), template("more")],
            vec![template("more"), storage.clone()],
            false,
        ),
    ] {
        let namespace = cluster.namespace();
        let (old, new) = ([stateful(&before)], [stateful(&after)]);
        apply(cluster, &namespace, &old).exits(0);
        let answer = apply(cluster, &namespace, &new);
        let shown = format!("{before:?} {after:?}\n{}", answer.stderr);
        assert_eq!(answer.code == Some(0), passes, "the API: {shown}");
        assert_eq!(guard_passes(&old, &new), passes, "the guard: {shown}");
    }
}

/// The key file of gcs goes to a path of its own, where a chart may have something already.
#[test]
fn a_second_mount_at_the_key_files_path_is_refused_before_the_api_refuses_it() {
    let cluster = Cluster::shared();
    let namespace = cluster.namespace();
    let settings = [
        "--set",
        "registry.storage.backend=gcs,registry.storage.gcs.bucket=testing-msr",
        "--set-json",
        r#"registry.storage.gcs.credentials="{\"type\": \"service_account\"}""#,
    ];
    let expand = |registry: &Value| msr_storage(settings).stdin(registry.to_string()).run();
    let dry_run = |stream: &str| {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        fs::write(file.path(), stream).expect("a temporary file");
        let path = file.path().to_str().expect("a path in UTF-8");
        cluster.kubectl([
            "apply",
            "--dry-run=server",
            "--namespace",
            &namespace,
            "--filename",
            path,
        ])
    };
    let output = expand(&registry()).exits(0).stdout;
    dry_run(&output).exits(0);

    let ours = json!({"name": "storage", "mountPath": "/etc/msr-storage"});
    let mut twice: Value = registry();
    let mounts = &mut twice["spec"]["template"]["spec"]["containers"][0]["volumeMounts"];
    *mounts = json!([ours, ours]);
    let said = dry_run(&twice.to_string()).exits(1).stderr;
    assert!(said.contains("must be unique"), "{said}");

    for path in [
        "/etc/msr-storage",
        "/etc/msr-storage/",
        "/etc//msr-storage",
        "/etc/msr-storage/credentials.json",
    ] {
        let mut taken = registry();
        taken["spec"]["template"]["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] =
            json!(path);
        let said = expand(&taken).exits(1).stderr;
        assert!(
            said.contains("error[mount-taken]") && said.contains(path),
            "{said}"
        );
    }
    // Above it is no harm.
    let mut above = registry();
    above["spec"]["template"]["spec"]["containers"][0]["volumeMounts"][0]["mountPath"] =
        json!("/etc");
    let output = expand(&above).exits(0).stdout;
    dry_run(&output).exits(0);
}
