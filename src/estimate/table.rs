//! An estimate as a report: the columns, here and nowhere else.
#![deny(clippy::float_arithmetic)]

use super::headings;
use super::pricing::{LineItem, Unpriced};
use super::spend_bounds::WEEKEND_HOURS;
use super::{BudgetVerdict, Estimate, Line, UnitCost};
use crate::model::decimal::{self, Decimal};
use crate::model::money::{CostRange, Total, Usd};
use crate::model::sku::PurchaseOption;
use crate::model::units::Quantity;
use crate::model::usage::{Basis, UsageLine};
use crate::prices::Source;
use crate::report::{Cell, Column, Kind, Note, Page, Row, Said, Table, Verbatim};

impl Estimate {
    /// The whole answer.
    #[must_use]
    pub fn report(&self) -> Page {
        let mut tables = vec![self.lines_table()];
        tables.extend(self.calibrated_table());
        tables.extend(self.unit_cost_table());
        tables.extend(self.frame_table());
        tables.extend(self.limits_table());
        tables.extend(self.worst_case_table());
        Page::new(headings::estimate_of(&self.scenario.name), tables, self.notes.clone())
            .with_facts(self.facts())
            .with_verbatim(self.missing_prices().into_iter().map(missing_prices))
    }

    /// What the numbers mean.
    #[must_use]
    pub(super) fn facts(&self) -> Vec<(Said, Said)> {
        let scenario = &self.scenario;
        let mut facts = vec![
            (headings::region(), Said::alike(scenario.region.to_string())),
            (headings::period(), self.period_text()),
            (headings::hours_basis(), self.hours_basis()),
            (headings::prices(), self.prices_text()),
        ];
        facts.extend(self.budget_text().map(|text| (headings::budget(), text)));
        facts
    }

    fn budget_text(&self) -> Option<Said> {
        let (verdict, limit) = self.budget()?;
        let total = self.judged_total();
        let by = if self.is_complete() { headings::by_exactly() } else { headings::by_at_least() };
        let over = (total.expected - limit).cents();
        let what = match self.calibrated {
            Some(_) => headings::calibrated_total(),
            None => headings::expected_total(),
        };
        let text = match verdict {
            BudgetVerdict::Within => headings::budget_within(what, limit.cents()),
            BudgetVerdict::Warn => headings::budget_warned(what, limit.cents(), by, over),
            BudgetVerdict::Fail => headings::budget_failed(what, limit.cents(), by, over),
            BudgetVerdict::Unknown => headings::budget_unknown(limit.cents()),
        };
        let budget = self.scenario.keys.budget.as_ref()?;
        let highest = budget.fail_usd.or(budget.warn_usd).map(|d| d.0);
        let in_high_case = highest.zip(total.high.filter(|_| self.is_complete()));
        Some(match in_high_case.filter(|(limit, high)| high > limit && verdict != BudgetVerdict::Fail) {
            Some((limit, high)) => headings::also_in_high_case(text, high.cents(), limit.cents()),
            None => text,
        })
    }

    /// `November 2026 (UTC, 720 h)`.
    #[must_use]
    pub(super) fn period_text(&self) -> Said {
        let period = self.scenario.period;
        let hours = decimal::grouped_trimmed(period.hours(), 2);
        match period.month() {
            Some(month) => headings::month_in_utc(month.said(), hours),
            None => headings::from_to(period.start(), period.end(), hours),
        }
    }

    fn hours_basis(&self) -> Said {
        match self.scenario.keys.hours_per_month {
            Some(hours) => headings::part_of_a_month(decimal::grouped_trimmed(hours.0, 2)),
            None => headings::part_of_the_month(),
        }
    }

    /// What the prices are, in words.
    #[must_use]
    pub fn prices_text(&self) -> Said {
        let (source, as_of) = &self.price_source;
        super::prices_text(source, as_of.as_deref())
    }

    pub(super) fn lines_table(&self) -> Table {
        let columns = vec![
            Column::machine("scenario"),
            Column::machine("region"),
            Column::machine_of(Kind::Instant, "period_start"),
            Column::machine_of(Kind::Instant, "period_end"),
            Column::machine("currency"),
            Column::machine_of(Kind::Count, "line_id"),
            Column::machine("priced"),
            Column::machine("group"),
            Column::text("name", headings::line()),
            Column::machine("service"),
            Column::text("usage_type", headings::usage_type()).spare(2),
            Column::machine("purchase_option"),
            Column::text("", headings::bought_as()).spare(3),
            Column::machine_of(Kind::Decimal, "pricing_quantity_low"),
            Column::number("pricing_quantity", headings::quantity()),
            Column::machine_of(Kind::Decimal, "pricing_quantity_high"),
            Column::text("pricing_unit", headings::unit()),
            Column::machine_of(Kind::Decimal, "list_unit_price"),
            Column::machine_of(Kind::Decimal, "list_cost"),
            Column::machine_of(Kind::Decimal, "unit_price_low"),
            Column::number("unit_price", headings::unit_price()),
            Column::machine_of(Kind::Decimal, "unit_price_high"),
            Column::machine_of(Kind::Decimal, "cost_low"),
            Column::number("cost_expected", headings::cost()),
            Column::machine_of(Kind::Decimal, "cost_high"),
            Column::number("", headings::range()),
            Column::machine("basis"),
            Column::text("", headings::price_from()).spare(1),
            Column::machine("price_source"),
            Column::machine("price_as_of"),
            Column::machine("price_verified"),
            Column::machine("price_detail"),
            Column::machine("sku"),
            Column::machine("derivation"),
            Column::machine("missing_reason"),
        ];
        let mut rows = Vec::new();
        let mut group = None;
        for (id, line) in self.lines() {
            if group.replace(line.usage().group) != Some(line.usage().group) {
                rows.push(Row::Heading(line.usage().group.said()));
            }
            rows.push(Row::Data(match line {
                Line::Priced(item) => self.item_cells(id, item),
                Line::Unpriced(line) => self.unpriced_cells(id, line),
            }));
        }
        for (title, basis) in [(headings::fixed(), Basis::Fixed), (headings::usage(), Basis::Usage)] {
            rows.push(total_row(title, self.expected_of(|line| line.basis == basis), self.subtotal(basis)));
        }
        rows.push(total_row(headings::total(), self.expected(), self.total()));
        Table { caption: Said::default(), columns, rows }
    }

    /// What every row begins with.
    fn head_cells(&self, id: usize, usage: &UsageLine, priced: bool) -> Vec<Cell> {
        let scenario = &self.scenario;
        vec![
            text(&scenario.name),
            text(scenario.region.code()),
            Cell::Text(scenario.period.start().to_string()),
            Cell::Text(scenario.period.end().to_string()),
            text("USD"),
            Cell::Number(id.into()),
            text(if priced { "yes" } else { "no" }),
            text(usage.group.id()),
            text(&usage.name),
            text(usage.sku.service().code()),
            Cell::Text(usage.sku.usage_type()),
            text(usage.sku.purchase.id()),
            Cell::Words(self.bought_as(usage)),
        ]
    }

    fn bought_as(&self, usage: &UsageLine) -> Said {
        let option = usage.sku.purchase.said();
        let retired = |note: &Note| match (note, usage.sku.instance_type()) {
            (Note::Retired { instance_type, .. }, Some(used)) => instance_type == used.as_str(),
            _ => false,
        };
        if self.notes.iter().any(retired) { headings::retired(option) } else { option }
    }

    fn item_cells(&self, id: usize, item: &LineItem) -> Vec<Cell> {
        let usage = &item.usage;
        let point = item.cost.high == Some(item.cost.low);
        let source = &item.provenance;
        let bundled = source.source == Source::Bundled;
        let date = source.as_of.as_deref().unwrap_or(if bundled { "undated" } else { "" });
        let price_from = Said::each(|lang| {
            format!("{} {date}", source.source.said().in_language(lang)).trim().replace("  ", " ")
        });
        let mut cells = self.head_cells(id, usage, true);
        cells.extend([
            Cell::Number(usage.quantity.low.amount),
            Cell::Number(usage.quantity.expected.amount),
            Cell::Number(usage.quantity.high.amount),
            Cell::Words(usage.quantity.expected.unit.said()),
            item.list_unit_price.map_or(Cell::Empty, |rate| Cell::Price(rate.price)),
            item.list_cost().map_or(Cell::Empty, Cell::Usd),
            Cell::Price(item.unit_price.low),
            Cell::Price(item.unit_price.expected),
            item.unit_price.high.map_or(Cell::Unknown, Cell::Price),
            Cell::Usd(item.cost.low),
            Cell::Usd(item.cost.expected),
            item.cost.high.map_or(Cell::Unknown, Cell::Usd),
            if point { Cell::Empty } else { range(item.cost) },
            text(usage.basis.id()),
            Cell::Words(match source.verified {
                Some(false) => headings::unverified(price_from),
                _ => price_from,
            }),
            Cell::Text(source.source.to_string()),
            source.as_of.as_ref().map_or(Cell::Empty, |date| text(date)),
            source.verified.map_or(Cell::Empty, |verified| text(if verified { "yes" } else { "no" })),
            text(&source.detail),
            source.sku.as_ref().map_or(Cell::Empty, |sku| text(sku)),
            text(&usage.derivation),
            Cell::Empty,
        ]);
        cells
    }

    fn unpriced_cells(&self, id: usize, line: &Unpriced) -> Vec<Cell> {
        let usage = &line.usage;
        let counted = |quantity: Quantity| match quantity.amount.is_zero() {
            true => Cell::Unknown,
            false => Cell::Number(quantity.amount),
        };
        let mut cells = self.head_cells(id, usage, false);
        cells.extend([
            counted(usage.quantity.low),
            counted(usage.quantity.expected),
            counted(usage.quantity.high),
            Cell::Words(usage.quantity.expected.unit.said()),
        ]);
        // List price, list cost, three unit prices, three costs.
        cells.extend([const { Cell::Unknown }; 8]);
        cells.extend([Cell::Empty, text(usage.basis.id()), Cell::Empty]);
        // Source, date, verified, detail, sku.
        cells.extend([const { Cell::Unknown }; 5]);
        cells.extend([text(&usage.derivation), text(&line.reason.en)]);
        cells
    }

    fn unit_cost_table(&self) -> Option<Table> {
        if self.unit_costs.is_empty() {
            return None;
        }
        let runs = self.unit_costs.iter().any(|unit| unit.per_run.is_some());
        let mut columns = vec![
            Column::text("name", headings::group()),
            Column::number("per_vcpu_hour", headings::vcpu_hour()),
            Column::number("per_gpu_hour", headings::gpu_hour()),
            Column::number("per_useful_gpu_hour", headings::useful_gpu_hour()),
        ];
        if runs {
            columns.push(Column::number("per_run", headings::run()));
            columns.push(Column::number("per_useful_hour", headings::useful_hour_of_a_run()));
        }
        let price = |unit: &UnitCost, applies: bool, usd: Option<Usd>| match (applies, unit.complete, usd) {
            (true, true, Some(usd)) => Cell::Price(round(usd, 4)),
            (true, false, _) => Cell::Unknown,
            _ => Cell::Empty,
        };
        let rows = self.unit_costs.iter().map(|unit| {
            let mut cells = vec![
                Cell::Text(unit.name.clone()),
                price(unit, true, unit.per_vcpu_hour),
                price(unit, unit.has_gpus, unit.per_gpu_hour),
                price(unit, unit.has_gpus, unit.per_useful_gpu_hour),
            ];
            if runs {
                cells.push(price(unit, unit.per_run.is_some(), unit.per_run));
                cells.push(price(unit, unit.per_useful_hour.is_some(), unit.per_useful_hour));
            }
            Row::Data(cells)
        });
        Some(Table { caption: headings::unit_costs_expected(), rows: rows.collect(), columns })
    }

    fn frame_table(&self) -> Option<Table> {
        let frame = self.frame.as_ref()?;
        let money = |usd: Option<Usd>| usd.map_or(Cell::Unknown, Cell::Usd);
        let mut rows: Vec<Row> = Vec::new();
        for environment in &frame.environments {
            let dearest: Vec<String> = environment
                .dearest
                .iter()
                .map(|(instance_type, count)| format!("{count} × {instance_type}"))
                .collect();
            let set = match dearest.is_empty() {
                true => Cell::Empty,
                false => Cell::Text(format!("{} = {} vCPUs", dearest.join(" + "), environment.dearest_vcpus)),
            };
            rows.push(Row::Data(vec![
                Cell::Text(environment.name.clone()),
                money(environment.floor),
                money(environment.ceiling),
                money(environment.burn_per_hour_at_ceiling),
                money(
                    environment.burn_per_hour_at_ceiling.map(|burn| burn.times(Decimal::from(WEEKEND_HOURS))),
                ),
                set,
            ]));
        }
        rows.push(Row::Total(vec![
            Cell::Words(headings::all_environments()),
            money(frame.floor),
            money(frame.ceiling),
            money(frame.burn_per_hour_at_ceiling),
            money(frame.weekend_at_ceiling),
            frame.hours_until_budget.map_or(Cell::Empty, |hours| {
                let limit = self.scenario.keys.budget.as_ref().and_then(|b| b.fail_usd.or(b.warn_usd));
                let limit = limit.map_or_else(String::new, |d| d.0.cents());
                Cell::Words(headings::gone_in(limit, decimal::grouped_trimmed(hours, 1)))
            }),
        ]));
        Some(Table {
            caption: headings::batch_limits_on_demand_at_its_price(),
            columns: vec![
                Column::text("compute_environment", headings::compute_environment()),
                Column::number("floor", headings::floor()),
                Column::number("ceiling", headings::ceiling()),
                Column::number("burn_per_hour_at_ceiling", headings::burn_per_hour()),
                Column::number("weekend_at_ceiling", headings::forgotten_weekend_48_h()),
                Column::text("dearest", headings::ceiling_is()),
            ],
            rows,
        })
    }

    /// Limits by the clock, where any schedule changes them.
    fn limits_table(&self) -> Option<Table> {
        let frame = self.frame.as_ref()?;
        let scheduled = frame.environments.iter().filter(|environment| environment.limits.len() > 1);
        let rows: Vec<Row> = scheduled
            .flat_map(|environment| {
                environment.limits.iter().map(|(min, max, hours)| {
                    Row::Data(vec![
                        Cell::Text(environment.name.clone()),
                        Cell::Number(Decimal::from(*min)),
                        Cell::Number(Decimal::from(*max)),
                        Cell::Number(*hours),
                    ])
                })
            })
            .collect();
        (!rows.is_empty()).then(|| Table {
            caption: headings::scheduled_limits(),
            columns: vec![
                Column::text("compute_environment", headings::compute_environment()),
                Column::count("min_vcpus", headings::min_vcpus()),
                Column::count("max_vcpus", headings::max_vcpus()),
                Column::number("hours", headings::hours_in_the_period()),
            ],
            rows,
        })
    }

    fn worst_case_table(&self) -> Option<Table> {
        let jobs = &self.frame.as_ref()?.worst_jobs;
        let rows: Vec<Row> = jobs
            .iter()
            .map(|job| {
                let on = job.instance_type.as_ref();
                Row::Data(vec![
                    Cell::Text(job.name.clone()),
                    Cell::Number(job.nodes.into()),
                    job.hours.map_or(Cell::Unknown, Cell::Number),
                    on.map_or(Cell::Unknown, |instance_type| Cell::Text(instance_type.to_string())),
                    job.cost.map_or(Cell::Unknown, Cell::Usd),
                ])
            })
            .collect();
        (!rows.is_empty()).then(|| Table {
            caption: headings::worst_case_of_one_job_attempts_timeout(),
            columns: vec![
                Column::text("job_definition", headings::job_definition()),
                Column::count("nodes", headings::nodes()),
                Column::number("hours", headings::hours()),
                Column::text("instance_type", headings::instance_type()),
                Column::number("cost", headings::cost()),
            ],
            rows,
        })
    }
}

/// Places of the columns that total rows fill.
const NAME: usize = 8;
const COST: usize = 23;
const RANGE: usize = 25;
const COLUMNS: usize = 35;

fn total_row(name: Said, expected: Total, cost: CostRange) -> Row {
    let complete = expected.whole().is_some();
    let mut cells = vec![Cell::Empty; COLUMNS];
    cells[NAME] = Cell::Words(name);
    cells[COST] = Cell::Total(expected);
    if complete && cost.high != Some(cost.low) {
        cells[RANGE] = range(cost);
    } else if !complete && cost.low != cost.expected {
        // Without every price there is no upper end.
        cells[RANGE] = Cell::Total(Total::AtLeast(cost.low));
    }
    Row::Total(cells)
}

/// Prices that the user may know.
pub(super) fn missing_prices(text: String) -> Verbatim {
    Verbatim { caption: headings::prices_to_add_to_the_scenario_each(), language: "toml", text }
}

fn text(text: &str) -> Cell {
    Cell::Text(text.to_owned())
}

/// From the smaller to the larger end: a commitment's own lines cost most in the low case.
fn range(cost: CostRange) -> Cell {
    match cost.high {
        Some(high) => Cell::Range(cost.low.min(high), Some(cost.low.max(high))),
        None => Cell::Range(cost.low, None),
    }
}

fn round(usd: Usd, places: u32) -> Usd {
    Usd::new(decimal::round(usd.amount(), places))
}

/// How a line is told from others, in any region.
#[must_use]
pub(super) fn line_label(usage: &UsageLine) -> String {
    let usage_type = usage.sku.usage_type();
    let kind = usage_type.strip_prefix(usage.sku.usage_type_prefix()).unwrap_or(&usage_type);
    match usage.sku.purchase {
        PurchaseOption::None => format!("{} ({kind})", usage.name),
        option => format!("{} ({kind}, {})", usage.name, option.title()),
    }
}
