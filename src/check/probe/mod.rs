//! `check --probe`: hands settings that no rule refuses to `msr-storage-probe`, and makes findings of its answer. It opens no connection itself.

mod ambient;
mod child;
mod findings;
pub mod protocol;

use std::time::Duration;

use serde_json::{Map, Value};

use self::protocol::{Answer, Request, VERSION};
use super::Read;
use crate::diag::Diagnostic;
use crate::rules::probe as rules;

/// What a probe gave.
#[derive(Debug, Default)]
pub struct Probed {
    /// What was found.
    pub found: Vec<Diagnostic>,
    /// What was tried, for people: lines, each ending in a line break.
    pub account: String,
}

/// How the user wants it done.
#[derive(Clone, Copy, Debug)]
pub struct Ways {
    /// How long one step may take.
    pub step: Duration,
    /// Whether credentials of the place where it runs may go to an endpoint that is not their cloud's.
    pub ambient_anywhere: bool,
}

/// Tries settings one after the other, the same ones once.
///
/// # Errors
/// The program that does it is missing or fails; not where a store refuses.
pub fn run(reads: &[Read], ways: Ways) -> anyhow::Result<Probed> {
    let mut probed = Probed::default();
    let mut asked: Vec<Request> = Vec::new();
    for read in reads {
        let settings = &read.settings;
        if settings.backend.is_volume() {
            probed.found.push(rules::nothing_to_reach(settings));
            continue;
        }
        let role = read.facts.role_serves(settings);
        let absent = settings.backend.fields.iter();
        let absent: Vec<_> = absent
            .filter(|field| !role && settings.from_existing_secret(field))
            .collect();
        if !absent.is_empty() {
            probed.found.push(rules::keys_elsewhere(settings, &absent));
            continue;
        }
        let request = request(read, role, ways.step);
        let ambient = ambient::is_ambient(&request) && !ways.ambient_anywhere;
        if ambient && !ambient::goes_home(&request) {
            probed.found.push(rules::ambient_kept(settings));
            continue;
        }
        if asked.contains(&request) {
            continue;
        }
        let answer = child::ask(&request)?;
        findings::add(read, &request, &answer, &mut probed);
        asked.push(request);
    }
    Ok(probed)
}

/// What an answer to these settings tells.
pub fn judge(read: &Read, step: Duration, answer: &Answer) -> Probed {
    let mut probed = Probed::default();
    let role = read.facts.role_serves(&read.settings);
    findings::add(read, &request(read, role, step), answer, &mut probed);
    probed
}

/// The fields as they reach the registry: without the keys where a role serves.
fn request(read: &Read, role: bool, step: Duration) -> Request {
    let set = read.settings.fields.iter();
    let fields: Map<String, Value> = set
        .filter(|setting| !(role && setting.field.pair.is_some()))
        .map(|setting| (setting.field.name.to_owned(), Value::from(&setting.value)))
        .collect();
    Request {
        version: VERSION.to_owned(),
        backend: read.settings.backend.name.to_owned(),
        fields,
        seconds: step.as_secs().max(1),
    }
}
