//! A values file read by go-yaml's rules. It merges nothing but the documents of one file.

use std::sync::Arc;

use super::tree::Node;
use super::{Dialect, ValuesError};
use crate::origin::{Origin, Source};

/// Reads a values file.
///
/// # Errors
/// Where Helm refuses it.
pub fn read(source: &Arc<Source>, _dialect: Dialect) -> Result<Node, ValuesError> {
    Err(ValuesError::invalid(Origin::whole(source), "not yet"))
}
