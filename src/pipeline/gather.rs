//! The values that one object's chart sees: which layers count for it, laid over one another. It judges nothing.

use super::sources::{self, Found, Layer, Owner, Scope};
use super::{Given, HelmLayers, owner};
use crate::diag::Diagnostic;
use crate::origin::{Origin, SourceKind};
use crate::rules::stream as findings;
use crate::workload::{self, INSTANCE, Mark, Object, Stream};

/// The sources of values of a stream.
pub struct Gather<'a> {
    stream: &'a Stream<'a>,
    given: &'a Given<'a>,
    /// The MSR custom resources.
    pub resources: Vec<Object>,
    /// The values carriers.
    pub carriers: Vec<Object>,
}

impl<'a> Gather<'a> {
    /// Finds the sources that the stream itself holds.
    pub fn new(stream: &'a Stream<'a>, given: &'a Given<'a>) -> Self {
        Self {
            stream,
            given,
            resources: workload::custom_resources(stream),
            carriers: carriers(stream),
        }
    }

    /// The values that an object's chart sees.
    ///
    /// # Errors
    /// Where a source can't be read, or values stand where this chart does not read them.
    pub fn values(&self, object: &Object) -> Result<Found, Diagnostic> {
        if self.given.options.no_values {
            return Ok(Found::default());
        }
        let template = self.stream.template(object);
        let owner = match (&self.given.options.values_path, &template) {
            (Some(path), _) => Owner::Known(path.clone()),
            (None, Some(template)) => Owner::Known(owner::values_path(template)),
            (None, None) => Owner::Unknown,
        };
        sources::storage(&self.layers(object, template.as_deref())?, &owner)
    }

    /// Whether anything could have given values for an object, had there been any.
    pub fn is_known(&self, object: &Object) -> bool {
        self.given.helm.is_some() || self.given.options.no_values || self.carrier(object).is_some()
    }

    /// Where any layer names a backend, whoever it is for.
    ///
    /// # Errors
    /// Where a source can't be read.
    pub fn any_backend(&self) -> Result<Option<Origin>, Diagnostic> {
        let mut layers = Vec::new();
        for carrier in &self.carriers {
            layers.push(sources::of_object(
                self.stream,
                carrier,
                SourceKind::Carrier,
                Scope::Chart,
            )?);
        }
        layers.extend(self.helm_layers(None)?.given);
        layers.extend(self.given.explicit.clone());
        let storages = layers
            .iter()
            .filter_map(|layer| sources::any_storage(&layer.root));
        Ok(storages
            .filter_map(|storage| storage.get("backend"))
            .map(|node| node.origin.clone())
            .next())
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
            let helm = self.helm_layers(template)?;
            layers.extend(helm.defaults);
            let resource = self.resource_for(object);
            let mut over = helm.given.iter().chain(&self.given.explicit);
            if resource.is_none()
                && self.resources.len() > 1
                && !over.any(|layer| sources::any_storage(&layer.root).is_some())
            {
                return Err(self.resource_unclear(object));
            }
            if let Some(resource) = resource {
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

    /// Helm's own layers. Where they can't be had, values given to this program itself are the way out that the error names.
    fn helm_layers(&self, template: Option<&str>) -> Result<HelmLayers, Diagnostic> {
        let Some(helm) = self.given.helm else {
            return Ok(HelmLayers::default());
        };
        let is_given = self
            .given
            .explicit
            .iter()
            .any(|layer| sources::any_storage(&layer.root).is_some());
        match helm.layers(template, is_given || !self.resources.is_empty()) {
            Err(_) if is_given => Ok(HelmLayers::default()),
            layers => layers,
        }
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

    /// Several custom resources, and none is this object's: to pass them over could be the wrong storage.
    fn resource_unclear(&self, object: &Object) -> Diagnostic {
        let names: Vec<_> = self.resources.iter().map(Object::name).collect();
        findings::resource_unclear(&object.title(), &names, object.label(INSTANCE))
    }

    /// The custom resource of an object: itself, the only one, or the one that its instance is named after.
    fn resource_for(&self, object: &Object) -> Option<&Object> {
        let same = |resource: &&Object| {
            resource.document == object.document && resource.prefix == object.prefix
        };
        let instance = object.label(INSTANCE);
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

/// The values carriers of a stream.
fn carriers(stream: &Stream) -> Vec<Object> {
    let objects = stream
        .marked(Mark::Ours)
        .into_iter()
        .flat_map(|document| stream.objects(document));
    objects
        .filter(|object| {
            object.kind() == "StorageValues" && object.api_version() == "msr-storage/v1"
        })
        .cloned()
        .collect()
}
