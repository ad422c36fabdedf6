//! Transaction signatures (RFC 8945): keys, the check of a request, signed responses and chains.

use data_encoding::{BASE64, BASE64_NOPAD};
use hickory_proto::rr::TSigner;
use hickory_proto::rr::rdata::tsig::{
    TSIG, TsigAlgorithm as HickoryAlgorithm, TsigError as HickoryError, make_tsig_record,
    signed_bitmessage_to_buf,
};
use hickory_proto::rr::{Name, Record};
use hickory_proto::serialize::binary::{BinEncodable, BinEncoder, NameEncoding};

use super::hickory::{from_name, to_name};
use super::name::DnsName;
use super::tsig_verify::TsigVerifier;

/// Seconds by which the clocks of the two ends may differ (RFC 8945 section 10 recommends 300).
const FUDGE: u16 = 300;

/// The algorithms that are offered. The mandatory one of RFC 8945 section 6 and its longer kin;
/// the truncated and the MD5 and SHA-1 variants are answered as unknown keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TsigAlgorithm {
    HmacSha256,
    HmacSha384,
    HmacSha512,
}

impl TsigAlgorithm {
    /// The name that tools use: `hmac-sha256`.
    pub fn name(self) -> &'static str {
        match self {
            TsigAlgorithm::HmacSha256 => "hmac-sha256",
            TsigAlgorithm::HmacSha384 => "hmac-sha384",
            TsigAlgorithm::HmacSha512 => "hmac-sha512",
        }
    }

    pub(super) fn hickory(self) -> HickoryAlgorithm {
        match self {
            TsigAlgorithm::HmacSha256 => HickoryAlgorithm::HmacSha256,
            TsigAlgorithm::HmacSha384 => HickoryAlgorithm::HmacSha384,
            TsigAlgorithm::HmacSha512 => HickoryAlgorithm::HmacSha512,
        }
    }

    fn mac_len(self) -> usize {
        match self {
            TsigAlgorithm::HmacSha256 => 32,
            TsigAlgorithm::HmacSha384 => 48,
            TsigAlgorithm::HmacSha512 => 64,
        }
    }
}

impl std::str::FromStr for TsigAlgorithm {
    type Err = TsigKeyError;
    fn from_str(text: &str) -> Result<TsigAlgorithm, TsigKeyError> {
        match text.to_ascii_lowercase().trim_end_matches('.') {
            "hmac-sha256" => Ok(TsigAlgorithm::HmacSha256),
            "hmac-sha384" => Ok(TsigAlgorithm::HmacSha384),
            "hmac-sha512" => Ok(TsigAlgorithm::HmacSha512),
            _ => Err(TsigKeyError::Algorithm(text.to_owned())),
        }
    }
}

/// Why something is not a TSIG key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TsigKeyError {
    #[error("`{0}` is not a TSIG algorithm: use hmac-sha256, hmac-sha384 or hmac-sha512")]
    Algorithm(String),
    #[error("the secret of key `{0}` is not base64")]
    Secret(String),
    #[error("the secret of key `{0}` is empty")]
    Empty(String),
}

/// A shared secret with the name both ends know it by.
#[derive(Clone)]
pub struct TsigKey {
    pub(super) name: DnsName,
    pub(super) algorithm: TsigAlgorithm,
    pub(super) signer: TSigner,
}

impl PartialEq for TsigKey {
    fn eq(&self, other: &TsigKey) -> bool {
        (&self.name, self.algorithm, self.secret())
            == (&other.name, other.algorithm, other.secret())
    }
}

impl TsigKey {
    /// A key from the secret's bytes.
    pub fn new(
        name: DnsName,
        algorithm: TsigAlgorithm,
        secret: &[u8],
    ) -> Result<TsigKey, TsigKeyError> {
        if secret.is_empty() {
            return Err(TsigKeyError::Empty(name.to_string()));
        }
        let signer = TSigner::new(secret.to_vec(), algorithm.hickory(), to_name(&name), FUDGE)
            .expect("the three algorithms are supported");
        Ok(TsigKey {
            name,
            algorithm,
            signer,
        })
    }

    /// A key from a secret in base64, as `nsupdate -y` and `tsig-keygen` write it; padding may be
    /// left out.
    pub fn from_base64(
        name: DnsName,
        algorithm: TsigAlgorithm,
        secret: &str,
    ) -> Result<TsigKey, TsigKeyError> {
        let bare = secret.trim().trim_end_matches('=');
        let bytes = BASE64_NOPAD
            .decode(bare.as_bytes())
            .map_err(|_| TsigKeyError::Secret(name.to_string()))?;
        TsigKey::new(name, algorithm, &bytes)
    }

    pub fn name(&self) -> &DnsName {
        &self.name
    }

    pub fn algorithm(&self) -> TsigAlgorithm {
        self.algorithm
    }

    /// The secret's bytes.
    pub fn secret(&self) -> &[u8] {
        self.signer.key()
    }

    /// The secret in base64, for handing to a tool.
    pub fn secret_base64(&self) -> String {
        BASE64.encode(self.signer.key())
    }

    /// Whether `mac` is the signature of `bytes`, or a truncation of it.
    fn verifies(&self, bytes: &[u8], mac: &[u8]) -> bool {
        if mac.len() == self.algorithm.mac_len() {
            return self.signer.verify(bytes, mac).is_ok();
        }
        self.signer
            .sign(bytes)
            .is_ok_and(|full| full.starts_with(mac))
    }

    /// Signs a request. The verifier checks the response to it.
    pub fn sign_request(&self, message: Vec<u8>, now: u64) -> (Vec<u8>, TsigVerifier) {
        let mut chain = TsigChain {
            key: Some(self.clone()),
            key_name: to_name(&self.name),
            algorithm: self.algorithm.hickory(),
            original_id: id_of(&message),
            previous_mac: None,
            time: now,
            error: None,
            other: Vec::new(),
            first: true,
        };
        let signed = chain.sign(message);
        let verifier = TsigVerifier::new(self.clone(), chain.previous_mac.unwrap_or_default());
        (signed, verifier)
    }
}

impl std::fmt::Debug for TsigKey {
    /// Leaves the secret out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TsigKey({} {})", self.algorithm.name(), self.name)
    }
}

/// The error field of a TSIG record (RFC 8945 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TsigError {
    #[error("BADSIG: the signature does not verify")]
    BadSig,
    #[error("BADKEY: the key or its algorithm is not known")]
    BadKey,
    #[error("BADTIME: the time signed is not within the fudge of the server's time")]
    BadTime,
    #[error("BADTRUNC: the signature is shorter than accepted")]
    BadTrunc,
    #[error("FORMERR: the TSIG record is malformed or missing")]
    Malformed,
}

impl TsigError {
    fn hickory(self) -> Option<HickoryError> {
        match self {
            TsigError::BadSig => Some(HickoryError::BadSig),
            TsigError::BadKey => Some(HickoryError::BadKey),
            TsigError::BadTime => Some(HickoryError::BadTime),
            TsigError::BadTrunc => Some(HickoryError::BadTrunc),
            TsigError::Malformed => None,
        }
    }
}

/// What the check of a request's signature found.
#[derive(Debug)]
pub enum TsigStatus {
    Unsigned,
    /// The signature is good; responses go through the chain.
    Verified(TsigChain),
    /// Answer NOTAUTH through the chain (RFC 8945 section 5.2), which signs it or leaves it
    /// unsigned as section 5.3.2 says.
    Rejected(TsigError, TsigChain),
    /// Answer FORMERR without TSIG.
    Malformed,
}

/// Signs the messages of one response, each over the one before (RFC 8945 section 5.3.1).
pub struct TsigChain {
    key: Option<TsigKey>,
    key_name: Name,
    algorithm: HickoryAlgorithm,
    original_id: u16,
    previous_mac: Option<Vec<u8>>,
    time: u64,
    error: Option<HickoryError>,
    other: Vec<u8>,
    first: bool,
}

impl std::fmt::Debug for TsigChain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TsigChain({}, {:?})", self.key_name, self.error)
    }
}

impl TsigStatus {
    /// Checks the request `raw` at `now`, in seconds since 1970, in the order of RFC 8945
    /// section 5.2: key, signature, time, truncation.
    pub fn check(raw: &[u8], signed: bool, keys: &[TsigKey], now: u64) -> TsigStatus {
        if !signed {
            return TsigStatus::Unsigned;
        }
        let Ok((signed_bytes, record)) = signed_bitmessage_to_buf(raw, None, true) else {
            return TsigStatus::Malformed;
        };
        let tsig = &record.data;
        let name = from_name(&record.name);
        let key = keys
            .iter()
            .find(|key| *key.name() == name && key.algorithm.hickory() == tsig.algorithm);
        let mut chain = TsigChain {
            key: None,
            key_name: record.name.clone(),
            algorithm: tsig.algorithm.clone(),
            original_id: tsig.oid,
            previous_mac: Some(tsig.mac.clone()),
            time: now,
            error: None,
            other: Vec::new(),
            first: true,
        };
        let reject = |error: TsigError, mut chain: TsigChain| {
            chain.error = error.hickory();
            TsigStatus::Rejected(error, chain)
        };
        let Some(key) = key else {
            return reject(TsigError::BadKey, chain);
        };
        let full = key.algorithm.mac_len();
        // RFC 8945 section 5.2.2.1: outside these bounds the record is malformed.
        if tsig.mac.len() > full || tsig.mac.len() < (full / 2).max(10) {
            return TsigStatus::Malformed;
        }
        if !key.verifies(&signed_bytes, &tsig.mac) {
            return reject(TsigError::BadSig, chain);
        }
        chain.key = Some(key.clone());
        if tsig.mac.len() < full {
            // RFC 8945 section 5.2.4: no shorter signature than the algorithm's is accepted here.
            return reject(TsigError::BadTrunc, chain);
        }
        if now.abs_diff(tsig.time) > u64::from(tsig.fudge) {
            // RFC 8945 section 5.2.3: the client's time is repeated and ours put beside it.
            chain.time = tsig.time;
            chain.other = now.to_be_bytes()[2..].to_vec();
            return reject(TsigError::BadTime, chain);
        }
        TsigStatus::Verified(chain)
    }
}

impl TsigChain {
    /// The octets a signature adds at most.
    pub fn overhead(&self) -> usize {
        let algorithm = self.algorithm.to_name().len() + 2;
        let mac = self.key.as_ref().map_or(0, |key| key.algorithm.mac_len());
        self.key_name.len() + 2 + 10 + algorithm + 16 + mac + self.other.len()
    }

    /// Appends a TSIG record to a complete message.
    pub fn sign(&mut self, mut message: Vec<u8>) -> Vec<u8> {
        if message.len() < 12 {
            return message;
        }
        let mut tsig = TSIG::new(
            self.algorithm.clone(),
            self.time,
            FUDGE,
            Vec::new(),
            self.original_id,
            self.error,
            self.other.clone(),
        );
        if let Some(key) = &self.key {
            let mac = key.signer.sign(&self.to_be_signed(&message, &tsig));
            let mac = mac.expect("the key's algorithm is supported");
            self.previous_mac = Some(mac.clone());
            tsig = tsig.set_mac(mac);
        }
        self.first = false;
        append(&mut message, &make_tsig_record(self.key_name.clone(), tsig));
        message
    }

    fn to_be_signed(&self, message: &[u8], tsig: &TSIG) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(message.len() + 192);
        if let Some(mac) = &self.previous_mac {
            bytes.extend_from_slice(&(mac.len() as u16).to_be_bytes());
            bytes.extend_from_slice(mac);
        }
        // RFC 8945 section 4.3.2: the digest covers the original id.
        bytes.extend_from_slice(&self.original_id.to_be_bytes());
        bytes.extend_from_slice(&message[2..]);
        if self.first {
            let mut variables = Vec::with_capacity(96);
            let mut encoder = BinEncoder::new(&mut variables);
            tsig.emit_tsig_for_mac(&mut encoder, &self.key_name)
                .expect("a key name and fixed fields fit any message");
            bytes.extend_from_slice(&variables);
        } else {
            // RFC 8945 section 5.3.1: only the timers of later messages are covered.
            bytes.extend_from_slice(&self.time.to_be_bytes()[2..]);
            bytes.extend_from_slice(&FUDGE.to_be_bytes());
        }
        bytes
    }
}

/// Appends `record` as the last additional record of `message`.
fn append(message: &mut Vec<u8>, record: &Record<TSIG>) {
    let mut bytes = Vec::with_capacity(160);
    let mut encoder = BinEncoder::new(&mut bytes);
    encoder.set_name_encoding(NameEncoding::Uncompressed);
    record
        .emit(&mut encoder)
        .expect("a key name and a signature fit any message");
    message.extend_from_slice(&bytes);
    let count = u16::from_be_bytes([message[10], message[11]]).wrapping_add(1);
    message[10..12].copy_from_slice(&count.to_be_bytes());
}

fn id_of(message: &[u8]) -> u16 {
    message
        .first_chunk()
        .map_or(0, |bytes| u16::from_be_bytes(*bytes))
}
