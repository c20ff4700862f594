//! Why each error is one: the real part that refuses it, or the document that says so. A rule without an entry fails here, and has
//! to become a warning.

use super::bad::{self, BAD};
use crate::real::kubelet;
use crate::real::registry::Registry;
use crate::support::kubeyaml;
use crate::support::run::msr_storage;

/// What refuses it.
enum Proof {
    /// The 2.8.3 driver, asked below with what the program writes when the error is let through ([`BAD`]).
    Driver,
    /// A real part, in the test of this name.
    Test(&'static str),
    /// A document.
    Document(&'static str),
    /// This program alone: nothing could be expanded, or it could not be said into what.
    Ours(&'static str),
}

use Proof::{Document, Driver, Ours, Test};

const PROOFS: &[(&str, Proof)] = &[
    (
        "wrong-nesting",
        Test("helm_chart: Helm hands a template the values of its own chart alone"),
    ),
    (
        "misspelled-key",
        Test("helm_chart: Helm hands a template the keys as they are spelled"),
    ),
    ("unknown-backend", Test("the_registry_knows_no_such_driver")),
    (
        "backend-not-named",
        Document(
            "MSR's values: registry.storage.backend defaults to persistentVolume, so that images go elsewhere",
        ),
    ),
    (
        "unknown-field",
        Test("an_unknown_parameter_changes_nothing"),
    ),
    (
        "wrong-type",
        Test("the_drivers_refuse_values_of_another_type"),
    ),
    (
        "misread-value",
        Test("values_parity: Helm's own packages read the text as something else"),
    ),
    ("value-not-allowed", Driver),
    ("out-of-range", Driver),
    (
        "wrong-form",
        Document(
            "Kubernetes: Quantity (resource.ParseQuantity), object names (RFC 1123 subdomain)",
        ),
    ),
    ("missing-field", Driver),
    (
        "no-secret-fields",
        Ours("a Secret for a backend that reads none: either of the two is a mistake"),
    ),
    (
        "half-a-key-pair",
        Document(
            "MSR's guide: accesskey and secretkey, both or neither; aws-sdk-go skips half a pair, so that a key that was given is not used",
        ),
    ),
    (
        "keys-in-two-places",
        Ours("one variable has one value: which of the two is meant is not said"),
    ),
    ("unsupported-region", Driver),
    ("v4auth-off", Driver),
    (
        "access-mode",
        Document(
            "Kubernetes, Persistent Volumes, Access Modes: ReadWriteOnce is mounted by a single node, ReadOnlyMany takes no write",
        ),
    ),
    (
        "bucket-name",
        Document(
            "Amazon S3, Bucket naming rules; Google Cloud Storage, Bucket naming guidelines; Alibaba Cloud OSS, Bucket naming conventions",
        ),
    ),
    (
        "container-name",
        Document("Azure Storage, Naming containers; OpenStack Swift, Object Storage API overview"),
    ),
    ("account-name", Driver),
    (
        "endpoint-credentials",
        Ours("the workload would hold them in plain text, and no driver uses them"),
    ),
    ("endpoint-form", Driver),
    (
        "oss-region",
        Document(
            "Alibaba Cloud OSS, Regions and endpoints: every host is BUCKET.oss-REGION.aliyuncs.com",
        ),
    ),
    (
        "oss-endpoint",
        Test("an_oss_endpoint_is_taken_as_it_stands"),
    ),
    ("realm-form", Driver),
    ("auth-version", Driver),
    (
        "key-white-space",
        Test(
            "real::store: the stores refuse a wrong secret; no cloud issues a key with white space",
        ),
    ),
    (
        "swapped-keys",
        Document("AWS, IAM identifiers: an id has 20 characters, a secret access key 40"),
    ),
    (
        "base64-key",
        Document(
            "AWS, Azure, Alibaba Cloud, Google: the forms of their keys, which the decoded text has",
        ),
    ),
    (
        "unknown-resource",
        Document("Kubernetes: an object is told by its exact apiVersion and kind"),
    ),
    ("not-base64", Driver),
    (
        "service-account-json",
        Document("golang.org/x/oauth2/google, JWTConfigFromJSON, as the gcs driver calls it"),
    ),
    (
        "placeholder",
        Document("MSR's guide: <bucket-name> and the like stand for a value"),
    ),
    ("stale-entries", Test("two_drivers_make_the_registry_panic")),
    (
        "driver-not-named",
        Test("two_drivers_make_the_registry_panic"),
    ),
    ("no-values", Ours("nobody said which storage")),
    ("no-registry", Ours("nothing to expand the values into")),
    (
        "values-elsewhere",
        Test("helm_chart: Helm hands a template the values of its own chart alone"),
    ),
    ("unreadable-values", Ours("nothing to expand")),
    ("unreadable-object", Ours("nothing to expand into")),
    ("container-unclear", Ours("nothing to expand into")),
    (
        "foreign-secret",
        Document("Kubernetes: an object's name is unique in its namespace and kind"),
    ),
    ("secret-clash", Ours("one Secret has one value of a key")),
    (
        "mount-taken",
        Document("Kubernetes, Pod: mount paths of a container are unique"),
    ),
    ("env-from", Test("two_drivers_make_the_registry_panic")),
    ("not-editable", Ours("nothing can be written safely")),
    (
        "no-existing-secret",
        Document("MSR's custom resource has no such field"),
    ),
    (
        "backend-switch",
        Test("upgrade: the images are not in the other store"),
    ),
    (
        "claim-lost",
        Test("upgrade: Helm deletes what a manifest lacks"),
    ),
    (
        "claim-fixed",
        Test("upgrade: the API server refuses the change"),
    ),
    ("deployed-unreadable", Ours("nothing to compare with")),
];

/// The codes of the rules that stop a deploy, as the program lists them.
fn stopping() -> Vec<String> {
    let list = msr_storage(["check", "--list-rules"]).run().exits(0).stdout;
    let stopping = list
        .lines()
        .filter(|line| line.contains("  stops a deploy  "));
    let codes = stopping.filter_map(|line| line.split_whitespace().next());
    codes.map(str::to_owned).collect()
}

#[test]
fn every_error_has_its_proof() {
    let codes = stopping();
    for code in &codes {
        let proof = PROOFS.iter().find(|(known, _)| known == code);
        let Some((_, proof)) = proof else {
            panic!("{code} is an error, but nothing shows that it is certain");
        };
        let is_held = match proof {
            Driver => BAD
                .iter()
                .any(|bad| bad.code == code && !bad.driver.is_empty()),
            Test(text) | Document(text) | Ours(text) => !text.is_empty(),
        };
        assert!(is_held, "{code}");
    }
    for (code, _) in PROOFS {
        assert!(
            codes.iter().any(|known| known == code),
            "{code} stops no deploy"
        );
    }
}

/// What the real driver says of a workload, when it is made.
#[track_caller]
fn created(stream: &str) -> Result<(), String> {
    let objects = kubeyaml::objects(stream);
    let workload = objects
        .iter()
        .find(|object| object["kind"] == "Deployment")
        .expect("a workload");
    let mut container =
        kubelet::container(workload, "registry", &objects).expect("a container that starts");
    let config = "version: 0.1\nstorage:\n  inmemory: {}\n";
    container.command = vec!["serve".to_owned(), "/config.yml".to_owned()];
    container
        .files
        .insert("/config.yml".to_owned(), config.into());
    Registry::V2.create(&container)
}

fn written(bad: &bad::Bad) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    std::fs::write(folder.path().join("values.yaml"), bad.values()).unwrap();
    let run = msr_storage(["-f", "values.yaml", "--allow", bad.code]).folder(folder.path());
    run.stdin(bad::REGISTRY).run().exits(0).stdout
}

#[test]
fn the_real_driver_refuses_what_was_let_through() {
    for bad in BAD.iter().filter(|bad| !bad.driver.is_empty()) {
        let refused = created(&written(bad)).expect_err(bad.storage);
        assert!(refused.contains(bad.driver), "{}: {refused}", bad.storage);
    }
}

/// The registry with these variables, each `NAME=VALUE` below `REGISTRY_STORAGE`.
fn with_variables(variables: &[&str]) -> String {
    let entries = variables.iter().map(|variable| {
        let (name, value) = variable.split_once('=').unwrap();
        format!("{{name: \"REGISTRY_STORAGE{name}\", value: {value:?}}}")
    });
    let entries: Vec<_> = entries.collect();
    bad::registry_with(&format!("[{}]", entries.join(", ")))
}

const S3: [&str; 3] = ["=s3", "_S3_REGION=us-east-2", "_S3_BUCKET=testing-msr"];

#[track_caller]
fn refused(variables: &[&str], words: &str) {
    let said = created(&with_variables(variables)).expect_err(words);
    assert!(said.contains(words), "{said}");
}

#[test]
fn the_registry_knows_no_such_driver() {
    refused(&["=s4"], "StorageDriver not registered: s4");
}

#[test]
fn the_drivers_refuse_values_of_another_type() {
    refused(
        &[&S3[..], &["_S3_SECURE=sure"]].concat(),
        "the secure parameter should be a boolean",
    );
    refused(
        &[&S3[..], &["_S3_CHUNKSIZE=big"]].concat(),
        "chunksize parameter must be an integer",
    );
    let oss = [
        "=oss",
        "_OSS_ACCESSKEYID=a",
        "_OSS_ACCESSKEYSECRET=b",
        "_OSS_REGION=oss-cn-hangzhou",
        "_OSS_BUCKET=b",
    ];
    refused(
        &[&oss[..], &["_OSS_SECURE='1'"]].concat(),
        "The secure parameter should be a boolean",
    );
}

/// A key that no driver has is read over in silence: what it was to set is not set.
#[test]
fn an_unknown_parameter_changes_nothing() {
    created(&with_variables(
        &[&S3[..], &["_S3_ROOTDIRECTROY=msr"]].concat(),
    ))
    .expect("it starts");
}

#[test]
fn two_drivers_make_the_registry_panic() {
    let second = ["_FILESYSTEM_ROOTDIRECTORY=/x"];
    refused(
        &[&S3[..], &second].concat(),
        "multiple storage drivers specified",
    );
    // The configuration file names inmemory.
    refused(&S3[1..], "multiple storage drivers specified");
}

#[test]
fn an_oss_endpoint_is_taken_as_it_stands() {
    let oss = [
        "=oss",
        "_OSS_ACCESSKEYID=a",
        "_OSS_ACCESSKEYSECRET=b",
        "_OSS_REGION=oss-cn-hangzhou",
        "_OSS_BUCKET=b",
    ];
    let endpoint = "_OSS_ENDPOINT=https://b.oss-cn-hangzhou.aliyuncs.com";
    // It asks for the host `https`.
    refused(&[&oss[..], &[endpoint]].concat(), "https://https:");
}

/// The list of rules says the same as the page.
#[test]
fn the_page_says_what_stops_a_deploy() {
    let page = msr_storage(["generate", "rules"]).run().exits(0).stdout;
    for code in stopping() {
        let row = format!("| [`{code}`](#{code}) | error | yes | ");
        assert!(page.contains(&row), "{code}");
    }
    let report = msr_storage(["check", "--explain=wrong-type"])
        .run()
        .exits(0)
        .stdout;
    assert!(report.contains("It can't be allowed"), "{report}");
}
