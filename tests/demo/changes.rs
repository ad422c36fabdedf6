//! Branches: what a change changes, and what takes it back.

use ipamlab::demo::script::Stopped;
use ipamlab::demo::{Ending, Input, Player};

use super::{SMALL, Wings, play, press, shipped, small, text};

const SHUT: &str = "disable-firewall-rule: { host: dhcp1, rules: [DHCP Server (RPC-In)] }";

#[test]
fn a_changed_fact_changes_exactly_what_depends_on_it() {
    let wings = Wings::default();
    let mut player = small(&wings);
    let script = format!(
        "jump 3\ninsert {SHUT}\nsee not run on\nrun-on\nsee 1 finding\nlast\n\
         compare\nsize 120x60\nframe"
    );
    let frames = play(&mut player, &script).unwrap();
    insta::assert_snapshot!("compared", frames[0]);
}

#[test]
fn the_menus_write_the_same_step() {
    let wings = Wings::default();
    let mut player = small(&wings);
    press(&mut player, "Right Right Right f Enter");
    assert!(
        text(&player).contains("> dc1.corp.example (DC, DNS)"),
        "{}",
        text(&player)
    );
    press(&mut player, "Down Enter Down Down Enter");
    let shown = text(&player);
    assert!(shown.contains("rules: [DHCP Server (RPC-In)] }"), "{shown}");
    press(&mut player, "Enter r End");
    assert!(
        text(&player).contains("NOT AS EXPECTED"),
        "{}",
        text(&player)
    );
}

#[test]
fn every_menu_leads_to_a_step_that_is_taken() {
    // Kinds of change, by their place in the menu, and what each inserts.
    for (down, keys, wanted) in [
        (0, "Enter Enter", "disable-firewall-rule"),
        (1, "Down Enter Enter Enter", "add-local-group-member"),
        (2, "Down Enter", "set-ping: { host: dhcp1.corp.example"),
        (3, "Down Enter Enter", "stop-service"),
        (4, "Down Enter", "host-down: dhcp1.corp.example"),
        (5, "Down Enter", "gpupdate: dhcp1.corp.example"),
    ] {
        let wings = Wings::default();
        let mut player = small(&wings);
        press(&mut player, "Right f");
        press(&mut player, &"Down ".repeat(down));
        press(&mut player, "Enter");
        press(&mut player, keys);
        press(&mut player, "Home");
        let shown = text(&player);
        let said = shown
            .lines()
            .find(|line| line.contains("│ ") && line.contains(": {"));
        press(&mut player, "Enter");
        assert!(
            player.dialog().is_none(),
            "{wanted}: {said:?}\n{}",
            text(&player)
        );
        press(&mut player, "1");
        player.update(Input::Resize(120, 40));
        assert!(
            text(&player).contains(wanted),
            "{wanted}\n{}",
            text(&player)
        );
        player.update(Input::Resize(80, 24));
        press(&mut player, "u");
        assert!(
            player.message().starts_with("the original again"),
            "{}",
            player.message()
        );
    }
}

#[test]
fn undo_and_redo_walk_between_the_branches() {
    let wings = Wings::default();
    let mut player = small(&wings);
    let original = text(&player);
    play(
        &mut player,
        &format!("jump 3\ninsert {SHUT}\ninsert host-down: dhcp1\nrun-on"),
    )
    .unwrap();
    assert_eq!(player.position(), (5, 7));
    press(&mut player, "u");
    assert_eq!(player.position(), (4, 6));
    assert!(
        text(&player).contains("not run on"),
        "as it was before the second step"
    );
    press(&mut player, "u");
    assert_eq!(player.position(), (3, 5));
    assert_eq!(
        player.message(),
        "the original again; y inserts the step once more"
    );
    press(&mut player, "y y");
    assert_eq!(player.position(), (5, 7));
    assert!(
        !text(&player).contains("not run on"),
        "the second had run on"
    );
    press(&mut player, "y");
    assert_eq!(player.message(), "nothing was taken back");
    press(&mut player, "u u Home");
    player.update(Input::Tick);
    press(&mut player, "Home");
    let strip = |text: String| text.lines().take(20).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(strip(text(&player)), strip(original));
    press(&mut player, "u");
    assert_eq!(player.message(), "nothing was inserted");
}

#[test]
fn a_branch_that_did_not_run_on_says_so_where_it_matters() {
    let wings = Wings::default();
    let mut player = small(&wings);
    play(&mut player, "jump 1\ninsert advance: 1h").unwrap();
    press(&mut player, "Right");
    assert_eq!(
        player.message(),
        "steps from 3 have not run after the change: r runs on"
    );
    press(&mut player, "r Right");
    assert_eq!(player.position(), (3, 6));
    press(&mut player, "r");
    assert_eq!(player.message(), "everything has run");
}

#[test]
fn the_original_can_be_looked_at_beside_the_branch() {
    let wings = Wings::default();
    let mut player = small(&wings);
    play(&mut player, "jump 2\ninsert host-down: dhcp1").unwrap();
    press(&mut player, "6");
    assert!(text(&player).contains("dhcp1") && text(&player).contains(" off        10.0.0.5"));
    press(&mut player, "o");
    assert_eq!(player.position(), (2, 5));
    assert!(text(&player).contains("[original]"), "{}", text(&player));
    assert!(
        !text(&player).contains(" off        10.0.0.5"),
        "{}",
        text(&player)
    );
    press(&mut player, "i");
    assert!(
        player
            .message()
            .starts_with("this is the original, which stays")
    );
    press(&mut player, "o");
    assert_eq!(player.position(), (2, 6), "after the step it had in common");
}

#[test]
fn a_wrong_step_is_explained_and_can_be_mended() {
    let wings = Wings::default();
    let mut player = small(&wings);
    for (typed, words, remedy) in [
        (
            "host-dwn: dhcp1",
            "unknown step `host-dwn`",
            "did you mean `host-down`?",
        ),
        ("host-down: dhcp9", "`dhcp9`", ""),
        (
            "set-ping: { host: dhcp1 }",
            "the key `answers` is missing",
            "",
        ),
        ("note: \"never closed", "", ""),
        ("note: [", "", ""),
        ("# nothing", "", ""),
        ("advance: 2", "", ""),
    ] {
        let stopped = play(&mut player, &format!("insert {typed}")).unwrap_err();
        let said = stopped.to_string();
        assert!(
            said.contains(&format!("`{typed}` is not taken: ")),
            "{said}"
        );
        assert!(said.contains(words) && said.contains(remedy), "{said}");
        assert!(!said.ends_with(": "), "there are words: {said}");
        // The line stays, to be mended.
        assert!(player.dialog().is_some(), "{typed}");
        press(&mut player, "Esc");
        assert_eq!(player.position(), (0, 5), "{typed}");
    }
}

#[test]
fn a_branch_is_written_but_nothing_is_overwritten_unasked() {
    let wings = Wings::default();
    let mut player = small(&wings);
    press(&mut player, "w");
    assert_eq!(
        player.message(),
        "nothing was changed yet, so there is nothing to write"
    );
    play(
        &mut player,
        "jump 2\ninsert host-down: dhcp1\npress w Enter",
    )
    .unwrap();
    assert_eq!(player.message(), "wrote `small-branch.yaml`: 6 steps");
    let branch = wings.files.borrow()["small-branch.yaml"].clone();
    let after = "ServerType: [DHCP] }\n";
    assert_eq!(
        branch,
        SMALL.replace(after, &format!("{after}  - host-down: dhcp1\n"))
    );
    assert!(
        Player::open("again", branch.clone(), &wings).is_ok(),
        "it is a scenario"
    );
    // Saved as it is: it may be left.
    press(&mut player, "q");
    assert_eq!(player.ending(), Some(Ending::Quit));

    let mut player = small(&wings);
    play(&mut player, "insert advance: 1h").unwrap();
    let refused = play(&mut player, "write small-branch.yaml").unwrap_err();
    assert!(matches!(refused, Stopped::Wrong(_)));
    assert!(
        refused.to_string().contains("is there already"),
        "{refused}"
    );
    press(&mut player, "n");
    assert_eq!(wings.files.borrow()["small-branch.yaml"], branch);
    press(&mut player, "w Enter y");
    assert_ne!(wings.files.borrow()["small-branch.yaml"], branch);
}

#[test]
fn a_branch_in_no_file_is_not_left_by_one_key() {
    let wings = Wings::default();
    let mut player = small(&wings);
    play(&mut player, "insert advance: 1h").unwrap();
    press(&mut player, "q");
    assert_eq!(player.ending(), None);
    assert_eq!(
        player.message(),
        "the branch is in no file: q again quits, w writes it"
    );
    press(&mut player, "Right q");
    assert_eq!(player.ending(), None, "another key between takes it back");
    press(&mut player, "q");
    assert_eq!(player.ending(), Some(Ending::Quit));
}

#[test]
fn playing_goes_on_by_ticks_and_ends_at_the_end() {
    let wings = Wings::default();
    let mut player = small(&wings);
    assert_eq!(player.tick_after(), None);
    press(&mut player, "Space + +");
    assert_eq!(player.tick_after(), Some(250));
    for _ in 0..3 {
        player.update(Input::Tick);
    }
    assert_eq!(player.position(), (3, 5));
    press(&mut player, "Space");
    player.update(Input::Tick);
    assert_eq!(player.position(), (3, 5), "paused");
    press(&mut player, "Space");
    for _ in 0..9 {
        player.update(Input::Tick);
    }
    assert_eq!((player.position(), player.tick_after()), ((5, 5), None));
    press(&mut player, "Space");
    assert_eq!(player.position(), (0, 5), "from the end it plays again");
}

#[test]
fn the_fix_of_an_access_failure_is_found_in_the_player() {
    let wings = Wings::default();
    let text_of = shipped("access/dhcp-rpc-firewall.yaml");
    let mut player = Player::open("fix.yaml", text_of, &wings).unwrap();
    // Step 6 finds the server blocked; the rule is enabled there and then.
    let script = "\
        jump 6\npane access\nsee DHCP RPC: Blocked\n\
        insert enable-firewall-rule: { host: dhcp1, rules: [DHCP Server (RPC-In)] }\n\
        insert refresh-server-access-status: [dhcp1]\n\
        see DHCP RPC: Unblocked\n\
        size 120x60\ncompare\nsee + Unblocked (list IPv4 scopes)";
    play(&mut player, script).unwrap();
}
