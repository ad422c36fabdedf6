//! The player on a real terminal: a pseudo-terminal that a small Python program holds.

use std::process::Output;

use super::{ipamlab, root};

/// Starts the program under a terminal of the size given, sends each key after the screen went
/// quiet, and prints what came, the exit code and whether the terminal's modes are as before.
const HOLD: &str = r#"
import fcntl, os, pty, select, signal, struct, sys, termios, time
columns, rows, script = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split(",")
command = sys.argv[4:]
main, side = pty.openpty()
def size(columns, rows):
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
size(columns, rows)
before = termios.tcgetattr(side)
child = os.fork()
if child == 0:
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    for number in (0, 1, 2):
        os.dup2(side, number)
    os.execv(command[0], command)
seen = b""
def settle(first):
    global seen
    wait = first
    while select.select([main], [], [], wait)[0]:
        try:
            got = os.read(main, 65536)
        except OSError:
            return
        if not got:
            return
        seen += got
        wait = 0.3
settle(20)
for word in script:
    if word.startswith("signal:"):
        os.kill(child, getattr(signal, word[7:]))
    elif word.startswith("size:"):
        columns, rows = word[5:].split("x")
        size(int(columns), int(rows))
        os.kill(child, signal.SIGWINCH)
    else:
        os.write(main, word.encode().decode("unicode_escape").encode())
    settle(5)
deadline = time.monotonic() + 20
code = None
while code is None and time.monotonic() < deadline:
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        code = os.waitstatus_to_exitcode(status)
    settle(0.1)
if code is None:
    os.kill(child, signal.SIGKILL)
same = termios.tcgetattr(side) == before
sys.stdout.buffer.write(seen)
sys.stderr.write("code %s modes %s\n" % (code, "restored" if same else "changed"))
"#;

/// `None` where there is no Python to hold the terminal.
fn on_terminal(
    (columns, rows): (u16, u16),
    environment: &[(&str, &str)],
    keys: &str,
) -> Option<(String, String)> {
    let program = env!("CARGO_BIN_EXE_ipamlab");
    let scenario = root().join("scenarios/access/dhcp-rpc-firewall.yaml");
    // The cleaned environment of the program is that of its holder.
    let mut holder = std::process::Command::new("python3");
    for (name, value) in ipamlab().get_envs() {
        if value.is_none() {
            holder.env_remove(name);
        }
    }
    let run: std::io::Result<Output> = holder
        .args([
            "-c",
            HOLD,
            &columns.to_string(),
            &rows.to_string(),
            keys,
            program,
            "demo",
        ])
        .arg(scenario)
        .env("TERM", "xterm-256color")
        .envs(environment.iter().copied())
        .output();
    match run {
        Ok(output) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Some((text(&output.stdout), text(&output.stderr)))
        }
        Err(error) => {
            let required = std::env::var("IPAMLAB_REQUIRE_TOOLS").is_ok_and(|value| value == "1");
            assert!(
                !required,
                "python3 holds the terminal of this test: {error}"
            );
            println!("skipped: no python3 to hold a terminal");
            None
        }
    }
}

const ENTER: &str = "\x1b[?1049h";
const LEAVE: &str = "\x1b[?1049l";
const SHOW_CURSOR: &str = "\x1b[?25h";

fn assert_given_back(screen: &str, told: &str, code: i32) {
    assert_eq!(
        told.trim_end(),
        format!("code {code} modes restored"),
        "{screen}"
    );
    let (entered, left) = (screen.find(ENTER), screen.rfind(LEAVE));
    assert!(entered.is_some() && entered < left, "{screen:?}");
    assert!(
        screen.rfind(SHOW_CURSOR) > screen.rfind("\x1b[?25l"),
        "{screen:?}"
    );
}

/// What is told, without the sequences: those that place text became blanks.
fn words(screen: &str) -> String {
    let mut parts = screen.split("\x1b[");
    let mut words = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|one: char| one.is_ascii_alphabetic());
        let (_, rest) = part.split_at(end.map_or(part.len(), |at| at + 1));
        if end.is_some_and(|at| part.as_bytes()[at] == b'H') {
            words.push(' ');
        }
        words.push_str(rest);
    }
    words
}

#[test]
fn keys_are_obeyed_and_the_terminal_is_given_back() {
    let keys = "n,n,n,4,\\x1b[C,i,host-down: dhcp1,\\r,?,\\x1b,q,q";
    let Some((screen, told)) = on_terminal((80, 24), &[], keys) else {
        return;
    };
    assert_given_back(&screen, &told, 0);
    assert!(screen.contains("host-down: dhcp1"), "{screen:?}");
    assert!(
        screen.contains("\x1b[32m") || screen.contains("38;5;2"),
        "colour: {screen:?}"
    );
}

#[test]
fn control_c_ends_it_with_its_exit_code() {
    let Some((screen, told)) = on_terminal((80, 24), &[], "n,g,\\x03") else {
        return;
    };
    assert_given_back(&screen, &told, 130);
}

#[test]
fn a_request_to_end_from_outside_gives_the_terminal_back_too() {
    for signal in ["SIGTERM", "SIGINT", "SIGHUP"] {
        let Some((screen, told)) = on_terminal((80, 24), &[], &format!("n,signal:{signal}")) else {
            return;
        };
        assert_given_back(&screen, &told, 130);
    }
}

#[test]
fn without_colour_no_sequence_of_colour_is_sent() {
    for environment in [[("NO_COLOR", "1")], [("IPAMLAB_COLOR", "never")]] {
        let Some((screen, told)) = on_terminal((120, 40), &environment, "n,n,n,4,2,q") else {
            return;
        };
        assert_given_back(&screen, &told, 0);
        for sequence in screen.split("\x1b[").skip(1) {
            let end = sequence.find(|one: char| one.is_ascii_alphabetic());
            let Some(codes) = end.filter(|at| sequence.as_bytes()[*at] == b'm') else {
                continue;
            };
            // 39 and 49 are the terminal's own colours.
            let colour = sequence[..codes].split(';').any(|code| {
                let code = code.parse().unwrap_or(0);
                (30..39).contains(&code) || (40..49).contains(&code) || code >= 90
            });
            assert!(!colour, "{environment:?}: {sequence:?}");
        }
    }
}

#[test]
fn a_terminal_too_small_says_so_and_recovers_when_it_grows() {
    let keys = "n,size:80x24,n,q";
    let Some((screen, told)) = on_terminal((60, 20), &[], keys) else {
        return;
    };
    assert_given_back(&screen, &told, 0);
    let words = words(&screen);
    assert!(
        words.contains("60x20 is too small: make it 80x24"),
        "{words}"
    );
    assert!(
        words.contains("2 packets") && words.contains("1 of 14"),
        "{words}"
    );
}

#[test]
fn a_terminal_that_cannot_place_text_is_refused_with_the_way_out() {
    let Some((screen, told)) = on_terminal((80, 24), &[("TERM", "dumb")], "n") else {
        return;
    };
    assert_eq!(told.trim_end(), "code 2 modes restored");
    assert!(screen.contains("TERM is `dumb`"), "{screen:?}");
    assert!(screen.contains("--script"), "{screen:?}");
    assert!(!screen.contains(ENTER), "{screen:?}");
}
