//! The values of a line as Helm itself reads them: a chart of one template that prints what it sees. For lines that this program cannot read by itself.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::ask::{Ask, Question};
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
    let folder = tempfile::Builder::new()
        .prefix("msr-storage-")
        .tempdir()
        .map_err(|error| problem(&std::env::temp_dir(), &error))?;
    write(folder.path()).map_err(|error| problem(folder.path(), &error))?;
    let chart = folder.path().display().to_string();
    let mut question = Question::new(
        &["template", "values", &chart],
        line.value_flags.iter().chain(&line.reach),
    );
    question.asked = "template".to_owned();
    // Values that Helm has read from its standard input are gone: better to fail than to find none.
    question.unreadable_input = Some(folder.path());
    let answer = ask.run(question)?;
    let tree = answer
        .lines()
        .find(|line| line.starts_with('{'))
        .and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .and_then(|mut object| Some(object.get_mut("values")?.take()))
        .ok_or_else(|| HelmError::Answer {
            asked: "template".to_owned(),
            problem: "the values are not in it".to_owned(),
        })?;
    let source = Arc::new(Source {
        kind: SourceKind::HelmFlag,
        name: "Helm's command line".to_owned(),
        text: String::new(),
    });
    Ok(json::node(&tree, &Origin::whole(&source)))
}

fn write(folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder.join("templates"))?;
    fs::write(
        folder.join("Chart.yaml"),
        "apiVersion: v2\nname: values\nversion: 0.0.0\n",
    )?;
    fs::write(folder.join("templates/values.yaml"), TEMPLATE)
}

fn problem(path: &Path, error: &std::io::Error) -> HelmError {
    HelmError::Scratch {
        path: path.to_owned(),
        problem: error.to_string(),
    }
}
