//! A job held by limits of the same kinds on other resources than GPUs: CPUs, nodes, billing, one type of GPU.

use expect_test::expect;
use sim_core::ids::KindId;
use sim_core::scenario::{AssocLimits, Limits, TresCounts};

use crate::scene::{limited, told};

fn tres(text: &str) -> TresCounts {
    text.parse().unwrap()
}

/// What is told of the second job ten minutes in, under limits of the QOS.
fn of_qos(limits: Limits) -> String {
    told(&limited(limits), 1, 10)
}

#[test]
fn qos_grptres_of_cpus() {
    let told = of_qos(Limits {
        grp_tres: tres("cpu=5"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal hold 4 CPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the CPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 4 + 2 > 5 cpu
        (QOSGrpCpuLimit)
    "#]].assert_eq(&told);
}

#[test]
fn qos_grptres_of_nodes() {
    let told = of_qos(Limits {
        grp_tres: tres("node=1"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal hold 1 node, it asks for 1 more, and 1 is the most they may hold at once.
        It can go on if 1 of the nodes they hold is given back.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 1 + 1 > 1 node
        (QOSGrpNodeLimit)
    "#]].assert_eq(&told);
}

#[test]
fn qos_grptres_of_billing() {
    let told = of_qos(Limits {
        grp_tres: tres("billing=5"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal hold a billing of 4, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the billing they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 4 + 2 > 5 billing
        (QOSGrpBilling)
    "#]].assert_eq(&told);
}

#[test]
fn qos_grptresmins_of_cpus() {
    let told = of_qos(Limits {
        grp_tres_mins: tres("cpu=500"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal have used or may still use 8.0 CPU-hours of a budget of 8.3 CPU-hours, and it would add 6 CPU-hours.
        It can go on if 5.7 CPU-hours of that fade or are given back, or if it asks for a time limit of at most 10 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 479 + 360 > 500 cpu-minutes
        (QOSGrpCPUMinutesLimit)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresperjob_of_cpus() {
    let told = of_qos(Limits {
        max_tres_pj: tres("cpu=1"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 2 CPUs, and QOS normal gives one job 1 CPU at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 2 > 1 cpu
        (QOSMaxCpuPerJobLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_maxtresperuser_of_one_type() {
    let mut world = limited(Limits {
        max_tres_pu: tres("gres/gpu:a100=5"),
        ..Limits::default()
    });
    world.scenario.cluster.nodes[0].gpu = "a100".into();
    world.jobs[1].request.kind = Some(KindId(0));
    expect![[r#"
        Job 1 waits because its owner's jobs of QOS normal hold 4 a100 GPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the a100 GPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for one person: 4 + 2 > 5 gres/gpu:a100
        (QOSMaxGRESPerUser)
    "#]].assert_eq(&told(&world, 1, 10));
}

#[test]
fn association_grptresrunmins_of_an_account() {
    let mut world = limited(Limits::default());
    world.scenario.policy.associations.each_account = AssocLimits {
        grp_tres_run_mins: tres("gres/gpu=600"),
        ..AssocLimits::default()
    };
    expect![[r#"
        Job 1 waits because jobs of account 1 that run may still use 7.3 GPU-hours within their time limits, it would add 6 GPU-hours, and 10 GPU-hours are the most for all of them.
        It can go on if running jobs end or get on by 3.3 GPU-hours, or if it asks for a time limit of at most 1 h 20 min.
        Backfill plans nothing for a job that a rule holds.
        account 1: 440 + 360 > 600 gres/gpu-minutes
        (AssocGrpGRESRunMinutes)
    "#]].assert_eq(&told(&world, 1, 10));
}
