//! What a sensible person submits, as stories.

use sim_core::ids::{AccountId, JobId, PartitionId, UserId};
use sim_core::scenario::knobs::assign;
use sim_core::scenario::{Limits, PartitionSpec, Persona, QosSpec, Scenario, TresCounts};
use sim_core::units::{Span, Time};
use sim_core::workload::{
    Arrival, Class, Intent, JobSpec, Needs, Outcome, Person, Saving, WantedLimit, Worth, generate, jobs,
    route,
};

use super::{checked, group};

/// Training that completes, on one GPU, with a limit of twice its four hours.
fn training() -> Intent {
    Intent {
        user: UserId(0),
        class: Class::Train,
        asked: Time(1_000),
        gpus: 1,
        work: Span::hours(4),
        outcome: Outcome::Completes,
        wanted: WantedLimit::Exactly(Span::hours(8)),
        checkpoints: true,
        saving: Saving::default(),
        restart: Span::mins(5),
        tries_again: false,
        used: Span::hours(4),
        dice: 7,
        idle_per_mille: 300,
        array: None,
        needs: Needs::default(),
        opts_in: false,
        whim: 0,
    }
}

fn max_time(limit: Span) -> Scenario {
    let mut scenario = group();
    scenario.policy.partitions[0].max_time = limit;
    scenario.policy.partitions[0].default_time = None;
    scenario
}

fn limited(limits: Limits) -> Scenario {
    let mut scenario = group();
    scenario.policy.qos[0].limits = limits;
    scenario
}

fn sent(intent: &Intent, scenario: Scenario) -> Vec<JobSpec> {
    let person = Person {
        persona: Persona::Trainer,
        account: AccountId(1),
    };
    route(intent, &person, &checked(scenario))
}

fn only(intent: &Intent, scenario: Scenario) -> JobSpec {
    let mut jobs = sent(intent, scenario);
    assert_eq!(jobs.len(), 1);
    jobs.remove(0)
}

fn shape(job: &JobSpec) -> (u32, u32) {
    (job.request.nodes, job.request.gpus_per_node)
}

#[test]
fn work_within_all_limits_is_sent_in_as_wished() {
    let job = only(&training(), group());
    assert_eq!(job.arrival, Arrival::At(Time(1_000)));
    assert_eq!((shape(&job), job.request.limit), ((1, 1), Span::hours(8)));
    assert_eq!((job.runtime, job.restart), (Span::hours(4), Span::ZERO));
    assert_eq!((job.worth, job.last, job.segment), (Worth::Result, true, 0));
    assert_eq!((job.request.account, job.idle_per_mille), (AccountId(1), 300));
}

#[test]
fn what_fits_no_node_takes_whole_nodes() {
    let on = |gpus| {
        let wide = Intent {
            gpus,
            work: Span::hours(gpus),
            ..training()
        };
        shape(&only(&wide, group()))
    };
    assert_eq!([on(2), on(4), on(8), on(16)], [(1, 2), (1, 4), (2, 4), (4, 4)]);
}

#[test]
fn on_nodes_of_six_a_wish_for_eight_becomes_one_whole_node() {
    let mut scenario = group();
    scenario.cluster.nodes[0].gpus = 6;
    let eight = Intent {
        gpus: 8,
        work: Span::hours(24),
        ..training()
    };
    let job = only(&eight, scenario);
    assert_eq!((shape(&job), job.runtime), ((1, 6), Span::hours(4)));
}

#[test]
fn failed_and_cancelled_work_has_no_result() {
    for outcome in [Outcome::Fails, Outcome::Cancelled] {
        let job = only(
            &Intent {
                outcome,
                ..training()
            },
            group(),
        );
        assert_eq!(job.worth, Worth::NoResult);
    }
}

#[test]
fn under_a_cap_the_job_is_narrower_and_longer_and_so_is_its_limit() {
    let sixteen = Intent {
        gpus: 16,
        work: Span::hours(16 * 4),
        ..training()
    };
    let cap = |most| {
        limited(Limits {
            max_tres_pu: TresCounts::gpus(most),
            ..Limits::default()
        })
    };
    let job = only(&sixteen, cap(9));
    assert_eq!(
        (shape(&job), job.runtime, job.request.limit),
        ((2, 4), Span::hours(8), Span::hours(16))
    );
    assert_eq!(shape(&only(&sixteen, cap(16))), (4, 4));
    assert_eq!(shape(&only(&sixteen, cap(3))), (1, 2));
}

#[test]
fn a_cap_of_the_partitions_qos_takes_the_place_of_the_jobs() {
    let mut scenario = limited(Limits {
        max_tres_pu: TresCounts::gpus(2),
        ..Limits::default()
    });
    scenario.policy.qos.push(QosSpec {
        name: String::from("pool"),
        limits: Limits {
            max_tres_pu: TresCounts::gpus(4),
            ..Limits::default()
        },
        ..QosSpec::default()
    });
    scenario.policy.partitions[0].qos = Some(String::from("pool"));
    let eight = Intent {
        gpus: 8,
        ..training()
    };
    assert_eq!(shape(&only(&eight, scenario)), (1, 4));
}

#[test]
fn a_run_minutes_rule_shortens_the_limit_first_and_then_the_width() {
    let rule = |minutes| {
        let mut scenario = limited(Limits {
            max_tres_run_mins_pu: TresCounts::gpus(minutes),
            ..Limits::default()
        });
        scenario.policy.associations.each_user.grp_tres_run_mins = TresCounts::gpus(1_000_000);
        scenario
    };
    let four = Intent {
        gpus: 4,
        work: Span::hours(4),
        ..training()
    };
    // An hour on four GPUs under a limit of eight hours: 1,920 GPU-minutes.
    let job = only(&four, rule(1_920));
    assert_eq!((shape(&job), job.request.limit), ((1, 4), Span::hours(8)));
    let job = only(&four, rule(402));
    assert_eq!((shape(&job), job.request.limit), ((1, 4), Span::mins(100)));
    // Ten minutes on four GPUs are too short to ask for; twenty on two are not, and the work goes on as a chain.
    let jobs = sent(&four, rule(40));
    assert_eq!((shape(&jobs[0]), jobs[0].request.limit), ((1, 2), Span::mins(20)));
    assert_eq!(
        jobs.len(),
        8,
        "two hours, of which each follower does fifteen minutes"
    );
}

#[test]
fn work_longer_than_the_longest_limit_is_a_chain_that_pays_for_each_restart() {
    let jobs = sent(&training(), max_time(Span::hours(2)));
    let runtimes: Vec<Span> = jobs.iter().map(|job| job.runtime).collect();
    assert_eq!(runtimes, [Span::hours(2), Span::hours(2), Span::mins(10)]);
    let restarts: Vec<Span> = jobs.iter().map(|job| job.restart).collect();
    assert_eq!(restarts, [Span::ZERO, Span::mins(5), Span::mins(5)]);
    let arrivals: Vec<Arrival> = jobs.iter().map(|job| job.arrival).collect();
    assert_eq!(
        arrivals,
        [
            Arrival::At(Time(1_000)),
            Arrival::After(JobId(0)),
            Arrival::After(JobId(1))
        ]
    );
    assert!(
        jobs.iter()
            .all(|job| job.worth == Worth::Result && job.request.limit == Span::hours(2))
    );
    assert_eq!(
        jobs.iter().map(|job| job.last).collect::<Vec<_>>(),
        [false, false, true]
    );
}

#[test]
fn a_chain_stops_where_no_segment_could_start_any_more() {
    let late = Intent {
        asked: Time::ZERO + (group().horizon.whole() - Span::hours(3)),
        ..training()
    };
    let jobs = sent(&late, max_time(Span::hours(1)));
    assert_eq!(jobs.len(), 3);
    assert!(jobs.iter().all(|job| !job.last));
}

/// Work of three hours whose owner asks for two.
fn under_asked(class: Class) -> Intent {
    Intent {
        class,
        work: Span::hours(3),
        outcome: Outcome::HitsLimit,
        wanted: WantedLimit::Exactly(Span::hours(2)),
        ..training()
    }
}

#[test]
fn training_that_hits_its_limit_goes_on() {
    let jobs = sent(&under_asked(Class::Train), group());
    assert_eq!(
        jobs.iter().map(|job| job.runtime).collect::<Vec<_>>(),
        [Span::hours(2), Span::mins(65)]
    );
    assert!(jobs.iter().all(|job| job.worth == Worth::Result));
}

#[test]
fn other_work_is_lost_at_its_limit_and_given_up_or_sent_again_with_twice_the_limit() {
    let gives_up = only(&under_asked(Class::Sweep), group());
    assert_eq!(
        (gives_up.runtime, gives_up.worth, gives_up.last),
        (Span::hours(2), Worth::Lost, true)
    );

    let tries_again = Intent {
        tries_again: true,
        ..under_asked(Class::Sweep)
    };
    let jobs = sent(&tries_again, group());
    assert_eq!(jobs.len(), 2);
    assert_eq!(
        (jobs[0].runtime, jobs[0].worth, jobs[0].last),
        (Span::hours(2), Worth::Lost, false)
    );
    assert_eq!(
        (jobs[1].runtime, jobs[1].worth, jobs[1].last),
        (Span::hours(3), Worth::Result, true)
    );
    assert_eq!(
        (jobs[1].request.limit, jobs[1].restart),
        (Span::hours(4), Span::ZERO)
    );
    assert_eq!(jobs[1].arrival, Arrival::After(JobId(0)));
}

#[test]
fn who_is_cut_by_a_rule_saves_and_loses_nothing() {
    let jobs = sent(&under_asked(Class::Sweep), max_time(Span::hours(1)));
    assert!(jobs.len() > 3 && jobs.iter().all(|job| job.worth == Worth::Result));
}

#[test]
fn a_notebook_ends_with_its_session_or_goes_on_in_a_new_one() {
    let session = Intent {
        work: Span::hours(4),
        wanted: WantedLimit::Exactly(Span::hours(4)),
        ..under_asked(Class::Interactive)
    };
    let whole = only(&session, group());
    assert_eq!(
        (whole.runtime, whole.worth, whole.last),
        (Span::hours(4), Worth::Result, true)
    );
    let jobs = sent(&session, max_time(Span::hours(3)));
    assert_eq!(
        jobs.iter().map(|job| job.runtime).collect::<Vec<_>>(),
        [Span::hours(3), Span::hours(1)]
    );
    assert!(
        jobs.iter()
            .all(|job| job.restart == Span::ZERO && job.worth == Worth::Result)
    );
}

#[test]
fn no_limit_means_the_default_if_the_work_fits_it() {
    let limit_with = |fitting, default| {
        let mut scenario = group();
        scenario.policy.partitions[0].default_time = default;
        let intent = Intent {
            work: Span::mins(10),
            wanted: WantedLimit::Default(fitting),
            ..training()
        };
        only(&intent, scenario).request.limit
    };
    assert_eq!(limit_with(Span::mins(15), Some(Span::hours(1))), Span::hours(1));
    assert_eq!(limit_with(Span::hours(2), Some(Span::hours(1))), Span::hours(2));
    assert_eq!(limit_with(Span::hours(2), None), Span::days(3));
}

#[test]
fn the_first_partition_that_takes_the_limit_gets_the_job() {
    let mut scenario = group();
    scenario.policy.partitions.insert(
        0,
        PartitionSpec {
            name: String::from("short"),
            max_time: Span::mins(30),
            default_time: None,
            ..PartitionSpec::default()
        },
    );
    let to = |work, wanted| {
        let job = only(
            &Intent {
                work,
                wanted,
                ..training()
            },
            scenario.clone(),
        );
        (job.request.partition, job.request.limit)
    };
    let short = to(Span::mins(10), WantedLimit::Exactly(Span::mins(30)));
    assert_eq!(short, (PartitionId(0), Span::mins(30)));
    let long = to(Span::mins(10), WantedLimit::Exactly(Span::hours(1)));
    assert_eq!(long, (PartitionId(1), Span::hours(1)));
    let longest = to(Span::mins(10), WantedLimit::Longest);
    assert_eq!(longest, (PartitionId(1), Span::days(3)));
    let endless = to(Span::days(2), WantedLimit::Exactly(Span::days(7)));
    assert_eq!(endless, (PartitionId(1), Span::days(3)));
}

#[test]
fn jobs_know_their_intent_and_the_job_before_them() {
    let scenario = checked(max_time(Span::hours(1)));
    let demand = generate(&scenario, 1);
    let all = jobs(&demand, &scenario);
    let mut before = None;
    for (id, job) in all.entries() {
        let intent = &demand.intents[job.intent];
        match job.arrival {
            Arrival::At(time) => assert_eq!((time, job.segment), (intent.asked, 0)),
            Arrival::After(other) => {
                assert_eq!(Some(other), before);
                assert_eq!(all[other].intent, job.intent);
                assert_eq!(all[other].segment + 1, job.segment);
            }
        }
        assert_eq!((job.request.user, job.class), (intent.user, intent.class));
        before = Some(id);
    }
    let first = all.iter().filter(|job| job.segment == 0).count();
    assert_eq!(first, demand.intents.len());
    assert!(all.len() > demand.intents.len());
}

/// What a session or a job holds its GPUs for, and what a rule sets free of it, add up to what it would have held.
#[test]
fn what_rules_about_idle_gpus_set_free_is_what_they_take_away() {
    let demand = generate(&checked(group()), 1);
    let end = Time::ZERO + group().horizon.whole();
    let held = |intent: &Intent, scenario: &Scenario| -> (u64, u64, usize) {
        let jobs = sent(intent, scenario.clone());
        let gpus = |job: &JobSpec| u64::from(job.request.gpus());
        (
            jobs.iter().map(|job| gpus(job) * u64::from(job.runtime.0)).sum(),
            jobs.iter().map(|job| gpus(job) * u64::from(job.freed.0)).sum(),
            jobs.len(),
        )
    };
    for setting in ["idle-cull=1h", "low-use=cancel", "low-use=help", "low-use=warn"] {
        let mut ruled = group();
        assign(&mut ruled, setting).unwrap();
        assign(&mut ruled, "warn-answer=100pct").unwrap();
        let (mut freed, mut sessions) = (0, 0);
        for intent in demand.intents.iter() {
            let (whole, _, plain) = held(intent, &group());
            let (runs, free, parts) = held(intent, &ruled);
            if plain > 1 || intent.asked + Span::days(15) > end {
                continue;
            }
            // A share of an odd number of seconds may lose one to rounding.
            assert!((whole.abs_diff(runs + free)) < 20, "{setting} {intent:?}");
            freed += free;
            sessions += usize::from(parts > 1);
        }
        assert!(freed > 0, "{setting} sets nothing free");
        assert_eq!(
            sessions > 0,
            setting == "idle-cull=1h" || setting == "low-use=warn"
        );
    }
}

#[test]
fn a_notebook_of_a_friday_afternoon_is_left_open_until_monday() {
    let mut weekends = group();
    assign(&mut weekends, "weekend-notebooks=100pct").unwrap();
    let long: Vec<Intent> = (generate(&checked(weekends.clone()), 1).intents.iter())
        .filter(|intent| intent.class == Class::Interactive && intent.work > Span::days(1) * intent.gpus)
        .cloned()
        .collect();
    assert!(!long.is_empty());
    for intent in long {
        let back = intent.asked + Span(intent.work.0 / intent.gpus);
        assert_eq!((intent.asked.weekday(), back.weekday(), back.hour()), (4, 0, 9));
        // A limit ends it, and nobody opens it again.
        weekends.policy.partitions[0].max_time = Span::days(1);
        weekends.policy.partitions[0].default_time = None;
        let job = only(&intent, weekends.clone());
        assert_eq!(job.runtime, Span::days(1));
    }
}
