//! The core behind hickory-server: in memory through `Request::from_bytes`, on sockets through its
//! `Server`.
//!
//! hickory-server asks for records and encodes them itself. The core's answer is therefore decoded
//! and handed over section by section; the core encodes as hickory-server does, so a signature made
//! over its bytes still verifies over hickory-server's.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use hickory_server::net::runtime::Time;
use hickory_server::net::xfer::Protocol;
use hickory_server::proto::op::{Header, HeaderCounts, Message, MessageType, Metadata};
use hickory_server::server::{Request, RequestHandler, ResponseHandler, ResponseInfo};
use hickory_server::zone_handler::MessageResponseBuilder;

use crate::base::Moment;

use super::server::{DnsServer, Transport};
use super::service::locked;

/// Where a frame without a network gets the time from.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// A [`DnsServer`] as hickory-server's handler.
///
/// The clock is the one given here: hickory-server's own is the machine's.
#[derive(Clone)]
pub struct DnsHandler {
    server: Arc<Mutex<DnsServer>>,
    clock: Clock,
}

impl DnsHandler {
    pub fn new(server: Arc<Mutex<DnsServer>>, clock: Clock) -> DnsHandler {
        DnsHandler { server, clock }
    }
}

#[async_trait]
impl RequestHandler for DnsHandler {
    async fn handle_request<R: ResponseHandler, T: Time>(
        &self,
        request: &Request,
        mut responses: R,
    ) -> ResponseInfo {
        let transport = match request.protocol() {
            Protocol::Udp => Transport::Udp,
            _ => Transport::Tcp,
        };
        let at = (self.clock)();
        let replies = locked(&self.server).handle(request.as_slice(), transport, request.src(), at);
        let mut info = no_response(request);
        for reply in replies {
            let Ok(message) = Message::from_vec(&reply) else {
                continue;
            };
            let mut builder = MessageResponseBuilder::from_message_request(request);
            if let Some(edns) = &message.edns {
                builder.edns(edns);
            }
            let mut response = builder.build(
                message.metadata,
                &message.answers,
                &message.authorities,
                None,
                &message.additionals,
            );
            if let Some(signature) = message.signature.clone() {
                response.set_signature(signature);
            }
            // A client that went away loses the rest of its answer.
            match responses.send_response(response).await {
                Ok(sent) => info = sent,
                Err(_) => break,
            }
        }
        info
    }
}

fn no_response(request: &Request) -> ResponseInfo {
    let metadata = Metadata::new(
        request.metadata.id,
        MessageType::Response,
        request.metadata.op_code,
    );
    let counts = HeaderCounts::default();
    ResponseInfo::from(Header { metadata, counts })
}
