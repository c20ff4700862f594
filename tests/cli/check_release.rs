//! `check --release`: what it finds in a release that a real Helm installed, and what an upgrade would forget of it.

use std::ffi::OsStr;

use serde_json::Value;

use super::support::helm::{Helm, Home, chart};
use super::support::kube::Cluster;
use super::support::run::Outcome;

const VALUES: &str = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr,registry.storage.s3.accesskey=AKIANOTREAL,registry.storage.s3.secretkey=not-to-be-shown";

/// A release of the sample chart in a namespace of its own, deployed through the post-renderer.
struct Play {
    home: Home,
    namespace: String,
}

impl Play {
    fn new(helm: Helm) -> Self {
        let cluster = Cluster::shared();
        let play = Self {
            home: Home::with_msr_storage(helm).kubeconfig(cluster.kubeconfig()),
            namespace: cluster.namespace(),
        };
        play.deploy(&["install", "--set", VALUES]).exits(0);
        play
    }

    fn deploy(&self, args: &[&str]) -> Outcome {
        let (verb, rest) = args.split_first().unwrap();
        let folder = chart("msr");
        let mut line: Vec<&OsStr> = vec![verb.as_ref(), "msr".as_ref(), folder.as_os_str()];
        line.extend(["--no-hooks", "--post-renderer", "msr-storage"].map(OsStr::new));
        line.extend(["--namespace", self.namespace.as_str()].map(OsStr::new));
        line.extend(rest.iter().map(OsStr::new));
        self.home.helm(line)
    }

    /// The findings of a check, each `CODE SOURCE`.
    fn check(&self, args: &[&str], exit: i32) -> Vec<String> {
        let mut line = vec![
            "msr-storage",
            "check",
            "--format",
            "json",
            "--release",
            "msr",
            "-n",
        ];
        line.push(&self.namespace);
        line.extend(args);
        let outcome = self.home.helm(line).exits(exit);
        assert!(
            !outcome.stdout.contains("not-to-be-shown"),
            "{}",
            outcome.stdout
        );
        let json: Value = serde_json::from_str(&outcome.stdout).unwrap();
        let found = json["diagnostics"].as_array().unwrap().iter();
        found
            .map(|found| {
                let source = found["location"]["source"].as_str().unwrap_or("nowhere");
                format!("{} {source}", found["code"].as_str().unwrap())
            })
            .collect()
    }
}

#[test]
fn a_release_is_judged_by_its_values() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        assert_eq!(play.check(&[], 0), ["keys-in-values release msr"]);
    }
}

#[test]
fn an_upgrade_by_one_flag_forgets_the_rest() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        let flag = "registry.storage.persistentVolume.size=90Gi";
        let found = play.check(&["--set", flag], 0);
        assert!(
            found.contains(&"forgotten-values --set".to_owned()),
            "{found:?}"
        );
        let again = format!("{VALUES},{flag}");
        let found = play.check(&["--set", &again], 0);
        assert_eq!(found, ["keys-in-values --set"]);
    }
}
