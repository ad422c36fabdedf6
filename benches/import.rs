//! A million addresses imported from a file, and exported again: rows a second, peak memory, and
//! the same file loaded by Python's csv and sqlite3 modules into a table of the same columns.
//!
//! The file is made in a temporary folder, in order and then shuffled: lists out of other systems
//! are sorted, lists that people gathered are not.

mod support;

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::net::Ipv4Addr;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use ipamlab::ipam::store::{Database, Store};
use ipamlab::ipam::transfer::{
    Additions, Entry, Export, Import, ImportFile, ImportSummary, Kind, RowFailure, Vocabulary,
    export_from, import_into,
};
use support::{Clock, mib, own_peak_kib};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROWS: u32 = 1_000_000;
const FLOOR: &str = "floor 200 000";

/// What a user would write in its place: the csv module in front of executemany.
const PYTHON: &str = r#"
import csv, ipaddress, json, sqlite3, sys
source, target = sys.argv[1:3]
db = sqlite3.connect(target)
db.execute("PRAGMA journal_mode=WAL")
db.execute("CREATE TABLE ip_address (space TEXT, address BLOB, managed_by TEXT, instance TEXT, "
           "details TEXT, PRIMARY KEY (space, address, managed_by, instance)) WITHOUT ROWID")
def rows():
    with open(source, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            address = ipaddress.ip_address(row["IPAddress"])
            details = {"device_type": row["DeviceType"], "device_name": row["DeviceName"],
                       "mac_address": row["MacAddress"], "description": row["Description"]}
            yield ("Default", b"\0" * 10 + b"\xff\xff" + address.packed, row["ManagedByService"],
                   row["ServiceInstance"], json.dumps(details))
db.executemany("INSERT INTO ip_address VALUES (?, ?, ?, ?, ?)", rows())
db.commit()
"#;

fn main() {
    let folder = std::env::temp_dir().join(format!("ipamlab-import-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder can be made");
    println!("{ROWS} address records of eight columns");
    let sorted = written(&folder, "sorted.csv", |place| place);
    // A step that shares no factor with the count visits every row once.
    let shuffled = written(&folder, "shuffled.csv", |place| {
        u32::try_from(u64::from(place) * 7_654_321 % u64::from(ROWS)).expect("below the count")
    });
    let before = own_peak_kib();
    let ours = imported(&sorted, &folder.join("sorted.db"));
    line("import, sorted", ours, FLOOR);
    line(
        "import, shuffled",
        imported(&shuffled, &folder.join("shuffled.db")),
        FLOOR,
    );
    line(
        "export",
        exported(&folder.join("sorted.db"), &folder.join("out.csv")),
        "none set",
    );
    let after = mib(own_peak_kib());
    println!(
        "  {:24} {after}, of it {} before the first row",
        "peak memory",
        mib(before)
    );
    match python(&sorted, &folder.join("python.db")) {
        Some(theirs) => {
            line("Python csv + sqlite3", theirs, "");
            let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
            println!("  {:24} {ratio:.1} times", "faster than Python");
        }
        None => println!("  Python is not installed here"),
    }
    let _ = fs::remove_dir_all(&folder);
}

fn line(what: &str, took: Duration, floor: &str) {
    let rate = f64::from(ROWS) / took.as_secs_f64();
    println!(
        "  {what:24} {:.2} s, {rate:.0} rows a second  {floor}",
        took.as_secs_f64()
    );
}

fn written(folder: &Path, name: &str, order: impl Fn(u32) -> u32) -> PathBuf {
    let path = folder.join(name);
    let mut file = BufWriter::new(File::create(&path).expect("the folder can be written"));
    let header = "IPAddress,ManagedByService,ServiceInstance,DeviceType,IpAddressState,DeviceName,\
                  MacAddress,Description";
    writeln!(file, "{header}").expect("the disk has room");
    for place in 0..ROWS {
        let n = order(place);
        let address = Ipv4Addr::from(0x0a00_0000 + n);
        let [a, b, c] = [n >> 16 & 0xff, n >> 8 & 0xff, n & 0xff];
        writeln!(
            file,
            "{address},IPAM,Localhost,Host,In-Use,host-{n},02-00-00-{a:02X}-{b:02X}-{c:02X},\
             \"Rack {c}, floor {b}\""
        )
        .expect("the disk has room");
    }
    file.flush().expect("the disk has room");
    path
}

fn imported(from: &Path, database: &Path) -> Duration {
    let store = Store::open(&Database::File(database.to_owned())).expect("a new database");
    let request = Import {
        kind: Kind::Address,
        entry: Entry::Cmdlet,
        address_family: None,
        add: Additions::default(),
    };
    let mut content = File::open(from).expect("just written");
    let mut failures: Vec<RowFailure> = Vec::new();
    let clock = Clock::start();
    let file = ImportFile {
        name: "bench.csv",
        content: &mut content,
        failures: &mut failures,
        progress: &mut |_: &ImportSummary| ControlFlow::Continue(()),
    };
    let summary = import_into(&store, &request, file).expect("a good file");
    let took = clock.read().wall;
    assert_eq!(
        (summary.added, summary.failed),
        (u64::from(ROWS), 0),
        "{:?}",
        failures.first()
    );
    took
}

fn exported(database: &Path, to: &Path) -> Duration {
    let store = Store::open(&Database::File(database.to_owned())).expect("just imported into");
    let request = Export {
        kind: Kind::Address,
        address_family: None,
        names: Vocabulary::Property,
    };
    let mut file = BufWriter::new(File::create(to).expect("the folder can be written"));
    let clock = Clock::start();
    let rows = export_from(&store, &request, &mut file, &mut |_| ()).expect("the disk has room");
    file.flush().expect("the disk has room");
    let took = clock.read().wall;
    assert_eq!(rows, u64::from(ROWS));
    took
}

fn python(from: &Path, database: &Path) -> Option<Duration> {
    let clock = Clock::start();
    let status = Command::new("/usr/bin/python3")
        .args(["-c", PYTHON])
        .arg(from)
        .arg(database)
        .status();
    status.ok().filter(|status| status.success())?;
    Some(clock.read().wall)
}
