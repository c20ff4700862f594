//! The Secret that holds a workload's secret fields, and the checksum that restarts its pods. Nothing secret leaves it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::plan::{Addition, Plan};
use super::{Job, Refusal, encode};
use crate::schema::Reach;
use crate::workload::{FILENAME, INSTANCE};

/// The annotation that says for which workload a Secret was made: without it, a Secret of that name is somebody else's.
pub const MADE_FOR: &str = "msr-storage/made-for";
/// The annotation of the pod that changes when a secret field does.
pub const CHECKSUM: &str = "msr-storage/checksum";
/// About a millisecond on a processor without instructions for SHA-256, less on others: guessing a key from the annotation
/// costs something, a deploy does not wait for it.
const ROUNDS: u32 = 500;

/// Plans the Secret and the checksum; a Secret of ours that is not needed any more goes.
///
/// # Errors
/// Where a Secret of that name is somebody else's.
pub(super) fn plan(job: &Job, plan: &mut Plan) -> Result<(), Refusal> {
    let object = &job.workload.object;
    let data = data(job);
    let present = job.stream.find("Secret", &job.secret_name(), object);
    if let Some(foreign) =
        present.filter(|secret| secret.annotation(MADE_FOR) != Some(object.name()))
    {
        return Err(Refusal::ForeignSecret {
            secret: foreign.name().to_owned(),
            workload: object.title(),
        });
    }
    match present {
        Some(secret) if data.is_empty() => plan.leave_out(secret),
        Some(secret) => plan.set(secret.document, secret.path(["data"]), encoded(&data)),
        None if data.is_empty() => {}
        None => plan.add(Addition {
            before: object.document,
            item: object.prefix.clone(),
            object: serde_json::to_value(secret(job, data.clone())).unwrap_or_default(),
            template: job.stream.template(object),
        }),
    }
    let own = (!data.is_empty()).then(|| checksum(job, &data));
    annotate(job, own.or_else(|| checksum_of_existing(job)), plan);
    Ok(())
}

/// The secret fields, each as the registry is to read it: a variable's text, or a file's bytes.
fn data(job: &Job) -> BTreeMap<String, Vec<u8>> {
    let secrets = job
        .settings()
        .fields
        .iter()
        .filter(|setting| setting.field.secret);
    secrets
        .map(|setting| {
            let text = match setting.field.reach {
                Reach::File { .. } => setting.value.to_string(),
                _ => encode::for_registry(&setting.value),
            };
            (setting.field.name.to_owned(), text.into_bytes())
        })
        .collect()
}

fn secret(job: &Job, data: BTreeMap<String, Vec<u8>>) -> Secret {
    let object = &job.workload.object;
    let mut annotations = BTreeMap::from([(MADE_FOR.to_owned(), object.name().to_owned())]);
    if let Some(file) = object.annotation(FILENAME) {
        annotations.insert(FILENAME.to_owned(), file.to_owned());
    }
    let labels = object.value["metadata"]["labels"]
        .as_object()
        .into_iter()
        .flatten();
    let labels: BTreeMap<_, _> = labels
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect();
    Secret {
        metadata: ObjectMeta {
            name: Some(job.secret_name()),
            namespace: object.namespace().map(str::to_owned),
            labels: (!labels.is_empty()).then_some(labels),
            annotations: Some(annotations),
            ..ObjectMeta::default()
        },
        data: Some(
            data.into_iter()
                .map(|(key, bytes)| (key, ByteString(bytes)))
                .collect(),
        ),
        type_: Some("Opaque".to_owned()),
        ..Secret::default()
    }
}

fn encoded(data: &BTreeMap<String, Vec<u8>>) -> Value {
    data.iter()
        .map(|(key, bytes)| (key.clone(), Value::from(STANDARD.encode(bytes))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// The checksum of the user's own Secret, where the stream shows it.
fn checksum_of_existing(job: &Job) -> Option<String> {
    let name = job.settings().existing_secret()?;
    let object = &job.workload.object;
    let secret = job.stream.find("Secret", name, object)?;
    let text = |part: &str| {
        secret.value[part]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.clone(), value.to_string().into_bytes()))
            .collect::<Vec<_>>()
    };
    let data: BTreeMap<_, _> = text("data").into_iter().chain(text("stringData")).collect();
    Some(checksum(job, &data))
}

/// Secret data that were stretched already: the workloads of one chart have the same, and stretching takes time.
#[derive(Default)]
pub struct Stretched(RefCell<HashMap<Salted, [u8; 32]>>);

/// A salt, and the data.
type Salted = (String, Vec<u8>);

impl Stretched {
    fn of(&self, salt: String, content: Vec<u8>) -> [u8; 32] {
        let stretch = |(salt, content): &Salted| {
            pbkdf2::pbkdf2_hmac_array::<Sha256, 32>(content, salt.as_bytes(), ROUNDS)
        };
        let mut done = self.0.borrow_mut();
        *done.entry((salt, content)).or_insert_with_key(stretch)
    }
}

/// Salted with the namespace, the release's name and the workload's, so that one key gives different sums at different
/// places; the workload's name comes last, for the workloads of a release share what is stretched.
fn checksum(job: &Job, data: &BTreeMap<String, Vec<u8>>) -> String {
    let mut content = Vec::new();
    for (key, bytes) in data {
        content.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        content.extend_from_slice(key.as_bytes());
        content.extend_from_slice(bytes);
    }
    let object = &job.workload.object;
    let namespace = object.namespace().unwrap_or_default();
    let release = object.label(INSTANCE).unwrap_or_default();
    let salt = format!("msr-storage/{namespace}/{release}");
    let sum = Sha256::new()
        .chain_update(job.stretched.of(salt, content))
        .chain_update(object.name())
        .finalize();
    sum.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn annotate(job: &Job, checksum: Option<String>, plan: &mut Plan) {
    let object = &job.workload.object;
    let path = object.pod_path(["metadata", "annotations", CHECKSUM]);
    let present = object.pod()["metadata"]["annotations"].get(CHECKSUM);
    match checksum {
        Some(checksum) => plan.set(object.document, path, checksum),
        None if present.is_some() => plan.remove(object.document, path),
        None => {}
    }
}
