use ipamlab::base::Fqdn;
use ipamlab::ipam::remote::{RemoteError, Stage};
use ipamlab::wire::windows::directory::{GpoContents, GroupScope, Request, Response};
use ipamlab::wire::windows::{Interface, Request as Any, Response as Answer, Win32Error};

use crate::kit::{DC1, DC3, DHCP1, World, fqdn, refused, simulate};

const GPO: &str = "LAB_DHCP";

fn corp() -> Fqdn {
    fqdn("corp.example")
}

async fn ldap(world: &World, request: Request) -> Result<Response, RemoteError> {
    at(world, DC1, Interface::Directory, request).await
}

async fn at(
    world: &World,
    host: &str,
    interface: Interface,
    request: Request,
) -> Result<Response, RemoteError> {
    let request = Any::Directory(request);
    match world
        .ask_at(&world.admin(), host, interface, request)
        .await?
    {
        Answer::Directory(response) => Ok(response),
        other => panic!("{other:?}"),
    }
}

fn computer(name: &str) -> Request {
    Request::FindComputer { name: fqdn(name) }
}

fn gpo(make: impl Fn(Fqdn, String) -> Request) -> Request {
    make(corp(), GPO.to_owned())
}

fn create() -> Request {
    gpo(|domain, name| Request::CreateGpo { domain, name })
}

fn filter(world: &World, apply: bool) -> Request {
    let trustee = world.sid("CORP\\dhcp1$");
    gpo(|domain, name| Request::SetGpoFilter {
        domain,
        name,
        trustee: trustee.clone(),
        apply,
    })
}

#[test]
fn the_forest_is_listed_and_a_forest_nobody_trusts_is_not() {
    simulate(async |world| {
        let Ok(Response::Domains(domains)) = ldap(world, Request::EnumDomains).await else {
            panic!("domains are public");
        };
        let names: Vec<&str> = domains.iter().map(|d| d.name.as_str()).collect();
        assert_eq!(names, ["corp.example", "sales.corp.example"]);
        let controllers = |name: &str| Request::EnumControllers { domain: fqdn(name) };
        let found = ldap(world, controllers("sales.corp.example")).await;
        let Ok(Response::Computers(found)) = found else {
            panic!("{found:?}");
        };
        assert_eq!(found[0].name.as_str(), DC3);
        let absent = ldap(world, controllers("other.test")).await.unwrap_err();
        assert_eq!(absent.error, Win32Error::ERROR_NO_SUCH_DOMAIN);
        let listed = ldap(world, Request::EnumAuthorizedDhcpServers).await;
        let Ok(Response::DhcpServers(listed)) = listed else {
            panic!("{listed:?}");
        };
        assert_eq!(listed[0].name.as_str(), DHCP1);
    });
}

#[test]
fn a_controller_knows_its_domain_and_the_global_catalog_the_forest() {
    simulate(async |world| {
        let own = ldap(world, computer(DHCP1)).await.unwrap();
        assert!(matches!(own, Response::Computer(entry) if entry.name.as_str() == DHCP1));
        let foreign = ldap(world, computer(DC3)).await.unwrap_err();
        assert_eq!(foreign.error, Win32Error::ERROR_DS_NO_SUCH_OBJECT);
        let catalog = Interface::GlobalCatalog;
        let found = at(world, DC1, catalog, computer(DC3)).await.unwrap();
        assert!(matches!(found, Response::Computer(entry) if entry.is_controller));
        let untrusted = at(world, DC1, catalog, computer("dc9.other.test")).await;
        assert_eq!(
            untrusted.unwrap_err().error,
            Win32Error::ERROR_DS_NO_SUCH_OBJECT
        );
        let group = Request::FindGroup {
            domain: fqdn("sales.corp.example"),
            name: "Domain Admins".to_owned(),
        };
        let referred = ldap(world, group.clone()).await.unwrap_err();
        assert_eq!(referred.error, Win32Error::ERROR_DS_REFERRAL);
        assert!(at(world, DC3, Interface::Directory, group).await.is_ok());
        let written = at(world, DC1, catalog, create()).await.unwrap_err();
        assert_eq!(written.error, Win32Error::ERROR_DS_UNWILLING_TO_PERFORM);
    });
}

#[test]
fn only_controllers_answer_at_all() {
    simulate(async |world| {
        let member = at(world, DHCP1, Interface::Directory, Request::EnumDomains).await;
        let error = RemoteError::at(Stage::Connect, Win32Error::RPC_S_SERVER_UNAVAILABLE);
        assert_eq!(member, Err(error));
    });
}

/// One of every kind of change, each of which an administrator could make.
fn every_change(world: &World) -> Vec<Request> {
    let (sid, group) = (world.sid("alice"), world.sid("IPAMUG"));
    let contents = GpoContents {
        firewall_rules: Vec::new(),
        script: None,
    };
    vec![
        Request::CreateGroup {
            domain: corp(),
            name: "Mine".to_owned(),
            scope: GroupScope::Global,
        },
        Request::DeleteGroup {
            group: group.clone(),
        },
        Request::AddMember {
            group: group.clone(),
            member: sid.clone(),
        },
        Request::RemoveMember {
            group,
            member: sid.clone(),
        },
        Request::CreateGpo {
            domain: corp(),
            name: "Mine".to_owned(),
        },
        gpo(|domain, name| Request::ImportGpo {
            domain,
            name,
            contents: contents.clone(),
        }),
        gpo(|domain, name| Request::LinkGpo { domain, name }),
        gpo(|domain, name| Request::DeleteGpo { domain, name }),
        filter(world, true),
        gpo(|domain, name| Request::DelegateGpo {
            domain,
            name,
            trustee: sid.clone(),
        }),
        Request::GrantDnsRead {
            domain: corp(),
            trustee: sid.clone(),
        },
        Request::RevokeDnsRead {
            domain: corp(),
            trustee: sid,
        },
    ]
}

#[test]
fn a_plain_user_reads_and_changes_nothing() {
    simulate(async |world| {
        ldap(world, create()).await.unwrap();
        let before = world.estate.borrow().clone();
        for request in every_change(world) {
            assert!(request.is_write());
            refused(
                world
                    .ask(&world.alice(), DC1, Any::Directory(request))
                    .await,
                Stage::Call,
                Win32Error::ERROR_DS_INSUFF_ACCESS_RIGHTS,
            );
        }
        {
            let (after, domain) = (world.estate.borrow(), corp());
            assert_eq!(before.domain(&domain), after.domain(&domain));
            assert_eq!(before.principals(), after.principals());
        }
        let read = gpo(|domain, name| Request::FindGpo { domain, name });
        let found = world.ask(&world.alice(), DC1, Any::Directory(read)).await;
        assert!(matches!(
            found,
            Ok(Answer::Directory(Response::Gpo { linked: false, .. }))
        ));
    });
}

#[test]
fn a_delegate_edits_the_filter_but_may_not_link() {
    simulate(async |world| {
        ldap(world, create()).await.unwrap();
        let trustee = world.sid("alice");
        let delegate = gpo(|domain, name| Request::DelegateGpo {
            domain,
            name,
            trustee: trustee.clone(),
        });
        ldap(world, delegate).await.unwrap();
        let alice = world.alice();
        let change = Any::Directory(filter(world, true));
        let done = Ok(Answer::Directory(Response::Done));
        assert_eq!(world.ask(&alice, DC1, change).await, done);
        let read = gpo(|domain, name| Request::FindGpo { domain, name });
        let Ok(Response::Gpo { filter, .. }) = ldap(world, read).await else {
            panic!("the object is there");
        };
        assert!(filter.contains(&world.sid("CORP\\dhcp1$")));
        let link = gpo(|domain, name| Request::LinkGpo { domain, name });
        refused(
            world.ask(&alice, DC1, Any::Directory(link)).await,
            Stage::Call,
            Win32Error::ERROR_DS_INSUFF_ACCESS_RIGHTS,
        );
    });
}

#[test]
fn changes_are_audited_under_the_name_of_whoever_made_them() {
    simulate(async |world| {
        ldap(world, create()).await.unwrap();
        ldap(world, filter(world, true)).await.unwrap();
        let estate = world.estate.borrow();
        let host = estate.host(&fqdn(DC1)).unwrap();
        let security = host.channel("Security").unwrap().read(0, 100);
        let changes: Vec<(u32, String)> = security
            .into_iter()
            .filter(|record| record.event != 4768)
            .map(|record| (record.event, record.data.join(" | ")))
            .collect();
        let admin = "CORP\\domain-admin";
        assert_eq!(
            changes,
            [
                (
                    5137,
                    format!("{admin} | LAB_DHCP | created Group Policy object")
                ),
                (
                    5136,
                    format!("{admin} | LAB_DHCP: CORP\\DHCP1$ | granted Apply Group Policy")
                ),
            ]
        );
    });
}

#[test]
fn what_exists_and_what_does_not_each_has_its_status() {
    simulate(async |world| {
        let error = async |request| ldap(world, request).await.unwrap_err().error;
        ldap(world, create()).await.unwrap();
        assert_eq!(error(create()).await, Win32Error::ERROR_ALREADY_EXISTS);
        let gone = gpo(|domain, name| Request::DeleteGpo { domain, name });
        ldap(world, gone.clone()).await.unwrap();
        assert_eq!(error(gone).await, Win32Error::ERROR_DS_NO_SUCH_OBJECT);
        let member = |group: &str, member: &str| Request::AddMember {
            group: world.sid(group),
            member: world.sid(member),
        };
        let join = member("IPAMUG", "CORP\\ipam1$");
        ldap(world, join.clone()).await.unwrap();
        assert_eq!(error(join).await, Win32Error::ERROR_MEMBER_IN_ALIAS);
        let circle = member("IPAMUG", "IPAMUG");
        assert_eq!(error(circle).await, Win32Error::ERROR_INVALID_MEMBER);
        let stranger = Request::AddMember {
            group: world.sid("IPAMUG"),
            member: "S-1-5-21-1-2-3-4".parse().unwrap(),
        };
        assert_eq!(error(stranger).await, Win32Error::ERROR_NO_SUCH_MEMBER);
        // No controller of this domain runs DNS, so it has no such object.
        let grant = Request::GrantDnsRead {
            domain: fqdn("sales.corp.example"),
            trustee: world.sid("alice"),
        };
        let dc3 = async |request: Request| {
            let caller = world.user("SALES\\domain-admin");
            world.ask(&caller, DC3, Any::Directory(request)).await
        };
        refused(
            dc3(grant).await,
            Stage::Call,
            Win32Error::ERROR_DS_NO_SUCH_OBJECT,
        );
    });
}

#[test]
fn a_new_group_answers_with_its_identifier() {
    simulate(async |world| {
        let create = Request::CreateGroup {
            domain: corp(),
            name: "Auditors".to_owned(),
            scope: GroupScope::Universal,
        };
        let Ok(Response::Group { sid, .. }) = ldap(world, create).await else {
            panic!("an administrator may");
        };
        assert_eq!(sid, world.sid("Auditors"));
        let find = Request::FindPrincipal {
            account: "CORP\\auditors".to_owned(),
        };
        let found = ldap(world, find).await.unwrap();
        assert_eq!(
            found,
            Response::Principal {
                sid: sid.clone(),
                name: "CORP\\Auditors".to_owned()
            }
        );
        let delete = Request::DeleteGroup { group: sid };
        assert_eq!(ldap(world, delete).await, Ok(Response::Done));
    });
}
