//! Judges rendered objects: what the registry's workloads hold, and what is known by them of the place that settings go to. It finds no values.

use std::sync::Arc;

use serde_json::Value as Json;

use super::Options;
use crate::diag::{Diagnostic, Severity};
use crate::expand::{self, NOTES};
use crate::mask;
use crate::origin::Source;
use crate::pipeline::standing::{self, Standing};
use crate::rules::{Claim, Facts, rendered as rules};
use crate::schema::Backend;
use crate::settings::Scalar;
use crate::values::{Node, Value};
use crate::workload::rendered;
use crate::workload::{self, Choice, Container, Object, Part, Places, Stream, Workload};

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
        facts.claim_mode = expand::mode_by_default(&self.stream, workload);
        facts.replicas = facts
            .replicas
            .or_else(|| object.value["spec"]["replicas"].as_i64());
        if let Some(claim) = facts
            .claim
            .is_none()
            .then(|| standing::claim(&self.stream, object, container))
            .flatten()
        {
            let places = Places::of(&self.stream, claim, self.source);
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

    /// Judges them; their settings too where no values are at hand that they come from.
    pub fn judge(&self, options: &Options, settings: bool) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for workload in &self.workloads {
            let places = Places::of(&self.stream, &workload.object, self.source);
            found.extend(note(&workload.object, &places));
            for container in &workload.containers {
                let standing = Standing {
                    stream: &self.stream,
                    source: Some(self.source),
                    workload,
                    container,
                };
                let (verdict, variables) = standing.judge(&self.facts(&options.facts));
                // Under values the post-renderer writes the variables anew.
                let stays = |found: &Diagnostic| settings || found.severity < Severity::Error;
                found.extend(variables.into_iter().filter(stays));
                let verdict = verdict.filter(|_| settings);
                found.extend(verdict.into_iter().flat_map(|verdict| verdict.found));
            }
        }
        found
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
        let standing = Standing {
            stream: &self.stream,
            source: Some(self.source),
            workload,
            container,
        };
        let storage = standing.storage(rendered?, &places);
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
