//! One Kubernetes object of a stream, read leniently: what is missing or of an odd type is simply not there. It changes nothing.

use std::rc::Rc;

use serde_json::Value;

use crate::yaml::Step;

/// The annotation that makes an object a hook of Helm.
const HOOK: &str = "helm.sh/hook";
/// The annotation in which Helm 4 hands a post-renderer the template's path.
pub const FILENAME: &str = "postrenderer.helm.sh/postrender-filename";

/// The kinds that run pods.
pub(super) const POD_KINDS: [&str; 8] = [
    "Deployment",
    "StatefulSet",
    "DaemonSet",
    "ReplicaSet",
    "ReplicationController",
    "Job",
    "CronJob",
    "Pod",
];

/// An object and where it stands.
#[derive(Clone, Debug)]
pub struct Object {
    /// Number of its document in the stream, from zero.
    pub document: usize,
    /// Its place in the document: empty, or the item of a `List`.
    pub prefix: Vec<Step>,
    /// The object itself, as Kubernetes' parser reads it; shared, for workloads keep theirs.
    pub value: Rc<Value>,
}

impl Object {
    /// The objects of a document: itself, or a `List`'s items.
    pub fn of_document(document: usize, value: Value) -> Vec<Self> {
        let is_list = value["kind"]
            .as_str()
            .is_some_and(|kind| kind == "List" || kind == "ResourceList" || kind.ends_with("List"));
        match value.get("items") {
            Some(Value::Array(items)) if is_list => items
                .iter()
                .enumerate()
                .map(|(index, item)| Self {
                    document,
                    prefix: vec!["items".into(), index.into()],
                    value: Rc::new(item.clone()),
                })
                .collect(),
            _ => vec![Self {
                document,
                prefix: Vec::new(),
                value: value.into(),
            }],
        }
    }

    /// `kind`, or nothing.
    pub fn kind(&self) -> &str {
        self.value["kind"].as_str().unwrap_or_default()
    }

    /// `apiVersion`, or nothing.
    pub fn api_version(&self) -> &str {
        self.value["apiVersion"].as_str().unwrap_or_default()
    }

    /// `metadata.name`, or nothing.
    pub fn name(&self) -> &str {
        self.value["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// `metadata.namespace`, where the object names one.
    pub fn namespace(&self) -> Option<&str> {
        self.value["metadata"]["namespace"]
            .as_str()
            .filter(|namespace| !namespace.is_empty())
    }

    /// A label of the object itself.
    pub fn label(&self, key: &str) -> Option<&str> {
        self.value["metadata"]["labels"][key].as_str()
    }

    /// An annotation of the object itself.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.value["metadata"]["annotations"][key].as_str()
    }

    /// Whether Helm runs it as a hook rather than keeping it in the release.
    pub fn is_hook(&self) -> bool {
        self.annotation(HOOK).is_some()
    }

    /// `Deployment/msr-registry`: how messages and `diff` name it.
    pub fn title(&self) -> String {
        format!("{}/{}", self.kind(), self.name())
    }

    /// Whether two objects can be in one namespace: the stream often leaves it to Helm.
    pub fn shares_namespace(&self, other: &Self) -> bool {
        match (self.namespace(), other.namespace()) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        }
    }

    /// The keys that lead to the pod (its `metadata` and `spec`), if this kind runs pods.
    pub fn pod_keys(&self) -> Option<&'static [&'static str]> {
        match self.kind() {
            "CronJob" => Some(&["spec", "jobTemplate", "spec", "template"]),
            "Pod" => Some(&[]),
            kind if POD_KINDS.contains(&kind) => Some(&["spec", "template"]),
            _ => None,
        }
    }

    /// The pod (its `metadata` and `spec`), or null.
    pub fn pod(&self) -> &Value {
        static NULL: Value = Value::Null;
        self.pod_keys().map_or(&NULL, |keys| {
            keys.iter().fold(&*self.value, |value, key| &value[*key])
        })
    }

    /// The path in the document to something of this object.
    pub fn path<S: Into<Step>>(&self, steps: impl IntoIterator<Item = S>) -> Vec<Step> {
        self.prefix
            .iter()
            .cloned()
            .chain(steps.into_iter().map(Into::into))
            .collect()
    }

    /// The path in the document to something of this object's pod.
    pub fn pod_path<S: Into<Step>>(&self, steps: impl IntoIterator<Item = S>) -> Vec<Step> {
        let mut path = self.path(self.pod_keys().unwrap_or_default().iter().copied());
        path.extend(steps.into_iter().map(Into::into));
        path
    }
}
