//! The answer about Spot as tables and a chart.

use std::collections::BTreeMap;

use super::headings;
use super::{PoolAnswer, SpotAnswer};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::model::time::day;
use crate::model::units::Cases;
use crate::prices::forecast::LEVEL;
use crate::report::{Across, Cell, Chart, Column, Line, Page, Row, Said, Table};

impl SpotAnswer {
    /// The report: every pool, the best and worst zone of each type, and the chart.
    #[must_use]
    pub fn report(&self) -> Page {
        let facts = vec![
            (headings::window(), headings::record_of(day(self.start), day(self.end))),
            (headings::forecast(), headings::forecast_of(self.month.said(), LEVEL * 100.0)),
        ];
        let mut tables = vec![self.pool_table(), self.zone_table()];
        tables.extend(self.break_even_table());
        Page::new(headings::spot_prices_per_instance_hour_usd(), tables, self.notes.clone())
            .with_facts(facts)
            .with_charts(self.charts())
    }

    fn pool_table(&self) -> Table {
        let mut columns = vec![
            Column::text("instance_type", headings::type_of_instance()),
            Column::text("zone", headings::zone()),
            Column::number("days", headings::days()),
            Column::number("time_weighted_mean", headings::mean()),
            Column::number("p10", Said::alike("p10")),
            Column::number("p50", Said::alike("p50")),
            Column::number("p90", Said::alike("p90")),
            Column::number("current", headings::last()),
            Column::number("on_demand", headings::on_demand()),
            Column::number("share_of_time_at_or_above_on_demand", headings::time_at_or_above()),
            Column::text("interruption_band", headings::interrupted()),
            Column::number("forecast_mean", headings::forecast()),
            Column::number("forecast_low", headings::low()),
            Column::number("forecast_high", headings::high()),
        ];
        if self.scored {
            columns.push(Column::count("placement_score", headings::score()));
        }
        let rows = self.pools.iter().map(|pool| {
            let s = pool.statistics;
            let price = |usd: Option<Usd>| usd.map_or(Cell::Unknown, Cell::Price);
            let forecast = |pick: fn(&Cases<Usd>) -> Usd| {
                price(pool.forecast.as_ref().map(|forecast| rounded(pick(forecast))))
            };
            let mut cells = vec![
                Cell::Text(pool.pool.instance_type.to_string()),
                Cell::Text(pool.pool.zone.clone()),
                Cell::Number(decimal::round(pool.days, 1)),
                Cell::Price(rounded(s.time_weighted_mean)),
                Cell::Price(s.p10),
                Cell::Price(s.p50),
                Cell::Price(s.p90),
                Cell::Price(s.current),
                price(pool.on_demand),
                s.share_at_or_above_on_demand.map_or(Cell::Unknown, Cell::Percent),
                pool.band.as_ref().map_or(Cell::Empty, |band| Cell::Text(band.clone())),
                forecast(|f| f.expected),
                forecast(|f| f.low),
                forecast(|f| f.high),
            ];
            if self.scored {
                cells.push(pool.score.map_or(Cell::Unknown, |score| Cell::Number(score.into())));
            }
            Row::Data(cells)
        });
        Table { caption: Said::default(), rows: rows.collect(), columns }
    }

    fn zone_table(&self) -> Table {
        let mut by_type: BTreeMap<&InstanceType, Vec<&PoolAnswer>> = BTreeMap::new();
        for pool in &self.pools {
            by_type.entry(&pool.pool.instance_type).or_default().push(pool);
        }
        let named = |pool: Option<&&PoolAnswer>| {
            pool.map_or(Cell::Unknown, |pool| {
                let mean = rounded(pool.statistics.time_weighted_mean).price(6);
                Cell::Text(format!("{} ({mean})", pool.pool.zone))
            })
        };
        let rows = by_type.into_iter().map(|(instance_type, pools)| {
            let mean = |pool: &&&PoolAnswer| pool.statistics.time_weighted_mean;
            Row::Data(vec![
                Cell::Text(instance_type.to_string()),
                named(pools.iter().min_by_key(mean)),
                named(pools.iter().max_by_key(mean)),
            ])
        });
        Table {
            caption: headings::cheapest_and_dearest_zone_by_mean(),
            columns: vec![
                Column::text("instance_type", headings::type_of_instance()),
                Column::text("cheapest", headings::cheapest()),
                Column::text("dearest", headings::dearest()),
            ],
            rows: rows.collect(),
        }
    }

    /// Where Spot pays for the job: below On-Demand divided by what interruptions cost.
    fn break_even_table(&self) -> Option<Table> {
        let job = self.job.as_ref()?;
        let rows = self.pools.iter().map(|pool| {
            let current = pool.statistics.current;
            let verdict = match pool.break_even {
                None => Cell::Unknown,
                Some(limit) if current < limit => Cell::Words(headings::spot_pays()),
                Some(_) => Cell::Words(headings::on_demand_is_cheaper()),
            };
            Row::Data(vec![
                Cell::Text(pool.pool.instance_type.to_string()),
                Cell::Text(pool.pool.zone.clone()),
                pool.break_even.map_or(Cell::Unknown, |limit| Cell::Price(rounded(limit))),
                Cell::Price(current),
                verdict,
            ])
        });
        Some(Table {
            caption: headings::break_even_of(job),
            columns: vec![
                Column::text("instance_type", headings::type_of_instance()),
                Column::text("zone", headings::zone()),
                Column::number("break_even", headings::spot_pays_below()),
                Column::number("current", headings::last()),
                Column::text("verdict", headings::so()),
            ],
            rows: rows.collect(),
        })
    }

    /// One chart a type: a line for each zone, one for On-Demand.
    fn charts(&self) -> Vec<Chart> {
        let mut by_type: BTreeMap<&InstanceType, Vec<&PoolAnswer>> = BTreeMap::new();
        for pool in &self.pools {
            by_type.entry(&pool.pool.instance_type).or_default().push(pool);
        }
        let chart = |(instance_type, pools): (&InstanceType, Vec<&PoolAnswer>)| {
            let line = |pool: &&PoolAnswer| Line {
                name: Said::alike(&pool.pool.zone),
                points: pool.curve.iter().map(|(time, price)| (*time, price.amount())).collect(),
            };
            let mut lines: Vec<Line> = pools.iter().map(line).collect();
            if let Some(price) = pools.first().and_then(|pool| pool.on_demand) {
                lines.push(Line {
                    name: headings::on_demand(),
                    points: vec![(self.start, price.amount()), (self.end, price.amount())],
                });
            }
            let title = headings::spot_from_to(instance_type, day(self.start), day(self.end));
            Chart { title, across: Across::Time, y_label: headings::usd_per_hour(), lines, bands: Vec::new() }
        };
        by_type.into_iter().map(chart).collect()
    }
}

fn rounded(usd: Usd) -> Usd {
    Usd::new(decimal::round(usd.amount(), 6))
}

/// A share as a fraction of six digits.
pub(super) fn fraction(part: Decimal, whole: Decimal) -> Option<Decimal> {
    part.checked_div(whole).map(|share| decimal::round(share, 6))
}
