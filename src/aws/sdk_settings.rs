//! The SDK's own settings, read before the SDK reads them: it panics over some, and passes over others without a word.
//!
//! An empty one is not set; blanks and line ends around a value are no part of it. What is left has to be usable.

use std::collections::BTreeMap;

use aws_config::profile::{self, ProfileSet};
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_runtime::env_config::property::PropertiesKey;
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::retry::{RetryConfig, RetryMode, RetrySpec};
use aws_types::os_shim_internal::{Env, Fs};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::failure::causes;
use super::words;
use crate::error::{Error, Result};
use crate::model::said::Said;

/// Service ids of those that are asked.
const SERVICES: [&str; 9] = [
    "Athena",
    "Batch",
    "CloudWatch",
    "Pricing",
    "EC2",
    "FSx",
    "savingsplans",
    "Service Quotas",
    "Cost Explorer",
];

/// Services that the SDK itself asks for credentials, by settings that cannot be read for it.
const OF_CREDENTIALS: [&str; 4] = ["STS", "SSO", "SSO OIDC", "signin"];

/// Variable and key of a credential. Their values are never told.
const CREDENTIALS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "aws_access_key_id"),
    ("AWS_SECRET_ACCESS_KEY", "aws_secret_access_key"),
    ("AWS_SESSION_TOKEN", "aws_session_token"),
];

/// Settings that are given to the SDK rather than left to it.
#[derive(Debug)]
pub(super) struct SdkSettings {
    pub(super) retry: RetryConfig,
    pub(super) fips: Option<bool>,
    pub(super) dual_stack: Option<bool>,
    pub(super) endpoints: Endpoints,
}

/// Where the settings lead instead of to AWS.
#[derive(Clone, Debug, Default)]
pub(super) struct Endpoints {
    pub(super) global: Option<String>,
    /// By service id; the global one where a service has none of its own.
    services: BTreeMap<&'static str, String>,
}

impl Endpoints {
    /// All of them as texts: none, for AWS itself.
    pub(super) fn named(&self) -> Vec<String> {
        let services = self.services.iter().map(|(service, url)| format!("{service} {url}"));
        self.global.iter().cloned().chain(services).collect()
    }
}

impl LoadServiceConfig for Endpoints {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        self.services.get(key.service_id()).cloned()
    }
}

/// The name under which the SDK looks for a profile.
pub(super) fn profile_name(named: Option<&str>) -> &str {
    named.unwrap_or("default")
}

/// The environment and the profile.
pub(super) struct Reader {
    environment: Env,
    profile: ProfileSet,
}

/// A value and what sets it.
struct Setting {
    value: String,
    place: Said,
}

impl Setting {
    fn refused(&self, wanted: Said) -> Error {
        let Setting { value, place } = self;
        Error::Setting { message: words::is_which_is_not(place, value, wanted) }
    }
}

impl Reader {
    pub(super) async fn new(named: Option<&str>) -> Result<Reader> {
        let environment = Env::real();
        let name = profile_name(named).to_owned();
        let files = EnvConfigFiles::default();
        let profile = profile::load(&Fs::real(), &environment, &files, Some(name.into())).await;
        let profile = profile.map_err(|error| Error::Setting {
            message: words::the_profiles_of_aws_cannot(
                causes(&error).split_whitespace().collect::<Vec<_>>().join(" "),
            ),
        })?;
        Ok(Reader { environment, profile })
    }

    pub(super) fn settings(&self) -> Result<SdkSettings> {
        let ignored =
            self.switch("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")?;
        Ok(SdkSettings {
            retry: self.retry()?,
            fips: self.switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            dual_stack: self.switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
            endpoints: if ignored == Some(true) { Endpoints::default() } else { self.endpoints()? },
        })
    }

    /// Refuses a credential that no request could carry: of the environment where it has a key, else of the profile.
    pub(super) fn check_credentials(&self) -> Result<()> {
        let in_environment = self.of_environment(CREDENTIALS[0].0)?.is_some();
        for (variable, key) in CREDENTIALS {
            let setting = if in_environment { self.of_environment(variable)? } else { self.of_profile(key) };
            if let Some(Setting { place, .. }) = setting.filter(|setting| !is_visible(&setting.value)) {
                let message = words::has_a_character_that_no(&place);
                return Err(Error::Setting { message });
            }
        }
        Ok(())
    }

    /// Settings that the SDK reads by itself where it asks for credentials, and that are there but empty: it takes
    /// such an endpoint for one and panics.
    pub(super) fn empty_endpoints(&self) -> Vec<Said> {
        let of_services = OF_CREDENTIALS.map(|service| variable_of("AWS_ENDPOINT_URL", service));
        let names = of_services.into_iter().chain(["AWS_ENDPOINT_URL".to_owned()]);
        let is_empty = |name: &String| self.environment.get(name).is_ok_and(|value| value.trim().is_empty());
        let quoted = |name: String| Said::alike(format!("`{name}`"));
        let mut found: Vec<Said> = names.filter(is_empty).map(quoted).collect();
        if self.profile.get("endpoint_url").is_some_and(|value| value.trim().is_empty()) {
            found.push(self.place("endpoint_url"));
        }
        found
    }

    fn retry(&self) -> Result<RetryConfig> {
        let mut retry = RetryConfig::standard();
        if let Some(setting) = self.setting("AWS_RETRY_MODE", "retry_mode")? {
            retry = retry.with_retry_mode(match setting.value.to_ascii_lowercase().as_str() {
                // The third documented mode is of older SDKs; the newer one stands in for it.
                "standard" | "legacy" => RetryMode::Standard,
                "adaptive" => RetryMode::Adaptive,
                _ => return Err(setting.refused(words::standard_adaptive_or_legacy())),
            });
        }
        if let Some(setting) = self.setting("AWS_MAX_ATTEMPTS", "max_attempts")? {
            let attempts = setting.value.parse().ok().filter(|attempts| *attempts > 0);
            retry = retry
                .with_max_attempts(attempts.ok_or_else(|| setting.refused(words::a_whole_number_from_1()))?);
        }
        // A variable of this SDK alone.
        if self
            .of_environment("AWS_NEW_RETRIES_2026")?
            .is_some_and(|of| of.value.eq_ignore_ascii_case("true"))
        {
            retry = retry.with_retry_spec(RetrySpec::v2_1());
        }
        Ok(retry)
    }

    fn switch(&self, variable: &str, key: &str) -> Result<Option<bool>> {
        let Some(setting) = self.setting(variable, key)? else { return Ok(None) };
        match setting.value.to_ascii_lowercase().as_str() {
            "true" => Ok(Some(true)),
            "false" => Ok(Some(false)),
            _ => Err(setting.refused(words::true_or_false())),
        }
    }

    fn endpoints(&self) -> Result<Endpoints> {
        let (variable, key) = ("AWS_ENDPOINT_URL", "endpoint_url");
        let global = self.setting(variable, key)?.map(endpoint).transpose()?;
        let mut services = BTreeMap::new();
        for service in SERVICES {
            // The environment comes before the profile, and in either the service before all services.
            let found = match self.of_environment(&variable_of(variable, service))? {
                Some(own) => Some(own),
                None => match self.of_environment(variable)? {
                    Some(all) => Some(all),
                    None => self.of_service(service, key).or_else(|| self.of_profile(key)),
                },
            };
            if let Some(setting) = found {
                services.insert(service, endpoint(setting)?);
            }
        }
        Ok(Endpoints { global, services })
    }

    fn setting(&self, variable: &str, key: &str) -> Result<Option<Setting>> {
        Ok(self.of_environment(variable)?.or_else(|| self.of_profile(key)))
    }

    fn of_environment(&self, variable: &str) -> Result<Option<Setting>> {
        match self.environment.get(variable) {
            Ok(value) => Ok(set(&value, || Said::alike(format!("`{variable}`")))),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => {
                Err(Error::Setting { message: words::is_no_text_in_utf(variable) })
            }
        }
    }

    fn of_profile(&self, key: &str) -> Option<Setting> {
        set(self.profile.get(key)?, || self.place(key))
    }

    /// What the profile's `services` section has of a service.
    fn of_service(&self, service: &str, key: &str) -> Option<Setting> {
        let section = self.profile.get("services")?;
        let service = service.to_ascii_lowercase().replace(' ', "-");
        let place = PropertiesKey::builder()
            .section_key("services")
            .section_name(section)
            .property_name(&service)
            .sub_property_name(key)
            .build();
        let value = self.profile.other_sections().get(&place.ok()?)?;
        set(value, || words::of_in_services(key, &service, section))
    }

    fn place(&self, key: &str) -> Said {
        words::of_the_profile(key, self.profile.selected_profile())
    }
}

fn set(value: &str, place: impl Fn() -> Said) -> Option<Setting> {
    let value = value.trim();
    (!value.is_empty()).then(|| Setting { value: value.to_owned(), place: place() })
}

fn variable_of(variable: &str, service: &str) -> String {
    format!("{variable}_{}", service.to_ascii_uppercase().replace(' ', "_"))
}

/// Whether a text can be in a header.
pub(super) fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn endpoint(setting: Setting) -> Result<String> {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (head, rest) = setting.value.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    let has_host = rest.is_some_and(|rest| !rest.starts_with(['/', ':', '?', '#']) && !rest.is_empty());
    if !has_host || !is_visible(&setting.value) || Request::get(setting.value.as_str()).is_err() {
        return Err(setting.refused(words::an_address_such_as_https()));
    }
    Ok(setting.value)
}
