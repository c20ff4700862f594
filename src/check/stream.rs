//! Judges rendered objects: what the registry's workloads hold, and what is known by them of the place that settings go to. It finds no values.

use std::sync::Arc;

use serde_json::Value as Json;

use super::place::Places;
use super::{Options, storage};
use crate::diag::Diagnostic;
use crate::expand::{NOTES, env};
use crate::mask;
use crate::origin::{Origin, Source};
use crate::rules::{Claim, Facts, rendered as rules};
use crate::schema::{BACKENDS, Backend, Field, Reach};
use crate::settings::Scalar;
use crate::values::{Map, Node, Value};
use crate::workload::rendered::{self, Rendered};
use crate::workload::secret::Place;
use crate::workload::{self, Choice, Container, Object, Part, Stream, Workload, config, volumes};
use crate::yaml::Step;

/// The registry's workloads of a text.
pub struct Registries<'a> {
    stream: Stream<'a>,
    source: &'a Arc<Source>,
    workloads: Vec<Workload>,
}

impl<'a> Registries<'a> {
    /// Finds them; a workload whose container can't be told is none.
    pub fn of(source: &'a Arc<Source>, choice: &Choice) -> Self {
        let stream = Stream::new(source.text.as_bytes());
        let workloads = workload::workloads(&stream, choice).unwrap_or_default();
        Self {
            stream,
            source,
            workloads,
        }
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.workloads.is_empty()
    }

    fn registries(&self) -> impl Iterator<Item = (&Workload, &Container)> {
        self.workloads
            .iter()
            .filter(|workload| workload.part == Part::Registry)
            .filter_map(|workload| Some((workload, workload.containers.first()?)))
    }

    /// What they tell of the place that settings go to, over what is known already. Several registries tell nothing: nobody knows which is meant.
    pub fn facts(&self, known: &Facts) -> Facts {
        let mut facts = known.clone();
        let mut registries = self.registries();
        let (Some((workload, container)), None) = (registries.next(), registries.next()) else {
            return facts;
        };
        let object = &workload.object;
        facts.role = facts
            .role
            .or_else(|| workload::role(&self.stream, workload));
        facts.image = facts
            .image
            .or_else(|| Some(container.value["image"].as_str()?.to_owned()));
        facts.replicas = facts
            .replicas
            .or_else(|| object.value["spec"]["replicas"].as_i64());
        if let Some((claim, places)) = facts
            .claim
            .is_none()
            .then(|| self.claim(object, container))
            .flatten()
        {
            let size = ["spec", "resources", "requests", "storage"];
            facts.claim = claim
                .value
                .pointer("/spec/resources/requests/storage")
                .and_then(Json::as_str)
                .map(|text| Claim {
                    name: claim.name().to_owned(),
                    size: text.to_owned(),
                    origin: Some(places.at(&claim.path(size))),
                });
        }
        facts
    }

    /// The claim that a container keeps images on, where it is in the input.
    fn claim(&self, object: &Object, container: &Container) -> Option<(&Object, Places)> {
        let (volume, _) = volumes::images_claim(object, container, None)?;
        let (_, volume) = volumes::volume(object, &volume.volume)?;
        let name = volume["persistentVolumeClaim"]["claimName"].as_str()?;
        let claim = self.stream.find("PersistentVolumeClaim", name, object)?;
        Some((claim, Places::of(&self.stream, claim, self.source)))
    }

    /// Judges them; their settings too where no values are at hand that they come from.
    pub fn judge(&self, options: &Options, settings: bool) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for workload in &self.workloads {
            let places = Places::of(&self.stream, &workload.object, self.source);
            found.extend(note(&workload.object, &places));
            for container in &workload.containers {
                let rendered = rendered::of_container(&self.stream, workload, container);
                found.extend(self.variables(workload, container, rendered.as_ref(), &places));
                if let Some(rendered) =
                    rendered.filter(|_| settings && workload.part == Part::Registry)
                {
                    found.extend(self.settings(workload, container, rendered, &places, options));
                }
            }
        }
        found
    }

    /// The entries of a container, one by one.
    fn variables(
        &self,
        workload: &Workload,
        container: &Container,
        rendered: Option<&Rendered>,
        places: &Places,
    ) -> Vec<Diagnostic> {
        let title = workload.object.title();
        let mut found = Vec::new();
        let mut first = None;
        for (index, entry) in container.env().iter().enumerate() {
            let place = |key: &str| {
                let steps = [Step::from("env"), index.into(), key.into()];
                places.at(&workload.container_path(container, steps))
            };
            let Some(name) = entry["name"].as_str() else {
                continue;
            };
            if is_plain_secret(name, entry) {
                found.push(rules::key_in_plain_env(&place("value"), name, &title));
            }
            let Some(driver) = env::driver_of(name) else {
                continue;
            };
            first.get_or_insert_with(|| (place("name"), driver));
            if let Some(chosen) = rendered.filter(|rendered| rendered.backend.driver != driver) {
                found.push(rules::stale_entry(
                    &place("name"),
                    name,
                    &title,
                    chosen.backend.driver,
                ));
            }
        }
        let config = config::of_container(&self.stream, &workload.object, container);
        let other = config
            .as_ref()
            .and_then(|config| Some(config.driver()?.0.driver));
        if let (Some((place, driver)), Some(other), None) =
            (first, other, container.variable(env::PREFIX))
            && driver != other
        {
            found.push(rules::driver_not_named(&place, &title, driver, other));
        }
        found
    }

    /// The settings that a container has, judged as if they were values.
    fn settings(
        &self,
        workload: &Workload,
        container: &Container,
        rendered: Rendered,
        places: &Places,
        options: &Options,
    ) -> Vec<Diagnostic> {
        let backend = rendered.backend;
        let mut storage = self.storage(workload, container, rendered, places);
        let mut facts = self.facts(&options.facts);
        let claim = self
            .claim(&workload.object, container)
            .filter(|_| backend.is_volume());
        match claim {
            Some((claim, places)) => {
                if let Some(mode) = claim.value["spec"]["accessModes"][0].as_str()
                    && let Some(block) = block(&mut storage, backend)
                {
                    let path = [Step::from("spec"), "accessModes".into(), 0.into()];
                    let place = places.at(&claim.path(path));
                    block.insert("accessMode".to_owned(), text(mode, &place));
                }
            }
            None => facts.replicas = None,
        }
        storage::judge(&storage, &facts, options).found
    }

    /// The tree that would give a rendering, with places of the input. Secret fields have their values where the input holds the Secret, else `existingSecret` names it.
    fn storage(
        &self,
        workload: &Workload,
        container: &Container,
        rendered: Rendered,
        places: &Places,
    ) -> Node {
        let Rendered {
            backend,
            mut storage,
            references,
            ..
        } = rendered;
        let whole = places.at(&workload.container_path(container, ["image"]));
        places.rebase(&mut storage, &whole);
        let Some(block) = block(&mut storage, backend) else {
            return storage;
        };
        for field in backend.fields.iter().filter(|field| field.secret) {
            let place = match (field.reach, block.get(field.name)) {
                (Reach::File { .. }, Some(path)) => path
                    .as_str()
                    .map(|path| Place::of_file(&workload.object, container, path)),
                _ => references
                    .iter()
                    .find(|reference| reference.field.name == field.name)
                    .map(|reference| Place::of_variable(container, backend, reference)),
            };
            if let Some(place) = place {
                block.shift_remove(field.name);
                block.extend(self.secret_field(&workload.object, field, &place, &whole));
            }
        }
        storage
    }

    /// A field whose value lies in a Secret: as the registry reads it where the input holds that Secret, else the Secret's name as
    /// `existingSecret`. `None` for a file that comes from elsewhere.
    fn secret_field(
        &self,
        object: &Object,
        field: &'static Field,
        place: &Place,
        whole: &Origin,
    ) -> Option<(String, Node)> {
        let value = place.value(&self.stream, object, field);
        let found = place.find(&self.stream, object);
        let (key, node) = match (value.as_ref().and_then(Json::as_str), found) {
            (Some(value), Some((secret, path))) => {
                let places = Places::of(&self.stream, secret, self.source);
                (field.name, text(value, &places.at(&secret.path(path))))
            }
            _ if place.name.is_empty() => return None,
            _ => (Field::EXISTING_SECRET_NAME, text(&place.name, whole)),
        };
        Some((key.to_owned(), node))
    }

    /// Whether the registry of a custom resource has its settings; nothing where it is not among the objects.
    pub fn reconciled(&self, resource: &Node) -> Option<Diagnostic> {
        let name = resource.at(&["metadata", "name"])?.as_str()?;
        let tree = resource.at(&["spec", "registry", "storage"])?;
        let settings = crate::settings::read(tree, None).settings?;
        let (workload, container) = self.registries().find(|(workload, _)| {
            let object = &workload.object;
            object.label("app.kubernetes.io/instance") == Some(name)
                || object.name() == format!("{name}-msr-registry")
        })?;
        let title = workload.object.title();
        let rendered = rendered::of_container(&self.stream, workload, container);
        let runs = rendered
            .as_ref()
            .map_or(Backend::default_backend(), |rendered| rendered.backend);
        let chosen = settings.chosen.as_ref().unwrap_or(&tree.origin);
        if runs != settings.backend {
            let state = format!("runs on {}", runs.name);
            return Some(rules::not_reconciled(
                chosen,
                "spec.registry.storage.backend",
                &title,
                &state,
            ));
        }
        let places = Places::of(&self.stream, &workload.object, self.source);
        let storage = self.storage(workload, container, rendered?, &places);
        let block = storage.get(runs.name)?;
        let differs = settings.fields.iter().find(|setting| {
            match block.get(setting.field.name) {
                Some(is) => !same(is, &setting.value),
                // A key may be left out for a role, or lie in a Secret that is not in the input.
                None => !setting.field.secret && runs.env(setting.field).is_some(),
            }
        })?;
        let path = format!("spec.{}", runs.path(differs.field));
        let state = match block.get(differs.field.name) {
            None => "does not have it".to_owned(),
            Some(is) => format!("has `{}`", mask::shown(differs.field, &plain(is))),
        };
        Some(rules::not_reconciled(
            &differs.origin,
            &path,
            &title,
            &state,
        ))
    }
}

/// The block of a backend.
fn block<'n>(storage: &'n mut Node, backend: &Backend) -> Option<&'n mut Map> {
    let block = match &mut storage.value {
        Value::Map(map) => map.get_mut(backend.name)?,
        _ => return None,
    };
    match &mut block.value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

fn text(text: &str, origin: &Origin) -> Node {
    Node::new(Value::Str(text.to_owned()), origin.clone())
}

fn same(node: &Node, scalar: &Scalar) -> bool {
    plain(node) == scalar.to_string()
}

/// A scalar's text.
fn plain(node: &Node) -> String {
    match &node.value {
        Value::Str(text) => text.clone(),
        _ => Json::from(node).to_string(),
    }
}

fn note(object: &Object, places: &Places) -> Option<Diagnostic> {
    let note = object.annotation(NOTES)?;
    let place = places.at(&object.path(["metadata", "annotations", NOTES]));
    Some(rules::note_left(&place, &object.title(), note))
}

/// Whether an entry holds a secret field's value as text, rather than a reference to one.
fn is_plain_secret(name: &str, entry: &Json) -> bool {
    let text = entry["value"].as_str().unwrap_or_default();
    let field = BACKENDS.into_iter().find_map(|backend| {
        let mut fields = backend.fields.iter();
        fields.find(|field| backend.env(field).as_deref() == Some(name))
    });
    let file = |field: &Field| matches!(field.reach, Reach::File { .. });
    field.is_some_and(|field| field.secret && !file(field))
        && !text.is_empty()
        && !text.contains("$(")
}
