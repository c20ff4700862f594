//! One tree of storage settings judged. It looks for no tree.

use super::{Judged, Options, Read};
use crate::rules::{self, Allow, Facts, Verdict};
use crate::values::Node;

/// All that is wrong with the tree under `registry.storage`, and the settings in it if they could be expanded.
pub fn judge(storage: &Node, facts: &Facts, options: &Options) -> Judged {
    let verdict = rules::judge(storage, options.existing_secret.as_ref(), |_| facts.clone());
    let Verdict {
        settings,
        facts,
        found,
    } = verdict;
    let whole = !found.iter().any(|found| found.rule.allow != Allow::Yes);
    let read = settings
        .filter(|_| whole)
        .map(|settings| Read { settings, facts });
    Judged {
        found,
        settings: true,
        facts: None,
        read: read.into_iter().collect(),
    }
}
