//! Rules on S3's regions, endpoints and signatures. They do not ask AWS.

use super::{Rule, Subject};
use crate::diag::{Diagnostic, Severity, nearest, shown};
use crate::endpoint::Endpoint;
use crate::schema::S3_REGIONS;
use crate::settings::{Scalar, Settings};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&UNSUPPORTED_REGION, &V4AUTH_OFF];

static UNSUPPORTED_REGION: Rule = Rule {
    code: "unsupported-region",
    severity: Severity::Error,
    summary: "an S3 region that MSR does not support",
    why: "The registry's SDK knows sixteen regions; with another it refuses to start, or signs for the wrong one.",
    fix: "Use a bucket in a supported region; for an S3-compatible service set regionendpoint; --allow-region NAME lets one region through.",
};
static V4AUTH_OFF: Rule = Rule {
    code: "v4auth-off",
    severity: Severity::Error,
    summary: "v4auth: false on AWS",
    why: "AWS takes only version 4 signatures: the registry refuses to start.",
    fix: "Remove v4auth, or set it to true.",
};

/// Judges the family.
pub fn judge(subject: &Subject) -> Vec<Diagnostic> {
    if subject.settings.backend.name != "s3" || !on_aws(subject.settings) {
        return Vec::new();
    }
    unsupported_region(subject)
        .into_iter()
        .chain(v4auth_off(subject))
        .collect()
}

/// Whether requests go to AWS itself: no regionendpoint, or one under a domain of AWS.
pub fn on_aws(settings: &Settings) -> bool {
    settings.text("regionendpoint").is_none_or(is_aws_endpoint)
}

/// Whether an endpoint's host lies under a domain of AWS.
pub fn is_aws_endpoint(endpoint: &str) -> bool {
    Endpoint::parse(endpoint).is_some_and(|endpoint| endpoint.is_aws())
}

fn unsupported_region(subject: &Subject) -> Option<Diagnostic> {
    let Subject {
        settings, facts, ..
    } = subject;
    let setting = settings.get("region")?;
    let Scalar::Text(region) = &setting.value else {
        return None;
    };
    if facts.foreign
        || S3_REGIONS.contains(&region.as_str())
        || facts.allowed_regions.contains(region)
    {
        return None;
    }
    let message = format!(
        "registry.storage.s3.region: `{}` is not a region that MSR supports",
        shown(region)
    );
    let near = nearest_region(region).map(|near| format!("did you mean `{near}`? "));
    let help = format!(
        "{}supported: {}",
        near.unwrap_or_default(),
        S3_REGIONS.join(", ")
    );
    Some(
        Diagnostic::new(&UNSUPPORTED_REGION, message)
            .at(&setting.origin)
            .help(help),
    )
}

/// The nearest name, in the same part of the world where there is one: not China for `eu-north-1`.
fn nearest_region(region: &str) -> Option<&'static str> {
    let region = region.to_lowercase();
    let area = region.split(['-', '_']).next();
    let there = S3_REGIONS
        .into_iter()
        .filter(|known| known.split('-').next() == area);
    there
        .min_by_key(|known| strsim::damerau_levenshtein(&region, known))
        .or_else(|| nearest(&region, S3_REGIONS))
}

fn v4auth_off(subject: &Subject) -> Option<Diagnostic> {
    let setting = subject.settings.get("v4auth")?;
    if subject.facts.swarm || setting.value != Scalar::Bool(false) {
        return None;
    }
    let message = "registry.storage.s3.v4auth is false, but AWS takes only version 4 signatures";
    Some(
        Diagnostic::new(&V4AUTH_OFF, message)
            .at(&setting.origin)
            .help("set registry.storage.s3.v4auth to true, or leave it out"),
    )
}

#[cfg(test)]
mod tests {
    use super::nearest_region;

    #[test]
    fn the_nearest_region_is_in_the_same_part_of_the_world() {
        for (typed, near) in [
            ("us-esat-2", Some("us-east-2")),
            ("eu-north-1", Some("eu-west-1")),
            ("us-gov-east-1", Some("us-gov-west-1")),
            ("cn-northwest-1", Some("cn-north-1")),
            ("EU-West-1", Some("eu-west-1")),
            ("garage", None),
        ] {
            assert_eq!(nearest_region(typed), near, "{typed}");
        }
    }
}
