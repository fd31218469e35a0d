//! `hpc-cost jobs`: job history into one workload file, and what is in it.
//!
//! Jobs that know when they were submitted are written with `submitted_at`, not with `submit_seconds`: those count
//! from the first job, and next week's import begins with another one. So weeks add up in one file, and a job that is in two
//! of them, by its id and submission, is in it once, as it was recorded last. Where jobs of one id were submitted at different
//! times, they are different jobs.

mod options;
mod words;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::output::{FileArgs, OutputArgs};
use super::{Session, Verdict, batch_jobs};
use crate::error::{Error, Result};
use crate::model::said::Said;
use crate::model::text::{agreeing, counted};
use crate::workload::by::{self, By};
use crate::workload::file::{self, Import, LeftOut, Record, import, read};
use crate::workload::wanted::Reading;
use crate::workload::{Dropped, Refusal, Workload, csv, summary};

/// Bring job history into one workload file, and look at it
#[derive(Debug, Subcommand)]
pub(super) enum JobsCommand {
    Import(Box<ImportArgs>),
    Show(ShowArgs),
}

/// Write the jobs of an accounting log as a workload CSV
///
/// Resources are per node. What is left out is counted on stderr, by reason.
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// What recorded the jobs
    #[arg(long, value_enum)]
    from: From,
    /// Records, or `-` for stdin; of two rows of one job the later file's counts (batch without files asks AWS)
    #[arg(
        value_name = "FILE",
        required_if_eq_any([("from", "slurm"), ("from", "swf"), ("from", "csv"), ("from", "kubernetes"), ("from", "pbs"), ("from", "lsf"), ("from", "sge"), ("from", "htcondor"), ("from", "workload"), ("from", "nextflow"), ("from", "cromwell"), ("from", "snakemake")])
    )]
    files: Vec<PathBuf>,
    /// Region whose job queues are asked (batch without files)
    #[arg(long)]
    region: Option<String>,
    /// Job queue, by name or ARN, instead of all of the region (batch; can be repeated)
    #[arg(long, value_name = "NAME", requires = "region")]
    queue: Vec<String>,
    /// Name each job's definition, which the scenario then has to have too (batch)
    #[arg(long)]
    job_definitions: bool,
    /// Which column of a CSV is which field, and its unit, such as run_seconds=length:h,vcpus=cpus (can be repeated)
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    map: Vec<String>,
    /// Value of a field that the record leaves empty, such as queue=gpu or vcpus=8 (can be repeated)
    #[arg(long, value_name = "FIELD=VALUE", value_delimiter = ',')]
    default: Vec<String>,
    /// Keep only jobs such as queue=gpu, user!=a* or tag:team=vision; of several, all must hold
    #[arg(long = "where", value_name = "FIELD=PATTERN")]
    wanted: Vec<String>,
    /// Refuse a file with a row that cannot be read, instead of counting such rows
    #[arg(long)]
    strict: bool,
    /// Time zone of times that name none (slurm, csv, lsf, sge, nextflow, snakemake), such as Asia/Tokyo
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    timezone: String,
    /// Year of dates that name none; where a weekday says so, the one before or after it (lsf)
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2000..=2199))]
    year: Option<i32>,
    /// Names of the columns of a record without a header, such as JobIDRaw,State,Submit (slurm, nextflow)
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    columns: Vec<String>,
    /// How long a pod runs whose manifest does not say so (kubernetes)
    #[arg(long, value_name = "SECONDS")]
    run_seconds: Option<u32>,
    /// Character between the fields of a CSV, or `tab` (csv)
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// vCPUs of the largest instance: wider jobs become several nodes (swf, sge: 192 unless it is given; csv)
    #[arg(long, value_name = "VCPUS", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    node_vcpus: Option<u32>,
    /// GPUs of the largest instance: jobs with more become several nodes (csv)
    #[arg(long, value_name = "GPUS", value_parser = clap::value_parser!(u16).range(1..=1000))]
    node_gpus: Option<u16>,
    /// Take memory as unknown, whatever the log says (swf)
    #[arg(long)]
    ignore_memory: bool,
    /// Add to the workload CSV of --output; a job that is in both, by id and submission, is taken from the records
    #[arg(long, requires = "output")]
    append: bool,
    #[command(flatten)]
    output: FileArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    /// The output of `sacct --parsable2`.
    Slurm,
    /// A log in Standard Workload Format.
    Swf,
    /// Any CSV with a header.
    Csv,
    /// Job manifests, YAML or JSON.
    Kubernetes,
    /// Accounting logs of PBS Professional, OpenPBS or Torque.
    Pbs,
    /// `lsb.acct` or the output of `bhist -l` of IBM Spectrum LSF.
    Lsf,
    /// The output of `qacct -j`, or the accounting file, of Grid Engine.
    Sge,
    /// The output of `condor_history` with -long, -json or -af:th.
    Htcondor,
    /// Workload CSVs.
    Workload,
    /// A trace of Nextflow, or what `nextflow log -f` prints.
    Nextflow,
    /// Metadata of Cromwell's workflows.
    Cromwell,
    /// Logs of Snakemake, events of its logger plugins as JSON lines, benchmark files.
    Snakemake,
    /// AWS Batch itself, through its API, or files of what it told: describe-jobs, job state change events.
    Batch,
}

/// Show how many jobs a workload file has, what they ask for and when they come
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Workload CSV, or `-` for one from stdin, or a log named *.swf
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// vCPUs of the largest instance: wider jobs of a *.swf become several nodes
    #[arg(long, value_name = "VCPUS", default_value_t = 192, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    node_vcpus: u32,
    /// Whose the hours are: queue, user, account, share, name, job_definition, reason or tag:KEY (can be repeated).
    /// Default: user, account and share where they are known, and reason
    #[arg(long, value_name = "THING", value_parser = by::parse)]
    by: Vec<By>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(super) fn run(ctx: &Session<'_>, command: &JobsCommand) -> Result<Verdict> {
    match command {
        JobsCommand::Import(args) => run_import(ctx, args),
        JobsCommand::Show(args) => {
            let workload = read(&args.file, args.node_vcpus)?;
            ctx.write_page("jobs", &summary::report(&workload, &args.by), &args.output)?;
            Ok(Verdict::Yes)
        }
    }
}

fn run_import(ctx: &Session<'_>, args: &ImportArgs) -> Result<Verdict> {
    let to = args.output.path();
    if args.append && to.is_none() {
        return Err(Error::CommandLine {
            message: words::append_adds_to_a_file(),
            hint: words::name_the_file_with_output(),
        });
    }
    if args.from == From::Batch && args.files.is_empty() {
        return import_batch(ctx, args);
    }
    let (record, reading) = (args.record()?, args.reading()?);
    let newer = match args.from {
        From::Batch => {
            let batch = file::import_batch(&args.files, args.job_definitions, &reading)?;
            kept(ctx, &args.files[0], batch)
        }
        From::Snakemake => {
            let (zone, vcpus) = (args.zone()?, args.default_vcpus()?);
            let jobs = file::import_snakemake(&args.files, &zone, vcpus, args.job_definitions, &reading)?;
            kept(ctx, &args.files[0], jobs)
        }
        _ => read_all(ctx, args, &record, &reading)?,
    };
    // Others may not add to the file from here on.
    let _turn = to.filter(|_| args.append).map(|path| ctx.turn(path)).transpose()?;
    let before = match to.filter(|path| args.append && path.exists()) {
        Some(path) => jobs_so_far(ctx, path)?.map(|known| (path, known)),
        None => None,
    };
    match (before, newer) {
        (None, Some(newer)) => write(ctx, &newer, &args.output),
        (Some((path, known)), Some(newer)) => {
            let all = joined(ctx, known, &newer, path)?;
            if record.joins_lives() {
                ctx.tell(words::lives_of_one_job_in());
            }
            write(ctx, &all, &args.output)
        }
        (Some((path, _)), None) => {
            ctx.tell(words::stays_as_it_is(path.display()));
            Ok(Verdict::Yes)
        }
        (None, None) => {
            let message = match reading.wanted.is_everything() {
                true => words::none_of_its_jobs_can_be(),
                false => words::none_of_its_jobs_can(),
            };
            Err(Error::malformed(&args.files[0], words::a_record_of_jobs_that(), message))
        }
    }
}

/// The jobs of all files; `None` where none of them can be used.
fn read_all(
    ctx: &Session<'_>,
    args: &ImportArgs,
    record: &Record,
    reading: &Reading,
) -> Result<Option<Workload>> {
    let mut all: Option<Workload> = None;
    if args.files.len() > 1 {
        let name = together(&args.files);
        if let Some(jobs) = file::import_together(&args.files, &name, record, reading)? {
            // In the order that the next week is added in, too.
            let jobs = kept(ctx, &name, jobs).map(|jobs| jobs.collected());
            return jobs.transpose().map_err(|refusal| not_joined(&name, &refusal));
        }
    }
    for path in &args.files {
        let Some(newer) = kept(ctx, path, import(path, record, reading)?) else { continue };
        all = Some(match all {
            Some(before) => joined(ctx, before, &newer, path)?,
            // In the order that the next week is added in, too.
            None if args.append => newer.collected().map_err(|refusal| not_joined(path, &refusal))?,
            None => newer,
        });
    }
    Ok(all)
}

/// What several files are called together.
fn together(files: &[PathBuf]) -> PathBuf {
    let more = counted(files.len() - 1, "more file");
    format!("{} and {more}", files[0].display()).into()
}

/// The jobs of a record, if it has any, and what is said of it.
fn kept(ctx: &Session<'_>, path: &Path, import: Import) -> Option<Workload> {
    match import {
        Import::Jobs(workload) => {
            tell_what_is_in(ctx, path, &workload);
            Some(*workload)
        }
        Import::Nothing(LeftOut { dropped, unreadable, remarks }) => {
            ctx.tell(words::no_job_kept(path.display()));
            tell_what_is_left_out(ctx, dropped, &unreadable, &remarks);
            None
        }
    }
}

/// The jobs that others are added to; `None` where the file has none yet.
fn jobs_so_far(ctx: &Session<'_>, path: &Path) -> Result<Option<Workload>> {
    // Whatever is in it stays in it: a row that cannot be read would be lost.
    match import(path, &Record::Workload, &Reading::strict())? {
        Import::Jobs(known) => {
            ctx.tell(words::so_far(path.display(), Said::counted(known.jobs().len(), "job")));
            tell_what_is_left_out(ctx, known.dropped, &known.unreadable, &known.remarks);
            Ok(Some(*known))
        }
        Import::Nothing(LeftOut { dropped, unreadable, remarks }) => {
            ctx.tell(words::no_jobs_so_far(path.display()));
            tell_what_is_left_out(ctx, dropped, &unreadable, &remarks);
            Ok(None)
        }
    }
}

/// The jobs of two records; `path` is that of the one that may not fit.
fn joined(ctx: &Session<'_>, before: Workload, newer: &Workload, path: &Path) -> Result<Workload> {
    let joined = before.joined(newer).map_err(|refusal| not_joined(path, &refusal))?;
    let replaced = before.jobs().len() + newer.jobs().len() - joined.jobs().len();
    if replaced > 0 {
        let names = listed(&joined.replaced, replaced);
        let jobs = Said::new(
            agreeing(replaced as u64, "job|jobs that was|were there already"),
            format!("既にあったジョブ {replaced} 件"),
        );
        ctx.tell(words::replaced(jobs, names));
    }
    Ok(joined)
}

/// Of so many names the first, and how many more there are.
fn listed(first: &[String], all: usize) -> Said {
    let shown = first.len().min(all);
    match all - shown {
        0 => Said::alike(first[..shown].join(", ")),
        more => words::and_more(first[..shown].join(", "), more),
    }
}

fn not_joined(path: &Path, refusal: &Refusal) -> Error {
    Error::CommandLine {
        message: words::cannot_be_joined_with_other(path.display(), refusal),
        hint: words::import_it_into_a_file(),
    }
}

fn write(ctx: &Session<'_>, all: &Workload, output: &FileArgs) -> Result<Verdict> {
    ctx.write_pieces(output, |output| csv::write(all, output))?;
    if all.renamed > 0 {
        let renamed = (0..all.jobs().len()).map(|job| all.id(job)).find(|id| id.contains('@'));
        let such = renamed.map_or_else(Said::default, words::such_as);
        ctx.tell(words::id_used_again_named_id(
            Said::new(
                agreeing(all.renamed, "job|jobs has|have the id of an earlier one but another submission"),
                format!("以前のジョブと同じ ID で投入時刻の異なるジョブ {} 件", all.renamed),
            ),
            &such,
        ));
    }
    let unsaid = csv::unsaid(all);
    if unsaid > 0 {
        let why = words::depends_on_waits_for_success_and();
        ctx.tell(words::left_out(
            Said::new(
                agreeing(unsaid, "dependency|dependencies on the end of another job"),
                format!("別のジョブの終了への依存関係 {unsaid} 件"),
            ),
            &why,
        ));
    }
    tell_shares(ctx, all);
    ctx.tell(words::written(Said::counted(all.jobs().len(), "job")));
    Ok(Verdict::Yes)
}

/// That waits depend on shares, which a scenario has to know of.
pub(super) fn tell_shares(ctx: &Session<'_>, workload: &Workload) {
    let jobs = workload.with_shares();
    if jobs > 0 {
        let rule = words::simulate_goes_by_it_in();
        ctx.tell(words::with_a_share_or_a(Said::counted(jobs, "job"), &rule));
    }
}

fn import_batch(ctx: &Session<'_>, args: &ImportArgs) -> Result<Verdict> {
    let Some(region) = args.region.as_deref() else {
        return Err(Error::CommandLine {
            message: words::from_batch_needs_a_region(),
            hint: words::files_are_answers_of_aws(),
        });
    };
    if args.strict || !(args.wanted.is_empty() && args.default.is_empty()) {
        return Err(Error::CommandLine {
            message: words::where_default_and_strict_are(),
            hint: words::import_from_aws_batch_into(),
        });
    }
    let append = args.append.then(|| args.output.path()).flatten();
    batch_jobs::run(ctx, region, &args.queue, args.job_definitions, append, &args.output)
}

fn tell_what_is_in(ctx: &Session<'_>, path: &Path, workload: &Workload) {
    ctx.tell(words::kept(path.display(), Said::counted(workload.jobs().len(), "job")));
    tell_what_is_left_out(ctx, workload.dropped, &workload.unreadable, &workload.remarks);
    if workload.unknown_memory > 0 {
        let jobs = Said::new(
            agreeing(workload.unknown_memory, "job|jobs asks|ask for none"),
            format!("要求のないジョブ {} 件", workload.unknown_memory),
        );
        ctx.tell(words::memory_unknown(jobs));
    }
    if workload.out_of_order > 0 {
        let jobs = Said::new(
            agreeing(workload.out_of_order, "job|jobs stood after a later one"),
            format!("より遅いジョブの後にあったジョブ {} 件", workload.out_of_order),
        );
        ctx.tell(words::sorted_in(jobs));
    }
}

fn tell_what_is_left_out(ctx: &Session<'_>, dropped: Dropped, unreadable: &[Refusal], remarks: &[String]) {
    for reason in dropped.reasons() {
        ctx.tell(words::dropped(&reason));
    }
    for refusal in unreadable {
        ctx.tell(words::cannot_be_read(refusal));
    }
    for remark in remarks {
        ctx.tell(remark);
    }
}
