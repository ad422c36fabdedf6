//! Whatever is pressed, in whatever order.

use proptest::prelude::*;

use ipamlab::demo::{Input, KEYS, Key};

use super::{Wings, press, small, text};

/// Steps that can be typed, right and wrong ones.
const TYPED: [&str; 6] = [
    "host-down: dhcp1",
    "advance: 10m",
    "refresh-server-access-status: [dhcp1]",
    "set-ping: { host: dc1, answers: false }",
    "note: \"open",
    "no-such-step",
];

fn inputs() -> impl Strategy<Value = Vec<Input>> {
    let known: Vec<Key> = KEYS
        .iter()
        .flat_map(|binding| binding.keys)
        .copied()
        .collect();
    // Leaving ends the sequence, so it is not among them.
    let known: Vec<Key> = known
        .into_iter()
        .filter(|key| *key != Key::Ctrl('c'))
        .collect();
    let named = [
        Key::Enter,
        Key::Esc,
        Key::Backspace,
        Key::Delete,
        Key::Down,
        Key::Up,
    ];
    let key = prop_oneof![
        6 => prop::sample::select(known),
        4 => prop::sample::select(named.to_vec()),
        1 => any::<char>().prop_map(Key::Char),
    ];
    let one = prop_oneof![
        12 => key.prop_map(|key| vec![Input::Key(key)]),
        2 => prop::sample::select(TYPED.to_vec()).prop_map(|typed| {
            let keys = [Key::Esc, Key::Esc, Key::Esc, Key::Esc, Key::Char('i')].into_iter();
            let keys = keys.chain(typed.chars().map(Key::Char)).chain([Key::Enter]);
            keys.map(Input::Key).collect()
        }),
        1 => Just(vec![Input::Tick]),
        1 => (1u16..250, 1u16..90).prop_map(|(columns, rows)| vec![Input::Resize(columns, rows)]),
    ];
    prop::collection::vec(one, 0..60).prop_map(|groups| groups.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_of_keys_panics_and_undoing_everything_gives_the_original(inputs in inputs()) {
        let wings = Wings::default();
        let mut player = small(&wings);
        for input in inputs {
            player.update(input);
            let shown = text(&player);
            let (_, rows) = player.size();
            prop_assert_eq!(shown.lines().count(), usize::from(rows));
        }
        // Out of whatever is open, then back to the beginning.
        press(&mut player, &"Esc ".repeat(6));
        press(&mut player, &"u ".repeat(40));
        press(&mut player, "Home 1 u");
        player.update(Input::Resize(80, 24));
        let fresh = small(&wings);
        let body = |text: String| text.lines().take(20).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(body(text(&player)), body(text(&fresh)));
        prop_assert!(player.record() == fresh.record());
    }
}
