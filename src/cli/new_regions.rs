//! Regions that are younger than this program: what stands before their usage types, from the cache or the Price List.

use std::collections::{BTreeMap, BTreeSet};

use super::Session;
use super::words;
use crate::aws::{Answer, Question};
use crate::cache::Cache;
use crate::document::Document;
use crate::document::nearest::did_you_mean;
use crate::error::{Diagnostic, Error, Result};
use crate::live::file;
use crate::model::region::Region;
use crate::prices::cache_entry::KeptPrices;
use crate::prices::query::{prefix_question, region_named_by};
use crate::scenario::Scenario;

impl Session<'_> {
    /// Looks up the regions of a document that the table in this program does not have; returns what is wrong with those
    /// that the Price List does not have either. Without `live` and without credentials they stay as they are.
    pub(super) fn learn_regions(&mut self, document: &Document, live: bool) -> Result<Vec<Diagnostic>> {
        let new = Scenario::new_regions(document, &self.catalog);
        let cache = self.cache()?.filter(|_| !new.is_empty());
        let kept =
            |region: &Region| KeptPrices::parse(&cache.as_ref()?.read(&file(*region))?)?.region(*region);
        let mut asked = BTreeSet::new();
        for region in new.iter().map(|(_, region)| region) {
            match kept(region) {
                Some(named) => self.catalog.add_region(named),
                None => {
                    asked.insert(*region);
                }
            }
        }
        let Some(answers) = self.shown(asked, live)? else { return Ok(Vec::new()) };
        for named in answers.values().flatten() {
            if let Some(cache) = &cache {
                self.told(self.keep(cache, *named));
            }
            self.catalog.add_region(*named);
        }
        let unknown = new.iter().filter(|(_, region)| matches!(answers.get(region), Some(None)));
        Ok(unknown
            .map(|(key, region)| {
                let message = words::unknown_region_aws_price_list(region);
                let likely = did_you_mean(region.code(), Region::all().map(Region::code));
                document.diagnostic(key, message, likely)
            })
            .collect())
    }

    /// The regions as the Price List shows them; `None` where nobody can be asked or nothing is to be.
    fn shown(
        &self,
        regions: BTreeSet<Region>,
        live: bool,
    ) -> Result<Option<BTreeMap<Region, Option<Region>>>> {
        if regions.is_empty() {
            return Ok(None);
        }
        let aws = match self.aws(live)? {
            Some(aws) => aws,
            None if live => return Err(Error::NoCredentials),
            None => return Ok(None),
        };
        let questions = regions.iter().map(|region| Question::Products(prefix_question(*region))).collect();
        let spinner = self.spinner();
        let answers = aws.ask(questions, &|text| spinner.tick(text))?;
        spinner.end();
        let named = |(region, answer): (Region, Answer)| match answer {
            Answer::Products(products) => (region, region_named_by(region, &products)),
            _ => unreachable!("nothing else is asked here"),
        };
        Ok(Some(regions.into_iter().zip(answers).map(named).collect()))
    }

    fn keep(&self, cache: &Cache, region: Region) -> std::io::Result<()> {
        cache.update(&file(region), self.waiting(&|text| self.tell(text)), |before| {
            let mut all = before.and_then(|text| KeptPrices::parse(&text)).unwrap_or_default();
            all.keep_region(region);
            all.to_json()
        })
    }
}
