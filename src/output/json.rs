//! Findings as JSON of a published, versioned shape. Its structs are its own, so that a change inside can't change it.

use serde::Serialize;

use super::{Position, Report, word};
use crate::diag::Diagnostic;
use crate::origin::{Origin, SourceKind};
use crate::rules::Rule;

/// The shape's version; it grows when a field goes or changes its meaning, not when one is added.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document {
    version: u32,
    tool: Tool,
    summary: Summary,
    diagnostics: Vec<Finding>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    notes: usize,
    allowed: usize,
    inputs: usize,
    judged: usize,
}

#[derive(Serialize)]
struct Finding {
    code: &'static str,
    severity: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<Related>,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

/// Lines and columns from 1, columns in characters, the end exclusive; bytes from 0, the end exclusive.
#[derive(Serialize)]
struct Location {
    source: String,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none", flatten)]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    byte_start: usize,
    byte_end: usize,
}

#[derive(Serialize)]
struct RuleEntry {
    code: &'static str,
    severity: &'static str,
    summary: &'static str,
    why: &'static str,
    fix: &'static str,
}

/// A report, ending in a line break.
pub fn render(report: &Report) -> String {
    text(&Document {
        version: VERSION,
        tool: Tool {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
        },
        summary: Summary {
            errors: report.errors,
            warnings: report.warnings,
            notes: report.notes,
            allowed: report.allowed,
            inputs: report.inputs,
            judged: report.judged,
        },
        diagnostics: report.diagnostics.iter().map(finding).collect(),
    })
}

/// The rules as a JSON list, ending in a line break.
pub fn rules(rules: impl Iterator<Item = &'static Rule>) -> String {
    let entries: Vec<RuleEntry> = rules
        .map(|rule| RuleEntry {
            code: rule.code,
            severity: word(rule.severity),
            summary: rule.summary,
            why: rule.why,
            fix: rule.fix,
        })
        .collect();
    text(&entries)
}

/// Pretty JSON. These structs have string keys and no floats, so that writing them can't fail.
pub(super) fn text(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn finding(found: &Diagnostic) -> Finding {
    let related = found.related.iter().map(|(origin, why)| Related {
        message: why.clone(),
        location: location(origin),
    });
    Finding {
        code: found.rule.code,
        severity: word(found.severity),
        message: found.message.clone(),
        help: found.help.clone(),
        location: found.place.as_ref().map(location),
        related: related.collect(),
    }
}

fn location(origin: &Origin) -> Location {
    Location {
        source: origin.source.name.clone(),
        kind: kind(origin.source.kind),
        range: Position::of(origin).map(|at| Range {
            line: at.line,
            column: at.column,
            end_line: at.end_line,
            end_column: at.end_column,
            byte_start: at.start,
            byte_end: at.end,
        }),
    }
}

fn kind(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::File => "file",
        SourceKind::ChartDefaults => "chart-defaults",
        SourceKind::HelmFlag => "helm-flag",
        SourceKind::Flag => "flag",
        SourceKind::Variable => "variable",
        SourceKind::Carrier => "carrier",
        SourceKind::CustomResource => "custom-resource",
        SourceKind::Release => "release",
        SourceKind::Manifest => "manifest",
    }
}
