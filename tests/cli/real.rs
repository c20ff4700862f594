//! The real thing: what a container finds (the kubelet's own code), what registries make of it (their own parsers and
//! drivers), stores, and images that go through all of it. The helpers are modules of this one; so are the tests, which
//! scripts/prove runs: they need what `scripts/tools stores` installs, and minutes.

mod chain;
mod faults;
mod foreign;
mod http;
pub(crate) mod image;
pub(crate) mod kubelet;
pub(crate) mod lines;
pub(crate) mod proof;
pub(crate) mod proxy;
pub(crate) mod registry;
pub(crate) mod release;
mod replay;
mod role;
pub(crate) mod server;
mod settings;
pub(crate) mod store;
mod upgrade;
