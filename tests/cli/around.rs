//! The pages on other tools under `docs`: their files and commands, by the real programs where they can be had. What the settings
//! become is other tests'.

#[path = "around/kustomize.rs"]
mod kustomize;
