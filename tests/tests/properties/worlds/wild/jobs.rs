//! The jobs of wild worlds.

use proptest::option;
use proptest::prelude::*;
use sim_core::ids::{KindId, PartitionId, ReservationId};
use sim_core::scenario::Scenario;
use sim_core::units::{Span, Time};
use sim_core::workload::{Arrival, Dependency, JobSpec, Saving, Worth};
use tests::world::{Ask, job};

use super::{now_and_then, rarely};

/// A submission before it is fitted to its world: draws, taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    at: u32,
    partitions: (u8, u8),
    size: (u8, u8),
    who: (u8, u8),
    limit: u16,
    runs: Runs,
    array: Option<u8>,
    after: Option<(u8, u8)>,
    begin: Option<u32>,
    kind: Option<u8>,
    cpus: Option<u8>,
    exclusive: bool,
    nice: i32,
    requeue: bool,
    reservation: Option<u8>,
    /// What becomes of its work: the idle share, what it is worth, and how it saves.
    work: (u16, u8, Option<Saves>),
}

/// Work between writes, one write, a restart, and whether it hears the signal.
type Saves = (u8, u8, u8, bool);

/// How long a job would run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Runs {
    AsLimited,
    Shorter(u16),
    Longer,
}

pub(super) fn draw() -> impl Strategy<Value = Draw> {
    let at = prop_oneof![2 => 0u32..7_200, 1 => (0u32..120).prop_map(|n| n * 60), 1 => Just(0u32)];
    let runs = prop_oneof![
        2 => Just(Runs::AsLimited), 3 => any::<u16>().prop_map(Runs::Shorter), 1 => Just(Runs::Longer)
    ];
    (
        (
            at,
            (any::<u8>(), prop_oneof![3 => Just(0u8), 1 => 0u8..8]),
            any::<(u8, u8)>(),
        ),
        (any::<(u8, u8)>(), 1u16..200, runs),
        (
            rarely(0u8..2),
            option::weighted(0.25, any::<(u8, u8)>()),
            rarely(0u32..9_000),
        ),
        (
            option::weighted(0.25, any::<u8>()),
            rarely(1u8..8),
            now_and_then(),
        ),
        (
            prop_oneof![4 => Just(0i32), 1 => -50i32..50],
            any::<bool>(),
            rarely(any::<u8>()),
            (0u16..1_400, 0u8..6, option::weighted(0.4, any::<Saves>())),
        ),
    )
        .prop_map(
            |(
                (at, partitions, size),
                (who, limit, runs),
                (array, after, begin),
                (kind, cpus, exclusive),
                (nice, requeue, reservation, work),
            )| Draw {
                at,
                partitions,
                size,
                who,
                limit,
                runs,
                array,
                after,
                begin,
                kind,
                cpus,
                exclusive,
                nice,
                requeue,
                reservation,
                work,
            },
        )
}

/// Fits a draw to a world: mostly something that one partition could give, sometimes not.
pub(super) fn spec(id: usize, draw: &Draw, scenario: &Scenario, people: &[u32]) -> JobSpec {
    let policy = &scenario.policy;
    let partition = usize::from(draw.partitions.0) % policy.partitions.len();
    let names = &policy.partitions[partition].nodes;
    let mut gpus: Vec<u32> = scenario
        .cluster
        .nodes
        .iter()
        .filter(|group| names.is_empty() || names.contains(&group.name))
        .flat_map(|group| std::iter::repeat_n(group.gpus, group.count as usize))
        .collect();
    gpus.sort_unstable_by(|a, b| b.cmp(a));
    let (width, each) = draw.size;
    let nodes = if width % 3 == 0 {
        1 + usize::from(width / 3) % gpus.len()
    } else {
        1
    };
    let user = u32::from(draw.who.0) % people.len() as u32;
    let limit = Span::mins(u32::from(draw.limit));
    let mut spec = Ask {
        arrival: Arrival::At(Time(draw.at)),
        user,
        account: people[user as usize],
        partition,
        qos: usize::from(draw.who.1) % policy.qos.len(),
        nodes: nodes as u32,
        each: 1 + u32::from(each) % gpus[nodes - 1],
        limit,
        runs: limit,
        // An array is one person's.
        array: draw.array.map(|array| {
            (
                people.len() as u32 * u32::from(array) + user,
                1 + u32::from(array),
            )
        }),
        ..Ask::default()
    }
    .spec(id);
    spec.runtime = match draw.runs {
        Runs::AsLimited => limit,
        Runs::Shorter(seconds) => Span(1 + u32::from(seconds) % limit.0),
        Runs::Longer => limit + Span::mins(30),
    };
    spec.begin = draw.begin.map(Time);
    work(&mut spec, draw);
    match draw.after.filter(|_| id > 0) {
        // Each job has at most one follower: the one that comes next.
        Some((0..64, _)) => spec.arrival = Arrival::After(job(id - 1)),
        Some((how, on)) => {
            let on = job(usize::from(on) % id);
            let after = if how % 2 == 0 {
                Dependency::AfterAny(on)
            } else {
                Dependency::AfterOk(on)
            };
            spec.after = Box::new([after]);
        }
        None => {}
    }
    let kinds = scenario.cluster.types().len();
    let request = &mut spec.request;
    request.kind = draw.kind.map(|kind| KindId::from(usize::from(kind) % kinds));
    request.cpus_per_node = draw.cpus.map_or(0, u32::from);
    request.exclusive = draw.exclusive;
    request.nice = draw.nice;
    request.requeue = draw.requeue;
    request.reservation = draw
        .reservation
        .filter(|_| !policy.reservations.is_empty())
        .map(|which| ReservationId::from(usize::from(which) % policy.reservations.len()));
    for index in 0..policy.partitions.len() {
        if draw.partitions.1 >> index & 1 == 1 && index != partition {
            request.also.insert(PartitionId::from(index));
        }
    }
    spec
}

/// How its GPUs are used, and how it saves.
fn work(spec: &mut JobSpec, draw: &Draw) {
    let (idle, worth, saves) = draw.work;
    // Beyond a thousand thousandths a share is whole.
    spec.idle_per_mille = u32::from(idle);
    spec.worth = match worth {
        0 => Worth::Lost,
        1 => Worth::NoResult,
        _ => Worth::Result,
    };
    // Some take a while after the job before them, and some were made shorter by a rule.
    spec.pause = Span::mins(u32::from(idle % 7));
    spec.freed = Span::mins(u32::from(idle % 11));
    if let Some((every, write, restart, on_signal)) = saves {
        spec.saving = Saving {
            every: Span::secs(60 + 20 * u32::from(every)),
            write: Span::secs(u32::from(write)),
            restart: Span::secs(4 * u32::from(restart)),
            on_signal,
            cut: worth == 2,
        };
        spec.restart = Span::secs(u32::from(restart) * u32::from(worth == 3));
    }
}
