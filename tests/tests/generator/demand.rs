//! What a demand depends on: the place, the people, the assumptions and the seed, and nothing else.

use sim_core::ids::ArrayId;
use sim_core::scenario::link::decode_among;
use sim_core::scenario::{
    AssocLimits, Associations, Backfill, FairShare, Limits, PartitionSpec, PassRhythm, Persona, Policy,
    PriorityPolicy, QosSpec, Scenario, TresCounts,
};
use sim_core::units::{PerMille, Span, Time};
use sim_core::workload::{Class, Demand, Intent, Outcome, WantedLimit, generate};

use super::{campus, checked, group};

#[test]
fn the_same_seed_gives_the_same_demand_and_another_seed_another() {
    let scenario = checked(group());
    assert_eq!(generate(&scenario, 7), generate(&scenario, 7));
    assert_ne!(generate(&scenario, 7).intents, generate(&scenario, 8).intents);
}

#[test]
fn people_with_another_machine_want_what_they_wanted_if_they_plan_for_the_same() {
    let now = campus();
    let mut grown = now.clone();
    grown.cluster.nodes[0].count *= 3;
    grown.cluster.nodes[0].gpus = 8;
    let wanted = |scenario: &Scenario| generate(&checked(scenario.clone()), 5);
    assert_ne!(wanted(&now), wanted(&grown), "a larger machine is asked for more");
    grown.workload.planned_for = now.planned_for();
    assert_eq!(wanted(&now), wanted(&grown));
    let mut told = now.clone();
    told.workload.planned_for = now.planned_for();
    assert_eq!(
        wanted(&now),
        wanted(&told),
        "who plans for the machine that is there plans as before"
    );
}

/// What a link changes in the machine or the rules is no reason to want something else.
#[test]
fn both_sides_of_a_link_want_the_same() {
    let file = std::fs::read_to_string("../content/scenarios/uni-128.toml").unwrap();
    let preset: Scenario = toml::from_str(&file).unwrap();
    for changed in [
        "&.nodes.v100.count=3",
        "&.nodes.h200.gpus=4&b..nodes.a100.count=12",
        "&.partitions.owner-short=-&.associations.accounts.physics.shares.of=9",
        "&.nodes.bought=-&.partitions.owner=-&.partitions.owner-short=-&.reservations.course=new",
    ] {
        let link = format!("p0?profile=uni-128{changed}");
        let read = decode_among(&link, std::slice::from_ref(&preset)).unwrap();
        assert_eq!(read.notes.len(), 1, "{:?}", read.notes);
        assert_ne!(read.base, read.proposal);
        assert_eq!(
            generate(&checked(read.base), 3),
            generate(&checked(read.proposal), 3),
            "{changed}"
        );
    }
}

#[test]
fn no_policy_changes_what_people_want() {
    let mut other = group();
    other.policy = Policy {
        priority: PriorityPolicy {
            half_life: None,
            fairshare: FairShare::Off,
            ..PriorityPolicy::default()
        },
        partitions: vec![
            PartitionSpec {
                name: String::from("short"),
                max_time: Span::mins(30),
                default_time: None,
                ..PartitionSpec::default()
            },
            PartitionSpec {
                max_time: Span::hours(24),
                ..PartitionSpec::default()
            },
        ],
        qos: vec![QosSpec {
            limits: Limits {
                max_tres_pu: TresCounts::gpus(2),
                ..Limits::default()
            },
            ..QosSpec::default()
        }],
        associations: Associations {
            each_user: AssocLimits {
                grp_tres_run_mins: TresCounts::gpus(50_000),
                ..AssocLimits::default()
            },
            ..Associations::default()
        },
        backfill: Backfill::Off,
        passes: PassRhythm::EveryInstant,
        ..Policy::default()
    };
    for seed in 1..=3 {
        assert_eq!(
            generate(&checked(group()), seed),
            generate(&checked(other.clone()), seed)
        );
    }
}

/// All of an intent but the number of its array, which counts the arrays before it.
fn content(intent: &Intent) -> Intent {
    Intent {
        array: intent.array.map(|(_, throttle)| (ArrayId(0), throttle)),
        ..intent.clone()
    }
}

fn at_load(load: u32, seed: u64) -> Demand {
    let mut scenario = group();
    scenario.assumptions.load = PerMille(load);
    generate(&checked(scenario), seed)
}

#[test]
fn more_load_only_adds_sessions() {
    for seed in 1..=4 {
        for (less, more) in [(600, 850), (850, 1_100), (1_100, 1_500)] {
            let (less, more) = (at_load(less, seed), at_load(more, seed));
            assert!(less.intents.len() < more.intents.len());
            let mut rest = more.intents.iter();
            for intent in less.intents.iter() {
                assert!(
                    rest.any(|other| content(other) == content(intent)),
                    "{intent:?} is missing at the higher load, or out of order"
                );
            }
        }
    }
}

#[test]
fn more_opting_in_only_adds_people_and_nobody_opts_in_without_saving() {
    let at = |share: u32| {
        let mut scenario = group();
        scenario.assumptions.opt_in = PerMille(share);
        generate(&checked(scenario), 1)
    };
    let (none, half, all) = (at(0), at(500), at(1_000));
    assert!(none.intents.iter().all(|intent| !intent.opts_in));
    assert!(half.intents.iter().any(|intent| intent.opts_in));
    for ((none, half), all) in none
        .intents
        .iter()
        .zip(half.intents.iter())
        .zip(all.intents.iter())
    {
        assert!(all.opts_in == all.checkpoints && (all.opts_in || !half.opts_in));
        let opts_in = half.opts_in;
        assert_eq!(
            Intent {
                opts_in,
                ..none.clone()
            },
            *half
        );
    }
}

#[test]
fn as_many_fit_a_slice_and_name_a_type_as_the_tables_say() {
    let mut scenario = campus();
    scenario.assumptions.type_choosers = PerMille(300);
    let demand = generate(&checked(scenario), 1);
    // Batches of one: tasks of an array share what they need.
    let notebooks: Vec<&Intent> = demand
        .intents
        .iter()
        .filter(|intent| intent.class == Class::Interactive && intent.gpus == 1)
        .collect();
    let share = |which: fn(&Intent) -> bool| {
        let some = notebooks.iter().filter(|intent| which(intent)).count();
        some as f64 / notebooks.len() as f64
    };
    for (name, share, expected) in [
        (
            "10 GB",
            share(|i| i.needs.slice.is_some_and(|needed| needed <= 10)),
            0.65,
        ),
        ("40 GB", share(|i| i.needs.slice.is_some()), 0.85),
        ("a type", share(|i| i.needs.names_type), 0.30),
        ("an early lot", share(|i| i.needs.lot < 16_384), 0.25),
    ] {
        assert!((share - expected).abs() < 0.02, "{name}: {share}, not {expected}");
    }
    let wide = demand.intents.iter().filter(|intent| intent.gpus > 1);
    assert!(wide.into_iter().all(|intent| intent.needs.slice.is_none()));
}

#[test]
fn the_load_is_met() {
    let scenario = campus();
    let capacity = f64::from(scenario.cluster.gpus()) * f64::from(scenario.horizon.whole().0);
    let demand = generate(&checked(scenario), 1);
    let work: f64 = demand.intents.iter().map(|intent| f64::from(intent.work.0)).sum();
    let load = work / capacity;
    assert!((load / 0.85 - 1.0).abs() < 0.01, "{load}");
}

#[test]
fn a_crowd_too_small_for_the_machine_asks_for_what_it_can() {
    let mut one = group();
    one.workload.people = 1;
    one.workload.accounts = 1;
    one.cluster.nodes[0].count = 1_000;
    assert_eq!(generate(&checked(one), 1).people.len(), 1);
}

#[test]
fn intents_are_in_order_of_asking_and_within_the_horizon_and_the_machine() {
    let mut scenario = group();
    scenario.cluster.nodes[0].count = 7;
    let end = Time::ZERO + scenario.horizon.whole();
    let demand = generate(&checked(scenario), 3);
    let order: Vec<_> = demand.intents.iter().map(|i| (i.asked, i.user)).collect();
    assert!(order.is_sorted());
    for intent in demand.intents.iter() {
        assert!(intent.asked < end);
        // Half of 28 GPUs: nobody asks for more than 8, the largest power of two in it.
        assert!((1..=8).contains(&intent.gpus));
        assert!(intent.work >= Span::secs(intent.gpus));
        assert!(intent.idle_per_mille <= 1000);
        assert!(usize::from(intent.user) < demand.people.len());
    }
}

#[test]
fn tasks_of_an_array_share_owner_class_width_and_moment() {
    let demand = generate(&checked(group()), 1);
    let mut first: Vec<Option<&Intent>> = Vec::new();
    for intent in demand.intents.iter() {
        let Some((array, _)) = intent.array else { continue };
        first.resize(first.len().max(usize::from(array) + 1), None);
        let one = first[usize::from(array)].get_or_insert(intent);
        let shared = |i: &Intent| {
            (
                i.user,
                i.class,
                i.gpus,
                i.asked,
                i.array,
                i.checkpoints,
                i.idle_per_mille,
            )
        };
        assert_eq!(shared(one), shared(intent));
    }
    assert!(
        first.len() > 50 && first.iter().all(Option::is_some),
        "arrays are numbered without gaps"
    );
}

#[test]
fn padding_changes_limits_and_nothing_else() {
    let at = |padding| {
        let mut scenario = group();
        scenario.assumptions.padding = PerMille(padding);
        generate(&checked(scenario), 5)
    };
    let bare = |demand: &Demand| -> Vec<Intent> {
        let no_limit = |intent: &Intent| Intent {
            wanted: WantedLimit::Longest,
            ..intent.clone()
        };
        demand.intents.iter().map(no_limit).collect()
    };
    let longest = |demand: &Demand| {
        demand
            .intents
            .iter()
            .filter(|i| i.wanted == WantedLimit::Longest)
            .count()
    };
    let (honest, usual, double) = (at(0), at(1_000), at(2_000));
    assert!(bare(&honest) == bare(&usual) && bare(&usual) == bare(&double));
    assert_eq!(longest(&honest), 0);
    assert!(longest(&usual) < longest(&double));
}

#[test]
fn only_those_who_run_into_a_limit_ask_for_less_than_they_need() {
    let demand = generate(&checked(group()), 2);
    for intent in demand.intents.iter() {
        let needs = intent.work.0 / intent.gpus;
        let (WantedLimit::Exactly(limit) | WantedLimit::Default(limit)) = intent.wanted else {
            continue;
        };
        match (intent.class, intent.outcome) {
            (Class::Interactive, Outcome::HitsLimit) => assert_eq!(limit.0, needs),
            (_, Outcome::HitsLimit) => assert!(limit.0 <= needs, "{intent:?}"),
            (_, Outcome::Completes | Outcome::Fails | Outcome::Cancelled) => {
                assert!(limit.0 >= needs, "{intent:?}");
            }
        }
    }
}

#[test]
fn a_deadline_adds_sessions_before_it_and_leaves_some_out_after_it_and_moves_nothing_else() {
    for seed in 1..=3 {
        let plain = generate(&checked(group()), seed);
        let mut rushed = group();
        rushed.assumptions.deadline_surge = PerMille(3_000);
        let day = |time: Time| i64::from(time.day()) - i64::from(rushed.horizon.warm_up.0 / 86_400);
        let rush = generate(&checked(rushed.clone()), seed);
        let count = |demand: &Demand, days: std::ops::Range<i64>| {
            let intents = demand.intents.iter();
            intents.filter(|intent| days.contains(&day(intent.asked))).count() as f64
        };
        assert!(count(&rush, 14..21) > 1.5 * count(&plain, 14..21));
        assert!(count(&rush, 21..28) < 0.8 * count(&plain, 21..28));
        let mut rest = rush.intents.iter();
        for intent in plain.intents.iter() {
            // What is left out was sent off in a session of the week after; sessions may go on for a while.
            if !(21..30).contains(&day(intent.asked)) {
                assert!(
                    rest.any(|other| content(other) == content(intent)),
                    "{intent:?} is missing, or out of order"
                );
            }
        }
    }
}

#[test]
fn interns_of_a_season_come_beside_the_others_and_leave_with_it() {
    for seed in 1..=3 {
        let mut summer = group();
        summer.workload.accounts = 4;
        let plain = generate(&checked(summer.clone()), seed);
        summer.assumptions.intern_season = PerMille(3_000);
        summer.assumptions.intern_days = (10, 50);
        let from = summer.horizon.warm_up + Span::days(10);
        let season = generate(&checked(summer), seed);
        let usual = plain.people.len();
        let interns = plain
            .people
            .iter()
            .filter(|p| p.persona == Persona::Intern)
            .count();
        assert_eq!(season.people.len(), usual + 2 * interns);
        assert!(
            season
                .people
                .iter()
                .skip(usual)
                .all(|p| p.persona == Persona::Intern)
        );
        let (of_all_year, of_the_season): (Vec<_>, Vec<_>) = season
            .intents
            .iter()
            .partition(|intent| (intent.user.0 as usize) < usual);
        assert_eq!(
            of_all_year.into_iter().map(content).collect::<Vec<_>>(),
            plain.intents.iter().map(content).collect::<Vec<_>>()
        );
        let of_interns = of_the_season.iter().map(|intent| intent.asked);
        assert!(of_interns.clone().count() > 20);
        // A session that began on the last day may go on for a while.
        let until = from + Span::days(42);
        assert!(
            of_interns
                .clone()
                .all(|asked| Time::ZERO + from <= asked && asked < Time::ZERO + until)
        );
    }
}
