//! The role that the registry's pods run under, and how it was told. It knows nothing of keys.

use std::fmt;

use super::select::{Container, Workload};
use super::stream::Stream;

/// The annotation of a ServiceAccount by which EKS gives its pods a role.
const EKS_ROLE: &str = "eks.amazonaws.com/role-arn";
/// The annotation of a pod by which kiam and kube2iam give it a role.
const POD_ROLE: &str = "iam.amazonaws.com/role";

/// How a role is given to the registry's pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// `eks.amazonaws.com/role-arn` on the ServiceAccount.
    ServiceAccount(String),
    /// `iam.amazonaws.com/role` on the pod, as kiam and kube2iam read it.
    PodAnnotation(String),
    /// `AWS_ROLE_ARN` with `AWS_WEB_IDENTITY_TOKEN_FILE` in the container's environment.
    WebIdentity,
    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI` (EKS pod identity) or its relative form in the container's environment.
    PodIdentity,
    /// `--iam-role`: the user says so.
    Switch,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServiceAccount(name) => {
                write!(f, "eks.amazonaws.com/role-arn on ServiceAccount {name}")
            }
            Self::PodAnnotation(key) => write!(f, "{key} on the pod"),
            Self::WebIdentity => f.write_str("AWS_ROLE_ARN in the container's environment"),
            Self::PodIdentity => f.write_str("pod identity in the container's environment"),
            Self::Switch => f.write_str("--iam-role"),
        }
    }
}

/// The role that a workload's pods run under, as far as the stream shows it.
pub fn of_workload(stream: &Stream, workload: &Workload) -> Option<Role> {
    let object = &workload.object;
    let spec = &object.pod()["spec"];
    let account = spec["serviceAccountName"]
        .as_str()
        .or_else(|| spec["serviceAccount"].as_str());
    let account = account.and_then(|name| stream.find("ServiceAccount", name, object));
    let by_account = account.filter(|account| {
        account
            .annotation(EKS_ROLE)
            .is_some_and(|arn| !arn.is_empty())
    });
    let by_account = by_account.map(|account| Role::ServiceAccount(account.name().to_owned()));
    let by_pod = || {
        let arn = object.pod()["metadata"]["annotations"][POD_ROLE]
            .as_str()
            .filter(|arn| !arn.is_empty());
        arn.map(|_| Role::PodAnnotation(POD_ROLE.to_owned()))
    };
    let by_env = || workload.containers.iter().find_map(of_container);
    by_account.or_else(by_pod).or_else(by_env)
}

fn of_container(container: &Container) -> Option<Role> {
    let set = |name: &str| {
        container
            .variable(name)
            .is_some_and(|entry| entry["value"] != "")
    };
    if set("AWS_ROLE_ARN") && set("AWS_WEB_IDENTITY_TOKEN_FILE") {
        Some(Role::WebIdentity)
    } else if set("AWS_CONTAINER_CREDENTIALS_FULL_URI")
        || set("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    {
        Some(Role::PodIdentity)
    } else {
        None
    }
}
