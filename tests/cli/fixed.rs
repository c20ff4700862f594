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

/// Whether a change passes, what a claim has beside the base, and what is merged over that; null removes.
const CLAIMS: &str = r#"
yes {} | {}
yes {} | {"resources": {"requests": {"storage": "30Gi"}}}
yes {} | {"resources": {"requests": {"storage": "20480Mi"}}}
yes {} | {"volumeMode": "Filesystem"}
yes {"dataSource": {"kind": "PersistentVolumeClaim", "name": "a"}} | {"dataSource": null, "dataSourceRef": {"kind": "PersistentVolumeClaim", "name": "a"}}
no {} | {"resources": {"requests": {"storage": "10Gi"}}}
no {} | {"resources": {"limits": {"storage": "40Gi"}}}
no {} | {"storageClassName": "fast"}
no {} | {"storageClassName": null}
no {} | {"accessModes": ["ReadWriteMany"]}
no {"accessModes": ["ReadWriteOnce", "ReadWriteMany"]} | {"accessModes": ["ReadWriteMany", "ReadWriteOnce"]}
no {} | {"volumeMode": "Block"}
no {} | {"selector": {"matchLabels": {"a": "b"}}}
no {} | {"dataSource": {"kind": "PersistentVolumeClaim", "name": "a"}}
no {"volumeName": "one"} | {"volumeName": "two"}
no {"volumeName": "one"} | {"volumeName": null}
"#;

/// The same for a StatefulSet's template: what is merged over it.
const TEMPLATES: &str = r#"
yes {}
yes {"spec": {"volumeMode": "Filesystem"}}
yes {"spec": {"resources": {"requests": {"storage": "20480Mi"}}}}
yes {"apiVersion": "v1", "kind": "PersistentVolumeClaim"}
no {"spec": {"resources": {"requests": {"storage": "30Gi"}}}}
no {"spec": {"resources": {"requests": {"storage": "10Gi"}}}}
no {"spec": {"storageClassName": "fast"}}
no {"spec": {"storageClassName": null}}
no {"spec": {"accessModes": ["ReadWriteMany"]}}
no {"spec": {"volumeMode": "Block"}}
no {"spec": {"selector": {"matchLabels": {"a": "b"}}}}
no {"spec": {"volumeName": "one"}}
no {"metadata": {"labels": {"a": "b"}}}
no {"metadata": {"annotations": {"a": "b"}}}
"#;

/// The lines of a table: whether it passes, and its columns.
fn rows(table: &str) -> Vec<(bool, Vec<Value>)> {
    let rows = table.trim().lines().map(|line| {
        let (passes, columns) = line.split_once(' ').expect("a verdict");
        let columns = columns
            .split(" | ")
            .map(|text| serde_json::from_str(text).expect("JSON"));
        (passes == "yes", columns.collect())
    });
    rows.collect()
}

/// Applies two states one after the other, and compares what the API and the guard say.
fn both_say(passes: bool, old: &[Value], new: &[Value], between: impl FnOnce(&Cluster, &str)) {
    let cluster = Cluster::shared();
    let namespace = cluster.namespace();
    apply(cluster, &namespace, old).exits(0);
    between(cluster, &namespace);
    let answer = apply(cluster, &namespace, new);
    let shown = format!("{old:?}\n{new:?}\n{}", answer.stderr);
    assert_eq!(answer.code == Some(0), passes, "the API: {shown}");
    assert_eq!(guard_passes(old, new), passes, "the guard: {shown}");
}

#[test]
fn the_guard_refuses_of_a_claim_what_the_api_refuses() {
    classes(Cluster::shared());
    for (passes, columns) in rows(CLAIMS) {
        let before = with(base(), &columns[0]);
        let after = with(before.clone(), &columns[1]);
        let (old, new) = ([registry(), claim(before)], [registry(), claim(after)]);
        both_say(passes, &old, &new, bind);
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
    classes(Cluster::shared());
    let template = |name: &str| json!({"metadata": {"name": name}, "spec": base()});
    let (storage, more) = (template("storage"), template("more"));
    let nothing = |_: &Cluster, _: &str| {};
    for (passes, columns) in rows(TEMPLATES) {
        let after = with(storage.clone(), &columns[0]);
        both_say(
            passes,
            &[stateful(std::slice::from_ref(&storage))],
            &[stateful(&[after])],
            nothing,
        );
    }
    let one = [stateful(std::slice::from_ref(&storage))];
    let two = [stateful(&[storage.clone(), more.clone()])];
    let turned = [stateful(&[more, storage])];
    both_say(false, &one, &two, nothing);
    both_say(false, &two, &one, nothing);
    both_say(false, &two, &turned, nothing);
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
        r#"registry.storage.gcs.credentials="{\"type\": \"service_account\", \"client_email\": \"msr@example.com\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\"}""#,
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
