//! Sessions that are left open, and jobs that hardly use their GPUs, where a rule looks for them.
//!
//! Nothing here is drawn for the policy: it all follows from the dice of the intent.

use super::dist;
use super::{Class, Intent};
use crate::scenario::{LowUseRule, Scenario};
use crate::units::Span;

/// At a notebook people work for so long on average before they turn away, in seconds: 40 minutes. (J)
const ACTIVE: f64 = 2_400.0;
/// For how long they do: lognormal median in seconds, 15 minutes, and sigma. One time in eight it is over an hour. (J)
const AWAY: (f64, f64) = (900.0, 1.2);
/// Sessions are meant for no longer than a day, but for those that are left open over a weekend.
const LONGEST_SESSION: Span = Span::days(1);

/// A part of a session, from its start to the end of it or to the moment in which a rule ends it.
pub(super) struct Part {
    /// How long it runs.
    pub runs: Span,
    /// For how much longer it would have held its GPUs.
    pub freed: Span,
    /// When its owner comes back after the end of it, if somebody does.
    pub pause: Span,
}

/// A session of this length under a rule that ends it after so much idle time; and the idle share that is left, in thousandths.
///
/// Its owner works, turns away, comes back; in the end the session may be left open. A session whose GPU is at work all
/// the time is not idle, whoever is away.
pub(super) fn session(intent: &Intent, lasts: Span, after: Span, returns: f64) -> (Vec<Part>, u32) {
    let idle = part(lasts, intent.idle_per_mille);
    let whole = Part {
        runs: lasts,
        freed: Span::ZERO,
        pause: Span::ZERO,
    };
    if idle <= after {
        return (vec![whole], intent.idle_per_mille);
    }
    let used = used(intent, lasts);
    let mut rng = dist::again(intent.dice);
    let mut parts = Vec::new();
    let (mut from, mut at, mut freed) = (Span::ZERO, Span::ZERO, Span::ZERO);
    let end = loop {
        at += Span(1 + (ACTIVE * dist::exponential(&mut rng)) as u32);
        let away = Span(dist::lognormal(&mut rng, AWAY.0, AWAY.1) as u32);
        let comes_back = dist::chance(&mut rng, returns);
        if at >= used {
            // Nobody comes back, and the GPU may go on working for a while.
            break lasts.min(used.max(lasts - idle) + after);
        }
        let away = away.min(used - at);
        if away > after {
            let pause = away - after;
            if !comes_back {
                break at + after;
            }
            parts.push(Part {
                runs: at + after - from,
                freed: pause,
                pause,
            });
            freed += pause;
            from = at + away;
        }
        at += away;
    };
    parts.push(Part {
        runs: (end - from).max(Span::secs(1)),
        freed: lasts - end,
        pause: Span::ZERO,
    });
    freed += lasts - used.max(end);
    let (idle, held) = (idle - freed, (lasts - freed).max(Span::secs(1)));
    let left = u64::from(idle.0) * 1_000 / u64::from(held.0);
    (parts, left as u32)
}

/// How long a session is on all the GPUs that it is meant for; fewer of them stretch it.
fn meant(intent: &Intent) -> Span {
    Span(intent.work.0 / intent.gpus.max(1))
}

/// Whether a session is left open over a weekend.
pub(super) fn is_left_for_days(intent: &Intent) -> bool {
    meant(intent) > LONGEST_SESSION
}

/// How long somebody is at a session of this length.
pub(super) fn used(intent: &Intent, lasts: Span) -> Span {
    let whole = u64::from(meant(intent).0.max(1));
    Span((u64::from(intent.used.0) * u64::from(lasts.0) / whole) as u32).min(lasts)
}

/// What a rule about low use does to a job.
pub(super) enum Course {
    /// Nothing.
    Spared,
    /// It ends before its time, and nobody sends it again.
    Ends,
    /// Its owner ends it, and goes on with half of the GPUs.
    Halved,
    /// It is improved: it takes so long, of which this share is idle, in thousandths.
    Improved(Span, u32),
}

/// What becomes of a job that runs for so long under this limit.
pub(super) fn low_use(intent: &Intent, lasts: Span, limit: Span, gpus: u32, scenario: &Scenario) -> Course {
    let rule = scenario.policy.low_use;
    let assumed = &scenario.assumptions;
    let active = 1_000 - intent.idle_per_mille.min(1_000);
    if rule.rule == LowUseRule::Off || active >= rule.below.0 || lasts.min(limit) <= rule.after {
        return Course::Spared;
    }
    let answers = |share: f64| dist::chance(&mut dist::again(!intent.dice), share);
    match rule.rule {
        LowUseRule::Cancel => Course::Ends,
        LowUseRule::Warn if !answers(assumed.warn_answer.as_f64()) => Course::Spared,
        // The work of one GPU that hardly uses it goes to the CPUs.
        LowUseRule::Warn if gpus < 2 || intent.class == Class::Interactive => Course::Ends,
        // What has come far is let run: to begin anew would take longer. (J)
        LowUseRule::Warn if Span(lasts.0 / 3) < rule.after => Course::Spared,
        LowUseRule::Warn => Course::Halved,
        LowUseRule::Help if answers(assumed.help_answer.as_f64()) => {
            // Half of the time in which the GPU did nothing is saved.
            let idle = part(lasts, intent.idle_per_mille);
            let lasts = (lasts - Span(idle.0 / 2)).max(Span::secs(1));
            let idle = idle - Span(idle.0 / 2);
            let share = u64::from(idle.0) * 1_000 / u64::from(lasts.0);
            Course::Improved(lasts, share as u32)
        }
        LowUseRule::Off | LowUseRule::Help => Course::Spared,
    }
}

/// So many thousandths of a length of time.
fn part(whole: Span, per_mille: u32) -> Span {
    Span((u64::from(whole.0) * u64::from(per_mille.min(1_000)) / 1_000) as u32)
}
