//! What one delivery of a bill is: files side by side are counted once, or refused where their content cannot tell.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::cli::{Answer, Folder};
use super::compare::{json, run};

pub(crate) const WEB: &str = "name = \"bill\"\nregion = \"us-east-1\"\nmonth = \"2026-09\"\n\n[[compute]]\nname = \"web\"\n\
                   instances = { \"m5.large\" = 1 }\nhours_per_instance = 100\n";

const LEGACY: &str = "identity/LineItemId,identity/TimeInterval,lineItem/LineItemType,lineItem/UsageStartDate,\
    lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/UsageAmount,lineItem/CurrencyCode,\
    lineItem/UnblendedCost,lineItem/UsageAccountId,product/regionCode";

const CUR: &str = "line_item_line_item_type,line_item_usage_start_date,line_item_product_code,line_item_usage_type,\
    line_item_operation,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,\
    line_item_usage_account_id,product_region_code";

const FOCUS: &str = "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,RegionId,\
    ServiceName,SubAccountId,x_ServiceCode,x_UsageType,ResourceId";

/// A line of a legacy report: `hours` of m5.large at $0.096, from a second of a day on.
fn item(id: &str, day: u32, interval: &str, hours: u32, account: &str) -> String {
    let (start, cost) = (format!("2026-09-{day:02}T00:00:00Z"), f64::from(hours) * 0.096);
    format!(
        "{id},{start}/{interval},Usage,{start},AmazonEC2,BoxUsage:m5.large,RunInstances,{hours},USD,{cost:.3},{account},us-east-1"
    )
}

fn line(day: u32, hours: u32, account: &str) -> String {
    let cost = f64::from(hours) * 0.096;
    format!(
        "Usage,2026-09-{day:02}T00:00:00Z,AmazonEC2,BoxUsage:m5.large,RunInstances,{hours},USD,{cost:.3},{account},us-east-1"
    )
}

fn charge(day: u32, hour: u32, hours: u32, resource: &str) -> String {
    let cost = f64::from(hours) * 0.096;
    format!(
        "{cost:.3},{cost:.3},USD,Usage,2026-09-{day:02}T{hour:02}:00:00Z,{hours},us-east-1,Amazon Elastic Compute Cloud,\
         123456789012,AmazonEC2,BoxUsage:m5.large,{resource}"
    )
}

fn with(folder: &Folder, name: &str, lines: &[String]) {
    let path = folder.path(name);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    std::fs::write(path, lines.join("\n") + "\n").expect("written");
}

fn rows(header: &str, rows: &[String]) -> Vec<String> {
    [&[header.to_owned()], rows].concat()
}

fn asked(folder: &Folder, source: &str) -> Answer {
    run(folder, source, &["--format", "json"])
}

/// Actual cost and hours of the one line.
fn actual(answer: &Answer) -> (Value, Value) {
    let document = json(answer);
    (document["totals"]["source_total"].clone(), document["matched"][0]["actual_quantity"].clone())
}

fn refused(answer: &Answer, phrases: &[&str]) {
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    for phrase in phrases {
        assert!(answer.stderr.contains(phrase), "{phrase}\n{}", answer.text());
    }
}

#[test]
fn a_chunk_of_an_earlier_delivery_is_counted_once() {
    let folder = Folder::new(WEB);
    let (a, b) = (
        item("aaa", 10, "2026-09-10T01:00:00Z", 100, "123456789012"),
        item("bbb", 11, "2026-09-11T01:00:00Z", 1, "123456789012"),
    );
    with(&folder, "dup/report-00001.csv", &rows(LEGACY, std::slice::from_ref(&a)));
    with(&folder, "dup/report-00002.csv", &rows(LEGACY, &[a, b]));
    let answer = asked(&folder, "cur:dup");
    assert_eq!(actual(&answer), ("9.696".into(), "101".into()));
    let said = "1 charge of `dup/report-00002.csv`, together $9.60, stands in `dup/report-00001.csv`, too, and is counted once";
    assert!(answer.text().contains(said), "{}", answer.text());
}

#[test]
fn the_same_name_in_folders_of_payers_accounts_and_days_is_no_duplicate() {
    let folder = Folder::new(WEB);
    let accounts = [("A", "111111111111", 60), ("B", "222222222222", 40)];
    for (payer, account, hours) in accounts {
        let name = format!("pay/payer{payer}/BILLING_PERIOD=2026-09/cur2-00001.csv");
        with(&folder, &name, &rows(CUR, &[line(10, hours, account)]));
        let name = format!("accounts/account={account}/part-0.csv");
        with(&folder, &name, &rows(CUR, &[line(10, hours, account)]));
    }
    for day in [1, 2] {
        let name = format!("days/year=2026/month=9/day={day}/data_0.csv");
        with(&folder, &name, &rows(CUR, &[line(day, 50, "111111111111")]));
        with(&folder, &format!("plain/2026-09-0{day}/bill.csv"), &rows(CUR, &[line(day, 50, "1")]));
    }
    for source in ["cur:pay", "cur:accounts", "cur:days", "cur:plain", "cur:accounts/*/*.csv"] {
        assert_eq!(actual(&asked(&folder, source)), ("9.6".into(), "100".into()), "{source}");
    }
}

#[test]
fn a_column_that_stands_in_the_path_is_a_column() {
    // Hive's layout leaves it out of the files; the rows are the same in both.
    let scope = "[scope]\naccounts = [\"111111111111\"]\n";
    let folder = Folder::new(format!("{WEB}{scope}"));
    let header = FOCUS.replace(",SubAccountId", "");
    let row = charge(10, 0, 50, "").replace(",123456789012", "");
    for account in ["111111111111", "222222222222"] {
        let name = format!("hive/SubAccountId={account}/part-0.csv");
        with(&folder, &name, &rows(&header, std::slice::from_ref(&row)));
    }
    let totals = json(&asked(&folder, "focus:hive"))["totals"].clone();
    assert_eq!((&totals["actual"], &totals["out_of_scope"]), (&"4.8".into(), &"4.8".into()));
}

#[test]
fn what_may_be_restated_is_refused_with_amounts_and_what_to_pass() {
    let folder = Folder::new(WEB);
    let of = |id: &str, hours| item(id, 10, "2026-09-10T01:00:00Z", hours, "1");
    // One row is in both; the other has a new id and 51 hours for 50.
    with(&folder, "left/report-00001.csv", &rows(LEGACY, &[of("aaa", 50), of("old", 50)]));
    with(&folder, "left/report-00002.csv", &rows(LEGACY, &[of("aaa", 50), of("new", 51)]));
    refused(
        &asked(&folder, "cur:left"),
        &[
            "`left/report-00001.csv` ($9.60, 2 charges on 2026-09-10)",
            "`left/report-00002.csv` ($9.70, 2 charges on 2026-09-10)",
            "they share 1 charge",
            "--parts",
        ],
    );
    let parts = json(&run(&folder, "cur:left", &["--format", "json", "--parts"]));
    assert_eq!(parts["totals"]["source_total"], "19.296");
    // Rows that overlap on one day and are of other days else are no restatement.
    let day = |id: &str, day| item(id, day, "x", 10, "1");
    with(&folder, "weeks/a.csv", &rows(LEGACY, &[day("1", 1), day("2", 2)]));
    with(&folder, "weeks/b.csv", &rows(LEGACY, &[day("2", 2), day("3", 3)]));
    assert_eq!(actual(&asked(&folder, "cur:weeks")), ("2.88".into(), "30".into()));
}

#[test]
fn an_hourly_and_a_daily_export_of_one_account_are_refused() {
    let folder = Folder::new(WEB);
    let hourly: Vec<String> = (0..24).map(|hour| charge(10, hour, 1, "i-1")).collect();
    with(&folder, "both/hourly.csv", &rows(FOCUS, &hourly));
    with(&folder, "both/daily.csv", &rows(FOCUS, &[charge(10, 0, 24, "i-1")]));
    refused(
        &asked(&folder, "focus:both"),
        &["$2.30 here and $2.30 there, day by day the same", "`both/daily.csv`", "`both/hourly.csv`"],
    );
    // The chunks of one delivery have such rows, too, and no row twice.
    for chunk in 0..2 {
        let half: Vec<String> = hourly.iter().skip(chunk).step_by(2).cloned().collect();
        with(&folder, &format!("chunks/export-0000{chunk}.csv"), &rows(FOCUS, &half));
    }
    assert_eq!(actual(&asked(&folder, "focus:chunks")), ("2.304".into(), "24".into()));
}

#[test]
fn equal_rows_of_focus_files_count_once_where_a_row_is_one_charge() {
    let folder = Folder::new(WEB);
    let of = |range: std::ops::Range<u32>| range.map(|day| charge(day, 0, 1, "i-1")).collect::<Vec<_>>();
    with(&folder, "loads/load=1/part-0.csv", &rows(FOCUS, &of(1..11)));
    with(&folder, "loads/load=2/part-0.csv", &rows(FOCUS, &of(1..21)));
    let answer = asked(&folder, "focus:loads");
    assert_eq!(actual(&answer), ("1.92".into(), "20".into()));
    assert!(
        answer.text().contains("10 charges of `loads/load=2/part-0.csv`, together $0.96, stand in"),
        "{}",
        answer.text()
    );
    // Two instances without a name in one hour are alike in one file: whether they are the same in two, nobody can tell.
    let alike = vec![charge(1, 0, 1, ""), charge(1, 0, 1, ""), charge(2, 0, 1, "")];
    with(&folder, "alike/a.csv", &rows(FOCUS, &alike));
    with(&folder, "alike/b.csv", &rows(FOCUS, &alike[1..]));
    refused(&asked(&folder, "focus:alike"), &["a file alone has several that are alike"]);
    // One file twice, packed or not, is one.
    with(&folder, "same/a.csv", &rows(FOCUS, &alike));
    with(&folder, "same/b.csv", &rows(FOCUS, &alike));
    assert_eq!(actual(&asked(&folder, "focus:same")), ("0.288".into(), "3".into()));
}

/// A manifest of a report or of an export.
fn manifest(folder: &Folder, name: &str, list: &str, keys: &[&str]) {
    let keys: Vec<String> = keys.iter().map(|key| format!("\"{key}\"")).collect();
    with(folder, name, &[format!("{{\"assemblyId\": \"x\", \"{list}\": [{}]}}", keys.join(", "))]);
}

#[test]
fn a_manifest_says_which_files_a_delivery_has() {
    let folder = Folder::new(WEB);
    let of = |hours| rows(CUR, &[line(10, hours, "1")]);
    // A legacy report that is written anew each time: two assemblies, the manifest above names one.
    let period = "legacy/report/20260901-20261001";
    with(&folder, &format!("{period}/aaaa/report-00001.csv"), &of(40));
    with(&folder, &format!("{period}/bbbb/report-00001.csv"), &of(100));
    for (place, assembly) in [("", "bbbb"), ("aaaa/", "aaaa"), ("bbbb/", "bbbb")] {
        let key = format!("report/20260901-20261001/{assembly}/report-00001.csv");
        manifest(&folder, &format!("{period}/{place}report-Manifest.json"), "reportKeys", &[&key]);
    }
    let answer = asked(&folder, "cur:legacy");
    assert_eq!(actual(&answer), ("9.6".into(), "100".into()));
    assert!(answer.text().contains("aaaa/report-00001.csv` is not in the manifest"), "{}", answer.text());
    // An export that is overwritten, and a chunk of yesterday, when it had one more.
    with(&folder, "export/data/BILLING_PERIOD=2026-09/cur2-00001.csv", &of(100));
    with(&folder, "export/data/BILLING_PERIOD=2026-09/cur2-00002.csv", &of(7));
    let key = "s3://ours/export/data/BILLING_PERIOD=2026-09/cur2-00001.csv";
    manifest(&folder, "export/metadata/BILLING_PERIOD=2026-09/cur2-Manifest.json", "dataFiles", &[key]);
    assert_eq!(actual(&asked(&folder, "cur:export")), ("9.6".into(), "100".into()));
    // What it lists has to be there.
    let other = "s3://ours/export/data/BILLING_PERIOD=2026-09/cur2-00003.csv";
    manifest(
        &folder,
        "export/metadata/BILLING_PERIOD=2026-09/cur2-Manifest.json",
        "dataFiles",
        &[key, other],
    );
    refused(&asked(&folder, "cur:export"), &["lists `cur2-00003.csv`, which is not there"]);
}

/// Packs a text with each of the ways that a file may be packed.
fn packed(folder: &Folder, text: &str) -> Vec<String> {
    let write = |name: &str, bytes: Vec<u8>| {
        std::fs::write(folder.path(name), bytes).expect("written");
        format!("cur:{name}")
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).expect("memory");
    let mut lz4 = lz4_flex::frame::FrameEncoder::new(Vec::new());
    lz4.write_all(text.as_bytes()).expect("memory");
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 5, 20).write_all(text.as_bytes()).expect("memory");
    vec![
        write("plain.csv", text.as_bytes().to_vec()),
        write("packed.csv.gz", gzip.finish().expect("memory")),
        write("packed.csv.zst", zstd::encode_all(text.as_bytes(), 3).expect("memory")),
        write("packed.csv.lz4", lz4.finish().expect("memory")),
        write("packed.csv.br", brotli),
        write("stored.csv.zip", zip_of("bill.csv", text.as_bytes(), false)),
        write("packed.zip", zip_of("bill.csv", text.as_bytes(), true)),
    ]
}

/// An archive of one file, written by hand: local header, data, central directory, end.
fn zip_of(name: &str, bytes: &[u8], deflated: bool) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    let data = if deflated {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    } else {
        bytes.to_vec()
    };
    let number = |number: usize| u32::try_from(number).expect("it is small").to_le_bytes();
    let mut common = vec![20, 0, 0, 0, if deflated { 8 } else { 0 }, 0, 0, 0, 0, 0];
    common.extend(crc.sum().to_le_bytes());
    common.extend(number(data.len()));
    common.extend(number(bytes.len()));
    common.extend([u8::try_from(name.len()).expect("it is short"), 0, 0, 0]);
    let mut archive = b"PK\x03\x04".to_vec();
    archive.extend(&common);
    archive.extend(name.as_bytes());
    archive.extend(&data);
    let directory = archive.len();
    archive.extend(b"PK\x01\x02\x14\x00");
    archive.extend(&common);
    archive.extend([0; 14]);
    archive.extend(name.as_bytes());
    let length = archive.len() - directory;
    archive.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    archive.extend(number(length));
    archive.extend(number(directory));
    archive.extend([0, 0]);
    archive
}

#[test]
fn a_bill_is_the_same_however_it_is_packed() {
    let folder = Folder::new(WEB);
    let text = rows(CUR, &[line(10, 60, "1"), line(11, 40, "1")]).join("\n") + "\n";
    for source in packed(&folder, &text) {
        assert_eq!(actual(&asked(&folder, &source)), ("9.6".into(), "100".into()), "{source}");
    }
    // A byte of the data is another than the archive's sum says.
    let mut damaged = zip_of("bill.csv", text.as_bytes(), false);
    let place = damaged.windows(2).position(|pair| pair == b"60").expect("the hours");
    damaged[place] = b'9';
    std::fs::write(folder.path("damaged.zip"), damaged).expect("written");
    refused(&asked(&folder, "cur:damaged.zip"), &["does not fit its check sum"]);
}

#[test]
fn what_lies_beside_a_bill_does_not_stop_it() {
    let folder = Folder::new(WEB);
    with(&folder, "beside/bill.csv", &rows(CUR, &[line(10, 100, "1")]));
    std::fs::write(folder.path("beside/._bill.csv"), b"\x00\x05\x16\x07").expect("written");
    std::fs::write(folder.path("beside/empty.parquet"), b"").expect("written");
    make_pipe(&folder.path("beside/pipe.csv"));
    let answer = asked(&folder, "cur:beside");
    assert_eq!(actual(&answer), ("9.6".into(), "100".into()));
    assert!(answer.text().contains("`beside/empty.parquet` is empty and was left out"), "{}", answer.text());
}

fn make_pipe(path: &Path) {
    let status = std::process::Command::new("mkfifo").arg(path).status().expect("mkfifo is there");
    assert!(status.success());
}

#[test]
fn a_pipe_is_read_once() {
    let folder = Folder::new(WEB);
    let text = rows(CUR, &[line(10, 60, "1"), line(11, 40, "1")]).join("\r\n") + "\r\n";
    let path = folder.path("pipe");
    make_pipe(&path);
    let writer = std::thread::spawn(move || std::fs::write(path, text));
    assert_eq!(actual(&asked(&folder, "cur:pipe")), ("9.6".into(), "100".into()));
    writer.join().expect("it ends").expect("all is taken");
}

#[test]
fn an_id_alone_does_not_make_two_charges_one() {
    let folder = Folder::new(WEB);
    let other = item("aaa", 10, "x", 10, "1").replace("m5.large", "c5.xlarge");
    with(&folder, "ids/report-00001.csv", &rows(LEGACY, &[item("aaa", 10, "x", 100, "1")]));
    with(&folder, "ids/report-00002.csv", &rows(LEGACY, std::slice::from_ref(&other)));
    assert_eq!(json(&asked(&folder, "cur:ids"))["totals"]["source_total"], "10.56");
    // The same id of the same usage with another amount is the same charge restated: which counts, nobody says.
    with(&folder, "old/report-00001.csv", &rows(LEGACY, &[item("aaa", 10, "x", 100, "1")]));
    with(&folder, "old/report-00002.csv", &rows(LEGACY, &[item("aaa", 10, "x", 125, "1")]));
    refused(
        &asked(&folder, "cur:old"),
        &["1 charge has one id and other amounts in them", "$9.60", "$12.00"],
    );
}

#[test]
fn rows_that_differ_in_tags_or_in_another_cost_are_two() {
    let folder = Folder::new(WEB);
    let header = format!("{FOCUS},Tags");
    for team in ["A", "B"] {
        let row = charge(10, 0, 50, "") + &format!(",\"{{\"\"team\"\":\"\"{team}\"\"}}\"");
        with(&folder, &format!("teams/team{team}/bill.csv"), &rows(&header, &[row]));
        with(&folder, &format!("parts/project={team}/bill.csv"), &rows(FOCUS, &[charge(10, 0, 50, "")]));
    }
    // By folders of teams it cannot be told whether they are parts; by partitions it can.
    refused(&asked(&folder, "focus:teams"), &["charges of the same account, service, usage type and day"]);
    assert_eq!(
        json(&run(&folder, "focus:teams", &["--parts", "--format", "json"]))["totals"]["source_total"],
        "9.6"
    );
    assert_eq!(actual(&asked(&folder, "focus:parts")), ("9.6".into(), "100".into()));
}

#[test]
fn files_of_one_manifest_are_one_delivery() {
    let folder = Folder::new(WEB);
    for chunk in ["1", "2"] {
        with(&folder, &format!("one/report-0000{chunk}.csv"), &rows(FOCUS, &[charge(10, 0, 50, "")]));
    }
    let keys = ["s3://ours/x/report-00001.csv", "s3://ours/x/report-00002.csv"];
    manifest(&folder, "one/report-Manifest.json", "dataFiles", &keys);
    assert_eq!(actual(&asked(&folder, "focus:one")), ("9.6".into(), "100".into()));
    // One that is none of AWS's says nothing.
    with(&folder, "two/bill.csv", &rows(FOCUS, &[charge(10, 0, 100, "")]));
    with(&folder, "two/some-manifest.json", &["[1]".to_owned()]);
    assert_eq!(actual(&asked(&folder, "focus:two")), ("9.6".into(), "100".into()));
}

#[test]
fn a_manifest_is_of_the_files_of_its_own_export() {
    let folder = Folder::new(WEB);
    let export = |payer: &str, hours: u32, account: &str, old: u32| {
        let period = "BILLING_PERIOD=2026-09";
        for (execution, hours) in [("2026-09-20T00-aaaa", old), ("2026-09-21T00-bbbb", hours)] {
            let name = format!("all/{payer}/exp/data/{period}/{execution}/exp-00001.csv");
            with(&folder, &name, &rows(CUR, &[line(10, hours, account)]));
        }
        let key = format!("s3://ours/exp/data/{period}/2026-09-21T00-bbbb/exp-00001.csv");
        let name = format!("all/{payer}/exp/metadata/{period}/exp-Manifest.json");
        manifest(&folder, &name, "dataFiles", &[&key]);
    };
    export("p1", 60, "111111111111", 7);
    export("p2", 40, "222222222222", 9);
    assert_eq!(actual(&asked(&folder, "cur:all")), ("9.6".into(), "100".into()));
}

#[test]
fn accounts_keep_their_zeros_whatever_has_lost_them() {
    let scope = "[scope]\naccounts = [\"012345678901\"]\n";
    let folder = Folder::new(format!("{WEB}{scope}"));
    let row = |account: &str| charge(10, 0, 100, "").replace("123456789012", account);
    for (name, account) in [("whole", "12345678901"), ("double", "12345678901.0"), ("right", "012345678901")]
    {
        with(&folder, &format!("{name}.csv"), &rows(FOCUS, &[row(account)]));
        assert_eq!(json(&asked(&folder, &format!("focus:{name}.csv")))["totals"]["actual"], "9.6", "{name}");
    }
}

#[test]
fn keys_in_any_alphabet_and_any_case_are_looked_at() {
    let folder = |scope: &str| Folder::new(format!("{WEB}[scope]\ntags = {scope}\n"));
    let header = format!("{FOCUS},Tags");
    let tagged =
        |key: &str, hours: u32| charge(10, 0, hours, "") + &format!(",\"{{\"\"{key}\"\":\"\"A\"\"}}\"");
    let section = folder("{ \"部署\" = [\"A\"] }");
    with(&section, "bill.csv", &rows(&header, &[tagged("予算", 100), tagged("部署", 50)]));
    assert_eq!(json(&asked(&section, "focus:bill.csv"))["totals"]["actual"], "4.8");
    // Columns of the legacy report whose names are one but for their case.
    let project = folder("{ project = [\"a\"] }");
    let legacy = format!("{CUR},resourceTags/user:Project,resourceTags/user:project");
    let lines = [line(10, 50, "1") + ",,a", line(11, 50, "1") + ",a,"];
    with(&project, "cur.csv", &rows(&legacy, &lines));
    assert_eq!(json(&asked(&project, "cur:cur.csv"))["totals"]["actual"], "9.6");
}
