//! How long 100,000 jobs take to be read from the records of schedulers, each in the form in which its own tools write it.
//! Measured, never asserted.

use std::fmt::Write as _;
use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use hpc_cost::model::time::Zone;
use hpc_cost::workload::nextflow::Reading;
use hpc_cost::workload::slurm::Layout;
use hpc_cost::workload::{htcondor, lsf, nextflow, pbs, sge, slurm};

fn main() {
    divan::main();
}

const JOBS: u64 = 100_000;

/// 2026-10-01, in seconds of the Unix epoch.
const BEGIN: u64 = 1_790_812_800;

/// A text with every job: its number, submission, start, end, vCPUs and user.
fn text(header: &str, row: impl Fn(&mut String, [u64; 6])) -> String {
    let mut text = header.to_owned();
    for job in 1..=JOBS {
        let submit = BEGIN + job * 3;
        let start = submit + job % 600;
        let end = start + 1 + job * 7919 % 20_000;
        row(&mut text, [job, submit, start, end, 1 << (job % 6), job % 200]);
    }
    text
}

fn run(bencher: Bencher<'_, '_>, text: &str, read: impl Fn(&[u8]) -> u32 + Sync) {
    assert_eq!(u64::from(read(text.as_bytes())), JOBS);
    bencher.counter(BytesCount::of_str(text)).bench(|| read(black_box(text.as_bytes())));
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn slurm_sacct(bencher: Bencher<'_, '_>) {
    let header = "JobIDRaw|JobName|User|Account|Partition|Submit|Start|End|ElapsedRaw|State|ExitCode|NNodes|ReqMem|AllocTRES|MaxRSS\n";
    let text = text(header, |text, [job, submit, start, end, vcpus, user]| {
        let of = |second: u64| format!("2026-10-{:02}T{}", 1 + (second - BEGIN) / 86_400, clock(second));
        let tres = format!("billing={vcpus},cpu={vcpus},gres/gpu=1,mem=8G,node=1");
        let elapsed = end - start;
        writeln!(
            text,
            "{job}|job-{user}|user{user}|proj|p0|{}|{}|{}|{elapsed}|COMPLETED|0:0|1|8G|{tres}|2587834K",
            of(submit),
            of(start),
            of(end)
        )
        .expect("memory");
    });
    let layout = Layout { zone: Zone::UTC, columns: None };
    run(bencher, &text, |bytes| slurm::draft(bytes, &layout).expect("jobs").0.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn pbs_accounting(bencher: Bencher<'_, '_>) {
    let text = text("", |text, [job, submit, start, end, vcpus, user]| {
        writeln!(text, "10/01/2026 00:00:00;E;{job}.srv;user=u{user} group=g project=p jobname=j queue=q ctime={submit} qtime={submit} etime={submit} start={start} exec_host=n1/0*{vcpus} exec_vnode=(n1:ncpus={vcpus}:mem=8388608kb) Resource_List.mem=8gb Resource_List.ncpus={vcpus} Resource_List.nodect=1 Resource_List.select=1:ncpus={vcpus}:mem=8gb session=1 end={end} Exit_status=0 resources_used.mem=1234567kb resources_used.walltime={} run_count=1", clock(end - start)).expect("memory");
    });
    run(bencher, &text, |bytes| pbs::draft(bytes).expect("jobs").0.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn lsf_acct(bencher: Bencher<'_, '_>) {
    let usage = format!("-1.000000 -1.000000{}", " -1".repeat(17));
    let text = text("", |text, [job, submit, start, end, vcpus, user]| {
        writeln!(text, "\"JOB_FINISH\" \"10.1\" {end} {job} 1000 33554438 1 {submit} 0 0 {start} \"u{user}\" \"q\" \"rusage[mem=100]\" \"\" \"\" \"login\" \"dir\" \"\" \"\" \"\" \"10/1.{job}\" 0 1 \"{vcpus}*n1\" 64 60.0 \"job\" \"run.sh\" {usage} \"\" \"proj\" 0 1 \"\" \"\" 0 123456 0 \"\" \"\" \"\" \"\" 0 \"\" 0 \"\" -1 \"/u{user}\" \"\" \"\" \"\" -1 \"\" \"\" 5136 \"\" {start} \"\" \"\" 2 1032 \"0\" 1033 \"0\" 0 0 0 2048 \"rusage[mem=4096.00]\" \"\" -1 \"\" -1 0 \"\" 0 0 \"\" {} \"\" 0 \"\" 0.000000 0.00 0.00 0.00 0.00 1 \"n1\" -1 0 0 0", end - start).expect("memory");
    });
    run(bencher, &text, |bytes| lsf::draft(bytes, &Zone::UTC, None).expect("jobs").0.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn grid_engine_accounting(bencher: Bencher<'_, '_>) {
    let text = text("", |text, [job, submit, start, end, vcpus, user]| {
        writeln!(text, "q:n1:g:u{user}:job:{job}:sge:0:{submit}:{start}:{end}:0:0:{}:1.0:2.0:123456.0:0:0:0:0:1:0:0:0:0:0:0:0:1:1:p:dep:smp:{vcpus}:0:100.5:20.25:0.1:-u u{user} -l h_rt=86400,h_vmem=4G -pe smp {vcpus}:0.000000:NONE:123456789.000000:0:0", end - start).expect("memory");
    });
    run(bencher, &text, |bytes| sge::draft(bytes, &Zone::UTC, 96).expect("jobs").0.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn htcondor_long(bencher: Bencher<'_, '_>) {
    let text = text("", |text, [job, submit, start, end, vcpus, user]| {
        writeln!(text, "AcctGroup = \"p\"\nClusterId = {job}\nCmd = \"/home/u{user}/run.sh\"\nCompletionDate = {end}\nEnteredCurrentStatus = {end}\nExitBySignal = false\nExitCode = 0\nJobCurrentStartDate = {start}\nJobStartDate = {start}\nJobStatus = 4\nJobUniverse = 5\nMemoryProvisioned = 4096\nMemoryUsage = ((ResidentSetSize + 1023) / 1024)\nNumJobStarts = 1\nOwner = \"u{user}\"\nProcId = 0\nQDate = {submit}\nRemoteWallClockTime = {}.0\nRequestCpus = {vcpus}\nRequestMemory = 4096\nResidentSetSize = 2000000\nRequirements = (TARGET.Arch == \"X86_64\") && (TARGET.Memory >= RequestMemory)\n", end - start).expect("memory");
    });
    run(bencher, &text, |bytes| htcondor::draft(bytes).expect("jobs").0.len());
}

#[divan::bench(sample_count = 5, sample_size = 1)]
fn nextflow_trace(bencher: Bencher<'_, '_>) {
    let header = "task_id\thash\tnative_id\tprocess\ttag\tname\tstatus\texit\tattempt\tsubmit\tstart\tcomplete\tduration\trealtime\tqueue\tcpus\tmemory\tpeak_rss\n";
    let text = text(header, |text, [job, submit, start, end, vcpus, user]| {
        let of = |second: u64| format!("2026-10-{:02} {}.123", 1 + (second - BEGIN) / 86_400, clock(second));
        writeln!(text, "{job}\t{:02x}/{job:06x}\t{job}\tP{user}\ts{user}\tP{user} (s{user})\tCOMPLETED\t0\t1\t{}\t{}\t{}\t1h 21m\t1h 19m 30s\tgpu\t{vcpus}\t8 GB\t6.2 GB", job % 256, of(submit), of(start), of(end)).expect("memory");
    });
    run(bencher, &text, |bytes| {
        nextflow::draft(bytes, &Zone::UTC, &Reading::default()).expect("jobs").0.len()
    });
}
