//! Futures that wait for a socket, a stream or a time, with their time-outs in the own schedule.

use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use crate::base::SimTime;

use super::driver::Sim;
use super::slots::Key;
use super::state::{Job, State};

/// A future that waits.
#[derive(Debug, Default)]
pub(super) struct Waiter {
    waker: Option<Waker>,
    expired: bool,
}

impl State {
    /// Wakes whoever waits under `key`, if they still do.
    pub(super) fn wake(&mut self, key: Option<Key>) {
        if let Some(waiter) = key.and_then(|key| self.waiters.get_mut(key))
            && let Some(waker) = waiter.waker.take()
        {
            self.woken.push(waker);
        }
    }

    pub(super) fn expire(&mut self, key: Key) {
        if let Some(waiter) = self.waiters.get_mut(key) {
            waiter.expired = true;
            self.wake(Some(key));
        }
    }
}

/// Frees the waiter even when the future is dropped half way.
struct Tenancy<'a> {
    sim: &'a Rc<Sim>,
    key: Option<Key>,
}

impl Drop for Tenancy<'_> {
    fn drop(&mut self) {
        if let Some(key) = self.key {
            self.sim.with(|state| state.waiters.remove(key));
        }
    }
}

/// Waits until `ready` gives something, or `None` at `deadline`.
///
/// `ready` is asked first and whenever the waiter is woken; it is told the waiter's key so that
/// it can leave it with whatever will wake it.
pub(super) async fn wait_until<T>(
    sim: &Rc<Sim>,
    deadline: SimTime,
    mut ready: impl FnMut(&mut State, Key) -> Option<T>,
) -> Option<T> {
    let mut tenancy = Tenancy { sim, key: None };
    poll_fn(|context| {
        sim.with(|state| {
            let key = *tenancy.key.get_or_insert_with(|| {
                let key = state.waiters.insert(Waiter::default());
                state.plan(deadline, Job::Expire(key));
                key
            });
            if let Some(value) = ready(state, key) {
                return Poll::Ready(Some(value));
            }
            let waiter = state.waiters.get_mut(key).expect("the tenancy holds it");
            if waiter.expired {
                return Poll::Ready(None);
            }
            waiter.waker = Some(context.waker().clone());
            Poll::Pending
        })
    })
    .await
}
