//! Sums of bills against an engine of its own: random charges of every kind, added up by DuckDB's decimals by AWS's
//! formulas written in SQL, which share no line with the rules here.

use serde_json::{Value, json};

use super::cli::Folder;
use super::compare::{json, run};
use super::deliveries::WEB;
use super::duckdb;

/// AWS's rules for amortized costs in SQL (cloud-intelligence-dashboards-framework, summary view; refunds as of 2026-06-30),
/// net columns first for the net basis. Rows of split cost allocation are no charges.
const ENGINE: &str = r#"
import duckdb, json, sys
task = json.load(sys.stdin)
db = duckdb.connect()
rows = f"""SELECT * REPLACE ({", ".join(f"round(try_cast({c} AS DECIMAL(38,15)), 12) AS {c}" for c in task["amounts"])})
           FROM read_csv('{task["csv"]}', all_varchar = true, header = true)"""
def net(column, after):
    return f"coalesce({after}, {column})" if task["basis"] == "net-amortized" else column
unblended = net("line_item_unblended_cost", "line_item_net_unblended_cost")
sp = net("savings_plan_savings_plan_effective_cost", "savings_plan_net_savings_plan_effective_cost")
ri = net("reservation_effective_cost", "reservation_net_effective_cost")
kind = "line_item_line_item_type"
cost = "line_item_unblended_cost" if task["basis"] == "unblended" else f"""CASE
  WHEN {kind} = 'SavingsPlanCoveredUsage' THEN {sp}
  WHEN {kind} = 'SavingsPlanRecurringFee' THEN savings_plan_total_commitment_to_date - savings_plan_used_commitment
  WHEN {kind} IN ('SavingsPlanNegation', 'SavingsPlanUpfrontFee') THEN 0
  WHEN {kind} = 'DiscountedUsage' THEN {ri}
  WHEN {kind} = 'RIFee' THEN reservation_unused_amortized_upfront_fee_for_billing_period + reservation_unused_recurring_fee
  WHEN {kind} = 'Fee' AND reservation_reservation_a_r_n <> '' THEN 0
  WHEN {kind} = 'Refund' AND line_item_product_code = 'ComputeSavingsPlans'
    AND line_item_line_item_description LIKE 'Refund for one-time fee for Savings Plan ID%' THEN 0
  ELSE {unblended} END"""
where = "coalesce(line_item_operation, '') NOT IN ('EKSPod-EC2', 'ECSTask-EC2') AND line_item_usage_start_date LIKE '2026-09%'"
total = db.execute(f"SELECT sum({cost}) FROM ({rows}) WHERE {where}").fetchone()[0]
by = db.execute(f"SELECT line_item_usage_account_id, sum({cost}) FROM ({rows}) WHERE {where} "
                f"AND {kind} IN ('Usage', 'SavingsPlanCoveredUsage', 'DiscountedUsage', 'SavingsPlanRecurringFee', 'RIFee') "
                f"AND line_item_product_code NOT LIKE '%Support%' "
                f"AND ({'false' if task['basis'] == 'unblended' else 'true'} OR {kind} NOT IN ('SavingsPlanRecurringFee', 'RIFee')) "
                f"GROUP BY 1").fetchall()
json.dump({"total": str(total), "by": {account: str(cost) for account, cost in by}}, sys.stdout)
"#;

const COLUMNS: [&str; 20] = [
    "line_item_line_item_type",
    "line_item_usage_start_date",
    "line_item_product_code",
    "line_item_usage_type",
    "line_item_operation",
    "line_item_usage_amount",
    "line_item_currency_code",
    "line_item_unblended_cost",
    "line_item_net_unblended_cost",
    "line_item_usage_account_id",
    "line_item_line_item_description",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_net_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
    "reservation_effective_cost",
    "reservation_net_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
    "reservation_reservation_a_r_n",
];

const AMOUNTS: [&str; 9] = [
    "line_item_unblended_cost",
    "line_item_net_unblended_cost",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_net_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
    "reservation_effective_cost",
    "reservation_net_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
];

const KINDS: [&str; 13] = [
    "Usage",
    "DiscountedUsage",
    "SavingsPlanCoveredUsage",
    "SavingsPlanNegation",
    "SavingsPlanRecurringFee",
    "SavingsPlanUpfrontFee",
    "RIFee",
    "Fee",
    "Tax",
    "Credit",
    "Refund",
    "EdpDiscount",
    "Usage",
];

/// A report of so many random charges, a fixed walk.
fn report(rows: u32) -> String {
    let mut state = 88_172_645_463_325_252_u64;
    let mut pick = |among: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % among
    };
    let mut text = COLUMNS.join(",") + "\n";
    for _ in 0..rows {
        let kind = KINDS[usize::try_from(pick(13)).expect("small")];
        let products = ["AmazonEC2", "ComputeSavingsPlans", "AmazonS3", "AWSSupportBusiness"];
        let product = products[usize::try_from(pick(4)).expect("small")];
        // 5 to 14 places, of either sign.
        let mut amount = || {
            let digits = 5 + pick(10);
            let sign = if pick(5) == 0 { "-" } else { "" };
            // No exact half of 10⁻¹²: engines round those otherwise.
            let fraction = pick(10_u64.pow(u32::try_from(digits).expect("small"))) / 10 * 10 + 1;
            format!(
                "{sign}{}.{fraction:0width$}",
                pick(1000),
                width = usize::try_from(digits).expect("small")
            )
        };
        let amounts: Vec<String> = (0..10).map(|_| amount()).collect();
        let net = |place: usize, keep: bool| if keep { amounts[place].clone() } else { String::new() };
        let description = ["", "Refund for one-time fee for Savings Plan ID: x", "EDP"]
            [usize::try_from(pick(3)).expect("small")];
        let operation =
            ["RunInstances", "EKSPod-EC2", "", "RunInstances"][usize::try_from(pick(4)).expect("small")];
        let arn = if pick(2) == 0 { "arn:aws:ec2:ri" } else { "" };
        let cells = [
            kind.to_owned(),
            format!("2026-{:02}-{:02}T{:02}:00:00Z", 9 + pick(8) / 7, 1 + pick(30), pick(24)),
            product.to_owned(),
            "BoxUsage:m5.large".to_owned(),
            operation.to_owned(),
            "1".to_owned(),
            "USD".to_owned(),
            amounts[0].clone(),
            net(1, pick(3) > 0),
            ["111111111111", "222222222222"][usize::try_from(pick(2)).expect("small")].to_owned(),
            description.to_owned(),
            amounts[2].clone(),
            net(3, pick(3) > 0),
            amounts[4].clone(),
            amounts[5].clone(),
            amounts[6].clone(),
            net(7, pick(3) > 0),
            amounts[8].clone(),
            amounts[9].clone(),
            arn.to_owned(),
        ];
        text.push_str(&(cells.join(",") + "\n"));
    }
    text
}

fn number(text: &Value) -> hpc_cost::model::decimal::Decimal {
    text.as_str().expect("text").parse::<hpc_cost::model::decimal::Decimal>().expect("a number").normalize()
}

#[test]
fn an_engine_of_its_own_adds_up_the_same_for_every_basis() {
    let folder = Folder::new(WEB).with("cur.csv", report(4000));
    let amounts: Vec<&str> = AMOUNTS.iter().copied().chain(["reservation_unused_recurring_fee"]).collect();
    for basis in ["amortized", "unblended", "net-amortized"] {
        let task = json!({"csv": folder.path("cur.csv"), "basis": basis, "amounts": amounts});
        let Some(sums) = duckdb::answer(ENGINE, &task) else { return };
        let answer =
            json(&run(&folder, "cur:cur.csv", &["--basis", basis, "--by", "account", "--format", "json"]));
        assert_eq!(number(&answer["totals"]["source_total"]), number(&sums["total"]), "{basis}");
        for row in answer["breakdown"]["rows"].as_array().expect("rows") {
            let account = row["values"][0].as_str().expect("an account");
            assert_eq!(number(&row["actual"]), number(&sums["by"][account]), "{account}, {basis}");
        }
    }
}
