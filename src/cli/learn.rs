//! `hpc-cost learn`: keys of a scenario from the history of its jobs.

use std::path::{Path, PathBuf};

use clap::Args;

use super::output::OutputArgs;
use super::replace::{folder_of, real};
use super::simulate::{one, unfit};
use super::words;
use super::{ChangeArgs, Format, ScenarioArgs, Session, Verdict};
use crate::error::{Error, Result};
use crate::learn::{Answer, Kind, Learned, learn, write};
use crate::model::json::Envelope;
use crate::patch::{Changed, Patch};
use crate::render::json;
use crate::scenario::Scenario;
use crate::scenario::file::{Overrides, read_text, read_with};
use crate::simulate::study::Jobs;
use crate::simulate::unfit::Unfit;
use crate::workload::file::read;

/// Learn a scenario's rates, launch times, run times, memory and speeds from its job history
///
/// Proposes each key as a value with its 95 % interval, what was counted and what it assumes; too little gives no value and
/// says what is missing. Prints the changes of the scenario's file as a unified diff; `--apply` writes them, and keeps
/// comments and layout.
#[derive(Debug, Args)]
pub(super) struct LearnArgs {
    /// Scenario file
    #[arg(value_name = "SCENARIO")]
    scenario: PathBuf,
    /// Jobs that ran: a workload CSV, as `jobs import` writes it, or a log named *.swf
    #[arg(long, value_name = "FILE")]
    jobs: PathBuf,
    /// Learn this alone: a key, such as launch_minutes or arrivals, what has it, or both, as gpu.launch_minutes (can be
    /// repeated)
    #[arg(long, value_name = "KEY")]
    only: Vec<String>,
    /// Write the changed file; the old one is kept beside it unless its folder is under git
    #[arg(long)]
    apply: bool,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &mut Session<'_>, args: &LearnArgs) -> Result<Verdict> {
    // Nobody else may change it from here on.
    let _turn = if args.apply { ctx.turn(&args.scenario)? } else { None };
    let changes = ChangeArgs { set: Vec::new(), region: None, month: None };
    let scenarios = ScenarioArgs { scenarios: vec![args.scenario.clone()], changes };
    let scenario = one(scenarios.read(ctx)?);
    ctx.say(words::read(args.jobs.display()));
    let learned = args.learned(ctx, &scenario)?;
    let before = read_text(&args.scenario)?;
    let after = write(&before, &scenario, &learned).map_err(|reason| Error::CommandLine {
        message: words::cannot_be_changed(args.scenario.display(), &reason),
        hint: words::without_apply_it_is_shown(),
    })?;
    if after != before {
        // What is written is a scenario.
        let document = read_with(&args.scenario, &after, &Overrides::default())?;
        ctx.scenario(document, &args.scenario, &Overrides::default())?;
    }
    let name = args.scenario.display().to_string();
    let changed = Changed { name, before: Some(before.into()), after: after.into() };
    let is_changed = changed.before.as_ref() != Some(&changed.after);
    let patch =
        Patch { files: Some(changed).filter(|_| is_changed).into_iter().collect(), ..Patch::default() };
    let folder = args.scenario.parent().unwrap_or(Path::new(""));
    let diff = patch.diff(&folder.display().to_string());
    if args.apply && is_changed {
        let target = real(&args.scenario);
        let folder =
            folder_of(&target).map_err(|source| Error::Write { path: args.scenario.clone(), source })?;
        ctx.write_changed(folder, &patch)?;
    }
    let answer = Answer { scenario: scenario.name.clone(), learned, diff, applied: args.apply && is_changed };
    match args.output.format() {
        Format::Json => ctx.write(&json::render(&Envelope::new("learned", &answer)), &args.output.file)?,
        _ => ctx.write_page("learned", &answer.report(), &args.output)?,
    }
    Ok(Verdict::Yes)
}

impl LearnArgs {
    /// What the jobs say of what was asked for.
    fn learned(&self, ctx: &Session<'_>, scenario: &Scenario) -> Result<Learned> {
        let types = scenario.environments.iter().flat_map(|environment| &environment.types);
        let widest = types.map(|(_, spec)| spec.vcpus).max().unwrap_or(u32::MAX);
        let jobs = Jobs::recorded(read(&self.jobs, widest)?, scenario);
        let workload = jobs.under(0).map_err(|refusal| unfit(Unfit::Jobs { reason: refusal.said() }))?;
        let name = self.jobs.display().to_string();
        let asks = |word: &String| word.split('.').any(|part| part == Kind::Arrivals.key());
        let replaces = self.only.iter().any(asks);
        let mut learned = learn(scenario, &workload, &ctx.catalog, &name, replaces);
        if self.only.is_empty() {
            return Ok(learned);
        }
        for word in &self.only {
            if !learned.findings.iter().any(|finding| finding.target.is_meant_by(word)) {
                let ids: Vec<String> = learned.findings.iter().map(|finding| finding.target.id()).collect();
                return Err(Error::CommandLine {
                    message: words::only_is_nothing_that_could(word),
                    hint: words::one_of(ids.join(", ")),
                });
            }
        }
        learned.findings.retain(|finding| self.only.iter().any(|word| finding.target.is_meant_by(word)));
        Ok(learned)
    }
}
