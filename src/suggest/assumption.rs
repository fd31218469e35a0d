//! What has to hold for a change to be worth what is said of it.

use crate::model::said::statements;

statements! {
    /// Something that nobody measured, and on which the figures rest.
    pub enum Assumption {
        // What has to hold.
        HorizonDeclared = horizon_declared(months) "--horizon-months {months}: these jobs are those of all these months"
            "--horizon-months {months}：この期間を通してこれらのジョブが続く";
        HorizonCharged = horizon_charged(days) "{days} days of charges: the year to come is like them"
            "{days} 日分の請求データがあり、今後の 1 年もこれと同様である";
        AsTheseJobs = as_these_jobs(hours, month, runs)
            "the next months are as these {hours} h of jobs; a month of {month} h; {runs}"
            "今後の各月のジョブは記録の {hours} 時間と同様である。1 か月は {month} 時間、{runs}";
        AsTheseHours = as_these_hours(hours) "the next months are as these {hours} h of jobs"
            "今後の各月のジョブは記録の {hours} 時間と同様である";
        Daly = daly(rate) "{rate} interruptions per instance and hour, and Daly's formula (2006)"
            "インスタンス 1 台 1 時間あたり {rate} 回の中断と、デイリーの式（2006）";
        AsFast = as_fast() "a vCPU or GPU of one size works as fast as one of another" "vCPU と GPU の速さはインスタンスのサイズによらない";
        RunTimes = run_times(factor) "run times are {factor} times as long, as [relative_speed] says"
            "実行時間は [relative_speed] により {factor} 倍になる";
        NeverRefused = never_refused(types) "EC2 refuses no launch of {types}: how often it does is not said in capacity_errors"
            "EC2 は {types} の起動を拒まないものとする。拒む割合は capacity_errors に指定がない";
        AsLustreMbps = as_lustre_mbps() "jobs ask for what lustre_mbps says, and for no more when more is there"
            "ジョブは lustre_mbps のとおりに求め、余裕があってもそれ以上は求めない";
        WithoutCommitments = without_commitments()
            "the simulation knows no commitment: its On-Demand hours are held against the rates"
            "シミュレーションはコミットメントを含まないため、オンデマンドの時間を各レートと比べた";
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::suggest::words::tests::same_facts(super::every());
    }
}
