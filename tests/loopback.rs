//! An AWS on 127.0.0.1: Price List, EC2, Savings Plans, Batch, CloudWatch, Service Quotas and the archive of price lists,
//! over plain HTTP.
//!
//! It is written from the services' API references and answers as they do: it applies every filter it is
//! given and refuses those it does not know, pages by MaxResults and NextToken, wants a signature of the
//! right service and region, throttles, and has the rows that lead astray. It stops when it is dropped.

#[path = "loopback/cbor.rs"]
mod cbor;
#[path = "loopback/monitoring.rs"]
pub(crate) mod monitoring;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use monitoring::{Account, CBOR, PATH};

/// What goes wrong with one request.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// This status and error code, as the service writes errors.
    Error(u16, &'static str, &'static str),
    /// This status, content type and body.
    Raw(u16, &'static str, &'static str),
    /// The head promises more than the body has.
    CutOff,
    /// Without a length, the connection closed after this much of the right answer [%].
    EndsEarly(usize),
    /// The same, after the last whole item within this much of it [%].
    EndsAfterAnItem(usize),
    /// No answer at all.
    Silence,
}

/// A change of a Spot price.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) region: &'static str,
    pub(crate) zone: &'static str,
    pub(crate) zone_id: &'static str,
    pub(crate) instance_type: &'static str,
    pub(crate) description: &'static str,
    pub(crate) price: String,
    pub(crate) time: i64,
}

/// A price list of the archive.
#[derive(Clone, Debug)]
pub(crate) struct Archived {
    pub(crate) service: &'static str,
    pub(crate) region: &'static str,
    pub(crate) version: &'static str,
    /// From this second on.
    pub(crate) from: i64,
    pub(crate) csv: String,
}

/// A charge as Cost Explorer has it.
#[derive(Clone, Debug)]
pub(crate) struct Cost {
    /// First second of the day.
    pub(crate) day: i64,
    pub(crate) service: &'static str,
    pub(crate) usage_type: &'static str,
    pub(crate) record: &'static str,
    pub(crate) account: &'static str,
    pub(crate) region: &'static str,
    /// Key and value.
    pub(crate) tag: Option<(&'static str, &'static str)>,
    /// Name and value.
    pub(crate) cost_category: Option<(&'static str, &'static str)>,
    /// Dollars in millionths.
    pub(crate) micros: i64,
    pub(crate) quantity: i64,
}

/// A table in Athena and the answer to whatever query comes.
#[derive(Clone, Debug, Default)]
pub(crate) struct AthenaTable {
    pub(crate) region: &'static str,
    pub(crate) database: &'static str,
    pub(crate) table: &'static str,
    /// Name and type.
    pub(crate) columns: Vec<(&'static str, &'static str)>,
    pub(crate) partitions: Vec<(&'static str, &'static str)>,
    /// Names and rows.
    pub(crate) answer: (Vec<String>, Vec<Vec<Option<String>>>),
    pub(crate) scanned_bytes: u64,
    /// Why every query fails.
    pub(crate) fails: Option<&'static str>,
}

/// AWS Batch in one region.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub(crate) region: &'static str,
    /// Items as DescribeJobQueues writes them.
    pub(crate) queues: Vec<Value>,
    /// Items as DescribeJobs writes them, children and parents alike.
    pub(crate) jobs: Vec<Value>,
    /// Ids that are listed, and gone when they are asked for.
    pub(crate) gone: Vec<&'static str>,
    /// Items as DescribeComputeEnvironments writes them.
    pub(crate) environments: Vec<Value>,
    /// Items as DescribeJobDefinitions writes them, of every status.
    pub(crate) definitions: Vec<Value>,
    /// Items as DescribeSchedulingPolicies writes them.
    pub(crate) policies: Vec<Value>,
    /// Items as ListConsumableResources writes them.
    pub(crate) consumables: Vec<Value>,
    /// Items as DescribeFileSystems of FSx writes them.
    pub(crate) file_systems: Vec<Value>,
    /// Key (id or name), version and block device mappings in EC2's XML.
    pub(crate) templates: Vec<(&'static str, &'static str, &'static str)>,
}

/// Everything the other side knows.
#[derive(Default)]
pub(crate) struct World {
    /// Items as GetProducts writes them.
    pub(crate) products: Vec<Value>,
    pub(crate) changes: Vec<Change>,
    /// Region and type.
    pub(crate) offered: Vec<(&'static str, &'static str)>,
    /// Type, vCPUs, MiB, GPUs.
    pub(crate) types: Vec<(&'static str, u32, u64, u32)>,
    /// Items as DescribeSavingsPlansOfferingRates writes them.
    pub(crate) rates: Vec<Value>,
    /// Region, type, hours, count, start, fee.
    pub(crate) blocks: Vec<(&'static str, &'static str, i64, u32, i64, &'static str)>,
    /// Region, zone id, score.
    pub(crate) scores: Vec<(&'static str, &'static str, u32)>,
    pub(crate) archive: Vec<Archived>,
    pub(crate) costs: Vec<Cost>,
    pub(crate) athena: AthenaTable,
    pub(crate) batch: Batch,
    pub(crate) account: Account,
    /// From this day on costs are not final.
    pub(crate) estimated_from: Option<i64>,
    /// USD where none is given.
    pub(crate) currency: Option<&'static str>,
    /// Before every answer.
    pub(crate) delay: Duration,
    /// Its clock is this much ahead [s].
    pub(crate) ahead: i64,
    /// Never more than this a page, whatever MaxResults says.
    pub(crate) page: Option<usize>,
    /// Every page is followed by an empty one.
    pub(crate) empty_pages: bool,
    /// The token of the first page comes again and again.
    pub(crate) repeats_token: bool,
}

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    /// `GetProducts`, `DescribeSpotPriceHistory`, … or the path.
    pub(crate) operation: String,
    pub(crate) region: String,
    service: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

struct State {
    world: World,
    address: SocketAddr,
    faults: Mutex<Vec<(&'static str, Fault)>>,
    requests: Mutex<Vec<Request>>,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
    stopped: AtomicBool,
}

/// The running server.
pub(crate) struct Loopback {
    state: Arc<State>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Loopback {
    pub(crate) fn new(world: World) -> Loopback {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            world,
            address,
            faults: Mutex::default(),
            requests: Mutex::default(),
            under_way: AtomicUsize::new(0),
            most_under_way: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.stopped.load(Ordering::SeqCst) {
                    return;
                }
                let shared = Arc::clone(&shared);
                thread::spawn(move || shared.serve(stream.expect("a connection")));
            }
        });
        Loopback { state, thread: Some(thread) }
    }

    /// Lets the next requests of an operation go wrong, one fault each.
    pub(crate) fn with_faults_on(
        self,
        operation: &'static str,
        faults: impl IntoIterator<Item = Fault>,
    ) -> Loopback {
        let faults = faults.into_iter().map(|fault| (operation, fault));
        self.state.faults.lock().expect("no panic").extend(faults);
        self
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.state.address)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().expect("no panic").clone()
    }

    pub(crate) fn count(&self, operation: &str) -> usize {
        self.requests().iter().filter(|request| request.operation == operation).count()
    }

    pub(crate) fn most_under_way(&self) -> usize {
        self.state.most_under_way.load(Ordering::SeqCst)
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener up.
        let _ = TcpStream::connect(self.state.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Status, content type and body.
type Reply = (u16, &'static str, String);

impl State {
    fn serve(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("one more handle"));
        let mut stream = stream;
        while let Some(request) = read_request(&mut reader) {
            let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
            self.most_under_way.fetch_max(now, Ordering::SeqCst);
            self.requests.lock().expect("no panic").push(request.clone());
            thread::sleep(self.world.delay);
            let fault = {
                let mut faults = self.faults.lock().expect("no panic");
                let place = faults.iter().position(|(operation, _)| *operation == request.operation);
                place.map(|place| faults.remove(place).1)
            };
            if !self.reply(&mut stream, &request, fault) {
                return;
            }
        }
    }

    /// Whether the connection goes on.
    fn reply(&self, stream: &mut TcpStream, request: &Request, fault: Option<Fault>) -> bool {
        let (status, kind, body) = match fault {
            Some(Fault::Silence) => {
                while !self.stopped.load(Ordering::SeqCst) {
                    thread::sleep(Duration::from_millis(20));
                }
                self.under_way.fetch_sub(1, Ordering::SeqCst);
                return false;
            }
            Some(Fault::Error(status, code, message)) => error(request, status, code, message),
            Some(Fault::Raw(status, kind, body)) => (status, kind, body.to_owned()),
            Some(Fault::CutOff | Fault::EndsEarly(_) | Fault::EndsAfterAnItem(_)) | None => {
                self.answer(request)
            }
        };
        let cut = matches!(fault, Some(Fault::CutOff));
        // Handlers speak JSON; what goes over the line is CBOR where the service speaks that.
        let (bytes, protocol) = match serde_json::from_str(&body) {
            Ok(value) if kind == CBOR => (cbor::encode(&value), "smithy-protocol: rpc-v2-cbor\r\n"),
            _ => (body.into_bytes(), ""),
        };
        let length = bytes.len();
        let item = b"</item><item>";
        let (sent, early) = match fault {
            Some(Fault::CutOff) => (&bytes[..length / 2], false),
            Some(Fault::EndsEarly(percent)) => (&bytes[..length * percent / 100], true),
            Some(Fault::EndsAfterAnItem(percent)) => {
                let within = &bytes[..length * percent / 100];
                let last = within.windows(item.len()).rposition(|window| window == item);
                (&within[..last.expect("several items") + "</item>".len()], true)
            }
            _ => (&bytes[..], false),
        };
        let told =
            if early { "connection: close\r\n".to_owned() } else { format!("content-length: {length}\r\n") };
        let date = jiff::Timestamp::from_second(unix_now() + self.world.ahead).expect("in range");
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{told}{protocol}date: {}\r\n\r\n",
            date.strftime("%a, %d %b %Y %H:%M:%S GMT")
        );
        // The client may ask for more as soon as it has the answer.
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent)).is_ok() && !cut && !early
    }

    fn answer(&self, request: &Request) -> Reply {
        let is_api = ["/DescribeSavingsPlans", "/v1/"].iter().any(|path| request.operation.starts_with(path));
        if request.operation.starts_with('/') && !is_api {
            return self.file(&request.operation);
        }
        let expected = match request.operation.as_str() {
            "GetProducts" | "ListPriceLists" | "GetPriceListFileUrl" => ("pricing", Some("us-east-1")),
            "/DescribeSavingsPlansOfferingRates" => ("savingsplans", Some("us-east-1")),
            "GetCostAndUsage" | "GetCostForecast" => ("ce", Some("us-east-1")),
            "GetTableMetadata" | "StartQueryExecution" | "GetQueryExecution" | "GetQueryResults" => {
                ("athena", Some(self.world.athena.region))
            }
            "/v1/describejobqueues" | "/v1/listjobs" | "/v1/describejobs" | "/v1/describejobdefinitions" => {
                ("batch", Some(self.world.batch.region))
            }
            "DescribeFileSystems" => ("fsx", Some(self.world.batch.region)),
            "DescribeLaunchTemplateVersions" => ("ec2", Some(self.world.batch.region)),
            "/v1/describecomputeenvironments" => ("batch", None),
            "/v1/describeschedulingpolicies" | "/v1/listconsumableresources" => {
                ("batch", Some(self.world.batch.region))
            }
            "ListMetrics" | "GetMetricData" => ("monitoring", None),
            "GetServiceQuota" => ("servicequotas", None),
            _ => ("ec2", None),
        };
        if request.service != expected.0 || expected.1.is_some_and(|region| request.region != region) {
            let message = "Credential should be scoped to a valid region and service";
            return error(request, 400, "SignatureDoesNotMatch", message);
        }
        let signed: jiff::Timestamp = {
            let date = request.headers.get("x-amz-date").expect("a signed request has a date");
            let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).expect("a date");
            civil.to_zoned_datetime(jiff::tz::TimeZone::UTC).expect("in range").timestamp()
        };
        if (signed.as_second() - unix_now() - self.world.ahead).abs() > 300 {
            return error(
                request,
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            );
        }
        match request.operation.as_str() {
            "GetProducts" => self.get_products(request),
            "ListPriceLists" => self.list_price_lists(request),
            "GetPriceListFileUrl" => self.get_price_list_file_url(request),
            "/DescribeSavingsPlansOfferingRates" => self.plan_rates(request),
            "GetCostAndUsage" => self.cost_and_usage(request),
            "GetCostForecast" => self.cost_forecast(request),
            "GetTableMetadata" => self.table_metadata(request),
            "StartQueryExecution" => self.start_query(request),
            "GetQueryExecution" => self.query_execution(request),
            "GetQueryResults" => self.query_results(request),
            "/v1/describejobqueues" => self.job_queues(request),
            "/v1/listjobs" => self.list_jobs(request),
            "/v1/describejobdefinitions" => self.job_definitions(request),
            "/v1/describeschedulingpolicies" => self.scheduling_policies(request),
            "/v1/listconsumableresources" => self.consumable_resources(request),
            "DescribeFileSystems" => self.file_systems(request),
            "DescribeLaunchTemplateVersions" => self.launch_template_versions(request),
            "/v1/describejobs" => self.describe_jobs(request),
            "/v1/describecomputeenvironments" if request.body.contains("\"computeEnvironments\"") => {
                self.compute_environments(request)
            }
            "/v1/describecomputeenvironments" => self.every_compute_environment(request),
            "ListMetrics" => self.list_metrics(request),
            "GetMetricData" => self.get_metric_data(request),
            "GetServiceQuota" => self.service_quota(request),
            "DescribeSpotPriceHistory" => self.spot_history(request),
            "DescribeInstanceTypeOfferings" => self.offerings(request),
            "DescribeInstanceTypes" => self.instance_types(request),
            "DescribeCapacityBlockOfferings" => self.capacity_blocks(request),
            "GetSpotPlacementScores" => self.placement_scores(request),
            _ => error(request, 400, "InvalidAction", "The action is not valid for this endpoint."),
        }
    }

    /// The page that a token asks for, at most `asked` items, and the next token.
    fn page<'a, T>(
        &self,
        items: &'a [T],
        token: Option<&str>,
        asked: usize,
    ) -> Result<(&'a [T], Option<String>), ()> {
        let (start, empty) = match token {
            None => (0, false),
            Some(token) => {
                let number = token.strip_prefix("page-").ok_or(())?;
                let (number, empty) =
                    number.strip_suffix('e').map_or((number, false), |number| (number, true));
                (number.parse().map_err(|_| ())?, empty)
            }
        };
        if start > items.len() {
            return Err(());
        }
        if empty {
            return Ok((&[], Some(format!("page-{start}"))));
        }
        let end = (start + self.world.page.unwrap_or(asked).min(asked)).min(items.len());
        let next = (end < items.len()).then(|| {
            let end = if self.world.repeats_token { 1 } else { end };
            format!("page-{end}{}", if self.world.empty_pages { "e" } else { "" })
        });
        Ok((&items[start..end], next))
    }

    fn get_products(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let service = asked["ServiceCode"].as_str().unwrap_or("");
        let of_service: Vec<&Value> =
            self.world.products.iter().filter(|p| p["serviceCode"] == service).collect();
        let filters = asked["Filters"].as_array().cloned().unwrap_or_default();
        if filters.len() > 50 {
            return error(request, 400, "InvalidParameterException", "Too many filters");
        }
        for filter in &filters {
            let field = filter["Field"].as_str().unwrap_or("");
            if !of_service.is_empty() && !of_service.iter().any(|product| attribute(product, field).is_some())
            {
                return error(
                    request,
                    400,
                    "InvalidParameterException",
                    "Input Parameters are invalid. Unknown field",
                );
            }
            if filter["Value"].as_str().is_none_or(|value| value.is_empty() || value.len() > 1024) {
                return error(
                    request,
                    400,
                    "InvalidParameterException",
                    "Value must have 1 to 1024 characters",
                );
            }
        }
        let found: Vec<&&Value> = of_service
            .iter()
            .filter(|product| filters.iter().all(|filter| passes(product, filter)))
            .collect();
        let asked_for = asked["MaxResults"].as_u64().unwrap_or(100) as usize;
        if !(1..=100).contains(&asked_for) {
            return error(request, 400, "InvalidParameterException", "MaxResults must be from 1 to 100");
        }
        match self.page(&found, asked["NextToken"].as_str(), asked_for) {
            Err(()) => error(request, 400, "InvalidNextTokenException", "The pagination token is invalid."),
            Ok((page, next)) => {
                let texts: Vec<String> = page.iter().map(ToString::to_string).collect();
                let mut body = json!({"FormatVersion": "aws_v1", "PriceList": texts});
                if let Some(next) = next {
                    body["NextToken"] = json!(next);
                }
                (200, JSON, body.to_string())
            }
        }
    }

    fn list_price_lists(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let at = asked["EffectiveDate"].as_f64().expect("a time") as i64;
        let in_force = self.world.archive.iter().filter(|list| {
            asked["ServiceCode"] == list.service && asked["RegionCode"] == list.region && list.from <= at
        });
        let newest = in_force.max_by_key(|list| list.from);
        let lists: Vec<Value> = newest.iter().map(|list| json!({
            "PriceListArn": format!("arn:aws:pricing:::price-list/aws/{}/USD/{}/{}", list.service, list.version, list.region),
            "RegionCode": list.region, "CurrencyCode": "USD", "FileFormats": ["json", "csv"]})).collect();
        (200, JSON, json!({"PriceLists": lists}).to_string())
    }

    fn get_price_list_file_url(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let arn = asked["PriceListArn"].as_str().expect("a name");
        let parts: Vec<&str> = arn.split('/').collect();
        let format = asked["FileFormat"].as_str().expect("a format");
        let url = format!(
            "http://{}/offers/v1.0/aws/{}/{}/{}/index.{format}",
            self.address, parts[2], parts[4], parts[5]
        );
        (200, JSON, json!({"Url": url}).to_string())
    }

    fn file(&self, path: &str) -> Reply {
        let parts: Vec<&str> = path.split('/').collect();
        let list = self.world.archive.iter().find(|list| {
            parts.len() == 8
                && list.service == parts[4]
                && list.version == parts[5]
                && list.region == parts[6]
        });
        match list {
            Some(list) => (200, "text/csv", list.csv.clone()),
            None => (404, "text/html", "<html>not found</html>".into()),
        }
    }

    fn plan_rates(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let lists =
            |key: &str, value: &Value| asked[key].as_array().is_none_or(|values| values.contains(value));
        let found: Vec<&Value> = self
            .world
            .rates
            .iter()
            .filter(|rate| {
                let filters = asked["filters"].as_array().cloned().unwrap_or_default();
                lists("savingsPlanPaymentOptions", &rate["savingsPlanOffering"]["paymentOption"])
                    && lists("savingsPlanTypes", &rate["savingsPlanOffering"]["planType"])
                    && lists("products", &rate["productType"])
                    && lists("serviceCodes", &rate["serviceCode"])
                    && lists("usageTypes", &rate["usageType"])
                    && lists("operations", &rate["operation"])
                    && filters.iter().all(|filter| {
                        rate["properties"].as_array().expect("properties").iter().any(|property| {
                            property["name"] == filter["name"]
                                && filter["values"].as_array().expect("values").contains(&property["value"])
                        })
                    })
            })
            .collect();
        match self.page(
            &found,
            asked["nextToken"].as_str(),
            asked["maxResults"].as_u64().unwrap_or(1000) as usize,
        ) {
            Err(()) => error(request, 400, "ValidationException", "nextToken is not valid"),
            Ok((page, next)) => (200, JSON, json!({"searchResults": page, "nextToken": next}).to_string()),
        }
    }

    /// Groups by day and two dimensions; a page has so many groups.
    fn cost_and_usage(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let date = |key: &str| asked["TimePeriod"][key].as_str().expect("a date").to_owned();
        let second =
            |date: &str| format!("{date}T00:00:00Z").parse::<jiff::Timestamp>().expect("a day").as_second();
        let (start, end) = (second(&date("Start")), second(&date("End")));
        if start > unix_now() || asked["Granularity"] != "DAILY" {
            return error(request, 400, "ValidationException", "Start date must not be in the future");
        }
        let metric = asked["Metrics"][0].as_str().expect("a metric").to_owned();
        let dimension = |cost: &Cost, key: &str| -> &'static str {
            match key {
                "SERVICE" => cost.service,
                "USAGE_TYPE" => cost.usage_type,
                "RECORD_TYPE" => cost.record,
                "LINKED_ACCOUNT" => cost.account,
                "REGION" => cost.region,
                "team" => {
                    if cost.tag == Some(("team", "ml")) {
                        "team$ml"
                    } else {
                        "team$"
                    }
                }
                "Project" => {
                    if cost.cost_category.is_some() {
                        "Project$training"
                    } else {
                        "Project$"
                    }
                }
                other => panic!("no such dimension: {other}"),
            }
        };
        let one = |cost: &Cost, filter: &Value| {
            for (field, label) in [("Tags", cost.tag), ("CostCategories", cost.cost_category)] {
                // A key without values asks for those that lack it.
                let absent = &filter["Not"][field];
                if absent.is_object() {
                    assert_eq!(absent["MatchOptions"], json!(["ABSENT"]));
                    return label.is_some_and(|(key, _)| absent["Key"] == key);
                }
                if filter[field].is_object() {
                    let values = filter[field]["Values"].as_array().expect("values");
                    return label.is_some_and(|(key, value)| {
                        filter[field]["Key"] == key && values.iter().any(|known| known == value)
                    });
                }
            }
            let dimensions = &filter["Dimensions"];
            let found = dimension(cost, dimensions["Key"].as_str().expect("a dimension"));
            dimensions["Values"].as_array().expect("values").iter().any(|value| value == found)
        };
        let passes = |cost: &&Cost| match (asked["Filter"]["And"].as_array(), asked["Filter"].is_object()) {
            (Some(all), _) => all.iter().all(|filter| one(cost, filter)),
            (None, true) => one(cost, &asked["Filter"]),
            (None, false) => true,
        };
        let keys: Vec<&str> = asked["GroupBy"]
            .as_array()
            .expect("groups")
            .iter()
            .map(|g| g["Key"].as_str().expect("a key"))
            .collect();
        let mut groups: BTreeMap<(i64, &str, &str), (i64, i64)> = BTreeMap::new();
        let inside = |cost: &&Cost| (start..end).contains(&cost.day);
        for cost in self.world.costs.iter().filter(inside).filter(passes) {
            let slot =
                groups.entry((cost.day, dimension(cost, keys[0]), dimension(cost, keys[1]))).or_default();
            slot.0 += cost.micros;
            slot.1 += cost.quantity;
        }
        let groups: Vec<_> = groups.into_iter().collect();
        let Ok((page, next)) = self.page(&groups, asked["NextPageToken"].as_str(), 1000) else {
            return error(request, 400, "InvalidNextTokenException", "The token is invalid.");
        };
        let text =
            |day: i64| jiff::Timestamp::from_second(day).expect("in range").strftime("%Y-%m-%d").to_string();
        let mut days: BTreeMap<i64, Vec<Value>> = BTreeMap::new();
        for ((day, first, second), (micros, quantity)) in page {
            let amount = format!(
                "{}{}.{:06}",
                if *micros < 0 { "-" } else { "" },
                micros.abs() / 1_000_000,
                micros.abs() % 1_000_000
            );
            days.entry(*day).or_default().push(json!({"Keys": [first, second], "Metrics": {
                metric.as_str(): {"Amount": amount, "Unit": self.world.currency.unwrap_or("USD")},
                "UsageQuantity": {"Amount": quantity.to_string(), "Unit": "N/A"}}}));
        }
        // A day without charges has a result without groups.
        if next.is_none() {
            let charged: Vec<i64> = groups.iter().map(|((day, ..), _)| *day).collect();
            let quiet = (start..end.min(unix_now())).step_by(86_400).filter(|day| !charged.contains(day));
            days.extend(quiet.map(|day| (day, Vec::new())));
        }
        let results: Vec<Value> = days
            .into_iter()
            .map(|(day, groups)| {
                json!({
            "TimePeriod": {"Start": text(day), "End": text(day + 86_400)}, "Total": {}, "Groups": groups,
            "Estimated": self.world.estimated_from.is_some_and(|from| day >= from)})
            })
            .collect();
        let mut body = json!({"GroupDefinitions": asked["GroupBy"], "ResultsByTime": results, "DimensionValueAttributes": []});
        if let Some(next) = next {
            body["NextPageToken"] = json!(next);
        }
        (200, JSON, body.to_string())
    }

    /// A hundred dollars a day, a tenth less or more.
    fn cost_forecast(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let second = |key: &str| {
            let date = asked["TimePeriod"][key].as_str().expect("a date");
            format!("{date}T00:00:00Z").parse::<jiff::Timestamp>().expect("a day").as_second()
        };
        let (start, end) = (second("Start"), second("End"));
        if start < unix_now() - unix_now().rem_euclid(86_400) {
            return error(
                request,
                400,
                "ValidationException",
                "Start date must be the current date or later.",
            );
        }
        let known = ["AMORTIZED_COST", "UNBLENDED_COST", "NET_AMORTIZED_COST"];
        assert!(known.contains(&asked["Metric"].as_str().expect("a metric")), "{asked}");
        assert!(asked["Granularity"] == "MONTHLY" && asked["PredictionIntervalLevel"] == 80, "{asked}");
        let days = (end - start) / 86_400;
        let unit = self.world.currency.unwrap_or("USD");
        let month = json!({"TimePeriod": asked["TimePeriod"], "MeanValue": (days * 100).to_string(),
            "PredictionIntervalLowerBound": (days * 90).to_string(),
            "PredictionIntervalUpperBound": (days * 110).to_string()});
        let total = json!({"Amount": (days * 100).to_string(), "Unit": unit});
        (200, JSON, json!({"Total": total, "ForecastResultsByTime": [month]}).to_string())
    }

    fn table_metadata(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let known = &self.world.athena;
        let names = [known.database, known.table].map(Value::from);
        if asked["CatalogName"] != "AwsDataCatalog"
            || [&asked["DatabaseName"], &asked["TableName"]] != [&names[0], &names[1]]
        {
            return error(request, 400, "MetadataException", "Table not found");
        }
        let columns = |columns: &[(&str, &str)]| -> Vec<Value> {
            columns.iter().map(|(name, kind)| json!({"Name": name, "Type": kind})).collect()
        };
        let table = json!({"Name": known.table, "TableType": "EXTERNAL_TABLE",
            "Columns": columns(&known.columns), "PartitionKeys": columns(&known.partitions)});
        (200, JSON, json!({"TableMetadata": table}).to_string())
    }

    fn start_query(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let token = asked["ClientRequestToken"].as_str().unwrap_or("");
        if asked["WorkGroup"] == "nowhere" && !asked["ResultConfiguration"]["OutputLocation"].is_string() {
            let message = "No output location provided.";
            return error(request, 400, "InvalidRequestException", message);
        }
        assert!(token.len() >= 32 && asked["QueryString"].is_string(), "{asked}");
        (200, JSON, json!({"QueryExecutionId": "query-1"}).to_string())
    }

    /// Queued, then running, then over.
    fn query_execution(&self, request: &Request) -> Reply {
        let requests = self.requests.lock().expect("no panic");
        let looked = requests.iter().filter(|known| known.operation == request.operation).count();
        let started = requests.iter().rev().find(|known| known.operation == "StartQueryExecution");
        let started: Value = serde_json::from_str(&started.expect("it was started").body).expect("JSON");
        let (state, reason) = match (looked % 3, self.world.athena.fails) {
            (1, _) => ("QUEUED", None),
            (2, _) => ("RUNNING", None),
            (_, None) => ("SUCCEEDED", None),
            (_, reason) => ("FAILED", reason),
        };
        let place = started["ResultConfiguration"]["OutputLocation"].as_str().unwrap_or("s3://results/");
        let execution = json!({"QueryExecutionId": "query-1", "WorkGroup": started["WorkGroup"],
            "ResultConfiguration": {"OutputLocation": format!("{place}query-1.csv")},
            "Statistics": {"DataScannedInBytes": self.world.athena.scanned_bytes},
            "Status": {"State": state, "StateChangeReason": reason}});
        (200, JSON, json!({"QueryExecution": execution}).to_string())
    }

    /// The first row of the first page has the names.
    fn query_results(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let (names, rows) = &self.world.athena.answer;
        let header = names.iter().cloned().map(Some).collect();
        let rows: Vec<Vec<Option<String>>> = std::iter::once(header).chain(rows.iter().cloned()).collect();
        let most = asked["MaxResults"].as_u64().unwrap_or(1000) as usize;
        assert!(most <= 1000);
        let Ok((page, next)) = self.page(&rows, asked["NextToken"].as_str(), most) else {
            return error(request, 400, "InvalidRequestException", "Malformed NextToken.");
        };
        let cell =
            |cell: &Option<String>| cell.as_ref().map_or(json!({}), |text| json!({"VarCharValue": text}));
        let rows: Vec<Value> =
            page.iter().map(|row| json!({"Data": row.iter().map(cell).collect::<Vec<_>>()})).collect();
        let mut body =
            json!({"ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": []}}, "UpdateCount": 0});
        if let Some(next) = next {
            body["NextToken"] = json!(next);
        }
        (200, JSON, body.to_string())
    }

    fn job_queues(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let most = asked["maxResults"].as_u64().unwrap_or(100) as usize;
        let found: Vec<&Value> = self.world.batch.queues.iter().collect();
        match self.page(&found, asked["nextToken"].as_str(), most) {
            Err(()) => error(request, 400, "ClientException", "Invalid nextToken"),
            Ok((page, next)) => (200, JSON, json!({"jobQueues": page, "nextToken": next}).to_string()),
        }
    }

    /// Where no names are asked for.
    fn every_compute_environment(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let refused = |message: &str| error(request, 400, "ClientException", message);
        if request.region != self.world.batch.region {
            return refused("nothing is in this region");
        }
        let most = asked["maxResults"].as_u64().unwrap_or(100) as usize;
        let keys = asked.as_object().expect("an object").keys();
        if most > 100 || keys.clone().any(|key| !["maxResults", "nextToken"].contains(&key.as_str())) {
            return refused("at most 100 a page, and no names here");
        }
        match self.page(&self.world.batch.environments, asked["nextToken"].as_str(), most) {
            Err(()) => refused("Invalid nextToken"),
            Ok((page, next)) => {
                (200, JSON, json!({"computeEnvironments": page, "nextToken": next}).to_string())
            }
        }
    }

    /// Of the status asked for; without one, of every status.
    fn job_definitions(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let refused = |message: &str| error(request, 400, "ClientException", message);
        let most = asked["maxResults"].as_u64().unwrap_or(100) as usize;
        if most > 100 {
            return refused("at most 100 a page");
        }
        let is_asked = |of: &&Value| asked["status"].is_null() || of["status"] == asked["status"];
        let found: Vec<&Value> = self.world.batch.definitions.iter().filter(is_asked).collect();
        match self.page(&found, asked["nextToken"].as_str(), most) {
            Err(()) => refused("Invalid nextToken"),
            Ok((page, next)) => (200, JSON, json!({"jobDefinitions": page, "nextToken": next}).to_string()),
        }
    }

    /// Of the ARNs asked for.
    fn scheduling_policies(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let arns = asked["arns"].as_array().expect("ARNs");
        if arns.is_empty() || arns.len() > 100 {
            return error(request, 400, "ClientException", "1 to 100 ARNs");
        }
        let policies = self.world.batch.policies.iter().filter(|of| arns.contains(&of["arn"]));
        (200, JSON, json!({"schedulingPolicies": policies.collect::<Vec<_>>()}).to_string())
    }

    fn consumable_resources(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let most = asked["maxResults"].as_u64().unwrap_or(100) as usize;
        match self.page(&self.world.batch.consumables, asked["nextToken"].as_str(), most) {
            Err(()) => error(request, 400, "ClientException", "Invalid nextToken"),
            Ok((page, next)) => {
                (200, JSON, json!({"consumableResources": page, "nextToken": next}).to_string())
            }
        }
    }

    fn file_systems(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let most = asked["MaxResults"].as_u64().unwrap_or(100) as usize;
        if most == 0 {
            return error(request, 400, "BadRequest", "MaxResults must be greater than 0");
        }
        match self.page(&self.world.batch.file_systems, asked["NextToken"].as_str(), most) {
            Err(()) => error(request, 400, "BadRequest", "Invalid NextToken"),
            Ok((page, next)) => (200, JSON, json!({"FileSystems": page, "NextToken": next}).to_string()),
        }
    }

    /// One version of one template, by id or by name.
    fn launch_template_versions(&self, request: &Request) -> Reply {
        let form = form(&request.body);
        let versions = numbered(&form, "LaunchTemplateVersion");
        let key = match (form.get("LaunchTemplateId"), form.get("LaunchTemplateName")) {
            (Some(id), None) if id.starts_with("lt-") => id,
            (None, Some(name)) => name,
            _ => return error(request, 400, "InvalidParameterCombination", "either an id or a name"),
        };
        let [version] = &versions[..] else {
            return error(request, 400, "InvalidParameterValue", "one version here");
        };
        let templates = &self.world.batch.templates;
        if !templates.iter().any(|(known, ..)| known == key) {
            let code = "InvalidLaunchTemplateId.NotFound";
            return error(request, 400, code, "The specified launch template does not exist.");
        }
        let rows = templates.iter().filter(|(known, number, _)| known == key && number == version);
        let rows: Vec<String> = rows
            .map(|(known, _, mappings)| {
                format!("<item><launchTemplateId>{known}</launchTemplateId><versionNumber>1</versionNumber><launchTemplateData><blockDeviceMappingSet>{mappings}</blockDeviceMappingSet></launchTemplateData></item>")
            })
            .collect();
        self.xml(request, &form, "DescribeLaunchTemplateVersions", "launchTemplateVersionSet", &rows)
    }

    /// Of one queue or one array; of one status, RUNNING where none is named; children only of their parent.
    fn list_jobs(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let refused = |message: &str| error(request, 400, "ClientException", message);
        let (queue, array) = (asked["jobQueue"].as_str(), asked["arrayJobId"].as_str());
        if queue.is_some() == array.is_some() || asked["filters"].is_array() {
            return refused("exactly one of jobQueue, arrayJobId and multiNodeJobId, and no filters here");
        }
        if queue.is_some_and(|arn| !self.world.batch.queues.iter().any(|known| known["jobQueueArn"] == arn)) {
            return refused("Job queue does not exist");
        }
        let most = asked["maxResults"].as_u64().unwrap_or(1000) as usize;
        if most > 1000 {
            return refused("maxResults must be at most 1000");
        }
        let status = asked["jobStatus"].as_str().unwrap_or("RUNNING");
        let in_it = |job: &&Value| {
            let id = job["jobId"].as_str().expect("an id");
            let parent = id.split_once(':').map(|(parent, _)| parent);
            job["status"] == status
                && match (queue, array) {
                    (Some(queue), _) => job["jobQueue"] == queue && parent.is_none(),
                    (None, array) => parent == array,
                }
        };
        let found: Vec<Value> = self.world.batch.jobs.iter().filter(in_it).map(summary).collect();
        match self.page(&found, asked["nextToken"].as_str(), most) {
            Err(()) => refused("Invalid nextToken"),
            Ok((page, next)) => (200, JSON, json!({"jobSummaryList": page, "nextToken": next}).to_string()),
        }
    }

    fn describe_jobs(&self, request: &Request) -> Reply {
        let asked: Value = serde_json::from_str(&request.body).expect("JSON");
        let ids: Vec<&str> =
            asked["jobs"].as_array().expect("ids").iter().filter_map(Value::as_str).collect();
        if ids.is_empty() || ids.len() > 100 {
            return error(request, 400, "ClientException", "jobs must have 1 to 100 ids");
        }
        let batch = &self.world.batch;
        let known = |job: &&Value| {
            let id = job["jobId"].as_str().expect("an id");
            ids.contains(&id) && !batch.gone.contains(&id)
        };
        let found: Vec<&Value> = batch.jobs.iter().filter(known).collect();
        (200, JSON, json!({"jobs": found}).to_string())
    }

    fn spot_history(&self, request: &Request) -> Reply {
        let form = form(&request.body);
        let (listed, descriptions) = (numbered(&form, "InstanceType"), numbered(&form, "ProductDescription"));
        let types = filter_values(&form, "instance-type").unwrap_or(listed);
        let second = |key: &str| form[key].parse::<jiff::Timestamp>().expect("a time").as_second();
        let (start, end) = (second("StartTime"), second("EndTime"));
        let of_pool = |change: &&Change| {
            change.region == request.region
                && types.iter().any(|name| name == change.instance_type)
                && descriptions.iter().any(|name| name == change.description)
        };
        let all: Vec<&Change> = self.world.changes.iter().filter(of_pool).collect();
        let same = |a: &Change, b: &Change| {
            (a.zone, a.instance_type, a.description) == (b.zone, b.instance_type, b.description)
        };
        let mut found: Vec<&Change> = all
            .iter()
            .copied()
            .filter(|change| {
                let later =
                    |other: &&&Change| same(other, change) && change.time < other.time && other.time <= start;
                change.time < end && (change.time > start || !all.iter().any(|other| later(&other)))
            })
            .collect();
        // Newest first is usual and not promised.
        found.sort_by_key(|change| (-change.time, change.zone));
        let rows = found.iter().map(|change| {
            format!(
                "<item><instanceType>{}</instanceType><productDescription>{}</productDescription><spotPrice>{}</spotPrice><timestamp>{}</timestamp><availabilityZone>{}</availabilityZone><availabilityZoneId>{}</availabilityZoneId></item>",
                change.instance_type, change.description, change.price,
                jiff::Timestamp::from_second(change.time).expect("in range"), change.zone, change.zone_id
            )
        });
        let rows: Vec<String> = rows.collect();
        self.xml(request, &form, "DescribeSpotPriceHistory", "spotPriceHistorySet", &rows)
    }

    fn offerings(&self, request: &Request) -> Reply {
        let form = form(&request.body);
        let names = filter_values(&form, "instance-type");
        let here = self.world.offered.iter().filter(|(region, name)| {
            *region == request.region && names.as_ref().is_none_or(|names| names.iter().any(|n| n == name))
        });
        let rows: Vec<String> = here
            .map(|(region, name)| {
                format!("<item><instanceType>{name}</instanceType><locationType>region</locationType><location>{region}</location></item>")
            })
            .collect();
        self.xml(request, &form, "DescribeInstanceTypeOfferings", "instanceTypeOfferingSet", &rows)
    }

    fn instance_types(&self, request: &Request) -> Reply {
        let form = form(&request.body);
        for name in numbered(&form, "InstanceType") {
            if !self.world.types.iter().any(|known| known.0 == name) {
                return error(
                    request,
                    400,
                    "InvalidInstanceType",
                    "The following supplied instance types do not exist",
                );
            }
        }
        let names = filter_values(&form, "instance-type");
        let known = self
            .world
            .types
            .iter()
            .filter(|known| names.as_ref().is_none_or(|names| names.iter().any(|n| n == known.0)));
        let rows: Vec<String> = known
            .map(|(name, vcpus, mib, gpus)| {
                let gpu = if *gpus == 0 { String::new() } else {
                    format!("<gpuInfo><gpus><item><name>H200</name><manufacturer>NVIDIA</manufacturer><count>{gpus}</count><memoryInfo><sizeInMiB>144384</sizeInMiB></memoryInfo></item></gpus></gpuInfo>")
                };
                format!(
                    "<item><instanceType>{name}</instanceType><supportedUsageClasses><item>on-demand</item><item>spot</item></supportedUsageClasses><processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures></processorInfo><vCpuInfo><defaultVCpus>{vcpus}</defaultVCpus></vCpuInfo><memoryInfo><sizeInMiB>{mib}</sizeInMiB></memoryInfo>{gpu}</item>"
                )
            })
            .collect();
        self.xml(request, &form, "DescribeInstanceTypes", "instanceTypeSet", &rows)
    }

    fn capacity_blocks(&self, request: &Request) -> Reply {
        let form = form(&request.body);
        let wanted = |block: &&(&str, &str, i64, u32, i64, &str)| {
            block.0 == request.region
                && form.get("InstanceType").is_some_and(|name| name == block.1)
                && form["CapacityDurationHours"] == block.2.to_string()
                && form.get("InstanceCount").is_none_or(|count| *count == block.3.to_string())
        };
        let time = |second: i64| jiff::Timestamp::from_second(second).expect("in range");
        let rows: Vec<String> = self.world.blocks.iter().filter(wanted).map(|(region, name, hours, count, start, fee)| {
            format!(
                "<item><capacityBlockOfferingId>cb-{start}</capacityBlockOfferingId><instanceType>{name}</instanceType><availabilityZone>{region}a</availabilityZone><instanceCount>{count}</instanceCount><startDate>{}</startDate><endDate>{}</endDate><capacityBlockDurationHours>{hours}</capacityBlockDurationHours><upfrontFee>{fee}</upfrontFee><currencyCode>USD</currencyCode><tenancy>default</tenancy></item>",
                time(*start), time(start + hours * 3600)
            )
        }).collect();
        self.xml(request, &form, "DescribeCapacityBlockOfferings", "capacityBlockOfferingSet", &rows)
    }

    fn placement_scores(&self, request: &Request) -> Reply {
        let form = form(&request.body);
        let regions = numbered(&form, "RegionName");
        let types = numbered(&form, "InstanceType");
        // Requests of one or two types score low (API reference, GetSpotPlacementScores).
        let rows: Vec<String> = self.world.scores.iter().filter(|(region, ..)| regions.iter().any(|r| r == region)).map(|(region, zone, score)| {
            let score = if types.len() < 3 { 1 } else { *score };
            format!("<item><region>{region}</region><availabilityZoneId>{zone}</availabilityZoneId><score>{score}</score></item>")
        }).collect();
        self.xml(request, &form, "GetSpotPlacementScores", "spotPlacementScoreSet", &rows)
    }

    fn xml(
        &self,
        request: &Request,
        form: &BTreeMap<String, String>,
        operation: &str,
        set: &str,
        rows: &[String],
    ) -> Reply {
        let asked = form.get("MaxResults").map_or(1000, |number| number.parse().expect("a number"));
        let token = form.get("NextToken").map(String::as_str);
        let Ok((page, next)) = self.page(rows, token, asked) else {
            return error(request, 400, "InvalidPaginationToken", "The token is not valid");
        };
        // The end of EC2's pages is an empty token.
        let next = next.unwrap_or_default();
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r</requestId><{set}>{}</{set}><nextToken>{next}</nextToken></{operation}Response>",
            page.concat()
        );
        (200, XML, body)
    }
}

const JSON: &str = "application/x-amz-json-1.1";
const XML: &str = "text/xml;charset=UTF-8";

/// An error as the service of the request writes it.
fn error(request: &Request, status: u16, code: &str, message: &str) -> Reply {
    if request.service == "ec2" {
        let body = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors><RequestID>r</RequestID></Response>"
        );
        return (status, XML, body);
    }
    let kind = if request.service == "monitoring" { CBOR } else { JSON };
    (status, kind, json!({"__type": code, "message": message, "Message": message}).to_string())
}

/// What ListJobs says of a job.
fn summary(job: &Value) -> Value {
    let mut summary = json!({});
    for key in ["jobArn", "jobId", "jobName", "createdAt", "startedAt", "stoppedAt", "status", "statusReason"]
    {
        if !job[key].is_null() {
            summary[key] = job[key].clone();
        }
    }
    if job["arrayProperties"].is_object() {
        summary["arrayProperties"] = job["arrayProperties"].clone();
    }
    if let Some(nodes) = job["nodeProperties"]["numNodes"].as_u64() {
        summary["nodeProperties"] = json!({"numNodes": nodes});
    }
    summary
}

fn attribute<'a>(product: &'a Value, field: &str) -> Option<&'a str> {
    match field {
        "productFamily" => product["product"]["productFamily"].as_str(),
        "serviceCode" => product["serviceCode"].as_str(),
        _ => product["product"]["attributes"][field].as_str(),
    }
}

fn passes(product: &Value, filter: &Value) -> bool {
    let (field, value) =
        (filter["Field"].as_str().expect("a field"), filter["Value"].as_str().expect("a value"));
    let found = attribute(product, field);
    match filter["Type"].as_str().expect("a type") {
        "TERM_MATCH" | "EQUALS" => found == Some(value),
        "ANY_OF" => value.split(',').any(|value| found == Some(value.trim())),
        "NONE_OF" => value.split(',').all(|value| found != Some(value.trim())),
        "CONTAINS" => found.is_some_and(|found| found.contains(value)),
        other => panic!("no such filter: {other}"),
    }
}

/// The values of `Key.1`, `Key.2`, ….
fn numbered(form: &BTreeMap<String, String>, key: &str) -> Vec<String> {
    (1..).map_while(|number| form.get(&format!("{key}.{number}")).cloned()).collect()
}

/// The values of a filter; `None` without it.
fn filter_values(form: &BTreeMap<String, String>, name: &str) -> Option<Vec<String>> {
    let number = (1..).take_while(|n| form.contains_key(&format!("Filter.{n}.Name")));
    let number = number.into_iter().find(|n| form[&format!("Filter.{n}.Name")] == name)?;
    Some(numbered(form, &format!("Filter.{number}.Value")))
}

fn form(body: &str) -> BTreeMap<String, String> {
    let pairs = body.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(key, value)| (decoded(key), decoded(value))).collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let digits = [rest.next().expect("a digit"), rest.next().expect("a digit")];
                let digits = std::str::from_utf8(&digits).expect("digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("a number"));
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    if reader.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let path = line.split_whitespace().nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim().split_once(':') {
            None => break,
            Some((name, value)) => headers.insert(name.to_ascii_lowercase(), value.trim().to_owned()),
        };
    }
    let length: usize =
        headers.get("content-length").and_then(|text: &String| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = match path.strip_prefix(PATH) {
        None => String::from_utf8(body).ok()?,
        Some(_) => {
            let said = |name: &str| headers.get(name).map(String::as_str);
            assert_eq!((said("smithy-protocol"), said("content-type")), (Some("rpc-v2-cbor"), Some(CBOR)));
            cbor::decode(&body).to_string()
        }
    };
    let target = headers.get("x-amz-target").and_then(|text| text.split('.').nth(1)).map(str::to_owned);
    let action = || form(&body).get("Action").cloned();
    let operation = path.strip_prefix(PATH).map(str::to_owned);
    let operation = operation.or(target).or_else(action).unwrap_or(path);
    // AWS4-HMAC-SHA256 Credential=AKID/20261123/us-east-1/ec2/aws4_request, …
    let scope = headers.get("authorization").and_then(|text| text.split("Credential=").nth(1)).unwrap_or("");
    let mut scope = scope.split('/').skip(2).map(str::to_owned);
    let (region, service) = (scope.next().unwrap_or_default(), scope.next().unwrap_or_default());
    Some(Request { operation, region, service, headers, body })
}

/// Now, by the machine's clock.
#[expect(clippy::disallowed_methods, reason = "the other side has a clock of its own")]
pub(crate) fn unix_now() -> i64 {
    jiff::Timestamp::now().as_second()
}
