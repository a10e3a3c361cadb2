//! What commands become, on the small case of the translation's tests.

use serde_json::json;
use sim_core::engine::JobChange as Told;
use sim_core::ids::{AccountId, PartitionId, PartitionSet, QosId, UserId};
use sim_core::reason::Reason;
use sim_core::scenario::{Limits, PartitionState, Shares};
use sim_core::units::Span;

use super::super::tests::{base, read};
use super::*;
use crate::experiment::Experiment;

/// The rules that an action makes.
fn rules(action: &Action) -> &Policy {
    let Change::Rules(policy) = &action.change else {
        panic!("{action:?}")
    };
    policy
}

/// What becomes of commands, all given at 5 s, in the base case.
fn commands(commands: &[&str]) -> Vec<Change> {
    acts(commands)
        .unwrap()
        .actions
        .into_iter()
        .map(|action| action.change)
        .collect()
}

fn acts(commands: &[&str]) -> Result<Experiment, Found> {
    let mut changed = base();
    let action = |line: &&str| json!({"at_s": 5, "cmd": line.split(' ').collect::<Vec<_>>()});
    changed["actions"] = commands.iter().map(action).collect();
    read(&changed).map(|(experiment, _)| experiment)
}

#[test]
fn nodes_come_and_go() {
    use NodesAre::{Down, Drained, Up};
    for (line, which, are) in [
        (
            "scontrol update NodeName=n[1-2] State=DRAIN Reason=x",
            &[0, 1][..],
            Drained,
        ),
        ("scontrol update nodename=n2 state=fail reason=x", &[1], Drained),
        ("scontrol update NodeName=n2 State=DOWN Reason=x", &[1], Down),
        ("scontrol update NodeName=ALL State=RESUME", &[0, 1], Up),
        ("scontrol update NodeName=n1 State=IDLE", &[0], Up),
        ("/usr/bin/scontrol update NodeName=n1 State=UNDRAIN", &[0], Up),
    ] {
        assert_eq!(commands(&[line]), [Change::Nodes(which.to_vec(), are)], "{line}");
    }
    // What is down stays down when it is undrained.
    let both = commands(&[
        "scontrol update NodeName=n1 State=DOWN",
        "scontrol update NodeName=n[1-2] State=UNDRAIN",
    ]);
    assert_eq!(both[1], Change::Nodes(vec![1], Up));
}

#[test]
fn jobs_are_told_things_by_name_and_by_number() {
    // `a` has Slurm's number 2 and so the second place.
    for (line, what) in [
        ("scontrol hold a", Told::Hold(Reason::JobHeldAdmin)),
        ("scontrol hold 2", Told::Hold(Reason::JobHeldAdmin)),
        ("scontrol uhold jobid=2", Told::Hold(Reason::JobHeldUser)),
        ("scontrol release {a}", Told::Release),
        ("scontrol requeue a", Told::Requeue { held: false }),
        ("scontrol requeuehold a", Told::Requeue { held: true }),
        ("scontrol update JobId=a Priority=50", Told::Priority(50)),
        ("scontrol update job 2 Priority=4294967295", Told::Release),
        ("scontrol update job=2 nice=-7", Told::Nice(-7)),
        ("scontrol update JobId=a TimeLimit=5", Told::Limit(Span(300))),
        (
            "scontrol update JobId=a TimeLimit=00:01:30",
            Told::Limit(Span(90)),
        ),
        ("scontrol update JobId=a QOS=part", Told::Qos(QosId(1))),
        ("scontrol update JobId=a Account=top", Told::Account(AccountId(1))),
        (
            "scontrol update JobId=a Partition=p",
            Told::Partitions(PartitionId(0), PartitionSet::empty()),
        ),
        (
            "scontrol update JobId=a StartTime=now+1minute",
            Told::Begin(Time(3_665)),
        ),
        (
            "scancel a",
            Told::Cancel {
                waiting: true,
                running: true,
            },
        ),
        (
            "scancel -A low",
            Told::Cancel {
                waiting: true,
                running: true,
            },
        ),
        (
            "scancel --user=bea --qos normal -t PENDING",
            Told::Cancel {
                waiting: true,
                running: false,
            },
        ),
    ] {
        assert_eq!(commands(&[line]), [Change::Job(1, what)], "{line}");
    }
    // Limits are added to, and options see what was changed before.
    assert_eq!(
        commands(&["scontrol update JobId=b TimeLimit=+2"]),
        [Change::Job(0, Told::Limit(Span::mins(5)))]
    );
    let moved = commands(&["scontrol update JobId=b QOS=normal", "scancel -q normal"]);
    assert_eq!(moved.len(), 3);
    assert_eq!(commands(&["scontrol hold a,b"]).len(), 2);
}

#[test]
fn rules_are_changed_by_command() {
    let after = |line| match &commands(&[line])[..] {
        [Change::Rules(policy)] => (**policy).clone(),
        other => panic!("{line}: {other:?}"),
    };
    let policy = after("scontrol update PartitionName=q State=INACTIVE MaxTime=5 PriorityTier=9");
    let q = &policy.partitions[1];
    assert_eq!(
        (q.state, q.max_time, q.tier),
        (PartitionState::Inactive, Span::mins(5), 9)
    );
    assert_eq!(policy.partitions[0].max_time, Span::mins(60));
    let policy = after("sacctmgr -i modify user set fairshare=7 Priority=3 where name=bea account=low");
    let users = &policy.associations.users;
    assert_eq!((users[0].shares, users[0].priority), (Shares::Of(7), 3));
    assert_eq!(users[1].shares, Shares::Of(1));
    let policy = after("sacctmgr -i modify account top,low set fairshare=parent");
    let accounts = &policy.associations.accounts;
    assert_eq!(
        (accounts[0].shares, accounts[1].shares),
        (Shares::Parent, Shares::Parent)
    );
    let policy = after("sacctmgr -i modify account root set GrpJobs=4");
    assert_eq!(policy.associations.root.grp_jobs, Some(4));
    let policy = after(
        "sacctmgr -i modify qos part set Priority=8 GraceTime=9 UsageFactor=2 Flags-=NoDecay Preempt+=normal",
    );
    let qos = &policy.qos[1];
    assert_eq!(
        (qos.priority, qos.grace_time, qos.usage_factor),
        (8, Span(9), 2.0)
    );
    assert!(qos.deny_on_limit && !qos.no_decay);
    assert_eq!(qos.preempt, ["normal"]);
    let forgotten = commands(&["sacctmgr -i modify user bea where account=top set RawUsage=0"]);
    assert_eq!(forgotten[0], Change::ForgetUsage(Some(UserId(0)), AccountId(1)));
    let forgotten = commands(&["sacctmgr -i modify qos part set RawUsage=0"]);
    assert_eq!(forgotten[0], Change::ForgetUsageOfQos(QosId(1)));
}

#[test]
fn changed_limits_count_only_where_limits_do() {
    let mut changed = base();
    changed["config"]["slurm_conf"]["AccountingStorageEnforce"] = json!("associations");
    changed["actions"] =
        json!([{"at_s": 5, "cmd": ["sacctmgr", "modify", "qos", "part", "set", "GrpJobs=1"]}]);
    let (experiment, _) = read(&changed).unwrap();
    assert_eq!(rules(&experiment.actions[0]).qos[1].limits, Limits::default());
}

#[test]
fn reservations_are_changed_and_deleted() {
    let made =
        "scontrol create reservation ReservationName=m StartTime=now+100 Duration=2 Nodes=n2 Users=root";
    let experiment = acts(&[
        made,
        "scontrol update ReservationName=m EndTime=now+130 Nodes+=n1 Flags=MAINT",
        "scontrol delete ReservationName=m",
        made,
        "scontrol create reservation=k StartTime=now Duration=1:30 NodeCnt=1 PartitionName=p Users=bea Flags=IGNORE_JOBS",
    ])
    .unwrap();
    let first = &experiment.scenario.policy.reservations;
    assert_eq!((first.len(), first[0].duration), (1, Span(120)));
    let [updated, deleted, again, counted] = &experiment.actions[..] else {
        panic!("{:?}", experiment.actions)
    };
    let Change::Reserve(spec, None) = &updated.change else {
        panic!()
    };
    assert_eq!(
        (spec.start, spec.duration, spec.maint),
        (Span(3_705), Span(30), true)
    );
    assert_eq!(spec.nodes, ["n2", "n1"]);
    assert_eq!(deleted.change, Change::Unreserve("m".to_owned()));
    assert!(matches!(&again.change, Change::Reserve(spec, None) if spec == &first[0]));
    let Change::Reserve(spec, Some(1)) = &counted.change else {
        panic!()
    };
    assert_eq!(
        (spec.duration, &spec.nodes[..]),
        (Span(90), &["n1".to_owned(), "n2".to_owned()][..])
    );
}

#[test]
fn commands_that_cannot_be_done_say_so() {
    for (line, told) in [
        ("scontrol update NodeName=n9 State=DOWN", "there is no node `n9`"),
        (
            "scontrol update NodeName=n1 State=POWER_DOWN",
            "State=POWER_DOWN of a node is not modelled",
        ),
        (
            "scontrol update NodeName=n1 State=DOWN Weight=3",
            "`weight` of a node is not modelled",
        ),
        (
            "scontrol update PartitionName=z State=UP",
            "there is no partition `z`",
        ),
        (
            "scontrol update PartitionName=p Hidden=YES",
            "hidden: `YES` is not modelled",
        ),
        ("scontrol update JobId=z Priority=1", "there is no job `z`"),
        ("scontrol update JobId=7 Priority=1", "there is no job `7`"),
        (
            "scontrol update JobId=a Features=x",
            "`features` of a job is not modelled",
        ),
        ("scontrol update JobId=a TimeLimit=+5", "gave none"),
        ("scontrol update JobId=a QOS=z", "there is no QOS `z`"),
        ("scontrol update Hostnames=x", "this says not what to update"),
        ("scontrol suspend a", "`scontrol suspend a` is not modelled"),
        ("scontrol hold", "hold of no job"),
        ("scancel", "scancel of no job"),
        ("scancel --signal=USR1 a", "is not modelled"),
        ("scontrol delete ReservationName=m", "there is no reservation `m`"),
        ("sacctmgr modify user bea set DefaultQOS=part", "is not modelled"),
        ("sacctmgr modify user bea set RawUsage=5", "only 0"),
        (
            "sacctmgr modify qos part set Flags=Sticky",
            "`Sticky` is not modelled",
        ),
        ("sacctmgr modify user zoe set fairshare=1", "cannot do"),
    ] {
        let problems = acts(&[line]).map(|_| ()).unwrap_err().problems;
        assert!(
            problems
                .iter()
                .any(|problem| problem.starts_with("actions at 5 s")
                    && problem.to_lowercase().contains(&told.to_lowercase())),
            "{line}: {problems:?}"
        );
    }
}

#[test]
fn administrators_change_limits_and_reserve_nodes() {
    let mut changed = base();
    changed["actions"] = json!([
        {"at_s": 40, "cmd": ["sacctmgr", "-i", "modify", "qos", "part", "set", "MaxTRESPerUser=gres/gpu=-1"]},
        {"at_s": 15, "cmd": ["sacctmgr", "-i", "modify", "qos", "where", "name=part", "set", "MaxTRESPerUser=cpu=9", "GrpJobs=3"]},
        {"at_s": 20, "cmd": ["sacctmgr", "-i", "modify", "user", "bea", "account=top", "set", "MaxJobs=1"]},
        {"at_s": 25, "cmd": ["sacctmgr", "-i", "modify", "account", "top", "set", "GrpTRES=gres/gpu=1"]},
        {"at_s": 10, "cmd": ["scontrol", "create", "reservation", "ReservationName=m", "StartTime=now+100",
                             "EndTime=now+2minutes", "Nodes=n2", "Users=root,bea", "Flags=MAINT"]}
    ]);
    let (experiment, _) = read(&changed).unwrap();
    let [first, user, account, last] = &experiment.actions[..] else {
        panic!()
    };
    assert_eq!(first.at, experiment.t0 + Span(15));
    let limits = |action| rules(action).qos[1].limits.clone();
    assert_eq!(
        (
            limits(first).max_tres_pu.to_string().as_str(),
            limits(first).grp_jobs
        ),
        ("cpu=9,gres/gpu=2", Some(3))
    );
    let tree = &rules(user).associations;
    assert_eq!(tree.users[1].limits.max_jobs, Some(1));
    assert_eq!(tree.users[0].limits.max_jobs, Some(2));
    assert_eq!(
        rules(account).associations.accounts[0].limits.grp_tres.of_gpus(),
        Some(1)
    );
    assert_eq!(limits(last).max_tres_pu.to_string(), "cpu=9");
    let reservation = &experiment.scenario.policy.reservations[0];
    assert_eq!(reservation.announced, Span(3_610));
    assert_eq!((reservation.start, reservation.duration), (Span(3_710), Span(20)));
    assert_eq!(
        (&reservation.nodes[..], &reservation.people[..]),
        (&["n2".to_owned()][..], &[0][..])
    );
    assert!(reservation.maint);
}
