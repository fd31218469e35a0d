//! What the SDK's errors mean to the user: one sentence, and what to do.

use std::time::Duration;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

use crate::error::Error;
use crate::model::region::Region;

const AGAIN: &str = "try again; `estimate --prices bundled` needs no network";

/// Which call, for its errors.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'a> {
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
    pub(super) region: &'a str,
    pub(super) timeout: Duration,
}

impl Call<'_> {
    /// An answer that cannot be used.
    pub(super) fn broken(&self, message: impl Into<String>) -> Error {
        self.error(message.into(), AGAIN)
    }

    /// A call that failed for good.
    pub(super) fn failed<E>(&self, error: &SdkError<E>) -> Error
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match error {
            SdkError::ServiceError(answer) => {
                let status = answer.raw().status().as_u16();
                match (answer.err().code(), answer.err().message()) {
                    (Some(code), message) => {
                        let message = message.map_or_else(String::new, |message| format!(": {message}"));
                        self.error(format!("{code}{message}"), self.hint(code))
                    }
                    (None, _) => {
                        let kind = answer.raw().headers().get("content-type").unwrap_or("no content type");
                        self.error(format!("HTTP {status} with {kind}, not an answer of AWS"), PROXY)
                    }
                }
            }
            SdkError::ResponseError(answer) => {
                let status = answer.raw().status().as_u16();
                let kind = answer.raw().headers().get("content-type").unwrap_or("no content type");
                self.error(
                    format!("the answer (HTTP {status}, {kind}) cannot be read: {}", causes(error)),
                    AGAIN,
                )
            }
            SdkError::TimeoutError(_) => self.late(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => self.late(),
            SdkError::DispatchFailure(failure) => {
                let reason =
                    failure.as_connector_error().map_or_else(|| causes(error), |error| causes(error));
                let known = Region::parse(self.region).is_none_or(Region::has_prefix);
                self.error(format!("no connection: {reason}"), if known { NETWORK } else { NEW_REGION })
            }
            _ => self.error(causes(error), AGAIN),
        }
    }

    /// What to do about an error code of this call.
    fn hint(&self, code: &str) -> &'static str {
        match (self.service, code) {
            ("AWS Batch", "AccessDenied" | "AccessDeniedException")
                if self.operation == "DescribeComputeEnvironments" =>
            {
                METRICS_PERMISSIONS
            }
            ("AWS Batch", "AccessDenied" | "AccessDeniedException") => BATCH_PERMISSIONS,
            (super::cloudwatch::SERVICE, "AccessDenied" | "AccessDeniedException") => METRICS_PERMISSIONS,
            (super::service_quotas::SERVICE, "AccessDenied" | "AccessDeniedException") => QUOTA_PERMISSIONS,
            _ => hint(code),
        }
    }

    fn late(&self) -> Error {
        let message = format!("no answer within {} s", self.timeout.as_secs());
        self.error(message, "`--timeout` waits longer; `estimate --prices bundled` needs no network")
    }

    pub(super) fn error(&self, message: String, hint: &'static str) -> Error {
        Error::Aws {
            service: self.service,
            operation: self.operation,
            region: self.region.to_owned(),
            message,
            hint,
        }
    }
}

const BATCH_PERMISSIONS: &str =
    "the credentials may not do this: allow batch:DescribeJobQueues, batch:ListJobs and batch:DescribeJobs";
const METRICS_PERMISSIONS: &str = "the credentials may not do this: allow cloudwatch:ListMetrics, cloudwatch:GetMetricData and batch:DescribeComputeEnvironments, or give a file with `--metrics`";
const QUOTA_PERMISSIONS: &str =
    "the credentials may not do this: allow servicequotas:GetServiceQuota, or leave `--quotas` out";
const PROXY: &str = "is there a proxy in between? `estimate --prices bundled` needs no network";
const NEW_REGION: &str = "is that the region's name? This program does not know it; if it is, check the network and AWS_ENDPOINT_URL";
pub(super) const NETWORK: &str =
    "check the network and AWS_ENDPOINT_URL; `estimate --prices bundled` needs neither";

/// What to do about an error code of AWS.
fn hint(code: &str) -> &'static str {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            "the credentials have expired: log in again, or use `estimate --prices bundled`"
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken" => {
            "AWS does not accept these credentials: check AWS_PROFILE and the clock, or use `estimate --prices bundled`"
        }
        "AuthFailure" | "OptInRequired" => {
            "are the credentials right, and is the region enabled for this account? `estimate --prices bundled` needs neither"
        }
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
            "the credentials may not do this: the README lists the permissions; `estimate --prices bundled` needs none"
        }
        "ThrottlingException" | "Throttling" | "RequestLimitExceeded" | "TooManyRequestsException" => {
            "AWS asks for patience: try again later, or set AWS_MAX_ATTEMPTS higher"
        }
        code if code.starts_with("Invalid") || code.starts_with("Validation") => {
            "AWS does not take this question: is what was asked for on offer there?"
        }
        "RequestTimeTooSkewed" => "this machine's clock is wrong: set it",
        _ => AGAIN,
    }
}

/// An error and its causes in one line, each once.
pub(super) fn causes(error: &dyn std::error::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // The SDK's own name for the kind of error says nothing beside its cause.
        let named = ["response error", "dispatch failure", "streaming error"].contains(&text.as_str())
            || text.ends_with("interceptor encountered an error");
        let text = if named { String::new() } else { text };
        if !text.is_empty() && !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        next = error.source();
    }
    texts.join(": ")
}
