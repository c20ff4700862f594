//! `policy` from outside: JSON alone on stdout, from the values as typed.

mod grammar;

use serde_json::{Value, json};

use super::support::run::msr_storage;

const S3: [&str; 2] = [
    "--set",
    "registry.storage.backend=s3,registry.storage.s3.region=cn-north-1,registry.storage.s3.bucket=testing-msr,registry.storage.s3.rootdirectory=/msr",
];

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn stdout_is_the_policy_and_nothing_else() {
    let outcome = msr_storage(["policy"]).args(S3).run().exits(0);
    assert_eq!(outcome.stderr, "");
    let policy = parsed(&outcome.stdout);
    assert_eq!(policy["Version"], "2012-10-17");
    let resources: Vec<_> = policy["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| &statement["Resource"])
        .collect();
    assert_eq!(
        resources,
        [
            "arn:aws-cn:s3:::testing-msr",
            "arn:aws-cn:s3:::testing-msr",
            "arn:aws-cn:s3:::testing-msr/msr/*"
        ]
    );
    assert!(!outcome.stdout.contains("kms:"));
    let keyed = msr_storage(["policy"])
        .args(S3)
        .args(["--set", "registry.storage.s3.keyid=alias/msr"])
        .run()
        .exits(0);
    assert!(keyed.stdout.contains("kms:GenerateDataKey"));
}

#[test]
fn every_action_is_explained() {
    let explained = msr_storage(["explain", "policy"]).run().exits(0).stdout;
    let policies = [
        &["policy"][..],
        &["policy", "--vendor"],
        &["policy", "--set", "registry.storage.s3.keyid=x"],
    ];
    for args in policies {
        let policy = parsed(&msr_storage(args).args(S3).run().exits(0).stdout);
        for statement in policy["Statement"].as_array().unwrap() {
            let actions = statement["Action"]
                .as_array()
                .cloned()
                .unwrap_or_else(|| vec![statement["Action"].clone()]);
            for action in actions {
                assert!(explained.contains(action.as_str().unwrap()), "{action}");
            }
        }
    }
}

#[test]
fn the_vendors_policy_is_the_guides() {
    let policy = parsed(
        &msr_storage(["policy", "--vendor"])
            .args(S3)
            .run()
            .exits(0)
            .stdout,
    );
    let wanted = json!([
        { "Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "arn:aws-cn:s3:::*" },
        { "Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], "Resource": "arn:aws-cn:s3:::testing-msr" },
        { "Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucketMultipartUploads"], "Resource": "arn:aws-cn:s3:::testing-msr/*" },
    ]);
    assert_eq!(policy["Statement"], wanted);
}

#[test]
fn a_trust_policy_needs_no_values() {
    let provider =
        "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/ABC";
    let trust = [
        "policy",
        "--trust",
        "--oidc-provider",
        provider,
        "--service-account",
        "msr:msr-registry",
    ];
    let policy = parsed(&msr_storage(trust).run().exits(0).stdout);
    let condition = &policy["Statement"][0]["Condition"]["StringEquals"];
    assert_eq!(
        condition["oidc.eks.us-east-2.amazonaws.com/id/ABC:sub"],
        "system:serviceaccount:msr:msr-registry"
    );
    msr_storage(["policy", "--trust"]).run().exits(2);
    let url = [
        "policy",
        "--trust",
        "--oidc-provider",
        "https://oidc.eks.us-east-2.amazonaws.com/id/ABC",
        "--service-account",
        "msr:r",
    ];
    assert!(msr_storage(url).run().exits(2).stderr.contains("--account"));
    assert_eq!(
        msr_storage(url)
            .args(["--account", "111122223333"])
            .run()
            .exits(0)
            .stderr,
        ""
    );
}

#[test]
fn what_it_cannot_serve_is_refused_and_prints_no_policy() {
    let azure = "registry.storage.backend=azure,registry.storage.azure.accountname=a,registry.storage.azure.accountkey=b,registry.storage.azure.container=c";
    for (args, said) in [
        (vec!["policy"], "--set"),
        (vec!["policy", "--set", azure], "is azure"),
        (
            vec!["policy", "--set", "registry.storage.backend=s3"],
            "registry.storage.s3.bucket is missing",
        ),
        (
            vec!["policy", "--set", "registry.storage=x"],
            "must be a mapping",
        ),
    ] {
        let outcome = msr_storage(&args).run().exits(1);
        assert_eq!(outcome.stdout, "");
        assert!(
            outcome.stderr.contains(said),
            "{args:?}: {}",
            outcome.stderr
        );
    }
}

#[test]
fn values_are_found_in_every_home() {
    let storage = "registry:\n    storage:\n      backend: s3\n      s3: {region: us-east-2, bucket: testing-msr}\n";
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "msr.yaml",
            format!("apiVersion: msr.mirantis.com/v1\nkind: MSR\nspec:\n  {storage}"),
        ),
        ("umbrella.yaml", format!("msr:\n  {storage}")),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, text).unwrap();
        let outcome = msr_storage(["policy", "-f"]).args([&file]).run().exits(0);
        assert!(
            outcome.stdout.contains("arn:aws:s3:::testing-msr/*"),
            "{}",
            outcome.stdout
        );
    }
    let by_variable = msr_storage(["policy"])
        .env("MSR_STORAGE_SET", S3[1])
        .run()
        .exits(0);
    assert!(by_variable.stdout.contains("testing-msr"));
}
