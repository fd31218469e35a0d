//! Which product of the Price List is a SKU's, and what it costs by it: exactly one fits, or the reason names the
//! candidates.

use super::product::{Dimension, Origin, Product, Term};
use super::query::fits;
use super::{OnlyFor, Price, Provenance, Tier, unnamed};
use crate::model::commitment::CommitmentTerms;
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::said::Said;
use crate::model::sku::{PurchaseOption, Resource, Sku};
use crate::model::units::PricingUnit;

/// What a SKU costs by these products. `terms` are those of the commitment, for a Reserved Instance.
/// `Err` says why it has no price.
pub fn price(
    sku: &Sku,
    terms: Option<CommitmentTerms>,
    products: &[Product],
    origin: &Origin,
) -> Result<Price, Said> {
    let fitting: Vec<&Product> = products.iter().filter(|product| fits(product, sku)).collect();
    let none = || {
        let usage_type = sku.usage_type();
        unnamed(sku).unwrap_or_else(|| {
            Said::new(
                format!("the Price List has no product for {usage_type}"),
                format!("AWS Price List に {usage_type} の商品がない"),
            )
        })
    };
    let (first, others) = fitting.split_first().ok_or_else(none)?;
    // Transfer between zones is listed once a direction and service under one usage type, CloudWatch's logs in us-east-1
    // with and without `USE1-`: the price is not in doubt as long as all of them agree. Of instances the conditions
    // name one product; two would be a condition that is missing.
    let tiers_of = |product: &Product| rates(sku, terms, product).ok().map(|(tiers, _)| tiers);
    let same = |other: &&Product| tiers_of(other).is_some_and(|tiers| Some(tiers) == tiers_of(first));
    let agreed = sku.instance_type().is_none() && others.iter().all(same);
    if !others.is_empty() && !agreed {
        return Err(ambiguous(sku, terms, &fitting));
    }
    let (tiers, term) = rates(sku, terms, first)?;
    let codes: Vec<&str> = term.dimensions.iter().map(|dimension| dimension.rate_code.as_str()).collect();
    let words = term.dimensions.first().map_or("", |dimension| dimension.description.as_str());
    let published = first.published.split('T').next().unwrap_or("");
    let listed = first.attribute("usagetype").filter(|listed| *listed != sku.usage_type());
    let listed = listed.map_or_else(String::new, |listed| format!(", listed as {listed}"));
    let provenance = Provenance {
        source: origin.source.clone(),
        as_of: Some(origin.as_of.clone()),
        sku: Some(fitting.iter().map(|product| product.sku.as_str()).collect::<Vec<_>>().join(" ")),
        verified: Some(true),
        detail: format!(
            "AWS Price List {} published {published}, in force since {}, rate code {}{listed}: {words}",
            first.version,
            term.effective.split('T').next().unwrap_or(""),
            codes.join(" "),
        ),
        only_for: terms.filter(|_| sku.purchase == PurchaseOption::Reserved).map(OnlyFor::Terms),
    };
    Ok(Price { unit: sku.unit(), tiers, spread: None, provenance })
}

/// The tiers and the term of a product for a SKU.
fn rates<'a>(
    sku: &Sku,
    terms: Option<CommitmentTerms>,
    product: &'a Product,
) -> Result<(Vec<Tier>, &'a Term), Said> {
    let reserved = sku.purchase == PurchaseOption::Reserved;
    let kind = if reserved { "Reserved" } else { "OnDemand" };
    if reserved && terms.is_none() {
        let usage_type = sku.usage_type();
        return Err(Said::new(
            format!("a Reserved price of {usage_type} needs the commitment's `term` and `payment`"),
            format!("{usage_type} のリザーブド単価には commitment の `term` と `payment` の指定が必要である"),
        ));
    }
    let asked = |term: &&Term| {
        term.kind == kind
            && terms.filter(|_| reserved).is_none_or(|terms| {
                term.lease == terms.lease() && term.payment == terms.payment() && term.class == "standard"
            })
    };
    let found: Vec<&Term> = product.terms.iter().filter(asked).collect();
    let [term] = found[..] else {
        let (name, usage_type, count) = (&product.sku, sku.usage_type(), found.len());
        return Err(Said::new(
            format!("product {name} of {usage_type} has {count} {kind} terms, not one"),
            format!("{usage_type} の商品 {name} には {kind} の条件が {count} 件あり、1 件に決まらない"),
        ));
    };
    let tiers = match terms.filter(|_| reserved) {
        Some(terms) => vec![Tier { from: Decimal::ZERO, price: Some(amortized(sku, product, term, terms)?) }],
        None => tiers(sku, product, term)?,
    };
    Ok((tiers, term))
}

/// The rates of a term by rising quantity, from 0 without a gap.
fn tiers(sku: &Sku, product: &Product, term: &Term) -> Result<Vec<Tier>, Said> {
    let bad = |en: String, ja: String| bad(sku, product, &Said::new(en, ja));
    let uncovered = || {
        bad(
            "its rates do not cover every quantity once".into(),
            "単価がすべての数量を一度ずつ覆っていない".into(),
        )
    };
    if sku.instance_type().is_some() && term.dimensions.len() != 1 {
        let count = term.dimensions.len();
        return Err(bad(
            format!("{count} rates, not one"),
            format!("単価が {count} 件あり、1 件に決まらない"),
        ));
    }
    let mut ranges = Vec::new();
    for dimension in &term.dimensions {
        let number = |text: &str| {
            decimal::parse(text)
                .map_err(|_| bad(format!("a range of `{text}`"), format!("範囲が `{text}` である")))
        };
        let end = if dimension.end == "Inf" { None } else { Some(number(&dimension.end)?) };
        ranges.push((number(&dimension.begin)?, end, usd(sku, product, dimension)?));
    }
    ranges.sort_unstable();
    // What gp3 includes may stand before the first rate; our quantity is what exceeds it.
    let included = match sku.resource {
        Resource::VolumeIops => Some(Decimal::from(3000)),
        Resource::VolumeThroughput => Some(Decimal::from(125)),
        _ => None,
    };
    if let [(begin, None, _)] = &mut ranges[..]
        && Some(*begin) == included
    {
        *begin = Decimal::ZERO;
    }
    let mut next = Some(Decimal::ZERO);
    for (begin, end, _) in &ranges {
        if next != Some(*begin) {
            return Err(uncovered());
        }
        next = *end;
    }
    if ranges.is_empty() || next.is_some() {
        return Err(uncovered());
    }
    Ok(ranges.into_iter().map(|(from, _, price)| Tier { from, price: Some(price) }).collect())
}

/// Price of one of our units, above zero.
fn usd(sku: &Sku, product: &Product, dimension: &Dimension) -> Result<Usd, Said> {
    let bad = |en: String, ja: String| bad(sku, product, &Said::new(en, ja));
    let unit = PricingUnit::parse(&dimension.unit).filter(|(unit, _)| *unit == sku.unit());
    let (_, divisor) = unit.ok_or_else(|| {
        let (priced, expected) = (&dimension.unit, sku.unit().focus());
        bad(
            format!("priced per `{priced}`, expected {}", sku.unit().singular()),
            format!("単位が `{priced}` で、{expected} ではない"),
        )
    })?;
    let text = dimension.prices.get("USD").ok_or_else(|| {
        let currencies: Vec<&str> = dimension.prices.keys().map(String::as_str).collect();
        let currencies = currencies.join(", ");
        bad(
            format!("priced in {currencies}, not in USD"),
            format!("単価の通貨が {currencies} で、USD ではない"),
        )
    })?;
    let price = decimal::parse(text).map_err(|error| {
        bad(format!("price `{text}` is {error}"), format!("単価 `{text}` が数値ではない"))
    })?;
    if price <= Decimal::ZERO {
        return Err(bad(
            format!("listed at ${text}, which is no price of anything"),
            format!("単価が ${text} で、価格とは言えない"),
        ));
    }
    Ok(Usd::new(price / Decimal::from(divisor)).to_price())
}

/// A Reserved Instance's hour, its upfront fee spread over the term (365-day years, as AWS does).
fn amortized(sku: &Sku, product: &Product, term: &Term, terms: CommitmentTerms) -> Result<Usd, Said> {
    let bad = |en: String, ja: String| bad(sku, product, &Said::new(en, ja));
    let mut sum = Usd::ZERO;
    for dimension in &term.dimensions {
        let other = || bad("not priced in USD".into(), "単価が USD ではない".into());
        let text = dimension.prices.get("USD").ok_or_else(other)?;
        let price = decimal::parse(text).map_err(|error| {
            bad(format!("price `{text}` is {error}"), format!("単価 `{text}` が数値ではない"))
        })?;
        sum += match PricingUnit::parse(&dimension.unit) {
            Some((PricingUnit::Hours, 1)) => Usd::new(price),
            Some((PricingUnit::Units, 1)) => Usd::new(price / terms.hours()),
            _ => {
                let unit = &dimension.unit;
                return Err(bad(
                    format!("a Reserved rate per `{unit}`"),
                    format!("リザーブドの単価の単位が `{unit}` である"),
                ));
            }
        };
    }
    let price = sum.to_price();
    if price <= Usd::ZERO {
        Err(bad(
            "listed at $0, which is no price of anything".into(),
            "単価が $0 で、価格とは言えない".into(),
        ))
    } else {
        Ok(price)
    }
}

/// What is wrong with a product.
fn bad(sku: &Sku, product: &Product, what: &Said) -> Said {
    let (name, usage_type) = (&product.sku, sku.usage_type());
    Said::new(
        format!("product {name} of {usage_type}: {}", what.en),
        format!("{usage_type} の商品 {name}：{}", what.ja),
    )
}

/// Names every candidate.
fn ambiguous(sku: &Sku, terms: Option<CommitmentTerms>, fitting: &[&Product]) -> Said {
    let one = |product: &&Product| {
        let price = match rates(sku, terms, product) {
            Ok((tiers, _)) => tiers[0].price.map_or_else(String::new, |price| price.price(10)),
            Err(reason) => reason.en,
        };
        let operation = product.attribute("operation").unwrap_or("no operation");
        format!("{} ({operation}, {price})", product.sku)
    };
    let candidates: Vec<String> = fitting.iter().map(one).collect();
    let (count, usage_type, candidates) = (fitting.len(), sku.usage_type(), candidates.join("; "));
    Said::new(
        format!("{count} products of the Price List fit {usage_type}, not one: {candidates}"),
        format!(
            "AWS Price List の {count} 件の商品が {usage_type} に当てはまり、1 件に決まらない：{candidates}"
        ),
    )
}
