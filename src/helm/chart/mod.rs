//! The chart on Helm's line: which charts lie in it, and each one's default values. It renders nothing and fetches nothing by itself.

mod files;
mod ignore;
mod metadata;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use self::files::Files;
use self::metadata::Metadata;
use super::ask::{Ask, Question};
use super::error::HelmError;
use super::line::Line;
use crate::origin::{Origin, Source, SourceKind};
use crate::schema::STORAGE_PATH;
use crate::values::{Dialect, Map, Node, Value, ValuesError, file};

/// Charts nested deeper than this are not looked for.
const MAX_DEPTH: usize = 16;

/// A chart and the charts in it.
pub(super) struct Chart {
    /// Where it lies, as the user knows it: the chart as typed, `…/charts/msr` below it.
    place: String,
    metadata: Metadata,
    /// `Chart.yaml`, `requirements.yaml` and `values.yaml`, each if it has one.
    texts: [Option<String>; 3],
    charts: Vec<Chart>,
}

/// The files of a chart that count, in the order of [`Chart::texts`].
const TEXTS: [&str; 3] = ["Chart.yaml", "requirements.yaml", "values.yaml"];

impl Chart {
    /// The chart on `line`, from disk; one that is elsewhere is fetched by Helm.
    ///
    /// # Errors
    /// Where it is not found or cannot be read, and what asking Helm can meet.
    pub(super) fn on(line: &Line, directory: Option<&Path>, ask: &Ask) -> Result<Self, HelmError> {
        let typed = line.chart.as_deref().unwrap_or_default();
        // As Helm looks for it: a path that exists is meant before a repository's chart of that name.
        let name = typed.trim();
        // Helm 4 looks into the repository alone; Helm 3 takes a folder of that name all the same.
        if line.dialect == Dialect::Helm4 && line.names_repository() {
            return fetch(line, name, ask);
        }
        let path = match directory {
            Some(directory) => directory.join(name),
            None if Path::new(name).is_absolute() => name.into(),
            None => {
                let path = name.to_owned();
                return Err(HelmError::NoDirectory { path });
            }
        };
        let files = if path.exists() {
            Files::at(&path)
        } else if Path::new(name).is_absolute() || name.starts_with('.') {
            Err("it does not exist".to_owned())
        } else {
            return fetch(line, name, ask);
        };
        Self::of(typed, files)
    }

    fn of(typed: &str, files: Result<Files, String>) -> Result<Self, HelmError> {
        files
            .and_then(|files| Self::load(typed.to_owned(), files, 0))
            .map_err(|problem| HelmError::Chart {
                chart: typed.to_owned(),
                problem,
            })
    }

    fn load(place: String, mut files: Files, depth: usize) -> Result<Self, String> {
        if depth > MAX_DEPTH {
            return Err(format!("charts lie in it deeper than {MAX_DEPTH} levels"));
        }
        let mut texts = [None, None, None];
        for (text, name) in texts.iter_mut().zip(TEXTS) {
            let Some(bytes) = files.take(name) else {
                continue;
            };
            let read =
                String::from_utf8(bytes).map_err(|_| format!("{place}/{name} is not UTF-8"))?;
            *text = Some(read.trim_start_matches('\u{feff}').to_owned());
        }
        let [chart, requirements, _] = &texts;
        let chart = chart
            .as_deref()
            .ok_or(format!("{place} has no Chart.yaml"))?;
        let metadata = Metadata::read(chart, requirements.as_deref())
            .map_err(|problem| format!("{place}: {problem}"))?;
        let charts = files.charts()?.into_iter().map(|(name, files)| {
            let place = format!("{place}/charts/{name}");
            Self::load(place, files, depth + 1)
        });
        Ok(Self {
            metadata,
            texts,
            charts: charts.collect::<Result<_, _>>()?,
            place,
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Where it lies, as the user knows it.
    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// The charts on the way to the one whose values stand under `keys`, this one first, that one last. `None` unless
    /// they alone decide about its `registry.storage`: versions of one chart side by side, values that one chart imports
    /// from another and the like are for Helm to sort out.
    pub(super) fn way<'a>(&'a self, keys: &[String]) -> Option<Vec<&'a Self>> {
        let mut way = vec![self];
        let mut chart = self;
        for key in keys {
            chart = chart.only(key)?;
            way.push(chart);
        }
        // A chart under the key of the settings would bring its own defaults for them.
        let [registry, _] = STORAGE_PATH;
        let takes_part = chart.goes_by(registry).next().is_some();
        (chart.is_plain() && !takes_part).then_some(way)
    }

    /// Whether nothing is copied between the values of this chart and of those in it.
    fn is_plain(&self) -> bool {
        let Metadata {
            dependencies,
            is_listed_twice,
            ..
        } = &self.metadata;
        !is_listed_twice && dependencies.iter().all(|listed| !listed.has_imports)
    }

    /// The one chart in this one that can go by `key`, if it is certain that it does.
    fn only(&self, key: &str) -> Option<&Self> {
        let listed = &self.metadata.dependencies;
        let mut by_key = listed.iter().filter(|listed| listed.key == key);
        let own = match (by_key.next(), by_key.next()) {
            (Some(listed), None) => listed.name.as_str(),
            // Not listed: it lies there.
            (None, _) if listed.is_empty() => key,
            _ => return None,
        };
        let mut named = self
            .charts
            .iter()
            .filter(|chart| [own, key].contains(&chart.name()));
        let chart = named.next().filter(|chart| chart.name() == own)?;
        (self.is_plain() && named.next().is_none() && key != "global").then_some(chart)
    }

    /// The charts in this one that may go by `key`: by an alias, by a name.
    fn goes_by<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a Self> {
        let listed = self.metadata.dependencies.iter();
        let names: Vec<_> = listed
            .filter(|listed| listed.key == key)
            .map(|listed| listed.name.as_str())
            .collect();
        let key = key.to_owned();
        self.charts
            .iter()
            .filter(move |chart| chart.name() == key || names.contains(&chart.name()))
    }

    /// By depth, the charts on the way to those whose values may stand under `keys`; the last are those.
    pub(super) fn ways(&self, keys: &[String]) -> Vec<Vec<&Self>> {
        let mut ways = vec![vec![self]];
        for key in keys {
            let above = ways.last().into_iter().flatten();
            ways.push(above.flat_map(|chart| chart.goes_by(key)).collect());
        }
        ways
    }

    /// The keys of the values for the charts on a template's path as Helm 3 shows it: a chart under an alias that lists
    /// no charts itself is called by its own name in the paths of those in it. `None` if several charts are called so.
    pub(super) fn keys(&self, shown: &[String]) -> Option<Vec<String>> {
        let mut chart = self;
        let mut keys = Vec::new();
        for (depth, name) in shown.iter().enumerate() {
            let inner = chart.goes_by(name).next()?;
            let mut listed = chart
                .metadata
                .dependencies
                .iter()
                .filter(|listed| listed.name == *name || listed.key == *name);
            let is_exact = depth + 1 == shown.len() || inner.lists();
            keys.push(match (listed.next(), listed.next()) {
                _ if is_exact => name.clone(),
                (None, _) => name.clone(),
                (Some(only), None) => only.key.clone(),
                _ => return None,
            });
            chart = inner;
        }
        Some(keys)
    }

    /// Whether it lists charts.
    pub(super) fn lists(&self) -> bool {
        !self.metadata.dependencies.is_empty()
    }

    /// The default values: an empty mapping where it has none. `kind` says whose they are to the chart in question: its
    /// author's, or those of a chart around it.
    ///
    /// # Errors
    /// Where `values.yaml` cannot be read as Helm reads it.
    pub(super) fn defaults(&self, kind: SourceKind, dialect: Dialect) -> Result<Node, ValuesError> {
        let [_, _, values] = &self.texts;
        let source = Arc::new(Source {
            kind,
            name: format!("{}/values.yaml", self.place),
            text: values.clone().unwrap_or_default(),
        });
        if values.is_none() {
            return Ok(Node::new(Value::Map(Map::new()), Origin::whole(&source)));
        }
        file::read(&source, dialect)
    }

    /// Writes it without its templates. `defaults` replaces the values of the charts that it knows others for.
    ///
    /// # Errors
    /// What the file system says.
    pub(super) fn write(
        &self,
        folder: &Path,
        defaults: &dyn Fn(&Self) -> Option<String>,
    ) -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let [chart, requirements, values] = &self.texts;
        let replaced = [
            chart.as_deref().and_then(metadata::for_any_cluster),
            None,
            defaults(self),
        ];
        let texts = [chart, requirements, values].into_iter().zip(replaced);
        for (name, (text, replaced)) in TEXTS.iter().zip(texts) {
            if let Some(text) = replaced.as_ref().or(text.as_ref()) {
                fs::write(folder.join(name), text)?;
            }
        }
        for (number, chart) in self.charts.iter().enumerate() {
            chart.write(&folder.join(format!("charts/{number}")), defaults)?;
        }
        Ok(())
    }
}

/// Has Helm fetch the chart into a folder that goes again.
fn fetch(line: &Line, name: &str, ask: &Ask) -> Result<Chart, HelmError> {
    let problem = |problem: String| HelmError::Chart {
        chart: name.to_owned(),
        problem,
    };
    let folder = tempfile::Builder::new()
        .prefix("msr-storage-")
        .tempdir()
        .map_err(|error| HelmError::Scratch {
            path: std::env::temp_dir(),
            problem: error.to_string(),
        })?;
    let into = format!("--destination={}", folder.path().display());
    let flags = line.chart_flags.iter().chain(&line.reach).chain([&into]);
    ask.run(Question::new(&["pull", name], flags))?;
    let entries = std::fs::read_dir(folder.path()).map_err(|error| problem(error.to_string()))?;
    let archive = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|ending| ending == "tgz"))
        .ok_or_else(|| problem("Helm fetched no archive".to_owned()))?;
    Chart::of(name, Files::at(&archive))
}
