//! What a chart's templates see: the user's values over the defaults of the chart and of the charts in it. It reads no chart; the caller brings the defaults.
//!
//! Helm shares inner tables of `global` between a chart and the charts in it while it merges, and a default of one can
//! so show up in another. That is followed: [`Table`] is shared where Go shares a map.

mod table;

use self::table::{Entry, Table};
use super::tree::{Node, Value};
use super::{Dialect, ValuesError};

/// The key whose values every chart sees.
const GLOBAL: &str = "global";

/// A chart's defaults and those of the charts in it.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The name, or the alias that the chart around it gives it.
    pub name: String,
    /// The content of `values.yaml`: a mapping or null.
    pub defaults: Node,
    /// The charts in it that are enabled, in the order of `Chart.yaml`.
    pub dependencies: Vec<Chart>,
    /// Whether `Chart.yaml` lists dependencies; charts that only lie in `charts/` leave it false.
    pub listed: bool,
}

/// What a template of `chart` sees as `.Values` when `values` are the user's: Helm's steps between reading flags and
/// running templates, without conditions, tags and `import-values`, which change `chart` itself.
///
/// # Errors
/// Where a chart's name stands for something that is no mapping.
pub fn render_values(chart: &Chart, values: &Node, dialect: Dialect) -> Result<Node, ValuesError> {
    let user = Table::of(values);
    check_dependencies(chart, &user, dialect)?;
    let mut chart = Loaded::of(chart);
    chart.take_in_dependencies(dialect)?;
    let user = user.deep_copy();
    Coalesce {
        dialect,
        keep_null: false,
    }
    .chart(&chart, &user)?;
    Ok(user.to_node())
}

/// Helm coalesces once to see which dependencies are enabled. It keeps nothing of it but the error that it may meet.
fn check_dependencies(chart: &Chart, values: &Table, dialect: Dialect) -> Result<(), ValuesError> {
    if !chart.listed {
        return Ok(());
    }
    let values = values.deep_copy();
    Coalesce {
        dialect,
        keep_null: false,
    }
    .chart(&Loaded::of(chart), &values)?;
    chart
        .dependencies
        .iter()
        .try_for_each(|dependency| check_dependencies(dependency, &values, dialect))
}

/// A chart whose defaults can change as Helm works on them.
struct Loaded<'a> {
    chart: &'a Chart,
    defaults: Table,
    dependencies: Vec<Loaded<'a>>,
}

impl<'a> Loaded<'a> {
    fn of(chart: &'a Chart) -> Self {
        Self {
            chart,
            defaults: Table::of(&chart.defaults),
            dependencies: chart.dependencies.iter().map(Loaded::of).collect(),
        }
    }

    /// The defaults of a chart with listed dependencies take in those of the charts below, nulls kept
    /// (`processImportValues`).
    fn take_in_dependencies(&mut self, dialect: Dialect) -> Result<(), ValuesError> {
        for dependency in &mut self.dependencies {
            dependency.take_in_dependencies(dialect)?;
        }
        if self.chart.listed {
            let defaults = Table::of(&Node::new(Value::Null, self.chart.defaults.origin.clone()));
            Coalesce {
                dialect,
                keep_null: true,
            }
            .chart(self, &defaults)?;
            self.defaults = defaults.deep_copy();
        }
        Ok(())
    }
}

/// Helm's `coalesce`, or with `keep_null` its `merge`.
#[derive(Clone, Copy)]
struct Coalesce {
    dialect: Dialect,
    keep_null: bool,
}

impl Coalesce {
    /// The defaults of `chart` and the charts in it, put under `values`.
    fn chart(self, chart: &Loaded<'_>, values: &Table) -> Result<(), ValuesError> {
        self.defaults(chart, values);
        for dependency in &chart.dependencies {
            let name = dependency.chart.name.as_str();
            let scope = match values.get(name) {
                None => {
                    let scope = Table::empty(dependency.chart.defaults.origin.clone());
                    values.put(name, Entry::Table(scope.clone()));
                    scope
                }
                Some(Entry::Table(scope)) => scope,
                Some(Entry::Leaf(node)) => {
                    let message = format!(
                        "`{name}` is the name of a chart inside `{}`: a mapping is needed here",
                        chart.chart.name
                    );
                    return Err(ValuesError::invalid(node.origin, message));
                }
            };
            globals(&scope, values);
            self.chart(dependency, &scope)?;
        }
        Ok(())
    }

    /// `coalesceValues`: the defaults of one chart.
    fn defaults(self, chart: &Loaded<'_>, values: &Table) {
        let helm4 = self.dialect == Dialect::Helm4 && !self.keep_null;
        for (key, default) in chart.defaults.deep_copy().entries() {
            match (values.get(&key), &default) {
                (None, Entry::Leaf(node)) if helm4 && node.value == Value::Null => {}
                (None, _) => {
                    if let (true, Entry::Table(table)) = (helm4, &default) {
                        table.drop_nulls();
                    }
                    values.put(&key, default);
                }
                (Some(Entry::Leaf(node)), _) if node.value == Value::Null && !self.keep_null => {
                    values.remove(&key);
                }
                (Some(Entry::Table(value)), Entry::Table(default)) => {
                    let scope = chart
                        .dependencies
                        .iter()
                        .any(|dependency| dependency.chart.name == key);
                    let keep_null = self.keep_null || scope;
                    if self.dialect == Dialect::Helm4 && !keep_null {
                        default.drop_nulls();
                    }
                    tables(&value, default, keep_null);
                }
                (Some(_), _) => {}
            }
        }
    }
}

/// `coalesceTables`: what `below` has and `above` lacks; a null above removes what below is not null.
fn tables(above: &Table, below: &Table, keep_null: bool) {
    if above.is(below) {
        return;
    }
    for (key, default) in below.entries() {
        match (above.get(&key), &default) {
            (None, _) => above.put(&key, default),
            (Some(Entry::Leaf(node)), _) if node.value == Value::Null => {
                if !keep_null && !default.is_null() {
                    above.remove(&key);
                }
            }
            (Some(Entry::Table(above)), Entry::Table(below)) => tables(&above, below, keep_null),
            (Some(_), _) => {}
        }
    }
}

/// `coalesceGlobals`: the globals of `values` into those of `scope`, the values of a chart inside.
fn globals(scope: &Table, values: &Table) {
    let inner = match scope.get(GLOBAL) {
        None => Table::empty(scope.origin()),
        Some(Entry::Table(table)) => table,
        Some(Entry::Leaf(_)) => return,
    };
    let outer = match values.get(GLOBAL) {
        None => Vec::new(),
        Some(Entry::Table(table)) => table.entries(),
        Some(Entry::Leaf(_)) => return,
    };
    for (key, entry) in outer {
        match (&entry, inner.get(&key)) {
            (Entry::Table(table), None) => inner.put(&key, Entry::Table(table.shallow_copy())),
            (Entry::Table(table), Some(Entry::Table(own))) => {
                let copy = table.shallow_copy();
                tables(&copy, &own, true);
                inner.put(&key, Entry::Table(copy));
            }
            (Entry::Table(_), Some(Entry::Leaf(_))) | (Entry::Leaf(_), Some(Entry::Table(_))) => {}
            (Entry::Leaf(_), _) => inner.put(&key, entry),
        }
    }
    scope.put(GLOBAL, Entry::Table(inner));
}
