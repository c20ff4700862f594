//! Every refusal where its user sees it: through both Helms, which fail, say why, show no secret and print no manifest.

use super::support::helm::{Helm, Home, chart};

const S3: &str = "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr";
const KEYS: &str = "registry.storage.s3.accesskey=AKIAIOSFODNN7EXAMPLE,registry.storage.s3.secretkey=never-shown-to-anyone";

/// The flags after `helm template rel CHART`, and what must be said.
const REFUSALS: [(&[&str], &[&str]); 16] = [
    (
        &["--set", S3, "--set", "registry.storage.s3.region=us-esat-2"],
        &[
            "registry.storage.s3.region",
            "`us-esat-2` is not a region of AWS",
            "did you mean `us-east-2`?",
        ],
    ),
    (
        &["--set", S3, "--set", "registry.storage.s3.v4auth=false"],
        &["v4auth is false"],
    ),
    (
        &["--set", S3, "--set", "registry.storage.s3.buckte=x"],
        &["registry.storage.s3.buckte", "did you mean `bucket`?"],
    ),
    (
        &["--set", "registry.storage.backend=s4"],
        &["there is no backend `s4`", "did you mean `s3`?"],
    ),
    (
        &["--set", "registry.storage.s3.bucket=testing-msr"],
        &["registry.storage.s3 is filled", "registry.storage.backend"],
    ),
    (
        &[
            "--set",
            S3,
            "--set",
            "registry.storage.s3.accesskey=AKIAIOSFODNN7EXAMPLE",
        ],
        &["accesskey is set without secretkey"],
    ),
    (
        &[
            "--set",
            S3,
            "--set",
            KEYS,
            "--set",
            "registry.storage.s3.secretkey=",
        ],
        &["accesskey is set without secretkey"],
    ),
    (
        &["--set", "registry.storage.backend=s3"],
        &[
            "registry.storage.s3.region is",
            "registry.storage.s3.bucket is",
        ],
    ),
    (
        &[
            "--set",
            S3,
            "--set",
            "registry.storage.s3.chunksize=5242879",
        ],
        &["the least is 5242880"],
    ),
    (
        &[
            "--set",
            S3,
            "--set",
            "registry.storage.s3.storageclass=GLACIER",
        ],
        &["`GLACIER` is none of STANDARD, REDUCED_REDUNDANCY"],
    ),
    (
        &["--set", S3, "--set", "registry.storage.s3.encrypt=sure"],
        &["must be true or false"],
    ),
    (
        &["-f", "misread.yaml"],
        &["`0123` is not in quotes", "misread.yaml:1:"],
    ),
    (
        &["-f", "secret.yaml"],
        &[
            "registry.storage.swift.password is not in quotes",
            "secret.yaml:1:",
        ],
    ),
    (
        &[
            "--set",
            "registry.replicaCount=2,registry.storage.backend=persistentVolume",
        ],
        &["ReadWriteOnce serves one node, but the registry has 2 replicas"],
    ),
    (
        &[
            "--set",
            "registry.storage.backend=gcs,registry.storage.gcs.bucket=x,registry.storage.gcs.chunksize=1000000",
        ],
        &["multiple of 262144"],
    ),
    (
        &[
            "--set",
            S3,
            "--set",
            "registry.extraEnvFrom[0].configMapRef.name=extra",
            "--set",
            "registry.storage.s3.region=mars",
        ],
        &["`mars` is not a region"],
    ),
];

fn home(helm: Helm) -> Home {
    let home = Home::with_msr_storage(helm);
    let write = |name: &str, text: &str| std::fs::write(home.path().join(name), text).unwrap();
    write(
        "misread.yaml",
        "registry: {storage: {backend: s3, s3: {region: us-east-2, bucket: 0123}}}\n",
    );
    write(
        "secret.yaml",
        "registry: {storage: {backend: swift, swift: {authurl: 'https://a/v3', username: u, container: c, password: 0815_4711}}}\n",
    );
    home
}

#[test]
fn every_refusal_is_seen_through_both_helms() {
    for helm in Helm::BOTH {
        let home = home(helm);
        for (flags, wanted) in REFUSALS {
            let outcome = home
                .template(
                    "rel",
                    &chart("msr"),
                    &[flags, &["--post-renderer", "msr-storage"]].concat(),
                )
                .exits(1);
            assert_eq!(outcome.stdout, "", "{helm:?} {flags:?}");
            for text in wanted {
                assert!(
                    outcome.stderr.contains(text),
                    "{helm:?} {flags:?}: no {text:?} in\n{}",
                    outcome.stderr
                );
            }
            for secret in [
                "AKIAIOSFODNN7EXAMPLE",
                "never-shown-to-anyone",
                "0815_4711",
                "8154711",
            ] {
                assert!(
                    !outcome.stderr.contains(secret),
                    "{helm:?} {flags:?}\n{}",
                    outcome.stderr
                );
            }
        }
    }
}

/// In an umbrella chart nobody reads values at the top.
#[test]
fn values_that_no_chart_reads_are_refused() {
    for helm in Helm::BOTH {
        let outcome = home(helm)
            .template(
                "rel",
                &chart("platform"),
                &["--set", S3, "--post-renderer", "msr-storage"],
            )
            .exits(1);
        for text in ["registry.storage", "msr.registry.storage"] {
            assert!(
                outcome.stderr.contains(text),
                "{helm:?}: {}",
                outcome.stderr
            );
        }
    }
}

/// Flags for the post-renderer itself, as each Helm hands them on.
#[test]
fn a_way_out_named_by_a_refusal_is_a_way_out() {
    for helm in Helm::BOTH {
        let home = home(helm);
        let flags = [
            "--set",
            S3,
            "--set",
            "registry.storage.s3.region=eu-north-1",
            "--post-renderer",
            "msr-storage",
        ];
        home.template("rel", &chart("msr"), &flags).exits(1);
        let flags = [
            &flags[..],
            &["--post-renderer-args", "--allow-region=eu-north-1"],
        ]
        .concat();
        let outcome = home.template("rel", &chart("msr"), &flags).exits(0);
        assert!(outcome.stdout.contains("eu-north-1"), "{}", outcome.stdout);
    }
}

/// Helm 3 would take an empty stream with exit code 0 for a release without objects; a chart without a registry is no
/// reason to lose the settings either.
#[test]
fn a_chart_without_a_registry_is_refused_where_values_were_given() {
    for helm in Helm::BOTH {
        let home = home(helm);
        let folder = home.path().join("empty");
        std::fs::create_dir_all(folder.join("templates")).unwrap();
        std::fs::write(
            folder.join("Chart.yaml"),
            "apiVersion: v2\nname: empty\nversion: 1.0.0\n",
        )
        .unwrap();
        let template = "{{ if .Values.on }}\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n{{ end }}\n";
        std::fs::write(folder.join("templates/a.yaml"), template).unwrap();
        for on in ["on=true", "on=false"] {
            let flags = ["--set", S3, "--set", on, "--post-renderer", "msr-storage"];
            let outcome = home.template("rel", &folder, &flags).exits(1);
            assert!(
                outcome.stderr.contains("registry.storage is set, but"),
                "{helm:?} {on}: {}",
                outcome.stderr
            );
        }
    }
}
