//! Decay and charging by the vectors of `docs/slurm.md`, *Usage worked out*.

use super::*;
use crate::ids::{AccountId, UserId};
use crate::scenario::{FairShare, Persona, QosSpec, TresCounts, TresName};
use crate::workload::Person;

fn usage(policy: &Policy) -> Usage {
    let person = Person {
        persona: Persona::Trainer,
        account: AccountId(1),
    };
    let tree = Tree::new(policy, &[person], 1);
    assert_eq!(tree.leaf(UserId(0), AccountId(1)), LEAF);
    Usage::new(policy, &tree, &TresTable::new([]))
}

/// Root, its user, one account, one person.
const LEAF: AssocId = AssocId(3);
const ACCOUNT: AssocId = AssocId(2);
const NORMAL: QosId = QosId(0);

fn half_life(days: u32) -> Policy {
    let mut policy = Policy::default();
    policy.priority.half_life = Some(Span::days(days));
    policy
}

/// GrpTRESMins somewhere, so that seconds by resource are written down.
fn with_budget(policy: &mut Policy) {
    policy.qos[0].limits.grp_tres_mins.set(TresName::Cpu, 1_000);
}

fn charge(billing: f64) -> Charge<'static> {
    Charge {
        assoc: LEAF,
        qos: NORMAL,
        partition_qos: None,
        billing,
        usage_factor: 1.0,
        tres: &[(TresIx::CPU, 4)],
    }
}

fn close(ours: f64, expected: f64) {
    assert!((ours - expected).abs() < 1e-6, "{ours}, not {expected}");
}

#[test]
fn decay_is_not_the_exact_half_life() {
    let mut policy = half_life(7);
    let mut u = usage(&policy);
    assert!((u.decay_per_second - 0.999_998_854_166_666_7).abs() < 1e-15);
    assert!((u.fade(Span::secs(300)) - 0.999_656_308_878_391_4).abs() < 1e-15);
    assert!((u.fade(Span::days(7)) - 0.500_073_40).abs() < 1e-8);
    policy = half_life(1);
    let mut u = usage(&policy);
    assert!((u.decay_per_second - 0.999_991_979_166_666_7).abs() < 1e-15);
    assert!((u.fade(Span::secs(60)) - 0.999_518_863_853_115_1).abs() < 1e-15);
    assert!((u.fade(Span::days(1)) - 0.500_072_21).abs() < 1e-8);
}

#[test]
fn charging_and_decay_follow_the_vectors_of_a_seven_day_half_life() {
    // 8 billing units through four ticks of 300 s, then an idle tick.
    let mut u = usage(&half_life(7));
    for (tick, expected) in [2399.175141, 4797.525707, 7195.051982, 9591.754248]
        .into_iter()
        .enumerate()
    {
        u.decay(Time(300 * (tick as u32 + 1)));
        u.charge(&charge(8.0), Span::secs(300));
        close(u.raw(LEAF), expected);
    }
    u.decay(Time(1500));
    for at in [LEAF, ACCOUNT, Tree::ROOT] {
        close(u.raw(at), 9588.457647);
    }
    assert_eq!(u.raw(Tree::ROOT_USER), 0.0);
}

#[test]
fn a_job_that_ends_between_ticks_is_charged_at_once() {
    let mut u = usage(&half_life(7));
    u.decay(Time(300));
    u.charge(&charge(8.0), Span::secs(100));
    close(u.raw(LEAF), 799.908339);
    u.charge(&charge(8.0), Span::secs(150));
    close(u.raw(LEAF), 1999.702106);
    u.decay(Time(600));
    close(u.raw(LEAF), 1999.014826);
}

#[test]
fn a_job_that_runs_for_ever_reaches_a_steady_state() {
    let mut u = usage(&half_life(7));
    for tick in 1..=200_000 {
        u.decay(Time(300 * tick));
        u.charge(&charge(1.0), Span::secs(300));
    }
    assert!((u.raw(LEAF) - 872_576.78).abs() < 0.01, "{}", u.raw(LEAF));
}

#[test]
fn fractional_billing_and_wall_time_follow_the_observed_ledgers() {
    // Half-life one day, a tick every minute, started 32 s before one.
    let mut policy = half_life(1);
    with_budget(&mut policy);
    let mut u = usage(&policy);
    u.decay(Time(60));
    u.charge(&charge(17.024_414_062_5), Span::secs(32));
    close(u.raw(LEAF), 544.641440);
    close(u.wall_seconds(LEAF), 31.991788);
    assert_eq!(u.tres_seconds(LEAF, TresIx::CPU), 4.0 * u.wall_seconds(LEAF));
    u.decay(Time(120));
    let old = u.raw(LEAF);
    u.charge(&charge(17.024_414_062_5), Span::secs(60));
    close(u.raw(LEAF) - old, 1020.973380);
    close(u.raw(LEAF), 1565.352774);
}

#[test]
fn a_qos_without_decay_keeps_its_usage() {
    let mut policy = half_life(1);
    with_budget(&mut policy);
    policy.qos.push(QosSpec {
        name: String::from("keep"),
        no_decay: true,
        ..QosSpec::default()
    });
    let mut u = usage(&policy);
    let keep = QosId(1);
    let both = Charge {
        partition_qos: Some(keep),
        ..charge(2.0)
    };
    u.decay(Time(60));
    u.charge(&both, Span::secs(60));
    u.decay(Time(86_460));
    assert_eq!(u.raw_of_qos(keep), 120.0);
    assert_eq!(u.tres_seconds_of_qos(keep, TresIx::CPU), 240.0);
    assert_eq!(u.wall_seconds_of_qos(keep), 60.0);
    assert!(u.raw_of_qos(NORMAL) < 61.0 && u.raw_of_qos(NORMAL) > 59.0);
    let same = Charge {
        partition_qos: Some(keep),
        qos: keep,
        ..charge(2.0)
    };
    u.charge(&same, Span::secs(60));
    assert_eq!(u.raw_of_qos(keep), 240.0, "once, if both are the same");
}

#[test]
fn the_usage_factor_scales_everything_that_is_written_down() {
    let mut policy = half_life(1);
    policy.priority.half_life = None;
    with_budget(&mut policy);
    let mut u = usage(&policy);
    let half = Charge {
        usage_factor: 0.5,
        ..charge(8.0)
    };
    u.charge(&half, Span::secs(100));
    assert_eq!((u.raw(ACCOUNT), u.wall_seconds(ACCOUNT)), (400.0, 50.0));
    assert_eq!(u.tres_seconds_of_qos(NORMAL, TresIx::CPU), 200.0);
    let free = Charge {
        usage_factor: 0.0,
        ..charge(8.0)
    };
    u.charge(&free, Span::secs(100));
    assert_eq!(u.raw(LEAF), 400.0);
}

#[test]
fn without_a_budget_nothing_is_written_down_by_resource() {
    let mut u = usage(&half_life(7));
    u.charge(&charge(8.0), Span::secs(100));
    assert_eq!(u.tres_seconds(LEAF, TresIx::CPU), 0.0);
    assert_eq!(u.wall_seconds_of_qos(NORMAL), 0.0);
    let mut policy = half_life(7);
    policy.associations.each_user.grp_tres_mins = TresCounts::gpus(100);
    assert_eq!(usage(&policy).budgets, Budgets::Kept);
}

/// Seconds of CPUs and of wall time, each of the association and of the QOS.
fn by_resource(u: &Usage) -> [f64; 4] {
    [
        u.tres_seconds(LEAF, TresIx::CPU),
        u.tres_seconds_of_qos(NORMAL, TresIx::CPU),
        u.wall_seconds(LEAF),
        u.wall_seconds_of_qos(NORMAL),
    ]
}

#[test]
fn usage_is_forgotten_at_the_first_tick_after_the_boundary() {
    for (reset, days) in [
        (UsageReset::Daily, 1),
        (UsageReset::Weekly, 6),
        (UsageReset::Monthly, 30),
        (UsageReset::Quarterly, 91),
        (UsageReset::Yearly, 365),
    ] {
        let mut policy = half_life(7);
        policy.priority.half_life = None;
        policy.priority.usage_reset = reset;
        with_budget(&mut policy);
        let mut u = usage(&policy);
        u.charge(&charge(1.0), Span::secs(100));
        let boundary = Time::ZERO + Span::days(days);
        u.decay(boundary - Span::secs(1));
        assert_eq!(u.raw(LEAF), 100.0, "{reset:?}");
        assert_eq!(by_resource(&u), [400.0, 400.0, 100.0, 100.0], "{reset:?}");
        u.decay(boundary + Span::secs(40));
        assert_eq!((u.raw(LEAF), u.raw_of_qos(NORMAL)), (0.0, 0.0), "{reset:?}");
        assert_eq!(by_resource(&u), [0.0; 4], "{reset:?}");
        u.charge(&charge(1.0), Span::secs(100));
        u.decay(boundary + Span::secs(100));
        assert_eq!(u.raw(LEAF), 100.0, "once only, {reset:?}");
    }
    // The second Sunday.
    assert_eq!(
        next_reset(UsageReset::Weekly, Time::ZERO + Span::days(6)),
        Some(Time::ZERO + Span::days(13))
    );
}

#[test]
fn classic_usage_of_accounts_is_seen_one_tick_late() {
    let mut policy = half_life(7);
    policy.priority.half_life = None;
    policy.priority.fairshare = FairShare::Classic;
    let mut u = usage(&policy);
    u.decay(Time(300));
    u.charge(&charge(1.0), Span::secs(300));
    u.rank();
    assert_eq!(u.effective(ACCOUNT), 0.0);
    u.decay(Time(600));
    u.rank();
    assert_eq!(u.effective(ACCOUNT), 1.0);
}
