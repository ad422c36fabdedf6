//! The client's side of transaction signatures: the check of a response.

use hickory_proto::rr::rdata::tsig::{TsigError as HickoryError, signed_bitmessage_to_buf};

use super::hickory::from_name;
use super::tsig::{TsigError, TsigKey};

/// Checks the responses to one signed request.
#[derive(Debug)]
pub struct TsigVerifier {
    key: TsigKey,
    previous_mac: Vec<u8>,
    unsigned: Vec<u8>,
    first: bool,
}

impl TsigVerifier {
    /// Begins with the signature of the request.
    pub(super) fn new(key: TsigKey, request_mac: Vec<u8>) -> TsigVerifier {
        TsigVerifier {
            key,
            previous_mac: request_mac,
            unsigned: Vec::new(),
            first: true,
        }
    }

    /// Checks one message of the response at `now`, in seconds since 1970. In a transfer up to 99
    /// messages between two signed ones may be unsigned (RFC 8945 section 5.3.1).
    pub fn verify(&mut self, message: &[u8], now: u64) -> Result<(), TsigError> {
        let parsed = signed_bitmessage_to_buf(message, Some(&self.previous_mac), self.first);
        let Ok((mut bytes, record)) = parsed else {
            if self.first || self.unsigned.len() > 99 * usize::from(u16::MAX) {
                return Err(TsigError::Malformed);
            }
            self.unsigned.extend_from_slice(message);
            return Ok(());
        };
        let tsig = &record.data;
        match tsig.error {
            Some(HickoryError::BadKey) => return Err(TsigError::BadKey),
            Some(HickoryError::BadSig) => return Err(TsigError::BadSig),
            Some(HickoryError::BadTrunc) => return Err(TsigError::BadTrunc),
            _ => {}
        }
        if from_name(&record.name) != self.key.name
            || tsig.algorithm != self.key.algorithm.hickory()
        {
            return Err(TsigError::BadKey);
        }
        let at = 2 + self.previous_mac.len();
        bytes.splice(at..at, self.unsigned.drain(..));
        self.key
            .signer
            .verify(&bytes, &tsig.mac)
            .map_err(|_| TsigError::BadSig)?;
        if tsig.error == Some(HickoryError::BadTime)
            || now.abs_diff(tsig.time) > u64::from(tsig.fudge)
        {
            return Err(TsigError::BadTime);
        }
        self.previous_mac = tsig.mac.clone();
        self.first = false;
        Ok(())
    }

    /// Whether every message so far is covered by a signature.
    pub fn complete(&self) -> bool {
        !self.first && self.unsigned.is_empty()
    }
}
