//! The search itself: windows of candidates in order of their addresses.

use std::net::IpAddr;

use crate::addr::{AddressRange, key_of, successor};
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;

use super::candidate::{
    Candidate, FindReport, PassedOver, PingStatus, Probing, PtrStatus, Reason, Stopped, Verdict,
};
use super::probe::Evidence;
use super::taken::Taken;

/// The first window of a search; a search for few addresses disturbs few hosts.
const WINDOW_MIN: usize = 8;
/// The largest window: so many pings and queries are under way at once.
const WINDOW_MAX: usize = 1024;
/// A run of taken addresses longer than this is told as one instead of address by address.
const LISTED_MAX: u128 = 4096;

/// A search under way.
pub(super) struct Search<'a> {
    ipam: &'a Ipam,
    taken: &'a mut Taken,
    span: AddressRange,
    cursor: Option<IpAddr>,
    probing: Probing,
    report: FindReport,
}

impl<'a> Search<'a> {
    /// A search of `span` that starts behind `start_after`.
    pub(super) fn new(
        ipam: &'a Ipam,
        taken: &'a mut Taken,
        span: AddressRange,
        start_after: Option<IpAddr>,
    ) -> Search<'a> {
        let cursor = match start_after {
            None => Some(span.first()),
            Some(last) => successor(last).map(|next| next.max(span.first())),
        };
        Search {
            ipam,
            taken,
            span,
            cursor: cursor.filter(|cursor| span.contains(*cursor)),
            probing: Probing::Decides,
            report: FindReport::empty(),
        }
    }

    /// What the search makes of its probes.
    pub(super) fn probing(self, probing: Probing) -> Search<'a> {
        Search { probing, ..self }
    }

    /// Goes on until `wanted` addresses are available, or to the end of the range.
    ///
    /// # Errors
    /// Those of a query of the store.
    pub(super) async fn run(mut self, wanted: Option<usize>) -> IpamResult<FindReport> {
        let mut found = 0;
        let mut window = wanted.map_or(WINDOW_MAX, |wanted| wanted.clamp(WINDOW_MIN, WINDOW_MAX));
        while wanted.is_none_or(|wanted| found < wanted) {
            let from = self.report.candidates.len();
            // Where probes do not decide, every address collected is one of those wanted.
            let size = match (self.probing, wanted) {
                (Probing::Decides, _) | (_, None) => window,
                (_, Some(wanted)) => wanted - found,
            };
            let open = self.collect(size)?;
            if open.is_empty() {
                self.report.stopped = Some(Stopped::RangeExhausted);
                break;
            }
            let silent = self.probe(open).await;
            found += self.cut(from, wanted.map(|wanted| wanted - found));
            if silent && self.probing == Probing::Decides {
                self.report.stopped = Some(Stopped::DnsServerSilent);
                break;
            }
            window = (window * 2).min(WINDOW_MAX);
        }
        self.report.selected = self.report.available().last();
        Ok(self.report)
    }

    /// Probes the candidates in these places and judges them; whether the DNS server answered none
    /// of the queries.
    async fn probe(&mut self, open: Vec<usize>) -> bool {
        if self.probing == Probing::Nothing {
            for at in open {
                self.report.candidates[at].verdict = Verdict::Available;
            }
            return false;
        }
        let at_places = open.iter().map(|at| self.report.candidates[*at].address);
        let addresses: Vec<IpAddr> = at_places.collect();
        let evidence = self.ipam.probe(&addresses).await;
        let unanswered = |seen: &Evidence| seen.ptr == PtrStatus::Undetected;
        let silent = evidence.iter().all(unanswered);
        for (at, seen) in open.into_iter().zip(evidence) {
            self.report.candidates[at].judge(seen, self.probing);
        }
        silent
    }

    /// Lists candidates from the cursor on until `window` of them need a probe; gives their
    /// places.
    fn collect(&mut self, window: usize) -> IpamResult<Vec<usize>> {
        let mut open = Vec::new();
        while let Some(first) = self.cursor {
            let limit = self.span.last();
            let (reasons, last) = self.taken.reasons(&self.ipam.store, first, limit)?;
            if reasons.is_empty() {
                self.list_open(first, last, window, &mut open);
                if open.len() == window {
                    break;
                }
            } else {
                self.list_taken(first, last, reasons);
            }
        }
        Ok(open)
    }

    fn list_open(&mut self, first: IpAddr, last: IpAddr, window: usize, open: &mut Vec<usize>) {
        let mut next = Some(first);
        while let Some(address) = next.filter(|address| *address <= last) {
            if open.len() == window {
                break;
            }
            open.push(self.report.candidates.len());
            self.report
                .candidates
                .push(Candidate::unprobed(address, Vec::new()));
            next = successor(address);
        }
        self.cursor = next.filter(|next| self.span.contains(*next));
    }

    fn list_taken(&mut self, first: IpAddr, last: IpAddr, reasons: Vec<Reason>) {
        self.cursor = successor(last).filter(|next| self.span.contains(*next));
        let Ok(span) = AddressRange::new(first, last) else {
            return;
        };
        if key_of(last) - key_of(first) >= LISTED_MAX {
            self.report.passed_over.push(PassedOver { span, reasons });
            return;
        }
        for address in span.addresses() {
            let candidate = Candidate::unprobed(address, reasons.clone());
            self.report.candidates.push(candidate);
        }
    }

    /// Counts the available candidates from `from` on, and forgets what lies behind the last one
    /// wanted, so that the report is that of a search one by one.
    fn cut(&mut self, from: usize, wanted: Option<usize>) -> usize {
        let mut found = 0;
        for at in from..self.report.candidates.len() {
            found += usize::from(self.report.candidates[at].verdict == Verdict::Available);
            if wanted == Some(found) {
                let last = self.report.candidates[at].address;
                self.report.candidates.truncate(at + 1);
                self.report
                    .passed_over
                    .retain(|over| over.span.first() < last);
                break;
            }
        }
        found
    }
}

impl Candidate {
    /// A candidate before its probes, or one that needs none.
    fn unprobed(address: IpAddr, reasons: Vec<Reason>) -> Candidate {
        let has = |reason| reasons.contains(&reason);
        Candidate {
            address,
            database: has(Reason::InDatabase),
            set_aside: has(Reason::SetAside),
            reservation: has(Reason::ReservedOnServer),
            exclusion: has(Reason::ExcludedOnServer),
            lease: has(Reason::LeasedOnServer),
            ping: PingStatus::Undetected,
            ptr: PtrStatus::Undetected,
            verdict: Verdict::Skipped(reasons),
        }
    }

    fn judge(&mut self, evidence: Evidence, probing: Probing) {
        let reasons = match probing {
            Probing::Decides => evidence.reasons(),
            Probing::Told | Probing::Nothing => Vec::new(),
        };
        self.ping = evidence.ping;
        self.ptr = evidence.ptr;
        self.verdict = if reasons.is_empty() {
            Verdict::Available
        } else {
            Verdict::Skipped(reasons)
        };
    }

    /// Somebody recorded the address after it was found available.
    pub(super) fn lost(&mut self) {
        self.database = true;
        self.verdict = Verdict::Skipped(vec![Reason::InDatabase]);
    }
}
