//! A release's whole life through the real line, `helm upgrade … --post-renderer msr-storage`, on a real API and both
//! Helms: whatever an upgrade reuses, the objects in the API have the backend that the values say, the claim stays, and
//! nothing else of the chart differs from the same life without the post-renderer.

mod play;

use std::fs;

use super::support::helm::Helm;
use super::support::run::msr_storage;
use super::support::tools::root;
use play::{Play, S3, on_bucket};

#[test]
fn every_way_to_reuse_values_keeps_the_backend() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install(&["--set", S3]);
        play.runs_on("testing-msr");
        play.upgrade(&[]);
        play.file("comments.yaml", "# storage: none here\n");
        play.upgrade(&["-f", "comments.yaml"]);
        play.upgrade(&["--reuse-values"]);
        play.upgrade(&["--reuse-values", "--set", "jobrunner.replicaCount=2"]);
        play.upgrade(&["--reset-then-reuse-values", "--set", "nginx.replicaCount=2"]);
        play.upgrade(&["--reset-values", "--set", S3]);
        play.upgrade(&["--install"]);
        let kubeconfig = play.without_a_context();
        play.upgrade(&["--kubeconfig", &kubeconfig, "--kube-context", "test"]);
        play.runs_on("testing-msr");
        play.claim_is_there();
    }
}

/// Helm forgets what the line does not repeat; the registry would wake up on the chart's empty volume.
#[test]
fn values_that_helm_forgets_do_not_move_the_registry() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install(&["--set", S3]);
        for line in [
            &["--reset-values"][..],
            &["--set", "nginx.replicaCount=2"],
            &["--set", "registry.storage.persistentVolume.size=20Gi"],
        ] {
            let said = play.refused(line);
            for words in [
                "s3 (region us-east-2, bucket testing-msr)",
                "persistentVolume (claim rel-msr-registry, mountPath /storage)",
                "a rollback would flip it back unseen",
                "--allow-backend-switch persistentVolume:rel-msr-registry",
            ] {
                assert!(said.contains(words), "{helm:?} {line:?}: {said}");
            }
            play.runs_on("testing-msr");
        }
    }
}

#[test]
fn after_a_failed_upgrade_the_deployed_revisions_values_count() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install(&["--set", S3]);
        let other = on_bucket("other-msr");
        // The API takes no negative count: the upgrade fails half way, after the guard let it through.
        let allow = "--post-renderer-args=--allow-backend-switch=s3:other-msr";
        play.fails(&["--set", &other, "--set", "nginx.replicaCount=-1", allow]);
        let last = play.helm(&["get", "values", "rel"]).exits(0).stdout;
        assert!(last.contains("other-msr"), "{helm:?}: {last}");
        play.upgrade(&[]);
        play.runs_on("testing-msr");
        play.claim_is_there();
    }
}

#[test]
fn a_switch_passes_by_its_printed_name_alone_and_a_rollback_flips_it_back() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install(&["--set", S3]);
        let other = on_bucket("other-msr");
        let said = play.refused(&["--set", &other]);
        assert!(
            said.contains("--allow-backend-switch s3:other-msr"),
            "{said}"
        );
        let flag = "--post-renderer-args=--allow-backend-switch=";
        play.refused(&["--set", &other, &format!("{flag}s3:testing-msr")]);
        play.runs_on("testing-msr");
        play.upgrade(&["--set", &other, &format!("{flag}s3:other-msr")]);
        play.runs_on("other-msr");

        let third = on_bucket("third-msr");
        play.refused_with("s3:other-msr", &["--set", &third]);
        play.upgrade_with("s3:third-msr", &["--set", &third]);
        play.runs_on("third-msr");
        // Left in place, it lets no change of the region through.
        let region = format!("{third},registry.storage.s3.region=us-west-2");
        let said = play.refused_with("s3:third-msr", &["--set", &region]);
        assert!(said.contains("s3:third-msr:region:us-west-2"), "{said}");

        // Helm's own: no post-renderer runs.
        play.both(&["rollback", "rel", "1", "--no-hooks"]);
        play.runs_on("testing-msr");
        play.upgrade(&[]);
        play.runs_on("testing-msr");
        play.claim_is_there();
    }
}

#[test]
fn what_was_deployed_without_the_tool_is_compared_as_it_runs() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install_without(&[]);
        let said = play.refused(&["--set", S3]);
        assert!(
            said.contains("runs on persistentVolume (claim rel-msr-registry, mountPath /storage)"),
            "{said}"
        );
        let size =
            "registry.storage.backend=persistentVolume,registry.storage.persistentVolume.size=20Gi";
        play.upgrade(&["--set", size]);
        play.claim_is_there();
        for (setting, words) in [
            (
                "registry.storage.persistentVolume.storageClass=fast",
                "its storage class would change from the default class to fast",
            ),
            (
                "registry.storage.persistentVolume.accessMode=ReadWriteMany",
                "its access mode would change from ReadWriteOnce to ReadWriteMany",
            ),
        ] {
            let said = play.refused(&["--reuse-values", "--set", setting]);
            assert!(said.contains(words), "{helm:?}: {said}");
        }
        // The claim has the annotation that keeps it, and the new release takes it over.
        play.uninstall();
        play.claim_is_there();
        play.install_anew(&["--set", size]);
        play.claim_is_there();
        play.uninstall();
        play.install_anew(&["--set", S3]);
        play.runs_on("testing-msr");
        play.claim_is_there();
    }
}

#[test]
fn a_chart_that_drops_the_registrys_claim_is_refused() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install(&["--set", S3]);
        let chart = play.chart_without("templates/registry/pvc.yaml");
        let said = play.refused_chart(&chart, &["--reuse-values"]);
        let words = "PersistentVolumeClaim/rel-msr-registry, which the running registry mounts, is not in the new manifest";
        assert!(said.contains(words), "{helm:?}: {said}");
        play.claim_is_there();
    }
}

#[test]
fn an_upgrade_that_installs_has_nothing_to_compare_with() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.upgrade(&["--install", "--set", S3]);
        play.runs_on("testing-msr");
    }
}

/// A login that is good for one program: Helm itself can upgrade, but the release can't be asked for.
#[test]
fn a_release_that_cannot_be_read_refuses_the_upgrade_with_the_reason() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        play.install(&["--set", S3]);
        for line in [&[][..], &["--reuse-values"], &["--set", S3]] {
            let kubeconfig =
                play.login("mkdir once || { echo this login was used before >&2; exit 1; }");
            let said = play.refused(&[line, &["--kubeconfig", &kubeconfig]].concat());
            for words in ["`helm history rel` failed", "getting credentials"] {
                assert!(said.contains(words), "{helm:?} {line:?}: {said}");
            }
            fs::remove_dir(play.folder().join("once")).unwrap();
        }
        play.runs_on("testing-msr");
    }
}

/// Each Helm that talks to the cluster logs in once, so logins count the Helms.
#[test]
fn the_cluster_is_asked_for_upgrades_alone() {
    for helm in Helm::BOTH {
        let play = Play::new(helm);
        let kubeconfig = play.login("echo login >>logins");
        let logins = || {
            let file = play.folder().join("logins");
            let logins = fs::read_to_string(&file).unwrap_or_default();
            let _ = fs::remove_file(file);
            logins.lines().count()
        };
        let line = ["--set", S3, "--kubeconfig", &kubeconfig];
        play.home_template(&line);
        assert_eq!(logins(), 0, "{helm:?}: template");
        play.install_without_baseline(&line);
        assert_eq!(logins(), 1, "{helm:?}: install");
        play.upgrade_without_baseline(&line);
        assert!(logins() > 1, "{helm:?}: an upgrade asks for the release");
    }
}

/// For GitOps: the files of a rendering are one manifest, in which a claim may lie apart from its workload.
#[test]
fn check_compares_a_rendering_of_several_files_with_an_earlier_one() {
    let pair = root().join("testdata/guard/backend-volume-to-s3");
    let new = fs::read_to_string(pair.join("new.yaml")).unwrap();
    let (workload, claim) = new.split_once("---\n").unwrap();
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("workload.yaml", workload), ("claim.yaml", claim)] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let against = format!("--against={}", pair.join("old.yaml").display());
    let check = |inputs: &[&str]| {
        let run = msr_storage([&["check", &against], inputs].concat());
        run.folder(folder.path())
    };
    let both = ["workload.yaml", "claim.yaml"];
    let found = check(&both).run().exits(1).stdout;
    assert!(found.contains("[backend-switch]"), "{found}");
    assert!(!found.contains("[claim-lost]"), "{found}");
    let confirmed = check(&both).env("MSR_STORAGE_ALLOW_BACKEND_SWITCH", "s3:testing-msr");
    confirmed.run().exits(0);
    let found = check(&["workload.yaml"]).run().exits(1).stdout;
    assert!(found.contains("[claim-lost]"), "{found}");
    // A rendering without a registry is the wrong file, not one without faults.
    let said = check(&["claim.yaml"]).run().exits(3).stderr;
    assert!(said.contains("no registry in the inputs"), "{said}");
}
