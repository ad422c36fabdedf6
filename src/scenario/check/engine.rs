//! The engine's settings: where it runs, its resolver, how it writes records, who works at it.

use std::net::IpAddr;

use super::Problems;
use super::hosts::{HostEntry, Hosts};
use super::zones::tsig_key;
use crate::base::AccountName;
use crate::ipam::gpo::GroupHome;
use crate::ipam::{BlockOrder, Generation, RecordChannel, Rules, UpdateKey};
use crate::lab::EngineSpec;
use crate::scenario::estate_file::RoleFile;
use crate::scenario::file::{
    BlockOrderFile, GenerationFile, GroupHomeFile, RecordChannelFile, ScenarioFile,
};

/// Checks the engine's settings.
pub fn check(
    file: &ScenarioFile,
    hosts: &Hosts<'_>,
    problems: &mut Problems,
) -> (EngineSpec, Option<AccountName>) {
    let mut spec = EngineSpec::default();
    let ipam: Vec<_> = hosts
        .all
        .iter()
        .filter(|host| host.has(RoleFile::Ipam))
        .collect();
    match ipam.as_slice() {
        [] => {
            problems
                .error(file.scenario.place, "no host has the role `ipam`")
                .remedy("give it to the host the engine runs on");
        }
        [first, others @ ..] => {
            spec.host = Some(first.name.clone());
            spec.resolver = resolver_of(first, hosts, problems);
            for other in others {
                let resolver = resolver_of(other, hosts, problems);
                let resolver = resolver.map(|resolver| (other.name.clone(), resolver));
                spec.other_resolvers.extend(resolver);
            }
        }
    }
    for host in &hosts.all {
        if let Some(resolver) = host
            .file
            .resolver
            .as_ref()
            .filter(|_| !host.has(RoleFile::Ipam))
        {
            problems.warning(
                resolver.place,
                "`resolver` has an effect on the IPAM server only",
            );
        }
    }
    if let RecordChannelFile::DynamicUpdate(update) = &file.engine.record_channel {
        let key = update.key.as_ref().and_then(|key| {
            let name = problems.parse(&key.name)?;
            let checked = tsig_key(&key.name, &key.secret, problems)?;
            Some(UpdateKey {
                name,
                secret: checked.secret().to_vec(),
            })
        });
        spec.records = RecordChannel::DynamicUpdate { key };
    }
    spec.group_home = match file.engine.ipamug {
        GroupHomeFile::ServerDomain => GroupHome::ServerDomain,
        GroupHomeFile::TargetDomain => GroupHome::TargetDomain,
    };
    if let Some(expiry) = file.engine.hmac_key_expiry {
        spec.hmac_key_expiry = expiry.0;
    }
    spec.logon_events.clone_from(&file.engine.logon_events);
    spec.rules = Rules {
        generation: match file.engine.generation {
            GenerationFile::Any => Generation::Any,
            GenerationFile::Ws2012 => Generation::Ws2012,
            GenerationFile::Ws2012R2 => Generation::Ws2012R2,
            GenerationFile::Ws2016 => Generation::Ws2016,
        },
        block_order: match file.engine.block_order {
            BlockOrderFile::Smallest => BlockOrder::Smallest,
            BlockOrderFile::Literal => BlockOrder::Literal,
        },
    };
    let administrator = file.engine.administrator.as_ref();
    let administrator = administrator.and_then(|account| problems.parse(account));
    (spec, administrator)
}

/// The DNS server written for an IPAM server: an address, or a host.
fn resolver_of(host: &HostEntry<'_>, hosts: &Hosts<'_>, problems: &mut Problems) -> Option<IpAddr> {
    let resolver = host.file.resolver.as_ref()?;
    resolver.value.parse().ok().or_else(|| {
        let found = hosts.expect(&resolver.value, resolver.place, problems)?;
        found.addresses.first().copied()
    })
}
