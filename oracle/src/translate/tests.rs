//! What becomes of a case, on small ones written by hand.

use serde_json::{Value, json};
use sim_core::ids::{AccountId, PartitionId, QosId, UserId};
use sim_core::scenario::{
    AssocLimits, Backfill, BillingRule, FairShare, Limits, PassRhythm, PreemptBy, PreemptMode, Shares,
    TresName,
};

use super::*;
use crate::experiment::After;

pub(super) fn base() -> Value {
    json!({
        "schema": 1, "name": "base", "group": "C", "submit_mode": "live",
        "config": {
            "slurm_conf": {
                "SchedulerParameters": "bf_interval=2,bf_window=120,bf_resolution=1,bf_continue,default_queue_depth=7,sched_interval=2,assoc_limit_stop",
                "PriorityDecayHalfLife": "3", "PriorityMaxAge": "7-0", "PriorityCalcPeriod": "1",
                "PriorityWeightAge": "10", "PriorityFlags": "NO_FAIR_TREE,MAX_TRES,NO_NORMAL_ALL",
                "AccountingStorageEnforce": "associations,limits,qos,safe",
                "PreemptType": "preempt/qos", "PreemptMode": "REQUEUE", "PreemptExemptTime": "00:01:00",
                "KillWait": "5"
            },
            "partitions": [
                {"name": "p", "nodes": "n[1-2]", "MaxTime": "60"},
                {"name": "q", "nodes": "n2", "Default": "YES", "PriorityTier": "3", "QOS": "part",
                 "TRESBillingWeights": "CPU=0.5,Mem=1G,GRES/gpu=2"}
            ],
            "nodes": [
                {"name": "n1", "cpus": 8, "gres": {"gpu:h": 2, "gpu:a": 1}},
                {"name": "n2", "cpus": 8}
            ]
        },
        "accounting": {
            "root_limits": {"GrpJobs": 9},
            "accounts": [
                {"name": "low", "parent": "top", "fairshare": "parent"},
                {"name": "top", "parent": "root", "fairshare": 4, "GrpTRES": "gres/gpu=3", "priority": 7}
            ],
            "users": [
                {"name": "root", "account": "root", "fairshare": 1},
                {"name": "bea", "account": "low", "fairshare": 0, "MaxJobs": 2},
                {"name": "bea", "account": "top"}
            ],
            "qos": [
                {"name": "part", "MaxTRESPU": "cpu=4,gres/gpu=2", "Flags": "DenyOnLimit,NoDecay", "UsageFactor": 0.5},
                {"name": "normal", "Priority": 5, "Preempt": "part", "GraceTime": 20, "MaxWall": "2"}
            ]
        },
        "jobs": [
            {"id": "a", "user": "bea", "account": "low", "submit_s": 0.5, "nodes": 1, "cpus_per_node": 2,
             "time_limit_min": null, "runtime_s": 30, "gres_per_node": {"gpu:a": 1}, "trap_term": true},
            {"id": "b", "user": "bea", "account": "top", "submit_s": 2, "nodes": 2, "cpus_per_node": 1,
             "time_limit_min": 3, "runtime_s": 30, "partition": "q,p", "qos": "part", "nice": 4,
             "gres_per_node": {"gpu": 2}, "after": ["afterok", "a"], "exclusive": true}
        ],
        "actions": [],
        "observed": {
            "decay_ticks": [{"t_s": -3.2}, {"t_s": 56.7}],
            "jobs": [
                {"id": "a", "slurm_job_id": 2, "submit_s": 0, "eligible_s": 0,
                 "runs": [{"start_s": 1, "end_s": 9, "state": "PREEMPTED"}, {"start_s": 100, "end_s": 131, "state": "COMPLETED"}]},
                {"id": "b", "slurm_job_id": 1, "submit_s": 2, "eligible_s": 2}
            ]
        }
    })
}

pub(super) fn read(value: &Value) -> Result<(Experiment, Vec<String>), Found> {
    translate(&Case::read(&value.to_string()).unwrap())
}

/// The lines that a change of the base case is refused with.
fn refused(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let mut value = base();
    change(&mut value);
    read(&value).map(|_| ()).unwrap_err().problems
}

#[test]
fn settings_become_the_policy() {
    let (experiment, notes) = read(&base()).unwrap();
    let policy = &experiment.scenario.policy;
    let Backfill::Slurm(bf) = &policy.backfill else {
        panic!()
    };
    assert_eq!(
        (bf.interval, bf.window, bf.resolution),
        (Span(2), Span::mins(120), Span(1))
    );
    let PassRhythm::Slurm(passes) = &policy.passes else {
        panic!()
    };
    assert_eq!((passes.default_queue_depth, passes.sched_interval), (7, Span(2)));
    assert_eq!(
        (passes.assoc_limit_stop, passes.batch_sched_delay),
        (true, Span(3))
    );
    let priority = &policy.priority;
    assert_eq!(priority.half_life, Some(Span::mins(3)));
    assert_eq!(
        (priority.max_age, priority.weight_age, priority.weight_fairshare),
        (Span::days(7), 10, 0)
    );
    assert_eq!(
        (priority.fairshare, priority.billing),
        (FairShare::Classic, BillingRule::MaxTres)
    );
    assert!(priority.no_normal_assoc && priority.no_normal_tres && policy.enforce.safe);
    let preemption = &policy.preemption;
    assert_eq!(
        (preemption.by, preemption.mode),
        (PreemptBy::Qos, PreemptMode::Requeue)
    );
    assert_eq!(
        (preemption.exempt_time, preemption.kill_wait),
        (Span(60), Span(5))
    );
    assert_eq!(notes.len(), 1);
    assert!(notes[0].starts_with("config.partitions.q.TRESBillingWeights: `Mem=1G` is not known"));
}

#[test]
fn what_slurm_conf_leaves_out_is_slurms_default() {
    let mut changed = base();
    changed["config"]["slurm_conf"] = json!({});
    let (experiment, _) = read(&changed).unwrap();
    let policy = &experiment.scenario.policy;
    let priority = &policy.priority;
    assert_eq!(priority.half_life, Some(Span::days(7)));
    assert_eq!(
        (priority.max_age, priority.calc_period),
        (Span::days(7), Span::mins(5))
    );
    let weights = [
        priority.weight_age,
        priority.weight_assoc,
        priority.weight_fairshare,
        priority.weight_job_size,
        priority.weight_partition,
        priority.weight_qos,
    ];
    assert_eq!(weights, [0; 6]);
    assert_eq!((priority.fairshare, priority.dampening), (FairShare::FairTree, 1));
    assert_eq!(
        (priority.favor_small, priority.billing),
        (false, BillingRule::Sum)
    );
    assert!(!policy.enforce.safe && !policy.enforce.part_limits);
    assert_eq!(policy.preemption.by, PreemptBy::None);
    let Backfill::Slurm(bf) = &policy.backfill else {
        panic!()
    };
    assert_eq!(
        (bf.interval, bf.window, bf.resolution, bf.max_job_test),
        (Span(30), Span::days(1), Span(60), 500)
    );
    let PassRhythm::Slurm(passes) = &policy.passes else {
        panic!()
    };
    assert_eq!(
        (
            passes.sched_interval,
            passes.default_queue_depth,
            passes.kill_scan
        ),
        (Span(60), 100, Span(30))
    );
}

#[test]
fn limits_count_only_where_they_are_enforced() {
    let limited = |enforce: Option<&str>| {
        let mut value = base();
        let conf = value["config"]["slurm_conf"].as_object_mut().unwrap();
        conf.remove("AccountingStorageEnforce");
        if let Some(enforce) = enforce {
            conf.insert("AccountingStorageEnforce".to_owned(), enforce.into());
        }
        let policy = read(&value).unwrap().0.scenario.policy;
        let tree = &policy.associations;
        policy.qos.iter().any(|qos| qos.limits != Limits::default())
            || tree.users.iter().any(|row| row.limits != AssocLimits::default())
            || tree
                .accounts
                .iter()
                .any(|row| row.limits != AssocLimits::default())
    };
    for on in ["limits", "associations,limits,qos", "Safe", "all"] {
        assert!(limited(Some(on)), "{on}");
    }
    for off in [None, Some("associations"), Some("qos,nosteps")] {
        assert!(!limited(off), "{off:?}");
    }
}

#[test]
fn nodes_keep_the_order_of_their_devices() {
    let text = base()
        .to_string()
        .replace(r#"{"gpu:a":1,"gpu:h":2}"#, r#"{"gpu:h":2,"gpu:a":1}"#);
    let (experiment, _) = translate(&Case::read(&text).unwrap()).unwrap();
    let nodes = &experiment.scenario.cluster.nodes;
    assert_eq!(
        (
            nodes[0].gpu.as_str(),
            nodes[0].gpus,
            nodes[0].more[0].gpu.as_str()
        ),
        ("h", 2, "a")
    );
    assert_eq!((nodes[1].gpus, nodes[1].cpus), (0, 8));
    assert_eq!(experiment.scenario.policy.partitions[0].nodes, ["n1", "n2"]);
}

#[test]
fn the_tree_has_parents_first_and_every_association() {
    let (experiment, _) = read(&base()).unwrap();
    let tree = &experiment.scenario.policy.associations;
    assert_eq!(experiment.names.accounts, ["root", "top", "low"]);
    assert_eq!(
        (tree.accounts[0].shares, tree.accounts[1].shares),
        (Shares::Of(4), Shares::Parent)
    );
    assert_eq!(
        (
            tree.accounts[0].priority,
            tree.accounts[0].limits.grp_tres.of_gpus()
        ),
        (7, Some(3))
    );
    assert_eq!((experiment.people.len(), tree.users.len()), (1, 2));
    assert_eq!(experiment.people[0].account, AccountId(2));
    assert_eq!(
        (tree.users[0].shares, tree.users[0].limits.max_jobs),
        (Shares::Of(0), Some(2))
    );
    assert_eq!(tree.root.grp_jobs, Some(9));
    let qos = &experiment.scenario.policy.qos;
    assert_eq!(
        (qos[0].name.as_str(), qos[0].priority, qos[0].grace_time),
        ("normal", 5, Span(20))
    );
    assert_eq!(qos[0].limits.max_wall, Some(Span::mins(2)));
    assert_eq!(qos[1].limits.max_tres_pu.get(&TresName::Cpu), Some(4));
    assert!(qos[1].deny_on_limit && qos[1].no_decay && qos[1].usage_factor == 0.5);
}

#[test]
fn jobs_stand_in_the_order_of_their_ids() {
    let (experiment, _) = read(&base()).unwrap();
    let [b, a] = &experiment.jobs[..] else { panic!() };
    assert_eq!((b.name.as_str(), a.name.as_str()), ("b", "a"));
    assert_eq!((a.user, a.account, a.qos), (UserId(0), AccountId(2), QosId(0)));
    assert_eq!((a.eligible, a.limit, a.run_time), (experiment.t0, None, Span(31)));
    assert_eq!(a.partitions, [PartitionId(1)]);
    assert!(a.ignores_term && !a.exclusive);
    assert_eq!(a.devices_per_node[0].kind.as_deref(), Some("a"));
    assert_eq!((b.nice, b.exclusive, b.run_time), (4, true, Span(30)));
    assert_eq!(b.partitions, [PartitionId(1), PartitionId(0)]);
    assert_eq!(b.devices_per_node[0].kind, None);
    assert_eq!(
        b.after,
        [After {
            job: 1,
            completed: true
        }]
    );
    assert_eq!(experiment.ticks[..3], [Time(3_596), Time(3_656), Time(3_716)]);
    assert!(experiment.ticks.last() > Some(&Time(4_000)));
}

#[test]
fn what_needs_no_look_at_limits_is_refused_at_the_door() {
    for (key, value, told) in [
        ("nice", json!(-5), "Invalid --nice value"),
        ("qos", json!("none"), "Invalid qos specification"),
        ("partition", json!("none"), "Invalid partition name specified"),
        (
            "account",
            json!("none"),
            "Invalid account or account/partition combination specified",
        ),
    ] {
        let mut changed = base();
        changed["jobs"][0][key] = value;
        let (experiment, _) = read(&changed).unwrap();
        let refused = experiment.jobs[1].refused.clone().unwrap();
        assert!(refused.ends_with(told), "{refused}");
        assert_eq!(experiment.jobs[0].refused, None);
    }
}

#[test]
fn probes_wait_behind_a_reservation_of_everything() {
    let mut changed = base();
    changed["group"] = json!("A");
    changed["jobs"][1]["phase"] = json!("probe");
    let (experiment, _) = read(&changed).unwrap();
    let reservation = &experiment.scenario.policy.reservations[0];
    assert_eq!(
        (reservation.start, reservation.announced),
        (Span(3_602), Span(3_602))
    );
    assert!(experiment.jobs[0].probe && reservation.nodes.is_empty() && reservation.people.is_empty());
}

#[test]
fn what_cannot_be_meant_is_told_with_its_place() {
    for (told, problems) in [
        (
            "config.partitions.p.nodes: there is no node `n3`",
            refused(|v| v["config"]["partitions"][0]["nodes"] = json!("n[1-3]")),
        ),
        (
            "accounting.accounts.low.parent: there is no account `up` above it",
            refused(|v| v["accounting"]["accounts"][0]["parent"] = json!("up")),
        ),
        (
            "accounting.qos.part.MaxTRESPU: `much` is no whole number",
            refused(|v| v["accounting"]["qos"][0]["MaxTRESPU"] = json!("cpu=much")),
        ),
        (
            "config.slurm_conf.PreemptMode: `SUSPEND` is not modelled",
            refused(|v| v["config"]["slurm_conf"]["PreemptMode"] = json!("SUSPEND,GANG")),
        ),
        (
            "jobs.b.after: there is no job `z`",
            refused(|v| v["jobs"][1]["after"] = json!(["afterany", "z"])),
        ),
        ("jobs.a.nodes: 0", refused(|v| v["jobs"][0]["nodes"] = json!(0))),
        (
            "jobs.a: a time that makes no sense",
            refused(|v| v["jobs"][0]["runtime_s"] = json!(1e300)),
        ),
        (
            "actions at 3 s: `scontrol reboot` is not modelled",
            refused(|v| v["actions"] = json!([{"at_s": 3, "cmd": ["scontrol", "reboot"]}])),
        ),
        (
            "actions at 0 s: sacctmgr modify without set",
            refused(|v| v["actions"] = json!([{"at_s": 0, "cmd": ["sacctmgr", "modify", "qos"]}])),
        ),
        (
            "actions at 0 s: cannot do",
            refused(|v| v["actions"] = json!([{"at_s": 0, "cmd": ["sacctmgr", "modify", "set"]}])),
        ),
    ] {
        assert!(
            problems.iter().any(|problem| problem.starts_with(told)),
            "{told}: {problems:?}"
        );
    }
}

#[test]
fn a_qos_may_have_rules_of_preemption_of_its_own() {
    let mut changed = base();
    changed["accounting"]["qos"][0]["PreemptMode"] = json!("cancel,within");
    changed["accounting"]["qos"][0]["PreemptExemptTime"] = json!("00:02:00");
    changed["config"]["slurm_conf"]["JobRequeue"] = json!("0");
    let (experiment, _) = read(&changed).unwrap();
    let name = changed["accounting"]["qos"][0]["name"].as_str().unwrap();
    let qos = experiment
        .scenario
        .policy
        .qos
        .iter()
        .find(|qos| qos.name == name)
        .unwrap();
    assert_eq!(
        (qos.preempt_mode, qos.preempt_within),
        (Some(PreemptMode::Cancel), true)
    );
    assert_eq!(qos.preempt_exempt_time, Some(Span::mins(2)));
    assert!(!experiment.requeues && read(&base()).unwrap().0.requeues);
}

#[test]
fn a_partition_says_whom_it_denies() {
    let mut changed = base();
    let part = &mut changed["config"]["partitions"][0];
    part["DenyAccounts"] = json!("low");
    part["DenyQos"] = json!("part,normal");
    let (experiment, notes) = read(&changed).unwrap();
    let part = &experiment.scenario.policy.partitions[0];
    assert_eq!((part.deny_accounts.len(), part.deny_qos.len()), (1, 2));
    assert_eq!(notes, read(&base()).unwrap().1);
}

#[test]
fn what_is_not_known_is_noted() {
    let mut changed = base();
    changed["jobs"][0]["licenses"] = json!("x");
    changed["config"]["slurm_conf"]["FirstJobId"] = json!("7");
    changed["accounting"]["qos"][0]["UsageThreshold"] = json!(2);
    let (_, notes) = read(&changed).unwrap();
    assert_eq!(notes.len(), 4, "{notes:?}");
}
