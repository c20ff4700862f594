//! Tokens for Swift: version 1 of the authentication, and versions 2 and 3 of the Identity API, with the choices that the registry's client (ncw/swift) makes. It keeps no token.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use msr_storage::check::probe::protocol::{Kind, Request, Trouble};
use serde_json::{Value, json};

use crate::refusal;
use crate::wire::{Got, Wire};

/// What signing in gave.
pub(super) struct Signed {
    /// The account's URL.
    pub(super) account: String,
    /// The token.
    pub(super) token: HeaderValue,
}

fn text<'a>(request: &'a Request, field: &str) -> &'a str {
    request.text(field).unwrap_or_default()
}

/// Signs in by authversion, or by the version that authurl names.
pub(super) async fn sign_in(request: &Request, wire: &Wire) -> Result<Signed, Trouble> {
    let url = text(request, "authurl").trim_end_matches('/');
    let named = [3, 2, 1]
        .into_iter()
        .find(|version| url.contains(&format!("v{version}")));
    let version = request.fields.get("authversion").and_then(Value::as_i64);
    match version.or(named) {
        Some(1) => version_1(request, wire).await,
        Some(2) => {
            let asked = post(wire, &format!("{url}/tokens"), &credentials_2(request)).await?;
            let root: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            let token = root["access"]["token"]["id"].as_str();
            let catalogue = &root["access"]["serviceCatalog"];
            let key = format!("{}URL", endpoint_type(request));
            let account = find(catalogue, request, |endpoint| {
                endpoint[key.as_str()].as_str()
            });
            signed(token, account, request)
        }
        _ => {
            let asked = post(wire, &format!("{url}/auth/tokens"), &credentials_3(request)).await?;
            let root: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
            let token = asked.headers.get("x-subject-token");
            let token = token.and_then(|token| token.to_str().ok());
            let account = find(&root["token"]["catalog"], request, |endpoint| {
                let fits = endpoint["interface"] == endpoint_type(request);
                fits.then(|| endpoint["url"].as_str()).flatten()
            });
            signed(token, account, request)
        }
    }
}

fn endpoint_type(request: &Request) -> &str {
    request.text("endpointtype").unwrap_or("public")
}

async fn version_1(request: &Request, wire: &Wire) -> Result<Signed, Trouble> {
    let mut headers = HeaderMap::new();
    for (name, field) in [("x-auth-user", "username"), ("x-auth-key", "password")] {
        let value = HeaderValue::from_bytes(text(request, field).as_bytes()).map_err(|_| {
            Trouble::new(
                Kind::Credentials,
                format!("{field} has a character that no header can hold"),
            )
        })?;
        headers.insert(HeaderName::from_static(name), value);
    }
    let url = text(request, "authurl");
    let got = answered(
        wire.send(Method::GET, url, headers, Vec::new()).await?,
        wire,
    )?;
    let header = |name| {
        got.headers
            .get(name)
            .and_then(|value: &HeaderValue| value.to_str().ok())
    };
    signed(header("x-auth-token"), header("x-storage-url"), request)
}

/// The user, and the tenant by name or id.
fn credentials_2(request: &Request) -> Value {
    let mut auth = json!({"passwordCredentials": {
        "username": text(request, "username"), "password": text(request, "password"),
    }});
    for (key, field) in [("tenantName", "tenant"), ("tenantId", "tenantid")] {
        if let Some(value) = request.text(field) {
            auth[key] = value.into();
        }
    }
    json!({ "auth": auth })
}

/// The user in a domain, and the scope: a trust, else a project by id, or by name in the user's domain.
fn credentials_3(request: &Request) -> Value {
    let domain = match (request.text("domainid"), request.text("domain")) {
        (Some(id), _) => Some(json!({ "id": id })),
        (None, Some(name)) => Some(json!({ "name": name })),
        (None, None) => None,
    };
    let within = |mut thing: Value| {
        if let Some(domain) = &domain {
            thing["domain"] = domain.clone();
        }
        thing
    };
    let user =
        within(json!({"name": text(request, "username"), "password": text(request, "password")}));
    let mut auth = json!({"identity": {"methods": ["password"], "password": {"user": user}}});
    if let Some(trust) = request.text("trustid") {
        auth["scope"] = json!({"OS-TRUST:trust": {"id": trust}});
    } else if let Some(id) = request.text("tenantid") {
        auth["scope"] = json!({"project": {"id": id}});
    } else if let Some(name) = request.text("tenant") {
        auth["scope"] = json!({"project": within(json!({ "name": name }))});
    }
    json!({ "auth": auth })
}

async fn post(wire: &Wire, url: &str, body: &Value) -> Result<Got, Trouble> {
    let json = HeaderValue::from_static("application/json");
    let headers = HeaderMap::from_iter([(CONTENT_TYPE, json.clone()), (ACCEPT, json)]);
    let got = wire
        .send(Method::POST, url, headers, body.to_string().into_bytes())
        .await?;
    answered(got, wire)
}

/// The answer, unless it is a refusal; a refused sign-in is one of the credentials, whatever its number.
fn answered(got: Got, wire: &Wire) -> Result<Got, Trouble> {
    if got.status.is_success() {
        return Ok(got);
    }
    wire.take();
    let mut trouble = refusal::read(&got);
    if trouble.kind == Kind::Denied {
        trouble.kind = Kind::Credentials;
    }
    Err(trouble)
}

/// The first endpoint of the object store, in the region if one is set.
fn find<'a>(
    catalogue: &'a Value,
    request: &Request,
    url: impl Fn(&'a Value) -> Option<&'a str>,
) -> Option<&'a str> {
    let region = request.text("region");
    let services = catalogue.as_array().into_iter().flatten();
    services
        .filter(|service| service["type"] == "object-store")
        .flat_map(|service| service["endpoints"].as_array().into_iter().flatten())
        .filter(|endpoint| region.is_none_or(|region| endpoint["region"] == region))
        .find_map(url)
}

fn signed(
    token: Option<&str>,
    account: Option<&str>,
    request: &Request,
) -> Result<Signed, Trouble> {
    let Some(account) = account else {
        let region = request.text("region");
        let kind = if region.is_some() {
            Kind::Region
        } else {
            Kind::Other
        };
        let said = format!(
            "the service catalogue has no {} endpoint of an object store{}",
            endpoint_type(request),
            region
                .map(|region| format!(" in the region {region}"))
                .unwrap_or_default()
        );
        return Err(Trouble::new(kind, said));
    };
    let token = token.and_then(|token| {
        let mut token = HeaderValue::from_str(token).ok()?;
        token.set_sensitive(true);
        Some(token)
    });
    token
        .map(|token| Signed {
            account: account.to_owned(),
            token,
        })
        .ok_or_else(|| Trouble::new(Kind::Other, "the answer holds no token"))
}
