//! Values as Helm itself makes them: a chart of one template that prints what it sees. For what this program cannot be certain of by itself.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use super::ask::{Ask, Input, Question};
use super::chart::Chart;
use super::error::HelmError;
use super::json;
use super::line::Line;
use crate::origin::{Origin, Source, SourceKind};
use crate::values::Node;

/// One line, so that it is found among what Helm prints around it.
const TEMPLATE: &str = r#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"values"},"values":{{ toJson .Values }}}"#;

/// What Helm makes of the value flags of `line`.
///
/// # Errors
/// What asking Helm can meet, and [`HelmError::Scratch`].
pub(super) fn values(ask: &Ask, line: &Line) -> Result<Node, HelmError> {
    let folder = folder()?;
    let metadata = "apiVersion: v2\nname: values\nversion: 0.0.0\n";
    fs::write(folder.path().join("Chart.yaml"), metadata)
        .map_err(|error| problem(folder.path(), &error))?;
    // Values that Helm has read from its standard input are gone: better to fail than to find none.
    let input = Input::Unreadable(folder.path());
    let flags = line.value_flags.iter().chain(&line.reach);
    let tree = printed(ask, folder.path(), flags, input)?;
    let source = Arc::new(Source {
        kind: SourceKind::HelmFlag,
        name: "Helm's command line".to_owned(),
        text: String::new(),
    });
    Ok(json::node(&tree, &Origin::whole(&source)))
}

/// What Helm makes of `values` for a chart and the charts in it. They go by a pipe: they may be secret.
///
/// # Errors
/// What asking Helm can meet, and [`HelmError::Scratch`].
pub(super) fn of_chart(
    ask: &Ask,
    line: &Line,
    chart: &Chart,
    values: &Node,
    defaults: &dyn Fn(&Chart) -> Option<String>,
) -> Result<Json, HelmError> {
    let folder = folder()?;
    chart
        .write(folder.path(), defaults)
        .map_err(|error| problem(folder.path(), &error))?;
    let flags = ["--values=-".to_owned()];
    let flags = flags.iter().chain(&line.reach);
    printed(ask, folder.path(), flags, Input::Text(text(values)))
}

/// A tree as JSON that YAML's older readers take as well: no character beyond ASCII.
pub(super) fn text(node: &Node) -> String {
    let mut text = String::new();
    for c in Json::from(node).to_string().chars() {
        match u32::from(c) {
            0x20..=0x7e => text.push(c),
            // Writing to a string can't fail.
            code @ ..=0xffff => drop(write!(text, "\\u{code:04x}")),
            code => drop(write!(text, "\\U{code:08x}")),
        }
    }
    text
}

fn folder() -> Result<tempfile::TempDir, HelmError> {
    let folder = tempfile::Builder::new()
        .prefix("msr-storage-")
        .tempdir()
        .map_err(|error| problem(&std::env::temp_dir(), &error))?;
    let templates = folder.path().join("templates");
    fs::create_dir(&templates)
        .and_then(|()| fs::write(templates.join("values.yaml"), TEMPLATE))
        .map_err(|error| problem(folder.path(), &error))?;
    Ok(folder)
}

/// The values that the template of a chart prints.
fn printed<'a>(
    ask: &Ask,
    folder: &Path,
    flags: impl Iterator<Item = &'a String>,
    input: Input<'_>,
) -> Result<Json, HelmError> {
    let chart = folder.display().to_string();
    let mut question = Question::new(&["template", "values", &chart], flags);
    question.asked = "template".to_owned();
    question.input = input;
    let answer = ask.run(question)?;
    answer
        .lines()
        .find(|line| line.starts_with('{'))
        .and_then(|line| serde_json::from_str::<Json>(line).ok())
        .and_then(|mut object| Some(object.get_mut("values")?.take()))
        .ok_or_else(|| HelmError::Answer {
            asked: "template".to_owned(),
            problem: "the values are not in it".to_owned(),
        })
}

fn problem(path: &Path, error: &std::io::Error) -> HelmError {
    HelmError::Scratch {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}
