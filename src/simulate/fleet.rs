//! The instances of one compute environment: launches under the cap, first fit, scale-down, and what it all takes.
//!
//! Knows instances, not queues: which job is to be placed is decided in [`super`], what room is reserved for jobs that
//! wait in [`super::reservation`].

use std::collections::BTreeSet;

use super::event_queue::{Event, EventQueue, InstanceId};
use super::first_fit::{Capacity, FirstFit};
use super::launch_order::{First, Wanted};
use super::model::{Environment, Limits};
use super::outcome::{Life, Ran};
use super::waiting::Held;
use crate::model::decimal::Decimal;
use crate::workload::random::{Purpose, Stream};

const MILLION: u64 = 1_000_000;
const SECONDS_PER_HOUR: i64 = 3600;

/// Room on an instance that one node of a waiting job will take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reservation {
    /// The job.
    pub(super) job: u32,
    /// Where its queue stands by priority.
    pub(super) rank: u16,
    /// How much.
    pub(super) takes: Capacity,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Launching,
    Running,
    Gone,
}

#[derive(Debug)]
pub(super) struct Instance {
    /// Which of the environment's types.
    kind: u16,
    state: State,
    /// Counts changes between idle and busy: a timer of an earlier spell means nothing.
    spell: u32,
    launched: u64,
    /// When it was terminated; 0 before.
    ended: u64,
    idle_since: u64,
    /// Jobs on it, in no order.
    jobs: Vec<u32>,
    /// Room on it kept for jobs that wait, in no order.
    pub(super) reserved: Vec<Reservation>,
}

/// Draws that decide what happens to instances; each purpose has a stream of its own.
#[derive(Debug)]
pub(super) struct Chance {
    interruptions: Stream,
    capacity: Stream,
}

impl Chance {
    pub(super) fn new(seed: u64) -> Chance {
        Chance {
            interruptions: Stream::new(seed, Purpose::Interruptions),
            capacity: Stream::new(seed, Purpose::Capacity),
        }
    }
}

/// What became of the kept instances of an environment.
#[derive(Debug, Default)]
pub(super) struct Reviewed {
    /// Whether one was let go, so that another may be launched.
    pub(super) is_smaller: bool,
    /// Jobs that one of those was reserved for.
    pub(super) bereft: Vec<u32>,
}

/// One compute environment at work.
#[derive(Debug)]
pub(super) struct Fleet<'a> {
    pub(super) environment: &'a Environment,
    id: u16,
    /// Types in the order in which they are launched for jobs of one node.
    order: Vec<u16>,
    /// Types that are launched before those if what waits fills them.
    filled: Vec<u16>,
    /// Types in the order in which they are launched for jobs of several nodes, of which each takes a whole instance.
    pub(super) order_of_nodes: Vec<u16>,
    smallest: u64,
    pub(super) limits: Limits,
    next_limits: usize,
    pub(super) instances: Vec<Instance>,
    /// Room on running instances.
    pub(super) free: FirstFit,
    /// Of that, and of the room on instances being launched, what is reserved for no waiting job.
    pub(super) spare: FirstFit,
    pub(super) launching: BTreeSet<u32>,
    /// Running instances without a job, by type.
    pub(super) idle: Vec<BTreeSet<u32>>,
    /// Of those, the ones no timer runs for: kept for `min_vcpus` or for a multi-node job, or about to go.
    kept: BTreeSet<u32>,
    /// Of those, the ones whose time is over and that stay for the jobs they are reserved for.
    held: BTreeSet<u32>,
    /// The type a waiting multi-node job gathers.
    pub(super) gathered: Option<u16>,
    /// Whether a queue could launch nothing here for one of its jobs: then no instance is held for those behind it.
    pub(super) is_blocked: bool,
    refused_until: Vec<u64>,
    pub(super) owned: u64,
    /// Instances launched and not gone.
    count: u64,
    pub(super) ran: Vec<Ran>,
}

impl<'a> Fleet<'a> {
    pub(super) fn new(environment: &'a Environment, id: u16, events: &mut EventQueue) -> Fleet<'a> {
        for limits in &environment.limits[1..] {
            events.push(limits.from_seconds, Event::LimitsChanged(id));
        }
        let types = environment.types.len();
        let ran = |kind: u16| Ran {
            environment: id,
            kind,
            launches: 0,
            running: 0,
            peak: 0,
            instance_seconds: 0,
            refusals: 0,
        };
        Fleet {
            environment,
            id,
            order: environment.order(),
            filled: environment.filled_order(),
            order_of_nodes: environment.launch_order(First::Smallest),
            smallest: environment.types.iter().map(|of| of.capacity.vcpus.into()).min().unwrap_or_default(),
            limits: environment.limits[0],
            next_limits: 1,
            instances: Vec::new(),
            free: FirstFit::default(),
            spare: FirstFit::default(),
            launching: BTreeSet::new(),
            idle: vec![BTreeSet::new(); types],
            kept: BTreeSet::new(),
            held: BTreeSet::new(),
            gathered: None,
            is_blocked: false,
            refused_until: vec![0; types],
            owned: 0,
            count: 0,
            ran: (0..u16::try_from(types).expect("types are few")).map(ran).collect(),
        }
    }

    pub(super) fn owned_vcpus(&self) -> u64 {
        self.owned
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    pub(super) fn capacity(&self, kind: u16) -> Capacity {
        self.environment.types[usize::from(kind)].capacity
    }

    pub(super) fn kind(&self, number: u32) -> u16 {
        self.instances[number as usize].kind
    }

    pub(super) fn size(&self, kind: u16) -> u64 {
        self.capacity(kind).vcpus.into()
    }

    fn id(&self, number: u32) -> InstanceId {
        InstanceId { environment: self.id, number }
    }

    pub(super) fn change_limits(&mut self) {
        self.limits = self.environment.limits[self.next_limits];
        self.next_limits += 1;
    }

    pub(super) fn may_launch(&self, owned: u64, kind: u16) -> bool {
        self.environment.cap_rule().may_launch(owned, self.size(kind), self.limits.max_vcpus.into())
    }

    /// The type to launch for a request, if one may be, where so much is wanted in all.
    pub(super) fn choose(
        &mut self,
        request: Capacity,
        wanted: Wanted,
        now: u64,
        chance: &mut Chance,
        events: &mut EventQueue,
    ) -> Result<u16, Held> {
        let mut held = Held::Unfit;
        let filled = self.filled.len();
        for index in 0..filled + self.order.len() {
            let is_first = index < filled;
            let kind = if is_first { self.filled[index] } else { self.order[index - filled] };
            if !self.capacity(kind).holds(request) || is_first && !wanted.fills(self.capacity(kind)) {
                continue;
            }
            // What the cap never allows is no candidate, so that BEST_FIT does not wait for it.
            if !self.may_launch(0, kind) {
                held = Held::MaxVcpus;
                continue;
            }
            if !self.may_launch(self.owned, kind) {
                held = Held::MaxVcpus;
            } else if !self.refused(kind, now, chance, events) {
                return Ok(kind);
            } else if held == Held::Unfit {
                held = Held::Capacity;
            }
            if !self.environment.tries_others() {
                return Err(held);
            }
        }
        Err(held)
    }

    /// Whether EC2 has no capacity for a type; then it is asked again later.
    pub(super) fn refused(
        &mut self,
        kind: u16,
        now: u64,
        chance: &mut Chance,
        events: &mut EventQueue,
    ) -> bool {
        let of = &self.environment.types[usize::from(kind)];
        if now < self.refused_until[usize::from(kind)] {
            return true;
        }
        let shortage = of.shortages.iter().find(|(start, end)| (*start..*end).contains(&now));
        let until = match shortage {
            Some((_, end)) => *end,
            None if of.refusals_per_million == 0 => return false,
            None if chance.capacity.below(MILLION) >= of.refusals_per_million.into() => return false,
            None => now.saturating_add(self.environment.capacity_retry_seconds.max(1)),
        };
        self.refused_until[usize::from(kind)] = until;
        self.ran[usize::from(kind)].refusals += 1;
        events.push(until, Event::CapacityRetry);
        true
    }

    pub(super) fn launch(&mut self, kind: u16, now: u64, delay: u64, events: &mut EventQueue) -> u32 {
        assert!(self.may_launch(self.owned, kind), "a launch is within the cap rule");
        let number = u32::try_from(self.instances.len()).expect("numbered in 32 bits");
        self.instances.push(Instance {
            kind,
            state: State::Launching,
            spell: 0,
            launched: now,
            ended: 0,
            idle_since: now,
            jobs: Vec::new(),
            reserved: Vec::new(),
        });
        self.launching.insert(number);
        self.spare.set(number, self.capacity(kind));
        self.owned += self.size(kind);
        self.count += 1;
        let ran = &mut self.ran[usize::from(kind)];
        ran.launches += 1;
        ran.running += 1;
        ran.peak = ran.peak.max(ran.running);
        events.push(now.saturating_add(delay), Event::InstanceReady(self.id(number)));
        number
    }

    /// Launches what `min_vcpus` asks for.
    pub(super) fn keep_min(&mut self, now: u64, delay: u64, chance: &mut Chance, events: &mut EventQueue) {
        while self.owned < self.limits.min_vcpus.into() {
            let Ok(kind) = self.choose(Capacity::default(), Wanted::default(), now, chance, events) else {
                return;
            };
            self.launch(kind, now, delay, events);
        }
    }

    pub(super) fn ready(&mut self, number: u32, now: u64, chance: &mut Chance, events: &mut EventQueue) {
        let kind = self.kind(number);
        self.instances[number as usize].state = State::Running;
        self.launching.remove(&number);
        self.free.set(number, self.capacity(kind));
        self.becomes_idle(number, now, events);
        let rate = self.environment.interruptions_per_instance_hour;
        if rate > Decimal::ZERO {
            let until = chance.interruptions.exponential(Decimal::from(SECONDS_PER_HOUR) / rate);
            events.push(now.saturating_add(until), Event::SpotInterrupted(self.id(number)));
        }
    }

    /// Puts a node of a job on an instance.
    pub(super) fn place(&mut self, number: u32, job: u32, request: Capacity) {
        self.free.set(number, self.free.get(number).less(request));
        self.spare.set(number, self.spare.get(number).less(request));
        let instance = &mut self.instances[number as usize];
        assert!(instance.state == State::Running, "jobs run on running instances");
        if instance.jobs.is_empty() {
            instance.spell = instance.spell.wrapping_add(1);
            self.idle[usize::from(instance.kind)].remove(&number);
            self.kept.remove(&number);
            self.held.remove(&number);
        }
        instance.jobs.push(job);
    }

    /// Takes a node of a job off its instance.
    pub(super) fn release(
        &mut self,
        number: u32,
        job: u32,
        request: Capacity,
        now: u64,
        events: &mut EventQueue,
    ) {
        self.free.set(number, self.free.get(number).plus(request));
        self.spare.set(number, self.spare.get(number).plus(request));
        let instance = &mut self.instances[number as usize];
        let place = instance.jobs.iter().position(|other| *other == job).expect("the job is on its instance");
        instance.jobs.swap_remove(place);
        if instance.jobs.is_empty() {
            assert!(
                self.free.get(number) == self.capacity(self.kind(number)),
                "an instance without jobs has all it has free"
            );
            self.becomes_idle(number, now, events);
        }
    }

    fn becomes_idle(&mut self, number: u32, now: u64, events: &mut EventQueue) {
        let instance = &mut self.instances[number as usize];
        instance.spell = instance.spell.wrapping_add(1);
        instance.idle_since = now;
        let (kind, spell) = (instance.kind, instance.spell);
        self.idle[usize::from(kind)].insert(number);
        if self.is_spare(kind) {
            let until = now.saturating_add(self.environment.scale_down_seconds);
            events.push(until, Event::InstanceIdle { instance: self.id(number), spell });
        } else {
            self.kept.insert(number);
        }
    }

    pub(super) fn is_gone(&self, number: u32) -> bool {
        self.instances[number as usize].state == State::Gone
    }

    /// Whether `min_vcpus` can do without an instance of a type.
    fn is_spare(&self, kind: u16) -> bool {
        self.owned >= u64::from(self.limits.min_vcpus) + self.size(kind)
    }

    /// The scale-down delay of an instance is over: it goes unless a job of this second takes it.
    pub(super) fn idle_expired(&mut self, number: u32, spell: u32) {
        let instance = &self.instances[number as usize];
        if instance.state == State::Running && instance.spell == spell {
            self.kept.insert(number);
        }
    }

    /// Lets go of kept instances that nothing keeps any more, the youngest first. Returns the jobs that they were
    /// reserved for, if they could not be held.
    pub(super) fn review_kept(&mut self, now: u64, events: &mut EventQueue) -> Reviewed {
        let mut reviewed = Reviewed::default();
        if self.is_blocked {
            self.kept.append(&mut self.held);
        }
        if self.kept.is_empty() || self.owned < u64::from(self.limits.min_vcpus) + self.smallest {
            return reviewed;
        }
        let kept: Vec<u32> = self.kept.iter().rev().copied().collect();
        for number in kept {
            let instance = &self.instances[number as usize];
            let (kind, spell) = (instance.kind, instance.spell);
            if !self.is_spare(kind) || self.gathered == Some(kind) {
                continue;
            }
            let until = instance.idle_since.saturating_add(self.environment.scale_down_seconds);
            if until > now {
                self.kept.remove(&number);
                events.push(until, Event::InstanceIdle { instance: self.id(number), spell });
            } else if !instance.reserved.is_empty() && !self.is_blocked {
                self.kept.remove(&number);
                self.held.insert(number);
            } else {
                reviewed.bereft.extend(instance.reserved.iter().map(|of| of.job));
                reviewed.is_smaller = true;
                self.terminate(number, now);
            }
        }
        reviewed
    }

    /// An idle instance that is reserved for nobody any more is looked at again.
    pub(super) fn unhold(&mut self, number: u32) {
        if self.held.remove(&number) {
            self.kept.insert(number);
        }
    }

    /// EC2 takes an instance back, which is reserved for nobody: the jobs that were on it, unless it was gone already.
    pub(super) fn interrupt(&mut self, number: u32, now: u64) -> Vec<u32> {
        if self.is_gone(number) {
            return Vec::new();
        }
        let mut jobs = std::mem::take(&mut self.instances[number as usize].jobs);
        jobs.sort_unstable();
        self.terminate(number, now);
        jobs
    }

    fn terminate(&mut self, number: u32, now: u64) {
        let instance = &mut self.instances[number as usize];
        assert!(instance.state == State::Running && instance.jobs.is_empty(), "only idle instances go");
        (instance.state, instance.ended) = (State::Gone, now);
        let (kind, launched) = (instance.kind, instance.launched);
        self.idle[usize::from(kind)].remove(&number);
        self.kept.remove(&number);
        self.held.remove(&number);
        self.free.set(number, Capacity::default());
        self.spare.set(number, Capacity::default());
        self.owned -= self.size(kind);
        self.count -= 1;
        let ran = &mut self.ran[usize::from(kind)];
        ran.running -= 1;
        ran.instance_seconds += now - launched;
    }

    /// Every instance, `ran` counted in this environment; after [`Fleet::close`].
    pub(super) fn lives(&self) -> impl Iterator<Item = Life> {
        self.instances.iter().map(|of| Life { ran: of.kind, launched: of.launched, ended: of.ended })
    }

    /// Counts the instances that are left at the end. With `tails`, those that `min_vcpus` does not keep live on for
    /// their scale-down delay.
    pub(super) fn close(&mut self, now: u64, tails: bool) {
        for instance in self.instances.iter_mut().rev().filter(|instance| instance.state != State::Gone) {
            let size = u64::from(self.environment.types[usize::from(instance.kind)].capacity.vcpus);
            let spare = self.owned >= u64::from(self.limits.min_vcpus) + size;
            let mut end = now;
            if tails && spare && instance.jobs.is_empty() {
                let ready = match instance.state {
                    State::Launching => instance.launched.saturating_add(self.environment.launch_seconds),
                    State::Running | State::Gone => instance.idle_since,
                };
                end = end.max(ready.saturating_add(self.environment.scale_down_seconds));
                self.owned -= size;
            }
            (instance.state, instance.ended) = (State::Gone, end);
            self.ran[usize::from(instance.kind)].instance_seconds += end - instance.launched;
        }
    }
}
