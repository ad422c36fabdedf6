//! How a scene is taken of a running laboratory.

use crate::ipam::access::CHECKS;
use crate::ipam::find::{Candidate, FindReport, PassedOver, Verdict};
use crate::ipam::inventory::ServerRecord;
use crate::ipam::overview::{Area, Overview};
use crate::ipam::space::{Address, RangeKey, SyncStatus, Utilization, UtilizationStatus};
use crate::lab::Lab;

use super::{
    ADDRESSES_MAX, AddressView, AreaKind, AreaView, CandidateView, CheckView, EngineView, Scene,
    SearchView, ServerView, host,
};

impl Lab {
    /// What there is to see now. Nothing is sent, and the calendar stays where it is.
    pub fn scene(&self, search: Option<SearchView>) -> Scene {
        let engines = self.engines.iter().map(|one| {
            let host = one.options.server.to_string();
            // A scenario may have taken the database away; then nothing is to be seen of it.
            engine(
                host,
                &one.ipam
                    .borrow()
                    .overview(ADDRESSES_MAX)
                    .unwrap_or_default(),
            )
        });
        Scene {
            engines: engines.collect(),
            estate: host::estate(&self.estate()),
            search,
        }
    }
}

fn engine(server: String, overview: &Overview) -> EngineView {
    EngineView {
        server,
        inventory: overview.servers.iter().map(self::server).collect(),
        areas: overview.areas.iter().map(area).collect(),
        addresses: overview.addresses.iter().map(address).collect(),
        more_addresses: overview.more_addresses,
    }
}

fn server(server: &ServerRecord) -> ServerView {
    let checks = CHECKS.iter().filter_map(|check| {
        let result = server.checks.get(&check.kind())?;
        Some(CheckView {
            name: check.kind().to_string(),
            status: result.status.to_string(),
            evidence: result.evidence.to_string(),
        })
    });
    let availability = server.availability.iter();
    ServerView {
        name: server.name.to_string(),
        roles: server.roles.iter().map(ToString::to_string).collect(),
        manageability: server.manageability.to_string(),
        access: server.access().to_string(),
        action: server.recommended_action().to_string(),
        checks: checks.collect(),
        availability: availability
            .map(|(role, state)| (role.to_string(), state.to_string()))
            .collect(),
        data_retrieval: server.data_retrieval.to_string(),
    }
}

fn area((area, status): &(Area, UtilizationStatus)) -> AreaView {
    let (kind, space, network, span, owner) = match area {
        Area::Block(block) => (
            AreaKind::Block,
            &block.key.address_space,
            block.key.network_id,
            block.key.span,
            String::new(),
        ),
        Area::Subnet(subnet) => (
            AreaKind::Subnet,
            &subnet.key.address_space,
            subnet.key.network_id,
            subnet.key.span(),
            subnet.details.name.clone(),
        ),
        Area::Range(range) => (
            AreaKind::Range,
            &range.key.address_space,
            range.network_id,
            range.key.span,
            range.key.owner.to_string(),
        ),
    };
    let Utilization {
        total,
        assigned,
        utilized,
    } = area.utilization();
    AreaView {
        kind,
        space: space.to_string(),
        network: network.to_string(),
        first: span.first(),
        last: span.last(),
        owner,
        total: total.to_string(),
        assigned: assigned.to_string(),
        utilized: utilized.to_string(),
        percent: whole_percent(area.utilization()),
        level: status.to_string(),
    }
}

/// Utilized of assigned, rounded down: 100 is full.
fn whole_percent(utilization: &Utilization) -> u8 {
    let Utilization {
        assigned, utilized, ..
    } = *utilization;
    // Beyond this the product would not fit, and the quotient is as good.
    let percent = match utilized.checked_mul(100) {
        Some(hundredfold) => hundredfold.checked_div(assigned),
        None => utilized.checked_div(assigned / 100),
    };
    u8::try_from(percent.unwrap_or(0).min(100)).unwrap_or(100)
}

fn address(record: &Address) -> AddressView {
    let sync = [
        ("DHCP reservation", &record.dhcp_reservation_sync),
        ("DNS host record", &record.dns_host_record_sync),
        ("DNS PTR record", &record.dns_ptr_record_sync),
    ];
    let attempted = sync
        .into_iter()
        .filter(|(_, state)| state.status != SyncStatus::NotAttempted);
    AddressView {
        space: record.key.address_space.to_string(),
        address: record.key.ip_address,
        owner: record.key.owner.to_string(),
        state: record.details.ip_address_state.to_string(),
        device: record.details.device_name.clone(),
        expiry: record.expiry_status.to_string(),
        sync: attempted
            .map(|(what, state)| (what.to_owned(), state.status.to_string()))
            .collect(),
    }
}

impl SearchView {
    /// A search of `range`, as it is shown.
    pub fn of(range: &RangeKey, report: &FindReport) -> SearchView {
        let passed_over = report
            .passed_over
            .iter()
            .map(|PassedOver { span, reasons }| {
                let reasons: Vec<String> = reasons.iter().map(ToString::to_string).collect();
                format!("{span}: {}", reasons.join(", "))
            });
        SearchView {
            range: range.to_string(),
            candidates: report.candidates.iter().map(candidate).collect(),
            passed_over: passed_over.collect(),
            selected: report.selected,
            allocated: report.allocated.as_ref().map(|key| key.ip_address),
        }
    }
}

fn candidate(candidate: &Candidate) -> CandidateView {
    let said = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let evidence = [
        ("in the database", said(candidate.database)),
        ("set aside in the range", said(candidate.set_aside)),
        ("reserved", said(candidate.reservation)),
        ("excluded", said(candidate.exclusion)),
        ("leased", said(candidate.lease)),
        ("ping", candidate.ping.to_string()),
        ("PTR", candidate.ptr.to_string()),
    ];
    CandidateView {
        address: candidate.address,
        available: candidate.verdict == Verdict::Available,
        verdict: candidate.verdict.to_string(),
        evidence: evidence
            .into_iter()
            .map(|(criterion, said)| (criterion.to_owned(), said))
            .collect(),
    }
}
