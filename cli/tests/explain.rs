//! `trilemma explain` as people and scripts use it.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;

use expect_test::expect;
use serde_json::Value;

/// A day of warm-up and three measured, on two nodes that a dozen people share.
const WORLD: &str = r#"
schema = 1
name = "small"
horizon = { warm-up = "1d", measured = "3d" }

[[cluster.nodes]]
name = "node"
count = 2
gpus = 4

[workload]
people = 12

[[policy.partitions]]
name = "batch"
max-time = "1d"

[[policy.partitions]]
name = "long"
max-time = "3d"

[[policy.qos]]
name = "normal"
limits = { max-tres-pu = 4 }
"#;

/// The file with it; all tests read the same one.
static FILE: LazyLock<String> = LazyLock::new(|| {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("explain.toml");
    std::fs::write(&path, WORLD).unwrap();
    path.to_str().unwrap().to_owned()
});

fn explain(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trilemma"))
        .args([&["explain", FILE.as_str()][..], args].concat())
        .output()
        .unwrap()
}

fn text(args: &[&str]) -> String {
    let output = explain(args);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{args:?}: {told}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(args: &[&str]) -> Value {
    serde_json::from_str(&text(&[args, &["--json"]].concat())).unwrap()
}

fn problems(args: &[&str]) -> String {
    let output = explain(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(output.stdout.is_empty(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// The first job in the list that waits for a reason.
fn waits_for(reason: &str, at: &str) -> String {
    let list = json(&["--list", "--at", at]);
    let all = list["waiting"].as_array().unwrap();
    let found = all.iter().find(|line| line["reason"] == reason);
    found.unwrap()["job"].to_string()
}

#[test]
fn whoever_is_listed_as_waiting_is_explained_by_the_same_reason() {
    let at = "3d12h";
    let list = json(&["--list", "--at", at]);
    let all = list["waiting"].as_array().unwrap();
    assert!(all.len() > 5, "{list}");
    for line in all.iter().step_by((all.len() / 6).max(1)) {
        let told = json(&["--job", &line["job"].to_string(), "--at", at]);
        let waiting = &told["explanation"]["standing"]["waiting"];
        assert_eq!(waiting["reason"], line["reason"], "{told}");
        assert_eq!(told["explanation"]["at"], 3 * 86_400 + 43_200);
    }
}

#[test]
fn an_instant_can_be_written_in_three_ways() {
    let job = waits_for("QOSMaxGRESPerUser", "3d12h");
    let told = text(&["--job", &job, "--at", "3d12h"]);
    assert_eq!(told, text(&["--job", &job, "--at", "3-12:00:00"]));
    assert_eq!(told, text(&["--job", &job, "--at", "Thu 3 12:00"]));
    assert_eq!(told, text(&["--job", &job, "--at", "thu 12:00"]));
}

#[test]
fn a_counterfactual_of_the_present_request_is_what_happens() {
    let job = waits_for("QOSMaxGRESPerUser", "3d12h");
    let as_it_is = json(&["--job", &job]);
    let limit = as_it_is["explanation"]["asked"]["limit"]
        .as_str()
        .unwrap()
        .to_owned();
    let same = json(&["--job", &job, "--if", &format!("limit={limit}")]);
    assert_eq!(same["instead"]["fate"], as_it_is["fate"]);
    assert_eq!(as_it_is["instead"], Value::Null);
}

#[test]
fn everything_is_told_in_eighty_columns() {
    let job = waits_for("QOSMaxGRESPerUser", "3d12h");
    let told = text(&[
        "--job",
        &job,
        "--at",
        "3d12h",
        "--if",
        "gpus=1",
        "--if",
        "limit=30m",
    ]);
    for line in told.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    expect![[r#"
        Job 14 waits because its owner's jobs of QOS normal hold 4 GPUs, it asks for 4
        more, and 4 is the most they may hold at once.
        It can go on if 4 of the GPUs they hold are given back.
        Backfill plans nothing for a job that a rule holds.
        In this run it does not start before the simulation stops.

        Had job 14 asked for 1 GPU and a time limit of 30 min, it would have started on
        Mon 20:09 (day 1 of the warm-up); as it was, it never did.

          time         Thu 3 12:00
          whose        person 7, account 1
          what         training over several nodes
          asks for     4 GPUs for 1 day 12 h
          where        partition long, QOS normal
          waits since  Mon 17:03 (day 1 of the warm-up), for 2 days 19 h
          reason       QOSMaxGRESPerUser, since Mon 17:03 (day 1 of the warm-up)
          rule         QOS normal, for one person: 4 + 4 > 4 gres/gpu
          before it    0 jobs in long

          Priority    weight    factor   product
          ──────────────────────────────────────
          age           1000  0.398480    398.48
          fair share  100000  0.076923   7692.31
          partition    10000  1.000000  10000.00
          priority                         18090

        In Slurm's words

        $ squeue --job 14
           JOBID PARTITION     NAME     USER ST       TIME NODES NODELIST(REASON)
              14      long    large  person7 PD       0:00     1 (QOSMaxGRESPerUser)
        $ sprio --job 14
           JOBID PARTITION   PRIORITY       AGE FAIRSHARE PARTITION
              14      long      18090       398      7692     10000
        $ scontrol show job 14
        JobId=14 JobName=large
           UserId=person7 Account=account1 QOS=normal
           Priority=18090 Nice=0
           JobState=PENDING Reason=QOSMaxGRESPerUser Dependency=(null)
           SubmitTime=17:03:19 EligibleTime=17:03:19
           StartTime=Unknown EndTime=Unknown
           TimeLimit=1-12:00:00 Partition=long
           NumNodes=1 ReqTRES=cpu=4,node=1,gres/gpu=4
    "#]]
    .assert_eq(&told);
}

#[test]
fn bad_questions_are_answered_with_one_line_per_problem() {
    let told = [
        problems(&[]),
        problems(&["--job", "1000000"]),
        problems(&["--job", "1", "--at", "9d"]),
        problems(&[
            "--job",
            "1",
            "--at",
            "noon",
            "--if",
            "limt=3h",
            "--if",
            "gpus=many",
        ]),
        problems(&[
            "--job",
            "1",
            "--if",
            "partition=batsch",
            "--if",
            "qos=x",
            "--if",
            "limit",
        ]),
        problems(&["--job", "1", "--if", "gpus=7"]),
        problems(&["--job", "1", "--if", "limit=3"]),
        problems(&["--list", "--at", "Mon 9 00:00"]),
    ];
    expect![[r#"
        the following required arguments were not provided: --job <ID>; see trilemma --help
        --job 1000000: there is no job 1000000 here; the last one is 129
        --at: 9-00:00:00 is not simulated; the simulation ends at 4-00:00:00
        --at noon: no time; write 23d9h47m or 23-09:47 from the first Monday, or Tue 1 00:00 as on the pages
        --if limt=3h: no such change; there are limit, gpus, partition, qos and at
        --if gpus=many: no whole number; write gpus=2
        --if partition=batsch: no such name; did you mean `batch`?
        --if qos=x: no such name; there are: normal
        --if limit: no change; write limit=4h, gpus=2, partition=NAME, qos=NAME or at=TIME
        --if: 7 GPUs are no whole number of nodes: a node there has 4; ask for fewer or for a multiple of 4
        --if limit=3: `3` is not a length of time; write 30s, 15m, 12h, 3d, 2w or 1-12:00:00
        --at Mon 9 00:00: no time; write 23d9h47m or 23-09:47 from the first Monday, or Tue 1 00:00 as on the pages
    "#]].assert_eq(&told.concat());
    let last = json(&["--list", "--at", "0s"]);
    assert_eq!(last["waiting"].as_array().unwrap().len(), 0);
    let early = problems(&["--job", "100", "--at", "0s"]);
    assert!(early.contains("not yet submitted; it comes at"), "{early}");
}
