use ipamlab::base::Sid;
use ipamlab::estate::sid::{ADMINISTRATORS, USERS};
use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::smb::{Request, Response};
use ipamlab::wire::windows::{Request as Any, Response as Answer, Win32Error};

use crate::kit::{DHCP1, LOG_FOLDER, SMB_IN, World, fqdn, refused, simulate};

const SHARE: &str = "dhcpaudit";
const LOG: &str = "DhcpSrvLog-Mon.log";

fn list() -> Any {
    Any::Smb(Request::List {
        share: SHARE.to_owned(),
    })
}

fn read(file: &str, offset: u64, max: u32) -> Any {
    Any::Smb(Request::Read {
        share: SHARE.to_owned(),
        file: file.to_owned(),
        offset,
        max,
    })
}

fn share(world: &World) {
    let (host, at, trustee) = (fqdn(DHCP1), world.now(), world.sid("CORP\\ipam1$"));
    let mut estate = world.estate.borrow_mut();
    estate.add_share(&host, SHARE, LOG_FOLDER, at).unwrap();
    estate.grant_share(&host, SHARE, &trustee, at).unwrap();
}

async fn content(world: &World, offset: u64, max: u32) -> (String, bool) {
    match world
        .ask(&world.ipam(), DHCP1, read(LOG, offset, max))
        .await
    {
        Ok(Answer::Smb(Response::Content { text, end_of_file })) => (text, end_of_file),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_takes_the_rule_the_share_its_permission_and_the_folder() {
    simulate(async |world| {
        let ipam = world.ipam();
        let (host, trustee) = (fqdn(DHCP1), world.sid("CORP\\ipam1$"));
        let ask = || world.ask(&ipam, DHCP1, list());
        refused(ask().await, Stage::Connect, Win32Error::ERROR_BAD_NETPATH);
        world.open(DHCP1, &[SMB_IN]);
        refused(ask().await, Stage::Call, Win32Error::ERROR_BAD_NET_NAME);
        let at = world.now();
        let add = |path: &str| {
            let mut estate = world.estate.borrow_mut();
            estate.add_share(&host, SHARE, path, at).unwrap();
        };
        add("C:\\elsewhere");
        refused(ask().await, Stage::Call, Win32Error::ERROR_ACCESS_DENIED);
        let grant = || {
            let mut estate = world.estate.borrow_mut();
            estate.grant_share(&host, SHARE, &trustee, at).unwrap();
        };
        grant();
        refused(ask().await, Stage::Call, Win32Error::ERROR_PATH_NOT_FOUND);
        let removed = world.estate.borrow_mut().remove_share(&host, SHARE, at);
        assert_eq!(removed.unwrap().path, "C:\\elsewhere");
        add(LOG_FOLDER);
        grant();
        let Ok(Answer::Smb(Response::Files(files))) = ask().await else {
            panic!("the share is open");
        };
        assert_eq!(files[0].name, LOG);
        assert!(files[0].size > 0);
        let absent = world.ask(&ipam, DHCP1, read("secret.txt", 0, 10)).await;
        refused(absent, Stage::Call, Win32Error::ERROR_FILE_NOT_FOUND);
    });
}

#[test]
fn the_permission_on_the_disk_must_allow_as_well() {
    simulate(async |world| {
        world.open(DHCP1, &[SMB_IN]);
        share(world);
        for group in [USERS, ADMINISTRATORS] {
            let group: Sid = group.parse().unwrap();
            world
                .estate
                .borrow_mut()
                .revoke_ntfs(&fqdn(DHCP1), LOG_FOLDER, &group, world.now())
                .unwrap();
        }
        for request in [list(), read(LOG, 0, 10)] {
            let denied = world.ask(&world.ipam(), DHCP1, request).await;
            refused(denied, Stage::Call, Win32Error::ERROR_ACCESS_DENIED);
        }
    });
}

#[test]
fn a_share_does_not_follow_the_log_when_it_moves() {
    simulate(async |world| {
        world.open(DHCP1, &[SMB_IN]);
        share(world);
        world
            .estate
            .borrow_mut()
            .set_dhcp_log_path(&fqdn(DHCP1), "D:\\logs", world.now())
            .unwrap();
        let stale = world.ask(&world.ipam(), DHCP1, list()).await;
        refused(stale, Stage::Call, Win32Error::ERROR_PATH_NOT_FOUND);
    });
}

#[test]
fn a_file_read_in_pieces_is_the_file() {
    simulate(async |world| {
        world.open(DHCP1, &[SMB_IN]);
        share(world);
        let (whole, end) = content(world, 0, u32::MAX).await;
        assert!(end && whole.contains("Authorized"), "{whole}");
        let mut pieces = String::new();
        loop {
            let (piece, end) = content(world, pieces.len() as u64, 500).await;
            assert!(piece.len() <= 500);
            pieces.push_str(&piece);
            if end {
                break;
            }
        }
        assert_eq!(pieces, whole);
        assert_eq!(content(world, u64::MAX, 500).await, (String::new(), true));
    });
}
