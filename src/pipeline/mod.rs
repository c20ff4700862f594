//! The post-renderer's whole run, in order: find, gather, read, judge, expand. It reads nothing and writes nothing itself.

pub mod owner;
pub mod sources;
mod target;
pub mod write;

use crate::diag::{Diagnostic, Severity};
use crate::expand::{self, Plan};
use crate::origin::{Origin, SourceKind};
use crate::rules::stream as findings;
use crate::settings::{self, Settings};
use crate::values::Node;
use crate::workload::{self, Choice, Object, Part, Stream, Workload};
use sources::{Found, Layer, Owner, Scope};

pub use target::Options;
use target::facts;

/// Layers that Helm itself works with, for one chart.
#[derive(Default)]
pub struct HelmLayers {
    /// The chart's own defaults.
    pub defaults: Vec<Layer>,
    /// All that lies over them: charts around it, the previous release, the command line.
    pub given: Vec<Layer>,
}

/// What the Helm that runs this program says.
pub trait Surroundings {
    /// The layers for the chart that a template belongs to; for no template the chart on top.
    ///
    /// # Errors
    /// Where Helm's values can't be told: nothing may be guessed.
    fn layers(&self, template: Option<&str>) -> Result<HelmLayers, Diagnostic>;
}

/// What the post-renderer is given beside the stream.
#[derive(Default)]
pub struct Given<'a> {
    /// What the user said by flags and variables, values aside.
    pub options: Options,
    /// The layers of values given to this program itself, each over the one before.
    pub explicit: Vec<Layer>,
    /// The Helm around, where its command line can be read.
    pub helm: Option<&'a dyn Surroundings>,
    /// Why there is no Helm, where one could be expected.
    pub no_helm: Option<String>,
}

/// Plans all changes of a stream.
///
/// # Errors
/// All findings that refuse it, in the order they were found.
pub fn plan(stream: &Stream, given: &Given) -> Result<Plan, Vec<Diagnostic>> {
    Run::new(stream, given)?.plan()
}

struct Run<'a> {
    stream: &'a Stream<'a>,
    given: &'a Given<'a>,
    workloads: Vec<Workload>,
    resources: Vec<Object>,
    carriers: Vec<Object>,
}

impl<'a> Run<'a> {
    fn new(stream: &'a Stream<'a>, given: &'a Given<'a>) -> Result<Self, Vec<Diagnostic>> {
        let choice = &given.options.choice;
        let unreadable = unreadable(stream, choice);
        if !unreadable.is_empty() {
            return Err(unreadable);
        }
        let workloads = workload::workloads(stream, choice)
            .map_err(|error| vec![findings::container_unclear(&error)])?;
        Ok(Self {
            stream,
            given,
            workloads,
            resources: workload::custom_resources(stream),
            carriers: carriers(stream),
        })
    }

    fn plan(&self) -> Result<Plan, Vec<Diagnostic>> {
        let mut plan = Plan::default();
        for carrier in &self.carriers {
            if carrier.prefix.is_empty() {
                plan.removals.insert(carrier.document);
            } else {
                plan.remove(carrier.document, carrier.prefix.clone());
            }
        }
        if !self.has_registry() {
            self.without_registry().map_err(|fault| vec![fault])?;
            return Ok(plan);
        }
        let mut faults = Vec::new();
        for workload in &self.workloads {
            if let Err(found) = self.workload(workload, &mut plan) {
                faults.extend(found);
            }
        }
        for resource in &self.resources {
            if let Err(found) = self.resource(resource, &mut plan) {
                faults.extend(found);
            }
        }
        if faults.is_empty() {
            Ok(plan)
        } else {
            Err(deduplicated(faults))
        }
    }

    fn has_registry(&self) -> bool {
        !self.resources.is_empty()
            || self
                .workloads
                .iter()
                .any(|workload| workload.part == Part::Registry)
    }

    /// No registry: right where nothing was asked for, or where a stream holds hooks alone.
    fn without_registry(&self) -> Result<(), Diagnostic> {
        let documents = 0..self.stream.documents.len();
        let mut objects = documents
            .flat_map(|document| self.stream.objects(document))
            .filter(|object| !object.kind().is_empty())
            .peekable();
        let empty = objects.peek().is_none();
        if self.given.options.no_values || (!empty && objects.all(Object::is_hook)) {
            return Ok(());
        }
        match self.any_backend()? {
            Some(place) => Err(findings::no_registry(&place, empty)),
            None => Ok(()),
        }
    }

    /// Where any layer names a backend, whoever it is for.
    fn any_backend(&self) -> Result<Option<Origin>, Diagnostic> {
        let mut layers = Vec::new();
        for carrier in &self.carriers {
            layers.push(sources::of_object(
                self.stream,
                carrier,
                SourceKind::Carrier,
                Scope::Chart,
            )?);
        }
        if let Some(helm) = self.given.helm {
            layers.extend(helm.layers(None)?.given);
        }
        layers.extend(self.given.explicit.clone());
        let backends = layers
            .iter()
            .filter_map(|layer| sources::any_storage(&layer.root));
        Ok(backends
            .filter_map(|storage| storage.get("backend"))
            .map(|node| node.origin.clone())
            .find(|origin| origin.source.kind != SourceKind::ChartDefaults))
    }

    fn workload(&self, workload: &Workload, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let found = self.values(&workload.object)?;
        let Some(storage) = found.storage.filter(|_| found.by_user) else {
            return self.as_rendered(workload, plan);
        };
        let settings = self.read(&storage)?;
        let facts = crate::rules::Facts {
            claim_mode: expand::mode_by_default(self.stream, workload),
            ..facts(self.stream, workload, &self.given.options)
        };
        let resolved = judge(&storage, &settings, &facts)?;
        let job = expand::Job {
            stream: self.stream,
            workload,
            resolved: &resolved,
        };
        expand::workload(&job, plan).map_err(|refusal| vec![findings::refused(&refusal)])
    }

    /// No values: the chart's own rendering stands, but for what the rules forbid in it.
    fn as_rendered(&self, workload: &Workload, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let nothing_known = self.given.helm.is_none()
            && !self.given.options.no_values
            && self.carrier(&workload.object).is_none();
        if nothing_known && workload.part == Part::Registry {
            return Err(vec![findings::no_values(
                &workload.object.title(),
                self.given.no_helm.as_deref(),
            )]);
        }
        let facts = facts(self.stream, workload, &self.given.options);
        for container in &workload.containers {
            let Some(rendered) = workload::rendered::of_container(self.stream, workload, container)
            else {
                continue;
            };
            let Some(settings) = settings::read(&rendered.storage, None).settings else {
                continue;
            };
            judge(&rendered.storage, &settings, &facts)?;
            if target::is_served_by_role(&settings, &facts) {
                expand::env::drop_keys(workload, container, rendered.backend, plan);
            }
        }
        Ok(())
    }

    fn resource(&self, resource: &Object, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let found = self.values(resource)?;
        let Some(storage) = found.storage.filter(|_| found.by_user) else {
            return Ok(());
        };
        let settings = self.read(&storage)?;
        if let Some(secret) = settings.get(crate::schema::Field::EXISTING_SECRET_NAME) {
            return Err(vec![findings::no_existing_secret(
                &resource.title(),
                &secret.origin,
            )]);
        }
        let resolved = judge(
            &storage,
            &settings,
            &target::facts_of_resource(&self.given.options),
        )?;
        expand::custom_resource(resource, &resolved, plan);
        Ok(())
    }

    fn read(&self, storage: &Node) -> Result<Settings, Vec<Diagnostic>> {
        let secret = self.given.options.existing_secret.as_ref();
        let outcome = settings::read(storage, secret);
        outcome.settings.ok_or(outcome.faults)
    }

    /// The values that an object's chart sees.
    fn values(&self, object: &Object) -> Result<Found, Vec<Diagnostic>> {
        if self.given.options.no_values {
            return Ok(Found::default());
        }
        let template = self.stream.template(object);
        let owner = match (&self.given.options.values_path, &template) {
            (Some(path), _) => Owner::Known(path.clone()),
            (None, Some(template)) => Owner::Known(owner::values_path(template)),
            (None, None) => Owner::Unknown,
        };
        let layers = self
            .layers(object, template.as_deref())
            .map_err(|fault| vec![fault])?;
        sources::storage(&layers, &owner).map_err(|fault| vec![fault])
    }

    fn layers(&self, object: &Object, template: Option<&str>) -> Result<Vec<Layer>, Diagnostic> {
        let mut layers = Vec::new();
        if let Some(carrier) = self.carrier(object) {
            layers.push(sources::of_object(
                self.stream,
                carrier,
                SourceKind::Carrier,
                Scope::Chart,
            )?);
        } else {
            let helm = self
                .given
                .helm
                .map(|helm| helm.layers(template))
                .transpose()?
                .unwrap_or_default();
            layers.extend(helm.defaults);
            if let Some(resource) = self.resource_for(object) {
                layers.push(sources::of_object(
                    self.stream,
                    resource,
                    SourceKind::CustomResource,
                    Scope::Spec,
                )?);
            }
            layers.extend(helm.given);
        }
        layers.extend(self.given.explicit.clone());
        Ok(layers)
    }

    /// The carrier of an object's own chart.
    fn carrier(&self, object: &Object) -> Option<&Object> {
        let chart = |object: &Object| {
            self.stream
                .template(object)
                .map(|template| owner::values_path(&template))
        };
        let mine = chart(object);
        self.carriers
            .iter()
            .find(|carrier| match (chart(carrier), &mine) {
                (Some(theirs), Some(mine)) => theirs == *mine,
                _ => true,
            })
    }

    /// The custom resource of an object: itself, the only one, or the one that its instance is named after.
    fn resource_for(&self, object: &Object) -> Option<&Object> {
        let same = |resource: &&Object| {
            resource.document == object.document && resource.prefix == object.prefix
        };
        let instance = object.label("app.kubernetes.io/instance");
        let by_name = || {
            self.resources
                .iter()
                .find(|resource| Some(resource.name()) == instance)
        };
        let only = || self.resources.first().filter(|_| self.resources.len() == 1);
        self.resources
            .iter()
            .find(same)
            .or_else(by_name)
            .or_else(only)
    }
}

/// The settings resolved for a place, or the findings that forbid them there.
fn judge(
    storage: &Node,
    settings: &Settings,
    facts: &crate::rules::Facts,
) -> Result<expand::Resolved, Vec<Diagnostic>> {
    let subject = crate::rules::Subject {
        storage,
        settings,
        facts,
    };
    let errors: Vec<_> = crate::rules::judge(&subject)
        .into_iter()
        .filter(|fault| fault.severity == Severity::Error)
        .collect();
    if errors.is_empty() {
        Ok(expand::resolve(&subject))
    } else {
        Err(errors)
    }
}

/// The values carriers of a stream.
fn carriers(stream: &Stream) -> Vec<Object> {
    let objects = stream
        .holding("StorageValues")
        .flat_map(|document| stream.objects(document));
    objects
        .filter(|object| {
            object.kind() == "StorageValues" && object.api_version() == "msr-storage/v1"
        })
        .cloned()
        .collect()
}

/// Documents that look like the registry's and can't be read.
fn unreadable(stream: &Stream, choice: &Choice) -> Vec<Diagnostic> {
    let looks_so = workload::candidates(stream, choice);
    let faults = looks_so
        .into_iter()
        .filter_map(|document| Some((document, stream.read(document).as_ref().err()?)));
    faults
        .map(|(document, error)| {
            let text = String::from_utf8_lossy(stream.body(document)).into_owned();
            let line = stream.documents[document].first_line();
            let source = crate::origin::Source {
                kind: SourceKind::Manifest,
                name: format!("the document at line {line}"),
                text,
            };
            findings::unreadable_object(
                &Origin::new(&source.into(), error.offset..error.offset),
                &error.message,
            )
        })
        .collect()
}

/// Two workloads of one chart have the same faults: each is said once.
fn deduplicated(faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept: Vec<Diagnostic> = Vec::new();
    for fault in faults {
        if !kept
            .iter()
            .any(|other| other.rule.code == fault.rule.code && other.message == fault.message)
        {
            kept.push(fault);
        }
    }
    kept
}
