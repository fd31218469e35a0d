//! Suggestions as changes of Terraform files: which bytes change, what is left to people, and that the changed folder
//! does what was promised.

use std::fs;

use serde_json::Value;

use super::cli::{Answer, Folder, snapshot};

/// One instance kept running for jobs of office hours, its limits written in every way.
const MAIN: &str = r#"# Our cluster.
provider "aws" {
  region = "us-east-1"
}

variable "most" {
  type    = number
  default = 96
}

variable "shared" {
  default = 96
}

resource "aws_batch_compute_environment" "gpu" {
  name = "gpu"
  type = "MANAGED"

  compute_resources {
    type                = "EC2" # no Spot here
    allocation_strategy = "BEST_FIT_PROGRESSIVE"
    instance_type       = ["p4d.24xlarge"]
    min_vcpus           = 96 // kept warm
    max_vcpus           = 96
    subnets             = ["subnet-1"]
  }
}

resource "aws_batch_job_queue" "main" {
  name     = "main"
  priority = 1

  compute_environment_order {
    order               = 1
    compute_environment = aws_batch_compute_environment.gpu.arn
  }
}
"#;

/// What lies over the import: the jobs, and what Terraform does not know.
const ABOVE: &str = r#"
extends = "imported.toml"
month = "2026-10"

[workload]
trace = "jobs.csv"

[[batch.compute_environment]]
name = "gpu"
launch_minutes = 0
scale_down_delay_minutes = 0

[[price]]
usage_type = "BoxUsage:p4d.24xlarge"
purchase_option = "on_demand"
usd = "20"
unit = "Hours"
reason = "agreed"
"#;

/// Whole instances for an hour each, submitted at these hours of October.
fn jobs(hours: &[u32]) -> String {
    let header = "job_id,submit_seconds,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status\n".to_owned();
    let rows = hours.iter().enumerate();
    let rows = rows.map(|(job, hour)| format!("j{job},{},3600,96,1000,8,1,main,succeeded\n", hour * 3600));
    std::iter::once(header).chain(rows).collect()
}

/// A folder with these files of Terraform in `tf`, the scenario they become, and jobs at these hours.
fn cluster(files: &[(&str, &str)], above: &str, hours: &[u32]) -> Folder {
    let folder = Folder::empty();
    fs::create_dir(folder.path("tf")).expect("a folder");
    let folder = files.iter().fold(folder, |folder, (name, text)| folder.with(&format!("tf/{name}"), text));
    let folder = folder.with("scenario.toml", above).with("jobs.csv", jobs(hours));
    import(&folder);
    folder
}

fn import(folder: &Folder) {
    let answer = folder.run(&["import", "terraform", "tf", "-o", "imported.toml", "-q"]);
    assert_eq!((answer.code, answer.stderr.as_str()), (Some(0), ""), "{}", answer.text());
}

fn suggest(folder: &Folder, more: &[&str]) -> Answer {
    let always = ["suggest", "scenario.toml", "--prices", "bundled", "--trace-hours", "96"];
    folder.run(&[&always, more].concat())
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.stdout).unwrap_or_else(|_| panic!("{}", answer.text()))
}

fn written(folder: &Folder, name: &str) -> String {
    fs::read_to_string(folder.path(name)).expect("a file")
}

/// The lines that a diff takes away and those it adds, without their signs.
fn changed(diff: &str) -> (Vec<&str>, Vec<&str>) {
    let lines = || diff.lines().filter(|line| !line.starts_with("---") && !line.starts_with("+++"));
    (
        lines().filter_map(|line| line.strip_prefix('-')).collect(),
        lines().filter_map(|line| line.strip_prefix('+')).collect(),
    )
}

/// Four days with three jobs in a row each.
const DAILY: [u32; 12] = [0, 1, 2, 24, 25, 26, 48, 49, 50, 72, 73, 74];

#[test]
fn what_is_for_spot_alone_leaves_the_files_with_it() {
    // Spot at $10 under a bid of 60 % of $21.957642, On-Demand at $8: it pays to leave, and the bid goes, its line too.
    let spot = MAIN
        .replace("\"EC2\" # no Spot here", "\"SPOT\" # for now")
        .replace("min_vcpus           = 96 // kept warm", "bid_percentage      = 60 # of On-Demand")
        .replace("BEST_FIT_PROGRESSIVE", "SPOT_CAPACITY_OPTIMIZED");
    let above = ABOVE.replace("usd = \"20\"", "usd = \"8\"")
        + "\n[[price]]\nusage_type = \"SpotUsage:p4d.24xlarge\"\npurchase_option = \"spot\"\nusd = \"10\"\nunit = \"Hours\"\nreason = \"agreed\"\n";
    let rates =
        "launch_minutes = 0\ninterruptions_per_instance_hour = 0\ncapacity_errors = { \"p4d.24xlarge\" = 0 }";
    let above = above.replace("launch_minutes = 0", rates);
    let folder = cluster(&[("main.tf", &spot)], &above, &DAILY);
    let answer = suggest(&folder, &["--patch", "tf", "--apply"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let (gone, new) = changed(&answer.stdout);
    assert_eq!(
        gone,
        [
            "    type                = \"SPOT\" # for now",
            "    allocation_strategy = \"SPOT_CAPACITY_OPTIMIZED\"",
            "    bid_percentage      = 60 # of On-Demand",
        ]
    );
    assert_eq!(
        new,
        ["    type                = \"EC2\" # for now", "    allocation_strategy = \"BEST_FIT_PROGRESSIVE\"",]
    );
    // Imported again, the files and the scenario over them are valid, and cost what was promised: $8 × 12 h × 744 ÷ 96.
    import(&folder);
    let again: Value = json(&suggest(&folder, &["--format", "json"]));
    assert_eq!(again["current"]["cost_usd_per_month"], "744");
}

#[test]
fn what_terraform_does_not_have_is_named() {
    // Two jobs of 1 GPU each day on g5.4xlarge, which EC2 refuses at times: the smaller size leaves that behind.
    let main =
        MAIN.replace("p4d.24xlarge", "g5.4xlarge").replace("    min_vcpus           = 96 // kept warm\n", "");
    let above = ABOVE
        .replace("launch_minutes = 0", "launch_minutes = 0\ncapacity_errors = { \"g5.4xlarge\" = 0 }")
        .split("[[price]]")
        .next()
        .expect("a part")
        .to_owned();
    let folder = cluster(&[("main.tf", &main)], &above, &DAILY);
    let small = jobs(&DAILY).replace(",96,1000,8,", ",8,24000,1,");
    let folder = folder.with("jobs.csv", small);
    let answer = suggest(&folder, &["--patch", "tf"]);
    let (gone, new) = changed(&answer.stdout);
    assert_eq!(gone, ["    instance_type       = [\"g5.4xlarge\"]"], "{}", answer.text());
    assert_eq!(new, ["    instance_type       = [\"g5.2xlarge\"]"]);
    let remark =
        "note: the scenario's capacity_errors of gpu is not in Terraform: take g5.4xlarge out of it there";
    assert!(answer.stderr.contains(remark), "{}", answer.text());
}

#[test]
fn a_literal_changes_at_its_place_and_nothing_else_does() {
    let folder = cluster(&[("main.tf", MAIN)], ABOVE, &DAILY);
    let answer = suggest(&folder, &["--patch", "tf", "--only", "schedule-1"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    snapshot("patch_literal", &answer.text());
    let (gone, new) = changed(&answer.stdout);
    assert_eq!(gone, ["    min_vcpus           = 96 // kept warm"]);
    assert_eq!(new, ["    min_vcpus           = 0 // kept warm"]);
    assert_eq!(written(&folder, "tf/main.tf"), MAIN, "nothing is written unasked");
    // Windows' line ends and a byte order mark stay.
    let windows = format!("\u{feff}{}", MAIN.replace('\n', "\r\n"));
    let folder = cluster(&[("main.tf", &windows)], ABOVE, &DAILY);
    let answer = suggest(&folder, &["--patch", "tf", "--only", "schedule-1", "--apply", "-q"]);
    assert_eq!(answer.code, Some(0), "{}", answer.text());
    let expected = windows.replace("min_vcpus           = 96", "min_vcpus           = 0");
    assert_eq!(written(&folder, "tf/main.tf"), expected);
    // Not under git, so the old file is kept; a second time beside the first.
    assert_eq!(written(&folder, "tf/main.tf.bak"), windows);
}

#[test]
fn what_is_promised_is_what_the_changed_folder_does() {
    // Kept running, the instance is there for all of the 96 h that the jobs stand for, without min_vcpus for 12 h.
    // A month is 744 ÷ 96 times that, at $20 an hour: $14,880 and $1,860.
    let folder = cluster(&[("main.tf", MAIN)], ABOVE, &DAILY);
    let document = json(&suggest(&folder, &["--patch", "tf", "--apply", "--format", "json"]));
    let promised = &document["patch"]["promised"];
    assert_eq!(document["patch"]["applied"], serde_json::json!(["schedule-1"]), "{document}");
    let number = |value: &Value| value.as_str().expect("text").parse::<f64>().expect("a number");
    let now = number(&document["current"]["cost_usd_per_month"]);
    let then = number(&promised["cost_usd_per_month"]);
    assert_eq!((now, then), (14880.0, 1860.0), "{document}");
    assert!(
        (number(&promised["saving_usd_per_month"]["expected"]) - (now - then)).abs() < 1e-6,
        "{promised}"
    );
    // The folder, imported again, under the same jobs. A month is 744 ÷ 96 of them.
    import(&folder);
    let answer = folder.run(&["simulate", "scenario.toml", "--prices", "bundled", "--format", "json"]);
    let simulated = json(&answer);
    let cost = number(&simulated["cost"]);
    assert!((cost * 744.0 / 96.0 - then).abs() < 1e-6, "{cost} {then}: {simulated}");
    assert_eq!(simulated["wait_seconds"]["p95"], promised["wait_seconds_p95"]);
    // Nothing is left to do.
    let again = suggest(&folder, &["--patch", "tf"]);
    assert_eq!((again.code, again.stdout.as_str()), (Some(0), ""), "{}", again.text());
    assert!(again.stderr.contains("no suggestion is in the patch"), "{}", again.text());
}

#[test]
fn values_of_variables_go_to_a_file_of_values() {
    let variable = MAIN.replace("min_vcpus           = 96 // kept warm", "min_vcpus           = var.most");
    let folder = cluster(&[("main.tf", &variable)], ABOVE, &DAILY);
    let only = ["--patch", "tf", "--only", "schedule-1"];
    let answer = suggest(&folder, &only);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""), "{}", answer.text());
    let words = "by hand: schedule-1: compute_resources.min_vcpus is `var.most` (tf/main.tf:23:27): give a file of values with `--tfvars FILE`, or set most = 0 yourself";
    assert!(answer.stderr.contains(words), "{}", answer.text());
    // A file that is not there yet, and one that is, with its other lines.
    let new = suggest(&folder, &[&only[..], &["--tfvars", "tf/cost.auto.tfvars"]].concat());
    snapshot("patch_tfvars", &new.text());
    assert_eq!(changed(&new.stdout), (vec![], vec!["most = 0"]));
    let folder = folder.with("tf/terraform.tfvars", "# Ours.\nshared = 1\nmost   = 96 # for now\n");
    let known = suggest(&folder, &[&only[..], &["--tfvars", "tf/terraform.tfvars"]].concat());
    assert_eq!(changed(&known.stdout), (vec!["most   = 96 # for now"], vec!["most   = 0 # for now"]));
    // One that Terraform reads earlier than another that sets it has no effect, which is seen.
    let folder = folder.with("tf/z.auto.tfvars", "most = 96\n");
    let early = suggest(&folder, &[&only[..], &["--tfvars", "tf/terraform.tfvars"]].concat());
    assert_eq!(early.stdout, "", "{}", early.text());
    assert!(early.stderr.contains("would also change min_vcpus of gpu"), "{}", early.text());
    // One that is elsewhere is not for this folder.
    let outside = suggest(&folder, &[&only[..], &["--tfvars", "other.tfvars"]].concat());
    assert_eq!(outside.code, Some(2));
    assert!(outside.stderr.contains("`--tfvars other.tfvars` is not in `tf`"), "{}", outside.text());
    // A variable that is used elsewhere is not changed.
    let twice = MAIN
        .replace("min_vcpus           = 96 // kept warm", "min_vcpus           = var.shared")
        .replace("max_vcpus           = 96", "max_vcpus           = max(96, var.shared)");
    let folder = cluster(&[("main.tf", &twice)], ABOVE, &DAILY);
    let answer = suggest(&folder, &[&only[..], &["--tfvars", "tf/a.tfvars"]].concat());
    assert!(answer.stderr.contains("it is used in 2 places, which would all change"), "{}", answer.text());
}

#[test]
fn what_cannot_be_written_is_left_to_people() {
    let cases = [
        (
            "min_vcpus           = 48 * 2",
            "compute_resources.min_vcpus is computed (tf/main.tf:23:27): make it 0 there",
        ),
        ("min_vcpus           = max(var.most, 96)", "is computed"),
    ];
    for (line, words) in cases {
        let text = MAIN.replace("min_vcpus           = 96 // kept warm", line);
        let folder = cluster(&[("main.tf", &text)], ABOVE, &DAILY);
        let answer = suggest(&folder, &["--patch", "tf"]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(0), ""), "{}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
    // Two instances of one block share what is written.
    let both = MAIN
        .replace(
            "  name = \"gpu\"\n  type = \"MANAGED\"",
            "  count = 2\n  name = \"gpu${count.index == 0 ? \"\" : \"-2\"}\"\n  type = \"MANAGED\"",
        )
        .replace("aws_batch_compute_environment.gpu.arn", "aws_batch_compute_environment.gpu[0].arn");
    let folder = cluster(&[("main.tf", &both)], ABOVE, &DAILY);
    let answer = suggest(&folder, &["--patch", "tf", "--only", "schedule-1"]);
    assert_eq!(answer.stdout, "", "{}", answer.text());
    assert!(
        answer.stderr.contains("these files, changed so, would also change min_vcpus of gpu"),
        "{}",
        answer.text()
    );
    // Files that are no longer what the scenario was made from.
    let folder = cluster(&[("main.tf", MAIN)], ABOVE, &DAILY);
    let folder =
        folder.with("tf/main.tf", MAIN.replace("min_vcpus           = 96", "min_vcpus           = 48"));
    let answer = suggest(&folder, &["--patch", "tf"]);
    let words = "the scenario has min_vcpus = 96 for gpu, Terraform has 48: import it again";
    assert!(answer.stderr.contains(words), "{}", answer.text());
    let folder = folder.with("tf/main.tf", "resource \"aws_s3_bucket\" \"data\" {}\n");
    let answer = suggest(&folder, &["--patch", "tf"]);
    assert!(
        answer.stderr.contains("there is no compute environment `gpu` in these files"),
        "{}",
        answer.text()
    );
}

#[test]
fn what_is_not_written_is_added() {
    // More attempts: the scenario sets the job to one, Terraform has no retry_strategy, or one on a line.
    let job = r#"
resource "aws_batch_job_definition" "train" {
  name = "train"
  type = "container"

  container_properties = jsonencode({
    image                = "train"
    resourceRequirements = [{ type = "VCPU", value = "96" }, { type = "MEMORY", value = "1000" }]
  })
}
"#;
    let spot = MAIN
        .replace("type                = \"EC2\" # no Spot here", "type                = \"SPOT\"")
        .replace("BEST_FIT_PROGRESSIVE", "SPOT_PRICE_CAPACITY_OPTIMIZED");
    let arrivals = "[[workload.arrivals]]\nname = \"t\"\nqueue = \"main\"\njob_definition = \"train\"\njobs_per_hour = 0.2\nrun_hours = [2]\n";
    let above = ABOVE
        .replace("on_demand", "spot")
        .replace("[workload]\ntrace = \"jobs.csv\"\n", arrivals)
        .replace("scale_down", "interruptions_per_instance_hour = 0.1\nscale_down");
    for (written_as, added) in [
        (job.to_owned(), vec!["", "  retry_strategy {", "    attempts = 10", "  }"]),
        (
            job.replace("  type = \"container\"\n", "  type = \"container\"\n  retry_strategy {}\n"),
            vec!["  retry_strategy {", "    attempts = 10", "  }"],
        ),
    ] {
        let folder = cluster(&[("main.tf", &format!("{spot}{written_as}"))], &above, &[]);
        let drawn = |more: &[&str]| {
            folder.run(&[&["suggest", "scenario.toml", "--prices", "bundled"], more].concat())
        };
        let document = json(&drawn(&["--format", "json"]));
        let retry =
            document["suggestions"].as_array().expect("a list").iter().find(|of| of["kind"] == "retry");
        let retry = retry.unwrap_or_else(|| panic!("{document}"));
        let (id, attempts) =
            (retry["id"].as_str().expect("an id"), retry["proposed"].as_str().expect("a number"));
        let answer = drawn(&["--patch", "tf", "--only", id]);
        let expected: Vec<String> = added.iter().map(|line| line.replace("10", attempts)).collect();
        assert_eq!(changed(&answer.stdout).1, expected, "{}", answer.text());
    }
}

#[test]
fn schedules_become_resources() {
    // Jobs on four weekdays from 9 to 12 in Tokyo, where 1 October 2026 is a Thursday: 9:00 there is 0:00 UTC. They may
    // wait for five minutes and a launch takes ten: an instance has to be there.
    let busy: Vec<u32> = [0, 1, 4, 5].iter().flat_map(|day| [1, 2, 3].map(|hour| day * 24 + hour)).collect();
    let above = ABOVE.replace("launch_minutes = 0", "launch_minutes = 10")
        + "\n[target]\nwait_minutes = 5\n\n[[schedule]]\ncompute_environment = \"gpu\"\ncron = \"0 0 1 1 *\"\ntimezone = \"Asia/Tokyo\"\nmax_vcpus = 96\n";
    let lifecycle = MAIN.replace(
        "    subnets             = [\"subnet-1\"]\n  }\n",
        "    subnets             = [\"subnet-1\"]\n  }\n\n  lifecycle {\n    ignore_changes = [tags]\n  }\n",
    );
    for (name, text) in [("patch_schedules", MAIN), ("patch_schedules_lifecycle", lifecycle.as_str())] {
        let folder = cluster(&[("main.tf", text)], &above, &busy);
        let args = ["--patch", "tf", "--apply", "--format", "markdown"];
        let answer = folder.run(
            &[&["suggest", "scenario.toml", "--prices", "bundled", "--trace-hours", "168"], &args[..]]
                .concat(),
        );
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        snapshot(name, &answer.text());
        // Imported again, the clock's limits are those of the suggestion, and nothing of them is unknown.
        import(&folder);
        let imported = written(&folder, "imported.toml");
        assert!(imported.contains("[[schedule]]\nname = \"gpu-min-busy-begins\""), "{imported}");
        assert!(imported.contains("timezone = \"Asia/Tokyo\""), "{imported}");
        assert!(!imported.contains("aws_scheduler_schedule.gpu_min_busy_begins:"), "{imported}");
    }
}

#[cfg(unix)]
#[test]
fn where_one_file_cannot_be_written_none_is() {
    use std::os::unix::fs::PermissionsExt;
    let (provider, rest) = MAIN.split_at(MAIN.find("resource").expect("resources"));
    let rest = rest.replace("min_vcpus           = 96 // kept warm", "min_vcpus           = var.most");
    let second = rest.replace("\"gpu\"", "\"gpu2\"").replace("\"main\"", "\"second\"");
    let second = second.replace(".gpu.arn", ".gpu2.arn").replace("var.most", "96");
    let above = ABOVE.to_owned()
        + "[[batch.compute_environment]]\nname = \"gpu2\"\nlaunch_minutes = 0\nscale_down_delay_minutes = 0\n";
    let files = [
        ("a.tf", second.as_str()),
        ("main.tf", &format!("{provider}{rest}")),
        ("values.auto.tfvars", "most = 96\n"),
    ];
    let folder = cluster(&files, &above, &DAILY);
    let args = ["--patch", "tf", "--tfvars", "tf/values.auto.tfvars", "--apply"];
    let values = folder.path("tf/values.auto.tfvars");
    fs::set_permissions(&values, fs::Permissions::from_mode(0o444)).expect("our file");
    let refused = suggest(&folder, &args);
    assert_eq!(refused.code, Some(3), "{}", refused.text());
    let words = "cannot write `tf/values.auto.tfvars`\ncaused by: it is read-only: no file is changed";
    assert!(refused.stderr.contains(words), "{}", refused.text());
    for (name, text) in files {
        assert_eq!(written(&folder, &format!("tf/{name}")), text, "{name}");
    }
    let names = || {
        let mut names: Vec<String> = fs::read_dir(folder.path("tf"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(), ["a.tf", "main.tf", "values.auto.tfvars"], "nothing is left behind");
    fs::set_permissions(&values, fs::Permissions::from_mode(0o644)).expect("our file");
    assert_eq!(suggest(&folder, &args).code, Some(0));
    assert_eq!(written(&folder, "tf/values.auto.tfvars"), "most = 0\n");
    assert!(written(&folder, "tf/a.tf").contains("min_vcpus           = 0"));
    assert_eq!(names(), ["a.tf", "a.tf.bak", "main.tf", "values.auto.tfvars", "values.auto.tfvars.bak"]);
}

#[test]
fn a_folder_and_ids_that_are_not_there_are_refused() {
    let folder = cluster(&[("main.tf", MAIN)], ABOVE, &DAILY);
    for (more, code, words) in [
        (&["--patch", "none"][..], 2, "`none` is not a folder"),
        (&["--patch", "tf/main.tf"], 2, "is not a folder"),
        (&["--only", "schedule-9"], 2, "there is no suggestion `schedule-9`; there are schedule-1"),
        (&["--apply"], 2, "--patch <DIR>"),
        (&["--patch", "tf", "--format", "csv"], 2, "`--patch` has no rows"),
    ] {
        let answer = suggest(&folder, more);
        assert_eq!(answer.code, Some(code), "{words}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
    let folder = folder.with("tf/main.tf", "resource \"x\" {\n  a = \n");
    let answer = suggest(&folder, &["--patch", "tf"]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("tf/main.tf:2:"), "{}", answer.text());
}
