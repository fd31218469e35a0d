//! What a PBS job asked for and was given, from the many ways in which PBS writes it.

use super::Fields;
use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::quantity::{amount, count, memory, memory_mib};
use crate::workload::runs::MOST;

/// What a start says that the job asked for, of all nodes; 0 for unknown.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ask {
    cpus: u32,
    gpus: u32,
    memory_mib: u32,
    unlike: Option<Unlike>,
}

/// Chunks that differ: what the largest of them has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unlike {
    /// How many chunks there are.
    chunks: u32,
    of_chunk: Node,
    /// The largest sums of a host, where the record says which chunks are on one.
    of_host: Option<Node>,
}

/// The largest of each; 0 for unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Node {
    cpus: u32,
    gpus: u32,
    memory_mib: u32,
}

/// What a job had: memory of a node [MiB], the others of all nodes; 0 for unknown but in `nodes`.
pub(super) struct Got {
    pub(super) cpus: u32,
    pub(super) gpus: u32,
    pub(super) memory_mib: u32,
    pub(super) nodes: u32,
    /// Whether its nodes differ, and all are taken as the largest.
    pub(super) unlike: bool,
}

/// A sum over chunks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Chunks {
    cpus: Decimal,
    gpus: Decimal,
    memory_mib: Decimal,
}

/// What a record says that its job asked for or was given.
pub(super) fn ask(fields: &Fields<'_>) -> Result<Ask, Said> {
    let vnodes = fields.exec_vnode.map(vnodes).transpose()?.unwrap_or_default();
    let select = fields.select.map(select).transpose()?.unwrap_or_default();
    let nodes = fields.nodes.map(nodes_of_torque).transpose()?.unwrap_or_default();
    let number = |text: Option<&str>, name: &str| match text {
        Some(text) => count(amount(text, name)?, name, MOST),
        None => Ok(0),
    };
    let hosts = fields.exec_host.map_or((0, 0), hosts);
    let cpus = match count(vnodes.cpus, "ncpus of exec_vnode", MOST)? {
        // A slot of `exec_host` is a CPU, unless it names none but the host.
        0 => [
            hosts.1,
            count(select.cpus, "ncpus of Resource_List.select", MOST)?,
            number(fields.ncpus, "Resource_List.ncpus")?,
            count(nodes.cpus, "Resource_List.nodes", MOST)?,
        ]
        .into_iter()
        .max()
        .unwrap_or_default(),
        cpus => cpus,
    };
    let cpus = if cpus == 0 { number(fields.used_ncpus, "resources_used.ncpus")? } else { cpus };
    let gpus = [
        count(vnodes.gpus, "ngpus of exec_vnode", MOST)?,
        count(select.gpus, "ngpus of Resource_List.select", MOST)?,
        number(fields.ngpus, "Resource_List.ngpus")?,
        u32::try_from(fields.exec_gpus.map_or(0, |text| text.split('+').count())).unwrap_or(MOST),
        count(nodes.gpus, "Resource_List.nodes", MOST)?,
    ];
    let chunks = [vnodes.memory_mib, select.memory_mib].into_iter().find(|it| *it > Decimal::ZERO);
    let memory_mib = match (chunks, fields.mem, fields.pmem) {
        (Some(mib), ..) => count(mib, "the memory", u32::MAX)?,
        (None, Some(text), _) => memory(text, "Resource_List.mem", 1)?,
        (None, None, Some(text)) => {
            let mib = u64::from(memory(text, "Resource_List.pmem", 1)?) * u64::from(cpus);
            count(Decimal::from(mib), "Resource_List.pmem", u32::MAX)?
        }
        (None, None, None) => 0,
    };
    let gpus = gpus.into_iter().find(|gpus| *gpus > 0).unwrap_or_default();
    Ok(Ask { cpus, gpus, memory_mib, unlike: unlike(fields)? })
}

/// The largest of chunks that differ: those that were given, else those that were asked for.
fn unlike(fields: &Fields<'_>) -> Result<Option<Unlike>, Said> {
    if let Some(text) = fields.exec_vnode {
        // What one pair of parentheses holds is one chunk, maybe of several vnodes.
        let chunks = chunks_of(text.split(")+(").map(|chunk| (1, vnodes(chunk))))?;
        let Some(chunks) = chunks else { return Ok(None) };
        let of_host = Some(largest(&of_hosts(text)?)?);
        return Ok(Some(Unlike { of_host, ..chunks }));
    }
    let parts = fields.select.map(|text| {
        text.split('+')
            .map(|part| {
                let times = part.split(':').next().and_then(|first| first.trim().parse().ok()).unwrap_or(1);
                (times, select(part).map(|sum| sum.each(times)))
            })
            .collect::<Vec<_>>()
    });
    let nodes = || {
        fields.nodes.map(|text| {
            text.split('+')
                .map(|part| {
                    let times =
                        part.split(':').next().and_then(|first| first.trim().parse().ok()).unwrap_or(1);
                    (times, nodes_of_torque(part).map(|sum| sum.each(times)))
                })
                .collect::<Vec<_>>()
        })
    };
    chunks_of(parts.or_else(nodes).unwrap_or_default().into_iter())
}

/// How many chunks these are and the largest of each, unless all are alike.
fn chunks_of(parts: impl Iterator<Item = (u32, Result<Chunks, Said>)>) -> Result<Option<Unlike>, Said> {
    let (mut count, mut all) = (0_u32, Vec::new());
    for (times, chunk) in parts {
        count = count.saturating_add(times);
        all.push(chunk?);
    }
    if all.windows(2).all(|pair| pair[0] == pair[1]) {
        return Ok(None);
    }
    Ok(Some(Unlike { chunks: count, of_chunk: largest(&all)?, of_host: None }))
}

fn largest(all: &[Chunks]) -> Result<Node, Said> {
    let most = |of: fn(&Chunks) -> Decimal| all.iter().map(of).max().unwrap_or_default();
    Ok(Node {
        cpus: count(most(|it| it.cpus), "ncpus", MOST)?,
        gpus: count(most(|it| it.gpus), "ngpus", MOST)?,
        memory_mib: count(most(|it| it.memory_mib), "mem", u32::MAX)?,
    })
}

/// What each host has of all its vnodes.
fn of_hosts(text: &str) -> Result<Vec<Chunks>, Said> {
    let mut hosts: Vec<(&str, Chunks)> = Vec::new();
    for part in parts_of_vnodes(text) {
        let name = part.split([':', '[']).next().unwrap_or_default();
        let place = hosts.iter().position(|(host, _)| *host == name).unwrap_or_else(|| {
            hosts.push((name, Chunks::default()));
            hosts.len() - 1
        });
        hosts[place].1.add(part.split(':').skip(1), 1)?;
    }
    Ok(hosts.into_iter().map(|(_, sum)| sum).collect())
}

/// What a job had, from the record of its end and what its start said.
pub(super) fn got(fields: &Fields<'_>, at_start: Ask) -> Result<Got, Said> {
    let own = ask(fields)?;
    let or = |own: u32, at_start: u32| if own == 0 { at_start } else { own };
    let hosts = fields.exec_host.map_or(0, |text| hosts(text).0);
    let vnodes = fields.exec_vnode.map_or(0, hosts_of_vnodes);
    let nodes = match (hosts, vnodes, fields.nodect) {
        (0, 0, None) => 1,
        (0, 0, Some(text)) => {
            count(amount(text, "Resource_List.nodect")?, "Resource_List.nodect", MOST)?.max(1)
        }
        (0, vnodes, _) => vnodes,
        (hosts, ..) => hosts,
    };
    let all = Decimal::from(or(own.memory_mib, at_start.memory_mib));
    let got = Got {
        cpus: or(own.cpus, at_start.cpus),
        gpus: or(own.gpus, at_start.gpus),
        memory_mib: memory_mib(all / Decimal::from(nodes), 1 << 20, "the memory")?,
        nodes,
        unlike: false,
    };
    let unlike = own.unlike.or(at_start.unlike).filter(|_| nodes > 1);
    Ok(
        match unlike
            .and_then(|unlike| if unlike.chunks == nodes { Some(unlike.of_chunk) } else { unlike.of_host })
        {
            Some(node) => got.of(node),
            None => got,
        },
    )
}

impl Got {
    /// The same where every node is as large as this one: a job has nodes of one size.
    fn of(self, node: Node) -> Got {
        let all = Got {
            cpus: node.cpus.saturating_mul(self.nodes).max(self.cpus),
            gpus: node.gpus.saturating_mul(self.nodes).max(self.gpus),
            memory_mib: node.memory_mib.max(self.memory_mib),
            ..self
        };
        let unlike = (all.cpus, all.gpus, all.memory_mib) != (self.cpus, self.gpus, self.memory_mib);
        Got { unlike, ..all }
    }
}

/// How many hosts and slots are in `node1/0*16+node2/0*16`, `node1/0+node1/1` or `node1/0-31`.
fn hosts(text: &str) -> (u32, u32) {
    let mut names: Vec<&str> = Vec::new();
    let mut slots: u64 = 0;
    for part in text.split('+') {
        let (host, slot) = part.split_once('/').unwrap_or((part, ""));
        if host.is_empty() {
            continue;
        }
        if names.last() != Some(&host) {
            names.push(host);
        }
        slots = slots.saturating_add(slots_of(slot));
    }
    names.sort_unstable();
    names.dedup();
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).min(MOST);
    (small(names.len() as u64), small(slots))
}

fn slots_of(text: &str) -> u64 {
    if let Some((_, times)) = text.split_once('*') {
        return times.parse().unwrap_or(1);
    }
    let range = |part: &str| {
        let (first, last) = part.split_once('-')?;
        let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
        last.checked_sub(first)?.checked_add(1)
    };
    text.split(',').map(|part| range(part).unwrap_or(1)).fold(0, u64::saturating_add)
}

fn parts_of_vnodes(text: &str) -> impl Iterator<Item = &str> {
    text.split('+').map(|part| part.trim_matches(['(', ')']))
}

/// `(node1:ncpus=8:mem=1gb+node2:ncpus=8)+(node3:ncpus=4:ngpus=1)`.
fn vnodes(text: &str) -> Result<Chunks, Said> {
    let mut all = Chunks::default();
    for part in parts_of_vnodes(text) {
        all.add(part.split(':').skip(1), 1)?;
    }
    Ok(all)
}

/// Hosts of vnodes: `host[0]` and `host[1]` are parts of one.
fn hosts_of_vnodes<'a>(text: &'a str) -> u32 {
    let host = |part: &'a str| part.split([':', '[']).next().unwrap_or_default();
    let mut names: Vec<&str> = parts_of_vnodes(text).map(host).collect();
    names.sort_unstable();
    names.dedup();
    u32::try_from(names.len()).unwrap_or(MOST).min(MOST)
}

/// `2:ncpus=16:ngpus=1:mem=64gb+ncpus=4`.
fn select(text: &str) -> Result<Chunks, Said> {
    let mut all = Chunks::default();
    for part in text.split('+') {
        let mut words = part.split(':').peekable();
        let times = words.peek().and_then(|first| first.trim().parse::<u32>().ok());
        if times.is_some() {
            words.next();
        }
        let before = all;
        all.add(words, times.unwrap_or(1).min(MOST))?;
        // A chunk that does not say how many CPUs it has has one.
        if all.cpus == before.cpus && !part.contains("ncpus=") {
            all.cpus += Decimal::from(times.unwrap_or(1).min(MOST));
        }
    }
    Ok(all)
}

/// `2:ppn=6:gpus=1+host7:ppn=4`.
fn nodes_of_torque(text: &str) -> Result<Chunks, Said> {
    let mut all = Chunks::default();
    for part in text.split('+') {
        let mut words = part.split(':');
        let first = words.next().unwrap_or_default();
        let times = Decimal::from(first.trim().parse::<u32>().unwrap_or(1).min(MOST));
        let mut ppn = Decimal::ONE;
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            match name {
                "ppn" => ppn = amount(value, "ppn")?.min(Decimal::from(MOST)),
                "gpus" => all.gpus += amount(value, "gpus")?.min(Decimal::from(MOST)) * times,
                _ => {}
            }
        }
        all.cpus += ppn * times;
    }
    Ok(all)
}

impl Chunks {
    /// One of so many that are alike.
    fn each(self, times: u32) -> Chunks {
        let times = Decimal::from(times.max(1));
        Chunks { cpus: self.cpus / times, gpus: self.gpus / times, memory_mib: self.memory_mib / times }
    }

    fn add<'a>(&mut self, words: impl Iterator<Item = &'a str>, times: u32) -> Result<(), Said> {
        let times = Decimal::from(times);
        let most = Decimal::from(MOST);
        for (name, value) in words.filter_map(|word| word.split_once('=')) {
            match name {
                "ncpus" => self.cpus += amount(value, "ncpus")?.min(most) * times,
                "ngpus" | "gpus" => self.gpus += amount(value, "ngpus")?.min(most) * times,
                "mem" => self.memory_mib += Decimal::from(memory(value, "mem", 1)?) * times,
                _ => {}
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_slots_are_counted() {
        // 16 + 16; three single slots of two hosts; 32; 2 and 1.
        assert_eq!(hosts("n1/0*16+n2/0*16"), (2, 32));
        assert_eq!(hosts("n1/0+n1/1+n2/0"), (2, 3));
        assert_eq!(hosts("n1/0-31"), (1, 32));
        assert_eq!(hosts("n1/0-1,5"), (1, 3));
    }

    #[test]
    fn chunks_add_up() {
        let of = |chunks: Chunks| {
            (chunks.cpus.to_string(), chunks.gpus.to_string(), chunks.memory_mib.to_string())
        };
        let text = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
        // 2 × 16 + 4 CPUs, 2 GPUs, 2 × 65,536 MiB.
        assert_eq!(
            of(select("2:ncpus=16:ngpus=1:mem=64gb+ncpus=4").expect("chunks")),
            text("36", "2", "131072")
        );
        assert_eq!(of(select("3").expect("chunks")), text("3", "0", "0"));
        // 8 + 8 + 4 CPUs; 1,048,576 KiB are 1,024 MiB.
        let vnode = "(a[0]:ncpus=8:mem=1048576kb+a[1]:ncpus=8)+(b:ncpus=4:ngpus=1)";
        assert_eq!(of(vnodes(vnode).expect("chunks")), text("20", "1", "1024"));
        assert_eq!(hosts_of_vnodes(vnode), 2);
        assert_eq!(of(nodes_of_torque("2:ppn=6:gpus=1+n7:ppn=4").expect("nodes")), text("16", "2", "0"));
    }
}
