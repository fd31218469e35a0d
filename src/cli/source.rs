//! Where prices come from: `--prices` and `--spot-history`, the cache and AWS behind them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;
use crate::aws::{Answer, Aws, Question, Settings};
use crate::cache::Cache;
use crate::error::{Error, Result};
use crate::estimate::{commitments, wanted};
use crate::live::{FRESH, Known, Need};
use crate::model::commitment::Commitments;
use crate::model::region::Region;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::prices::{PriceList, Wanted, bundled};
use crate::scenario::{Scenario, price_file};
use crate::spot::file;
use crate::spot::forecast_prices;

/// Where prices come from.
#[derive(Debug, Args)]
pub(super) struct PriceArgs {
    /// Price list: auto (live prices at most a day old where AWS credentials are configured, else the
    /// bundled table), live (asked anew), bundled, or a file that replaces the list entirely: a lock or
    /// [[price]] entries
    #[arg(long, default_value = "auto", value_name = "auto|live|bundled|FILE")]
    prices: String,
    #[command(flatten)]
    history: HistoryArgs,
}

/// Where Spot prices come from instead.
#[derive(Debug, Args)]
pub(super) struct HistoryArgs {
    /// Spot price history to forecast Spot prices from: the AWS CLI's JSON, plain or gzip
    #[arg(long, value_name = "FILE")]
    spot_history: Option<PathBuf>,
}

impl HistoryArgs {
    /// Puts forecasts from the history, if one is given, into the list of each need.
    pub(super) fn apply(&self, needs: &[Need], lists: &mut [PriceList]) -> Result<()> {
        let Some(path) = &self.spot_history else { return Ok(()) };
        let file = file::read(path)?;
        for (need, list) in needs.iter().zip(lists) {
            file.check_region(need.region)?;
            let path = path.display().to_string();
            forecast_prices(list, &file.history, &need.wanted, need.period, &path)?;
        }
        Ok(())
    }
}

impl PriceArgs {
    /// The price list of each scenario.
    pub(super) fn price_lists(&self, ctx: &Session<'_>, scenarios: &[Scenario]) -> Result<Vec<PriceList>> {
        let needs: Vec<Need> = scenarios.iter().map(|scenario| need(ctx, scenario)).collect();
        let mut lists = self.without_history(ctx, &needs)?;
        for (need, list) in needs.iter().zip(&lists) {
            let found = list.iter().count();
            ctx.say(&format!("prices from {}: {found} of {} wanted", list.source, need.wanted.len()));
        }
        self.history.apply(&needs, &mut lists)?;
        Ok(lists)
    }

    fn without_history(&self, ctx: &Session<'_>, needs: &[Need]) -> Result<Vec<PriceList>> {
        let bundled = || needs.iter().map(|need| bundled::price_list(&need.wanted)).collect();
        let live = |known: &Known| needs.iter().map(|need| known.price_list(need, &ctx.catalog)).collect();
        match self.prices.as_str() {
            "bundled" => Ok(bundled()),
            "live" => Ok(live(&ctx.ask_anew(needs)?)),
            "auto" => Ok(ctx.know(needs)?.as_ref().map_or_else(bundled, live)),
            path => needs.iter().map(|need| price_file::price_list(Path::new(path), &need.wanted)).collect(),
        }
    }

    /// Whether this source can describe instance types that the program's table does not have.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.prices.as_str(), "auto" | "live")
    }
}

/// What a scenario needs to be priced.
pub(super) fn need(ctx: &Session<'_>, scenario: &Scenario) -> Need {
    Need {
        region: scenario.region,
        period: scenario.period,
        wanted: wanted(scenario, &ctx.catalog),
        commitments: commitments(scenario),
    }
}

impl Session<'_> {
    /// The cache, where there is a place for one.
    pub(super) fn cache(&self) -> Option<Cache> {
        self.context.cache.as_deref().map(Cache::new)
    }

    /// A connection to AWS, made once; `None` without credentials. `instance_role` also asks for the role
    /// of the EC2 instance this runs on.
    pub(super) fn aws(&self, instance_role: bool) -> Result<Option<&Aws>> {
        if let Some(connection) = self.aws.get() {
            return Ok(connection.as_ref());
        }
        let timeout = Duration::from_secs(self.common.timeout);
        let connection =
            Aws::connect(Settings { timeout, instance_role, profile: self.context.profile.clone() })?;
        Ok(self.aws.get_or_init(|| connection).as_ref())
    }

    /// What is known of these needs: by the cache while it is fresh, else by asking. `None` where there
    /// is neither a fresh cache nor a way to ask. Older answers stand in where asking fails.
    pub(super) fn know(&self, needs: &[Need]) -> Result<Option<Known>> {
        let cache = self.cache();
        let mut known = Known::kept(cache.as_ref(), needs);
        if needs.iter().all(Need::is_empty) {
            return Ok(None);
        }
        let now = self.context.now;
        let oldest = known.oldest(needs);
        if let Some(read_at) = oldest.filter(|read_at| now - read_at <= FRESH) {
            let minutes = (now - read_at) / 60;
            let age = if minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes / 60) };
            self.tell(&format!("prices were read from AWS {age} ago; `--prices live` asks anew"));
            return Ok(Some(known));
        }
        let Some(aws) = self.aws(false)? else {
            self.say("no AWS credentials are configured: bundled prices");
            return Ok(None);
        };
        match self.ask(aws, needs, &mut known) {
            Ok(()) => Ok(Some(known)),
            Err(error) if oldest.is_some() => {
                known.stand_in(&error);
                Ok(Some(known))
            }
            Err(error) => Err(error),
        }
    }

    /// Asks AWS, whatever the cache holds.
    pub(super) fn ask_anew(&self, needs: &[Need]) -> Result<Known> {
        let mut known = Known::kept(None, needs);
        let aws = self.aws(true)?.ok_or(Error::NoCredentials)?;
        self.ask(aws, needs, &mut known)?;
        Ok(known)
    }

    /// Asks AWS one thing that is not kept.
    pub(super) fn ask_one(&self, question: Question) -> Result<Answer> {
        let aws = self.aws(true)?.ok_or(Error::NoCredentials)?;
        let spinner = self.spinner();
        let mut answers = aws.ask(vec![question], &|text| spinner.tick(text))?;
        spinner.end();
        Ok(answers.pop().expect("one question, one answer"))
    }

    fn ask(&self, aws: &Aws, needs: &[Need], known: &mut Known) -> Result<()> {
        let spinner = self.spinner();
        known.ask(aws, needs, self.context.now, &|text| spinner.tick(text))?;
        spinner.end();
        if let Some(cache) = self.cache()
            && let Err(error) = known.save(&cache)
        {
            let reason = crate::error::reason(&error);
            self.tell(&format!("the cache cannot be written ({reason}): the next run will ask AWS again"));
        }
        Ok(())
    }

    /// Looks up what instance types are that the table in this program does not have.
    pub(super) fn learn(&mut self, region: Region, types: &BTreeSet<InstanceType>) {
        let sku = |name: &InstanceType| Sku::instance(region, name, PurchaseOption::OnDemand);
        let needs = [Need {
            region,
            period: self.context.this_month.period(),
            wanted: types.iter().map(sku).collect::<Wanted>(),
            commitments: Commitments::default(),
        }];
        match self.know(&needs) {
            Ok(Some(known)) => known.describe(&mut self.catalog),
            Ok(None) => {}
            // Without an answer the type stays unknown, and is refused as such.
            Err(error) => self.tell(&format!("instance types could not be looked up: {error}")),
        }
    }

    /// Something that moves on a terminal while AWS is asked for longer than a second.
    pub(super) fn spinner(&self) -> Spinner {
        Spinner { bar: ProgressBar::hidden(), shown: !self.common.quiet }
    }
}

/// Says on a terminal how far it is.
pub(super) struct Spinner {
    bar: ProgressBar,
    shown: bool,
}

impl Spinner {
    /// It is so far.
    pub(super) fn tick(&self, text: &str) {
        if self.shown && self.bar.is_hidden() {
            let style = ProgressStyle::with_template("{spinner} asking AWS: {msg}, {elapsed}");
            self.bar.set_style(style.expect("a constant template"));
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(text.to_owned());
        self.bar.tick();
    }

    /// Takes it off the terminal.
    pub(super) fn end(self) {
        self.bar.finish_and_clear();
    }
}
