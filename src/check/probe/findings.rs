//! From the probe's answer to findings at the fields they are about, and to the account of what was tried. It asks nobody.

use super::ambient::is_ambient;
use super::protocol::{Answer, Kind, Request, Step, What};
use super::{Probed, Read};
use crate::output::mask::Secrets;
use crate::rules::probe::{self as rules, Failed};

/// Adds what an answer says, without any secret that it may hold.
pub(super) fn add(read: &Read, request: &Request, answer: &Answer, probed: &mut Probed) {
    let settings = &read.settings;
    let answer = hidden(answer, &Secrets::of(settings));
    for step in &answer.steps {
        let Some(trouble) = &step.trouble else {
            continue;
        };
        probed.found.push(rules::failed(&Failed {
            settings,
            endpoint: &answer.endpoint,
            what: step.what,
            trouble,
            seconds: request.seconds,
        }));
    }
    for name in &answer.left {
        probed.found.push(rules::left_behind(settings, name));
    }
    if is_ambient(request) && answer.steps.iter().any(|step| step.what == What::List) {
        probed.found.push(rules::ambient(settings));
    }
    if request.text("regionendpoint").is_some() && !request.flag("v4auth", true) {
        probed.found.push(rules::signed_otherwise(settings));
    }
    probed.account += &account(request, &answer);
}

fn hidden(answer: &Answer, secrets: &Secrets) -> Answer {
    let mut answer = answer.clone();
    answer.endpoint = secrets.hide(&answer.endpoint);
    for name in &mut answer.left {
        *name = secrets.hide(name);
    }
    let troubles = answer.steps.iter_mut();
    for trouble in troubles.filter_map(|step| step.trouble.as_mut()) {
        trouble.said = secrets.hide(&trouble.said);
        trouble.code = secrets.hide(&trouble.code);
        trouble.region = trouble.region.as_ref().map(|text| secrets.hide(text));
    }
    answer
}

/// One line: what was tried where, each step with what came of it.
fn account(request: &Request, answer: &Answer) -> String {
    let store = request
        .text("bucket")
        .or_else(|| request.text("container"))
        .unwrap_or_default();
    let steps: Vec<String> = answer.steps.iter().map(step).collect();
    let end = if answer.steps.iter().all(|step| step.trouble.is_none()) {
        "; nothing is left there"
    } else {
        ""
    };
    format!(
        "probed {} {store} at {}: {}{end}\n",
        request.backend,
        answer.endpoint,
        steps.join(", ")
    )
}

fn step(step: &Step) -> String {
    let end = match &step.trouble {
        None => format!("{} ms", step.millis),
        Some(trouble) if trouble.kind == Kind::Denied => "denied".to_owned(),
        Some(_) => "failed".to_owned(),
    };
    format!("{} {end}", rules::step(step.what))
}
