//! A difference side by side: what the snapshot says on the left, what the run says on the right.

use serde::Serialize;

/// One line of the two texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// `same`, `changed` or `place`, which tells where the lines below are from.
    pub kind: &'static str,
    pub snapshot: Option<String>,
    pub run: Option<String>,
}

/// The lines of a unified difference, each beginning with ` `, `-`, `+` or `@`, in pairs.
pub fn by_side(difference: &[String]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut gone: Vec<String> = Vec::new();
    let mut new: Vec<String> = Vec::new();
    for line in difference {
        match line.chars().next() {
            // A removed line after added ones begins the next passage.
            Some('-') if new.is_empty() => gone.push(line[1..].to_owned()),
            Some('-') => {
                flush(&mut rows, &mut gone, &mut new);
                gone.push(line[1..].to_owned());
            }
            Some('+') => new.push(line[1..].to_owned()),
            first => {
                flush(&mut rows, &mut gone, &mut new);
                let text = line.strip_prefix(' ').unwrap_or(line).to_owned();
                let place = first == Some('@');
                rows.push(Row {
                    kind: if place { "place" } else { "same" },
                    snapshot: Some(text.clone()),
                    run: Some(text).filter(|_| !place),
                });
            }
        }
    }
    flush(&mut rows, &mut gone, &mut new);
    rows
}

fn flush(rows: &mut Vec<Row>, gone: &mut Vec<String>, new: &mut Vec<String>) {
    let (mut left, mut right) = (gone.drain(..), new.drain(..));
    loop {
        let (snapshot, run) = (left.next(), right.next());
        if snapshot.is_none() && run.is_none() {
            return;
        }
        rows.push(Row {
            kind: "changed",
            snapshot,
            run,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> Vec<String> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "~".to_owned());
        let rows = by_side(&lines);
        rows.iter()
            .map(|row| format!("{}: {} | {}", row.kind, side(&row.snapshot), side(&row.run)))
            .collect()
    }

    #[test]
    fn removed_and_added_lines_stand_beside_each_other() {
        let lines = [
            "@ line 3", " kept", "-a", "-b", "+c", " kept", "+d", "-e", "+f",
        ];
        let wanted = [
            "place: @ line 3 | ~",
            "same: kept | kept",
            "changed: a | c",
            "changed: b | ~",
            "same: kept | kept",
            "changed: ~ | d",
            "changed: e | f",
        ];
        assert_eq!(told(&lines), wanted);
        assert_eq!(told(&[]), Vec::<String>::new());
        assert_eq!(told(&["", "+ é"]), ["same:  | ", "changed: ~ |  é"]);
    }
}
