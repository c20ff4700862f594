//! What the post-renderer would refuse of a stream as a whole: that alone, for its settings are judged elsewhere. It changes nothing.

use super::{Input, Judged, Options};
use crate::origin::Origin;
use crate::pipeline::sources::{Layer, Scope};
use crate::pipeline::{self, Given, Place};
use crate::rules::stream;
use crate::workload::{Choice, Stream};

/// The refusals of a stream under the values that are given beside it.
pub fn of(input: &Input, options: &Options, layers: &[Layer]) -> Judged {
    let stream = Stream::new(input.source.text.as_bytes());
    let explicit = layers.iter().map(|layer| Layer {
        root: layer.root.clone(),
        scope: Scope::Whole,
    });
    let given = Given {
        options: pipeline::Options {
            // Without values the chart's own rendering stands.
            no_values: layers.is_empty(),
            place: Place {
                choice: Choice {
                    selector: options.choice.selector.clone(),
                    container: options.choice.container.clone(),
                },
                existing_secret: options.existing_secret.clone(),
                iam_role: options.facts.role == Some(crate::workload::Role::Switch),
                keep_keys: options.facts.keep_keys,
                allowed_regions: options.facts.allowed_regions.clone(),
                ..Place::default()
            },
            ..pipeline::Options::default()
        },
        explicit: explicit.collect(),
        ..Given::default()
    };
    let mut found = pipeline::plan(&stream, &given).err().unwrap_or_default();
    found.retain(|found| {
        stream::RULES
            .iter()
            .any(|rule| rule.code == found.rule.code)
    });
    for found in &mut found {
        found
            .place
            .get_or_insert_with(|| Origin::whole(&input.source));
    }
    Judged {
        found,
        ..Judged::default()
    }
}
