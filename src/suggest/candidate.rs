//! Candidates that fell through: a proposal that was made, or what was looked for before there was one.

use super::proposal::{Kind, Proposal, offer};
use crate::model::commitment::CommitmentTerms;
use crate::model::said::sayings;
use crate::model::sku::InstanceType;
use crate::report::Said;
use crate::scenario::keys::compute::CommitmentKind;

sayings! {
    /// What was looked for.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the words say what the fields are")]
    pub enum Candidate {
        /// What was proposed.
        Proposal { proposal: Box<Proposal> }
            en("{}", proposal.name().en) ja("{}", proposal.name().ja);
        /// Any cap of a compute environment.
        MaxVcpus { environment: String }
            en("another max_vcpus of {environment}") ja("{environment} の別の max_vcpus");
        /// Any cap of certain hours.
        MaxVcpusByClock { environment: String }
            en("max_vcpus of {environment} by the clock") ja("{environment} の max_vcpus の時間帯別設定");
        /// Any number of instances kept running.
        MinVcpus { environment: String }
            en("another min_vcpus of {environment}") ja("{environment} の別の min_vcpus");
        /// More instances kept running in busy hours.
        HigherMinVcpus { environment: String }
            en("a higher min_vcpus of {environment} in busy hours")
            ja("{environment} の混む時間帯の min_vcpus の引き上げ");
        /// A type that cannot be in any set.
        InstanceType { instance_type: InstanceType, environment: String }
            en("{instance_type} in {environment}") ja("{environment} での {instance_type}");
        /// A GPU of another model than these.
        AnotherGpu { models: Said, environment: String }
            en("another GPU than {} in {environment}", models.en)
            ja("{environment} での {} 以外の GPU", models.ja);
        /// Something for a type that nothing launches.
        Replacement { gone: InstanceType, environment: String }
            en("a replacement of {gone} in {environment}") ja("{environment} の {gone} の代わり");
        /// Any checkpoints.
        Checkpoints { job: String }
            en("checkpoints of {job}") ja("{job} のチェックポイント");
        /// Any number of attempts.
        Attempts { job: String }
            en("more attempts of {job}") ja("{job} の試行回数の引き上げ");
        /// Any other speed.
        LustreThroughput
            en("another throughput of Lustre") ja("Lustre の別のスループット");
        /// A file system by the jobs' time.
        LustreLifetime
            en("a Lustre file system only while jobs run") ja("ジョブの実行中だけの Lustre ファイルシステム");
        /// Any commitment.
        Commitments
            en("a Savings Plan or Reserved Instances") ja("Savings Plan またはリザーブドインスタンス");
        /// Any amount of one offer.
        Offer { kind: CommitmentKind, terms: Option<CommitmentTerms> }
            en("{}", offer(*kind, *terms).en) ja("{}", offer(*kind, *terms).ja);
    }
}

impl Candidate {
    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Candidate::Proposal { proposal } => proposal.kind(),
            Candidate::MaxVcpus { .. } => Kind::MaxVcpus,
            Candidate::MaxVcpusByClock { .. }
            | Candidate::MinVcpus { .. }
            | Candidate::HigherMinVcpus { .. } => Kind::Schedule,
            Candidate::InstanceType { .. } | Candidate::AnotherGpu { .. } | Candidate::Replacement { .. } => {
                Kind::InstanceTypes
            }
            Candidate::Checkpoints { .. } => Kind::Checkpoint,
            Candidate::Attempts { .. } => Kind::Retry,
            Candidate::LustreThroughput | Candidate::LustreLifetime => Kind::Storage,
            Candidate::Commitments | Candidate::Offer { .. } => Kind::Commitment,
        }
    }
}

impl From<Proposal> for Candidate {
    fn from(proposal: Proposal) -> Candidate {
        Candidate::Proposal { proposal: Box::new(proposal) }
    }
}
