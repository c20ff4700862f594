//! The post-renderer on both Helms, started by Helm itself and given nothing but Helm's own line: every backend, every kind
//! of value flag, every sample chart. What must come out is what the plain filter makes of the same chart with the same
//! values, which `golden` and `fidelity` hold against the contract.

mod cluster;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::support::helm::{Helm, Home, chart, copy_of_chart};
use super::support::kube::Cluster;
use super::support::kubeyaml;
use super::support::run::{Outcome, msr_storage, same_text};

const RENDERED: [&str; 2] = ["--post-renderer", "msr-storage"];
const REGISTRY: &str = "Deployment/rel-msr-registry";
const ENV: &str = "/spec/template/spec/containers/0/env";

/// One set of flags a backend; the values are those of the vendor's guide.
const BACKENDS: [(&str, &str); 7] = [
    (
        "persistentVolume",
        "registry.storage.backend=persistentVolume,registry.storage.persistentVolume.size=100Gi,\
         registry.storage.persistentVolume.storageClass=nfs,registry.storage.persistentVolume.accessMode=ReadWriteMany",
    ),
    (
        "s3",
        "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr,\
         registry.storage.s3.accesskey=AKIAIOSFODNN7EXAMPLE,registry.storage.s3.secretkey=wJalrXUtnFEMI/K7MDENG,\
         registry.storage.s3.secure=false,registry.storage.s3.chunksize=10485760",
    ),
    (
        "s3",
        "registry.storage.backend=s3,registry.storage.s3.region=us-east-2,registry.storage.s3.bucket=testing-msr,\
         registry.storage.s3.existingSecret=registry-keys",
    ),
    (
        "azure",
        "registry.storage.backend=azure,registry.storage.azure.accountname=msr,registry.storage.azure.accountkey=a2V5,\
         registry.storage.azure.container=images",
    ),
    (
        "gcs",
        "registry.storage.backend=gcs,registry.storage.gcs.bucket=testing-msr,\
         registry.storage.gcs.credentials=\\{\"type\":\"service_account\"\\,\"client_email\":\"msr@example.com\"\\,\"private_key\":\"-----BEGIN PRIVATE KEY-----\"\\}",
    ),
    (
        "swift",
        "registry.storage.backend=swift,registry.storage.swift.authurl=https://keystone.example.com:5000/v3,\
         registry.storage.swift.username=msr,registry.storage.swift.password=pass-word,registry.storage.swift.container=images",
    ),
    (
        "oss",
        "registry.storage.backend=oss,registry.storage.oss.accesskeyid=LTAI4EXAMPLE,registry.storage.oss.accesskeysecret=secret,\
         registry.storage.oss.region=oss-cn-hangzhou,registry.storage.oss.bucket=testing-msr",
    ),
];

/// The objects of a stream by kind and name, without what Helm 4 writes into them on the way.
fn by_title(stream: &str) -> BTreeMap<String, Value> {
    let objects = kubeyaml::objects(stream).into_iter().map(|mut object| {
        let annotations = object.pointer_mut("/metadata/annotations");
        if let Some(annotations) = annotations.and_then(Value::as_object_mut) {
            annotations.remove("postrenderer.helm.sh/postrender-filename");
            if annotations.is_empty() {
                object["metadata"]
                    .as_object_mut()
                    .expect("metadata is a mapping")
                    .remove("annotations");
            }
        }
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (
            format!(
                "{}/{}",
                text(&object["kind"]),
                text(&object["metadata"]["name"])
            ),
            object,
        )
    });
    objects.collect()
}

/// Has a real API judge every object, and store none.
#[track_caller]
fn is_taken_by_the_api(home: &Home, stream: &str) {
    let cluster = Cluster::shared();
    let file = home.path().join("output.yaml");
    fs::write(&file, stream).expect("a home can be written");
    let file = file.display().to_string();
    let namespace = cluster.namespace();
    let place = [
        "--namespace",
        namespace.as_str(),
        "--filename",
        file.as_str(),
    ];
    cluster
        .kubectl(
            [
                &["apply", "--dry-run=server", "--validate=strict"],
                &place[..],
            ]
            .concat(),
        )
        .exits(0);
}

/// Demands the same objects with the same content, and says which differ.
#[track_caller]
fn same_objects(got: &str, wanted: &str) {
    let (got, wanted) = (by_title(got), by_title(wanted));
    assert_eq!(
        got.keys().collect::<Vec<_>>(),
        wanted.keys().collect::<Vec<_>>()
    );
    for (title, object) in &wanted {
        let pretty = |object: &Value| serde_json::to_string_pretty(object).expect("JSON");
        same_text(&pretty(&got[title]), &pretty(object));
    }
}

/// What the plain filter makes of a chart rendered without a post-renderer, with the chart's own values beneath.
#[track_caller]
fn filtered(home: &Home, chart_name: &str, flags: &[&str], defaults: &[&str]) -> String {
    let plain = home.template("rel", &chart(chart_name), flags).exits(0);
    let defaults = defaults
        .iter()
        .flat_map(|file| ["-f".to_owned(), chart(file).display().to_string()]);
    msr_storage(defaults)
        .args(flags)
        .folder(home.path())
        .stdin(plain.stdout)
        .run()
        .exits(0)
        .stdout
}

#[track_caller]
fn piped(home: &Home, chart_name: &str, flags: &[&str]) -> Outcome {
    home.template("rel", &chart(chart_name), &[flags, &RENDERED].concat())
}

#[test]
fn every_backend_comes_from_helms_line_alone() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        for (backend, settings) in BACKENDS {
            eprintln!("--- {helm:?} {backend}");
            let flags = ["--set", settings];
            let wanted = filtered(&home, "msr", &flags, &["msr/values.yaml"]);
            let got = piped(&home, "msr", &flags).exits(0).stdout;
            same_objects(&got, &wanted);
            is_taken_by_the_api(&home, &got);
            let driver = if backend == "persistentVolume" {
                "filesystem"
            } else {
                backend
            };
            let env = by_title(&got)[REGISTRY]
                .pointer(ENV)
                .cloned()
                .expect("an environment");
            let named = json!({"name": "REGISTRY_STORAGE", "value": driver});
            assert!(env.as_array().expect("a list").contains(&named), "{env}");
        }
    }
}

#[test]
fn an_umbrella_charts_values_stand_under_the_subcharts_key() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        for (backend, settings) in BACKENDS {
            eprintln!("--- {helm:?} {backend}");
            let settings = settings.replace("registry.storage", "msr.registry.storage");
            let flags = ["--set", settings.as_str()];
            let got = piped(&home, "platform", &flags).exits(0).stdout;
            // The subchart's own defaults are blank for these, but for the claim, which the flags give whole.
            let wanted = filtered(&home, "platform", &flags, &["platform/values.yaml"]);
            same_objects(&got, &wanted);
        }
    }
}

/// Each kind of flag, and files, over one another in Helm's order.
#[test]
fn every_kind_of_value_flag_is_read_from_helms_line() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let write = |name: &str, text: &str| fs::write(home.path().join(name), text).unwrap();
        write(
            "a.yaml",
            "registry: {storage: {backend: s3, s3: {region: us-west-1, bucket: of-the-file}}}\n",
        );
        write(
            "b.yaml",
            "registry: {storage: {s3: {region: us-east-2, rootdirectory: under, encrypt: true}}}\n",
        );
        write("key.txt", "of/a/file");
        let flags = [
            "-f",
            "a.yaml",
            "--values=b.yaml",
            "--set",
            "registry.storage.s3.bucket=of-set,registry.storage.s3.secure=false",
            "--set-string",
            "registry.storage.s3.accesskey=0123456789",
            "--set-json",
            "registry.storage.s3.chunksize=10485760",
            "--set-literal",
            "registry.storage.s3.secretkey=a,b=c{d}",
            "--set-file",
            "registry.storage.s3.rootdirectory=key.txt",
        ];
        let got = piped(&home, "msr", &flags).exits(0).stdout;
        same_objects(&got, &filtered(&home, "msr", &flags, &["msr/values.yaml"]));
        let objects = by_title(&got);
        let env = objects[REGISTRY]
            .pointer(ENV)
            .and_then(Value::as_array)
            .unwrap();
        for (name, value) in [
            ("REGION", "us-east-2"),
            ("BUCKET", "of-set"),
            ("ENCRYPT", "true"),
            ("SECURE", "false"),
            ("ROOTDIRECTORY", "of/a/file"),
            ("CHUNKSIZE", "10485760"),
        ] {
            let entry = json!({"name": format!("REGISTRY_STORAGE_S3_{name}"), "value": value});
            assert!(env.contains(&entry), "{helm:?}: {entry} is not in {env:?}");
        }
        // In base64: "0123456789" and a,b=c{d}, both in the YAML quotes that they need.
        assert_eq!(
            objects["Secret/rel-msr-registry-storage"]["data"],
            json!({"accesskey": "IjAxMjM0NTY3ODki", "secretkey": "ImEsYj1je2R9Ig=="})
        );
    }
}

#[test]
fn a_line_without_storage_values_leaves_the_charts_own_rendering() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        for name in ["msr", "platform"] {
            let plain = home.template("rel", &chart(name), &[]).exits(0).stdout;
            let got = piped(&home, name, &[]).exits(0).stdout;
            if name == "msr" {
                same_objects(&got, &plain);
            }
            if helm == Helm::V3 && name == "msr" {
                same_text(&got, &plain);
            }
        }
    }
}

/// Which of them is the registry's is not guessed, nor is the chart's own storage taken in their place; values on the line say it.
#[test]
fn of_several_custom_resources_none_is_passed_over() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let msr = home.path().join("two-resources");
        copy_of_chart("msr", &msr);
        let resources = ["one", "two"].map(|name| {
            format!("---\napiVersion: msr.mirantis.com/v1\nkind: MSR\nmetadata: {{name: {name}}}\nspec: {{}}\n")
        });
        fs::write(msr.join("templates/resources.yaml"), resources.concat()).unwrap();
        let refused = home.template("rel", &msr, &RENDERED);
        let refused = refused.exits(1);
        let said = "of the MSR custom resources (one, two) none is named after its instance, rel";
        assert!(
            refused.stderr.contains(said),
            "{helm:?}: {}",
            refused.stderr
        );
        let flags = [&["--set", BACKENDS[1].1], &RENDERED[..]].concat();
        let got = home.template("rel", &msr, &flags).exits(0).stdout;
        assert!(by_title(&got).contains_key("Secret/rel-msr-registry-storage"));
    }
}

#[test]
fn a_role_of_the_charts_service_account_drops_the_keys() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let role = "serviceAccount.annotations.eks\\.amazonaws\\.com/role-arn=arn:aws:iam::111122223333:role/msr";
        let flags = ["--set", BACKENDS[1].1, "--set", role];
        let got = piped(&home, "msr", &flags).exits(0).stdout;
        assert!(!got.contains("AKIA") && !got.contains("QUtJQ"), "{got}");
        let objects = by_title(&got);
        assert!(!objects.contains_key("Secret/rel-msr-registry-storage"));
        let notes = &objects[REGISTRY]["metadata"]["annotations"]["msr-storage/notes"];
        assert!(
            notes
                .as_str()
                .is_some_and(|notes| notes.contains("a role serves instead")),
            "{notes}"
        );
    }
}

/// `-s` shows the objects of one template: what is added counts to the workload's.
#[test]
fn what_is_added_is_shown_with_the_workloads_template() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let flags = [
            "--set",
            BACKENDS[1].1,
            "-s",
            "templates/registry/deployment.yaml",
        ];
        let got = piped(&home, "msr", &flags).exits(0).stdout;
        let titles: Vec<_> = by_title(&got).into_keys().collect();
        assert_eq!(
            titles,
            [REGISTRY, "Secret/rel-msr-registry-storage"],
            "{helm:?}"
        );
    }
}

/// Helm 3 writes its files before the post-renderer runs and hands it nothing; Helm 4 hands it all.
#[test]
fn an_output_dir_is_refused_where_helm_would_write_past_the_post_renderer() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let flags = ["--set", BACKENDS[1].1, "--output-dir", "out"];
        let outcome = piped(&home, "msr", &flags);
        if helm == Helm::V3 {
            let outcome = outcome.exits(1);
            assert!(
                outcome.stderr.contains("--output-dir"),
                "{}",
                outcome.stderr
            );
            continue;
        }
        outcome.exits(0);
        let mut written = String::new();
        for entry in walk(&home.path().join("out")) {
            written += &format!("---\n{}\n", fs::read_to_string(entry).unwrap());
        }
        let titles = by_title(&written);
        assert!(
            titles.contains_key("Secret/rel-msr-registry-storage"),
            "{:?}",
            titles.keys()
        );
    }
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

/// The registry of any chart, chosen by its labels, with the values on Helm's line.
#[test]
fn another_charts_registry_is_served_by_selector() {
    for helm in Helm::BOTH {
        let home = Home::with_msr_storage(helm);
        let selector = ["--post-renderer-args", "--selector=app=distribution"];
        let flags = [&["--set", BACKENDS[1].1][..], &selector].concat();
        let objects = by_title(&piped(&home, "distribution", &flags).exits(0).stdout);
        let env = objects["Deployment/rel-distribution"]
            .pointer(ENV)
            .and_then(Value::as_array)
            .unwrap();
        let names: Vec<_> = env
            .iter()
            .filter_map(|entry| entry["name"].as_str())
            .collect();
        assert!(
            names.contains(&"REGISTRY_STORAGE_S3_BUCKET"),
            "{helm:?}: {names:?}"
        );
        assert!(
            !names.contains(&"REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY"),
            "{helm:?}: {names:?}"
        );
        assert!(
            objects.contains_key("Secret/rel-distribution-storage"),
            "{helm:?}"
        );
        // Without it there is no registry in the stream, and values for one.
        let refused = piped(&home, "distribution", &["--set", BACKENDS[1].1]).exits(1);
        assert!(
            refused
                .stderr
                .contains("no object in the stream is an MSR registry"),
            "{}",
            refused.stderr
        );
    }
}
