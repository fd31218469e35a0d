//! What a job has, in Slurm's words: trackable resources (TRES), generic resources (GRES), memory.
//!
//! Source: <https://slurm.schedmd.com/tres.html>, <https://slurm.schedmd.com/gres.html> and
//! <https://slurm.schedmd.com/sacct.html>, read 2026-11-23.

use crate::model::decimal::Decimal;
use crate::model::said::Said;
use crate::workload::quantity::{MIB, amount, binary_unit};
use crate::workload::words;

/// Bytes of `4000M`, `1.50G` or `512000K`; without a unit they are MiB.
pub(super) fn memory_bytes(text: &str, name: &str) -> Result<Decimal, Said> {
    let unit = text.bytes().last().and_then(binary_unit);
    let number = if unit.is_some() { &text[..text.len() - 1] } else { text };
    let bytes = amount(number, name)?.checked_mul(Decimal::from(unit.unwrap_or(MIB)));
    bytes.ok_or_else(|| words::is_too_large(name, text))
}

/// A number such as `96`, or `1.50K` of 1,024 each, as older Slurm writes large multiples of 512 (15.08,
/// `src/sacct/print.c` and `convert_num_unit`).
pub(super) fn number(text: &str, name: &str) -> Result<Decimal, Said> {
    match text.bytes().last().and_then(binary_unit) {
        Some(unit) => Ok(amount(&text[..text.len() - 1], name)? * Decimal::from(unit)),
        None => amount(text, name),
    }
}

/// Trackable resources of a whole job: `cpu=16,mem=64G,node=2,gres/gpu=4,gres/gpu:a100=4`.
#[derive(Debug, Default)]
pub(super) struct Tres {
    /// Whether it is what the job got, not what it asked for.
    pub(super) is_allocated: bool,
    pub(super) cpus: Option<Decimal>,
    pub(super) memory_bytes: Option<Decimal>,
    pub(super) nodes: Option<Decimal>,
    /// All GPUs, where it says so.
    all_gpus: Option<Decimal>,
    /// GPUs of named types: the same ones again.
    typed_gpus: Decimal,
}

impl Tres {
    /// What a job got.
    pub(super) fn allocated(text: &str) -> Result<Tres, Said> {
        Ok(Tres { is_allocated: true, ..Tres::parse(text)? })
    }

    /// What a job asked for.
    pub(super) fn parse(text: &str) -> Result<Tres, Said> {
        let mut tres = Tres::default();
        for (name, value) in text.split(',').filter_map(|part| part.split_once('=')) {
            match name {
                "cpu" => tres.cpus = Some(number(value, "cpu")?),
                "mem" => {
                    tres.memory_bytes = Some(memory_bytes(value, "mem")?).filter(|it| *it > Decimal::ZERO)
                }
                "node" => tres.nodes = Some(number(value, "node")?),
                "gres/gpu" => tres.all_gpus = Some(number(value, "gres/gpu")?),
                typed if typed.starts_with("gres/gpu:") => tres.typed_gpus += number(value, "gres/gpu")?,
                _ => {}
            }
        }
        Ok(tres)
    }

    /// All GPUs of the job; 0 where it names none.
    pub(super) fn gpus(&self) -> Decimal {
        self.all_gpus.unwrap_or_default().max(self.typed_gpus)
    }
}

/// GPUs in `gpu:2`, `gpu:a100:4(IDX:0-3)`, `gres:gpu:1` or several of them; a name without a number is one.
///
/// `AllocGRES` has those of all nodes (Slurm 16.05, `src/slurmctld/node_scheduler.c`, `_get_gres_alloc`), `ReqGRES` those
/// of one node, as `sbatch --gres` has them (<https://slurm.schedmd.com/sbatch.html>, read 2026-11-23).
pub(super) fn gres_gpus(text: &str, name: &str) -> Result<Decimal, Said> {
    let mut gpus = Decimal::ZERO;
    let mut depth = 0_u32;
    let parts = text.split(|c: char| {
        depth = match c {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        c == ',' && depth == 0
    });
    for part in parts {
        let part = part.split('(').next().unwrap_or_default().trim();
        let part = part.strip_prefix("gres:").or_else(|| part.strip_prefix("gres/")).unwrap_or(part);
        let mut words = part.split(':');
        if words.next() != Some("gpu") {
            continue;
        }
        gpus +=
            match words.next_back().filter(|last| last.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
            {
                Some(number) => amount(number, name)?,
                None => Decimal::ONE,
            };
    }
    Ok(gpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_slurms() {
        // 1.5 GiB = 1,536 MiB.
        assert_eq!(memory_bytes("1.50G", "mem"), Ok(Decimal::from(1536 * MIB)));
        assert_eq!(number("1.50K", "NNodes"), Ok(Decimal::from(1536)));
        assert!(number("K", "NNodes").is_err() && number("-1K", "NNodes").is_err());
        assert_eq!(memory_bytes("4000", "mem"), Ok(Decimal::from(4000 * MIB)));
    }

    #[test]
    fn gpus_count_once() {
        let of = |text| Tres::parse(text).map(|tres| tres.gpus());
        assert_eq!(of("gres/gpu=4,gres/gpu:a100=4"), Ok(Decimal::from(4)));
        assert_eq!(of("gres/gpu:a100=2,gres/gpu:v100=1"), Ok(Decimal::from(3)));
        assert_eq!(of("cpu=4"), Ok(Decimal::ZERO));
    }

    #[test]
    fn generic_resources_name_gpus_in_many_ways() {
        let of = |text| gres_gpus(text, "AllocGRES").map(|gpus| gpus.to_string());
        for (text, gpus) in [
            ("", "0"),
            ("(null)", "0"),
            ("gpu", "1"),
            ("gpu:a100", "1"),
            ("gpu:4", "4"),
            ("gpu:a100:4", "4"),
            ("gpu:2(IDX:0-1)", "2"),
            ("gpu:a100:3(IDX:0,2-3),mps:200", "3"),
            ("craynetwork:1,gpu:k80:2,gpu:v100:1", "3"),
            ("gres:gpu:2", "2"),
            ("gpumem:100", "0"),
        ] {
            assert_eq!(of(text).as_deref(), Ok(gpus), "{text}");
        }
        assert_eq!(of("gpu:-1").expect_err("negative").en, "AllocGRES `-1` is negative");
    }
}
