//! Asks Kubernetes' own YAML reader (tests/oracles/kubeyaml), one process for all tests of the binary.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::Value;

use super::tools::tool;

struct Oracle {
    // Never waited for: it ends by itself when this process and with it the pipe is gone.
    _process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

static ORACLE: LazyLock<Mutex<Oracle>> = LazyLock::new(|| {
    let mut process = Command::new(tool("kubeyaml"))
        .arg("-batch")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("kubeyaml starts");
    let questions = process.stdin.take().expect("a pipe was asked for");
    let answers = BufReader::new(process.stdout.take().expect("a pipe was asked for"));
    Mutex::new(Oracle {
        _process: process,
        questions,
        answers,
    })
});

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Document(Value),
    Error(String),
}

/// What Kubernetes makes of each document of a stream: its content, or why it can't be read. A document of comments
/// alone is null.
#[track_caller]
pub(crate) fn documents(stream: &str) -> Vec<Result<Value, String>> {
    tool("kubeyaml"); // asked again here, so that every test names it where it is missing, not only the first to come
    // Another test's failing question leaves the oracle as good as it was.
    let mut oracle = ORACLE.lock().unwrap_or_else(PoisonError::into_inner);
    let question = serde_json::to_string(stream).expect("a string is always JSON");
    writeln!(oracle.questions, "{question}").expect("kubeyaml listens");
    let mut line = String::new();
    oracle
        .answers
        .read_line(&mut line)
        .expect("kubeyaml answers");
    let answers: Vec<Answer> = serde_json::from_str(&line).expect("kubeyaml answers in JSON");
    answers
        .into_iter()
        .map(|answer| match answer {
            Answer::Document(content) => Ok(content),
            Answer::Error(text) => Err(text),
        })
        .collect()
}

/// The objects of a stream that must be readable throughout; nulls are left out, as Helm does.
#[track_caller]
pub(crate) fn objects(stream: &str) -> Vec<Value> {
    let read = documents(stream).into_iter().collect::<Result<Vec<_>, _>>();
    let mut objects =
        read.unwrap_or_else(|fault| panic!("Kubernetes can't read this: {fault}\n{stream}"));
    objects.retain(|object| !object.is_null());
    objects
}
