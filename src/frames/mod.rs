//! Values as data frames, and SQL over them: for questions that no command answers.
//!
//! Amounts and quantities are exact decimals, what is not known is null, times are in UTC and name no zone. What a column is called, what it
//! holds and what it means is declared once, in `tables`; frames and [`describe`] are made of that.

mod column;
mod jobs;
mod lines;
mod sql;
mod tables;
mod words;

pub use polars;
use polars::prelude::{DataFrame, PolarsResult};

pub use column::Holds;
use column::frame;
use jobs::{Job, Simulated};
use lines::EstimateLine;
pub use sql::{Refused, ask, asked_for};
use tables::{Charge, ListPrice, Named};
pub use tables::{Described, NAMES, describe};

use crate::actuals::Bill;
use crate::estimate::Estimate;
use crate::model::sku::{PurchaseOption, Service};
use crate::monthly::MonthlyReport;
use crate::prices::{Entry, Price, PriceList};
use crate::simulate::allocation::{by_job, costs};
use crate::simulate::study::Run;
use crate::suggest::Suggestions;
use crate::workload::Workload;

/// The lines of an estimate, priced or not, in the order of the answer.
///
/// ```
/// use hpc_cost::{catalog::Catalog, document::Document, estimate, frames, prices::bundled, scenario::Scenario};
/// use hpc_cost::model::{commitment::Commitments, time::Month};
///
/// let toml = "region = \"us-east-1\"\nmonth = \"2026-11\"\n[[s3]]\nname = \"data\"\nstorage_gib = 1000\n";
/// let document = Document::parse("a.toml", toml).unwrap();
/// let (catalog, now) = (Catalog::bundled(), Month::parse("2026-11").unwrap());
/// let scenario = Scenario::from_document(document, &catalog, "a", now).unwrap();
/// let prices = bundled::price_list(&estimate::wanted(&scenario, &catalog), &Commitments::default());
/// let lines = frames::lines(&estimate::estimate(&scenario, &prices, &catalog).unwrap()).unwrap();
/// // 1,000 GB-months of S3 Standard at $0.023.
/// assert_eq!(lines.column("cost").unwrap().get(0).unwrap().to_string(), "23.00000000000000000000");
/// ```
pub fn lines(estimate: &Estimate) -> PolarsResult<DataFrame> {
    let lines = estimate.lines().map(|(id, line)| EstimateLine::of(estimate, id, line));
    frame(&lines::lines(), &lines.collect::<Vec<_>>())
}

/// The same of a saved report of a month.
///
/// ```
/// use hpc_cost::{frames, monthly::MonthlyReport};
///
/// let text = std::fs::read_to_string("reports/october-en/report.json").unwrap();
/// let report = MonthlyReport::parse(&text).unwrap();
/// assert_eq!(frames::lines_of(&report).unwrap().height(), report.lines.len());
/// assert!(frames::suggestions_of(&report).unwrap().is_some());
/// ```
pub fn lines_of(report: &MonthlyReport) -> PolarsResult<DataFrame> {
    let lines = report.lines.iter().map(|line| EstimateLine::kept(report, line));
    frame(&lines::lines(), &lines.collect::<Vec<_>>())
}

/// The jobs of a workload, by time of submission.
///
/// ```
/// use hpc_cost::{frames, workload};
///
/// let csv = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n\
///            a,0,600,8,16384,0,1,cpu,succeeded\nb,60,1200,96,0,8,2,gpu,failed\n";
/// let jobs = frames::jobs(&workload::csv::read(csv.as_bytes()).unwrap()).unwrap();
/// assert_eq!(jobs.height(), 2);
/// // The record does not say how much memory b asks for.
/// assert!(jobs.column("memory_mib").unwrap().get(1).unwrap().is_null());
/// ```
pub fn jobs(workload: &Workload) -> PolarsResult<DataFrame> {
    let rows: Vec<Job<'_>> = (0..workload.jobs().len()).map(|index| Job { workload, index }).collect();
    frame(&jobs::jobs(), &rows)
}

/// What became of each job of a simulation.
///
/// ```
/// use std::{fs, path::Path};
/// use hpc_cost::{catalog::Catalog, document::Document, frames, prices::bundled, scenario::Scenario};
/// use hpc_cost::estimate::{Pricing, wanted};
/// use hpc_cost::model::{commitment::Commitments, time::Month};
/// use hpc_cost::simulate::study::{Jobs, Study};
/// use hpc_cost::workload::file::read;
///
/// let (catalog, now) = (Catalog::bundled(), Month::parse("2026-11").unwrap());
/// let text = fs::read_to_string("scenarios/october.toml").unwrap();
/// let document = Document::parse("scenarios/october.toml", &text).unwrap();
/// let scenario = Scenario::from_document(document, &catalog, "october", now).unwrap();
/// let list = bundled::price_list(&wanted(&scenario, &catalog), &Commitments::default());
/// let pricing = Pricing::new(&scenario, &list, &catalog).unwrap();
/// let jobs = Jobs::recorded(read(Path::new("scenarios/october-jobs.csv"), 192).unwrap(), &scenario);
/// let study = Study { scenario, pricing, spot: None, jobs, at_least_seconds: 0 };
/// let waits = frames::waits(&study.run(1).unwrap()).unwrap();
/// assert_eq!(waits.column("wait_seconds").unwrap().len(), 172);
/// ```
pub fn waits(run: &Run) -> PolarsResult<DataFrame> {
    let parts = costs(&run.outcome, &run.model, &run.workload, &run.figures.pools);
    let costs = by_job(&run.outcome, &parts).into_iter().enumerate();
    let rows: Vec<Simulated<'_>> = costs.map(|(index, cost)| Simulated { run, index, cost }).collect();
    frame(&jobs::waits(), &rows)
}

/// Suggestions, the best first.
///
/// ```
/// use std::{fs, path::Path};
/// use hpc_cost::{catalog::Catalog, document::Document, frames, prices::bundled, scenario::Scenario};
/// use hpc_cost::estimate::{Pricing, wanted};
/// use hpc_cost::model::{commitment::Commitments, time::Month};
/// use hpc_cost::simulate::study::{Jobs, Study};
/// use hpc_cost::workload::file::read;
/// use hpc_cost::suggest::{Market, Trials, suggest};
///
/// let (catalog, now) = (Catalog::bundled(), Month::parse("2026-11").unwrap());
/// let text = fs::read_to_string("scenarios/october.toml").unwrap();
/// let document = Document::parse("scenarios/october.toml", &text).unwrap();
/// let scenario = Scenario::from_document(document, &catalog, "october", now).unwrap();
/// let list = bundled::price_list(&wanted(&scenario, &catalog), &Commitments::default());
/// let pricing = Pricing::new(&scenario, &list, &catalog).unwrap();
/// let jobs = Jobs::recorded(read(Path::new("scenarios/october-jobs.csv"), 192).unwrap(), &scenario);
/// let study = Study { scenario, pricing, spot: None, jobs, at_least_seconds: 0 };
/// let trials = Trials::new(&study, &list, &catalog, now, vec![1], None).unwrap();
/// let suggestions = frames::suggestions(&suggest(&trials, &Market::default()).unwrap()).unwrap();
/// assert_eq!(suggestions.column("id").unwrap().get(0).unwrap().get_str(), Some("schedule-1"));
/// ```
pub fn suggestions(found: &Suggestions) -> PolarsResult<DataFrame> {
    let named = found.named().map(|(id, of)| Named::of(id, of));
    frame(&tables::suggestions(), &named.collect::<Vec<_>>())
}

/// The same of a saved report of a month; `None` where it looked for none.
pub fn suggestions_of(report: &MonthlyReport) -> PolarsResult<Option<DataFrame>> {
    let changes = report.proposals.as_ref().map(|found| found.changes.iter().map(Named::kept));
    changes.map(|named| frame(&tables::suggestions(), &named.collect::<Vec<_>>())).transpose()
}

/// A price list: a row for each tier of each price. [`prices_of`] does the same of prices of which there may be several for
/// one purchasing option, by the terms of a commitment.
///
/// ```
/// use hpc_cost::{frames, model::region::Region, prices::bundled};
///
/// let entries = bundled::entries(Region::parse("us-east-1").unwrap());
/// let prices = frames::prices_of(&entries).unwrap();
/// assert!(prices.height() >= entries.len());
/// ```
pub fn prices(list: &PriceList) -> PolarsResult<DataFrame> {
    frame_of_prices(list.iter())
}

/// The same of prices that are no list.
pub fn prices_of(entries: &[Entry]) -> PolarsResult<DataFrame> {
    frame_of_prices(
        entries
            .iter()
            .map(|(service, usage_type, purchase, price)| (*service, usage_type.as_str(), *purchase, price)),
    )
}

fn frame_of_prices<'a>(
    entries: impl Iterator<Item = (Service, &'a str, PurchaseOption, &'a Price)>,
) -> PolarsResult<DataFrame> {
    let entries = entries.flat_map(|(service, usage_type, purchase, price)| {
        (price.tiers.iter()).map(move |tier| ListPrice { service, usage_type, purchase, price, tier })
    });
    frame(&tables::prices(), &entries.collect::<Vec<_>>())
}

/// A bill, added up by day, service, usage type, kind of charge, scope and whatever it tells charges apart by: each of its
/// dimensions is a column of words, `account`, `region`, `tag:KEY` and so on.
///
/// ```
/// use hpc_cost::actuals::{Bill, RecordType, Row};
/// use hpc_cost::frames;
/// use hpc_cost::model::{decimal::Decimal, money::Usd, time::Month};
///
/// let october = Month::parse("2026-10").unwrap();
/// let mut bill = Bill::default();
/// let row = Row {
///     record: RecordType::Usage,
///     service: "AmazonEC2".into(),
///     usage_type: "BoxUsage:c5.large".into(),
///     time: october.seconds().0,
///     quantity: Some(Decimal::from(24)),
///     cost: Usd::new(Decimal::new(204, 2)),
///     in_scope: true,
/// };
/// bill.add(row, october.period());
/// let charges = frames::charges(&bill).unwrap();
/// assert_eq!(charges.column("cost").unwrap().get(0).unwrap().to_string(), "2.04000000000000000000");
/// ```
pub fn charges(bill: &Bill) -> PolarsResult<DataFrame> {
    let rows = bill.charges.iter().map(|(key, amounts)| Charge { key, amounts: *amounts });
    let mut frame = frame(&tables::charges(), &rows.collect::<Vec<_>>())?;
    for (place, dimension) in bill.dimensions.iter().enumerate() {
        let values = bill.charges.keys().map(|key| key.by.get(place)?.as_deref());
        frame.with_column(column::words(&tables::by_name(dimension), values))?;
    }
    Ok(frame)
}
