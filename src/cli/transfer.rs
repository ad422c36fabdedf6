//! `import` and `export`: files of any size into a database that no engine has open, and out.

use std::cell::{Cell, RefCell};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::atomic::Ordering;

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::Exit;
use super::transfer_args::{ExportArgs, ImportArgs};
use super::{interrupt, serve};
use crate::ipam::space::{Owner, UnknownWord};
use crate::ipam::store::{Existing, Store};
use crate::ipam::transfer::{
    Additions, Entry, ErrorReport, Export, Failures, Import, ImportFile, ImportRanges,
    ImportSummary, Kind, RowFailure, export_from, import_into, report_names, update_in,
};
use crate::ipam::{ErrorId, IpamError};

/// Failures told on standard error; the error report has all of them.
const TOLD: usize = 10;

/// Imports a file.
pub fn import(args: &ImportArgs) -> Exit {
    match try_import(args) {
        Ok(exit) => exit,
        Err(why) => {
            tell!("error: {why}");
            Exit::Usage
        }
    }
}

fn try_import(args: &ImportArgs) -> Result<Exit, String> {
    let (file, size) = open(&args.file)?;
    let update = update(args)?;
    let store = database(args)?;
    let bar = bar(size);
    let read = Rc::new(Cell::new(0));
    let mut content = Counted {
        file,
        read: Rc::clone(&read),
    };
    let report_path = RefCell::new(PathBuf::new());
    let mut failures = Told {
        report: ErrorReport::new(|| {
            let (path, file) = error_report(args)?;
            report_path.replace(path);
            Ok(BufWriter::new(file))
        }),
        count: 0,
        bar: bar.clone(),
    };
    let interrupted = interrupt::listen();
    let name = args.file.file_name().unwrap_or(args.file.as_os_str());
    let name = name.to_string_lossy();
    let file = ImportFile {
        name: &name,
        content: &mut content,
        failures: &mut failures,
        progress: &mut |summary| {
            bar.set_position(read.get());
            bar.set_message(format!("{} rows", summary.rows));
            match interrupted.load(Ordering::SeqCst) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        },
    };
    let done = match update {
        Some(update) => update_in(&store, &update, file),
        None => import_into(&store, &rows_of(args), file),
    };
    bar.finish_and_clear();
    let report = failures.report.finish();
    if report.map_err(|error| error.to_string())?.is_some() {
        tell!("error report: {}", report_path.borrow().display());
    }
    match done {
        Ok(summary) => Ok(tell_import(&summary, args.update)),
        Err(error) if error.id == ErrorId::IpamApiDatabaseConnectionLost => {
            tell!("error: {error}");
            Ok(Exit::Finding)
        }
        Err(error) => Err(error.to_string()),
    }
}

/// What goes in row by row.
fn rows_of(args: &ImportArgs) -> Import {
    Import {
        kind: args.kind.kind(),
        entry: entry(args),
        address_family: args.address_family.map(|family| family.family()),
        add: additions(args),
    }
}

fn entry(args: &ImportArgs) -> Entry {
    match args.console {
        true => Entry::Console,
        false => Entry::Cmdlet,
    }
}

fn additions(args: &ImportArgs) -> Additions {
    Additions {
        managed_by_service: args.add_values,
        service_instance: args.add_values,
    }
}

/// The import-and-update that is asked for, if it is.
fn update(args: &ImportArgs) -> Result<Option<ImportRanges>, String> {
    if !args.update {
        return Ok(None);
    }
    if args.kind.kind() != Kind::Range {
        return Err("`--update` is of ranges: use it with `--kind range`".to_owned());
    }
    let word = args.managed_by_service.parse();
    let owner = Owner {
        managed_by_service: word.map_err(|error: UnknownWord| error.to_string())?,
        service_instance: args.service_instance.clone(),
    };
    Ok(Some(ImportRanges {
        entry: entry(args),
        address_family: args.address_family.map(|family| family.family()),
        add: additions(args),
        create_subnet_if_not_found: true,
        update: Some(owner),
        delete_mapped_addresses: args.delete_mapped_addresses,
    }))
}

/// The database to import into. One that is not there may be a slip of the pen, so it is made only
/// if that is asked for, and then it is said.
fn database(args: &ImportArgs) -> Result<Store, String> {
    let absent = match Store::open_with(&args.database, Existing::Required) {
        Ok(store) => return Ok(store),
        Err(error) => error,
    };
    let none = matches!(
        absent.id,
        ErrorId::IpamApiErrorDatabaseDoesNotExist | ErrorId::IpamApiErrorDatabaseIsEmpty
    );
    match (none, args.create) {
        (false, _) => Err(absent.to_string()),
        (true, false) => Err(format!(
            "there is no database `{}` yet: mend its name, or make it with `--create`",
            args.database
        )),
        (true, true) => {
            let made = Store::open(&args.database).map_err(|error| error.to_string())?;
            tell!("created the database {}", args.database);
            Ok(made)
        }
    }
}

fn tell_import(summary: &ImportSummary, update: bool) -> Exit {
    let ImportSummary {
        rows,
        added,
        updated,
        unchanged,
        deleted,
        failed,
        ..
    } = summary;
    if summary.interrupted && update {
        tell!("stopped: nothing was changed");
        return Exit::Interrupted;
    }
    let gone = match update {
        true => format!("{deleted} deleted, "),
        false => String::new(),
    };
    tell!(
        "{rows} rows: {added} added, {updated} updated, {unchanged} unchanged, {gone}{failed} \
         failed"
    );
    if let Some(kept) = &summary.kept {
        tell!("{kept}");
    }
    if summary.interrupted {
        let line = summary.through_line;
        tell!("stopped: the rows up to line {line} are in, and no row after it");
        return Exit::Interrupted;
    }
    match summary.failed {
        0 => Exit::AsExpected,
        _ => Exit::Finding,
    }
}

/// Exports what a database holds.
pub fn export(args: &ExportArgs) -> Exit {
    match try_export(args) {
        Ok(rows) => {
            tell!("{rows} rows");
            Exit::AsExpected
        }
        Err(why) => {
            tell!("error: {why}");
            Exit::Usage
        }
    }
}

fn try_export(args: &ExportArgs) -> Result<u64, String> {
    // Whoever only reads must not make a database of a mistyped name.
    let store = Store::open_with(&args.database, Existing::Required);
    let store = store.map_err(|error| error.to_string())?;
    let export = Export {
        kind: args.kind.kind(),
        address_family: args.address_family.map(|family| family.family()),
        names: match args.console {
            true => crate::ipam::transfer::Vocabulary::Console,
            false => crate::ipam::transfer::Vocabulary::Property,
        },
    };
    let bar = ProgressBar::new_spinner();
    let mut progress = |rows: u64| {
        bar.set_message(format!("{rows} rows"));
        bar.tick();
    };
    let mut write = |to: &mut dyn io::Write| export_from(&store, &export, to, &mut progress);
    let told = |error: IpamError| error.to_string();
    let rows = match &args.file {
        None => write(&mut io::stdout().lock()).map_err(told),
        Some(path) => {
            let mut options = File::options();
            let options = options.write(true).create(true).truncate(true);
            let options = match args.force {
                true => options,
                false => options.create_new(true),
            };
            let file = options.open(path).map_err(|error| {
                let shown = path.display();
                match error.kind() {
                    io::ErrorKind::AlreadyExists => {
                        format!("`{shown}` exists already: use `--force` to write over it")
                    }
                    _ => format!("`{shown}` cannot be written: {error}"),
                }
            })?;
            let mut to = BufWriter::new(file);
            let rows = write(&mut to).map_err(told)?;
            to.flush()
                .map_err(|error| format!("`{}`: {error}", path.display()))?;
            Ok(rows)
        }
    };
    bar.finish_and_clear();
    rows
}

/// The file, or standard input for `-`, and how long it is if that is known.
fn open(path: &Path) -> Result<(Box<dyn Read>, Option<u64>), String> {
    if path.as_os_str() == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let unreadable = |error| format!("`{}` cannot be read: {error}", path.display());
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    Ok((Box::new(file), Some(size)))
}

/// On a terminal a bar over the bytes of the file; nothing elsewhere.
fn bar(size: Option<u64>) -> ProgressBar {
    let Some(size) = size else {
        return ProgressBar::new_spinner();
    };
    let style = ProgressStyle::with_template("{wide_bar} {percent}% {msg}, {eta} left");
    let bar = ProgressBar::new(size);
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Makes the error report in the folder asked for, or the present one; never one that is there.
fn error_report(args: &ImportArgs) -> io::Result<(PathBuf, File)> {
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
    let at = serve::machine_time().strftime("%Y%m%d%H%M%S").to_string();
    let folder = args.error_path.as_deref().unwrap_or(Path::new(""));
    for name in report_names(&stem, &at) {
        let path = folder.join(name);
        match File::options().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map(|file| (path, file)),
        }
    }
    Err(io::Error::other(
        "there is no free name for the error report",
    ))
}

/// A file that says how much of it was read.
struct Counted {
    file: Box<dyn Read>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(to)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

/// Failures go to the report, and the first of them to people.
struct Told<F> {
    report: F,
    count: usize,
    bar: ProgressBar,
}

impl<F: Failures> Failures for Told<F> {
    fn take(&mut self, failure: &RowFailure) -> io::Result<()> {
        self.count += 1;
        if self.count <= TOLD {
            self.bar.suspend(|| tell!("{failure}"));
        }
        self.report.take(failure)
    }
}
