//! What the benchmarks share: clocks, medians, one kind of table, child processes.
//!
//! Every figure stands beside the floor it is held against by a reader; nothing here fails a
//! build, because a busy machine is not a mistake of the code. CPU time is quoted with wall time,
//! since it is what stays the same when somebody else uses the processors.

#![allow(dead_code, reason = "each benchmark uses its part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Linux counts CPU time of processes in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// Wall and CPU time of a piece of work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Took {
    pub wall: Duration,
    pub cpu: Duration,
}

/// Measures from here to [`Clock::read`].
pub struct Clock {
    wall: Instant,
    cpu: Duration,
}

impl Clock {
    #[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    pub fn start() -> Clock {
        Clock {
            cpu: cpu_of_this_thread(),
            wall: Instant::now(),
        }
    }

    pub fn read(&self) -> Took {
        Took {
            wall: self.wall.elapsed(),
            cpu: cpu_of_this_thread().saturating_sub(self.cpu),
        }
    }
}

/// CPU time of the calling thread, to the nanosecond; nothing where the kernel does not tell.
fn cpu_of_this_thread() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = text.split_ascii_whitespace().next();
    Duration::from_nanos(nanos.and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// CPU time of every child that has been waited for.
fn cpu_of_children() -> Duration {
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name in parentheses may hold blanks; user and system time of children are the 14th and
    // 15th field behind it.
    let fields = text.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_ascii_whitespace().skip(13).take(2);
    let ticks: u32 = ticks.filter_map(|n| n.parse::<u32>().ok()).sum();
    TICK * ticks
}

/// What a process cost from start to exit.
#[derive(Debug, Clone, Copy)]
pub struct ProcessCost {
    pub took: Took,
    /// Peak resident memory in KiB, as last seen before the exit.
    pub peak_kib: u64,
    pub success: bool,
}

/// Runs a command to its end; its output goes nowhere.
#[allow(clippy::disallowed_methods, reason = "a benchmark measures real time")]
pub fn run_process(command: &mut Command) -> ProcessCost {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let cpu = cpu_of_children();
    let begun = Instant::now();
    let mut child = command.spawn().expect("the program exists");
    let mut peak_kib = 0;
    let status = loop {
        peak_kib = peak_kib.max(peak_kib_of(&child));
        if let Some(status) = child.try_wait().expect("it is our child") {
            break status;
        }
        thread::sleep(Duration::from_millis(1));
    };
    ProcessCost {
        took: Took {
            wall: begun.elapsed(),
            cpu: cpu_of_children().saturating_sub(cpu),
        },
        peak_kib,
        success: status.success(),
    }
}

fn peak_kib_of(child: &Child) -> u64 {
    peak_in(&format!("/proc/{}/status", child.id()))
}

/// Peak resident memory of this process in KiB.
pub fn own_peak_kib() -> u64 {
    peak_in("/proc/self/status")
}

fn peak_in(status: &str) -> u64 {
    let text = fs::read_to_string(status).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let figure = line.and_then(|line| line.split_ascii_whitespace().next());
    figure.and_then(|n| n.parse().ok()).unwrap_or(0)
}

/// The release binary under measurement.
pub fn ipamlab() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ipamlab"))
}

/// A folder for generated scenarios, empty.
pub fn empty_folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder is ours");
    }
    fs::create_dir_all(&folder).expect("the target folder can be written to");
    folder
}

/// The middle one of an odd number of figures.
pub fn median<T: Ord + Copy>(mut figures: Vec<T>) -> T {
    figures.sort_unstable();
    figures[figures.len() / 2]
}

/// The median of the walls beside the median of the CPU times.
pub fn median_took(took: &[Took]) -> Took {
    Took {
        wall: median(took.iter().map(|took| took.wall).collect()),
        cpu: median(took.iter().map(|took| took.cpu).collect()),
    }
}

pub fn heading(text: &str) {
    println!("\n{text}");
    row("what", "measured", "cpu", "floor", "runs");
}

/// A line of the table.
pub fn row(what: &str, measured: &str, cpu: &str, floor: &str, runs: &str) {
    println!("  {what:<52} {measured:>16} {cpu:>20} {floor:>12} {runs:>5}");
}

/// Milliseconds, or microseconds below one, with a digit or two behind the point.
pub fn ms(took: Duration) -> String {
    let ms = took.as_secs_f64() * 1e3;
    match ms {
        // The kernel brings CPU time up to date some hundred times a second only.
        0.0 => "-".to_owned(),
        100.0.. => format!("{ms:.0} ms"),
        10.0.. => format!("{ms:.1} ms"),
        1.0.. => format!("{ms:.2} ms"),
        _ => format!("{:.1} us", ms * 1e3),
    }
}

pub fn mib(kib: u64) -> String {
    format!("{:.0} MiB", kib as f64 / 1024.0)
}

/// So many a second.
pub fn rate(done: u64, took: Duration) -> String {
    let rate = done as f64 / took.as_secs_f64();
    match rate {
        1e6.. => format!("{:.2} M/s", rate / 1e6),
        1e4.. => format!("{:.1} k/s", rate / 1e3),
        _ => format!("{rate:.0} /s"),
    }
}
