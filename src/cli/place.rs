//! Which objects are the registry's, what is known of them that no input shows, and what is let through: the same flags and
//! variables for the post-renderer, `diff` and `check`. It reads no input.

use std::sync::Arc;

use clap::{ArgAction, Args};

use super::Switch;
use crate::origin::{Origin, Source, SourceKind};
use crate::pipeline::Place;
use crate::rules::{Allowed, shape};
use crate::workload::{Choice, selector};

/// What every command that judges settings is told beside them.
#[derive(Args, Clone, Default)]
#[command(next_help_heading = "Target")]
pub struct PlaceArgs {
    /// The workloads by their labels, for a chart that is not MSR's
    #[arg(
        long,
        short = 'l',
        value_name = "SELECTOR",
        env = "MSR_STORAGE_SELECTOR"
    )]
    selector: Option<String>,
    /// The container by its name
    #[arg(long, value_name = "NAME", env = "MSR_STORAGE_CONTAINER")]
    container: Option<String>,
    /// A Secret of your own that holds the secret fields, its keys named as the fields
    #[arg(long, value_name = "NAME", env = EXISTING_SECRET.1)]
    existing_secret: Option<String>,
    /// The registry runs under an IAM role: drop accesskey and secretkey
    #[arg(long, env = IAM_ROLE, action = ArgAction::SetTrue, value_parser = Switch::parse)]
    iam_role: Switch,
    /// Keep accesskey and secretkey beside a role
    #[arg(long, env = KEEP_KEYS, action = ArgAction::SetTrue, value_parser = Switch::parse)]
    keep_keys: Switch,
    /// Let an S3 region through that MSR does not support
    #[arg(
        long,
        value_name = "NAME",
        env = "MSR_STORAGE_ALLOW_REGION",
        value_delimiter = ','
    )]
    allow_region: Vec<String>,
    /// Let the findings of a rule through; in a file: # msr-storage: allow CODE
    #[arg(
        long,
        value_name = "CODE",
        env = "MSR_STORAGE_ALLOW",
        value_delimiter = ','
    )]
    allow: Vec<String>,
}

const IAM_ROLE: &str = "MSR_STORAGE_IAM_ROLE";
const KEEP_KEYS: &str = "MSR_STORAGE_KEEP_KEYS";

/// The flag and the variable that name a Secret.
const EXISTING_SECRET: (&str, &str) = ("--existing-secret", "MSR_STORAGE_EXISTING_SECRET");

impl PlaceArgs {
    /// Reads the arguments. A blank one counts as absent: a variable can't be unset everywhere.
    ///
    /// # Errors
    /// All that is wrong with them, a sentence each.
    pub fn read(&self) -> Result<Place, Vec<String>> {
        let mut wrong = Vec::new();
        let selector = non_blank(self.selector.as_ref()).map(|text| selector::parse(text));
        let selector = selector.transpose().unwrap_or_else(|error| {
            wrong.push(format!("--selector: {error}"));
            None
        });
        let iam_role = self.iam_role.is_on(IAM_ROLE, &mut wrong);
        let keep_keys = self.keep_keys.is_on(KEEP_KEYS, &mut wrong);
        let existing_secret = non_blank(self.existing_secret.as_ref()).map(|name| secret(name));
        if let Some(secret) = &existing_secret
            && !shape::is_object_name(&secret.source.text)
        {
            wrong.push(format!(
                "{}: `{}` is not the name of a Secret (lower case, digits, - and .)",
                secret.source.name,
                crate::diag::shown(&secret.source.text)
            ));
        }
        let allowed = Allowed::new(&self.allow).unwrap_or_else(|bad| {
            wrong.extend(bad.iter().map(|bad| format!("--allow: {bad}")));
            Allowed::default()
        });
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let regions = self.allow_region.iter().map(|region| region.trim());
        Ok(Place {
            choice: Choice {
                selector,
                container: non_blank(self.container.as_ref()).cloned(),
            },
            existing_secret,
            iam_role,
            keep_keys,
            allowed_regions: regions
                .filter(|region| !region.is_empty())
                .map(str::to_owned)
                .collect(),
            allowed,
        })
    }
}

/// A text that says something.
pub(crate) fn non_blank(text: Option<&String>) -> Option<&String> {
    text.filter(|text| !text.trim().is_empty())
}

/// The Secret's name with its source: the flag if the line has it, else the variable.
fn secret(name: &str) -> Origin {
    let (flag, variable) = EXISTING_SECRET;
    let by_flag = std::env::args_os()
        .any(|argument| argument.as_encoded_bytes().starts_with(flag.as_bytes()));
    let (kind, source) = if by_flag || std::env::var_os(variable).is_none() {
        (SourceKind::Flag, flag)
    } else {
        (SourceKind::Variable, variable)
    };
    let source = Source {
        kind,
        name: source.to_owned(),
        text: name.to_owned(),
    };
    Origin::new(&Arc::new(source), 0..name.len())
}
