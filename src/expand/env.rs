//! The environment of a container: what it must hold for a backend, and the edits that bring it there. Every other entry stays.

use k8s_openapi::api::core::v1::{EnvVar, EnvVarSource, SecretKeySelector};
use serde_json::Value;

use super::plan::Plan;
use super::{Job, encode};
use crate::schema::{BACKENDS, Backend, Field, Reach};
use crate::workload::{Container, Workload};
use crate::yaml::{Edit, Step};

/// The prefix of every variable of the registry's storage.
pub const PREFIX: &str = "REGISTRY_STORAGE";
/// The prefix of the variables that hold a value of the user's own Secret on its way into YAML quotes.
const RAW_PREFIX: &str = "MSR_STORAGE_RAW_";

/// The entries that a container must hold, in their order.
pub fn wanted(job: &Job, extra: Vec<(String, String)>) -> Vec<EnvVar> {
    let backend = job.settings().backend;
    let mut entries = vec![plain(PREFIX.to_owned(), backend.driver.to_owned())];
    for field in backend.fields {
        entries.extend(field_entries(job, backend, field));
    }
    entries.extend(
        extra
            .into_iter()
            .map(|(name, text)| plain(name, encode::for_kubelet(text))),
    );
    entries
}

fn field_entries(job: &Job, backend: &'static Backend, field: &'static Field) -> Vec<EnvVar> {
    let Some(name) = backend.env(field) else {
        return Vec::new();
    };
    let settings = job.settings();
    let here = settings.get(field.name);
    let elsewhere = settings.from_existing_secret(field);
    match field.reach {
        Reach::File { .. } if here.is_some() || elsewhere => {
            vec![plain(name, super::files::path(field))]
        }
        Reach::Env if elsewhere => {
            let raw = format!("{RAW_PREFIX}{}", field.name.to_uppercase());
            let secret = settings.existing_secret().unwrap_or_default();
            vec![
                from_secret(raw.clone(), secret, field.name),
                plain(name, encode::quoted_reference(&raw)),
            ]
        }
        Reach::Env => match here {
            Some(_) if field.secret => vec![from_secret(name, &job.secret_name(), field.name)],
            Some(setting) => vec![plain(
                name,
                encode::for_kubelet(encode::for_registry(&setting.value)),
            )],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn plain(name: String, value: String) -> EnvVar {
    EnvVar {
        name,
        value: Some(value),
        value_from: None,
    }
}

fn from_secret(name: String, secret: &str, key: &str) -> EnvVar {
    let selector = SecretKeySelector {
        name: secret.to_owned(),
        key: key.to_owned(),
        optional: None,
    };
    EnvVar {
        name,
        value: None,
        value_from: Some(EnvVarSource {
            secret_key_ref: Some(selector),
            ..EnvVarSource::default()
        }),
    }
}

/// Plans the edits that make a container's `env` hold `wanted` and nothing stale.
pub fn plan(job: &Job, container: &Container, wanted: &[EnvVar], plan: &mut Plan) {
    let document = job.workload.object.document;
    let path = |steps: &[Step]| {
        job.workload.container_path(
            container,
            [Step::from("env")].into_iter().chain(steps.iter().cloned()),
        )
    };
    let rank = |name: &str| wanted.iter().position(|entry| entry.name == name);
    // The places in `wanted` of the entries that stay, by their places in `env`.
    let mut staying: Vec<Option<usize>> = Vec::new();
    for (index, entry) in container.env().iter().enumerate() {
        let name = entry["name"].as_str().unwrap_or_default();
        let rank = rank(name);
        let is_repeated = rank.is_some() && staying.contains(&rank);
        staying.push(rank.filter(|_| !is_repeated));
        match rank {
            Some(rank) if !is_repeated => {
                replace(document, &path(&[index.into()]), entry, &wanted[rank], plan);
            }
            None if !is_stale(job, name) => {}
            _ => plan.remove(document, path(&[index.into()])),
        }
    }
    let missing = (0..wanted.len()).filter(|rank| !staying.contains(&Some(*rank)));
    for rank in missing {
        let value = json(&wanted[rank]);
        match place(container.env(), wanted, &staying, rank) {
            Some(index) => plan.edit(
                document,
                Edit::Insert {
                    path: path(&[]),
                    index,
                    value,
                },
            ),
            None => plan.append(document, path(&[]), value),
        }
    }
}

/// The entry that a missing one goes before, or `None` for the end: among the storage variables that end the list, the
/// order is that of `wanted`, whichever of them an earlier run wrote.
fn place(
    entries: &[Value],
    wanted: &[EnvVar],
    staying: &[Option<usize>],
    rank: usize,
) -> Option<usize> {
    // A value on its way must stand before the entry that refers to it.
    let follower = (wanted[rank].name.starts_with(RAW_PREFIX))
        .then(|| staying.iter().position(|other| *other == Some(rank + 1)));
    if let Some(Some(index)) = follower {
        return Some(index);
    }
    let is_ours = |entry: &Value| {
        let name = entry["name"].as_str().unwrap_or_default();
        name.starts_with(PREFIX) || name.starts_with(RAW_PREFIX)
    };
    let begin = entries
        .iter()
        .rposition(|entry| !is_ours(entry))
        .map_or(0, |index| index + 1);
    let later = staying[begin..]
        .iter()
        .position(|other| other.is_some_and(|other| other > rank));
    later.map(|index| begin + index)
}

/// Replaces an entry, only its text where that is all that differs.
fn replace(document: usize, path: &[Step], entry: &Value, wanted: &EnvVar, plan: &mut Plan) {
    let wanted = json(wanted);
    if *entry == wanted {
        return;
    }
    let only_texts = |entry: &Value| {
        entry
            .as_object()
            .is_some_and(|map| map.len() == 2 && map.contains_key("value"))
    };
    if only_texts(entry) && only_texts(&wanted) {
        plan.set(
            document,
            path.iter().cloned().chain(["value".into()]).collect(),
            wanted["value"].clone(),
        );
    } else {
        plan.set(document, path.to_vec(), wanted);
    }
}

/// Whether an entry that the values do not ask for would mislead the registry: another driver's, a field's, a leftover of ours.
fn is_stale(job: &Job, name: &str) -> bool {
    if let Some(raw) = name.strip_prefix(RAW_PREFIX) {
        let field = raw.to_lowercase();
        return BACKENDS
            .iter()
            .any(|backend| backend.field(&field).is_some());
    }
    let ours = job.settings().backend;
    match driver_of(name) {
        Some(driver) if driver != ours.driver => true,
        Some(_) => ours
            .fields
            .iter()
            .any(|field| ours.env(field).is_some_and(|env| env == name)),
        None => false,
    }
}

/// Plans the removal of static keys from a container that a role serves.
pub fn drop_keys(
    workload: &Workload,
    container: &Container,
    backend: &'static Backend,
    plan: &mut Plan,
) {
    let keys: Vec<_> = backend
        .fields
        .iter()
        .filter(|field| field.pair.is_some())
        .filter_map(|field| backend.env(field))
        .collect();
    for (index, entry) in container.env().iter().enumerate() {
        if entry["name"]
            .as_str()
            .is_some_and(|name| keys.iter().any(|key| key == name))
        {
            plan.remove(
                workload.object.document,
                workload.container_path(container, [Step::from("env"), index.into()]),
            );
        }
    }
}

/// The driver that a variable belongs to, if it is a driver's.
pub fn driver_of(name: &str) -> Option<&'static str> {
    let rest = name.strip_prefix(PREFIX)?.strip_prefix('_')?;
    let drivers = BACKENDS
        .into_iter()
        .map(|backend| backend.driver)
        .chain(["inmemory"]);
    drivers.into_iter().find(|driver| {
        let upper = driver.to_uppercase();
        rest.strip_prefix(&upper)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
    })
}

fn json(entry: &EnvVar) -> Value {
    serde_json::to_value(entry).unwrap_or_default()
}
