//! The registry's workloads in a stream, and what is known of them. It changes nothing.

mod role;

pub use role::Role;
