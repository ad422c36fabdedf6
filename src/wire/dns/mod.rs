//! DNS messages as readable types over bytes.
//!
//! The only module that names hickory-proto. Ids are always given by the caller: hickory's own
//! constructors draw them from the thread's random source, which would make two runs differ.
//! Knows nothing of zones, servers or hosts.
//!
//! Clients start from [`query`], [`UpdateMessage`], [`TransferReader`] and [`Reply`]; servers from
//! [`PlainQuery`] and [`Request`].

mod client;
mod data;
mod dhcid;
mod hickory;
mod key;
mod kind;
mod name;
mod plain;
mod presentation;
mod rdata;
mod request;
mod response;
mod reverse;
mod tsig;
mod tsig_verify;

pub use client::{
    Reply, ReplyError, TransferError, TransferReader, UpdateMessage, query, transfer_query,
};
pub use data::{Data, ResourceRecord, Soa};
pub use dhcid::DhcidSource;
pub use key::{KeyBuffer, NameKey, common_labels, parent_key};
pub use kind::{Rcode, RecordType, UnknownType, class, opcode};
pub use name::{DnsName, NameError, wire_name_len};
pub use plain::{PlainQuery, PlainWriter, Section};
pub use rdata::Rdata;
pub use request::{HeaderEcho, MalformedRequest, Question, Request, RequestRecord};
pub use response::{Edns, Response, ResponseRecord};
pub use reverse::ReverseName;
pub use tsig::{TsigAlgorithm, TsigChain, TsigError, TsigKey, TsigKeyError, TsigStatus};
pub use tsig_verify::TsigVerifier;
