//! The Helm around as the pipeline sees it: its layers, and its errors as findings. It reads no value itself.

use super::{Surroundings, sources};
use crate::diag::Diagnostic;
use crate::helm::{Action, Helm, HelmError, Over, Owner, Seen, lay_over};
use crate::rules::stream;
use crate::values::{Map, Node, Value, merge};

impl Surroundings for Helm {
    fn given(&self) -> Result<Node, Diagnostic> {
        let given = Self::given(self).map_err(|error| finding(&error))?;
        Ok(given.clone())
    }

    fn owner(&self, shown: Owner) -> Owner {
        Self::owner(self, shown)
    }

    fn seen(&self, owner: Option<&Owner>, over: &Over<'_>) -> Result<Seen, Diagnostic> {
        let given = Self::given(self).map_err(|error| finding(&error))?;
        let is_touched = sources::touches(given) || sources::touches(over.explicit);
        // A chart on top has nothing around it: where nobody gives anything of storage, its defaults stand as they are
        // rendered, and a chart that is not on disk need not be fetched.
        let is_enough =
            |owner: &Owner| owner.keys.is_empty() && !is_touched && over.resource.is_none();
        match owner {
            Some(owner) if is_enough(owner) => Ok(Seen::default()),
            Some(owner) => Self::seen(self, owner, over).map_err(|error| finding(&error)),
            None => without_chart(given, over),
        }
    }

    fn reads(&self, keys: &[String], path: &[&str]) -> bool {
        Self::reads(self, keys, path).unwrap_or_default()
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

/// The values as they are, for an object of which the stream does not show the chart.
fn without_chart(given: &Node, over: &Over<'_>) -> Result<Seen, Diagnostic> {
    let mut values = given.clone();
    if let (Value::Map(values), Value::Map(explicit)) =
        (&mut values.value, over.explicit.value.clone())
    {
        merge(values, explicit);
    }
    let mut own = Node::new(Value::Map(Map::new()), given.origin.clone());
    if let Some(storage) = over.resource {
        lay_over(&mut own, storage);
    }
    Ok(Seen {
        values: Some(sources::alone(&own, &values, &[])?),
        ..Seen::default()
    })
}

/// What Helm could not give, as a finding.
pub fn finding(error: &HelmError) -> Diagnostic {
    let fault = match error {
        HelmError::Values(values) => stream::unreadable_values(values),
        other => stream::unknown_values(other.to_string()),
    };
    fault.help(error.help())
}
