//! The runtimes that networks live on.

use std::io;
use std::rc::Rc;

use jiff::Timestamp;
use tokio::runtime::{Builder, Runtime};

use crate::base::Seed;

use super::admission::Admission;
use super::network::Network;

/// A runtime of one thread whose clock stands still while there is something to do and jumps to
/// the next timer when there is not.
///
/// # Errors
/// When the operating system refuses what a runtime needs.
pub fn simulated_runtime() -> io::Result<Runtime> {
    // No I/O driver: waiting for a real socket would let the clock run ahead of it.
    Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
}

/// A runtime of one thread for a network over kernel sockets.
///
/// # Errors
/// When the operating system refuses what a runtime needs.
pub fn real_runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Makes a simulated network on a runtime of its own and runs `work` on it.
///
/// # Errors
/// As [`simulated_runtime`].
///
/// ```
/// # use std::{rc::Rc, time::Duration};
/// # use ipamlab::base::Seed;
/// # use ipamlab::net::{run_simulated, AdmitAll, HostSpec, PingReply};
/// let reply = run_simulated(jiff::Timestamp::UNIX_EPOCH, Seed(1), Rc::new(AdmitAll), async |net| {
///     net.add_host(HostSpec {
///         name: "ipam1".into(),
///         addresses: vec!["10.0.0.9".parse().unwrap()],
///         segment: "lan".into(),
///         answers_ping: true,
///     });
///     net.add_device("10.0.0.77".parse().unwrap(), true);
///     let engine = net.endpoint("ipam1");
///     engine.ping("10.0.0.77".parse().unwrap(), Duration::from_secs(1)).await
/// });
/// assert_eq!(reply.unwrap(), PingReply::Alive { round_trip: Duration::from_millis(2) });
/// ```
pub fn run_simulated<T>(
    start: Timestamp,
    seed: Seed,
    admission: Rc<dyn Admission>,
    work: impl AsyncFnOnce(Network) -> T,
) -> io::Result<T> {
    let runtime = simulated_runtime()?;
    Ok(runtime.block_on(async {
        let network = Network::simulated(start, seed, admission);
        network.run(work(network.clone())).await
    }))
}
