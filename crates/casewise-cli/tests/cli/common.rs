//! Runs the program in a folder of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A folder with files, gone at the end.
pub(crate) struct Folder {
    path: PathBuf,
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Folder {
    pub(crate) fn new(files: &[(&str, &str)]) -> Folder {
        use std::sync::atomic::{AtomicUsize, Ordering};
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("casewise-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        let folder = Folder { path };
        files.iter().for_each(|(name, text)| folder.write(name, text.as_bytes()));
        folder
    }

    pub(crate) fn place(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::create_dir_all(self.path.join(name).parent().unwrap()).unwrap();
        std::fs::write(self.path.join(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path.join(name)).unwrap()
    }

    /// The names of its files, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.path).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_casewise"));
        command.args(args).current_dir(&self.path).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            // None: it broke off.
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Splits the arguments at blanks.
    pub(crate) fn words(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    /// With this on standard input.
    pub(crate) fn feed(&self, line: &str, input: impl AsRef<[u8]>) -> Ran {
        let mut command = self.command(&line.split_whitespace().collect::<Vec<_>>());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
        let output = child.wait_with_output().unwrap();
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// A shop: events, a list, a context, a quota, foreign words.
pub(crate) const SHOP: &str = r#"
model shop { language 1; version "7"; timezone "Asia/Shanghai" }
customer {
  key id: text
  age: int? from "Age"
  active: bool("Y", "N")
  plan: enum(basic "Basic plan", plus)
  tags: set(text)
}
context { touchpoint: enum(counter, app)? }
events recharge { amount: decimal }
list blocked
param bar: int in 1 .. 9 = 2
let recharges = count(recharge over last 30 days)
segment frequent "常客" = recharges >= bar
channel counter { require touchpoint == counter }
channel sms { require "sms" in tags }
case gift "礼物" {
  for frequent
  require grown: age >= 18
  exclude blocked
  priority 10
  offer { price: 0 }
}
case hello { require active; priority 1 }
decide { top 1 }
"#;

/// Its customers.
pub(crate) const CUSTOMERS: &str = "\
id,Age,active,plan,tags,more
c1,30,Y,Basic plan,\"[\"\"sms\"\"]\",x
c2,,Y,plus,[],x
c3,16,N,plus,\"[\"\"sms\"\",\"\"sms\"\"]\",x
";

/// Its recharges.
pub(crate) const RECHARGES: &str = "\
id,at,amount
c1,2026-11-01T08:00,10.50
c1,2026-11-08T08:00,20
c3,2026-11-08T08:00,5
c2,2026-11-08T08:00,5
c2,2026-11-09T08:00,5
c9,2026-11-09T08:00,5
";

/// Everything supplied.
pub(crate) fn shop() -> Folder {
    Folder::new(&[
        ("shop.cw", SHOP),
        ("customers.csv", CUSTOMERS),
        ("recharge.csv", RECHARGES),
        ("blocked.csv", "id\nc3\n"),
        ("context.json", "{ \"touchpoint\": \"counter\" }"),
    ])
}

/// The options that supply everything.
pub(crate) const SUPPLY: &str = "--customers customers.csv --events recharge=recharge.csv --list blocked=blocked.csv \
                          --context context.json --now 2026-11-22T10:00";

/// Compares with a text that people have read; `UPDATE_GOLDEN=1` writes it anew.
#[track_caller]
pub(crate) fn golden(name: &str, actual: &str) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(
        expected == actual,
        "{name} is another: run with UPDATE_GOLDEN=1 and read the difference\n{actual}"
    );
}
