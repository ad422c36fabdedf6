//! The player on a terminal, which is given back as it was whatever happens.

use std::io::{self, IsTerminal as _, Stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{cursor, execute};

use super::backstage::Stage;
use crate::cli::exit::Exit;
use crate::cli::play;
use crate::demo::view::{self, Theme};
use crate::demo::{Ending, Input, Key, Player};

/// How long a wait for a key may be before the request to end is looked at again.
const LOOK: Duration = Duration::from_millis(200);

/// Whether the player can be on this terminal.
///
/// # Errors
/// Why not, with what to do instead.
pub fn fit() -> Result<(), String> {
    let instead = "`ipamlab demo SCENARIO --script` prints frames";
    for (name, is_terminal) in [
        ("input", io::stdin().is_terminal()),
        ("output", io::stdout().is_terminal()),
    ] {
        if !is_terminal {
            return Err(format!("standard {name} is no terminal: {instead}"));
        }
    }
    let kind = std::env::var("TERM").unwrap_or_default();
    if cfg!(unix) && (kind.is_empty() || kind == "dumb") {
        let found = if kind.is_empty() { "unset" } else { "`dumb`" };
        let message = format!("this terminal cannot place text (TERM is {found}): {instead}");
        return Err(message);
    }
    Ok(())
}

/// Plays until the person ends it, or the process is asked to end.
pub fn run(player: &mut Player<'_>, theme: Theme, stage: &Stage) -> Exit {
    listen(Arc::clone(stage.stop()));
    let stop = stage.stop();
    guarded(Screen::open, |screen| {
        play_on(screen, player, theme, &|| stop.load(Ordering::SeqCst))
    })
}

/// Runs `work` on what `open` opened, which is dropped before anything is told: after a panic,
/// too.
fn guarded<S>(
    open: impl FnOnce() -> io::Result<S>,
    work: impl FnOnce(&mut S) -> io::Result<Exit>,
) -> Exit {
    let words = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&words);
    // The words of a panic would be lost with the screen they are printed on.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        *heard.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic.to_string());
    }));
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let mut screen = open()?;
        work(&mut screen)
    }));
    std::panic::set_hook(hook);
    match ended {
        Ok(Ok(exit)) => exit,
        Ok(Err(error)) => {
            tell!("error: the terminal failed: {error}");
            Exit::Usage
        }
        Err(panic) => {
            let words = words.lock().unwrap_or_else(PoisonError::into_inner).take();
            let words = words.unwrap_or_else(|| play::words(&*panic).to_owned());
            tell!("error: a mistake of ipamlab itself: {words}");
            Exit::Bug
        }
    }
}

/// The terminal while the player has it.
struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Screen {
    fn open() -> io::Result<Screen> {
        enable_raw_mode()?;
        // From here on the terminal is given back even if the rest fails.
        let opened = execute!(io::stdout(), EnterAlternateScreen, cursor::Hide)
            .and_then(|()| Terminal::new(CrosstermBackend::new(io::stdout())));
        match opened {
            Ok(terminal) => Ok(Screen { terminal }),
            Err(error) => {
                give_back();
                Err(error)
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back. Where that fails there is no terminal any more.
fn give_back() {
    let _ = execute!(io::stdout(), LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

fn play_on(
    screen: &mut Screen,
    player: &mut Player<'_>,
    theme: Theme,
    stop: &dyn Fn() -> bool,
) -> io::Result<Exit> {
    let size = screen.terminal.size()?;
    player.update(Input::Resize(size.width, size.height));
    let mut waited = Duration::ZERO;
    loop {
        screen
            .terminal
            .draw(|frame| view::draw(frame, player, theme))?;
        let exit = match player.ending() {
            Some(Ending::Quit) => Some(Exit::AsExpected),
            Some(Ending::Stopped) => Some(Exit::Interrupted),
            None => stop().then_some(Exit::Interrupted),
        };
        if let Some(exit) = exit {
            return Ok(exit);
        }
        match next(player, &mut waited, stop)? {
            Some(input) => player.update(input),
            // Asked to end.
            None => continue,
        }
    }
}

/// Waits for something that concerns the player; `None` when the process is asked to end.
fn next(
    player: &Player<'_>,
    waited: &mut Duration,
    stop: &dyn Fn() -> bool,
) -> io::Result<Option<Input>> {
    loop {
        if stop() {
            return Ok(None);
        }
        let tick = player.tick_after().map(Duration::from_millis);
        let left = tick.map(|tick| tick.saturating_sub(*waited));
        let wait = left.unwrap_or(LOOK).min(LOOK);
        if !event::poll(wait)? {
            *waited += wait;
            if tick.is_some_and(|tick| *waited >= tick) {
                *waited = Duration::ZERO;
                return Ok(Some(Input::Tick));
            }
            continue;
        }
        *waited = Duration::ZERO;
        match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => {
                if let Some(key) = translate(key) {
                    return Ok(Some(Input::Key(key)));
                }
            }
            Event::Resize(columns, rows) => return Ok(Some(Input::Resize(columns, rows))),
            _ => {}
        }
    }
}

fn translate(event: KeyEvent) -> Option<Key> {
    let held = |modifier| event.modifiers.contains(modifier);
    Some(match event.code {
        KeyCode::Char(_) if held(KeyModifiers::ALT) => return None,
        KeyCode::Char(one) if held(KeyModifiers::CONTROL) => Key::Ctrl(one.to_ascii_lowercase()),
        KeyCode::Char(one) => Key::Char(one),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Tab if held(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        _ => return None,
    })
}

/// Raises the flag when somebody asks the process to end. The keys of the terminal do not: in its
/// raw mode Ctrl-C is a key like the others.
fn listen(flag: Arc<AtomicBool>) {
    let listener = std::thread::Builder::new().name("signals".to_owned());
    // Without a listener a request to end is not heard, and the terminal stays as it is then.
    let _ = listener.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime
            && runtime.block_on(asked()).is_ok()
        {
            flag.store(true, Ordering::SeqCst);
        }
    });
}

#[cfg(unix)]
async fn asked() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        biased;
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn asked() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Borrowed(Arc<AtomicBool>);

    impl Drop for Borrowed {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[test]
    fn the_terminal_is_given_back_after_a_panic_and_the_exit_code_says_so() {
        let back = Arc::new(AtomicBool::new(false));
        let open = || Ok(Borrowed(Arc::clone(&back)));
        let exit = guarded(open, |_| panic!("a mistake made for this test"));
        assert_eq!(exit, Exit::Bug);
        assert!(back.load(Ordering::SeqCst));
    }

    #[test]
    fn a_terminal_that_fails_is_given_back_and_told() {
        let back = Arc::new(AtomicBool::new(false));
        let open = || Ok(Borrowed(Arc::clone(&back)));
        let exit = guarded(open, |_| Err(io::ErrorKind::BrokenPipe.into()));
        assert_eq!((exit, back.load(Ordering::SeqCst)), (Exit::Usage, true));
    }

    #[test]
    fn keys_come_through_as_they_were_pressed() {
        let key = |code, modifiers| translate(KeyEvent::new(code, modifiers));
        let control = KeyModifiers::CONTROL;
        assert_eq!(key(KeyCode::Char('C'), control), Some(Key::Ctrl('c')));
        assert_eq!(key(KeyCode::Tab, KeyModifiers::SHIFT), Some(Key::BackTab));
        assert_eq!(key(KeyCode::Char('x'), KeyModifiers::ALT), None);
        assert_eq!(key(KeyCode::F(1), KeyModifiers::NONE), None);
    }
}
