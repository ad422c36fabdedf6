//! What lies in the folder behind the audit share, and what is read of it.

use std::collections::BTreeSet;
use std::rc::Rc;

use ipamlab::estate::{FolderContents, Role};
use ipamlab::ipam::access::{AccessStatus, CheckKind, CheckResult, Evidence};
use ipamlab::ipam::remote::Stage;
use ipamlab::wire::windows::Win32Error;

use super::ground::{Ground, on_prepared};

/// A folder that lists files of which only some are still there.
struct Folder {
    listed: &'static [&'static str],
    there: &'static [&'static str],
}

impl FolderContents for Folder {
    fn list(&self, _: &str) -> Option<Vec<(String, u64)>> {
        let files = self.listed.iter();
        Some(files.map(|name| ((*name).to_owned(), 1)).collect())
    }

    fn read(&self, _: &str, file: &str) -> Option<String> {
        self.there.contains(&file).then(|| "x".to_owned())
    }
}

fn put(ground: &Ground<'_>, listed: &'static [&'static str], there: &'static [&'static str]) {
    let folder = Rc::new(Folder { listed, there });
    let mut estate = ground.lab.estate_mut();
    estate.set_folder_contents(&ground.name, folder);
}

async fn share(ground: &Ground<'_>) -> CheckResult {
    let report = ground.ask().await.report;
    report.checks[&CheckKind::DhcpAuditShare].clone()
}

#[test]
fn a_log_of_either_family_is_read_and_other_files_are_not() {
    let folders: [(&'static [&'static str], &str); 7] = [
        (&[], "list dhcpaudit"),
        (&["readme.log"], "list dhcpaudit"),
        (&["DhcpSrvLog-Mon.bak"], "list dhcpaudit"),
        (&["DhcpV6SrvLog-Mon.bak"], "list dhcpaudit"),
        (
            &["readme.log", "DhcpSrvLog-Tue.log"],
            r"read dhcpaudit\DhcpSrvLog-Tue.log",
        ),
        (
            &["DhcpV6SrvLog-Tue.log"],
            r"read dhcpaudit\DhcpV6SrvLog-Tue.log",
        ),
        (
            &["DHCPSRVLOG-WED.LOG"],
            r"read dhcpaudit\DHCPSRVLOG-WED.LOG",
        ),
    ];
    on_prepared(&[Role::Dhcp], async |ground| {
        for (files, operation) in folders {
            // The one file that is read is all that can be.
            put(ground, files, files);
            let operation = operation.to_owned();
            let found = share(ground).await;
            assert_eq!(found.status, AccessStatus::Unblocked, "{files:?}");
            assert_eq!(found.evidence, Evidence::Succeeded { operation });
        }
    });
}

#[test]
fn a_log_that_is_listed_and_cannot_be_read_blocks() {
    on_prepared(&[Role::Dhcp], async |ground| {
        put(ground, &["DhcpSrvLog-Mon.log"], &[]);
        let found = share(ground).await;
        let gone = Evidence::Failed {
            operation: r"read dhcpaudit\DhcpSrvLog-Mon.log".to_owned(),
            stage: Stage::Call,
            error: Win32Error::ERROR_FILE_NOT_FOUND,
        };
        assert_eq!(found.status, AccessStatus::Blocked);
        assert_eq!(found.evidence, gone);
    });
}

#[test]
fn either_transport_of_an_empty_share_blocks_alone() {
    on_prepared(&[Role::Dhcp], async |ground| {
        put(ground, &[], &[]);
        for rule in ["file-sharing-smb-in", "file-sharing-nb-session-in"] {
            assert!(
                ground.required.iter().any(|setting| setting.id == rule),
                "{rule}"
            );
            ground.leave_out(&BTreeSet::from([rule])).await;
            assert_eq!(share(ground).await.status, AccessStatus::Blocked, "{rule}");
        }
    });
}
