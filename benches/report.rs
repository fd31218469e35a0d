//! How long the documents of a month take, one by one. Measured, never asserted.

use hpc_cost::monthly::page::{View, page};
use hpc_cost::monthly::{MonthlyReport, focus, sheets, tables};
use hpc_cost::render::{columnar, csv, html, json, xlsx};
use hpc_cost::report::Lang;

fn main() {
    divan::main();
}

fn october() -> MonthlyReport {
    let text = std::fs::read_to_string("reports/october-en/report.json").expect("the example month");
    MonthlyReport::parse(&text).expect("a saved report")
}

#[divan::bench]
fn parse(bencher: divan::Bencher<'_, '_>) {
    let text = json::render(&october());
    bencher.bench_local(|| MonthlyReport::parse(&text));
}

#[divan::bench(args = [Lang::En, Lang::Ja])]
fn page_with_charts(bencher: divan::Bencher<'_, '_>, lang: Lang) {
    let report = october();
    bencher.bench_local(|| html::render(&page(&report, &View::default()), lang));
}

#[divan::bench]
fn workbook(bencher: divan::Bencher<'_, '_>) {
    let report = october();
    bencher.bench_local(|| xlsx::workbook(&sheets::sheets(&report, None), Lang::En, (2026, 11, 6)));
}

#[divan::bench]
fn lines_csv(bencher: divan::Bencher<'_, '_>) {
    let report = october();
    bencher.bench_local(|| csv::table(&tables::lines(&report)));
}

#[divan::bench]
fn focus_file(bencher: divan::Bencher<'_, '_>) {
    let report = october();
    bencher.bench_local(|| columnar::parquet(&focus::focus(&report)));
}
