//! What commitments cost beside On-Demand and Spot, as a table and JSON.

use serde::Serialize;

use crate::model::decimal;
use crate::model::money::Usd;
use crate::model::sku::PurchaseOption;
use crate::report::{Cell, Column, Row, Said, Table};
use crate::suggest::headings;
use crate::suggest::search::commitment::Beside;

/// A row for every way to buy each type; `None` where nothing runs On-Demand.
pub(in crate::suggest) fn beside_table(all: &[Beside]) -> Option<Table> {
    let mut rows = Vec::new();
    for of in all {
        let row = |name: Said, rate: Option<Usd>, from: Cell| {
            Row::Data(vec![
                Cell::Text(of.instance_type.to_string()),
                Cell::Words(name),
                rate.map_or(Cell::Unknown, Cell::Price),
                from,
                Cell::Number(of.hours_percent),
                Cell::Number(of.mean),
            ])
        };
        rows.push(row(PurchaseOption::OnDemand.said(), of.on_demand, Cell::Empty));
        rows.push(row(headings::spot_interruptions_apart(), of.spot, Cell::Empty));
        for (name, offer) in &of.offers {
            let from = offer.map_or(Cell::Unknown, |(_, from)| Cell::Number(from));
            rows.push(row(name.clone(), offer.map(|(rate, _)| rate), from));
        }
    }
    (!rows.is_empty()).then(|| Table {
        caption: headings::ways_to_buy_what_runs_on_demand(),
        columns: vec![
            Column::text("instance_type", headings::type_of_instance()),
            Column::text("offer", headings::bought_as()),
            Column::number("rate", headings::an_hour()),
            Column::number("break_even_percent", headings::break_even_percent_of_hours()),
            Column::number("hours_percent", headings::one_or_more_in_use_percent_of_hours()),
            Column::number("mean", headings::mean_in_use()),
        ],
        rows,
    })
}

#[derive(Debug, Serialize)]
pub(in crate::suggest) struct BesideDocument {
    instance_type: String,
    hours_in_use_percent: String,
    mean_in_use: String,
    on_demand_usd: Option<String>,
    spot_usd: Option<String>,
    offers: Vec<OfferDocument>,
}

#[derive(Debug, Serialize)]
struct OfferDocument {
    offer: String,
    usd_per_hour: Option<String>,
    break_even_percent: Option<String>,
}

impl BesideDocument {
    pub(in crate::suggest) fn new(of: &Beside) -> BesideDocument {
        let offer = |(name, offer): &(Said, Option<(Usd, _)>)| OfferDocument {
            offer: name.en.clone(),
            usd_per_hour: offer.map(|(rate, _)| rate.to_string()),
            break_even_percent: offer.map(|(_, from)| decimal::plain(from)),
        };
        BesideDocument {
            instance_type: of.instance_type.to_string(),
            hours_in_use_percent: decimal::plain(of.hours_percent),
            mean_in_use: decimal::plain(of.mean),
            on_demand_usd: of.on_demand.map(|usd| usd.to_string()),
            spot_usd: of.spot.map(|usd| usd.to_string()),
            offers: of.offers.iter().map(offer).collect(),
        }
    }
}
