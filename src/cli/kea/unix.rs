//! A UNIX socket as Kea's: a client connects, sends one command, reads one answer, and the server
//! closes.

use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::time::{sleep, timeout};

use super::open::ChannelError;
use super::{COMMAND_BYTES, CONNECTIONS, Endpoint, PATIENCE, Servers};
use crate::server::dhcp::kea::{Answer, Fed, Feed};

/// How long nobody is accepted after the system refused to: it is out of descriptors, say.
const BREATH: Duration = Duration::from_millis(50);

/// A socket that is gone from the folder when the value is.
pub struct Socket {
    pub(super) endpoint: Endpoint,
    pub(super) path: PathBuf,
    listener: UnixListener,
    /// The file that was made, so that no other one is removed.
    inode: Option<u64>,
}

impl Socket {
    pub(super) fn make(endpoint: Endpoint, path: &Path) -> Result<Socket, ChannelError> {
        let shown = path.display().to_string();
        let bound = UnixListener::bind(path).or_else(|error| match error.kind() {
            io::ErrorKind::AddrInUse if is_stale(path) => {
                std::fs::remove_file(path)?;
                UnixListener::bind(path)
            }
            _ => Err(error),
        });
        let listener = bound.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ChannelError::Exists(shown.clone()),
            _ => ChannelError::Socket(shown.clone(), error),
        })?;
        let inode = std::fs::metadata(path).ok().map(|file| file.ino());
        let socket = Socket {
            endpoint,
            path: path.to_owned(),
            listener,
            inode,
        };
        // Whoever may write to it may command the server.
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .map_err(|error| ChannelError::Socket(shown, error))?;
        Ok(socket)
    }

    pub(super) async fn serve(&self, servers: Servers<'_>) {
        let mut open = FuturesUnordered::new();
        loop {
            tokio::select! {
                biased;
                Some(()) = open.next(), if !open.is_empty() => {}
                accepted = self.listener.accept(), if open.len() < CONNECTIONS => match accepted {
                    Ok((stream, _)) => open.push(converse(stream, &self.endpoint, servers)),
                    Err(_) => sleep(BREATH).await,
                },
            }
        }
    }
}

/// Whether the path is a socket that nobody listens on any more: its server was killed.
fn is_stale(path: &Path) -> bool {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket());
    let refused = |error: io::Error| error.kind() == io::ErrorKind::ConnectionRefused;
    is_socket && std::os::unix::net::UnixStream::connect(path).is_err_and(refused)
}

impl Drop for Socket {
    fn drop(&mut self) {
        let now = std::fs::metadata(&self.path).ok().map(|file| file.ino());
        if now.is_some() && now == self.inode {
            // Somebody else may have removed it just now.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// One command and its answer. A client that went away misses nothing.
async fn converse(mut stream: UnixStream, to: &Endpoint, servers: Servers<'_>) {
    let answer = match timeout(PATIENCE, command(&mut stream)).await {
        Ok(Ok(command)) => servers.answer(to, &command),
        Ok(Err(Refused::Gone)) => return,
        Ok(Err(Refused::Wrong(text))) => Answer::error(text).to_json().to_string(),
        Err(_) => Answer::error("no whole command came in time")
            .to_json()
            .to_string(),
    };
    let send = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = timeout(PATIENCE, send).await;
}

/// Why there is no command.
enum Refused {
    Gone,
    Wrong(String),
}

async fn command(stream: &mut UnixStream) -> Result<Vec<u8>, Refused> {
    let mut feed = Feed::default();
    let mut command = Vec::new();
    let mut piece = vec![0; 16 * 1024];
    loop {
        let read = match stream.read(&mut piece).await {
            Ok(0) | Err(_) if command.is_empty() => return Err(Refused::Gone),
            Ok(0) => {
                let text = "the command ends before its last bracket";
                return Err(Refused::Wrong(text.to_owned()));
            }
            Ok(read) => read,
            Err(_) => return Err(Refused::Gone),
        };
        let new = &piece[..read];
        command.extend_from_slice(new);
        match feed.push(new) {
            Fed::More if command.len() > COMMAND_BYTES => {
                let text = format!("a command has {COMMAND_BYTES} bytes at most");
                return Err(Refused::Wrong(text));
            }
            Fed::More => {}
            Fed::Complete(length) => {
                command.truncate(length);
                return Ok(command);
            }
            Fed::Wrong(byte) => {
                let shown = char::from(byte).escape_default();
                return Err(Refused::Wrong(format!("invalid first character {shown}")));
            }
        }
    }
}
