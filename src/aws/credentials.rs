//! Where credentials come from: the usual chain, without waiting for what is not there.

use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::{self, credentials::ImdsCredentialsProvider};
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::Settings;
use super::failure::causes;
use crate::error::{Error, Result};

/// Where the price list, Savings Plans and the token service are asked, whatever region is priced
/// (AWS Price List user guide, endpoints). Named, so that the SDK asks no metadata service for one.
const HOME: &str = "us-east-1";

/// The SDK's settings alone.
pub(super) async fn without() -> SdkConfig {
    let home = Region::from_static(HOME);
    aws_config::defaults(BehaviorVersion::latest()).region(home).no_credentials().load().await
}

/// The SDK's settings with credentials, and their access key; `None` where none are configured.
pub(super) async fn configure(settings: &Settings) -> Result<Option<(SdkConfig, String)>> {
    let home = Region::from_static(HOME);
    let provider = ProviderConfig::without_region().with_region(Some(home.clone()));
    let environment = EnvironmentVariableCredentialsProvider::new();
    let profile = ProfileFileCredentialsProvider::builder().configure(&provider).build();
    let identity = WebIdentityTokenCredentialsProvider::builder().configure(&provider).build();
    let container = EcsCredentialsProvider::builder().configure(&provider).build();
    let chain = CredentialsProviderChain::first_try("environment", environment)
        .or_else("profile", profile)
        .or_else("web identity", identity)
        .or_else("container role", container);
    let credentials = match chain.provide_credentials().await {
        Ok(credentials) => Some(credentials),
        Err(CredentialsError::CredentialsNotLoaded(_)) => {
            // A profile that is named and gives none is a mistake, not the absence of credentials.
            if let Some(profile) = &settings.profile {
                let message = format!("there are none in the profile `{profile}` that AWS_PROFILE names");
                return Err(Error::Credentials { message });
            }
            if settings.instance_role { of_the_instance(&provider).await } else { None }
        }
        Err(error) => return Err(Error::Credentials { message: causes(&error) }),
    };
    let Some(credentials) = credentials else { return Ok(None) };
    let access_key = credentials.access_key_id().to_owned();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout)
        .operation_attempt_timeout(settings.timeout)
        .build();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(home)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(timeouts)
        .load()
        .await;
    Ok(Some((config, access_key)))
}

/// Those of the role of the EC2 instance this runs on. Whatever answers elsewhere in its place, or nothing within
/// a second, is no role.
async fn of_the_instance(provider: &ProviderConfig) -> Option<Credentials> {
    let second = Duration::from_secs(1);
    let client = imds::Client::builder()
        .configure(provider)
        .max_attempts(1)
        .connect_timeout(second)
        .read_timeout(second)
        .build();
    let role = ImdsCredentialsProvider::builder().configure(provider).imds_client(client).build();
    role.provide_credentials().await.ok()
}
