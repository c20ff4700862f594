//! The chart on Helm's line: which charts lie in it, and each one's default values. It renders nothing and fetches nothing by itself.

mod files;
mod metadata;

use std::path::Path;
use std::sync::Arc;

use self::files::Files;
use self::metadata::Metadata;
use super::ask::{Ask, Question};
use super::error::HelmError;
use super::line::Line;
use crate::origin::{Origin, Source, SourceKind};
use crate::values::{Dialect, Map, Node, Value, file};

/// Charts nested deeper than this are not looked for.
const MAX_DEPTH: usize = 16;

/// A chart and the charts in it.
pub(super) struct Chart {
    /// Where it lies, as the user knows it: the chart as typed, `…/charts/msr` below it.
    place: String,
    metadata: Metadata,
    /// `values.yaml`; none where it has none.
    values: Option<String>,
    charts: Vec<Chart>,
}

impl Chart {
    /// The chart on `line`, from disk; one that is elsewhere is fetched by Helm.
    ///
    /// # Errors
    /// Where it is not found or cannot be read, and what asking Helm can meet.
    pub(super) fn on(line: &Line, directory: Option<&Path>, ask: &Ask) -> Result<Self, HelmError> {
        let typed = line.chart.as_deref().unwrap_or_default();
        // As Helm looks for it: a path that exists is meant before a repository's chart of that name.
        let name = typed.trim();
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
        let text = |files: &mut Files, name: &str| match files.take(name) {
            None => Ok(None),
            Some(bytes) => String::from_utf8(bytes)
                .map(|text| Some(text.trim_start_matches('\u{feff}').to_owned()))
                .map_err(|_| format!("{place}/{name} is not UTF-8")),
        };
        let chart = text(&mut files, "Chart.yaml")?.ok_or(format!("{place} has no Chart.yaml"))?;
        let requirements = text(&mut files, "requirements.yaml")?;
        let metadata = Metadata::read(&chart, requirements.as_deref())
            .map_err(|problem| format!("{place}: {problem}"))?;
        let values = text(&mut files, "values.yaml")?;
        let charts = files.charts()?.into_iter().map(|(name, files)| {
            let place = format!("{place}/charts/{name}");
            Self::load(place, files, depth + 1)
        });
        Ok(Self {
            metadata,
            values,
            charts: charts.collect::<Result<_, _>>()?,
            place,
        })
    }

    /// The chart that owns a template, with the charts around it: the outermost first, each with the key of its values
    /// in those of the chart before it.
    ///
    /// `template` is a path as Helm shows it: `platform/charts/msr/templates/registry.yaml`.
    ///
    /// # Errors
    /// [`HelmError::NoOwner`] where there is no such chart.
    pub(super) fn owners<'a>(
        &'a self,
        template: &'a str,
    ) -> Result<Vec<(&'a str, &'a Self)>, HelmError> {
        let none = || HelmError::NoOwner {
            template: template.to_owned(),
            chart: self.place.clone(),
        };
        let mut parts = template.split('/');
        let name = self.metadata.name.as_str();
        if parts.next() != Some(name) {
            return Err(none());
        }
        let mut owners = vec![(name, self)];
        let mut chart = self;
        while let (Some("charts"), Some(key)) = (parts.next(), parts.next()) {
            chart = chart.inner(key).ok_or_else(none)?;
            owners.push((key, chart));
        }
        Ok(owners)
    }

    /// The chart that goes by `key` here: by an alias, else by its name.
    fn inner(&self, key: &str) -> Option<&Self> {
        let dependency = self.metadata.dependency(key);
        let name = dependency.map_or(key, |dependency| dependency.name.as_str());
        let mut named = self
            .charts
            .iter()
            .filter(|chart| chart.metadata.name == name);
        let version = dependency.map(|dependency| dependency.version.as_str());
        let exact = |chart: &&Self| Some(chart.metadata.version.as_str()) == version;
        // Two versions of one chart may lie side by side, told apart by the version that the dependency names.
        named.clone().find(exact).or_else(|| named.next())
    }

    /// The default values: an empty mapping where it has none. `kind` says whose they are to the chart in question: its
    /// author's, or those of a chart around it.
    ///
    /// # Errors
    /// Where `values.yaml` cannot be read as Helm reads it.
    pub(super) fn defaults(&self, kind: SourceKind, dialect: Dialect) -> Result<Node, HelmError> {
        let source = Arc::new(Source {
            kind,
            name: format!("{}/values.yaml", self.place),
            text: self.values.clone().unwrap_or_default(),
        });
        if self.values.is_none() {
            return Ok(Node::new(Value::Map(Map::new()), Origin::whole(&source)));
        }
        Ok(file::read(&source, dialect)?)
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
