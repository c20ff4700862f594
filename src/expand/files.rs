//! Secret fields that reach the registry as mounted files (gcs's key): the volume, the mount and the path. Nothing else is mounted here.

use k8s_openapi::api::core::v1::{KeyToPath, SecretVolumeSource, Volume, VolumeMount};
use serde_json::Value;

use super::plan::Plan;
use super::{Job, Refusal};
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
///
/// # Errors
/// Where another volume is mounted at the place: of two mounts at one path Kubernetes takes none.
pub(super) fn plan(job: &Job, plan: &mut Plan) -> Result<(), Refusal> {
    let document = job.workload.object.document;
    let volume = field(job).map(|field| volume(job, field));
    if volume.is_some() || !job.workload.is_mounted_elsewhere(VOLUME) {
        put(
            document,
            &job.workload.object.pod_path(["spec", "volumes"]),
            pod_volumes(job),
            volume.as_ref(),
            plan,
        );
    }
    let mount = volume.as_ref().map(|_| mount());
    for container in &job.workload.containers {
        if mount.is_some() {
            is_free(job, container)?;
        }
        put(
            document,
            &job.workload.container_path(container, ["volumeMounts"]),
            container.mounts(),
            mount.as_ref(),
            plan,
        );
    }
    Ok(())
}

/// Refuses a container that has something else where the file goes.
fn is_free(job: &Job, container: &Container) -> Result<(), Refusal> {
    let file = field(job).map(path).unwrap_or_default();
    let mut others = container
        .mounts()
        .iter()
        .filter(|mount| mount["name"] != VOLUME);
    let taken = others.find_map(|mount| {
        let path = mount["mountPath"].as_str()?;
        // A mount at the file itself would hide it, `//` and a slash at the end are the same place to the kubelet.
        let place: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
        let place = format!("/{}", place.join("/"));
        (place == DIRECTORY || place == file).then_some((path, &mount["name"]))
    });
    match taken {
        None => Ok(()),
        Some((path, volume)) => Err(Refusal::MountTaken {
            workload: job.workload.object.title(),
            container: container.name().to_owned(),
            volume: volume.as_str().unwrap_or_default().to_owned(),
            path: path.to_owned(),
        }),
    }
}

/// Makes a list hold the entry of our name as `wanted` once, or not at all.
fn put(document: usize, list: &[Step], entries: &[Value], wanted: Option<&Value>, plan: &mut Plan) {
    let mut present = (0..entries.len()).filter(|index| entries[*index]["name"] == VOLUME);
    if let Some(wanted) = wanted {
        match present.next() {
            Some(index) => {
                let at = list.iter().cloned().chain([index.into()]).collect();
                plan.set(document, at, wanted.clone());
            }
            None => plan.append(document, list.to_vec(), wanted.clone()),
        }
    }
    for index in present {
        plan.remove_item(document, list.to_vec(), index, entries.len());
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
