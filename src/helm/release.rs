//! The release that `helm upgrade` starts from: which revision, its values, its manifest. It follows Helm's `pkg/action/upgrade.go`, the same in 3.22 and 4.3, and changes nothing.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::ask::{Ask, Question};
use super::error::HelmError;
use super::json;
use super::line::{Action, Line};
use crate::origin::{Origin, Source, SourceKind};
use crate::values::{Map, Node, Value};

/// The revision that an upgrade starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The release's name.
    pub release: String,
    /// Counted from one.
    pub number: u64,
}

/// A row of `helm history`.
#[derive(Deserialize)]
struct Row {
    revision: u64,
    status: String,
}

/// The revision that the upgrade on `line` starts from; none where Helm installs.
///
/// It is asked for while Helm renders, before it stores anything of the new revision.
///
/// # Errors
/// What asking Helm can meet, and [`HelmError::NoRevision`] where Helm itself would not upgrade.
pub(super) fn current(ask: &Ask, line: &Line) -> Result<Option<Revision>, HelmError> {
    let (Action::Upgrade { install }, Some(release)) = (&line.action, &line.release) else {
        return Ok(None);
    };
    let words = ["history", release];
    let rows: Vec<Row> = match answer(ask, line, &words, &[]) {
        // Both Helms say so of a release that is not there.
        Err(HelmError::Asked { problem, .. })
            if *install && problem.ends_with("release: not found") =>
        {
            return Ok(None);
        }
        rows => rows?,
    };
    let last = rows.iter().max_by_key(|row| row.revision);
    if *install && last.is_some_and(|row| row.status == "uninstalled") {
        return Ok(None);
    }
    match starting_point(&rows) {
        Some(row) => Ok(Some(Revision {
            release: release.clone(),
            number: row.revision,
        })),
        None => Err(HelmError::NoRevision {
            release: release.clone(),
            found: last.map_or_else(
                || "no revision at all".to_owned(),
                |row| format!("revision {} is {}", row.revision, row.status),
            ),
        }),
    }
}

/// The latest deployed revision; without one the last, if that failed or was superseded.
fn starting_point(rows: &[Row]) -> Option<&Row> {
    let deployed = rows.iter().filter(|row| row.status == "deployed");
    deployed.max_by_key(|row| row.revision).or_else(|| {
        let last = rows.iter().max_by_key(|row| row.revision);
        last.filter(|row| matches!(row.status.as_str(), "failed" | "superseded"))
    })
}

/// The values that the user gave for a revision: an empty mapping where none were.
///
/// # Errors
/// What asking Helm can meet.
pub(super) fn values(ask: &Ask, line: &Line, revision: &Revision) -> Result<Node, HelmError> {
    let name = format!("release {}, revision {}", revision.release, revision.number);
    tree(ask, line, revision, &[], SourceKind::Release, name)
}

/// The values that the templates of a revision saw: those of the user over the defaults of its chart.
///
/// # Errors
/// What asking Helm can meet.
pub(super) fn all_values(ask: &Ask, line: &Line, revision: &Revision) -> Result<Node, HelmError> {
    let Revision { release, number } = revision;
    let name = format!("release {release}, revision {number}, with its chart's defaults");
    let all = ["--all".to_owned()];
    tree(ask, line, revision, &all, SourceKind::ChartDefaults, name)
}

fn tree(
    ask: &Ask,
    line: &Line,
    revision: &Revision,
    flags: &[String],
    kind: SourceKind,
    name: String,
) -> Result<Node, HelmError> {
    let flags = [flags, &[at(revision)]].concat();
    let words = ["get", "values", &revision.release];
    let values: Option<serde_json::Map<String, Json>> = answer(ask, line, &words, &flags)?;
    let origin = Origin::whole(&Arc::new(Source {
        kind,
        name,
        text: String::new(),
    }));
    Ok(json::node(
        &Json::Object(values.unwrap_or_default()),
        &origin,
    ))
}

/// The manifest of a revision, hooks left out.
///
/// # Errors
/// What asking Helm can meet.
pub(super) fn manifest(ask: &Ask, line: &Line, revision: &Revision) -> Result<String, HelmError> {
    let words = ["get", "manifest", &revision.release];
    let flags = line.reach.iter().cloned().chain([at(revision)]);
    ask.run(Question::new(&words, flags))
}

fn at(revision: &Revision) -> String {
    format!("--revision={}", revision.number)
}

fn answer<T: DeserializeOwned>(
    ask: &Ask,
    line: &Line,
    words: &[&str],
    flags: &[String],
) -> Result<T, HelmError> {
    let json = "--output=json".to_owned();
    let flags = line.reach.iter().chain(flags).chain([&json]);
    let text = ask.run(Question::new(words, flags))?;
    serde_json::from_str(&text).map_err(|error| HelmError::Answer {
        asked: words.join(" "),
        // Not the error itself: it may quote a value.
        problem: format!(
            "no JSON as expected at line {}, column {}",
            error.line(),
            error.column()
        ),
    })
}

/// The earlier values of all charts, told apart for the chart under `keys`: what is not its own default was given, by
/// a chart around it or by the user, and comes from the release.
pub(super) fn given_around(mut earlier: Node, keys: &[&str], own: &Node) -> Node {
    let source = &earlier.origin.source;
    let given = Origin::whole(&Arc::new(Source {
        kind: SourceKind::Release,
        name: source.name.clone(),
        text: String::new(),
    }));
    let mut place = Some(&mut earlier);
    for key in keys {
        place = place.and_then(|node| match &mut node.value {
            Value::Map(map) => map.get_mut(*key),
            _ => None,
        });
    }
    if let Some(node) = place {
        mark(node, Some(own), &given);
    }
    earlier
}

fn mark(node: &mut Node, own: Option<&Node>, given: &Origin) {
    if own.is_some_and(|own| same(node, own)) {
        return;
    }
    node.origin = given.clone();
    node.key = node.key.as_ref().map(|_| given.clone());
    if let Value::Map(map) = &mut node.value {
        for (key, child) in map {
            mark(child, own.and_then(|own| own.get(key)), given);
        }
    }
}

/// Equal but for nulls, which Helm drops from defaults.
fn same(a: &Node, b: &Node) -> bool {
    let (Value::Map(left), Value::Map(right)) = (&a.value, &b.value) else {
        return a == b;
    };
    let held = |map: &Map| {
        map.values()
            .filter(|node| node.value != Value::Null)
            .count()
    };
    let shared = left.iter().filter(|(_, node)| node.value != Value::Null);
    held(left) == held(right)
        && shared
            .into_iter()
            .all(|(key, node)| right.get(key).is_some_and(|other| same(node, other)))
}

/// Values with those of an earlier revision under them, as Helm's `CoalesceTables` puts them: a null takes the earlier
/// value away, and is gone itself, so that a default may show again.
pub(super) fn coalesce(values: Node, earlier: Node) -> Node {
    let (Value::Map(mut above), Value::Map(below)) = (values.value, earlier.value) else {
        return Node::new(Value::Map(Map::new()), values.origin);
    };
    if above.is_empty() {
        return Node::new(Value::Map(below), earlier.origin);
    }
    tables(&mut above, below);
    Node {
        value: Value::Map(above),
        origin: values.origin,
        key: values.key,
        typed: values.typed,
    }
}

fn tables(above: &mut Map, below: Map) {
    for (key, earlier) in below {
        match above.get_mut(&key).map(|node| &mut node.value) {
            None => {
                above.insert(key, earlier);
            }
            Some(Value::Null) if earlier.value != Value::Null => {
                above.shift_remove(&key);
            }
            Some(Value::Map(above)) => {
                if let Value::Map(below) = earlier.value {
                    tables(above, below);
                }
            }
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chart around MSR gave the bucket; the region is MSR's own default.
    #[test]
    fn what_a_chart_around_gave_is_told_from_the_charts_own_defaults() {
        let source = Arc::new(Source {
            kind: SourceKind::ChartDefaults,
            name: "release".to_owned(),
            text: String::new(),
        });
        let tree = |text: &str| {
            let json = serde_json::from_str(text).unwrap();
            json::node(&json, &Origin::whole(&source))
        };
        let earlier = tree(
            r#"{"msr": {"storage": {"bucket": "b", "region": "r"}, "image": {"tag": 1}}, "top": 1}"#,
        );
        let own =
            tree(r#"{"storage": {"bucket": "", "region": "r"}, "image": {"tag": 1, "sum": null}}"#);
        let marked = given_around(earlier.clone(), &["msr"], &own);
        assert_eq!(marked, earlier);
        for (path, kind) in [
            (&["msr", "storage"][..], SourceKind::Release),
            (&["msr", "storage", "bucket"], SourceKind::Release),
            (&["msr", "storage", "region"], SourceKind::ChartDefaults),
            (&["msr", "image"], SourceKind::ChartDefaults),
            (&["top"], SourceKind::ChartDefaults),
        ] {
            let node = marked.at(path).unwrap();
            assert_eq!(node.origin.source.kind, kind, "{path:?}");
        }
    }

    /// As `prepareUpgrade` picks it.
    #[test]
    fn an_upgrade_starts_from_the_deployed_revision() {
        for (statuses, wanted) in [
            (&["deployed"][..], Some(1)),
            (&["superseded", "deployed"], Some(2)),
            (&["deployed", "failed"], Some(1)),
            (&["superseded", "deployed", "failed", "failed"], Some(2)),
            // A database gone wrong: the latest of the deployed ones.
            (&["deployed", "deployed", "failed"], Some(2)),
            (&["failed"], Some(1)),
            (&["failed", "failed"], Some(2)),
            (&["superseded", "uninstalled"], None),
            (&["pending-install"], None),
            (&[], None),
        ] {
            let rows: Vec<_> = (1..)
                .zip(statuses)
                .map(|(revision, status)| Row {
                    revision,
                    status: (*status).to_owned(),
                })
                .collect();
            assert_eq!(
                starting_point(&rows).map(|row| row.revision),
                wanted,
                "{statuses:?}"
            );
        }
    }
}
