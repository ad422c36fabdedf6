//! A PostgreSQL server of the test's own, without a port and gone with the process.
//!
//! Also part of `tests/store`, so it uses nothing of the crate.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use postgres::{Client, NoTls};

/// Runs as a user that is not root, which PostgreSQL refuses to be. Ends when the process that
/// started it does, however that ends: then its input closes. Text sorts by the rules of English,
/// so that a test notices where the order of bytes was forgotten.
const SCRIPT: &str = r#"
set -eu
dir=$(mktemp -d /tmp/ipamlab-postgres.XXXXXX)
"$0/initdb" -D "$dir/data" -U tester -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu \
    --icu-locale=en --no-sync --no-instructions >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
printf '%s\n' 'local all locked scram-sha-256' 'local all all trust' >"$dir/data/pg_hba.conf"
"$0/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c fsync=off -c full_page_writes=off \
    -c synchronous_commit=off -c autovacuum=off -c max_connections=200 >>"$dir/log" 2>&1 &
server=$!
echo "$dir"
cat >/dev/null || true
kill -INT "$server"
wait "$server" || true
rm -rf "$dir"
"#;

/// How long the server may take to start before it counts as hanging.
const PATIENCE: Duration = Duration::from_secs(60);

struct Cluster {
    /// Holds the server's input open.
    _script: Child,
    /// Where its socket is.
    folder: String,
}

/// The folder of the programs: of the newest version that Debian installed, or in the PATH.
fn programs() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = installed
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    folders.splice(0..0, std::env::split_paths(&path));
    let whole = |folder: &PathBuf| {
        ["initdb", "postgres"]
            .iter()
            .all(|program| folder.join(program).exists())
    };
    folders.into_iter().rfind(whole)
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout == b"0\n")
}

fn start() -> Option<Cluster> {
    let Some(programs) = programs() else {
        assert!(
            std::env::var_os("IPAMLAB_REQUIRE_TOOLS").is_none(),
            "PostgreSQL is not installed: `apt-get install postgresql`"
        );
        return None;
    };
    let mut command = match is_root() {
        true => {
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid=postgres",
                "--regid=postgres",
                "--clear-groups",
                "sh",
            ]);
            command
        }
        false => Command::new("sh"),
    };
    let mut script = command
        .args(["-c", SCRIPT])
        .arg(programs)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell can be started");
    let mut folder = String::new();
    let mut lines = BufReader::new(script.stdout.take().expect("it is piped"));
    lines.read_line(&mut folder).expect("the script says where");
    let folder = folder.trim().to_owned();
    assert!(Path::new(&folder).is_dir(), "the server: {folder}");
    let cluster = Cluster {
        _script: script,
        folder,
    };
    cluster.wait();
    Some(cluster)
}

impl Cluster {
    fn wait(&self) {
        let step = Duration::from_millis(20);
        let mut waited = Duration::ZERO;
        while let Err(error) = Client::connect(&self.url("tester", "postgres", ""), NoTls) {
            assert!(waited < PATIENCE, "the server does not start: {error}");
            std::thread::sleep(step);
            waited += step;
        }
    }

    fn url(&self, login: &str, database: &str, options: &str) -> String {
        let host = self.folder.replace('/', "%2F");
        format!("postgres://{login}@{host}/{database}{options}")
    }
}

/// The address of `database` for `login` (`user` or `user:password`), on a server that this
/// process shares. `None` where PostgreSQL is not installed; with `IPAMLAB_REQUIRE_TOOLS` set
/// that is a failure.
pub fn url(login: &str, database: &str) -> Option<String> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(start).as_ref()?;
    Some(cluster.url(login, database, ""))
}

/// Runs statements as an administrator of the server.
pub fn administer(database: &str, sql: &str) {
    let url = url("tester", database).expect("asked for after a test got an address");
    let client = Client::connect(&url, NoTls);
    client
        .expect("the server runs")
        .batch_execute(sql)
        .expect(sql);
}

/// The address of an empty place of the caller's own, and the name of its schema.
pub fn empty() -> Option<(String, String)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let url = url("tester", "postgres")?;
    let schema = format!("test{}", NEXT.fetch_add(1, Ordering::Relaxed));
    administer("postgres", &format!("CREATE SCHEMA {schema}"));
    Some((format!("{url}?options=-csearch_path%3D{schema}"), schema))
}
