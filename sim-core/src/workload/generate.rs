//! The generator: people, their hot phases, sessions, batches and jobs; and the load, met by leaving sessions out.

use super::batches::{Batch, Place};
use super::people::{Member, members};
use super::rhythm::Rhythm;
use super::sessions::{self, Pace};
use super::streams::Streams;
use super::{Demand, Intent, Person};
use crate::ids::{ArrayId, UserId};
use crate::order;
use crate::scenario::{Checked, ClusterSpec, NodeGroup};
use crate::units::{Span, Time};

/// Layers after which the generator stops looking for more work: nobody there asks for anything.
const MOST_LAYERS: u32 = 100;

/// The demand that `seed` makes of this scenario. The policy inside is not looked at.
///
/// Every session has a fixed turn. Sessions are taken in that order until their work is the wanted share of the
/// cluster's GPU time over the whole horizon, so that more load only adds sessions. The last one taken is the one that
/// brings the sum nearest to the target.
pub fn generate(scenario: &Checked, seed: u64) -> Demand {
    let scenario = scenario.scenario();
    let streams = Streams::new(seed);
    let horizon = scenario.horizon.whole();
    let place = Place {
        mix: scenario.workload.mix,
        padding: scenario.assumptions.padding.as_f64(),
        widest: widest(&scenario.cluster),
        type_choosers: scenario.assumptions.type_choosers.as_f64(),
    };
    let rhythm = Rhythm::new(&streams, horizon, scenario.assumptions.burstiness.as_f64());
    let members = members(scenario, &streams);
    let capacity = u64::from(scenario.cluster.gpus()) * u64::from(horizon.0);
    let target = capacity * u64::from(scenario.assumptions.load.0) / 1000;
    let pace = Pace::new(&members, &place, scenario.cluster.gpus());

    let mut taken = Vec::new();
    let mut work = 0;
    'enough: for number in 0..MOST_LAYERS {
        for session in sessions::layer(number, &members, &pace, &rhythm, &streams) {
            let member = &members[session.user as usize];
            let sent = sessions::contents(&session, member, &place, horizon, &streams);
            let with: u64 = work + sent.iter().map(|(_, batch)| batch.work()).sum::<u64>();
            if with >= target && with - target > target - work {
                break 'enough;
            }
            taken.extend(sent.into_iter().map(|(at, batch)| (session.user, at, batch)));
            work = with;
            if work >= target {
                break 'enough;
            }
        }
    }
    demand(&members, taken, horizon)
}

/// The widest job anybody plans for: the largest power of two in half of the most nodes that are alike, whatever their
/// groups, since a job over all of them would need the machine to itself (J); at least one node.
fn widest(cluster: &ClusterSpec) -> u32 {
    let groups = &cluster.nodes;
    let alike = |group: &NodeGroup| {
        let others = groups
            .iter()
            .filter(|other| (other.gpus, &other.gpu) == (group.gpus, &group.gpu));
        others.map(|other| other.count).fold(0, u32::saturating_add)
    };
    let half = |count: u32, gpus: u32| (count.saturating_mul(gpus) / 2).max(gpus);
    let most = groups
        .iter()
        .filter(|group| group.count > 0)
        .map(|group| half(alike(group), group.gpus))
        .max()
        .unwrap_or(0);
    most.checked_ilog2().map_or(1, |log| 1 << log)
}

/// Puts everything in order of asking and numbers the arrays.
fn demand(members: &[Member], mut taken: Vec<(u32, Time, Batch)>, horizon: Span) -> Demand {
    let end = Time::ZERO + horizon;
    // Stable: at one instant by person, then in the order drawn.
    order::sort_by_key(&mut taken, |&(user, at, _)| (at, user));
    let mut intents: Vec<Intent> = Vec::with_capacity(taken.iter().map(|(_, _, b)| b.tasks.len()).sum());
    let mut arrays = 0;
    for (user, at, batch) in taken {
        let array = batch.array.map(|throttle| (ArrayId(arrays), throttle));
        arrays += u32::from(array.is_some());
        let tasks = batch.tasks.iter().filter(|task| at + task.later < end);
        intents.extend(tasks.map(|task| Intent {
            user: UserId(user),
            class: batch.class,
            asked: at + task.later,
            gpus: batch.gpus,
            work: task.runtime * batch.gpus,
            outcome: task.outcome,
            wanted: task.wanted,
            checkpoints: batch.checkpoints,
            restart: batch.restart,
            tries_again: task.tries_again,
            idle_per_mille: batch.idle_per_mille,
            array,
            needs: batch.needs,
            opts_in: batch.checkpoints && members[user as usize].opts_in,
        }));
    }
    order::sort_by_key(&mut intents, |intent| (intent.asked, intent.user));
    Demand {
        people: members
            .iter()
            .map(|member| Person {
                persona: member.persona,
                account: member.account,
            })
            .collect(),
        intents: intents.into_iter().collect(),
    }
}
