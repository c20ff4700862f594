//! Secret fields that reach the registry as mounted files (gcs's key): the volume, the mount and the path. Nothing else is mounted here.

use k8s_openapi::api::core::v1::{KeyToPath, SecretVolumeSource, Volume, VolumeMount};
use serde_json::Value;

use super::Job;
use super::plan::Plan;
use crate::schema::{Field, Reach};
use crate::workload::{Container, volumes};
use crate::yaml::Step;

/// The name of the volume.
const VOLUME: &str = "msr-storage-credentials";
/// Where it is mounted.
const DIRECTORY: &str = "/etc/msr-storage";

/// The path of a field's file in the container.
pub(super) fn path(field: &Field) -> String {
    format!("{DIRECTORY}/{}", file_name(field))
}

fn file_name(field: &Field) -> String {
    format!("{}.json", field.name)
}

/// The field that needs a file under these settings.
fn field(job: &Job) -> Option<&'static Field> {
    let settings = job.settings();
    let mut files = settings
        .backend
        .fields
        .iter()
        .filter(|field| matches!(field.reach, Reach::File { .. }));
    files.find(|field| settings.get(field.name).is_some() || settings.from_existing_secret(field))
}

/// Plans the volume and its mounts, or their removal where no file is needed any more.
pub(super) fn plan(job: &Job, plan: &mut Plan) {
    let document = job.workload.object.document;
    let volume = field(job).map(|field| volume(job, field));
    put(
        document,
        &job.workload.object.pod_path(["spec", "volumes"]),
        pod_volumes(job),
        volume.as_ref(),
        plan,
    );
    let mount = volume.as_ref().map(|_| mount());
    for container in &job.workload.containers {
        put(
            document,
            &job.workload.container_path(container, ["volumeMounts"]),
            container.mounts(),
            mount.as_ref(),
            plan,
        );
    }
}

/// Makes a list hold the entry of our name as `wanted`, or not at all.
fn put(document: usize, list: &[Step], entries: &[Value], wanted: Option<&Value>, plan: &mut Plan) {
    let present = entries.iter().position(|entry| entry["name"] == VOLUME);
    let at = |index: usize| {
        list.iter()
            .cloned()
            .chain([index.into()])
            .collect::<Vec<_>>()
    };
    match (present, wanted) {
        (Some(index), Some(wanted)) if entries[index] != *wanted => {
            plan.set(document, at(index), wanted.clone())
        }
        (Some(index), None) => plan.remove(document, at(index)),
        (None, Some(wanted)) => plan.append(document, list.to_vec(), wanted.clone()),
        _ => {}
    }
}

fn pod_volumes<'a>(job: &'a Job) -> &'a [Value] {
    job.workload.object.pod()["spec"]["volumes"]
        .as_array()
        .map_or(&[], Vec::as_slice)
}

fn volume(job: &Job, field: &Field) -> Value {
    let secret = job
        .settings()
        .existing_secret()
        .map_or_else(|| job.secret_name(), str::to_owned);
    let items = vec![KeyToPath {
        key: field.name.to_owned(),
        path: file_name(field),
        ..KeyToPath::default()
    }];
    let source = SecretVolumeSource {
        secret_name: Some(secret),
        items: Some(items),
        ..SecretVolumeSource::default()
    };
    let volume = Volume {
        name: VOLUME.to_owned(),
        secret: Some(source),
        ..Volume::default()
    };
    serde_json::to_value(volume).unwrap_or_default()
}

fn mount() -> Value {
    let mount = VolumeMount {
        name: VOLUME.to_owned(),
        mount_path: DIRECTORY.to_owned(),
        read_only: Some(true),
        ..VolumeMount::default()
    };
    serde_json::to_value(mount).unwrap_or_default()
}

/// Whether a container mounts a volume at a path already.
pub(super) fn mounted_at<'a>(container: &'a Container, path: &str) -> Option<&'a str> {
    let mount = container.mounts().iter().find(|mount| {
        mount["mountPath"]
            .as_str()
            .is_some_and(|at| volumes::is_within(path, at))
    })?;
    mount["name"].as_str()
}
