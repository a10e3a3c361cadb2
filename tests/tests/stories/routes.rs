//! Where a sensible person sends work: one story for each rule of `docs/routing.md`, told on the presets.

use expect_test::{Expect, expect};
use sim_core::ids::{AccountId, UserId};
use sim_core::scenario::{Persona, PreemptBy, PreemptMode, Routing, Scenario};
use sim_core::units::{Span, Time};
use sim_core::workload::{Class, Intent, Needs, Outcome, Person, Saving, WantedLimit, route};

fn preset(name: &str) -> Scenario {
    let file = format!("{}/../content/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).expect("a preset has a file");
    toml::from_str(&text).expect("a preset can be read")
}

/// Work of a class on so many GPUs that takes this long there, under a limit of twice that.
fn work(class: Class, gpus: u32, takes: Span) -> Intent {
    Intent {
        user: UserId(0),
        class,
        asked: Time(0),
        gpus,
        work: takes * gpus,
        outcome: Outcome::Completes,
        wanted: WantedLimit::Exactly(takes * 2),
        checkpoints: true,
        saving: Saving::default(),
        restart: Span::mins(5),
        tries_again: false,
        used: takes,
        dice: 0,
        idle_per_mille: 0,
        array: None,
        needs: Needs::default(),
        opts_in: false,
        whim: 0,
    }
}

fn on_a_slice(gigabytes: u32, lot: u16, intent: Intent) -> Intent {
    Intent {
        needs: Needs {
            slice: Some(gigabytes),
            lot,
            ..Needs::default()
        },
        ..intent
    }
}

fn naming(lot: u16, intent: Intent) -> Intent {
    Intent {
        needs: Needs {
            names_type: true,
            lot,
            ..Needs::default()
        },
        ..intent
    }
}

fn opting_in(intent: Intent) -> Intent {
    Intent {
        opts_in: true,
        ..intent
    }
}

/// Where each piece of work goes that somebody of this account asks for.
fn told(scenario: &Scenario, account: u32, asked: &[(&str, Intent)], expected: Expect) {
    let person = Person {
        persona: Persona::Trainer,
        account: AccountId(account),
    };
    let policy = &scenario.policy;
    let (checked, _) = scenario.clone().check().expect("the scenario is sound");
    let mut lines = String::new();
    for (name, intent) in asked {
        let jobs = route(intent, &person, &checked);
        let request = jobs[0].request;
        let partition = |at: usize| policy.partitions[at].name.as_str();
        let to: Vec<&str> = request.partitions().map(|p| partition(usize::from(p))).collect();
        let kinds = scenario.cluster.types();
        let kind = request.kind.map_or("any", |kind| &kinds[usize::from(kind)]);
        let (nodes, each) = (request.nodes, request.gpus_per_node);
        let qos = &policy.qos[usize::from(request.qos)].name;
        let jobs = match jobs.len() {
            1 => String::new(),
            n => format!(", {n} jobs in a row"),
        };
        let line = format!(
            "{name}: {} ({qos}), {nodes} x {each} {kind}, {}{jobs}\n",
            to.join(" or "),
            request.limit
        );
        lines.push_str(&line);
    }
    expected.assert_eq(&lines);
}

const MINUTES: Span = Span::mins(5);

#[test]
fn tests_go_where_tests_are_meant_to_go_if_they_fit_there() {
    told(
        &preset("uni-128"),
        2,
        &[
            ("five minutes", work(Class::Debug, 1, MINUTES)),
            ("on eight", work(Class::Debug, 8, MINUTES)),
            ("half an hour", work(Class::Debug, 1, Span::mins(30))),
            ("evaluation", work(Class::Infer, 1, MINUTES)),
        ],
        expect![[r#"
            five minutes: debug or normal or owner-short (normal), 1 x 1 any, 00:10:00
            on eight: debug or normal or owner-short (normal), 1 x 8 any, 00:10:00
            half an hour: normal or owner-short (normal), 1 x 1 any, 01:00:00
            evaluation: normal or owner-short (normal), 1 x 1 any, 00:10:00
        "#]],
    );
}

#[test]
fn sessions_go_to_their_pool_and_take_the_smallest_slice_that_does() {
    let notebook = || work(Class::Interactive, 1, Span::hours(2));
    told(
        &preset("uni-128"),
        2,
        &[
            ("on a slice", on_a_slice(10, 0, notebook())),
            ("by lot on a whole GPU", on_a_slice(10, 50_000, notebook())),
            ("on a whole GPU", notebook()),
            ("a whole day", work(Class::Interactive, 1, Span::hours(24))),
        ],
        expect![[r#"
            on a slice: interactive (normal), 1 x 1 h200_3g.71gb, 04:00:00
            by lot on a whole GPU: interactive or normal (normal), 1 x 1 v100, 04:00:00
            on a whole GPU: interactive or normal or owner-short (normal), 1 x 1 h200, 04:00:00
            a whole day: interactive or normal (normal), 1 x 1 h200, 12:00:00, 2 jobs in a row
        "#]],
    );
    told(
        &preset("mig-national"),
        1,
        &[
            ("10 GB", on_a_slice(10, 50_000, notebook())),
            ("40 GB", on_a_slice(40, 0, notebook())),
        ],
        expect![[r#"
            10 GB: gpuinteractive (normal), 1 x 1 h100_1g.10gb, 04:00:00
            40 GB: gpumedium (normal), 1 x 1 any, 04:00:00
        "#]],
    );
}

#[test]
fn owners_ask_for_their_own_nodes_first_and_short_work_goes_to_everybodys_hours_there() {
    let asked = || {
        [
            ("two hours", work(Class::Train, 1, Span::hours(2))),
            ("two days", work(Class::Train, 1, Span::days(2))),
        ]
    };
    let scenario = preset("uni-128");
    told(
        &scenario,
        1,
        &asked(),
        expect![[r#"
        two hours: owner or normal (normal), 1 x 1 any, 04:00:00
        two days: owner or normal (normal), 1 x 1 any, 4-00:00:00
    "#]],
    );
    told(
        &scenario,
        2,
        &asked(),
        expect![[r#"
        two hours: normal or owner-short (normal), 1 x 1 any, 04:00:00
        two days: normal (normal), 1 x 1 any, 4-00:00:00
    "#]],
    );
}

#[test]
fn only_who_opts_in_goes_where_work_may_be_pushed_off() {
    let mut scenario = preset("uni-128");
    scenario.policy.preemption.by = PreemptBy::PartitionPrio;
    scenario.policy.preemption.mode = PreemptMode::Requeue;
    scenario.policy.partitions[0].preempt_mode = Some(PreemptMode::Off);
    let short = || work(Class::Train, 1, Span::hours(1));
    told(
        &scenario,
        2,
        &[("as usual", short()), ("opting in", opting_in(short()))],
        expect![[r#"
            as usual: normal (normal), 1 x 1 any, 02:00:00
            opting in: owner-short or normal (normal), 1 x 1 any, 02:00:00
        "#]],
    );
    told(
        &preset("scavenge-and-paid"),
        5,
        &[("as usual", short()), ("opting in", opting_in(short()))],
        expect![[r#"
            as usual: gpu or gpu-h200 (normal), 1 x 1 any, 02:00:00
            opting in: scavenge (scavenge), 1 x 1 any, 02:00:00
        "#]],
    );
    // Where everything may be pushed off but what is meant for others, people take what there is.
    told(
        &preset("lab-three-tier"),
        1,
        &[
            ("as usual", short()),
            ("opting in", opting_in(short())),
            (
                "on four, opting in",
                opting_in(work(Class::Train, 4, Span::hours(1))),
            ),
        ],
        expect![[r#"
            as usual: main or long (normal), 1 x 1 any, 02:00:00
            opting in: main or long (normal), 1 x 1 any, 02:00:00
            on four, opting in: long (normal), 1 x 4 any, 02:00:00
        "#]],
    );
}

#[test]
fn the_first_that_takes_the_time_is_taken_and_long_work_keeps_its_width_before_its_time() {
    let scenario = preset("nested-walltime-mig");
    told(
        &scenario,
        1,
        &[
            ("an hour", work(Class::Train, 1, Span::hours(1))),
            ("five hours", work(Class::Train, 1, Span::hours(5))),
            ("two days", work(Class::Train, 1, Span::days(2))),
            ("a day on 64", work(Class::Large, 64, Span::days(1))),
        ],
        expect![[r#"
            an hour: by-3h (normal), 1 x 1 a100, 02:00:00
            five hours: by-12h (normal), 1 x 1 a100, 10:00:00
            two days: by-7d (normal), 1 x 1 a100, 4-00:00:00
            a day on 64: by-12h (normal), 16 x 4 a100, 12:00:00, 3 jobs in a row
        "#]],
    );
    let longest = Intent {
        wanted: WantedLimit::Longest,
        ..work(Class::Train, 1, Span::hours(2))
    };
    told(
        &preset("length-shares"),
        1,
        &[
            ("the longest, for two hours", longest),
            ("twenty hours", work(Class::Train, 1, Span::hours(10))),
            ("two days", work(Class::Train, 1, Span::hours(24))),
            ("two days on eight", work(Class::Large, 8, Span::hours(24))),
        ],
        expect![[r#"
            the longest, for two hours: short (normal), 1 x 1 any, 12:00:00
            twenty hours: medium (normal), 1 x 1 any, 20:00:00
            two days: long (normal), 1 x 1 any, 2-00:00:00
            two days on eight: long (normal), 1 x 4 any, 4-00:00:00
        "#]],
    );
}

#[test]
fn who_is_not_informed_names_one_partition_and_asks_for_the_longest_there_is() {
    let mut scenario = preset("length-shares");
    scenario.assumptions.routing = Routing::First;
    let longest = Intent {
        wanted: WantedLimit::Longest,
        ..work(Class::Train, 1, Span::hours(2))
    };
    told(
        &scenario,
        1,
        &[("the longest, for two hours", longest)],
        expect![[r#"
            the longest, for two hours: long (normal), 1 x 1 any, 7-00:00:00
        "#]],
    );
    let mut scenario = preset("uni-128");
    scenario.assumptions.routing = Routing::First;
    told(
        &scenario,
        2,
        &[("two hours", work(Class::Train, 1, Span::hours(2)))],
        expect![[r#"
            two hours: normal (normal), 1 x 1 any, 04:00:00
        "#]],
    );
}

#[test]
fn on_a_ladder_of_qos_long_work_is_narrow_and_wide_work_is_a_chain() {
    told(
        &preset("qos-ladder"),
        1,
        &[
            ("test", work(Class::Debug, 4, MINUTES)),
            ("evening", work(Class::Train, 8, Span::hours(4))),
            ("two days on four", work(Class::Train, 4, Span::days(1))),
            ("two days on eight", work(Class::Large, 8, Span::days(1))),
        ],
        expect![[r#"
            test: gpu (dev), 1 x 4 any, 00:10:00
            evening: gpu (t3), 2 x 4 any, 08:00:00
            two days on four: gpu (t4), 1 x 4 any, 2-00:00:00
            two days on eight: gpu (t3), 2 x 4 any, 20:00:00, 2 jobs in a row
        "#]],
    );
}

#[test]
fn a_type_is_named_by_choice_or_where_limits_go_by_type() {
    let train = || work(Class::Train, 1, Span::hours(1));
    let asked = || {
        [
            ("any", train()),
            ("named, early lot", naming(0, train())),
            ("named, late lot", naming(255, train())),
        ]
    };
    told(
        &preset("uni-128"),
        2,
        &asked(),
        expect![[r#"
        any: normal or owner-short (normal), 1 x 1 any, 02:00:00
        named, early lot: normal or owner-short (normal), 1 x 1 h200, 02:00:00
        named, late lot: normal (normal), 1 x 1 v100, 02:00:00
    "#]],
    );
    told(
        &preset("typed-caps"),
        1,
        &[
            ("any", train()),
            ("a week", work(Class::Train, 1, Span::days(3))),
            ("on a slice", on_a_slice(40, 0, train())),
        ],
        expect![[r#"
            any: gpu (normal), 1 x 1 a100, 02:00:00
            a week: gpu (long), 1 x 1 a100, 6-00:00:00
            on a slice: gpu (normal), 1 x 1 h200_3g.71gb, 02:00:00
        "#]],
    );
}

#[test]
fn tests_sold_in_node_minutes_get_shorter_the_more_nodes_they_take() {
    told(
        &preset("supercomputer-node-minutes"),
        1,
        &[
            ("one node", work(Class::Debug, 4, Span::mins(40))),
            ("two nodes", work(Class::Debug, 8, Span::mins(40))),
            ("a day", work(Class::Train, 4, Span::hours(11))),
        ],
        expect![[r#"
            one node: debug (normal), 1 x 4 any, 01:20:00
            two nodes: debug (normal), 2 x 4 any, 00:45:00
            a day: low (normal), 1 x 4 any, 22:00:00
        "#]],
    );
}
