//! The role that the registry's pods run under, and how it was told. It knows nothing of keys.

use std::fmt;

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
