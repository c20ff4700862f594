//! `--deny`, `--warn` and `--allow`: how much the findings of a rule weigh in this run. It judges nothing.

use crate::diag::{Diagnostic, Severity};

/// The levels that the user turned rules to.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    turned: Vec<(String, Option<Severity>)>,
}

impl Levels {
    /// From the codes of each flag.
    ///
    /// # Errors
    /// The code that two flags name.
    pub fn new(deny: &[String], warn: &[String], allow: &[String]) -> Result<Self, String> {
        let lists = [
            (deny, Some(Severity::Error)),
            (warn, Some(Severity::Warning)),
            (allow, None),
        ];
        let mut turned: Vec<(String, Option<Severity>)> = Vec::new();
        for (codes, level) in lists {
            for code in codes {
                if turned
                    .iter()
                    .any(|(known, other)| known == code && *other != level)
                {
                    return Err(code.clone());
                }
                turned.push((code.clone(), level));
            }
        }
        Ok(Self { turned })
    }

    /// Turns the findings, and says how many were turned off.
    pub fn apply(&self, found: &mut Vec<Diagnostic>) -> usize {
        let before = found.len();
        found.retain_mut(|diagnostic| {
            let turned = self
                .turned
                .iter()
                .find(|(code, _)| code == diagnostic.rule.code);
            match turned {
                None => true,
                Some((_, None)) => false,
                Some((_, Some(level))) => {
                    diagnostic.severity = *level;
                    true
                }
            }
        });
        before - found.len()
    }
}
