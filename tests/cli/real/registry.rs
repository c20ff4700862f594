//! The distribution registry, 2.8.3 and 3.0.0, built from source (tests/oracles/registry2 and registry3).

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::kubelet::Container;
use super::lines::Lines;
use super::server::{Server, folder, free_port};
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
        let mut answer = self.parse(container)?;
        let driver = answer["driver"].as_str().unwrap_or_default().to_owned();
        match answer["parameters"].take() {
            Value::Object(parameters) => Ok((driver, parameters)),
            _ => Ok((driver, Map::new())),
        }
    }

    /// What it reads beside the driver: delete, cache, maintenance, redirect.
    #[track_caller]
    pub(crate) fn settings(self, container: &Container) -> Result<Value, String> {
        Ok(self.parse(container)?["settings"].take())
    }

    /// Has its factory make the driver; or what the driver says.
    #[track_caller]
    pub(crate) fn create(self, container: &Container) -> Result<(), String> {
        let answer = self.ask(container, true)?;
        match answer["created"].as_str() {
            Some("") => Ok(()),
            said => Err(said.unwrap_or_default().to_owned()),
        }
    }

    #[track_caller]
    fn parse(self, container: &Container) -> Result<Value, String> {
        self.ask(container, false)
    }

    #[track_caller]
    fn ask(self, container: &Container, create: bool) -> Result<Value, String> {
        tool(self.name());
        let oracle = match self {
            Self::V2 => &PARSER_2,
            Self::V3 => &PARSER_3,
        };
        let question = json!({ "config": configuration(container), "env": registry_env(container), "create": create });
        let answer = oracle.ask(&question);
        match answer["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(answer),
        }
    }
}

/// A registry that runs as a container would have it run.
pub(crate) struct Running {
    server: Server,
}

impl Running {
    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.server.port
    }

    /// What it has said.
    pub(crate) fn log(&self) -> String {
        self.server.log()
    }
}

impl Registry {
    /// Starts it with the container's command, environment and files, and waits until it listens, or has ended. `claims` is
    /// where the claims' contents lie; `network` is laid over the environment.
    ///
    /// Files and claims lie in a folder instead of the root, so their paths are led there wherever the environment or the
    /// command names them; the listener gets a port of its own. All else is the container's.
    #[track_caller]
    pub(crate) fn start(
        self,
        container: &Container,
        claims: &Path,
        network: &[(String, String)],
    ) -> Result<Running, String> {
        let folder = folder(self.name());
        let mut mapped = BTreeMap::new();
        for (path, bytes) in &container.files {
            let file = folder.path().join(path.trim_start_matches('/'));
            fs::create_dir_all(file.parent().expect("a file is in a folder")).expect("a folder");
            fs::write(&file, bytes).expect("a file");
            mapped.insert(path.clone(), file);
        }
        for (path, claim) in &container.claims {
            let content = claims.join(claim);
            fs::create_dir_all(&content).expect("a folder");
            mapped.insert(path.clone(), content);
        }
        let led = |text: &str| {
            let found = mapped.get(text.trim_end_matches('/'));
            found.map_or_else(|| text.to_owned(), |path| path.display().to_string())
        };
        let port = free_port();
        let mut env: Vec<_> = container
            .env
            .iter()
            .map(|(name, value)| (name.clone(), led(value)))
            .collect();
        let listener = |name: &str, value: String| (name.to_owned(), value);
        env.extend([
            listener("REGISTRY_HTTP_ADDR", format!("127.0.0.1:{port}")),
            listener("REGISTRY_HTTP_DEBUG_ADDR", "127.0.0.1:0".to_owned()),
            listener("OTEL_TRACES_EXPORTER", "none".to_owned()),
        ]);
        env.extend(network.iter().cloned());
        let command: Vec<_> = container
            .command
            .iter()
            .map(|part| OsString::from(led(part)))
            .collect();
        // A chart may name the registry's binary itself.
        let args = command
            .iter()
            .position(|part| part == "serve")
            .unwrap_or_default();
        let args: Vec<_> = command[args..].iter().map(OsString::as_os_str).collect();
        let server = Server::start(folder, port, &tool(self.name()), &args, &env);
        if server.listens_or_ends() {
            Ok(Running { server })
        } else {
            Err(server.log())
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
