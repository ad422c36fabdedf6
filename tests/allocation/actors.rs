//! The actors of a run: each one's future, how far it has got, and how it is moved by one step.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use ipamlab::lab::Lab;

use super::desk::{Outcome, Reads, Shared};
use super::watch::{Watch, Who};

/// No run takes this long; one that does waits for something that never comes.
const STUCK: Duration = Duration::from_secs(3600);

/// How far an actor has got: what keeps it from going on, and so which step is its next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// It stopped by itself and will do this next.
    Paused(&'static str),
    /// Its calls have not reached the server.
    Calls(Vec<String>),
    /// Its calls have been carried out; it does not know yet.
    Answered(Vec<String>),
    /// Its pings are out, and only time will tell.
    Pings,
    /// It waits for the lock of the faulty allocators, and takes it over if it is impatient.
    Queues {
        impatient: bool,
    },
    /// It waits for its turn within the engine.
    Waits,
    Done,
}

/// One actor of one run.
pub struct Actor<'a> {
    pub work: LocalBoxFuture<'a, Outcome>,
    pub status: Status,
    pub outcome: Option<Outcome>,
    woken: Arc<Woken>,
}

/// Whether a future asked to be polled, and whom to tell of it.
struct Woken {
    flag: AtomicBool,
    outer: Waker,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.flag.store(true, Ordering::SeqCst);
        self.outer.wake_by_ref();
    }
}

impl<'a> Actor<'a> {
    pub fn new(work: LocalBoxFuture<'a, Outcome>) -> Actor<'a> {
        Actor {
            work,
            status: Status::Paused("start"),
            outcome: None,
            woken: Arc::new(Woken {
                flag: AtomicBool::new(true),
                outer: Waker::noop().clone(),
            }),
        }
    }

    /// Whether it can take a step now.
    pub fn is_enabled(&self, shared: &Shared) -> bool {
        match &self.status {
            Status::Queues { impatient } => *impatient || shared.lock.get().is_none(),
            Status::Waits => self.woken.flag.load(Ordering::SeqCst),
            Status::Done => false,
            _ => true,
        }
    }

    /// The step it would take, in words.
    pub fn next_step(&self, me: Who, shared: &Shared) -> String {
        let places = shared.places.borrow();
        let reads = places
            .get(&me)
            .map_or(Reads::default(), |place| place.reads);
        match &self.status {
            Status::Paused(next) => (*next).to_owned(),
            Status::Calls(calls) => format!("the server carries out {}", calls.join(" and ")),
            Status::Answered(_) if reads == Reads::Recorded => {
                "takes the answer and reads what is recorded".to_owned()
            }
            Status::Answered(calls) => format!("takes the answer to {}", calls.join(" and ")),
            Status::Pings => "waits for its pings in vain and goes on".to_owned(),
            Status::Queues { .. } if shared.lock.get().is_some() => {
                "has waited too long and takes the lock over".to_owned()
            }
            Status::Queues { .. } => "takes the lock".to_owned(),
            Status::Waits => "has its turn and goes on".to_owned(),
            Status::Done => "nothing".to_owned(),
        }
    }

    /// Takes one step.
    pub async fn step(&mut self, me: Who, lab: &Lab, watch: &Watch, shared: &Shared) {
        match std::mem::replace(&mut self.status, Status::Waits) {
            Status::Calls(calls) => {
                deliver(me, lab, watch).await;
                self.status = Status::Answered(calls);
            }
            Status::Paused("start") => self.go_on(me, lab, watch, shared).await,
            Status::Paused(_) | Status::Queues { .. } => {
                shared.go.set(Some(me));
                self.go_on(me, lab, watch, shared).await;
            }
            _ => self.go_on(me, lab, watch, shared).await,
        }
    }

    /// Lets it work, and nobody else, until others could get in between.
    async fn go_on(&mut self, me: Who, lab: &Lab, watch: &Watch, shared: &Shared) {
        let asked = watch.asked(me);
        let mut stuck = std::pin::pin!(lab.network().advance(STUCK));
        poll_fn(|context| {
            assert!(
                stuck.as_mut().poll(context).is_pending(),
                "actor {me} is stuck"
            );
            self.rewire(context);
            watch.polled.set(Some(me));
            self.woken.flag.store(false, Ordering::SeqCst);
            let waker = Waker::from(Arc::clone(&self.woken));
            let polled = Pin::new(&mut self.work).poll(&mut Context::from_waker(&waker));
            watch.polled.set(None);
            if let Poll::Ready(outcome) = polled {
                self.outcome = Some(outcome);
                self.status = Status::Done;
                return Poll::Ready(());
            }
            match self.rest(me, lab, watch, shared, asked) {
                Some(status) => {
                    self.status = status;
                    Poll::Ready(())
                }
                None => Poll::Pending,
            }
        })
        .await;
    }

    /// Where it has stopped, or `None` while the network or its pings keep it going.
    fn rest(
        &self,
        me: Who,
        lab: &Lab,
        watch: &Watch,
        shared: &Shared,
        asked: usize,
    ) -> Option<Status> {
        if !is_quiet(lab, watch) || self.woken.flag.load(Ordering::SeqCst) {
            return None;
        }
        let places = shared.places.borrow();
        let place = places.get(&me).cloned().unwrap_or_default();
        if let Some(next) = place.pause {
            return Some(Status::Paused(next));
        }
        if place.queues {
            let impatient = place.impatient;
            return Some(Status::Queues { impatient });
        }
        let traffic = watch.traffic.borrow();
        let Some(traffic) = traffic.get(&me) else {
            return Some(Status::Waits);
        };
        // Who has an address pings no more, and may wait for another who works on its record.
        let pinged = traffic.pinged && place.reads == Reads::Recorded;
        match (traffic.held.is_empty(), pinged) {
            (false, _) => Some(Status::Calls(traffic.held.clone())),
            // The probes of a new window are a step of their own; of an old one, time must pass.
            (true, true) if traffic.asked > asked => Some(Status::Pings),
            (true, true) => None,
            (true, false) => Some(Status::Waits),
        }
    }

    /// Wakes the run's own task from now on.
    fn rewire(&mut self, context: &Context<'_>) {
        if !self.woken.outer.will_wake(context.waker()) {
            self.woken = Arc::new(Woken {
                flag: AtomicBool::new(true),
                outer: context.waker().clone(),
            });
        }
    }
}

/// Nothing is under way but what is held.
fn is_quiet(lab: &Lab, watch: &Watch) -> bool {
    let held = u64::try_from(watch.queue.borrow().len()).expect("few are held");
    lab.network().counters().in_flight() == held
}

/// Lets the held calls of one actor reach the server, and the answers come back.
async fn deliver(me: Who, lab: &Lab, watch: &Watch) {
    loop {
        let place = watch.queue.borrow().iter().position(|who| *who == me);
        let Some(place) = place else {
            break;
        };
        watch.queue.borrow_mut().remove(place);
        assert!(lab.network().release(place), "the gate holds it");
    }
    if let Some(traffic) = watch.traffic.borrow_mut().get_mut(&me) {
        traffic.held.clear();
    }
    poll_fn(|_| match is_quiet(lab, watch) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    })
    .await;
}
