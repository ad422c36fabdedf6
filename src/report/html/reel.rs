//! What a page shows of one run, packed: its steps, its scenes and its packets.

use data_encoding::BASE64;
use miniz_oxide::deflate::compress_to_vec;
use serde_json::{Value, json};

use super::packets::{self, Ends};
use super::{merge, view};
use crate::lab::observation::{Observation, RunRecord, StepRecord};
use crate::lab::scene::Film;
use crate::report::transcript;

/// Effort of the compression, of 10. More takes twice the time for a hundredth of the size.
const EFFORT: u8 = 8;

/// A run that can be played in a page: JSON, deflated (RFC 1951), in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reel(String);

impl Reel {
    pub fn of(run: &RunRecord, film: &Film) -> Reel {
        let text = story(run, film).to_string();
        Reel(BASE64.encode(&compress_to_vec(text.as_bytes(), EFFORT)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn story(run: &RunRecord, film: &Film) -> Value {
    let mut ends = Ends::of(&film.trace);
    let all = &film.trace.packets;
    let mut shown_to = 0;
    let mut steps = Vec::new();
    for step in &run.steps {
        let from = index(step.first_packet).min(all.len());
        let to = index(step.first_packet + step.packets).min(all.len());
        let packets = &all[from..to.max(from)];
        shown_to = to.max(shown_to);
        steps.push(self::step(step, packets::of_step(packets, &mut ends)));
    }
    let mut last = view::scene(&film.before);
    let before = last.clone();
    let mut patches = Vec::new();
    for scene in &film.scenes {
        let next = view::scene(scene);
        patches.push(merge::patch(&last, &next));
        last = next;
    }
    let rest = packets::of_step(&all[shown_to..], &mut ends);
    json!({
        "start": run.start,
        "steps": steps,
        "end": transcript::ending(run),
        "rest": rest,
        "ends": ends.into_names(),
        "before": before,
        "scenes": patches,
    })
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("packets fit in memory")
}

fn step(step: &StepRecord, packets: Vec<Value>) -> Value {
    let mut tree = json!({
        "words": step.words,
        "began": step.began.0,
        "ended": step.ended.0,
        "told": transcript::seen(step),
        "sent": step.packets,
        "packets": packets,
    });
    if step.observations.iter().any(Observation::is_finding) {
        tree["bad"] = json!(true);
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::scene::{HostView, Scene};
    use crate::lab::trace::Trace;
    use crate::report::transcript::tests::sample;
    use miniz_oxide::inflate::decompress_to_vec;

    fn unpacked(reel: &Reel) -> Value {
        let bytes = BASE64.decode(reel.as_str().as_bytes()).unwrap();
        serde_json::from_slice(&decompress_to_vec(&bytes).unwrap()).unwrap()
    }

    fn scene(up: bool) -> Scene {
        let mut scene = Scene::default();
        scene.estate.workgroup.push(HostView {
            name: "printer".into(),
            addresses: vec!["10.0.0.7".parse().unwrap()],
            roles: Vec::new(),
            up,
            answers_ping: up,
            facts: vec!["a fact".into()],
        });
        scene
    }

    #[test]
    fn a_reel_has_what_was_told_and_of_each_scene_what_changed() {
        let film = Film {
            before: scene(true),
            scenes: vec![scene(false)],
            trace: Trace::default(),
        };
        let reel = Reel::of(&sample(), &film);
        let story = unpacked(&reel);
        assert_eq!(story["steps"][0]["words"], json!(["advance: 2h"]));
        assert_eq!(story["steps"][0]["bad"], true);
        let told = story["steps"][0]["told"].as_str().unwrap();
        assert!(told.starts_with("  policy applied\n"), "{told}");
        let end = story["end"].as_str().unwrap();
        assert!(end.contains("FINDING: fault `loss` never fired"), "{end}");
        assert_eq!(story["before"]["hosts"]["printer"]["facts"][0], "a fact");
        let wanted = json!([{ "hosts": { "printer": { "up": false, "answers": false } } }]);
        assert_eq!(story["scenes"], wanted);
        assert_eq!(reel, Reel::of(&sample(), &film));
    }
}
