//! A release as it is in the cluster, asked of the Helm at hand, for commands that Helm's own deploy does not run. It changes nothing.

use std::sync::Arc;

use serde_json::Value as Json;

use super::ask::{Ask, Question};
use super::error::HelmError;
use super::json;
use crate::origin::{Origin, Source, SourceKind};
use crate::values::Node;

/// A release, or one revision of it.
pub struct Live {
    ask: Ask,
    release: String,
    flags: Vec<String>,
    revision: Option<u64>,
}

/// Which release.
#[derive(clap::Args, Clone, Default)]
#[command(next_help_heading = "A live release")]
pub struct LiveArgs {
    /// The release
    #[arg(long, value_name = "NAME")]
    pub release: Option<String>,
    /// Its namespace
    #[arg(long, short = 'n', value_name = "NAME", requires = "release")]
    pub namespace: Option<String>,
    /// One revision of it; without, the last
    #[arg(long, value_name = "NUMBER", requires = "release")]
    pub revision: Option<u64>,
    /// The context of the kubeconfig
    #[arg(long, value_name = "NAME", requires = "release")]
    pub kube_context: Option<String>,
    /// The kubeconfig file
    #[arg(long, value_name = "FILE", requires = "release")]
    pub kubeconfig: Option<String>,
}

impl LiveArgs {
    /// The release that is named, if one is.
    ///
    /// # Errors
    /// Where no Helm is found to ask.
    pub fn open(&self) -> Result<Option<Live>, HelmError> {
        let Some(release) = &self.release else {
            return Ok(None);
        };
        let given = [
            ("--namespace", &self.namespace),
            ("--kube-context", &self.kube_context),
            ("--kubeconfig", &self.kubeconfig),
        ];
        let flags = given
            .into_iter()
            .filter_map(|(flag, value)| Some(format!("{flag}={}", value.as_ref()?)));
        Ok(Some(Live {
            ask: Ask::at_hand()?,
            release: release.clone(),
            flags: flags.collect(),
            revision: self.revision,
        }))
    }
}

impl Live {
    /// `release msr`, or `release msr, revision 3`.
    pub fn title(&self) -> String {
        let revision = self
            .revision
            .map(|revision| format!(", revision {revision}"));
        format!("release {}{}", self.release, revision.unwrap_or_default())
    }

    /// The manifest, hooks left out.
    ///
    /// # Errors
    /// What asking Helm can meet.
    pub fn manifest(&self) -> Result<String, HelmError> {
        self.ask.run(self.question("manifest", &[]))
    }

    /// The values that the user gave.
    ///
    /// # Errors
    /// What asking Helm can meet.
    pub fn values(&self) -> Result<Node, HelmError> {
        self.tree(&[], SourceKind::Release)
    }

    /// The values over the defaults of the chart.
    ///
    /// # Errors
    /// What asking Helm can meet.
    pub fn all_values(&self) -> Result<Node, HelmError> {
        self.tree(&["--all"], SourceKind::ChartDefaults)
    }

    fn tree(&self, flags: &[&str], kind: SourceKind) -> Result<Node, HelmError> {
        let flags = [flags, &["--output=json"]].concat();
        let text = self.ask.run(self.question("values", &flags))?;
        let values: Option<serde_json::Map<String, Json>> =
            serde_json::from_str(&text).map_err(|error| HelmError::Answer {
                asked: format!("get values {}", self.release),
                problem: error.to_string(),
            })?;
        let source = Source {
            kind,
            name: self.title(),
            text: String::new(),
        };
        Ok(json::node(
            &Json::Object(values.unwrap_or_default()),
            &Origin::whole(&Arc::new(source)),
        ))
    }

    fn question(&self, what: &str, flags: &[&str]) -> Question<'_> {
        let revision = self
            .revision
            .map(|revision| format!("--revision={revision}"));
        let flags = flags
            .iter()
            .map(|flag| (*flag).to_owned())
            .chain(self.flags.iter().cloned())
            .chain(revision);
        Question::new(&["get", what, &self.release], flags)
    }
}
