//! What breaks in the middle: Helm or the program is killed, the API server is slow, two upgrades come at once, a store goes
//! away, a clock is wrong. No release is half applied, no backend changes, no claim is lost, and one is told.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::image::{Image, name};
use super::proof;
use super::registry::Registry;
use super::release::Release;
use super::store::{Store, s3};
use super::upgrade::{Upgrade, renderer, slow_api};
use crate::support::helm::{Helm, chart};
use crate::support::kube::Cluster;
use crate::support::program;
use crate::support::run::{Run, msr_storage};
use crate::support::tools::tool;

const PATIENCE: Duration = Duration::from_secs(60);

/// S3 settings that reach nothing: no registry runs on them here.
fn values(bucket: &str, chunk: u64) -> Value {
    json!({"registry": {"storage": {"backend": "s3", "s3": {
        "accesskey": "A", "secretkey": "B", "region": "us-east-1", "bucket": bucket, "chunksize": chunk,
    }}}})
}

/// A release on S3 whose claim, as always with MSR's chart, is there too.
#[track_caller]
fn installed(helm: Helm) -> Release {
    let release = Release::new(helm);
    release.install(&values("one", 5_242_880), &[]).exits(0);
    release
}

/// Everything of a release, with the versions that the API server counts: the same again means that nothing was touched.
#[track_caller]
fn state(release: &Release) -> Vec<(String, String)> {
    let objects = release.objects("deployments,secrets,configmaps,persistentvolumeclaims");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut state: Vec<_> = objects
        .iter()
        .map(|object| {
            let name = format!(
                "{}/{}",
                text(&object["kind"]),
                text(&object["metadata"]["name"])
            );
            (name, text(&object["metadata"]["resourceVersion"]))
        })
        .collect();
    state.sort();
    state
}

fn shown(fault: &str, helm: Helm, outcome: &str) {
    let columns = [
        ("fault", fault),
        ("helm", proof::number(helm)),
        ("what was shown", outcome),
    ];
    proof::record("faults", &columns);
}

/// Waits for something to happen.
#[track_caller]
fn until(what: &str, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// The bucket and the part size that the registry would start with.
#[track_caller]
fn runs_on(release: &Release) -> (Value, Value) {
    let (driver, mut parameters) = Registry::V2
        .parameters(&release.container())
        .expect("it starts");
    assert_eq!(driver, "s3");
    let mut take = |name: &str| parameters.remove(name).unwrap_or_default();
    (take("bucket"), take("chunksize"))
}

#[test]
#[ignore = "scripts/prove"]
fn the_program_is_killed() {
    for helm in Helm::BOTH {
        let release = installed(helm);
        let before = state(&release);
        let upgrade = Upgrade::new(&release, helm, "killed", &values("one", 6_000_000));
        let renderer = renderer(&release, helm, "killed");
        let ended = upgrade
            .start(&renderer, Cluster::shared().kubeconfig())
            .wait_with_output()
            .expect("Helm ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{said}");
        assert!(
            said.contains("post-render") || said.contains("killed"),
            "{said}"
        );
        assert_eq!(state(&release), before);
        release.upgrade(&values("one", 6_000_000), &[]).exits(0);
        assert_eq!(runs_on(&release), (json!("one"), json!(6_000_000)));
        shown(
            "the program is killed (SIGKILL)",
            helm,
            "Helm fails and names the post-renderer; nothing was touched; the next upgrade goes through",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn helm_is_killed_while_the_program_works() {
    for helm in Helm::BOTH {
        let release = installed(helm);
        let before = state(&release);
        let started = release.home().path().join("started");
        let mut upgrade = Upgrade::new(&release, helm, "slow", &values("one", 6_000_000));
        upgrade.env.push(("STARTED", started.clone()));
        let renderer = renderer(&release, helm, "slow");
        let mut running = upgrade.start(&renderer, Cluster::shared().kubeconfig());
        until("the post-renderer starts", || started.exists());
        running.kill().expect("a running Helm");
        running.wait().expect("a killed Helm");
        fs::remove_file(&started).expect("a file that is there");
        let ended = release.home().path().join("started.ended");
        until("the program ends by itself", || {
            fs::read_to_string(&ended).is_ok_and(|text| text.ends_with('\n'))
        });
        let status = fs::read_to_string(&ended).expect("a status");
        assert_ne!(
            status.trim(),
            "0",
            "a program without its Helm does not succeed"
        );
        assert_eq!(state(&release), before);
        release.upgrade(&values("one", 6_000_000), &[]).exits(0);
        assert_eq!(runs_on(&release), (json!("one"), json!(6_000_000)));
        shown(
            "Helm is killed while the program works",
            helm,
            "the program ends by itself and fails; nothing was touched; the next upgrade goes through",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn helm_is_killed_while_it_applies() {
    for helm in Helm::BOTH {
        let release = installed(helm);
        let kubeconfig = slow_api(&release, Duration::from_millis(150));
        let upgrade = Upgrade::new(&release, helm, "applying", &values("one", 6_000_000));
        let mut running = upgrade.start("msr-storage", &kubeconfig);
        let pending = || {
            let secrets = release.objects("secrets");
            secrets
                .iter()
                .any(|secret| secret["metadata"]["labels"]["status"] == "pending-upgrade")
        };
        until("Helm begins to apply", pending);
        running.kill().expect("a running Helm");
        running.wait().expect("a killed Helm");
        let (bucket, _) = runs_on(&release);
        assert_eq!(bucket, json!("one"));
        let claims = release.objects("persistentvolumeclaims");
        assert!(
            claims
                .iter()
                .any(|claim| claim["metadata"]["name"] == "msr-msr-registry")
        );
        let again = release.upgrade(&values("one", 6_000_000), &[]);
        assert!(
            again.stderr.contains("another operation"),
            "{}",
            again.stderr
        );
        let namespace = release.namespace();
        release
            .home()
            .helm([
                "rollback",
                "--no-hooks",
                "msr",
                "1",
                "--namespace",
                namespace,
            ])
            .exits(0);
        assert_eq!(runs_on(&release), (json!("one"), json!(5_242_880)));
        release.upgrade(&values("one", 6_000_000), &[]).exits(0);
        assert_eq!(runs_on(&release), (json!("one"), json!(6_000_000)));
        shown(
            "Helm is killed while it applies",
            helm,
            "the same store and claim before and after; Helm tells of the pending operation; rollback and the next upgrade go through",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn the_api_server_is_slow() {
    for helm in Helm::BOTH {
        let release = installed(helm);
        let kubeconfig = slow_api(&release, Duration::from_millis(100));
        let upgrade = Upgrade::new(&release, helm, "slow-api", &values("one", 6_000_000));
        let ended = upgrade
            .start("msr-storage", &kubeconfig)
            .wait_with_output()
            .expect("Helm ends");
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
        assert_eq!(runs_on(&release), (json!("one"), json!(6_000_000)));
        // And another store is refused as it is by a quick one.
        let before = state(&release);
        let upgrade = Upgrade::new(&release, helm, "slow-switch", &values("two", 6_000_000));
        let ended = upgrade
            .start("msr-storage", &kubeconfig)
            .wait_with_output()
            .expect("Helm ends");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(said.contains("--allow-backend-switch"), "{said}");
        assert_eq!(state(&release), before);
        shown(
            "the API server is slow",
            helm,
            "an upgrade goes through; one to another store is refused, nothing was touched",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn two_upgrades_at_once() {
    for helm in Helm::BOTH {
        let release = installed(helm);
        let kubeconfig = Cluster::shared().kubeconfig();
        let sizes = [6_000_000, 7_000_000];
        let upgrades =
            sizes.map(|size| Upgrade::new(&release, helm, &size.to_string(), &values("one", size)));
        let running = upgrades
            .iter()
            .map(|upgrade| upgrade.start("msr-storage", kubeconfig))
            .collect::<Vec<_>>();
        let ended: Vec<_> = running
            .into_iter()
            .map(|helm| helm.wait_with_output().expect("Helm ends"))
            .collect();
        assert!(
            ended.iter().any(|ended| ended.status.success()),
            "{ended:?}"
        );
        for ended in ended.iter().filter(|ended| !ended.status.success()) {
            let said = String::from_utf8_lossy(&ended.stderr);
            let told = [
                "another operation",
                "already exists",
                "has been modified",
                "conflict",
            ];
            assert!(told.iter().any(|told| said.contains(told)), "{said}");
        }
        // What runs is what the deployed revision says, whole: Secret, variables and checksum of one upgrade.
        let namespace = release.namespace();
        let deployed = release
            .home()
            .helm([
                "get",
                "values",
                "msr",
                "--namespace",
                namespace,
                "-o",
                "json",
            ])
            .exits(0);
        let deployed: Value = serde_json::from_str(&deployed.stdout).expect("Helm prints JSON");
        let size = &deployed["registry"]["storage"]["s3"]["chunksize"];
        assert_eq!(runs_on(&release), (json!("one"), size.clone()));
        shown(
            "two upgrades at once",
            helm,
            "one goes through, whole; a failing one is told why",
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn a_store_goes_away_and_comes_back() {
    let mut store = Store::of("s3");
    let release = Release::new(Helm::V3);
    release.install(&store.values(&store.block), &[]).exits(0);
    let folder = TempDir::new().expect("a temporary folder");
    for registry in Registry::BOTH {
        let running = registry
            .start(&release.container(), folder.path(), &[])
            .expect("a registry that starts");
        let (image, other) = (Image::new(1_000_000), Image::new(1_000_000));
        let (kept, lost) = (
            name(running.port(), "proof/kept"),
            name(running.port(), "proof/lost"),
        );
        image.push(&kept, &[]).exits(0);
        let gone = store.servers.pop().expect("the gateway");
        let content = s3::stop(gone);
        assert_ne!(other.push(&lost, &[]).code, Some(0), "a push into nothing");
        store.servers.push(s3::restart(content));
        other.push(&lost, &[]).exits(0);
        let (pulled, folder) = Image::pull(&kept, &[]);
        pulled.exits(0);
        image.is_in(&folder);
        shown(
            "the store goes away and comes back",
            Helm::V3,
            &format!(
                "{}: a push fails, then goes through; the image from before is whole",
                registry.version()
            ),
        );
    }
}

/// Neither the output nor the checksum depends on the time.
#[test]
#[ignore = "scripts/prove"]
fn a_clock_that_is_wrong() {
    let release = Release::new(Helm::V3);
    let rendered = release
        .home()
        .template("msr", &chart("msr"), &[])
        .exits(0)
        .stdout;
    let file = release.home().path().join("values.json");
    fs::write(&file, values("one", 5_242_880).to_string()).expect("a file of values");
    let args = ["-f".to_owned(), file.display().to_string()];
    let now = msr_storage(&args)
        .stdin(rendered.as_str())
        .run()
        .exits(0)
        .stdout;
    for date in ["1970-01-02 00:00:00", "2099-12-31 23:59:59"] {
        let then = Run::new(&tool("faketime"))
            .args([date])
            .args([program::under_test()])
            .args(&args)
            .stdin(rendered.as_str())
            .run()
            .exits(0);
        assert!(then.stdout == now, "another output in {date}");
    }
    shown(
        "a clock that is wrong",
        Helm::V3,
        "the same bytes in 1970 and in 2099",
    );
}
