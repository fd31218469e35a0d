//! AWS's usage types taken apart: `APN1-BoxUsage:p4d.24xlarge` has a region's prefix, a kind, and what it is of.

use super::sku::{PurchaseOption, Resource, Sku};

/// A usage type as AWS writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsageType<'a>(pub &'a str);

/// Hours of an instance with shared tenancy, by their usage type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstanceHours<'a> {
    /// The region's prefix, without the hyphen.
    pub prefix: &'a str,
    /// On-Demand, also where a commitment covers it, or Spot.
    pub purchase: PurchaseOption,
    /// The type.
    pub instance_type: &'a str,
}

impl<'a> UsageType<'a> {
    /// The prefix without the hyphen, and the kind: what stands before the colon.
    fn kind(self) -> (&'a str, &'a str) {
        let kind = self.0.split_once(':').map_or(self.0, |(kind, _)| kind);
        kind.rsplit_once('-').unwrap_or(("", kind))
    }

    /// How what it names is bought, as far as it says so; [`PurchaseOption::None`] for all but instances.
    #[must_use]
    pub fn purchase(self) -> PurchaseOption {
        match self.kind().1 {
            "BoxUsage" => PurchaseOption::OnDemand,
            "SpotUsage" => PurchaseOption::Spot,
            _ => PurchaseOption::None,
        }
    }

    /// The instance whose hours it counts.
    #[must_use]
    pub fn instance(self) -> Option<InstanceHours<'a>> {
        let (_, instance_type) = self.0.split_once(':')?;
        let (prefix, purchase) = (self.kind().0, self.purchase());
        (purchase != PurchaseOption::None).then_some(InstanceHours { prefix, purchase, instance_type })
    }

    /// What of EBS it is, such as `VolumeUsage.gp3`.
    #[must_use]
    pub fn ebs(self) -> Option<&'a str> {
        self.0.split_once(':').map(|(_, what)| what).filter(|_| self.kind().1 == "EBS")
    }

    /// The spelling of an estimate: newer usage types of us-east-1 carry `USE1-`, and some of eu-west-1 `EUW1-`. Those
    /// of transfer to another region and of public addresses carry it in an estimate too.
    #[must_use]
    pub fn one_spelling(self) -> String {
        let text = self.0;
        if text.ends_with("-AWS-Out-Bytes") || text.starts_with("USE1-PublicIPv4:") {
            return text.to_owned();
        }
        match (text.strip_prefix("USE1-"), text.strip_prefix("EUW1-")) {
            (Some(rest), _) => rest.to_owned(),
            (_, Some(rest)) => format!("EU-{rest}"),
            _ => text.to_owned(),
        }
    }
}

impl Sku {
    /// The usage types under which AWS may have it, that of an estimate first: see [`UsageType::one_spelling`].
    #[must_use]
    pub fn spellings(&self) -> Vec<String> {
        let usual = self.usage_type();
        let rest = usual.strip_prefix(self.usage_type_prefix()).unwrap_or(&usual);
        match self.region.code() {
            _ if matches!(self.resource, Resource::TransferCrossRegion(_)) => vec![usual],
            "us-east-1" => vec![rest.to_owned(), format!("USE1-{rest}")],
            "eu-west-1" => {
                let newer = format!("EUW1-{rest}");
                vec![usual, newer]
            }
            _ => vec![usual],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_an_instance_say_where_how_and_of_what() {
        let check = |text, expected: Option<(&str, PurchaseOption, &str)>| {
            let found = UsageType(text).instance();
            assert_eq!(found.map(|of| (of.prefix, of.purchase, of.instance_type)), expected, "{text}");
        };
        check("BoxUsage:p4d.24xlarge", Some(("", PurchaseOption::OnDemand, "p4d.24xlarge")));
        check("APN1-SpotUsage:g5.xlarge", Some(("APN1", PurchaseOption::Spot, "g5.xlarge")));
        check("eu-west-9-BoxUsage:g5.xlarge", Some(("eu-west-9", PurchaseOption::OnDemand, "g5.xlarge")));
        // Instances of a dedicated host, volumes, and what names no instance.
        check("HostBoxUsage:m5.large", None);
        check("EBS:VolumeUsage.gp3", None);
        check("BoxUsage", None);
        assert_eq!(UsageType("BoxUsage").purchase(), PurchaseOption::OnDemand);
    }

    #[test]
    fn volumes_are_told_from_optimized_instances() {
        assert_eq!(UsageType("EU-EBS:VolumeUsage.gp3").ebs(), Some("VolumeUsage.gp3"));
        assert_eq!(UsageType("EBSOptimized:m5.large").ebs(), None);
    }
}
