//! DescribeSavingsPlansOfferingRates: what an hour costs under a Compute Savings Plan.

use std::collections::BTreeMap;

use aws_sdk_savingsplans::Client;
use aws_sdk_savingsplans::types::{
    SavingsPlanOfferingRate, SavingsPlanOfferingRateFilterElement, SavingsPlanPaymentOption,
    SavingsPlanProductType, SavingsPlanRateFilterAttribute, SavingsPlanRateServiceCode, SavingsPlanType,
};

use super::Link;
use super::pricing::REGION;
use crate::error::Result;
use crate::model::commitment::{CommitmentTerms, PaymentOption};
use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::said::Said;
use crate::model::sku::{InstanceType, PurchaseOption, Sku};

/// Largest page, and most usage types of one request.
const PAGE: i32 = 1000;
const TYPES: usize = 100;

/// A rate in USD per hour with its offering, or why there is none.
type PlanRate = std::result::Result<(Usd, String), Said>;

impl Link {
    pub(super) async fn plan_rates(
        &self,
        region: Region,
        types: &[InstanceType],
        terms: CommitmentTerms,
    ) -> Result<BTreeMap<InstanceType, PlanRate>> {
        let client = Client::new(&self.config);
        let call = self.call("Savings Plans", "DescribeSavingsPlansOfferingRates", REGION);
        let mut found = BTreeMap::new();
        for chunk in types.chunks(TYPES) {
            let usage_types: Vec<String> = chunk.iter().map(|name| usage_type(region, name)).collect();
            let rates = self
                .pages(call, async |token| {
                    let page = client
                        .describe_savings_plans_offering_rates()
                        .savings_plan_payment_options(payment(terms))
                        .savings_plan_types(SavingsPlanType::Compute)
                        .products(SavingsPlanProductType::Ec2)
                        .service_codes(SavingsPlanRateServiceCode::Ec2)
                        .set_usage_types(Some(usage_types.clone()))
                        .operations("RunInstances")
                        .filters(filter(SavingsPlanRateFilterAttribute::ProductDescription, "Linux/UNIX"))
                        .filters(filter(SavingsPlanRateFilterAttribute::Tenancy, "shared"))
                        .max_results(PAGE)
                        .set_next_token(token)
                        .send()
                        .await
                        .map_err(|error| call.failed(&error))?;
                    Ok((page.search_results, page.next_token))
                })
                .await?;
            for name in chunk {
                found.insert(name.clone(), rate(&rates, &usage_type(region, name), terms));
            }
        }
        Ok(found)
    }
}

fn usage_type(region: Region, name: &InstanceType) -> String {
    Sku::instance(region, name, PurchaseOption::SavingsPlan).usage_type()
}

fn filter(name: SavingsPlanRateFilterAttribute, value: &str) -> SavingsPlanOfferingRateFilterElement {
    SavingsPlanOfferingRateFilterElement::builder().name(name).values(value).build()
}

const fn payment(terms: CommitmentTerms) -> SavingsPlanPaymentOption {
    match terms.payment {
        PaymentOption::NoUpfront => SavingsPlanPaymentOption::NoUpfront,
        PaymentOption::PartialUpfront => SavingsPlanPaymentOption::PartialUpfront,
        PaymentOption::AllUpfront => SavingsPlanPaymentOption::AllUpfront,
    }
}

/// The one rate of a usage type under these terms.
fn rate(rates: &[SavingsPlanOfferingRate], usage_type: &str, terms: CommitmentTerms) -> PlanRate {
    let seconds = i64::from(terms.term.years()) * 31_536_000;
    let is = |rate: &&SavingsPlanOfferingRate| {
        let property = |name: &str, value: &str| {
            let named = |p: &&_| property_name(p) == Some(name);
            rate.properties().iter().find(named).is_some_and(|p| p.value() == Some(value))
        };
        let offering = rate.savings_plan_offering();
        rate.usage_type() == Some(usage_type)
            && rate.operation() == Some("RunInstances")
            && property("productDescription", "Linux/UNIX")
            && property("tenancy", "shared")
            && offering.is_some_and(|offering| {
                offering.duration_seconds() == seconds
                    && offering.payment_option() == Some(&payment(terms))
                    && offering.plan_type() == Some(&SavingsPlanType::Compute)
            })
    };
    let found: Vec<&SavingsPlanOfferingRate> = rates.iter().filter(is).collect();
    let what = format!("{usage_type} under a {terms} Compute Savings Plan");
    let what_ja = format!("{usage_type}（Compute Savings Plan、{terms}）");
    let [only] = found[..] else {
        let offers: Vec<String> = found.iter().map(|rate| named(rate)).collect();
        let offered = offers.join("; ");
        return Err(match offers.len() {
            0 => {
                Said::new(format!("AWS offers no rate for {what}"), format!("AWS に {what_ja} の単価がない"))
            }
            several => Said::new(
                format!("{several} rates for {what}, not one: {offered}"),
                format!("{what_ja} の単価が {several} 件あり、1 件に決まらない：{offered}"),
            ),
        });
    };
    let currency = only.savings_plan_offering().and_then(|offering| offering.currency());
    if currency.map(|currency| currency.as_str()) != Some("USD") {
        return Err(Said::new(
            format!("the rate for {what} is not in USD"),
            format!("{what_ja} の単価が USD ではない"),
        ));
    }
    let unit = only.unit().map_or("", |unit| unit.as_str());
    let text = only.rate().unwrap_or("");
    match decimal::parse(text) {
        Ok(price) if price > decimal::Decimal::ZERO && unit == "Hrs" => {
            Ok((Usd::new(price).to_price(), named(only)))
        }
        _ => Err(Said::new(
            format!("the rate for {what} is `{text}` per `{unit}`, which is no price of an hour"),
            format!("{what_ja} の単価は `{unit}` あたり `{text}` で、1 時間の価格ではない"),
        )),
    }
}

fn property_name(property: &aws_sdk_savingsplans::types::SavingsPlanOfferingRateProperty) -> Option<&str> {
    property.name()
}

/// The offering and the rate, in words.
fn named(rate: &SavingsPlanOfferingRate) -> String {
    let offering = rate.savings_plan_offering().and_then(|offering| offering.offering_id());
    format!("offering {} at ${}", offering.unwrap_or("without an id"), rate.rate().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use crate::model::commitment::Term;
    use aws_sdk_savingsplans::types::{
        CurrencyCode, ParentSavingsPlanOffering, SavingsPlanOfferingRateProperty, SavingsPlanRateUnit,
    };

    use super::*;

    #[test]
    fn a_rate_that_does_not_say_whose_it_is_is_none() {
        let terms = CommitmentTerms { term: Term::OneYear, payment: PaymentOption::NoUpfront };
        let with = |properties: &[(&str, &str)]| {
            let offering = ParentSavingsPlanOffering::builder()
                .offering_id("one")
                .payment_option(SavingsPlanPaymentOption::NoUpfront)
                .plan_type(SavingsPlanType::Compute)
                .duration_seconds(31_536_000)
                .currency(CurrencyCode::Usd)
                .build();
            let property = |(name, value): &(&str, &str)| {
                SavingsPlanOfferingRateProperty::builder().name(*name).value(*value).build()
            };
            let found = SavingsPlanOfferingRate::builder()
                .savings_plan_offering(offering)
                .rate("0.7")
                .unit(SavingsPlanRateUnit::Hours)
                .usage_type("BoxUsage:g5.xlarge")
                .operation("RunInstances")
                .set_properties(Some(properties.iter().map(property).collect()))
                .build();
            rate(&[found], "BoxUsage:g5.xlarge", terms).is_ok()
        };
        let (linux, shared) = (("productDescription", "Linux/UNIX"), ("tenancy", "shared"));
        assert!(with(&[linux, shared]));
        assert!(!with(&[linux]) && !with(&[shared]) && !with(&[linux, ("tenancy", "dedicated")]));
    }
}
