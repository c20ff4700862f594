//! The values that one object's chart sees: which sources count for it, and what they come to. It judges nothing.

use std::cell::RefCell;

use serde_json::Value as Json;

use super::sources::{self, Layer, Scope};
use super::{Given, owner};
use crate::diag::Diagnostic;
use crate::helm::{Over, Owner, Seen, lay_over, under};
use crate::origin::{Origin, SourceKind};
use crate::rules::stream as findings;
use crate::schema::STORAGE_PATH;
use crate::settings::is_blank;
use crate::values::{Map, Node, Value};
use crate::workload::{self, INSTANCE, Mark, Object, Stream};

/// The sources of values of a stream.
pub struct Gather<'a> {
    stream: &'a Stream<'a>,
    given: &'a Given<'a>,
    /// The MSR custom resources.
    pub resources: Vec<Object>,
    /// The values carriers.
    pub carriers: Vec<Object>,
    /// What was found for objects that have the same sources.
    found: RefCell<Vec<(Sources, Found)>>,
}

/// What the sources come to for one chart.
#[derive(Clone, Default)]
pub struct Found {
    /// The tree under `registry.storage`; `None` if there is none.
    pub storage: Option<Node>,
    /// Whether a user, not only the chart's author, gave something of it.
    pub by_user: bool,
    /// The defaults of the charts around, for the whole.
    pub around: Vec<Node>,
}

/// The sources that count for an object.
#[derive(Clone, PartialEq)]
struct Sources {
    owner: Option<Owner>,
    /// The places of the carrier and of the custom resource among those of the stream.
    carrier: Option<usize>,
    resource: Option<usize>,
}

impl<'a> Gather<'a> {
    /// Finds the sources that the stream itself holds.
    pub fn new(stream: &'a Stream<'a>, given: &'a Given<'a>) -> Self {
        Self {
            stream,
            given,
            resources: workload::custom_resources(stream),
            carriers: carriers(stream),
            found: RefCell::default(),
        }
    }

    /// The values that an object's chart sees.
    ///
    /// # Errors
    /// Where a source can't be read, or it can't be told which counts.
    pub fn values(&self, object: &Object) -> Result<Found, Diagnostic> {
        if self.given.options.no_values {
            return Ok(Found::default());
        }
        let sources = Sources {
            owner: self.owner(object),
            carrier: self.carrier(object),
            resource: self.resource_for(object),
        };
        let known = |(other, _): &&(Sources, Found)| *other == sources;
        if let Some((_, found)) = self.found.borrow().iter().find(known) {
            return Ok(found.clone());
        }
        let found = self.find(object, &sources)?;
        self.found.borrow_mut().push((sources, found.clone()));
        Ok(found)
    }

    /// The chart that an object is of; `None` if the stream does not show it.
    pub fn owner(&self, object: &Object) -> Option<Owner> {
        let template = self.stream.template(object);
        match (&self.given.options.values_path, self.given.helm) {
            (Some(path), _) => Some(Owner {
                top: None,
                keys: path.clone(),
            }),
            (None, Some(helm)) => Some(helm.owner(owner::of_template(&template?))),
            (None, None) => Some(owner::of_template(&template?)),
        }
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
        let mut roots = Vec::new();
        for carrier in &self.carriers {
            roots.push(self.carried(carrier)?.root);
        }
        let is_given = |layer: &Layer| sources::any_storage(&layer.root).is_some();
        match self.given.helm.map(|helm| helm.given()) {
            Some(Err(fault)) if !self.given.explicit.iter().any(is_given) => return Err(fault),
            Some(Ok(given)) => roots.push(given),
            _ => {}
        }
        roots.extend(self.given.explicit.iter().map(|layer| layer.root.clone()));
        let storages = roots.iter().filter_map(sources::any_storage);
        Ok(storages
            .filter_map(|storage| storage.get("backend"))
            .filter(|node| !is_blank(node))
            .map(|node| node.origin.clone())
            .next())
    }

    fn find(&self, object: &Object, sources: &Sources) -> Result<Found, Diagnostic> {
        let owner = sources.owner.as_ref();
        let keys = owner.map_or(&[][..], |owner| owner.keys.as_slice());
        let explicit = sources::merged(&self.given.explicit, keys);
        let by_flags = self.given.explicit.iter().any(|layer| layer.gives(keys));
        if let Some(carrier) = sources.carrier.and_then(|at| self.carriers.get(at)) {
            let carrier = self.carried(carrier)?;
            let by_user = by_flags || carrier.gives(keys);
            let values = sources::alone(&carrier.root, &explicit, keys)?;
            return Ok(Found::new(Some(&values), by_user, &carrier.root));
        }
        let resource = match sources.resource.and_then(|at| self.resources.get(at)) {
            Some(resource) => Some(self.resource(resource)?),
            None => None,
        };
        let resource = resource
            .as_ref()
            .and_then(|layer| layer.values(keys)?.at(&STORAGE_PATH));
        let (seen, given) = self.seen(owner, &explicit, resource, by_flags)?;
        let by_helm = given.as_ref().is_some_and(|given| {
            let own = keys.iter().try_fold(given, |node, key| node.get(key));
            own.is_some_and(sources::gives)
        });
        let around = seen.around.iter().any(|root| {
            let own = keys.iter().try_fold(root, |node, key| node.get(key));
            own.is_some_and(sources::gives)
        });
        let mut by_user = by_flags || by_helm || around || resource.is_some_and(is_filled);
        if sources.resource.is_none() && self.resources.len() > 1 && !by_user {
            return Err(self.resource_unclear(object));
        }
        by_user |= !seen.own.is_empty() && seen.own.iter().all(|own| differs(own, &seen));
        Ok(Found {
            around: seen.around,
            ..Found::new(seen.values.as_ref(), by_user, &explicit)
        })
    }

    /// What the chart sees, and what Helm's line gives for the whole. If Helm's values can't be had, those given to this
    /// program itself are the way out that the error names.
    fn seen(
        &self,
        owner: Option<&Owner>,
        explicit: &Node,
        resource: Option<&Node>,
        by_flags: bool,
    ) -> Result<(Seen, Option<Node>), Diagnostic> {
        if let Some(helm) = self.given.helm {
            let over = Over { explicit, resource };
            let seen = helm
                .seen(owner, &over)
                .and_then(|seen| Ok((seen, Some(helm.given()?))));
            if seen.is_ok() || !by_flags {
                return seen;
            }
        }
        let keys = owner.map_or(&[][..], |owner| owner.keys.as_slice());
        let mut own = Node::new(Value::Map(Map::new()), explicit.origin.clone());
        if let Some(storage) = resource {
            lay_over(&mut own, storage);
        }
        let seen = Seen {
            values: Some(sources::alone(&own, explicit, keys)?),
            ..Seen::default()
        };
        Ok((seen, None))
    }

    /// The layers of values for the whole that a user gave, to be searched for what no chart reads.
    pub fn layers(&self) -> Vec<Node> {
        let explicit = self.given.explicit.iter();
        let explicit = explicit
            .filter(|layer| layer.scope == Scope::Whole)
            .map(|layer| layer.root.clone());
        // An error is said where the values are wanted.
        let helm = self.given.helm.and_then(|helm| helm.given().ok());
        let found = self.found.borrow();
        let around = found.iter().flat_map(|(_, found)| found.around.clone());
        helm.into_iter().chain(around).chain(explicit).collect()
    }

    fn carried(&self, carrier: &Object) -> Result<Layer, Diagnostic> {
        sources::of_object(self.stream, carrier, SourceKind::Carrier, Scope::Chart)
    }

    /// The layer of a custom resource.
    ///
    /// # Errors
    /// Where its document can't be read as values.
    pub fn resource(&self, resource: &Object) -> Result<Layer, Diagnostic> {
        sources::of_object(
            self.stream,
            resource,
            SourceKind::CustomResource,
            Scope::Spec,
        )
    }

    /// The carrier of an object's own chart.
    fn carrier(&self, object: &Object) -> Option<usize> {
        let chart = |object: &Object| {
            self.stream
                .template(object)
                .map(|template| owner::of_template(&template).keys)
        };
        let mine = chart(object);
        self.carriers
            .iter()
            .position(|carrier| match (chart(carrier), &mine) {
                (Some(theirs), Some(mine)) => theirs == *mine,
                _ => true,
            })
    }

    /// Several custom resources, and none is this object's: to pass them over could be the wrong storage.
    fn resource_unclear(&self, object: &Object) -> Diagnostic {
        let names: Vec<_> = self.resources.iter().map(Object::name).collect();
        findings::resource_unclear(&object.title(), &names, object.label(INSTANCE))
    }

    /// The custom resource of an object, by its place in [`Gather::resources`]: itself, the only one, or the one that its instance is named after.
    pub fn resource_for(&self, object: &Object) -> Option<usize> {
        let same = |resource: &Object| {
            resource.document == object.document && resource.prefix == object.prefix
        };
        let instance = object.label(INSTANCE);
        let named = |resource: &Object| Some(resource.name()) == instance;
        let only = || (self.resources.len() == 1).then_some(0);
        let resources = || self.resources.iter();
        resources()
            .position(same)
            .or_else(|| resources().position(named))
            .or_else(only)
    }
}

impl Found {
    /// Settings that a user gave and that came to nothing are an empty mapping: nulls took away what was there.
    fn new(values: Option<&Node>, by_user: bool, root: &Node) -> Self {
        let storage = values
            .and_then(|values| values.at(&STORAGE_PATH))
            .filter(|node| node.value != Value::Null)
            .cloned();
        let nothing = || Node::new(Value::Map(Map::new()), root.origin.clone());
        Self {
            storage: storage.or_else(|| by_user.then(nothing)),
            by_user,
            around: Vec::new(),
        }
    }
}

fn is_filled(storage: &Node) -> bool {
    sources::gives(&under(&STORAGE_PATH.map(str::to_owned), storage.clone()))
}

/// Whether a chart sees other settings than its own defaults for them.
fn differs(own: &Node, seen: &Seen) -> bool {
    let plain = |node: Option<&Node>| node.map_or(Json::Null, |node| without_nulls(node.into()));
    let values = seen.values.as_ref();
    plain(own.at(&STORAGE_PATH)) != plain(values.and_then(|values| values.at(&STORAGE_PATH)))
}

fn without_nulls(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            let kept = map.into_iter().filter(|(_, value)| !value.is_null());
            kept.map(|(key, value)| (key, without_nulls(value)))
                .collect()
        }
        other => other,
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
