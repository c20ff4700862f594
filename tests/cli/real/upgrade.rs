//! A `helm upgrade` that is not waited for, so that something can happen to it: through another post-renderer, or over an API
//! server that takes its time. It judges nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::proxy;
use super::release::Release;
use crate::support::helm::{Helm, chart};
use crate::support::kube::Cluster;
use crate::support::program;
use crate::support::tools::root;

/// The name under which Helm takes one of testdata/post-renderers.
pub(super) fn renderer(release: &Release, helm: Helm, name: &str) -> String {
    let program = root().join("testdata/post-renderers").join(name);
    release.home().install_renderer(name, &program);
    match helm {
        Helm::V3 => program.display().to_string(),
        Helm::V4 => name.to_owned(),
    }
}

/// `helm upgrade`, not waited for.
pub(super) struct Upgrade<'a> {
    release: &'a Release,
    helm: Helm,
    file: PathBuf,
    /// More of its environment.
    pub(super) env: Vec<(&'static str, PathBuf)>,
}

impl<'a> Upgrade<'a> {
    /// With these values.
    pub(super) fn new(release: &'a Release, helm: Helm, name: &str, values: &Value) -> Self {
        let file = release.home().path().join(format!("{name}.json"));
        fs::write(&file, values.to_string()).expect("a file of values");
        Self {
            release,
            helm,
            file,
            env: Vec::new(),
        }
    }

    /// Starts it.
    pub(super) fn start(&self, renderer: &str, kubeconfig: &Path) -> Child {
        let home = self.release.home().path();
        let program = self.helm.program();
        let folder = program
            .parent()
            .expect("it is in a folder")
            .display()
            .to_string();
        Command::new(&program)
            .env_clear()
            .env("HOME", home)
            .env("KUBECONFIG", kubeconfig)
            .env(
                "PATH",
                format!("{folder}:{}:/usr/bin:/bin", home.join("bin").display()),
            )
            .env("MSR_STORAGE", program::under_test())
            .envs(self.env.iter().map(|(name, path)| (name, path)))
            .args(["upgrade", "--no-hooks", "msr"])
            .arg(chart("msr"))
            .args([
                "--namespace",
                self.release.namespace(),
                "--post-renderer",
                renderer,
                "-f",
            ])
            .arg(&self.file)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("Helm starts")
    }
}

/// A kubeconfig of the cluster behind a proxy that holds every part of an answer back for a while.
#[track_caller]
pub(super) fn slow_api(release: &Release, delay: Duration) -> PathBuf {
    let text = fs::read_to_string(Cluster::shared().kubeconfig()).expect("a kubeconfig");
    let port = text
        .split_once("https://127.0.0.1:")
        .and_then(|(_, rest)| rest.split('\'').next()?.parse().ok())
        .expect("the API server's port");
    let slow = proxy::slow(port, delay);
    let file = release.home().path().join("slow-kubeconfig");
    fs::write(
        &file,
        text.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{slow}")),
    )
    .expect("a file");
    file
}
