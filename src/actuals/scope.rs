//! Which charges a scenario answers for, and whose a charge is: accounts, regions, providers, tags and cost categories.

use std::collections::BTreeMap;

use super::RecordType;

/// Which charges a scenario answers for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Account ids; all without any.
    pub accounts: Vec<String>,
    /// Regions; all without any.
    pub regions: Vec<String>,
    /// Providers as FOCUS names them, such as `AWS`; all without any.
    pub providers: Vec<String>,
    /// Tags and their values; any without one.
    pub tags: BTreeMap<String, Vec<String>>,
    /// Cost categories and their values; any without one.
    pub cost_categories: BTreeMap<String, Vec<String>>,
}

/// What a scope asks of a charge: each answer is `None` where the source does not say.
pub(super) struct Belonging<'a> {
    /// What kind of charge it is.
    pub(super) record: RecordType,
    /// Account id.
    pub(super) account: Option<&'a str>,
    /// Region.
    pub(super) region: Option<&'a str>,
    /// Provider.
    pub(super) provider: Option<&'a str>,
    /// The value of a tag.
    pub(super) tag: &'a dyn Fn(&str) -> Option<&'a str>,
    /// The value of a cost category.
    pub(super) cost_category: &'a dyn Fn(&str) -> Option<&'a str>,
}

impl Scope {
    /// Whether a charge is in it. What a source does not say is in no scope that asks for it; but of the kinds that no
    /// estimate answers for (tax, credits, fees of plans) AWS names no region, and that alone does not put them out of it.
    pub(super) fn has(&self, charge: &Belonging<'_>) -> bool {
        fn among(values: &[String], value: Option<&str>) -> bool {
            values.is_empty() || value.is_some_and(|value| values.iter().any(|asked| asked == value))
        }
        fn labelled<'a>(asked: &BTreeMap<String, Vec<String>>, of: &dyn Fn(&str) -> Option<&'a str>) -> bool {
            asked.iter().all(|(key, values)| of(key).is_some_and(|value| among(values, Some(value))))
        }
        among(&self.accounts, charge.account)
            && (among(&self.regions, charge.region)
                || self.lacks_region(charge) && !charge.record.is_compared())
            && (self.providers.is_empty() || charge.provider.is_some_and(|name| self.has_provider(name)))
            && labelled(&self.tags, charge.tag)
            && labelled(&self.cost_categories, charge.cost_category)
    }

    /// Whether it asks for regions and a charge names none.
    pub(super) fn lacks_region(&self, charge: &Belonging<'_>) -> bool {
        !self.regions.is_empty() && charge.region.is_none()
    }

    /// Whether a provider is among those asked for. AWS has two names in exports.
    pub(super) fn has_provider(&self, name: &str) -> bool {
        let one = |name: &str| match name.to_lowercase() {
            long if long.starts_with("amazon web services") => "aws".to_owned(),
            name => name,
        };
        self.providers.iter().any(|asked| one(asked) == one(name))
    }
}

/// What a key among the tags of an export is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelOf {
    /// A resource.
    Tag,
    /// A rule of Cost Management.
    CostCategory,
    /// An account or a user: no scope asks for those.
    Other,
}

/// What stands before the keys of the four kinds of labels that CUR 2.0 has in its column `tags` and FOCUS 1.2 in `Tags`
/// (AWS Data Exports user guide, "Tags columns" of CUR 2.0 and "FOCUS 1.2 with AWS columns", read 2026-11-24).
pub const LABEL_HEADS: [(&str, LabelOf); 4] = [
    ("resourceTags/", LabelOf::Tag),
    ("costCategory/", LabelOf::CostCategory),
    ("userAttribute/", LabelOf::Other),
    ("accountTag/", LabelOf::Other),
];

/// What a key among the tags of an export is of, and the key without what says so. Without that it is a resource's tag.
#[must_use]
pub fn label_of(key: &str) -> (LabelOf, &str) {
    let bare = |head: &str| key.strip_prefix(head);
    let known = LABEL_HEADS.iter().find_map(|(head, of)| Some((*of, bare(head)?)));
    known.unwrap_or((LabelOf::Tag, key))
}

/// A tag's or cost category's key without what exports put before it, in place of its signs and between its words:
/// `user:CostCenter`, `user_cost_center` and `cost-center` are one.
#[must_use]
pub fn label_key(key: &str) -> String {
    let sign = |c: char| if c.is_alphanumeric() { c } else { '_' };
    let folded: String = key.chars().map(sign).collect::<String>().to_lowercase();
    let heads = ["resource_tags_", "resourcetags_", "cost_category_", "costcategory_"];
    let bare = heads.iter().find_map(|head| folded.strip_prefix(head));
    let bare = bare.unwrap_or(&folded);
    bare.strip_prefix("user_").unwrap_or(bare).replace('_', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_a_key_says_what_it_is_of() {
        assert_eq!(label_of("resourceTags/department"), (LabelOf::Tag, "department"));
        assert_eq!(label_of("costCategory/department"), (LabelOf::CostCategory, "department"));
        assert_eq!(label_of("accountTag/department"), (LabelOf::Other, "department"));
        assert_eq!(label_of("userAttribute/department"), (LabelOf::Other, "department"));
        assert_ne!(label_key("予算"), label_key("部署"));
        assert_eq!(label_of("user:department"), (LabelOf::Tag, "user:department"));
        // A resource's own key may hold a sign.
        assert_eq!(label_of("resourceTags/costCategory/x"), (LabelOf::Tag, "costCategory/x"));
    }

    #[test]
    fn a_tax_that_names_no_region_is_not_of_another_region() {
        let scope = Scope { regions: vec!["us-east-1".into()], ..Scope::default() };
        let of = |record, region| {
            let nothing = |_: &str| None;
            let provider = None;
            scope.has(&Belonging {
                record,
                account: None,
                region,
                provider,
                tag: &nothing,
                cost_category: &nothing,
            })
        };
        for (record, region, expected) in [
            (RecordType::Usage, Some("us-east-1"), true),
            (RecordType::Usage, Some("us-west-2"), false),
            (RecordType::Usage, None, false),
            (RecordType::UnusedCommitment, None, false),
            (RecordType::Tax, None, true),
            (RecordType::Tax, Some("us-west-2"), false),
            (RecordType::Fee, None, true),
        ] {
            assert_eq!(of(record, region), expected, "{record:?} {region:?}");
        }
    }

    #[test]
    fn aws_has_two_names() {
        let scope = Scope { providers: vec!["AWS".into()], ..Scope::default() };
        assert!(scope.has_provider("AWS") && scope.has_provider("Amazon Web Services, Inc."));
        assert!(!scope.has_provider("Microsoft"));
    }
}
