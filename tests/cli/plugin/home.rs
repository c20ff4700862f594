//! A user's home with spaces in its path and one Helm on PATH. It installs nothing by itself.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::helm::{Helm, chart};
use crate::support::program as programs;
use crate::support::run::{Outcome, Run};

/// A home.
pub(crate) struct Place {
    helm: Helm,
    _keep: TempDir,
    folder: PathBuf,
}

impl Place {
    /// An empty one, its `bin` folder on PATH.
    pub(crate) fn new(helm: Helm) -> Self {
        let keep = TempDir::with_prefix("msr-storage-plugin-").unwrap();
        let folder = keep.path().join("a user's home");
        fs::create_dir_all(folder.join("bin")).unwrap();
        Self {
            helm,
            _keep: keep,
            folder,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn bin(&self) -> PathBuf {
        self.folder.join("bin")
    }

    /// Where Helm looks for plugins by itself.
    pub(crate) fn plugins(&self) -> PathBuf {
        self.folder.join(".local/share/helm/plugins")
    }

    pub(crate) fn change_helm(&mut self, helm: Helm) {
        self.helm = helm;
    }

    /// Any program in this home.
    #[track_caller]
    pub(crate) fn any(&self, program: &Path) -> Run {
        Run::new(program)
            .env("HOME", &self.folder)
            .env("KUBECONFIG", self.folder.join("no-kubeconfig"))
            .path(self.helm.program().parent().unwrap())
            .path(self.bin())
            .folder(&self.folder)
    }

    /// The variables of [`Self::any`], for a program that is not waited for.
    pub(crate) fn surroundings(&self) -> Vec<(&'static str, OsString)> {
        let helm = self.helm.program();
        let path = [self.bin().as_path(), helm.parent().unwrap()]
            .map(Path::to_owned)
            .into_iter()
            .chain(["/usr/bin", "/bin"].map(PathBuf::from));
        vec![
            ("HOME", self.folder.clone().into()),
            ("KUBECONFIG", self.folder.join("no-kubeconfig").into()),
            ("PATH", std::env::join_paths(path).unwrap()),
        ]
    }

    #[track_caller]
    pub(crate) fn run<S: AsRef<OsStr>>(
        &self,
        program: &Path,
        args: impl IntoIterator<Item = S>,
    ) -> Outcome {
        self.any(program).args(args).run()
    }

    /// `msr-storage ARGS…`, not yet run.
    #[track_caller]
    pub(crate) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.any(program()).args(args)
    }

    /// `msr-storage plugin ARGS…`
    #[track_caller]
    pub(crate) fn plugin<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        self.command(["plugin"]).args(args).run()
    }

    /// `helm ARGS…`, not yet run.
    #[track_caller]
    pub(crate) fn helm_run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run {
        self.any(&self.helm.program()).args(args)
    }

    #[track_caller]
    pub(crate) fn helm<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Outcome {
        self.helm_run(args).run()
    }

    /// `helm template` of the sample chart.
    #[track_caller]
    pub(crate) fn template(&self, args: &[&str]) -> Outcome {
        self.helm_run(["template", "rel"])
            .args([chart("msr")])
            .args(args)
            .run()
    }

    pub(crate) fn write_plugin(&self, name: &str, manifest: &str) {
        fs::create_dir_all(self.plugins().join(name)).unwrap();
        fs::write(self.plugins().join(name).join("plugin.yaml"), manifest).unwrap();
    }

    /// Makes the program found on PATH, as a package manager would.
    pub(crate) fn link_program(&self) {
        symlink(program(), self.bin().join("msr-storage")).unwrap();
    }

    /// A script found on PATH.
    pub(crate) fn write_script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.bin().join(name);
        programs::script(&path, text);
        path
    }

    /// Puts something else where an install for Helm 3 put the program, and into the plugin with it.
    pub(crate) fn replace_program_on_path_if_helm_3(&self, text: &str) {
        if self.helm == Helm::V3 {
            self.write_script("msr-storage", text);
        }
    }

    /// The program, copied into a folder that is not on PATH.
    pub(crate) fn copy_of_program(&self, folder: &str) -> PathBuf {
        let folder = self.folder.join(folder);
        fs::create_dir_all(&folder).unwrap();
        let copy = folder.join("msr-storage");
        programs::copy(program(), &copy);
        copy
    }

    /// Every file, folder and link below the home but Helm's caches, and what it leads to.
    pub(crate) fn names(&self) -> Vec<String> {
        self.walk(&|path| {
            path.read_link()
                .map_or_else(|_| String::new(), |to| to.display().to_string())
        })
    }

    /// The same with each file's inode: another one, and it was written anew.
    pub(crate) fn files(&self) -> Vec<String> {
        use std::os::unix::fs::MetadataExt;
        self.walk(&|path| path.symlink_metadata().unwrap().ino().to_string())
    }

    fn walk(&self, about: &dyn Fn(&Path) -> String) -> Vec<String> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.ends_with(".cache") || path.ends_with(".config") {
                    continue;
                }
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path.clone());
                }
                // The empty folders that Helm or a first install make above the plugins say nothing.
                let above = self.plugins().starts_with(&path);
                if !above {
                    found.push(format!("{} {}", path.display(), about(&path)));
                }
            }
        }
        found.sort();
        found
    }
}

/// The program that is tested.
pub(crate) fn program() -> &'static Path {
    crate::support::program::under_test()
}
