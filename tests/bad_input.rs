//! What no careful user writes: binary files, huge numbers, deep nesting, pipes that close, folders
//! that cannot be written. Always a plain sentence and an exit code, never a panic.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use super::cli::{Answer, Folder, in_november};

const PLAIN: &str = in_november!(
    r#"
[[s3]]
name = "data"
storage_gib = 100
"#
);

/// Exits with `code` and says `phrase` on stderr, nothing on stdout and nothing of a panic.
fn refused(what: &str, answer: &Answer, code: i32, phrase: &str) {
    let text = answer.text();
    let short: String = text.chars().take(2000).collect();
    assert_eq!(answer.code, Some(code), "{what}: {short}");
    assert_eq!(answer.stdout, "", "{what}: {short}");
    assert!(answer.stderr.contains(phrase), "{what}: no `{phrase}` in {short}");
    assert!(!text.contains("panicked"), "{what}: {short}");
}

fn check(what: &str, scenario: impl AsRef<[u8]>, phrase: &str) {
    refused(what, &Folder::new(scenario).run(&["check", "scenario.toml"]), 2, phrase);
}

#[test]
fn files_that_are_no_scenarios() {
    check("empty", "", "it is empty");
    check("spaces", "\n \t\n", "it is empty");
    check("only a comment", "# nothing\n", "missing key `region`");
    check("binary", [0x7f, b'E', b'L', b'F', 0, 1, 2, 3], "it is not a text file");
    check("gzip", [0x1f, 0x8b, 8, 8, 0xff, 0xfe], "it is not a text file in UTF-8");
    check("latin-1", b"name = \"caf\xe9\"\n", "it is not a text file in UTF-8");
    check("utf-16", [0xff, 0xfe, b'a', 0, b'=', 0], "it is not a text file");
    check("json", "{\"region\": \"us-east-1\"}\n", "not valid TOML");
    check("one long line", "x".repeat(100_000), "not valid TOML");
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let windows = PLAIN.replace('\n', "\r\n");
    for scenario in [windows.clone(), format!("\u{feff}{windows}")] {
        let answer = Folder::new(scenario).run(&["check", "scenario.toml"]);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
    }
}

#[test]
fn a_file_may_have_one_mebibyte() {
    let padded = |bytes: usize| format!("{PLAIN}#{}\n", "x".repeat(bytes - PLAIN.len() - 2));
    let largest = Folder::new(padded(1024 * 1024)).run(&["check", "scenario.toml"]);
    assert_eq!(largest.code, Some(0), "{}", largest.stderr);
    check("a byte more", padded(1024 * 1024 + 1), "it is larger than 1 MiB");
}

#[test]
fn deep_nesting_is_refused() {
    for depth in [100, 10_000, 200_000] {
        let arrays = format!("{PLAIN}x = {}{}\n", "[".repeat(depth), "]".repeat(depth));
        check("arrays", arrays, "error: ");
        let tables = format!("{PLAIN}x = {}1{}\n", "{a=".repeat(depth), "}".repeat(depth));
        check("tables", tables, "error: ");
        let dots = format!("{PLAIN}x{} = 1\n", ".a".repeat(depth));
        check("dotted keys", dots, "error: ");
    }
    let path = format!("x{}=1", ".a".repeat(200));
    let answer = Folder::new(PLAIN).run(&["check", "scenario.toml", "--set", &path]);
    refused("--set", &answer, 2, "unknown key `x`");
}

#[test]
fn numbers_beyond_all_bounds() {
    let amount = |number: &str| PLAIN.replace("= 100", &format!("= {number}"));
    for number in ["1e400", "99999999999999999999", "1e13", "999999999999999999999999999999999999999999"] {
        check(number, amount(number), "too large: at most 1000000000000");
    }
    for number in ["nan", "-nan", "inf", "+inf", "-inf", "\"NaN\"", "\"0x10\"", "\"1_000\"", "\"\""] {
        check(number, amount(number), "is not a finite number");
    }
    for number in ["1e-400", "0.000000000000000000001"] {
        check(number, amount(number), "too precise");
    }
    check("negative", amount("-1e400"), "too large");
    check("an integer of TOML", amount("0xffffffffffffffff"), "too large");
    for number in ["1e12", "0.1e1", "1_000", "0x10", "-0", "0e400", "0.00000000000000000001"] {
        let answer = Folder::new(amount(number)).run(&["estimate", "scenario.toml", "-q"]);
        assert!(matches!(answer.code, Some(0 | 1)), "{number}: {}", answer.text());
    }
}

#[test]
fn the_largest_numbers_do_not_overflow() {
    let largest = in_november!(
        r#"
[[s3]]
name = "data"
storage_gib = 1e12
write_requests = 1e12
read_requests = 1e12

[[lustre]]
name = "scratch"
deployment = "SCRATCH_2"
size_gib = 1e12

[[compute]]
name = "work"
instances = { "p4d.24xlarge" = 1000000, "p5.48xlarge" = 1000000 }
hours_per_instance = 720
spot_share = 0.33333333333333333333

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
usd = 1e12
unit = "Hours"

[[batch.compute_environment]]
name = "all"
type = "SPOT"
instance_types = ["c5", "c7a", "m5", "p5", "g5"]
max_vcpus = 1000000
"#
    );
    for flag in ["--format=json", "--sensitivity", "--explain=work"] {
        let answer = Folder::new(largest).run(&["estimate", "scenario.toml", flag]);
        assert!(matches!(answer.code, Some(0 | 1)), "{flag}: {}", answer.text());
        assert!(!answer.stderr.contains("panicked"), "{flag}: {}", answer.text());
    }
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let scenario = PLAIN.replace("name = \"data\"", r#"name = "\u001b[31mred\u0007\r\nline""#);
    for args in [
        &["estimate", "scenario.toml"][..],
        &["check", "scenario.toml"],
        &["estimate", "scenario.toml", "--explain", "red"],
    ] {
        let answer = Folder::new(&scenario).run(args);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        assert!(!answer.stdout.contains(['\u{1b}', '\u{7}', '\r']), "{}", answer.text());
    }
    let answer = Folder::new(scenario.replace("100", "-1")).run(&["check", "scenario.toml"]);
    assert!(!answer.stderr.contains('\u{1b}'), "{}", answer.text());
}

#[test]
fn folders_and_files_without_permission() {
    let folder = Folder::new(PLAIN);
    refused("a folder", &folder.run(&["check", "."]), 2, "it is a directory");
    refused(
        "a folder of prices",
        &folder.run(&["estimate", "scenario.toml", "--prices", "."]),
        3,
        "cannot read",
    );
    refused("a file as a folder", &folder.run(&["check", "scenario.toml/x"]), 2, "cannot read scenario");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(PLAIN).with("secret.toml", PLAIN);
    let path = folder.path("secret.toml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("permissions can be set");
    if fs::read(&path).is_ok() {
        let _ = writeln!(std::io::stderr(), "did not run: this user may read every file");
        return;
    }
    refused("a scenario", &folder.run(&["check", "secret.toml"]), 2, "permission denied");
    let prices = folder.run(&["estimate", "scenario.toml", "--prices", "secret.toml"]);
    refused("prices", &prices, 3, "cannot read `secret.toml`");
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    let folder = Folder::new(PLAIN);
    for args in [&["prices", "show"][..], &["schema"], &["estimate", "scenario.toml"], &["--help"]] {
        let mut child = folder
            .command(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn an_output_file_is_replaced_whole() {
    let folder = Folder::new(PLAIN).with("answer.txt", "old ".repeat(100_000));
    let answer = folder.run(&["estimate", "scenario.toml", "-o", "answer.txt"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), "wrote answer.txt\n"));
    let written = fs::read_to_string(folder.path("answer.txt")).expect("the answer");
    assert!(written.starts_with("scenario: estimate\n") && !written.contains("old"), "{written}");
    assert_eq!(folder.names(), ["answer.txt", "scenario.toml"]);
}

#[test]
fn a_refused_command_leaves_the_output_file_alone() {
    let folder = Folder::new("region = 1\n").with("answer.txt", "old");
    let answer = folder.run(&["estimate", "scenario.toml", "-o", "answer.txt"]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert_eq!(fs::read_to_string(folder.path("answer.txt")).expect("the old file"), "old");
    assert_eq!(folder.names(), ["answer.txt", "scenario.toml"]);
}

#[test]
fn an_output_folder_must_exist() {
    let folder = Folder::new(PLAIN);
    let answer = folder.run(&["estimate", "scenario.toml", "-o", "none/answer.txt"]);
    refused("a missing folder", &answer, 3, "cannot write `none/answer.txt`");
    assert_eq!(folder.names(), ["scenario.toml"]);
}

#[cfg(unix)]
#[test]
fn an_output_file_keeps_its_link_and_follows_the_umask() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = Folder::new(PLAIN).with("answer.txt", "old");
    symlink("answer.txt", folder.path("link")).expect("a link");
    let answer = folder.run(&["estimate", "scenario.toml", "-o", "link"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let link = fs::symlink_metadata(folder.path("link")).expect("the link");
    assert!(link.file_type().is_symlink());
    let metadata = fs::metadata(folder.path("answer.txt")).expect("the answer");
    assert!(metadata.len() > 100);
    let scenario = fs::metadata(folder.path("scenario.toml")).expect("the scenario");
    assert_eq!(metadata.permissions().mode(), scenario.permissions().mode());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    if !fs::exists("/dev/full").unwrap_or(false) {
        let _ = writeln!(std::io::stderr(), "did not run: there is no /dev/full");
        return;
    }
    let folder = Folder::new(PLAIN);
    let answer = folder.run(&["estimate", "scenario.toml", "-o", "/dev/full"]);
    refused("a full disk", &answer, 3, "cannot write `/dev/full`");
}

#[test]
fn many_extends_are_refused_with_their_place() {
    let chain = |files: usize| {
        (0..files).fold(Folder::empty().with(&format!("{files}.toml"), PLAIN), |folder, index| {
            folder.with(&format!("{index}.toml"), format!("extends = \"{}.toml\"\n", index + 1))
        })
    };
    let answer = chain(15).run(&["check", "0.toml"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    refused("17 files", &chain(16).run(&["check", "0.toml"]), 2, "more than 16 files extend each other");
}
