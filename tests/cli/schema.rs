//! `schema` as Helm itself uses it: as `values.schema.json` of a chart, by both Helms, in both drafts.

use std::fs;
use std::path::{Path, PathBuf};

use super::support::helm::{Helm, Home, chart};
use super::support::run::{Run, msr_storage};

/// A copy of the sample chart with the schema in it.
fn guarded(home: &Home, draft: &str) -> PathBuf {
    let copy = home.path().join(format!("msr-{draft}"));
    Run::new(Path::new("/bin/cp"))
        .args(["-r"])
        .args([chart("msr"), copy.clone()])
        .run()
        .exits(0);
    let schema = msr_storage(["schema", "--draft", draft, "--allow-region", "eu-north-1"])
        .run()
        .exits(0)
        .stdout;
    fs::write(copy.join("values.schema.json"), schema).unwrap();
    copy
}

/// Value flags after those that make s3 whole, and what Helm's refusal must name; none where Helm must take them.
const CASES: [(&[&str], Option<&str>); 16] = [
    (&[], None),
    (&["--set", "registry.storage.s3.secure=false"], None),
    (&["--set", "registry.storage.s3.chunksize=5242880"], None),
    (
        &["--set-string", "registry.storage.s3.chunksize=5242880"],
        None,
    ),
    (
        &[
            "--set",
            "registry.storage.s3.accesskey=12345,registry.storage.s3.secretkey=x",
        ],
        None,
    ),
    (
        &["--set", "registry.replicaCount=2,ingress.enabled=true"],
        None,
    ),
    (&["--set", "registry.storage.s3.bukcet=x"], Some("bukcet")),
    (&["--set", "registry.storage.backend=S3"], Some("backend")),
    (&["--set", "registry.storage.s3.bucket="], Some("bucket")),
    (
        &["--set", "registry.storage.s3.secure=maybe"],
        Some("secure"),
    ),
    (
        &["--set", "registry.storage.s3.chunksize=1000"],
        Some("chunksize"),
    ),
    (
        &["--set", "registry.storage.s3.storageclass=GLACIER"],
        Some("storageclass"),
    ),
    (
        &["--set", "registry.storage.s3.region=us-east-9"],
        Some("region"),
    ),
    (
        &["--set", "registry.storage.s3.region=eu-south-1"],
        Some("region"),
    ),
    // As `--allow-region` says.
    (&["--set", "registry.storage.s3.region=eu-north-1"], None),
    (
        &[
            "--set",
            "registry.storage.s3.region=garage,registry.storage.s3.regionendpoint=https://s3.example.com",
        ],
        None,
    ),
];

#[test]
fn helm_judges_values_by_it() {
    let whole = [
        "--set",
        "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr",
    ];
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        for draft in ["draft-07", "2020-12"] {
            let chart = guarded(&home, draft);
            for (flags, wanted) in CASES {
                let outcome = home.template("rel", &chart, &[&whole[..], flags].concat());
                match wanted {
                    None => drop(outcome.exits(0)),
                    Some(name) => {
                        let outcome = outcome.exits(1);
                        assert!(
                            outcome.stderr.contains(name),
                            "{helm:?} {draft} {flags:?}: {}",
                            outcome.stderr
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn the_charts_own_defaults_pass_lint() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        for draft in ["draft-07", "2020-12"] {
            let chart = guarded(&home, draft).display().to_string();
            home.helm(["lint", "--strict", &chart]).exits(0);
            let refused = home
                .helm(["lint", &chart, "--set", "registry.storage.backend=azure"])
                .exits(1);
            assert!(refused.stdout.contains("accountname"), "{}", refused.stdout);
        }
    }
}

#[test]
fn a_block_that_nobody_chose_is_refused() {
    for helm in Helm::BOTH {
        let home = Home::new(helm);
        let chart = guarded(&home, "draft-07");
        let unnamed = "registry.storage.backend=null,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=b";
        home.template("rel", &chart, &["--set", unnamed]).exits(1);
        home.template("rel", &chart, &["--set", "registry.storage.backend=null"])
            .exits(0);
    }
}
