//! The seam between the store and the database that keeps its rows.

use crate::ipam::error::IpamResult;

use super::embedded::Embedded;
use super::params::Params;
#[cfg(feature = "postgres")]
use super::postgres::Server;
use super::row::Row;
use super::schema::Catalogue;

/// A database with one connection of its own.
///
/// Statements are written once, in the subset of SQL described at [`super`]; a backend whose
/// database speaks another dialect translates them.
pub(super) trait Backend {
    /// Runs a statement that changes rows; gives how many.
    fn execute(&self, sql: &str, params: &impl Params) -> IpamResult<usize>;

    /// Hands the rows of a query to `each`, until it wants no more.
    fn query(
        &self,
        sql: &str,
        params: &impl Params,
        each: impl FnMut(&Row<'_>) -> IpamResult<bool>,
    ) -> IpamResult<()>;

    /// Begins a transaction that no other connection's transaction can come between.
    fn begin(&self) -> IpamResult<()>;

    /// The same where the schema may not be there yet.
    fn begin_definition(&self) -> IpamResult<()>;

    fn commit(&self) -> IpamResult<()>;

    fn rollback(&self) -> IpamResult<()>;

    /// Makes the tables of a piece of DDL.
    fn define(&self, ddl: &str) -> IpamResult<()>;

    /// What tables there are.
    fn catalogue(&self) -> IpamResult<Catalogue>;

    /// How the database encodes and orders text.
    fn locale(&self) -> IpamResult<String>;
}

/// One of them.
pub(super) enum AnyBackend {
    Embedded(Embedded),
    #[cfg(feature = "postgres")]
    Server(Server),
}

macro_rules! forward {
    ($self:ident, $backend:ident => $call:expr) => {
        match $self {
            AnyBackend::Embedded($backend) => $call,
            #[cfg(feature = "postgres")]
            AnyBackend::Server($backend) => $call,
        }
    };
}

impl Backend for AnyBackend {
    fn execute(&self, sql: &str, params: &impl Params) -> IpamResult<usize> {
        forward!(self, backend => backend.execute(sql, params))
    }

    fn query(
        &self,
        sql: &str,
        params: &impl Params,
        each: impl FnMut(&Row<'_>) -> IpamResult<bool>,
    ) -> IpamResult<()> {
        forward!(self, backend => backend.query(sql, params, each))
    }

    fn begin(&self) -> IpamResult<()> {
        forward!(self, backend => backend.begin())
    }

    fn begin_definition(&self) -> IpamResult<()> {
        forward!(self, backend => backend.begin_definition())
    }

    fn commit(&self) -> IpamResult<()> {
        forward!(self, backend => backend.commit())
    }

    fn rollback(&self) -> IpamResult<()> {
        forward!(self, backend => backend.rollback())
    }

    fn define(&self, ddl: &str) -> IpamResult<()> {
        forward!(self, backend => backend.define(ddl))
    }

    fn catalogue(&self) -> IpamResult<Catalogue> {
        forward!(self, backend => backend.catalogue())
    }

    fn locale(&self) -> IpamResult<String> {
        forward!(self, backend => backend.locale())
    }
}
