//! What is refused in several files together, in a price file, on the command line or by the disk.

use super::cli::in_november;
use super::errors::{CHECK, ESTIMATE};

/// Name, files, arguments, exit code, phrase.
pub(crate) type FileCase =
    (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], i32, &'static str);

pub(crate) const CASES: &[FileCase] = &[
    (
        "extends_itself",
        &[(
            "scenario.toml",
            r#"extends = "scenario.toml"
"#,
        )],
        CHECK,
        2,
        "a cycle",
    ),
    (
        "extends_in_a_circle",
        &[
            (
                "scenario.toml",
                r#"extends = "base.toml"
"#,
            ),
            (
                "base.toml",
                r#"extends = "scenario.toml"
"#,
            ),
        ],
        CHECK,
        2,
        "a cycle",
    ),
    (
        "extends_nothing",
        &[(
            "scenario.toml",
            r#"name = "mine"
extends = "base.toml"
"#,
        )],
        CHECK,
        2,
        "cannot read `base.toml`: there is no such file",
    ),
    (
        "extends_wrong_kind",
        &[(
            "scenario.toml",
            in_november!(
                r#"extends = 5
"#
            ),
        )],
        CHECK,
        2,
        "found number `5`",
    ),
    (
        "extends_wrong_base",
        &[
            (
                "scenario.toml",
                r#"extends = "base.toml"
"#,
            ),
            (
                "base.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
"#
                ),
            ),
        ],
        CHECK,
        2,
        "base.toml:4",
    ),
    (
        "region_of_the_command_line",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["check", "scenario.toml", "--region", "us-est-3"],
        2,
        "unknown region `us-est-3`",
    ),
    (
        "price_of_two_services",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[s3]]
name = "data"
storage_gib = 10

[[ecr]]
name = "images"
storage_gib = 10

[[price]]
usage_type = "TimedStorage-ByteHrs"
usd = "0.07"
unit = "GB-Mo"
"#
            ),
        )],
        ESTIMATE,
        2,
        "usage type `TimedStorage-ByteHrs` belongs to",
    ),
    (
        "price_unit_of_storage",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[ecr]]
name = "images"
storage_gib = 10

[[price]]
usage_type = "TimedStorage-ByteHrs"
usd = "0.07"
unit = "Hours"
"#
            ),
        )],
        ESTIMATE,
        2,
        "unit `Hours` does not fit",
    ),
    (
        "prices_twice",
        &[
            (
                "scenario.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
                ),
            ),
            (
                "prices.toml",
                r#"[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"

[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
"#,
            ),
        ],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        2,
        "a second price for `BoxUsage:c5.large`",
    ),
    (
        "prices_none",
        &[
            (
                "scenario.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
                ),
            ),
            (
                "prices.toml",
                r#"as_of = "2026-11"
"#,
            ),
        ],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        2,
        "no [[price]] in this file",
    ),
    (
        "prices_unknown_key",
        &[
            (
                "scenario.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
                ),
            ),
            (
                "prices.toml",
                r#"[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "Hours"
currency = "EUR"
"#,
            ),
        ],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        2,
        "unknown key `currency`",
    ),
    (
        "prices_unknown_unit",
        &[
            (
                "scenario.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
                ),
            ),
            (
                "prices.toml",
                r#"[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "fortnights"
"#,
            ),
        ],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        2,
        "unknown unit `fortnights`",
    ),
    (
        "prices_wrong_unit",
        &[
            (
                "scenario.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
                ),
            ),
            (
                "prices.toml",
                r#"[[price]]
usage_type = "BoxUsage:c5.large"
usd = "0.07"
unit = "GB-Mo"
"#,
            ),
        ],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        2,
        "unit `GB-Mo` does not fit",
    ),
    (
        "prices_not_toml",
        &[
            (
                "scenario.toml",
                in_november!(
                    r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
                ),
            ),
            (
                "prices.toml",
                r#"usage type;price
"#,
            ),
        ],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        2,
        "not valid TOML",
    ),
    (
        "prices_missing",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "--prices", "prices.toml"],
        3,
        "cannot read `prices.toml`",
    ),
    (
        "prices_is_a_folder",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "--prices", "."],
        3,
        "cannot read `.`",
    ),
    (
        "prices_live",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "--prices", "live"],
        3,
        "no AWS credentials are configured",
    ),
    (
        "month_of_the_command_line",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["check", "scenario.toml", "--month", "November"],
        2,
        "`November` is not a month",
    ),
    (
        "explain_no_line",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "--explain", "wrok"],
        2,
        "no line contains `wrok`",
    ),
    (
        "explain_of_two",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "scenario.toml", "--explain", "work"],
        2,
        "take one scenario",
    ),
    (
        "sensitivity_of_two",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "scenario.toml", "--sensitivity"],
        2,
        "take one scenario",
    ),
    (
        "prices_show_region",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["prices", "show", "--region", "us-est-1"],
        2,
        "unknown region `us-est-1`",
    ),
    (
        "man_of_nothing",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["man", "estimat"],
        2,
        "no command `estimat`",
    ),
    (
        "scenario_missing",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["check", "none.toml"],
        2,
        "cannot read scenario `none.toml`: there is no such file",
    ),
    (
        "output_folder_missing",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "-o", "none/answer.txt"],
        3,
        "cannot write `none/answer.txt`",
    ),
    (
        "output_is_a_folder",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "-o", "."],
        3,
        "cannot write `.`",
    ),
    (
        "flag_unknown",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "--explian", "work"],
        2,
        "unexpected argument '--explian'",
    ),
    (
        "command_unknown",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimat", "scenario.toml"],
        2,
        "unrecognized subcommand 'estimat'",
    ),
    (
        "scenario_not_given",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate"],
        2,
        "required arguments were not provided",
    ),
    (
        "explain_and_sensitivity",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["estimate", "scenario.toml", "--explain", "work", "--sensitivity"],
        2,
        "cannot be used with",
    ),
    (
        "quiet_and_verbose",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["check", "scenario.toml", "-q", "-v"],
        2,
        "cannot be used with",
    ),
    (
        "format_unknown",
        &[(
            "scenario.toml",
            in_november!(
                r#"
[[compute]]
name = "work"
instances = { "c5.large" = 1 }
hours_per_instance = 100
"#
            ),
        )],
        &["check", "scenario.toml", "--format", "xml"],
        2,
        "invalid value 'xml'",
    ),
    ("history_missing", &[], &["spot", "--history", "h.json"], 3, "cannot read `h.json`"),
    (
        "history_not_json",
        &[("h.json", "hello")],
        &["spot", "--history", "h.json"],
        3,
        "`h.json` is not a Spot price history",
    ),
    (
        "history_empty",
        &[("h.json", r#"{"SpotPriceHistory": []}"#)],
        &["spot", "--history", "h.json"],
        3,
        "no price of a Linux pool",
    ),
    (
        "history_bad_price",
        &[(
            "h.json",
            r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "cheap", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
        )],
        &["spot", "--history", "h.json"],
        3,
        "price `cheap` is not a number",
    ),
    (
        "history_bad_time",
        &[(
            "h.json",
            r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "yesterday"}]}"#,
        )],
        &["spot", "--history", "h.json"],
        3,
        "`yesterday` is not a time",
    ),
    (
        "history_without_zone",
        &[(
            "h.json",
            r#"{"SpotPriceHistory": [{"InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
        )],
        &["spot", "--history", "h.json"],
        3,
        "names no zone",
    ),
    (
        "history_type_missing",
        &[(
            "h.json",
            r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
        )],
        &["spot", "g5.2xlarge", "--history", "h.json"],
        2,
        "the history has no `g5.2xlarge`",
    ),
    (
        "history_region_unknown",
        &[(
            "h.json",
            r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
        )],
        &["spot", "--history", "h.json", "--region", "us-est-9"],
        2,
        "unknown region `us-est-9`",
    ),
    (
        "history_of_other_region",
        &[
            (
                "h.json",
                r#"{"SpotPriceHistory": [{"AvailabilityZone": "eu-west-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
            ),
            ("scenario.toml", in_november!("")),
        ],
        &["estimate", "scenario.toml", "--spot-history", "h.json"],
        2,
        "the Spot price history has no zone of us-east-1",
    ),
    (
        "history_too_old",
        &[
            (
                "h.json",
                r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-01-01T00:00:00Z"}]}"#,
            ),
            ("scenario.toml", in_november!("")),
        ],
        &["estimate", "scenario.toml", "--spot-history", "h.json"],
        2,
        "the Spot price history ends on 2026-01-01",
    ),
    (
        "break_even_job_unknown",
        &[
            (
                "h.json",
                r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
            ),
            ("scenario.toml", in_november!("")),
        ],
        &[
            "spot",
            "--history",
            "h.json",
            "--scenario",
            "scenario.toml",
            "--job-definition",
            "train",
            "--interruptions",
            "0.1",
        ],
        2,
        "no job definition `train`",
    ),
    (
        "break_even_rate",
        &[
            (
                "h.json",
                r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
            ),
            ("scenario.toml", in_november!("")),
        ],
        &[
            "spot",
            "--history",
            "h.json",
            "--scenario",
            "scenario.toml",
            "--job-definition",
            "train",
            "--interruptions",
            "often",
        ],
        2,
        "`often` is not a rate",
    ),
    (
        "advisor_not_json",
        &[
            (
                "h.json",
                r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "ProductDescription": "Linux/UNIX", "SpotPrice": "0.400000", "Timestamp": "2026-10-01T00:00:00+00:00"}]}"#,
            ),
            ("a.json", "[]"),
        ],
        &["spot", "--history", "h.json", "--region", "us-east-1", "--advisor", "a.json"],
        3,
        "`a.json` is not Spot Advisor data",
    ),
    (
        "svg_of_two_types",
        &[(
            "h.json",
            r#"{"SpotPriceHistory": [{"AvailabilityZone": "us-east-1a", "InstanceType": "g5.xlarge", "SpotPrice": "0.4", "Timestamp": "2026-10-01T00:00:00Z"}, {"AvailabilityZone": "us-east-1a", "InstanceType": "g5.2xlarge", "SpotPrice": "0.5", "Timestamp": "2026-10-01T06:00:00Z"}]}"#,
        )],
        &["spot", "--history", "h.json", "-o", "chart.svg"],
        2,
        "an SVG file holds one chart, this answer has 2",
    ),
    (
        "terraform_syntax",
        &[("main.tf", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = [\"a\"\n}\n")],
        &["import", "terraform", "."],
        2,
        "not valid HCL",
    ),
    (
        "terraform_resource_twice",
        &[
            ("a.tf", "resource \"aws_s3_bucket\" \"a\" {}\n"),
            ("b.tf", "\nresource \"aws_s3_bucket\" \"a\" {}\n"),
        ],
        &["import", "terraform", "."],
        2,
        "`aws_s3_bucket.a` is there twice",
    ),
    ("terraform_no_folder", &[], &["import", "terraform", "infra"], 3, "cannot read `infra`"),
    ("terraform_no_files", &[], &["import", "terraform", "."], 3, "it has no file that ends in `.tf`"),
    (
        "terraform_one_file",
        &[("main.tf", "")],
        &["import", "terraform", "main.tf"],
        2,
        "is one file of Terraform",
    ),
    (
        "terraform_not_a_plan",
        &[("plan.json", "{\"planned_values\": {}}")],
        &["import", "terraform", "plan.json"],
        3,
        "it has no `format_version`",
    ),
    (
        "terraform_variable_of_a_plan",
        &[("plan.json", "{}")],
        &["import", "terraform", "plan.json", "--var", "a=1"],
        2,
        "`--var` and `--var-file` are for a folder",
    ),
    (
        "terraform_variable_undeclared",
        &[("main.tf", "variable \"max_vcpus\" {}\n")],
        &["import", "terraform", ".", "--var", "max_vcpu=1"],
        2,
        "did you mean `max_vcpus`?",
    ),
    (
        "terraform_variable_without_a_value",
        &[("main.tf", "variable \"max_vcpus\" {}\n")],
        &["import", "terraform", ".", "--var", "max_vcpus"],
        2,
        "`--var max_vcpus` sets nothing",
    ),
    (
        "terraform_variable_no_expression",
        &[("main.tf", "variable \"types\" {\n  type = list(string)\n}\n")],
        &["import", "terraform", ".", "--var", "types=[a"],
        2,
        "`[a` is not an HCL expression",
    ),
    (
        "terraform_variable_file_missing",
        &[("main.tf", "")],
        &["import", "terraform", ".", "--var-file", "x.tfvars"],
        3,
        "cannot read `x.tfvars`",
    ),
    (
        "terraform_timezone",
        &[("main.tf", "")],
        &["import", "terraform", ".", "--timezone", "Tokyo"],
        2,
        "unknown time zone `Tokyo`",
    ),
    (
        "terraform_month",
        &[("main.tf", "")],
        &["import", "terraform", ".", "--month", "11-2026"],
        2,
        "`11-2026` is not a month",
    ),
];
