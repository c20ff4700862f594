//! Which workloads and containers of a stream run the registry. It changes nothing and knows no values.

use std::collections::BTreeMap;

use kube_core::{Selector, SelectorExt};
use memchr::memmem;
use serde_json::Value;

use super::marks::{self, Mark};
use super::object::{Object, POD_KINDS};
use super::stream::{Stream, Unreadable};
use crate::yaml::Step;

const COMPONENT: &str = "app.kubernetes.io/component";
const NAME: &str = "app.kubernetes.io/name";
/// What charts had before that label.
const OLD_NAME: &str = "app";
/// The label that names the release, and the custom resource of several that is a workload's.
pub const INSTANCE: &str = "app.kubernetes.io/instance";
/// The API group of MSR's custom resource.
pub const MSR_GROUP: &str = "msr.mirantis.com/";
/// The group with its only version.
const MSR_VERSION: &str = "msr.mirantis.com/v1";
/// Its kind.
pub const MSR_KIND: &str = "MSR";

/// How the user said which objects are meant; nothing said means MSR's own.
#[derive(Clone, Default)]
pub struct Choice {
    /// `--selector`: the labels of the workloads, hooks among them.
    pub selector: Option<Selector>,
    /// `--container`: the container's name.
    pub container: Option<String>,
}

/// Which part of MSR a workload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The registry itself.
    Registry,
    /// The jobrunner, which collects the registry's garbage.
    Jobrunner,
}

/// A workload to expand into.
#[derive(Clone, Debug)]
pub struct Workload {
    /// The object.
    pub object: Object,
    /// Which part it is.
    pub part: Part,
    /// The containers that read the registry's storage settings, in order.
    pub containers: Vec<Container>,
}

/// A container of a workload.
#[derive(Clone, Debug)]
pub struct Container {
    /// `containers` or `initContainers`.
    pub list: &'static str,
    /// Its place in the list.
    pub index: usize,
    /// The container itself, a mapping.
    pub value: Value,
}

impl Workload {
    /// The path in the document to something of a container.
    pub fn container_path<S: Into<Step>>(
        &self,
        container: &Container,
        steps: impl IntoIterator<Item = S>,
    ) -> Vec<Step> {
        let mut path = self.object.pod_path(["spec", container.list]);
        path.push(container.index.into());
        path.extend(steps.into_iter().map(Into::into));
        path
    }

    /// Whether a container that is not one of [`Workload::containers`] mounts a volume.
    pub fn is_mounted_elsewhere(&self, volume: &str) -> bool {
        let mine = |other: &Container| {
            let mut mine = self.containers.iter();
            mine.any(|mine| (mine.list, mine.index) == (other.list, other.index))
        };
        all_containers(&self.object)
            .filter(|other| !mine(other))
            .any(|other| other.mounts().iter().any(|mount| mount["name"] == volume))
    }
}

impl Container {
    /// Its name, or nothing.
    pub fn name(&self) -> &str {
        self.value["name"].as_str().unwrap_or_default()
    }

    /// Its `env` entries.
    pub fn env(&self) -> &[Value] {
        self.value["env"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Its `volumeMounts` entries.
    pub fn mounts(&self) -> &[Value] {
        self.value["volumeMounts"]
            .as_array()
            .map_or(&[], Vec::as_slice)
    }

    /// The entry of a variable; of several the last, which Kubernetes takes.
    pub fn variable(&self, name: &str) -> Option<&Value> {
        self.env().iter().rev().find(|entry| entry["name"] == name)
    }

    fn image_is(&self, name: &str) -> bool {
        image_is(&self.value, name)
    }
}

fn image_is(container: &Value, name: &str) -> bool {
    container["image"]
        .as_str()
        .is_some_and(|image| image_name(image) == name)
}

/// A workload whose container can't be told.
#[derive(Debug, thiserror::Error)]
pub enum Ambiguous {
    /// Several could be meant.
    #[error(
        "{title} has several containers ({containers}), and none is the registry's by image or name"
    )]
    Several {
        /// The workload.
        title: String,
        /// Its containers' names.
        containers: String,
    },
    /// There is nothing to choose from.
    #[error("{title} has no container: spec.containers is not a list of mappings")]
    None {
        /// The workload.
        title: String,
    },
}

/// The last part of an image's name, without registry, tag and digest.
fn image_name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    last.split(':').next().unwrap_or_default()
}

/// What a search of a stream's workloads found.
pub struct Found {
    /// The workloads that run the registry, and the jobrunners that see its storage, in the stream's order; or one whose container can't be told.
    pub workloads: Result<Vec<Workload>, Ambiguous>,
    /// Documents that look like theirs and can't be read.
    pub unreadable: Vec<(usize, Unreadable)>,
}

/// Searches a stream for its workloads, one document at a time.
pub fn find(stream: &Stream, choice: &Choice) -> Found {
    let mut found = Vec::new();
    let mut unreadable = Vec::new();
    for document in candidates(stream, choice) {
        match stream.search(document, |object| part(object, choice).is_some()) {
            Ok(objects) => found.extend(
                objects
                    .iter()
                    .filter_map(|object| workload(object, choice).transpose()),
            ),
            Err(error) => unreadable.push((document, error)),
        }
    }
    Found {
        workloads: found.into_iter().collect(),
        unreadable,
    }
}

/// The workloads of a stream that run the registry, and the jobrunners that see its storage, in the stream's order.
///
/// # Errors
/// Where a chosen workload's container can't be told.
pub fn workloads(stream: &Stream, choice: &Choice) -> Result<Vec<Workload>, Ambiguous> {
    find(stream, choice).workloads
}

fn workload(object: &Object, choice: &Choice) -> Result<Option<Workload>, Ambiguous> {
    let Some(part) = part(object, choice) else {
        return Ok(None);
    };
    let containers = containers(object, part, choice)?;
    Ok((!containers.is_empty()).then(|| Workload {
        object: object.clone(),
        part,
        containers,
    }))
}

/// The documents that can hold a workload of interest, told by their bytes: parsing all of a large stream would cost more than Helm.
pub fn candidates(stream: &Stream, choice: &Choice) -> Vec<usize> {
    if let Some(selector) = &choice.selector {
        return selected_candidates(stream, selector);
    }
    let labelled = marks::may_be(stream.input, COMPONENT, &[b"registry", b"jobrunner"]);
    let mut found = stream.marked(Mark::Image);
    found.extend(labelled.map(|at| stream.document_at(at)));
    let runs_pods = stream.of_kinds(&POD_KINDS);
    found.intersection(&runs_pods).copied().collect()
}

/// Where a selector asks for certain values, only documents that hold them; where it asks for none, all.
fn selected_candidates(stream: &Stream, selector: &Selector) -> Vec<usize> {
    use kube_core::Expression;
    let needles: Vec<String> = selector
        .clone()
        .into_iter()
        .filter_map(|expression| match expression {
            Expression::Equal(_, value) => Some(value),
            Expression::Exists(key) => Some(key),
            _ => None,
        })
        .collect();
    let finders: Vec<_> = needles
        .iter()
        .map(|needle| memmem::Finder::new(needle.as_bytes()))
        .collect();
    (0..stream.documents.len())
        .filter(|&document| {
            finders
                .iter()
                .all(|finder| finder.find(stream.documents[document].raw()).is_some())
        })
        .collect()
}

/// Which part of MSR an object is, if it is a workload of interest.
fn part(object: &Object, choice: &Choice) -> Option<Part> {
    object.pod_keys()?;
    if let Some(selector) = &choice.selector {
        let chosen =
            selector.matches(&labels(&object.value)) || selector.matches(&labels(object.pod()));
        return chosen.then_some(Part::Registry);
    }
    if object.is_hook() {
        return None;
    }
    [(Part::Registry, "registry"), (Part::Jobrunner, "jobrunner")]
        .into_iter()
        .find(|(_, component)| is_component(object, component))
        .map(|(part, _)| part)
}

fn is_component(object: &Object, component: &str) -> bool {
    let image = format!("msr-{component}");
    match label(object, COMPONENT) {
        Some(label) if label == component && is_msrs(object) => true,
        // A label that says otherwise wins over a name that only sounds so.
        Some(label) if label != component && is_msrs(object) => false,
        _ => {
            let is_named = || {
                let name = object.name();
                name == image || name.ends_with(&format!("-{image}"))
            };
            container_values(object, "containers").any(|(_, container)| image_is(container, &image))
                || (!is_anothers(object) && is_named())
        }
    }
}

/// Whether an object's labels say that it belongs to MSR: by name, or by an instance that is called so.
fn is_msrs(object: &Object) -> bool {
    let by_instance = || {
        label(object, INSTANCE).is_some_and(|instance| {
            object.name().strip_prefix(instance).is_some_and(|rest| {
                rest.starts_with("-msr-") || (instance.contains("msr") && rest.starts_with('-'))
            })
        })
    };
    label(object, NAME) == Some("msr") || (!is_anothers(object) && by_instance())
}

/// Whether a name label says that an object belongs to another product, whatever its release is called. Charts older than
/// that label have `app`, and may say no more there than what the object is.
fn is_anothers(object: &Object) -> bool {
    let says = |value: &str, words: &[&str]| words.iter().any(|word| value.contains(word));
    match label(object, NAME) {
        Some(name) => !says(name, &["msr"]),
        None => label(object, OLD_NAME)
            .is_some_and(|name| !says(name, &["msr", "registry", "jobrunner"])),
    }
}

/// A label of an object, or of its pod.
fn label<'a>(object: &'a Object, key: &str) -> Option<&'a str> {
    let of_pod = || object.pod()["metadata"]["labels"][key].as_str();
    object.label(key).or_else(of_pod)
}

fn labels(value: &Value) -> BTreeMap<String, String> {
    let labels = value["metadata"]["labels"]
        .as_object()
        .into_iter()
        .flatten();
    labels
        .filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

fn all_containers(object: &Object) -> impl Iterator<Item = Container> {
    ["initContainers", "containers"]
        .into_iter()
        .flat_map(move |list| {
            container_values(object, list).map(move |(index, value)| Container {
                list,
                index,
                value: value.clone(),
            })
        })
}

/// The containers of a list with their places; what is no mapping is no container.
fn container_values<'a>(
    object: &'a Object,
    list: &str,
) -> impl Iterator<Item = (usize, &'a Value)> {
    let values = object.pod()["spec"][list].as_array();
    let values = values.into_iter().flatten().enumerate();
    values.filter(|(_, value)| value.is_object())
}

/// The containers that read the registry's storage settings.
fn containers(object: &Object, part: Part, choice: &Choice) -> Result<Vec<Container>, Ambiguous> {
    let all: Vec<_> = all_containers(object).collect();
    if let Some(name) = &choice.container {
        let named: Vec<_> = all
            .iter()
            .filter(|container| container.name() == name)
            .cloned()
            .collect();
        return if named.is_empty() && part == Part::Registry {
            Err(ambiguous(object, &all))
        } else {
            Ok(named)
        };
    }
    if part == Part::Jobrunner {
        let claims = super::volumes::claim_volumes(object);
        let sees = |container: &Container| {
            container.env().iter().any(|entry| {
                entry["name"]
                    .as_str()
                    .is_some_and(|name| name.starts_with("REGISTRY_STORAGE"))
            }) || container
                .mounts()
                .iter()
                .any(|mount| claims.iter().any(|claim| mount["name"] == claim.volume))
        };
        return Ok(all.into_iter().filter(sees).collect());
    }
    let images: &[&str] = if choice.selector.is_some() {
        &["msr-registry", "registry", "distribution"]
    } else {
        &["msr-registry"]
    };
    let by_image = |container: &&Container| images.iter().any(|image| container.image_is(image));
    let by_name = |container: &&Container| {
        container.list == "containers" && container.name().contains("registry")
    };
    let single = all
        .iter()
        .filter(|container| container.list == "containers")
        .count()
        == 1;
    let only = |container: &&Container| single && container.list == "containers";
    for wanted in [&by_image as &dyn Fn(&&Container) -> bool, &by_name, &only] {
        let found: Vec<_> = all.iter().filter(wanted).cloned().collect();
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Err(ambiguous(object, &all))
}

fn ambiguous(object: &Object, all: &[Container]) -> Ambiguous {
    if all.is_empty() {
        return Ambiguous::None {
            title: object.title(),
        };
    }
    let containers = all
        .iter()
        .map(Container::name)
        .collect::<Vec<_>>()
        .join(", ");
    Ambiguous::Several {
        title: object.title(),
        containers,
    }
}

/// The MSR custom resources of a stream.
pub fn custom_resources(stream: &Stream) -> Vec<Object> {
    stream
        .marked(Mark::Group)
        .into_iter()
        .flat_map(|document| stream.objects(document))
        .filter(|object| object.kind() == MSR_KIND && object.api_version().starts_with(MSR_GROUP))
        .cloned()
        .collect()
}

/// What keeps an object of MSR's group from being its custom resource: each wrong part of its head, and how it is spelled.
pub fn misnamed_resources(stream: &Stream) -> Vec<(String, &'static str, String)> {
    let objects = stream
        .marked(Mark::Group)
        .into_iter()
        .flat_map(|document| stream.objects(document));
    objects
        .filter(|object| {
            object.kind().eq_ignore_ascii_case(MSR_KIND)
                && object.value["spec"]["registry"]["storage"].is_object()
        })
        .flat_map(|object| {
            let parts = [
                ("apiVersion", object.api_version()),
                ("kind", object.kind()),
            ];
            let wrong = parts
                .into_iter()
                .filter(|(part, found)| *found != wanted(part));
            wrong.map(|(part, found)| (object.title(), part, found.to_owned()))
        })
        .collect()
}

/// How a part of the custom resource's head is spelled.
pub fn wanted(part: &str) -> &'static str {
    match part {
        "kind" => MSR_KIND,
        _ => MSR_VERSION,
    }
}
