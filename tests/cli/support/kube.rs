//! A real Kubernetes API on 127.0.0.1, etcd and kube-apiserver, without nodes or controllers: objects are checked,
//! defaulted and stored, but no pod runs, no job ends, and a deleted namespace stays. One for all tests of the binary,
//! a namespace for each.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::run::{Outcome, Run};
use super::tools::tool;

/// Ready after about three seconds on an idle machine, many more beside a compiler.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs both servers until its standard input closes: that happens when the test process is gone, however it went.
const WATCHDOG: &str = r#"
cd "$FOLDER" || exit
"$OPENSSL" genrsa -out accounts.key 2048 2>openssl.log
echo "$TOKEN,admin,admin,system:masters" >tokens.csv
"$ETCD" --data-dir=data --unsafe-no-fsync --log-level=warn \
    --listen-client-urls="http://127.0.0.1:$ETCD_PORT" --advertise-client-urls="http://127.0.0.1:$ETCD_PORT" \
    --listen-peer-urls="http://127.0.0.1:$PEER_PORT" --initial-advertise-peer-urls="http://127.0.0.1:$PEER_PORT" \
    --initial-cluster="default=http://127.0.0.1:$PEER_PORT" >etcd.log 2>&1 &
etcd=$!
"$APISERVER" --etcd-servers="http://127.0.0.1:$ETCD_PORT" --bind-address=127.0.0.1 --secure-port="$API_PORT" \
    --cert-dir=certificates --token-auth-file=tokens.csv --authorization-mode=RBAC \
    --disable-admission-plugins=ServiceAccount --service-cluster-ip-range=10.0.0.0/16 \
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=accounts.key \
    --service-account-signing-key-file=accounts.key >apiserver.log 2>&1 &
apiserver=$!
cat >/dev/null
# Nothing of theirs is worth an orderly end, which takes the API server seconds.
kill -KILL "$apiserver" "$etcd"
wait
cd / && rm -rf "$FOLDER"
"#;

static SHARED: LazyLock<Cluster> = LazyLock::new(Cluster::start);
static NAMESPACES: AtomicU32 = AtomicU32::new(1);

/// A running API server.
pub(crate) struct Cluster {
    kubeconfig: PathBuf,
    /// Holds the pipe whose end is the servers' end.
    watchdog: Child,
}

impl Cluster {
    /// The one that all tests share; the first to ask starts it.
    #[track_caller]
    pub(crate) fn shared() -> &'static Self {
        // Asked again here, so that every test names the missing tool, not only the first to come.
        for name in ["etcd", "kube-apiserver", "kubectl", "openssl"] {
            tool(name);
        }
        &SHARED
    }

    /// Starts one of its own and waits until it is ready.
    ///
    /// # Panics
    /// Where it is not ready in time; the servers' last words are in the message.
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("msr-storage-kube-")
            .tempdir()
            .expect("a temporary folder");
        let ports = free_ports();
        let token = format!("token-{}-{}", std::process::id(), ports[2]);
        let kubeconfig = folder.path().join("kubeconfig");
        fs::write(&kubeconfig, kubeconfig_text(ports[2], &token)).expect("a kubeconfig");
        let log = File::create(folder.path().join("watchdog.log")).expect("a log");
        let watchdog = Command::new("sh")
            .args(["-c", WATCHDOG])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("FOLDER", folder.path())
            .env("TOKEN", token)
            .env("ETCD", tool("etcd"))
            .env("APISERVER", tool("kube-apiserver"))
            .env("OPENSSL", tool("openssl"))
            .env("ETCD_PORT", ports[0].to_string())
            .env("PEER_PORT", ports[1].to_string())
            .env("API_PORT", ports[2].to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            // A Ctrl-C is for the tests; their end then ends this.
            .process_group(0)
            .spawn()
            .expect("sh starts");
        // From here on the watchdog removes it.
        let folder = folder.keep();
        let cluster = Self {
            kubeconfig,
            watchdog,
        };
        cluster.wait_until_ready(&folder);
        cluster
    }

    fn wait_until_ready(&self, folder: &Path) {
        let start = Instant::now();
        while self.kubectl(["get", "--raw", "/readyz"]).code != Some(0) {
            let log = |name| fs::read_to_string(folder.join(name)).unwrap_or_default();
            assert!(
                start.elapsed() < PATIENCE,
                "no Kubernetes API after {PATIENCE:?}\n--- etcd\n{}\n--- kube-apiserver\n{}",
                log("etcd.log"),
                log("apiserver.log")
            );
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// The file that Helm and kubectl need to reach it, as a user who may do everything.
    pub(crate) fn kubeconfig(&self) -> &Path {
        &self.kubeconfig
    }

    /// Makes a namespace that no other test has.
    pub(crate) fn namespace(&self) -> String {
        let name = format!("test-{}", NAMESPACES.fetch_add(1, Ordering::Relaxed));
        self.kubectl(["create", "namespace", &name]).exits(0);
        name
    }

    /// `kubectl ARGS…`.
    #[track_caller]
    pub(crate) fn kubectl<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> Outcome {
        let home = self.kubeconfig.parent().expect("it is in a folder");
        Run::new(&tool("kubectl"))
            .env("HOME", home)
            .env("KUBECONFIG", &self.kubeconfig)
            .args(args)
            .run()
    }

    /// An object as it is stored, such as `("deployment", "msr-msr-registry")`.
    #[track_caller]
    pub(crate) fn get(&self, namespace: &str, kind: &str, name: &str) -> Value {
        let shown = self
            .kubectl([
                "get",
                kind,
                name,
                "--namespace",
                namespace,
                "--output",
                "json",
            ])
            .exits(0);
        serde_json::from_str(&shown.stdout).expect("kubectl prints JSON")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        // Its end, not its verdict: a failing test has said enough.
        let _ = self.watchdog.wait();
    }
}

/// Three ports that nobody listens on, all held until the last is known, so that they differ.
fn free_ports() -> [u16; 3] {
    let listeners =
        [0; 3].map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a free port"));
    listeners.map(|listener| {
        listener
            .local_addr()
            .expect("a bound socket has an address")
            .port()
    })
}

fn kubeconfig_text(port: u16, token: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Config\ncurrent-context: test\n\
         clusters:\n- name: test\n  cluster: {{server: 'https://127.0.0.1:{port}', insecure-skip-tls-verify: true}}\n\
         users:\n- name: test\n  user: {{token: {token}}}\n\
         contexts:\n- name: test\n  context: {{cluster: test, user: test}}\n"
    )
}
