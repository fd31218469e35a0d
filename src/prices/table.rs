//! A price table as a file: what AWS said of whole regions, so that a team has newer prices offline than this program.
//!
//! CSV in the columns of `bundled/other.csv`, and the terms of a Reserved Instance; a first line says what it is and when it
//! was written. Rows of one region, service, usage type and terms are the tiers of one price.

use super::{Entry, OnlyFor, Price, PriceList, Provenance, Source, Tier, Wanted};
use crate::model::commitment::{CommitmentTerms, Commitments};
use crate::model::decimal::{self, Decimal};
use crate::model::money::Usd;
use crate::model::region::Region;
use crate::model::sku::{PurchaseOption, Service, Sku};
use crate::model::units::PricingUnit;

use crate::model::usage_type::UsageType;

/// How the first line begins; the date follows.
pub const MARK: &str = "# hpc-cost price table 1, read ";

/// The columns.
pub const HEADER: [&str; 11] = [
    "region",
    "service",
    "usage_type",
    "terms",
    "unit",
    "tier_from",
    "usd_low",
    "usd",
    "as_of",
    "verified",
    "source",
];

/// The prices of a table file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceTable {
    /// When it was read from AWS, as its first line says.
    pub read_at: String,
    /// Prices by region.
    pub prices: Vec<(Region, Entry)>,
}

impl PriceTable {
    /// Whether a text is such a table, of this or another version.
    #[must_use]
    pub fn is_one(text: &str) -> bool {
        text.starts_with("# hpc-cost price table ")
    }

    /// Reads a table. `Err` says in which line what is wrong.
    pub fn parse(text: &str) -> Result<PriceTable, String> {
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let read_at =
            first.strip_prefix(MARK).ok_or("it is a price table of another version")?.trim().to_owned();
        let mut reader = csv::Reader::from_reader(rest.as_bytes());
        let header = reader.headers().map_err(|error| error.to_string())?;
        if header.iter().ne(HEADER) {
            return Err(format!("line 2: the columns are not {}", HEADER.join(",")));
        }
        let mut prices: Vec<(Region, Entry)> = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| error.to_string())?;
            let line = row.position().map_or(0, csv::Position::line) + 1;
            let (region, entry) = price(&row).map_err(|reason| format!("line {line}: {reason}"))?;
            let last = prices.last_mut().filter(|(of, last)| *of == region && is_of(last, &entry));
            match last {
                Some((_, (.., price))) => price.tiers.extend(entry.3.tiers),
                None => prices.push((region, entry)),
            }
        }
        let rises = |price: &Price| {
            price.tiers[0].from.is_zero() && price.tiers.windows(2).all(|pair| pair[0].from < pair[1].from)
        };
        match prices.iter().find(|(_, entry)| !rises(&entry.3)) {
            Some((_, entry)) => Err(format!("the tiers of {} do not rise from 0", entry.1)),
            None => Ok(PriceTable { read_at, prices }),
        }
    }

    /// The prices of the wanted SKUs. Of Reserved Instances those that the commitments say.
    #[must_use]
    pub fn price_list(&self, wanted: &Wanted, commitments: &Commitments, path: &str) -> PriceList {
        let mut list = PriceList::new(Source::File(path.to_owned()), Some(&self.read_at));
        for sku in wanted {
            let terms = commitments.terms(sku).and_then(Result::ok).map(OnlyFor::Terms);
            let Some(mut price) = self.price(sku, terms).cloned() else { continue };
            price.provenance.source = Source::File(path.to_owned());
            if sku.purchase == PurchaseOption::Spot {
                // The default maximum Spot price is the On-Demand price.
                let most =
                    self.price(&sku.bought(PurchaseOption::OnDemand), None).and_then(Price::first_rate);
                let mean = price.first_rate().map_or(Usd::ZERO, |rate| rate.price);
                let low = price.spread.map_or(mean, |(low, _)| low);
                price.spread = Some((low, most.map(|most| most.price.max(mean))));
            }
            list.insert(sku, price);
        }
        list
    }

    fn price(&self, sku: &Sku, terms: Option<OnlyFor>) -> Option<&Price> {
        let (service, usage_type) = (sku.service(), sku.usage_type());
        let fits = |(region, (of, name, purchase, price)): &&(Region, Entry)| {
            *region == sku.region
                && *of == service
                && *name == usage_type
                && *purchase == sku.purchase
                && price.provenance.only_for == terms
        };
        self.prices.iter().find(fits).map(|(_, (.., price))| price)
    }

    /// The rows of a price, one for each tier, in the order of the columns.
    pub fn rows(region: Region, entry: &Entry) -> impl Iterator<Item = [String; 11]> + '_ {
        let (service, usage_type, _, price) = entry;
        let terms = match price.provenance.only_for {
            Some(OnlyFor::Terms(terms)) => terms.to_string(),
            _ => String::new(),
        };
        price.tiers.iter().map(move |tier| {
            let usd = |usd: Usd| decimal::plain(usd.amount());
            [
                region.to_string(),
                service.code().to_owned(),
                usage_type.clone(),
                terms.clone(),
                price.unit.focus().to_owned(),
                decimal::plain(tier.from),
                price.spread.map_or_else(String::new, |(low, _)| usd(low)),
                tier.price.map_or_else(String::new, usd),
                price.provenance.as_of.clone().unwrap_or_default(),
                if price.provenance.verified == Some(true) { "yes" } else { "no" }.to_owned(),
                price.provenance.detail.clone(),
            ]
        })
    }
}

/// Whether a row is another tier of a price.
fn is_of(last: &Entry, entry: &Entry) -> bool {
    (last.0, &last.1, last.2) == (entry.0, &entry.1, entry.2)
        && last.3.provenance.only_for == entry.3.provenance.only_for
}

/// The price of a row, with one tier.
fn price(row: &csv::StringRecord) -> Result<(Region, Entry), String> {
    let cell = |index: usize| row.get(index).unwrap_or("").trim();
    let bad = |index: usize| format!("{} `{}` cannot be used", HEADER[index], cell(index));
    let number = |index: usize| -> Result<Option<Decimal>, String> {
        match cell(index) {
            "" => Ok(None),
            text => decimal::parse(text)
                .ok()
                .filter(|number| *number >= Decimal::ZERO)
                .map(Some)
                .ok_or_else(|| bad(index)),
        }
    };
    let usd = |index| Ok::<_, String>(number(index)?.filter(|number| !number.is_zero()).map(Usd::new));
    let region = Region::parse(cell(0)).ok_or_else(|| bad(0))?;
    let service = Service::ALL.into_iter().find(|of| of.code() == cell(1)).ok_or_else(|| bad(1))?;
    let terms = match cell(3) {
        "" => None,
        text => Some(CommitmentTerms::parse(text).ok_or_else(|| bad(3))?),
    };
    let (unit, _) = PricingUnit::parse(cell(4)).ok_or_else(|| bad(4))?;
    let verified = match cell(9) {
        "yes" => true,
        "no" => false,
        _ => return Err(bad(9)),
    };
    if cell(2).is_empty() {
        return Err(bad(2));
    }
    let purchase = if terms.is_some() { PurchaseOption::Reserved } else { UsageType(cell(2)).purchase() };
    let provenance = Provenance {
        source: Source::Bundled,
        as_of: Some(cell(8).to_owned()).filter(|date| !date.is_empty()),
        sku: None,
        verified: Some(verified),
        detail: cell(10).to_owned(),
        only_for: terms.map(OnlyFor::Terms),
    };
    let price = Price {
        unit,
        tiers: vec![Tier { from: number(5)?.unwrap_or_default(), price: usd(7)? }],
        spread: usd(6)?.map(|low| (low, None)),
        provenance,
    };
    Ok((region, (service, cell(2).to_owned(), purchase, price)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sku::{InstanceType, Resource, S3Class};

    const TABLE: &str = "# hpc-cost price table 1, read 2026-11-01T00:00:00Z\n\
        region,service,usage_type,terms,unit,tier_from,usd_low,usd,as_of,verified,source\n\
        us-east-1,AmazonS3,TimedStorage-ByteHrs,,GB-Months,0,,0.023,2026-11-01,yes,\"a, b\"\n\
        us-east-1,AmazonS3,TimedStorage-ByteHrs,,GB-Months,51200,,0.022,2026-11-01,yes,\"a, b\"\n\
        us-east-1,AmazonEC2,BoxUsage:p4d.24xlarge,,Hours,0,,21.5,2026-11-01,yes,x\n\
        us-east-1,AmazonEC2,BoxUsage:p4d.24xlarge,1yr All Upfront,Hours,0,,12.5,2026-11-01,yes,x\n\
        us-east-1,AmazonEC2,SpotUsage:p4d.24xlarge,,Hours,0,9,9.5,2026-11-01,no,x\n";

    #[test]
    fn a_table_is_read_as_it_is_written() {
        let table = PriceTable::parse(TABLE).expect("a table");
        assert_eq!((table.prices.len(), table.read_at.as_str()), (4, "2026-11-01T00:00:00Z"));
        let rows: Vec<String> = table
            .prices
            .iter()
            .flat_map(|(region, entry)| PriceTable::rows(*region, entry))
            .map(|row| {
                row.map(|cell| if cell.contains(',') { format!("\"{cell}\"") } else { cell }).join(",")
            })
            .collect();
        assert_eq!(rows, TABLE.lines().skip(2).collect::<Vec<_>>());
    }

    #[test]
    fn each_sku_has_its_own_price() {
        let table = PriceTable::parse(TABLE).expect("a table");
        let (region, p4d) = (Region::parse("us-east-1").expect("known"), InstanceType::new("p4d.24xlarge"));
        let commitments = Commitments {
            reserved: vec![(p4d.clone(), CommitmentTerms::parse("1yr All Upfront"))],
            ..Commitments::default()
        };
        let instance = |purchase| Sku::instance(region, &p4d, purchase);
        let bucket = Sku::other(region, Resource::S3Storage(S3Class::Standard));
        let skus = [
            (instance(PurchaseOption::OnDemand), "21.5"),
            (instance(PurchaseOption::Reserved), "12.5"),
            (instance(PurchaseOption::Spot), "9.5"),
            (bucket, "0.023"),
        ];
        let wanted: Wanted = skus.iter().map(|(sku, _)| sku.clone()).collect();
        let list = table.price_list(&wanted, &commitments, "t.csv");
        for (sku, expected) in &skus {
            assert_eq!(
                list.rate(sku).map(|rate| rate.price.to_string()).as_deref(),
                Some(*expected),
                "{sku:?}"
            );
        }
        // Spot is bounded by On-Demand.
        let spread = list.get(&skus[2].0).and_then(|price| price.spread);
        assert_eq!(
            spread.map(|(low, high)| (low.to_string(), high.map(|high| high.to_string()))),
            Some(("9".into(), Some("21.5".into())))
        );
        // Other terms are another price.
        let none = table.price_list(&wanted, &Commitments::default(), "t.csv");
        assert!(none.get(&skus[1].0).is_none() && none.get(&skus[0].0).is_some());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let refused =
            |from: &str, to: &str| PriceTable::parse(&TABLE.replacen(from, to, 1)).expect_err("refused");
        assert_eq!(refused("table 1", "table 9"), "it is a price table of another version");
        assert_eq!(
            refused(",usd,", ",dollars,"),
            format!("line 2: the columns are not {}", HEADER.join(","))
        );
        assert_eq!(refused("us-east-1,AmazonS3", "mars,AmazonS3"), "line 3: region `mars` cannot be used");
        assert_eq!(refused("21.5", "-1"), "line 5: usd `-1` cannot be used");
        assert_eq!(refused("1yr All", "2yr All"), "line 6: terms `2yr All Upfront` cannot be used");
        assert_eq!(refused("51200", "0"), "the tiers of TimedStorage-ByteHrs do not rise from 0");
    }
}
