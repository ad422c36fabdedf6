//! Which database parameters mean a database, and by what name the others are refused.

use super::*;

fn external() -> DatabaseParameters {
    DatabaseParameters {
        database_server: Some("db1.corp.example".to_owned()),
        database_name: Some("ipamdb".to_owned()),
        database_port: Some(1433),
        ..DatabaseParameters::default()
    }
}

fn credential(user: &str) -> Option<DatabaseCredential> {
    Some(DatabaseCredential {
        user: user.to_owned(),
        password: "secret".to_owned(),
    })
}

#[track_caller]
fn refused_as(parameters: DatabaseParameters, id: ErrorId) {
    assert_eq!(parameters.target().map_err(|error| error.id), Err(id));
}

#[test]
fn without_parameters_the_embedded_database_in_its_folder_is_meant() {
    let target = DatabaseParameters::default().target();
    assert_eq!(target, Ok(DatabaseTarget::default()));
}

#[test]
fn a_database_server_has_a_name_or_an_address_of_either_family() {
    let server = |text: &str| {
        let parameters = DatabaseParameters {
            database_server: Some(text.to_owned()),
            ..external()
        };
        match parameters.target() {
            Ok(DatabaseTarget::Sql { server, .. }) => Ok(server.to_string()),
            Ok(other) => Ok(other.to_string()),
            Err(error) => Err(error.id),
        }
    };
    for good in ["db1.corp.example", "10.0.0.20", "2001:db8::20"] {
        assert_eq!(server(good), Ok(good.to_owned()));
    }
    for bad in ["", " ", r"db1\INSTANCE", "db 1"] {
        assert_eq!(server(bad), Err(ErrorId::IpamApiErrorInvalidDatabaseServer));
    }
}

#[test]
fn every_parameter_of_the_other_set_is_refused() {
    use ErrorId::*;
    let path = |path: &str| DatabaseParameters {
        wid_schema_path: Some(path.to_owned()),
        ..DatabaseParameters::default()
    };
    for bad in [
        "",
        "  ",
        "database",
        r"..\database",
        r"\\nas\share",
        r"\x",
        "D:x",
    ] {
        refused_as(path(bad), IpamApiErrorInvalidDatabasePath);
    }
    let both = DatabaseParameters {
        wid_schema_path: Some(r"D:\ipam".to_owned()),
        ..external()
    };
    refused_as(both, IpamApiErrorInvalidDatabaseParameterSet);
    let mut wid = path(r"D:\ipam");
    wid.database_port = Some(1433);
    refused_as(wid, IpamApiErrorInvalidDatabasePort);
    let mut wid = path(r"D:\ipam");
    wid.database_credential = credential("ipam");
    refused_as(wid, IpamApiErrorInvalidDatabaseCredential);
    let mut wid = path(r"D:\ipam");
    wid.database_name = Some("ipamdb".to_owned());
    refused_as(wid.clone(), IpamApiErrorInvalidDatabaseName);
    wid.database_name = Some("ipam".to_owned());
    assert!(wid.target().is_ok());
    wid.use_existing_schema = true;
    refused_as(wid, IpamApiErrorInvalidDatabaseParameterSet);
}

#[test]
fn name_port_and_credential_of_an_external_database_have_their_bounds() {
    use ErrorId::*;
    let with = |change: fn(&mut DatabaseParameters)| {
        let mut parameters = external();
        change(&mut parameters);
        parameters
    };
    refused_as(
        with(|given| given.database_name = Some(" ".to_owned())),
        IpamApiErrorInvalidDatabaseName,
    );
    for port in [None, Some(0), Some(-1), Some(65_536)] {
        let mut parameters = external();
        parameters.database_port = port;
        refused_as(parameters, IpamApiErrorInvalidDatabasePort);
    }
    refused_as(
        with(|given| given.database_credential = credential("ipam")),
        IpamApiErrorInvalidDatabaseCredential,
    );
    refused_as(
        with(|given| given.database_auth_type = Some(DatabaseAuthType::Sql)),
        IpamApiErrorInvalidDatabaseCredential,
    );
    for (user, good) in [(" ", false), ("ipam", true)] {
        let mut parameters = external();
        parameters.database_auth_type = Some(DatabaseAuthType::Sql);
        parameters.database_credential = credential(user);
        assert_eq!(parameters.target().is_ok(), good, "`{user}`");
    }
}
