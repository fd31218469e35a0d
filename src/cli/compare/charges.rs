//! Where charges come from: `--actual`, the cache and AWS behind it.

use clap::Args;

use super::super::Session;
use super::words;
use crate::actuals::athena::{self, Plan, Run};
use crate::actuals::cost_explorer::{
    CostGroup, CostQuery, ForecastQuery, KeptCosts, bill, price_of, queries, told_apart, told_apart_bill,
    upfront,
};
use crate::actuals::file::{Kind, read};
use crate::actuals::{Asked, Bill, CostBasis, Dimension, Scope};
use crate::aws::{Answer, AthenaQuery, Question};
use crate::compare::month_end::LEVEL_PERCENT;
use crate::error::{Error, Result};
use crate::model::digest::digest;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::text::counted;
use crate::model::time::{DAY, Month, Period, instant};
use crate::model::units::Cases;
use crate::scenario::Scenario;

/// Where charges come from.
#[derive(Debug, Args)]
pub(super) struct ChargeArgs {
    /// Charges: ce for Cost Explorer; focus:PATH or cur:PATH, a file, a folder or a glob;
    /// athena:DATABASE.TABLE, a table of either kind in Amazon Athena
    #[arg(long, value_name = "SOURCE")]
    pub(super) actual: String,
    #[command(flatten)]
    pub(super) source: SourceArgs,
    /// Ask AWS, too, what it expects until the end of an open month: one more paid request
    #[arg(long)]
    aws_forecast: bool,
    /// Show the SQL for Athena, and run nothing
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// How a source of charges is asked.
#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct SourceArgs {
    /// Stop before more paid requests than this
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_requests: u32,
    /// Ask Cost Explorer anew, whatever was kept of its answers: for tags, credits and refunds that came later
    #[arg(long)]
    refresh: bool,
    /// Add up deliveries that seem to be of the same charges: they are parts of one bill
    #[arg(long)]
    parts: bool,
    /// Region of the table in Athena. Default: the scenario's
    #[arg(long, value_name = "REGION")]
    athena_region: Option<String>,
    /// Workgroup of Athena that runs the query
    #[arg(long, value_name = "NAME", default_value = "primary")]
    athena_workgroup: String,
    /// Where Athena puts the result, for a workgroup without a place of its own: s3://BUCKET/PREFIX/
    #[arg(long, value_name = "S3")]
    athena_output: Option<String>,
}

/// What is asked for, whatever the source.
pub(in crate::cli) struct Wanted<'a> {
    pub(super) scenario: Option<&'a Scenario>,
    period: Period,
    pub(super) basis: CostBasis,
    pub(super) scope: Scope,
    /// What tells charges apart beside service, usage type and day.
    pub(super) by: Vec<Dimension>,
    /// Whether they are told apart by usage type, too: of that, services or one more Cost Explorer tells two.
    pub(super) usage_types: bool,
    /// Whether list, contracted and effective costs are wanted.
    pub(super) costs: bool,
}

impl<'a> Wanted<'a> {
    pub(in crate::cli) fn new(scenario: &'a Scenario, basis: CostBasis) -> Wanted<'a> {
        let period = scenario.period;
        let keys = scenario.keys.scope.clone().unwrap_or_default();
        let scope = Scope {
            accounts: keys.accounts,
            providers: keys.providers,
            regions: keys.regions,
            tags: keys.tags,
            cost_categories: keys.cost_categories,
        };
        let scenario = Some(scenario);
        Wanted { scenario, period, basis, scope, by: Vec::new(), usage_types: false, costs: false }
    }

    /// Everything of a period, for no scenario.
    #[cfg(feature = "polars")]
    pub(in crate::cli) fn of(period: Period, basis: CostBasis) -> Wanted<'a> {
        let scope = Scope::default();
        Wanted { scenario: None, period, basis, scope, by: Vec::new(), usage_types: false, costs: false }
    }

    /// With what tells charges apart, and with list, contracted and effective costs.
    #[cfg(feature = "polars")]
    pub(in crate::cli) fn by(self, by: Vec<Dimension>) -> Wanted<'a> {
        Wanted { by, costs: true, ..self }
    }

    /// The further question to Cost Explorer, where charges are to be told apart.
    fn told_apart(&self, used: &CostQuery) -> Result<Option<CostQuery>> {
        let refused = || Error::CommandLine {
            message: words::cost_explorer_tells_charges_apart_by(),
            hint: words::give_one_of_account_region(),
        };
        match &self.by[..] {
            [] => Ok(None),
            [by] => told_apart(used, by, self.usage_types).map(Some).ok_or_else(refused),
            _ => Err(refused()),
        }
    }

    /// The bill in the answers of Cost Explorer.
    fn of_cost_explorer(&self, kept: &KeptCosts) -> Charges {
        let bill = bill(self.period(), self.basis, &self.scope, kept);
        let of =
            |by: &Dimension| told_apart_bill(&bill, &kept.told_apart, by, self.usage_types, self.period());
        let told_apart = self.by.first().map(of);
        Charges { told_apart, ..Charges::new(bill) }
    }

    fn asked(&self) -> Asked {
        Asked {
            by: self.by.clone(),
            costs: self.costs,
            ..Asked::new(self.period(), self.basis, self.scope.clone())
        }
    }

    /// The same of another time: charges alone.
    pub(super) fn over(&self, period: Period) -> Wanted<'a> {
        let (basis, scope) = (self.basis, self.scope.clone());
        Wanted {
            scenario: self.scenario,
            period,
            basis,
            scope,
            by: Vec::new(),
            usage_types: false,
            costs: false,
        }
    }

    const fn period(&self) -> Period {
        self.period
    }
}

/// A bill and what it took.
pub(in crate::cli) struct Charges {
    pub(in crate::cli) bill: Bill,
    /// The same told apart, where the source does that by a question of its own.
    pub(super) told_apart: Option<Bill>,
    /// Paid requests.
    pub(in crate::cli) paid_calls: u32,
    /// The query that was run.
    pub(in crate::cli) query: Option<Run>,
    /// What AWS expects from a day on.
    pub(super) aws_forecast: Option<(i64, Cases<Usd>)>,
}

impl Charges {
    fn new(bill: Bill) -> Charges {
        Charges { bill, told_apart: None, paid_calls: 0, query: None, aws_forecast: None }
    }
}

impl ChargeArgs {
    /// Reads the bill, and AWS's forecast where it is asked for.
    pub(super) fn read(&self, ctx: &Session<'_>, wanted: &Wanted<'_>) -> Result<Charges> {
        let (now, end) = (ctx.context.now, wanted.period().end().as_second());
        let one_month = Month::of_second(now) == Month::of_second(end - 1);
        let allowed = self.source.max_requests.saturating_sub(u32::from(self.aws_forecast));
        if self.aws_forecast && (!one_month || self.source.max_requests == 0) {
            return Err(Error::CommandLine {
                message: match one_month {
                    true => words::aws_forecast_is_a_paid(),
                    false => words::aws_can_be_asked_about(),
                },
                hint: words::leave_aws_forecast_out_or(),
            });
        }
        let mut charges = self.source.bill(ctx, &self.actual, wanted, allowed)?;
        if !self.aws_forecast {
            return Ok(charges);
        }
        let today = now - now.rem_euclid(DAY);
        let query = ForecastQuery::new(today, end, wanted.basis, &wanted.scope);
        let question = Question::CostForecast { query, level: LEVEL_PERCENT };
        let Answer::CostForecast([low, expected, high]) = ctx.ask_one(question)? else {
            unreachable!("a forecast was asked for")
        };
        charges.paid_calls += 1;
        charges.aws_forecast = Some((today, Cases { low, expected, high }));
        Ok(charges)
    }

    /// The SQL that a table in Athena would be asked.
    pub(super) fn sql(&self, ctx: &Session<'_>, wanted: &Wanted<'_>) -> Result<String> {
        if !self.actual.starts_with("athena:") {
            return Err(Error::CommandLine {
                message: words::dry_run_shows_sql_and(&self.actual),
                hint: words::it_goes_with_actual_athena(),
            });
        }
        Ok(self.source.plan(ctx, &self.actual, wanted)?.sql)
    }
}

impl SourceArgs {
    /// The bill of a source as `--actual` names it.
    pub(in crate::cli) fn read(
        &self,
        ctx: &Session<'_>,
        actual: &str,
        wanted: &Wanted<'_>,
    ) -> Result<Charges> {
        self.bill(ctx, actual, wanted, self.max_requests)
    }

    /// The bill of a source after others were asked with so many paid requests.
    pub(super) fn read_more(
        &self,
        ctx: &Session<'_>,
        source: &str,
        wanted: &Wanted<'_>,
        paid: u32,
    ) -> Result<Charges> {
        self.bill(ctx, source, wanted, self.max_requests.saturating_sub(paid))
    }

    /// With so many paid requests at most.
    fn bill(&self, ctx: &Session<'_>, actual: &str, wanted: &Wanted<'_>, allowed: u32) -> Result<Charges> {
        let file = |kind, path| Ok(Charges::new(read(kind, path, &wanted.asked(), self.parts)?));
        match actual.split_once(':') {
            None if actual == "ce" => self.ask_cost_explorer(ctx, wanted, allowed),
            Some(("focus", path)) => file(Kind::Focus, path),
            Some(("cur", path)) => file(Kind::Cur, path),
            Some(("athena", _)) => self.ask_athena(ctx, actual, wanted),
            _ => Err(Error::CommandLine {
                message: words::is_no_source_of_charges(actual),
                hint: words::actual_takes_ce_focus_path(),
            }),
        }
    }

    /// The answers of the cache while they hold, else Cost Explorer's own.
    fn ask_cost_explorer(&self, ctx: &Session<'_>, wanted: &Wanted<'_>, allowed: u32) -> Result<Charges> {
        let (period, basis, scope) = (wanted.period(), wanted.basis, &wanted.scope);
        if [period.start(), period.end()].iter().any(|instant| instant.as_second() % DAY != 0) {
            return Err(Error::CommandLine {
                message: words::cost_explorer_knows_whole_days(),
                hint: words::let_the_scenario_period_begin(),
            });
        }
        let queries = queries(period, ctx.context.this_month, basis, scope);
        let further = wanted.told_apart(&queries[0])?;
        // Whose bill it is, is whose key it is.
        let key = ctx.aws(true)?.ok_or(Error::NoCredentials)?.access_key();
        let more = further.as_ref().map_or_else(String::new, |query| format!(" {query:?}"));
        let digest = digest(format!("{key} {queries:?}{more}").as_bytes());
        let name = format!("charges-{}.json", &digest[digest.len() - 16..]);
        let cache = ctx.cache()?;
        let kept = cache.as_ref().filter(|_| !self.refresh);
        let kept = kept.and_then(|cache| KeptCosts::parse(&cache.read(&name)?));
        if let Some(kept) = kept.filter(|kept| kept.hold(period, ctx.context.now)) {
            ctx.tell(words::charges_were_read_from_cost(instant(kept.read_at)));
            return Ok(wanted.of_cost_explorer(&kept));
        }
        let mut asking = Asking { ctx, allowed, asked: 0 };
        let [used, all] = queries;
        let kept = KeptCosts {
            read_at: ctx.context.now,
            used: asking.ask(used.clone())?,
            all: asking.ask(all)?,
            upfront: Vec::new(),
            told_apart: Vec::new(),
        };
        let more = upfront(&used, &kept.all).map(|query| asking.ask(query)).transpose()?;
        let told_apart = further.map(|query| asking.ask(query)).transpose()?.unwrap_or_default();
        let kept = KeptCosts { upfront: more.unwrap_or_default(), told_apart, ..kept };
        if kept.is_empty() {
            ctx.tell(words::cost_explorer_has_no_such());
        } else if let Some(cache) = cache
            && let Err(error) = cache.update(&name, ctx.waiting(&|text| ctx.tell(text)), |_| kept.to_json())
        {
            ctx.tell(words::the_cache_cannot_be_written(crate::error::reason(&error)));
        }
        Ok(Charges { paid_calls: asking.asked, ..wanted.of_cost_explorer(&kept) })
    }

    fn ask_athena(&self, ctx: &Session<'_>, actual: &str, wanted: &Wanted<'_>) -> Result<Charges> {
        let plan = self.plan(ctx, actual, wanted)?;
        let query = AthenaQuery {
            region: self.region_of(wanted)?,
            database: table(actual)?.0.to_owned(),
            sql: plan.sql.clone(),
            workgroup: self.athena_workgroup.clone(),
            output_location: self.athena_output.clone(),
        };
        let Answer::Athena(rows, run) = ctx.ask_one(Question::Athena(query))? else {
            unreachable!("a query was asked")
        };
        ctx.tell(run.to_string());
        let bill = plan.bill(&rows, &wanted.asked());
        let bill = bill.map_err(|message| malformed(actual, message))?;
        Ok(Charges { query: Some(run), ..Charges::new(bill) })
    }

    /// What the table is asked, by the columns it has.
    fn plan(&self, ctx: &Session<'_>, actual: &str, wanted: &Wanted<'_>) -> Result<Plan> {
        let (database, table) = table(actual)?;
        let question = Question::Table {
            region: self.region_of(wanted)?,
            database: database.to_owned(),
            table: table.to_owned(),
        };
        let Answer::Table(known) = ctx.ask_one(question)? else { unreachable!("a table was asked for") };
        athena::plan((database, table), &known, &wanted.asked()).map_err(|message| malformed(actual, message))
    }

    fn region_of(&self, wanted: &Wanted<'_>) -> Result<Region> {
        match &self.athena_region {
            Some(code) => super::super::region(code),
            None => wanted.scenario.map(|scenario| scenario.region).ok_or_else(|| Error::CommandLine {
                message: words::without_a_scenario_it_is(),
                hint: words::athena_region_says_it(),
            }),
        }
    }
}

/// Questions to Cost Explorer, one after the other, so that what is allowed holds for all together.
struct Asking<'a, 'b> {
    ctx: &'a Session<'b>,
    allowed: u32,
    /// Requests that were paid.
    asked: u32,
}

impl Asking<'_, '_> {
    fn ask(&mut self, query: CostQuery) -> Result<Vec<CostGroup>> {
        let ctx = self.ctx;
        // Usage arrives up to a day late: of a day before that, Cost Explorer says at least that there was none.
        let known = ctx.context.now - ctx.context.now.rem_euclid(DAY) - DAY;
        let most = self.allowed.saturating_sub(self.asked);
        let before = ctx.answers();
        let answer = ctx.ask_one(Question::Costs { query, most, known }).inspect_err(|_| {
            let paid = self.asked + u32::try_from(ctx.answers() - before).unwrap_or(u32::MAX);
            if paid > 0 {
                let (requests, price) = (counted(paid, "request"), price_of(paid).cents());
                ctx.tell(words::paid_before_it_failed(&requests, &price));
            }
        })?;
        let Answer::Costs(groups, more) = answer else { unreachable!("costs were asked for") };
        self.asked += more;
        Ok(groups)
    }
}

fn table(actual: &str) -> Result<(&str, &str)> {
    let name = actual.strip_prefix("athena:").unwrap_or(actual);
    let parts = name.split_once('.');
    parts
        .filter(|(database, table)| !database.is_empty() && !table.is_empty() && !table.contains('.'))
        .ok_or_else(|| Error::CommandLine {
            message: words::names_no_table_of_athena(name),
            hint: words::give_a_database_and_a(),
        })
}

fn malformed(actual: &str, message: String) -> Error {
    Error::malformed(actual, words::a_table_of_charges(), message.into())
}
