//! Rules on S3's regions, endpoints and signatures. They do not ask AWS.

use super::{Check, Rule, Subject};
use crate::diag::{Diagnostic, Severity, nearest};
use crate::endpoint::Endpoint;
use crate::mask;
use crate::schema::{S3_REGIONS, S3Region, aws_regions};
use crate::settings::{Scalar, Settings};

/// The family, in the order of the page of rules.
pub static RULES: &[&Rule] = &[&UNSUPPORTED_REGION, &V4AUTH_OFF, &V4AUTH_MISSING];

static UNSUPPORTED_REGION: Rule = Rule {
    code: "unsupported-region",
    severity: Severity::Error,
    summary: "an S3 region that MSR does not support",
    why: "MSR's guide lists sixteen regions. With a region that the registry's AWS SDK does not know, the registry refuses to start: the released docker/distribution 2.8.3 knows the sixteen, eu-west-3 and cn-northwest-1 (tried).",
    fix: "Use a bucket in a supported region; for an S3-compatible service set regionendpoint; --allow-region NAME lets one region through.",
    check: Check::One(unsupported_region),
    of_msr: true,
    ..Rule::BASE
};
static V4AUTH_OFF: Rule = Rule {
    code: "v4auth-off",
    severity: Severity::Error,
    summary: "v4auth: false on AWS",
    why: "AWS takes only version 4 signatures: the registry refuses to start.",
    fix: "Remove v4auth, or set it to true.",
    check: Check::One(v4auth_off),
    of_msr: true,
    ..Rule::BASE
};

static V4AUTH_MISSING: Rule = Rule {
    code: "v4auth-missing",
    severity: Severity::Error,
    summary: "a custom resource for S3 on AWS without v4auth: true",
    why: "On AWS MSR needs it in the custom resource. The post-renderer writes it where it is absent, but `kubectl apply` bypasses the post-renderer.",
    fix: "Set spec.registry.storage.s3.v4auth to true.",
    check: Check::One(v4auth_missing),
    past_deploy: true,
    ..Rule::BASE
};

/// Whether requests go to AWS itself: no regionendpoint, or one under a domain of AWS.
pub fn on_aws(settings: &Settings) -> bool {
    settings.backend.name == "s3" && settings.text("regionendpoint").is_none_or(is_aws_endpoint)
}

/// Whether an endpoint's host lies under a domain of AWS.
pub fn is_aws_endpoint(endpoint: &str) -> bool {
    Endpoint::parse(endpoint).is_some_and(|endpoint| endpoint.is_aws())
}

fn unsupported_region(subject: &Subject) -> Option<Diagnostic> {
    let Subject {
        settings, facts, ..
    } = subject;
    let setting = settings.get("region").filter(|_| on_aws(settings))?;
    let Scalar::Text(region) = &setting.value else {
        return None;
    };
    let known = S3Region::of(region);
    if known == S3Region::Supported || facts.allowed_regions.contains(region) {
        return None;
    }
    let shown = mask::shown(setting.field, region);
    let what = match known {
        S3Region::Unknown => "is not a region of AWS",
        _ => "is a region of AWS, but MSR does not support it",
    };
    let message = format!("registry.storage.s3.region: `{shown}` {what}");
    let way_out = format!("--allow-region {shown} lets it through");
    let way_out = match known {
        S3Region::Released => format!("{way_out}; docker/distribution 2.8.3 knows it"),
        S3Region::Newer => {
            format!("{way_out}, but docker/distribution 2.8.3 does not know it and does not start")
        }
        _ => nearest_region(region).map_or_else(
            || "for an S3-compatible service set regionendpoint".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
    };
    let help = format!("{way_out} (supported: {})", S3_REGIONS.join(", "));
    Some(
        Diagnostic::new(&UNSUPPORTED_REGION, message)
            .at(&setting.origin)
            .help(help),
    )
}

/// The nearest name of a region, in the same part of the world if there is one; of several that are as near, one that MSR supports.
fn nearest_region(region: &str) -> Option<&'static str> {
    let region = region.to_lowercase();
    let area = region.split(['-', '_']).next();
    let there = aws_regions().filter(|known| known.split('-').next() == area);
    there
        .min_by_key(|known| strsim::damerau_levenshtein(&region, known))
        .or_else(|| nearest(&region, aws_regions()))
}

fn v4auth_off(subject: &Subject) -> Option<Diagnostic> {
    let setting = subject.settings.get("v4auth")?;
    if !on_aws(subject.settings) || subject.facts.swarm || setting.value != Scalar::Bool(false) {
        return None;
    }
    let message = "registry.storage.s3.v4auth is false, but AWS takes only version 4 signatures";
    Some(
        Diagnostic::new(&V4AUTH_OFF, message)
            .at(&setting.origin)
            .help("set registry.storage.s3.v4auth to true, or leave it out"),
    )
}

/// What the post-renderer would set; it is not asked where a custom resource is applied as it stands.
fn v4auth_missing(subject: &Subject) -> Option<Diagnostic> {
    if !subject.facts.applied
        || !on_aws(subject.settings)
        || subject.settings.get("v4auth").is_some()
    {
        return None;
    }
    let block = subject.storage.get("s3").unwrap_or(subject.storage);
    let message = "spec.registry.storage.s3.v4auth is not set: S3 on AWS needs true, and `kubectl apply` bypasses the post-renderer, which would set it";
    Some(
        Diagnostic::new(&V4AUTH_MISSING, message)
            .at(block.key.as_ref().unwrap_or(&block.origin))
            .help("write v4auth: true in the block s3"),
    )
}

#[cfg(test)]
mod tests {
    use super::nearest_region;

    #[test]
    fn the_nearest_region_is_in_the_same_part_of_the_world() {
        for (typed, near) in [
            ("us-esat-2", Some("us-east-2")),
            ("us-east-9", Some("us-east-1")),
            ("eu-nroth-1", Some("eu-north-1")),
            ("cn-nort-1", Some("cn-north-1")),
            ("EU-West-1", Some("eu-west-1")),
            ("garage", None),
        ] {
            assert_eq!(nearest_region(typed), near, "{typed}");
        }
    }
}
