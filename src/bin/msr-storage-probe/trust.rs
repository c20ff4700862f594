//! Whom TLS trusts: the platform's certificates, or those that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, as Go's reading of them in the registry. It opens no connection.

use std::sync::Arc;

use msr_storage::check::probe::protocol::{Kind, Trouble};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use webpki::{EndEntityCert, VerifiedPath};

use crate::certificate::{self, ForServers};

/// TLS for the client; `unseen` takes every certificate, as Swift's `insecureskipverify` says.
///
/// # Errors
/// There is no certificate to trust.
pub(crate) fn config(unseen: bool) -> Result<ClientConfig, Trouble> {
    let provider = Arc::new(ring::default_provider());
    let trusted = if unseen { None } else { Some(Trusted::load()?) };
    let trust = Trust {
        trusted,
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
    /// `None` takes every certificate.
    trusted: Option<Trusted>,
    provider: Arc<CryptoProvider>,
}

/// The trusted certificates, and each as the end of a chain.
#[derive(Debug)]
struct Trusted {
    certificates: Vec<CertificateDer<'static>>,
    anchors: Vec<TrustAnchor<'static>>,
}

impl Trusted {
    fn load() -> Result<Self, Trouble> {
        let loaded = rustls_native_certs::load_native_certs();
        let pairs = loaded.certs.into_iter().filter_map(|certificate| {
            let anchor = webpki::anchor_from_trusted_cert(&certificate).ok()?;
            let anchor = anchor.to_owned();
            Some((certificate, anchor))
        });
        let (certificates, anchors): (Vec<_>, Vec<_>) = pairs.unzip();
        if !certificates.is_empty() {
            return Ok(Self {
                certificates,
                anchors,
            });
        }
        let said = match loaded.errors.first() {
            Some(error) => format!("no certificate is trusted here: {error}"),
            None => "no certificate is trusted here; SSL_CERT_FILE names some".to_owned(),
        };
        Err(Trouble::new(Kind::Tls, said))
    }

    /// As `Verify` of Go: a certificate that is itself trusted needs no issuer, and may be one (`openssl req -x509` makes
    /// such ones); any other needs a chain. Names, dates and purposes are asked for in either case.
    fn verify(
        &self,
        server: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
        provider: &CryptoProvider,
    ) -> Result<(), webpki::Error> {
        let certificate = EndEntityCert::try_from(server)?;
        if self.certificates.iter().any(|own| own == server) {
            certificate::serves(server, now)?;
        } else {
            certificate.verify_for_usage(
                provider.signature_verification_algorithms.all,
                &self.anchors,
                intermediates,
                now,
                ForServers,
                None,
                Some(&|path| self.approve(path, now)),
            )?;
        }
        certificate.verify_is_valid_for_subject_name(name)
    }

    /// What Go asks of the issuers of a chain, and rustls does not.
    fn approve(&self, path: &VerifiedPath<'_>, now: UnixTime) -> Result<(), webpki::Error> {
        let mut below = 0_u32;
        for issuer in path.intermediate_certificates() {
            certificate::signs(&issuer.der())?;
            below += 1;
        }
        // The same name and key may be certified more than once; one of them is enough.
        let mut verdict = Err(webpki::Error::UnknownIssuer);
        for (certificate, anchor) in self.certificates.iter().zip(&self.anchors) {
            if verdict.is_err() && anchor == path.anchor() {
                verdict = certificate::issues(certificate, below, now);
            }
        }
        verdict
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(trusted) = &self.trusted {
            let verified =
                trusted.verify(end_entity, intermediates, server_name, now, &self.provider);
            verified.map_err(certificate::told)?;
        }
        Ok(ServerCertVerified::assertion())
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
