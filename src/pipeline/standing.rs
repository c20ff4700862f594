//! The verdict on a container's storage as its chart rendered it: what a deploy without values is refused for, and what `check`
//! says of a rendered stream. It changes nothing.

use std::sync::Arc;

use serde_json::Value as Json;

use crate::diag::Diagnostic;
use crate::expand::env;
use crate::origin::{Origin, Source};
use crate::rules::{self, Facts, Verdict, rendered as wording};
use crate::schema::{BACKENDS, Backend, Field, Reach};
use crate::values::{Map, Node, Value};
use crate::workload::rendered::{self, Rendered};
use crate::workload::secret::Place;
use crate::workload::{Container, Object, Part, Places, Stream, Workload, config, volumes};
use crate::yaml::Step;

/// A container as it stands in a stream.
pub struct Standing<'a> {
    /// The stream.
    pub stream: &'a Stream<'a>,
    /// The stream's text, for the places of findings; none for a first look that costs no more than it must.
    pub source: Option<&'a Arc<Source>>,
    /// The workload.
    pub workload: &'a Workload,
    /// The container.
    pub container: &'a Container,
}

impl Standing<'_> {
    /// Its settings, judged as if they were values, and its variables, one by one. `None` if nothing is said of storage.
    pub fn judge(&self, facts: &Facts) -> (Option<Verdict>, Vec<Diagnostic>) {
        let places = self.places(&self.workload.object);
        let rendered = rendered::of_container(self.stream, self.workload, self.container);
        let found = self.variables(rendered.as_ref(), &places);
        let mut verdict = rendered.map(|rendered| self.settings(rendered, &places, facts));
        // The jobrunner's are the registry's again: each is said once.
        if self.workload.part != Part::Registry
            && let Some(verdict) = &mut verdict
        {
            verdict.found.clear();
        }
        (verdict, found)
    }

    fn places(&self, object: &Object) -> Places {
        match self.source {
            Some(source) => Places::of(self.stream, object, source),
            None => Places::nowhere(),
        }
    }

    /// The entries of the container, one by one.
    fn variables(&self, rendered: Option<&Rendered>, places: &Places) -> Vec<Diagnostic> {
        let title = self.workload.object.title();
        let mut found = Vec::new();
        let mut first = None;
        for (index, entry) in self.container.env().iter().enumerate() {
            let place = |key: &str| {
                let steps = [Step::from("env"), index.into(), key.into()];
                places.at(&self.workload.container_path(self.container, steps))
            };
            let Some(name) = entry["name"].as_str() else {
                continue;
            };
            if is_plain_secret(name, entry) {
                found.push(wording::key_in_plain_env(&place("value"), name, &title));
            }
            let Some(driver) = env::driver_of(name) else {
                continue;
            };
            first.get_or_insert_with(|| (place("name"), driver));
            if let Some(chosen) = rendered.filter(|rendered| rendered.backend.driver != driver) {
                let chosen = chosen.backend.driver;
                found.push(wording::stale_entry(&place("name"), name, &title, chosen));
            }
        }
        let config = config::of_container(self.stream, &self.workload.object, self.container);
        let other = config
            .as_ref()
            .and_then(|config| Some(config.driver()?.0.driver));
        if let (Some((place, driver)), Some(other), None) =
            (first, other, self.container.variable(env::PREFIX))
            && driver != other
        {
            found.push(wording::driver_not_named(&place, &title, driver, other));
        }
        found
    }

    /// The settings that the container has, judged as if they were values.
    fn settings(&self, rendered: Rendered, places: &Places, facts: &Facts) -> Verdict {
        let backend = rendered.backend;
        let mut storage = self.storage(rendered, places);
        let mut facts = facts.clone();
        match self.claim().filter(|_| backend.is_volume()) {
            Some(claim) => {
                if let (Some(mode), Some(block)) = (self.mode(claim), block(&mut storage, backend))
                {
                    block.extend([mode]);
                }
            }
            None => facts.replicas = None,
        }
        let mut verdict = rules::judge(&storage, None, |_| facts);
        if self.has_unseen_variables() {
            let is_known = |found: &Diagnostic| !rules::is_of_absence(found.rule);
            verdict.found.retain(is_known);
        }
        verdict
    }

    /// The tree that would give a rendering, with places of the input. Secret fields have their values where the input holds the Secret, else `existingSecret` names it.
    pub fn storage(&self, rendered: Rendered, places: &Places) -> Node {
        let Rendered {
            backend,
            mut storage,
            references,
            ..
        } = rendered;
        let whole = places.at(&self.workload.container_path(self.container, ["image"]));
        places.rebase(&mut storage, &whole);
        let Some(block) = block(&mut storage, backend) else {
            return storage;
        };
        for field in backend.fields.iter().filter(|field| field.secret) {
            let place = match (field.reach, block.get(field.name)) {
                (Reach::File { .. }, Some(path)) => path
                    .as_str()
                    .map(|path| Place::of_file(&self.workload.object, self.container, path)),
                _ => references
                    .iter()
                    .find(|reference| reference.field.name == field.name)
                    .map(|reference| Place::of_variable(self.container, backend, reference)),
            };
            if let Some(place) = place {
                block.shift_remove(field.name);
                block.extend(self.secret_field(&self.workload.object, field, &place, &whole));
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
        let value = place.value(self.stream, object, field);
        let found = place.find(self.stream, object);
        let (key, node) = match (value.as_ref().and_then(Json::as_str), found) {
            (Some(value), Some((secret, path))) => {
                let places = self.places(secret);
                (field.name, text(value, &places.at(&secret.path(path))))
            }
            _ if place.name.is_empty() => return None,
            _ => (Field::EXISTING_SECRET_NAME, text(&place.name, whole)),
        };
        Some((key.to_owned(), node))
    }

    /// Whether `envFrom` brings variables, which may be the ones that seem to be missing.
    fn has_unseen_variables(&self) -> bool {
        let sources = self.container.value["envFrom"].as_array();
        sources.is_some_and(|sources| !sources.is_empty())
    }

    /// The claim that the container keeps images on, where it is in the stream.
    fn claim(&self) -> Option<&Object> {
        claim(self.stream, &self.workload.object, self.container)
    }

    /// The claim's mode as a setting.
    fn mode(&self, claim: &Object) -> Option<(String, Node)> {
        let mode = claim.value["spec"]["accessModes"].get(0)?.as_str()?;
        let path = claim.path([Step::from("spec"), "accessModes".into(), 0.into()]);
        let place = self.places(claim).at(&path);
        let mode = Node::new(Value::Str(mode.to_owned()), place);
        Some(("accessMode".to_owned(), mode))
    }
}

/// The claim that a container keeps images on, where it is in the stream.
pub fn claim<'a>(stream: &'a Stream, object: &Object, container: &Container) -> Option<&'a Object> {
    let (volume, _) = volumes::images_claim(object, container, None)?;
    let (_, volume) = volumes::volume(object, &volume.volume)?;
    let name = volume["persistentVolumeClaim"]["claimName"].as_str()?;
    stream.find("PersistentVolumeClaim", name, object)
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
