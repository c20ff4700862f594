//! Serves a folder's files by HTTP on 127.0.0.1, one after the other, for as long as the test runs. It knows GET and HEAD, and one type of file.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;

/// Begins to serve, every file as of this type, and gives the address to put before `/NAME`.
pub(crate) fn serve(folder: PathBuf, content_type: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    // It ends with the tests' process.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let request = lines.next().and_then(Result::ok).unwrap_or_default();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let mut words = request.split(' ');
            let method = words.next().unwrap_or_default();
            let name = words.next().unwrap_or_default().trim_start_matches('/');
            let (status, body) = fs::read(folder.join(name))
                .map_or_else(|_| ("404 Not Found", Vec::new()), |body| ("200 OK", body));
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            // A client that went away wants nothing more.
            let _ = stream.write_all(head.as_bytes());
            if method != "HEAD" {
                let _ = stream.write_all(&body);
            }
        }
    });
    address
}
