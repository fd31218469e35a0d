//! What was counted, what it assumes and what is missing: in both languages, of the same facts.

use super::Estimate;
use crate::model::decimal::{Decimal, grouped, plain};
use crate::model::said::words;
use crate::model::text::counted;
use crate::report::Said;

/// So many of what a word names, as a part of a text; Japanese has its counters in the text.
pub(super) fn count(number: u64, word: &str) -> Said {
    Said::new(counted(i64::try_from(number).unwrap_or(i64::MAX), word), number.to_string())
}

/// An interval, as a part of a text.
pub(super) fn interval(of: &Estimate) -> String {
    let end = |end: Option<Decimal>| end.map_or_else(|| "?".into(), plain);
    format!("{}–{}", end(of.low), end(of.high))
}

/// How many times as much as Poisson, as a part of a text.
pub(super) fn times(number: Decimal) -> String {
    grouped(number, 0)
}

// Interruptions.
words! {
    lost(lost, events, hours, attempts)
        "{lost} lost in {events}, in {hours} h of {attempts} on Spot"
        "スポットでの {attempts} 件、{hours} 時間の試行のうち {lost} 件が、{events} 回の中断で失われた";
    lost_caveat(minutes)
        "jobs of one type lost in the same {minutes} minutes are one event in the interval; nodes that failed count, too"
        "同じタイプで同じ {minutes} 分間に失われたジョブは、区間の計算では 1 回と数える。ノードの故障も含む";
    lost_elsewhere(attempts)
        "{attempts} may have run here or elsewhere and count nowhere"
        "ここで動いたか不明な {attempts} 件の試行は数えていない";
    needs_reason()
        "the record says of no job why it ended: it needs the columns reason and earlier_attempts"
        "ジョブが終わった理由が記録にない。列 reason と earlier_attempts が必要である";
    needs_type(attempts)
        "{attempts} may have run in several compute environments: the record needs the column instance_type"
        "{attempts} 件の試行は複数のコンピューティング環境のどれで動いたか不明である。列 instance_type が必要である";
    elsewhere(attempts)
        "{attempts} of queues, or on instance types, that no compute environment of the scenario has"
        "シナリオのどのコンピューティング環境にもないキュー、またはインスタンスタイプの試行 {attempts} 件";
    no_hours() "no job ran there" "そこで動いたジョブがない";
    no_loss(below)
        "no host was lost: the rate is below {below}, and how far is not known"
        "失われたホストがない。値は {below} 未満だが、どれだけ小さいかは不明である";
    few_losses(events, hours, wanted, more)
        "{events} in {hours} h: an interval within a factor of 3 needs about {wanted}; another {more} h"
        "{hours} 時間に {events} 回。3 倍以内の区間には約 {wanted} 回が必要で、あと {more} 時間ほどかかる";

    // Launches.
    waits(jobs, short)
        "waits of {jobs} that came when nothing ran, {short} too short for a launch left out"
        "何も稼働していないときに投入された {jobs} 件の待ち時間。起動を含まない短い待ち {short} 件は除く";
    waits_caveat()
        "the median; a launch that EC2 refused at first makes a wait longer"
        "中央値である。EC2 が最初に拒否した起動では待ち時間が長くなる";
    needs_wait()
        "the record needs the column wait_seconds"
        "列 wait_seconds が必要である";
    keeps_running()
        "min_vcpus keeps instances running, so waits contain no launch"
        "min_vcpus によりインスタンスが常に稼働しているため、待ち時間に起動が含まれない";
    few_waits(waits, wanted)
        "{waits}: an interval of their median needs {wanted} that are alike"
        "{waits} 件。中央値の区間には、ばらつきの小さい {wanted} 件が必要である";

    // Capacity.
    refusals(refused, asked)
        "{refused} of {asked} that came when nothing ran ended for want of capacity"
        "何も稼働していないときに投入された {asked} 件のうち {refused} 件が容量不足で終わった";
    refusals_caveat()
        "a lower bound: a launch that was refused and given at a later try is in no record of jobs"
        "下限である。拒否されたあと再試行で成功した起動はジョブの記録に残らない";
    no_refusal()
        "no job ended for want of capacity where one launch decided it"
        "一つの起動だけが左右する場面で、容量不足で終わったジョブがない";
    few_refusals(refused, asked)
        "{refused} of {asked}: an interval within a factor of 3 needs about 6"
        "{asked} 件中 {refused} 件。3 倍以内の区間には約 6 件が必要である";

    // Job definitions.
    needs_definition()
        "no job names it: the record needs the column job_definition"
        "これを指定したジョブがない。列 job_definition が必要である";
    jobs_of_definition(jobs) "what {jobs} asked for" "{jobs} 件のジョブが要求した値";
    gpus_caveat()
        "asked for, not used: how busy GPUs were no record of jobs says; the ends are the least and the most"
        "要求であり使用ではない。GPU の稼働率はジョブの記録にない。両端は最小と最大である";
    few_gpus(jobs, wanted)
        "{jobs} that differ: the 99th percentile needs {wanted}"
        "要求の異なる {jobs} 件。99 パーセンタイルには {wanted} 件が必要である";
    peaks(jobs, short)
        "peaks of {jobs}; {short} more ran out of memory"
        "{jobs} 件の最大使用量。ほかに {short} 件がメモリ不足になった";
    memory_caveat()
        "the 99th percentile and a tenth more, up to a multiple of 128 MiB; the interval likewise"
        "99 パーセンタイルに 1 割を加え、128 MiB の倍数に切り上げた値。区間も同様である";
    open_end(jobs, wanted)
        "of {jobs} the interval has no upper end: that needs {wanted}"
        "{jobs} 件では区間の上端が定まらない。{wanted} 件が必要である";
    would_not_fit(jobs, largest)
        "{jobs} used more, up to {largest} MiB, and would run out of memory"
        "{jobs} 件はこれより多く（最大 {largest} MiB）使用しており、メモリ不足になる";
    needs_peak()
        "the record needs the column peak_memory_mib"
        "列 peak_memory_mib が必要である";
    few_peaks(jobs, wanted)
        "{jobs}: the 99th percentile is not the largest of at least {wanted}"
        "{jobs} 件。99 パーセンタイルが最大値と異なるには {wanted} 件が必要である";
    out_of_memory(short, jobs)
        "{short} of {jobs} ran out of memory: more than their limit is needed, and how much is in no record"
        "{jobs} 件中 {short} 件がメモリ不足になった。制限より多く必要だが、どれだけかは記録にない";

    // Speeds.
    speed_reference(model)
        "{model} is what others are compared with"
        "{model} をほかの GPU と比べる基準とする";
    speed_models(models)
        "jobs of a known kind that succeeded at once, on {models}"
        "一度で成功した、種類の分かるジョブ。GPU は {models} モデル";
    needs_type_for_speed()
        "the record needs the column instance_type, and job_definition or name"
        "列 instance_type と、job_definition または name が必要である";
    one_model()
        "no kind of job ran on two GPU models"
        "二つの GPU モデルで動いた種類のジョブがない";
    speed_jobs(kinds, first, reference, second, model)
        "{kinds}: {first} on {reference}, {second} on {model}"
        "{kinds} 種類：{reference} で {first} 件、{model} で {second} 件";
    speed_caveat()
        "the ratio of geometric means of run times; sizes of a model count alike, and who chose where a job ran is not known"
        "実行時間の幾何平均の比である。同じモデルのサイズは同じとみなし、ジョブの配置を誰が決めたかは不明である";
    few_pairs(wanted)
        "no kind has {wanted} on both models"
        "両方のモデルで {wanted} 件以上動いた種類がない";
    wide_speed(interval, times)
        "from {interval}: an interval within a factor of 2 needs about {times} times as many"
        "{interval}。2 倍以内の区間には約 {times} 倍の件数が必要である";

    // Arrivals.
    arrived(jobs, hours) "{jobs} in {hours} h" "{hours} 時間に {jobs} 件";
    ran(jobs, cut)
        "{jobs} ran to their end, {cut} cut short left out"
        "{jobs} 件が最後まで動き、途中で終わった {cut} 件は除く";
    fitted()
        "the test of Anderson and Darling does not reject a lognormal distribution at 5 %"
        "対数正規分布は Anderson と Darling の検定（5%）で棄却されない";
    not_fitted()
        "the test of Anderson and Darling rejects a lognormal distribution at 5 %, so run times are a list"
        "対数正規分布は Anderson と Darling の検定（5%）で棄却されるため、実行時間は一覧とする";
    arrivals_caveat()
        "jobs are drawn one by one, as Poisson; long jobs are cut short more often, and then count in the rate only"
        "ジョブはポアソン過程として 1 件ずつ生成する。長いジョブほど途中で終わりやすく、その場合は率にだけ数える";
    short_record()
        "shorter than a week: one rate for all hours"
        "1 週間より短いため、すべての時間帯を一つの率とする";
    needs_instant()
        "the record does not say when it starts (column submitted_at): one rate for all hours"
        "開始時刻が記録にない（列 submitted_at）ため、すべての時間帯を一つの率とする";
    bursts(times)
        "they come in bursts, with {times} times the variance of Poisson: the trace itself says more about waits"
        "ポアソンの {times} 倍の分散でまとまって到着する。待ち時間には記録そのもののほうが適する";
    few_arrivals(jobs, runs, wanted)
        "{jobs}, {runs} of them whole: a rate within a factor of 3 needs more, and run times need {wanted}"
        "{jobs} 件、うち最後まで動いたのは {runs} 件。3 倍以内の率にはより多く、実行時間には {wanted} 件が必要である";
    needs_memory(definition)
        "the scenario has no job definition {definition}, and the record does not say how much memory it asks for: column memory_mib"
        "シナリオにジョブ定義 {definition} がなく、要求するメモリも記録にない。列 memory_mib が必要である";
    trace_stays(trace)
        "the scenario simulates {trace} itself, which says more; --only arrivals puts rates in its place"
        "シナリオは {trace} そのものをシミュレーションする。--only arrivals で率に置き換える";
    small_kinds()
        "of kinds with few jobs and without a job definition: the column job_definition would say what they are"
        "ジョブ定義のない、件数の少ない種類のジョブ。列 job_definition があれば種類が分かる";
    unknown_queue()
        "of queues that the scenario does not have"
        "シナリオにないキューのジョブ";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in texts of every language.
    const NAMES: [&str; 27] = [
        "reason",
        "earlier_attempts",
        "instance_type",
        "wait_seconds",
        "min_vcpus",
        "EC2",
        "job_definition",
        "GPU",
        "MiB",
        "peak_memory_mib",
        "name",
        "Anderson",
        "Darling",
        "submitted_at",
        "memory_mib",
        "only",
        "arrivals",
        "1",
        "3",
        "6",
        "99",
        "128",
        "5",
        "2",
        "s",
        "vCPU",
        "Spot",
    ];

    #[test]
    fn both_languages_say_the_same_facts() {
        let every = every();
        assert!(every.len() > 35, "{} texts", every.len());
        for (said, parts) in every {
            for part in &parts {
                assert!(said.en.contains(part) && said.ja.contains(part), "{part}: {said:?}");
            }
            let strip = |text: &str| parts.iter().fold(text.to_owned(), |text, part| text.replace(part, ""));
            let outside = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            let ja = strip(&said.ja);
            assert!(!ja.is_ascii(), "{said:?} has words in Japanese");
            for word in ja.split(outside).filter(|word| !word.is_empty()) {
                assert!(NAMES.contains(&word), "`{word}` is left in English: {}", said.ja);
            }
            // Columns that the English asks for are in the Japanese, too.
            for name in ["reason", "instance_type", "wait_seconds", "peak_memory_mib", "submitted_at"] {
                let has = |text: &str| text.split(outside).any(|word| word == name);
                let same = has(&strip(&said.en)) == has(&ja);
                assert!(same || name == "reason", "{name}: {said:?}");
            }
        }
    }
}
