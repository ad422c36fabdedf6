//! Queries: from a question to a response, by the fast path and by the full one.

use std::net::SocketAddr;

use crate::wire::dns::{
    DnsName, HeaderEcho, NameKey, PlainQuery, PlainWriter, Rcode, Rdata, RecordType, Request,
    Response, ResponseRecord, Section, TsigChain, class,
};
use crate::wire::windows::dnsp::ZoneKind;

use super::lookup::{Sink, Verdict, answer, refer};
use super::server::{DnsServer, Transport, Zone, limit, reply_edns};
use super::zone::{ZoneData, lock};

/// Answers a plain query from `zone`, the one its name falls in.
pub(super) fn answer_plain(
    zone: Option<&Zone>,
    key: &[u8],
    query: &PlainQuery<'_>,
    transport: Transport,
    out: &mut Vec<u8>,
) -> Rcode {
    let mut sink = Writer(PlainWriter::new(query, out));
    let verdict = answer_from(zone, key, query.kind, &mut sink);
    let (edns, limit) = (reply_edns(query.edns), limit(transport, query.edns));
    sink.0
        .finish(verdict.rcode, verdict.authoritative, edns, limit);
    verdict.rcode
}

/// Decides by the zone's state, then asks its content.
fn answer_from(zone: Option<&Zone>, key: &[u8], kind: RecordType, sink: &mut impl Sink) -> Verdict {
    let plainly = |rcode| Verdict {
        rcode,
        authoritative: false,
    };
    let Some(zone) = zone else {
        return plainly(Rcode::REFUSED);
    };
    if zone.paused {
        return plainly(Rcode::SERVFAIL);
    }
    let data = lock(&zone.data);
    match zone.kind {
        // Deviation: a Windows server would ask the forwarder's masters; this one does not recurse.
        ZoneKind::Forwarder => plainly(Rcode::REFUSED),
        // A secondary that was never copied, or a stub without name servers, has nothing to say.
        _ if !data.is_loaded() => plainly(Rcode::SERVFAIL),
        ZoneKind::Stub => {
            if let Some(apex) = data.get(&[]) {
                refer(&data, apex, sink);
            }
            plainly(Rcode::NOERROR)
        }
        ZoneKind::Primary | ZoneKind::Secondary => {
            let relative = data.relative(key);
            let relative = relative.expect("the zone was chosen because the name lies in it");
            answer(&data, relative, kind, sink)
        }
    }
}

/// The fast path's sink: bytes.
struct Writer<'a, 'b>(PlainWriter<'a, 'b>);

impl Sink for Writer<'_, '_> {
    fn section(&mut self, section: Section) {
        self.0.section(section);
    }
    fn of_question(&mut self, ttl: u32, rdata: &Rdata) {
        self.0.record_of_question(ttl, rdata);
    }
    fn of_apex(&mut self, apex: &DnsName, ttl: u32, rdata: &Rdata) {
        self.0.record_of_suffix(apex.wire().len(), ttl, rdata);
    }
    fn of_name(&mut self, owner: &[u8], ttl: u32, rdata: &Rdata) {
        self.0.record(owner, ttl, rdata);
    }
}

/// The full path's sink: values.
struct Collector<'a> {
    asked: &'a DnsName,
    response: &'a mut Response,
    section: Section,
}

impl Collector<'_> {
    fn push(&mut self, name: DnsName, ttl: u32, rdata: &Rdata) {
        let section = match self.section {
            Section::Answer => &mut self.response.answers,
            Section::Authority => &mut self.response.authorities,
            Section::Additional => &mut self.response.additionals,
        };
        let rdata = rdata.clone();
        section.push(ResponseRecord { name, ttl, rdata });
    }
}

impl Sink for Collector<'_> {
    fn section(&mut self, section: Section) {
        self.section = section;
    }
    fn of_question(&mut self, ttl: u32, rdata: &Rdata) {
        self.push(self.asked.clone(), ttl, rdata);
    }
    fn of_apex(&mut self, apex: &DnsName, ttl: u32, rdata: &Rdata) {
        self.push(apex.clone(), ttl, rdata);
    }
    fn of_name(&mut self, owner: &[u8], ttl: u32, rdata: &Rdata) {
        let name = DnsName::from_wire(owner).expect("zones hold whole names");
        self.push(name, ttl, rdata);
    }
}

impl DnsServer {
    /// Answers a query by the full path.
    pub(super) fn query(
        &mut self,
        request: &Request,
        transport: Transport,
        peer: SocketAddr,
        echo: HeaderEcho,
        mut chain: Option<TsigChain>,
    ) -> Vec<Vec<u8>> {
        self.stats.queries += 1;
        let mut response = Response::new(echo, Rcode::FORMERR);
        // RFC 9619 section 4: exactly one question.
        let [question] = &request.questions[..] else {
            return self.finish(response, transport, Some(request), chain.as_mut());
        };
        let key: NameKey = question.name.key();
        let zone = self.zone_for(key.as_bytes());
        match question.kind {
            _ if question.class != class::IN => response.rcode = Rcode::REFUSED,
            RecordType::AXFR | RecordType::IXFR => {
                return self.transfer(request, transport, peer, echo, chain);
            }
            RecordType::MAILA | RecordType::MAILB => response.rcode = Rcode::NOTIMP,
            kind if kind.is_meta() && kind != RecordType::ANY => {}
            kind => {
                let mut sink = Collector {
                    asked: &question.name,
                    response: &mut response,
                    section: Section::Answer,
                };
                let verdict = answer_from(zone, key.as_bytes(), kind, &mut sink);
                response.rcode = verdict.rcode;
                response.authoritative = verdict.authoritative;
            }
        }
        self.finish(response, transport, Some(request), chain.as_mut())
    }
}

/// Every record of a zone but its SOA, in canonical order.
pub(super) fn all_but_soa(zone: &ZoneData) -> impl Iterator<Item = ResponseRecord> {
    zone.nodes().flat_map(|node| {
        node.sets
            .iter()
            .filter(|set| set.kind != RecordType::SOA)
            .flat_map(|set| {
                set.records.iter().map(|record| ResponseRecord {
                    name: node.name.clone(),
                    ttl: set.ttl,
                    rdata: record.rdata.clone(),
                })
            })
    })
}
