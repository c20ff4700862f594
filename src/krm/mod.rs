//! The post-renderer as a KRM function, by the KRM Functions Specification: a `ResourceList` that is the whole of a stream, what it
//! configures us with, and how a plan is laid into it. It judges no values and writes nothing.

mod config;
mod recognise;
mod results;

use std::sync::Arc;

use serde_json::Value;

use crate::diag::Diagnostic;
use crate::expand::Plan;
use crate::origin::{Origin, Source, SourceKind};
use crate::rules::stream as findings;
use crate::workload::Stream;
use crate::yaml::{self, Edit, Step};

/// The group and the versions of a `ResourceList` that are told apart by nothing that matters here.
const GROUP: &str = "config.kubernetes.io/";
const VERSIONS: [&str; 3] = ["v1", "v1beta1", "v1alpha1"];

/// A `ResourceList`, the input of a KRM function and its output.
pub struct Function {
    /// The number of its document in the stream.
    document: usize,
    /// Its text, in which sources of its items lie.
    text: String,
    root: yaml::Node,
    value: Value,
    /// The text of its functionConfig, where there is one.
    config: Option<Arc<Source>>,
    /// Whether what is input alone stays.
    keeps_input: bool,
}

impl Function {
    /// The list that is all of a stream; none where the stream is anything else, which costs no more than a look at its first key.
    ///
    /// # Errors
    /// For a list that can't be read, or is of a version that nobody has specified: no output could be made of it.
    pub fn of(stream: &Stream) -> Result<Option<Self>, Diagnostic> {
        let Some((document, sure)) = recognise::only_document(stream) else {
            return Ok(None);
        };
        let text = String::from_utf8_lossy(stream.body(document)).into_owned();
        let unreadable = |message: &str, offset: usize| unreadable(&text, message, offset);
        let root = match yaml::parse_one(&text) {
            Ok(Some(root)) => root,
            Ok(None) => return Ok(None),
            Err(error) if sure => return Err(unreadable(&error.message, error.offset)),
            Err(_) => return Ok(None),
        };
        let value = match yaml::to_json(&root) {
            Ok(value) => value,
            Err(error) if sure => return Err(unreadable(&error.message, error.offset)),
            Err(_) => return Ok(None),
        };
        let api = value["apiVersion"].as_str().unwrap_or_default();
        let Some(version) = api
            .strip_prefix(GROUP)
            .filter(|_| value["kind"] == "ResourceList")
        else {
            return Ok(None);
        };
        if !VERSIONS.contains(&version) {
            return Err(unknown_version(api));
        }
        if !matches!(
            value.get("items"),
            None | Some(Value::Null | Value::Array(_))
        ) {
            return Err(findings::unknown_values(
                "the ResourceList's items are no list",
            ));
        }
        let config = config::source(&text, &root, &value);
        Ok(Some(Self {
            document,
            text,
            root,
            value,
            config,
            keeps_input: false,
        }))
    }

    /// For a look at what would change: the input's own parts stay, since a difference would show them.
    #[must_use]
    pub fn keeping_input(self) -> Self {
        Self {
            keeps_input: true,
            ..self
        }
    }

    /// Lays a plan into the list: new objects become items, each before the item that needs it. What is input alone goes: the
    /// functionConfig, which may hold keys, and the results of another run.
    pub fn lay_into(&self, plan: &mut Plan) {
        for addition in std::mem::take(&mut plan.additions) {
            let index = match addition.item.as_slice() {
                [_, Step::Index(index), ..] => *index,
                _ => 0,
            };
            let insert = Edit::Insert {
                path: vec!["items".into()],
                index,
                value: addition.object,
            };
            plan.edit(self.document, insert);
        }
        if !self.keeps_input {
            self.take_out(plan, "functionConfig");
            self.take_out(plan, "results");
        }
    }

    fn take_out(&self, plan: &mut Plan, key: &str) {
        if self.value.get(key).is_some() {
            plan.remove(self.document, vec![key.into()]);
        }
    }

    /// The plan of a refusal: the items as they came, and every fault among the results.
    #[must_use]
    pub fn refusal(&self, faults: &[Diagnostic]) -> Plan {
        let mut plan = Plan::default();
        self.take_out(&mut plan, "functionConfig");
        let results: Vec<Value> = faults.iter().map(|fault| self.result(fault)).collect();
        plan.set(self.document, vec!["results".into()], results);
        plan
    }

    fn items(&self) -> &[Value] {
        self.value["items"].as_array().map_or(&[], Vec::as_slice)
    }
}

fn unreadable(text: &str, message: &str, offset: usize) -> Diagnostic {
    let source = Source {
        kind: SourceKind::Manifest,
        name: "standard input".to_owned(),
        text: text.to_owned(),
    };
    findings::unknown_values(format!("the ResourceList can't be read: {message}"))
        .at(&Origin::new(&source.into(), offset..offset))
}

fn unknown_version(api: &str) -> Diagnostic {
    let known = VERSIONS.map(|version| format!("{GROUP}{version}"));
    let message = format!(
        "the ResourceList is of {}, which is none of {}",
        crate::diag::shown(api),
        known.join(", ")
    );
    findings::unknown_values(message).help(format!("give it as {}", known[0]))
}
