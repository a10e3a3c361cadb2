//! The table of precedence and the worked example of run-minutes (`docs/slurm.md`, *Which limit counts* and
//! *Run-minutes worked out*), row by row.

use sim_core::engine::Passes;
use sim_core::ids::{AccountId, JobId, UserId};
use sim_core::metrics::Detail;
use sim_core::scenario::{AccountSpec, AssocLimits, Scenario, TresCounts, UserSpec};
use sim_core::units::{Span, Time};
use tests::story::read;

#[test]
fn run_minutes_of_the_worked_example() {
    // L = 7200 GPU-minutes; so many start at once.
    for (gpus, minutes, at_once) in [(1, 7_200, 1), (1, 240, 30), (4, 1_800, 1), (1, 1_440, 5)] {
        let mut story = read(&format!(
            "
            cluster  10 nodes x 8 gpus
            qos normal group-run-minutes 7200
            j*40  at 0m  gpus {gpus}  limit {minutes}m
            until 5m
            "
        ));
        story.world.scenario.policy.priority.calc_period = Span::mins(5);
        let started = story
            .told()
            .lines()
            .filter(|line| line.contains("starts on"))
            .count();
        let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
        while run.advance(1) < 1.0 {}
        assert_eq!(
            run.cluster().running.len(),
            at_once,
            "{gpus} x {minutes} ({started} lines)"
        );
    }
}

#[test]
fn an_endless_queue_of_four_hour_jobs_swings_around_twice_the_limit_over_their_length() {
    let mut story = read(
        "
        cluster  20 nodes x 8 gpus
        qos normal group-run-minutes 7200
        j*1200  at 0m  gpus 1  limit 240m
        until 2d
        ",
    );
    story.world.scenario.policy.priority.calc_period = Span::mins(5);
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    let (mut at, mut seen, mut sum, mut since) = (0, Vec::new(), 0u64, Time::ZERO);
    let day = Time::ZERO + Span::days(1);
    let marks = [1, 60, 120, 180, 235].map(|minutes| Time::ZERO + Span::mins(minutes));
    let mut running = 0;
    while run.advance(1) < 1.0 {
        let now = run.now();
        while at < marks.len() && marks[at] < now {
            seen.push(running);
            at += 1;
        }
        if now > day {
            sum += running as u64 * u64::from(now.since(since.max(day)).0);
        }
        since = now;
        running = run.cluster().running.len();
    }
    // 30 at once, then 38, 48, 62, 78 as the ledger falls tick by tick; on average a little below 2 L / T = 60.
    assert_eq!(seen, [30, 38, 48, 62, 78]);
    let end = day + Span::days(1);
    sum += running as u64 * u64::from(end.since(since).0);
    let mean = sum as f64 / 86_400.0;
    assert!((mean - 57.8).abs() < 0.1, "{mean}");
}

/// How many of twelve jobs with one GPU each run at once under these rules.
fn at_once(change: impl FnOnce(&mut Scenario)) -> usize {
    running(
        "
        people ann 2
        j*12  at 0m  gpus 1  limit 1h  user ann
        ",
        change,
    )
    .len()
}

/// How many of eight such jobs of each of two persons run at once.
fn at_once_of_two(change: impl FnOnce(&mut Scenario)) -> [usize; 2] {
    let owners = running(
        "
        people ann 1 bob 2
        a*8  at 0m  gpus 1  limit 1h  user ann
        b*8  at 1m  gpus 1  limit 1h  user bob
        ",
        change,
    );
    [0, 1].map(|user| owners.iter().filter(|owner| owner.0 == user).count())
}

/// Whose jobs run after ten minutes.
fn running(jobs: &str, change: impl FnOnce(&mut Scenario)) -> Vec<UserId> {
    let mut story = read(&format!(
        "
        cluster  2 nodes x 8 gpus
        qos own
        qos part
        partition all qos part
        until 10m
        {jobs}
        "
    ));
    change(&mut story.world.scenario);
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    while run.advance(1) < 1.0 {}
    let cluster = run.cluster();
    let owner = |&(_, id): &(_, JobId)| cluster.jobs[id].request.user;
    cluster.running.iter().map(owner).collect()
}

#[test]
fn the_table_of_precedence() {
    // Row by row.
    let gpus = |n: u32| TresCounts::gpus(n);
    let row = at_once(|s| {
        s.policy.associations.each_user.grp_tres = gpus(2);
        s.policy.qos[0].limits.grp_tres = gpus(4);
    });
    assert_eq!(row, 4, "the QOS instead of the association");
    let row = at_once(|s| {
        s.policy.associations.each_user.grp_tres = gpus(2);
        s.policy.qos[0].limits.max_tres_pu = gpus(4);
    });
    assert_eq!(row, 2, "different kinds both apply");
    for (over, expected) in [(false, 6), (true, 2)] {
        let row = at_once(|s| {
            s.policy.qos[1].limits.grp_tres = gpus(6);
            s.policy.qos[0].limits.grp_tres = gpus(2);
            s.policy.qos[0].over_part_qos = over;
        });
        assert_eq!(row, expected, "the partition's QOS first, unless OverPartQOS");
    }
    let row = at_once(|s| {
        s.policy.qos[1].limits.grp_tres = gpus(6);
        s.policy.qos[0].limits.max_tres_pu = gpus(3);
    });
    assert_eq!(row, 3, "different kinds of both QOS apply");
    let row = at_once(|s| {
        let account = |name: &str, parent: Option<&str>, most: u32| AccountSpec {
            name: name.to_owned(),
            parent: parent.map(str::to_owned),
            limits: AssocLimits {
                grp_tres: TresCounts::gpus(most),
                ..AssocLimits::default()
            },
            ..AccountSpec::default()
        };
        s.policy.associations.accounts = vec![account("above", None, 8), account("below", Some("above"), 4)];
        s.policy.associations.each_user.grp_tres = gpus(2);
    });
    assert_eq!(row, 2, "every level is tested, and the tightest wins");
    let row = at_once(|s| {
        s.policy.associations.each_user.max_jobs = Some(1);
        s.policy.qos[0].limits.max_jobs_pu = Some(5);
    });
    assert_eq!(row, 5, "MaxJobs of the association gives way to the QOS");
}

#[test]
fn a_limit_of_a_qos_is_one_for_all_its_users_and_takes_the_place_of_each_association_s() {
    let each = at_once_of_two(|s| {
        s.policy.associations.each_user.grp_tres = TresCounts::gpus(2);
        s.policy.qos[0].limits.grp_tres = TresCounts::gpus(4);
    });
    assert_eq!(each, [4, 0]);
    let each = at_once_of_two(|s| {
        s.policy.associations.each_user.grp_tres = TresCounts::gpus(2);
        s.policy.associations.users.push(UserSpec {
            person: 0,
            limits: AssocLimits {
                grp_jobs: Some(3),
                ..AssocLimits::default()
            },
            ..UserSpec::default()
        });
        s.policy.qos[0].limits.grp_tres = TresCounts::gpus(4);
    });
    assert_eq!(
        each,
        [3, 1],
        "above what an association may hold, and together four"
    );
}

#[test]
fn limits_of_different_kinds_bind_one_after_the_other() {
    let each = at_once_of_two(|s| {
        s.policy.qos[1].limits.grp_tres = TresCounts::gpus(6);
        s.policy.qos[0].limits.max_tres_pu = TresCounts::gpus(4);
    });
    assert_eq!(each, [4, 2]);
}

/// How many of four jobs of one person in each of three accounts below another run at once, one account after the other.
fn at_once_in_three(change: impl FnOnce(&mut Scenario)) -> [usize; 3] {
    let mut story = read(
        "
        cluster  2 nodes x 8 gpus
        people ann 2 bob 3 cid 4
        j*12  at 0m  gpus 1  limit 1h  user ann
        until 10m
        ",
    );
    let associations = &mut story.world.scenario.policy.associations;
    for name in ["above", "one", "two", "three"] {
        associations.accounts.push(AccountSpec {
            name: name.to_owned(),
            parent: (name != "above").then(|| String::from("above")),
            ..AccountSpec::default()
        });
        associations.users.push(UserSpec {
            account: name.to_owned(),
            ..UserSpec::default()
        });
    }
    for (at, job) in story.world.jobs.iter_mut().enumerate() {
        job.request.account = AccountId::from(2 + at / 4);
    }
    change(&mut story.world.scenario);
    let mut run = story.world.start(Passes::WhereNeeded, Detail::Summary);
    while run.advance(1) < 1.0 {}
    let cluster = run.cluster();
    let of = |account: u32| {
        let runs = |&&(_, id): &&(_, JobId)| cluster.jobs[id].request.account.0 == account;
        cluster.running.iter().filter(runs).count()
    };
    [of(2), of(3), of(4)]
}

#[test]
fn a_limit_per_user_counts_all_accounts_of_one_person_together() {
    let each = at_once_in_three(|s| {
        s.policy.associations.each_user.grp_tres = TresCounts::gpus(2);
        s.policy.qos[0].limits.max_tres_pu = TresCounts::gpus(4);
    });
    assert_eq!(each, [2, 2, 0]);
}

#[test]
fn a_parent_s_limit_holds_what_each_of_its_accounts_could_still_start() {
    let each = at_once_in_three(|s| {
        s.policy.associations.each_account.grp_tres = TresCounts::gpus(4);
        s.policy.associations.accounts[0].limits.grp_tres = TresCounts::gpus(8);
    });
    assert_eq!(each, [4, 4, 0]);
}
