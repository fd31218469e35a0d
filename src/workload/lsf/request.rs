//! What an LSF job asked for: `select[mem>512] rusage[mem=4GB/task:duration=1h,ngpus_physical=2.00] span[hosts=1]`.

use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::quantity::{MIB, amount, count, memory_unit};
use crate::workload::runs::MOST;

/// Resources that count GPUs of a host.
const GPUS: [&str; 6] = ["ngpus_physical", "ngpus", "ngpus_excl_p", "ngpus_excl_t", "ngpus_shared", "gpus"];

/// An amount for each task, or each host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Share {
    amount: Decimal,
    of_task: bool,
}

/// What a job asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// [MiB].
    memory: Share,
    without_unit: bool,
    gpus: Share,
}

impl Request {
    /// The largest of all its `rusage` sections; what is no amount in them is passed over, as resources have any names.
    pub(super) fn parse(text: &str) -> Request {
        let mut request = Request::default();
        for section in text.split("rusage[").skip(1) {
            let section = section.split(']').next().unwrap_or_default();
            for (name, value) in section.split([',', ':', '(', ')', ' ']).filter_map(|it| it.split_once('='))
            {
                match name {
                    "mem" => request.ask_memory(value),
                    _ if GPUS.contains(&name) => {
                        request.gpus = larger(request.gpus, share(value).map(|(share, _)| share));
                    }
                    _ => {}
                }
            }
        }
        request
    }

    /// Adds what `bsub -gpu` asks for: `num=2/task:mode=shared`.
    pub(super) fn ask_gpus(&mut self, text: &str) {
        let number = text.split(':').find_map(|part| part.trim().strip_prefix("num="));
        // Without a number it is one.
        self.gpus = larger(self.gpus, share(number.unwrap_or("1")).map(|(share, _)| share));
    }

    /// What is known here, and from another text what is not.
    pub(super) fn or(self, other: Request) -> Request {
        let of_memory = if self.memory.amount > Decimal::ZERO { self } else { other };
        let gpus = if self.gpus.amount > Decimal::ZERO { self.gpus } else { other.gpus };
        Request { gpus, ..of_memory }
    }

    pub(super) const fn without_unit(&self) -> bool {
        self.without_unit
    }

    /// Memory of a node [MiB] and GPUs of all nodes.
    pub(super) fn of_job(&self, tasks: u32, nodes: u32) -> Result<(u32, u32), Said> {
        let tasks_of_node = Decimal::from(tasks.div_ceil(nodes.max(1)));
        let memory = self.memory.amount * if self.memory.of_task { tasks_of_node } else { Decimal::ONE };
        let gpus = self.gpus.amount * Decimal::from(if self.gpus.of_task { tasks } else { nodes });
        Ok((count(memory, "the memory", u32::MAX)?, count(gpus, "the number of GPUs", MOST)?))
    }

    fn ask_memory(&mut self, value: &str) {
        let found = share(value).and_then(|(Share { amount, of_task }, unit)| {
            let bytes = if unit.is_empty() { MIB } else { memory_unit(unit)? };
            let mib = amount.checked_mul(Decimal::from(bytes))? / Decimal::from(MIB);
            Some((Share { amount: mib.min(Decimal::from(u32::MAX)), of_task }, unit.is_empty()))
        });
        let before = self.memory;
        self.memory = larger(before, found.map(|(share, _)| share));
        if self.memory != before {
            self.without_unit = found.is_some_and(|(_, without_unit)| without_unit);
        }
    }
}

fn larger(a: Share, b: Option<Share>) -> Share {
    b.filter(|b| b.amount > a.amount).unwrap_or(a)
}

/// `128.00`, `4GB` or `2/task`, and its unit.
fn share(text: &str) -> Option<(Share, &str)> {
    let (number, of) = text.split_once('/').unwrap_or((text, "host"));
    let end = number.find(|it: char| !(it.is_ascii_digit() || it == '.')).unwrap_or(number.len());
    let (number, unit) = number.split_at(end);
    let amount = amount(number, "").ok()?.min(Decimal::from(u64::from(u32::MAX) << 20));
    Some((Share { amount, of_task: of.trim() == "task" }, unit.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_of_hosts_or_tasks() {
        let of = |text: &str, tasks, nodes| Request::parse(text).of_job(tasks, nodes);
        assert_eq!(of("select[mem>512] rusage[mem=65536,duration=1h] span[hosts=1]", 16, 1), Ok((65_536, 0)));
        // 4 GiB for each of 8 tasks of a node; 2 GPUs on each of 2 nodes.
        assert_eq!(of("rusage[mem=4GB/task,ngpus_physical=2.00]", 16, 2), Ok((32_768, 4)));
        assert_eq!(of("rusage[(mem=100:duration=10,mem=50)]", 1, 1), Ok((100, 0)));
        assert_eq!(of("rusage[mem=lots:ngpus=x]", 1, 1), Ok((0, 0)));
        let mut gpus = Request::default();
        gpus.ask_gpus("num=1/task:mode=exclusive_process");
        assert_eq!(gpus.of_job(4, 2), Ok((0, 4)));
        assert!(
            Request::parse("rusage[mem=5]").without_unit()
                && !Request::parse("rusage[mem=5M]").without_unit()
        );
    }
}
