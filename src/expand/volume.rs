//! `persistentVolume`: the claim that images lie on, its size, and its mount. A claim is never removed nor renamed here.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    PersistentVolumeClaim, PersistentVolumeClaimSpec, PersistentVolumeClaimVolumeSource, Volume,
    VolumeMount, VolumeResourceRequirements,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::{Value, json};

use super::Job;
use super::plan::{Addition, Plan};
use crate::workload::config::{self, StorageConfig};
use crate::workload::volumes::{self, Claim};
use crate::workload::{Container, FILENAME, Object, Stream, Workload};
use crate::yaml::Step;

/// Where MSR's registry keeps images.
const MSR_DIRECTORY: &str = "/storage";
/// The volume that is added where the chart has none.
const VOLUME: &str = "msr-storage";
const ROOT_VARIABLE: &str = "REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY";
/// The access mode of a new claim.
const DEFAULT_MODE: &str = "ReadWriteOnce";
const KEEP: (&str, &str) = ("helm.sh/resource-policy", "keep");

/// Plans the claim and its mount in a container; gives the directory that images lie in.
pub(super) fn plan(
    job: &Job,
    container: &Container,
    config: Option<&StorageConfig>,
    plan: &mut Plan,
) -> String {
    let object = &job.workload.object;
    let root = root_directory(container, config);
    let directory = root.clone().unwrap_or_else(|| MSR_DIRECTORY.to_owned());
    match volumes::images_claim(object, container, root.as_deref()) {
        Some((claim, mount)) => {
            size(job, &claim.claim, plan);
            root.filter(|root| volumes::is_within(root, &mount))
                .unwrap_or(mount)
        }
        None => {
            mount(job, container, &directory, plan);
            directory
        }
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
    let modes = claim.value["spec"]["accessModes"].as_array()?;
    let shared = modes.iter().find(|mode| *mode == "ReadWriteMany");
    Some(shared.or_else(|| modes.first())?.as_str()?.to_owned())
}

/// Sizes a claim in place.
fn size(job: &Job, claim: &Claim, plan: &mut Plan) {
    let object = &job.workload.object;
    match claim {
        Claim::Named(name) => {
            if let Some(claim) = job.stream.find("PersistentVolumeClaim", name, object) {
                set_claim(job, claim, &claim.prefix, &claim.value, plan);
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
        plan.add(Addition {
            before: document,
            item: object.prefix.clone(),
            object: new_claim(job),
            template: job.stream.template(object),
        });
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
    let mut annotations = BTreeMap::from([(KEEP.0.to_owned(), KEEP.1.to_owned())]);
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
