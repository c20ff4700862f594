//! The values that the templates of one chart see, as the Helm around hands them over. It judges none.
//!
//! Where the charts on the way alone decide, Helm's own algorithm ([`values::render_values`]) is followed here; for all
//! else Helm is asked, on a copy of the chart without its templates.

use super::chart::Chart;
use super::error::HelmError;
use super::running::{Given, Helm};
use super::{json, release, scratch};
use crate::origin::{Origin, Source, SourceKind};
use crate::schema::STORAGE_PATH;
use crate::values::{self, Dialect, Map, Node, Value, merge};

/// Whose values they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The name of the chart on top, if the stream says it.
    pub top: Option<String>,
    /// The keys under which the values of the chart stand in those of the chart on top.
    pub keys: Vec<String>,
}

/// What lies over Helm's own layers.
#[derive(Clone, Copy)]
pub struct Over<'a> {
    /// Values given to this program itself, for the whole: they count as the last of Helm's flags.
    pub explicit: &'a Node,
    /// The `registry.storage` of a custom resource: it lies over the chart's own defaults.
    pub resource: Option<&'a Node>,
}

/// What a chart's templates see, and where it may come from.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Its values; `None` if nobody asked Helm's chart for them.
    pub values: Option<Node>,
    /// The chart's own defaults: of each chart that may be the one.
    pub own: Vec<Node>,
    /// The defaults of the charts around it, lifted so that their root is the chart on top.
    pub around: Vec<Node>,
}

/// The charts on the way, and what they bring.
struct Way<'a> {
    helm: &'a Helm,
    chart: &'a Chart,
    keys: &'a [String],
    /// By depth, the defaults of the charts that may be meant.
    defaults: Vec<Vec<Node>>,
    /// Whether all of them could be read.
    is_whole: bool,
}

impl Helm {
    /// The values that the templates of a chart see.
    ///
    /// # Errors
    /// Those of [`Self::given`]; where the chart cannot be read or has no such owner; what asking Helm can meet.
    pub fn seen(&self, owner: &Owner, over: &Over<'_>) -> Result<Seen, HelmError> {
        let given = self.given_here()?;
        let chart = self.chart()?;
        let way = self.way(chart, owner, given)?;
        let mut values = given.values.clone();
        if let (Value::Map(values), Value::Map(explicit)) =
            (&mut values.value, over.explicit.value.clone())
        {
            merge(values, explicit);
        }
        let values = match way.rendered(&values, over.resource) {
            Some(values) => values,
            None => way.asked(&values, over.resource)?,
        };
        let mut defaults = way.defaults;
        let own = defaults.pop().unwrap_or_default();
        let around = defaults.into_iter().enumerate().flat_map(|(depth, nodes)| {
            let keys = owner.keys.get(..depth).unwrap_or_default();
            nodes.into_iter().map(move |node| under(keys, node))
        });
        Ok(Seen {
            values: Some(values),
            own,
            around: around.collect(),
        })
    }

    /// The owner of a template by the keys of its values, where Helm 3 calls a chart on the way by another name.
    pub fn owner(&self, shown: Owner) -> Owner {
        if self.dialect() == Dialect::Helm4 || shown.keys.len() < 2 {
            return shown;
        }
        // Where it can't be told, the search for the values fails and says why.
        let keys = self.told(&shown.keys).ok().flatten();
        Owner {
            keys: keys.unwrap_or(shown.keys),
            ..shown
        }
    }

    /// The keys for a path on which a chart may be called by its own name instead of its alias. It is called so as well
    /// if its version is not in the range of that alias, so that Helm has to tell: only a chart's values hold globals.
    fn told(&self, shown: &[String]) -> Result<Option<Vec<String>>, HelmError> {
        let chart = self.chart()?;
        let Some(other) = chart.keys(shown).filter(|keys| keys != shown) else {
            return Ok(None);
        };
        let given = &self.given_here()?.values;
        let answer = scratch::of_chart(self.ask()?, self.line(), chart, given, &|_| None)?;
        let is_chart = |keys: &[String]| {
            let values = keys
                .iter()
                .flat_map(|key| key.split('.'))
                .try_fold(&answer, |tree, key| tree.get(key));
            values.is_some_and(|values| values.get("global").is_some())
        };
        Ok(Some(other).filter(|other| is_chart(other) && !is_chart(shown)))
    }

    /// Whether a chart may read its values under `keys`; with a path, whether its own defaults have something there.
    ///
    /// # Errors
    /// Where the chart cannot be read.
    pub fn reads(&self, keys: &[String], path: &[&str]) -> Result<bool, HelmError> {
        let ways = self.chart()?.ways(keys);
        let mut charts = ways.last().into_iter().flatten();
        Ok(charts.any(|chart| {
            path.is_empty()
                || chart
                    .defaults(SourceKind::ChartDefaults, self.dialect())
                    .is_ok_and(|node| node.at(path).is_some())
        }))
    }

    fn way<'a>(
        &'a self,
        chart: &'a Chart,
        owner: &'a Owner,
        given: &Given,
    ) -> Result<Way<'a>, HelmError> {
        let ways = chart.ways(&owner.keys);
        let is_top = owner.top.as_ref().is_none_or(|top| top == chart.name());
        if !is_top || ways.last().is_none_or(Vec::is_empty) {
            let top = owner.top.as_deref().unwrap_or(chart.name());
            return Err(HelmError::NoOwner {
                template: [&[top.to_owned()], &owner.keys[..]]
                    .concat()
                    .join("/charts/"),
                chart: chart.place().to_owned(),
            });
        }
        let mut is_whole = true;
        let mut defaults: Vec<Vec<Node>> = Vec::new();
        for (depth, charts) in ways.iter().enumerate() {
            // Who writes a chart around MSR is its user.
            let kind = if depth == owner.keys.len() {
                SourceKind::ChartDefaults
            } else {
                SourceKind::File
            };
            let read = charts
                .iter()
                .map(|chart| chart.defaults(kind, self.dialect()));
            let read: Vec<_> = read.collect();
            is_whole &= read.iter().all(Result::is_ok);
            defaults.push(read.into_iter().filter_map(Result::ok).collect());
        }
        if let Some(earlier) = &given.earlier_defaults {
            let keys: Vec<_> = owner.keys.iter().map(String::as_str).collect();
            let own = defaults.last().and_then(|own| own.first());
            let earlier = match (keys.is_empty(), own) {
                (false, Some(own)) => release::given_around(earlier.clone(), &keys, own),
                _ => earlier.clone(),
            };
            if let Some(top) = defaults.first_mut() {
                *top = vec![earlier];
            }
        }
        Ok(Way {
            helm: self,
            chart,
            keys: &owner.keys,
            defaults,
            is_whole,
        })
    }
}

impl Way<'_> {
    /// The values by own computation; `None` if only Helm can tell.
    fn rendered(&self, values: &Node, resource: Option<&Node>) -> Option<Node> {
        let charts = self.chart.way(self.keys).filter(|_| self.is_whole)?;
        let mut inner = None;
        for (depth, (chart, defaults)) in charts.iter().zip(&self.defaults).enumerate().rev() {
            let mut defaults = defaults.first()?.clone();
            if let Some(storage) = resource.filter(|_| depth == self.keys.len()) {
                lay_over(&mut defaults, storage);
            }
            inner = Some(values::Chart {
                name: match depth.checked_sub(1) {
                    None => chart.name().to_owned(),
                    Some(above) => self.keys.get(above)?.clone(),
                },
                defaults,
                dependencies: inner.into_iter().collect(),
                listed: chart.lists(),
            });
        }
        let whole = values::render_values(&inner?, values, self.helm.dialect()).ok()?;
        whole.at(&self.path()).cloned()
    }

    /// Helm finds the values of a chart by its name split at the dots.
    fn path(&self) -> Vec<&str> {
        self.keys.iter().flat_map(|key| key.split('.')).collect()
    }

    /// The values as Helm itself prints them, each told where it may come from.
    fn asked(&self, values: &Node, resource: Option<&Node>) -> Result<Node, HelmError> {
        let ways = self.chart.ways(self.keys);
        let is_among = |charts: Option<&Vec<&Chart>>, chart: &Chart| {
            charts.is_some_and(|charts| charts.iter().any(|one| std::ptr::eq(*one, chart)))
        };
        let earlier = self.helm.given_here()?.earlier_defaults.as_ref();
        let defaults = |chart: &Chart| {
            let is_top = std::ptr::eq(self.chart, chart);
            let own = resource.filter(|_| is_among(ways.last(), chart));
            let mut node = match (earlier.filter(|_| is_top), own) {
                (None, None) => return None,
                (Some(earlier), _) => earlier.clone(),
                (None, Some(_)) => chart
                    .defaults(SourceKind::ChartDefaults, self.helm.dialect())
                    .ok()?,
            };
            if let Some(storage) = own {
                lay_over(&mut node, storage);
            }
            Some(scratch::text(&node))
        };
        let helm = self.helm;
        let answer = scratch::of_chart(helm.ask()?, helm.line(), self.chart, values, &defaults)?;
        let path = self.path();
        let mut layers: Vec<_> = values.at(&path).cloned().into_iter().collect();
        for (depth, nodes) in self.defaults.iter().enumerate() {
            let path: Vec<_> = self.keys.iter().skip(depth).map(String::as_str).collect();
            let own = resource.filter(|_| depth == self.keys.len());
            layers.extend(
                own.map(|storage| under(&STORAGE_PATH.map(str::to_owned), storage.clone())),
            );
            layers.extend(nodes.iter().filter_map(|node| node.at(&path).cloned()));
        }
        let elsewhere = Origin::whole(&std::sync::Arc::new(Source {
            kind: SourceKind::File,
            name: format!("the values of {}, as Helm merges them", self.chart.place()),
            text: String::new(),
        }));
        // A chart that is rendered has values, if only the globals.
        let values = path
            .iter()
            .try_fold(&answer, |tree, key| tree.get(*key))
            .ok_or_else(|| no_owner(self.chart.name(), self.keys, self.chart))?;
        let layers: Vec<_> = layers.iter().collect();
        Ok(sourced(values, &layers, &elsewhere))
    }
}

fn no_owner(top: &str, keys: &[String], chart: &Chart) -> HelmError {
    HelmError::NoOwner {
        template: [&[top.to_owned()], keys].concat().join("/charts/"),
        chart: chart.place().to_owned(),
    }
}

/// A tree that Helm printed, each value as the first layer has it that has the same.
fn sourced(answer: &serde_json::Value, layers: &[&Node], elsewhere: &Origin) -> Node {
    let serde_json::Value::Object(map) = answer else {
        let found = layers.iter().find(|node| is_same(node, answer));
        return found.map_or_else(|| json::node(answer, elsewhere), |node| (*node).clone());
    };
    let entries = map.iter().map(|(key, answer)| {
        let inner: Vec<_> = layers.iter().filter_map(|node| node.get(key)).collect();
        let mut node = sourced(answer, &inner, elsewhere);
        let origin = &node.origin;
        node.key.get_or_insert_with(|| origin.clone());
        (key.clone(), node)
    });
    let value = Value::Map(entries.collect::<Map>());
    let first = layers.iter().find(|node| node.as_map().is_some());
    match first {
        Some(first) => Node {
            value,
            ..(*first).clone()
        },
        None => Node::new(value, elsewhere.clone()),
    }
}

/// Whether Helm prints a node so; by the way to it a whole number became a float.
fn is_same(node: &Node, answer: &serde_json::Value) -> bool {
    let plain = serde_json::Value::from(node);
    match (plain.as_f64(), answer.as_f64()) {
        (Some(ours), Some(theirs)) => ours.to_bits() == theirs.to_bits(),
        _ => plain == *answer,
    }
}

/// Settings laid over a chart's own.
pub fn lay_over(defaults: &mut Node, storage: &Node) {
    let lifted = under(&STORAGE_PATH.map(str::to_owned), storage.clone());
    match (&mut defaults.value, lifted.value) {
        (Value::Map(defaults), Value::Map(lifted)) => merge(defaults, lifted),
        (value, lifted) => *value = lifted,
    }
}

/// A tree lifted to stand under keys.
pub fn under(keys: &[String], node: Node) -> Node {
    keys.iter().rev().fold(node, |node, key| {
        let origin = node.origin.clone();
        let map = Map::from_iter([(key.clone(), node)]);
        Node::new(Value::Map(map), origin)
    })
}
