//! HTTP for all backends: one client that honours proxies and `SSL_CERT_FILE`, tells failures of the network apart, and remembers the last refusal. It retries nothing and follows no redirect.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use msr_storage::check::probe::protocol::{Kind, Trouble};
use opendal::{Buffer, HttpBody, HttpTransport};

use crate::{refusal, trust};

/// More than any answer to the probe has: the largest is the object of two parts, which it reads back (S3, 5 MiB and a byte).
const LARGEST: usize = 8 << 20;

/// The client; clones are the same one.
#[derive(Clone)]
pub(crate) struct Wire {
    client: reqwest::Client,
    last: Arc<Mutex<Option<Trouble>>>,
}

/// An answer, read whole.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Wire {
    /// With a limit to connect, and certificates taken unseen where Swift's `insecureskipverify` says so.
    pub(crate) fn new(step: Duration, unseen: bool) -> Result<Self, Trouble> {
        reqwest::Client::builder()
            .connect_timeout(step)
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(trust::config(unseen)?)
            .http1_only()
            .build()
            .map(|client| Self {
                client,
                last: Arc::default(),
            })
            .map_err(|error| of_network(&error))
    }

    /// Sends a request.
    ///
    /// # Errors
    /// Where no answer comes; a refusal is an answer, and remembered.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &str,
        mut headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Got, Trouble> {
        // Left out for an empty body otherwise, and Swift asks for it.
        if body.is_empty() && method == Method::PUT {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let sent = self
            .client
            .request(method, url)
            .headers(headers)
            .body(body)
            .send()
            .await;
        let got = match sent {
            Ok(answer) => whole(answer).await,
            Err(error) => Err(of_network(&error)),
        };
        match got {
            Ok(got) => {
                if !got.status.is_success() {
                    self.note(refusal::read(&got));
                }
                Ok(got)
            }
            Err(trouble) => {
                self.note(trouble.clone());
                Err(trouble)
            }
        }
    }

    fn note(&self, trouble: Trouble) {
        if let Ok(mut last) = self.last.lock() {
            *last = Some(trouble);
        }
    }

    /// The last refusal since it was asked for.
    pub(crate) fn take(&self) -> Option<Trouble> {
        self.last.lock().ok()?.take()
    }
}

/// Reads an answer to its end, unless it is longer than any that is of use.
async fn whole(mut answer: reqwest::Response) -> Result<Got, Trouble> {
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| of_network(&error))? {
        if body.len() + part.len() > LARGEST {
            let said = format!("the answer is larger than {} MiB", LARGEST >> 20);
            return Err(Trouble::new(Kind::Other, said));
        }
        body.extend_from_slice(&part);
    }
    Ok(Got {
        status,
        headers,
        body,
    })
}

impl HttpTransport for Wire {
    async fn fetch(
        &self,
        request: http::Request<Buffer>,
    ) -> opendal::Result<http::Response<HttpBody>> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string();
        let got = self
            .send(parts.method, &url, parts.headers, body.to_vec())
            .await
            .map_err(|trouble| opendal::Error::new(opendal::ErrorKind::Unexpected, trouble.said))?;
        let size = u64::try_from(got.body.len()).ok();
        let stream = futures_util::stream::iter([Ok(Buffer::from(got.body))]);
        let mut response = http::Response::new(HttpBody::new(stream, size));
        *response.status_mut() = got.status;
        *response.headers_mut() = got.headers;
        Ok(response)
    }
}

/// What a failure without an answer is, by its chain of causes; its text is without the URL, which can hold a name that is nobody's business.
fn of_network(error: &reqwest::Error) -> Trouble {
    let mut kind = if error.is_timeout() {
        Kind::Time
    } else if error.is_connect() {
        Kind::Connection
    } else {
        Kind::Other
    };
    let mut said = String::new();
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if is_tls(error) {
            kind = Kind::Tls;
        } else if text.contains("dns error") {
            kind = Kind::Name;
        } else if text.contains("tunnel") || text.contains("proxy") {
            kind = Kind::Proxy;
        }
        said = text;
        cause = error.source();
    }
    Trouble::new(kind, refusal::line(&said))
}

/// Whether TLS failed: its error is wrapped, perhaps more than once, in one of input and output, whose `source` skips it.
fn is_tls(error: &(dyn Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    inner.is_some_and(|inner| is_tls(inner))
}
