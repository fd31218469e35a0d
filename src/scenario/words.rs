//! What is refused in a scenario file: values, files that extend each other, file systems, volumes, schedules.

use crate::model::said::words;

words! {
    // Values.
    not_finite(text) "`{text}` is not a finite number" "`{text}` は有限の数値でない";
    plain_number() "write a plain number, without unit or comma" "単位やコンマを付けず、数値だけを書く";
    number_is(text, error) "`{text}` is {error}" "`{text}` は{error}";
    negative(text) "`{text}` is negative" "`{text}` は負の値である";
    expected(wanted) "expected {wanted}" "{wanted}を指定する";
    zero_is_not_possible() "`0` is not possible here" "ここに `0` は指定できない";
    above_one(text) "`{text}` is above 1" "`{text}` は 1 を超えている";
    a_share_goes() "a share goes from 0 to 1: write 50 % as 0.5" "割合は 0 ～ 1 で指定する（50% は 0.5）";
    too_large(text) "`{text}` is too large" "`{text}` は大きすぎる";
    not_whole(text) "`{text}` is not a whole number" "`{text}` は整数でない";
    expected_whole() "expected a whole number, at most 1000000" "1000000 以下の整数を指定する";
    zero_or_more() "a number of 0 or more" "0 以上の数値";
    more_than_zero() "a number above 0" "0 より大きい数値";
    zero_to_one() "a number from 0 to 1" "0 ～ 1 の数値";
    dollars() "dollars" "金額（ドル）";
    a_whole_number() "a whole number" "整数";
    number_or_cases() "a number or {{ low = …, expected = …, high = … }}"
        "数値または {{ low = …, expected = …, high = … }}";
    not_rising() "`low`, `expected` and `high` are not in rising order"
        "`low`、`expected`、`high` が小さい順になっていない";
    a_table_of_types() "a table such as {{ \"p4d.24xlarge\" = 2 }}" "{{ \"p4d.24xlarge\" = 2 }} のようなテーブル";
    no_types() "no instance types" "インスタンスタイプがない";
    name_one_type() "name at least one: {{ \"p4d.24xlarge\" = 2 }}"
        "少なくとも 1 つ指定する（例：{{ \"p4d.24xlarge\" = 2 }}）";
    a_region() "a region such as \"us-east-1\"" "\"us-east-1\" のようなリージョン";
    unknown_region(text) "unknown region `{text}`" "不明なリージョン `{text}`";
    regions_are_listed() "`hpc-cost prices regions` lists those with prices"
        "単価のあるリージョンは `hpc-cost prices regions` で一覧できる";
    a_month() "a month such as \"2026-11\"" "\"2026-11\" のような年月";
    not_a_month(text) "`{text}` is not a month" "`{text}` は年月でない";
    write_a_month() "write it as \"2026-11\", from 2000-01 to 2199-12"
        "\"2026-11\" の形で、2000-01 ～ 2199-12 の範囲で指定する";
    a_day() "a day such as \"2026-11-01\"" "\"2026-11-01\" のような日付";
    not_an_instant(text) "`{text}` is not a day or an instant" "`{text}` は日付でも日時でもない";
    write_an_instant() "write \"2026-11-01\" (midnight UTC) or \"2026-11-01T00:00:00Z\""
        "\"2026-11-01\"（UTC の 0 時）または \"2026-11-01T00:00:00Z\" の形で指定する";
    an_instance_type() "an instance type" "インスタンスタイプ";
    a_service_code() "a service code such as \"AmazonEC2\"" "\"AmazonEC2\" のようなサービスコード";
    unknown_service(text) "unknown service `{text}`" "不明なサービス `{text}`";
    valid_are(values) "valid: {values}" "有効な値：{values}";
    a_purchase_option() "a purchase option" "購入オプション";
    unknown_purchase_option(text) "unknown purchase option `{text}`" "不明な購入オプション `{text}`";
    cron_has_five_fields(found) "cron has 5 fields, minute hour day month weekday; found {found}"
        "cron は 5 つのフィールド（分 時 日 月 曜日）からなるが、{found} 個ある";
    cron_of_aws(found)
        "cron has 5 fields, minute hour day month weekday; found {found}; AWS's own form has a year and counts weekdays from SUN = 1: drop the year and count from SUN = 0"
        "cron は 5 つのフィールド（分 時 日 月 曜日）からなるが、{found} 個ある。AWS 独自の形式は年を含み、曜日を SUN = 1 から数える。年を除き、SUN = 0 から数える";

    // A scenario file and those that it extends.
    extends_cannot_be_set_on() "`extends` cannot be set on the command line" "`extends` はコマンドラインでは指定できない";
    write_a_file_that_extends() "write a file that extends the other and has the change"
        "ほかのファイルを継承し、変更を含むファイルを作成する";
    extends_this_file_in_turn(base) "`{base}` extends this file in turn: a cycle"
        "`{base}` もこのファイルを継承しており、循環している";
    remove_one_of_the_extends() "remove one of the `extends`" "`extends` の 1 つを削除する";
    more_than_files_extend_each(max_depth) "more than {max_depth} files extend each other"
        "継承が {max_depth} ファイルを超えている";
    merge_some_of_them() "merge some of them" "いくつかを 1 つにまとめる";
    cannot_read(base, reason) "cannot read `{base}`: {reason}" "`{base}` を読み込めない：{reason}";
    extends_is_relative_to_the() "`extends` is relative to the file it stands in"
        "`extends` は、それを書いたファイルからの相対パスである";
    it_is_a_directory() "it is a directory" "ディレクトリである";
    it_is_larger_than_1() "it is larger than 1 MiB" "1 MiB を超えている";
    it_is_not_a_text_file() "it is not a text file" "テキストファイルでない";
    it_is_not_a_text() "it is not a text file in UTF-8" "UTF-8 のテキストファイルでない";
    it_is_empty() "it is empty" "空である";
    another_scenario_declares_with(name, known) "another scenario declares `{name}` with {known}"
        "別のシナリオが `{name}` を {known} と定義している";
    a_type_is_the_same() "a type is the same in all scenarios of one command"
        "1 つのコマンドに渡すシナリオの間で、タイプの定義は同じでなければならない";
    no_price_in_this_file() "no [[price]] in this file" "このファイルには [[price]] がない";
    each_entry_has_usage_type_usd() "each entry has usage_type, usd and unit"
        "各項目には usage_type、usd、unit が必要である";
    a_price_table() "a price table" "単価表";
    a_price_lock() "a price lock" "単価のロックファイル";

    lock_writes_one() "`hpc-cost prices lock` writes one" "`hpc-cost prices lock` で作成できる";

    // Cron expressions.
    no_month_has_such_a() "no month has such a day: this never happens" "そのような日のある月はなく、実行されることがない";
    in_a_value_is_missing(text, what) "`{text}` in {what}: a value is missing" "{what}の `{text}`：値が欠けている";
    in_is_aws_own_form(what) "`?` in {what} is AWS's own form, which counts weekdays from SUN = 1; write `*`"
        "{what}の `?` は曜日を SUN = 1 から数える AWS 独自の形式である。`*` を使う";
    in_the_step_is_not(part, what) "`{part}` in {what}: the step is not a number above 0"
        "{what}の `{part}`：間隔は 0 より大きい数値でなければならない";
    in_the_range_runs_backwards(part, what) "`{part}` in {what}: the range runs backwards"
        "{what}の `{part}`：範囲が逆順である";
    is_not_valid_for_the(text, what, min, max) "`{text}` is not valid for the {what}: {min} to {max}"
        "`{text}` は{what}として正しくない（有効な範囲：{min} ～ {max}）";
    hours_and_weekdays_are_one() "hours and weekdays are one field of cron each, without spaces"
        "hours と weekdays はそれぞれ cron の 1 フィールドで、空白を含まない";
    weekday() "weekday" "曜日";
    minute() "minute" "分";
    hour() "hour" "時";
    day() "day" "日";
    month() "month" "月";

    // Volumes.
    has_no_to_choose(name, what) "{name} has no {what} to choose" "{name} では {what} を指定できない";
    use_type_gp3() "use type = \"gp3\"" "type = \"gp3\" を使う";
    ebs_volumes_come_in_whole() "EBS volumes come in whole numbers" "EBS ボリュームの値は整数でなければならない";
    whole_gib_iops_and_mib() "whole GiB, iops and MiB/s" "GiB、iops、MiB/s を整数で指定する";
    needs_iops_which_are_paid(name) "{name} needs `iops`, which are paid for from the first on"
        "{name} には `iops` の指定が必要である（最初の 1 から課金される）";
    valid_to(least, most) "valid: {least} to {most}" "有効な範囲：{least} ～ {most}";
    has_no_such_iops(name) "{name} has no such iops" "{name} ではこの iops を指定できない";
    has_at_most_iops_per(name, per_gib) "{name} has at most {per_gib} iops per GiB"
        "{name} の iops は 1 GiB 当たり {per_gib} までである";
    a_larger_volume_or_fewer() "a larger volume, or fewer iops" "ボリュームを大きくするか、iops を減らす";
    gp3_has_no_such_throughput() "gp3 has no such throughput" "gp3 ではこのスループットを指定できない";
    more_iops_or_less_throughput() "more iops, or less throughput" "iops を増やすか、スループットを下げる";
    gp3_has_at_most_0() "gp3 has at most 0.25 MiB/s per iops" "gp3 のスループットは 1 iops 当たり 0.25 MiB/s までである";
    no_such_volume_is_that_large() "no such volume is that large" "この種類のボリュームとしては大きすぎる";
    at_most_gib(most) "at most {most} GiB" "{most} GiB 以下にする";
    no_such_volume_is_that() "no such volume is that small" "この種類のボリュームとしては小さすぎる";
    at_least_gib(least) "at least {least} GiB" "{least} GiB 以上にする";

    // File systems of FSx for Lustre.
    has_no_storage(deployment, storage) "{deployment} has no {storage} storage"
        "{deployment} では {storage} ストレージを使えない";
    valid_ssd() "valid: SSD" "有効な値：SSD";
    valid_ssd_hdd() "valid: SSD, HDD" "有効な値：SSD、HDD";
    valid_ssd_intelligent_tiering() "valid: SSD, INTELLIGENT_TIERING" "有効な値：SSD、INTELLIGENT_TIERING";
    has_no_throughput_per_tib(kind) "{kind} has no throughput per TiB to choose"
        "{kind} では TiB 当たりのスループットを指定できない";
    leave_the_key_out() "leave the key out" "このキーを削除する";
    needs(kind, key) "{kind} needs {key}" "{kind} には {key} が必要である";
    valid(valid) "valid: {valid}" "有効な値：{valid}";
    has_no_mb_s_per(kind, tier) "{kind} has no {tier} MB/s per TiB" "{kind} に 1 TiB 当たり {tier} MB/s はない";
    a_read_cache_goes_with() "a read cache goes with HDD storage only" "読み取りキャッシュは HDD ストレージでのみ使える";
    has_no_backups(deployment) "{deployment} has no backups" "{deployment} ではバックアップを使えない";
    valid_0_or_a_persistent() "valid: 0, or a PERSISTENT deployment" "0 にするか、PERSISTENT のデプロイタイプにする";
    a_file_system_linked_to() "a file system linked to S3 has no backups"
        "S3 に関連付けたファイルシステムではバックアップを使えない";
    valid_0_or_no_data_repository() "valid: 0, or no data_repository" "0 にするか、data_repository を外す";
    has_no_metadata_operations_to(deployment) "{deployment} has no metadata operations to choose"
        "{deployment} ではメタデータの操作数を指定できない";
    leave_the_key_out_or() "leave the key out, or use PERSISTENT_2" "このキーを削除するか、PERSISTENT_2 を使う";
    intelligent_tiering_has_no_metadata(iops) "Intelligent-Tiering has no {iops} metadata IOPS"
        "Intelligent-Tiering に {iops} メタデータ IOPS はない";
    valid_6000_12000() "valid: 6000, 12000" "有効な値：6000、12000";
    there_are_no_metadata_iops(iops) "there are no {iops} metadata IOPS" "{iops} メタデータ IOPS は指定できない";
    valid_1500_3000_6000_12000() "valid: 1500, 3000, 6000, 12000 and multiples of 12000 up to 192000"
        "有効な値：1500、3000、6000、12000、および 192000 以下の 12000 の倍数";
    intelligent_tiering_has_no_mb(t) "Intelligent-Tiering has no {t} MB/s"
        "Intelligent-Tiering に {t} MB/s はない";
    valid_multiples_of_4000() "valid: multiples of 4000" "有効な値：4000 の倍数";
    intelligent_tiering_needs(key) "Intelligent-Tiering needs {key}" "Intelligent-Tiering には {key} が必要である";
    scratch_file_systems_have_no() "scratch file systems have no throughput to choose"
        "SCRATCH のファイルシステムではスループットを指定できない";
    storage_has_no_total_throughput(storage) "{storage} storage has no total throughput to choose"
        "{storage} ストレージでは全体のスループットを指定できない";
    use_throughput_mbps_per_tib() "use throughput_mbps_per_tib" "throughput_mbps_per_tib を使う";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
