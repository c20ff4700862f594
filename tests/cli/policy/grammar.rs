//! Every kind of policy against AWS's grammar, and against a validator that knows AWS's actions, resources and conditions.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use super::parsed;
use crate::support::run::{Run, msr_storage};
use crate::support::tools::{root, tool};

const KEY: &str = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const ALIAS: &str = "arn:aws:kms:us-east-2:111122223333:alias/msr";
const TRUST: [&str; 5] = [
    "--trust",
    "--oidc-provider",
    "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-2.amazonaws.com/id/ABC",
    "--service-account",
    "msr:msr-registry",
];

/// What `policy` prints for a bucket in a region, with further arguments.
fn policy(region: &str, more: &[&str]) -> String {
    let set = format!(
        "registry.storage.backend=s3,registry.storage.s3.bucket=testing-msr,registry.storage.s3.region={region}"
    );
    msr_storage(["policy", "--set", &set])
        .args(more)
        .run()
        .exits(0)
        .stdout
}

fn keyed(key: &str) -> String {
    let literal = format!("registry.storage.s3.keyid={key}");
    policy("us-east-2", &["--set-literal", &literal])
}

/// What a validator has against a policy, a line each: the kind and what it is about.
fn complaints(policy: &str) -> BTreeSet<String> {
    let outcome = Run::new(&tool("parliament"))
        .args(["--json"])
        .stdin(policy)
        .run();
    let lines = outcome.stdout.lines().map(parsed);
    let said: BTreeSet<_> = lines
        .map(|line| format!("{}: {}", line["issue"].as_str().unwrap(), line["detail"]))
        .collect();
    assert_eq!(outcome.stderr, "");
    said
}

#[test]
fn every_policy_is_in_the_grammar() {
    let schema = fs::read_to_string(root().join("testdata/schemas/iam-policy.json")).unwrap();
    let validator = jsonschema::validator_for(&parsed(&schema)).unwrap();
    let root_directory = ["--set", "registry.storage.s3.rootdirectory=/a/b*c"];
    let mut policies = vec![
        policy("us-east-2", &root_directory),
        policy("us-east-2", &["--vendor"]),
        keyed(KEY),
        keyed(ALIAS),
        keyed("alias/msr"),
    ];
    policies.extend(["us-east-2", "cn-north-1", "us-gov-west-1"].map(|region| policy(region, &[])));
    for text in &policies {
        let policy = parsed(text);
        for statement in policy["Statement"].as_array().unwrap() {
            // For an identity: who it is for is said where it is attached, what it is about is not.
            assert!(statement.get("Principal").is_none(), "{text}");
            assert!(statement.get("Resource").is_some(), "{text}");
        }
    }
    let trust = msr_storage(["policy"]).args(TRUST).run().exits(0).stdout;
    // For a role: the other way round.
    assert!(parsed(&trust)["Statement"][0].get("Principal").is_some());
    assert!(parsed(&trust)["Statement"][0].get("Resource").is_none());
    policies.push(trust);
    for text in policies {
        let faults: Vec<_> = validator
            .iter_errors(&parsed(&text))
            .map(|fault| fault.to_string())
            .collect();
        assert!(faults.is_empty(), "{text}\n{faults:#?}");
    }
    let wrong: Value = parsed(&policy("us-east-2", &[]).replace("\"Effect\"", "\"Efect\""));
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn a_validator_knows_every_action_and_what_it_is_allowed_on() {
    for region in ["us-east-2", "cn-north-1", "us-gov-west-1"] {
        assert_eq!(complaints(&policy(region, &[])), BTreeSet::new());
    }
    let narrow = ["--set", "registry.storage.s3.rootdirectory=/msr"];
    assert_eq!(complaints(&policy("us-east-2", &narrow)), BTreeSet::new());
    assert_eq!(complaints(&keyed(KEY)), BTreeSet::new());
    assert_eq!(
        complaints(&policy("us-east-2", &[]).replace("s3:PutObject", "s3:PutObjects")),
        BTreeSet::from(["UNKNOWN_ACTION: \"Unknown action s3:PutObjects\"".to_owned()])
    );
}

/// Its list has `kms:ResourceAliases` with no action. AWS's KMS guide has it for the operations on KMS keys, with several
/// values, so with ForAnyValue or ForAllValues.
#[test]
fn of_an_alias_it_doubts_the_condition_alone() {
    let doubts = ["GenerateDataKey", "Decrypt"].map(|action| {
        format!("UNKNOWN_CONDITION_FOR_ACTION: \"Unknown condition kms:ResourceAliases for action kms:{action}\"")
    });
    for key in ["alias/msr", ALIAS] {
        assert_eq!(complaints(&keyed(key)), BTreeSet::from(doubts.clone()));
    }
}

/// The guide's policy grants two things where AWS looks for them elsewhere; `explain policy` says so, and `--vendor` prints it as it is.
#[test]
fn the_vendors_policy_has_faults_of_its_own() {
    let said = complaints(&policy("us-east-2", &["--vendor"]));
    assert_eq!(said.len(), 2, "{said:#?}");
    for action in ["s3:ListAllMyBuckets", "s3:ListBucketMultipartUploads"] {
        let found = said
            .iter()
            .any(|line| line.starts_with("RESOURCE_MISMATCH") && line.contains(action));
        assert!(found, "{action}: {said:#?}");
    }
}
