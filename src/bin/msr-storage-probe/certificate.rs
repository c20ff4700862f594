//! What Go's `crypto/x509` asks of a certificate beyond what rustls asks, read from the certificate itself. It looks at no signature and no name.

use std::time::Duration;

use der::asn1::{AnyRef, BitStringRef, GeneralizedTime, ObjectIdentifier, UtcTime};
use der::{Decode, Reader, SliceReader, Tag, TagNumber, Tagged};
use rustls::pki_types::{CertificateDer, UnixTime};
use webpki::{
    Error, ExtendedKeyUsageValidator, InvalidNameContext, KeyPurposeId, KeyPurposeIdIter,
};

const SERVERS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.1");
const ANY_USE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37.0");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const AUTHORITY_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.1.1");

/// The extensions below 2.5.29 that Go knows; a critical one that is not among them makes a certificate invalid.
const KNOWN: [u32; 12] = [14, 15, 17, 19, 30, 31, 32, 33, 35, 36, 37, 54];

/// The bit of a key usage that allows to sign certificates.
const SIGNS_CERTIFICATES: usize = 5;

/// What is asked of a server's certificate that is trusted by itself: its issuer's signature is not looked at.
///
/// # Errors
/// Go would refuse it.
pub(crate) fn serves(der: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let certificate = Certificate::read(der).map_err(|_| Error::BadDer)?;
    certificate.is_valid(now)?;
    certificate.is_for_servers()
}

/// What is asked of a trusted issuer above so many others: rustls takes it whatever it says.
///
/// # Errors
/// Go would refuse it.
pub(crate) fn issues(der: &CertificateDer<'_>, below: u32, now: UnixTime) -> Result<(), Error> {
    let certificate = Certificate::read(der).map_err(|_| Error::BadDer)?;
    certificate.signs()?;
    certificate.is_valid(now)?;
    certificate.is_for_servers()?;
    let limit = certificate.basics.and_then(|basics| basics.below);
    match limit {
        Some(limit) if below > limit => Err(Error::PathLenConstraintViolated),
        _ => Ok(()),
    }
}

/// Whether an issuer may sign certificates: rustls does not read key usages.
///
/// # Errors
/// It may not.
pub(crate) fn signs(der: &CertificateDer<'_>) -> Result<(), Error> {
    let certificate = Certificate::read(der).map_err(|_| Error::BadDer)?;
    certificate.signs()
}

/// A purpose that is absent, any, or a server's.
pub(crate) struct ForServers;

impl ExtendedKeyUsageValidator for ForServers {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), Error> {
        let mut present = Vec::new();
        for purpose in purposes {
            present.push(purpose?);
        }
        let good = [&SERVERS, &ANY_USE].map(|id| KeyPurposeId::new(id.as_bytes()));
        if present.is_empty() || present.iter().any(|purpose| good.contains(purpose)) {
            return Ok(());
        }
        Err(wrong_purpose())
    }
}

/// As much of a certificate (RFC 5280, 4.1) as is asked here.
struct Certificate {
    is_version_3: bool,
    not_before: Duration,
    not_after: Duration,
    basics: Option<Basics>,
    /// Whether its key usage, if there is one with any bit, allows to sign certificates.
    may_sign: bool,
    purposes: Vec<ObjectIdentifier>,
    has_unknown: bool,
}

#[derive(Clone, Copy)]
struct Basics {
    is_issuer: bool,
    /// How many issuers there may be below it.
    below: Option<u32>,
}

impl Certificate {
    fn read(der: &[u8]) -> der::Result<Self> {
        let whole = parts(AnyRef::from_der(der)?)?;
        let fields = parts(*whole.first().ok_or(Tag::Sequence.value_error())?)?;
        let version = fields
            .first()
            .filter(|field| has_number(field, TagNumber::N0));
        let rest = fields
            .get(usize::from(version.is_some())..)
            .unwrap_or_default();
        // After the serial number, the signature's algorithm and the issuer.
        let validity = parts(*rest.get(3).ok_or(Tag::Sequence.value_error())?)?;
        let [not_before, not_after] = validity.as_slice() else {
            return Err(Tag::Sequence.value_error());
        };
        let mut read = Self {
            is_version_3: version.is_some_and(|version| version.value().last() == Some(&2)),
            not_before: time(*not_before)?,
            not_after: time(*not_after)?,
            basics: None,
            may_sign: true,
            purposes: Vec::new(),
            has_unknown: false,
        };
        let extensions = rest.iter().find(|field| has_number(field, TagNumber::N3));
        for list in extensions
            .map(|field| parts(*field))
            .transpose()?
            .iter()
            .flatten()
        {
            for extension in parts(*list)? {
                read.extension(&parts(extension)?)?;
            }
        }
        Ok(read)
    }

    /// Its name, whether it is critical, if that is said, and what it holds.
    fn extension(&mut self, fields: &[AnyRef<'_>]) -> der::Result<()> {
        let (Some(id), Some(content)) = (fields.first(), fields.last()) else {
            return Err(Tag::Sequence.value_error());
        };
        let id: ObjectIdentifier = id.decode_as()?;
        let content = AnyRef::from_der(content.value());
        match id {
            BASIC_CONSTRAINTS => {
                let parts = parts(content?)?;
                let number = parts.iter().find(|part| part.tag() == Tag::Integer);
                self.basics = Some(Basics {
                    is_issuer: parts
                        .iter()
                        .any(|part| part.tag() == Tag::Boolean && part.value() != [0]),
                    below: number.map(|number| number.decode_as()).transpose()?,
                });
            }
            KEY_USAGE => {
                let usage: BitStringRef<'_> = content?.decode_as()?;
                self.may_sign = usage.bits().all(|bit| !bit)
                    || usage.bits().nth(SIGNS_CERTIFICATES) == Some(true);
            }
            EXTENDED_KEY_USAGE => {
                let purposes = parts(content?)?;
                self.purposes = purposes
                    .iter()
                    .map(|purpose| purpose.decode_as())
                    .collect::<Result<_, _>>()?;
            }
            _ => {
                let critical = fields
                    .get(1)
                    .is_some_and(|field| field.tag() == Tag::Boolean && field.value() != [0]);
                self.has_unknown |= critical && !is_known(id);
            }
        }
        Ok(())
    }

    fn signs(&self) -> Result<(), Error> {
        let is_issuer = self
            .basics
            .map_or(!self.is_version_3, |basics| basics.is_issuer);
        (is_issuer && self.may_sign)
            .then_some(())
            .ok_or(Error::EndEntityUsedAsCa)
    }

    /// Dates, and extensions that nobody here can read.
    fn is_valid(&self, now: UnixTime) -> Result<(), Error> {
        let not_before = UnixTime::since_unix_epoch(self.not_before);
        let not_after = UnixTime::since_unix_epoch(self.not_after);
        if self.has_unknown {
            Err(Error::UnsupportedCriticalExtension)
        } else if now < not_before {
            Err(Error::CertNotValidYet {
                time: now,
                not_before,
            })
        } else if now > not_after {
            Err(Error::CertExpired {
                time: now,
                not_after,
            })
        } else {
            Ok(())
        }
    }

    fn is_for_servers(&self) -> Result<(), Error> {
        let fits = self.purposes.is_empty()
            || self.purposes.contains(&SERVERS)
            || self.purposes.contains(&ANY_USE);
        fits.then_some(()).ok_or_else(wrong_purpose)
    }
}

/// What stands one after the other in a value.
fn parts(whole: AnyRef<'_>) -> der::Result<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(whole.value())?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(AnyRef::decode(&mut reader)?);
    }
    Ok(parts)
}

fn has_number(field: &AnyRef<'_>, wanted: TagNumber) -> bool {
    matches!(field.tag(), Tag::ContextSpecific { number, .. } if number == wanted)
}

fn time(field: AnyRef<'_>) -> der::Result<Duration> {
    Ok(match field.tag() {
        Tag::UtcTime => field.decode_as::<UtcTime>()?.to_unix_duration(),
        _ => field.decode_as::<GeneralizedTime>()?.to_unix_duration(),
    })
}

fn is_known(id: ObjectIdentifier) -> bool {
    let arcs: Vec<_> = id.arcs().collect();
    match arcs.as_slice() {
        [2, 5, 29, last] => KNOWN.contains(last),
        _ => id == AUTHORITY_INFO,
    }
}

fn wrong_purpose() -> Error {
    Error::RequiredEkuNotFoundContext(webpki::RequiredEkuNotFoundContext {
        required: webpki::KeyUsage::server_auth(),
        present: Vec::new(),
    })
}

/// An error in the words of rustls, or in own ones where it has none.
pub(crate) fn told(error: Error) -> rustls::CertificateError {
    use rustls::CertificateError as Told;
    let own = |words| Told::Other(rustls::OtherError(std::sync::Arc::new(Words(words))));
    match error {
        Error::CertExpired { time, not_after } => Told::ExpiredContext { time, not_after },
        Error::CertNotValidYet { time, not_before } => {
            Told::NotValidYetContext { time, not_before }
        }
        Error::CertNotValidForName(InvalidNameContext {
            expected,
            presented,
        }) => Told::NotValidForNameContext {
            expected,
            presented,
        },
        Error::UnknownIssuer => Told::UnknownIssuer,
        Error::InvalidSignatureForPublicKey => Told::BadSignature,
        Error::BadDer | Error::BadDerTime | Error::TrailingData(_) => Told::BadEncoding,
        Error::RequiredEkuNotFoundContext(_) => {
            own("the certificate, or its issuer's, is not for servers (extended key usage)")
        }
        Error::CaUsedAsEndEntity => own(
            "the certificate is an issuer's (CA:TRUE); name the certificate itself in SSL_CERT_FILE",
        ),
        Error::EndEntityUsedAsCa => {
            own("the certificate's issuer may not sign certificates (CA:FALSE, or its key usage)")
        }
        Error::PathLenConstraintViolated => {
            own("there are more issuers than one of them allows below it")
        }
        Error::NameConstraintViolation => own("the issuer may not sign for this name"),
        Error::UnsupportedCriticalExtension => {
            own("a certificate has a critical extension that is not known")
        }
        error => Told::Other(rustls::OtherError(std::sync::Arc::new(error))),
    }
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Words(&'static str);
