//! What the environment and the profiles of AWS may hold: every documented setting, empty, senseless and with a line end.

use std::thread;

use super::aws::{ON_DEMAND, SPOT, scenario};
use super::cli::{Answer, Folder, snapshot};
use super::loopback::{Fault, Loopback};
use super::world::world;

const ESTIMATE: [&str; 2] = ["estimate", "scenario.toml"];

/// Settings that decide what is asked: senseless ones are refused by name.
const CHECKED: [(&str, &str, &str); 5] = [
    ("AWS_RETRY_MODE", "retry_mode", "standard, adaptive or legacy"),
    ("AWS_MAX_ATTEMPTS", "max_attempts", "a whole number from 1 on"),
    ("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint", "true or false"),
    ("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint", "true or false"),
    ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls", "true or false"),
];

/// The other variables of the reference guide, and what else the SDK reads.
const VARIABLES: [&str; 58] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ACCOUNT_ID",
    "AWS_ACCOUNT_ID_ENDPOINT_MODE",
    "AWS_AUTH_SCHEME_PREFERENCE",
    "AWS_BEARER_TOKEN_BEDROCK",
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_DEFAULTS_MODE",
    "AWS_DEFAULT_OUTPUT",
    "AWS_DEFAULT_REGION",
    "AWS_DISABLE_CLOCK_SKEW_CORRECTION",
    "AWS_DISABLE_REQUEST_COMPRESSION",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
    "AWS_EC2_METADATA_V1_DISABLED",
    "AWS_ENDPOINT_DISCOVERY_ENABLED",
    "AWS_ENDPOINT_URL_EC2",
    "AWS_ENDPOINT_URL_PRICING",
    "AWS_ENDPOINT_URL_SAVINGSPLANS",
    "AWS_ENDPOINT_URL_SSO",
    "AWS_ENDPOINT_URL_STS",
    "AWS_EXECUTION_ENV",
    "AWS_IMDSV1_FALLBACK",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
    "AWS_METADATA_SERVICE_TIMEOUT",
    "AWS_NEW_RETRIES_2026",
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_REQUEST_CHECKSUM_CALCULATION",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
    "AWS_S3_USE_ARN_REGION",
    "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT",
    "AWS_SDK_UA_APP_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_SIGV4A_SIGNING_REGION_SET",
    "AWS_STS_REGIONAL_ENDPOINTS",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "_X_AMZN_TRACE_ID",
    "http_proxy",
    "https_proxy",
];

/// The other keys of a profile.
const KEYS: [&str; 36] = [
    "account_id_endpoint_mode",
    "auth_scheme_preference",
    "aws_access_key_id",
    "aws_account_id",
    "aws_secret_access_key",
    "aws_session_token",
    "ca_bundle",
    "credential_process",
    "credential_source",
    "defaults_mode",
    "disable_clock_skew_correction",
    "disable_request_compression",
    "duration_seconds",
    "ec2_metadata_service_endpoint",
    "ec2_metadata_service_endpoint_mode",
    "ec2_metadata_v1_disabled",
    "endpoint_discovery_enabled",
    "external_id",
    "login_session",
    "mfa_serial",
    "region",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "response_checksum_validation",
    "role_arn",
    "role_session_name",
    "sdk_ua_app_id",
    "services",
    "sigv4a_signing_region_set",
    "source_profile",
    "sso_account_id",
    "sso_region",
    "sso_role_name",
    "sso_session",
    "sso_start_url",
    "web_identity_token_file",
];

/// Runs with these variables beside credentials, this AWS and one attempt.
fn with(folder: &Folder, aws: &Loopback, environment: &[(&str, &str)]) -> Answer {
    let mut all = vec![("AWS_CONFIG_FILE", "config"), ("AWS_SHARED_CREDENTIALS_FILE", "credentials")];
    all.extend(environment);
    folder.asking(aws, &ESTIMATE, &all)
}

/// Panics where an answer is one that a user must not get.
fn assert_told(what: &str, answer: &Answer) {
    assert!(answer.code.is_some_and(|code| code <= 3), "{what}\n{}", answer.text());
    for word in ["panicked", "a bug in hpc-cost"] {
        assert!(!answer.stderr.contains(word), "{what}\n{}", answer.text());
    }
}

/// Runs all of these on two threads.
fn each<T: Sync>(all: &[T], run: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for half in all.chunks(all.len().div_ceil(2)) {
            let run = &run;
            scope.spawn(move || half.iter().for_each(run));
        }
    });
}

#[test]
fn an_empty_setting_is_not_set_and_a_senseless_one_is_refused_by_name() {
    let aws = Loopback::new(world());
    for (variable, key, wanted) in CHECKED {
        let empty = with(&scenario(ON_DEMAND), &aws, &[(variable, " \r\n")]);
        assert_eq!(empty.code, Some(0), "{variable}\n{}", empty.text());
        let empty = scenario(ON_DEMAND).with("config", format!("[default]\n{key} =\n"));
        let empty = with(&empty, &aws, &[]);
        assert_eq!(empty.code, Some(0), "{key}\n{}", empty.text());
        for value in ["x", "-1", "0", "yes please"] {
            let refused = with(&scenario(ON_DEMAND), &aws, &[(variable, value)]);
            assert_eq!(refused.code, Some(2), "{variable}={value}\n{}", refused.text());
            let text = format!("error: `{variable}` is `{value}`, which is not {wanted}");
            assert!(refused.stderr.contains(&text), "{}", refused.text());
        }
        let refused = scenario(ON_DEMAND).with("config", format!("[default]\n{key} = x\n"));
        let refused = with(&refused, &aws, &[]);
        assert_eq!(refused.code, Some(2), "{}", refused.text());
        let text = format!("`{key}` of the profile `default` is `x`");
        assert!(refused.stderr.contains(&text), "{}", refused.text());
    }
    // Of two places the first that sets something holds.
    let folder = scenario(ON_DEMAND).with("config", "[default]\nmax_attempts = x\n");
    assert_eq!(with(&folder, &aws, &[("AWS_MAX_ATTEMPTS", "2")]).code, Some(0));
    assert_eq!(with(&folder, &aws, &[("AWS_MAX_ATTEMPTS", "")]).code, Some(2));
}

#[test]
fn settings_are_refused_without_credentials_too_and_not_where_none_are_read() {
    let folder = scenario(ON_DEMAND).with("config", "[default]\nretry_mode = sometimes\n");
    let run = |args: &[&str]| {
        let mut command = folder.command(args);
        command.env("AWS_CONFIG_FILE", "config").env("XDG_CACHE_HOME", folder.path("cache"));
        Answer::of(command, args)
    };
    assert_eq!(run(&ESTIMATE).code, Some(2));
    assert_eq!(run(&["estimate", "scenario.toml", "--prices", "bundled"]).code, Some(0));
    assert_eq!(run(&["check", "scenario.toml"]).code, Some(0));
    snapshot("error_aws_setting", &run(&ESTIMATE).text());
}

#[test]
fn legacy_retries_are_standard_ones() {
    for (mode, attempts) in [("legacy", "3"), ("Standard\n", "3 "), ("", "3"), ("legacy", "")] {
        let throttled = || Fault::Error(400, "ThrottlingException", "Rate exceeded");
        let aws = Loopback::new(world()).with_faults_on("GetProducts", [throttled(), throttled()]);
        let environment = [("AWS_RETRY_MODE", mode), ("AWS_MAX_ATTEMPTS", attempts)];
        let answer = with(&scenario(ON_DEMAND), &aws, &environment);
        assert_eq!((answer.code, aws.count("GetProducts")), (Some(0), 3), "{}", answer.text());
    }
}

#[test]
fn an_endpoint_is_an_address_or_not_set() {
    let aws = Loopback::new(world());
    let url = aws.url();
    let folder = || {
        scenario(SPOT).with(
            "config",
            format!(
                "[default]\nendpoint_url = {url}\nservices = own\n[services own]\nec2 =\n  endpoint_url =\n"
            ),
        )
    };
    // Empty ones leave it to the next place.
    for empty in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL_PRICING"] {
        let answer = with(&folder(), &aws, &[("AWS_ENDPOINT_URL", ""), (empty, "\n")]);
        assert_eq!(answer.code, Some(0), "{empty}\n{}", answer.text());
    }
    let padded = format!(" {url}\r\n");
    assert_eq!(with(&folder(), &aws, &[("AWS_ENDPOINT_URL_EC2", &padded)]).code, Some(0));
    for value in
        ["foo", "http://", "https://:80", "ftp://127.0.0.1", "http://127.0.0.1 x", "//127.0.0.1", "http:///x"]
    {
        for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_EC2"] {
            let answer = with(&folder(), &aws, &[(variable, value)]);
            assert_eq!(answer.code, Some(2), "{variable}={value}\n{}", answer.text());
            assert!(answer.stderr.contains(&format!("`{variable}` is `{value}`")), "{}", answer.text());
        }
    }
    let own = scenario(SPOT)
        .with("config", "[default]\nservices = own\n[services own]\nec2 =\n  endpoint_url = foo\n");
    let answer = with(&own, &aws, &[("AWS_ENDPOINT_URL", "")]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(
        answer.stderr.contains("`endpoint_url` of `ec2` in `[services own]` is `foo`"),
        "{}",
        answer.text()
    );
}

#[test]
fn a_key_is_taken_without_its_line_end() {
    for end in ["\n", "\r", "\r\n", " "] {
        let aws = Loopback::new(world());
        let (key, secret) = (format!("AKIDTRIMMED{end}"), format!("secret{end}"));
        let environment =
            [("AWS_ACCESS_KEY_ID", &*key), ("AWS_SECRET_ACCESS_KEY", &*secret), ("AWS_SESSION_TOKEN", end)];
        let answer = with(&scenario(ON_DEMAND), &aws, &environment);
        assert_eq!(answer.code, Some(0), "{}", answer.text());
        let requests = aws.requests();
        assert!(!requests.is_empty());
        for request in requests {
            assert!(request.headers["authorization"].contains("Credential=AKIDTRIMMED/"), "{request:?}");
            assert!(!request.headers.contains_key("x-amz-security-token"), "{request:?}");
        }
    }
}

#[test]
fn a_key_that_no_request_can_carry_is_named_and_not_told() {
    let aws = Loopback::new(world());
    for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        let answer = with(&scenario(ON_DEMAND), &aws, &[(variable, "AKHIDDEN\nHIDDEN")]);
        assert_eq!(answer.code, Some(2), "{}", answer.text());
        assert!(answer.stderr.contains(&format!("`{variable}` has a character")), "{}", answer.text());
        assert!(!answer.stderr.contains("HIDDEN"), "{}", answer.text());
    }
    // From a process it is the process that is wrong.
    let process = scenario(ON_DEMAND).with(
        "config",
        "[default]\ncredential_process = printf '{\"Version\": 1, \"AccessKeyId\": \"AK\\\\u0007X\", \"SecretAccessKey\": \"s\"}'\n",
    );
    let own = [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", ""), ("PATH", "/usr/bin:/bin")];
    let answer = with(&process, &aws, &own);
    assert_eq!(answer.code, Some(3), "{}", answer.text());
    assert!(answer.stderr.contains("credentials cannot be used: their access key"), "{}", answer.text());
    assert!(aws.requests().is_empty());
}

#[test]
fn a_panic_of_the_sdk_over_its_settings_is_an_error() {
    // The SDK asks STS at an endpoint that is empty: a setting that cannot be read for it.
    let aws = Loopback::new(world());
    let folder = scenario(ON_DEMAND)
        .with("config", "[profile lab]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = base\n")
        .with("credentials", "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n");
    let own = [
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_PROFILE", "lab"),
        ("AWS_ENDPOINT_URL_STS", ""),
    ];
    let answer = with(&folder, &aws, &own);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert_told("an empty endpoint of STS", &answer);
    snapshot("error_aws_setting_panic", &answer.text());
}

#[test]
fn profiles_that_cannot_be_read_are_refused() {
    let aws = Loopback::new(world());
    let answer = with(&scenario(ON_DEMAND).with("config", "[default\nendpoint_url = x\n"), &aws, &[]);
    assert_eq!(answer.code, Some(2), "{}", answer.text());
    assert!(answer.stderr.contains("the profiles of AWS cannot be read: "), "{}", answer.text());
    assert!(answer.stderr.contains("line 1"), "{}", answer.text());
}

#[test]
fn no_setting_of_the_environment_ends_in_a_panic() {
    let aws = Loopback::new(world());
    let variables: Vec<&str> = VARIABLES.into_iter().chain(CHECKED.map(|(variable, ..)| variable)).collect();
    each(&variables, |variable| {
        for value in ["", "no/sense: ü\n", "http://127.0.0.1:1/x\r"] {
            let own = [("AWS_MAX_ATTEMPTS", "1"), (*variable, value)];
            assert_told(&format!("{variable}={value:?}"), &with(&scenario(ON_DEMAND), &aws, &own));
        }
    });
}

#[test]
fn no_setting_of_credentials_ends_in_a_panic() {
    let aws = Loopback::new(world());
    let decides = |variable: &&str| {
        ["CONTAINER", "METADATA", "ROLE", "IDENTITY", "FILE", "PROXY"].iter().any(|of| variable.contains(of))
    };
    let variables: Vec<&str> = VARIABLES.into_iter().filter(decides).collect();
    each(&variables, |variable| {
        for value in ["", "no/sense: ü\n", "http://127.0.0.1:1/x\r"] {
            // These would lead to AWS's own addresses.
            let leads_out = match *variable {
                "AWS_EC2_METADATA_SERVICE_ENDPOINT" => value.is_empty(),
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" => !value.is_empty(),
                _ => false,
            };
            if leads_out {
                continue;
            }
            let own = [
                ("AWS_CONFIG_FILE", "config"),
                ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
                ("AWS_ACCESS_KEY_ID", ""),
                ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1"),
                ("AWS_EC2_METADATA_DISABLED", ""),
                (*variable, value),
            ];
            let args = ["estimate", "scenario.toml", "--prices", "live"];
            let answer = scenario(ON_DEMAND).asking(&aws, &args, &own);
            assert_told(&format!("{variable}={value:?} without keys"), &answer);
        }
    });
}

#[test]
fn no_key_of_a_profile_ends_in_a_panic() {
    let aws = Loopback::new(world());
    let checked = CHECKED.iter().map(|(_, key, _)| *key).chain(["endpoint_url"]);
    let keys: Vec<&str> = KEYS.into_iter().chain(checked).collect();
    each(&keys, |key| {
        for value in ["", "no/sense: ü\r", "Environment"] {
            let folder = scenario(ON_DEMAND).with("config", format!("[default]\n{key} = {value}\n"));
            assert_told(&format!("{key} = {value:?}"), &with(&folder, &aws, &[("AWS_MAX_ATTEMPTS", "1")]));
            let own = [("AWS_ACCESS_KEY_ID", ""), ("AWS_MAX_ATTEMPTS", "1")];
            assert_told(&format!("{key} = {value:?} without keys"), &with(&folder, &aws, &own));
        }
    });
}
