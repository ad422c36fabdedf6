//! What the screens show.

use ipamlab::demo::view::Theme;
use ipamlab::demo::view::help;
use ipamlab::demo::{Input, KEYS, Key, Player, frame, keys};

use super::{SMALL, Wings, play, press, read, shipped, small, text};

#[test]
fn the_smallest_screen_shows_one_pane() {
    let wings = Wings::default();
    let mut player = small(&wings);
    let frames = play(
        &mut player,
        "frame\njump 4\nframe\npane access\nframe\npane packets\nframe",
    );
    insta::assert_snapshot!("smallest", frames.unwrap().join("----\n"));
}

#[test]
fn a_wide_screen_shows_several() {
    let wings = Wings::default();
    let mut player = small(&wings);
    let frames = play(
        &mut player,
        "size 120x40\njump 4\nframe\npane estate\nframe",
    );
    insta::assert_snapshot!("wide", frames.unwrap().join("----\n"));
}

#[test]
fn a_very_large_screen_shows_every_pane() {
    let wings = Wings::default();
    let text_of = shipped("allocation/skips-for-every-reason.yaml");
    let mut player = Player::open("large.yaml", text_of, &wings).unwrap();
    let frames = play(&mut player, "size 200x60\nlast\nback\nframe").unwrap();
    for pane in [
        "transcript",
        "packets",
        "inventory",
        "access",
        "space",
        "estate",
    ] {
        assert!(
            frames[0].contains(&format!(" {pane} ─")),
            "{pane}\n{}",
            frames[0]
        );
    }
}

#[test]
fn a_search_shows_every_candidate_with_its_evidence_in_the_space() {
    let wings = Wings::default();
    let text_of = shipped("allocation/skips-answering-ping.yaml");
    let mut player = Player::open("find.yaml", text_of, &wings).unwrap();
    let (_, steps) = player.position();
    player.update(Input::Resize(80, 150));
    press(&mut player, "5");
    let mut seen = String::new();
    for _ in 0..steps {
        press(&mut player, "Right");
        seen.push_str(&text(&player));
    }
    assert!(seen.contains("searched "), "{seen}");
    assert!(seen.contains("ping: Reply"), "{seen}");
    assert!(seen.contains("proposes 10."), "{seen}");
    assert!(seen.contains("* found"), "{seen}");
}

#[test]
fn a_screen_too_small_is_one_clear_line_until_it_grows() {
    let wings = Wings::default();
    let mut player = small(&wings);
    for (columns, rows) in [(79, 24), (80, 23), (20, 5), (1, 1)] {
        player.update(Input::Resize(columns, rows));
        let shown = text(&player);
        assert_eq!(
            shown.trim_end().lines().count(),
            1,
            "{columns}x{rows}:\n{shown}"
        );
    }
    player.update(Input::Resize(79, 24));
    assert!(text(&player).starts_with("79x24 is too small: make it 80x24, or q quits\n"));
    press(&mut player, "Right");
    player.update(Input::Resize(80, 24));
    assert!(text(&player).contains("1 of 5"), "{}", text(&player));
}

#[test]
fn every_key_is_on_the_list_of_keys_and_in_the_readme_and_no_other_key_acts() {
    let list = help::lines().join("\n");
    let readme = read("README.md");
    let mut missing = Vec::new();
    for binding in KEYS {
        let keys = binding.keys_shown();
        assert!(list.contains(&format!("  {keys}")), "{keys}");
        assert!(list.contains(binding.does), "{}", binding.does);
        let row = format!("| `{keys}` | `{}` | {} |", binding.word, binding.does);
        if !readme.contains(&row) {
            missing.push(row);
        }
    }
    assert!(missing.is_empty(), "README lacks\n{}", missing.join("\n"));
    let wings = Wings::default();
    let mut player = small(&wings);
    press(&mut player, "Right");
    let before = text(&player);
    let characters = (' '..='~').flat_map(|one| [Key::Char(one), Key::Ctrl(one)]);
    for key in characters.chain([Key::Enter, Key::Esc, Key::Backspace, Key::Delete]) {
        if KEYS.iter().any(|binding| binding.keys.contains(&key)) {
            continue;
        }
        player.update(Input::Key(key));
        assert_eq!(
            player.message(),
            format!("{key} does nothing; ? shows every key")
        );
        let line = |text: &str| text.lines().take(20).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(line(&text(&player)), line(&before), "{key}");
    }
}

#[test]
fn no_key_means_two_things() {
    let mut seen: Vec<Key> = Vec::new();
    for key in KEYS.iter().flat_map(|binding| binding.keys) {
        assert!(!seen.contains(key), "{key}");
        seen.push(*key);
        assert_eq!(
            Key::named(&key.to_string()),
            Some(*key),
            "its name is read as it"
        );
    }
}

#[test]
fn a_dialog_shows_its_own_keys() {
    let wings = Wings::default();
    let mut player = small(&wings);
    for (opens, keys) in [
        ("g", keys::PROMPT_KEYS),
        ("f", keys::MENU_KEYS),
        ("?", keys::PAGE_KEYS),
    ] {
        press(&mut player, opens);
        let shown = text(&player);
        for (_, does) in keys {
            assert!(shown.contains(does), "{opens}: {does}\n{shown}");
        }
        press(&mut player, "Esc");
        assert!(player.dialog().is_none());
    }
}

#[test]
fn words_and_marks_carry_everything_that_colour_says() {
    let wings = Wings::default();
    let mut player = small(&wings);
    press(&mut player, "Right Right Right Right 4");
    let (plain, coloured) = (Theme::new(false), Theme::new(true));
    let (plain, coloured) = (frame::draw(&player, plain), frame::draw(&player, coloured));
    assert_eq!(frame::text(&plain), frame::text(&coloured));
    assert!(
        frame::ansi(&coloured).contains("\x1b[32m"),
        "there is colour to begin with"
    );
    let codes = frame::ansi(&plain);
    for colour in 30..=37 {
        assert!(!codes.contains(&format!("[{colour}m")), "{colour}");
        assert!(!codes.contains(&format!(";{colour}m")), "{colour}");
    }
}

#[test]
fn a_step_judged_wrong_is_marked_and_told() {
    let wings = Wings::default();
    let wrong = SMALL.replace("access: Unblocked", "access: Blocked");
    let mut player = Player::open("wrong.yaml", wrong, &wings).unwrap();
    let frames = play(
        &mut player,
        "last\nsee 5 ! expect\nsee NOT AS EXPECTED\nsee 1 finding\nframe",
    );
    assert_eq!(frames.unwrap().len(), 1);
}
