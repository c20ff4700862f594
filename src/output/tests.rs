//! One report in all formats, with positions counted by hand.

use std::sync::Arc;

use super::human::Colour;
use super::*;
use crate::diag::Diagnostic;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules;

fn source(kind: SourceKind, name: &str, text: &str) -> Arc<Source> {
    Arc::new(Source {
        kind,
        name: name.to_owned(),
        text: text.to_owned(),
    })
}

fn rule(code: &str) -> &'static rules::Rule {
    rules::all().find(|rule| rule.code == code).unwrap()
}

const VALUES: &str =
    "registry:\r\n  storage:\r\n    s3:\r\n      regioñ: é\r\n      regoin: eu, south\r\n";

/// Two findings, in the wrong order, one of them twice; columns counted by hand in [`VALUES`].
fn report() -> Report {
    let file = source(SourceKind::File, "charts/a b.yaml", VALUES);
    let at = |needle: &str| {
        let start = VALUES.find(needle).unwrap();
        Origin::new(&file, start..start + needle.len())
    };
    let second = Diagnostic::new(rule("unknown-field"), "100% unknown:\nregoin")
        .at(&at("regoin"))
        .help("did you mean `region`?");
    let first = Diagnostic::new(rule("v4auth-off"), "first").at(&at("é"));
    Report::new(vec![second.clone(), first, second])
}

#[test]
fn findings_come_in_file_order_and_once() {
    let report = report();
    let codes: Vec<_> = report
        .diagnostics
        .iter()
        .map(|found| found.rule.code)
        .collect();
    assert_eq!(codes, ["v4auth-off", "unknown-field"]);
    assert_eq!((report.errors, report.warnings, report.notes), (2, 0, 0));
    assert!(report.fails(false));
}

#[test]
fn a_line_each() {
    assert_eq!(
        line::render(&report().diagnostics),
        "error[v4auth-off] charts/a b.yaml:4:15: first\n\
         error[unknown-field] charts/a b.yaml:5:7: 100% unknown:\\nregoin; help: did you mean `region`?"
    );
}

#[test]
fn people_see_the_line_and_the_place() {
    let text = human::render(&report().diagnostics, Colour::Off);
    assert_eq!(
        text,
        "\
error[v4auth-off]: first
 --> charts/a b.yaml:4:15
  |
4 |       regioñ: é
  |               ^

error[unknown-field]: 100% unknown:\\nregoin
 --> charts/a b.yaml:5:7
  |
5 |       regoin: eu, south
  |       ^^^^^^
  |
  = help: did you mean `region`?
"
    );
}

#[test]
fn github_commands_are_escaped() {
    assert_eq!(
        github::render(&report()),
        "::error file=charts/a b.yaml,line=4,endLine=4,col=15,endColumn=16,title=v4auth-off::first\n\
         ::error file=charts/a b.yaml,line=5,endLine=5,col=7,endColumn=13,title=unknown-field::100%25 unknown:%0Aregoin%0Ahelp: did you mean `region`?\n"
    );
}

#[test]
fn json_has_lines_columns_and_bytes() {
    let json: serde_json::Value = serde_json::from_str(&json::render(&report())).unwrap();
    // Bytes by hand: `registry:` and its line break are 11, `  storage:` 12, `    s3:` 9; `regioñ` has a byte more than letters.
    let location = &json["diagnostics"][0]["location"];
    let expected = serde_json::json!({
        "source": "charts/a b.yaml", "kind": "file", "line": 4, "column": 15, "end_line": 4, "end_column": 16,
        "byte_start": 47, "byte_end": 49,
    });
    assert_eq!(location, &expected);
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["errors"], 2);
}

#[test]
fn sarif_lists_all_rules_and_encodes_paths() {
    let sarif: serde_json::Value = serde_json::from_str(&sarif::render(&report())).unwrap();
    let run = &sarif["runs"][0];
    assert_eq!(
        run["tool"]["driver"]["rules"].as_array().unwrap().len(),
        rules::all().count()
    );
    let result = &run["results"][1];
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "charts/a%20b.yaml");
    assert_eq!(physical["region"]["startLine"], 5);
    assert_eq!(physical["region"]["startColumn"], 7);
    assert_eq!(physical["region"]["endColumn"], 13);
    let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
    assert_eq!(run["tool"]["driver"]["rules"][index]["id"], "unknown-field");
}

#[test]
fn a_flag_has_a_name_and_no_line() {
    let flag = source(SourceKind::HelmFlag, "--set", "registry.storage.backend=s4");
    let found =
        Diagnostic::new(rule("unknown-backend"), "no such backend").at(&Origin::new(&flag, 25..27));
    assert_eq!(
        line::render(std::slice::from_ref(&found)),
        "error[unknown-backend] --set: no such backend"
    );
    assert_eq!(
        human::render(&[found], Colour::Off),
        "\
error[unknown-backend]: no such backend
--> --set
 |
 | registry.storage.backend=s4
 |                          ^^
"
    );
}
