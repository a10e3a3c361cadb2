//! When people sit down to work, and what they send off while they do.

use std::ops::Range;

use super::batches::{Batch, Place, mean_gpu_hours};
use super::dist;
use super::people::{Member, character};
use super::rhythm::Rhythm;
use super::streams::{Purpose, Streams};
use crate::order;
use crate::units::{Span, Time};

/// Sessions a week above which people send off bigger batches instead. (J)
const MOST_A_WEEK: f64 = 25.0;
/// How much bigger batches get at most; whoever would do more than that does not. (J) At 2 a heavy sweeper among 400
/// people takes the mean batch past that of real traces in one run of twenty.
const MOST_BIGGER: f64 = 1.5;
/// Mean number of batches in a session, geometric. (J) fits the batches of Philly.
const BATCHES: f64 = 3.0;
/// Time to think between batches: lognormal median, in seconds, and sigma. (C) gaps in Philly.
const THINK_MEDIAN: f64 = 480.0;
const THINK_SIGMA: f64 = 1.5;
/// People wait for an answer that comes within 20 minutes before they think. (R) Zakay and Feitelson.
const PATIENCE: Span = Span::mins(20);
/// Share of time in which a project is hot, as the phases make it.
const HOT_SHARE: f64 = 0.5;
/// Load that one layer of sessions is meant to make, about.
const LAYER_LOAD: f64 = 0.85;

/// How often people open sessions so that one layer makes about the usual load.
pub(super) struct Pace {
    /// Sessions of a week at rate 1 and activity 1.
    factor: f64,
}

impl Pace {
    /// `gpus` is the size of the cluster.
    pub(super) fn new(members: &[Member], place: &Place, gpus: u32) -> Pace {
        let wanted = LAYER_LOAD * f64::from(gpus) * 7.0 * 24.0 / HOT_SHARE;
        // GPU-hours of a hot week rise with the factor: halve the interval until it is narrow enough.
        let (mut low, mut high) = (0.0, 1024.0);
        for _ in 0..32 {
            let pace = Pace {
                factor: (low + high) / 2.0,
            };
            let weekly: f64 = members.iter().map(|member| pace.gpu_hours(member, place)).sum();
            if weekly < wanted {
                low = pace.factor;
            } else {
                high = pace.factor;
            }
        }
        Pace { factor: high }
    }

    /// Sessions of a hot week, and how much bigger their batches are.
    fn week(&self, member: &Member) -> (f64, f64) {
        let sessions = character(member.persona).rate * member.activity * self.factor;
        (
            sessions.min(MOST_A_WEEK),
            (sessions / MOST_A_WEEK).clamp(1.0, MOST_BIGGER),
        )
    }

    /// About how many GPU-hours this member's hot week holds.
    fn gpu_hours(&self, member: &Member, place: &Place) -> f64 {
        let (sessions, bigger) = self.week(member);
        sessions * BATCHES * mean_gpu_hours(member.persona, bigger, place)
    }
}

/// Somebody sits down to work.
pub(super) struct Session {
    pub user: u32,
    /// Layer and number within it: the key of its random stream.
    pub key: u32,
    pub start: f64,
    /// How much bigger its arrays are, because its owner would otherwise sit down too often.
    bigger: f64,
    /// Fixed draw by which load is set: sessions are taken in this order until there is enough work.
    pub turn: f64,
}

/// One layer of these users' sessions, in order of turn. Layers are independent and alike.
pub(super) fn layer(
    number: u32,
    members: &[Member],
    users: Range<usize>,
    pace: &Pace,
    rhythm: &Rhythm,
    streams: &Streams,
) -> Vec<Session> {
    let mut sessions = Vec::new();
    for user in users {
        sessions.extend(sessions_of(
            user as u32,
            &members[user],
            number,
            pace,
            rhythm,
            streams,
        ));
    }
    order::sort_by(&mut sessions, |a, b| {
        a.turn
            .total_cmp(&b.turn)
            .then((a.user, a.key).cmp(&(b.user, b.key)))
    });
    sessions
}

/// A Poisson process in the crowd's time, within one person's hot phases.
fn sessions_of(
    user: u32,
    member: &Member,
    layer: u32,
    pace: &Pace,
    rhythm: &Rhythm,
    streams: &Streams,
) -> Vec<Session> {
    let (weekly, bigger) = pace.week(member);
    if weekly <= 0.0 {
        return Vec::new();
    }
    let rate = weekly / (7.0 * 86_400.0);
    let mut rng = streams.stream(Purpose::Sessions, user, layer);
    let mut sessions = Vec::new();
    for &(from, until) in &member.hot {
        let mut felt = rhythm.felt(from);
        let end = rhythm.felt(until);
        loop {
            felt += dist::exponential(&mut rng) / rate;
            if felt >= end {
                break;
            }
            sessions.push(Session {
                user,
                key: layer << 20 | sessions.len() as u32,
                start: rhythm.clock(felt),
                bigger,
                turn: f64::from(layer) + dist::unit(&mut rng),
            });
        }
    }
    sessions
}

/// Everything that is sent off in a session: batches with the instant of each, none later than the horizon.
///
/// People think between batches. If the last one would answer within their patience on an empty cluster, they look at
/// the answer first. (They do not see real waits: both policies of a comparison get the same submissions.)
pub(super) fn contents(
    session: &Session,
    member: &Member,
    place: &Place,
    horizon: Span,
    streams: &Streams,
) -> Vec<(Time, Batch)> {
    let mut rng = streams.stream(Purpose::Contents, session.user, session.key);
    let mut saves = streams.stream(Purpose::Saving, session.user, session.key);
    let mut dice = streams.stream(Purpose::Dice, session.user, session.key);
    let mut of_needs = streams.stream(Purpose::Needs, session.user, session.key);
    let mut whims = streams.stream(Purpose::Whims, session.user, session.key);
    let mut now = session.start;
    let mut sent = Vec::new();
    for _ in 0..dist::geometric(&mut rng, BATCHES) {
        if now >= f64::from(horizon.0) {
            break;
        }
        let mut batch = Batch::draw(&mut rng, &mut of_needs, member, session.bigger, place);
        if let Some(habits) = &place.habits {
            batch.saving = habits.draw(&mut saves);
        }
        batch.finish(&mut dice, Time(now as u32), place.weekends);
        batch.whim = (dist::unit(&mut whims) * f64::from(u32::MAX)) as u32;
        let answer = batch.answer();
        sent.push((Time(now as u32), batch));
        if answer <= PATIENCE {
            now += f64::from(answer.0);
        }
        now += dist::lognormal(&mut rng, THINK_MEDIAN, THINK_SIGMA);
    }
    sent
}
