//! GetProducts: the products that answer a question.

use aws_sdk_pricing::Client;
use aws_sdk_pricing::types::{Filter, FilterType};

use super::Link;
use super::words;
use crate::error::Result;
use crate::prices::product::Product;
use crate::prices::query::Query;

/// The Price List API's home region, whatever region is priced.
pub(super) const REGION: &str = "us-east-1";

/// Largest page (API reference, GetProducts).
const PAGE: i32 = 100;

impl Link {
    pub(super) async fn products(&self, query: &Query) -> Result<Vec<Product>> {
        let client = Client::new(&self.config);
        let call = self.call("AWS Price List", "GetProducts", REGION);
        let filter = |kind: FilterType, field: &str, value: &str| {
            let filter = Filter::builder().r#type(kind).field(field).value(value).build();
            filter.expect("type, field and value are set")
        };
        let mut filters: Vec<Filter> =
            query.equals.iter().map(|(field, value)| filter(FilterType::TermMatch, field, value)).collect();
        if let Some((field, values)) = &query.any_of {
            let kind = if values.len() == 1 { FilterType::TermMatch } else { FilterType::AnyOf };
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            filters.push(filter(kind, field, &values.join(",")));
        }
        let texts = self
            .pages(call, async |token| {
                let page = client
                    .get_products()
                    .service_code(query.service)
                    .set_filters(Some(filters.clone()))
                    .max_results(PAGE)
                    .set_next_token(token)
                    .send()
                    .await
                    .map_err(|error| call.failed(&error))?;
                Ok((page.price_list, page.next_token))
            })
            .await?;
        let parse = |text: &String| {
            Product::parse(text).map_err(|reason| call.broken(words::a_product_cannot_be_read(&reason)))
        };
        texts.iter().map(parse).collect()
    }
}
