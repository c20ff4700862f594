//! The library behind the `msr-storage` binary: everything but the process's edge. It prints nothing and ends no process.

pub mod yaml;
