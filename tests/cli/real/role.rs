//! A role instead of keys on S3: the environment's credentials reach the store, and the keys of the values, wrong ones here,
//! do not stand in their way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;
use tempfile::TempDir;

use super::image::{Image, name};
use super::registry::Registry;
use super::release::Release;
use super::store::{Store, s3};
use super::{proof, proxy};
use crate::support::helm::Helm;

/// Credentials as ECS and EKS' pod identity hand them out, under a secret.
fn credentials(secret: &str) -> String {
    json!({
        "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": s3::KEY, "SecretAccessKey": secret, "Token": "",
        "Expiration": "2099-01-01T00:00:00Z", "LastUpdated": "2020-01-01T00:00:00Z",
    })
    .to_string()
}

/// What a node's agent adds to the container's environment, and how often it was asked.
struct Agent {
    env: Vec<(String, String)>,
    asked: Arc<AtomicUsize>,
}

impl Agent {
    /// The endpoint of ECS and of EKS' pod identity.
    fn of_containers(secret: &'static str) -> Self {
        let (port, asked) = Self::start(move |_| (200, credentials(secret)));
        let url = format!("http://127.0.0.1:{port}/credentials");
        Self {
            env: vec![
                ("AWS_CONTAINER_CREDENTIALS_FULL_URI".to_owned(), url),
                ("AWS_EC2_METADATA_DISABLED".to_owned(), "true".to_owned()),
            ],
            asked,
        }
    }

    /// The metadata service of an EC2 machine, in its first version.
    fn of_machines(secret: &'static str) -> Self {
        let (port, asked) = Self::start(move |request| match request {
            line if line.starts_with("PUT") => (404, String::new()),
            line if line.contains("security-credentials/role") => (200, credentials(secret)),
            line if line.contains("security-credentials") => (200, "role".to_owned()),
            _ => (404, String::new()),
        });
        let url = format!("http://127.0.0.1:{port}");
        Self {
            env: vec![("AWS_EC2_METADATA_SERVICE_ENDPOINT".to_owned(), url)],
            asked,
        }
    }

    fn start(
        answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static,
    ) -> (u16, Arc<AtomicUsize>) {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let port = proxy::endpoint(move |request| {
            count.fetch_add(1, Ordering::Relaxed);
            answer(request)
        });
        (port, asked)
    }
}

/// A release whose values hold keys that the store does not know, beside a role.
#[track_caller]
fn release(helm: Helm, store: &Store) -> Release {
    let mut block = store.block.clone();
    block.insert("accesskey".to_owned(), "AKIAUNKNOWN".into());
    block.insert("secretkey".to_owned(), "unknown".into());
    let mut values = store.values(&block);
    values["serviceAccount"]["annotations"]["eks.amazonaws.com/role-arn"] =
        "arn:aws:iam::111122223333:role/msr".into();
    let release = Release::new(helm);
    // The store is not AWS's, where a role would not apply unless one says so.
    release
        .install(&values, &["--post-renderer-args", "--iam-role"])
        .exits(0);
    let container = release.container();
    let keys = [
        "REGISTRY_STORAGE_S3_ACCESSKEY",
        "REGISTRY_STORAGE_S3_SECRETKEY",
    ];
    assert!(
        keys.iter().all(|key| !container.env.contains_key(*key)),
        "{:?}",
        container.env
    );
    release
}

/// What became of a push: nothing, or what the registry and its client said.
#[track_caller]
fn push(registry: Registry, release: &Release, agent: &Agent) -> Result<(), String> {
    let claims = TempDir::new().expect("a temporary folder");
    let running = registry.start(&release.container(), claims.path(), &agent.env)?;
    let image = Image::new(100_000);
    let name = name(running.port(), "proof/role");
    let pushed = image.push(&name, &[]);
    if pushed.code != Some(0) {
        return Err(format!("{}\n{}", pushed.stderr, running.log()));
    }
    let (pulled, folder) = Image::pull(&name, &[]);
    pulled.exits(0);
    image.is_in(&folder);
    Ok(())
}

#[track_caller]
fn role(registry: Registry, agent: fn(&'static str) -> Agent, what: &str) {
    let store = Store::of("s3");
    for helm in Helm::BOTH {
        let release = release(helm, &store);
        let right = agent(s3::SECRET);
        push(registry, &release, &right).expect("a push with the role's credentials");
        assert_ne!(right.asked.load(Ordering::Relaxed), 0);
        let said = push(registry, &release, &agent("another")).expect_err("a push with wrong ones");
        assert!(said.contains("SignatureDoesNotMatch"), "{said}");
        proof::record(
            "role",
            &[
                ("registry", registry.version()),
                ("helm", proof::number(helm)),
                ("credentials from", what),
                ("pushed, pulled", "yes"),
                ("wrong ones refused", "yes"),
            ],
        );
    }
}

#[test]
#[ignore = "scripts/prove"]
fn registry_3_takes_a_containers_credentials() {
    role(
        Registry::V3,
        Agent::of_containers,
        "a container's endpoint (ECS, EKS pod identity)",
    );
}

#[test]
#[ignore = "scripts/prove"]
fn registry_2_takes_a_machines_credentials() {
    role(
        Registry::V2,
        Agent::of_machines,
        "a machine's metadata service, by EC2's protocol",
    );
}

/// 2.8.3 has no such provider in its chain: said here, so that nobody believes it was shown.
#[test]
#[ignore = "scripts/prove"]
fn registry_2_never_asks_a_containers_endpoint() {
    let store = Store::of("s3");
    let release = release(Helm::V3, &store);
    let agent = Agent::of_containers(s3::SECRET);
    let said = push(Registry::V2, &release, &agent).expect_err("a push without credentials");
    assert_eq!(agent.asked.load(Ordering::Relaxed), 0);
    assert!(said.contains("NoCredentialProviders"), "{said}");
    proof::record(
        "role",
        &[
            ("registry", Registry::V2.version()),
            ("helm", "3"),
            (
                "credentials from",
                "a container's endpoint: not in its chain, never asked",
            ),
            ("pushed, pulled", "no"),
            ("wrong ones refused", ""),
        ],
    );
}
