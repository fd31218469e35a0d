//! Jobs drawn at random: Poisson arrivals whose rate changes by steps, and run times from a list or lognormal.
//!
//! Each kind of job has streams of its own for arrivals and run times, so that changing one kind leaves the others
//! as they were, and another rate does not change how long the n-th job runs.

use super::detail::Detail;
use super::random::{Purpose, Stream};
use super::{Draft, Job, LONGEST_SECONDS, Recorded, Refusal, Workload, scaled};
use crate::model::decimal::Decimal;
use crate::workload::words;

/// Jobs of one kind. Resources are per node.
#[derive(Clone, Debug)]
pub struct Arrivals {
    /// Name; jobs are called after it.
    pub name: String,
    /// Job queue.
    pub queue: String,
    /// Share identifier; empty for none.
    pub share: String,
    /// Job definition.
    pub job_definition: String,
    /// vCPUs.
    pub vcpus: u32,
    /// Memory [MiB].
    pub memory_mib: u32,
    /// GPUs.
    pub gpus: u16,
    /// Nodes.
    pub nodes: u32,
    /// From which second on how many jobs arrive per hour; each holds until the next.
    pub rates: Vec<(u64, Decimal)>,
    /// When arrivals end [s].
    pub until: u64,
    /// How long they run.
    pub run_times: RunTimes,
}

/// What run times are drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunTimes {
    /// One of these, each equally often [s]; at least one.
    Seen(Vec<u32>),
    /// A lognormal distribution.
    Lognormal {
        /// Half of the jobs run shorter [s].
        median_seconds: Decimal,
        /// Standard deviation of the logarithm.
        sigma: Decimal,
    },
}

impl Arrivals {
    /// The same jobs, each running so many times as long; `None` where one would run for too long.
    #[must_use]
    pub fn scaled(&self, factor: Decimal) -> Option<Arrivals> {
        let run_times = match &self.run_times {
            RunTimes::Seen(seen) => {
                RunTimes::Seen(seen.iter().map(|seconds| scaled(*seconds, factor)).collect::<Option<_>>()?)
            }
            RunTimes::Lognormal { median_seconds, sigma } => {
                RunTimes::Lognormal { median_seconds: median_seconds.checked_mul(factor)?, sigma: *sigma }
            }
        };
        Some(Arrivals { run_times, ..self.clone() })
    }
}

/// Draws the jobs. `start` is the second of the Unix epoch at which the trace starts.
pub fn draw(arrivals: &[Arrivals], start: i64, seed: u64) -> Result<Workload, Refusal> {
    let mut draft = Draft::default();
    let mut line = 0;
    for (kind, of) in (0..).zip(arrivals) {
        let refused = |reason| Refusal { line: None, reason };
        let queue = draft.queue(&of.queue).map_err(refused)?;
        let job_definition = draft.job_definition(&of.job_definition).map_err(refused)?;
        let mut run_times = Stream::nth(seed, Purpose::RunTimes, kind);
        let times = arrival_times(of, &mut Stream::nth(seed, Purpose::Arrivals, kind));
        for (number, submit_seconds) in (1..).zip(times) {
            line += 1;
            let job = Job {
                submit_seconds,
                run_seconds: of.run_times.draw(&mut run_times),
                vcpus: of.vcpus,
                memory_mib: of.memory_mib,
                nodes: of.nodes,
                gpus: of.gpus,
                queue,
                job_definition,
                attempts: None,
                recorded: Recorded::Succeeded,
            };
            let number: u64 = number;
            draft.push(job, &format!("{}-{number}", of.name), line).map_err(refused)?;
            draft.describe(&Detail { share: &of.share, ..Detail::default() }).map_err(refused)?;
        }
    }
    if line == 0 {
        let reason = words::no_job_was_drawn_the();
        return Err(Refusal { line: None, reason });
    }
    let drawn = draft.finish(Some(start))?;
    // One kind after the other is how they are drawn, and says nothing about a trace.
    Ok(Workload { out_of_order: 0, ..drawn })
}

/// Whole seconds of a Poisson process: the integral of its rate from one arrival to the next is exponentially
/// distributed with mean 1.
fn arrival_times(of: &Arrivals, stream: &mut Stream) -> Vec<u64> {
    let ends = of.rates.iter().skip(1).map(|(from, _)| *from).chain([of.until]);
    let mut times = Vec::new();
    let mut missing = stream.exponential_share();
    for ((from, rate), until) in of.rates.iter().zip(ends) {
        missing = stream.arrivals(*from, until, *rate, missing, &mut times);
    }
    times
}

impl RunTimes {
    fn draw(&self, stream: &mut Stream) -> u32 {
        let seconds = match self {
            RunTimes::Seen(seen) => {
                let place = stream.below(seen.len() as u64);
                return seen[usize::try_from(place).expect("below a length")];
            }
            RunTimes::Lognormal { median_seconds, sigma } => stream.lognormal(*median_seconds, *sigma),
        };
        u32::try_from(seconds.clamp(1, LONGEST_SECONDS)).expect("clamped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(rates: Vec<(u64, Decimal)>, until: u64, run_times: RunTimes) -> Arrivals {
        Arrivals {
            name: "a".into(),
            queue: "q".into(),
            share: String::new(),
            job_definition: String::new(),
            vcpus: 1,
            memory_mib: 1,
            gpus: 0,
            nodes: 1,
            rates,
            until,
            run_times,
        }
    }

    #[test]
    fn arrivals_follow_their_rate() {
        // 36 jobs per hour for 1000 h, none for 1000 h, 3.6 for 1000 h: 36,000 and 3,600 expected, with standard
        // deviations of 189.7 and 60; within 4 of them.
        let hour = 3600;
        let rates =
            vec![(0, Decimal::from(36)), (1000 * hour, Decimal::ZERO), (2000 * hour, Decimal::new(36, 1))];
        let seen = RunTimes::Seen(vec![60]);
        let drawn = draw(&[kind(rates, 3000 * hour, seen)], 0, 3).expect("jobs");
        let between = |from: u64, to: u64| {
            drawn.jobs().iter().filter(|job| (from * hour..to * hour).contains(&job.submit_seconds)).count()
        };
        assert!(between(0, 1000).abs_diff(36_000) < 759, "{}", between(0, 1000));
        assert_eq!(between(1000, 2000), 0);
        assert!(between(2000, 3000).abs_diff(3600) < 240, "{}", between(2000, 3000));
        assert_eq!(between(0, 3000), drawn.jobs().len());
        // Gaps of a Poisson process have a standard deviation equal to their mean of 100 s.
        let gaps: Vec<f64> = drawn.jobs()[..30_000]
            .windows(2)
            .map(|pair| (pair[1].submit_seconds - pair[0].submit_seconds) as f64)
            .collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean - 100.0).abs() < 2.5 && (variance.sqrt() - 100.0).abs() < 5.0, "{mean} {variance}");
    }

    #[test]
    fn run_times_are_lognormal() {
        // Median 10,000 s, sigma 1: ln has mean 9.2103 and deviation 1; of 40,000 draws the errors are 0.005 and
        // 0.0035; within 4 of them. Mean 10,000 × e^0.5 = 16,487; its error is 16,487 × √(e − 1) / 200 = 108.
        let times = RunTimes::Lognormal { median_seconds: Decimal::from(10_000), sigma: Decimal::ONE };
        let mut stream = Stream::new(5, Purpose::RunTimes);
        let drawn: Vec<f64> = (0..40_000).map(|_| f64::from(times.draw(&mut stream))).collect();
        let count = drawn.len() as f64;
        let mean_ln = drawn.iter().map(|x| libm::log(*x)).sum::<f64>() / count;
        let deviation = (drawn.iter().map(|x| (libm::log(*x) - mean_ln).powi(2)).sum::<f64>() / count).sqrt();
        assert!((mean_ln - 9.2103).abs() < 0.02, "{mean_ln}");
        assert!((deviation - 1.0).abs() < 0.014, "{deviation}");
        let mean = drawn.iter().sum::<f64>() / count;
        assert!((mean - 16_487.0).abs() < 432.0, "{mean}");
    }

    #[test]
    fn kinds_do_not_disturb_each_other() {
        let of = |rate: i64| kind(vec![(0, Decimal::from(rate))], 360_000, RunTimes::Seen(vec![1, 2, 3]));
        let alone = draw(&[of(3)], 0, 9).expect("jobs");
        let mut other = of(5);
        other.name = "b".into();
        let both = draw(&[of(3), other], 0, 9).expect("jobs");
        let of_a: Vec<Job> = (0..both.jobs().len())
            .filter(|job| both.id(*job).starts_with("a-"))
            .map(|job| both.jobs()[job])
            .collect();
        assert_eq!(of_a, alone.jobs());
        assert_eq!(draw(&[of(3)], 0, 9).expect("jobs").jobs(), alone.jobs());
        assert_ne!(draw(&[of(3)], 0, 10).expect("jobs").jobs(), alone.jobs());
        assert!(draw(&[of(0)], 0, 9).is_err());
    }
}
