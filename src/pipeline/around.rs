//! The Helm around as the pipeline sees it: its layers, and its errors as findings. It reads no value itself.

use super::sources::{Layer, Scope};
use super::{HelmLayers, Surroundings, owner};
use crate::diag::Diagnostic;
use crate::helm::{Action, Helm, HelmError};
use crate::rules::stream;
use crate::schema::STORAGE_PATH;
use crate::values::Node;

impl Surroundings for Helm {
    fn layers(
        &self,
        template: Option<&str>,
        with_defaults: bool,
    ) -> Result<HelmLayers, Diagnostic> {
        let whole = |root: Node| Layer {
            root,
            scope: Scope::Whole,
        };
        let given = self.given().map_err(|error| finding(&error))?;
        // A chart on top has nothing around it: where the line says nothing of storage, its defaults stand as they are
        // rendered, and a chart that is not on disk need not be fetched.
        let is_enough = |template: &str| {
            !with_defaults
                && owner::values_path(template).is_empty()
                && given.at(&STORAGE_PATH).is_none()
        };
        let Some(template) = template.filter(|template| !is_enough(template)) else {
            return Ok(HelmLayers {
                defaults: Vec::new(),
                given: vec![whole(given.clone())],
            });
        };
        let layers = Self::layers(self, template).map_err(|error| finding(&error))?;
        let defaults = layers.chart.into_iter().map(|root| Layer {
            root,
            scope: Scope::Chart,
        });
        let given = layers.around.into_iter().chain([layers.given]).map(whole);
        Ok(HelmLayers {
            defaults: defaults.collect(),
            given: given.collect(),
        })
    }

    fn refuse_output_dir(&self) -> Result<(), Diagnostic> {
        Self::refuse_output_dir(self).map_err(|error| finding(&error))
    }

    fn deployed(&self) -> Result<Option<String>, Diagnostic> {
        if matches!(self.line().action, Action::Upgrade { .. }) {
            self.deployed_manifest().map_err(|error| finding(&error))
        } else {
            Ok(None)
        }
    }
}

/// What Helm could not give, as a finding.
pub fn finding(error: &HelmError) -> Diagnostic {
    let fault = match error {
        HelmError::Values(values) => stream::unreadable_values(values),
        other => stream::unknown_values(other.to_string()),
    };
    fault.help(error.help())
}
