//! The status of an HTTP request to 127.0.0.1, for what skopeo does not show. It follows nothing and keeps nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpStream};

/// The status that a registry answers with.
#[track_caller]
pub(crate) fn status(port: u16, method: &str, path: &str) -> u16 {
    let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("it listens");
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(request.as_bytes()).expect("it reads");
    let mut line = String::new();
    BufReader::new(connection)
        .read_line(&mut line)
        .expect("it answers");
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no HTTP: {line:?}"))
}
