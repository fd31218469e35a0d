//! What the SDK's errors mean to the user: one sentence, and what to do.

use std::time::Duration;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

use super::words;
use crate::error::Error;
use crate::model::region::Region;
use crate::model::said::Said;

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
    pub(super) fn broken(&self, message: Said) -> Error {
        self.error(message, words::again())
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
                        self.error(Said::alike(format!("{code}{message}")), self.hint(code))
                    }
                    (None, _) => {
                        let kind = content_type(answer.raw().headers());
                        self.error(words::http_with_not_an_answer(status, &kind), words::is_there_a_proxy())
                    }
                }
            }
            SdkError::ResponseError(answer) => {
                let status = answer.raw().status().as_u16();
                let kind = content_type(answer.raw().headers());
                self.error(words::the_answer_http_cannot_be(status, &kind, causes(error)), words::again())
            }
            SdkError::TimeoutError(_) => self.late(),
            SdkError::DispatchFailure(failure) if failure.is_timeout() => self.late(),
            SdkError::DispatchFailure(failure) => {
                let reason =
                    failure.as_connector_error().map_or_else(|| causes(error), |error| causes(error));
                let known = Region::parse(self.region).is_none_or(Region::has_prefix);
                self.error(
                    words::no_connection(&reason),
                    if known { words::check_the_network() } else { words::is_it_the_regions_name() },
                )
            }
            _ => self.error(Said::alike(causes(error)), words::again()),
        }
    }

    /// What to do about an error code of this call.
    fn hint(&self, code: &str) -> Said {
        let denied = matches!(code, "AccessDenied" | "AccessDeniedException");
        match self.operation {
            "ListMetrics" | "GetMetricData" | "DescribeComputeEnvironments" if denied => {
                words::metrics_permissions()
            }
            "GetServiceQuota" if denied => words::quota_permissions(),
            _ if denied && self.service == "AWS Batch" => words::batch_permissions(),
            _ => hint(code),
        }
    }

    fn late(&self) -> Error {
        let message = words::no_answer_within_s(self.timeout.as_secs());
        self.error(message, words::timeout_waits_longer_estimate_prices())
    }

    pub(super) fn error(&self, message: Said, hint: Said) -> Error {
        Error::Aws {
            service: self.service,
            operation: self.operation,
            region: self.region.to_owned(),
            message,
            hint,
        }
    }
}

/// The type of an answer, in words.
fn content_type(headers: &aws_smithy_runtime_api::http::Headers) -> Said {
    headers.get("content-type").map_or_else(words::no_content_type, Said::alike)
}

/// What to do about an error code of AWS.
fn hint(code: &str) -> Said {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            words::the_credentials_have_expired_log()
        }
        "UnrecognizedClientException"
        | "InvalidClientTokenId"
        | "SignatureDoesNotMatch"
        | "InvalidSignatureException"
        | "IncompleteSignature"
        | "MissingAuthenticationToken" => words::aws_does_not_accept_these(),
        "AuthFailure" | "OptInRequired" => words::are_the_credentials_right_and(),
        "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => {
            words::the_credentials_may_not_do()
        }
        "ThrottlingException" | "Throttling" | "RequestLimitExceeded" | "TooManyRequestsException" => {
            words::aws_asks_for_patience_try()
        }
        code if code.starts_with("Invalid") || code.starts_with("Validation") => {
            words::aws_does_not_take_this()
        }
        "RequestTimeTooSkewed" => words::this_machine_clock_is_wrong(),
        _ => words::again(),
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
