//! The settings as a workload gets them: keys dropped beside a role, version 4 signatures asked for on AWS. It adds nothing else.

use crate::origin::{Origin, Source, SourceKind};
use crate::rules::{Facts, s3};
use crate::schema::Field;
use crate::settings::{Scalar, Setting, Settings};

/// Settings as they are to be written, and what was done to them.
pub struct Resolved {
    /// The settings.
    pub settings: Settings,
    /// Whether a role serves instead of keys.
    pub by_role: bool,
    /// What the user may wonder about, a sentence each.
    pub notes: Vec<String>,
}

/// Resolves settings for the place that they go to.
pub fn resolve(mut settings: Settings, facts: &Facts) -> Resolved {
    let mut notes = Vec::new();
    let by_role = facts.role_serves(&settings);
    if by_role {
        let is_credential = |setting: &Setting| {
            setting.field.pair.is_some() || setting.field.name == Field::EXISTING_SECRET_NAME
        };
        let before = settings.fields.len();
        settings.fields.retain(|setting| !is_credential(setting));
        if let (true, Some(role)) = (settings.fields.len() < before, &facts.role) {
            notes.push(format!(
                "accesskey and secretkey were dropped: a role serves instead ({role})"
            ));
        }
    }
    if wants_v4auth(&settings, facts) {
        settings.fields.extend(v4auth(&settings));
        settings.fields.sort_by_key(|setting| {
            settings
                .backend
                .fields
                .iter()
                .position(|field| field.name == setting.field.name)
        });
    }
    Resolved {
        settings,
        by_role,
        notes,
    }
}

fn wants_v4auth(settings: &Settings, facts: &Facts) -> bool {
    settings.backend.name == "s3"
        && !facts.swarm
        && settings.get("v4auth").is_none()
        && s3::on_aws(settings)
}

fn v4auth(settings: &Settings) -> Option<Setting> {
    let field = settings.backend.field("v4auth")?;
    let source = Source {
        kind: SourceKind::Manifest,
        name: "the rule of MSR's guide for AWS".to_owned(),
        text: String::new(),
    };
    Some(Setting {
        field,
        value: Scalar::Bool(true),
        origin: Origin::whole(&source.into()),
    })
}
