//! Keys of instance types that this program does not know yet.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::catalog::DeclaredType;
use crate::model::sku::InstanceType;
use crate::scenario::value::{Count, Positive, Whole};

/// An instance type that EC2 has and this program does not know.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InstanceTypeKeys {
    /// Its name as EC2 writes it, such as "p9.48xlarge".
    pub name: String,
    /// vCPUs.
    pub vcpus: Count,
    /// Memory in MiB.
    pub memory_mib: Positive,
    /// Whole GPUs. Default: 0.
    #[serde(default)]
    pub gpus: Whole,
    /// GPU model, such as "B200"; types with GPUs need it.
    pub gpu_model: Option<String>,
    /// Memory of each GPU in MiB. Default: unknown.
    pub gpu_memory_mib: Option<Positive>,
    /// Processor architecture. Default: x86.
    pub architecture: Option<ArchitectureKey>,
    /// Elastic Fabric Adapters it may have. Default: unknown.
    pub efa: Option<Whole>,
}

/// Processor architectures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArchitectureKey {
    /// Intel and AMD.
    X86,
    /// Graviton.
    Arm,
}

impl InstanceTypeKeys {
    /// The type as the catalogue takes it.
    #[must_use]
    pub fn declared(&self) -> DeclaredType {
        DeclaredType {
            name: InstanceType::new(&self.name),
            vcpus: self.vcpus.0,
            memory_mib: whole(self.memory_mib),
            gpus: self.gpus.0,
            gpu_model: self.gpu_model.clone(),
            gpu_memory_mib: self.gpu_memory_mib.map(whole),
            architecture: self.architecture.map(|architecture| match architecture {
                ArchitectureKey::X86 => "x86",
                ArchitectureKey::Arm => "arm",
            }),
            efa_interfaces: self.efa.map(|efa| efa.0),
        }
    }
}

/// Whole MiB, which a checked scenario has.
fn whole(memory: Positive) -> u64 {
    u64::try_from(memory.0).unwrap_or(u64::MAX)
}
