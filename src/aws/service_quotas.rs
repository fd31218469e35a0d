//! Service Quotas: what EC2 allows an account in a region (GetServiceQuota).

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_servicequotas::Client;
use aws_sdk_servicequotas::config::Region as SdkRegion;

use super::Link;
use super::words;
use crate::error::Result;
use crate::model::decimal::{self, Decimal};
use crate::model::region::Region;

const SERVICE: &str = "Service Quotas";

/// EC2's name there.
const EC2: &str = "ec2";

/// Digits kept of a double: quotas are whole vCPUs.
const PLACES: u32 = 3;

impl Link {
    /// Quotas of EC2 by code; of one that Service Quotas has no value for, none.
    pub(super) async fn quotas(
        &self,
        region: Region,
        codes: &BTreeSet<&'static str>,
    ) -> Result<BTreeMap<&'static str, Decimal>> {
        let config = aws_sdk_servicequotas::config::Builder::from(&self.config);
        let client = Client::from_conf(config.region(SdkRegion::from_static(region.code())).build());
        let call = self.call(SERVICE, "GetServiceQuota", region.code());
        let mut found = BTreeMap::new();
        for code in codes {
            let permit = self.in_flight.acquire().await.expect("nobody closes the semaphore");
            let answer = client.get_service_quota().service_code(EC2).quota_code(*code).send().await;
            drop(permit);
            self.answers.set(self.answers.get() + 1);
            let quota = match answer {
                Ok(answer) => answer.quota,
                Err(error)
                    if error.as_service_error().is_some_and(|of| of.is_no_such_resource_exception()) =>
                {
                    None
                }
                Err(error) => return Err(call.failed(&error)),
            };
            let Some(value) = quota.and_then(|quota| quota.value) else { continue };
            let units = decimal::double_units(value, PLACES).filter(|units| *units >= 0);
            let Some(units) = units else {
                return Err(call.broken(words::the_quota_is(code, value)));
            };
            found.insert(*code, decimal::of_units(units, PLACES));
        }
        Ok(found)
    }
}
