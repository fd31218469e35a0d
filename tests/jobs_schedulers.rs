//! `jobs import --from pbs|lsf|sge|htcondor`: small logs with every figure worked out by hand.

use super::cli::{Answer, Folder};

pub(super) fn import(from: &str, text: &str, more: &[&str]) -> Answer {
    let folder = Folder::empty().with("log", text);
    folder.run(&[&["jobs", "import", "log", "--from", from], more].concat())
}

/// The columns that all of these records fill.
const BASE: &str = "job_id,submitted_at,run_seconds,vcpus,memory_mib,gpus,nodes,queue,status";

/// The rows of an answer in the order of ids, cells without a value left out at their end.
fn rows(answer: &Answer) -> Vec<String> {
    assert!(answer.stdout.starts_with(BASE), "{}", answer.text());
    let rows = answer.stdout.lines().skip(1).map(|row| row.trim_end_matches(',').to_owned());
    let mut rows: Vec<String> = rows.collect();
    rows.sort_by_key(|row| (row.split(',').next().map(str::len), row.clone()));
    rows
}

fn said(answer: &Answer, words: &[&str]) {
    for words in words {
        assert!(answer.stderr.contains(words), "{words}: {}", answer.text());
    }
}

/// All are of 2026-10-05; second 1,791,187,200 is 08:00:00 UTC.
pub(super) const PBS: &[(&str, &str)] = &[
    (
        "10.srv",
        "10/05/2026 08:00:00;Q;10.srv;queue=gpuq\n\
         10/05/2026 08:02:00;S;10.srv;user=ana group=g jobname=train queue=gpuq ctime=1791187200 start=1791187320\n\
         10/05/2026 09:02:00;E;10.srv;user=ana group=g account=\"lab a\" project=_pbs_project_default jobname=train \
         queue=gpuq ctime=1791187200 qtime=1791187200 etime=1791187260 start=1791187320 exec_host=n1/0*16+n2/0*16 \
         exec_vnode=(n1:ncpus=16:ngpus=2:mem=67108864kb)+(n2:ncpus=16:ngpus=2:mem=67108864kb) Resource_List.mem=128gb \
         Resource_List.ncpus=32 Resource_List.select=2:ncpus=16:ngpus=2:mem=64gb Resource_List.walltime=04:00:00 \
         session=1 end=1791190920 Exit_status=0 resources_used.mem=90000000kb resources_used.walltime=01:00:00 run_count=1\n",
    ),
    (
        "11.srv",
        "10/05/2026 08:11:00;R;11.srv;user=bo project=p jobname=x queue=workq ctime=1791187200 qtime=1791187200 \
         etime=1791187200 start=1791187260 exec_host=n3/0*4 Resource_List.select=1:ncpus=4:mem=8gb session=2 \
         end=1791187860 Exit_status=-20 resources_used.walltime=00:10:00 run_count=1\n\
         10/05/2026 08:25:00;E;11.srv;user=bo project=p jobname=x queue=workq ctime=1791187200 qtime=1791187900 \
         etime=1791187900 start=1791188400 exec_host=n4/0*4 Resource_List.select=1:ncpus=4:mem=8gb session=2 \
         end=1791188700 Exit_status=1 resources_used.walltime=00:05:00 run_count=2\n",
    ),
    (
        "12[3].srv",
        "10/05/2026 08:00:01;S;12[].srv;user=bo array_indices=1-3 ctime=1791187200 start=1791187201\n\
         10/05/2026 08:30:20;E;12[3].srv;user=bo project=p jobname=a queue=workq ctime=1791187201 etime=1791187201 \
         start=1791187210 exec_host=n1/1 Resource_List.ncpus=1 Resource_List.mem=512mb Resource_List.walltime=00:30:00 \
         end=1791189020 Exit_status=-29 resources_used.mem=600000kb resources_used.walltime=00:30:10\n",
    ),
    (
        "13.srv",
        "10/05/2026 08:00:02;S;13.srv;user=cy jobname=x queue=workq ctime=1791187202 start=1791187202\n\
         10/05/2026 08:01:00;D;13.srv;requestor=cy@login\n\
         10/05/2026 08:01:02;E;13.srv;user=cy jobname=x queue=workq ctime=1791187202 etime=1791187202 start=1791187202 \
         exec_host=n1/2*2 Resource_List.ncpus=2 end=1791187262 Exit_status=271 resources_used.walltime=00:01:00\n",
    ),
    ("14.srv", "10/05/2026 08:00:02;Q;14.srv;queue=workq\n10/05/2026 08:00:03;D;14.srv;requestor=cy@login\n"),
    (
        "15.srv",
        "10/05/2026 08:00:02;Q;15.srv;queue=workq\n10/05/2026 08:00:03;S;15.srv;user=cy start=1791187203\n",
    ),
    (
        "16.srv",
        "10/05/2026 09:00:13;E;16.srv;user=di group=g jobname=mpi queue=batch ctime=1791187203 qtime=1791187203 \
         etime=1791187203 start=1791187213 owner=di@login exec_host=n1/0+n1/1+n2/0+n2/1 Resource_List.neednodes=2:ppn=2 \
         Resource_List.nodect=2 Resource_List.nodes=2:ppn=2:gpus=1 Resource_List.pmem=2gb \
         Resource_List.walltime=01:00:00 session=3 end=1791190813 Exit_status=-11 resources_used.walltime=01:00:00\n",
    ),
    (
        "17.srv",
        "10/05/2026 08:02:00;E;17.srv;user=di jobname=big queue=workq ctime=1791187204 etime=1791187204 start=1791187204 \
         exec_host=n1/0*3 Resource_List.ncpus=3 Resource_List.mem=4gb end=1791187265 Exit_status=265 \
         resources_used.mem=4194304kb resources_used.walltime=00:01:01\n",
    ),
    (
        "18.srv",
        "10/05/2026 08:02:00;E;18.srv;user=di ctime=abc start=1 end=2 Exit_status=0 Resource_List.ncpus=1\n",
    ),
    (
        "19.srv",
        "10/05/2026 09:10:00;E;19.srv;user=di jobname=slow queue=workq ctime=1791187205 etime=1791187205 \
         start=1791187205 exec_host=n1/0*1 Resource_List.ncpus=1 Resource_List.walltime=01:00:00 end=1791190808 \
         Exit_status=271 resources_used.walltime=01:00:03\n",
    ),
    (
        "20.srv",
        "10/05/2026 08:11:00;R;20.srv;user=bo jobname=x queue=workq ctime=1791187200 start=1791187260 exec_host=n3/0*4 \
         Resource_List.ncpus=4 end=1791187860 Exit_status=-11 resources_used.walltime=00:10:00\n",
    ),
];

#[test]
fn pbs_records_become_jobs() {
    let mut text: String = PBS.iter().map(|(_, record)| *record).collect();
    // The same id a day later, after the counter began anew, as some tools write it: with semicolons, the request at the start.
    text += "10/06/2026 08:00:01;S;10.srv;user=eve;jobname=new;queue=workq;ctime=1791273600;start=1791273601;\
             Resource_List.ncpus=2;Resource_List.mem=3gb\n\
             10/06/2026 08:00:08;E;10.srv;user=eve;jobname=new;queue=workq;ctime=1791273600;etime=1791273600;\
             start=1791273601;exec_host=n1/0-1;end=1791273608;Exit_status=0\n\
             10/06/2026 08:00:08;L;license;floating license hour:3\nnot a record\n";
    let answer = import("pbs", &text, &[]);
    let header = answer.stdout.lines().next().unwrap_or_default();
    assert_eq!(
        header,
        format!("{BASE},attempts,name,user,account,reason,wait_seconds,peak_memory_mib,earlier_attempts")
    );
    // 10: 64 GiB and 2 GPUs a node. 11: 600 s until the host was lost. 12[3]: 600,000 KiB are 585.9 MiB. 16: 4 × 2 GiB on
    // two nodes, one GPU each. 17 used the 4 GiB that it had. 19 ran as long as it was allowed. 10 again: end less start.
    assert_eq!(
        rows(&answer),
        [
            "10.srv,2026-10-05T08:00:00Z,3600,16,65536,2,2,gpuq,succeeded,,train,ana,lab a,,60",
            "11.srv,2026-10-05T08:00:00Z,300,4,8192,0,1,workq,failed,2,x,bo,p,application,60,,600:spot",
            "13.srv,2026-10-05T08:00:02Z,60,2,0,0,1,workq,cancelled,,x,cy,,user,0",
            "16.srv,2026-10-05T08:00:03Z,3600,2,4096,1,2,batch,failed,,mpi,di,,timeout,10",
            "17.srv,2026-10-05T08:00:04Z,61,3,4096,0,1,workq,failed,,big,di,,out_of_memory,0,4096",
            "19.srv,2026-10-05T08:00:05Z,3603,1,0,0,1,workq,failed,,slow,di,,timeout,0",
            "12[3].srv,2026-10-05T08:00:01Z,1810,1,512,0,1,workq,failed,,a,bo,p,timeout,9,586",
            "10.srv@2026-10-06T08:00:00Z,2026-10-06T08:00:00Z,7,2,3072,0,1,workq,succeeded,,new,eve,,,1",
        ]
    );
    // 15 and 20 have not ended.
    said(
        &answer,
        &[
            "8 jobs kept",
            "dropped: 1 ended before it ran",
            "dropped: 2 not ended yet",
            "dropped: 1 earlier life of requeued jobs",
            "dropped: 2 rows that cannot be read",
            "id used again: 1 job",
        ],
    );
    assert!(!answer.stderr.contains("GPUs unknown"), "{}", answer.stderr);
}

/// The exit status, more of the record, whether Torque wrote it, and the reason.
#[test]
fn an_exit_status_of_pbs_has_a_reason() {
    let limit = "Resource_List.walltime=00:01:00";
    for (status, more, torque, status_word, reason) in [
        ("0", "", false, "succeeded", ""),
        ("1", "", false, "failed", "application"),
        ("254", "", false, "failed", "application"),
        ("-29", "", false, "failed", "timeout"),
        ("-28", "", false, "failed", "timeout"),
        ("-27", "", false, "failed", "out_of_memory"),
        ("-14", "", false, "failed", "spot"),
        ("-10", "", false, "failed", ""),
        ("-11", "", false, "failed", ""),
        ("-10", "", true, "failed", "out_of_memory"),
        ("-11", "", true, "failed", "timeout"),
        ("-3", "", true, "failed", ""),
        ("271", "", false, "cancelled", "user"),
        ("271", limit, false, "failed", "timeout"),
        ("265", limit, false, "failed", "timeout"),
        ("265", "", false, "failed", "out_of_memory"),
        ("137", "Resource_List.mem=2gb resources_used.mem=1gb", false, "failed", ""),
        ("137", "Resource_List.mem=2gb resources_used.mem=2gb", false, "failed", "out_of_memory"),
        ("143", limit, false, "failed", "timeout"),
        ("143", "", false, "failed", "application"),
    ] {
        let owner = if torque { "owner=u@h" } else { "run_count=1" };
        let record = format!(
            "10/05/2026 08:00:00;E;1.s;user=u jobname=n queue=q ctime=1791187200 start=1791187200 exec_host=h/0 \
             {owner} {more} end=1791187260 Exit_status={status} resources_used.walltime=00:01:00\n"
        );
        let answer = import("pbs", &record, &[]);
        let row: Vec<&str> = answer.stdout.lines().nth(1).unwrap_or_default().split(',').collect();
        let place =
            answer.stdout.lines().next().unwrap_or_default().split(',').position(|name| name == "reason");
        let found = place.map_or("", |place| row[place]);
        assert_eq!((row[8], found), (status_word, reason), "{status} {more} {torque}: {}", answer.text());
    }
}

#[test]
fn unlike_chunks_of_pbs_are_taken_as_the_largest() {
    let size = |more: &str| {
        let record = format!(
            "10/05/2026 08:00:00;E;1.s;user=u jobname=n queue=q ctime=1791187200 start=1791187200 {more} \
             end=1791187260 Exit_status=0 resources_used.walltime=00:01:00\n"
        );
        let answer = import("pbs", &record, &[]);
        let differs = answer.stderr.contains("1 job has nodes that differ: all are taken as the largest\n");
        let row = rows(&answer)[0].clone();
        (row.split(',').skip(3).take(4).collect::<Vec<_>>().join(" "), differs)
    };
    // vCPUs, MiB, GPUs of a node, and nodes.
    let hosts = "exec_host=a/0*4+b/0*32+c/0*32";
    let select = "Resource_List.select=1:ncpus=4:ngpus=1:mem=64gb+2:ncpus=32:mem=8gb";
    let vnodes =
        "exec_vnode=(a:ncpus=4:ngpus=1:mem=67108864kb)+(b:ncpus=32:mem=8388608kb)+(c:ncpus=32:mem=8388608kb)";
    let largest = ("32 65536 1 3".to_owned(), true);
    assert_eq!(size(&format!("{hosts} {select}")), largest);
    assert_eq!(size(&format!("{hosts} {vnodes} {select}")), largest);
    assert_eq!(size(vnodes), largest);
    // Torque: two nodes of 6 and a GPU, one of 8.
    let torque = "exec_host=a/0-5+b/0-5+c/0-7 owner=u@h Resource_List.nodes=2:ppn=6:gpus=1+c:ppn=8";
    assert_eq!(size(torque), ("8 0 1 3".into(), true));
    // Chunks that are alike, and hosts that got more of them: 32 on 3 are 11 on each, as before.
    let alike = "exec_host=a/0*12+b/0*12+c/0*8 Resource_List.select=8:ncpus=4:mem=1gb";
    assert_eq!(size(alike), ("11 2731 0 3".into(), false));
    // Two of three unlike chunks on one host: 4 + 32 there, 32 on the other.
    let packed = "exec_vnode=(a:ncpus=4:ngpus=1)+(a:ncpus=32)+(b:ncpus=32)";
    assert_eq!(size(packed), ("36 0 1 2".into(), true));
    // One host has all of it.
    let one = "exec_vnode=(a:ncpus=4:ngpus=1)+(a:ncpus=32)";
    assert_eq!(size(one), ("36 0 1 1".into(), false));
}

/// A record of `lsb.acct` as LSF 10.1 writes it.
#[derive(Clone, Copy)]
pub(super) struct Finish<'a> {
    pub(super) id: u32,
    pub(super) index: u32,
    /// Submission, start and end.
    pub(super) times: [u64; 3],
    pub(super) hosts: &'a str,
    pub(super) status: u32,
    pub(super) exit: [u32; 2],
    pub(super) peak: i64,
    pub(super) in_effect: &'a str,
}

impl Finish<'_> {
    pub(super) fn line(&self) -> String {
        let Finish {
            id,
            index,
            times: [submit, start, end],
            hosts,
            status,
            exit: [code, info],
            peak,
            in_effect,
        } = *self;
        let usage = "-1.000000 -1.000000 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1 -1";
        format!(
            "\"JOB_FINISH\" \"10.1\" {end} {id} 1000 33554438 1 {submit} 0 0 {start} \"ann\" \"normal\" \
             \"select[mem>1] rusage[mem=100]\" \"\" \"\" \"login\" \"dir\" \"\" \"\" \"\" \"10/1.{id}\" 1 \"hg\" {hosts} \
             {status} 60.0 \"say \"\"x\"\"\" \"sleep 1000 > \"\"a b\"\"\" {usage} \"\" \"proj\" {code} 1 \"\" \"\" {index} \
             {peak} 0 \"\" \"\" \"\" \"\" 0 \"\" {info} \"\" -1 \"/ann\" \"\" \"\" \"\" -1 \"\" \"\" 5136 \"\" {start} \"\" \
             \"\" 2 1032 \"0\" 1033 \"0\" 0 0 0 2048 \"{in_effect}\" \"\" -1 \"\" -1 0 \"\" 0 0 \"\" 839 \"\" 0 \"\" \
             0.000000 0.00 0.00 0.00 0.00 1 \"h1\" -1 0 0 0\n"
        )
    }
}

pub(super) const FINISH: Finish<'_> = Finish {
    id: 7610,
    index: 0,
    times: [1_527_326_745, 1_527_326_746, 1_527_327_585],
    hosts: "1 \"h1\"",
    status: 64,
    exit: [0, 0],
    peak: 2048,
    in_effect: "select[type == any] order[r15s:pg] ",
};

#[test]
fn lsf_accounts_become_jobs() {
    let of = |id: u32| Finish { id, ..FINISH };
    let (submit, _) = (FINISH.times[0], ());
    let two = "8 \"h1\" \"h1\" \"h1\" \"h1\" \"h2\" \"h2\" \"h2\" \"h2\"";
    let records = [
        // 65,280 is 255 in the upper byte.
        Finish { status: 32, exit: [65_280, 0], ..of(7610) },
        Finish { index: 2, hosts: two, in_effect: "rusage[mem=2GB/task,ngpus_physical=2.00]", ..of(8001) },
        Finish { status: 32, exit: [35_328, 10], times: [submit, submit + 10, submit + 70], ..of(8002) },
        Finish { times: [submit, submit + 100, submit + 130], ..of(8002) },
        Finish { status: 32, exit: [35_840, 5], ..of(8003) },
        Finish { status: 32, exit: [33_280, 14], hosts: "2 \"4*h1\" \"4*h2\"", ..of(8004) },
        Finish { status: 32, times: [submit, 0, submit + 5], hosts: "0", exit: [33_280, 14], ..of(8005) },
        Finish { status: 32, exit: [9, 0], peak: -1, ..of(8006) },
        Finish { status: 32, exit: [0, 31], ..of(8007) },
    ];
    let mut text: String = records.iter().map(Finish::line).collect();
    // A version of long ago ends behind the peak of memory; a record that was cut; one of another kind.
    let old = of(8008).line();
    let end = old.find(" 0 2048 0 ").expect("its peak") + " 0 2048 0".len();
    text += &format!("{}\n{}\n\"JOB_RESIZE\" \"10.1\" 1\n", &old[..end], &old[..90]);
    let answer = import("lsf", &text, &[]);
    // Submitted at 09:25:45, started a second later, 839 s long; 2,048 KB are 2 MiB. 8001: 4 tasks a host, of 2 GiB each,
    // 2 GPUs a host. 8006: signal 9.
    assert_eq!(
        rows(&answer),
        [
            "7610,2018-05-26T09:25:45Z,839,1,100,0,1,normal,failed,,\"say \"\"x\"\"\",ann,proj,application,1,2",
            "8002,2018-05-26T09:25:45Z,30,1,100,0,1,normal,succeeded,2,\"say \"\"x\"\"\",ann,proj,,10,2,60:user",
            "8003,2018-05-26T09:25:45Z,839,1,100,0,1,normal,failed,,\"say \"\"x\"\"\",ann,proj,timeout,1,2",
            "8004,2018-05-26T09:25:45Z,839,4,100,0,2,normal,cancelled,,\"say \"\"x\"\"\",ann,proj,user,1",
            "8006,2018-05-26T09:25:45Z,839,1,100,0,1,normal,failed,,\"say \"\"x\"\"\",ann,proj,out_of_memory,1",
            "8008,2018-05-26T09:25:45Z,839,1,100,0,1,normal,succeeded,,\"say \"\"x\"\"\",ann,proj,,1,2",
            "8001[2],2018-05-26T09:25:45Z,839,4,8192,2,2,normal,succeeded,,\"say \"\"x\"\"\",ann,proj,,1",
        ]
    );
    // The resource connector took the host of 8007 back: it runs again.
    said(
        &answer,
        &[
            "dropped: 1 ended before it ran",
            "dropped: 1 not ended yet",
            "dropped: 1 row that cannot be read",
            "dropped: 1 earlier life",
            "jobs ask for memory without a unit: taken as MB",
        ],
    );
}

pub(super) const BHIST: &[(&str, &str)] = &[
    (
        "223",
        "Job <223>, Job Name <a>, User <x>y>, User <test>, Project <default>, Command <mpirun.lsf ./c\n\
         \x20                    pi-openmpi>\n\
         Sun Dec 20 15:05:40: Submitted from host <node69>, to Queue <long>, CWD <$HO\n\
         \x20                    ME>, 16 Processors Requested, Requested Resources <rusage[mem=4\n\
         \x20                    GB] span[ptile=8]>;\n\
         Sun Dec 20 15:05:46: Dispatched to 16 Hosts/Processors <8*node62> <8*node63>;\n\
         Sun Dec 20 15:05:46: Starting (Pid 30493);\n\
         Sun Dec 20 15:07:51: Done successfully. The CPU time used is 9.6 seconds;\n\
         Sun Dec 20 15:07:51: Post job process done successfully;\n\n\
         MEMORY USAGE:\nMAX MEM: 220 Mbytes;  AVG MEM: 214 Mbytes\n\n\
         Summary of time in seconds spent in various states by  Sun Dec 20 15:07:51\n\
         \x20 PEND     PSUSP    RUN      USUSP    SSUSP    UNKWN    TOTAL\n\
         \x20 6        0        125      0        0        0        131\n",
    ),
    (
        "224[7]",
        "------------------------------------------------------------------------------\n\n\
         Job <224[7]>, Job Name <arr[7]>, User <test>, Project <p>, Command <run>\n\
         Thu Dec 31 23:59:50: Submitted from host <n>, to Queue <gpu>, Requested GPU <num=2:mode=excl\n\
         \x20                    usive_process>, Requested Resources <rusage[mem=1024]>;\n\
         Thu Dec 31 23:59:55: Dispatched 4 Task(s) on Host(s) <h1> <h1> <h1> <h1>, Allocated 4 Slot(s) on \n\
         \x20                    Host(s) <h1>, Effective RES_REQ <select[type == any] rusage[mem=2048.00] >;\n\
         Fri Jan  1 00:00:10: Completed <done>.\n\n MAX MEM: 2 Gbytes;  AVG MEM: 1 Gbytes\n",
    ),
    (
        "225",
        "------------------------------------------------------------------------------\n\n\
         Job <225>, User <bo>, Project <p>, Command <run>\n\
         Mon Dec 21 08:00:00: Submitted from host <n>, to Queue <normal>;\n\
         Mon Dec 21 08:00:05: Dispatched to <h1>;\n\
         Mon Dec 21 08:01:05: Exited; job will be requeued and rerun. The CPU time used is 1.0 seconds;\n\
         Mon Dec 21 08:01:06: Pending: Requeued job is waiting for rescheduling;\n\
         Mon Dec 21 08:10:00: Dispatched to <h2>;\n\
         Mon Dec 21 08:40:00: Exited with exit code 140. The CPU time used is 9.0 seconds;\n\
         Mon Dec 21 08:40:00: Completed <exit>; TERM_RUNLIMIT: job killed after reaching LSF run time limit;\n",
    ),
    (
        "226",
        "------------------------------------------------------------------------------\n\n\
         Job <226>, User <bo>, Project <p>, Command <run>\n\
         Mon Dec 21 08:00:00: Submitted from host <n>, to Queue <normal>;\n\
         Mon Dec 21 08:00:05: Dispatched to <h1>;\n\
         Mon Dec 21 08:00:30: Signal <KILL> requested by user or administrator <bo>;\n\
         Mon Dec 21 08:00:31: Exited by signal 9. The CPU time used is 1.0 seconds;\n",
    ),
    (
        "227",
        "------------------------------------------------------------------------------\n\n\
         Job <227>, User <bo>, Project <p>, Command <run>\n\
         Mon Dec 21 08:00:00: Submitted from host <n>, to Queue <normal>;\n\
         Mon Dec 21 08:00:05: Dispatched to <h1>;\n",
    ),
    (
        "228",
        "------------------------------------------------------------------------------\n\n\
         Job <228>, User <bo>, Project <p>, Command <run>\n\
         Mon Dec 21 08:00:00: Submitted from host <n>, to Queue <normal>;\n\
         Mon Dec 21 08:00:31: Exited with exit code 130;\n",
    ),
    (
        "229",
        "------------------------------------------------------------------------------\n\n\
         Job <229>, User <bo>, Project <p>, Command <run>\n\
         Tue Dec 22 08:00:00: Submitted from host <n>, to Queue <normal>;\n\
         Tue Dec 22 08:00:05: Dispatched to <h1>;\n\
         Tue Dec 22 08:00:04: Done successfully. The CPU time used is 0.0 seconds;\n",
    ),
];

#[test]
fn lsf_histories_become_jobs() {
    let text: String = BHIST.iter().map(|(_, record)| *record).collect();
    // 2020-12-20 was a Sunday, and 2021-01-01 a Friday: the year may be either.
    for year in ["2020", "2021"] {
        let answer = import("lsf", &text, &["--year", year]);
        // 223: 8 tasks a host, 4 GiB for each host. 224[7]: 15 s over New Year, what is in effect counts. 225: 60 s before it
        // was requeued.
        assert_eq!(
            rows(&answer),
            [
                "223,2020-12-20T15:05:40Z,125,8,4096,0,2,long,succeeded,,\"a>, User <x>y\",test,default,,6"
                    .to_owned(),
                "225,2020-12-21T08:00:00Z,1800,1,0,0,1,normal,failed,2,,bo,p,timeout,5,,60".into(),
                "226,2020-12-21T08:00:00Z,26,1,0,0,1,normal,cancelled,,,bo,p,user,5".into(),
                "224[7],2020-12-31T23:59:50Z,15,4,2048,2,1,gpu,succeeded,,arr[7],test,p,,5,2048".into(),
            ],
            "{}",
            answer.text()
        );
        said(
            &answer,
            &[
                "dropped: 1 not ended yet",
                "dropped: 1 ended before it ran",
                "dropped: 1 row that cannot be read",
            ],
        );
    }
    // In another zone it is another time; 15:05 in Tokyo is 06:05 UTC.
    let answer = import("lsf", &text, &["--year", "2020", "--timezone", "Asia/Tokyo"]);
    assert!(answer.stdout.contains("\n223,2020-12-20T06:05:40Z,"), "{}", answer.text());
    // No year is guessed, and none that its weekdays are not in.
    let answer = import("lsf", &text, &[]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{}", answer.text());
    said(&answer, &["names no year: give it with `--year`"]);
    let answer = import("lsf", &text, &["--year", "2023"]);
    assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{}", answer.text());
    // Nothing else is in it: it is refused with the first of them.
    said(&answer, &["is on another weekday in 2022 to 2024", "of 7 rows"]);
}

/// The run times of a job of LSF whose events are these.
fn lsf_run(events: &str) -> Vec<String> {
    let text = format!(
        "Job <777>, User <alice>, Project <p>, Command <x>\n\
         Mon Oct  5 10:00:00: Submitted from host <l>, to Queue <normal>;\n\
         Mon Oct  5 10:05:00: Dispatched 1 Task(s) on Host(s) <n1>, Allocated 1 Slot(s) on Host(s) <n1>;\n{events}"
    );
    let answer = import("lsf", &text, &["--year", "2026"]);
    rows(&answer).iter().map(|row| row.split(',').nth(2).unwrap_or_default().to_owned()).collect()
}

#[test]
fn a_suspended_job_of_lsf_does_not_run() {
    // 30 minutes, an hour suspended, 30 minutes.
    let stopped = "Mon Oct  5 10:35:00: Suspended by the user or administrator;\n";
    let goes_on = "Mon Oct  5 11:35:00: Running;\n";
    let done = "Mon Oct  5 12:05:00: Done successfully. The CPU time used is 100.0 seconds;\n";
    assert_eq!(lsf_run(&format!("{stopped}{goes_on}{done}")), ["3600"]);
    // Another reason while it is suspended changes nothing, a second time adds up: 600 + 300 s less.
    let twice = "Mon Oct  5 10:10:00: Suspended: Host load exceeded threshold: 1-minute CPU run queue length (r1m);\n\
         Mon Oct  5 10:15:00: Suspended: Waiting for re-scheduling after being resumed by user;\n\
         Mon Oct  5 10:20:00: Running;\n\
         Mon Oct  5 10:30:00: Suspended by the user or administrator;\n\
         Mon Oct  5 10:35:00: Running;\n\
         Mon Oct  5 11:05:00: Done successfully. The CPU time used is 100.0 seconds;\n";
    assert_eq!(lsf_run(twice), ["2700"]);
    // It never ran again.
    let killed = "Mon Oct  5 12:05:00: Exited by signal 9. The CPU time used is 1.0 seconds;\n";
    assert_eq!(lsf_run(&format!("{stopped}{killed}")), ["1800"]);
    // Suspension of an attempt is none of the next one: 1,800 s, then 60 s.
    let again = "Mon Oct  5 12:05:00: Job has been requeued;\n\
         Mon Oct  5 12:06:00: Dispatched 1 Task(s) on Host(s) <n1>;\n\
         Mon Oct  5 12:07:00: Done successfully. The CPU time used is 1.0 seconds;\n";
    assert_eq!(lsf_run(&format!("{stopped}{again}")), ["60"]);
    // Before it starts it waits.
    assert_eq!(lsf_run(done), ["7200"]);
}

#[test]
fn a_suspended_job_of_htcondor_does_not_run() {
    let run = |more: &str| {
        let text = format!(
            "ClusterId = 7\nProcId = 0\nOwner = \"ann\"\nJobStatus = 4\nQDate = 1791187200\nJobStartDate = 1791187260\n\
             CompletionDate = 1791190860\nRemoteWallClockTime = 3600.0\nNumJobStarts = 1\nRequestCpus = 4\n{more}ExitCode = 0\n"
        );
        let answer = import("htcondor", &text, &[]);
        rows(&answer)[0].split(',').nth(2).map(str::to_owned)
    };
    assert_eq!(run("").as_deref(), Some("3600"));
    // An hour less 25 minutes.
    assert_eq!(run("CumulativeSuspensionTime = 1500\n").as_deref(), Some("2100"));
}

pub(super) const QACCT: &[(&str, &str)] = &[
    (
        "42",
        "==============================================================\n\
         qname        gpu.q\nhostname     n1\ngroup        g\nowner        ann\nproject      NONE\n\
         department   vision\njobname      train\njobnumber    42\ntaskid       undefined\naccount      sge\n\
         priority     0\nqsub_time    Tue Mar 22 13:42:03 2022\nstart_time   Wed Mar 23 13:33:31 2022\n\
         end_time     Thu Mar 24 13:33:32 2022\ngranted_pe   smp\nslots        4\n\
         failed       37  : qmaster enforced h_rt, h_cpu, or h_vmem limit\n\
         exit_status  137                  (Killed)\nru_wallclock 86401s\nru_maxrss    1048576\ncpu          1.2s\n\
         maxvmem      3.000G\ncategory     -u ann -l gpu=2,h_rt=86400,h_vmem=25G -pe smp 4\n",
    ),
    (
        "43.1",
        "==============================================================\n\
         qname        all.q\nhostname     n1\nowner        bo\nproject      p\ndepartment   defaultdepartment\n\
         jobname      arr\njobnumber    43\ntaskid       1\naccount      sge\n\
         qsub_time    Tue Mar 22 13:42:03 2022\nstart_time   Tue Mar 22 13:43:03 2022\n\
         end_time     Tue Mar 22 13:44:03 2022\ngranted_pe   NONE\nslots        1\nfailed       25  : rescheduling\n\
         exit_status  0\nru_wallclock 60\nmaxvmem      10.5M\n",
    ),
    (
        "43.1",
        "==============================================================\n\
         qname        all.q\nhostname     n2\nowner        bo\nproject      p\ndepartment   defaultdepartment\n\
         jobname      arr\njobnumber    43\ntaskid       1\naccount      sge\n\
         qsub_time    Tue Mar 22 13:42:03 2022\nstart_time   Tue Mar 22 14:00:03 2022\n\
         end_time     Tue Mar 22 14:00:33 2022\ngranted_pe   NONE\nslots        1\nfailed       0\nexit_status  0\n\
         ru_wallclock 30.25\nmaxvmem      10.5M\n",
    ),
    (
        "44",
        "==============================================================\n\
         qname        all.q\nhostname     n2\nowner        bo\nproject      NONE\njobname      typo\njobnumber    44\n\
         taskid       undefined\naccount      acc\nqsub_time    Tue Mar 22 13:42:03 2022\nstart_time   -/-\n\
         end_time     -/-\ngranted_pe   NONE\nslots        1\nfailed       28  : changing into working directory\n\
         exit_status  0\nru_wallclock 0\nmaxvmem      0.000\n",
    ),
    (
        "45",
        "==============================================================\n\
         qname        all.q\nhostname     n2\nowner        bo\nproject      NONE\njobname      mpi\njobnumber    45\n\
         taskid       undefined\naccount      acc\nqsub_time    03/22/2022 13:42:03.123\n\
         start_time   03/22/2022 13:42:04.123\nend_time     03/22/2022 13:42:14.123\ngranted_pe   mpi\n\
         slots        400\nfailed       100 : assumedly after job\nexit_status  137                  (Killed)\n\
         ru_wallclock 10\nwallclock    11.2\nmaxvmem      1G\nmaxrss       500M\ndeleted_by   bo\n",
    ),
];

#[test]
fn grid_engine_blocks_become_jobs() {
    let text: String = QACCT.iter().map(|(_, block)| *block).collect();
    let answer = import("sge", &text, &["--timezone", "America/New_York"]);
    let header = answer.stdout.lines().next().unwrap_or_default();
    assert!(
        header.ends_with("name,user,account,tags,reason,wait_seconds,peak_memory_mib,earlier_attempts"),
        "{header}"
    );
    // 13:42:03 in New York is 17:42:03 UTC. 42: 4 × 25 GiB, 2 GPUs, a day of waiting less 512 s, 3 GiB of virtual memory.
    // 45: 400 slots on instances of 192 vCPUs are 3 nodes of 134.
    assert_eq!(
        rows(&answer),
        [
            "42,2022-03-22T17:42:03Z,86401,4,102400,2,1,gpu.q,failed,,train,ann,,department=vision,timeout,85888,3072",
            "45,2022-03-22T17:42:03Z,12,134,0,0,3,all.q,cancelled,,mpi,bo,acc,,user,1",
            "43.1,2022-03-22T17:42:03Z,31,1,0,0,1,all.q,succeeded,2,arr,bo,p,,,60,11,60",
        ]
    );
    said(
        &answer,
        &[
            "dropped: 1 ended before it ran",
            "dropped: 1 earlier life",
            "1 job asks for memory of each slot",
            "1 job of several slots asks for GPUs: taken as those of the whole job",
            "jobs have a peak of memory that is `maxvmem`, which is virtual",
            "1 job has CPUs or GPUs that do not divide by its nodes",
        ],
    );
}

pub(super) const ACCOUNTING: &[(&str, &str)] = &[
    (
        "51",
        "all.q:n1:g:ann:train:51:sge:0:1791187200:1791187260:1791190860:0:0:3600:1.0:2.0:1048576.0:0:0:0:0:1:0:0:0:0:0:0:0:\
         1:1:proj:defaultdepartment:smp:8:0:100.5:20.25:0.1:-U a:b -l mem_free=2G,h_vmem=4G -pe smp 8:0.000000:NONE:\
         2147483648.000000:0:0\n",
    ),
    (
        "52.3",
        "all.q:n1:g:bo:arr:52:sge:0:1791187200123:1791187201123:1791187261123:100:152:60.5:1.0:2.0:2048.0:0:0:0:0:1:0:0:0:0:0:\
         0:0:1:1:NONE:defaultdepartment:NONE:1:3:100.5:20.25:0.1:NONE:0.000000:NONE:0.000000:0:0\n",
    ),
    (
        "51",
        "all.q:n2:g:ann:train:51:sge:0:0:1791187260:1791190860:0:0:3600:1.0:2.0:1048576.0:0:0:0:0:1:0:0:0:0:0:0:0:1:1:proj:\
         defaultdepartment:smp:1:0:100.5:20.25:0.1:-l mem_free=2G -pe smp 8:0.000000:1.n2:2147483648.000000:0:0\n",
    ),
];

#[test]
fn grid_engine_accounts_become_jobs() {
    let mut text = String::from("# Version: 6.2u5\n#\n");
    text.extend(ACCOUNTING.iter().map(|(_, line)| *line));
    text += "all.q:n1:g:ann:cut:53:sge:0:1791187200\n";
    let answer = import("sge", &text, &[]);
    // 51: 8 × 2 GiB; its slave task is a part of it. 52.3: milliseconds; SIGXCPU is 152 - 128 = 24; 2,048 KB are 2 MiB, as
    // `maxvmem` is unknown.
    assert_eq!(
        rows(&answer),
        [
            "51,2026-10-05T08:00:00Z,3600,8,16384,0,1,all.q,succeeded,train,ann,proj,,60,2048",
            "52.3,2026-10-05T08:00:00Z,61,1,0,0,1,all.q,failed,arr,bo,,timeout,1,2",
        ]
    );
    said(&answer, &["dropped: 1 row of parts of a job", "dropped: 1 row that cannot be read"]);
}

pub(super) const CONDOR: &[(&str, &str)] = &[
    (
        "70.0",
        "ClusterId = 70\nProcId = 0\nOwner = \"ann\"\nAcctGroup = \"vision\"\nJobBatchName = \"say \\\"x\\\"\"\n\
         JobStatus = 4\nJobUniverse = 5\nQDate = 1791187200\nJobStartDate = 1791187260\nJobCurrentStartDate = 1791187260\n\
         CompletionDate = 1791190860\nRemoteWallClockTime = 3.600000000000000E+03\nNumJobStarts = 1\nrequestcpus = 4\n\
         RequestMemory = ifThenElse(MemoryUsage =!= undefined,MemoryUsage,1)\nMemoryProvisioned = 8192\nRequestGPUs = 1\n\
         MemoryUsage = ((ResidentSetSize + 1023) / 1024)\nResidentSetSize = 2097153\nExitBySignal = false\nExitCode = 0\n\n",
    ),
    (
        "70.1",
        "ClusterId = 70\nProcId = 1\nOwner = \"ann\"\nJobStatus = 4\nJobUniverse = 5\nQDate = 1791187200\n\
         JobStartDate = 1791187260\nJobCurrentStartDate = 1791188000\nCompletionDate = 1791188100\n\
         RemoteWallClockTime = 400.0\nNumJobStarts = 2\nRequestCpus = 2\nRequestMemory = 1024\nExitBySignal = true\n\
         ExitSignal = 11\n\n",
    ),
    (
        "71.0",
        "ClusterId = 71\nProcId = 0\nOwner = \"bo\"\nJobStatus = 3\nLastJobStatus = 2\nQDate = 1791187201\n\
         JobStartDate = 1791187211\nJobCurrentStartDate = 1791187211\nCompletionDate = 0\nEnteredCurrentStatus = 1791187271\n\
         RemoteWallClockTime = 60.0\nNumJobStarts = 1\nRequestCpus = 1\nRequestMemory = 100\n\
         RemoveReason = \"via condor_rm (by user bo)\"\n\n",
    ),
    (
        "72.0",
        "ClusterId = 72\nProcId = 0\nOwner = \"bo\"\nJobStatus = 3\nLastJobStatus = 5\nQDate = 1791187202\n\
         JobStartDate = 1791187212\nJobCurrentStartDate = 1791187300\nCompletionDate = 0\nEnteredCurrentStatus = 1791187999\n\
         RemoteWallClockTime = 90.0\nLastRemoteWallClockTime = 50.0\nNumJobStarts = 3\nRequestCpus = 1\nRequestMemory = 100\n\
         HoldReasonCode = 34\nRemoveReason = \"via condor_rm (by user bo)\"\n\n",
    ),
    (
        "73.0",
        "ClusterId = 73\nProcId = 0\nOwner = \"bo\"\nJobStatus = 3\nQDate = 1791187203\nRemoteWallClockTime = 0.0\n\
         NumJobStarts = 0\nRequestCpus = 1\n\n",
    ),
    (
        "74.0",
        "ClusterId = 74\nProcId = 0\nOwner = \"bo\"\nJobStatus = 4\nJobUniverse = 7\nQDate = 1791187203\n\
         RemoteWallClockTime = 9000.0\nNumJobStarts = 1\nRequestCpus = 1\nExitCode = 0\n\n",
    ),
    (
        "75.0",
        "ClusterId = 75\nProcId = 0\nOwner = \"bo\"\nJobStatus = 4\nJobUniverse = 11\nMaxHosts = 3\nQDate = 1791187204\n\
         JobStartDate = 1791187204\nRemoteWallClockTime = 7.0\nNumJobStarts = 1\nRequestCpus = 16\nRequestMemory = 512\n\
         MemoryUsage = 77\nExitCode = 137\n\n",
    ),
];

/// What all forms of the history say.
const OF_CONDOR: [&str; 5] = [
    "70.0,2026-10-05T08:00:00Z,3600,4,8192,1,1,default,succeeded,,\"say \"\"x\"\"\",ann,vision,,60,2049",
    "70.1,2026-10-05T08:00:00Z,100,2,1024,0,1,default,failed,2,,ann,,application,60,,300",
    "71.0,2026-10-05T08:00:01Z,60,1,100,0,1,default,cancelled,,,bo,,user,10",
    "72.0,2026-10-05T08:00:02Z,50,1,100,0,1,default,failed,,,bo,,out_of_memory,10",
    "75.0,2026-10-05T08:00:04Z,7,16,512,0,3,default,failed,,,bo,,out_of_memory,0",
];

#[test]
fn the_history_of_htcondor_becomes_jobs() {
    let text: String = CONDOR.iter().map(|(_, ad)| *ad).collect();
    let answer = import("htcondor", &text, &[]);
    // 70.1: of 400 s in two runs the last took 100. 72.0: of 90 s in three runs the last took 50. 2,097,153 KiB are a
    // little more than 2,048 MiB.
    assert_eq!(rows(&answer), OF_CONDOR);
    said(
        &answer,
        &[
            "dropped: 1 ended before it ran",
            "1 job of the scheduler and local universes is left out",
            "1 job had several runs before the last one, 40 s in all",
        ],
    );
    // The file itself has a line behind each ad.
    let file: String = CONDOR
        .iter()
        .map(|(id, ad)| {
            format!("{}*** Offset = 0 ClusterId = {id}\n", ad.trim_end_matches('\n').to_owned() + "\n")
        })
        .collect();
    assert_eq!(import("htcondor", &file, &[]).stdout, answer.stdout);
    for lines in [false, true] {
        let of_json = import("htcondor", &json(CONDOR, lines), &[]);
        assert_eq!(of_json.stdout, answer.stdout, "{}", of_json.text());
    }
}

/// The ads as `-json` or `-jsonl` writes them.
pub(super) fn json(ads: &[(&str, &str)], lines: bool) -> String {
    let value = |text: &str| match text {
        quoted if quoted.starts_with('"') => quoted.to_owned(),
        "true" | "false" => text.to_owned(),
        text if text.parse::<f64>().is_ok() => text.to_owned(),
        expression => format!("\"/Expr({expression})/\""),
    };
    let object = |ad: &str| {
        let pairs: Vec<String> = ad
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .map(|(name, text)| format!("\"{name}\": {}", value(text)))
            .collect();
        format!("{{{}}}", pairs.join(if lines { "," } else { ",\n  " }))
    };
    let objects: Vec<String> = ads.iter().map(|(_, ad)| object(ad)).collect();
    if lines { objects.join("\n") } else { format!("[\n{}\n]\n", objects.join("\n,\n")) }
}

#[test]
fn a_table_of_htcondor_becomes_jobs() {
    let text = "Owner\tClusterId\tProcId\tJobStatus\tRequestCpus\tRequestGPUs\tQDate\tRemoteWallClockTime\tExitCode\n\
                ann\t1\t0\t4\t2\tundefined\t1791187200\t60.0\t0\nbo\t1\t1\t5\t2\t1\t1791187200\t0\t0\n\
                bo\t1\t2\t4\t2\n";
    let answer = import("htcondor", text, &[]);
    assert_eq!(rows(&answer), ["1.0,2026-10-05T08:00:00Z,60,2,0,0,1,default,succeeded,ann"]);
    said(&answer, &["dropped: 1 not ended yet", "dropped: 1 row that cannot be read", "GPUs unknown: 1 job"]);
    let blanks = text.replace('\t', "  ");
    assert_eq!(import("htcondor", &blanks, &[]).stdout, answer.stdout);
}

#[test]
fn what_is_none_of_these_records_is_refused() {
    for (from, text, words) in [
        ("pbs", "hello\n", "line 1: not a record `date;type;id;text`"),
        ("pbs", "", "it has no jobs"),
        ("lsf", "hello\n", "neither a record of `lsb.acct` nor the output of `bhist -l`"),
        ("lsf", "", "it has no jobs"),
        ("sge", "hello\n", "neither the output of `qacct -j` nor a line of an accounting file"),
        ("sge", "{\"job_number\":1}\n", "neither the output of `qacct -j`"),
        ("sge", "", "it has no jobs"),
        (
            "htcondor",
            "hello\n",
            "neither ads of `condor_history -long` or `-json` nor names of columns with `ClusterId`",
        ),
        ("htcondor", "[{\"a\": 1", "is not the output of `condor_history`"),
        ("htcondor", "[]\n", "it has no jobs"),
        ("htcondor", "\n\n", "it has no jobs"),
    ] {
        let answer = import(from, text, &[]);
        assert_eq!((answer.code, answer.stdout.as_str()), (Some(3), ""), "{from} {text}: {}", answer.text());
        assert!(answer.stderr.contains(words), "{from} {text}: {}", answer.text());
    }
}

#[test]
fn jobs_of_pbs_that_never_ran_are_counted() {
    let ran = "10/05/2026 12:00:00;E;1.srv;user=u group=g jobname=x queue=w ctime=1791194400 qtime=1791194400 etime=1791194400 \
        start=1791194700 exec_host=n1/0*8 Resource_List.ncpus=8 Resource_List.mem=1gb end=1791198300 Exit_status=0 \
        resources_used.walltime=01:00:00\n";
    let parent = ran.replace(";1.srv;", ";100[].srv;");
    let text = format!(
        "10/05/2026 12:00:00;D;1.srv;requestor=u@h\n{ran}{parent}10/05/2026 12:00:00;D;5.srv;requestor=u@h\n\
         10/05/2026 12:00:00;A;6.srv;\n"
    );
    let folder = Folder::empty().with("log", &text);
    let answer = folder.run(&["jobs", "import", "--from", "pbs", "log"]);
    // 1 was deleted while it ran, which its end says; 5 and 6 never began; 100[] is the parent of an array.
    for said in ["1 job kept", "dropped: 2 ended before they ran\n", "dropped: 1 row of parts of a job\n"] {
        assert!(answer.code == Some(0) && answer.stderr.contains(said), "{said}: {}", answer.text());
    }
}

#[test]
fn a_manifest_that_still_runs_has_not_ended_whatever_time_is_given() {
    let manifest = |name: &str, status: &str| {
        format!(
            "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: {name}, namespace: t, creationTimestamp: \"2026-10-05T10:00:00Z\"}}\n\
             spec: {{template: {{spec: {{containers: [{{name: a, resources: {{requests: {{cpu: 1, memory: 1Gi}}}}}}]}}}}}}\n\
             status: {status}\n---\n"
        )
    };
    let failed = "{failed: 1, startTime: \"2026-10-05T10:01:00Z\", conditions: [{type: Failed, status: \"True\", \
        reason: DeadlineExceeded, lastTransitionTime: \"2026-10-05T10:11:00Z\"}]}";
    let text = [
        manifest("late", failed),
        manifest("runs", "{active: 1, startTime: \"2026-10-05T10:01:00Z\"}"),
        manifest("new", "{}"),
    ];
    let folder = Folder::empty().with("jobs.yaml", text.concat());
    let answer = folder.run(&["jobs", "import", "--from", "kubernetes", "jobs.yaml", "--run-seconds", "300"]);
    let rows: Vec<&str> = answer.stdout.lines().skip(1).collect();
    assert_eq!(rows.len(), 2, "{}", answer.text());
    assert!(rows[0].starts_with("t/late,2026-10-05T10:00:00Z,600,") && rows[0].ends_with(",late,t,timeout"));
    assert!(rows[1].starts_with("t/new,2026-10-05T10:00:00Z,300,") && rows[1].contains(",succeeded,"));
    for said in ["dropped: 1 not ended yet\n", "1 pod of an unknown run time: taken to run 300 s\n"] {
        assert!(answer.stderr.contains(said), "{said}: {}", answer.text());
    }
}
