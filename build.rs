//! Packs the bundled price tables, each region by itself, so that a run unpacks what it asks for and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::{env, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

const FOLDER: &str = "src/prices/bundled";

#[expect(clippy::disallowed_methods, reason = "a build script is told its folder so")]
fn main() {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").expect("cargo names the folder");
    let out = Path::new(&out);
    let (instances, others) = (by_region("ec2.csv"), by_region("other.csv"));
    let mut index = String::from("&[\n");
    let codes: std::collections::BTreeSet<&String> = instances.keys().chain(others.keys()).collect();
    for code in codes {
        let rows = |table: &BTreeMap<String, String>| table.get(code).cloned().unwrap_or_default();
        // An empty line stands between the two tables of a region.
        let text = format!("{}\n{}", rows(&instances), rows(&others));
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(text.as_bytes()).expect("memory");
        let name = format!("{code}.gz");
        fs::write(out.join(&name), packed.finish().expect("memory")).expect("the folder can be written");
        writeln!(index, "    (\"{code}\", include_bytes!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))),")
            .expect("memory");
    }
    index.push(']');
    fs::write(out.join("prices.rs"), index).expect("the folder can be written");
}

/// The rows of a table by the region in their first cell, without it.
fn by_region(name: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(Path::new(FOLDER).join(name)).expect("the table is there");
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    for row in text.lines().filter(|line| !line.starts_with('#')).skip(1) {
        let (region, rest) = row.split_once(',').expect("a row has a region and more");
        let rows = found.entry(region.to_owned()).or_default();
        rows.push_str(rest);
        rows.push('\n');
    }
    found
}
