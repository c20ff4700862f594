//! Helm 3 and Helm 4, each in a home of its own that goes when the test ends, with or without `msr-storage` in it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::run::{Outcome, Run};
use super::tools::{root, tool};

/// Which Helm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Helm {
    V3,
    V4,
}

impl Helm {
    /// For tests that hold for both.
    pub(crate) const BOTH: [Self; 2] = [Self::V3, Self::V4];

    /// The program.
    #[track_caller]
    pub(crate) fn program(self) -> PathBuf {
        tool(match self {
            Self::V3 => "helm3",
            Self::V4 => "helm4",
        })
    }
}

/// A sample chart, by its folder's name under `testdata/charts`.
pub(crate) fn chart(name: &str) -> PathBuf {
    root().join("testdata/charts").join(name)
}

/// A user's home: Helm's folders in it, where Helm itself puts them, and a `bin` folder on `PATH`.
pub(crate) struct Home {
    helm: Helm,
    folder: TempDir,
    kubeconfig: Option<PathBuf>,
}

impl Home {
    /// A home in which nothing is installed.
    pub(crate) fn new(helm: Helm) -> Self {
        let folder = TempDir::with_prefix("msr-storage-home-").expect("a temporary folder");
        fs::create_dir(folder.path().join("bin")).expect("a folder in a temporary folder");
        Self {
            helm,
            folder,
            kubeconfig: None,
        }
    }

    /// A home with `msr-storage` in place: `--post-renderer msr-storage` and `helm msr-storage …` both work.
    pub(crate) fn with_msr_storage(helm: Helm) -> Self {
        let home = Self::new(helm);
        let program = Path::new(env!("CARGO_BIN_EXE_msr-storage"));
        home.install_renderer("msr-storage", program);
        // The command beside it. Helm 4 wants another plugin name than the post-renderer's.
        match helm {
            Helm::V3 => home.write_plugin("msr-storage", &plugin_of_helm3(program)),
            Helm::V4 => home.write_plugin("msr-storage-cli", &command_plugin_of_helm4(program)),
        }
        home
    }

    /// Makes a program a post-renderer of that name: Helm 3 takes any program on `PATH`, Helm 4 only a plugin.
    pub(crate) fn install_renderer(&self, name: &str, program: &Path) {
        symlink(program, self.path().join("bin").join(name)).expect("a link in a temporary folder");
        if self.helm == Helm::V4 {
            self.write_plugin(name, &renderer_plugin_of_helm4(name, program));
        }
    }

    fn write_plugin(&self, name: &str, manifest: &str) {
        let folder = self.plugins().join(name);
        fs::create_dir_all(&folder).expect("a plugin folder");
        fs::write(folder.join("plugin.yaml"), manifest).expect("a plugin manifest");
    }

    /// The home's own folder.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where Helm looks for plugins.
    pub(crate) fn plugins(&self) -> PathBuf {
        self.path().join(".local/share/helm/plugins")
    }

    /// Has Helm talk to the API of this kubeconfig.
    pub(crate) fn kubeconfig(mut self, file: &Path) -> Self {
        self.kubeconfig = Some(file.to_owned());
        self
    }

    /// A run of Helm in this home, still without arguments, for what [`Self::helm`] can't say.
    #[track_caller]
    pub(crate) fn command(&self) -> Run {
        let program = self.helm.program();
        let beside = program
            .parent()
            .expect("the program is in a folder")
            .to_owned();
        let run = Run::new(&program)
            .env("HOME", self.path())
            .path(self.path().join("bin"))
            .path(beside)
            .folder(self.path())
            .hide(self.path(), "[HOME]");
        // Without one, Helm would ask whatever listens on localhost:8080.
        let kubeconfig = self
            .kubeconfig
            .clone()
            .unwrap_or_else(|| self.path().join("no-kubeconfig"));
        run.env("KUBECONFIG", kubeconfig)
    }

    /// `helm ARGS…`, to its end.
    #[track_caller]
    pub(crate) fn helm<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(&self, args: I) -> Outcome {
        self.command().args(args).run()
    }

    /// `helm template RELEASE CHART ARGS…`.
    #[track_caller]
    pub(crate) fn template(&self, release: &str, chart: &Path, args: &[&str]) -> Outcome {
        self.on_chart(&["template", release], chart, args)
    }

    /// `helm install RELEASE CHART ARGS…`, without hooks: no cluster here runs a job, so Helm would wait for it in vain.
    #[track_caller]
    pub(crate) fn install(&self, release: &str, chart: &Path, args: &[&str]) -> Outcome {
        self.on_chart(&["install", "--no-hooks", release], chart, args)
    }

    /// `helm upgrade RELEASE CHART ARGS…`, without hooks as well.
    #[track_caller]
    pub(crate) fn upgrade(&self, release: &str, chart: &Path, args: &[&str]) -> Outcome {
        self.on_chart(&["upgrade", "--no-hooks", release], chart, args)
    }

    #[track_caller]
    fn on_chart(&self, command: &[&str], chart: &Path, args: &[&str]) -> Outcome {
        self.command().args(command).args([chart]).args(args).run()
    }
}

// Until `msr-storage plugin install` writes these, they are what its result must be like. Names and fields: Helm
// refuses what it does not know, and Helm 3 any field of Helm 4's.

fn plugin_of_helm3(program: &Path) -> String {
    format!(
        "name: msr-storage\nversion: {}\nusage: storage settings of MSR\ndescription: storage settings of MSR\n\
         command: {program:?}\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn renderer_plugin_of_helm4(name: &str, program: &Path) -> String {
    format!(
        "apiVersion: v1\ntype: postrenderer/v1\nname: {name}\nversion: {}\nruntime: subprocess\n\
         runtimeConfig:\n  platformCommand:\n  - command: {program:?}\n",
        env!("CARGO_PKG_VERSION")
    )
}

fn command_plugin_of_helm4(program: &Path) -> String {
    format!(
        "apiVersion: v1\ntype: cli/v1\nname: msr-storage-cli\nversion: {}\nruntime: subprocess\n\
         config:\n  usage: msr-storage [command]\n  shortHelp: storage settings of MSR\n  ignoreFlags: false\n\
         runtimeConfig:\n  platformCommand:\n  - command: {program:?}\n",
        env!("CARGO_PKG_VERSION")
    )
}
