//! Who gains age while they wait, and who is too low in rank to keep anything from others.

use expect_test::{Expect, expect};
use sim_core::engine::{Passes, Run};
use sim_core::ids::JobId;
use sim_core::metrics::Detail;
use sim_core::scenario::{Backfill, Policy};
use sim_core::units::Time;
use tests::story::read;

/// A story under rules that its lines have no words for.
fn check_with(text: &str, rule: impl Fn(&mut Policy), expected: Expect) {
    let mut story = read(text);
    rule(&mut story.world.scenario.policy);
    expected.assert_eq(&story.told());
}

const BLOCKED: &str = "
    cluster   1 nodes x 4 gpus
    backfill  off
    priority  qos 1000
    qos       high    priority 10
    qos       normal  priority 5     # 500
    qos       tiny    priority 1     # 100
    a  at 0s  gpus 3  limit 1h   qos normal
    b  at 0s  gpus 2  limit 1h   qos normal
    c  at 0s  gpus 1  limit 10m  qos tiny";

#[test]
fn a_blocked_job_below_min_prio_threshold_shuts_nothing() {
    let threshold = |least| move |policy: &mut Policy| policy.qos[1].limits.min_prio_threshold = least;
    let shut = expect![[r#"
        00:00:00  a starts on 0
        00:00:00  b waits: Resources
        00:00:00  c waits: Priority
        01:00:00  a ends
        01:00:00  b, c starts on 0
        01:10:00  c ends
        02:00:00  b ends
    "#]];
    check_with(BLOCKED, threshold(Some(500)), shut);
    let open = expect![[r#"
        00:00:00  a, c starts on 0
        00:00:00  b waits: Resources
        00:10:00  c ends
        01:00:00  a ends
        01:00:00  b starts on 0
        02:00:00  b ends
    "#]];
    check_with(BLOCKED, threshold(Some(501)), open);
}

#[test]
fn min_prio_threshold_stands_in_for_bf_min_prio_reserve() {
    // Without a promise `small` would keep `wide` from the second node for a day.
    let text = "
        cluster   2 nodes x 1 gpus
        priority  qos 1000
        qos       high    priority 20
        qos       normal  priority 1     # 50
        first  at 0s   gpus 1    limit 1h  qos normal
        wide   at 1m   gpus 2x1  limit 1h  qos normal
        small  at 2m   gpus 1    limit 1d  qos normal";
    let rules = |threshold| {
        move |policy: &mut Policy| {
            if let Backfill::Slurm(slurm) = &mut policy.backfill {
                slurm.min_prio_reserve = 100;
            }
            policy.qos[1].limits.min_prio_threshold = threshold;
        }
    };
    let overtaken = expect![[r#"
        00:00:00  first starts on 0
        00:01:00  wide waits: Resources
        00:02:00  small starts on 1
        01:00:00  first ends
        1-00:02:00  small ends
        1-00:02:00  wide starts on 0,1
        1-01:02:00  wide ends
    "#]];
    check_with(text, rules(None), overtaken);
    let promised = expect![[r#"
        00:00:00  first starts on 0
        00:01:00  wide waits: Resources
        00:02:00  small waits: Priority
        01:00:00  first ends
        01:00:00  wide starts on 0,1
        01:00:00  small waits: Resources
        02:00:00  wide ends
        02:00:00  small starts on 0
        1-02:00:00  small ends
    "#]];
    check_with(text, rules(Some(10)), promised);
}

const QUEUE: &str = "
    cluster  1 nodes x 1 gpus
    now    at 0m  gpus 1  limit 2h  user ann
    next   at 1m  gpus 1  limit 1h  user ann
    last   at 2m  gpus 1  limit 1h  user ann
    other  at 3m  gpus 1  limit 1h  user bob";

/// Since when each job of [`QUEUE`] gains age, after three minutes and after two hours.
fn ages(rule: impl Fn(&mut Policy)) -> [Vec<Option<u32>>; 2] {
    let mut story = read(QUEUE);
    rule(&mut story.world.scenario.policy);
    let mut run: Run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    [Time(180), Time(7_200)].map(|at| {
        while run.step(at) {}
        let jobs = &run.cluster().jobs;
        (1..4)
            .map(|id| jobs[JobId(id)].accrues.map(|since| since.0))
            .collect()
    })
}

#[test]
fn without_a_limit_everybody_gains_age_from_the_moment_they_are_eligible() {
    let all = vec![Some(60), Some(120), Some(180)];
    assert_eq!(ages(|_| {}), [all.clone(), all]);
}

#[test]
fn a_person_gains_age_for_so_many_jobs_and_for_the_next_when_one_has_started() {
    let by_qos = |policy: &mut Policy| policy.qos[0].limits.max_jobs_accrue_pu = Some(1);
    let by_association = |policy: &mut Policy| policy.associations.each_user.max_jobs_accrue = Some(1);
    let expected = [
        vec![Some(60), None, Some(180)],
        vec![Some(60), Some(7_200), Some(180)],
    ];
    assert_eq!(ages(by_qos), expected);
    assert_eq!(ages(by_association), expected);
}

#[test]
fn a_group_gains_age_for_so_many_jobs_in_the_order_in_which_they_came() {
    let by_qos = |policy: &mut Policy| policy.qos[0].limits.grp_jobs_accrue = Some(1);
    let by_account = |policy: &mut Policy| policy.associations.each_account.grp_jobs_accrue = Some(1);
    let expected = [vec![Some(60), None, None], vec![Some(60), Some(7_200), None]];
    assert_eq!(ages(by_qos), expected);
    assert_eq!(ages(by_account), expected);
    // What a QOS limits, no association does.
    let both = |policy: &mut Policy| {
        policy.qos[0].limits.grp_jobs_accrue = Some(5);
        by_account(policy);
    };
    assert_eq!(ages(both), ages(|_| {}));
}

#[test]
fn with_accrue_always_age_counts_from_submission() {
    let mut story = read(
        "
        cluster  1 nodes x 1 gpus
        a  at 0m  gpus 1  limit 2h
        b  at 1m  gpus 1  limit 1h",
    );
    story.world.jobs[1].begin = Some(Time(600));
    let since = |story: &tests::story::Story| {
        let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
        while run.step(Time(700)) {}
        run.cluster().jobs[JobId(1)].accrues
    };
    assert_eq!(since(&story), Some(Time(600)));
    story.world.scenario.policy.priority.accrue_always = true;
    assert_eq!(since(&story), Some(Time(60)));
}
