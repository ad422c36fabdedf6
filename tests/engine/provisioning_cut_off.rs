//! `Invoke-IpamServerProvisioning` cut off between any two statements of its store and at every
//! millisecond of its way to a database server: what is left is not provisioned, and a retry
//! completes it without doing anything twice.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::{Either, select};
use ipamlab::estate::machine::IPAM_DATABASE_FOLDER;
use ipamlab::estate::sql::ServerRole as SqlRole;
use ipamlab::estate::{Role, SqlLoginSpec, SqlSpec};
use ipamlab::ipam::Caller;
use ipamlab::ipam::engine::ProvisioningState;
use ipamlab::ipam::provision::{
    DatabaseOutcome, DatabaseParameters, IPAM_GROUPS, ProvisioningStep, ServerProvisioning,
    ServerProvisioningReport,
};
use ipamlab::ipam::store::Database;
use ipamlab::ipam::{ErrorId, IpamResult};
use ipamlab::lab::{Lab, LabSpec, run};
use ipamlab::wire::windows::tds::{Contents, DatabaseRight};

use super::world::*;

const SQL: &str = "sql1.corp.example";

async fn provision_with(
    lab: &Lab,
    boss: &Caller,
    database: DatabaseParameters,
) -> IpamResult<ServerProvisioningReport> {
    let provisioning = ServerProvisioning {
        database,
        ..ServerProvisioning::default()
    };
    let ipam = lab.ipam();
    ipam.invoke_ipam_server_provisioning(boss, provisioning)
        .await
}

/// The server is provisioned, and everything is there once.
async fn assert_whole(lab: &Lab, boss: &Caller, at: &str) {
    let ipam = lab.ipam();
    assert_eq!(
        ipam.provisioning_state(),
        ProvisioningState::Provisioned,
        "{at}"
    );
    let tasks = ipam.get_scheduled_tasks(boss).await.expect(at);
    assert_eq!(tasks.len(), 7, "{at}");
    let estate = lab.estate();
    let host = estate.host(&fqdn("ipam1.corp.example")).expect(at);
    assert_eq!(host.tasks().count(), 7, "{at}");
    let groups = estate.local_groups(host);
    for group in IPAM_GROUPS {
        let named = groups.iter().filter(|(name, _)| *name == group.name());
        assert_eq!(named.count(), 1, "{at}: {group}");
    }
}

fn outcome(report: &ServerProvisioningReport) -> Option<DatabaseOutcome> {
    report.steps.iter().find_map(|step| match step {
        ProvisioningStep::Database { outcome, .. } => Some(*outcome),
        _ => None,
    })
}

/// Cuts the store off after some statements; whether provisioning was over by then.
fn cut_at_statement(statements: u64) -> bool {
    let at = format!("cut after {statements} statements");
    let file = std::env::temp_dir().join(format!(
        "ipamlab-provisioning-{}-{statements}.db",
        std::process::id()
    ));
    let mut world = spec(vec![corp()]);
    world.engine.database = Database::File(file.clone());
    let complete = in_lab(world, async |lab, boss| {
        lab.ipam().store().faults().fail_after(Some(statements));
        let first = provision_with(lab, &boss, DatabaseParameters::default()).await;
        lab.ipam().store().faults().fail_after(None);
        if first.is_ok() {
            return true;
        }
        assert_eq!(
            refusal(first),
            ErrorId::IpamApiDatabaseConnectionLost,
            "{at}"
        );
        lab.reopen_engine().expect("the file is whole");
        let state = lab.ipam().provisioning_state();
        assert_eq!(state, ProvisioningState::NotProvisioned, "{at}");
        let again = provision_with(lab, &boss, DatabaseParameters::default()).await;
        again.expect(&at);
        assert_whole(lab, &boss, &at).await;
        let estate = lab.estate();
        let host = estate.host(&fqdn("ipam1.corp.example")).expect(&at);
        let files = host.folder(IPAM_DATABASE_FOLDER).expect(&at);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, ["ipam.mdf", "ipam_log.ldf"], "{at}");
        false
    });
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
    }
    complete
}

#[test]
fn a_store_lost_between_any_two_statements_leaves_a_server_that_can_be_provisioned() {
    let mut cut = 0;
    while !cut_at_statement(cut) {
        cut += 1;
        assert!(cut < 500, "provisioning takes fewer statements");
    }
    assert!(cut > 15, "two transactions take many statements: {cut}");
}

fn with_sql_server() -> LabSpec {
    let mut server = host("sql1", "10.0.0.20", &[Role::Sql]);
    server.sql = Some(SqlSpec {
        logins: vec![SqlLoginSpec {
            name: "CORP\\ipam1$".to_owned(),
            server_roles: [SqlRole::Dbcreator].into(),
            ..SqlLoginSpec::default()
        }],
        ..SqlSpec::default()
    });
    spec(vec![corp().host(server)])
}

fn external() -> DatabaseParameters {
    DatabaseParameters {
        database_server: Some(SQL.to_owned()),
        database_name: Some("ipamdb".to_owned()),
        database_port: Some(1433),
        ..DatabaseParameters::default()
    }
}

/// Breaks every connection of the database server after `millis`; how the first attempt ended.
fn server_lost(millis: u64) -> Option<Result<Option<DatabaseOutcome>, ErrorId>> {
    let at = format!("database server lost at {millis} ms");
    in_lab(with_sql_server(), async |lab, boss| {
        let first = {
            let work = std::pin::pin!(provision_with(lab, &boss, external()));
            let pause = std::pin::pin!(lab.network().advance(Duration::from_millis(millis)));
            match select(work, pause).await {
                Either::Left(_) => return None,
                Either::Right((_, work)) => {
                    lab.network().set_host_up(SQL, false);
                    work.await
                }
            }
        };
        lab.network().set_host_up(SQL, true);
        let ended = match first {
            Ok(report) => Ok(outcome(&report)),
            Err(error) => {
                let state = lab.ipam().provisioning_state();
                assert_eq!(state, ProvisioningState::NotProvisioned, "{at}: {error}");
                let again = provision_with(lab, &boss, external()).await.expect(&at);
                let outcome = outcome(&again).expect(&at);
                assert_ne!(outcome, DatabaseOutcome::Reused, "{at}");
                Err(error.id)
            }
        };
        assert_whole(lab, &boss, &at).await;
        let estate = lab.estate();
        let sql = estate.sql_server(&fqdn(SQL)).expect(&at);
        assert_eq!(sql.databases.len(), 1, "{at}");
        let database = sql.database("ipamdb").expect(&at);
        assert!(matches!(database.contents, Contents::Ipam(_)), "{at}");
        Some(ended)
    })
}

#[test]
fn a_database_server_lost_at_any_moment_is_met_again_without_doing_anything_twice() {
    let mut seen = BTreeSet::new();
    let mut millis = 0;
    while let Some(ended) = server_lost(millis) {
        if let Err(id) = ended {
            seen.insert(id);
        }
        millis += 1;
        assert!(millis < 2000, "provisioning is over within two seconds");
    }
    assert!(millis > 30, "it takes many round trips: {millis} ms");
    assert_eq!(
        seen,
        BTreeSet::from([ErrorId::IpamApiErrorDatabaseServerUnreachable])
    );
}

#[test]
fn an_engine_that_ended_half_way_takes_its_own_schema_on() {
    let mut outcomes = BTreeSet::new();
    for millis in (0..120).step_by(3) {
        let found = in_lab(with_sql_server(), async |lab, boss| {
            {
                let work = std::pin::pin!(provision_with(lab, &boss, external()));
                let pause = std::pin::pin!(lab.network().advance(Duration::from_millis(millis)));
                if let Either::Left(_) = select(work, pause).await {
                    return None;
                }
            }
            // What was on its way arrives.
            lab.network().advance(Duration::from_secs(1)).await;
            let again = provision_with(lab, &boss, external()).await;
            let again = again.unwrap_or_else(|error| panic!("at {millis} ms: {error}"));
            assert_whole(lab, &boss, &format!("engine ended at {millis} ms")).await;
            outcome(&again)
        });
        outcomes.extend(found.map(|outcome| format!("{outcome:?}")));
    }
    assert!(outcomes.contains("DatabaseCreated"), "{outcomes:?}");
    assert!(outcomes.contains("Continued"), "{outcomes:?}");
}

#[test]
fn on_its_own_machine_the_server_is_network_service_to_the_database() {
    let mut domain = corp();
    let own = domain
        .hosts
        .iter_mut()
        .find(|host| host.name.as_str() == "ipam1");
    let own = own.expect("the IPAM server is in the estate");
    own.roles.insert(Role::Sql);
    own.sql = Some(SqlSpec {
        logins: vec![SqlLoginSpec {
            name: r"NT AUTHORITY\NETWORK SERVICE".to_owned(),
            server_roles: [SqlRole::Dbcreator].into(),
            ..SqlLoginSpec::default()
        }],
        ..SqlSpec::default()
    });
    in_lab(spec(vec![domain]), async |lab, boss| {
        let local = DatabaseParameters {
            database_server: Some("ipam1.corp.example".to_owned()),
            ..external()
        };
        provision_with(lab, &boss, local).await.unwrap();
        let database = lab.ipam().get_ipam_database(&boss).await.unwrap();
        let user = database.database_user.as_deref();
        assert_eq!(user, Some(r"NT AUTHORITY\Network Service"));
        assert_eq!(database.rights, Ok(vec![DatabaseRight::DbOwner]));
    });
}

#[test]
fn a_rerun_of_the_same_estate_is_the_same_run() {
    let times = || {
        run(with_sql_server(), async |lab| {
            let boss = lab.caller(ADMIN).unwrap();
            let done = provision_with(lab, &boss, external()).await;
            (done, lab.now().sim)
        })
        .unwrap()
    };
    assert_eq!(times(), times());
}
