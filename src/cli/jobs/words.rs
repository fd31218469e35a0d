//! What `jobs` refuses and tells.

use crate::model::said::words;

words! {
    // What may be given.
    append_adds_to_a_file() "`--append` adds to a file, and `-` is stdout"
        "`--append` はファイルに追加するが、`-` は標準出力である";
    name_the_file_with_output() "name the file with `--output`" "`--output` でファイルを指定する";
    a_record_of_jobs_that() "a record of jobs that ran" "ジョブの実行記録";
    none_of_its_jobs_can_be() "none of its jobs can be used" "使えるジョブが 1 件もない";
    none_of_its_jobs_can() "none of its jobs can be used and is asked for by `--where`"
        "使えて `--where` に合うジョブが 1 件もない";
    from_batch_needs_a_region() "`--from batch` needs a `--region` to ask AWS Batch, or files"
        "`--from batch` には、AWS Batch に問い合わせる `--region` かファイルが必要である";
    files_are_answers_of_aws() "files are answers of `aws batch describe-jobs` or \"Batch Job State Change\" events"
        "ファイルは `aws batch describe-jobs` の応答か、\"Batch Job State Change\" イベントである";
    where_default_and_strict_are() "`--where`, `--default` and `--strict` are for records in files"
        "`--where`、`--default`、`--strict` はファイルの記録に使う";
    import_from_aws_batch_into() "import from AWS Batch into a file, and that one with `--from workload`"
        "AWS Batch からファイルに取り込み、そのファイルを `--from workload` で取り込む";
    cannot_be_joined_with_other(path, refusal) "`{path}` cannot be joined with other jobs: {refusal}"
        "`{path}` はほかのジョブと結合できない：{refusal}";
    import_it_into_a_file() "import it into a file of its own, or from a record with ids and times of submission"
        "別のファイルに取り込むか、ID と投入時刻のある記録から取り込む";
    region_and_queue_are_for() "`--region` and `--queue` are for `--from batch` without files"
        "`--region` と `--queue` は、ファイルを指定しない `--from batch` で使う";
    the_other_records_are_files() "the other records are files" "ほかの記録はファイルである";
    job_definitions_is_for_batch() "`--job-definitions` is for batch, nextflow, cromwell and snakemake"
        "`--job-definitions` は batch、nextflow、cromwell、snakemake で使う";
    the_other_records_name_none() "the other records name none, or always" "ほかの記録にはジョブ定義の名前がないか、常にある";
    is_for_from(option, source) "`--{option}` is for `--from {source}`"
        "`--{option}` は `--from {source}` で使う";
    what_another_record_means_is() "what another record means is known" "ほかの記録では値の意味が決まっている";
    columns_is_for_from_slurm() "`--columns` is for `--from slurm` and `nextflow`"
        "`--columns` は `--from slurm` と `nextflow` で使う";
    the_columns_of_other_records() "the columns of other records are known, or in their header"
        "ほかの記録の列は決まっているか、ヘッダーにある";
    node_vcpus_is_for_from() "`--node-vcpus` is for `--from swf`, `sge` and `csv`"
        "`--node-vcpus` は `--from swf`、`sge`、`csv` で使う";
    other_records_say_on_how() "other records say on how many nodes a job runs" "ほかの記録にはジョブのノード数がある";
    year_is_for_from_lsf() "`--year` is for `--from lsf`" "`--year` は `--from lsf` で使う";
    the_dates_of_the_other() "the dates of the other records name their year" "ほかの記録の日付には年がある";
    fields_are(what) "fields are {what}" "フィールドは {what}";
    unknown_time_zone(timezone) "unknown time zone `{timezone}`" "不明なタイムゾーン `{timezone}`";
    timezone_takes_a_name_of() "`--timezone` takes a name of the IANA database, such as Asia/Tokyo"
        "`--timezone` は Asia/Tokyo のような IANA の名前で指定する";
    default_vcpus_is_no_number(text) "`--default vcpus={text}` is no number of vCPUs"
        "`--default vcpus={text}` は vCPU 数でない";
    whole_vcpus_such_as_vcpus() "whole vCPUs, such as vcpus=4" "vcpus=4 のように整数で指定する";

    // What is told.
    lives_of_one_job_in() "lives of one job in two imports stay apart: import the files of both in one command to join them"
        "2 回の取り込みに分かれた同じジョブの記録は別々のままになる。まとめるには、両方のファイルを 1 つのコマンドで取り込む";
    stays_as_it_is(path) "{path} stays as it is" "{path} はそのまま";
    no_job_kept(path) "{path}: no job kept" "{path}：取り込んだジョブなし";
    so_far(path, jobs) "{path}: {jobs} so far" "{path}：これまでに {jobs} 件";
    no_jobs_so_far(path) "{path}: no jobs so far" "{path}：まだジョブなし";
    replaced(agreeing, names) "replaced: {agreeing}: {names}" "置き換え：{agreeing}：{names}";
    and_more(shown, more) "{shown} and {more} more" "{shown} ほか {more} 件";
    such_as(id) ", such as {id}" "（例：{id}）";
    id_used_again_named_id(agreeing, such) "id used again: {agreeing}, named ID@SUBMISSION{such}"
        "再利用された ID：{agreeing}。ID@投入時刻 の名前にした{such}";
    depends_on_waits_for_success_and() "`depends_on` waits for success, and not for a time after it"
        "`depends_on` は成功を待つもので、その後の時間は待たない";
    left_out(agreeing, why) "left out: {agreeing}: {why}" "除外：{agreeing}：{why}";
    written(jobs) "{jobs} written" "{jobs} 件を書き込んだ";
    simulate_goes_by_it_in() "`simulate` goes by it in a queue with a scheduling_policy, elsewhere by submission"
        "`simulate` は scheduling_policy のあるキューではこれに従い、ほかでは投入順とする";
    with_a_share_or_a(counted, rule) "{counted} with a share or a scheduling priority: {rule}"
        "{counted} にシェアかスケジューリング優先度がある：{rule}";
    kept(path, jobs) "{path}: {jobs} kept" "{path}：{jobs} 件を取り込んだ";
    memory_unknown(agreeing) "memory unknown: {agreeing}" "メモリが不明：{agreeing}";
    sorted_in(agreeing) "sorted in: {agreeing}" "並べ替え：{agreeing}";
    dropped(reason) "dropped: {reason}" "除外：{reason}";
    cannot_be_read(refusal) "cannot be read: {refusal}" "読み込めないもの：{refusal}";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
