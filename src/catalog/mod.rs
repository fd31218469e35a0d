//! vCPUs, memory and GPUs of instance types, and which are retired.
//!
//! A dated table inside the binary; source and date are in `instance_types.csv`. It does not say
//! where a type is offered: a price row in a region is the nearest thing to that, and no proof.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::model::region::Region;
use crate::model::sku::InstanceType;

/// What EC2 describes of an instance type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceSpec {
    /// vCPUs as EC2 counts them: what `max_vcpus` is measured in.
    pub vcpus: u32,
    /// Nominal memory [MiB].
    pub memory_mib: u64,
    /// Whole GPUs.
    pub gpus: u32,
    /// GPU model, empty without GPUs.
    pub gpu_model: &'static str,
    /// Memory of each GPU [MiB].
    pub gpu_memory_mib: u64,
    /// `x86` or `arm`.
    pub architecture: &'static str,
    /// Elastic Fabric Adapters it may have; `None` where that is not known.
    pub efa_interfaces: Option<u32>,
    /// Usage classes: O On-Demand, S Spot, C Capacity Block, R retired.
    classes: &'static str,
}

impl InstanceSpec {
    /// Whether EC2 no longer describes the type: a price row may remain, but nothing launches.
    #[must_use]
    pub fn retired(&self) -> bool {
        self.classes.contains('R')
    }

    /// Whether the type can be bought as Spot.
    #[must_use]
    pub fn offers_spot(&self) -> bool {
        self.classes.contains('S') || self.retired()
    }

    /// Who makes its GPUs, which decides what programs they run; empty without GPUs.
    #[must_use]
    pub fn gpu_maker(&self) -> &'static str {
        match self.gpu_model {
            "" => "",
            model if model.starts_with("Radeon") => "AMD",
            model if model.starts_with("Gaudi") => "Habana",
            _ => "NVIDIA",
        }
    }

    /// Whether the type can be bought in Capacity Blocks.
    #[must_use]
    pub fn offers_capacity_blocks(&self) -> bool {
        self.classes.contains('C')
    }
}

/// What EC2 answers about a type: DescribeInstanceTypes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeDescription {
    /// vCPUs.
    pub vcpus: u32,
    /// Memory [MiB].
    pub memory_mib: u64,
    /// GPUs.
    pub gpus: u32,
    /// GPU model, empty without GPUs.
    pub gpu_model: String,
    /// Memory of each GPU [MiB].
    pub gpu_memory_mib: u64,
    /// `x86` or `arm`.
    pub architecture: String,
    /// Usage classes: `on-demand`, `spot`, `capacity-block`.
    pub classes: Vec<String>,
}

/// Instance types by name.
#[derive(Clone, Debug)]
pub struct Catalog {
    types: BTreeMap<&'static str, InstanceSpec>,
    /// Those that were added to the table.
    learned: BTreeMap<InstanceType, TypeDescription>,
    /// Regions that the table of regions does not have, with the prefixes that AWS shows.
    regions: BTreeSet<Region>,
}

impl Catalog {
    /// The table inside the binary.
    #[must_use]
    pub fn bundled() -> Catalog {
        let rows = include_str!("instance_types.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
        let types = rows.map(|row| parse(row).expect("the bundled catalogue is well formed")).collect();
        Catalog { types, learned: BTreeMap::new(), regions: BTreeSet::new() }
    }

    /// Adds a type as EC2 describes it, unless the table has it. Its words live as long as the program.
    pub fn add(&mut self, name: &InstanceType, described: &TypeDescription) {
        if self.types.contains_key(name.as_str()) {
            return;
        }
        self.learned.insert(name.clone(), described.clone());
        let leak = |text: &str| -> &'static str { text.to_owned().leak() };
        let classes = [("on-demand", 'O'), ("spot", 'S'), ("capacity-block", 'C')];
        let has = |class: &str| described.classes.iter().any(|known| known == class);
        let classes: String =
            classes.iter().filter(|(class, _)| has(class)).map(|(_, letter)| letter).collect();
        let spec = InstanceSpec {
            vcpus: described.vcpus,
            memory_mib: described.memory_mib,
            gpus: described.gpus,
            gpu_model: leak(&described.gpu_model),
            gpu_memory_mib: described.gpu_memory_mib,
            architecture: leak(&described.architecture),
            efa_interfaces: None,
            classes: leak(&classes),
        };
        self.types.insert(leak(name.as_str()), spec);
    }

    /// The types that were added to the table.
    pub fn learned(&self) -> impl Iterator<Item = (&InstanceType, &TypeDescription)> {
        self.learned.iter()
    }

    /// Adds a region that the table of regions does not have, with its prefix.
    pub fn add_region(&mut self, region: Region) {
        self.regions.insert(region);
    }

    /// The regions that were added.
    pub fn learned_regions(&self) -> impl Iterator<Item = Region> {
        self.regions.iter().copied()
    }

    /// A region with its prefix, if that was added; else the region as it is.
    #[must_use]
    pub fn region(&self, region: Region) -> Region {
        let added = self.regions.iter().find(|added| added.code() == region.code());
        added.copied().unwrap_or(region)
    }

    /// What is known of a type.
    #[must_use]
    pub fn get(&self, instance_type: &InstanceType) -> Option<&InstanceSpec> {
        self.types.get(instance_type.as_str())
    }

    /// Every type, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &InstanceSpec)> {
        self.types.iter().map(|(name, spec)| (*name, spec))
    }

    /// Types that could stand in for a retired one: not retired, same architecture, the same number of GPUs of the same
    /// maker, since programs are built for one, with at least as much memory each, at least as much of the rest. Speed is not
    /// compared.
    pub fn replacements(&self, spec: &InstanceSpec) -> impl Iterator<Item = &'static str> {
        self.types
            .iter()
            .filter(move |(_, other)| {
                !other.retired()
                    && other.architecture == spec.architecture
                    && other.gpus == spec.gpus
                    && other.gpu_maker() == spec.gpu_maker()
                    && other.gpu_memory_mib >= spec.gpu_memory_mib
                    && other.vcpus >= spec.vcpus
                    && other.memory_mib >= spec.memory_mib
            })
            .map(|(name, _)| *name)
    }
}

fn parse(row: &'static str) -> Option<(&'static str, InstanceSpec)> {
    let cells: Vec<&'static str> = row.split(',').collect();
    let number = |index: usize| -> Option<u64> {
        let cell = *cells.get(index)?;
        if cell.is_empty() { Some(0) } else { cell.parse().ok() }
    };
    let small = |index: usize| number(index).and_then(|n| u32::try_from(n).ok());
    let spec = InstanceSpec {
        vcpus: small(1)?,
        memory_mib: number(2)?,
        gpus: small(3)?,
        gpu_model: cells.get(4)?,
        gpu_memory_mib: number(5)?,
        efa_interfaces: if cells.get(8)?.is_empty() { None } else { small(8) },
        architecture: cells.get(10)?,
        classes: cells.get(11)?,
    };
    (cells.len() == 13).then_some((cells[0], spec))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str) -> InstanceSpec {
        Catalog::bundled().get(&InstanceType::new(name)).cloned().expect("in the catalogue")
    }

    #[test]
    fn the_guides_types_are_as_ec2_describes_them() {
        let p4d = spec("p4d.24xlarge");
        assert_eq!((p4d.vcpus, p4d.memory_mib, p4d.gpus, p4d.gpu_model), (96, 1_179_648, 8, "A100"));
        assert!(p4d.offers_capacity_blocks() && !p4d.retired());
        assert_eq!((p4d.efa_interfaces, spec("c5.large").efa_interfaces), (Some(4), Some(0)));
        let p3 = spec("p3.16xlarge");
        assert_eq!((p3.vcpus, p3.gpus), (64, 8));
        assert!(p3.retired());
        assert!(!spec("hpc7a.96xlarge").offers_spot());
        // All of the Price List, and p5e, which is sold in Capacity Blocks only.
        assert_eq!(Catalog::bundled().iter().count(), 1319);
    }

    #[test]
    fn replacements_have_the_gpus() {
        let catalog = Catalog::bundled();
        let names: Vec<_> = catalog.replacements(&spec("p3.16xlarge")).collect();
        assert!(names.contains(&"g5.48xlarge") && names.contains(&"p4d.24xlarge"));
        assert!(!names.contains(&"p3.16xlarge") && !names.contains(&"g4dn.12xlarge"));
    }
}
