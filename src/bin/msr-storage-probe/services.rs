//! S3, Azure, GCS and OSS by OpenDAL: one operator a backend, with the fields that the registry's driver honours. It sends nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use msr_storage::check::probe::protocol::{Kind, Request, Trouble};
use opendal::services::{Azblob, Gcs, Oss, S3};
use opendal::{HttpTransporter, OperationContext, Operator};

use crate::endpoint::Endpoint;
use crate::wire::Wire;

/// The operator of a backend's settings.
///
/// # Errors
/// Where the settings have a form that the client refuses.
pub(crate) fn operator(
    request: &Request,
    endpoint: &Endpoint,
    wire: &Wire,
) -> Result<Operator, Trouble> {
    let built = match request.backend.as_str() {
        "s3" => Operator::new(s3(request, endpoint)),
        "azure" => Operator::new(azure(request, endpoint)),
        "gcs" => Operator::new(gcs(request, endpoint)?),
        _ => Operator::new(oss(request, endpoint)),
    };
    let context = OperationContext::new().with_http_transport(HttpTransporter::new(wire.clone()));
    built
        .map(|operator| operator.with_context(context))
        .map_err(|error| {
            // Azure's client decodes the key at once; its message may hold a part of it.
            let key = request.backend == "azure" && error.to_string().contains("account_key");
            if key {
                Trouble::new(Kind::Credentials, "the key is not base64")
            } else {
                Trouble::new(Kind::Other, "the client refuses the settings")
            }
        })
}

fn text<'a>(request: &'a Request, field: &str) -> &'a str {
    request.text(field).unwrap_or_default()
}

/// Storage class and access control are sent by the driver also where nobody set them.
fn s3(request: &Request, endpoint: &Endpoint) -> S3 {
    let mut service = S3::default()
        .endpoint(&endpoint.url)
        .region(text(request, "region"))
        .bucket(text(request, "bucket"))
        .root(text(request, "rootdirectory"))
        .default_storage_class(request.text("storageclass").unwrap_or("STANDARD"))
        .default_acl("private");
    if endpoint.bucket_in_host {
        service = service.enable_virtual_host_style();
    }
    if let (Some(key), Some(secret)) = (request.text("accesskey"), request.text("secretkey")) {
        service = service
            .access_key_id(key)
            .secret_access_key(secret)
            .disable_config_load()
            .disable_ec2_metadata();
    }
    if request.flag("encrypt", false) {
        service = match request.text("keyid") {
            Some(key) => service.server_side_encryption_with_customer_managed_kms_key(key),
            None => service.server_side_encryption_with_s3_key(),
        };
    }
    service
}

/// The driver has no root directory.
fn azure(request: &Request, endpoint: &Endpoint) -> Azblob {
    Azblob::default()
        .endpoint(&endpoint.url)
        .account_name(text(request, "accountname"))
        .account_key(text(request, "accountkey"))
        .container(text(request, "container"))
}

/// A key that is none would be passed over in silence for the environment's credentials.
fn gcs(request: &Request, endpoint: &Endpoint) -> Result<Gcs, Trouble> {
    let mut service = Gcs::default()
        .endpoint(&endpoint.url)
        .bucket(text(request, "bucket"))
        .root(text(request, "rootdirectory"));
    if let Some(key) = request.text("credentials") {
        let content: Result<serde_json::Value, _> = serde_json::from_str(key);
        let has = |name: &str| {
            content
                .as_ref()
                .is_ok_and(|content| content[name].is_string())
        };
        if !has("private_key") || !has("client_email") {
            let said = "it is not the JSON key of a service account (private_key, client_email)";
            return Err(Trouble::new(Kind::Credentials, said));
        }
        service = service
            .credential(&STANDARD.encode(key))
            .disable_config_load()
            .disable_vm_metadata();
    }
    Ok(service)
}

fn oss(request: &Request, endpoint: &Endpoint) -> Oss {
    let service = Oss::default()
        .endpoint(&endpoint.url)
        .addressing_style("cname")
        .bucket(text(request, "bucket"))
        .root(text(request, "rootdirectory"))
        .access_key_id(text(request, "accesskeyid"))
        .access_key_secret(text(request, "accesskeysecret"));
    if request.flag("encrypt", false) {
        service.server_side_encryption("AES256")
    } else {
        service
    }
}
