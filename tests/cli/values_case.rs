//! One case of values: files, flags and a chart, as the oracles read it, and how what this program makes of it compares
//! with what Helm made. It runs no process and makes up no case.

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use msr_storage::origin::{Source, SourceKind};
use msr_storage::values::{
    self, Chart, Dialect, FlagKind, Node, Value, ValueFlag, ValueFlags, ValuesError, Wanted,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// One command line, the files it names, and the chart it is given to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) files: BTreeMap<String, Content>,
    /// Flags without dashes, and their arguments.
    #[serde(default)]
    pub(crate) flags: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chart: Option<ChartCase>,
}

/// A chart and the charts in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChartCase {
    pub(crate) name: String,
    pub(crate) values: Content,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) dependencies: Vec<ChartCase>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) unlisted: bool,
}

/// A file's content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Content {
    Text(String),
    Bytes { base64: String },
}

impl Default for Content {
    fn default() -> Self {
        Self::Text(String::new())
    }
}

impl Content {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Text(text) => text.clone().into_bytes(),
            Self::Bytes { base64 } => STANDARD.decode(base64).unwrap(),
        }
    }
}

/// What an oracle says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) values: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rendered: Option<Json>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) render_error: Option<String>,
}

/// How this program differs from Helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// It takes what Helm refuses.
    Lax,
    /// It refuses what Helm takes.
    Strict,
    /// It says that it is not sure of what Helm takes: allowed, where it is seldom.
    Unsure,
    /// It makes something else of it.
    Other,
}

impl Case {
    /// What this program makes of the flags, without a file on disk.
    pub(crate) fn values(&self, dialect: Dialect) -> Result<Node, ValuesError> {
        let read = |wanted: Wanted<'_>| match self.files.get(wanted.path) {
            Some(content) => Ok(content.bytes()),
            // The oracles have nothing on their standard input.
            None if wanted.path.trim() == "-" => Ok(Vec::new()),
            None => Err(ValuesError::Unreadable {
                message: "does not exist".to_owned(),
                origin: wanted.origin,
            }),
        };
        values::load_with(&self.flags(), SourceKind::HelmFlag, dialect, &read)
    }

    /// The same with the files in a folder.
    pub(crate) fn values_from_disk(&self, dialect: Dialect) -> Result<Node, ValuesError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in &self.files {
            fs::write(folder.path().join(name), content.bytes()).unwrap();
        }
        values::load(&self.flags(), folder.path(), SourceKind::HelmFlag, dialect)
    }

    fn flags(&self) -> ValueFlags {
        let flags = self.flags.iter().map(|(kind, text)| ValueFlag {
            kind: kind_of(kind),
            text: text.clone(),
        });
        ValueFlags {
            flags: flags.collect(),
        }
    }

    /// Where this program, which makes `values` of the flags, and Helm disagree, if they do.
    pub(crate) fn difference(
        &self,
        values: &Result<Node, ValuesError>,
        answer: &Answer,
        dialect: Dialect,
    ) -> Option<Difference> {
        let difference = compare(values, answer.values.as_ref());
        let (None, Ok(values), Some(chart)) = (difference, values, &self.chart) else {
            return difference;
        };
        let wanted = answer
            .rendered
            .as_ref()
            .filter(|_| answer.render_error.is_none());
        compare(&chart.render(values, dialect), wanted)
    }
}

fn compare(ours: &Result<Node, ValuesError>, wanted: Option<&Json>) -> Option<Difference> {
    match (ours, wanted) {
        (Err(_), None) => None,
        (Ok(_), None) => Some(Difference::Lax),
        (Err(ValuesError::Unsure { .. }), Some(_)) => Some(Difference::Unsure),
        (Err(_), Some(_)) => Some(Difference::Strict),
        (Ok(node), Some(wanted)) => (!same(node, wanted)).then_some(Difference::Other),
    }
}

impl ChartCase {
    fn render(&self, values: &Node, dialect: Dialect) -> Result<Node, ValuesError> {
        values::render_values(&self.chart(dialect)?, values, dialect)
    }

    fn chart(&self, dialect: Dialect) -> Result<Chart, ValuesError> {
        let source = Arc::new(Source {
            kind: SourceKind::ChartDefaults,
            name: format!("{}/values.yaml", self.name),
            text: String::from_utf8(self.values.bytes()).unwrap(),
        });
        Ok(Chart {
            name: self.name.clone(),
            defaults: values::file::read(&source, dialect)?,
            dependencies: self
                .dependencies
                .iter()
                .map(|chart| chart.chart(dialect))
                .collect::<Result<_, _>>()?,
            listed: !self.unlisted,
        })
    }
}

fn kind_of(name: &str) -> FlagKind {
    match name {
        "values" => FlagKind::Values,
        "set" => FlagKind::Set,
        "set-string" => FlagKind::SetString,
        "set-json" => FlagKind::SetJson,
        "set-file" => FlagKind::SetFile,
        "set-literal" => FlagKind::SetLiteral,
        other => panic!("no such flag: {other}"),
    }
}

/// Whether a tree is the one that an oracle printed (`s:text`, `i:1`, `f:1`, `b:true`).
pub(crate) fn same(node: &Node, wanted: &Json) -> bool {
    match (&node.value, wanted) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(value), Json::String(text)) => *text == format!("b:{value}"),
        (Value::Int(value), Json::String(text)) => *text == format!("i:{value}"),
        (Value::Float(value), Json::String(text)) => text
            .strip_prefix("f:")
            .and_then(|text| text.parse::<f64>().ok())
            .is_some_and(|wanted| wanted.to_bits() == value.to_bits()),
        (Value::Str(value), Json::String(text)) => text.strip_prefix("s:") == Some(value),
        (Value::List(items), Json::Array(wanted)) => {
            items.len() == wanted.len()
                && items
                    .iter()
                    .zip(wanted)
                    .all(|(item, wanted)| same(item, wanted))
        }
        (Value::Map(map), Json::Object(wanted)) => {
            map.len() == wanted.len()
                && map
                    .iter()
                    .all(|(key, node)| wanted.get(key).is_some_and(|wanted| same(node, wanted)))
        }
        _ => false,
    }
}

/// A tree as an oracle prints it.
pub(crate) fn typed(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(value) => format!("b:{value}").into(),
        Value::Int(value) => format!("i:{value}").into(),
        Value::Float(value) => format!("f:{value}").into(),
        Value::Str(value) => format!("s:{value}").into(),
        Value::List(items) => items.iter().map(typed).collect(),
        Value::Map(map) => map
            .iter()
            .map(|(key, node)| (key.clone(), typed(node)))
            .collect(),
    }
}

impl Case {
    /// Cases with a little less in them, the much smaller first.
    pub(crate) fn smaller(&self) -> Vec<Self> {
        let mut cases = Vec::new();
        if self.chart.is_some() {
            cases.push(Self {
                chart: None,
                ..self.clone()
            });
        }
        for index in 0..self.flags.len() {
            let mut case = self.clone();
            case.flags.remove(index);
            cases.push(case);
        }
        for name in self.files.keys() {
            if !self.flags.iter().any(|(_, text)| text.contains(name)) {
                let mut case = self.clone();
                case.files.remove(name);
                cases.push(case);
            }
        }
        for (index, (_, text)) in self.flags.iter().enumerate() {
            for shorter in shorter(text) {
                let mut case = self.clone();
                case.flags[index].1 = shorter;
                cases.push(case);
            }
        }
        for (name, content) in &self.files {
            let Content::Text(text) = content else {
                continue;
            };
            for shorter in shorter(text) {
                let mut case = self.clone();
                case.files.insert(name.clone(), Content::Text(shorter));
                cases.push(case);
            }
        }
        if let Some(chart) = &self.chart {
            cases.extend(chart.smaller().into_iter().map(|chart| Self {
                chart: Some(chart),
                ..self.clone()
            }));
        }
        cases
    }
}

impl ChartCase {
    fn smaller(&self) -> Vec<Self> {
        let mut charts = Vec::new();
        for index in 0..self.dependencies.len() {
            let mut chart = self.clone();
            chart.dependencies.remove(index);
            charts.push(chart);
            for inner in self.dependencies[index].smaller() {
                let mut chart = self.clone();
                chart.dependencies[index] = inner;
                charts.push(chart);
            }
        }
        let Content::Text(text) = &self.values else {
            return charts;
        };
        for shorter in shorter(text) {
            charts.push(Self {
                values: Content::Text(shorter),
                ..self.clone()
            });
        }
        charts
    }
}

/// The text without a piece of it: halves first, single characters last.
fn shorter(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut texts = Vec::new();
    let mut size = chars.len().div_ceil(2);
    while size > 0 {
        for start in (0..chars.len()).step_by(size) {
            let end = (start + size).min(chars.len());
            texts.push(chars[..start].iter().chain(&chars[end..]).collect());
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    texts
}
