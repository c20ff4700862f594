//! What a container finds when it starts, as the kubelet makes it (tests/oracles/kubelet). It starts nothing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::lines::Lines;
use crate::support::tools::tool;

static ORACLE: LazyLock<Lines> = LazyLock::new(|| Lines::start(&tool("kubelet"), &[]));

/// What a container starts with.
#[derive(Debug, Default)]
pub(crate) struct Container {
    /// Its command and arguments.
    pub(crate) command: Vec<String>,
    /// Its whole environment, but for what its image brings.
    pub(crate) env: BTreeMap<String, String>,
    /// Mounted files, by path.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// Claims, by the directory that they are mounted at.
    pub(crate) claims: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Answer {
    command: Option<Vec<String>>,
    env: Option<BTreeMap<String, String>>,
    files: Option<BTreeMap<String, String>>,
    claims: Option<BTreeMap<String, String>>,
    error: Option<String>,
}

/// A container of a workload, amid the objects of its namespace; or why the kubelet could not start it.
#[track_caller]
pub(crate) fn container(
    workload: &Value,
    container: &str,
    around: &[Value],
) -> Result<Container, String> {
    tool("kubelet"); // asked again here, so that every test names it where it is missing, not only the first to come
    let of_kind = |kind: &str| {
        around
            .iter()
            .filter(|object| object["kind"] == kind)
            .collect::<Vec<_>>()
    };
    let question = json!({
        "pod": workload["spec"]["template"]["spec"],
        "container": container,
        "secrets": of_kind("Secret"),
        "configMaps": of_kind("ConfigMap"),
    });
    let answer: Answer =
        serde_json::from_value(ORACLE.ask(&question)).expect("the oracle's own form");
    if let Some(error) = answer.error {
        return Err(error);
    }
    let files = answer.files.unwrap_or_default().into_iter();
    let decoded = files.map(|(path, text)| {
        (
            path,
            STANDARD.decode(text).expect("Go writes bytes in base64"),
        )
    });
    Ok(Container {
        command: answer.command.unwrap_or_default(),
        env: answer.env.unwrap_or_default(),
        files: decoded.collect(),
        claims: answer.claims.unwrap_or_default(),
    })
}
