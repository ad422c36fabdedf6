//! The transcript: a run as a story that a person can read and a snapshot can hold.
//!
//! Header, then each step in its own words with what was seen beneath it, then the end of the
//! run. Nothing is redacted, because equal runs give equal bytes.

use std::fmt::Write as _;

use crate::lab::observation::{Observation, RunRecord, StepRecord};

use super::fold::fold;
use super::table;

/// The whole transcript, ending in a newline.
pub fn render(run: &RunRecord) -> String {
    let mut out = String::new();
    header(&mut out, run);
    for step in &run.steps {
        render_step(&mut out, step);
    }
    end(&mut out, run);
    out
}

/// One step of a transcript, as `run --no-capture` prints it while the run goes on.
pub fn step(step: &StepRecord) -> String {
    let mut out = String::new();
    render_step(&mut out, step);
    out
}

// Writing to a `String` cannot fail, so the results of `writeln!` below are dropped.

fn header(out: &mut String, run: &RunRecord) {
    let _ = writeln!(out, "scenario: {}", run.title);
    let _ = writeln!(out, "because:  {}", run.because);
    if !run.covers.is_empty() {
        let _ = writeln!(out, "covers:   {}", run.covers.join(", "));
    }
    let _ = writeln!(out, "start:    {}  seed: {}", run.start, run.seed);
}

fn render_step(out: &mut String, step: &StepRecord) {
    let took = if step.ended == step.began {
        String::new()
    } else {
        format!(" .. {}", step.ended)
    };
    let _ = writeln!(out, "\n[{}] {}{took}", step.number, step.began);
    for line in &step.words {
        let _ = writeln!(out, "> {line}");
    }
    render_seen(out, step);
}

/// What was seen in a step, as a transcript tells it beneath the step's words.
pub fn seen(step: &StepRecord) -> String {
    let mut out = String::new();
    render_seen(&mut out, step);
    out
}

fn render_seen(out: &mut String, step: &StepRecord) {
    let plain = |seen: &Observation| matches!(seen, Observation::Line(_) | Observation::Table(_));
    // What is judged is always told; only what is merely told may be long.
    let alike = |one: &Observation, next: &Observation| plain(one) && plain(next);
    for passage in step.observations.chunk_by(alike) {
        let mut told = String::new();
        for seen in passage {
            observation(&mut told, seen);
        }
        out.push_str(&match plain(&passage[0]) {
            true => fold(&told),
            false => told,
        });
    }
}

fn observation(out: &mut String, seen: &Observation) {
    match seen {
        Observation::Line(text) => indented(out, "  ", text),
        Observation::Table(found) => {
            for line in table::lines(found) {
                indented(out, "    ", &line);
            }
        }
        Observation::Refusal {
            id,
            message,
            expected,
        } => {
            let mark = if *expected { "refused" } else { "REFUSED" };
            indented(out, "  ", &format!("{mark}: {id}: {message}"));
        }
        Observation::Expectation {
            met: true,
            subject,
            found,
            ..
        } => {
            indented(out, "  ", &format!("as expected: {subject}: {found}"));
        }
        Observation::Expectation {
            met: false,
            subject,
            wanted,
            found,
        } => {
            indented(out, "  ", &format!("NOT AS EXPECTED: {subject}"));
            indented(out, "      ", &format!("wanted: {wanted}"));
            indented(out, "      ", &format!("found:  {found}"));
        }
        Observation::Finding { what, detail } => {
            indented(out, "  ", &format!("FINDING: {what}"));
            for line in detail {
                indented(out, "      ", line);
            }
        }
    }
}

fn indented(out: &mut String, indent: &str, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "{}", format!("{indent}{line}").trim_end());
    }
}

fn end(out: &mut String, run: &RunRecord) {
    let _ = writeln!(out, "\nend");
    out.push_str(&ending(run));
}

/// How a run ended: what was seen then, its packets, the verdict on what was found.
pub fn ending(run: &RunRecord) -> String {
    let mut out = String::new();
    render_ending(&mut out, run);
    out
}

fn render_ending(out: &mut String, run: &RunRecord) {
    for seen in &run.end {
        observation(out, seen);
    }
    let counts = |counts: &[(String, u64)]| {
        let parts: Vec<String> = counts
            .iter()
            .map(|(what, n)| format!("{what} {n}"))
            .collect();
        parts.join(", ")
    };
    if !run.packets.sent.is_empty() {
        let _ = writeln!(out, "  packets: {}", counts(&run.packets.sent));
    }
    if !run.packets.dropped.is_empty() {
        let _ = writeln!(out, "  dropped: {}", counts(&run.packets.dropped));
    }
    if run.interrupted {
        let _ = writeln!(out, "  interrupted: later steps did not run");
    }
    match run.findings().count() {
        0 => _ = writeln!(out, "  verdict: as expected"),
        n => {
            _ = writeln!(
                out,
                "  verdict: {n} finding{}",
                if n == 1 { "" } else { "s" }
            )
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::SimTime;
    use crate::lab::observation::{PacketSummary, Table};

    /// A run with one of everything, shared by the tests of every format.
    pub(crate) fn sample() -> RunRecord {
        let mut table = Table::new("", &["server", "dhcp rpc"]);
        table.row(vec!["dhcp1".into(), "Blocked".into()]);
        RunRecord {
            title: "A title".into(),
            because: "a reason".into(),
            covers: vec!["domain:4.5".into()],
            seed: 7,
            start: "2026-03-02T08:00:00Z".into(),
            steps: vec![StepRecord {
                number: 1,
                words: vec!["advance: 2h".into()],
                began: SimTime::ZERO,
                ended: SimTime(7_200_000),
                first_packet: 0,
                packets: 2,
                observations: vec![
                    Observation::line("policy applied"),
                    Observation::Table(table),
                    Observation::Refusal {
                        id: "IpamApiAccessDenied".into(),
                        message: "no".into(),
                        expected: true,
                    },
                    Observation::Expectation {
                        met: false,
                        subject: "dhcp1 dhcp-rpc".into(),
                        wanted: "Unblocked".into(),
                        found: "Blocked".into(),
                    },
                ],
            }],
            end: vec![Observation::finding("fault `loss` never fired")],
            packets: PacketSummary {
                sent: vec![("dns".into(), 4)],
                dropped: vec![("fault loss".into(), 1)],
            },
            interrupted: false,
        }
    }

    #[test]
    fn a_transcript_tells_the_run_as_a_story() {
        insta::assert_snapshot!(render(&sample()), @r"
        scenario: A title
        because:  a reason
        covers:   domain:4.5
        start:    2026-03-02T08:00:00Z  seed: 7

        [1] +00:00:00.000 .. +02:00:00.000
        > advance: 2h
          policy applied
            server  dhcp rpc
            ------  --------
            dhcp1   Blocked
          refused: IpamApiAccessDenied: no
          NOT AS EXPECTED: dhcp1 dhcp-rpc
              wanted: Unblocked
              found:  Blocked

        end
          FINDING: fault `loss` never fired
          packets: dns 4
          dropped: fault loss 1
          verdict: 2 findings
        ");
    }
}
