//! Runs the work and the network in one task.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use jiff::Timestamp;

use crate::base::{Moment, Seed, SimTime};
use crate::net::admission::Admission;
use crate::net::service::Outbox;

use super::clock::Clock;
use super::services::Call;
use super::state::State;

/// A simulated network. See the [module](super) for how it moves.
pub(in crate::net) struct Sim {
    pub(super) clock: Clock,
    state: RefCell<State>,
    /// The task that polls [`Sim::run`], and the time it sleeps until, while it is not polling.
    asleep: RefCell<Option<(Waker, Option<SimTime>)>>,
    outbox: Cell<Outbox>,
    wakers: Cell<Vec<Waker>>,
}

impl Sim {
    pub(in crate::net) fn new(
        start: Timestamp,
        seed: Seed,
        admission: Rc<dyn Admission>,
    ) -> Rc<Sim> {
        let clock = Clock::new(start);
        let state = State::new(clock.now(), seed, admission);
        Rc::new(Sim {
            clock,
            state: RefCell::new(state),
            asleep: RefCell::new(None),
            outbox: Cell::default(),
            wakers: Cell::default(),
        })
    }

    pub(in crate::net) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Works on the state at the present time and wakes whom that made ready.
    pub(super) fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let (value, next_at, has_woken) = {
            let mut state = self.state.borrow_mut();
            state.now = self.clock.now();
            let value = work(&mut state);
            (value, self.sleeper(&state), !state.woken.is_empty())
        };
        if has_woken {
            self.wake_all();
        }
        if let Some(waker) = next_at {
            waker.wake();
        }
        value
    }

    /// The sleeping driver, when a job is due before it would wake by itself.
    fn sleeper(&self, state: &State) -> Option<Waker> {
        let mut asleep = self.asleep.borrow_mut();
        let (_, until) = asleep.as_ref()?;
        let next = state.next_at()?;
        if until.is_some_and(|until| until <= next) {
            return None;
        }
        asleep.take().map(|(waker, _)| waker)
    }

    fn wake_all(&self) {
        let mut wakers = self.wakers.take();
        std::mem::swap(&mut wakers, &mut self.state.borrow_mut().woken);
        wakers.drain(..).for_each(Waker::wake);
        self.wakers.set(wakers);
    }

    /// Runs `work` to its end while moving packets and virtual time.
    pub(in crate::net) async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let mut timer = pin!(tokio::time::sleep_until(self.clock.instant(SimTime::ZERO)));
        poll_fn(|context| {
            loop {
                self.asleep.replace(None);
                let outcome = self.turn(|| work.as_mut().poll(context));
                if let Poll::Ready(value) = outcome {
                    return Poll::Ready(value);
                }
                let next = self.state.borrow().next_at();
                if next.is_some_and(|next| next <= self.clock.now().sim) {
                    continue;
                }
                let Some(next) = next else {
                    return self.sleep(context, None);
                };
                timer.as_mut().reset(self.clock.instant(next));
                if timer.as_mut().poll(context).is_pending() {
                    return self.sleep(context, Some(next));
                }
            }
        })
        .await
    }

    /// Does every due job, then polls the work once, all at one instant.
    fn turn<T>(&self, poll: impl FnOnce() -> Poll<T>) -> Poll<T> {
        self.clock.hold();
        let held = Held(&self.clock);
        self.deliver_due();
        let outcome = poll();
        drop(held);
        outcome
    }

    fn sleep<T>(&self, context: &Context<'_>, until: Option<SimTime>) -> Poll<T> {
        self.asleep.replace(Some((context.waker().clone(), until)));
        Poll::Pending
    }

    fn deliver_due(&self) {
        loop {
            let (stepped, call) = {
                let mut state = self.state.borrow_mut();
                state.now = self.clock.now();
                let mut stepped = false;
                while state.calls.is_empty() && state.step() {
                    stepped = true;
                }
                (stepped, state.calls.pop_front())
            };
            match call {
                Some(call) => self.call(call),
                None if stepped => {}
                None => break,
            }
        }
        self.wake_all();
    }

    /// Lets a service handle what happened to it, and does what it wants done.
    fn call(&self, call: Call) {
        let Some(service) = self.state.borrow().callee(&call) else {
            return;
        };
        let mut out = self.outbox.take();
        service
            .borrow_mut()
            .handle(self.clock.now(), call.what.event(), &mut out);
        self.state
            .borrow_mut()
            .carry_out_actions(&call, &mut out.actions);
        out.actions.clear();
        self.outbox.set(out);
    }
}

/// Lets go of the clock even when the work panics, so that a caught panic leaves time readable.
struct Held<'a>(&'a Clock);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.release();
    }
}
