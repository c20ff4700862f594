//! The real thing: what a container finds (the kubelet's own code), what registries make of it (their own parsers and
//! drivers), stores, and images that go through all of it. Helpers are modules of this one; the tests say what must hold.

pub(crate) mod kubelet;
pub(crate) mod lines;
pub(crate) mod proof;
pub(crate) mod registry;
