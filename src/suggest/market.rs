//! What commitments can be bought, and for how long it is known what will run.

use std::collections::BTreeMap;

use super::{Assumption, assumption};
use crate::model::commitment::CommitmentTerms;
use crate::model::money::Usd;
use crate::model::sku::InstanceType;
use crate::scenario::keys::compute::CommitmentKind;

/// Why the jobs are said to be those of the time to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Horizon {
    /// The user says so, for so many months.
    Declared(u32),
    /// So many days of charges are at hand.
    Charged(i64),
}

/// Days of charges that are taken for a year: three months.
const ENOUGH_DAYS: i64 = 89;

impl Horizon {
    /// How long a commitment may bind [years].
    pub(super) const fn years(&self) -> u32 {
        match self {
            Horizon::Declared(months) => *months / 12,
            Horizon::Charged(days) if *days >= ENOUGH_DAYS => 1,
            Horizon::Charged(_) => 0,
        }
    }

    pub(super) fn words(&self) -> Assumption {
        match self {
            Horizon::Declared(months) => assumption::horizon_declared(*months),
            Horizon::Charged(days) => assumption::horizon_charged(*days),
        }
    }
}

/// A commitment on offer.
#[derive(Clone, Debug)]
pub struct Offer {
    /// A plan or a reservation.
    pub kind: CommitmentKind,
    /// For how long; `None` for rates of the scenario's own, which do not say.
    pub terms: Option<CommitmentTerms>,
    /// Dollars an hour, by type.
    pub rates: BTreeMap<InstanceType, Usd>,
}

impl Offer {
    pub(super) fn years(&self) -> u32 {
        self.terms.map_or(1, |terms| u32::from(terms.term.years()))
    }
}

/// What commitments can be bought, and for how long it is known what will run.
#[derive(Clone, Debug, Default)]
pub struct Market {
    /// `None` where nobody says.
    pub horizon: Option<Horizon>,
    /// The offers.
    pub offers: Vec<Offer>,
    /// What an hour costs under the Savings Plans that the scenario has, by their name.
    pub plans: BTreeMap<String, BTreeMap<InstanceType, Usd>>,
}
