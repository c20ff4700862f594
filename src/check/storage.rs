//! One tree of storage settings judged: its shape, what the post-renderer refuses, and the second look. It looks for no tree.

use super::{Judged, Options, Read};
use crate::rules::{self, Facts, Subject};
use crate::settings;
use crate::values::Node;

/// All that is wrong with the tree under `registry.storage`, and the settings in it where it has the right shape.
pub fn judge(storage: &Node, facts: &Facts, options: &Options) -> Judged {
    let outcome = settings::read(storage, options.existing_secret.as_ref());
    let mut found = outcome.faults;
    if let Some(settings) = outcome.settings.as_ref().or(outcome.readable.as_ref()) {
        let subject = Subject {
            storage,
            settings,
            facts,
        };
        found.extend(rules::judge(&subject));
        found.extend(rules::second_look(&subject));
    }
    let read = outcome.settings.map(|settings| Read {
        settings,
        facts: facts.clone(),
    });
    Judged {
        found,
        settings: true,
        facts: None,
        read: read.into_iter().collect(),
    }
}
