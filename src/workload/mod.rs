//! The registry's workloads in a stream, and what is known of them. It changes nothing.

pub mod config;
mod marks;
mod object;
mod place;
pub mod rendered;
mod role;
pub mod secret;
mod select;
pub mod selector;
mod stream;
pub mod volumes;

pub(crate) use marks::Mark;
pub use object::{FILENAME, Object};
pub use place::Places;
pub use role::{Role, of_workload as role};
pub use select::{
    Ambiguous, Choice, Container, Found, INSTANCE, MSR_GROUP, MSR_KIND, Part, Workload, candidates,
    custom_resources, find, misnamed_resources, wanted as wanted_head, workloads,
};
pub use stream::{Stream, Unreadable};
