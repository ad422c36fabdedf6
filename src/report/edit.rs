//! The edit of a step under which it would have passed.
//!
//! It is offered, never made: whether what was found is right is for a person to say. It works on
//! the step's own words and on what was observed, and stays silent where either leaves a doubt.

use crate::lab::observation::{Observation, StepRecord};

/// The edit under which a step would have passed, as a difference; empty when there is none to
/// offer.
pub fn offered(step: &StepRecord, line: Option<u32>) -> Vec<String> {
    let Some(words) = words_that_pass(step) else {
        return Vec::new();
    };
    let place = match line {
        Some(line) => format!("what was found would pass as, in line {line}:"),
        None => "what was found would pass as:".to_owned(),
    };
    let gone = step.words.iter().filter(|line| !words.contains(line));
    let new = words.iter().filter(|line| !step.words.contains(line));
    std::iter::once(place)
        .chain(gone.map(|line| format!("- {line}")))
        .chain(new.map(|line| format!("+ {line}")))
        .collect()
}

/// The words of the step as they would have to be; `None` when it passed, when something else than
/// an expectation went wrong, or when it is not clear which word to change.
fn words_that_pass(step: &StepRecord) -> Option<Vec<String>> {
    let mut words = step.words.clone();
    let mut changed = false;
    for seen in step.observations.iter().filter(|seen| seen.is_finding()) {
        match seen {
            Observation::Expectation {
                subject,
                wanted,
                found,
                ..
            } => replace(&mut words, subject, wanted, found)?,
            Observation::Refusal { id, .. } if !changed => words.push(format!("fails: {id}")),
            _ => return None,
        }
        changed = true;
    }
    changed.then_some(words)
}

/// A value in the words: which line, from where to where, and under which key.
#[derive(Debug, Clone, Copy)]
struct Value<'a> {
    line: usize,
    from: usize,
    key: &'a str,
    text: &'a str,
}

/// Puts what was found in the place of what was wanted.
fn replace(words: &mut [String], subject: &str, wanted: &str, found: &str) -> Option<()> {
    let all: Vec<Value<'_>> = words
        .iter()
        .enumerate()
        .flat_map(|(line, text)| values(line, text))
        .collect();
    let of_subject = |value: &&Value<'_>| {
        let subject = folded(subject);
        let key = folded(value.key);
        !key.is_empty() && subject.ends_with(&key)
    };
    let of_wanted = |value: &&Value<'_>| same_list(value.text, wanted);
    let only = |mut found: Vec<Value<'_>>| match found.len() {
        1 => found.pop().map(|value| {
            let range = value.from..value.from + value.text.len();
            (value.line, range, value.text.starts_with('['))
        }),
        _ => None,
    };
    let both = all
        .iter()
        .filter(|value| of_subject(value) && of_wanted(value));
    let place = only(both.copied().collect())
        .or_else(|| only(all.iter().filter(of_wanted).copied().collect()))
        .or_else(|| only(all.iter().filter(of_subject).copied().collect()));
    let (line, range, is_list) = place?;
    words[line].replace_range(range, &written(found, is_list));
    Some(())
}

/// The values of a line, each with the key before it. Maps within are looked into, not taken whole.
fn values(line: usize, text: &str) -> impl Iterator<Item = Value<'_>> {
    text.match_indices(": ").filter_map(move |(at, colon)| {
        let key = text[..at].rsplit(['{', ',', ' ']).next()?;
        let from = at + colon.len();
        let length = extent(&text[from..])?;
        Some(Value {
            line,
            from,
            key,
            text: &text[from..from + length],
        })
    })
}

/// How long the scalar or list at the start of a text is; `None` for a map.
fn extent(text: &str) -> Option<usize> {
    match text.as_bytes().first()? {
        b'{' => None,
        b'[' => text.find(']').map(|at| at + 1),
        b'"' => text[1..].find('"').map(|at| at + 2),
        _ => {
            let ends = [", ", " }", "}", "]"].map(|end| text.find(end));
            Some(ends.into_iter().flatten().min().unwrap_or(text.len()))
        }
    }
}

fn folded(text: &str) -> String {
    let letters = text.chars().filter(|letter| !" -".contains(*letter));
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether a value as it is written means the list, or the one word, as it is told.
fn same_list(written: &str, told: &str) -> bool {
    let items = |text: &str| {
        let text = text.trim_matches(['[', ']', '"']);
        let items = text.split(',').map(folded);
        let mut items: Vec<String> = items.filter(|item| !item.is_empty()).collect();
        items.sort();
        items
    };
    let told = if told == "none" && written.starts_with('[') {
        ""
    } else {
        told
    };
    items(written) == items(told)
}

/// What was found, as YAML.
fn written(found: &str, is_list: bool) -> String {
    let item = |text: &str| {
        let plain = !text.is_empty()
            && text
                .chars()
                .all(|letter| letter.is_alphanumeric() || " ./\\$_-".contains(letter))
            && !text.starts_with([' ', '-']);
        match plain {
            true => text.to_owned(),
            false => serde_json::Value::from(text).to_string(),
        }
    };
    match (is_list, found) {
        (true, "none") => "[]".to_owned(),
        (true, list) => {
            let items: Vec<String> = list.split(", ").map(item).collect();
            format!("[{}]", items.join(", "))
        }
        (false, word) => item(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SimTime;

    fn step(words: &str, findings: Vec<Observation>) -> StepRecord {
        StepRecord {
            number: 1,
            words: words.lines().map(str::to_owned).collect(),
            began: SimTime::ZERO,
            ended: SimTime::ZERO,
            first_packet: 0,
            packets: 0,
            observations: findings,
        }
    }

    fn unmet(subject: &str, wanted: &str, found: &str) -> Observation {
        Observation::Expectation {
            met: false,
            subject: subject.to_owned(),
            wanted: wanted.to_owned(),
            found: found.to_owned(),
        }
    }

    fn edited(words: &str, findings: Vec<Observation>) -> Option<String> {
        words_that_pass(&step(words, findings)).map(|words| words.join("\n"))
    }

    #[test]
    fn only_the_fields_that_differ_are_changed() {
        let words =
            "expect: { server: dhcp1, dhcp-rpc: Unblocked, event-log: Unblocked, access: Blocked }";
        let found = vec![
            unmet("dhcp1.corp.example dhcp-rpc", "Unblocked", "Not checked"),
            unmet("dhcp1.corp.example access", "Blocked", "Unblocked"),
        ];
        let wanted = words
            .replace("rpc: Unblocked", "rpc: Not checked")
            .replace("access: Blocked", "access: Unblocked");
        assert_eq!(edited(words, found), Some(wanted));
    }

    #[test]
    fn lists_are_written_as_lists_and_values_that_yaml_minds_are_quoted() {
        let list = "expect: { dns: { name: web1, answers: [10.0.1.20] } }";
        let found = vec![unmet("dc1 web1 A", "10.0.1.20", "10.0.1.20, 10.0.1.21")];
        let wanted = "expect: { dns: { name: web1, answers: [10.0.1.20, 10.0.1.21] } }";
        assert_eq!(edited(list, found).as_deref(), Some(wanted));
        let none = vec![unmet("dc1 web1 A", "10.0.1.20", "none")];
        let wanted = "expect: { dns: { name: web1, answers: [] } }";
        assert_eq!(edited(list, none).as_deref(), Some(wanted));
        let short = "expect: { inventory: [dc1] }";
        let found = vec![unmet(
            "inventory",
            "dc1.corp.example",
            "dc1.corp.example, fe80::1",
        )];
        let wanted = "expect: { inventory: [dc1.corp.example, \"fe80::1\"] }";
        assert_eq!(edited(short, found).as_deref(), Some(wanted));
    }

    #[test]
    fn a_refusal_is_expected_beside_the_step() {
        let refusal = Observation::Refusal {
            id: "IpamApiAccessDenied".to_owned(),
            message: "no".to_owned(),
            expected: false,
        };
        let wanted = "start-server-discovery\nfails: IpamApiAccessDenied";
        assert_eq!(
            edited("start-server-discovery", vec![refusal]).as_deref(),
            Some(wanted)
        );
    }

    #[test]
    fn where_there_is_a_doubt_nothing_is_offered() {
        let twice = "expect: { a: { x: 1 }, b: { x: 1 } }";
        assert_eq!(edited(twice, vec![unmet("something", "1", "2")]), None);
        assert_eq!(
            edited(
                "verify",
                vec![Observation::finding("oracle and engine disagree")]
            ),
            None
        );
        assert_eq!(
            edited(
                "advance: 2h",
                vec![unmet("dhcp1 dhcp-rpc", "Unblocked", "Blocked")]
            ),
            None
        );
        assert_eq!(edited("advance: 2h", Vec::new()), None);
    }
}
