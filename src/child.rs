//! Waits for another program's end, within limits of time and size. It decides nothing about the answer.

use std::io::Read;
use std::process::{Child, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// How long at most until an interruption is noticed.
const GLANCE: Duration = Duration::from_millis(50);

/// What a program may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time until it has ended.
    pub patience: Duration,
    /// Bytes of its standard output. One more is read, so that too long an answer shows.
    pub output: u64,
    /// Bytes of its standard error.
    pub errors: u64,
}

/// What a program said, where a pipe leads to us.
#[derive(Debug)]
pub struct Said {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output, one byte beyond the limit at most.
    pub output: Vec<u8>,
    /// Its standard error, likewise.
    pub errors: Vec<u8>,
}

/// Why a program was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Its time was over.
    Late,
    /// This program was interrupted.
    Interrupted,
}

/// Whether this program was asked to end, by Ctrl-C or a signal.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on, a signal that asks this program to end only sets this; the second one ends it as ever.
    ///
    /// # Errors
    /// The system refuses.
    pub fn on_signals() -> std::io::Result<Self> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let interrupt = Self::default();
        #[cfg(unix)]
        let more = [signal_hook::consts::SIGHUP];
        #[cfg(not(unix))]
        let more = [];
        for signal in [SIGINT, SIGTERM].into_iter().chain(more) {
            // In this order: the first signal finds it unset.
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&interrupt.0))?;
            signal_hook::flag::register(signal, Arc::clone(&interrupt.0))?;
        }
        Ok(interrupt)
    }

    /// Whether it was.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Waits for the end of a program. If its time is over, or this program is interrupted, it is killed.
///
/// # Errors
/// [`Stopped`].
pub fn wait(mut child: Child, limits: Limits, interrupt: &Interrupt) -> Result<Said, Stopped> {
    let end = Instant::now() + limits.patience;
    let output = read(child.stdout.take(), limits.output);
    let errors = read(child.stderr.take(), limits.errors);
    let said = (|| {
        Ok(Said {
            output: received(&output, end, interrupt)?,
            errors: received(&errors, end, interrupt)?,
            status: status(&mut child, end, interrupt)?,
        })
    })();
    if said.is_err() {
        // It may have ended by itself just now; either way it is waited for.
        let _ = child.kill();
        let _ = child.wait();
    }
    // A Ctrl-C in a terminal ends the program too: what it said last is then no answer.
    if interrupt.is_set() {
        return Err(Stopped::Interrupted);
    }
    said
}

/// Reads a pipe in a thread of its own, one byte beyond the limit at most.
fn read(pipe: Option<impl Read + Send + 'static>, limit: u64) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(pipe) = pipe {
            // What was read before an error is all there is.
            let _ = pipe.take(limit.saturating_add(1)).read_to_end(&mut bytes);
        }
        // The other side may have lost patience.
        let _ = sender.send(bytes);
    });
    receiver
}

fn received(
    pipe: &Receiver<Vec<u8>>,
    end: Instant,
    interrupt: &Interrupt,
) -> Result<Vec<u8>, Stopped> {
    loop {
        match pipe.recv_timeout(glance(end, interrupt)?) {
            Ok(bytes) => return Ok(bytes),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(Vec::new()),
        }
    }
}

/// A program that has closed its output is about to end.
fn status(child: &mut Child, end: Instant, interrupt: &Interrupt) -> Result<ExitStatus, Stopped> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => thread::sleep(glance(end, interrupt)?.min(Duration::from_millis(2))),
            Err(_) => return Err(Stopped::Late),
        }
    }
}

/// How long to wait until the next look.
fn glance(end: Instant, interrupt: &Interrupt) -> Result<Duration, Stopped> {
    let left = end.saturating_duration_since(Instant::now());
    match (interrupt.is_set(), left.is_zero()) {
        (true, _) => Err(Stopped::Interrupted),
        (false, true) => Err(Stopped::Late),
        (false, false) => Ok(left.min(GLANCE)),
    }
}
