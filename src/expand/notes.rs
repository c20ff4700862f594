//! What the user may wonder about afterwards, left in an annotation: nobody sees what a post-renderer prints when it succeeds.

use super::Job;
use super::plan::Plan;
use crate::origin::SourceKind;
use crate::settings::Setting;

/// The annotation; `check --release` shows it.
pub const NOTES: &str = "msr-storage/notes";

/// Plans the annotation, or its removal where nothing is to be said any more.
pub(super) fn plan(job: &Job, plan: &mut Plan) {
    let object = &job.workload.object;
    let keys = ["metadata", "annotations", NOTES];
    let notes = job.resolved.notes.join("; ");
    if !notes.is_empty() {
        plan.set(object.document, object.path(keys), notes);
    } else if object.annotation(NOTES).is_some() && !is_of_resource(job) {
        plan.prune(object, &keys);
    }
}

/// Whether a role serves and a custom resource says the rest: an earlier run took the keys out of it, so its note stays.
fn is_of_resource(job: &Job) -> bool {
    let mut settings = job.settings().fields.iter();
    let is_there = |setting: &Setting| setting.origin.source.kind == SourceKind::CustomResource;
    job.by_role() && settings.any(is_there)
}
