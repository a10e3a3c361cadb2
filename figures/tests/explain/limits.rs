//! A job held by each family of limits: of a QOS, and of an association.

use expect_test::expect;
use sim_core::scenario::{AssocLimits, Limits, TresCounts};
use sim_core::units::Span;

use crate::scene::{limited, told};

fn tres(text: &str) -> TresCounts {
    text.parse().unwrap()
}

/// What is told of the second job ten minutes in, under limits of the QOS.
fn of_qos(limits: Limits) -> String {
    told(&limited(limits), 1, 10)
}

/// The same under limits of every account below root, and of every person.
fn of_associations(each_account: AssocLimits, each_user: AssocLimits) -> String {
    let mut world = limited(Limits::default());
    world.scenario.policy.associations.each_account = each_account;
    world.scenario.policy.associations.each_user = each_user;
    told(&world, 1, 10)
}

#[test]
fn qos_maxtresperuser() {
    let told = of_qos(Limits {
        max_tres_pu: tres("gres/gpu=5"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because its owner's jobs of QOS normal hold 4 GPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the GPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for one person: 4 + 2 > 5 gres/gpu
        (QOSMaxGRESPerUser)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresperuser_of_cpus() {
    let told = of_qos(Limits {
        max_tres_pu: tres("cpu=5"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because its owner's jobs of QOS normal hold 4 CPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the CPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for one person: 4 + 2 > 5 cpu
        (QOSMaxCpuPerUserLimit)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresperuser_of_nodes() {
    let told = of_qos(Limits {
        max_tres_pu: tres("node=1"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because its owner's jobs of QOS normal hold 1 node, it asks for 1 more, and 1 is the most they may hold at once.
        It can go on if 1 of the nodes they hold is given back.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for one person: 1 + 1 > 1 node
        (QOSMaxNodePerUserLimit)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresperaccount() {
    let told = of_qos(Limits {
        max_tres_pa: tres("gres/gpu=4"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of account 1 in QOS normal hold 4 GPUs, it asks for 2 more, and 4 is the most they may hold at once.
        It can go on if 2 of the GPUs they hold are given back.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for account 1: 4 + 2 > 4 gres/gpu
        (MaxGRESPerAccount)
    "#]].assert_eq(&told);
}

#[test]
fn qos_grptres() {
    let told = of_qos(Limits {
        grp_tres: tres("gres/gpu=5"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal hold 4 GPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the GPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 4 + 2 > 5 gres/gpu
        (QOSGrpGRES)
    "#]].assert_eq(&told);
}

#[test]
fn qos_grptres_more_than_ever() {
    let told = of_qos(Limits {
        grp_tres: tres("gres/gpu=1"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 2 GPUs, and jobs of QOS normal may hold 1 GPU at most at once.
        As it is, it can never start. It can go on if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 2 > 1 gres/gpu
        (QOSGrpGRES)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_grptresrunmins() {
    let told = of_qos(Limits {
        grp_tres_run_mins: tres("gres/gpu=600"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal that run may still use 7.3 GPU-hours within their time limits, it would add 6 GPU-hours, and 10 GPU-hours are the most for all of them.
        It can go on if running jobs end or get on by 3.3 GPU-hours, or if it asks for a time limit of at most 1 h 20 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 440 + 360 > 600 gres/gpu-minutes
        (QOSGrpGRESRunMinutes)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresrunminsperuser() {
    let told = of_qos(Limits {
        max_tres_run_mins_pu: tres("gres/gpu=540"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because its owner's jobs of QOS normal that run may still use 7.3 GPU-hours within their time limits, it would add 6 GPU-hours, and 9 GPU-hours are the most for all of them.
        It can go on if running jobs end or get on by 4.3 GPU-hours, or if it asks for a time limit of at most 50 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for one person: 440 + 360 > 540 gres/gpu-minutes
        (MaxGRESRunMinsPerUser)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresrunminsperaccount() {
    let told = of_qos(Limits {
        max_tres_run_mins_pa: tres("gres/gpu=545"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of account 1 in QOS normal that run may still use 7.3 GPU-hours within their time limits, it would add 6 GPU-hours, and 9.1 GPU-hours are the most for all of them.
        It can go on if running jobs end or get on by 4.3 GPU-hours, or if it asks for a time limit of at most 52 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for account 1: 440 + 360 > 545 gres/gpu-minutes
        (MaxGRESRunMinsPerAccount)
    "#]].assert_eq(&told);
}

#[test]
fn qos_grptresmins() {
    let told = of_qos(Limits {
        grp_tres_mins: tres("gres/gpu=500"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal have used or may still use 8.0 GPU-hours of a budget of 8.3 GPU-hours, and it would add 6 GPU-hours.
        It can go on if 5.7 GPU-hours of that fade or are given back, or if it asks for a time limit of at most 10 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 479 + 360 > 500 gres/gpu-minutes
        (QOSGrpGRESMinutes)
    "#]].assert_eq(&told);
}

#[test]
fn qos_maxtresperjob() {
    let told = of_qos(Limits {
        max_tres_pj: tres("gres/gpu=1"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 2 GPUs, and QOS normal gives one job 1 GPU at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 2 > 1 gres/gpu
        (QOSMaxGRESPerJob)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_maxtrespernode() {
    let told = of_qos(Limits {
        max_tres_pn: tres("gres/gpu=1"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 2 GPUs on a node, and QOS normal gives one job 1 GPU there at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 2 > 1 gres/gpu
        (QOSMaxGRESPerNode)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_maxtresminsperjob() {
    let told = of_qos(Limits {
        max_tres_mins_pj: tres("gres/gpu=300"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 6 GPU-hours (what it holds, times its time limit), and QOS normal gives one job 5 GPU-hours at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU, or if it asks for a time limit of at most 2 h 30 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 360 > 300 gres/gpu-minutes
        (QOSMaxGRESMinutesPerJob)
    "#]].assert_eq(&told);
}

#[test]
fn qos_mintresperjob() {
    let told = of_qos(Limits {
        min_tres_pj: tres("gres/gpu=3"),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 2 GPUs, and QOS normal wants a job to ask for 3 GPUs at least.
        As it is, it can never start. It can go on if it asks for at least 3 GPUs.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 2 < 3 gres/gpu
        (QOSMinGRES)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_grpjobs() {
    let told = of_qos(Limits {
        grp_jobs: Some(1),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because 1 job of QOS normal runs already, and no more than 1 may at once.
        It can go on if one of those jobs ends.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 1 + 1 > 1 jobs
        (QOSGrpJobsLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_maxjobsperuser() {
    let told = of_qos(Limits {
        max_jobs_pu: Some(1),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because 1 of its owner's jobs of QOS normal runs already, and no more than 1 may at once.
        It can go on if one of those jobs ends.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for one person: 1 + 1 > 1 jobs
        (QOSMaxJobsPerUserLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_maxjobsperaccount() {
    let told = of_qos(Limits {
        max_jobs_pa: Some(1),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because 1 job of account 1 in QOS normal runs already, and no more than 1 may at once.
        It can go on if one of those jobs ends.
        Backfill plans nothing for a job that a rule holds.
        QOS normal, for account 1: 1 + 1 > 1 jobs
        (MaxJobsPerAccount)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_grpwall() {
    let told = of_qos(Limits {
        grp_wall: Some(Span::hours(2)),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because jobs of QOS normal have run for 9 min of a budget of 2 h, and it would add 3 h.
        As it is, it can never start. It can go on if it asks for a time limit of at most 1 h 51 min.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 9 + 180 > 120 minutes
        (QOSGrpWallLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn qos_maxwall() {
    let told = of_qos(Limits {
        max_wall: Some(Span::hours(2)),
        ..Limits::default()
    });
    expect![[r#"
        Job 1 waits because it asks for 3 h, and QOS normal lets a job run for 2 h at most.
        As it is, it can never start. It can go on if it asks for a time limit of at most 2 h.
        Backfill plans nothing for a job that a rule holds.
        QOS normal: 180 > 120 minutes
        (QOSMaxWallDurationPerJobLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn association_grptres_of_everybody_s_account() {
    let told = of_associations(
        AssocLimits {
            grp_tres: tres("gres/gpu=5"),
            ..AssocLimits::default()
        },
        AssocLimits::default(),
    );
    expect![[r#"
        Job 1 waits because jobs of account 1 hold 4 GPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the GPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        account 1: 4 + 2 > 5 gres/gpu
        (AssocGrpGRES)
    "#]].assert_eq(&told);
}

#[test]
fn association_grptres_of_a_person() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            grp_tres: tres("gres/gpu=5"),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because its owner's jobs of account 1 hold 4 GPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the GPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 4 + 2 > 5 gres/gpu
        (AssocGrpGRES)
    "#]].assert_eq(&told);
}

#[test]
fn association_grptresrunmins_of_a_person() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            grp_tres_run_mins: tres("gres/gpu=600"),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because its owner's jobs of account 1 that run may still use 7.3 GPU-hours within their time limits, it would add 6 GPU-hours, and 10 GPU-hours are the most for all of them.
        It can go on if running jobs end or get on by 3.3 GPU-hours, or if it asks for a time limit of at most 1 h 20 min.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 440 + 360 > 600 gres/gpu-minutes
        (AssocGrpGRESRunMinutes)
    "#]].assert_eq(&told);
}

#[test]
fn association_grptresmins_of_an_account() {
    let told = of_associations(
        AssocLimits {
            grp_tres_mins: tres("gres/gpu=500"),
            ..AssocLimits::default()
        },
        AssocLimits::default(),
    );
    expect![[r#"
        Job 1 waits because jobs of account 1 have used or may still use 8.0 GPU-hours of a budget of 8.3 GPU-hours, and it would add 6 GPU-hours.
        It can go on if 5.7 GPU-hours of that fade or are given back, or if it asks for a time limit of at most 10 min.
        Backfill plans nothing for a job that a rule holds.
        account 1: 479 + 360 > 500 gres/gpu-minutes
        (AssocGrpGRESMinutes)
    "#]].assert_eq(&told);
}

#[test]
fn association_maxtres() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            max_tres: tres("gres/gpu=1"),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because it asks for 2 GPUs, and account 1 gives one job 1 GPU at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 2 > 1 gres/gpu
        (AssocMaxGRESPerJob)
    "#]]
    .assert_eq(&told);
}

#[test]
fn association_maxtrespernode() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            max_tres_pn: tres("gres/gpu=1"),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because it asks for 2 GPUs on a node, and account 1 gives one job 1 GPU there at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 2 > 1 gres/gpu
        (AssocMaxGRESPerNode)
    "#]]
    .assert_eq(&told);
}

#[test]
fn association_maxtresmins() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            max_tres_mins: tres("gres/gpu=300"),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because it asks for 6 GPU-hours (what it holds, times its time limit), and account 1 gives one job 5 GPU-hours at most.
        As it is, it can never start. It can go on if it asks for at most 1 GPU, or if it asks for a time limit of at most 2 h 30 min.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 360 > 300 gres/gpu-minutes
        (AssocMaxGRESMinutesPerJob)
    "#]].assert_eq(&told);
}

#[test]
fn association_grpjobs_of_an_account() {
    let told = of_associations(
        AssocLimits {
            grp_jobs: Some(1),
            ..AssocLimits::default()
        },
        AssocLimits::default(),
    );
    expect![[r#"
        Job 1 waits because 1 job of account 1 runs already, and no more than 1 may at once.
        It can go on if one of those jobs ends.
        Backfill plans nothing for a job that a rule holds.
        account 1: 1 + 1 > 1 jobs
        (AssocGrpJobsLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn association_maxjobs() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            max_jobs: Some(1),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because 1 of its owner's jobs of account 1 runs already, and no more than 1 may at once.
        It can go on if one of those jobs ends.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 1 + 1 > 1 jobs
        (AssocMaxJobsLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn association_grpwall_of_an_account() {
    let told = of_associations(
        AssocLimits {
            grp_wall: Some(Span::hours(2)),
            ..AssocLimits::default()
        },
        AssocLimits::default(),
    );
    expect![[r#"
        Job 1 waits because jobs of account 1 have run for 9 min of a budget of 2 h, and it would add 3 h.
        As it is, it can never start. It can go on if it asks for a time limit of at most 1 h 51 min.
        Backfill plans nothing for a job that a rule holds.
        account 1: 9 + 180 > 120 minutes
        (AssocGrpWallLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn association_maxwall() {
    let told = of_associations(
        AssocLimits::default(),
        AssocLimits {
            max_wall: Some(Span::hours(2)),
            ..AssocLimits::default()
        },
    );
    expect![[r#"
        Job 1 waits because it asks for 3 h, and account 1 lets a job run for 2 h at most.
        As it is, it can never start. It can go on if it asks for a time limit of at most 2 h.
        Backfill plans nothing for a job that a rule holds.
        the owner in account 1: 180 > 120 minutes
        (AssocMaxWallDurationPerJobLimit)
    "#]]
    .assert_eq(&told);
}

#[test]
fn a_limit_on_root_counts_the_jobs_of_everybody() {
    let mut world = limited(Limits::default());
    world.scenario.policy.associations.root.grp_tres = 5.into();
    expect![[r#"
        Job 1 waits because jobs of everybody hold 4 GPUs, it asks for 2 more, and 5 is the most they may hold at once.
        It can go on if 1 of the GPUs they hold is given back, or if it asks for at most 1 GPU.
        Backfill plans nothing for a job that a rule holds.
        account root: 4 + 2 > 5 gres/gpu
        (AssocGrpGRES)
    "#]]
    .assert_eq(&told(&world, 1, 10));
}
