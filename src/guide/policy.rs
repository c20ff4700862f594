//! AWS policies for the registry's bucket: the least one, the vendor's, and the trust policy of a role. It reads no values and asks no AWS.
//!
//! What the driver calls was read in the source of docker/distribution 2.8.3, `registry/storage/driver/s3-aws/s3.go`.

use serde_json::{Value, json};

use crate::endpoint::Endpoint;
use crate::schema::{Partition, partition};

/// What an action is allowed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// The bucket, only for what lies under the root directory.
    Listing,
    /// The bucket as a whole.
    Bucket,
    /// The objects under the root directory.
    Objects,
    /// The KMS key, where keyid is set.
    Key,
}

/// One action of the least policy.
pub struct Action {
    /// As AWS calls it.
    pub name: &'static str,
    /// What it is allowed on.
    pub on: On,
    /// What the registry needs it for: one sentence.
    pub why: &'static str,
}

/// The least that the registry needs, and why.
pub static ACTIONS: &[Action] = &[
    Action {
        name: "s3:ListBucket",
        on: On::Listing,
        why: "The driver asks by a listing whether an object is there and how large it is, at every push and pull, and to list repositories and tags.",
    },
    Action {
        name: "s3:ListBucketMultipartUploads",
        on: On::Bucket,
        why: "A push that goes on in another request finds its upload by it. AWS knows no condition on the prefix here.",
    },
    Action {
        name: "s3:GetObject",
        on: On::Objects,
        why: "Pulls, also those that are redirected to S3 by a signed URL, and the source of a copy: a finished upload is copied to its place.",
    },
    Action {
        name: "s3:PutObject",
        on: On::Objects,
        why: "Pushes: whole objects, copies, and the start, the parts and the end of a multipart upload.",
    },
    Action {
        name: "s3:DeleteObject",
        on: On::Objects,
        why: "What is left of an upload once it was copied to its place, deleted images, and garbage collection.",
    },
    Action {
        name: "s3:ListMultipartUploadParts",
        on: On::Objects,
        why: "A push that goes on in another request learns by it which parts are there.",
    },
    Action {
        name: "s3:AbortMultipartUpload",
        on: On::Objects,
        why: "A push that is given up would otherwise leave parts that cost money and that no listing shows.",
    },
    Action {
        name: "kms:GenerateDataKey",
        on: On::Key,
        why: "S3 encrypts what is written with a data key of keyid's key.",
    },
    Action {
        name: "kms:Decrypt",
        on: On::Key,
        why: "S3 decrypts what is read, and the parts of a multipart upload when it ends.",
    },
];

/// Actions of the vendor's policy that the least one lacks, and why it does.
pub static LEFT_OUT: &[(&str, &str)] = &[
    (
        "s3:ListAllMyBuckets",
        "The driver never lists buckets: it knows its bucket's name.",
    ),
    (
        "s3:GetBucketLocation",
        "The driver never asks for the region: it is a setting.",
    ),
    (
        "s3:ListBucketMultipartUploads on objects",
        "It is an action on the bucket; on objects it allows nothing.",
    ),
];

/// The store that a policy is for.
#[derive(Clone, Debug)]
pub struct Store<'a> {
    /// The bucket.
    pub bucket: &'a str,
    /// The prefix of all objects, as in the values; blank for none.
    pub root: &'a str,
    /// The region.
    pub region: &'a str,
    /// The KMS key, if one is set: an ARN, an id, or an alias.
    pub key: Option<&'a str>,
    /// Whether the store is AWS's; another service knows the partition `aws` alone.
    pub on_aws: bool,
}

impl Store<'_> {
    fn partition(&self) -> Partition {
        partition(if self.on_aws { self.region } else { "" })
    }

    fn bucket_arn(&self) -> String {
        format!("arn:{}:s3:::{}", self.partition().name, self.bucket)
    }

    /// The prefix as the driver makes it, with a slash at its end unless there is none.
    fn prefix(&self) -> String {
        match self.root.trim_end_matches('/').trim_start_matches('/') {
            "" => String::new(),
            root => format!("{}/", literal(root)),
        }
    }
}

/// A text in which AWS reads no wildcard and no variable.
fn literal(text: &str) -> String {
    text.chars().fold(String::new(), |all, c| match c {
        '*' | '?' | '$' => format!("{all}${{{c}}}"),
        c => all + c.encode_utf8(&mut [0; 4]),
    })
}

/// The actions on one kind of thing.
fn names(on: On) -> Vec<&'static str> {
    ACTIONS
        .iter()
        .filter(|action| action.on == on)
        .map(|action| action.name)
        .collect()
}

/// The least policy.
pub fn least(store: &Store) -> Value {
    let bucket = store.bucket_arn();
    let prefix = store.prefix();
    let mut listing = json!({
        "Sid": "List",
        "Effect": "Allow",
        "Action": names(On::Listing),
        "Resource": bucket,
    });
    if !prefix.is_empty() {
        listing["Condition"] = json!({ "StringLike": { "s3:prefix": format!("{prefix}*") } });
    }
    let mut statements = vec![
        listing,
        json!({ "Sid": "FindUploads", "Effect": "Allow", "Action": names(On::Bucket), "Resource": bucket }),
        json!({
            "Sid": "ReadAndWrite",
            "Effect": "Allow",
            "Action": names(On::Objects),
            "Resource": format!("{bucket}/{prefix}*"),
        }),
    ];
    statements.extend(store.key.map(|key| encryption(store, key)));
    policy(statements)
}

/// The statement on the key. Of an alias AWS knows only a condition: the key behind it is the resource.
fn encryption(store: &Store, key: &str) -> Value {
    let any = format!("arn:{}:kms:{}:*:", store.partition().name, store.region);
    let (resource, alias) = match key.rsplit_once(':') {
        Some((account, alias)) if alias.starts_with("alias/") => {
            (format!("{account}:key/*"), Some(alias))
        }
        Some(_) => (key.to_owned(), None),
        None if key.starts_with("alias/") => (format!("{any}key/*"), Some(key)),
        None => (format!("{any}key/{key}"), None),
    };
    let mut statement = json!({ "Sid": "Encrypt", "Effect": "Allow", "Action": names(On::Key), "Resource": resource });
    if let Some(alias) = alias {
        statement["Condition"] =
            json!({ "ForAnyValue:StringEquals": { "kms:ResourceAliases": alias } });
    }
    statement
}

/// The policy of the vendor's guide, with the bucket put in and the partition's name.
pub fn vendor(store: &Store) -> Value {
    let bucket = store.bucket_arn();
    policy(vec![
        json!({
            "Effect": "Allow",
            "Action": "s3:ListAllMyBuckets",
            "Resource": format!("arn:{}:s3:::*", store.partition().name),
        }),
        json!({
            "Effect": "Allow",
            "Action": ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
            "Resource": bucket,
        }),
        json!({
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucketMultipartUploads"],
            "Resource": format!("{bucket}/*"),
        }),
    ])
}

/// Who may take a role on EKS.
#[derive(Clone, Debug)]
pub struct Trusted<'a> {
    /// The ARN of the cluster's OIDC provider.
    pub provider: &'a str,
    /// The ServiceAccount's namespace.
    pub namespace: &'a str,
    /// The ServiceAccount's name.
    pub service_account: &'a str,
}

/// The trust policy of a role that the registry's ServiceAccount takes; none where the provider's ARN is not one.
pub fn trust(trusted: &Trusted) -> Option<Value> {
    let (_, issuer) = trusted.provider.split_once(":oidc-provider/")?;
    let subject = format!(
        "system:serviceaccount:{}:{}",
        trusted.namespace, trusted.service_account
    );
    Some(policy(vec![json!({
        "Effect": "Allow",
        "Principal": { "Federated": trusted.provider },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": { "StringEquals": {
            format!("{issuer}:aud"): "sts.amazonaws.com",
            format!("{issuer}:sub"): subject,
        } },
    })]))
}

/// The ARN of an OIDC provider, of what the user has: the ARN itself, or the issuer's URL and the account.
pub fn provider_arn(provider: &str, account: Option<&str>) -> Option<String> {
    if provider.starts_with("arn:") {
        return provider
            .contains(":oidc-provider/")
            .then(|| provider.to_owned());
    }
    let issuer = Endpoint::parse(provider)?;
    let issuer = format!(
        "{}{}",
        issuer.authority(),
        issuer.path().trim_end_matches('/')
    );
    // oidc.eks.REGION.amazonaws.com/id/…
    let region = issuer.split('.').nth(2).unwrap_or_default();
    let account = account
        .filter(|account| account.len() == 12 && account.bytes().all(|c| c.is_ascii_digit()))?;
    Some(format!(
        "arn:{}:iam::{account}:oidc-provider/{issuer}",
        partition(region).name
    ))
}

fn policy(statements: Vec<Value>) -> Value {
    json!({ "Version": "2012-10-17", "Statement": statements })
}

#[cfg(test)]
mod tests;
