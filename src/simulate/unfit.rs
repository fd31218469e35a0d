//! Why a scenario cannot be simulated, and where that stands in its file.

use crate::model::said::{Part, Said, sayings};

sayings! {
    /// Why a scenario cannot be simulated.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the words say what each is")]
    pub enum Unfit {
        NoComputeEnvironment
            en("a simulation needs at least one compute environment and one job queue: the scenario has no [[batch.compute_environment]]")
            ja("シミュレーションにはコンピューティング環境とジョブキューが少なくとも 1 つずつ必要だが、シナリオに [[batch.compute_environment]] がない");
        NoJobQueue
            en("a simulation needs at least one compute environment and one job queue: the scenario has no [[batch.job_queue]]")
            ja("シミュレーションにはコンピューティング環境とジョブキューが少なくとも 1 つずつ必要だが、シナリオに [[batch.job_queue]] がない");
        EndsTooLate
            en("the trace goes beyond the year 2199: schedules cannot be followed so far")
            ja("トレースが 2199 年より先まであり、スケジュールを追えない");
        Jobs { reason: Said }
            en("{}", reason.en) ja("{}", reason.ja);
    }
}

sayings! {
    /// What to do about it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "the words say what each is")]
    pub enum Remedy {
        ShowScenario
            en("the README shows a scenario that can be simulated")
            ja("シミュレーションできるシナリオの例は README にある");
        CorrectTimes
            en("correct the times of the jobs that [workload] trace names")
            ja("[workload] の trace で指定したジョブの時刻を直す");
        CorrectJobs
            en("correct [workload] of the scenario, or the jobs that it names")
            ja("シナリオの [workload] か、そこで指定したジョブを直す");
    }
}

impl Unfit {
    /// What to do about it.
    #[must_use]
    pub const fn remedy(&self) -> Remedy {
        match self {
            Unfit::NoComputeEnvironment | Unfit::NoJobQueue => Remedy::ShowScenario,
            Unfit::EndsTooLate => Remedy::CorrectTimes,
            Unfit::Jobs { .. } => Remedy::CorrectJobs,
        }
    }
}

impl Part for Unfit {
    fn en(&self) -> String {
        self.said().en
    }

    fn ja(&self) -> String {
        self.said().ja
    }
}
