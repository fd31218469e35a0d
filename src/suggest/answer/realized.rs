//! Savings at paid rates and the rest of a month, as tables and JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::decimal;
use crate::model::time::day;
use crate::report::{Cell, Column, Row, Said, Table};
use crate::suggest::Saving;
use crate::suggest::headings;
use crate::suggest::realized::AtPaidRates;
use crate::suggest::rest_of_month::{Replan, Rest};

/// What hours cost, by list and by bill, and what suggestions save then.
pub(in crate::suggest) fn paid_tables(of: &AtPaidRates) -> Vec<Table> {
    let paid = &of.paid;
    let rate = |(kind, list, paid, hours): &(String, _, _, _)| {
        let price = |price: &Option<_>| price.map_or(Cell::Unknown, Cell::Price);
        Row::Data(vec![
            Cell::Text(kind.clone()),
            price(list),
            price(paid),
            Cell::Number(decimal::round(*hours, 1)),
        ])
    };
    let rates = Table {
        caption: headings::hour_cost(day(paid.days.0), day(paid.days.1), &paid.source),
        columns: vec![
            Column::text("usage_type", headings::usage_type()),
            Column::number("list", headings::here()),
            Column::number("paid", headings::paid()),
            Column::number("hours", headings::hours_charged()),
        ],
        rows: of.rates.iter().map(rate).collect(),
    };
    let saving = |(id, saving): (&String, &crate::suggest::Saving)| {
        Row::Data(vec![
            Cell::Text(id.clone()),
            Cell::Usd(saving.expected),
            Cell::Usd(saving.low),
            Cell::Usd(saving.high),
        ])
    };
    let savings = Table {
        caption: headings::savings_paid(of.monthly.cents()),
        columns: vec![
            Column::text("id", headings::id()),
            Column::number("saving_expected", headings::saves_a_month()),
            Column::number("saving_low", headings::and_at_least()),
            Column::number("saving_high", headings::and_at_most()),
        ],
        rows: of.savings.iter().map(saving).collect(),
    };
    [rates, savings].into_iter().filter(|table| !table.rows.is_empty()).collect()
}

/// What is left of the month.
pub(in crate::suggest) fn rest_table(of: &Replan) -> Table {
    let row = |rest: &Rest| {
        let mut marks = Vec::new();
        if rest.present {
            marks.push(headings::present());
        }
        if rest.chosen {
            marks.push(headings::largest_within());
        }
        Row::Data(vec![
            Cell::Text(rest.environment.clone()),
            Cell::Number(rest.max_vcpus.into()),
            Cell::Usd(rest.rest),
            Cell::Usd(rest.month),
            Cell::Number(rest.wait_seconds_p95.into()),
            Cell::Words(Said::joined(marks, ", ", "、")),
        ])
    };
    Table {
        caption: headings::rest_of_month(
            of.spent.cents(),
            of.budget.cents(),
            decimal::grouped_trimmed(of.hours, 1),
            day(of.until),
            of.beside.cents(),
        ),
        columns: vec![
            Column::text("compute_environment", headings::compute_environment()),
            Column::count("max_vcpus", Said::alike("max_vcpus")),
            Column::number("rest", headings::rest_costs()),
            Column::number("month", headings::month_costs()),
            Column::number("wait_seconds_p95", headings::p95_wait_s()),
            Column::text("marks", headings::marks()),
        ],
        rows: of.caps.iter().map(row).collect(),
    }
}

#[derive(Debug, Serialize)]
pub(in crate::suggest) struct PaidDocument {
    source: String,
    first_day: String,
    last_day: String,
    charged_usd: String,
    instances_and_volumes_usd: String,
    current_usd_per_month: String,
    rates: Vec<RateDocument>,
    at_list_price: Vec<String>,
    saving_usd_per_month: BTreeMap<String, Saving>,
}

#[derive(Debug, Serialize)]
struct RateDocument {
    usage_type: String,
    list_usd: Option<String>,
    paid_usd: Option<String>,
    hours: String,
}

impl PaidDocument {
    pub(in crate::suggest) fn new(of: &AtPaidRates) -> PaidDocument {
        let rates = of.rates.iter().map(|(kind, list, paid, hours)| RateDocument {
            usage_type: kind.clone(),
            list_usd: list.map(|usd| usd.to_price().to_string()),
            paid_usd: paid.map(|usd| usd.to_price().to_string()),
            hours: decimal::plain(*hours),
        });
        PaidDocument {
            source: of.paid.source.clone(),
            first_day: day(of.paid.days.0),
            last_day: day(of.paid.days.1),
            charged_usd: of.paid.total.to_string(),
            instances_and_volumes_usd: of.paid.instances.to_string(),
            current_usd_per_month: of.monthly.to_string(),
            rates: rates.collect(),
            at_list_price: of.at_list.iter().cloned().collect(),
            saving_usd_per_month: of.savings.iter().map(|(id, saving)| (id.clone(), *saving)).collect(),
        }
    }
}

#[derive(Debug, Serialize)]
pub(in crate::suggest) struct RestDocument {
    budget_usd: String,
    spent_usd: String,
    from: String,
    hours: String,
    beside_instances_usd: String,
    caps: Vec<CapDocument>,
}

#[derive(Debug, Serialize)]
struct CapDocument {
    compute_environment: String,
    max_vcpus: u32,
    rest_usd: String,
    month_usd: String,
    wait_seconds_p95: u64,
    is_present: bool,
    is_largest_within_budget: bool,
}

impl RestDocument {
    pub(in crate::suggest) fn new(of: &Replan) -> RestDocument {
        let cap = |rest: &Rest| CapDocument {
            compute_environment: rest.environment.clone(),
            max_vcpus: rest.max_vcpus,
            rest_usd: rest.rest.to_string(),
            month_usd: rest.month.to_string(),
            wait_seconds_p95: rest.wait_seconds_p95,
            is_present: rest.present,
            is_largest_within_budget: rest.chosen,
        };
        RestDocument {
            budget_usd: of.budget.to_string(),
            spent_usd: of.spent.to_string(),
            from: day(of.until),
            hours: decimal::plain(of.hours),
            beside_instances_usd: of.beside.to_string(),
            caps: of.caps.iter().map(cap).collect(),
        }
    }
}
