//! The keys of a scenario file, as `hpc-cost schema` prints them. Each comment says what the key
//! means, its unit and its default.

pub mod batch;
pub mod compute;
pub mod instance_type;
pub mod storage;
pub mod workload;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::document::KeyPath;
use crate::model::region::Region;
use crate::model::sku::{PurchaseOption, Service};
use crate::model::time::Month;
use crate::scenario::value::{self, Amount, CaseAmount, Count, Dollars, Positive, Share};
use batch::{BatchKeys, ScheduleKeys};
use compute::{CommitmentKeys, ComputeKeys};
use instance_type::InstanceTypeKeys;
use storage::{EbsKeys, EbsSnapshotKeys, EcrKeys, EfsKeys, LustreKeys, S3Keys};
use workload::WorkloadKeys;

/// What a team runs on AWS in a period.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScenarioKeys {
    /// Name in headings and reports. Default: the file's name.
    pub name: Option<String>,
    /// AWS region of everything in the file, such as "us-east-1".
    #[serde(deserialize_with = "value::region")]
    #[schemars(with = "String")]
    pub region: Region,
    /// Calendar month in UTC, "YYYY-MM". Default: the month in which the command runs.
    #[serde(default, deserialize_with = "value::month")]
    #[schemars(with = "Option<String>")]
    pub month: Option<Month>,
    /// Any other period, instead of `month`.
    pub period: Option<PeriodKeys>,
    /// Hours a month has for resources that exist for a part of it. Default: the month's real hours.
    pub hours_per_month: Option<Positive>,
    /// Another scenario file, relative to this one, that this file changes.
    pub extends: Option<String>,
    /// Instances that are planned to run.
    #[serde(default)]
    pub compute: Vec<ComputeKeys>,
    /// Savings Plans and Reserved Instances: paid every hour, used or not.
    #[serde(default)]
    pub commitment: Vec<CommitmentKeys>,
    /// FSx for Lustre file systems.
    #[serde(default)]
    pub lustre: Vec<LustreKeys>,
    /// EFS file systems.
    #[serde(default)]
    pub efs: Vec<EfsKeys>,
    /// EBS volumes that are not root volumes of instances.
    #[serde(default)]
    pub ebs: Vec<EbsKeys>,
    /// EBS snapshots.
    #[serde(default)]
    pub ebs_snapshot: Vec<EbsSnapshotKeys>,
    /// S3 buckets.
    #[serde(default)]
    pub s3: Vec<S3Keys>,
    /// ECR repositories.
    #[serde(default)]
    pub ecr: Vec<EcrKeys>,
    /// CloudWatch Logs.
    #[serde(default)]
    pub logs: Vec<LogsKeys>,
    /// Data transfer.
    #[serde(default)]
    pub transfer: Vec<TransferKeys>,
    /// NAT gateways.
    #[serde(default)]
    pub nat_gateway: Vec<NatGatewayKeys>,
    /// Public IPv4 addresses.
    #[serde(default)]
    pub public_ipv4: Vec<PublicIpv4Keys>,
    /// Instance types that this program does not know. One that it knows with the same figures is taken as it is known,
    /// one that it knows otherwise is refused.
    #[serde(default)]
    pub instance_type: Vec<InstanceTypeKeys>,
    /// AWS Batch: what the queue may start at most, and what its jobs ask for.
    #[serde(default)]
    pub batch: BatchKeys,
    /// Changes of a compute environment's limits by the clock, each in force until the next.
    #[serde(default)]
    pub schedule: Vec<ScheduleKeys>,
    /// Real or assumed jobs, for simulation.
    pub workload: Option<WorkloadKeys>,
    /// Useful work per hour of instance types, in any common unit.
    #[serde(default)]
    pub relative_speed: BTreeMap<String, Positive>,
    /// Which charges of a bill this scenario answers for.
    pub scope: Option<ScopeKeys>,
    /// What the platform should reach.
    pub target: Option<TargetKeys>,
    /// Limits for the expected total of the period.
    pub budget: Option<BudgetKeys>,
    /// Agreed or assumed rates, over the price list.
    #[serde(default)]
    pub price: Vec<PriceKeys>,
    /// Discount on list prices by service code, as a share: AmazonEC2 = 0.07 is 7 % off. It leaves
    /// Spot, commitments, Capacity Blocks and `[[price]]` alone. Default: none.
    #[serde(default)]
    pub discount: BTreeMap<String, Share>,
    /// A tax to mention; never part of a total.
    pub tax: Option<TaxKeys>,
}

impl ScenarioKeys {
    /// Every region that is named, and where.
    pub fn regions_mut(&mut self) -> Vec<(KeyPath, &mut Region)> {
        let root = KeyPath::root;
        let mut found = vec![(root().key("region"), &mut self.region)];
        for (index, keys) in self.lustre.iter_mut().enumerate() {
            let path = root().key("lustre").index(index).key("data_repository").key("region");
            let bucket = keys.data_repository.as_mut().and_then(|keys| keys.region.as_mut());
            found.extend(bucket.map(|region| (path, region)));
        }
        for (index, keys) in self.transfer.iter_mut().enumerate() {
            let path = root().key("transfer").index(index).key("to_region");
            found.extend(keys.to_region.as_mut().map(|region| (path, region)));
        }
        found
    }
}

/// A period in UTC, end-exclusive.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeriodKeys {
    /// First day ("2026-11-01", midnight UTC) or instant (RFC 3339).
    #[serde(deserialize_with = "value::instant")]
    #[schemars(with = "String")]
    pub start: jiff::Timestamp,
    /// First day or instant after the period.
    #[serde(deserialize_with = "value::instant")]
    #[schemars(with = "String")]
    pub end: jiff::Timestamp,
}

/// CloudWatch Logs.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogsKeys {
    /// Unique name.
    pub name: String,
    /// Logs taken in during the period, in GiB. Default: 0.
    #[serde(default)]
    pub ingestion_gib: Amount,
    /// Logs kept, average in the period, in GiB. Default: 0.
    #[serde(default)]
    pub storage_gib: Amount,
}

/// Data transfer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TransferKeys {
    /// Unique name.
    pub name: String,
    /// Where to.
    pub kind: TransferKind,
    /// Data moved in the period, in GiB. Between zones AWS charges each direction: count data once,
    /// the estimate counts it twice.
    pub gib: Amount,
    /// Target region of `cross_region`.
    #[serde(default, deserialize_with = "value::optional_region")]
    #[schemars(with = "Option<String>")]
    pub to_region: Option<Region>,
}

/// Where data goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferKind {
    /// To the internet. The free 100 GB a month of an account are not subtracted.
    Out,
    /// Between Availability Zones.
    CrossAz,
    /// To another region.
    CrossRegion,
}

/// NAT gateways.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NatGatewayKeys {
    /// Unique name.
    pub name: String,
    /// How many. Default: 1.
    pub count: Option<Count>,
    /// Hours each exists in the period. Default: all.
    pub hours: Option<CaseAmount>,
    /// Data through all of them in the period, in GiB. Default: 0.
    #[serde(default)]
    pub processed_gib: Amount,
}

/// Public IPv4 addresses: of instances, NAT gateways and load balancers, and Elastic IP addresses.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PublicIpv4Keys {
    /// Unique name.
    pub name: String,
    /// How many. Default: 1.
    pub count: Option<Count>,
    /// Hours each is kept in the period. Default: all.
    pub hours: Option<CaseAmount>,
    /// Whether they are attached to nothing that runs: AWS bills those under a name of their own. Default: false.
    #[serde(default)]
    pub idle: bool,
}

/// Charges that belong to this scenario.
#[derive(Clone, Default, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ScopeKeys {
    /// Account ids. Default: all.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Tags and their values. Default: any.
    #[serde(default)]
    pub tags: BTreeMap<String, Vec<String>>,
    /// Cost categories and their values. Default: any.
    #[serde(default)]
    pub cost_categories: BTreeMap<String, Vec<String>>,
    /// Regions. Default: all.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Providers as FOCUS names them, such as `AWS`, for exports of several clouds. Default: all.
    #[serde(default)]
    pub providers: Vec<String>,
}

/// What the platform should reach.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TargetKeys {
    /// Longest acceptable wait of a job, in minutes. Default: none.
    pub wait_minutes: Option<Amount>,
    /// Lowest acceptable GPU utilization, in percent. Default: none.
    pub gpu_utilization_percent: Option<Amount>,
    /// Highest acceptable memory use, in percent. Default: none.
    pub memory_percent: Option<Amount>,
    /// Highest acceptable share of failed jobs, in percent. Default: none.
    pub failure_percent: Option<Amount>,
}

/// Limits for the expected total of the period.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BudgetKeys {
    /// Above this the answer carries a warning, in USD. Default: none.
    pub warn_usd: Option<Dollars>,
    /// Above this the command exits with 1, in USD. Default: none.
    pub fail_usd: Option<Dollars>,
}

/// An agreed or assumed rate.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceKeys {
    /// AWS's usage type, region prefix included.
    pub usage_type: String,
    /// Service code, where the usage type alone is not unique. Default: from the usage type.
    #[serde(default, deserialize_with = "value::service")]
    #[schemars(with = "Option<String>")]
    pub service: Option<Service>,
    /// on_demand, spot, savings_plan, reserved, capacity_block or none. Default: from the usage type.
    #[serde(default, deserialize_with = "value::purchase_option")]
    #[schemars(with = "Option<String>")]
    pub purchase_option: Option<PurchaseOption>,
    /// USD per unit.
    pub usd: Dollars,
    /// USD per unit in the low case. Default: `usd`.
    pub usd_low: Option<Dollars>,
    /// USD per unit in the high case. Default: `usd`.
    pub usd_high: Option<Dollars>,
    /// Pricing unit, in FOCUS's or the Price List's spelling: "Hours" or "Hrs", "GB-Months" or "GB-Mo".
    pub unit: String,
    /// Where the rate comes from.
    #[serde(default)]
    pub reason: String,
}

/// A tax to mention.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TaxKeys {
    /// Its name.
    pub name: String,
    /// Its rate in percent.
    pub percent: Amount,
}
