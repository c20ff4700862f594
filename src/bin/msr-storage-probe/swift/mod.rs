//! OpenStack Swift by a few requests of our own: OpenDAL's client wants a token, and uploads in another way than the registry. It decides no order of steps.

mod identity;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use msr_storage::check::probe::protocol::{Kind, Request, Trouble};
use reqwest::Url;

use crate::refusal;
use crate::steps::same;
use crate::wire::{Got, Wire};

/// A container, and a token that opens it.
pub(crate) struct Swift {
    wire: Wire,
    account: String,
    token: HeaderValue,
    container: String,
    prefix: String,
}

impl Swift {
    /// Gets a token by the version of the settings.
    pub(crate) async fn sign_in(request: &Request, wire: &Wire) -> Result<Self, Trouble> {
        let signed = identity::sign_in(request, wire).await?;
        Ok(Self {
            wire: wire.clone(),
            account: signed.account.trim_end_matches('/').to_owned(),
            token: signed.token,
            container: request.text("container").unwrap_or_default().to_owned(),
            prefix: request
                .text("prefix")
                .unwrap_or_default()
                .trim_matches('/')
                .to_owned(),
        })
    }

    /// The account's URL.
    pub(crate) fn url(&self) -> &str {
        &self.account
    }

    /// The full name of an object in the container.
    fn full(&self, name: &str) -> String {
        match self.prefix.as_str() {
            "" => name.to_owned(),
            prefix => format!("{prefix}/{name}"),
        }
    }

    /// The container's URL, or that of an object in it.
    fn at(&self, name: Option<&str>) -> Result<Url, Trouble> {
        let broken = || Trouble::new(Kind::Other, "the catalogue names no URL for the account");
        let mut url = Url::parse(&self.account).map_err(|_| broken())?;
        let full = name.map(|name| self.full(name)).unwrap_or_default();
        url.path_segments_mut()
            .map_err(|()| broken())?
            .push(&self.container)
            .extend(full.split('/').filter(|part| !part.is_empty()));
        Ok(url)
    }

    async fn ask(
        &self,
        method: Method,
        url: Url,
        more: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Got, Trouble> {
        let mut headers = more;
        headers.insert("x-auth-token", self.token.clone());
        let got = self.wire.send(method, url.as_str(), headers, body).await?;
        if got.status.is_success() {
            return Ok(got);
        }
        self.wire.take();
        Err(refusal::read(&got))
    }

    pub(crate) async fn list(&self, folder: &str) -> Result<(), Trouble> {
        let mut url = self.at(None)?;
        url.query_pairs_mut()
            .append_pair("format", "json")
            .append_pair("limit", "1")
            .append_pair("prefix", &self.full(folder));
        self.ask(Method::GET, url, HeaderMap::new(), Vec::new())
            .await
            .map(drop)
    }

    pub(crate) async fn put(&self, name: &str, content: Vec<u8>) -> Result<(), Trouble> {
        let url = self.at(Some(name))?;
        self.ask(Method::PUT, url, HeaderMap::new(), content)
            .await
            .map(drop)
    }

    pub(crate) async fn get(&self, name: &str) -> Result<Vec<u8>, Trouble> {
        let url = self.at(Some(name))?;
        let got = self
            .ask(Method::GET, url, HeaderMap::new(), Vec::new())
            .await?;
        Ok(got.body)
    }

    /// A large object as the registry makes it: segments, and an empty object that names them.
    pub(crate) async fn large(&self, name: &str, segments: &[String; 2]) -> Result<(), Trouble> {
        let parts = ["the first segment, ", "and the second"];
        for (segment, content) in segments.iter().zip(parts) {
            self.put(segment, content.into()).await?;
        }
        let folder = segments[0].trim_end_matches(char::is_numeric);
        let url = self.at(Some(folder.trim_end_matches('/')))?;
        // The container and the prefix as they stand in a URL, without the account.
        let account = Url::parse(&self.account).map_or(0, |url| url.path().len() + 1);
        let manifest = format!("{}/", url.path().get(account..).unwrap_or_default());
        let value = HeaderValue::from_str(&manifest)
            .map_err(|_| Trouble::new(Kind::Other, "a name that no header can hold"))?;
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-object-manifest"), value)]);
        self.ask(Method::PUT, self.at(Some(name))?, headers, Vec::new())
            .await?;
        same(&self.get(name).await?, parts.concat().as_bytes())
    }

    /// Deletes an object; one that is not there is gone.
    pub(crate) async fn delete(&self, name: &str) -> Result<(), Trouble> {
        let url = self.at(Some(name))?;
        match self
            .ask(Method::DELETE, url, HeaderMap::new(), Vec::new())
            .await
        {
            Err(trouble) if trouble.code == "404" => Ok(()),
            done => done.map(drop),
        }
    }
}
