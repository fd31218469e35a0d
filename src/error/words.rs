//! What every refusal says around its own words.

use crate::model::said::words;

words! {
    invalid_input() "invalid input" "入力に誤りがある";
    cannot_read_scenario(path, reason) "cannot read scenario `{path}`: {reason}"
        "シナリオ `{path}` を読み込めない：{reason}";
    cannot_read(path) "cannot read `{path}`" "`{path}` を読み込めない";
    is_not(path, what, message) "`{path}` is not {what}: {message}" "`{path}` は{what}として読めない：{message}";
    credentials(message) "the AWS credentials cannot be used: {message}" "AWS の認証情報を使えない：{message}";
    no_credentials() "no AWS credentials are configured" "AWS の認証情報が設定されていない";
    failed(service, operation, region, message) "{service} {operation} failed in {region}: {message}"
        "{region} で {service} の {operation} に失敗した：{message}";
    cannot_write(path) "cannot write `{path}`" "`{path}` に書き込めない";
    busy(path, holder, seconds) "`{path}` is not changed: {holder} has been changing it for {seconds} s"
        "`{path}` は変更していない：{holder}が {seconds} 秒前から変更している";

    // What to do.
    give_a_scenario() "give the path of a scenario file, such as `scenarios/guide.toml`"
        "シナリオファイルのパスを指定する（例：`scenarios/guide.toml`）";
    give_a_readable_file() "give the path of a file that exists and that you may read"
        "存在し、読み取り権限のあるファイルのパスを指定する";
    correct_the_setting() "correct it, or leave it unset; `estimate --prices bundled` reads no settings of AWS"
        "修正するか、設定を外す。`estimate --prices bundled` は AWS の設定を読まない";
    log_in_again() "log in again or correct the profile; `estimate --prices bundled` needs no credentials"
        "ログインし直すか、プロファイルを修正する。`estimate --prices bundled` は認証情報を必要としない";
    set_credentials()
        "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; `estimate --prices bundled` and `spot --history FILE` need none"
        "AWS_PROFILE、または AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を設定する。`estimate --prices bundled` と `spot --history FILE` は認証情報を必要としない";
    choose_a_folder() "choose a folder that exists and that you may write to"
        "存在し、書き込み権限のあるフォルダーを指定する";
    run_again() "run this again when that process has ended, or end it; `--timeout` waits longer"
        "そのプロセスの終了を待つか終了させてから再実行する。`--timeout` で待ち時間を延ばせる";

    // What the system says.
    no_such_file() "there is no such file" "ファイルが存在しない";
    permission_denied() "permission denied" "アクセス権限がない";
    is_a_directory() "it is a directory" "ディレクトリである";
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_languages_say_the_same_facts() {
        crate::model::said::same_facts(super::every());
    }
}
