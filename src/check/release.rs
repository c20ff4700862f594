//! A live release: its values, its manifest, and what an upgrade with the values at hand would make of it. It changes nothing.

use std::sync::Arc;

use anyhow::anyhow;

use super::{Input, Judged, Options, values};
use crate::helm::{HelmError, Live, LiveArgs};
use crate::origin::{Origin, Source, SourceKind};
use crate::pipeline::helm_finding;
use crate::pipeline::sources::Layer;
use crate::rules::upgrade;
use crate::schema::STORAGE_PATH;
use crate::values::Node;

/// What Helm says of a release.
pub struct Release {
    /// Its manifest.
    pub manifest: Input,
    values: Node,
    /// The values of the revision before, where a revision is asked for.
    before: Option<Node>,
}

impl Release {
    /// Asks Helm.
    ///
    /// # Errors
    /// Where Helm does not answer.
    pub fn ask(live: &Live, args: &LiveArgs) -> anyhow::Result<Self> {
        let failed = |error: HelmError| anyhow!(helm_finding(&error).message);
        let before = args.revision.and_then(|revision| revision.checked_sub(1));
        let before = before
            .filter(|revision| *revision > 0)
            .and_then(|revision| {
                let earlier = LiveArgs {
                    revision: Some(revision),
                    ..args.clone()
                };
                // Helm keeps ten revisions: an older one is not to be had.
                earlier.open().ok()??.values().ok()
            });
        Ok(Self {
            manifest: Input {
                source: Arc::new(Source {
                    kind: SourceKind::Manifest,
                    name: format!("{}, manifest", live.title()),
                    text: live.manifest().map_err(failed)?,
                }),
                named: true,
            },
            values: live.values().map_err(failed)?,
            before,
        })
    }

    /// Whether the values hold storage settings.
    pub fn has_settings(&self) -> bool {
        self.values.at(&STORAGE_PATH).is_some()
    }

    /// Judges its values, and what an upgrade forgets of them: the one that made this revision, or one with the values at hand.
    pub fn judge(&self, layers: &[Layer], options: &Options) -> Judged {
        let mut judged = if layers.is_empty() {
            values::helm(&self.values, options)
        } else {
            Judged::default()
        };
        let storage = |root: &Node| root.at(&STORAGE_PATH).cloned();
        let place = Origin::whole(&self.values.origin.source);
        if let Some(before) = self.before.as_ref().and_then(storage) {
            let after = storage(&self.values);
            judged
                .found
                .extend(upgrade::forgotten(&before, after.as_ref(), &place));
        }
        if let (Some(before), Some(layer)) = (storage(&self.values), layers.last()) {
            let after = storage(&layer.root);
            let place = first(&layer.root).unwrap_or(place);
            judged
                .found
                .extend(upgrade::forgotten(&before, after.as_ref(), &place));
        }
        judged
    }
}

/// The place of the first value of a tree.
fn first(node: &Node) -> Option<Origin> {
    match node.as_map() {
        Some(map) => map.values().find_map(first),
        None => Some(node.origin.clone()),
    }
}
