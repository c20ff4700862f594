//! The library behind the `msr-storage` binary: everything but the process's edge. It prints nothing and ends no process.

pub mod helm;
pub mod origin;
pub mod values;
pub mod yaml;
