//! The Secret that holds a workload's secret fields, and the checksum that restarts its pods. Nothing secret leaves it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use memchr::memmem;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::plan::{Addition, Plan};
use super::{Job, Refusal, encode};
use crate::schema::Reach;
use crate::workload::{FILENAME, INSTANCE, Object, Stream};
use crate::yaml::{self, Edit, Step};

/// The annotation that says for which workload a Secret was made: without it, a Secret of that name is somebody else's.
pub const MADE_FOR: &str = "msr-storage/made-for";
/// The annotation of the pod that changes when a secret field does.
pub const CHECKSUM: &str = "msr-storage/checksum";
/// About a millisecond on a processor without instructions for SHA-256, less on others: guessing a key from the annotation
/// costs something, a deploy does not wait for it.
const ROUNDS: u32 = 500;

/// What the workloads of a stream need of their Secrets: two of one name (a Deployment, a `CronJob`) share one, so whether a
/// Secret is needed is known when all of them are.
#[derive(Default)]
pub struct Secrets<'a> {
    needs: Vec<Need<'a>>,
}

/// What one workload needs.
struct Need<'a> {
    workload: &'a Object,
    data: Data,
}

/// The secret fields, each as the registry is to read it: a variable's text, or a file's bytes.
type Data = BTreeMap<String, Vec<u8>>;

impl<'a> Secrets<'a> {
    /// Notes a workload's need, and plans its checksum.
    pub(super) fn note(&mut self, job: &Job<'a>, plan: &mut Plan) {
        let data = data(job);
        let own = (!data.is_empty()).then(|| checksum(job, &data));
        annotate(job, own.or_else(|| checksum_of_existing(job)), plan);
        let workload = &job.workload.object;
        self.needs.push(Need { workload, data });
    }

    /// Plans the Secrets. One of ours that no workload needs goes, unless something in the stream still refers to it.
    ///
    /// # Errors
    /// Where a Secret of that name is somebody else's, or two workloads need other values under one key.
    pub fn plan(self, stream: &Stream, plan: &mut Plan) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for (index, need) in self.needs.iter().enumerate() {
            let is_first = self.needs[..index].iter().all(|other| !other.shares(need));
            let sharing: Vec<_> = self.needs[index..]
                .iter()
                .filter(|other| other.shares(need))
                .collect();
            if is_first {
                refusals.extend(shared(&sharing, stream, plan).err());
            }
        }
        refusals
    }
}

impl Need<'_> {
    fn shares(&self, other: &Self) -> bool {
        self.workload.name() == other.workload.name()
            && self.workload.shares_namespace(other.workload)
    }
}

/// Plans the Secret that some workloads share; they are in the stream's order.
fn shared(needs: &[&Need], stream: &Stream, plan: &mut Plan) -> Result<(), Refusal> {
    let Some(any) = needs.first() else {
        return Ok(());
    };
    let name = name_for(any.workload);
    let present = stream.find("Secret", &name, any.workload);
    if present.is_some_and(|secret| secret.annotation(MADE_FOR) != Some(any.workload.name())) {
        return Err(Refusal::ForeignSecret {
            secret: name,
            workload: any.workload.title(),
        });
    }
    let Some(first) = needs.iter().find(|need| !need.data.is_empty()) else {
        if let Some(secret) = present.filter(|secret| !is_referred_to(stream, plan, secret)) {
            plan.leave_out(secret);
        }
        return Ok(());
    };
    let data = united(needs)?;
    match present {
        Some(secret) if stays(secret, &data, needs, first.workload) => {
            plan.set(secret.document, secret.path(["data"]), encoded(&data));
            return Ok(());
        }
        Some(secret) => plan.leave_out(secret),
        None => {}
    }
    let secret = secret(first.workload, data);
    plan.add(Addition {
        before: first.workload.document,
        item: first.workload.prefix.clone(),
        object: serde_json::to_value(secret).unwrap_or_default(),
        template: stream.template(first.workload),
    });
    Ok(())
}

/// The data of all, which may not contradict each other.
fn united(needs: &[&Need]) -> Result<Data, Refusal> {
    let mut data = Data::new();
    for need in needs {
        for (key, bytes) in &need.data {
            let other = data.insert(key.clone(), bytes.clone());
            if other.is_some_and(|other| other != *bytes) {
                return Err(Refusal::SecretClash {
                    secret: name_for(need.workload),
                    workloads: needs.iter().map(|need| need.workload.title()).collect(),
                    key: key.clone(),
                });
            }
        }
    }
    Ok(data)
}

/// Whether a Secret can be renewed where it stands, and look as a new one would: it stands before the first workload that
/// needs it and not for another one, and its keys come to stand in order.
fn stays(secret: &Object, data: &Data, needs: &[&Need], first: &Object) -> bool {
    let place = |object: &Object| (object.document, object.prefix.clone());
    let follows = |object: &Object| match (secret.prefix.as_slice(), object.prefix.as_slice()) {
        ([], _) => object.document == secret.document + 1,
        ([.., Step::Index(secret)], [.., Step::Index(other)]) => *other == secret + 1,
        _ => false,
    };
    let for_another = needs
        .iter()
        .any(|need| follows(need.workload) && place(need.workload) != place(first));
    let present = secret.value["data"].as_object();
    let keys = || present.into_iter().flatten().map(|(key, _)| key);
    let kept = keys().filter(|key| data.contains_key(*key));
    let added = data.keys().filter(|key| !keys().any(|other| other == *key));
    let in_order = kept
        .max()
        .is_none_or(|kept| added.min().is_none_or(|added| kept < added));
    is_before(secret, first) && !for_another && in_order
}

fn is_before(secret: &Object, workload: &Object) -> bool {
    match (secret.prefix.as_slice(), workload.prefix.as_slice()) {
        ([.., Step::Index(secret_at)], [.., Step::Index(at)])
            if secret.document == workload.document =>
        {
            secret_at < at
        }
        _ => secret.document < workload.document,
    }
}

/// Whether anything in the stream, as it will be, names a Secret: an entry of `env` or `envFrom`, a volume, a custom
/// resource, a role. What can't be read and holds the name counts as well.
fn is_referred_to(stream: &Stream, plan: &Plan, secret: &Object) -> bool {
    let name = secret.name();
    let finder = memmem::Finder::new(name.as_bytes());
    let is_secret = |object: &Object| object.kind() == "Secret" && object.name() == name;
    let refers = |object: &Object| {
        let value = object.value.as_object().into_iter().flatten();
        let mut parts = value.filter(|(key, _)| *key != "metadata");
        object.shares_namespace(secret)
            && !is_secret(object)
            && parts.any(|(_, part)| holds(part, name))
    };
    let mut documents = (0..stream.documents.len())
        .filter(|document| !plan.removals.contains(document))
        .filter(|document| finder.find(stream.body(*document)).is_some());
    documents.any(|document| match plan.edits.get(&document) {
        None => match stream.read(document) {
            Ok(objects) => objects.iter().any(refers),
            Err(_) => true,
        },
        Some(edits) => edited(stream, document, edits)
            .is_none_or(|value| Object::of_document(document, value).iter().any(refers)),
    })
}

/// A document with its edits made, where that can be done.
fn edited(stream: &Stream, document: usize, edits: &[Edit]) -> Option<Value> {
    let text = std::str::from_utf8(stream.body(document)).ok()?;
    let text = yaml::apply(text, edits).ok()?;
    yaml::to_json(&yaml::parse_one(&text).ok()??).ok()
}

fn holds(value: &Value, name: &str) -> bool {
    match value {
        Value::String(text) => text == name,
        Value::Array(items) => items.iter().any(|item| holds(item, name)),
        Value::Object(map) => map.values().any(|value| holds(value, name)),
        _ => false,
    }
}

/// The name of the Secret of a workload.
pub(super) fn name_for(workload: &Object) -> String {
    format!("{}-storage", workload.name())
}

fn data(job: &Job) -> Data {
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

fn secret(object: &Object, data: Data) -> Secret {
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
            name: Some(name_for(object)),
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

fn encoded(data: &Data) -> Value {
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
    let data: Data = text("data").into_iter().chain(text("stringData")).collect();
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
fn checksum(job: &Job, data: &Data) -> String {
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
    let pod = object.pod_keys().unwrap_or_default().iter().copied();
    let keys: Vec<_> = pod.chain(["metadata", "annotations", CHECKSUM]).collect();
    let present = object.pod()["metadata"]["annotations"].get(CHECKSUM);
    match checksum {
        Some(checksum) => plan.set(object.document, object.path(keys), checksum),
        None if present.is_some() => plan.prune(object, &keys),
        None => {}
    }
}
