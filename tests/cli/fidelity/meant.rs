//! A random registry workload, and whether an output is that workload with the settings in it: every entry kept that is
//! not ours, every setting as the registry reads it, nothing else changed.

use serde_json::{Value, json};

use super::choices::Choices;
use super::fields::Settings;
use super::kubelet;
use crate::support::kubeyaml;

const CHECKSUM: &str = "msr-storage/checksum";
const VOLUME: &str = "msr-storage-credentials";

/// Drivers whose leftovers may stand in a workload.
const DRIVERS: [&str; 7] = [
    "S3",
    "AZURE",
    "SWIFT",
    "GCS",
    "OSS",
    "FILESYSTEM",
    "INMEMORY",
];

/// A random workload that runs the registry in its first container.
pub(super) fn workload(choices: &mut Choices) -> Value {
    let mut container = json!({
        "name": "registry",
        "image": "registry.mirantis.com/msr/msr-registry:3.1.4",
    });
    match choices.below(4) {
        0 => {}
        1 => container["env"] = json!([]),
        2 => container["env"] = Value::Null,
        _ => container["env"] = (0..choices.below(8)).map(|_| entry(choices)).collect(),
    }
    if choices.once_in(2) {
        container["volumeMounts"] = json!([{"name": "scratch", "mountPath": "/scratch"}]);
    }
    let mut template = json!({"spec": {"containers": [container]}});
    match choices.below(4) {
        0 => template["metadata"] = json!({"labels": {"run": "registry"}}),
        1 => template["metadata"] = json!({"annotations": {"sidecar.istio.io/inject": "false"}}),
        2 => template["metadata"] = json!({"annotations": {}, "labels": {"0123": "yes"}}),
        _ => {}
    }
    if choices.once_in(2) {
        let sidecar = json!({"name": "sidecar", "image": "docker.io/envoyproxy/envoy:v1.31.0",
            "env": [{"name": "REGISTRY_STORAGE_S3_BUCKET", "value": "not-ours"}]});
        template["spec"]["containers"]
            .as_array_mut()
            .expect("a list")
            .push(sidecar);
    }
    if choices.once_in(2) {
        template["spec"]["volumes"] = json!([{"name": "scratch", "emptyDir": {}}]);
    }
    let kinds = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];
    let kind = choices.one(&kinds);
    json!({
        "apiVersion": "apps/v1",
        "kind": kind,
        "metadata": {
            "name": "msr-msr-registry",
            "labels": {"app.kubernetes.io/name": "msr", "app.kubernetes.io/component": "registry"},
        },
        "spec": {"template": template},
    })
}

/// A random MSR custom resource.
pub(super) fn resource(choices: &mut Choices) -> Value {
    let registry = match choices.below(4) {
        0 => json!({"replicaCount": 1}),
        1 => {
            json!({"storage": {"backend": "persistentVolume", "persistentVolume": {"size": "20Gi"}}})
        }
        2 => {
            json!({"storage": {"azure": {"container": "old"}, "backend": "s3", "s3": {"v4auth": true}}})
        }
        _ => json!({"storage": {"swift": {"prefix": "kept"}, "gcs": {}}, "replicaCount": 2}),
    };
    json!({
        "apiVersion": "msr.mirantis.com/v1",
        "kind": "MSR",
        "metadata": {"name": "msr", "labels": {"0123": "yes"}},
        "spec": {"image": {"tag": "3.1.4"}, "registry": registry},
    })
}

fn entry(choices: &mut Choices) -> Value {
    let stale = format!("REGISTRY_STORAGE_{}_BUCKET", choices.one(&DRIVERS));
    let names = [
        "OTHER",
        "REGISTRY_LOG_LEVEL",
        "REGISTRY_STORAGE",
        "REGISTRY_STORAGE_DELETE_ENABLED",
        stale.as_str(),
    ];
    let name = choices.one(&names);
    match choices.below(4) {
        0 => json!({"name": name, "value": "text"}),
        1 => json!({"name": name, "value": "'yes' # 0x1F"}),
        2 => {
            json!({"name": name, "valueFrom": {"secretKeyRef": {"name": "someone-elses", "key": "key"}}})
        }
        _ => json!({"name": name, "value": ""}),
    }
}

/// Whether `output` and the new objects are what was meant.
pub(super) fn judge(
    settings: &Settings,
    input: &Value,
    output: &Value,
    new: &[Value],
) -> Result<(), String> {
    let secrets = settings.secrets();
    judge_secret(settings, &secrets, new)?;
    judge_env(settings, input, output, new)?;
    let mut stripped = output.clone();
    strip(settings, input, &mut stripped, !secrets.is_empty())?;
    let mut wanted = input.clone();
    wanted["spec"]["template"]["spec"]["containers"][0]["env"] = Value::Null;
    if stripped == wanted {
        Ok(())
    } else {
        Err(format!(
            "more changed than was meant\n--- wanted\n{wanted:#}\n--- got\n{stripped:#}"
        ))
    }
}

/// One Secret, in `data` alone, with the fields as the registry reads them; none where no field is secret.
fn judge_secret(
    settings: &Settings,
    secrets: &[(&str, &str)],
    new: &[Value],
) -> Result<(), String> {
    let [secret] = new else {
        return if new.is_empty() && secrets.is_empty() {
            Ok(())
        } else {
            Err(format!(
                "{} new objects for {} secrets",
                new.len(),
                secrets.len()
            ))
        };
    };
    let data = secret["data"].as_object().ok_or("no data")?;
    if secret["kind"] != "Secret"
        || secret.get("stringData").is_some()
        || data.len() != secrets.len()
    {
        return Err(format!("not the Secret that was meant: {secret}"));
    }
    for (name, value) in secrets {
        let text = kubelet::decoded(
            data.get(*name)
                .and_then(Value::as_str)
                .ok_or(format!("no key {name}"))?,
        )?;
        let read = if settings.key_file().is_some() {
            json!(text)
        } else {
            as_registry_reads(&text)?
        };
        if read != **value {
            return Err(format!("the secret {name} reads as {read}"));
        }
    }
    Ok(())
}

/// Entries that are not ours stand as they were and in their order; ours say what was set, once.
fn judge_env(
    settings: &Settings,
    input: &Value,
    output: &Value,
    new: &[Value],
) -> Result<(), String> {
    let list = |tree: &Value| {
        let env = tree
            .pointer("/spec/template/spec/containers/0/env")
            .and_then(Value::as_array);
        env.cloned().unwrap_or_default()
    };
    let (before, after) = (list(input), list(output));
    let wanted = settings.variables();
    let is_wanted = |entry: &Value| wanted.iter().any(|(name, ..)| entry["name"] == *name);
    let kept: Vec<_> = before
        .iter()
        .filter(|entry| !is_wanted(entry) && !is_stale(entry, settings))
        .collect();
    let others: Vec<_> = after.iter().filter(|entry| !is_wanted(entry)).collect();
    if kept != others {
        return Err(format!(
            "other entries changed\n--- wanted\n{kept:?}\n--- got\n{others:?}"
        ));
    }
    if after.len() - others.len() != wanted.len() {
        return Err(format!(
            "{} entries of ours, wanted {}",
            after.len() - others.len(),
            wanted.len()
        ));
    }
    let environment = kubelet::environment(&after, new)?;
    for (name, value, secret) in &wanted {
        let text = environment.get(name).ok_or(format!("{name} is not set"))?;
        let read = as_registry_reads(text)?;
        if read != *value {
            return Err(format!("{name} reads as {read}, not {value}"));
        }
        let in_the_open = after
            .iter()
            .any(|entry| entry["name"] == *name && entry.get("value").is_some());
        if *secret && in_the_open {
            return Err(format!("{name} stands in the workload"));
        }
    }
    Ok(())
}

/// Another driver's; or the chosen one's own field, left blank.
fn is_stale(entry: &Value, settings: &Settings) -> bool {
    let name = entry["name"].as_str().unwrap_or_default();
    let Some(driver) = DRIVERS
        .iter()
        .find(|driver| name.starts_with(&format!("REGISTRY_STORAGE_{driver}_")))
    else {
        return false;
    };
    let is_field = name.ends_with("_BUCKET") && ["S3", "GCS", "OSS"].contains(driver);
    *driver != settings.driver.to_uppercase()
        || (is_field && entry.get("valueFrom").is_none() && entry["value"] == "")
}

/// The registry parses a variable's text as a YAML document of its own.
fn as_registry_reads(text: &str) -> Result<Value, String> {
    let mut read = kubeyaml::documents(text);
    match (read.pop(), read.is_empty()) {
        (Some(Ok(value)), true) => Ok(value),
        other => Err(format!("the registry can't read {text:?}: {other:?}")),
    }
}

/// Takes out what is ours beside `env`: the checksum, gcs's key file.
fn strip(
    settings: &Settings,
    input: &Value,
    output: &mut Value,
    has_checksum: bool,
) -> Result<(), String> {
    let template = &mut output["spec"]["template"];
    template["spec"]["containers"][0]["env"] = Value::Null;
    if has_checksum {
        let annotations = template["metadata"]["annotations"]
            .as_object_mut()
            .ok_or("no annotations")?;
        let sum = annotations.remove(CHECKSUM).ok_or("no checksum")?;
        if sum.as_str().is_none_or(|sum| sum.len() != 32) {
            return Err(format!("the checksum is {sum}"));
        }
    }
    if settings.key_file().is_some() {
        let spec = &mut template["spec"];
        take(
            &mut spec["volumes"],
            &json!({"name": VOLUME, "secret": {
                "secretName": "msr-msr-registry-storage",
                "items": [{"key": "credentials", "path": "credentials.json"}],
            }}),
        )?;
        let mount = json!({"name": VOLUME, "mountPath": "/etc/msr-storage", "readOnly": true});
        take(&mut spec["containers"][0]["volumeMounts"], &mount)?;
    }
    // What was made to hold it goes with it.
    for pointer in [
        "/spec/template/metadata/annotations",
        "/spec/template/metadata",
        "/spec/template/spec/volumes",
        "/spec/template/spec/containers/0/volumeMounts",
    ] {
        if input.pointer(pointer).is_none() && output.pointer(pointer).is_some_and(is_empty) {
            let (parent, key) = pointer.rsplit_once('/').ok_or("a pointer")?;
            let parent = output.pointer_mut(parent).and_then(Value::as_object_mut);
            parent.ok_or("a mapping")?.remove(key);
        }
    }
    Ok(())
}

fn take(list: &mut Value, entry: &Value) -> Result<(), String> {
    let list = list.as_array_mut().ok_or("no list")?;
    let at = list
        .iter()
        .position(|present| present == entry)
        .ok_or(format!("no {entry}"))?;
    list.remove(at);
    Ok(())
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.is_empty(),
        Value::Array(items) => items.is_empty(),
        other => other.is_null(),
    }
}
