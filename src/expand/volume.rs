//! `persistentVolume`: the claim that images lie on, its size, and its mount. A claim is never removed nor renamed here.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimVolumeSource, Volume,
    VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Value, json};

use super::plan::{Addition, Plan};
use super::{Job, MADE_FOR};
use crate::workload::config::{self, StorageConfig};
use crate::workload::volumes::{self, Claim};
use crate::workload::{Container, FILENAME, Object, Stream, Workload};
use crate::yaml::Step;

/// Where MSR's registry keeps images.
const MSR_DIRECTORY: &str = "/storage";
/// The volume that is added where the chart has none.
const VOLUME: &str = "msr-storage";
/// The variable that names the directory.
pub(super) const ROOT_VARIABLE: &str = "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY";
/// The access mode of a new claim.
const DEFAULT_MODE: &str = "ReadWriteOnce";
const KEEP: (&str, &str) = ("helm.sh/resource-policy", "keep");

/// The directory that a container keeps images in.
pub(super) fn directory(
    job: &Job,
    container: &Container,
    config: Option<&StorageConfig>,
) -> String {
    let root = root_directory(container, config);
    match volumes::images_claim(&job.workload.object, container, root.as_deref()) {
        Some((_, mount)) => root
            .filter(|root| volumes::is_within(root, &mount))
            .unwrap_or(mount),
        None => root.unwrap_or_else(|| MSR_DIRECTORY.to_owned()),
    }
}

/// Plans the claim and its mount in a container.
pub(super) fn plan(
    job: &Job,
    container: &Container,
    config: Option<&StorageConfig>,
    plan: &mut Plan,
) {
    let root = root_directory(container, config);
    match volumes::images_claim(&job.workload.object, container, root.as_deref()) {
        Some((claim, _)) => size(job, &claim.claim, plan),
        None => mount(
            job,
            container,
            root.as_deref().unwrap_or(MSR_DIRECTORY),
            plan,
        ),
    }
}

/// The directory that the chart's own rendering keeps images in.
fn root_directory(container: &Container, config: Option<&StorageConfig>) -> Option<String> {
    let by_variable = container
        .variable(ROOT_VARIABLE)
        .and_then(|entry| entry["value"].as_str());
    by_variable
        .or_else(|| config?.root_directory())
        .map(str::to_owned)
}

/// The access mode of the claim that images would lie on without a word on it: the chart's, or a new one's. None where the
/// stream does not show it, and for a StatefulSet's template, of which each pod has its own.
pub(crate) fn mode_by_default(stream: &Stream, workload: &Workload) -> Option<String> {
    let object = &workload.object;
    let container = workload.containers.first()?;
    let config = config::of_container(stream, object, container);
    let root = root_directory(container, config.as_ref());
    let claim = volumes::images_claim(object, container, root.as_deref());
    let shown = |name: &str| stream.find("PersistentVolumeClaim", name, object);
    let claim = match claim.map(|(volume, _)| volume.claim) {
        Some(Claim::Template(_)) => return None,
        Some(Claim::Named(name)) => shown(&name)?,
        None => match shown(object.name()) {
            Some(claim) => claim,
            None => return Some(DEFAULT_MODE.to_owned()),
        },
    };
    if is_made_for(claim, object) {
        return Some(DEFAULT_MODE.to_owned());
    }
    let modes = claim.value["spec"]["accessModes"].as_array()?;
    let shared = modes.iter().find(|mode| *mode == "ReadWriteMany");
    Some(shared.or_else(|| modes.first())?.as_str()?.to_owned())
}

/// Sizes a claim in place.
fn size(job: &Job, claim: &Claim, plan: &mut Plan) {
    let object = &job.workload.object;
    match claim {
        Claim::Named(name) => {
            match job.stream.find("PersistentVolumeClaim", name, object) {
                Some(claim) if is_made_for(claim, object) => renew(job, claim, plan),
                // Its own workload sizes it.
                Some(claim) if claim.annotation(MADE_FOR).is_some() => {}
                Some(claim) => set_claim(job, claim, &claim.prefix, &claim.value, plan),
                None => {}
            }
        }
        Claim::Template(index) => {
            let path = object.path([
                Step::from("spec"),
                "volumeClaimTemplates".into(),
                (*index).into(),
            ]);
            set_claim(
                job,
                object,
                &path,
                &object.value["spec"]["volumeClaimTemplates"][*index],
                plan,
            );
        }
    }
}

/// Whether an earlier run made a claim for a workload: then the values say all of it, and not its chart.
fn is_made_for(claim: &Object, workload: &Object) -> bool {
    claim.annotation(MADE_FOR) == Some(workload.name())
}

/// Makes a claim of ours what it would be if it were made now.
fn renew(job: &Job, claim: &Object, plan: &mut Plan) {
    let wanted = new_claim(job);
    if wanted["spec"] != claim.value["spec"] {
        plan.leave_out(claim);
        plan.add(addition(job, wanted));
    }
}

/// Takes the mount of a claim of ours out of a workload that keeps images elsewhere. The claim stays: it holds images.
pub(super) fn unmount(job: &Job, plan: &mut Plan) {
    let object = &job.workload.object;
    let Some((index, volume)) = volumes::volume(object, VOLUME) else {
        return;
    };
    let claim = volume["persistentVolumeClaim"]["claimName"].as_str();
    let claim = claim.and_then(|name| job.stream.find("PersistentVolumeClaim", name, object));
    if !claim.is_some_and(|claim| is_made_for(claim, object)) {
        return;
    }
    let length = |list: &Value| list.as_array().map_or(0, Vec::len);
    let list = object.pod_path(["spec", "volumes"]);
    if !job.workload.is_mounted_elsewhere(VOLUME) {
        let volumes = length(&object.pod()["spec"]["volumes"]);
        plan.remove_item(object.document, list, index, volumes);
    }
    for container in &job.workload.containers {
        let mounts = container.mounts();
        let list = job.workload.container_path(container, ["volumeMounts"]);
        for (index, _) in mounts
            .iter()
            .enumerate()
            .filter(|(_, mount)| mount["name"] == VOLUME)
        {
            plan.remove_item(object.document, list.clone(), index, mounts.len());
        }
    }
}

fn addition(job: &Job, claim: Value) -> Addition {
    let object = &job.workload.object;
    Addition {
        before: object.document,
        item: object.prefix.clone(),
        object: claim,
        template: job.stream.template(object),
    }
}

fn set_claim(job: &Job, owner: &Object, prefix: &[Step], claim: &Value, plan: &mut Plan) {
    let at = |steps: &[&str]| {
        prefix
            .iter()
            .cloned()
            .chain(steps.iter().map(|step| Step::from(*step)))
            .collect::<Vec<_>>()
    };
    let mut set = |steps: &[&str], wanted: Value| {
        if steps.iter().fold(claim, |value, step| &value[*step]) != &wanted {
            plan.set(owner.document, at(steps), wanted);
        }
    };
    if let Some(class) = class(job) {
        set(&["spec", "storageClassName"], class.into());
    }
    if let Some(mode) = job.settings().text("accessMode") {
        set(&["spec", "accessModes"], json!([mode]));
    }
    if let Some(size) = job.settings().text("size") {
        set(&["spec", "resources", "requests", "storage"], size.into());
    }
    // Helm keeps what a StatefulSet's template made in any case, and Kubernetes refuses a changed template.
    if claim["kind"] == "PersistentVolumeClaim" && prefix == owner.prefix {
        set(&["metadata", "annotations", KEEP.0], KEEP.1.into());
    }
}

/// The storage class as Kubernetes spells it: charts write `-` for none, so that nothing is provisioned.
fn class<'a>(job: &'a Job) -> Option<&'a str> {
    job.settings()
        .text("storageClass")
        .map(|class| if class == "-" { "" } else { class })
}

/// Mounts a claim at a directory: over a volume that the chart has there, or a new one.
fn mount(job: &Job, container: &Container, directory: &str, plan: &mut Plan) {
    let object = &job.workload.object;
    let document = object.document;
    let name = object.name();
    if job
        .stream
        .find("PersistentVolumeClaim", name, object)
        .is_none()
    {
        plan.add(addition(job, new_claim(job)));
    } else {
        size(job, &Claim::Named(name.to_owned()), plan);
    }
    let present = super::files::mounted_at(container, directory).map_or(VOLUME, |name| name);
    let source = PersistentVolumeClaimVolumeSource {
        claim_name: name.to_owned(),
        read_only: None,
    };
    let volume = Volume {
        name: present.to_owned(),
        persistent_volume_claim: Some(source),
        ..Volume::default()
    };
    let volume = serde_json::to_value(volume).unwrap_or_default();
    match volumes::volume(object, present) {
        Some((index, _)) => plan.set(
            document,
            object.pod_path([Step::from("spec"), "volumes".into(), index.into()]),
            volume,
        ),
        None => plan.append(document, object.pod_path(["spec", "volumes"]), volume),
    }
    if super::files::mounted_at(container, directory).is_none() {
        let mount = VolumeMount {
            name: present.to_owned(),
            mount_path: directory.to_owned(),
            ..VolumeMount::default()
        };
        let path = job.workload.container_path(container, ["volumeMounts"]);
        plan.append(
            document,
            path,
            serde_json::to_value(mount).unwrap_or_default(),
        );
    }
}

fn new_claim(job: &Job) -> Value {
    let object = &job.workload.object;
    let settings = job.settings();
    let mut annotations = BTreeMap::from([
        (KEEP.0.to_owned(), KEEP.1.to_owned()),
        (MADE_FOR.to_owned(), object.name().to_owned()),
    ]);
    if let Some(file) = object.annotation(FILENAME) {
        annotations.insert(FILENAME.to_owned(), file.to_owned());
    }
    let labels = object.value["metadata"]["labels"]
        .as_object()
        .into_iter()
        .flatten();
    let size = settings.text("size").unwrap_or("20Gi").to_owned();
    let claim = PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: Some(object.name().to_owned()),
            namespace: object.namespace().map(str::to_owned),
            labels: Some(
                labels
                    .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
                    .collect(),
            ),
            annotations: Some(annotations),
            ..ObjectMeta::default()
        },
        spec: Some(PersistentVolumeClaimSpec {
            access_modes: Some(vec![
                settings
                    .text("accessMode")
                    .unwrap_or(DEFAULT_MODE)
                    .to_owned(),
            ]),
            resources: Some(VolumeResourceRequirements {
                requests: Some(BTreeMap::from([("storage".to_owned(), Quantity(size))])),
                limits: None,
            }),
            storage_class_name: class(job).map(str::to_owned),
            ..PersistentVolumeClaimSpec::default()
        }),
        status: None,
    };
    serde_json::to_value(claim).unwrap_or_default()
}
