//! Where prices come from: `--prices` and `--spot-history`, the cache and AWS behind them.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Session;
use super::words;
use crate::aws::{Answer, Aws, Question, Settings};
use crate::cache::Cache;
use crate::error::{Error, Result};
use crate::estimate::{commitments, wanted};
use crate::live::{FRESH, Known, Need};
use crate::model::commitment::{CommitmentTerms, Commitments};
use crate::model::digest::digest;
use crate::model::region::Region;
use crate::model::said::{Lang, Said};
use crate::model::sku::{InstanceType, PurchaseOption, Sku};
use crate::prices::{PriceList, Wanted, bundled};
use crate::render::clean;
use crate::scenario::Scenario;
use crate::scenario::price_file::PriceFile;
use crate::simulate::spot_when_run::RecordedSpot;
use crate::spot::file::{self, HistoryFile};
use crate::spot::{forecast_prices, reaches};

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
    pub(super) fn apply(&self, ctx: &Session<'_>, needs: &[Need], lists: &mut [PriceList]) -> Result<()> {
        let Some(path) = &self.spot_history else { return Ok(()) };
        let file = file::read(path)?;
        let mut regions: BTreeMap<Region, HistoryFile> = BTreeMap::new();
        for (need, list) in needs.iter().zip(lists) {
            let of_region = match regions.entry(need.region) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => new.insert(told(ctx, file.clone(), need.region)?),
            };
            let path = path.display().to_string();
            forecast_prices(list, &of_region.history, &need.wanted, need.period, &path)?;
        }
        Ok(())
    }
}

/// The part of one region, when the reader was told what is to be said of it.
fn told(ctx: &Session<'_>, file: HistoryFile, region: Region) -> Result<HistoryFile> {
    let file = file.of_region(region)?;
    file.remarks(Some(region)).iter().for_each(|remark| ctx.tell(remark));
    Ok(file)
}

/// An opened price source: a file is read once.
#[derive(Debug)]
pub(super) enum PriceSource {
    /// The cache, or AWS if there are credentials, or the bundled table.
    Auto,
    /// AWS.
    Live,
    /// The bundled table.
    Bundled,
    /// A file.
    File(PriceFile),
}

impl PriceArgs {
    /// Opens the source.
    pub(super) fn open(&self) -> Result<PriceSource> {
        Ok(match self.prices.as_str() {
            "auto" => PriceSource::Auto,
            "live" => PriceSource::Live,
            "bundled" => PriceSource::Bundled,
            path => PriceSource::File(PriceFile::read(Path::new(path))?),
        })
    }

    /// The price list of each scenario.
    pub(super) fn price_lists(
        &self,
        ctx: &Session<'_>,
        source: &PriceSource,
        scenarios: &[Scenario],
    ) -> Result<Vec<PriceList>> {
        let needs: Vec<Need> = scenarios.iter().map(|scenario| need(ctx, scenario)).collect();
        let (mut lists, _) = known_lists(ctx, source, &needs)?;
        self.history.apply(ctx, &needs, &mut lists)?;
        Ok(lists)
    }

    /// The rates of commitments of these terms for some types, as far as they are known.
    pub(super) fn commitment_rates(
        &self,
        ctx: &Session<'_>,
        source: &PriceSource,
        scenario: &Scenario,
        types: &[InstanceType],
        terms: CommitmentTerms,
    ) -> Result<PriceList> {
        let bought = [PurchaseOption::SavingsPlan, PurchaseOption::Reserved];
        let wanted = types.iter().flat_map(|name| {
            bought.map(|bought| Sku::instance(scenario.region, name, PurchaseOption::OnDemand).bought(bought))
        });
        let reserved = types.iter().map(|name| (name.clone(), Some(terms))).collect();
        let need = Need {
            wanted: wanted.collect(),
            commitments: Commitments { plans: vec![Some(terms)], reserved },
            ..need(ctx, scenario)
        };
        let (mut lists, _) = known_lists(ctx, source, &[need])?;
        Ok(lists.remove(0))
    }

    /// The price list of a scenario and, where there is one, what Spot was recorded to cost. A history forecasts
    /// Spot prices where it reaches the scenario's period; where it does not, what it recorded still counts. `more` is
    /// wanted beside what the scenario needs.
    pub(super) fn price_list_and_record(
        &self,
        ctx: &Session<'_>,
        source: &PriceSource,
        scenario: &Scenario,
        more: Wanted,
    ) -> Result<(PriceList, Option<RecordedSpot>)> {
        let mut needs = [need(ctx, scenario)];
        needs[0].wanted.extend(more);
        let (mut lists, known) = known_lists(ctx, source, &needs)?;
        let [need] = needs;
        let mut list = lists.remove(0);
        let Some(path) = &self.history.spot_history else {
            let live = known.and_then(|known| known.spot_history(&need));
            return Ok((list, live.map(|history| RecordedSpot { history, name: "live".into() })));
        };
        let file = told(ctx, file::read(path)?, need.region)?;
        let name = path.display().to_string();
        if reaches(&file.history, need.period) {
            forecast_prices(&mut list, &file.history, &need.wanted, need.period, &name)?;
        }
        Ok((list, Some(RecordedSpot { history: file.history, name })))
    }
}

/// The price list of each need, and what AWS said where it was asked.
fn known_lists(
    ctx: &Session<'_>,
    source: &PriceSource,
    needs: &[Need],
) -> Result<(Vec<PriceList>, Option<Known>)> {
    let known = match source {
        PriceSource::Bundled | PriceSource::File(_) => None,
        PriceSource::Live => Some(ctx.ask_anew(needs)?),
        PriceSource::Auto => ctx.know(needs, FRESH)?,
    };
    let lists: Vec<PriceList> = match (source, &known) {
        (PriceSource::File(file), _) => {
            needs.iter().map(|need| from_file(file, need)).collect::<Result<_>>()?
        }
        (_, Some(known)) => needs.iter().map(|need| known.price_list(need, &ctx.catalog)).collect(),
        (_, None) => needs.iter().map(|need| bundled::price_list(&need.wanted, &need.commitments)).collect(),
    };
    for (need, list) in needs.iter().zip(&lists) {
        let found = list.iter().count();
        ctx.say(words::prices_from_of_wanted(&list.source, found, need.wanted.len()));
    }
    Ok((lists, known))
}

/// The prices of a file, without those that are for something else than this scenario.
fn from_file(file: &PriceFile, need: &Need) -> Result<PriceList> {
    let mut list = file.price_list(&need.wanted, &need.commitments)?;
    list.hold_to(&need.wanted, &need.commitments, Some(need.period));
    Ok(list)
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
    /// The cache, where there is a place for one. What another endpoint than AWS says stays apart.
    pub(super) fn cache(&self) -> Result<Option<Cache>> {
        let Some(folder) = self.context.cache.as_deref() else { return Ok(None) };
        Ok(Some(match &Aws::endpoints(self.context.profile.as_deref())?[..] {
            [] => Cache::new(folder),
            endpoints => {
                let digest = digest(endpoints.join("\n").as_bytes());
                Cache::new(&folder.join(format!("endpoint-{}", &digest[digest.len() - 16..])))
            }
        }))
    }

    /// A connection to AWS, made once; `None` without credentials. `instance_role` also asks for the role
    /// of the EC2 instance this runs on.
    pub(super) fn aws(&self, instance_role: bool) -> Result<Option<&Aws>> {
        if let Some(connection) = self.aws.get() {
            return Ok(Some(connection));
        }
        let timeout = Duration::from_secs(self.common.timeout);
        let profile = self.context.profile.clone();
        let connection = Aws::connect(&Settings { timeout, instance_role, profile })?;
        Ok(connection.map(|connection| self.aws.get_or_init(|| connection)))
    }

    /// What is known of these needs: by the cache while it is at most `fresh` seconds old, else by asking.
    /// `None` where there is neither. Older answers stand in where asking fails.
    pub(super) fn know(&self, needs: &[Need], fresh: i64) -> Result<Option<Known>> {
        if needs.iter().all(Need::is_empty) {
            return Ok(None);
        }
        let now = self.context.now;
        let mut known = Known::kept(self.cache()?.as_ref(), needs, now);
        let oldest = known.oldest(needs);
        let tell = |read_at: i64| {
            let minutes = (now - read_at) / 60;
            let age = if minutes < 120 { words::min(minutes) } else { words::hours(minutes / 60) };
            self.tell(words::prices_were_read_from_aws(&age));
        };
        let recent = oldest.filter(|read_at| now - read_at <= fresh);
        if let Some(read_at) = recent.filter(|_| !known.has_gaps(needs)) {
            tell(read_at);
            return Ok(Some(known));
        }
        let asked = match (self.aws(false), recent) {
            // Nobody can be asked whether the gaps are still there.
            (Ok(None), Some(read_at)) => {
                tell(read_at);
                return Ok(Some(known));
            }
            (Ok(None), None) => {
                self.say(words::no_aws_credentials_are_configured());
                return Ok(None);
            }
            (Ok(Some(aws)), _) => self.ask(aws, needs, &mut known),
            (Err(error), _) => Err(error),
        };
        match asked {
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
        let mut known = Known::kept(None, needs, self.context.now);
        let aws = self.aws(true)?.ok_or(Error::NoCredentials)?;
        self.ask(aws, needs, &mut known)?;
        Ok(known)
    }

    /// Answers of AWS so far, page by page.
    pub(super) fn answers(&self) -> usize {
        self.aws.get().map_or(0, Aws::answers)
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
        if let Some(cache) = self.cache()? {
            self.told(known.save(&cache, self.context.now, self.waiting(&|text| self.tell(text))));
        }
        Ok(())
    }

    /// Says that the cache was not written.
    pub(super) fn told(&self, saved: std::io::Result<()>) {
        if let Err(error) = saved {
            let reason = crate::error::reason(&error);
            self.tell(words::the_cache_cannot_be_written(&reason));
        }
    }

    /// Looks up what instance types are that the table in this program does not have.
    pub(super) fn learn(&mut self, region: Region, types: &BTreeSet<InstanceType>, live: bool) -> Result<()> {
        let sku = |name: &InstanceType| Sku::instance(region, name, PurchaseOption::OnDemand);
        let needs = [Need {
            region,
            period: self.context.this_month.period(),
            wanted: types.iter().map(sku).collect::<Wanted>(),
            commitments: Commitments::default(),
        }];
        let known = if live { Some(self.ask_anew(&needs)?) } else { self.know(&needs, FRESH)? };
        if let Some(known) = known {
            known.describe(&needs, &mut self.catalog);
        }
        Ok(())
    }

    /// Takes what a file says of instance types and regions that the tables in this program do not have.
    pub(super) fn learn_from(&mut self, file: &PriceFile) {
        for region in file.regions() {
            self.catalog.add_region(region);
        }
        for (name, described) in file.types() {
            self.catalog.add(&name, described);
        }
    }

    /// Something that moves on a terminal while AWS is asked for longer than a second.
    pub(super) fn spinner(&self) -> Spinner {
        Spinner { bar: ProgressBar::hidden(), shown: Cell::new(!self.common.quiet), lang: self.context.lang }
    }
}

/// Says on a terminal how far it is.
pub(super) struct Spinner {
    bar: ProgressBar,
    shown: Cell<bool>,
    lang: Lang,
}

impl Spinner {
    /// It is so far.
    pub(super) fn tick(&self, text: &str) {
        if self.shown.get() && self.bar.is_hidden() {
            self.bar.set_style(self.style(&words::asking_aws()));
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(clean(text).into_owned());
        self.bar.tick();
    }

    /// So many settings were simulated; shown after a second.
    pub(super) fn count(&self, simulated: u64) {
        if !self.shown.get() || self.bar.elapsed() < Duration::from_secs(1) {
            return;
        }
        if self.bar.is_hidden() {
            self.bar.set_style(self.style(&words::simulating()));
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        let done = words::settings_done(simulated);
        self.bar.set_message(done.in_language(self.lang).to_owned());
        self.bar.tick();
    }

    fn style(&self, what: &Said) -> ProgressStyle {
        let template = format!("{{spinner}} {}: {{msg}}, {{elapsed}}", what.in_language(self.lang));
        ProgressStyle::with_template(&template).expect("a constant template")
    }

    /// Takes it off the terminal, for good.
    pub(super) fn end(&self) {
        self.shown.set(false);
        self.bar.finish_and_clear();
    }
}
