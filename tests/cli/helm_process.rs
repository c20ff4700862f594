//! Which Helm runs us, through whatever lies between, and what of its line cannot be had. In real chains of processes.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use msr_storage::helm::{Helm as Around, Process};
use serde_json::json;

use super::helm_stage::Stage;
use super::support::helm::{Helm, Home, chart};
use super::support::program;

fn staged(helm: Helm) -> Stage {
    let stage = Stage::new(helm);
    stage.chart("chart", "name: show\n", "registry: {from: chart}\n");
    stage
}

fn script(stage: &Stage, name: &str, text: &str) -> PathBuf {
    let path = stage.home.path().join(name);
    program::script(&path, &format!("#!/bin/sh\n{text}\n"));
    path
}

#[test]
fn the_helm_that_runs_us_is_known_and_quickly() {
    for (helm, dialect) in [(Helm::V3, "Helm3"), (Helm::V4, "Helm4")] {
        let stage = staged(helm);
        let report = stage.run(&["template", "r", "chart", "--set", "registry.a=1"]);
        assert_eq!(report.learned["dialect"], dialect, "{report:?}");
        assert_eq!(report.learned["plugin_of_helm4"], json!(helm == Helm::V4));
        assert_eq!(report.learned["given"], json!({"registry": {"a": 1}}));
        // 200 µs here; it stands in every deploy, and a busy machine has its own pace.
        assert!(
            report.learned["micros"].as_u64().unwrap() < 20_000,
            "{report:?}"
        );
        report.agrees_on("registry");
    }
}

#[test]
fn a_helm_under_another_name_is_still_helm() {
    for helm in Helm::BOTH {
        let stage = staged(helm);
        let copies = ["helm-v9.1", "k8s-packages"].map(|name| {
            let copy = stage.home.path().join(name);
            program::copy(&helm.program(), &copy);
            copy
        });
        let link = stage.home.path().join("k");
        symlink(helm.program(), &link).unwrap();
        for called in copies.iter().chain([&link]) {
            let args = [
                "template",
                "r",
                "chart",
                "--set=registry.a=1",
                "--post-renderer=report",
            ];
            let report = stage.run_as(called, &args);
            assert_eq!(report.learned["given"], json!({"registry": {"a": 1}}));
            report.agrees_on("registry");
        }
    }
}

/// As `helm secrets` and helm-diff do it: a plugin runs Helm anew, by what `HELM_BIN` says, on a line of its own.
#[test]
fn the_helm_that_a_plugin_runs_is_the_one_that_counts() {
    for helm in Helm::BOTH {
        let stage = staged(helm);
        let folder = stage.home.plugins().join("outer");
        fs::create_dir_all(&folder).unwrap();
        let manifest = "name: outer\nversion: 1.0.0\nusage: outer\ndescription: outer\ncommand: $HELM_PLUGIN_DIR/run.sh\n";
        fs::write(folder.join("plugin.yaml"), manifest).unwrap();
        let run = script(
            &stage,
            "run.sh",
            "echo 'registry: {b: 2}' >decrypted.yaml\n\"$HELM_BIN\" \"$@\" -f decrypted.yaml",
        );
        symlink(run, folder.join("run.sh")).unwrap();
        let report = stage.run(&["outer", "template", "r", "chart", "--set", "registry.a=1"]);
        assert_eq!(
            report.learned["given"],
            json!({"registry": {"a": 1, "b": 2}}),
            "{report:?}"
        );
        let dialect = if helm == Helm::V4 { "Helm4" } else { "Helm3" };
        assert_eq!(report.learned["dialect"], dialect);
        report.agrees_on("registry");
    }
}

#[test]
fn paths_on_the_line_start_where_helm_runs() {
    for helm in Helm::BOTH {
        let stage = staged(helm);
        let inner = stage.home.path().join("inner");
        fs::create_dir(&inner).unwrap();
        fs::write(inner.join("v.yaml"), "registry: {a: inner}\n").unwrap();
        stage.file("v.yaml", "registry: {a: outer}\n");
        let elsewhere = script(
            &stage,
            "elsewhere.sh",
            "cd inner && exec helm template r ../chart -f v.yaml --post-renderer report",
        );
        let report = stage.run_as(&elsewhere, &[]);
        assert_eq!(
            report.learned["directory"],
            json!(inner.canonicalize().unwrap())
        );
        assert_eq!(report.learned["given"], json!({"registry": {"a": "inner"}}));
        report.agrees_on("registry");
    }
}

/// A pipe is empty the second time: never to be taken for values that are not there.
#[test]
fn values_that_can_be_read_only_once_are_refused() {
    for helm in Helm::BOTH {
        let stage = staged(helm);
        stage.file("v.yaml", "registry: {a: 1}\n");
        for line in [
            "cat v.yaml | helm template r chart -f - --post-renderer report",
            "cat v.yaml | helm template r chart -f /dev/stdin --post-renderer report",
            "helm template r chart -f <(cat v.yaml) --post-renderer report",
            "helm template r chart --set-file registry.a=<(cat v.yaml) --post-renderer report",
            "cat v.yaml | helm template r chart --set-file registry.a=- --post-renderer report",
        ] {
            let report = stage.run_as(Path::new("/bin/bash"), &["-c", line]);
            let error = report.learned["error"].as_str().unwrap_or_default();
            assert!(
                error.contains("read only once"),
                "{helm:?} {line}: {report:?}"
            );
            assert!(
                report.learned["help"]
                    .as_str()
                    .unwrap()
                    .contains("write it to a file"),
                "{report:?}"
            );
        }
    }
}

/// What only Helm can read, Helm reads again: here by a downloader plugin, as `secrets://` is.
#[test]
fn values_that_only_helm_can_fetch_are_asked_of_helm() {
    for helm in Helm::BOTH {
        let stage = staged(helm);
        let folder = stage.home.plugins().join("vault");
        fs::create_dir_all(&folder).unwrap();
        let manifest = "name: vault\nversion: 1.0.0\nusage: vault\ndescription: vault\ncommand: $HELM_PLUGIN_DIR/no.sh\n\
            downloaders:\n- command: get.sh\n  protocols: [vault]\n";
        fs::write(folder.join("plugin.yaml"), manifest).unwrap();
        let get = script(
            &stage,
            "get.sh",
            "echo 'registry: {a: \"a<b>\\u00e9\", n: 012, y: yes, big: 1e6}'",
        );
        symlink(get, folder.join("get.sh")).unwrap();
        let report = stage.run(&[
            "template",
            "r",
            "chart",
            "-f",
            "vault://x/y",
            "--set",
            "registry.b=7",
        ]);
        assert_eq!(
            report.learned["given"]["registry"]["b"],
            json!(7),
            "{report:?}"
        );
        assert_eq!(
            report.learned["given"]["registry"]["a"],
            json!("a<b>é"),
            "{report:?}"
        );
        report.agrees_on("registry");
    }
}

#[test]
fn helm_3_has_written_an_output_dir_before_we_run() {
    for helm in Helm::BOTH {
        let stage = staged(helm);
        let report = stage.run(&["template", "r", "chart", "--output-dir", "out"]);
        let refused = report.learned["output_dir"].as_str();
        assert_eq!(refused.is_some(), helm == Helm::V3, "{report:?}");
    }
}

/// A Helm newer than the table: whether `x` is a value or the release, only its own `--help` says.
#[test]
fn a_flag_that_is_new_is_looked_up_in_helms_own_help() {
    for (listed, release) in [
        ("      --new string   new", "r"),
        ("      --new   new", "x"),
    ] {
        let stage = staged(Helm::V3);
        let program = Helm::V3.program();
        let newer = script(
            &stage,
            "newer",
            &format!("exec {program:?} \"$@\" | sed 's/^Flags:/&\\n{listed}/'"),
        );
        let line = ["helm", "template", "--new", "x", "r", "--set", "a=1"];
        let words: &[&str] = if release == "r" { &["chart"] } else { &[] };
        let process = Process {
            arguments: line.iter().chain(words).map(Into::into).collect(),
            executable: Some(newer),
            directory: Some(stage.home.path().to_owned()),
            environment: Some([("PATH".into(), "/usr/bin:/bin".into())].into()),
            ..Process::default()
        };
        let around = Around::of(process.clone()).unwrap();
        assert_eq!(around.line().release.as_deref(), Some(release));

        let known = Process {
            executable: Some(program),
            ..process
        };
        let error = Around::of(known).err().unwrap().to_string();
        assert!(error.contains("`--new`"), "{error}");
    }
}

/// The same by the whole program. The Helm is a shell by that name: its line is `helm template …`, so that it runs the script `template`.
#[test]
fn the_program_takes_a_new_flag_from_helms_own_help() {
    let home = Home::new(Helm::V3);
    let folder = home.path();
    let rendered = home.template("r", &chart("msr"), &[]).exits(0);
    fs::write(folder.join("stream.yaml"), rendered.stdout).unwrap();
    let newer = folder.join("newer");
    fs::create_dir(&newer).unwrap();
    program::copy(Path::new("/bin/bash"), &newer.join("helm"));
    let script = |help: &str| {
        let text = format!(
            "case \" $* \" in *' --help '*) printf '%s\\n' 'Flags:' '{help}'; exit 0;; esac\n{:?} <stream.yaml\nexit $?\n",
            program::under_test()
        );
        fs::write(folder.join("template"), text).unwrap();
        home.run(&newer.join("helm"))
            .args([
                "template",
                "--new-in-9",
                "registry.storage.backend=oss",
                "r",
            ])
            .args([chart("msr")])
            .args([
                "--set",
                "registry.storage.backend=s3,registry.storage.s3.region=us-east-2",
            ])
            .args([
                "--set",
                "registry.storage.s3.bucket=testing-msr",
                "--post-renderer",
                "x",
            ])
            .run()
    };
    let known = script("      --new-in-9 string   a value follows").exits(0);
    assert!(known.stdout.contains("testing-msr"), "{}", known.stdout);
    let unknown = script("      --other string   another").exits(1);
    assert!(unknown.stderr.contains("--new-in-9"), "{}", unknown.stderr);
}
