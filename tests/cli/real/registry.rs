//! The distribution registry, 2.8.3 and 3.0.0, built from source (tests/oracles/registry2 and registry3).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::kubelet::Container;
use super::lines::Lines;
use crate::support::tools::tool;

static PARSER_2: LazyLock<Lines> =
    LazyLock::new(|| Lines::start(&tool("registry2"), &["parameters"]));
static PARSER_3: LazyLock<Lines> =
    LazyLock::new(|| Lines::start(&tool("registry3"), &["parameters"]));

/// Which registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Registry {
    V2,
    V3,
}

impl Registry {
    /// For tests that hold for both.
    pub(crate) const BOTH: [Self; 2] = [Self::V2, Self::V3];

    /// Its release.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::V2 => "2.8.3",
            Self::V3 => "3.0.0",
        }
    }

    /// The program's name among the tools.
    fn name(self) -> &'static str {
        match self {
            Self::V2 => "registry2",
            Self::V3 => "registry3",
        }
    }

    /// The driver and parameters that its parser hands to its driver factory; or why it would not start.
    #[track_caller]
    pub(crate) fn parameters(
        self,
        container: &Container,
    ) -> Result<(String, Map<String, Value>), String> {
        tool(self.name());
        let oracle = match self {
            Self::V2 => &PARSER_2,
            Self::V3 => &PARSER_3,
        };
        let question =
            json!({ "config": configuration(container), "env": registry_env(container) });
        let answer = oracle.ask(&question);
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok((
                answer["driver"].as_str().unwrap_or_default().to_owned(),
                answer["parameters"]
                    .as_object()
                    .cloned()
                    .unwrap_or_default(),
            )),
        }
    }
}

/// The text of the configuration file that the container's arguments name.
#[track_caller]
fn configuration(container: &Container) -> String {
    let path = container.command.last().expect("a registry has arguments");
    let file = container.files.get(path).unwrap_or_else(|| {
        panic!("the registry reads {path}, which nothing mounts: {container:?}")
    });
    String::from_utf8(file.clone()).expect("a configuration is text")
}

fn registry_env(container: &Container) -> BTreeMap<&String, &String> {
    container
        .env
        .iter()
        .filter(|(name, _)| name.starts_with("REGISTRY_"))
        .collect()
}
