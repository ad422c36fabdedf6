//! What an actor works with: an engine, an administrator, a place to stop and think, a lock.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::net::IpAddr;
use std::rc::Rc;
use std::task::Poll;

use futures_util::future::LocalBoxFuture;
use ipamlab::ipam::sync::SyncReport;
use ipamlab::ipam::{Caller, Ipam};

use super::watch::Who;

/// What an actor was told in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The address it was told to be its own.
    pub granted: Option<IpAddr>,
    /// What its pushes reported, in order.
    pub reports: Vec<SyncReport>,
    /// What it was refused with.
    pub refused: Option<String>,
}

/// A program of an actor.
pub type Program = for<'a> fn(Desk<'a>) -> LocalBoxFuture<'a, Outcome>;

/// What an actor may read of the others' work in the engine's database; it decides which steps
/// must be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reads {
    /// Which addresses are recorded, which is what a search and a claim look at.
    #[default]
    Recorded,
    /// Whole records: its own record is somebody else's too.
    Records,
    /// Its own record alone, which nobody else touches.
    Own,
}

/// Where the actors stand apart from the network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// What it is about to do, where it stopped by itself.
    pub pause: Option<&'static str>,
    /// It waits for the lock.
    pub queues: bool,
    /// The lock will be taken over when waiting takes too long.
    pub impatient: bool,
    pub reads: Reads,
}

/// What the actors of one run share beside engine and servers.
#[derive(Default)]
pub struct Shared {
    pub places: RefCell<BTreeMap<Who, Place>>,
    /// The explorer lets this actor go on.
    pub go: Cell<Option<Who>>,
    /// Who has the lock of the faulty allocators.
    pub lock: Cell<Option<Who>>,
}

/// One actor's desk.
#[derive(Clone)]
pub struct Desk<'a> {
    pub ipam: Rc<Ipam>,
    pub admin: Caller,
    /// The device it wants an address for.
    pub device: &'static str,
    pub me: Who,
    pub shared: &'a Shared,
}

impl Desk<'_> {
    /// Stops until the explorer lets this actor go on; `next` says what it will do then.
    pub async fn pause(&self, next: &'static str) {
        self.place(|place| place.pause = Some(next));
        self.resumed().await;
        self.place(|place| place.pause = None);
    }

    async fn resumed(&self) {
        poll_fn(|_| match self.shared.go.get() == Some(self.me) {
            true => {
                self.shared.go.set(None);
                Poll::Ready(())
            }
            false => Poll::Pending,
        })
        .await;
    }

    fn place(&self, change: impl FnOnce(&mut Place)) {
        change(self.shared.places.borrow_mut().entry(self.me).or_default());
    }

    /// From here on the actor reads this much of the database.
    pub fn reads(&self, reads: Reads) {
        self.place(|place| place.reads = reads);
    }

    /// Waits for the lock of the faulty allocators. An impatient one takes it over from a holder
    /// who takes too long.
    pub async fn lock(&self, impatient: bool) {
        if self.shared.lock.get().is_some() {
            self.place(|place| (place.queues, place.impatient) = (true, impatient));
            self.resumed().await;
            self.place(|place| (place.queues, place.impatient) = (false, false));
        }
        self.shared.lock.set(Some(self.me));
    }

    /// Gives the lock back, unless somebody took it over.
    pub fn unlock(&self) {
        if self.shared.lock.get() == Some(self.me) {
            self.shared.lock.set(None);
        }
    }
}
