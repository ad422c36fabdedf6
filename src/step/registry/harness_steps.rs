//! What the harness does by itself.

/// Hands the steps before it, and then its own, on to the next list.
macro_rules! harness_steps {
    ($next:ident $($then:ident)*; $($before:tt)*) => { $next! { $($then)*; $($before)*
    /// Lets time pass.
    "advance" => Advance(harness::advance::Advance),
    /// Says something to the reader of the transcript.
    "note" => Note(harness::advance::Note),
    /// Runs the steps of several consoles at the same time.
    "at-the-same-time" => AtTheSameTime(harness::at_once::AtTheSameTime),
    /// Gives this point of the run a name.
    "mark" => Mark(harness::compare::Mark),
    /// Holds what two points, or two servers, grant against each other.
    "compare" => Compare(harness::compare::Compare),
    /// Checks leases and their DNS records after every step and every day from now on.
    "watch-dhcp-life" => WatchDhcpLife(harness::watch::WatchDhcpLife),
    /// Says what must hold now.
    "expect" => Expect(Box<harness::expect::Expect>),
    } };
}

pub(super) use harness_steps;
