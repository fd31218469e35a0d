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
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

use super::Settings;
use super::failure::causes;
use super::sdk_settings::{Reader, SdkSettings, is_visible, profile_name};
use super::words;
use crate::error::{Error, Result};
use crate::model::said::Said;

/// Where the price list, Savings Plans and the token service are asked, whatever region is priced
/// (AWS Price List user guide, endpoints). Named, so that the SDK asks no metadata service for one.
const HOME: &str = "us-east-1";

/// The SDK's settings with credentials, and their access key; `None` where none are configured.
pub(super) async fn configure(settings: &Settings) -> Result<Option<(SdkConfig, String)>> {
    let home = Region::from_static(HOME);
    let reader = Reader::new(settings.profile.as_deref()).await?;
    let own = reader.settings()?;
    reader.check_credentials()?;
    let provider = ProviderConfig::without_region()
        .with_region(Some(home))
        .with_retry_config(own.retry.clone())
        .with_use_fips(own.fips)
        .with_use_dual_stack(own.dual_stack);
    let environment = Environment(EnvironmentVariableCredentialsProvider::new());
    let profile = ProfileFileCredentialsProvider::builder()
        .configure(&provider)
        .profile_name(profile_name(settings.profile.as_deref()))
        .with_custom_provider("Environment", environment.clone())
        .build();
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
                let message = words::there_are_none_in_the(profile);
                return Err(Error::Credentials { message });
            }
            if settings.instance_role { of_the_instance(&provider).await } else { None }
        }
        Err(error) => return Err(Error::Credentials { message: Said::alike(causes(&error)) }),
    };
    let Some(credentials) = credentials else { return Ok(None) };
    let credentials = trimmed(&credentials);
    if credentials.access_key_id().is_empty() || credentials.secret_access_key().is_empty() {
        return Err(Error::Credentials { message: words::their_access_key_or_its() });
    }
    let sent = [credentials.access_key_id(), credentials.session_token().unwrap_or("")];
    if !sent.into_iter().all(is_visible) {
        let message = words::their_access_key_or_session();
        return Err(Error::Credentials { message });
    }
    let access_key = credentials.access_key_id().to_owned();
    Ok(Some((load(settings, own, credentials).await, access_key)))
}

/// The SDK's settings, of which it reads what no answer hangs on.
async fn load(settings: &Settings, own: SdkSettings, credentials: Credentials) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout)
        .operation_attempt_timeout(settings.timeout)
        .build();
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .region(Region::from_static(HOME))
        .profile_name(profile_name(settings.profile.as_deref()))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .retry_config(own.retry)
        .timeout_config(timeouts);
    if let Some(fips) = own.fips {
        loader = loader.use_fips(fips);
    }
    if let Some(dual_stack) = own.dual_stack {
        loader = loader.use_dual_stack(dual_stack);
    }
    let mut config = loader.load().await.into_builder();
    config.set_endpoint_url(own.endpoints.global.clone());
    config.service_config(own.endpoints).build()
}

/// Credentials of the environment.
#[derive(Clone, Debug)]
struct Environment(EnvironmentVariableCredentialsProvider);

impl ProvideCredentials for Environment {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async {
            self.0.provide_credentials().await.map(|found| trimmed(&found))
        })
    }
}

/// Without the blanks and line ends that a file or a secret store left around them.
fn trimmed(found: &Credentials) -> Credentials {
    let token = found.session_token().map(|token| token.trim().to_owned());
    Credentials::new(
        found.access_key_id().trim(),
        found.secret_access_key().trim(),
        token.filter(|token| !token.is_empty()),
        found.expiry(),
        "hpc-cost",
    )
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
