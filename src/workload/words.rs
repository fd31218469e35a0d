//! What is refused in records of jobs.

use crate::model::said::words;

words! {
    at_line(line, reason) "line {line}: {reason}" "{line} 行目：{reason}";
    // What is missing in a job.
    a_job_without_an_id() "a job without an id" "ID のないジョブである";
    job_without(id, what) "job {id} without {what}" "ジョブ {id} に{what}がない";
    job(job, reason) "job `{job}`: {reason}" "ジョブ `{job}`：{reason}";
    too_many_gpus() "too many GPUs" "GPU が多すぎる";
    nodes_are_not_possible(nodes) "`{nodes}` nodes are not possible" "ノード数 `{nodes}` は使えない";
    is_no_range_of_nodes(target) "`{target}` is no range of nodes" "`{target}` はノードの範囲でない";
    no_range_of_nodes_has(node) "no range of nodes has node {node}" "ノード {node} を含む範囲がない";

    // JSON and other forms.
    no_line_or_value_ends(mebibytes) "no line or value ends within {mebibytes}" "{mebibytes} 以内に行または値の終わりがない";
    not_json() "not JSON" "JSON でない";
    not_json_2(error) "not JSON: {error}" "JSON でない：{error}";
    not_a_job_of_aws(next) "not a job of AWS Batch: {next}" "AWS Batch のジョブでない：{next}";
    not_a_container_instance() "not a container instance" "コンテナインスタンスでない";
    not_a_job_queue() "not a job queue" "ジョブキューでない";
    an_object_that_is_too() "an object that is too large" "オブジェクトが大きすぎる";
    i_has_an_unknown_unit(name, text) "{name} `{text}i` has an unknown unit" "{name} の `{text}i` の単位が不明である";
    is_too_large(name, text) "{name} `{text}` is too large" "{name} の `{text}` は大きすぎる";
    it_ran_more_than_136() "it ran more than 136 years" "実行時間が 136 年を超えている";
    submitted_at_ms_not_from(created_at) "submitted at {created_at} ms, not from 2000 to 2199"
        "投入時刻 {created_at} ms が 2000 ～ 2199 年の範囲にない";
    it_is_larger_than(mebibytes) "it is larger than {mebibytes}" "{mebibytes} を超えている";
    is_not_a_time_from_2000_to_2199_such_as_2026(text) "`{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59.000Z"
        "`{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59.000Z）でない";
    is_not_a_time_from_2000_to_2199_such(text) "`{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z"
        "`{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59Z）でない";
    is_not_a_time_from_2000(text) "`{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z or 1793491199.5"
        "`{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59Z、1793491199.5）でない";
    is_not_a_time_from(text) "`{text}` is not a time from 2000 to 2199" "`{text}` は 2000 ～ 2199 年の時刻でない";
    it_has_no_executionstatus() "it has no `executionStatus`" "`executionStatus` がない";

    // Workload CSV.
    a_quotation_mark_is_never(counted) "a quotation mark is never closed: {counted} are one field"
        "引用符が閉じられておらず、{counted} が 1 つのフィールドになっている";
    columns_the_header_has(len, expected_len) "{len} columns; the header has {expected_len}"
        "列が {len} 個あるが、ヘッダーは {expected_len} 個である";
    not_csv() "not CSV" "CSV でない";
    there_is_no_column(name) "there is no column `{name}`" "列 `{name}` がない";
    there_is_no_column_submit_seconds() "there is no column `submit_seconds`, nor `submitted_at`"
        "列 `submit_seconds` も `submitted_at` もない";
    status_is_none_of_succeeded_failed(other) "status `{other}` is none of succeeded, failed, cancelled"
        "状態 `{other}` は succeeded、failed、cancelled のいずれでもない";
    the_job_has_no_job_id() "the job has no `job_id`" "ジョブに `job_id` がない";
    submitted_at_is_not_a_time(text) "submitted_at `{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z"
        "submitted_at の `{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59Z）でない";
    is_not_utf_8(name) "{name} is not UTF-8" "{name} が UTF-8 でない";
    is_too_large_at_most_2(name, text, largest) "{name} `{text}` is too large: at most {largest}"
        "{name} の `{text}` は大きすぎる（最大 {largest}）";
    is_negative(name, text) "{name} `{text}` is negative" "{name} の `{text}` は負の値である";
    is_not_a_whole_number_3(name, text) "{name} `{text}` is not a whole number" "{name} の `{text}` は整数でない";
    at_0_is_not_possible(name) "{name} `0` is not possible" "{name} に `0` は指定できない";
    an_earlier_attempt_of_seconds(seconds) "an earlier attempt of `{seconds}` seconds"
        "以前の試行の秒数 `{seconds}` が正しくない";
    reason_is_none_of(id, what) "reason `{id}` is none of {what}" "理由 `{id}` は {what} のいずれでもない";

    // All jobs.
    more_than_65536_different_queues() "more than 65536 different queues" "キューの種類が 65536 を超えている";
    more_than_65536_different_job() "more than 65536 different job definitions" "ジョブ定義の種類が 65536 を超えている";
    submitted_s_after_the_first(submit_seconds) "submitted {submit_seconds} s after the first job: too long"
        "最初のジョブの {submit_seconds} 秒後に投入されており、間隔が長すぎる";
    job_depends_on_itself(on) "job `{on}` depends on itself" "ジョブ `{on}` が自分自身に依存している";
    it_has_no_jobs_but(counted) "it has no jobs, but {counted} of something else"
        "ジョブがなく、ほかのものが {counted} ある";
    it_has_no_jobs() "it has no jobs" "ジョブがない";
    job_id_is_that_of(ids, first) "job id `{ids}` is that of line {first} too"
        "ジョブ ID `{ids}` は {first} 行目と重複している";
    more(more) "{more} more" "ほか {more} 件";
    jobs_wait_for_each_other(names) "jobs wait for each other in a circle, so none ever starts: {names}"
        "ジョブの依存関係が循環しており、どれも開始できない：{names}";
    no_job_was_drawn_the() "no job was drawn: the rates are too low for the period"
        "ジョブが 1 件も生成されなかった。期間に対して発生率が低すぎる";
    no_job_of_it_has(what) "no job of it has {what}, for which `--where` asks"
        "`--where` で指定した{what}のあるジョブがない";

    call_is_refused(name, reason) "call `{name}`: {reason}" "call `{name}`：{reason}";
    number_is(name, text, error) "{name} `{text}` is {error}" "{name} の `{text}` は{error}";
    none_of_its_rows() "none of its rows can be read" "読み込める行が 1 つもない";
    of_a_file_at_line(name, line, reason) "{name}, line {line}: {reason}" "{name} の {line} 行目：{reason}";
    of_a_file(name, reason) "{name}: {reason}" "{name}：{reason}";
    none_is_known(jobs) "of its {jobs}, none has a known run time and size"
        "ジョブ {jobs} 件のいずれも、実行時間と大きさが分からない";
    a_subworkflow_that_is(error) "a subworkflow that is not JSON: {error}" "サブワークフローが JSON でない：{error}";
    in_columns_names_are(reason, columns) "{reason}, in `--columns`; names that are read are {columns}"
        "{reason}（`--columns`）。使える列名：{columns}";
    not_utf8() "not UTF-8" "UTF-8 でない";
    too_many_names() "too many jobs: their names take more than 4 GiB"
        "ジョブが多すぎる：名前だけで 4 GiB を超える";
    cannot_be_joined()
        "its `submit_seconds` count from a time it does not name, so no other jobs can be joined to it: that takes `submitted_at`"
        "`submit_seconds` の起点が分からないため、ほかのジョブと結合できない。結合には `submitted_at` が必要である";
    numbered() "its rows have no `job_id`: numbered from 1, they would be taken for other jobs"
        "行に `job_id` がない。1 からの番号では別のジョブと区別できない";

    // HTCondor.
    an_object_without_its_end() "an object without its end" "オブジェクトの終わりがない";
    an_ad_longer_than_bytes(longest_ad) "an ad longer than {longest_ad} bytes" "ad が {longest_ad} バイトを超えている";
    is_not_a_number(name, take) "{name} `{take}` is not a number" "{name} の `{take}` は数値でない";
    is_too_large_2(usize) "{usize} is too large" "{usize} は大きすぎる";
    neither_ads_of_condor_history_long(missing) "neither ads of `condor_history -long` or `-json` nor names of columns with `{missing}`"
        "`condor_history -long` や `-json` の ad でもなく、`{missing}` を含む列名もない";
    an_ad_with_a_line() "an ad with a line that is none of it, or two ads in one"
        "ad に属さない行があるか、2 つの ad がつながっている";
    the_ad_has_no_jobstatus() "the ad has no `JobStatus`" "ad に `JobStatus` がない";
    the_ad_has_no_qdate() "the ad has no `QDate`" "ad に `QDate` がない";
    exitcode_is_not_a_whole(take) "ExitCode `{take}` is not a whole number" "ExitCode の `{take}` は整数でない";
    is_not_a_whole_number_4(name, take) "{name} `{take}` is not a whole number" "{name} の `{take}` は整数でない";

    // Kubernetes.
    no_document_has_a_kind() "no document has a `kind`" "`kind` のある文書がない";
    not_yaml_nobody_can_make() "not YAML: nobody can make sense of it" "YAML でない：解釈できない";
    not_yaml(reason) "not YAML: {reason}" "YAML でない：{reason}";
    it_has_no_metadata_name() "it has no `metadata.name`" "`metadata.name` がない";
    it_has_no_creationtimestamp_others() "it has no `creationTimestamp`, others have"
        "`creationTimestamp` がない（ほかにはある）";
    completions_are_too_many_at(pods, most_pods) "`{pods}` completions are too many: at most {most_pods}"
        "completions の `{pods}` は多すぎる（最大 {most_pods}）";
    creationtimestamp_is_no_text(other) "creationTimestamp `{other}` is no text"
        "creationTimestamp の `{other}` は文字列でない";
    it_ends_before_it_starts() "it ends before it starts: the run time is negative" "終了が開始より前で、実行時間が負になる";
    is_not_a_whole_number_2(name, number) "{name} `{number}` is not a whole number"
        "{name} の `{number}` は整数でない";
    is_not_a_whole_number(name, other) "{name} `{other}` is not a whole number" "{name} の `{other}` は整数でない";
    it_has_no_containers() "it has no containers" "コンテナがない";
    is_not_a_quantity(name, other) "{name} `{other}` is not a quantity" "{name} の `{other}` は数量でない";
    has_a_space_in_it(name, text) "{name} `{text}` has a space in it" "{name} の `{text}` に空白がある";
    has_an_unknown_unit(name, text) "{name} `{text}` has an unknown unit" "{name} の `{text}` の単位が不明である";
    longer_than_bytes(longest_line) "longer than {longest_line} bytes" "{longest_line} バイトを超えている";
    no_line_ends_within(mebibytes) "no line ends within {mebibytes}" "{mebibytes} 以内に行の終わりがない";

    // LSF.
    is_no_record_of_lsb(kind) "`{kind}` is no record of `lsb.acct`" "`{kind}` は `lsb.acct` のレコードでない";
    is_not_a_text_in(found) "{found} is not a text in quotes" "{found} は引用符で囲まれた文字列でない";
    a_quote_that_is_not() "a quote that is not closed" "引用符が閉じられていない";
    is_not_a_number_2(found) "{found} is not a number" "{found} は数値でない";
    is_not_a_whole_number_5(number) "`{number}` is not a whole number" "`{number}` は整数でない";
    is_not_the_id_of(shown) "`{shown}` is not the id of a job" "`{shown}` はジョブの ID でない";
    jstatus_is_neither_done_nor(status) "`jStatus` {status} is neither done nor exit"
        "`jStatus` の {status} は done でも exit でもない";
    it_ended_before_it_started() "it ended before it started: the run time is negative" "終了が開始より前で、実行時間が負になる";
    it_ran_s_more_than(run) "it ran {run} s: more than 136 years" "実行時間 {run} 秒が 136 年を超えている";
    it_ran_too_long() "it ran too long" "実行時間が長すぎる";
    tasks_are_too_many_at_most(tasks, most) "{tasks} tasks are too many: at most {most}"
        "タスク数 {tasks} は多すぎる（最大 {most}）";
    tasks_are_too_many_at(cpus, most) "{cpus} tasks are too many: at most {most}"
        "タスク数 {cpus} は多すぎる（最大 {most}）";
    events_of_a_job_without() "events of a job without the line that names it" "ジョブを示す行のないイベントがある";
    events_of_two_jobs() "events of two jobs" "2 つのジョブのイベントが混ざっている";
    the_job_has_no_line() "the job has no line `Submitted from host`" "ジョブに `Submitted from host` の行がない";
    max_mem_has_an_unknown(text) "MAX MEM `{text}` has an unknown unit" "MAX MEM の `{text}` の単位が不明である";
    neither_a_record_of_lsb() "neither a record of `lsb.acct` nor the output of `bhist -l`"
        "`lsb.acct` のレコードでも `bhist -l` の出力でもない";

    // Any CSV.
    is_no_delimiter_one_character(text) "`{text}` is no delimiter: one character, or tab"
        "`{text}` は区切り文字でない（1 文字または tab）";
    is_no_field_of_a_job(name) "`{name}` is no field of a job" "`{name}` はジョブのフィールドでない";
    is_given_twice_2(name) "`{name}` is given twice" "`{name}` が重複している";
    is_it_delimiter(word) ": is it `--delimiter '{word}'`?" "（`--delimiter '{word}'` ではないか）";
    there_is_no_column_for_2(missing, hint) "there is no column for {missing}{hint}"
        "{missing} に当たる列がない{hint}";
    is_no_unit_of_there(word, name, units) "`{word}` is no unit of {name}: there are {units}"
        "`{word}` は {name} の単位でない（使えるのは {units}）";
    there_is_no_column_for(text, name) "there is no column `{text}` for `{name}`"
        "`{name}` に当たる列 `{text}` がない";
    exit_code_is_not_a_number(code) "exit_code `{code}` is not a number" "exit_code の `{code}` は数値でない";
    status_is_none_of_succeeded_failed_cancelled(text) "status `{text}` is none of succeeded, failed, cancelled"
        "状態 `{text}` は succeeded、failed、cancelled のいずれでもない";
    a_job_of_more_than(most) "a job of more than {most} nodes" "ジョブのノード数が {most} を超えている";
    has_an_unknown_unit_2(name, text) "{name} `{text}` has an unknown unit" "{name} の `{text}` の単位が不明である";
    the_job_has_no_submitted_at() "the job has no `submitted_at`" "ジョブに `submitted_at` がない";
    of_started_at_and_ended_at_one() "of `started_at` and `ended_at` one counts from the start of the trace"
        "`started_at` と `ended_at` の一方が記録の開始からの時間である";
    ended_at_is_before_started_at_the() "`ended_at` is before `started_at`: the run time is negative"
        "`ended_at` が `started_at` より前で、実行時間が負になる";
    is_not_a_time_from_2000_to_2199_such_as(name, text) "{name} `{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59Z or 1793491199"
        "{name} の `{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59Z、1793491199）でない";
    is_not_utf_8_2(name) "{name} is not UTF-8" "{name} が UTF-8 でない";

    // Nextflow.
    fewer_than_two_columns_of() "fewer than two columns of a trace" "トレースの列が 2 つに満たない";
    there_is_no_column_native_id() "there is no column `native_id`, `task_id` or `hash`"
        "列 `native_id`、`task_id`、`hash` のいずれもない";
    it_has_no_header_of() "it has no header of a trace; `--columns` names the columns of what `nextflow log -f` prints"
        "トレースのヘッダーがない。`nextflow log -f` の出力の列は `--columns` で指定する";
    there_is_no_column_submit() "there is no column `submit` or `start`" "列 `submit` も `start` もない";
    there_is_no_column_realtime() "there is no column `realtime`, nor `start` and `complete`"
        "列 `realtime` も、`start` と `complete` もない";
    exit_is_not_a_number(text) "exit `{text}` is not a number" "exit の `{text}` は数値でない";
    the_task_has_no_time() "the task has no time in `submit`" "タスクの `submit` に時刻がない";
    the_task_has_no_id() "the task has no id" "タスクに ID がない";
    fields_the_header_has_2(width, width_2) "{width} fields; the header has {width_2}"
        "フィールドが {width} 個あるが、ヘッダーは {width_2} 個である";
    is_not_a_time_from_2000_to(name, text) "{name} `{text}` is not a time from 2000 to 2199, such as 2026-10-31 23:59:59.000 or 1793491199000"
        "{name} の `{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31 23:59:59.000、1793491199000）でない";
    status_is_none_of_nextflow(status) "status `{status}` is none of Nextflow's"
        "状態 `{status}` は Nextflow のものでない";

    // PBS and lengths of time.
    exit_status_is_not_a_whole(text) "Exit_status `{text}` is not a whole number"
        "Exit_status の `{text}` は整数でない";
    not_a_record_date_type() "not a record `date;type;id;text`" "`date;type;id;text` のレコードでない";
    is_not_a_date_mm(shown) "`{shown}` is not a date MM/DD/YYYY HH:MM:SS"
        "`{shown}` は MM/DD/YYYY HH:MM:SS の日時でない";
    the_job_has_no_ctime() "the job has no `ctime`" "ジョブに `ctime` がない";
    is_not_a_second_of(name, text) "{name} `{text}` is not a second of the Unix epoch"
        "{name} の `{text}` は Unix 時間の秒数でない";
    end_is_before_start_the() "`end` is before `start`: the run time is negative"
        "`end` が `start` より前で、実行時間が負になる";
    is_above_s_which_are(name, text, longest_seconds) "{name} `{text}` is above {longest_seconds} s, which are 136 years"
        "{name} の `{text}` は {longest_seconds} 秒（136 年）を超えている";
    is_too_large_at_most(name, number, largest) "{name} `{number}` is too large: at most {largest}"
        "{name} の `{number}` は大きすぎる（最大 {largest}）";
    is_no_length_of_time(name, text) "{name} `{text}` is no length of time, such as 5400, 1:30:00 or 1h 30m"
        "{name} の `{text}` は時間の長さ（例：5400、1:30:00、1h 30m）でない";
    is_more_than_136_years(name, text) "{name} `{text}` is more than 136 years"
        "{name} の `{text}` は 136 年を超えている";
    is_not_dd_hh_mm(name, text) "{name} `{text}` is not [DD-]HH:MM:SS"
        "{name} の `{text}` は [DD-]HH:MM:SS の形でない";
    submitted_at_second_of_the(submitted) "submitted at second {submitted} of the Unix epoch, not from 2000 to 2199"
        "投入時刻（Unix 時間 {submitted} 秒）が 2000 ～ 2199 年の範囲にない";

    // Grid Engine.
    neither_the_output_of_qacct() "neither the output of `qacct -j` nor a line of an accounting file"
        "`qacct -j` の出力でも、会計ファイルの行でもない";
    a_block_of_two_jobs() "a block of two jobs" "2 つのジョブが 1 つのブロックになっている";
    fields_between_colons_at_least(fields, what) "{fields} fields between colons: at least {what} make a job"
        "コロン区切りのフィールドが {fields} 個しかない（ジョブには {what} 個以上必要）";
    the_job_has_no_time_of() "the job has no time of submission" "ジョブに投入時刻がない";
    is_not_a_time_from_2000_to_2199_3(name, text) "{name} `{text}` is not a time from 2000 to 2199"
        "{name} の `{text}` は 2000 ～ 2199 年の時刻でない";
    is_not_the_number_of_a(take) "`{take}` is not the number of a job" "`{take}` はジョブの番号でない";
    is_not_the_number_of(take) "`{take}` is not the number of a task" "`{take}` はタスクの番号でない";
    end_time_is_before_start_time_the() "`end_time` is before `start_time`: the run time is negative"
        "`end_time` が `start_time` より前で、実行時間が負になる";
    is_too_much_memory(name, text) "{name} `{text}` is too much memory" "{name} の `{text}` はメモリが多すぎる";

    // Slurm.
    there_is_no_column_between(wanted) "there is no column `{wanted}` between `|`"
        "`|` で区切られた列 `{wanted}` がない";
    there_is_no_column_elapsedraw() "there is no column `ElapsedRaw` or `Elapsed`, nor `Start` and `End`"
        "列 `ElapsedRaw` も `Elapsed` も、`Start` と `End` もない";
    there_is_no_column_alloctres() "there is no column `AllocTRES`, `AllocCPUS`, `NCPUS`, `ReqTRES` or `ReqCPUS`"
        "列 `AllocTRES`、`AllocCPUS`、`NCPUS`、`ReqTRES`、`ReqCPUS` のいずれもない";
    columns_names_those_of_an(reason) "{reason}; `--columns` names those of an output without a header"
        "{reason}。ヘッダーのない出力の列は `--columns` で指定する";
    in_columns(reason, known) "{reason}, in `--columns`; {known}" "{reason}（`--columns`）。{known}";
    a_json_document_without_a() "a JSON document without a list `jobs`" "JSON 文書に一覧 `jobs` がない";
    closes_nothing(char) "`{char}` closes nothing" "`{char}` に対応する開きがない";
    more_than_brackets_in_one(deepest) "more than {deepest} brackets in one another"
        "括弧の入れ子が {deepest} を超えている";
    cut_off_the_document_has() "cut off: the document has no end" "途中で切れている：文書の終わりがない";
    a_job_longer_than_bytes(longest_object) "a job longer than {longest_object} bytes"
        "ジョブが {longest_object} バイトを超えている";
    a_record_longer_than_bytes(longest_record) "a record longer than {longest_record} bytes"
        "レコードが {longest_record} バイトを超えている";
    cut_off_fields_the_header_has(found, wanted) "cut off: {found} fields; the header has {wanted}"
        "途中で切れている：フィールドが {found} 個（ヘッダーは {wanted} 個）";
    a_line_without_the_header(wanted) "a line without `|`; the header has {wanted} fields"
        "`|` のない行である（ヘッダーのフィールドは {wanted} 個）";
    cut_off_fields_the_header(fields, wanted) "cut off: {fields} fields; the header has {wanted}"
        "途中で切れている：フィールドが {fields} 個（ヘッダーは {wanted} 個）";
    fields_the_header_has_leave(found, wanted) "{found} fields; the header has {wanted}: leave a column out whose texts have a `|`, or the line is broken"
        "フィールドが {found} 個（ヘッダーは {wanted} 個）。`|` を含む列を除くか、行が壊れている";
    the_job_has_no_jobid() "the job has no `JobID`" "ジョブに `JobID` がない";
    the_job_has_no_time() "the job has no time in `Submit`" "ジョブの `Submit` に時刻がない";
    submit_is_before_1970() "Submit is before 1970" "Submit が 1970 年より前である";
    end_is_before_start_the_run() "`End` is before `Start`: the run time is negative"
        "`End` が `Start` より前で、実行時間が負になる";
    is_not_a_time_from_2000_to_2199(name, text) "{name} `{text}` is not a time from 2000 to 2199, such as 2026-10-31T23:59:59"
        "{name} の `{text}` は 2000 ～ 2199 年の時刻（例：2026-10-31T23:59:59）でない";
    state_is_none_of_slurm(other) "State `{other}` is none of Slurm's" "State の `{other}` は Slurm のものでない";

    // Snakemake.
    fields_the_header_has(cells, header) "{cells} fields; the header has {header}"
        "フィールドが {cells} 個（ヘッダーは {header} 個）";
    an_event_without_a_time_2() "an event without a time" "時刻のないイベントがある";
    an_event_without_a_job() "an event without a job id" "ジョブ ID のないイベントがある";
    a_benchmark_without_s() "a benchmark without `s`" "ベンチマークに `s` がない";
    an_event_without_a_time() "an event without a time above it" "前に時刻のないイベントがある";
    names_no_year_give_it(stamp) "`{stamp}` names no year: give it with `--year`"
        "`{stamp}` に年がない。`--year` で指定する";
    is_on_another_weekday_in(stamp, start, end) "`{stamp}` is on another weekday in {start} to {end}"
        "`{stamp}` の曜日は {start} ～ {end} 年では合わない";
    is_not_a_time_from_2000_to_2199_2(stamp) "`{stamp}` is not a time from 2000 to 2199"
        "`{stamp}` は 2000 ～ 2199 年の時刻でない";

    // Standard Workload Format.
    field_is_not_a_number(count, field) "field {count} is `{field}`: not a number below 2^63"
        "フィールド {count} の `{field}` は 2^63 未満の数値でない";
    fields_a_job_has_18(count, fewest_fields) "{count} fields; a job has 18, and at least {fewest_fields}"
        "フィールドが {count} 個ある（ジョブは 18 個、少なくとも {fewest_fields} 個）";
    processors_are_too_many_at(processors, most_processors) "`{processors}` processors are too many: at most {most_processors}"
        "プロセッサ数 `{processors}` は多すぎる（最大 {most_processors}）";
    kb_of_memory_a_processor(kb_per_processor) "`{kb_per_processor}` KB of memory a processor are too much: `--ignore-memory` takes memory as unknown"
        "プロセッサ当たり `{kb_per_processor}` KB のメモリは多すぎる。`--ignore-memory` でメモリを不明として扱える";
    the_is_negative(what, value) "the {what} is `{value}`: negative" "{what}の `{value}` は負の値である";
    the_is_above_s_which(what, value, longest_seconds) "the {what} is `{value}`: above {longest_seconds} s, which are 136 years"
        "{what}の `{value}` は {longest_seconds} 秒（136 年）を超えている";

    // What is asked for.
    is_no_condition_such_as(text) "`{text}` is no condition, such as queue=gpu or user!=a*"
        "`{text}` は条件（例：queue=gpu、user!=a*）でない";
    is_no_field_of_a(trim) "`{trim}` is no field of a job" "`{trim}` はジョブのフィールドでない";
    status_is_none_of_succeeded(value) "status `{value}` is none of succeeded, failed, cancelled"
        "状態 `{value}` は succeeded、failed、cancelled のいずれでもない";
    is_no_pattern(text, error) "`{text}` is no pattern: {error}" "`{text}` はパターンでない：{error}";
    is_given_twice(field) "`{field}` is given twice" "`{field}` が重複している";
    memory_mib_0_is_not_possible() "memory_mib `0` is not possible" "memory_mib に `0` は指定できない";
    has_no_default(text) "`{text}` has no default" "`{text}` には既定値を指定できない";
    is_not_name_value(text) "`{text}` is not NAME=VALUE" "`{text}` は NAME=VALUE の形でない";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
