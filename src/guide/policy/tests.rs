//! Policies as AWS documents their forms.

use serde_json::json;

use super::*;

fn store<'a>(region: &'a str, root: &'a str, key: Option<&'a str>) -> Store<'a> {
    Store {
        bucket: "testing-msr",
        root,
        region,
        key,
        on_aws: true,
    }
}

#[test]
fn the_least_policy_is_for_the_bucket_and_nothing_else() {
    assert_eq!(
        least(&store("us-east-2", "", None)),
        json!({
            "Version": "2012-10-17",
            "Statement": [
                { "Sid": "List", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": "arn:aws:s3:::testing-msr" },
                { "Sid": "FindUploads", "Effect": "Allow", "Action": ["s3:ListBucketMultipartUploads"], "Resource": "arn:aws:s3:::testing-msr" },
                {
                    "Sid": "ReadAndWrite",
                    "Effect": "Allow",
                    "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
                    "Resource": "arn:aws:s3:::testing-msr/*",
                },
            ],
        })
    );
}

#[test]
fn a_root_directory_narrows_objects_and_listing() {
    for root in ["msr/prod", "/msr/prod/"] {
        let policy = least(&store("us-east-2", root, None));
        assert_eq!(
            policy["Statement"][2]["Resource"],
            "arn:aws:s3:::testing-msr/msr/prod/*"
        );
        assert_eq!(
            policy["Statement"][0]["Condition"],
            json!({ "StringLike": { "s3:prefix": "msr/prod/*" } })
        );
        assert!(policy["Statement"][1].get("Condition").is_none());
    }
    assert!(
        least(&store("us-east-2", "/", None))["Statement"][0]
            .get("Condition")
            .is_none()
    );
}

/// “Use the ${*}, ${?} and ${$} predefined policy variables”: AWS's reference of policy variables.
#[test]
fn wildcards_in_a_root_directory_are_taken_literally() {
    let policy = least(&store("us-east-2", "a*b$c", None));
    assert_eq!(
        policy["Statement"][2]["Resource"],
        "arn:aws:s3:::testing-msr/a${*}b${$}c/*"
    );
}

#[test]
fn every_arn_has_the_partition_of_the_region() {
    for (region, name) in [
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eu-west-1", "aws"),
    ] {
        for policy in [
            least(&store(region, "", Some("alias/msr"))),
            vendor(&store(region, "", None)),
        ] {
            for statement in policy["Statement"].as_array().unwrap() {
                let arn = statement["Resource"].as_str().unwrap();
                assert!(arn.starts_with(&format!("arn:{name}:")), "{arn}");
            }
        }
    }
    let elsewhere = Store {
        on_aws: false,
        ..store("cn-north-1", "", None)
    };
    assert_eq!(
        least(&elsewhere)["Statement"][1]["Resource"],
        "arn:aws:s3:::testing-msr"
    );
}

#[test]
fn a_key_is_named_by_arn_by_id_and_by_alias() {
    let of = |key| least(&store("us-east-2", "", Some(key)))["Statement"][3].clone();
    let arn = "arn:aws:kms:us-east-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    let by_arn = of(arn);
    assert_eq!(by_arn["Resource"], arn);
    assert_eq!(
        by_arn["Action"],
        json!(["kms:GenerateDataKey", "kms:Decrypt"])
    );
    assert_eq!(
        of("1234abcd")["Resource"],
        "arn:aws:kms:us-east-2:*:key/1234abcd"
    );
    let condition = json!({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/msr" } });
    let alias = of("alias/msr");
    assert_eq!(
        (&alias["Resource"], &alias["Condition"]),
        (&json!("arn:aws:kms:us-east-2:*:key/*"), &condition)
    );
    let alias = of("arn:aws:kms:us-east-2:111122223333:alias/msr");
    assert_eq!(
        (&alias["Resource"], &alias["Condition"]),
        (
            &json!("arn:aws:kms:us-east-2:111122223333:key/*"),
            &condition
        )
    );
}

#[test]
fn what_the_vendors_policy_has_more_is_explained() {
    let all = vendor(&store("us-east-2", "", None)).to_string();
    for (action, _) in LEFT_OUT {
        let name = action.split(' ').next().unwrap();
        assert!(all.contains(name), "{name}");
    }
    let vendors = all.split('"').filter(|word| word.starts_with("s3:"));
    for action in vendors {
        let known = ACTIONS.iter().any(|known| known.name == action)
            || LEFT_OUT.iter().any(|(name, _)| *name == action);
        assert!(known, "{action}");
    }
}

/// The form of AWS's guide to IAM roles for service accounts.
#[test]
fn a_role_trusts_one_service_account_of_one_cluster() {
    let issuer = "oidc.eks.us-east-2.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
    let arn = provider_arn(&format!("https://{issuer}"), Some("111122223333")).unwrap();
    assert_eq!(
        arn,
        format!("arn:aws:iam::111122223333:oidc-provider/{issuer}")
    );
    assert_eq!(provider_arn(&arn, None).as_ref(), Some(&arn));
    let trusted = Trusted {
        provider: &arn,
        namespace: "msr",
        service_account: "msr-registry",
    };
    assert_eq!(
        trust(&trusted).unwrap(),
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Federated": arn },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": { "StringEquals": {
                    format!("{issuer}:aud"): "sts.amazonaws.com",
                    format!("{issuer}:sub"): "system:serviceaccount:msr:msr-registry",
                } },
            }],
        })
    );
}

#[test]
fn a_provider_needs_its_account_and_knows_its_partition() {
    let china = "https://oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC";
    assert_eq!(
        provider_arn(china, Some("111122223333")).unwrap(),
        "arn:aws-cn:iam::111122223333:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/ABC"
    );
    for account in [None, Some("1111"), Some("11112222333x")] {
        assert!(provider_arn(china, account).is_none());
    }
    assert!(provider_arn("arn:aws:iam::111122223333:role/msr", None).is_none());
}
