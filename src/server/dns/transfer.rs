//! Zone transfers: AXFR in several messages (RFC 5936), IXFR answered with the whole zone
//! (RFC 1995 section 4), and the copying of a secondary.

use std::net::{IpAddr, SocketAddr};

use crate::wire::dns::{
    DnsName, HeaderEcho, Question, Rcode, RecordType, Request, Response, ResponseRecord,
    TransferError, TransferReader, TsigChain, transfer_query,
};
use crate::wire::windows::dnsp::ZoneKind;

use super::config::TransferPolicy;
use super::query::all_but_soa;
use super::server::{DnsServer, Transport, Zone, echo_request};
use super::zone::{ZoneData, lock};

/// Octets of records one message carries: within reach of compression pointers, as RFC 5936
/// section 3.4 advises to use them well.
const MESSAGE: usize = 16_000;

/// Why a zone could not be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefreshError {
    #[error("`{0}` is not a secondary or stub zone of this server")]
    NotSecondary(DnsName),
    #[error("the transfer of `{zone}` failed: {error}")]
    Transfer { zone: DnsName, error: TransferError },
    #[error("the transfer of `{0}` ended early")]
    Incomplete(DnsName),
}

impl DnsServer {
    /// Answers AXFR and IXFR.
    pub(super) fn transfer(
        &mut self,
        request: &Request,
        transport: Transport,
        peer: SocketAddr,
        echo: HeaderEcho,
        mut chain: Option<TsigChain>,
    ) -> Vec<Vec<u8>> {
        self.stats.transfers += 1;
        let question = &request.questions[0];
        let mut response = Response::new(echo, Rcode::NOERROR);
        let records = self.transfer_records(request, transport, peer, chain.is_some());
        let records = match records {
            Ok(records) if records.len() > 1 || question.kind == RecordType::IXFR => records,
            Ok(_) => Vec::new(),
            Err(rcode) => {
                response.rcode = rcode;
                return self.finish(response, transport, Some(request), chain.as_mut());
            }
        };
        response.authoritative = true;
        echo_request(&mut response, request);
        self.stats.answered(Rcode::NOERROR);
        let mut messages = Vec::new();
        let mut size = 0;
        for record in records {
            let length = record.name.wire().len() + 10 + record.rdata.wire().len();
            if size + length > MESSAGE && !response.answers.is_empty() {
                messages.push(response.encode(usize::from(u16::MAX), chain.as_mut()));
                response.answers.clear();
                size = 0;
            }
            size += length;
            response.answers.push(record);
        }
        messages.push(response.encode(usize::from(u16::MAX), chain.as_mut()));
        messages
    }

    /// The records of the answer in order, or the code of the refusal.
    fn transfer_records(
        &self,
        request: &Request,
        transport: Transport,
        peer: SocketAddr,
        signed: bool,
    ) -> Result<Vec<ResponseRecord>, Rcode> {
        let Question { name, kind, .. } = &request.questions[0];
        // RFC 5936 section 2.2.1: NOTAUTH for a zone that is not served here.
        let zone = self.zones.get(&name.key()).ok_or(Rcode::NOTAUTH)?;
        if !matches!(zone.kind, ZoneKind::Primary | ZoneKind::Secondary) {
            return Err(Rcode::NOTAUTH);
        }
        if !may_transfer(zone, peer, signed) {
            return Err(Rcode::REFUSED);
        }
        let data = lock(&zone.data);
        let soa = apex_soa(&data).filter(|_| !zone.paused);
        let soa = soa.ok_or(Rcode::SERVFAIL)?;
        if *kind == RecordType::IXFR {
            // RFC 1995 section 2: a datagram that cannot hold the answer, and a client that is up
            // to date, get the SOA alone.
            let current =
                transport == Transport::Tcp && client_serial(request) != Some(data.serial());
            if !current {
                return Ok(vec![soa]);
            }
        } else if transport == Transport::Udp {
            // RFC 5936 section 4.2: AXFR is not defined over UDP.
            return Err(Rcode::REFUSED);
        }
        let mut records = vec![soa.clone()];
        records.extend(all_but_soa(&data));
        records.push(soa);
        Ok(records)
    }

    /// Where a secondary or stub is to be copied from; empty for a zone that is not held.
    pub fn masters(&self, zone: &DnsName) -> &[IpAddr] {
        self.zones
            .get(&zone.key())
            .map_or(&[], |held| &held.masters)
    }

    /// The query that asks a primary for the content of `zone`, to be sent over TCP.
    pub fn refresh_query(id: u16, zone: &DnsName) -> Vec<u8> {
        transfer_query(id, zone)
    }

    /// Replaces a secondary's or stub's content by what a primary answered to
    /// [`refresh_query`](DnsServer::refresh_query). On an error the old content stays.
    pub fn refresh(&mut self, zone: &DnsName, messages: &[Vec<u8>]) -> Result<(), RefreshError> {
        let held = self.zones.get(&zone.key());
        let held = held.filter(|held| matches!(held.kind, ZoneKind::Secondary | ZoneKind::Stub));
        let Some(held) = held else {
            return Err(RefreshError::NotSecondary(zone.clone()));
        };
        let mut reader = TransferReader::default();
        for message in messages {
            reader
                .push(message)
                .map_err(|error| RefreshError::Transfer {
                    zone: zone.clone(),
                    error,
                })?;
        }
        let records = reader.into_records();
        let copied = ZoneData::from_transfer(zone.clone(), &records);
        let copied = copied.ok_or_else(|| RefreshError::Incomplete(zone.clone()))?;
        *lock(&held.data) = copied;
        Ok(())
    }
}

fn may_transfer(zone: &Zone, peer: SocketAddr, signed: bool) -> bool {
    match &zone.transfers {
        TransferPolicy::Anyone => true,
        TransferPolicy::Only(peers) => signed || peers.contains(&peer.ip()),
        TransferPolicy::Nobody => false,
    }
}

fn apex_soa(data: &ZoneData) -> Option<ResponseRecord> {
    let set = data.get(&[])?.set(RecordType::SOA)?;
    Some(ResponseRecord {
        name: data.apex().clone(),
        ttl: set.ttl,
        rdata: set.records.first()?.rdata.clone(),
    })
}

/// The serial a client says it has, in the authority section of IXFR (RFC 1995 section 3).
fn client_serial(request: &Request) -> Option<u32> {
    let soa = request
        .authorities
        .iter()
        .find(|record| record.kind == RecordType::SOA)?;
    match soa.rdata.as_ref()?.decode() {
        crate::wire::dns::Data::Soa(soa) => Some(soa.serial),
        _ => None,
    }
}
