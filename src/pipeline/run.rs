//! One run over a stream: every registry workload and custom resource judged and planned. It gathers no values and writes nothing.

use std::collections::HashSet;
use std::sync::Arc;

use super::target::{self, facts};
use super::{Gather, Given};
use crate::diag::{Diagnostic, Severity};
use crate::expand::{self, Plan, Resolved};
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::{self, Facts, Subject, home, misplaced, stream as findings};
use crate::schema::Field;
use crate::settings::{self, Settings};
use crate::values::Node;
use crate::workload::{self, Object, Part, Stream, Unreadable, Workload, rendered};

/// What was found in a stream, to be gone through once.
pub(super) struct Run<'a> {
    stream: &'a Stream<'a>,
    given: &'a Given<'a>,
    gather: Gather<'a>,
    workloads: Vec<Workload>,
    stretched: expand::Stretched,
}

impl<'a> Run<'a> {
    /// Finds what is to be gone through.
    pub(super) fn new(
        stream: &'a Stream<'a>,
        given: &'a Given<'a>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let choice = &given.options.choice;
        let found = workload::find(stream, choice);
        if !found.unreadable.is_empty() {
            return Err(unreadable(stream, &found.unreadable));
        }
        let workloads = found
            .workloads
            .map_err(|error| vec![findings::container_unclear(&error)])?;
        Ok(Self {
            stream,
            given,
            gather: Gather::new(stream, given),
            workloads,
            stretched: expand::Stretched::default(),
        })
    }

    /// Plans everything, or says all that is wrong.
    pub(super) fn plan(&self) -> Result<Plan, Vec<Diagnostic>> {
        let mut plan = Plan::default();
        for carrier in &self.gather.carriers {
            plan.leave_out(carrier);
        }
        let mut faults = misnamed(self.stream);
        if !self.has_registry() && faults.is_empty() {
            self.without_registry().map_err(|fault| vec![fault])?;
            return Ok(plan);
        }
        for workload in &self.workloads {
            faults.extend(
                self.workload(workload, &mut plan)
                    .err()
                    .into_iter()
                    .flatten(),
            );
        }
        for resource in &self.gather.resources {
            faults.extend(
                self.resource(resource, &mut plan)
                    .err()
                    .into_iter()
                    .flatten(),
            );
        }
        let misplaced = self.misplaced();
        if !misplaced.is_empty() {
            // Values were given, if only where nothing reads them.
            faults.retain(|fault| !findings::is_no_values(fault));
        }
        faults.splice(0..0, misplaced);
        if faults.is_empty() {
            Ok(plan)
        } else {
            Err(deduplicated(faults))
        }
    }

    /// Storage settings that no chart reads.
    fn misplaced(&self) -> Vec<Diagnostic> {
        if self.given.options.no_values {
            return Vec::new();
        }
        let objects = self.workloads.iter().map(|workload| &workload.object);
        let owners = objects
            .chain(&self.gather.resources)
            .map(|object| self.gather.owner(object).map(|owner| owner.keys));
        let reads = |keys: &[String], path: &[&str]| {
            let helm = self.given.helm;
            helm.is_some_and(|helm| helm.reads(keys, path))
        };
        let charts = misplaced::Charts::new(owners, &reads);
        let layers = self.gather.layers();
        let mut faults: Vec<_> = layers
            .iter()
            .flat_map(|root| misplaced::for_charts(root, &charts))
            .collect();
        for resource in &self.gather.resources {
            // One that can't be read is a fault already.
            if let Ok(layer) = self.gather.resource(resource) {
                let found = misplaced::in_resource(&layer.root);
                faults.extend(found.into_iter().map(|found| found.fault));
            }
        }
        faults
    }

    fn has_registry(&self) -> bool {
        !self.gather.resources.is_empty()
            || self
                .workloads
                .iter()
                .any(|workload| workload.part == Part::Registry)
    }

    /// No registry: right where nothing was asked for, or where a stream holds hooks alone.
    fn without_registry(&self) -> Result<(), Diagnostic> {
        if self.given.options.no_values || super::is_hooks_alone(self.stream) {
            return Ok(());
        }
        let Some(place) = self.gather.any_backend()? else {
            return Ok(());
        };
        if let Some(helm) = self.given.helm {
            helm.refuse_output_dir()?;
        }
        let is_empty = self.stream.all_objects().next().is_none();
        Err(findings::no_registry(&place, is_empty))
    }

    fn workload(&self, workload: &Workload, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let found = self
            .gather
            .values(&workload.object)
            .map_err(|fault| vec![fault])?;
        let Some(storage) = found.storage.filter(|_| found.by_user) else {
            return self.as_rendered(workload, plan);
        };
        let facts = |settings: &Settings| Facts {
            // It costs reading the claim.
            claim_mode: Some(workload)
                .filter(|_| settings.backend.is_volume())
                .and_then(|workload| expand::mode_by_default(self.stream, workload)),
            ..facts(self.stream, workload, &self.given.options)
        };
        let resolved = self.resolve(&storage, facts)?;
        let job = expand::Job {
            stream: self.stream,
            workload,
            resolved: &resolved,
            stretched: &self.stretched,
        };
        expand::workload(&job, plan).map_err(|refusal| vec![findings::refused(&refusal)])
    }

    /// No values: the chart's own rendering stands, but for what the rules forbid in it.
    fn as_rendered(&self, workload: &Workload, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        if !self.gather.is_known(&workload.object) && workload.part == Part::Registry {
            return Err(vec![findings::no_values(
                &workload.object.title(),
                self.given.no_helm.as_deref(),
            )]);
        }
        let facts = facts(self.stream, workload, &self.given.options);
        for container in &workload.containers {
            let Some(rendered) = rendered::of_container(self.stream, workload, container) else {
                continue;
            };
            let Some(settings) = settings::read(&rendered.storage, None).settings else {
                continue;
            };
            let errors = judge(&Subject {
                storage: &rendered.storage,
                settings: &settings,
                facts: &facts,
            });
            if !errors.is_empty() {
                return Err(errors);
            }
            if facts.role_serves(&settings) {
                expand::env::drop_keys(workload, container, rendered.backend, plan);
            }
        }
        Ok(())
    }

    fn resource(&self, resource: &Object, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let found = self.gather.values(resource).map_err(|fault| vec![fault])?;
        let Some(storage) = found.storage.filter(|_| found.by_user) else {
            return Ok(());
        };
        let resolved =
            self.resolve(&storage, |_| target::facts_of_resource(&self.given.options))?;
        if let Some(secret) = resolved.settings.get(Field::EXISTING_SECRET_NAME) {
            return Err(vec![findings::no_existing_secret(
                &resource.title(),
                &secret.origin,
            )]);
        }
        expand::custom_resource(resource, &resolved, plan);
        Ok(())
    }

    /// The settings resolved for a place, or everything that is wrong with them.
    fn resolve(
        &self,
        storage: &Node,
        facts: impl FnOnce(&Settings) -> Facts,
    ) -> Result<Resolved, Vec<Diagnostic>> {
        let outcome = settings::read(storage, self.given.options.existing_secret.as_ref());
        let mut faults = outcome.faults;
        let Some(settings) = outcome.settings.as_ref().or(outcome.readable.as_ref()) else {
            return Err(faults);
        };
        let subject = Subject {
            storage,
            settings,
            facts: &facts(settings),
        };
        faults.extend(judge(&subject));
        if outcome.settings.is_some() && faults.is_empty() {
            Ok(expand::resolve(&subject))
        } else {
            Err(faults)
        }
    }
}

/// Custom resources that no cluster takes.
fn misnamed(stream: &Stream) -> Vec<Diagnostic> {
    let misnamed = workload::misnamed_resources(stream).into_iter();
    misnamed
        .map(|(title, part, found)| {
            let mut fault = home::unknown_resource(part, &found, workload::wanted_head(part));
            fault.message = format!("{title}: {}", fault.message);
            fault
        })
        .collect()
}

/// What the rules forbid.
fn judge(subject: &Subject) -> Vec<Diagnostic> {
    rules::judge(subject)
        .into_iter()
        .filter(|fault| fault.severity == Severity::Error)
        .collect()
}

/// Documents that look like the registry's and can't be read.
fn unreadable(stream: &Stream, faults: &[(usize, Unreadable)]) -> Vec<Diagnostic> {
    let source = Arc::new(Source {
        kind: SourceKind::Manifest,
        name: "the rendered chart".to_owned(),
        text: String::from_utf8_lossy(stream.input).into_owned(),
    });
    let place = |document: usize, offset: usize| {
        let before = stream.documents[document].offset() + stream.documents[document].body().start;
        // What is not UTF-8 is longer in the source's text.
        let before = String::from_utf8_lossy(&stream.input[..before]).len() + offset;
        Origin::new(&source, before..before)
    };
    faults
        .iter()
        .map(|(document, error)| {
            findings::unreadable_object(&place(*document, error.offset), &error.message)
        })
        .collect()
}

/// Two workloads of one chart have the same faults: each is said once.
fn deduplicated(faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut said = HashSet::new();
    let is_new = |fault: &Diagnostic| said.insert((fault.rule.code, fault.message.clone()));
    faults.into_iter().filter(is_new).collect()
}
