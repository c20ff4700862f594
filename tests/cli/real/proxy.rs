//! Small servers between a registry and its store, in threads of the test: a proxy that leads production's host names to
//! 127.0.0.1, a listener that notes request headers, and an endpoint that hands out credentials. They end with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A listener on a free port of 127.0.0.1 that hands every connection to `serve`, in a thread of its own; gives the port.
pub(crate) fn listen(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    let port = listener.local_addr().expect("it is bound").port();
    let serve = Arc::new(serve);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let serve = Arc::clone(&serve);
            thread::spawn(move || serve(connection));
        }
    });
    port
}

/// The head of a request: its first line and headers, without the empty line.
pub(crate) fn head(reader: &mut impl BufRead) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
        lines.push(line.trim_end().to_owned());
        line.clear();
    }
    lines
}

/// Copies until the end; a connection that breaks ends it too.
fn pump(mut from: impl Read, mut to: &TcpStream, mut see: impl FnMut(&[u8])) {
    let mut buffer = [0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        see(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}

/// An HTTPS proxy that connects every host under `suffix` to a port of 127.0.0.1, and refuses the rest.
pub(crate) fn to_local(suffix: &'static str, port: u16) -> u16 {
    listen(move |client| {
        let mut reader = BufReader::new(client.try_clone().expect("a second handle"));
        let head = head(&mut reader);
        let host = head
            .first()
            .and_then(|line| line.split(' ').nth(1)?.rsplit_once(':'))
            .map(|(host, _)| host.to_owned());
        let mut client = client;
        if !host.is_some_and(|host| host.ends_with(suffix)) {
            let _ = client.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
            return;
        }
        let Ok(store) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
            let _ = client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
            return;
        };
        let _ = client.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        let back = (store.try_clone(), client.try_clone());
        if let (Ok(store), Ok(client)) = back {
            thread::spawn(move || pump(store, &client, |_| ()));
        }
        pump(reader, &store, |_| ());
    })
}

/// What went through a [`recorder`].
pub(crate) type Record = Arc<Mutex<Vec<String>>>;

/// A plain listener that hands everything on to a port of 127.0.0.1 and notes the lines that begin with one of `names`.
pub(crate) fn recorder(port: u16, names: &'static [&'static str]) -> (u16, Record) {
    let record = Record::default();
    let noted = Arc::clone(&record);
    let port = listen(move |client| {
        let Ok(store) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
            return;
        };
        if let (Ok(store), Ok(client)) = (store.try_clone(), client.try_clone()) {
            thread::spawn(move || pump(store, &client, |_| ()));
        }
        pump(client, &store, |bytes| {
            let text = String::from_utf8_lossy(bytes).to_lowercase();
            let lines = text
                .lines()
                .filter(|line| names.iter().any(|name| line.starts_with(name)))
                .map(str::to_owned);
            noted
                .lock()
                .expect("no thread panics with it")
                .extend(lines);
        });
    });
    (port, record)
}

/// An endpoint that answers every request with this JSON, and counts them.
pub(crate) fn endpoint(answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> u16 {
    listen(move |client| {
        let mut reader = BufReader::new(client.try_clone().expect("a second handle"));
        let mut client = client;
        loop {
            let head = head(&mut reader);
            let Some(first) = head.first() else {
                return;
            };
            let (status, body) = answer(first);
            let text = format!(
                "HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            if client.write_all(text.as_bytes()).is_err() {
                return;
            }
        }
    })
}

/// A listener that hands everything on to a port of 127.0.0.1, and each part of the answers only after `delay`.
pub(crate) fn slow(port: u16, delay: Duration) -> u16 {
    listen(move |client| {
        let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) else {
            return;
        };
        if let (Ok(server), Ok(client)) = (server.try_clone(), client.try_clone()) {
            thread::spawn(move || pump(server, &client, |_| thread::sleep(delay)));
        }
        pump(client, &server, |_| ());
    })
}
