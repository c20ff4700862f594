//! What the user may wonder about afterwards, left in an annotation: nobody sees what a post-renderer prints when it succeeds.

use super::Job;
use super::plan::Plan;

/// The annotation; `check --release` shows it.
pub const NOTES: &str = "msr-storage/notes";

/// Plans the annotation, or its removal where nothing is to be said any more.
pub(super) fn plan(job: &Job, plan: &mut Plan) {
    let object = &job.workload.object;
    let path = object.path(["metadata", "annotations", NOTES]);
    let notes = job.resolved.notes.join("; ");
    if !notes.is_empty() {
        plan.set(object.document, path, notes);
    } else if object.annotation(NOTES).is_some() && !job.resolved.by_role {
        plan.remove(object.document, path);
    }
}
