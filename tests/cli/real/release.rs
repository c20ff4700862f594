//! A release in a real cluster, made by real Helm with the post-renderer, and read back as the kubelet would read it.

use std::fs;

use serde_json::Value;

use super::kubelet::{self, Container};
use crate::support::helm::{Helm, Home, chart};
use crate::support::kube::Cluster;
use crate::support::run::Outcome;

/// The release's name, and MSR's workload in it.
const RELEASE: &str = "msr";
const WORKLOAD: &str = "msr-msr-registry";

/// A home, a namespace, and what is in it.
pub(crate) struct Release {
    home: Home,
    namespace: String,
}

impl Release {
    /// A place for a release; nothing is installed yet.
    #[track_caller]
    pub(crate) fn new(helm: Helm) -> Self {
        let cluster = Cluster::shared();
        Self {
            home: Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig()),
            namespace: cluster.namespace(),
        }
    }

    /// `helm install` with these values, given once, on Helm's own command line.
    pub(crate) fn install(&self, values: &Value, args: &[&str]) -> Outcome {
        self.deploy(values, args, Home::install)
    }

    /// `helm upgrade`.
    pub(crate) fn upgrade(&self, values: &Value, args: &[&str]) -> Outcome {
        self.deploy(values, args, Home::upgrade)
    }

    fn deploy(
        &self,
        values: &Value,
        args: &[&str],
        with: fn(&Home, &str, &std::path::Path, &[&str]) -> Outcome,
    ) -> Outcome {
        let file = self.home.path().join("values.json");
        fs::write(&file, values.to_string()).expect("a file of values");
        let file = file.display().to_string();
        let mut all = vec![
            "--namespace",
            &self.namespace,
            "--post-renderer",
            "msr-storage",
            "-f",
            &file,
        ];
        all.extend(args);
        with(&self.home, RELEASE, &chart("msr"), &all)
    }

    /// Its home, for other commands of Helm.
    pub(crate) fn home(&self) -> &Home {
        &self.home
    }

    /// Its namespace.
    pub(crate) fn namespace(&self) -> &str {
        &self.namespace
    }

    /// All objects of these kinds, as the API server has them.
    #[track_caller]
    pub(crate) fn objects(&self, kinds: &str) -> Vec<Value> {
        let shown = Cluster::shared()
            .kubectl([
                "get",
                kinds,
                "--namespace",
                &self.namespace,
                "--output",
                "json",
            ])
            .exits(0);
        let list: Value = serde_json::from_str(&shown.stdout).expect("kubectl prints JSON");
        list["items"].as_array().cloned().unwrap_or_default()
    }

    /// MSR's registry workload.
    #[track_caller]
    pub(crate) fn workload(&self) -> Value {
        Cluster::shared().get(&self.namespace, "deployment", WORKLOAD)
    }

    /// What the registry's container starts with.
    #[track_caller]
    pub(crate) fn container(&self) -> Container {
        let around = self.objects("secrets,configmaps");
        kubelet::container(&self.workload(), "registry", &around).expect("a container that starts")
    }
}
