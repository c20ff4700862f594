//! An oracle that answers one line of JSON with one line of JSON, one process for all questions. It knows no question.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;

/// A running oracle.
pub(crate) struct Lines {
    pipes: Mutex<Pipes>,
}

struct Pipes {
    // Never waited for: it ends by itself when this process and with it the pipe is gone.
    _process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Lines {
    /// Starts it, with nothing in its environment that could reach a registry.
    pub(crate) fn start(program: &Path, args: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the oracle starts");
        let questions = process.stdin.take().expect("a pipe was asked for");
        let answers = process.stdout.take().expect("a pipe was asked for");
        Self {
            pipes: Mutex::new(Pipes {
                _process: process,
                questions,
                answers: BufReader::new(answers),
            }),
        }
    }

    /// Asks one question.
    #[track_caller]
    pub(crate) fn ask(&self, question: &Value) -> Value {
        // Another test's failing question leaves the oracle as good as it was.
        let mut pipes = self.pipes.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(pipes.questions, "{question}").expect("the oracle listens");
        let mut line = String::new();
        pipes
            .answers
            .read_line(&mut line)
            .expect("the oracle answers");
        serde_json::from_str(&line)
            .unwrap_or_else(|fault| panic!("the oracle answers in JSON ({fault}): {line:?}"))
    }
}
