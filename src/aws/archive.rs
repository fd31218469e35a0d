//! AWS's archive of price lists: ListPriceLists by date, and the offer file it leads to, read as it
//! comes. The file of EC2 has 300 MB a region; nothing of it is kept but what was asked for.

use std::io::{self, Read};
use std::time::Duration;

use aws_sdk_pricing::Client;
use aws_sdk_pricing::primitives::DateTime;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::http::Request;
use aws_smithy_types::byte_stream::ByteStream;
use bytes::Bytes;
use tokio::runtime::Runtime;

use super::Link;
use super::failure::{Call, causes};
use super::pricing::REGION;
use super::words;
use crate::error::{Error, Result};
use crate::model::region::Region;
use crate::prices::offer_file;
use crate::prices::product::Product;
use crate::prices::query::Query;

/// What an archived list has of what was asked.
#[derive(Clone, Debug)]
pub struct ArchivedList {
    /// The list's name at AWS.
    pub arn: String,
    /// Its products.
    pub products: Vec<Product>,
}

impl Link {
    /// Name and address of the list of a service in force at a time; `None` where there was none.
    pub(super) async fn archived_url(
        &self,
        service: &str,
        region: Region,
        at: i64,
    ) -> Result<Option<(String, String)>> {
        let client = Client::new(&self.config);
        let call = self.call("AWS Price List", "ListPriceLists", REGION);
        let lists = self
            .pages(call, async |token| {
                let page = client
                    .list_price_lists()
                    .service_code(service)
                    .effective_date(DateTime::from_secs(at))
                    .region_code(region.code())
                    .currency_code("USD")
                    .max_results(100)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.price_lists, page.next_token))
            })
            .await?;
        let here = lists.iter().filter(|list| list.region_code() == Some(region.code()));
        let arns: Vec<&str> = here.filter_map(|list| list.price_list_arn()).collect();
        let arn = match arns[..] {
            [] => return Ok(None),
            [only] => only,
            _ => return Err(call.broken(words::lists_of_one_day(arns.len(), arns.join(", ")))),
        };
        let call = self.call("AWS Price List", "GetPriceListFileUrl", REGION);
        let answer = client.get_price_list_file_url().price_list_arn(arn).file_format("csv").send().await;
        let answer = answer.map_err(|error| call.failed(&error))?;
        let url = answer.url.ok_or_else(|| call.broken(words::it_has_no_address()))?;
        Ok(Some((arn.to_owned(), url)))
    }
}

/// Reads the offer file at an address.
pub(super) fn read(
    runtime: &Runtime,
    timeout: Duration,
    url: &str,
    queries: &[&Query],
    progress: &dyn Fn(&str),
) -> Result<Vec<Product>> {
    let call = Call { service: "AWS Price List", operation: "download", region: REGION, timeout };
    let unreadable =
        |source: io::Error| call.error(words::text(url, causes(&source)), words::check_the_network());
    let file = Download::start(runtime, timeout, url, progress).map_err(unreadable)?;
    let mut file = io::BufReader::with_capacity(1 << 20, file);
    offer_file::read(&mut file, queries).map_err(|message| match file.get_mut().failure.take() {
        Some(source) => unreadable(source),
        None => Error::malformed(url, words::an_offer_file(), message.into()),
    })
}

/// A body that is read as it comes.
struct Download<'a> {
    runtime: &'a Runtime,
    timeout: Duration,
    body: ByteStream,
    chunk: Bytes,
    failure: Option<io::Error>,
    /// Bytes so far, and since when.
    length: u64,
    since: tokio::time::Instant,
    progress: &'a dyn Fn(&str),
}

impl Download<'_> {
    fn start<'a>(
        runtime: &'a Runtime,
        timeout: Duration,
        url: &str,
        progress: &'a dyn Fn(&str),
    ) -> io::Result<Download<'a>> {
        let connector = Connector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .proxy_config(ProxyConfig::from_env())
            .build();
        let request = Request::get(url).map_err(io::Error::other)?;
        let answer = runtime.block_on(async { tokio::time::timeout(timeout, connector.call(request)).await });
        let answer = answer.map_err(|_| late(timeout))?.map_err(io::Error::other)?;
        if !answer.status().is_success() {
            return Err(io::Error::other(format!("HTTP {}", answer.status().as_u16())));
        }
        let (body, chunk) = (ByteStream::new(answer.into_body()), Bytes::new());
        let since = tokio::time::Instant::now();
        Ok(Download { runtime, timeout, body, chunk, failure: None, length: 0, since, progress })
    }

    fn next(&mut self) -> io::Result<bool> {
        let body = &mut self.body;
        let timeout = self.timeout;
        let next = self.runtime.block_on(async { tokio::time::timeout(timeout, body.next()).await });
        match next.map_err(|_| late(timeout))? {
            None => Ok(false),
            Some(chunk) => {
                self.chunk = chunk.map_err(io::Error::other)?;
                self.length += self.chunk.len() as u64;
                if self.since.elapsed() > Duration::from_secs(1) {
                    (self.progress)(&format!("{} MB of a price list", self.length / 1_000_000));
                }
                Ok(true)
            }
        }
    }
}

fn late(timeout: Duration) -> io::Error {
    let message = words::no_answer_within_s(timeout.as_secs());
    crate::error::refused(io::ErrorKind::TimedOut, message)
}

impl Read for Download<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.next() {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(error) => {
                    let told = io::Error::new(error.kind(), error.to_string());
                    self.failure = Some(error);
                    return Err(told);
                }
            }
        }
        let length = buffer.len().min(self.chunk.len());
        buffer[..length].copy_from_slice(&self.chunk.split_to(length));
        Ok(length)
    }
}
