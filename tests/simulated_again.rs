//! The simulator's rules a second time, without its trees, queues of events and lists of what is left to do: at every
//! moment at which anything may happen all jobs and all instances are looked at, one after the other.
//!
//! Jobs of one and of several nodes, arrays, two queues and two environments of different launch times, together, under a cap
//! that is out of reach.

use std::cmp::Reverse;

use hpc_cost::scenario::keys::batch::AllocationStrategy;
use hpc_cost::simulate::model::{BatchModel, Environment, Queue};
use hpc_cost::simulate::{Capacity, Outcome, simulate};
use hpc_cost::workload::Workload;
use hpc_cost::workload::random::{Purpose, Stream};

use super::simulation::{elastic, jobs, launch_type, model};

const OUT_OF_REACH: u32 = 10_000_000;
const SCALE_DOWN: u64 = 300;

fn environment(name: &str, vcpus: u32, gpus: u32, launch_seconds: u64) -> Environment {
    Environment {
        name: name.into(),
        strategy: AllocationStrategy::BestFitProgressive,
        types: vec![launch_type(name, vcpus, gpus)],
        launch_seconds,
        scale_down_seconds: SCALE_DOWN,
        ..elastic(OUT_OF_REACH)
    }
}

fn plus(a: Capacity, b: Capacity) -> Capacity {
    Capacity { vcpus: a.vcpus + b.vcpus, memory_mib: a.memory_mib + b.memory_mib, gpus: a.gpus + b.gpus }
}

fn less(a: Capacity, b: Capacity) -> Capacity {
    Capacity { vcpus: a.vcpus - b.vcpus, memory_mib: a.memory_mib - b.memory_mib, gpus: a.gpus - b.gpus }
}

/// One instance.
struct Machine {
    environment: usize,
    whole: Capacity,
    ready: u64,
    idle_since: u64,
    /// Job, when it ends, what it takes.
    runs: Vec<(usize, u64, Capacity)>,
    /// Job, what is reserved for it.
    reserved: Vec<(usize, Capacity)>,
    is_gone: bool,
}

impl Machine {
    fn free(&self) -> Capacity {
        self.runs.iter().fold(self.whole, |free, (_, _, takes)| less(free, *takes))
    }

    fn spare(&self) -> Capacity {
        self.reserved.iter().fold(self.free(), |spare, (_, takes)| less(spare, *takes))
    }
}

/// A job as the second implementation knows it.
struct Wanting {
    submit: u64,
    run: u64,
    needs: Capacity,
    nodes: usize,
    rank: usize,
    start: Option<u64>,
}

struct Again {
    jobs: Vec<Wanting>,
    machines: Vec<Machine>,
    /// Type and launch time of each environment.
    kinds: Vec<(Capacity, u64)>,
    /// Environments of each queue, by priority.
    queues: Vec<Vec<usize>>,
    now: u64,
}

impl Again {
    fn waiting(&self, rank: usize) -> Vec<usize> {
        let jobs = self.jobs.iter().enumerate();
        let waits = |job: &Wanting| job.rank == rank && job.submit <= self.now && job.start.is_none();
        jobs.filter(|(_, job)| waits(job)).map(|(index, _)| index).collect()
    }

    fn reserved_on(&self, job: usize) -> Vec<usize> {
        let has = |machine: &Machine| machine.reserved.iter().any(|(of, _)| *of == job);
        (0..self.machines.len()).filter(|place| has(&self.machines[*place])).collect()
    }

    fn release(&mut self, job: usize) {
        for machine in &mut self.machines {
            machine.reserved.retain(|(of, _)| *of != job);
        }
    }

    fn takes(&self, job: usize, environment: usize) -> Capacity {
        if self.jobs[job].nodes > 1 { self.kinds[environment].0 } else { self.jobs[job].needs }
    }

    /// Machines of an environment that run, in order of launch.
    fn running(&self, environment: usize) -> Vec<usize> {
        let is = |of: &Machine| of.environment == environment && !of.is_gone && of.ready <= self.now;
        (0..self.machines.len()).filter(|place| is(&self.machines[*place])).collect()
    }

    /// A place for the first job of a queue, and who has to leave it.
    fn place(&self, job: usize) -> Option<(Vec<usize>, Vec<usize>)> {
        let Wanting { needs, nodes, rank, .. } = self.jobs[job];
        let own = self.reserved_on(job);
        for environment in &self.queues[rank] {
            if nodes == 1 {
                for place in self.running(*environment) {
                    let machine = &self.machines[place];
                    if !machine.free().holds(needs) {
                        continue;
                    }
                    if own.contains(&place) || machine.spare().holds(needs) {
                        return Some((vec![place], Vec::new()));
                    }
                    if let Some(leaving) = self.leaving(job, place, &own) {
                        return Some((vec![place], leaving));
                    }
                }
            } else if self.kinds[*environment].0.holds(needs) {
                let yields = |of: usize| {
                    let other = self.jobs[of].rank;
                    of == job || other > rank || other == rank && own.is_empty()
                };
                let is_free = |place: &usize| {
                    let machine = &self.machines[*place];
                    machine.runs.is_empty() && machine.reserved.iter().all(|(of, _)| yields(*of))
                };
                let places: Vec<usize> =
                    self.running(*environment).into_iter().filter(is_free).take(nodes).collect();
                if places.len() == nodes {
                    let on = places.iter().flat_map(|place| &self.machines[*place].reserved);
                    let leaving = on.map(|(of, _)| *of).filter(|of| *of != job).collect();
                    return Some((places, leaving));
                }
            }
        }
        None
    }

    /// Who gives way on a machine: the last of the lowest queue first, those of the own queue only if what the job leaves
    /// holds them.
    fn leaving(&self, job: usize, place: usize, own: &[usize]) -> Option<Vec<usize>> {
        let Wanting { needs, rank, .. } = self.jobs[job];
        let machine = &self.machines[place];
        let mut order: Vec<(usize, Capacity)> =
            machine.reserved.iter().copied().filter(|(of, _)| self.jobs[*of].rank >= rank).collect();
        order.sort_by_key(|(of, _)| Reverse((self.jobs[*of].rank, *of)));
        let (mut room, mut owed, mut leaving) = (machine.spare(), Capacity::default(), Vec::new());
        for (of, takes) in order {
            if room.holds(needs) {
                break;
            }
            room = plus(room, takes);
            leaving.push(of);
            if self.jobs[of].rank == rank {
                if self.jobs[of].nodes > 1 && !own.is_empty() {
                    return None;
                }
                owed = plus(owed, takes);
            }
        }
        let left = own.first().map(|left| plus(self.machines[*left].spare(), needs));
        (room.holds(needs) && left.is_none_or(|left| left.holds(owed))).then_some(leaving)
    }

    fn start(&mut self, job: usize, places: &[usize], leaving: &[usize]) {
        let left = self.reserved_on(job).first().copied();
        self.release(job);
        for other in leaving {
            if self.reserved_on(*other).is_empty() {
                continue;
            }
            self.release(*other);
            if let Some(left) = left
                && self.jobs[job].nodes == 1
                && self.jobs[*other].nodes == 1
                && self.queues[self.jobs[*other].rank].contains(&self.machines[left].environment)
                && self.machines[left].spare().holds(self.jobs[*other].needs)
            {
                let needs = self.jobs[*other].needs;
                self.machines[left].reserved.push((*other, needs));
            }
        }
        let end = self.now + self.jobs[job].run;
        for place in places {
            let takes = self.takes(job, self.machines[*place].environment);
            self.machines[*place].runs.push((job, end, takes));
        }
        self.jobs[job].start = Some(self.now);
    }

    /// Reserves room for a job, on machines that are there or on new ones.
    fn reserve(&mut self, job: usize) {
        let Wanting { needs, nodes, rank, .. } = self.jobs[job];
        let fits = |environment: &&usize| self.kinds[**environment].0.holds(needs);
        let environment = *self.queues[rank].iter().find(fits).expect("every job fits somewhere");
        let (whole, launch) = self.kinds[environment];
        // Idle machines before those to come; a single node takes the first of all that has room, in any environment that
        // is tried before one has to be launched.
        let of = |again: &Again, environment: usize| -> Vec<usize> {
            let is = |of: &Machine| of.environment == environment && !of.is_gone;
            (0..again.machines.len()).filter(|place| is(&again.machines[*place])).collect()
        };
        let mut places: Vec<usize> = Vec::new();
        if nodes == 1 {
            let has_room = |place: &usize| self.machines[*place].spare().holds(needs);
            places.extend(of(self, environment).into_iter().find(has_room));
        } else {
            let is_whole = |place: &usize| self.machines[*place].spare() == whole;
            let mut all: Vec<usize> = of(self, environment).into_iter().filter(is_whole).collect();
            all.sort_by_key(|place| (self.machines[*place].ready > self.now, *place));
            places.extend(all.into_iter().take(nodes));
        }
        while places.len() < nodes {
            places.push(self.machines.len());
            self.machines.push(Machine {
                environment,
                whole,
                ready: self.now + launch,
                idle_since: self.now + launch,
                runs: Vec::new(),
                reserved: Vec::new(),
                is_gone: false,
            });
        }
        let takes = self.takes(job, environment);
        for place in places {
            self.machines[place].reserved.push((job, takes));
        }
    }

    fn moment(&mut self) {
        for machine in &mut self.machines {
            let before = machine.runs.len();
            machine.runs.retain(|(_, end, _)| *end > self.now);
            if before > 0 && machine.runs.is_empty() {
                machine.idle_since = self.now;
            }
        }
        for rank in 0..self.queues.len() {
            while let Some(job) = self.waiting(rank).first().copied() {
                let Some((places, leaving)) = self.place(job) else { break };
                self.start(job, &places, &leaving);
            }
        }
        for rank in 0..self.queues.len() {
            for job in self.waiting(rank) {
                if self.reserved_on(job).is_empty() {
                    self.reserve(job);
                }
            }
        }
        // A job of several nodes at the head of its queue keeps what is idle.
        let heads = (0..self.queues.len()).filter_map(|rank| self.waiting(rank).first().copied());
        let gathering: Vec<usize> = heads.filter(|job| self.jobs[*job].nodes > 1).collect();
        for machine in &mut self.machines {
            let gathers = |job: &usize| {
                let Wanting { needs, rank, .. } = self.jobs[*job];
                machine.whole.holds(needs) && self.queues[rank].contains(&machine.environment)
            };
            let is_over = machine.idle_since + SCALE_DOWN <= self.now;
            if machine.runs.is_empty()
                && machine.reserved.is_empty()
                && is_over
                && !gathering.iter().any(gathers)
            {
                machine.is_gone = true;
            }
        }
    }

    fn next(&self) -> Option<u64> {
        let here = self.machines.iter().filter(|machine| !machine.is_gone);
        let ends = here.flat_map(|machine| {
            let ends = machine.runs.iter().map(|(_, end, _)| *end);
            ends.chain([machine.ready, machine.idle_since + SCALE_DOWN])
        });
        let submissions = self.jobs.iter().map(|job| job.submit);
        ends.chain(submissions).filter(|time| *time > self.now).min()
    }
}

/// When every job starts by the second implementation, and how many machines each environment launched.
fn again(model: &BatchModel, workload: &Workload) -> (Vec<u64>, Vec<u64>) {
    let rank_of = |name: &str| model.queues.iter().position(|queue| queue.name == name).expect("known");
    let wanting = |job: &hpc_cost::workload::Job| Wanting {
        submit: job.submit_seconds,
        run: job.run_seconds.into(),
        needs: Capacity { vcpus: job.vcpus, memory_mib: job.memory_mib, gpus: job.gpus.into() },
        nodes: job.nodes as usize,
        rank: rank_of(&workload.queues()[usize::from(job.queue)]),
        start: None,
    };
    let mut again = Again {
        jobs: workload.jobs().iter().map(wanting).collect(),
        machines: Vec::new(),
        kinds: model.environments.iter().map(|of| (of.types[0].capacity, of.launch_seconds)).collect(),
        queues: model
            .queues
            .iter()
            .map(|queue| queue.environments.iter().map(|index| usize::from(*index)).collect())
            .collect(),
        now: 0,
    };
    again.moment();
    while let Some(next) = again.next().filter(|_| again.jobs.iter().any(|job| job.start.is_none())) {
        again.now = next;
        again.moment();
    }
    let launched = |environment: usize| {
        again.machines.iter().filter(|machine| machine.environment == environment).count() as u64
    };
    let launches = (0..again.kinds.len()).map(launched).collect();
    (again.jobs.iter().map(|job| job.start.expect("all start")).collect(), launches)
}

/// Bursts of arrays over two queues: jobs with and without GPUs, now and then of several nodes.
fn bursts(draws: &mut Stream, arrays: u64) -> Workload {
    let (mut rows, mut submit) = (Vec::new(), 0);
    for array in 0..arrays {
        submit += draws.below(1500);
        let gpus = [0, 0, 1, 4, 8][draws.below(5) as usize];
        let most: u64 = if gpus > 0 { 24 } else { 36 };
        let vcpus = [1, 2, 5, 12, 18, most][draws.below(6) as usize];
        let nodes = [1, 1, 1, 1, 2, 3][draws.below(6) as usize];
        let queue = ["high", "low"][draws.below(2) as usize];
        let (memory, gap) = (draws.below(20_000), draws.below(5));
        let children = if nodes > 1 { 1 + draws.below(3) } else { 1 + draws.below(20) };
        for child in 0..children {
            let run = 1 + draws.below(3000);
            rows.push(format!(
                "j{array:02}-{child:02} {} {run} {vcpus} memory_mib={memory} gpus={gpus} nodes={nodes} queue={queue}",
                submit + child * gap
            ));
        }
    }
    jobs(&rows.iter().map(String::as_str).collect::<Vec<_>>()).ties_by_name()
}

fn two_queues(draws: &mut Stream) -> BatchModel {
    let launch = |draws: &mut Stream| 60 * (1 + draws.below(25));
    let cpu = environment("cpu", 36, 0, launch(draws));
    let gpu = environment("gpu", 24, 8, launch(draws));
    let queue = |name: &str, priority| Queue {
        name: name.into(),
        priority,
        environments: vec![0, 1],
        policy: None,
        limits: Vec::new(),
    };
    BatchModel { queues: vec![queue("high", 10), queue("low", 1)], ..model(vec![cpu, gpu]) }
}

fn starts(outcome: &Outcome) -> Vec<u64> {
    outcome.jobs.iter().map(|job| job.start_seconds).collect()
}

#[test]
fn start_times_and_launches_are_those_of_the_second_implementation() {
    let (mut waited, mut several) = (0, 0);
    for seed in 0..300 {
        let mut draws = Stream::new(seed, Purpose::Arrivals);
        let model = two_queues(&mut draws);
        let workload = bursts(&mut draws, 10);
        let outcome = simulate(&model, &workload, seed);
        let launches: Vec<u64> = outcome.ran.iter().map(|ran| ran.launches).collect();
        assert_eq!((starts(&outcome), launches), again(&model, &workload), "seed {seed}");
        waited += outcome.jobs.iter().filter(|job| job.wait_seconds() > Some(0)).count();
        several += workload.jobs().iter().filter(|job| job.nodes > 1).count();
    }
    assert!(waited > 10_000 && several > 1000, "{waited} {several}");
}

#[test]
fn no_wait_in_two_queues_is_longer_than_the_longest_launch_that_comes_before() {
    // A queue is first in, first out: a job waits at most for the launch of its own environment or of that of a job before it.
    // What a higher queue takes from a lower one is launched again from then on, so only the first queue has the bound.
    let mut waited = 0;
    for seed in 0..300 {
        let mut draws = Stream::new(1000 + seed, Purpose::Arrivals);
        let model = two_queues(&mut draws);
        let workload = bursts(&mut draws, 12);
        let outcome = simulate(&model, &workload, seed);
        let longest = model.environments.iter().map(|of| of.launch_seconds).max().expect("two");
        for (job, of) in outcome.jobs.iter().zip(workload.jobs()) {
            if workload.queues()[usize::from(of.queue)] == "high" {
                assert!(job.wait_seconds() <= Some(longest), "seed {seed}: {job:?}");
            }
            waited += usize::from(job.wait_seconds() > Some(0));
        }
        assert_eq!(outcome.counts().succeeded, workload.jobs().len() as u64);
    }
    assert!(waited > 10_000, "{waited}");
}
