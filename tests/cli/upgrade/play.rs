//! One release in two namespaces, with the post-renderer and without: every line runs in both, and what differs in the API
//! afterwards is the storage of the registry alone. It knows no scenario.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::helm::{Helm, Home, chart, copy_of_chart};
use crate::support::kube::Cluster;
use crate::support::run::{Outcome, same_text};

/// Settings that name a store, with keys that are a Secret's business.
pub(super) const S3: &str = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr,\
     registry.storage.s3.accesskey=AKIAIOSFODNN7EXAMPLE,registry.storage.s3.secretkey=wJalrXUtnFEMI/K7MDENG";
const RENDERED: [&str; 2] = ["--post-renderer", "msr-storage"];
const CLAIM: &str = "rel-msr-registry";

/// The same settings with another bucket.
pub(super) fn on_bucket(bucket: &str) -> String {
    S3.replace("testing-msr", bucket)
}

/// The release `rel` of MSR's chart.
pub(super) struct Play {
    home: Home,
    cluster: &'static Cluster,
    namespace: String,
    /// Where the same lines run without the post-renderer.
    plain: String,
}

impl Play {
    pub(super) fn new(helm: Helm) -> Self {
        let cluster = Cluster::shared();
        Self {
            home: Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig()),
            cluster,
            namespace: cluster.namespace(),
            plain: cluster.namespace(),
        }
    }

    pub(super) fn folder(&self) -> &Path {
        self.home.path()
    }

    pub(super) fn file(&self, name: &str, text: &str) {
        fs::write(self.folder().join(name), text).expect("the home can be written");
    }

    #[track_caller]
    pub(super) fn helm(&self, args: &[&str]) -> Outcome {
        self.home
            .helm([args, &["--namespace", &self.namespace]].concat())
    }

    #[track_caller]
    pub(super) fn install(&self, args: &[&str]) {
        self.twice(|args| self.home.install("rel", &chart("msr"), args), args);
    }

    /// Without the post-renderer in both: what a release was before this tool came.
    #[track_caller]
    pub(super) fn install_without(&self, args: &[&str]) {
        for namespace in [&self.namespace, &self.plain] {
            let args = [args, &["--namespace", namespace]].concat();
            self.home.install("rel", &chart("msr"), &args).exits(0);
        }
    }

    /// Installs in the place of a release that is gone, beside a plain one that was never away.
    #[track_caller]
    pub(super) fn install_anew(&self, args: &[&str]) {
        self.install_without_baseline(args);
        self.differs_in_storage_alone();
    }

    #[track_caller]
    pub(super) fn install_without_baseline(&self, args: &[&str]) {
        let args = [args, &RENDERED, &["--namespace", &self.namespace]].concat();
        self.home.install("rel", &chart("msr"), &args).exits(0);
    }

    #[track_caller]
    pub(super) fn upgrade(&self, args: &[&str]) {
        self.twice(|args| self.home.upgrade("rel", &chart("msr"), args), args);
    }

    #[track_caller]
    pub(super) fn upgrade_without_baseline(&self, args: &[&str]) {
        let args = [args, &RENDERED, &["--namespace", &self.namespace]].concat();
        self.home.upgrade("rel", &chart("msr"), &args).exits(0);
    }

    /// With the switch confirmed by the variable.
    #[track_caller]
    pub(super) fn upgrade_with(&self, confirmed: &str, args: &[&str]) {
        let run = |args: &[&str]| self.confirmed(confirmed, &chart("msr"), args);
        self.twice(run, args);
    }

    /// An upgrade that is refused before anything is changed; hands back what the user sees.
    #[track_caller]
    pub(super) fn refused(&self, args: &[&str]) -> String {
        self.refused_chart(&chart("msr"), args)
    }

    #[track_caller]
    pub(super) fn refused_chart(&self, chart: &Path, args: &[&str]) -> String {
        self.unchanged(|args| self.home.upgrade("rel", chart, args), args)
    }

    #[track_caller]
    pub(super) fn refused_with(&self, confirmed: &str, args: &[&str]) -> String {
        self.unchanged(|args| self.confirmed(confirmed, &chart("msr"), args), args)
    }

    /// An upgrade that fails in the API, in both.
    #[track_caller]
    pub(super) fn fails(&self, args: &[&str]) {
        for (namespace, renderer) in [(&self.namespace, &RENDERED[..]), (&self.plain, &[])] {
            let args = [args_for(renderer, args), vec!["--namespace", namespace]].concat();
            let args = [&args[..], renderer].concat();
            let outcome = self.home.upgrade("rel", &chart("msr"), &args).exits(1);
            assert!(
                outcome.stderr.contains("spec.replicas"),
                "{}",
                outcome.stderr
            );
        }
    }

    /// A line of Helm's that renders nothing, in both.
    #[track_caller]
    pub(super) fn both(&self, args: &[&str]) {
        for namespace in [&self.namespace, &self.plain] {
            let args = [args, &["--namespace", namespace]].concat();
            self.home.helm(args).exits(0);
        }
        self.differs_in_storage_alone();
    }

    #[track_caller]
    pub(super) fn uninstall(&self) {
        self.helm(&["uninstall", "rel", "--no-hooks"]).exits(0);
    }

    #[track_caller]
    pub(super) fn home_template(&self, args: &[&str]) {
        let args = [args, &RENDERED].concat();
        self.home.template("rel", &chart("msr"), &args).exits(0);
    }

    /// A copy of MSR's chart that lacks a template.
    pub(super) fn chart_without(&self, template: &str) -> PathBuf {
        let copy = self.folder().join("changed");
        copy_of_chart("msr", &copy);
        fs::remove_file(copy.join(template)).expect("the template is there");
        copy
    }

    /// A kubeconfig whose user runs a shell line in the home, then gets the token.
    pub(super) fn login(&self, line: &str) -> String {
        let text = fs::read_to_string(self.cluster.kubeconfig()).expect("a kubeconfig");
        let (before, rest) = text.split_once("user: {token: ").expect("a token");
        let (token, after) = rest.split_once('}').expect("a token's end");
        let credential = json!({
            "apiVersion": "client.authentication.k8s.io/v1",
            "kind": "ExecCredential",
            "status": {"token": token},
        });
        let script = format!("cd {:?} && {line}\necho '{credential}'", self.folder());
        let user = json!({"exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "/bin/sh",
            "args": ["-c", script],
            "interactiveMode": "Never",
        }});
        let file = self.folder().join("login.yaml");
        fs::write(&file, format!("{before}user: {user}{after}")).expect("a kubeconfig");
        file.display().to_string()
    }

    /// A kubeconfig whose current context is not there: only one that is named leads to the cluster.
    pub(super) fn without_a_context(&self) -> String {
        let text = fs::read_to_string(self.cluster.kubeconfig()).expect("a kubeconfig");
        let file = self.folder().join("no-context.yaml");
        let text = text.replace("current-context: test", "current-context: gone");
        fs::write(&file, text).expect("a kubeconfig");
        file.display().to_string()
    }

    /// Demands that the registry in the API is on this bucket, with its region and the keys as typed.
    #[track_caller]
    pub(super) fn runs_on(&self, bucket: &str) {
        let registry = self
            .cluster
            .get(&self.namespace, "deployment", "rel-msr-registry");
        let env = registry["spec"]["template"]["spec"]["containers"][0]["env"]
            .as_array()
            .expect("variables");
        let storage = env.iter().filter_map(|entry| {
            let name = entry["name"].as_str()?.strip_prefix("REGISTRY_STORAGE")?;
            Some((name, self.value(entry)))
        });
        let storage: BTreeMap<_, _> = storage.collect();
        for (name, wanted) in [
            ("", "s3"),
            ("_S3_BUCKET", bucket),
            ("_S3_REGION", "us-east-2"),
            ("_S3_ACCESSKEY", "AKIAIOSFODNN7EXAMPLE"),
            ("_S3_SECRETKEY", "wJalrXUtnFEMI/K7MDENG"),
        ] {
            assert_eq!(
                storage.get(name).map(String::as_str),
                Some(wanted),
                "{name}"
            );
        }
    }

    /// A variable's value, from the Secret in the API where it lies there.
    fn value(&self, entry: &Value) -> String {
        let reference = &entry["valueFrom"]["secretKeyRef"];
        let Some(name) = reference["name"].as_str() else {
            return entry["value"].as_str().unwrap_or_default().to_owned();
        };
        let secret = self.cluster.get(&self.namespace, "secret", name);
        let data = &secret["data"][reference["key"].as_str().expect("a key")];
        let bytes = STANDARD
            .decode(data.as_str().expect("data"))
            .expect("base64");
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// Demands that the claim was neither deleted nor made anew by an upgrade.
    #[track_caller]
    pub(super) fn claim_is_there(&self) {
        let claim = self.cluster.get(&self.namespace, "pvc", CLAIM);
        assert_eq!(claim["metadata"]["deletionTimestamp"], Value::Null);
    }

    fn confirmed(&self, confirmed: &str, chart: &Path, args: &[&str]) -> Outcome {
        let run = self
            .home
            .command()
            .env("MSR_STORAGE_ALLOW_BACKEND_SWITCH", confirmed);
        run.args(["upgrade", "--no-hooks", "rel"])
            .args([chart])
            .args(args)
            .run()
    }

    #[track_caller]
    fn twice(&self, run: impl Fn(&[&str]) -> Outcome, args: &[&str]) {
        for (namespace, renderer) in [(&self.namespace, &RENDERED[..]), (&self.plain, &[])] {
            let args = args_for(renderer, args);
            run(&[&args[..], renderer, &["--namespace", namespace]].concat()).exits(0);
        }
        self.differs_in_storage_alone();
    }

    #[track_caller]
    fn unchanged(&self, run: impl Fn(&[&str]) -> Outcome, args: &[&str]) -> String {
        let before = self.objects(&self.namespace);
        let outcome = run(&[args, &RENDERED, &["--namespace", &self.namespace]].concat()).exits(1);
        assert_eq!(
            self.objects(&self.namespace),
            before,
            "a refused upgrade changes nothing"
        );
        // Helm 4 prints it with the quotes and line breaks of its own error.
        outcome.stderr.replace("\\\"", "\"")
    }

    #[track_caller]
    fn differs_in_storage_alone(&self) {
        let rendered = without_storage(self.objects(&self.namespace));
        let plain = without_storage(self.objects(&self.plain));
        let titles =
            |objects: &BTreeMap<String, Value>| objects.keys().cloned().collect::<Vec<_>>();
        assert_eq!(titles(&rendered), titles(&plain));
        assert!(rendered.len() > 20, "{:?}", titles(&rendered));
        for (title, object) in plain {
            let pretty = |object: &Value| serde_json::to_string_pretty(object).expect("JSON");
            let text = pretty(&object).replace(&self.plain, &self.namespace);
            same_text(&pretty(&rendered[&title]), &text);
        }
    }

    /// All objects of a namespace but Helm's own records, without what the API gives each anew.
    #[track_caller]
    fn objects(&self, namespace: &str) -> BTreeMap<String, Value> {
        let shown = self
            .cluster
            .kubectl(["get", &KINDS, "--namespace", namespace, "--output", "json"])
            .exits(0);
        let list: Value = serde_json::from_str(&shown.stdout).expect("kubectl prints JSON");
        let items = list["items"].as_array().expect("a list").iter().cloned();
        let items = items.filter(|item| item["type"] != "helm.sh/release.v1");
        items
            .map(|mut item| {
                for key in [
                    "uid",
                    "resourceVersion",
                    "creationTimestamp",
                    "managedFields",
                ] {
                    take(&mut item, "/metadata", key);
                }
                for key in ["clusterIP", "clusterIPs"] {
                    take(&mut item, "/spec", key);
                }
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                let title = format!(
                    "{}/{}",
                    text(&item["kind"]),
                    text(&item["metadata"]["name"])
                );
                (title, item)
            })
            .collect()
    }
}

/// Every kind that the API keeps in namespaces, as `kubectl get` takes them.
static KINDS: LazyLock<String> = LazyLock::new(|| {
    let args = [
        "api-resources",
        "--namespaced",
        "--verbs=list",
        "--output=name",
    ];
    let shown = Cluster::shared().kubectl(args).exits(0).stdout;
    let kinds = shown.lines().filter(|kind| !kind.starts_with("event"));
    let kinds: Vec<_> = kinds.collect();
    assert!(kinds.contains(&"deployments.apps"), "{kinds:?}");
    kinds.join(",")
});

/// Arguments for the post-renderer go where there is one.
fn args_for<'a>(renderer: &[&str], args: &[&'a str]) -> Vec<&'a str> {
    let args = args.iter().copied();
    args.filter(|arg| !renderer.is_empty() || !arg.starts_with("--post-renderer-args"))
        .collect()
}

fn take(object: &mut Value, pointer: &str, key: &str) {
    if let Some(map) = object.pointer_mut(pointer).and_then(Value::as_object_mut) {
        map.shift_remove(key);
    }
}

/// Takes an annotation away, and with the last one the mapping: where the chart has none, there is none.
fn take_annotation(object: &mut Value, metadata: &str, key: &str) {
    let annotations = format!("{metadata}/annotations");
    take(object, &annotations, key);
    if object.pointer(&annotations) == Some(&json!({})) {
        take(object, metadata, "annotations");
    }
}

/// The objects without what the post-renderer is there for: the registry's and the jobrunner's variables, their Secrets, the
/// annotation that keeps the claim. The chart derives one Secret's content from the namespace.
fn without_storage(mut objects: BTreeMap<String, Value>) -> BTreeMap<String, Value> {
    const POD: &str = "/spec/template";
    for workload in ["registry", "jobrunner"] {
        objects.remove(&format!("Secret/rel-msr-{workload}-storage"));
    }
    if let Some(secret) = objects.get_mut("Secret/rel-msr-registry-http") {
        take(secret, "/data", "secret");
    }
    for (title, object) in &mut objects {
        if title == &format!("PersistentVolumeClaim/{CLAIM}") {
            take_annotation(object, "/metadata", "helm.sh/resource-policy");
        }
        if ![
            "Deployment/rel-msr-registry",
            "Deployment/rel-msr-jobrunner",
        ]
        .contains(&title.as_str())
        {
            continue;
        }
        for key in ["msr-storage/checksum", "msr-storage/notes"] {
            take_annotation(object, "/metadata", key);
            take_annotation(object, &format!("{POD}/metadata"), key);
        }
        // Each change of the variables counts as one of the object.
        take(object, "/metadata", "generation");
        let env = object.pointer_mut(&format!("{POD}/spec/containers/0/env"));
        if let Some(env) = env.and_then(Value::as_array_mut) {
            env.retain(|entry| {
                !entry["name"]
                    .as_str()
                    .is_some_and(|name| name.starts_with("REGISTRY_STORAGE"))
            });
        }
    }
    objects
}
