//! Cost Explorer: what was charged, grouped, and what AWS expects. Every page is a paid request.

use std::collections::BTreeSet;

use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::types::builders::ExpressionBuilder;
use aws_sdk_costexplorer::types::{
    CostCategoryValues, DateInterval, Dimension, DimensionValues, Expression, Granularity, GroupDefinition,
    GroupDefinitionType, MatchOption, Metric, ResultByTime, TagValues,
};

use super::Link;
use super::failure::Call;
use super::pricing::REGION;
use super::words;
use crate::actuals::cost_explorer::{CostGroup, CostQuery, ForecastQuery, GroupedBy};
use crate::actuals::{CostBasis, Scope};
use crate::error::{Error, Result};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::time::{day, parse_utc};

const SECONDS_A_DAY: usize = 86_400;

impl Link {
    /// Every group of a question, and how many requests that took; an error before more than `most`, and where a day
    /// before `known` is missing: one without charges has a result without groups.
    pub(super) async fn costs(
        &self,
        query: &CostQuery,
        most: u32,
        known: i64,
    ) -> Result<(Vec<CostGroup>, u32)> {
        let config = aws_sdk_costexplorer::config::Builder::from(&self.config);
        let client = Client::from_conf(config.build());
        let call = self.call("Cost Explorer", "GetCostAndUsage", REGION);
        let interval = DateInterval::builder().start(day(query.start)).end(day(query.end)).build();
        let interval = interval.expect("start and end are set");
        let groups = groups(&query.grouped_by);
        let mut asked = 0;
        let results = self
            .pages(call, async |token| {
                if asked >= most {
                    return Err(call.error(
                        words::it_takes_more_paid_requests(most),
                        words::allow_more_with_max_requests(),
                    ));
                }
                asked += 1;
                let page = client
                    .get_cost_and_usage()
                    .time_period(interval.clone())
                    .granularity(Granularity::Daily)
                    .metrics(query.metric)
                    .metrics("UsageQuantity")
                    .set_group_by(Some(groups.to_vec()))
                    .set_filter(filter(&query.record_types, &query.scope))
                    .set_next_page_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.results_by_time, page.next_page_token))
            })
            .await?;
        let (mut found, mut days) = (Vec::new(), BTreeSet::new());
        for result in &results {
            days.insert(read(result, query, call, &mut found)?);
        }
        let wanted = query.start..query.end.min(known);
        let missing: Vec<i64> = wanted.step_by(SECONDS_A_DAY).filter(|day| !days.contains(day)).collect();
        if let Some(first) = missing.first() {
            let (n, first) = (missing.len(), day(*first));
            return Err(call.broken(words::it_says_nothing_of_days(n, &first)));
        }
        Ok((found, asked))
    }
}

impl Link {
    /// Low, expected and high of a forecast by AWS, at this level in percent. One paid request.
    pub(super) async fn cost_forecast(&self, query: &ForecastQuery, level: u32) -> Result<[Usd; 3]> {
        let config = aws_sdk_costexplorer::config::Builder::from(&self.config);
        let client = Client::from_conf(config.build());
        let call = self.call("Cost Explorer", "GetCostForecast", REGION);
        let interval = DateInterval::builder().start(day(query.start)).end(day(query.end)).build();
        let answer = client
            .get_cost_forecast()
            .time_period(interval.expect("start and end are set"))
            .metric(match query.basis {
                CostBasis::Amortized => Metric::AmortizedCost,
                CostBasis::Unblended => Metric::UnblendedCost,
                CostBasis::NetAmortized => Metric::NetAmortizedCost,
            })
            .granularity(Granularity::Monthly)
            .set_filter(filter(&query.record_types, &query.scope))
            .prediction_interval_level(i32::try_from(level).expect("a percentage"))
            .send()
            .await
            .map_err(|error| call.failed(&error))?;
        let total = answer.total().ok_or_else(|| call.broken(words::a_forecast_without_a_total()))?;
        if total.unit() != Some("USD") {
            return Err(in_another_currency(call, total.unit().unwrap_or("no currency")));
        }
        let [month] = answer.forecast_results_by_time() else {
            let months = answer.forecast_results_by_time().len();
            return Err(call.broken(words::a_forecast_of_parts_not(months)));
        };
        let bounds = [
            month.prediction_interval_lower_bound(),
            month.mean_value(),
            month.prediction_interval_upper_bound(),
        ];
        let mut amounts = [Usd::ZERO; 3];
        for (amount, text) in amounts.iter_mut().zip(bounds) {
            *amount = Usd::new(number(
                call,
                text.ok_or_else(|| call.broken(words::a_forecast_without_an_interval()))?,
            )?);
        }
        Ok(amounts)
    }
}

fn in_another_currency(call: Call<'_>, unit: &str) -> Error {
    call.error(words::charges_are_in_not_in(unit), words::this_program_compares_bills_in())
}

fn number(call: Call<'_>, text: &str) -> Result<Decimal> {
    decimal::parse_rounded(text, crate::actuals::PLACES)
        .map_err(|error| call.broken(words::an_amount_of_which_is(text, error)))
}

fn among(key: Dimension, values: &[String]) -> Option<Expression> {
    let values = DimensionValues::builder().key(key).set_values(Some(values.to_vec())).build();
    Some(Expression::builder().dimensions(values).build())
}

/// Not absent: a key without values would mean those that lack it (API reference of TagValues, read 2026-11-23).
fn present(absent: ExpressionBuilder) -> Expression {
    Expression::builder().not(absent.build()).build()
}

/// The two keys of groups.
fn groups(by: &GroupedBy) -> [GroupDefinition; 2] {
    use crate::actuals::Dimension::{CostCategory, Region, Tag};
    let of = |kind: GroupDefinitionType, key: &str| GroupDefinition::builder().r#type(kind).key(key).build();
    let dimension = |key: &str| of(GroupDefinitionType::Dimension, key);
    match by {
        GroupedBy::UsageType => [dimension("SERVICE"), dimension("USAGE_TYPE")],
        GroupedBy::RecordType => [dimension("SERVICE"), dimension("RECORD_TYPE")],
        GroupedBy::Of(by, usage_types) => {
            let first = dimension(if *usage_types { "USAGE_TYPE" } else { "SERVICE" });
            let second = match by {
                Region => dimension("REGION"),
                Tag(key) => of(GroupDefinitionType::Tag, key.strip_prefix("user:").unwrap_or(key)),
                CostCategory(key) => of(GroupDefinitionType::CostCategory, key),
                _ => dimension("LINKED_ACCOUNT"),
            };
            [first, second]
        }
    }
}

/// The record types and the scope of a question; `None` where it has neither.
fn filter(record_types: &[String], scope: &Scope) -> Option<Expression> {
    // Whatever it tells of is AWS's.
    let Scope { accounts, regions, tags, cost_categories, providers: _ } = scope;
    let mut all: Vec<Expression> = Vec::new();
    all.extend((!record_types.is_empty()).then(|| among(Dimension::RecordType, record_types)).flatten());
    all.extend((!accounts.is_empty()).then(|| among(Dimension::LinkedAccount, accounts)).flatten());
    all.extend((!regions.is_empty()).then(|| among(Dimension::Region, regions)).flatten());
    for (key, values) in tags {
        let key = key.strip_prefix("user:").unwrap_or(key);
        let asked = TagValues::builder().key(key);
        all.push(match values.is_empty() {
            false => Expression::builder().tags(asked.set_values(Some(values.clone())).build()).build(),
            true => present(Expression::builder().tags(asked.match_options(MatchOption::Absent).build())),
        });
    }
    for (key, values) in cost_categories {
        let asked = CostCategoryValues::builder().key(key);
        all.push(match values.is_empty() {
            false => {
                Expression::builder().cost_categories(asked.set_values(Some(values.clone())).build()).build()
            }
            true => present(
                Expression::builder().cost_categories(asked.match_options(MatchOption::Absent).build()),
            ),
        });
    }
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(Expression::builder().set_and(Some(all)).build()),
    }
}

/// Adds the groups of a day, and says which day that is.
fn read(result: &ResultByTime, query: &CostQuery, call: Call<'_>, found: &mut Vec<CostGroup>) -> Result<i64> {
    let start = result.time_period().map_or("", |period| period.start());
    let time = parse_utc(&format!("{start}T00:00:00Z"))
        .ok_or_else(|| call.broken(words::a_day_that_is_none(start)))?;
    let groups = result.groups.as_deref().ok_or_else(|| call.broken(words::without_groups(start)))?;
    for group in groups {
        let [service, key] = group.keys() else {
            return Err(call.broken(words::a_group_of_keys_not(group.keys().len())));
        };
        let metric = |name: &str| group.metrics().and_then(|metrics| metrics.get(name));
        let cost = metric(query.metric).ok_or_else(|| call.broken(words::a_group_without(query.metric)))?;
        let unit = cost.unit().unwrap_or("");
        if unit != "USD" {
            return Err(in_another_currency(call, unit));
        }
        let quantity = metric("UsageQuantity").and_then(|quantity| quantity.amount());
        let quantity = quantity.ok_or_else(|| call.broken(words::a_group_without_usagequantity()))?;
        found.push(CostGroup {
            service: service.clone(),
            key: key.clone(),
            day: time,
            cost: number(call, cost.amount().unwrap_or(""))?,
            quantity: number(call, quantity)?,
            estimated: result.estimated(),
        });
    }
    Ok(time)
}
