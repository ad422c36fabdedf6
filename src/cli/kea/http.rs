//! HTTP as Kea's control agent speaks it: a command is POSTed as JSON, a list of answers comes
//! back.

use std::convert::Infallible;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use super::runtime::{Stream, Timer};
use super::{COMMAND_BYTES, CONNECTIONS, Endpoint, PATIENCE, Servers};

/// How long a connection without a request stays open. Kea's agent waits as long.
const IDLE: Duration = Duration::from_secs(30);
/// The longest that a connection is kept, whatever goes over it.
const LIFETIME: Duration = Duration::from_secs(600);

const BREATH: Duration = Duration::from_millis(50);

pub(super) async fn serve(listener: &TcpListener, to: &Endpoint, servers: Servers<'_>) {
    let mut open = FuturesUnordered::new();
    loop {
        tokio::select! {
            biased;
            Some(()) = open.next(), if !open.is_empty() => {}
            accepted = listener.accept(), if open.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => open.push(converse(stream, to, servers)),
                Err(_) => sleep(BREATH).await,
            },
        }
    }
}

async fn converse(stream: TcpStream, to: &Endpoint, servers: Servers<'_>) {
    let answer =
        service_fn(async |request| Ok::<_, Infallible>(answer(request, to, servers).await));
    let connection = http1::Builder::new()
        .timer(Timer)
        .header_read_timeout(IDLE)
        .serve_connection(Stream::new(stream), answer);
    // A client that breaks off, or speaks no HTTP, harms nobody but itself; one that never takes
    // its answer must not keep others out for good.
    let _ = timeout(LIFETIME, connection).await;
}

async fn answer(
    request: Request<Incoming>,
    to: &Endpoint,
    servers: Servers<'_>,
) -> Response<Full<Bytes>> {
    if request.method() != Method::POST || !is_json(request.headers().get(CONTENT_TYPE)) {
        return refused(StatusCode::BAD_REQUEST);
    }
    let body = Limited::new(request.into_body(), COMMAND_BYTES).collect();
    let body = match timeout(PATIENCE, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => {
            return refused(StatusCode::PAYLOAD_TOO_LARGE);
        }
        Ok(Err(_)) => return refused(StatusCode::BAD_REQUEST),
        Err(_) => return refused(StatusCode::REQUEST_TIMEOUT),
    };
    match serde_json::from_slice::<Value>(&body) {
        Ok(command) => response(StatusCode::OK, &servers.answers(to, &command)),
        Err(_) => refused(StatusCode::BAD_REQUEST),
    }
}

fn is_json(content: Option<&HeaderValue>) -> bool {
    let content = content.and_then(|content| content.to_str().ok());
    let kind = content.and_then(|content| content.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// The status again as Kea's agent words it.
fn refused(status: StatusCode) -> Response<Full<Bytes>> {
    let text = status.canonical_reason().unwrap_or_default();
    response(status, &json!({ "result": status.as_u16(), "text": text }))
}

fn response(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
