//! Another engine: DuckDB in Python, where `HPC_COST_DUCKDB` names one that has it (`.ci/run` installs it).

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a script answers to a task, both JSON over the standard streams; `None`, and a word on stderr, where it is not
/// installed.
pub(crate) fn answer(script: &str, task: &Value) -> Option<Value> {
    #[expect(clippy::disallowed_methods, reason = "the one setting of these tests")]
    let python = std::env::var_os("HPC_COST_DUCKDB").filter(|python| !python.is_empty());
    let Some(python) = python else {
        let told = "DuckDB is not installed (HPC_COST_DUCKDB names no Python): its test did not run\n";
        std::io::stderr().write_all(told.as_bytes()).expect("stderr");
        return None;
    };
    let command =
        Command::new(python).args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = command.expect("HPC_COST_DUCKDB is a program");
    child.stdin.take().expect("a pipe").write_all(task.to_string().as_bytes()).expect("it listens");
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success(), "the script runs on {task:#}");
    Some(serde_json::from_slice(&output.stdout).expect("JSON"))
}
