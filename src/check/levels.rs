//! `--deny` and `--warn`: findings that weigh more in this run. No error weighs less: only `--allow` lets one through. It
//! judges nothing.

use crate::diag::{Diagnostic, Severity};
use crate::rules;

/// The levels that the user turned rules to.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    turned: Vec<(String, Severity)>,
}

impl Levels {
    /// From the codes of each flag.
    ///
    /// # Errors
    /// For a code that both flags name, and for an error that is to be less than one.
    pub fn new(deny: &[String], warn: &[String]) -> Result<Self, String> {
        if let Some(code) = warn.iter().find(|code| deny.contains(code)) {
            return Err(format!("{code} is given two levels by --deny and --warn"));
        }
        let is_error = |code: &&String| {
            rules::named(code).is_some_and(|rule| rule.severity == Severity::Error)
        };
        if let Some(code) = warn.iter().find(is_error) {
            return Err(format!(
                "--warn: {code} is an error everywhere; --allow {code} lets it through"
            ));
        }
        let deny = deny.iter().map(|code| (code.clone(), Severity::Error));
        let warn = warn.iter().map(|code| (code.clone(), Severity::Warning));
        Ok(Self {
            turned: deny.chain(warn).collect(),
        })
    }

    /// Turns the findings.
    pub fn apply(&self, found: &mut [Diagnostic]) {
        for diagnostic in found {
            let turned = self
                .turned
                .iter()
                .find(|(code, _)| code == diagnostic.rule.code);
            if let Some((_, level)) = turned {
                diagnostic.severity = *level;
            }
        }
    }
}
