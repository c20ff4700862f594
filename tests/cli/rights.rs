//! docs/rights.md: its Roles suffice on a real API server, for both Helms, and what is said to need no rights needs none.

use std::fs;
use std::path::PathBuf;

use super::support::helm::{Helm, Home, chart};
use super::support::kube::Cluster;
use super::support::run::Outcome;
use super::support::tools::root;

const VALUES: &str = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr,registry.storage.s3.accesskey=AKIANOTREAL,registry.storage.s3.secretkey=not-to-be-shown";

/// A Role of the page, by its file's name.
fn role(name: &str) -> String {
    let page = fs::read_to_string(root().join("docs/rights.md")).unwrap();
    let (_, rest) = page.split_once(&format!("```yaml {name}\n")).unwrap();
    rest.split_once("\n```").unwrap().0.to_owned() + "\n"
}

/// Its list of verbs on Secrets, without one of them.
fn without(role: &str, verb: &str) -> String {
    let mut rules: Vec<_> = role.split_inclusive("\n- ").map(str::to_owned).collect();
    let rule = rules
        .iter_mut()
        .find(|rule| rule.contains("[secrets]"))
        .unwrap();
    let fewer = rule
        .replace(&format!(" {verb},"), "")
        .replace(&format!("[{verb},"), "[")
        .replace(&format!(", {verb}]"), "]");
    assert_ne!(&fewer, rule, "{verb}");
    *rule = fewer;
    rules.concat()
}

/// A namespace, and ServiceAccounts in it that have one Role each.
struct Place {
    helm: Helm,
    namespace: String,
    // Kept, for the kubeconfig files are in there.
    folder: tempfile::TempDir,
}

impl Place {
    fn new(helm: Helm) -> Self {
        Self {
            helm,
            namespace: Cluster::shared().namespace(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The kubeconfig of a new ServiceAccount with this Role, or with none.
    fn account(&self, name: &str, role: Option<&str>) -> PathBuf {
        let cluster = Cluster::shared();
        let kubectl = |args: &[&str]| {
            let here = ["--namespace", self.namespace.as_str()];
            cluster.kubectl([args, &here].concat()).exits(0)
        };
        kubectl(&["create", "serviceaccount", name]);
        if let Some(role) = role {
            let file = self.folder.path().join(format!("{name}.yaml"));
            let named = role.replacen("  name: ", &format!("  name: {name}-"), 1);
            fs::write(&file, named).unwrap();
            kubectl(&["apply", "--filename", file.to_str().unwrap()]);
            let full = role
                .lines()
                .find_map(|line| line.strip_prefix("  name: "))
                .unwrap();
            let account = format!("--serviceaccount={}:{name}", self.namespace);
            let role = format!("--role={name}-{full}");
            kubectl(&["create", "rolebinding", name, &role, &account]);
        }
        let token = kubectl(&["create", "token", name]).stdout;
        let admin = fs::read_to_string(cluster.kubeconfig()).unwrap();
        let (before, rest) = admin.split_once("token: ").unwrap();
        let (_, after) = rest.split_once('}').unwrap();
        let path = self.folder.path().join(name);
        fs::write(&path, format!("{before}token: {}}}{after}", token.trim())).unwrap();
        path
    }

    fn home(&self, kubeconfig: &std::path::Path) -> Home {
        Home::with_msr_storage(self.helm).kubeconfig(kubeconfig)
    }

    fn deploy(&self, home: &Home, verb: &str, values: &[&str]) -> Outcome {
        let folder = chart("msr");
        let fixed = [
            verb,
            "msr",
            folder.to_str().unwrap(),
            "--no-hooks",
            "--post-renderer=msr-storage",
            "--namespace",
            &self.namespace,
        ];
        home.helm([&fixed[..], values].concat())
    }

    fn release(&self, home: &Home, command: &str, more: &[&str]) -> Outcome {
        let fixed = [
            "msr-storage",
            command,
            "--release=msr",
            "-n",
            &self.namespace,
        ];
        home.helm([&fixed[..], more].concat())
    }
}

#[test]
fn the_rights_of_the_page_suffice() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let deployer = place.home(&place.account("deployer", Some(&role("deploy.yaml"))));
        place
            .deploy(&deployer, "install", &["--set", VALUES])
            .exits(0);
        place
            .deploy(
                &deployer,
                "upgrade",
                &[
                    "--reuse-values",
                    "--set",
                    "registry.storage.s3.secretkey=another-one",
                ],
            )
            .exits(0);
        // A Secret of ours goes, a claim comes: what a change of the backend asks for.
        let claim = [
            "--set",
            "registry.storage.backend=persistentVolume",
            "--post-renderer-args=--allow-backend-switch=persistentVolume",
        ];
        let refused = place.deploy(&deployer, "upgrade", &claim);
        assert!(!refused.stderr.contains("forbidden"), "{refused:?}");

        let reader = place.home(&place.account("reader", Some(&role("read.yaml"))));
        place.release(&reader, "check", &[]).exits(0);
        let restored = place.release(&reader, "restore", &[]).exits(0);
        assert!(
            restored.stdout.contains("testing-msr"),
            "{}",
            restored.stdout
        );
    }
}

/// By a revision's number Helm gets one Secret, without it looks for the last among all.
#[test]
fn each_verb_for_reading_is_needed() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let page = role("deploy.yaml");
        let deployer = place.home(&place.account("deployer", Some(&page)));
        place
            .deploy(&deployer, "install", &["--set", VALUES])
            .exits(0);
        for (verb, revision) in [("get", &["--revision=1"][..]), ("list", &[])] {
            let fewer = without(&role("read.yaml"), verb);
            let account = place.account(&format!("without-{verb}"), Some(&fewer));
            let reader = place.home(&account);
            for command in ["check", "restore"] {
                let outcome = place.release(&reader, command, revision);
                assert_ne!(outcome.code, Some(0), "{verb}: {outcome:?}");
                assert!(outcome.stderr.contains("forbidden"), "{verb}: {outcome:?}");
            }
        }
    }
}

#[test]
fn without_any_right_everything_but_a_release_works() {
    for helm in Helm::BOTH {
        let place = Place::new(helm);
        let nobody = place.home(&place.account("nobody", None));
        let rendered = place
            .deploy(&nobody, "template", &["--set", VALUES])
            .exits(0);
        assert!(
            rendered.stdout.contains("msr-msr-registry-storage"),
            "{}",
            rendered.stdout
        );
        let file = place.folder.path().join("values.yaml");
        fs::write(
            &file,
            "registry: {storage: {backend: s3, s3: {region: us-east-2, bucket: testing-msr}}}\n",
        )
        .unwrap();
        nobody
            .helm(["msr-storage", "check", file.to_str().unwrap()])
            .exits(0);
        for outcome in [
            place.release(&nobody, "check", &[]),
            place.deploy(&nobody, "upgrade", &["--set", VALUES]),
        ] {
            assert_ne!(outcome.code, Some(0));
            assert!(outcome.stderr.contains("forbidden"), "{outcome:?}");
        }
    }
}
