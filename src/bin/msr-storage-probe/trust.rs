//! Whom TLS trusts: the platform's certificates, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, as Go's reading of them in the registry. It opens no connection.

use std::sync::Arc;

use msr_storage::check::probe::protocol::{Kind, Trouble};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::verify_server_name,
};

/// TLS for the client; `unseen` takes every certificate, as Swift's `insecureskipverify` says.
///
/// # Errors
/// Where there is no certificate to trust.
pub(crate) fn config(unseen: bool) -> Result<ClientConfig, Trouble> {
    let provider = Arc::new(ring::default_provider());
    let loaded = rustls_native_certs::load_native_certs();
    let mut store = RootCertStore::empty();
    store.add_parsable_certificates(loaded.certs.iter().cloned());
    let verifier = if unseen {
        None
    } else {
        let built =
            WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(&provider))
                .build();
        Some(built.map_err(|_| {
            let said = match loaded.errors.first() {
                Some(error) => format!("no certificate is trusted here: {error}"),
                None => "no certificate is trusted here; SSL_CERT_FILE names some".to_owned(),
            };
            Trouble::new(Kind::Tls, said)
        })?)
    };
    let trust = Trust {
        verifier,
        own: loaded.certs,
        provider: Arc::clone(&provider),
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Trouble::new(Kind::Tls, error.to_string()))?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust))
        .with_no_client_auth())
}

#[derive(Debug)]
struct Trust {
    /// None where every certificate is taken.
    verifier: Option<Arc<WebPkiServerVerifier>>,
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Trust {
    /// A certificate that is itself among the trusted ones is taken for its names, as Go takes it: a self-signed one, as `openssl req -x509` makes it, calls itself an issuer, which rustls lets no server be.
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(verifier) = &self.verifier else {
            return Ok(ServerCertVerified::assertion());
        };
        let verified =
            verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // Its dates are not looked at.
        match verified {
            Err(_) if self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
