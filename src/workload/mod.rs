//! The registry's workloads in a stream, and what is known of them. It changes nothing.

pub mod config;
mod marks;
mod object;
pub mod rendered;
mod role;
mod select;
pub mod selector;
mod stream;
pub mod volumes;

pub(crate) use marks::Mark;
pub use object::{FILENAME, Object};
pub use role::{Role, of_workload as role};
pub use select::{
    Ambiguous, Choice, Container, INSTANCE, MSR_GROUP, Part, Workload, candidates,
    custom_resources, workloads,
};
pub use stream::{Stream, Unreadable};
