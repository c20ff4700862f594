//! What `helm upgrade` takes along from an earlier revision, against a real API: before each upgrade the library says
//! what the templates will see, and the templates of that upgrade say what they saw.

use std::path::Path;

use serde_json::{Value, json};

use super::helm_stage::{Report, Stage};
use super::support::helm::{Helm, Home};
use super::support::kube::Cluster;

/// A namespace in which two versions of a chart with a chart inside are installed and upgraded.
struct Play {
    stage: Stage,
    namespace: String,
}

/// An object whose name no API takes, so that an upgrade fails after rendering.
const BROKEN: &str = "{{ if .Values.broken }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: Not_A_Name}\n{{ end }}\n";

impl Play {
    fn new(helm: Helm) -> Self {
        let cluster = Cluster::shared();
        let home = Home::new(helm).kubeconfig(cluster.kubeconfig());
        let stage = Stage::in_home(helm, home);
        for version in ["one", "two"] {
            let values = format!(
                "registry: {{from: {version}, {version}: default, storage: {{backend: s3, s3: {{bucket: {version}}}}}}}\n\
                 leaf: {{registry: {{top: {version}}}}}\n"
            );
            let folder = stage.chart(version, "name: show\n", &values);
            std::fs::write(folder.join("templates/broken.yaml"), BROKEN).unwrap();
            let values = format!("registry: {{leaf: {version}, {version}: leaf}}\n");
            stage.chart(&format!("{version}/charts/leaf"), "name: leaf\n", &values);
        }
        Self {
            stage,
            namespace: cluster.namespace(),
        }
    }

    /// Runs a line that must succeed, with the library's view compared.
    #[track_caller]
    fn agrees(&self, line: &str) -> Report {
        let report = self.run(line);
        assert_eq!(report.outcome.code, Some(0), "{line}: {report:?}");
        assert_eq!(report.seen.len(), 2, "{line}: {report:?}");
        report.agrees_on("registry");
        report
    }

    #[track_caller]
    fn run(&self, line: &str) -> Report {
        let args: Vec<_> = line
            .split(' ')
            .chain(["--namespace", &self.namespace])
            .collect();
        self.stage.run(&args)
    }

    /// Runs a line that is no render, or that fails before one.
    #[track_caller]
    fn helm(&self, line: &str) -> String {
        let args = line.split(' ').chain(["--namespace", &self.namespace]);
        self.stage.home.helm(args).exits(0).stdout
    }
}

fn given(report: &Report) -> &Value {
    &report.learned["given"]
}

#[test]
fn an_upgrade_without_values_takes_those_of_the_deployed_revision() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        let report = play.agrees("install r one --set registry.a=1,leaf.registry.a=2");
        assert_eq!(report.learned["revision"], Value::Null);
        assert_eq!(report.learned["manifest"], Value::Null);

        let report = play.agrees("upgrade r two");
        assert_eq!(report.learned["revision"], 1);
        assert_eq!(
            given(&report),
            &json!({"registry": {"a": 1}, "leaf": {"registry": {"a": 2}}})
        );
        let manifest = play.helm("get manifest r --revision 1");
        assert_eq!(report.learned["manifest"], json!(manifest), "{helm:?}");

        // Values of the line: the earlier ones are gone, and the next upgrade does not see them again.
        let report = play.agrees("upgrade r two --set registry.b=2");
        assert_eq!(given(&report), &json!({"registry": {"b": 2}}));
        play.stage.file("comments.yaml", "# nothing\n");
        let report = play.agrees("upgrade r two -f comments.yaml");
        assert_eq!(given(&report), &json!({"registry": {"b": 2}}));
        let report = play.agrees("upgrade r two --reset-values");
        assert_eq!(given(&report), &json!({}));
        let report = play.agrees("upgrade r one");
        assert_eq!(given(&report), &json!({}));
        assert_eq!(report.learned["revision"], 5);
    }
}

#[test]
fn a_failed_upgrade_leaves_no_values_behind() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.agrees("install r one --set registry.bucket=one");
        let report = play.run("upgrade r one --set registry.bucket=two,broken=true");
        assert_eq!(report.outcome.code, Some(1), "{report:?}");
        // What `helm get values` shows now is not what the next upgrade takes.
        let last: Value = serde_json::from_str(&play.helm("get values r -o json")).unwrap();
        assert_eq!(last["registry"], json!({"bucket": "two"}));
        let report = play.agrees("upgrade r one");
        assert_eq!(report.learned["revision"], 1);
        assert_eq!(given(&report), &json!({"registry": {"bucket": "one"}}));

        play.agrees("upgrade r one --set registry.bucket=three");
        play.helm("rollback r 1");
        let report = play.agrees("upgrade r two");
        assert_eq!(given(&report), &json!({"registry": {"bucket": "one"}}));
    }
}

#[test]
fn reused_values_bring_the_earlier_charts_defaults() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.agrees("install r one --set registry.a=1,registry.b=1,leaf.registry.a=2");
        let report =
            play.agrees("upgrade r two --reuse-values --set registry.c=3,registry.from=line");
        assert_eq!(
            report.seen["show/templates/show.yaml"]["registry"]["two"],
            Value::Null
        );
        assert_eq!(
            report.seen["show/templates/show.yaml"]["registry"]["one"],
            "default"
        );
        // A null takes the earlier value away, so that the earlier defaults, which hold it, show it again.
        play.agrees("upgrade r one --reuse-values --set registry.a=null,registry.from=null,leaf.registry.a=null");
        play.agrees("upgrade r two --reuse-values --set-json registry.storage.s3=null");
        play.agrees("upgrade r one --reuse-values");
        play.agrees("upgrade r two --reuse-values --set registry.storage=text");
        play.agrees("upgrade r two --reuse-values --set registry.storage.s3.bucket=again");
    }
}

#[test]
fn values_reused_after_a_reset_lie_over_the_new_charts_defaults() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.agrees(
            "install r one --set registry.a=1,registry.from=line,registry.storage.s3.bucket=line",
        );
        let report = play.agrees("upgrade r two --reset-then-reuse-values --set registry.c=3");
        assert_eq!(
            report.seen["show/templates/show.yaml"]["registry"]["two"],
            "default"
        );
        let line = "upgrade r two --reset-then-reuse-values --set registry.from=null,registry.storage.s3.bucket=null";
        let report = play.agrees(line);
        assert_eq!(
            report.seen["show/templates/show.yaml"]["registry"]["from"],
            "two"
        );
        play.agrees("upgrade r two --reset-then-reuse-values");
        play.agrees("upgrade r one --reset-then-reuse-values --reuse-values --set registry.d=1");
        play.agrees("upgrade r two --reset-then-reuse-values --reset-values --set registry.e=1");
    }
}

#[test]
fn an_upgrade_that_installs_takes_nothing_along() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        let report = play.agrees("upgrade -i r one --set registry.a=1");
        assert_eq!(report.learned["revision"], Value::Null);
        let report = play.agrees("upgrade --install r one");
        assert_eq!(report.learned["revision"], 1);
        assert_eq!(given(&report), &json!({"registry": {"a": 1}}));
        play.helm("uninstall r --keep-history");
        let report = play.agrees("upgrade -i r two --reuse-values");
        assert_eq!(report.learned["revision"], Value::Null, "{helm:?}");
        assert_eq!(given(&report), &json!({}));

        // Without `-i`, a first revision that failed is what the next one starts from.
        let report = play.run("install s one --set registry.a=2,broken=true");
        assert_eq!(report.outcome.code, Some(1), "{report:?}");
        let report = play.agrees("upgrade s one --reuse-values --set broken=false");
        assert_eq!(report.learned["revision"], 1);
        assert_eq!(given(&report)["registry"], json!({"a": 2}));
    }
}

#[test]
fn helm_is_asked_in_the_cluster_that_its_line_names() {
    let cluster = Cluster::shared();
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.agrees("install r one --set registry.a=1");
        // The home of this stage knows no cluster; the line does, and so does Helm's environment.
        let stage = Stage::new(helm);
        let chart = play.stage.home.path().join("two");
        let chart = chart.to_str().unwrap();
        let kubeconfig = cluster.kubeconfig().to_str().unwrap();
        let line = [
            "upgrade",
            "r",
            chart,
            "--kubeconfig",
            kubeconfig,
            "-n",
            &play.namespace,
        ];
        let report = stage.run(&line);
        assert_eq!(given(&report), &json!({"registry": {"a": 1}}), "{report:?}");
        let script = format!(
            "HELM_NAMESPACE={} KUBECONFIG={kubeconfig} exec helm upgrade r {chart} --post-renderer report",
            play.namespace
        );
        let report = stage.run_as(Path::new("/bin/sh"), &["-c", &script]);
        assert_eq!(given(&report), &json!({"registry": {"a": 1}}), "{report:?}");
        assert_eq!(report.learned["revision"], 2);
    }
}

/// `template` asks no cluster, whatever it is told of upgrades.
#[test]
fn a_template_takes_nothing_along() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        let report = play.agrees("template r one --is-upgrade");
        assert_eq!(report.learned["revision"], Value::Null);
        assert_eq!(given(&report), &json!({}));
    }
}
