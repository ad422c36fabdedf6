//! What collection sees of reservations: the states *Exists* and *Deleted* (domain 8.3, 12.26).
//!
//! Only scopes that an address record or the ledger refers to are asked; an estate without
//! recorded reservations costs no message.

use crate::addr::AddressRange;
use crate::base::Fqdn;
use crate::ipam::access::Probe;
use crate::ipam::engine::Ipam;
use crate::ipam::error::IpamResult;
use crate::ipam::remote::RemoteError;
use crate::ipam::space::addresses::{self, StoredAddress, put_sync};
use crate::ipam::space::{AddressSpaceName, ManagedByService, SyncState, SyncStatus};
use crate::ipam::store::Tx;
use crate::wire::windows::dhcpm::{self, Reservation, ScopeInfo};
use crate::wire::windows::{Interface, Request, Response};

use super::ledger::{self, Line};
use super::report::RecordKind;
use super::reservation::{told, wanted};
use super::written::{Entry, Written};

/// A scope, and what is recorded of reservations in it.
struct Recorded {
    scope: ipnet::IpNet,
    addresses: Vec<StoredAddress>,
    /// Lines of the ledger whose address record is gone.
    left_behind: Vec<Line>,
}

impl Ipam {
    /// Compares the reservations of a server with the records that ask for them, and stores what
    /// became of each.
    pub(in crate::ipam) async fn see_reservations(
        &self,
        probe: &Probe<'_>,
        scopes: &[ScopeInfo],
    ) -> Result<IpamResult<()>, RemoteError> {
        let server = &probe.server.name;
        let recorded = match self.store.read(|tx| recorded(tx, server, scopes)) {
            Ok(recorded) => recorded,
            Err(refused) => return Ok(Err(refused)),
        };
        for of_scope in recorded {
            let scope = of_scope.scope;
            let request = dhcpm::Request::EnumReservations { scope };
            let held = probe
                .ask(
                    Interface::DhcpManagement,
                    Request::DhcpManagement(request),
                    |reply| match reply {
                        Response::DhcpManagement(dhcpm::Response::Reservations(held)) => Some(held),
                        _ => None,
                    },
                )
                .await?;
            let stored = self
                .store
                .transaction(|tx| self.take_note(tx, server, &of_scope, &held));
            if stored.is_err() {
                return Ok(stored);
            }
        }
        Ok(Ok(()))
    }

    fn take_note(
        &self,
        tx: &Tx<'_>,
        server: &Fqdn,
        of_scope: &Recorded,
        held: &[Reservation],
    ) -> IpamResult<()> {
        let at = |address| held.iter().find(|held| held.address == address);
        for before in &of_scope.addresses {
            let key = &before.key;
            // A record that was edited, removed or pushed since is judged the next time.
            let is_same = addresses::exists(tx, key)?
                && addresses::get(tx, key).is_ok_and(|now| {
                    now.sync[0] == before.sync[0] && now.details == before.details
                });
            let Ok(mut asked) = wanted(before) else {
                continue;
            };
            let Entry::Reservation { reservation, .. } = &asked.entry else {
                continue;
            };
            let held = at(key.ip_address);
            let now = match asked.server == *server {
                true => as_own(before, server, reservation, held),
                false => as_partner(before, server, reservation, held),
            };
            let Some(mut now) = now.filter(|_| is_same) else {
                continue;
            };
            now.server = Some(server.clone());
            now.at = Some(self.endpoint.now().wall);
            if now.status.is_synchronised() {
                asked.server = server.clone();
                ledger::note(tx, key, RecordKind::DhcpReservation, &asked)?;
            }
            let whole = match before.details.reservation_server.as_ref() == Some(server) {
                true => now,
                false => SyncState {
                    partner: Some(Box::new(now)),
                    ..before.sync[0].clone()
                },
            };
            put_sync(tx, key, RecordKind::DhcpReservation.column(), &whole)?;
        }
        // What somebody has cleaned up by hand need not be named any longer.
        for line in &of_scope.left_behind {
            if at(line.key.ip_address).is_none() {
                ledger::forget(tx, &line.key, line.kind, &line.written)?;
            }
        }
        Ok(())
    }
}

fn recorded(tx: &Tx<'_>, server: &Fqdn, scopes: &[ScopeInfo]) -> IpamResult<Vec<Recorded>> {
    let lines = ledger::reservations_on(tx, server)?;
    if lines.is_empty() && !addresses::any(tx)? {
        return Ok(Vec::new());
    }
    let space = AddressSpaceName::default();
    let mut found = Vec::new();
    for info in scopes {
        let scope = info.scope;
        let span = AddressRange::of_prefix(scope);
        let mut addresses = addresses::with_reservation(tx, &space, &span)?;
        addresses.retain(|stored| {
            let partner = stored.sync[0].partner.as_ref();
            let partner = partner.and_then(|partner| partner.server.as_ref());
            let own = stored.details.reservation_server.as_ref();
            own == Some(server) || partner == Some(server)
        });
        let of_scope = |line: &&Line| match &line.written {
            Written {
                entry: Entry::Reservation { scope: of, .. },
                ..
            } => *of == scope,
            _ => false,
        };
        let mut left_behind = Vec::new();
        for line in lines.iter().filter(of_scope) {
            if !addresses::exists(tx, &line.key)? {
                left_behind.push(line.clone());
            }
        }
        if !addresses.is_empty() || !left_behind.is_empty() {
            found.push(Recorded {
                scope,
                addresses,
                left_behind,
            });
        }
    }
    Ok(found)
}

/// What the record's own server was seen to hold.
fn as_own(
    before: &StoredAddress,
    server: &Fqdn,
    asked: &Reservation,
    held: Option<&Reservation>,
) -> Option<SyncState> {
    let owner = &before.key.owner;
    let own = owner.managed_by_service == ManagedByService::MsDhcp
        && owner.service_instance.eq_ignore_ascii_case(server.as_str());
    judge(&before.sync[0], asked, held, own)
}

/// The same of the failover partner. What it has of a reservation that the server itself has
/// counts as the push to it, whoever brought it there.
fn as_partner(
    before: &StoredAddress,
    server: &Fqdn,
    asked: &Reservation,
    held: Option<&Reservation>,
) -> Option<SyncState> {
    let own = &before.sync[0];
    let partner = own.partner.as_deref();
    let partner = partner.filter(|partner| partner.server.as_ref() == Some(server))?;
    judge(partner, asked, held, own.status.is_synchronised())
}

/// The state after the server was seen to hold `held` for an address whose record asks for
/// `asked`; `None` when nothing new was learnt. `own` says whether the server is the record's
/// service instance, which is what *Exists* takes.
fn judge(
    before: &SyncState,
    asked: &Reservation,
    held: Option<&Reservation>,
    own: bool,
) -> Option<SyncState> {
    use SyncStatus::{CreateSuccess, DeleteFailure, Deleted, Exists};
    let is_there = held.is_some_and(|held| held.client == asked.client);
    let (status, exists, detail) = match (before.status, held, is_there) {
        (CreateSuccess | Exists | DeleteFailure, _, true) => {
            (before.status, own, before.detail.clone())
        }
        (_, _, true) if own => (Exists, true, "found on the server".to_owned()),
        (CreateSuccess | Exists, Some(other), _) => {
            let detail = format!("the address has {} now", told(other));
            (Deleted, false, detail)
        }
        (CreateSuccess | Exists | DeleteFailure, None, _) => {
            (Deleted, false, "no longer on the server".to_owned())
        }
        _ => return None,
    };
    let after = SyncState {
        status,
        exists,
        detail,
        ..before.clone()
    };
    (after != *before).then_some(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::windows::dhcpm::{ReservationKind, ReservedClient};

    fn reservation(mac: &str) -> Reservation {
        Reservation {
            address: "10.0.1.20".parse().unwrap(),
            client: ReservedClient::Mac(mac.parse().unwrap()),
            name: "web1".to_owned(),
            description: String::new(),
            kind: ReservationKind::Both,
        }
    }

    /// Every status, against the three things a server can hold.
    #[test]
    fn collection_tells_exists_and_deleted_and_keeps_what_it_cannot_know_better() {
        use SyncStatus::*;
        let asked = reservation("02-00-00-00-00-20");
        let other = reservation("02-00-00-00-00-99");
        // Status before: with ours, with another client's, with none.
        let table = [
            (NotAttempted, [Exists, NotAttempted, NotAttempted]),
            (CreateSuccess, [CreateSuccess, Deleted, Deleted]),
            (CreateFailure, [Exists, CreateFailure, CreateFailure]),
            (DeleteSuccess, [Exists, DeleteSuccess, DeleteSuccess]),
            (DeleteFailure, [DeleteFailure, DeleteFailure, Deleted]),
            (Exists, [Exists, Deleted, Deleted]),
            (Deleted, [Exists, Deleted, Deleted]),
        ];
        assert_eq!(table.len(), SyncStatus::ALL.len());
        for (status, wanted) in table {
            let before = SyncState {
                status,
                ..SyncState::default()
            };
            let held = [Some(&asked), Some(&other), None];
            for (held, wanted) in held.into_iter().zip(wanted) {
                let after = judge(&before, &asked, held, true);
                let after = after.map_or(status, |after| after.status);
                assert_eq!(after, wanted, "{status} and {held:?}");
            }
        }
    }

    #[test]
    fn a_reservation_on_another_server_than_the_owner_is_never_called_exists() {
        let asked = reservation("02-00-00-00-00-20");
        let before = SyncState::default();
        assert_eq!(judge(&before, &asked, Some(&asked), false), None);
    }
}
