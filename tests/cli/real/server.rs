//! A server on 127.0.0.1 for the length of a test: started, waited for, and ended by its own process id, also where the
//! test itself is killed. It knows no protocol.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Ready in a second or two on an idle machine, many more beside a compiler.
const PATIENCE: Duration = Duration::from_secs(90);

/// Runs the program until standard input closes: that happens when the test process is gone, however it went.
const GUARD: &str = r#""$@" </dev/null >"$LOG" 2>&1 & pid=$!; echo $pid >"$LOG.pid"; cat >/dev/null; kill -KILL $pid 2>/dev/null; wait"#;

/// A running server, with a folder of its own.
pub(crate) struct Server {
    /// Where it listens.
    pub(crate) port: u16,
    folder: TempDir,
    guard: Guard,
}

/// The shell that holds the program: its standard input's end is the program's end.
struct Guard(Child);

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        // Its end, not its verdict.
        let _ = self.0.wait();
    }
}

impl Server {
    /// Starts a program that is to listen on `port`, in a new folder, with this environment alone.
    pub(crate) fn start(
        folder: TempDir,
        port: u16,
        program: &Path,
        args: &[&OsStr],
        env: &[(String, String)],
    ) -> Self {
        let path = "/usr/local/bin:/usr/bin:/bin".to_owned();
        let guard = Command::new("/bin/sh")
            .args(["-c", GUARD, "sh"])
            .arg(program)
            .args(args)
            .env_clear()
            .env("PATH", path)
            .env("HOME", folder.path())
            .env("LOG", folder.path().join("server.log"))
            .envs(env.iter().map(|(name, value)| (name, value)))
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("sh starts");
        Self {
            port,
            folder,
            guard: Guard(guard),
        }
    }

    /// Ends it; its folder is kept.
    pub(crate) fn stop(self) -> TempDir {
        drop(self.guard);
        self.folder
    }

    /// The same, waited for.
    ///
    /// # Panics
    /// Where it ends or does not listen in time; its last words are in the message.
    #[track_caller]
    pub(crate) fn ready(self) -> Self {
        let start = Instant::now();
        while !self.listens() {
            assert!(
                start.elapsed() < PATIENCE,
                "nothing listens on {} after {PATIENCE:?}\n--- log\n{}",
                self.port,
                self.log()
            );
            thread::sleep(Duration::from_millis(20));
        }
        self
    }

    /// Waits until it listens; false where it ends first.
    #[track_caller]
    pub(crate) fn listens_or_ends(&self) -> bool {
        let start = Instant::now();
        while !self.listens() {
            if self.pid().is_some_and(|pid| !is_alive(pid)) {
                return false;
            }
            assert!(
                start.elapsed() < PATIENCE,
                "neither up nor gone: {}",
                self.log()
            );
            thread::sleep(Duration::from_millis(20));
        }
        true
    }

    /// Its process, once it has one.
    pub(crate) fn pid(&self) -> Option<u32> {
        let text = fs::read_to_string(self.folder.path().join("server.log.pid")).ok()?;
        text.trim().parse().ok()
    }

    /// Whether it takes connections.
    pub(crate) fn listens(&self) -> bool {
        TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok()
    }

    /// What it has said so far.
    pub(crate) fn log(&self) -> String {
        let bytes = fs::read(self.folder.path().join("server.log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// Whether a process runs; one that has ended and waits for its parent does not.
fn is_alive(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_some_and(|(_, state)| !state.starts_with(['Z', 'X']))
}

/// A folder for a server.
pub(crate) fn folder(name: &str) -> TempDir {
    TempDir::with_prefix(format!("msr-storage-{name}-")).expect("a temporary folder")
}

/// A port that nobody listens on.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let address = listener
        .local_addr()
        .expect("a bound socket has an address");
    address.port()
}

/// A self-signed certificate for a host name (a wildcard, say), and its key: `cert.pem` and `key.pem` of a folder.
pub(crate) fn certificate(folder: &Path, host: &str) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let log = File::create(folder.join("openssl.log")).expect("a log");
    let done = Command::new(crate::support::tools::tool("openssl"))
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
        ])
        .args(["-addext", &format!("subjectAltName=DNS:{host}")])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .stderr(log)
        .status()
        .expect("openssl starts");
    assert!(done.success(), "openssl makes no certificate for {host}");
    (certificate, key)
}
