//! What commands do to a replay, seen as Slurm shows it.

use serde_json::{Value, json};

use crate::observed::Observed;
use crate::{Case, replay, translate};

/// Two nodes, three jobs of one node each and a fourth of both, and these commands.
fn played(actions: Value) -> Observed {
    let job = |id: &str, at: f64, nodes: u32| {
        json!({"id": id, "user": "u", "account": "a", "submit_s": at, "nodes": nodes, "cpus_per_node": 4,
               "time_limit_min": 2, "runtime_s": 60, "qos": "normal", "partition": "p"})
    };
    let case = json!({
        "schema": 1, "name": "commands", "group": "C", "submit_mode": "live",
        "config": {
            "slurm_conf": {
                "SchedulerParameters": "bf_interval=2,bf_resolution=1,sched_interval=2,batch_sched_delay=1",
                "PriorityWeightPartition": "1000", "AccountingStorageEnforce": "associations,limits,qos"
            },
            "partitions": [{"name": "p", "nodes": "n[1-2]", "MaxTime": "60", "PriorityJobFactor": "1"}],
            "nodes": [{"name": "n1", "cpus": 4}, {"name": "n2", "cpus": 4}]
        },
        "accounting": {
            "accounts": [{"name": "a", "parent": "root", "fairshare": 1}],
            "users": [{"name": "u", "account": "a", "fairshare": 1}]
        },
        "jobs": [job("w", 0.0, 1), job("x", 1.0, 1), job("y", 5.0, 1), job("z", 6.0, 1)],
        "actions": actions,
        "observed": {"jobs": []}
    });
    let (experiment, notes) = translate::translate(&Case::read(&case.to_string()).unwrap()).unwrap();
    assert_eq!(notes, Vec::<String>::new());
    replay::replay(&experiment).unwrap()
}

/// States of a job's runs, and when each began.
fn runs(played: &Observed, id: &str) -> Vec<(String, f64)> {
    let runs = &played.job(id).unwrap().runs;
    let told = |run: &crate::observed::SeenRun| (run.state.clone(), run.start_s.unwrap());
    runs.iter().map(told).collect()
}

/// Why a job waited from a second on, and the priority it had last.
fn waits(played: &Observed, id: &str, at: f64) -> String {
    let history = &played.job(id).unwrap().history;
    let at = history.iter().rfind(|stretch| stretch.from_s <= at).unwrap();
    format!("{} {}", at.state, at.reason)
}

fn command(at: f64, line: &str) -> Value {
    json!({"at_s": at, "cmd": line.split(' ').collect::<Vec<_>>()})
}

#[test]
fn a_held_job_shows_why_and_has_no_priority() {
    let played = played(json!([
        command(10.0, "scontrol hold y"),
        command(100.0, "scontrol release y")
    ]));
    assert_eq!(waits(&played, "y", 11.0), "PENDING JobHeldAdmin");
    let history = &played.job("y").unwrap().priority_history;
    assert_eq!(history[..], [(5.0, 1000.0), (10.0, 0.0)]);
    // `z` goes first.
    assert!(runs(&played, "z")[0].1 < 70.0 && runs(&played, "y")[0].1 >= 100.0);
}

#[test]
fn runs_that_are_broken_off_say_by_what() {
    let played = played(json!([
        command(10.0, "scancel w"),
        command(20.0, "scontrol requeue x"),
        command(30.0, "scontrol update NodeName=n1 State=DOWN Reason=test"),
        command(40.0, "scontrol update NodeName=n1 State=RESUME"),
        command(45.0, "scancel -t PENDING z"),
    ]));
    assert_eq!(runs(&played, "w")[0].0, "CANCELLED");
    let again = runs(&played, "x");
    assert_eq!((again[0].0.as_str(), again.len()), ("REQUEUED", 2));
    assert!(again[1].1 >= 20.0 + 121.0, "{again:?}");
    assert_eq!(runs(&played, "y")[0].0, "NODE_FAIL");
    assert_eq!(waits(&played, "y", 60.0), "PENDING BeginTime");
}

#[test]
fn a_run_has_the_limit_that_was_in_force_at_its_end() {
    let played = played(json!([
        command(10.0, "scontrol update JobId=w TimeLimit=+5"),
        command(10.0, "scontrol update JobId=x TimeLimit=00:00:20"),
    ]));
    let limit = |id: &str| played.job(id).unwrap().runs[0].time_limit_min;
    assert_eq!((limit("w"), limit("x")), (Some(7.0), Some(1.0)));
    assert_eq!(runs(&played, "w")[0].0, "COMPLETED");
    assert_eq!(runs(&played, "x")[0].0, "TIMEOUT");
}

#[test]
fn a_reservation_by_number_of_nodes_keeps_others_out_until_it_is_deleted() {
    let played = played(json!([
        command(
            2.0,
            "scontrol create reservation ReservationName=r StartTime=now+30 Duration=5 NodeCnt=2 Users=root"
        ),
        command(90.0, "scontrol delete ReservationName=r"),
    ]));
    assert_eq!(
        waits(&played, "y", 65.0),
        "PENDING ReqNodeNotAvail, May be reserved for other job"
    );
    assert!((90.0..95.0).contains(&runs(&played, "y")[0].1));
}
