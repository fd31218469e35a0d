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
    /// Memory of each GPU [MiB]; 0 without GPUs, and where it is not known: see [`InstanceSpec::gpu_memory`].
    pub gpu_memory_mib: u64,
    /// `x86` or `arm`.
    pub architecture: &'static str,
    /// Elastic Fabric Adapters it may have; `None` where that is not known.
    pub efa_interfaces: Option<u32>,
    /// Usage classes: O On-Demand, S Spot, C Capacity Block, R retired.
    classes: &'static str,
}

impl InstanceSpec {
    /// Memory of each GPU [MiB], where it is known.
    #[must_use]
    pub const fn gpu_memory(&self) -> Option<u64> {
        if self.gpu_memory_mib == 0 { None } else { Some(self.gpu_memory_mib) }
    }

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

/// A type as a scenario declares it. What it leaves out it does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredType {
    /// Its name.
    pub name: InstanceType,
    /// vCPUs.
    pub vcpus: u32,
    /// Memory [MiB].
    pub memory_mib: u64,
    /// GPUs.
    pub gpus: u32,
    /// GPU model.
    pub gpu_model: Option<String>,
    /// Memory of each GPU [MiB].
    pub gpu_memory_mib: Option<u64>,
    /// `x86` or `arm`.
    pub architecture: Option<&'static str>,
    /// Elastic Fabric Adapters it may have.
    pub efa_interfaces: Option<u32>,
}

impl DeclaredType {
    /// What is known of a type otherwise than this says; `None` where the two agree.
    fn contradicted_by(&self, known: &InstanceSpec) -> Option<String> {
        let mut otherwise = Vec::new();
        let mut differs = |differs: bool, what: String| otherwise.extend(differs.then_some(what));
        differs(self.vcpus != known.vcpus, format!("{} vCPUs", known.vcpus));
        differs(self.memory_mib != known.memory_mib, format!("{} MiB", known.memory_mib));
        differs(self.gpus != known.gpus, format!("{} GPUs", known.gpus));
        if let Some(model) = &self.gpu_model {
            differs(self.gpus == known.gpus && model != known.gpu_model, known.gpu_model.to_owned());
        }
        if let Some((own, memory)) = self.gpu_memory_mib.zip(known.gpu_memory()) {
            differs(own != memory, format!("{memory} MiB a GPU"));
        }
        if let Some(own) = self.architecture {
            differs(own != known.architecture, known.architecture.to_owned());
        }
        if let Some((own, adapters)) = self.efa_interfaces.zip(known.efa_interfaces) {
            differs(own != adapters, format!("{adapters} Elastic Fabric Adapters"));
        }
        (!otherwise.is_empty()).then(|| otherwise.join(", "))
    }
}

/// Families of which no price list has an On-Demand price, in whatever region: they are sold as Capacity Blocks or, of
/// several instances, as UltraServers (EC2's Price List of all regions, July 2026; EC2 user guide, "Capacity Blocks for
/// ML").
pub const NEVER_ON_DEMAND: [&str; 6] = ["p5e", "p6e-gb200", "p6e-gb300", "trn2", "trn2u", "trn3"];

/// The family of a type, if it is one of [`NEVER_ON_DEMAND`].
#[must_use]
pub fn never_on_demand(instance_type: &InstanceType) -> Option<&'static str> {
    let family = instance_type.as_str().split_once('.')?.0;
    NEVER_ON_DEMAND.into_iter().find(|known| *known == family)
}

/// Instance types by name.
#[derive(Clone, Debug)]
pub struct Catalog {
    types: BTreeMap<&'static str, InstanceSpec>,
    /// Those that were added to the table.
    learned: BTreeMap<InstanceType, TypeDescription>,
    /// Regions that the table of regions does not have, with the prefixes that AWS shows.
    regions: BTreeSet<Region>,
    /// Those that scenarios declare.
    declared: BTreeSet<&'static str>,
}

impl Catalog {
    /// The table inside the binary.
    #[must_use]
    pub fn bundled() -> Catalog {
        let rows = include_str!("instance_types.csv").lines().filter(|line| !line.starts_with('#')).skip(1);
        let types = rows.map(|row| parse(row).expect("the bundled catalogue is well formed")).collect();
        Catalog { types, learned: BTreeMap::new(), regions: BTreeSet::new(), declared: BTreeSet::new() }
    }

    /// Adds a type as EC2 describes it, unless the table has it. Its words live as long as the program.
    pub fn add(&mut self, name: &InstanceType, described: &TypeDescription) {
        if self.types.contains_key(name.as_str()) {
            return;
        }
        self.learned.insert(name.clone(), described.clone());
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

    /// Takes a type that a scenario declares, unless it is known. `Err` says how it is known otherwise. Whether it is
    /// sold as Spot or in Capacity Blocks is not declared, so neither is refused. Its words live as long as the program.
    pub fn declare(&mut self, declared: &DeclaredType) -> Result<(), String> {
        if let Some(known) = self.get(&declared.name) {
            return declared.contradicted_by(known).map_or(Ok(()), Err);
        }
        let spec = InstanceSpec {
            vcpus: declared.vcpus,
            memory_mib: declared.memory_mib,
            gpus: declared.gpus,
            gpu_model: leak(declared.gpu_model.as_deref().unwrap_or_default()),
            gpu_memory_mib: declared.gpu_memory_mib.unwrap_or_default(),
            architecture: declared.architecture.unwrap_or("x86"),
            efa_interfaces: declared.efa_interfaces,
            classes: "OSC",
        };
        let name = leak(declared.name.as_str());
        self.declared.insert(name);
        self.types.insert(name, spec);
        Ok(())
    }

    /// Whether a scenario declares the type.
    #[must_use]
    pub fn is_declared(&self, instance_type: &InstanceType) -> bool {
        self.declared.contains(instance_type.as_str())
    }

    /// Whether scenarios declare any.
    #[must_use]
    pub fn has_declared(&self) -> bool {
        !self.declared.is_empty()
    }

    /// The same without what scenarios declare.
    #[must_use]
    pub fn without_declared(&self) -> Catalog {
        let mut catalog = self.clone();
        catalog.types.retain(|name, _| !self.declared.contains(name));
        catalog.declared.clear();
        catalog
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
                    && (spec.gpus == 0
                        || other.gpu_memory().zip(spec.gpu_memory()).is_some_and(|(has, had)| has >= had))
                    && other.vcpus >= spec.vcpus
                    && other.memory_mib >= spec.memory_mib
            })
            .map(|(name, _)| *name)
    }
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
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
    fn a_declared_type_is_taken_once_and_may_not_contradict() {
        let declared = |name: &str, vcpus, gpus, model: Option<&str>| DeclaredType {
            name: InstanceType::new(name),
            vcpus,
            memory_mib: 16_384,
            gpus,
            gpu_model: model.map(str::to_owned),
            gpu_memory_mib: None,
            architecture: None,
            efa_interfaces: None,
        };
        let mut catalog = Catalog::bundled();
        assert_eq!(catalog.declare(&declared("p9.xlarge", 8, 2, Some("X1"))), Ok(()));
        let own = catalog.get(&InstanceType::new("p9.xlarge")).cloned().expect("it was declared");
        assert_eq!((own.vcpus, own.gpu_model, own.gpu_memory()), (8, "X1", None));
        assert!(own.offers_spot() && own.offers_capacity_blocks() && !own.retired());
        // GPUs of unknown memory stand in for none and are replaced by none.
        assert!(!catalog.replacements(&own).any(|name| name != "p9.xlarge"));
        // The same again, or as the table has it: nothing new. Otherwise: what is known.
        assert_eq!(catalog.declare(&declared("p9.xlarge", 8, 2, Some("X1"))), Ok(()));
        assert_eq!(catalog.declare(&declared("p9.xlarge", 16, 2, Some("X2"))), Err("8 vCPUs, X1".into()));
        assert_eq!(catalog.declare(&declared("g5.xlarge", 4, 1, None)), Ok(()));
        assert_eq!(catalog.declare(&declared("g5.xlarge", 4, 2, None)), Err("1 GPUs".into()));
        assert!(!catalog.is_declared(&InstanceType::new("g5.xlarge")));
        assert!(catalog.without_declared().get(&InstanceType::new("p9.xlarge")).is_none());
    }

    #[test]
    fn families_without_on_demand_are_told_by_the_whole_name() {
        let family = |name: &str| never_on_demand(&InstanceType::new(name));
        assert_eq!(family("p6e-gb200.36xlarge"), Some("p6e-gb200"));
        assert_eq!((family("trn2u.48xlarge"), family("trn2.3xlarge")), (Some("trn2u"), Some("trn2")));
        assert_eq!((family("p5en.48xlarge"), family("trn1.2xlarge"), family("p5e")), (None, None, None));
    }

    #[test]
    fn replacements_have_the_gpus() {
        let catalog = Catalog::bundled();
        let names: Vec<_> = catalog.replacements(&spec("p3.16xlarge")).collect();
        assert!(names.contains(&"g5.48xlarge") && names.contains(&"p4d.24xlarge"));
        assert!(!names.contains(&"p3.16xlarge") && !names.contains(&"g4dn.12xlarge"));
    }
}
