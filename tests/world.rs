//! What the AWS on 127.0.0.1 knows: real SKUs and prices (AmazonEC2 offer files of September 2026, AmazonS3 of
//! July 2026), and beside each the rows that other tools took for it.

use serde_json::{Value, json};

use super::loopback::{Change, World, unix_now};

const DAY: i64 = 86_400;

/// A product with one On-Demand term: rates as begin, end, dollars.
pub(crate) fn product(
    service: &str,
    family: Option<&str>,
    sku: &str,
    attributes: &[(&str, &str)],
    unit: &str,
    rates: &[(&str, &str, &str)],
) -> Value {
    let attributes: serde_json::Map<String, Value> =
        attributes.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let dimensions: serde_json::Map<String, Value> = rates
        .iter()
        .enumerate()
        .map(|(number, (begin, end, usd))| {
            let code = format!("{sku}.JRTCKXETXF.{}6YS6EN2CT7", if number == 0 { String::new() } else { number.to_string() });
            let dimension = json!({"unit": unit, "beginRange": begin, "endRange": end, "rateCode": code, "appliesTo": [],
                "description": format!("${usd} per {unit}"), "pricePerUnit": {"USD": usd}});
            (code, dimension)
        })
        .collect();
    let term = format!("{sku}.JRTCKXETXF");
    let mut item = json!({
        "product": {"sku": sku, "attributes": attributes},
        "serviceCode": service,
        "terms": {"OnDemand": {term: {"priceDimensions": dimensions, "sku": sku, "effectiveDate": "2026-09-01T00:00:00Z",
            "offerTermCode": "JRTCKXETXF", "termAttributes": {}}}},
        "version": "20260910195514", "publicationDate": "2026-09-10T19:55:14Z"});
    if let Some(family) = family {
        item["product"]["productFamily"] = json!(family);
    }
    item
}

/// A row of an instance; `twist` replaces attributes.
pub(crate) fn instance(
    sku: &str,
    region: &str,
    prefix: &str,
    name: &str,
    usd: &str,
    twist: &[(&str, &str)],
) -> Value {
    let usage_type = format!("{prefix}BoxUsage:{name}");
    let usual = [
        ("capacitystatus", "Used"),
        ("instanceType", name),
        ("licenseModel", "No License required"),
        ("locationType", "AWS Region"),
        ("marketoption", "OnDemand"),
        ("operatingSystem", "Linux"),
        ("operation", "RunInstances"),
        ("preInstalledSw", "NA"),
        ("regionCode", region),
        ("servicecode", "AmazonEC2"),
        ("tenancy", "Shared"),
        ("usagetype", &usage_type),
    ];
    let mut attributes: Vec<(&str, &str)> =
        usual.into_iter().filter(|(name, _)| !twist.iter().any(|(twisted, _)| twisted == name)).collect();
    attributes.extend(twist);
    product("AmazonEC2", Some("Compute Instance"), sku, &attributes, "Hrs", &[("0", "Inf", usd)])
}

/// An instance and everything that looks like it.
fn with_twins(sku: &str, region: &str, prefix: &str, name: &str, usd: &str) -> Vec<Value> {
    let twin = |number: u32, usd: &str, twist: &[(&str, &str)]| {
        instance(&format!("TWIN{number}{}", &sku[..4]), region, prefix, name, usd, twist)
    };
    vec![
        twin(1, "0.0000000000", &[("marketoption", "CapacityBlock"), ("operation", "RunInstances:CB")]),
        twin(
            2,
            usd,
            &[
                ("capacitystatus", "UnusedCapacityReservation"),
                ("usagetype", "UnusedBox:x"),
                ("instancesku", sku),
            ],
        ),
        twin(3, "0.0000000000", &[("capacitystatus", "AllocatedCapacityReservation")]),
        twin(4, "26.0000000000", &[("tenancy", "Dedicated"), ("usagetype", "DedicatedUsage:x")]),
        twin(5, "0.0000000000", &[("tenancy", "Host"), ("usagetype", "HostBoxUsage:x")]),
        twin(6, "66.0000000000", &[("preInstalledSw", "SQL Std"), ("operation", "RunInstances:0004")]),
        twin(7, "25.0000000000", &[("operatingSystem", "Windows"), ("operation", "RunInstances:0002")]),
        twin(
            8,
            "22.0000000000",
            &[
                ("operatingSystem", "Windows"),
                ("licenseModel", "Bring your own license"),
                ("operation", "RunInstances:0800"),
            ],
        ),
        twin(
            9,
            "30.0000000000",
            &[("locationType", "AWS Local Zone"), ("usagetype", "USE1-BOS1-BoxUsage:x")],
        ),
        instance(sku, region, prefix, name, usd, &[]),
    ]
}

/// Storage, requests and bytes: service, family, SKU, attributes, unit, rates.
fn other_products() -> Vec<Value> {
    let flat = |service, family, sku, attributes: &[(&str, &str)], unit, usd| {
        product(service, family, sku, attributes, unit, &[("0", "Inf", usd)])
    };
    let ebs = |sku, family, region: &str, usage, unit, usd, zone| {
        let attributes =
            [("regionCode", region), ("usagetype", usage), ("volumeApiName", "gp3"), ("locationType", zone)];
        flat("AmazonEC2", Some(family), sku, &attributes, unit, usd)
    };
    let lustre = |sku, usage, storage, tier, usd| {
        let attributes = [
            ("regionCode", "us-east-1"),
            ("fileSystemType", "Lustre"),
            ("usagetype", usage),
            ("storageType", storage),
            ("throughputCapacity", tier),
            ("operation", "CreateFileSystem:Lustre"),
        ];
        flat("AmazonFSx", Some("Storage"), sku, &attributes, "GB-Mo", usd)
    };
    let plain = |service, family, sku, usage, unit, usd| {
        let attributes = [("regionCode", "us-east-1"), ("usagetype", usage), ("locationType", "AWS Region")];
        flat(service, family, sku, &attributes, unit, usd)
    };
    let transfer = |sku, usage, operation, rates: &[(&str, &str, &str)]| {
        let attributes = [("usagetype", usage), ("operation", operation), ("fromRegionCode", "us-east-1")];
        product("AWSDataTransfer", Some("Data Transfer"), sku, &attributes, "GB", rates)
    };
    let region = "AWS Region";
    vec![
        ebs(
            "EBSGP3VIRGINIA01",
            "Storage",
            "us-east-1",
            "EBS:VolumeUsage.gp3",
            "GB-Mo",
            "0.0800000000",
            region,
        ),
        ebs(
            "EBSGP3LOCALZONE1",
            "Storage",
            "us-east-1",
            "USE1-BOS1-EBS:VolumeUsage.gp3",
            "GB-Mo",
            "0.1200000000",
            "AWS Local Zone",
        ),
        ebs(
            "EBSGP3IOPSVIRG01",
            "System Operation",
            "us-east-1",
            "EBS:VolumeP-IOPS.gp3",
            "IOPS-Mo",
            "0.0050000000",
            region,
        ),
        ebs(
            "EBSGP3THROUGHP01",
            "Provisioned Throughput",
            "us-east-1",
            "EBS:VolumeP-Throughput.gp3",
            "GiBps-mo",
            "40.9600000000",
            region,
        ),
        lustre("LUSTRESCRATCH201", "USE1-Storage", "SSD", "N/A", "0.1400000000"),
        lustre("LUSTREP2SSD12501", "USE1-Storage.SSD.125", "SSD", "125", "0.1450000000"),
        lustre("LUSTREP2SSD25001", "USE1-Storage-SSD-250", "SSD", "250", "0.2110000000"),
        // Neither family nor a single tier.
        product(
            "AmazonS3",
            None,
            "WP9ANXZGBYYSGJEA",
            &[
                ("regionCode", "us-east-1"),
                ("usagetype", "TimedStorage-ByteHrs"),
                ("locationType", region),
                ("volumeType", "Standard"),
            ],
            "GB-Mo",
            &[
                ("512000", "Inf", "0.0210000000"),
                ("0", "51200", "0.0230000000"),
                ("51200", "512000", "0.0220000000"),
            ],
        ),
        product(
            "AmazonS3",
            Some("Storage"),
            "S3OVERHEADTWIN01",
            &[
                ("regionCode", "us-east-1"),
                ("usagetype", "TimedStorage-ByteHrs"),
                ("locationType", region),
                ("volumeType", "IntelligentTieringAAObjectOverhead"),
                ("operation", "IntAAObjectOverhead"),
            ],
            "GB-Mo",
            &[("0", "Inf", "0.0230000000")],
        ),
        plain(
            "AmazonS3GlacierDeepArchive",
            None,
            "S3DEEPARCHIVE001",
            "TimedStorage-GDA-ByteHrs",
            "GB-Mo",
            "0.0009900000",
        ),
        plain(
            "AmazonS3",
            Some("API Request"),
            "S3REQUESTSTIER01",
            "Requests-Tier1",
            "Requests",
            "0.0000050000",
        ),
        plain(
            "AmazonS3",
            Some("API Request"),
            "S3REQUESTSTIER02",
            "Requests-Tier2",
            "Requests",
            "0.0000004000",
        ),
        plain(
            "AmazonEFS",
            Some("Storage"),
            "EFSSTANDARDVIRG1",
            "USE1-TimedStorage-ByteHrs",
            "GB-Mo",
            "0.3000000000",
        ),
        plain(
            "AmazonECR",
            Some("EC2 Container Registry"),
            "ECRSTORAGEVIRG01",
            "TimedStorage-ByteHrs",
            "GB-Mo",
            "0.1000000000",
        ),
        // In us-east-1 the list has each of the logs' products twice, at one price.
        plain(
            "AmazonCloudWatch",
            Some("Data Payload"),
            "LOGSINGESTTWIN01",
            "DataProcessing-Bytes",
            "GB",
            "0.5000000000",
        ),
        plain(
            "AmazonCloudWatch",
            Some("Storage Snapshot"),
            "LOGSSTORAGETWIN1",
            "TimedStorage-ByteHrs",
            "GB-Mo",
            "0.0300000000",
        ),
        plain(
            "AmazonS3",
            Some("API Request"),
            "S3REQUESTSGIRT01",
            "Requests-GIR-Tier1",
            "Requests",
            "0.0000200000",
        ),
        plain(
            "AmazonS3",
            Some("API Request"),
            "S3REQUESTSGIRT02",
            "Requests-GIR-Tier2",
            "Requests",
            "0.0000100000",
        ),
        plain(
            "AmazonS3GlacierDeepArchive",
            None,
            "S3REQUESTSGDAT01",
            "Requests-GDA-Tier1",
            "Requests",
            "0.0000500000",
        ),
        plain(
            "AmazonCloudWatch",
            Some("Data Payload"),
            "LOGSINGESTVIRG01",
            "USE1-DataProcessing-Bytes",
            "GB",
            "0.5000000000",
        ),
        plain(
            "AmazonCloudWatch",
            Some("Storage Snapshot"),
            "LOGSSTORAGEVIRG1",
            "USE1-TimedStorage-ByteHrs",
            "GB-Mo",
            "0.0300000000",
        ),
        plain(
            "AmazonEC2",
            Some("NAT Gateway"),
            "NATHOURSVIRGIN01",
            "NatGateway-Hours",
            "Hrs",
            "0.0450000000",
        ),
        plain("AmazonEC2", Some("NAT Gateway"), "NATBYTESVIRGIN01", "NatGateway-Bytes", "GB", "0.0450000000"),
        transfer(
            "FREETIERTRANSFER",
            "Global-DataTransfer-Out-Bytes",
            "",
            &[("0", "100", "0.0000000000"), ("100", "Inf", "0.0900000000")],
        ),
        transfer(
            "DATAOUTVIRGINIA1",
            "DataTransfer-Out-Bytes",
            "",
            &[("0", "10240", "0.0900000000"), ("10240", "Inf", "0.0850000000")],
        ),
        transfer(
            "DATAREGIONALIN01",
            "DataTransfer-Regional-Bytes",
            "InterZone-In",
            &[("0", "Inf", "0.0100000000")],
        ),
        transfer(
            "DATAREGIONALOUT1",
            "DataTransfer-Regional-Bytes",
            "InterZone-Out",
            &[("0", "Inf", "0.0100000000")],
        ),
    ]
}

/// What file systems cost, as the AWS Pricing Calculator has it of October 2025 (AmazonFSx, AmazonEFS), and File Cache
/// beside Lustre, of one service.
fn file_systems() -> Vec<Value> {
    let fsx = |sku, usage, family, unit, usd, more: &[(&str, &str)]| {
        let mut attributes = vec![("regionCode", "us-east-1"), ("usagetype", usage)];
        attributes.extend(more);
        product("AmazonFSx", Some(family), sku, &attributes, unit, &[("0", "Inf", usd)])
    };
    let hdd = |sku, usage, tier, cache, usd| {
        let more = [
            ("fileSystemType", "Lustre"),
            ("operation", "CreateFileSystem:Lustre"),
            ("storageType", "HDD"),
            ("throughputCapacity", tier),
            ("cacheType", cache),
        ];
        fsx(sku, usage, "Storage", "GB-Mo", usd, &more)
    };
    let cache = [
        ("operation", "CreateFileCache:Lustre"),
        ("storageType", "SSD"),
        ("throughputCapacity", "1000"),
        ("cacheType", "N/A"),
    ];
    let lustre = [
        ("fileSystemType", "Lustre"),
        ("operation", "CreateFileSystem:Lustre"),
        ("storageType", "SSD"),
        ("throughputCapacity", "1000"),
        ("cacheType", "N/A"),
    ];
    let efs = |sku, usage, unit, usd| {
        let attributes = [("regionCode", "us-east-1"), ("usagetype", usage), ("locationType", "AWS Region")];
        product("AmazonEFS", Some("Storage"), sku, &attributes, unit, &[("0", "Inf", usd)])
    };
    vec![
        hdd("2JBXX2HUCR2N9CN2", "USE1-Storage.HDD.12", "12", "N/A", "0.0250000000"),
        hdd("XR3B3U5VPPZ6E6YW", "USE1-Storage.HDD.12.RC20", "12", "RC20", "0.0410000000"),
        hdd("3ATMX2THG9YVHAJ6", "USE1-Storage.HDD.40", "40", "N/A", "0.0830000000"),
        hdd("8TYDU8XPGGYA7FNZ", "USE1-Storage.HDD.40.RC20", "40", "RC20", "0.0990000000"),
        fsx("Y58EC7UAHYBP4BBY", "USE1-Storage.SSD.1000", "Storage", "GB-Mo", "0.6000000000", &lustre),
        fsx("FILECACHE1000001", "USE1-Storage.1000", "Storage", "GB-Mo", "1.3300000000", &cache),
        efs("29XC62PHCNK7YFTC", "USE1-IATimedStorage-ByteHrs", "GB-Mo", "0.0250000000"),
        efs("6BHDTU3P77J7NS5V", "USE1-IATimedStorage-ET-ByteHrs", "GB-Mo", "0.0160000000"),
        efs("X6WTMP84K2ZGXH6J", "USE1-ProvisionedTP-MiBpsHrs", "MiBps-Mo", "6.0000000000"),
        efs("EFSINCLUDEDTP001", "USE1-IncludedTP-MiBpsHrs", "MiBps-Mo", "0.0000000000"),
    ]
}

/// Transfer to another region, what comes in at nothing, and what goes over a peering connection.
fn transfer_between_regions() -> Vec<Value> {
    let transfer = |sku, usage, operation, usd| {
        let attributes = [("usagetype", usage), ("operation", operation), ("fromRegionCode", "us-east-1")];
        product("AWSDataTransfer", Some("Data Transfer"), sku, &attributes, "GB", &[("0", "Inf", usd)])
    };
    vec![
        transfer("TRANSFERTOOREGON", "USE1-USW2-AWS-Out-Bytes", "", "0.0200000000"),
        transfer("TRANSFERFROMOREG", "USE1-USW2-AWS-In-Bytes", "", "0.0000000000"),
        transfer("PEERINGOUTVIRGIN", "USE1-AWS-Out-Bytes", "VPCPeering-Out", "0.0100000000"),
        transfer("PEERINGINVIRGINI", "USE1-AWS-In-Bytes", "VPCPeering-In", "0.0100000000"),
        transfer("TRANSFERTOTHENEW", "USE1-EUW9-AWS-Out-Bytes", "", "0.0200000000"),
    ]
}

/// An instance and a volume of a region, and a volume of a Local Zone of it.
pub(crate) fn region(code: &str, prefix: &str, usd: &str) -> Vec<Value> {
    let volume = |sku: &str, usage: &str, usd, zone| {
        let attributes =
            [("regionCode", code), ("usagetype", usage), ("volumeApiName", "gp3"), ("locationType", zone)];
        product("AmazonEC2", Some("Storage"), sku, &attributes, "GB-Mo", &[("0", "Inf", usd)])
    };
    let usage = |zone: &str| format!("{prefix}{zone}EBS:VolumeUsage.gp3");
    vec![
        instance(&format!("G5{prefix}"), code, prefix, "g5.xlarge", usd, &[]),
        volume(&format!("GP3{prefix}"), &usage(""), "0.0900000000", "AWS Region"),
        volume(&format!("LZ{prefix}"), &usage("XYZ1-"), "0.1300000000", "AWS Local Zone"),
    ]
}

/// A reserved term of the p4d row: an upfront fee and an hourly rate.
fn with_reserved(
    mut item: Value,
    code: &str,
    lease: &str,
    payment: &str,
    upfront: &str,
    hourly: &str,
) -> Value {
    let sku = item["product"]["sku"].as_str().expect("a SKU").to_owned();
    let term = format!("{sku}.{code}");
    item["terms"]["Reserved"][&term] = json!({
        "offerTermCode": code, "sku": sku, "effectiveDate": "2026-04-01T00:00:00Z",
        "termAttributes": {"LeaseContractLength": lease, "OfferingClass": "standard", "PurchaseOption": payment},
        "priceDimensions": {
            format!("{term}.2TG2D8R56U"): {"unit": "Quantity", "description": "Upfront Fee", "appliesTo": [],
                "rateCode": format!("{term}.2TG2D8R56U"), "pricePerUnit": {"USD": upfront}},
            format!("{term}.6YS6EN2CT7"): {"unit": "Hrs", "beginRange": "0", "endRange": "Inf", "description": "reserved",
                "rateCode": format!("{term}.6YS6EN2CT7"), "appliesTo": [], "pricePerUnit": {"USD": hourly}}}});
    item
}

/// A rate of a Savings Plan.
pub(crate) fn plan_rate(
    usage_type: &str,
    years: i64,
    plan: &str,
    description: &str,
    tenancy: &str,
    rate: &str,
) -> Value {
    json!({"savingsPlanOffering": {"offeringId": format!("{plan}-{years}"), "paymentOption": "No Upfront", "planType": plan,
            "durationSeconds": years * 31_536_000, "currency": "USD", "planDescription": plan},
        "rate": rate, "unit": "Hrs", "productType": "EC2", "serviceCode": "AmazonEC2", "usageType": usage_type,
        "operation": "RunInstances",
        "properties": [{"name": "region", "value": "us-east-1"}, {"name": "productDescription", "value": description},
            {"name": "tenancy", "value": tenancy}]})
}

/// Changes of one pool, the same under both names of Linux.
pub(crate) fn pool(
    zone: (&'static str, &'static str),
    instance_type: &'static str,
    changes: &[(i64, &str)],
) -> Vec<Change> {
    let of = |description: &'static str| {
        changes.iter().map(move |(time, price)| Change {
            region: "us-east-1",
            zone: zone.0,
            zone_id: zone.1,
            instance_type,
            description,
            price: (*price).to_owned(),
            time: *time,
        })
    };
    of("Linux/UNIX").chain(of("Linux/UNIX (Amazon VPC)")).collect()
}

/// A world in which everything the scenarios of these tests need has exactly one price.
pub(crate) fn world() -> World {
    let now = unix_now();
    let mut products = with_twins("H7NGEAC6UEHNTKSJ", "us-east-1", "", "p4d.24xlarge", "21.9576420000");
    let p4d = products.pop().expect("the row itself");
    let p4d = with_reserved(p4d, "4NA7Y494T4", "1yr", "No Upfront", "0", "13.5000000000");
    products.push(with_reserved(p4d, "HU7G6KETJZ", "1yr", "Partial Upfront", "56940", "6.5000000000"));
    products.extend(with_twins("3D4V8UAYEMB38GU2", "us-east-1", "", "p5.48xlarge", "55.0400000000"));
    products.extend(with_twins("G5XLARGEVIRGINIA", "us-east-1", "", "g5.xlarge", "1.0060000000"));
    products.push(instance("P316XLARGEVIRG01", "us-east-1", "", "p3.16xlarge", "24.4800000000", &[]));
    products.push(instance(
        "P5ECAPACITYBLOCK",
        "us-east-1",
        "",
        "p5e.48xlarge",
        "0.0000000000",
        &[("marketoption", "CapacityBlock"), ("operation", "RunInstances:CB")],
    ));
    products.push(instance("DHAMWQPURBTZBUA6", "us-west-2", "USW2-", "p4d.24xlarge", "21.9576400000", &[]));
    products.push(instance("NEWTYPEVIRGINIA1", "us-east-1", "", "g9z.48xlarge", "40.0000000000", &[]));
    // The free tier: no region, no type, 750 hours at nothing.
    products.push(product(
        "AmazonEC2",
        Some("Compute Instance"),
        "R3WPVNCD34N9W7UV",
        &[("location", "Any"), ("usagetype", "Global-BoxUsage:freetrial")],
        "Hrs",
        &[("0", "750", "0.0000000000")],
    ));
    products.extend(other_products());
    products.extend(file_systems());
    products.extend(transfer_between_regions());
    // A region that is younger than the program, and one whose EC2 answers to other credentials.
    products.extend(region("eu-west-9", "EUW9-", "1.2000000000"));
    products.extend(region("us-gov-west-1", "UGW1-", "1.2680000000"));
    let mut changes = pool(
        ("us-east-1a", "use1-az1"),
        "g5.xlarge",
        &[(now - 400 * DAY, "0.900000"), (now - 200 * DAY, "0.400000")],
    );
    changes.extend(pool(
        ("us-east-1b", "use1-az2"),
        "g5.xlarge",
        &[(now - 300 * DAY, "0.300000"), (now - 45 * DAY, "0.500000")],
    ));
    changes.extend(pool(("us-east-1a", "use1-az1"), "p4d.24xlarge", &[(now - 100 * DAY, "9.000000")]));
    World {
        products,
        changes,
        offered: vec![
            ("us-east-1", "p4d.24xlarge"),
            ("us-east-1", "p5.48xlarge"),
            ("us-east-1", "g5.xlarge"),
            ("us-east-1", "g9z.48xlarge"),
            ("us-west-2", "p4d.24xlarge"),
            ("eu-west-9", "g5.xlarge"),
        ],
        types: vec![
            ("p4d.24xlarge", 96, 1_179_648, 8),
            ("p5.48xlarge", 192, 2_097_152, 8),
            ("g5.xlarge", 4, 16_384, 1),
            ("g9z.48xlarge", 192, 1_572_864, 8),
        ],
        rates: vec![
            plan_rate("BoxUsage:p4d.24xlarge", 3, "Compute", "Linux/UNIX", "shared", "9.0000000000"),
            plan_rate("BoxUsage:p4d.24xlarge", 1, "EC2Instance", "Linux/UNIX", "shared", "12.0000000000"),
            plan_rate(
                "BoxUsage:p4d.24xlarge",
                1,
                "Compute",
                "Red Hat Enterprise Linux",
                "shared",
                "15.0000000000",
            ),
            plan_rate("BoxUsage:p4d.24xlarge", 1, "Compute", "Linux/UNIX", "dedicated", "16.0000000000"),
            plan_rate("BoxUsage:p4d.24xlarge", 1, "Compute", "Linux/UNIX", "shared", "14.2500000000"),
        ],
        blocks: vec![
            ("us-east-1", "p4d.24xlarge", 48, 2, now + DAY, "1200.50"),
            ("us-east-1", "p4d.24xlarge", 48, 2, now + 2 * DAY, "1100.00"),
        ],
        scores: vec![("us-east-1", "use1-az1", 3), ("us-east-1", "use1-az2", 9)],
        ..World::default()
    }
}
