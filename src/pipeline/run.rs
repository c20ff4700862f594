//! One run over a stream: every registry workload and custom resource judged and planned. It gathers no values and writes nothing.

use std::collections::HashSet;
use std::sync::Arc;

use super::gather::Found;
use super::standing::Standing;
use super::target::{self, facts};
use super::{Gather, Given};
use crate::diag::{Diagnostic, Severity};
use crate::expand::{self, Plan, Resolved, Secrets};
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::{self, Facts, Verdict, home, misplaced, stream as findings};
use crate::schema::Field;
use crate::settings::Settings;
use crate::values::Node;
use crate::workload::{self, Object, Part, Role, Stream, Unreadable, Workload};

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
        let choice = &given.options.place.choice;
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
        let mut faults = self.refuse(misnamed(self.stream)).err().unwrap_or_default();
        if !self.has_registry() && faults.is_empty() {
            let refused = self.without_registry().err();
            self.refuse(refused.into_iter().collect())?;
            return Ok(plan);
        }
        let settled: Vec<_> = self
            .workloads
            .iter()
            .map(|workload| self.settle(workload, &mut plan))
            .collect();
        let mut secrets = Secrets::default();
        for (workload, settled) in self.workloads.iter().zip(&settled) {
            match settled {
                Ok(Some(resolved)) => {
                    let expanded = self.expand(workload, resolved, &mut secrets, &mut plan);
                    faults.extend(expanded.err());
                }
                Ok(None) => {}
                Err(found) => faults.extend(found.iter().cloned()),
            }
        }
        let refusals = secrets.plan(self.stream, &mut plan);
        faults.extend(refusals.iter().map(findings::refused));
        for resource in &self.gather.resources {
            let planned = self.resource(resource, &mut plan);
            faults.extend(planned.err().into_iter().flatten());
        }
        let misplaced = self.misplaced();
        if !misplaced.is_empty() {
            // Values were given, if only where nothing reads them.
            faults.retain(|fault| !findings::is_no_values(fault));
        }
        faults.splice(0..0, self.refuse(misplaced).err().unwrap_or_default());
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

    /// The settings for a workload; `None` where nobody gave values, so that the chart's own rendering stands.
    fn settle(
        &self,
        workload: &Workload,
        plan: &mut Plan,
    ) -> Result<Option<Resolved>, Vec<Diagnostic>> {
        let Some(found) = self.values(&workload.object)? else {
            return self.as_rendered(workload, plan).map(|()| None);
        };
        let Some(storage) = found.storage.filter(|_| found.by_user) else {
            if !self.gather.is_known(&workload.object) && workload.part == Part::Registry {
                return Err(vec![findings::no_values(
                    &workload.object.title(),
                    self.given.no_helm.as_deref(),
                )]);
            }
            return self.as_rendered(workload, plan).map(|()| None);
        };
        let facts = |settings: &Settings| Facts {
            // It costs reading the claim.
            claim_mode: Some(workload)
                .filter(|_| settings.backend.is_volume())
                .and_then(|workload| expand::mode_by_default(self.stream, workload)),
            ..facts(self.stream, workload, &self.given.options)
        };
        self.resolve(&storage, facts).map(Some)
    }

    fn expand<'b>(
        &'b self,
        workload: &'b Workload,
        resolved: &'b Resolved,
        secrets: &mut Secrets<'b>,
        plan: &mut Plan,
    ) -> Result<(), Diagnostic> {
        let job = expand::Job {
            stream: self.stream,
            workload,
            resolved,
            stretched: &self.stretched,
        };
        expand::workload(&job, secrets, plan).map_err(|refusal| findings::refused(&refusal))
    }

    /// The values of an object's chart; `None` if values that it does not read were let through.
    fn values(&self, object: &Object) -> Result<Option<Found>, Vec<Diagnostic>> {
        match self.gather.values(object) {
            Ok(found) => Ok(Some(found)),
            Err(fault) => self.refuse(vec![fault]).map(|()| None),
        }
    }

    /// What is wrong beyond doubt and was not let through.
    fn refuse(&self, mut found: Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
        found.retain(|found| found.severity == Severity::Error);
        self.given.options.place.allowed.take_away(&mut found);
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// No values: the chart's own rendering stands, except for what the rules forbid in it.
    fn as_rendered(&self, workload: &Workload, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let facts = Facts {
            claim_mode: expand::mode_by_default(self.stream, workload),
            ..facts(self.stream, workload, &self.given.options)
        };
        for container in &workload.containers {
            let judge = |source| {
                let standing = Standing {
                    stream: self.stream,
                    source,
                    workload,
                    container,
                };
                standing.judge(&facts)
            };
            let is_error = |found: &Diagnostic| found.severity == Severity::Error;
            let (mut verdict, mut found) = judge(None);
            let of_settings = |verdict: &Option<Verdict>| {
                verdict
                    .iter()
                    .flat_map(|it| &it.found)
                    .cloned()
                    .collect::<Vec<_>>()
            };
            if found.iter().chain(&of_settings(&verdict)).any(is_error) {
                (verdict, found) = judge(Some(&rendered_chart(self.stream)));
            }
            found.extend(of_settings(&verdict));
            self.refuse(found)?;
            let settings = verdict.and_then(|verdict| verdict.settings);
            if let Some(settings) = settings.filter(|settings| facts.role_serves(settings)) {
                expand::env::drop_keys(workload, container, settings.backend, plan);
            }
        }
        Ok(())
    }

    fn resource(&self, resource: &Object, plan: &mut Plan) -> Result<(), Vec<Diagnostic>> {
        let found = self.values(resource)?.unwrap_or_default();
        let Some(storage) = found.storage.filter(|_| found.by_user) else {
            return Ok(());
        };
        let facts = target::facts_of_resource(&self.given.options);
        let role = facts.role.clone().or_else(|| self.role_of(resource));
        let resolved = self.resolve(&storage, |_| Facts { role, ..facts })?;
        if let Some(secret) = resolved.settings.get(Field::EXISTING_SECRET_NAME) {
            let title = resource.title();
            self.refuse(vec![findings::no_existing_secret(&title, &secret.origin)])?;
        }
        expand::custom_resource(resource, &resolved, plan);
        Ok(())
    }

    /// The role that the registry of a custom resource runs under, where the stream shows that registry.
    fn role_of(&self, resource: &Object) -> Option<Role> {
        let is_its = |workload: &&Workload| {
            let source = self.gather.resource_for(&workload.object);
            let source = source.and_then(|index| self.gather.resources.get(index));
            let is_same = source.is_some_and(|source| {
                source.document == resource.document && source.prefix == resource.prefix
            });
            workload.part == Part::Registry && is_same
        };
        let mut registries = self.workloads.iter().filter(is_its);
        registries.find_map(|registry| workload::role(self.stream, registry))
    }

    /// The settings resolved for a place, or everything that is wrong with them.
    fn resolve(
        &self,
        storage: &Node,
        facts: impl FnOnce(&Settings) -> Facts,
    ) -> Result<Resolved, Vec<Diagnostic>> {
        let named = self.given.options.place.existing_secret.as_ref();
        let Verdict {
            settings,
            facts,
            found,
        } = rules::judge(storage, named, facts);
        // What leaves no settings is an error that nobody can let through.
        let Some(settings) = settings else {
            return Err(found);
        };
        self.refuse(found)?;
        Ok(expand::resolve(settings, &facts))
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

/// Documents that look like the registry's and can't be read.
fn unreadable(stream: &Stream, faults: &[(usize, Unreadable)]) -> Vec<Diagnostic> {
    let source = rendered_chart(stream);
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

/// The stream as a source, for places in it.
fn rendered_chart(stream: &Stream) -> Arc<Source> {
    Arc::new(Source {
        kind: SourceKind::Manifest,
        name: "the rendered chart".to_owned(),
        text: String::from_utf8_lossy(stream.input).into_owned(),
    })
}

/// Two workloads of one chart have the same faults: each is said once.
fn deduplicated(faults: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut said = HashSet::new();
    let is_new = |fault: &Diagnostic| said.insert((fault.rule.code, fault.message.clone()));
    faults.into_iter().filter(is_new).collect()
}
