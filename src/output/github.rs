//! Findings as GitHub workflow commands, which become annotations of a pull request. Everything is escaped.

use super::{Position, Report, line};
use crate::diag::{Diagnostic, Severity};
use crate::origin::{Origin, SourceKind};

/// One command a finding, each ending in a line break.
///
/// Form and escaping: GitHub's page “Workflow commands” and its toolkit's `command.ts`.
pub fn render(report: &Report) -> String {
    report.diagnostics.iter().map(command).collect()
}

fn command(found: &Diagnostic) -> String {
    let name = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let file = found.place.as_ref().filter(|origin| is_file(origin));
    let mut properties = file.map(place).unwrap_or_default();
    properties.push(("title", found.rule.code.to_owned()));
    let properties: Vec<String> = properties
        .into_iter()
        .map(|(key, value)| format!("{key}={}", property(&value)))
        .collect();
    let mut message = found.message.clone();
    if let (None, Some(origin)) = (file, &found.place) {
        message = format!("{}: {message}", line::place(origin));
    }
    if let Some(help) = &found.help {
        message += &format!("\nhelp: {help}");
    }
    format!("::{name} {}::{}\n", properties.join(","), data(&message))
}

/// Columns only within one line: GitHub refuses them otherwise.
fn place(origin: &Origin) -> Vec<(&'static str, String)> {
    let mut properties = vec![("file", origin.source.name.clone())];
    let Some(at) = Position::of(origin) else {
        return properties;
    };
    properties.push(("line", at.line.to_string()));
    properties.push(("endLine", at.end_line.to_string()));
    if at.line == at.end_line {
        properties.push(("col", at.column.to_string()));
        properties.push(("endColumn", at.end_column.to_string()));
    }
    properties
}

/// Whether a place lies in a file of the repository.
fn is_file(origin: &Origin) -> bool {
    let kinds = [
        SourceKind::File,
        SourceKind::ChartDefaults,
        SourceKind::CustomResource,
        SourceKind::Carrier,
        SourceKind::Manifest,
    ];
    kinds.contains(&origin.source.kind) && !origin.source.name.starts_with('<')
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
