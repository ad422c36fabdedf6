//! Arguments of `import` and `export`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use super::args::database;
use crate::addr::Family;
use crate::cli::args::switch;
use crate::ipam::store::Database;
use crate::ipam::transfer::Kind;

pub const IMPORT_EXAMPLES: &str = "Examples:
  ipamlab import hosts.csv --kind address --database ipam.db
  ipamlab import hosts.csv --kind address --database ipam.db --address-family ipv4 --console
  zcat hosts.csv.gz | ipamlab import - --kind address --database ipam.db
  ipamlab import hosts.csv --kind address --database new.db --create
  ipamlab import ranges.csv --kind range --database ipam.db --update --service-instance site1
Rows go in by batches of 50,000, each as a whole; Ctrl-C ends after the one at hand and says up
to which line the file is in. With --update all of them go in, or after Ctrl-C none. Rows that
cannot go in are told in Error_<name>_<time>.csv.";

pub const EXPORT_EXAMPLES: &str = "Examples:
  ipamlab export hosts.csv --kind address --database ipam.db
  ipamlab export --kind address --database ipam.db | head
What was exported imports as what it was.";

/// A kind of object that is kept in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum KindArg {
    Address,
    Range,
    Block,
    Subnet,
}

impl KindArg {
    pub fn kind(self) -> Kind {
        match self {
            KindArg::Address => Kind::Address,
            KindArg::Range => Kind::Range,
            KindArg::Block => Kind::Block,
            KindArg::Subnet => Kind::Subnet,
        }
    }
}

/// A family of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FamilyArg {
    Ipv4,
    Ipv6,
}

impl FamilyArg {
    pub fn family(self) -> Family {
        match self {
            FamilyArg::Ipv4 => Family::V4,
            FamilyArg::Ipv6 => Family::V6,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// The CSV file; `-` is standard input
    pub file: PathBuf,
    /// What its rows are
    #[arg(long, value_enum, env = "IPAMLAB_KIND")]
    pub kind: KindArg,
    /// The engine's database, which no engine has open meanwhile
    #[arg(long, value_name = "FILE|URL", value_parser = database(), env = "IPAMLAB_DATABASE")]
    pub database: Database,
    /// Make the database where there is none
    #[arg(long, env = "IPAMLAB_CREATE", value_parser = switch)]
    pub create: bool,
    /// Make the ranges of one owner those of the file, deleting what it does not have
    #[arg(long, env = "IPAMLAB_UPDATE", value_parser = switch)]
    pub update: bool,
    /// With --update: the owner's Managed by service
    #[arg(
        long,
        value_name = "VALUE",
        default_value = "IPAM",
        env = "IPAMLAB_MANAGED_BY_SERVICE"
    )]
    pub managed_by_service: String,
    /// With --update: the owner's Service instance
    #[arg(
        long,
        value_name = "VALUE",
        default_value = "Localhost",
        env = "IPAMLAB_SERVICE_INSTANCE"
    )]
    pub service_instance: String,
    /// With --update: ranges that are deleted take their addresses with them
    #[arg(long, env = "IPAMLAB_DELETE_MAPPED_ADDRESSES", value_parser = switch)]
    pub delete_mapped_addresses: bool,
    /// Refuse rows of the other family
    #[arg(long, value_enum, env = "IPAMLAB_ADDRESS_FAMILY")]
    pub address_family: Option<FamilyArg>,
    /// Want every mandatory field of the console's import, not only the cmdlet's
    #[arg(long, env = "IPAMLAB_CONSOLE", value_parser = switch)]
    pub console: bool,
    /// Add values of Managed by service and Service instance that are not known yet
    #[arg(long, env = "IPAMLAB_ADD_VALUES", value_parser = switch)]
    pub add_values: bool,
    /// Folder of the error report [default: the present one]
    #[arg(long, value_name = "DIR", env = "IPAMLAB_ERROR_PATH")]
    pub error_path: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub struct ExportArgs {
    /// The CSV file to write; standard output without one
    pub file: Option<PathBuf>,
    /// What to export
    #[arg(long, value_enum, env = "IPAMLAB_KIND")]
    pub kind: KindArg,
    /// The engine's database
    #[arg(long, value_name = "FILE|URL", value_parser = database(), env = "IPAMLAB_DATABASE")]
    pub database: Database,
    /// Only objects of one family
    #[arg(long, value_enum, env = "IPAMLAB_ADDRESS_FAMILY")]
    pub address_family: Option<FamilyArg>,
    /// Name columns as the console does, not as PowerShell
    #[arg(long, env = "IPAMLAB_CONSOLE", value_parser = switch)]
    pub console: bool,
    /// Write over a file that is there
    #[arg(long, env = "IPAMLAB_FORCE", value_parser = switch)]
    pub force: bool,
}
