//! EC2: the volumes of a launch template, as the resource that Terraform would make of it.

use aws_sdk_ec2::error::ProvideErrorMetadata;

use super::Link;
use super::ec2::SERVICE;
use super::resources::{Found, Template, block, map, number, text};
use crate::error::Result;
use crate::import::value::Value;
use crate::model::region::Region;

impl Link {
    /// One version of a launch template; of one that is gone the volumes are not known.
    pub(super) async fn launch_template(
        &self,
        region: Region,
        of: &Template,
        found: &mut Found,
    ) -> Result<()> {
        let client = self.ec2(region);
        let call = self.call(SERVICE, "DescribeLaunchTemplateVersions", region.code());
        let versions = self
            .pages(call, async |token| {
                let asked = client.describe_launch_template_versions().versions(&of.version);
                let asked = match of.by_id {
                    true => asked.launch_template_id(&of.key),
                    false => asked.launch_template_name(&of.key),
                };
                match asked.set_next_token(token).send().await {
                    Ok(page) => Ok((page.launch_template_versions, page.next_token)),
                    Err(error) if error.code().is_some_and(is_gone) => Ok((Some(Vec::new()), None)),
                    Err(error) => Err(call.failed(&error)),
                }
            })
            .await?;
        if versions.is_empty() {
            let unknown = Value::unknown("EC2 has no such version of it");
            let attributes = map([("block_device_mappings", Some(unknown))]);
            found.push("aws_launch_template", of.address(), &of.key, attributes);
        }
        for version in &versions {
            let mappings =
                version.launch_template_data().map_or(&[][..], |data| data.block_device_mappings());
            let mappings = mappings.iter().map(|mapping| {
                let ebs = mapping.ebs().map(|ebs| {
                    block([
                        ("volume_size", number(ebs.volume_size())),
                        ("volume_type", text(ebs.volume_type().map(|kind| kind.as_str()))),
                        ("iops", number(ebs.iops())),
                        ("throughput", number(ebs.throughput())),
                    ])
                });
                map([("device_name", text(mapping.device_name())), ("ebs", ebs)])
            });
            let attributes = map([("block_device_mappings", Some(Value::List(mappings.collect())))]);
            found.push("aws_launch_template", of.address(), &of.key, attributes);
        }
        Ok(())
    }
}

/// Codes of a launch template or a version that is not there (EC2 API reference, "Error codes").
fn is_gone(code: &str) -> bool {
    code.starts_with("InvalidLaunchTemplate") && code.ends_with("NotFound")
        || code.ends_with("NotFoundException")
        || code.ends_with("DoesNotExistException")
}
