//! The generator: people, their hot phases, sessions, batches and jobs; and the load, met by leaving sessions out.

use super::batches::{Batch, Habits, Place};
use super::deadlines::{self, Deadlines};
use super::dist;
use super::people::{Member, members, seasonal};
use super::rhythm::Rhythm;
use super::sessions::{self, Pace};
use super::streams::{Purpose, Streams};
use super::{Demand, Intent, Person};
use crate::ids::{AccountId, ArrayId, Table, UserId};
use crate::order;
use crate::scenario::{Assumptions, Checked, Scenario};
use crate::units::{Span, Time};

/// Layers after which the generator stops looking for more work: nobody there asks for anything.
const MOST_LAYERS: u32 = 100;

/// The demand that `seed` makes of this scenario. The policy inside is not looked at, and of the cluster only what
/// [`Scenario::planned_for`] says.
///
/// Every session has a fixed turn. Sessions are taken in that order until their work is the wanted share of that
/// machine's GPU time over the whole horizon, so that more load only adds sessions. The last one taken is the one that
/// brings the sum nearest to the target. What deadlines add, what they leave out afterwards, and who comes for a season is
/// beside that.
pub fn generate(scenario: &Checked, seed: u64) -> Demand {
    let scenario = scenario.scenario();
    let streams = Streams::new(seed);
    let horizon = scenario.horizon.whole();
    let (gpus, widest) = scenario.planned_for();
    let place = Place {
        mix: scenario.workload.mix,
        train_x: 1.0,
        padding: scenario.assumptions.padding.as_f64(),
        widest,
        habits: habits(&scenario.assumptions),
        weekends: scenario.assumptions.weekend_notebooks.as_f64(),
        type_choosers: scenario.assumptions.type_choosers.as_f64(),
    };
    let rhythm = Rhythm::new(&streams, horizon, scenario.assumptions.burstiness.as_f64());
    let mut members = members(scenario, &streams);
    let usual = members.len();
    let capacity = u64::from(gpus) * u64::from(horizon.0);
    let target = capacity * u64::from(scenario.assumptions.load.0) / 1000;
    let pace = Pace::new(&members, &place, gpus);
    let for_a_season = seasonal(scenario, &members, &streams);
    members.extend(for_a_season);

    let deadlines = Deadlines::new(scenario);
    let mut taken = Vec::new();
    let mut work = 0;
    let mut reached = 0.0;
    'enough: for number in 0..MOST_LAYERS {
        for session in sessions::layer(number, &members, 0..usual, &pace, &rhythm, &streams) {
            let member = &members[session.user as usize];
            let sent = sessions::contents(&session, member, &place, horizon, &streams);
            let with: u64 = work + sent.iter().map(|(_, batch)| batch.work()).sum::<u64>();
            if with >= target && with - target > target - work {
                break 'enough;
            }
            reached = session.turn;
            if !deadlines.leaves_out(session.start, session.user, session.key, &streams) {
                take(&mut taken, session.user, sent);
            }
            work = with;
            if work >= target {
                break 'enough;
            }
        }
    }
    // Deadlines add to that: layers of their own, of which each session is taken by its turn.
    let most = deadlines.most() * reached;
    let layers = (libm::ceil(most) as u32).min(deadlines::MOST_ADDED);
    let last = deadlines::last_days(&place);
    for number in (0..layers).map(|number| deadlines::ADDED + number) {
        for session in sessions::layer(number, &members, 0..usual, &pace, &rhythm, &streams) {
            let share = deadlines.rise(session.start) * most / f64::from(layers);
            if session.turn - f64::from(number) >= share {
                continue;
            }
            let member = &members[session.user as usize];
            let place = deadlines.place(session.start, &place, &last);
            let sent = sessions::contents(&session, member, place, horizon, &streams);
            take(&mut taken, session.user, sent);
        }
    }
    // Who comes for a season is as busy as the others, beside that too.
    for number in 0..=reached as u32 {
        for session in sessions::layer(number, &members, usual..members.len(), &pace, &rhythm, &streams) {
            if session.turn <= reached {
                let member = &members[session.user as usize];
                let sent = sessions::contents(&session, member, &place, horizon, &streams);
                take(&mut taken, session.user, sent);
            }
        }
    }
    Demand {
        guesses: guesses(scenario, &streams),
        ..demand(&members, taken, horizon)
    }
}

/// How far off somebody is who estimates what each account will need.
fn guesses(scenario: &Scenario, streams: &Streams) -> Table<AccountId, f64> {
    let factor = scenario.assumptions.need_error.as_f64();
    let accounts = match factor > 1.0 {
        true => scenario.workload.accounts + 1,
        false => 0,
    };
    let sigma = libm::log(factor);
    (0..accounts)
        .map(|account| dist::lognormal(&mut streams.stream(Purpose::NeedError, account, 0), 1.0, sigma))
        .collect()
}

/// One of them for both loops: the worker is weighed.
#[inline(never)]
fn take(taken: &mut Vec<(u32, Time, Batch)>, user: u32, sent: Vec<(Time, Batch)>) {
    for (at, batch) in sent {
        taken.push((user, at, batch));
    }
}

/// The share of training-like work that saves its state to which the table of classes is fitted. (J)
const USUAL_SHARE: f64 = 0.65;

fn habits(assumed: &Assumptions) -> Option<Habits> {
    (assumed.checkpoint_share.0 > 0).then(|| Habits {
        share_x: assumed.checkpoint_share.as_f64() / USUAL_SHARE,
        every: f64::from(assumed.checkpoint_interval.0),
        on_signal: assumed.signal_share.as_f64(),
    })
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
            saving: batch.saving,
            restart: batch.restart,
            tries_again: task.tries_again,
            used: task.used,
            dice: task.dice,
            idle_per_mille: batch.idle_per_mille,
            array,
            needs: batch.needs,
            opts_in: batch.checkpoints && members[user as usize].opts_in,
            whim: batch.whim,
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
        guesses: Table::default(),
    }
}
