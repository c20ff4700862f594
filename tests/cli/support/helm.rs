//! Helm 3 and Helm 4, each in a home of its own that goes when the test ends, with or without `msr-storage` in it.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::program;
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

/// A copy of a sample chart, to be changed; `to` must not be there.
#[track_caller]
pub(crate) fn copy_of_chart(name: &str, to: &Path) {
    let copied = Run::new(Path::new("/bin/cp"))
        .args(["-RL"])
        .args([&chart(name), to])
        .run();
    copied.exits(0);
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

    /// A home with `msr-storage` in place, as its user gets it: `--post-renderer msr-storage` and `helm msr-storage …`
    /// both work.
    #[track_caller]
    pub(crate) fn with_msr_storage(helm: Helm) -> Self {
        let home = Self::new(helm);
        home.run(program::under_test())
            .args(["plugin", "install"])
            .run()
            .exits(0);
        home
    }

    /// Makes a program a post-renderer of that name: Helm 3 takes any program on `PATH`, Helm 4 only a plugin.
    pub(crate) fn install_renderer(&self, name: &str, program: &Path) {
        symlink(program, self.path().join("bin").join(name)).expect("a link in a temporary folder");
        if self.helm == Helm::V4 {
            let folder = self.plugins().join(name);
            fs::create_dir_all(&folder).expect("a plugin folder");
            fs::write(folder.join("plugin.yaml"), renderer_plugin(name, program))
                .expect("a plugin manifest");
        }
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
        self.run(&self.helm.program())
    }

    /// A run of any program in this home, with this Helm on `PATH`.
    #[track_caller]
    pub(crate) fn run(&self, program: &Path) -> Run {
        let helm = self.helm.program();
        // Without a kubeconfig, Helm would ask whatever listens on localhost:8080.
        let kubeconfig = self
            .kubeconfig
            .clone()
            .unwrap_or_else(|| self.path().join("no-kubeconfig"));
        Run::new(program)
            .env("HOME", self.path())
            .env("KUBECONFIG", kubeconfig)
            .path(self.path().join("bin"))
            .path(helm.parent().expect("the program is in a folder"))
            .folder(self.path())
            .hide(self.path(), "[HOME]")
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

fn renderer_plugin(name: &str, program: &Path) -> String {
    format!(
        "apiVersion: v1\ntype: postrenderer/v1\nname: {name}\nversion: 1.0.0\nruntime: subprocess\n\
         runtimeConfig:\n  platformCommand:\n  - command: {program:?}\n"
    )
}
