//! An editor's side of the Language Server Protocol, over the server's standard input and output: as much of it as a test
//! asks for. It judges no answer.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::tools::tool;

/// The server starts in a second on an idle machine, many more beside a compiler.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with an editor's settings, on one folder.
pub(super) struct Editor {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    folder: PathBuf,
    settings: Value,
    asked: u64,
    /// The marks of each file, by its URI, as they were told last.
    marks: HashMap<String, Vec<Value>>,
}

impl Editor {
    /// Starts it; `settings` are those below `yaml`. The public catalogue of schemas is off, for it is asked over the network.
    pub(super) fn start(folder: &Path, mut settings: Value) -> Self {
        settings["schemaStore"] = json!({ "enable": false });
        let mut server = Command::new(tool("yaml-language-server"))
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("yaml-language-server starts");
        let input = server.stdin.take().expect("a pipe was asked for");
        let output = server.stdout.take().expect("a pipe was asked for");
        let mut editor = Self {
            server,
            input,
            messages: listen(output),
            folder: folder.to_owned(),
            settings,
            asked: 0,
            marks: HashMap::new(),
        };
        let uri = format!("file://{}", folder.display());
        let capabilities = json!({ "workspace": { "configuration": true, "workspaceFolders": true }, "textDocument": {
            "hover": { "contentFormat": ["markdown"] },
            "publishDiagnostics": {},
            "completion": { "completionItem": { "snippetSupport": true } },
        } });
        editor.ask(
            "initialize",
            json!({ "processId": std::process::id(), "rootUri": uri, "capabilities": capabilities,
                "workspaceFolders": [{ "uri": uri, "name": "test" }] }),
        );
        editor.tell("initialized", json!({}));
        // The server now asks for the settings, and judges nothing before it has them.
        editor.tell(
            "workspace/didChangeConfiguration",
            json!({ "settings": null }),
        );
        while editor.next()["method"] != "workspace/configuration" {}
        editor
    }

    /// Opens a file with this text, and hands back what is marked in it.
    pub(super) fn open(&mut self, name: &str, text: &str) -> Vec<Value> {
        let uri = self.uri(name);
        self.marks.remove(&uri);
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": uri, "languageId": "yaml", "version": 1, "text": text } }),
        );
        while !self.marks.contains_key(&uri) {
            self.next();
        }
        self.marks[&uri].clone()
    }

    /// What is shown of the place under the pointer, line and column from 0.
    pub(super) fn hover(&mut self, name: &str, line: u64, column: u64) -> Value {
        let place = self.place(name, line, column);
        self.ask("textDocument/hover", place)
    }

    /// What is offered at a place, line and column from 0.
    pub(super) fn complete(&mut self, name: &str, line: u64, column: u64) -> Value {
        let place = self.place(name, line, column);
        self.ask("textDocument/completion", place)
    }

    fn place(&self, name: &str, line: u64, column: u64) -> Value {
        json!({ "textDocument": { "uri": self.uri(name) }, "position": { "line": line, "character": column } })
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.folder.join(name).display())
    }

    /// A request, and its answer.
    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.next();
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method}: {message}");
                return message["result"].clone();
            }
        }
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("it listens");
        self.input.flush().expect("it listens");
    }

    /// The next message. Marks are kept; a request of the server's gets an empty answer, as from an editor that can do little.
    fn next(&mut self) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        let message = message.expect("the server says something within a minute");
        if message["method"] == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().unwrap_or_default();
            let marks = message["params"]["diagnostics"].as_array();
            self.marks
                .insert(uri.to_owned(), marks.cloned().unwrap_or_default());
        } else if message.get("method").is_some() && message.get("id").is_some() {
            let result = match message["method"].as_str() {
                Some("workspace/configuration") => configuration(&message, &self.settings),
                _ => Value::Null,
            };
            self.send(&json!({ "jsonrpc": "2.0", "id": message["id"], "result": result }));
        }
        message
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // Its end, not its verdict.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// The settings of each section that is asked for; there are none but those below `yaml`.
fn configuration(message: &Value, settings: &Value) -> Value {
    let sections = message["params"]["items"].as_array().into_iter().flatten();
    let settings = sections.map(|item| match item["section"].as_str() {
        Some("yaml") => settings.clone(),
        _ => Value::Null,
    });
    settings.collect()
}

/// Reads messages until the server's end.
fn listen(output: ChildStdout) -> Receiver<Value> {
    let (sender, messages) = mpsc::channel();
    thread::spawn(move || {
        let mut output = BufReader::new(output);
        while let Some(message) = read(&mut output) {
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    messages
}

/// One message: headers, an empty line, JSON of the length that a header says.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok()?;
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.strip_prefix("Content-Length: ") {
            length = value.trim_end().parse().ok();
        } else if line.is_empty() {
            return None;
        }
    }
    let mut text = vec![0; length?];
    output.read_exact(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}
