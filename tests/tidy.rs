//! How the tree must look: who may use whom, which crate stays where, how long a file may get.
//!
//! A rule with a reason is cheaper to keep as a test than as a page nobody reads.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The arrow: each module may use those listed, and itself.
const MAY_USE: [(&str, &[&str]); 30] = [
    ("model", &[]),
    ("error", &["model"]),
    ("guard", &[]),
    ("bounds", &["model", "error"]),
    ("report", &["model"]),
    ("catalog", &["model"]),
    ("document", &["model", "error"]),
    ("interruption", &["model"]),
    ("calibration", &["model"]),
    ("workload", &["model", "error", "guard", "bounds", "report"]),
    ("prices", &["model", "error", "bounds", "document", "catalog"]),
    ("turn", &["model", "error"]),
    ("cache", &["model", "error", "bounds", "turn"]),
    ("monitoring", &["model", "error", "bounds"]),
    ("aws", &["model", "error", "guard", "catalog", "workload", "prices", "actuals", "import", "monitoring"]),
    ("scenario", &["model", "error", "bounds", "report", "catalog", "document", "interruption", "prices"]),
    ("import", &["model", "error", "guard", "bounds", "catalog", "document", "scenario"]),
    ("simulate", &["model", "report", "workload", "prices", "scenario", "estimate"]),
    (
        "suggest",
        &[
            "model",
            "error",
            "report",
            "catalog",
            "document",
            "interruption",
            "prices",
            "actuals",
            "scenario",
            "estimate",
            "simulate",
            "monitoring",
            "workload",
        ],
    ),
    ("learn", &["model", "report", "catalog", "document", "scenario", "simulate", "workload"]),
    ("patch", &["model", "error", "catalog", "scenario", "import", "suggest"]),
    ("spot", &["model", "error", "guard", "bounds", "report", "prices", "interruption"]),
    ("live", &["model", "error", "catalog", "prices", "cache", "aws", "spot", "turn"]),
    ("actuals", &["model", "error", "guard", "bounds"]),
    ("compare", &["model", "calibration", "report", "catalog", "prices", "scenario", "estimate", "actuals"]),
    ("estimate", &["model", "calibration", "error", "report", "catalog", "document", "prices", "scenario"]),
    ("monthly", &["model", "report", "estimate", "compare", "simulate", "suggest", "spot"]),
    (
        "frames",
        &[
            "model", "guard", "report", "document", "workload", "prices", "actuals", "scenario", "estimate",
            "simulate", "suggest", "monthly",
        ],
    ),
    ("render", &["model", "error", "report"]),
    (
        "cli",
        &[
            "model",
            "error",
            "bounds",
            "report",
            "catalog",
            "document",
            "interruption",
            "calibration",
            "workload",
            "simulate",
            "suggest",
            "learn",
            "patch",
            "prices",
            "scenario",
            "import",
            "spot",
            "turn",
            "cache",
            "aws",
            "live",
            "actuals",
            "monitoring",
            "compare",
            "estimate",
            "monthly",
            "frames",
            "render",
        ],
    ),
];

/// Other people's crates and the only places that may name them.
const FENCES: [(&str, &[&str]); 44] = [
    ("toml::", &["document/parse.rs"]),
    ("toml_edit", &["learn/written.rs"]),
    ("rust_decimal", &["model/decimal.rs"]),
    ("clap::", &["cli/", "main.rs"]),
    ("clap_complete", &["cli/completions.rs"]),
    ("clap_mangen", &["cli/man.rs"]),
    ("schemars", &["model/", "scenario/keys/", "scenario/value.rs", "cli/schema.rs"]),
    ("annotate_snippets", &["render/excerpt.rs"]),
    ("anstyle", &["render/terminal.rs"]),
    ("unicode_width", &["render/wrap.rs"]),
    ("csv::Writer", &["render/csv.rs", "workload/csv.rs"]),
    (
        "serde_json",
        &[
            "render/json.rs",
            "spot/file.rs",
            "prices/lock.rs",
            "prices/cache_entry.rs",
            "prices/product.rs",
            "actuals/labels.rs",
            "actuals/manifest.rs",
            "actuals/cost_explorer.rs",
            "calibration.rs",
            "simulate/sweep.rs",
            "workload/kubernetes/",
            "workload/htcondor/json.rs",
            "workload/slurm/json.rs",
            "workload/batch/saved.rs",
            "workload/cromwell.rs",
            "workload/snakemake/",
            "import/plan.rs",
            "import/value.rs",
            "suggest/backtest.rs",
            "monitoring/file.rs",
            "monthly/mod.rs",
        ],
    ),
    (
        "hcl_edit",
        &["import/hcl.rs", "import/evaluate.rs", "import/refer.rs", "patch/block.rs", "patch/variable.rs"],
    ),
    ("similar::", &["patch/mod.rs"]),
    ("aws_config", &["aws/"]),
    ("aws_runtime", &["aws/"]),
    ("aws_sdk", &["aws/"]),
    ("aws_smithy", &["aws/"]),
    ("tokio", &["aws/"]),
    ("bytes::", &["aws/archive.rs"]),
    ("indicatif", &["cli/source.rs"]),
    ("serde_saphyr", &["workload/kubernetes/mod.rs", "import/yaml.rs"]),
    ("sha2", &["model/digest.rs"]),
    ("strsim", &["document/nearest.rs"]),
    ("statrs", &["model/statistics.rs"]),
    (
        "libm::",
        &[
            "interruption.rs",
            "prices/forecast.rs",
            "workload/random.rs",
            "learn/estimate.rs",
            "learn/segments.rs",
        ],
    ),
    ("plotters", &["render/chart.rs", "render/bar_chart.rs"]),
    ("rust_xlsxwriter", &["render/xlsx.rs"]),
    ("open::", &["cli/report.rs"]),
    (
        "flate2",
        &["spot/file.rs", "actuals/packed.rs", "prices/bundled.rs", "workload/file.rs", "cli/packed.rs"],
    ),
    ("glob::", &["actuals/file.rs", "workload/wanted.rs"]),
    (
        "arrow_",
        &[
            "actuals/parquet.rs",
            "actuals/column.rs",
            "actuals/csv.rs",
            "actuals/grouped.rs",
            "actuals/identity.rs",
            "actuals/words.rs",
            "render/columnar.rs",
        ],
    ),
    ("zip::", &["actuals/packed.rs"]),
    ("zstd::", &["actuals/packed.rs", "workload/file.rs", "cli/packed.rs"]),
    ("lz4_flex", &["actuals/packed.rs"]),
    ("brotli::", &["actuals/packed.rs"]),
    ("rustc_hash", &["actuals/", "workload/"]),
    ("memchr", &["actuals/csv.rs", "bounds.rs", "workload/lines.rs"]),
    ("parquet::arrow", &["actuals/parquet.rs", "render/columnar.rs"]),
    ("polars::", &["frames/", "cli/query/gather.rs"]),
    ("tempfile", &["actuals/packed.rs", "cli/replace.rs", "cache.rs"]),
    ("rustix", &["cli/replace.rs"]),
    ("terminal_size", &["cli/output.rs"]),
    ("jiff", &["model/time.rs", "scenario/", "spot/file.rs", "suggest/search/", "main.rs"]),
];

/// The outside world: only these may touch files, streams, the clock or the environment.
const WORLD: [(&str, &[&str]); 7] = [
    (
        "std::fs",
        &[
            "scenario/file.rs",
            "scenario/price_file.rs",
            "spot/file.rs",
            "workload/file.rs",
            "cli/output.rs",
            "cli/replace.rs",
            "turn.rs",
            "cache.rs",
            "actuals/file.rs",
            "actuals/packed.rs",
            "actuals/parquet.rs",
            "actuals/source.rs",
            "import/file.rs",
            "monitoring/file.rs",
        ],
    ),
    ("io::stdout", &["cli/output.rs"]),
    ("io::stdin", &["workload/file.rs"]),
    ("io::stderr", &["cli/mod.rs", "main.rs"]),
    ("Timestamp::now", &["main.rs"]),
    ("env::var", &["main.rs"]),
    // Who waits says for which process.
    ("std::process", &["main.rs", "turn.rs"]),
];

/// Names under which an attic grows.
const NO_ATTICS: [&str; 8] = ["utils", "helpers", "common", "types", "manager", "service", "core", "imp"];

/// The only files that may name a binary float.
const FLOATS: [&str; 17] = [
    "interruption.rs",
    "model/decimal.rs",
    "model/statistics.rs",
    "document/de.rs",
    "import/yaml.rs",
    "prices/forecast.rs",
    "compare/month_end.rs",
    "compare/shift.rs",
    "workload/random.rs",
    "learn/estimate.rs",
    "learn/segments.rs",
    "simulate/replications.rs",
    "render/chart.rs",
    "render/bar_chart.rs",
    "render/xlsx.rs",
    "actuals/column.rs",
    "frames/sql.rs",
];

/// Lists of words with an arm for each thing that is said: one `match` over all of them is what makes the compiler find the
/// one that is missing, however long it gets.
const CATALOGUES: [&str; 2] = ["report/note.rs", "monthly/sentence.rs"];

const MAX_FILE_LINES: usize = 500;
const MAX_FUNCTION_LINES: usize = 70;

struct Source {
    /// Relative to `src/`.
    path: String,
    /// Up to the unit tests at its foot.
    code: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    collect(&root, &root, &mut found);
    assert!(found.len() > 30, "the sources are found");
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("src can be listed")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let code = text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
            let path = path.strip_prefix(root).expect("below src").to_string_lossy().replace('\\', "/");
            found.push(Source { path, code, text });
        }
    }
}

impl Source {
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or("")
    }

    /// How many modules it stands in, its own file among them.
    fn depth(&self) -> usize {
        self.path.split('/').filter(|part| *part != "mod.rs").count()
    }

    fn is_in(&self, places: &[&str]) -> bool {
        places
            .iter()
            .any(|place| self.path == *place || (place.ends_with('/') && self.path.starts_with(place)))
    }

    /// Lines that are neither comments nor part of a string that spans lines.
    fn code_lines(&self) -> impl Iterator<Item = &str> {
        self.code.lines().filter(|line| !line.trim_start().starts_with("//"))
    }
}

#[test]
fn modules_use_only_what_stands_above_them() {
    let table: BTreeMap<&str, &[&str]> = MAY_USE.into_iter().collect();
    for source in sources().iter().filter(|source| !matches!(source.path.as_str(), "main.rs" | "lib.rs")) {
        let allowed =
            table.get(source.module()).unwrap_or_else(|| panic!("{}: module not in the table", source.path));
        for line in source.code_lines() {
            assert!(!line.contains("crate::{"), "{}: one `use crate::…` for each module", source.path);
            assert!(
                !line.contains(&"super::".repeat(source.depth())),
                "{}: another module is named from the root, as crate::…",
                source.path
            );
            for used in line.split("crate::").skip(1) {
                let used = used.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
                let fine = used.is_empty() || used == source.module() || allowed.contains(&used);
                assert!(fine, "{} uses crate::{used}", source.path);
            }
        }
    }
}

#[test]
fn the_table_has_every_module() {
    for (module, _) in MAY_USE {
        assert!(sources().iter().any(|source| source.module() == module), "{module} is gone");
    }
}

#[test]
fn the_reading_order_of_the_crate_is_an_order_of_use() {
    let root = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs");
    let order: Vec<&str> =
        root.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let place = |module: &str| {
        order.iter().position(|other| *other == module).unwrap_or_else(|| panic!("{module} is not in lib.rs"))
    };
    assert_eq!(order.len(), MAY_USE.len(), "lib.rs and the table have the same modules");
    for (module, used) in MAY_USE {
        for used in used {
            assert!(place(used) < place(module), "{module} uses {used}, which stands below it in lib.rs");
        }
    }
}

/// What ARCHITECTURE.md says of the tree is what the tables here hold.
#[test]
fn the_map_shows_the_tree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md");
    let map = fs::read_to_string(path).expect("ARCHITECTURE.md");
    let arrow: String = MAY_USE
        .iter()
        .filter(|(module, used)| !used.is_empty() && *module != "cli")
        .map(|(module, used)| format!("    {module:<12} ← {}\n", used.join(", ")))
        .collect();
    assert!(map.contains(&arrow), "the arrow in ARCHITECTURE.md should be\n{arrow}");
    let (_, files) = WORLD.iter().find(|(name, _)| *name == "std::fs").expect("the files");
    for file in *files {
        assert!(map.contains(&format!("`{file}`")), "ARCHITECTURE.md does not say that {file} touches files");
    }
    for (module, _) in MAY_USE.iter().filter(|(module, _)| *module != "error") {
        assert!(map.contains(&format!("| `{module}` |")), "ARCHITECTURE.md has no row for {module}");
    }
}

#[test]
fn crates_stay_behind_their_fences() {
    for source in sources() {
        for (name, places) in FENCES.iter().chain(&WORLD) {
            let named = source.code_lines().any(|line| line.contains(name));
            assert!(!named || source.is_in(places), "{} names {name}", source.path);
        }
    }
}

#[test]
fn every_fence_still_guards_something() {
    let sources = sources();
    for (name, places) in FENCES.iter().chain(&WORLD) {
        let used = sources.iter().any(|source| source.is_in(places) && source.code.contains(name));
        assert!(used, "nothing behind the fence of {name}");
    }
}

#[test]
fn every_file_says_what_it_is() {
    for source in sources() {
        let head = source.text.lines().take_while(|line| line.starts_with("//!")).count();
        assert!(head > 0, "{} opens without //!", source.path);
        assert!(head <= 30, "{}: {head} lines of module comment", source.path);
    }
}

#[test]
fn files_and_functions_stay_readable() {
    for source in sources() {
        let lines = source.code.lines().count();
        assert!(lines <= MAX_FILE_LINES, "{} has {lines} lines without tests", source.path);
        if source.is_in(&CATALOGUES) {
            continue;
        }
        let mut start: Option<(usize, usize, &str)> = None;
        for (number, line) in source.code.lines().enumerate() {
            let indent = line.len() - line.trim_start().len();
            let is_function =
                line.contains("fn ") && !line.trim_start().starts_with("//") && !line.ends_with(';');
            match start {
                None if is_function => start = Some((number, indent, line)),
                Some((first, depth, name)) if line.trim_end() == format!("{}}}", " ".repeat(depth)) => {
                    let length = number - first + 1;
                    assert!(
                        length <= MAX_FUNCTION_LINES || is_one_match(&source.code, first, number, depth),
                        "{}: {length} lines in {}",
                        source.path,
                        name.trim()
                    );
                    start = None;
                }
                Some((_, depth, _)) if indent == depth && line.trim_end().ends_with('}') && !is_function => {}
                _ => {}
            }
        }
    }
}

/// Whether a function is one `match` over all its arms: it is as long as there are variants, and the compiler sees that none
/// is missing.
fn is_one_match(code: &str, first: usize, last: usize, depth: usize) -> bool {
    let body = " ".repeat(depth + 4);
    let lines = code.lines().skip(first).take(last - first).skip_while(|line| !line.ends_with('{')).skip(1);
    let mut own = lines.filter(|line| line.starts_with(&body) && !line[body.len()..].starts_with([' ', '/']));
    own.next().is_some_and(|line| line.trim_start().starts_with("match ") && line.ends_with('{'))
        && own.next().is_some_and(|line| line.trim() == "}")
        && own.next().is_none()
}

#[test]
fn a_long_function_may_be_one_match() {
    let of = |code: &str| is_one_match(code, 0, code.lines().count() - 1, 0);
    assert!(of("fn f(a: A) -> u8 {\n    match a {\n        A::B => 1,\n    }\n}"));
    assert!(of("fn f(\n    a: A,\n) -> u8 {\n    match a {\n        A::B => 1,\n    }\n}"));
    assert!(!of("fn f(a: A) -> u8 {\n    let b = a;\n    match b {\n        A::B => 1,\n    }\n}"));
    assert!(!of("fn f(a: A) -> u8 {\n    match a {\n        A::B => 1,\n    };\n    2\n}"));
}

#[test]
fn no_module_is_an_attic() {
    for source in sources() {
        for part in source.path.split(['/', '.']) {
            assert!(!NO_ATTICS.contains(&part), "{}: name it after what it holds", source.path);
        }
    }
}

#[test]
fn money_and_the_estimate_know_no_floats() {
    let deny = "#![deny(clippy::float_arithmetic)]";
    for source in sources().iter().filter(|s| s.module() == "estimate" || s.path == "model/money.rs") {
        assert!(source.text.contains(deny), "{} does not deny float arithmetic", source.path);
    }
    for source in &sources() {
        let floats = source.code_lines().any(|line| line.contains("f64") || line.contains("f32"));
        assert_eq!(
            floats,
            source.is_in(&FLOATS),
            "{} names a binary float, or is listed and does not",
            source.path
        );
    }
}

#[test]
fn the_top_level_holds_what_a_newcomer_expects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in
        ["Cargo.toml", "Cargo.lock", "README.md", "ARCHITECTURE.md", "CHANGELOG.md", "clippy.toml", ".ci/run"]
    {
        assert!(root.join(name).exists(), "{name} is missing");
    }
}
