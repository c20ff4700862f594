//! One verdict: what `check` calls an error, the post-renderer refuses under both Helms, with the same code, place and message;
//! what is let through passes in both; and each error is one because a real part refuses it.

mod bad;
mod proof;
mod variables;

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use super::support::helm::{Helm, Home, chart};
use super::support::run::{Outcome, msr_storage};
use bad::{BAD, Bad};

/// An error as `check` tells it: its code, its place (`values.yaml:1:2`) and its message.
type Told = (String, String, String);

/// What `check` says of a case, errors alone.
fn told(folder: &TempDir, args: &[&str]) -> Vec<Told> {
    let outcome = msr_storage(["check", "-f", "values.yaml", "--format=json"])
        .args(args)
        .folder(folder.path())
        .run();
    let report: Value = serde_json::from_str(&outcome.stdout)
        .unwrap_or_else(|fault| panic!("{fault}: {}", outcome.stderr));
    let found = report["diagnostics"].as_array().unwrap().iter();
    let errors = found.filter(|found| found["severity"] == "error");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let told: Vec<Told> = errors
        .map(|found| {
            let at = &found["location"];
            let place = format!("{}:{}:{}", text(&at["source"]), at["line"], at["column"]);
            (text(&found["code"]), place, text(&found["message"]))
        })
        .collect();
    assert_eq!(outcome.code, Some(i32::from(!told.is_empty())));
    told
}

fn folder(bad: &Bad) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("values.yaml"), bad.values()).unwrap();
    folder
}

/// The post-renderer's part of what Helm printed: Helm 4 has it inside a quoted string.
fn said(helm: Helm, outcome: &Outcome) -> String {
    match helm {
        Helm::V3 => outcome.stderr.clone(),
        Helm::V4 => outcome.stderr.replace("\\\"", "\""),
    }
}

fn render(home: &Home, folder: &TempDir, more: &[&str]) -> Outcome {
    let chart = chart("msr");
    let args = [
        "template",
        "rel",
        chart.to_str().unwrap(),
        "-f",
        "values.yaml",
    ];
    let args = [&args, &["--post-renderer", "msr-storage"][..], more].concat();
    home.command().args(args).folder(folder.path()).run()
}

#[test]
fn what_check_calls_an_error_is_refused_under_both_helms() {
    let homes = Helm::BOTH.map(|helm| (helm, Home::with_msr_storage(helm)));
    for bad in BAD {
        let folder = folder(bad);
        let told = told(&folder, &[]);
        let codes: Vec<_> = told.iter().map(|(code, ..)| code.as_str()).collect();
        assert_eq!(codes, [bad.code], "{}", bad.storage);
        for (helm, home) in &homes {
            let outcome = render(home, &folder, &[]);
            let said = said(*helm, &outcome);
            assert_eq!((outcome.code, &*outcome.stdout), (Some(1), ""), "{said}");
            assert_eq!(said.matches("error[").count(), told.len(), "{said}");
            for (code, place, message) in &told {
                let wanted = match helm {
                    Helm::V3 => format!("error[{code}]: {message}\n"),
                    Helm::V4 => format!("error[{code}] {place}: {message}"),
                };
                assert!(said.contains(&wanted), "{helm:?}: no {wanted:?} in {said}");
                assert!(said.contains(place.as_str()), "{helm:?}: {place}: {said}");
            }
        }
    }
}

#[test]
fn what_is_allowed_passes_in_both() {
    let homes = Helm::BOTH.map(|helm| (helm, Home::with_msr_storage(helm)));
    for (number, bad) in BAD.iter().enumerate() {
        let folder = folder(bad);
        let allow = format!("--allow={}", bad.code);
        let check = msr_storage(["check", "-f", "values.yaml", &allow]).folder(folder.path());
        let filter = msr_storage(["-f", "values.yaml", "--allow", bad.code])
            .folder(folder.path())
            .stdin(bad::REGISTRY);
        if bad.never {
            for run in [check, filter] {
                let outcome = run.run().exits(2);
                let wanted = format!("`{}` can't be allowed: ", bad.code);
                assert!(outcome.stderr.contains(&wanted), "{}", outcome.stderr);
            }
            continue;
        }
        check.run().exits(0);
        let outcome = filter.run().exits(0);
        assert!(
            outcome.stdout.contains("msr-registry"),
            "{}",
            outcome.stdout
        );
        // Through one Helm each, in turn: the flag's way there is the same for all.
        let (_, home) = &homes[number % 2];
        let args = ["--post-renderer-args", &allow];
        render(home, &folder, &args).exits(0);
    }
}

/// The comment at the value does the same, in every place that values come from.
#[test]
fn a_comment_lets_through_where_the_value_stands() {
    let values = "registry:\n  storage:\n    backend: s3\n    s3:\n      region: us-east-2\n      v4auth: true\n      bucket: testing-msr\n      # msr-storage: allow out-of-range\n      chunksize: 1\n";
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("values.yaml"), values).unwrap();
    assert_eq!(told(&folder, &[]), []);
    for helm in Helm::BOTH {
        render(&Home::with_msr_storage(helm), &folder, &[]).exits(0);
    }
    let carrier = format!(
        "apiVersion: msr-storage/v1\nkind: StorageValues\nmetadata: {{name: msr}}\n{values}---\n"
    );
    let resource = format!(
        "apiVersion: msr.mirantis.com/v1\nkind: MSR\nmetadata: {{name: msr}}\nspec:\n{}---\n",
        values
            .replace("registry:\n", "  registry:\n")
            .replace("\n ", "\n   ")
    );
    let rendered = bad::REGISTRY.replace(
        "        image:",
        "        env:
        - {name: REGISTRY_STORAGE, value: s3}
        - {name: REGISTRY_STORAGE_S3_REGION, value: us-east-2}
        - {name: REGISTRY_STORAGE_S3_BUCKET, value: testing-msr}
        - name: REGISTRY_STORAGE_S3_CHUNKSIZE # msr-storage: allow out-of-range
          value: \"1\"
        image:",
    );
    for (stream, args) in [
        (carrier + bad::REGISTRY, vec![]),
        (resource + bad::REGISTRY, vec![]),
        (rendered, vec!["--no-values"]),
    ] {
        let run = |stream: &str| msr_storage(&args).stdin(stream).run();
        let check = |stream: &str| msr_storage(["check", "-"]).stdin(stream).run();
        run(&stream).exits(0);
        check(&stream).exits(0);
        let without = stream.replace("msr-storage: allow", "not allowed:");
        let refused = run(&without).exits(1);
        let found = check(&without).exits(1);
        for outcome in [&refused.stderr, &found.stdout] {
            assert!(outcome.contains("error[out-of-range]"), "{outcome}");
        }
    }
    let flag = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=a b# msr-storage: allow bucket-name";
    // A flag's text is a value from end to end.
    msr_storage(["--set", flag])
        .stdin(bad::REGISTRY)
        .run()
        .exits(1);
}

/// What a rendered stream holds is judged alike, at the same place.
#[test]
fn a_rendering_is_judged_alike() {
    for (bad, code) in [
        (
            "[{name: REGISTRY_STORAGE, value: azure}, {name: REGISTRY_STORAGE_AZURE_ACCOUNTKEY, value: not base64}, {name: REGISTRY_STORAGE_AZURE_ACCOUNTNAME, value: msr}, {name: REGISTRY_STORAGE_AZURE_CONTAINER, value: msr}]",
            "not-base64",
        ),
        (
            "[{name: REGISTRY_STORAGE, value: oss}, {name: REGISTRY_STORAGE_OSS_ACCESSKEYID, value: a}, {name: REGISTRY_STORAGE_OSS_ACCESSKEYSECRET, value: '\"a\\n\"'}, {name: REGISTRY_STORAGE_OSS_REGION, value: oss-cn-hangzhou}, {name: REGISTRY_STORAGE_OSS_BUCKET, value: msr}]",
            "key-white-space",
        ),
        (
            "[{name: REGISTRY_STORAGE, value: s3}, {name: REGISTRY_STORAGE_S3_REGION, value: us-east-2}, {name: REGISTRY_STORAGE_S3_BUCKET, value: msr}, {name: REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY, value: /x}]",
            "stale-entries",
        ),
        (
            "[{name: REGISTRY_STORAGE, value: s3}, {name: REGISTRY_STORAGE_S3_REGION, value: us-east-2}]",
            "missing-field",
        ),
    ] {
        let stream = bad::registry_with(bad);
        let found = msr_storage(["check", "-", "--quiet"])
            .stdin(stream.as_str())
            .run()
            .exits(1);
        let refused = msr_storage(["--no-values"])
            .stdin(stream.as_str())
            .run()
            .exits(1);
        let errors = |text: &str| -> Vec<String> {
            let all = text.split("\n\n").filter(|part| part.starts_with("error["));
            all.map(|part| {
                part.replace("<stdin>", "the rendered chart")
                    .trim()
                    .to_owned()
            })
            .collect()
        };
        assert_eq!(errors(&found.stdout), errors(&refused.stderr));
        assert!(
            refused.stderr.contains(&format!("error[{code}]")),
            "{}",
            refused.stderr
        );
        msr_storage(["--no-values", "--allow", code])
            .stdin(stream.as_str())
            .run()
            .exits(0);
        msr_storage(["check", "-", "--allow", code])
            .stdin(stream.as_str())
            .run()
            .exits(0);
    }
}

/// What the program wrote has no errors.
#[test]
fn check_of_what_the_program_wrote_is_clean() {
    for bad in BAD.iter().filter(|bad| !bad.right.is_empty()) {
        let values = bad::values_of(bad.right, "");
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("values.yaml"), values).unwrap();
        let written = msr_storage(["-f", "values.yaml"])
            .folder(folder.path())
            .stdin(bad::REGISTRY)
            .run()
            .exits(0)
            .stdout;
        msr_storage(["check", "-"]).stdin(written).run().exits(0);
    }
}

/// The limits of MSR itself are warnings for another chart; everybody's are not.
#[test]
fn the_limits_of_msr_are_warnings_for_another_chart() {
    let stream = bad::REGISTRY.replace("component: registry", "component: other");
    let values = |region: &str, more: &str| {
        format!(
            "registry.storage.backend=s3,registry.storage.s3.bucket=msr,registry.storage.s3.region={region}{more}"
        )
    };
    for (set, code) in [
        (values("eu-north-1", ""), 0),
        (values("us-east-2", ",registry.storage.s3.v4auth=false"), 0),
        (values("us-east-2", ",registry.storage.s3.chunksize=1"), 1),
    ] {
        let selector = ["-l", "app.kubernetes.io/component=other", "--set", &set];
        msr_storage(selector)
            .stdin(stream.as_str())
            .run()
            .exits(code);
        msr_storage([
            "check",
            "--set",
            &set,
            "-l",
            "app.kubernetes.io/component=other",
        ])
        .run()
        .exits(code);
    }
}
