//! Storage settings that no chart reads: `check` and a deploy, plain and through both Helms, refuse them with one code and place; what only
//! looks like them passes everywhere.

use std::fs;

use super::support::helm::{Helm, Home, chart};
use super::support::run::{Outcome, msr_storage};

const S3: &str = "backend: s3, s3: {region: us-east-2, bucket: testing-msr}";

/// Values, and the findings: code, line and column, counted by hand.
fn misplaced() -> Vec<(String, Vec<&'static str>)> {
    let case = |text: &str, found: &[&'static str]| (text.replace("S3", S3), found.to_vec());
    vec![
        case("Registry: {storage: {S3}}\n", &["misspelled-key 1:1"]),
        case("registry: {storge: {S3}}\n", &["misspelled-key 1:12"]),
        case("registry: {Storage: {S3}}\n", &["misspelled-key 1:12"]),
        case(
            "Registry:\n  storge: {S3}\n",
            &["misspelled-key 1:1", "misspelled-key 2:3"],
        ),
        case("storage: {backend: s3}\n", &["wrong-nesting 1:1"]),
        case("storage: {S3}\n", &["wrong-nesting 1:1"]),
        case("registry: {backend: s3}\n", &["wrong-nesting 1:12"]),
        case(
            "registry:\n  storage: {backend: s3}\n  s3: {region: us-east-2, bucket: testing-msr}\n",
            &["wrong-nesting 3:3"],
        ),
        case("registry.storage.backend: s3\n", &["wrong-nesting 1:1"]),
        case("registry: {storage.backend: s3}\n", &["wrong-nesting 1:12"]),
        case("registry.storage: {S3}\n", &["wrong-nesting 1:1"]),
        case("registry: {storage: {s3: foo}}\n", &["wrong-type 1:26"]),
        case(
            "registry: {storage: {backend: s3, s3: [foo]}}\n",
            &["wrong-type 1:39"],
        ),
    ]
}

/// Flags that misplace settings, and the code.
const FLAGS: [(&str, &str); 6] = [
    ("registry.backend=s3", "wrong-nesting"),
    ("storage.backend=s3", "wrong-nesting"),
    ("registry.s3.bucket=testing-msr", "wrong-nesting"),
    ("registry\\.storage\\.backend=s3", "wrong-nesting"),
    ("registry.storage.s3=foo", "wrong-type"),
    ("Registry.storage.backend=s3", "misspelled-key"),
];

/// Values of others, and of MSR's chart, that are nobody's mistake.
const OTHERS: [&str; 9] = [
    "loki: {storage: {backend: s3, s3: {bucketnames: chunks}}}\n",
    "storage: {trace: {backend: s3, s3: {bucket: traces, endpoint: minio}}}\n",
    "storage: {backend: s3, s3: {bucket_name: traces, endpoint: minio}}\n",
    "harbor: {registry: {replicas: 1}, persistence: {imageChartStorage: {type: s3, s3: {bucket: b, region: r}}}}\n",
    "gitlab: {registry: {storage: {secret: registry-storage, key: config}}}\n",
    "registry: {replicaCount: 1, persistentVolume: {enabled: true, size: 10Gi}}\n",
    "docker-registry: {storage: s3, s3: {region: us-east-2, bucket: b}}\n",
    "registry: {storageClass: fast, podAnnotations: {registry.storage.io/backend: s3}}\n",
    "registries: {storages: {a: b}}\n",
];

/// `CODE LINE:COLUMN` of each finding with one of these codes, in order.
fn findings(done: &Outcome, name: &str) -> Vec<String> {
    let text = done.stderr.clone() + &done.stdout;
    let mut found = Vec::new();
    for part in text.split("error[").skip(1) {
        let (code, rest) = part.split_once(']').unwrap();
        let place = rest.split_once(&format!("{name}:"));
        let place: String = place.map_or_else(String::new, |(_, place)| {
            let wanted = |c: &char| c.is_ascii_digit() || *c == ':';
            place.chars().take_while(wanted).collect()
        });
        if [
            "misspelled-key",
            "wrong-nesting",
            "wrong-type",
            "values-elsewhere",
        ]
        .contains(&code)
        {
            found.push(format!("{code} {}", place.trim_end_matches(':')));
        }
    }
    found
}

#[test]
fn check_and_a_deploy_refuse_the_same() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let rendered = home.template("rel", &chart("msr"), &[]).exits(0).stdout;
        for (text, wanted) in misplaced() {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("v.yaml"), &text).unwrap();
            let checked = msr_storage(["check", "v.yaml"]).folder(folder.path()).run();
            assert_eq!(
                findings(&checked, "v.yaml"),
                wanted,
                "check: {text}{checked:?}"
            );
            let plain = msr_storage(["-f", "v.yaml"])
                .folder(folder.path())
                .stdin(rendered.as_str());
            let plain = plain.run().exits(1);
            assert_eq!(findings(&plain, "v.yaml"), wanted, "plain: {text}{plain:?}");
            let file = folder.path().join("v.yaml").display().to_string();
            let args = ["-f", &file, "--post-renderer", "msr-storage"];
            let deployed = home.template("rel", &chart("msr"), &args).exits(1);
            assert_eq!(
                findings(&deployed, "v.yaml"),
                wanted,
                "{helm:?}: {text}{deployed:?}"
            );
        }
        for (set, code) in FLAGS {
            let args = ["--set", set, "--post-renderer", "msr-storage"];
            let deployed = home.template("rel", &chart("msr"), &args).exits(1);
            let checked = msr_storage(["check", "--set", set]).run();
            for done in [deployed, checked] {
                let said = done.stderr.clone() + &done.stdout;
                assert!(said.contains(&format!("error[{code}]")), "{set}: {done:?}");
            }
        }
    }
}

#[test]
fn the_message_says_where_a_block_belongs() {
    let home = Home::with_msr_storage(Helm::V3);
    let args = [
        "--set",
        "registry.storage.backend=s3,registry.s3.bucket=testing-msr",
        "--post-renderer",
        "msr-storage",
    ];
    let done = home.template("rel", &chart("msr"), &args).exits(1);
    let wanted = "registry.s3 is not read in values: the settings belong to registry.storage.s3";
    assert!(done.stderr.contains(wanted), "{done:?}");
}

#[test]
fn what_others_keep_passes() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        for text in OTHERS {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("v.yaml"), text).unwrap();
            let checked = msr_storage(["check", "v.yaml"]).folder(folder.path()).run();
            assert_eq!(findings(&checked, "v.yaml"), [""; 0], "{text}");
            let file = folder.path().join("v.yaml").display().to_string();
            let args = ["-f", &file, "--post-renderer", "msr-storage"];
            home.template("rel", &chart("msr"), &args).exits(0);
        }
    }
}

/// In an umbrella chart: at the top, where nobody reads them; for charts that are there and for one that is switched off.
#[test]
fn an_umbrellas_charts_tell_what_is_misplaced() {
    let listed = "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies:\n\
                  - {name: msr, version: '>0', repository: ''}\n- {name: msr, version: '>0', repository: '', alias: other, condition: other.enabled}\n\
                  - {name: harbor, version: '>0', repository: ''}\n";
    let set = |scope: &str| {
        format!(
            "{scope}registry.storage.backend=s3,{scope}registry.storage.s3.region=us-east-2,{scope}registry.storage.s3.bucket=testing-msr"
        )
    };
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let top = home.path().join("top");
        fs::create_dir_all(top.join("charts/harbor")).unwrap();
        super::support::helm::copy_of_chart("msr", &top.join("charts/msr"));
        fs::write(top.join("Chart.yaml"), listed).unwrap();
        fs::write(top.join("values.yaml"), "other: {enabled: false}\n").unwrap();
        fs::write(
            top.join("charts/harbor/Chart.yaml"),
            "apiVersion: v2\nname: harbor\nversion: 1.0.0\n",
        )
        .unwrap();
        for (scope, code) in [
            ("msr.", None),
            ("harbor.", None),
            ("other.", None),
            ("", Some("values-elsewhere")),
            ("mrs.", Some("values-elsewhere")),
        ] {
            let set = set(scope);
            let args = ["--set", &set, "--post-renderer", "msr-storage"];
            let done = home.template("rel", &top, &args);
            match code {
                None => drop(done.exits(0)),
                Some(code) => assert!(done.exits(1).stderr.contains(code)),
            }
        }
        let args = [
            "--set",
            "msr.registry.storge.backend=s3",
            "--post-renderer",
            "msr-storage",
        ];
        let done = home.template("rel", &top, &args).exits(1);
        assert!(
            done.stderr.contains("msr.registry.storge is not read"),
            "{done:?}"
        );
    }
}
