//! The `plugin.yaml` of every form, as text. It writes no file.
//!
//! Helm 3 reads only the form without `apiVersion`, and strictly: one unknown key there, and it loads no plugin at all.
//! Helm 4 runs a post-renderer only from a plugin of type `postrenderer/v1`.

use std::fmt::Write;

use super::{COMMAND_NAME, NAME};

/// The program's version, which is the plugin's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Where the program lies inside a plugin's folder. Helm expands the variable after it split the command at spaces, so that spaces in the folder's path do no harm.
const COMMAND: &str = "$HELM_PLUGIN_DIR/bin/msr-storage";

const SHORT_HELP: &str = "get the storage settings of Mirantis Secure Registry right";

const LONG_HELP: &str = "\
Checks, explains and converts the values registry.storage.* of Mirantis Secure
Registry. Its other half expands them into a rendered chart:

    helm install msr CHART -f values.yaml --post-renderer msr-storage";

/// Who wrote a `plugin.yaml`: one that `plugin install` put in place.
const WRITTEN: &str = "# Written by `msr-storage plugin install`; `msr-storage plugin uninstall` takes the folder away.\n";

/// The head of those that stand in the repository.
const CHECKED_IN: &str =
    "# Printed by `msr-storage generate`, which a test compares; do not edit.\n";

/// The head of those that a package carries.
const PACKAGED: &str = "# Of a package of msr-storage, which scripts/package builds.\n";

/// What Helm 3 runs once it has unpacked a package. The programs lie beside the manifest there, for Helm 3 unpacks a package with folders in it only once (its cache
/// keeps them, and a second `plugin install` stumbles over them). Where no folder of PATH is the user's own, the plugin stays, and the user is told what to type.
const HELM3_PACKAGE_HOOK: &str = r#"hooks:
  install: |-
    cd "$HELM_PLUGIN_DIR" && mkdir -p bin && mv -f msr-storage* bin/ || exit 1
    bin/msr-storage plugin install ||
      echo "msr-storage: the plugin is there all the same, helm msr-storage works, and so does --post-renderer \"$HELM_PLUGIN_DIR/bin/msr-storage\"" >&2
"#;

/// What a plugin is to Helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The command, in the form that Helm 3 reads.
    Helm3,
    /// The post-renderer, for Helm 4.
    PostRenderer,
    /// The command, for Helm 4.
    Command,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::Helm3, Self::PostRenderer, Self::Command];

    /// What a Helm of this major version needs, side by side.
    pub fn of_major(major: u64) -> &'static [Self] {
        if major == 3 {
            &[Self::Helm3]
        } else {
            &[Self::PostRenderer, Self::Command]
        }
    }

    /// Whether it is run as `helm msr-storage …`.
    pub fn is_command(self) -> bool {
        self != Self::PostRenderer
    }

    /// The plugin's name, and its folder's.
    pub fn name(self) -> &'static str {
        match self {
            Self::Helm3 | Self::PostRenderer => NAME,
            Self::Command => COMMAND_NAME,
        }
    }

    /// What it serves, as one types it.
    pub fn serves(self) -> &'static str {
        match self {
            Self::Helm3 | Self::Command => "helm msr-storage …",
            Self::PostRenderer => "--post-renderer msr-storage",
        }
    }

    /// The `plugin.yaml` that `plugin install` writes.
    pub fn installed(self) -> String {
        self.text(WRITTEN, "")
    }

    /// The one in the repository, which `helm plugin install` of a checkout finds: its hook builds the program and hands over to `plugin install`.
    pub fn checked_in(self) -> String {
        self.text(CHECKED_IN, self.hook())
    }

    /// The one in a package: the program comes with it, so that on Helm 4 nothing is left to do.
    pub fn packaged(self) -> String {
        let hook = match self {
            Self::Helm3 => HELM3_PACKAGE_HOOK,
            Self::PostRenderer | Self::Command => "",
        };
        self.text(PACKAGED, hook)
    }

    /// The folder of its files when packages are made, and the beginning of its package's name.
    pub fn package(self) -> &'static str {
        match self {
            Self::Helm3 => "msr-storage-helm3",
            Self::PostRenderer | Self::Command => self.name(),
        }
    }

    fn text(self, head: &str, hook: &str) -> String {
        let body = match self {
            Self::Helm3 => helm3(),
            Self::PostRenderer => v1(NAME, "postrenderer/v1", "config: {}\n"),
            Self::Command => {
                let config = format!(
                    "config:\n  # Its first word is the command's name.\n  usage: {NAME} [command]\n  shortHelp: {SHORT_HELP}\n  longHelp: |-\n{}",
                    indented(LONG_HELP, 4)
                );
                v1(COMMAND_NAME, "cli/v1", &config)
            }
        };
        format!("{head}{body}{hook}")
    }

    fn hook(self) -> &'static str {
        match self {
            Self::Helm3 => concat!(
                "hooks:\n",
                "  install: sh \"$HELM_PLUGIN_DIR/scripts/plugin-hook\"\n",
            ),
            Self::PostRenderer | Self::Command => concat!(
                "  platformHooks:\n",
                "    install:\n",
                "      # A package has a manifest of its own; a checkout builds the program, and gets both plugins.\n",
                "      - command: sh\n",
                "        args:\n",
                "          - -c\n",
                "          - exec sh \"$HELM_PLUGIN_DIR/../../scripts/plugin-hook\"\n",
            ),
        }
    }
}

fn helm3() -> String {
    format!(
        "name: {NAME}\nversion: {VERSION}\nusage: {SHORT_HELP}\ndescription: |-\n{}command: {COMMAND}\n",
        indented(LONG_HELP, 2)
    )
}

fn v1(name: &str, kind: &str, config: &str) -> String {
    format!(
        "apiVersion: v1\nname: {name}\ntype: {kind}\nruntime: subprocess\nversion: {VERSION}\n{config}runtimeConfig:\n  platformCommand:\n    - command: {COMMAND}\n"
    )
}

fn indented(text: &str, by: usize) -> String {
    text.lines().fold(String::new(), |mut all, line| {
        let pad = if line.is_empty() { 0 } else { by };
        // Writing into a String can't fail.
        let _ = writeln!(all, "{:pad$}{line}", "");
        all
    })
}
