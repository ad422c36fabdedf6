use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::samr::{Request, Response};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error};

use crate::kit::{DHCP1, IPAM1, SMB_IN, refused, simulate};

fn create(group: &str) -> Any {
    Any::LocalGroups(Request::Create {
        group: group.to_owned(),
        description: "may look".to_owned(),
    })
}

fn members(group: &str) -> Any {
    Any::LocalGroups(Request::Members {
        group: group.to_owned(),
    })
}

#[test]
fn only_local_administrators_change_groups() {
    simulate(async |world| {
        let (alice, admin) = (world.alice(), world.admin());
        refused(
            world.ask(&admin, DHCP1, create("Auditors")).await,
            Stage::Connect,
            Win32Error::ERROR_BAD_NETPATH,
        );
        world.open(DHCP1, &[SMB_IN]);
        refused(
            world.ask(&alice, DHCP1, create("Auditors")).await,
            Stage::Call,
            Win32Error::ERROR_ACCESS_DENIED,
        );
        let done = Ok(Answer::LocalGroups(Response::Done));
        assert_eq!(world.ask(&admin, DHCP1, create("Auditors")).await, done);
        refused(
            world.ask(&admin, DHCP1, create("AUDITORS")).await,
            Stage::Call,
            Win32Error::ERROR_ALREADY_EXISTS,
        );
    });
}

#[test]
fn memberships_come_and_go_and_callers_learn_theirs() {
    simulate(async |world| {
        let (alice, admin) = (world.alice(), world.admin());
        let sid = world.sid("alice");
        // What a host asks of itself passes no firewall.
        let edit =
            async |request: Request| world.ask(&admin, IPAM1, Any::LocalGroups(request)).await;
        let group = "Auditors".to_owned();
        edit(Request::Create {
            group: group.clone(),
            description: String::new(),
        })
        .await
        .unwrap();
        let add = Request::AddMember {
            group: group.clone(),
            member: sid.clone(),
        };
        edit(add.clone()).await.unwrap();
        refused(
            edit(add).await,
            Stage::Call,
            Win32Error::ERROR_MEMBER_IN_ALIAS,
        );
        let held = Any::LocalGroups(Request::CallerGroups);
        assert_eq!(
            world.ask(&alice, IPAM1, held).await,
            Ok(Answer::LocalGroups(Response::Groups(vec![
                "Auditors".to_owned(),
                "Users".to_owned()
            ])))
        );
        assert_eq!(
            world.ask(&alice, IPAM1, members("auditors")).await,
            Ok(Answer::LocalGroups(Response::Members(vec![sid.clone()])))
        );
        let remove = Request::RemoveMember {
            group: group.clone(),
            member: sid,
        };
        edit(remove.clone()).await.unwrap();
        refused(
            edit(remove).await,
            Stage::Call,
            Win32Error::ERROR_MEMBER_NOT_IN_ALIAS,
        );
        edit(Request::Delete { group }).await.unwrap();
        refused(
            world.ask(&alice, IPAM1, members("Auditors")).await,
            Stage::Call,
            Win32Error::ERROR_NO_SUCH_ALIAS,
        );
    });
}
