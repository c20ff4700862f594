//! docs/editors.md by the real yaml-language-server: what an editor would show in a values file that has the page's one line
//! and a schema that `msr-storage schema` wrote. It asks no network.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::support::markdown::block;
use super::support::program;
use super::support::run::Run;
use super::support::tools::root;
use client::Editor;

mod client; // an editor's side of the protocol

/// Faults at places that are counted by hand, from 0 as the protocol does, behind the page's line, which is line 0.
const WRONG: &str = "\
image: {registry: docker.io}
registry:
  storage:
    backend: s3
    s3:
      region: us-east-2
      bucket: testing-msr
      secure: maybe
      bukcet: other
";

fn page() -> String {
    fs::read_to_string(root().join("docs/editors.md")).unwrap()
}

/// A folder with the schema as the page's command writes it.
fn folder() -> TempDir {
    // By another name than tempfile's own `.tmp…`: the server's patterns pass hidden folders over.
    let folder = TempDir::with_prefix("msr-storage-editor-").unwrap();
    let command = block(&page(), "msr-storage schema");
    let built = program::under_test();
    Run::new(Path::new("/bin/sh"))
        .args(["-c", command.strip_prefix("$ ").unwrap()])
        .path(built.parent().unwrap())
        .folder(folder.path())
        .run()
        .exits(0);
    folder
}

/// The file that an editor opens: the page's line, then this.
fn values(text: &str) -> String {
    block(&page(), "yaml-language-server:") + text
}

/// A marked range as line and columns, and what is said of it.
fn marks(diagnostics: &[Value]) -> Vec<(u64, u64, u64, &str)> {
    let at = |mark: &Value, end: &str, key: &str| mark["range"][end][key].as_u64().unwrap();
    diagnostics
        .iter()
        .map(|mark| {
            assert_eq!(at(mark, "start", "line"), at(mark, "end", "line"));
            (
                at(mark, "start", "line"),
                at(mark, "start", "character"),
                at(mark, "end", "character"),
                mark["message"].as_str().unwrap(),
            )
        })
        .collect()
}

/// The names of what is offered.
fn names(items: &Value) -> Vec<&str> {
    let items = items["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["label"].as_str().unwrap())
        .collect()
}

#[test]
fn a_region_that_msr_does_not_support_is_marked_unless_another_service_is_asked() {
    let folder = folder();
    let mut editor = Editor::start(folder.path(), json!({}));
    let text = "registry:\n  storage:\n    backend: s3\n    s3:\n      bucket: testing-msr\n      region: us-east-9\n";
    let wrong = editor.open("region.yaml", &values(text));
    let wrong = marks(&wrong);
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(
        (wrong[0].0, wrong[0].1, wrong[0].2),
        (6, 14, 23),
        "{wrong:?}"
    );
    assert!(wrong[0].3.contains("us-gov-west-1"), "{wrong:?}");
    let elsewhere = format!("{text}      regionendpoint: https://minio.example.com\n");
    assert_eq!(
        marks(&editor.open("elsewhere.yaml", &values(&elsewhere))),
        []
    );
}

/// The two faults of [`WRONG`].
#[track_caller]
fn are_those_of_wrong(diagnostics: &[Value]) {
    let marks = marks(diagnostics);
    assert_eq!(marks.len(), 2, "{marks:?}");
    for (line, from, to, words) in [(8, 14, 19, "true, false"), (9, 6, 12, "bukcet")] {
        let is_it = |mark: &&(u64, u64, u64, &str)| (mark.0, mark.1, mark.2) == (line, from, to);
        let mark = marks.iter().find(is_it);
        let said = mark.unwrap_or_else(|| panic!("no mark at {line}:{from}: {marks:?}"));
        assert!(said.3.contains(words), "{said:?}");
    }
}

#[test]
fn the_one_line_marks_faults_where_they_are() {
    let folder = folder();
    let mut editor = Editor::start(folder.path(), json!({}));
    are_those_of_wrong(&editor.open("values.yaml", &values(WRONG)));
    let right = WRONG
        .replace("maybe", "true")
        .replace("bukcet: other", "encrypt: false");
    assert_eq!(marks(&editor.open("right.yaml", &values(&right))), []);
    // It is the line that does it.
    assert_eq!(marks(&editor.open("without.yaml", WRONG)), []);
}

#[test]
fn the_pages_settings_do_the_same_for_files_by_their_names() {
    let folder = folder();
    let settings: Value = serde_json::from_str(&block(&page(), "yaml.schemas")).unwrap();
    let settings = json!({ "schemas": settings["yaml.schemas"] });
    let mut editor = Editor::start(folder.path(), settings);
    let text = format!("# production\n{WRONG}");
    are_those_of_wrong(&editor.open("clusters/one/values-prod.yaml", &text));
    assert_eq!(marks(&editor.open("deployment.yaml", &text)), []);
}

#[test]
fn a_field_is_explained_under_the_pointer() {
    let folder = folder();
    let mut editor = Editor::start(folder.path(), json!({}));
    editor.open("values.yaml", &values(WRONG));
    let shown = editor.hover("values.yaml", 6, 8);
    let place =
        json!({ "start": { "line": 6, "character": 6 }, "end": { "line": 6, "character": 12 } });
    assert_eq!(shown["range"], place);
    let text = shown["contents"]["value"].as_str().unwrap();
    // What the vendor's guide says the field is.
    assert!(text.contains("AWS region"), "{text}");
}

#[test]
fn keys_and_values_are_offered_where_they_belong() {
    let folder = folder();
    let mut editor = Editor::start(folder.path(), json!({}));
    let mut offered = |name: &str, text: &str| {
        let text = values(text) + "\n";
        editor.open(name, &text);
        let line = u64::try_from(text.lines().count() - 1).unwrap();
        let column = u64::try_from(text.lines().last().unwrap().len()).unwrap();
        let items = editor.complete(name, line, column);
        names(&items)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let has = |offered: &[String], name: &str| offered.iter().any(|other| other == name);
    let backends = offered("backends.yaml", "registry:\n  storage:\n    backend: ");
    for name in ["persistentVolume", "s3", "azure", "gcs", "swift", "oss"] {
        assert!(has(&backends, name), "{name}: {backends:?}");
    }
    let fields = offered(
        "fields.yaml",
        "registry:\n  storage:\n    backend: s3\n    s3:\n      bucket: b\n      r",
    );
    assert!(
        has(&fields, "regionendpoint") && has(&fields, "rootdirectory"),
        "{fields:?}"
    );
    // What is there already, and what is another backend's.
    assert!(
        !has(&fields, "bucket") && !has(&fields, "accountname"),
        "{fields:?}"
    );
    let regions = offered(
        "regions.yaml",
        "registry:\n  storage:\n    backend: s3\n    s3:\n      region: ",
    );
    assert!(has(&regions, "us-gov-west-1"), "{regions:?}");
}
