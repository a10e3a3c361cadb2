//! Saved states: what of a run is safe when it is broken off, what saving costs, and what is done again.
//!
//! After its restart a run works for an interval, writes its state, works again, and so on; after the last stretch it needs
//! no further write. What was done since the last finished write is lost with the run; a job that saves when it is told to
//! stop loses nothing, if it is given the time of one write.

use serde::{Deserialize, Serialize};

use super::JobSpec;
use super::batches::WRITE;
use crate::units::Span;

/// How a piece of work saves its state.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Saving {
    /// Work between two writes. Zero: it never saves.
    pub every: Span,
    /// What one write takes; nothing else is done meanwhile.
    pub write: Span,
    /// Spent at the start of a run that goes on from a saved state.
    pub restart: Span,
    /// Whether it saves when it is told to stop (SIGTERM, or `--signal` before the time limit).
    pub on_signal: bool,
    /// Of a job: its run time ends it before its work is done, and what it has not saved by then is lost.
    pub cut: bool,
}

impl Saving {
    /// How somebody saves who begins to: so much work between two writes, each of the usual length.
    pub fn usual(every: Span, on_signal: bool) -> Saving {
        Saving {
            every,
            write: Span::secs(WRITE.0 as u32),
            on_signal,
            ..Saving::default()
        }
    }

    /// Whether it saves at all.
    pub fn on(self) -> bool {
        self.every > Span::ZERO
    }

    /// The work in the first so many seconds after the restart.
    pub fn worked(self, since: Span) -> Span {
        if !self.on() {
            return since;
        }
        let cycle = (self.every + self.write).0;
        Span(since.0 / cycle * self.every.0 + (since.0 % cycle).min(self.every.0))
    }

    /// How long so much work takes with its writes, the restart left aside.
    pub fn lasts(self, work: Span) -> Span {
        if !self.on() {
            return work;
        }
        work + self.write * (work.0.saturating_sub(1) / self.every.0)
    }

    /// Up to which second after the restart work is safe, if the run is broken off at `since`, `told` when it was told to stop.
    pub fn safe(self, since: Span, told: Option<Span>) -> Span {
        if !self.on() {
            return Span::ZERO;
        }
        match told {
            Some(told) if self.on_signal && told + self.write <= since => told,
            Some(_) | None => Span(since.0 - since.0 % (self.every + self.write).0),
        }
    }

    /// The same for a run that its limit cuts at `since`, which its owner knows beforehand.
    pub fn safe_at_limit(self, since: Span) -> Span {
        self.safe(since, Some(since - self.write))
    }

    /// The same for somebody who has to go on from limit to limit: at least eight states in each. (J)
    pub(super) fn within(self, limit: Span) -> Saving {
        let every = self.every.min(Span(limit.0 / 8));
        Saving {
            every,
            write: self.write.min(Span(every.0 / 4)),
            ..self
        }
    }
}

impl JobSpec {
    /// The work in the first so many seconds of a run.
    pub fn worked(&self, elapsed: Span) -> Span {
        self.saving.worked(elapsed - self.restart)
    }

    /// How many seconds of a run count that is broken off after `elapsed`, `told` when it was told to stop.
    pub fn safe(&self, elapsed: Span, told: Option<Span>) -> Span {
        let told = told.map(|told| told - self.restart);
        match self.saving.safe(elapsed - self.restart, told) {
            Span::ZERO => Span::ZERO,
            since => self.restart + since,
        }
    }

    /// How many seconds count of a run that its limit cuts.
    pub fn safe_at_limit(&self, elapsed: Span) -> Span {
        self.restart + self.saving.safe_at_limit(elapsed - self.restart)
    }

    /// Whether it would go on from what the first `kept` seconds of a run have saved: that is more than a restart costs, or
    /// there was a state before.
    pub fn is_worth_keeping(&self, kept: Span) -> bool {
        let saved = self.worked(kept);
        saved > Span::ZERO && (self.restart > Span::ZERO || saved > self.saving.restart)
    }

    /// It is to go on from what the first `kept` seconds of a run have saved.
    pub fn go_on(&mut self, kept: Span) {
        let saved = self.worked(kept);
        let planned = if self.saving.cut {
            self.safe_at_limit(self.runtime)
        } else {
            self.runtime
        };
        let left = self.worked(planned) - saved;
        self.saving.cut = false;
        self.restart = self.saving.restart;
        self.runtime = (self.restart + self.saving.lasts(left)).max(Span::secs(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOURLY: Saving = Saving {
        every: Span::hours(1),
        write: Span::mins(1),
        restart: Span::mins(5),
        on_signal: false,
        cut: false,
    };

    #[test]
    fn work_and_its_writes_lead_back_to_each_other() {
        for saving in [HOURLY, Saving::default()] {
            for work in [1, 59, 3_600, 3_601, 7_200, 7_201, 100_000] {
                assert_eq!(saving.worked(saving.lasts(Span(work))), Span(work));
            }
        }
        assert_eq!(HOURLY.lasts(Span::hours(3)), Span::hours(3) + Span::mins(2));
    }

    #[test]
    fn what_was_done_since_the_last_finished_write_is_not_safe() {
        let safe = |since| HOURLY.safe(since, None);
        assert_eq!(safe(Span::mins(60)), Span::ZERO);
        assert_eq!(safe(Span::mins(61)), Span::mins(61));
        assert_eq!(safe(Span::mins(121)), Span::mins(61));
        assert_eq!(HOURLY.worked(safe(Span::mins(122))), Span::hours(2));
        assert_eq!(Saving::default().safe(Span::hours(9), None), Span::ZERO);
    }

    #[test]
    fn whoever_hears_the_signal_saves_if_there_is_time_for_a_write() {
        let hears = Saving {
            on_signal: true,
            ..HOURLY
        };
        let told = Some(Span::mins(30));
        assert_eq!(hears.safe(Span::mins(31), told), Span::mins(30));
        assert_eq!(hears.safe(Span::secs(31 * 60 - 1), told), Span::ZERO);
        assert_eq!(HOURLY.safe(Span::mins(40), told), Span::ZERO);
    }
}
