//! Findings as SARIF 2.1.0, for code scanning. All rules are listed, found or not.

use std::path::Path;

use serde::Serialize;

use super::{Position, Report, json, line};
use crate::diag::{Diagnostic, Severity};
use crate::origin::{Origin, SourceKind};
use crate::rules::{self, Rule};

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<Outcome>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    physical_location: Option<Physical>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logical {
    fully_qualified_name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    byte_offset: usize,
    byte_length: usize,
}

/// A report, ending in a line break.
pub fn render(report: &Report) -> String {
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        rules: rules::all().map(descriptor).collect(),
    };
    json::text(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "unicodeCodePoints",
            results: report.diagnostics.iter().map(outcome).collect(),
        }],
    })
}

fn descriptor(rule: &'static Rule) -> Descriptor {
    Descriptor {
        id: rule.code,
        short_description: text(rule.summary),
        full_description: text(rule.why),
        help: text(rule.fix),
        default_configuration: Configuration {
            level: level(rule.severity),
        },
    }
}

fn outcome(found: &Diagnostic) -> Outcome {
    let message = match &found.help {
        Some(help) => format!("{}\nhelp: {help}", found.message),
        None => found.message.clone(),
    };
    let related = found
        .related
        .iter()
        .map(|(origin, why)| location(origin, Some(why)));
    Outcome {
        rule_id: found.rule.code,
        rule_index: rules::all()
            .position(|rule| rule.code == found.rule.code)
            .unwrap_or_default(),
        level: level(found.severity),
        message: text(message),
        locations: found
            .place
            .iter()
            .map(|origin| location(origin, None))
            .collect(),
        related_locations: related.collect(),
    }
}

/// SARIF's word; the specification's 3.49.14 has these and `none`.
fn level(severity: Severity) -> &'static str {
    super::word(severity)
}

fn text(text: impl Into<String>) -> Text {
    Text { text: text.into() }
}

/// A file is a physical place; a flag, a variable, standard input or a release has only a name.
fn location(origin: &Origin, why: Option<&String>) -> Location {
    let message = why.map(text);
    if !is_file(origin) {
        let fully_qualified_name = line::place(origin);
        return Location {
            physical_location: None,
            logical_locations: vec![Logical {
                fully_qualified_name,
            }],
            message,
        };
    }
    let region = Position::of(origin).map(|at| Region {
        start_line: at.line,
        start_column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
        byte_offset: at.start,
        byte_length: at.end - at.start,
    });
    Location {
        physical_location: Some(Physical {
            artifact_location: Artifact {
                uri: uri(&origin.source.name),
            },
            region,
        }),
        logical_locations: Vec::new(),
        message,
    }
}

fn is_file(origin: &Origin) -> bool {
    let named = [
        SourceKind::Flag,
        SourceKind::HelmFlag,
        SourceKind::Variable,
        SourceKind::Release,
    ];
    !named.contains(&origin.source.kind) && !origin.source.name.starts_with('<')
}

/// A path as a URI reference (RFC 3986): relative as typed, absolute as `file:`.
fn uri(path: &str) -> String {
    let slashes = path.replace('\\', "/");
    let mut uri = match (Path::new(path).is_absolute(), slashes.starts_with('/')) {
        (false, _) => String::new(),
        (true, true) => "file://".to_owned(),
        (true, false) => "file:///".to_owned(),
    };
    for byte in slashes.trim_start_matches("./").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}
