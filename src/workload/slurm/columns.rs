//! Where each column of `sacct` stands, by its name.

use crate::model::said::Said;
use crate::model::text::named;
use crate::workload::words;

/// Where each column stands.
pub(super) struct Columns {
    pub(super) id: usize,
    /// How many there are.
    pub(super) count: usize,
    pub(super) submit: usize,
    pub(super) state: usize,
    pub(super) start: Option<usize>,
    pub(super) eligible: Option<usize>,
    pub(super) end: Option<usize>,
    pub(super) elapsed_raw: Option<usize>,
    pub(super) elapsed: Option<usize>,
    pub(super) suspended: Option<usize>,
    /// `AllocTRES` and `ReqTRES`.
    pub(super) tres: [Option<usize>; 2],
    /// `AllocGRES` and `ReqGRES`, which Slurm had before.
    pub(super) gres: [Option<usize>; 2],
    pub(super) restarts: Option<usize>,
    pub(super) cluster: Option<usize>,
    pub(super) allocated_cpus: Option<usize>,
    pub(super) requested_cpus: Option<usize>,
    pub(super) nodes: Option<usize>,
    pub(super) memory: Option<usize>,
    pub(super) most_memory: Option<usize>,
    pub(super) partition: Option<usize>,
    /// `User`, `UID` and `JobName`, which all lives of a job share.
    pub(super) whose: [Option<usize>; 3],
    pub(super) account: Option<usize>,
    pub(super) qos: Option<usize>,
    pub(super) exit_code: Option<usize>,
}

/// Names that are read; of several on one thing the first that is there.
const KNOWN: [&str; 31] = [
    "JobID",
    "JobIDRaw",
    "Submit",
    "State",
    "Start",
    "Eligible",
    "End",
    "ElapsedRaw",
    "Elapsed",
    "Suspended",
    "AllocTRES",
    "ReqTRES",
    "AllocGRES",
    "ReqGRES",
    "Restarts",
    "Cluster",
    "AllocCPUS",
    "NCPUS",
    "ReqCPUS",
    "NNodes",
    "AllocNodes",
    "ReqNodes",
    "ReqMem",
    "MaxRSS",
    "Partition",
    "User",
    "UID",
    "JobName",
    "Account",
    "QOS",
    "ExitCode",
];

/// Most names that are said.
const MOST_NAMED: usize = 12;

/// Which columns of a header nobody reads.
pub(super) fn unread(header: &[u8]) -> Option<String> {
    let is_known = |name: &[u8]| KNOWN.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(name));
    let unread: Vec<_> = names(header)
        .into_iter()
        .filter(|name| !name.is_empty() && !is_known(name))
        .map(String::from_utf8_lossy)
        .collect();
    (!unread.is_empty()).then(|| format!("columns that are not read: {}", named(&unread, MOST_NAMED)))
}

/// The names that `--columns` may have, in words.
pub(super) fn known() -> String {
    format!("names that are read are {}", KNOWN.join(", "))
}

/// The names of a header, as it is.
pub(super) fn names<'a>(header: &'a [u8]) -> Vec<&'a [u8]> {
    let header = header.strip_prefix(b"\xef\xbb\xbf").unwrap_or(header);
    // `sacct --format` takes a width after a name: `JobID%20`.
    let name = |name: &'a [u8]| name.split(|byte| *byte == b'%').next().unwrap_or(name).trim_ascii();
    header.split(|byte| *byte == b'|').map(name).collect()
}

/// The columns of a header, or which one is missing.
pub(super) fn columns(header: &[u8]) -> Result<Columns, Said> {
    let names = names(header);
    let find = |wanted: &[&str]| {
        wanted.iter().find_map(|name| names.iter().position(|it| it.eq_ignore_ascii_case(name.as_bytes())))
    };
    let required = |wanted: &[&str]| {
        find(wanted).ok_or_else(|| words::there_is_no_column_between(wanted.join("` or `")))
    };
    let columns = Columns {
        count: names.len(),
        id: required(&["JobID", "JobIDRaw"])?,
        submit: required(&["Submit"])?,
        state: required(&["State"])?,
        start: find(&["Start"]),
        eligible: find(&["Eligible"]),
        end: find(&["End"]),
        elapsed_raw: find(&["ElapsedRaw"]),
        elapsed: find(&["Elapsed"]),
        suspended: find(&["Suspended"]),
        tres: [find(&["AllocTRES"]), find(&["ReqTRES"])],
        gres: [find(&["AllocGRES"]), find(&["ReqGRES"])],
        restarts: find(&["Restarts"]),
        cluster: find(&["Cluster"]),
        allocated_cpus: find(&["AllocCPUS", "NCPUS"]),
        requested_cpus: find(&["ReqCPUS"]),
        nodes: find(&["NNodes", "AllocNodes", "ReqNodes"]),
        memory: find(&["ReqMem"]),
        most_memory: find(&["MaxRSS"]),
        partition: find(&["Partition"]),
        whose: [find(&["User"]), find(&["UID"]), find(&["JobName"])],
        account: find(&["Account"]),
        qos: find(&["QOS"]),
        exit_code: find(&["ExitCode"]),
    };
    if columns.elapsed_raw.or(columns.elapsed).or(columns.start.and(columns.end)).is_none() {
        return Err(words::there_is_no_column_elapsedraw());
    }
    let cpus = [columns.allocated_cpus, columns.requested_cpus];
    if columns.tres.iter().chain(&cpus).all(Option::is_none) {
        return Err(words::there_is_no_column_alloctres());
    }
    Ok(columns)
}
