//! What goes wrong between here and AWS: the exit code and the whole message of each, and that nothing is
//! left half-written.

use super::aws::{ON_DEMAND, SPOT, scenario};
use super::cli::{Answer, Folder, snapshot};
use super::loopback::{Fault, Loopback, World};
use super::world::world;

/// Name, the scenario's keys, the fault of the first request, a phrase of the message.
type Case = (&'static str, &'static str, Fault, &'static str);

const PAGE: &str = "<html><body>Please log in to the guest network</body></html>";

fn cases() -> Vec<Case> {
    use Fault::{CutOff, Error, Raw, Silence};
    let one =
        |name, code, status, phrase| (name, ON_DEMAND, Error(status, code, "in AWS's own words"), phrase);
    vec![
        one(
            "aws_invalid_parameter",
            "InvalidParameterException",
            400,
            "InvalidParameterException: in AWS's own words",
        ),
        one("aws_invalid_token", "InvalidNextTokenException", 400, "InvalidNextTokenException"),
        one("aws_expired_token", "ExpiredNextTokenException", 400, "ExpiredNextTokenException"),
        one("aws_not_found", "NotFoundException", 400, "NotFoundException"),
        one("aws_access_denied", "AccessDeniedException", 400, "the README lists the permissions"),
        one("aws_internal_error", "InternalErrorException", 500, "InternalErrorException"),
        one("aws_throttled", "ThrottlingException", 400, "AWS asks for patience"),
        one("aws_expired_credentials", "ExpiredTokenException", 400, "the credentials have expired"),
        one(
            "aws_unknown_credentials",
            "UnrecognizedClientException",
            400,
            "does not accept these credentials",
        ),
        (
            "aws_html_500",
            ON_DEMAND,
            Raw(500, "text/html", PAGE),
            "HTTP 500 with text/html, not an answer of AWS",
        ),
        (
            "aws_html_200",
            ON_DEMAND,
            Raw(200, "text/html", PAGE),
            "HTTP 200 with text/html, not an answer of AWS",
        ),
        ("aws_cut_off", ON_DEMAND, CutOff, "cannot be read"),
        ("aws_silence", ON_DEMAND, Silence, "no answer within 1 s"),
        (
            "aws_ec2_throttled",
            EC2,
            Error(503, "RequestLimitExceeded", "Request limit exceeded."),
            "RequestLimitExceeded",
        ),
        (
            "aws_ec2_denied",
            EC2,
            Error(403, "UnauthorizedOperation", "You are not authorized."),
            "the README lists the permissions",
        ),
        (
            "aws_ec2_region_off",
            EC2,
            Error(401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
            "is the region enabled",
        ),
        ("aws_ec2_html", EC2, Raw(200, "text/html", PAGE), "HTTP 200 with text/html, not an answer of AWS"),
        ("aws_ec2_cut_off", EC2, CutOff, "cannot be read"),
    ]
}

/// Marks cases in which EC2 is asked.
const EC2: &str = "EC2";

/// The operation whose first request goes wrong.
fn operation(keys: &str) -> &'static str {
    if keys == EC2 { "DescribeCapacityBlockOfferings" } else { "GetProducts" }
}

/// The names of all cases, for the catalogue of errors.
pub(crate) fn names() -> Vec<&'static str> {
    let mut names: Vec<&str> = cases().into_iter().map(|(name, ..)| name).collect();
    names.extend(["aws_profile_missing", "aws_setting"]);
    names
}

/// Runs with this many attempts and one second of patience.
fn run(folder: &Folder, aws: &Loopback, args: &[&str], attempts: &str) -> Answer {
    let mut args = args.to_vec();
    args.extend(["--timeout", "1"]);
    folder.asking(aws, &args, &[("AWS_MAX_ATTEMPTS", attempts)])
}

#[test]
fn every_fault_has_its_answer() {
    let mut wrong = Vec::new();
    for (name, keys, fault, phrase) in cases() {
        let aws = Loopback::new(world()).with_faults_on(operation(keys), [fault]);
        let (folder, args): (Folder, &[&str]) = if keys == EC2 {
            let args =
                &["prices", "capacity-blocks", "p4d.24xlarge", "--region", "us-east-1", "--hours", "48"];
            (Folder::empty(), args)
        } else {
            (scenario(keys), &["estimate", "scenario.toml"])
        };
        let answer = run(&folder, &aws, args, "1");
        if answer.code != Some(3) || !answer.stdout.is_empty() || !answer.stderr.contains(phrase) {
            wrong.push(format!("{name}: not 3 with `{phrase}`\n{}", answer.text()));
        }
        assert!(!folder.path("cache").exists(), "{name}: nothing was learned, so nothing is kept");
        snapshot(&format!("error_{name}"), &answer.text().replace(&aws.url(), "URL"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn bursts_are_waited_out() {
    let throttled = Fault::Error(400, "ThrottlingException", "Rate exceeded");
    let broken = Fault::Raw(503, "text/html", PAGE);
    for fault in [throttled, broken, Fault::CutOff] {
        let aws = Loopback::new(world()).with_faults_on("GetProducts", [fault.clone()]);
        let answer = run(&scenario(ON_DEMAND), &aws, &["estimate", "scenario.toml"], "3");
        assert_eq!(answer.code, Some(0), "{fault:?}\n{}", answer.text());
    }
}

#[test]
fn a_clock_that_is_wrong_is_corrected() {
    for ahead in [-3600, 3600] {
        let aws = Loopback::new(World { ahead, ..world() });
        let answer = run(&scenario(ON_DEMAND), &aws, &["estimate", "scenario.toml"], "3");
        assert_eq!(answer.code, Some(0), "{}", answer.text());
    }
}

#[test]
fn an_aws_that_is_not_there_is_an_error() {
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND);
    let mut command = folder.command(&["estimate", "scenario.toml"]);
    let gone = aws.url();
    drop(aws);
    command
        .env("AWS_ENDPOINT_URL", gone)
        .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_MAX_ATTEMPTS", "1");
    let answer = Answer::of(command, &["estimate", "scenario.toml"]);
    assert_eq!(answer.code, Some(3));
    assert!(
        answer.stderr.contains("no connection: ") && answer.stderr.contains("refused"),
        "{}",
        answer.text()
    );
}

#[test]
fn a_profile_that_is_not_there_is_an_error() {
    let folder = scenario(ON_DEMAND).with("config", "[profile lab]\nregion = eu-west-1\n");
    let mut command = folder.command(&["estimate", "scenario.toml"]);
    command
        .env("AWS_CONFIG_FILE", folder.path("config"))
        .env("AWS_PROFILE", "nobody")
        .env("HOME", folder.path(""));
    let answer = Answer::of(command, &["estimate", "scenario.toml"]);
    assert_eq!(answer.code, Some(3));
    snapshot("error_aws_profile_missing", &folder.without_random_names(&answer.text()));
}

#[test]
fn a_bare_connection_is_closed_when_the_fault_is_over() {
    // The server of these tests: it stops although a request never got its answer.
    let aws = Loopback::new(world()).with_faults_on("DescribeSpotPriceHistory", [Fault::Silence]);
    let answer = run(&scenario(SPOT), &aws, &["estimate", "scenario.toml"], "1");
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    drop(aws);
}
