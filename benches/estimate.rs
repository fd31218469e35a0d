//! How long an estimate takes, part by part. Measured, never asserted.

use std::path::Path;

use hpc_cost::catalog::Catalog;
use hpc_cost::estimate::{estimate, wanted};
use hpc_cost::model::commitment::Commitments;
use hpc_cost::model::json::Envelope;
use hpc_cost::model::time::Month;
use hpc_cost::prices::bundled;
use hpc_cost::render::{json, terminal};
use hpc_cost::report::Lang;
use hpc_cost::scenario::Scenario;
use hpc_cost::scenario::file::{Overrides, read};

fn main() {
    divan::main();
}

const SCENARIOS: [&str; 3] =
    ["scenarios/guide.toml", "scenarios/guide-full.toml", "scenarios/arrays-on-spot.toml"];

fn scenario(path: &str, catalog: &Catalog) -> Scenario {
    let document = read(Path::new(path), &Overrides::default()).expect("a committed scenario reads");
    let month = Month::parse("2026-11").expect("a month");
    Scenario::from_document(document, catalog, "bench", month).expect("a committed scenario is valid")
}

#[divan::bench]
fn catalog() -> Catalog {
    Catalog::bundled()
}

#[divan::bench(args = SCENARIOS)]
fn read_and_check(bencher: divan::Bencher<'_, '_>, path: &str) {
    let catalog = Catalog::bundled();
    bencher.bench(|| scenario(path, &catalog));
}

#[divan::bench(args = SCENARIOS)]
fn bundled_price_list(bencher: divan::Bencher<'_, '_>, path: &str) {
    let catalog = Catalog::bundled();
    let wanted = wanted(&scenario(path, &catalog), &catalog);
    bencher.bench(|| bundled::price_list(&wanted, &Commitments::default()));
}

#[divan::bench(args = SCENARIOS)]
fn price(bencher: divan::Bencher<'_, '_>, path: &str) {
    let catalog = Catalog::bundled();
    let scenario = scenario(path, &catalog);
    let list = bundled::price_list(&wanted(&scenario, &catalog), &Commitments::default());
    bencher.bench(|| estimate(&scenario, &list, &catalog));
}

#[divan::bench(args = SCENARIOS)]
fn render(bencher: divan::Bencher<'_, '_>, path: &str) {
    let catalog = Catalog::bundled();
    let scenario = scenario(path, &catalog);
    let list = bundled::price_list(&wanted(&scenario, &catalog), &Commitments::default());
    let estimate = estimate(&scenario, &list, &catalog).expect("a committed scenario prices");
    bencher.bench(|| {
        (
            terminal::render(&estimate.report(), Lang::En, false, None),
            json::render(&Envelope::new("estimate", &estimate)),
        )
    });
}
