//! The registry's workloads in a stream, and what is known of them. It changes nothing.

pub mod config;
pub mod rendered;
mod object;
mod role;
mod select;
mod stream;
pub mod volumes;

pub use object::{FILENAME, Object};
pub use role::{Role, of_workload as role};
pub use select::{
    Ambiguous, Choice, Container, MSR_GROUP, Part, Workload, custom_resources, workloads,
};
pub use stream::{Stream, Unreadable};
