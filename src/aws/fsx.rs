//! FSx: the Lustre file systems of a region, as the resources that Terraform would make of them.

use aws_sdk_fsx::Client;
use aws_sdk_fsx::config::Region as SdkRegion;
use aws_sdk_fsx::types::{FileSystem, FileSystemLifecycle, FileSystemType, LustreReadCacheSizingMode};

use super::Link;
use super::failure::Call;
use super::resources::{Found, block, map, number, text, texts};
use super::words;
use crate::error::Result;
use crate::import::value::Value;
use crate::model::region::Region;

const SERVICE: &str = "Amazon FSx";

/// File systems asked for at once; AWS may answer with fewer (API reference, DescribeFileSystems).
const A_PAGE: i32 = 100;

impl Link {
    pub(super) async fn file_systems(&self, region: Region, found: &mut Found) -> Result<()> {
        let config = aws_sdk_fsx::config::Builder::from(&self.config);
        let client = Client::from_conf(config.region(SdkRegion::from_static(region.code())).build());
        let call = self.call(SERVICE, "DescribeFileSystems", region.code());
        let file_systems = self
            .pages(call, async |token| {
                let asked = client.describe_file_systems().max_results(A_PAGE).set_next_token(token);
                let page = asked.send().await.map_err(|error| call.failed(&error))?;
                Ok((page.file_systems, page.next_token))
            })
            .await?;
        file_systems.iter().try_for_each(|of| file_system(of, call, found))
    }
}

fn file_system(of: &FileSystem, call: Call<'_>, found: &mut Found) -> Result<()> {
    let id = of.file_system_id().ok_or_else(|| call.broken(words::a_file_system_without_an()))?;
    let address = format!("file-system/{id}");
    match of.file_system_type() {
        Some(FileSystemType::Lustre) => {}
        Some(other) => {
            let reason =
                format!("a scenario has no FSx file system of type {}: it is not counted", other.as_str());
            found.miss(&address, None, reason);
            return Ok(());
        }
        None => return Err(call.broken(words::file_system_without_a_type(id))),
    }
    if let Some(gone @ (FileSystemLifecycle::Deleting | FileSystemLifecycle::Failed)) = of.lifecycle() {
        found.miss(&address, None, format!("it is {}", gone.as_str()));
        return Ok(());
    }
    let lustre = of.lustre_configuration();
    let read_cache = lustre.and_then(|lustre| lustre.data_read_cache_configuration());
    if let Some(cache) =
        read_cache.filter(|cache| cache.sizing_mode() != Some(&LustreReadCacheSizingMode::NoCache))
    {
        let size =
            cache.size_gib().map_or_else(|| "in proportion".to_owned(), |size| format!("of {size} GiB"));
        let reason = format!("its SSD read cache {size} is charged, and not counted");
        found.miss(&address, Some("data_read_cache_configuration"), reason);
    }
    if lustre.is_some_and(|lustre| lustre.data_repository_configuration().is_some()) {
        let reason = "what moves between bucket and file system is not in AWS's answers: set data_repository of [[lustre]]";
        found.miss(&address, Some("data_repository_configuration"), reason);
    }
    let metadata = lustre.and_then(|lustre| lustre.metadata_configuration()).map(|of| {
        let mode = of.mode.as_ref().map(|mode| mode.as_str());
        block([("mode", text(mode)), ("iops", number(of.iops()))])
    });
    let tags = of
        .tags()
        .iter()
        .filter_map(|tag| Some((tag.key()?.to_owned(), Value::Text(tag.value()?.to_owned()))));
    let positive = |number: Option<i32>| number.filter(|number| *number > 0);
    let attributes = map([
        ("deployment_type", text(lustre.and_then(|of| of.deployment_type()).map(|of| of.as_str()))),
        ("storage_type", text(of.storage_type().map(|kind| kind.as_str()))),
        ("storage_capacity", number(positive(of.storage_capacity()))),
        ("per_unit_storage_throughput", number(lustre.and_then(|of| of.per_unit_storage_throughput()))),
        ("throughput_capacity", number(lustre.and_then(|of| of.throughput_capacity()))),
        ("drive_cache_type", text(lustre.and_then(|of| of.drive_cache_type()).map(|of| of.as_str()))),
        ("metadata_configuration", metadata),
        (
            "automatic_backup_retention_days",
            number(lustre.and_then(|of| of.automatic_backup_retention_days())),
        ),
        ("subnet_ids", of.subnet_ids.as_deref().map(texts)),
        ("tags", Some(Value::Map(tags.collect()))),
    ]);
    found.push("aws_fsx_lustre_file_system", address, id, attributes);
    Ok(())
}
