//! The monthly report as others read it: Chromium, LibreOffice, the FOCUS project's validator and html5lib, where the
//! environment names them (`.ci/run` installs them).

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::cli::Folder;

/// The program that a variable names; says on stderr that a test did not run where there is none.
fn program(variable: &str) -> Option<OsString> {
    #[expect(clippy::disallowed_methods, reason = "the setting of the tests")]
    let program = std::env::var_os(variable).filter(|program| !program.is_empty());
    if program.is_none() {
        let told = format!("{variable} names no program: its test of the monthly report did not run\n");
        std::io::stderr().write_all(told.as_bytes()).expect("stderr");
    }
    program
}

/// The example month in both languages, in `en` and `ja`.
fn october() -> Folder {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder::empty();
    let path = |name: &str| root.join("scenarios").join(name).display().to_string();
    let (scenario, spot) = (path("october.toml"), path("october-spot.json"));
    let charges = format!("focus:{}", path("october-charges.csv"));
    let args = [
        "report",
        &scenario,
        "--actual",
        &charges,
        "--spot-history",
        &spot,
        "--prices",
        "bundled",
        "--out",
        "en",
    ];
    let answer = folder.run(&args);
    assert_eq!(answer.code, Some(0), "{}", answer.stderr);
    let args = ["report", "--from", "en/report.json", "--lang", "ja", "--out", "ja"];
    let yen = [&args[..], &["--currency", "JPY", "--rate", "155.2"]].concat();
    assert_eq!(folder.run(&yen).code, Some(0));
    folder
}

/// What a page measures in a frame of a width: whether it scrolls, how many charts it shows, labels that overlap.
const MEASURE: &str = r#"<script>
const errors = [];
onload = () => {
  const frame = document.querySelector("iframe"), page = frame.contentDocument, root = page.documentElement;
  const overlaps = [];
  const charts = [...page.querySelectorAll("svg")];
  for (const chart of charts) {
    const labels = [...chart.querySelectorAll("text")].map(text => [text.textContent.trim(), text.getBoundingClientRect()]);
    for (let a = 0; a < labels.length; a++) for (let b = a + 1; b < labels.length; b++) {
      const [p, q] = [labels[a][1], labels[b][1]];
      const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
      const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
      if (wide > 1 && high > 2) overlaps.push(labels[a][0] + " | " + labels[b][0]);
    }
  }
  const visible = charts.filter(chart => { const box = chart.getBoundingClientRect(); return box.width > 300 && box.height > 40; });
  const measured = { scroll: root.scrollWidth, width: root.clientWidth, charts: charts.length, visible: visible.length, overlaps };
  document.querySelector("pre").textContent = JSON.stringify(measured);
};
</script>"#;

#[test]
fn the_page_fits_a_phone_and_a_screen_in_both_languages() {
    let Some(chromium) = program("HPC_COST_CHROMIUM") else { return };
    let folder = october();
    for lang in ["en", "ja"] {
        let page = fs::read_to_string(folder.path(format!("{lang}/report.html"))).expect("a page");
        let source = page.replace('&', "&amp;").replace('"', "&quot;");
        for width in [360, 1280] {
            let frame = format!(
                "<!doctype html><meta charset=\"utf-8\"><pre></pre>{MEASURE}<iframe width=\"{width}\" height=\"900\" style=\"border:0\" srcdoc=\"{source}\"></iframe>"
            );
            let name = format!("{lang}-{width}.html");
            fs::write(folder.path(&name), frame).expect("a frame");
            let output = Command::new(&chromium)
                .args([
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--enable-logging=stderr",
                    "--dump-dom",
                ])
                .arg(format!("--user-data-dir={}", folder.path("profile").display()))
                .args(["--window-size=1400,1000", "--virtual-time-budget=10000"])
                .arg(format!("file://{}", folder.path(&name).display()))
                .output()
                .expect("Chromium runs");
            let (dom, log) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(!log.contains(":CONSOLE"), "{name}: {log}");
            let measured = dom.split_once("<pre>").and_then(|(_, rest)| rest.split_once("</pre>"));
            let (measured, _) = measured.unwrap_or_else(|| panic!("{name}: nothing is measured: {log}"));
            let measured: Value = serde_json::from_str(&measured.replace("&amp;", "&")).expect("JSON");
            assert_eq!(measured["scroll"], measured["width"], "{name} scrolls sideways");
            assert_eq!(measured["charts"], measured["visible"], "{name}");
            // By day, by service, bridge, demand, two for each of two environments, Spot.
            assert_eq!(measured["charts"], 9, "{name}");
            assert_eq!(measured["overlaps"], serde_json::json!([]), "{name}");
        }
    }
}

/// LibreOffice with a profile of its own.
fn office(soffice: &OsString, folder: &Folder, args: &[&str], file: &str) {
    let profile = format!("-env:UserInstallation=file://{}", folder.path("office").display());
    let mut command = Command::new(soffice);
    command
        .arg(profile)
        .arg("--headless")
        .args(args)
        .arg("--outdir")
        .arg(folder.path("out"))
        .arg(folder.path(file));
    assert!(command.output().expect("LibreOffice runs").status.success(), "{file}");
}

/// A flat file without the results of its formulas, so that whoever reads it has to compute them.
fn without_results(flat: &str) -> String {
    let line = |line: &str| match line.contains("table:formula=") {
        true => line.replace(" office:value=", " office:no-value="),
        false => line.to_owned(),
    };
    flat.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The second column of the sheet Summary, by the first.
fn summary(csv: &str, item: &str) -> f64 {
    let row = csv.lines().find_map(|line| line.strip_prefix(&format!("{item},")));
    row.unwrap_or_else(|| panic!("no {item} in {csv}")).parse().expect("a number")
}

#[test]
fn libreoffice_computes_the_totals_of_the_json() {
    let Some(soffice) = program("HPC_COST_SOFFICE") else { return };
    let folder = october();
    let json: Value = serde_json::from_str(&fs::read_to_string(folder.path("en/report.json")).expect("JSON"))
        .expect("JSON");
    let number = |value: &Value| value.as_str().expect("text").parse::<f64>().expect("a number");
    let summary_of = |name: &str, flat: &str| {
        fs::write(folder.path(format!("{name}.fods")), flat).expect("a file");
        // Every sheet as CSV: comma, UTF-8, numbers with all their digits.
        let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1";
        office(&soffice, &folder, &["--convert-to", filter], &format!("{name}.fods"));
        fs::read_to_string(folder.path(format!("out/{name}-Summary.csv"))).expect("the sheet Summary")
    };
    office(&soffice, &folder, &["--convert-to", "fods"], "en/report.xlsx");
    let flat = without_results(&fs::read_to_string(folder.path("out/report.fods")).expect("a flat file"));
    let read = summary_of("read", &flat);
    let total = number(&json["total"]["expected"]);
    let close = |item: &str, expected: f64| {
        let found = summary(&read, item);
        assert!((found - expected).abs() < 0.005, "{item}: {found}, not {expected}");
    };
    close("Estimated: Expected", total);
    close("Estimated: Low", number(&json["total"]["low"]));
    close("Estimated: High", number(&json["total"]["high"]));
    let (actual, estimated) = (number(&json["charged"]["actual"]), number(&json["charged"]["estimated"]));
    close("Difference", actual - estimated);
    close("Bridge: Total", actual - estimated);
    close("Daily: Total", actual);
    // 620 h of training become 700 h: the total follows by 80 h at the price of the workbook.
    let sheet = flat.find("table:name=\"Assumptions\"").expect("the sheet");
    let (before, after) = flat.split_at(sheet);
    let hours = "office:value-type=\"float\" office:value=\"620\"";
    assert!(after.contains(hours), "the hours are a number of the sheet");
    let changed =
        format!("{before}{}", after.replace(hours, "office:value-type=\"float\" office:value=\"700\""));
    let after = summary(&summary_of("changed", &changed), "Estimated: Expected");
    let price = json["lines"][0]["priced"]["unit_price"]["expected"].as_str().expect("text");
    let expected = total + 80.0 * price.parse::<f64>().expect("a price");
    assert!((after - expected).abs() < 0.005, "{after}, not {expected}");
}

#[test]
fn a_name_is_no_formula_of_the_workbook() {
    let Some(soffice) = program("HPC_COST_SOFFICE") else { return };
    let scenario = "name = \"@team\"\nregion = \"us-east-1\"\nmonth = \"2026-10\"\n[[compute]]\nname = \"=1+1\"\ninstances = { \"p4d.24xlarge\" = 1 }\nhours_per_instance = 1\n";
    let folder = Folder::new(scenario);
    assert_eq!(folder.run(&["report", "scenario.toml", "--prices", "bundled", "--out", "en"]).code, Some(0));
    office(&soffice, &folder, &["--convert-to", "fods"], "en/report.xlsx");
    let flat = fs::read_to_string(folder.path("out/report.fods")).expect("a flat file");
    // The only formulas are ours: products, sums and names.
    let formulas = flat.split("table:formula=\"of:=").skip(1);
    let formulas: Vec<&str> = formulas.filter_map(|rest| rest.split('"').next()).collect();
    assert!(formulas.len() > 5, "there are formulas");
    let ours = |formula: &&str| {
        formula.contains("SUM(") || formula.contains("quantity") || formula.contains("price")
    };
    assert!(formulas.iter().all(ours), "{formulas:?}");
    for name in ["&apos;=1+1", "&apos;@team"] {
        assert!(flat.contains(name), "{name} is text");
    }
}

#[test]
fn the_focus_file_is_what_the_specification_asks() {
    let Some(python) = program("HPC_COST_FOCUS_PYTHON") else { return };
    let folder = october();
    // The validator reads its rules relative to where it is installed, and exits with 0 whatever it finds.
    let site =
        "import focus_validator, os; print(os.path.dirname(os.path.dirname(focus_validator.__file__)))";
    let site = Command::new(&python).args(["-c", site]).output().expect("Python runs");
    let site = String::from_utf8(site.stdout).expect("a path");
    let validator = Path::new(&python).with_file_name("focus-validator");
    let output = Command::new(validator)
        .current_dir(site.trim())
        .args(["--validate-version", "1.2", "--block-download", "--data-file"])
        .arg(folder.path("en/focus.parquet"))
        .output()
        .expect("the validator runs");
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let failed = |line: &str| {
        let (rule, _) = line.split_once(": FAIL ")?;
        Some(rule.trim_start_matches(|c: char| !c.is_ascii_alphabetic()).to_owned())
    };
    let mut rules: Vec<String> = told.lines().filter_map(failed).collect();
    rules.sort();
    assert!(told.contains("Pass: "), "it has checked something: {told}");
    let expected: Vec<&str> = include_str!("data/focus-expected-failures.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(rules, expected, "{told}");
}

#[test]
fn html5lib_finds_nothing_wrong_with_the_page() {
    let Some(python) = program("HPC_COST_FOCUS_PYTHON") else { return };
    let folder = october();
    for lang in ["en", "ja"] {
        let check = "import html5lib, sys; html5lib.HTMLParser(strict=True).parse(open(sys.argv[1], 'rb'), transport_encoding='utf-8')";
        let output = Command::new(&python)
            .args(["-c", check])
            .arg(folder.path(format!("{lang}/report.html")))
            .output()
            .expect("Python runs");
        assert!(output.status.success(), "{lang}: {}", String::from_utf8_lossy(&output.stderr));
    }
}
