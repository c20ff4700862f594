//! The files of the repository that the program itself prints, so that none is kept in step by hand. It writes none of them.

use super::json_schema::{self, Draft};
use crate::plugin::manifest::Form;

/// One file that is printed.
pub struct Generated {
    /// What `generate` calls it.
    pub name: &'static str,
    /// Where it stands in the repository.
    pub path: &'static str,
    /// Its text.
    pub text: fn() -> String,
}

/// All of them; a test compares each with the file in the repository.
pub static FILES: &[Generated] = &[
    Generated {
        name: "fields",
        path: "docs/fields.md",
        text: super::fields::page,
    },
    Generated {
        name: "readme",
        path: "README.md",
        text: super::fields::readme,
    },
    Generated {
        name: "rules",
        path: "docs/rules.md",
        text: crate::output::pages::markdown,
    },
    Generated {
        name: "schema",
        path: "docs/values.schema.json",
        text: || json_schema::text(Draft::Draft07, &[]),
    },
    Generated {
        name: "plugin",
        path: "plugin.yaml",
        text: || Form::Helm3.checked_in(),
    },
    Generated {
        name: "plugin-post-renderer",
        path: "plugins/msr-storage/plugin.yaml",
        text: || Form::PostRenderer.checked_in(),
    },
    Generated {
        name: "plugin-command",
        path: "plugins/msr-storage-cli/plugin.yaml",
        text: || Form::Command.checked_in(),
    },
];
