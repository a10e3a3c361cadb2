//! Which runs are under way, which are wanted next, and what has come back. The newest wish wins.
//!
//! For a pair of policies a first look (the first seed, a shorter window) is wanted from both sides, then one whole run
//! per seed from both. What is found is kept, so that changing one side runs only that side, and going back runs nothing.

use std::sync::Arc;

use sim_core::metrics::{Detail, SeedReport};
use sim_worker::{Case, Heard, InForce, Reply, Request, RunId};

/// Measured days of a first look.
pub const LOOK_DAYS: u32 = 14;
/// First looks start at least so many milliseconds apart while a knob is being moved.
const LOOK_PAUSE_MS: f64 = 120.0;
/// Whole runs start once a wish has stood for so many milliseconds: while a knob is being moved they would all be dropped.
const QUIET_MS: f64 = 60.0;
/// Reports are kept for so many cases.
const KEPT: usize = 24;
/// A worker that breaks down so often in a row is not started again.
const CRASHES: u32 = 3;

/// A case under a short name.
type Side = u32;

/// What a run is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Piece {
    /// The first seed over a shorter window, with the picture.
    Look,
    /// A whole run of this seed.
    Seed(u64),
}

/// What the session must do next.
#[derive(Clone, PartialEq, Debug)]
pub enum Act {
    /// Send this to a worker.
    Send(usize, Request),
    /// Start a worker anew.
    Respawn(usize),
    /// Start larger workers in place of all.
    Enlarge,
    /// Call [`Runs::tick`] after so many milliseconds.
    Wake(f64),
}

/// Why there is no answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// The scenario cannot be run: every problem, with place and remedy.
    Rejected(Vec<String>),
    /// The simulator broke down again and again.
    Crashed(String),
    /// Page and worker come from different builds.
    OtherVersion,
}

/// How far the answer for the wanted pair is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Nothing has come back.
    Waiting,
    /// The first look is there.
    Look,
    /// So many of the seeds are there, on both sides.
    Some(u32),
    /// All are there.
    All,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    run: RunId,
    side: Side,
    piece: Piece,
    done: f32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Wanted {
    baseline: Side,
    proposal: Side,
    first_seed: u64,
    seeds: u32,
}

/// A case, and what is known of it.
#[derive(Debug)]
struct Known {
    side: Side,
    case: Case,
    in_force: Option<InForce>,
    found: Vec<(Piece, Arc<SeedReport>)>,
}

/// The state of all runs.
#[derive(Debug)]
pub struct Runs {
    /// The cases, those asked for last at the end.
    known: Vec<Known>,
    flights: Vec<Option<Flight>>,
    wanted: Option<Wanted>,
    next_side: Side,
    next_run: u32,
    looked_at: f64,
    wished_at: f64,
    crashes: u32,
    stopped: bool,
    trouble: Option<Trouble>,
}

impl Runs {
    /// No run yet, with so many workers.
    pub fn new(workers: usize) -> Runs {
        Runs {
            known: Vec::new(),
            flights: vec![None; workers.max(1)],
            wanted: None,
            next_side: 0,
            next_run: 0,
            looked_at: f64::NEG_INFINITY,
            wished_at: f64::NEG_INFINITY,
            crashes: 0,
            stopped: false,
            trouble: None,
        }
    }

    /// Wants the answer for a pair, baseline and proposal, over so many seeds; any older wish is forgotten.
    pub fn want(&mut self, [baseline, proposal]: [Case; 2], seeds: u32, now: f64) -> Vec<Act> {
        let wanted = Some(Wanted {
            first_seed: proposal.seed,
            baseline: self.name(baseline),
            proposal: self.name(proposal),
            seeds,
        });
        if self.wanted != wanted {
            self.wanted = wanted;
            self.wished_at = now;
        }
        self.forget_old();
        self.stopped = false;
        self.trouble = None;
        self.crashes = 0;
        let mut acts = self.drop_flights(|piece| piece != Piece::Look);
        acts.extend(self.tick(now));
        acts
    }

    /// Stops everything under way; what is there stays.
    pub fn stop(&mut self) -> Vec<Act> {
        self.stopped = true;
        let mut acts = Vec::new();
        for (slot, flight) in self.flights.iter_mut().enumerate() {
            acts.extend(
                flight
                    .take()
                    .map(|flight| Act::Send(slot, Request::Cancel { run: flight.run })),
            );
        }
        acts
    }

    /// Goes on after [`Runs::stop`].
    pub fn go_on(&mut self, now: f64) -> Vec<Act> {
        self.stopped = false;
        self.tick(now)
    }

    /// Lets go of all workers; whatever is wanted next is asked of larger ones.
    pub fn enlarge(&mut self) -> Vec<Act> {
        self.flights.fill(None);
        vec![Act::Enlarge]
    }

    /// Takes in what a worker says.
    pub fn hear(&mut self, slot: usize, heard: Heard, now: f64) -> Vec<Act> {
        match heard {
            Heard::Reply(Reply::Ready { .. }) => Vec::new(),
            Heard::Reply(Reply::Begun { run, in_force }) => {
                if let Some(&mut Flight { side, .. }) = self.flight(slot, run)
                    && let Some(known) = self.known_mut(side)
                {
                    known.in_force = Some(in_force);
                }
                Vec::new()
            }
            Heard::Reply(Reply::Progress { run, done }) => {
                if let Some(flight) = self.flight(slot, run) {
                    flight.done = done;
                }
                Vec::new()
            }
            Heard::Reply(Reply::Finished { run, report }) => {
                // A reply to an older run than the one this worker was given last is dropped.
                if let Some(&mut Flight { side, piece, .. }) = self.flight(slot, run) {
                    self.flights[slot] = None;
                    self.crashes = 0;
                    if let Some(known) = self.known_mut(side) {
                        known.found.push((piece, Arc::from(report)));
                    }
                }
                self.tick(now)
            }
            Heard::Reply(Reply::Rejected { run, problems }) => {
                if self.flight(slot, run).is_some() {
                    self.flights[slot] = None;
                    self.trouble = Some(Trouble::Rejected(problems));
                }
                Vec::new()
            }
            // What the larger workers run they run to the same digests: nothing that was found is lost.
            Heard::Reply(Reply::Elsewhere { run }) => {
                if self.flight(slot, run).is_none() {
                    return Vec::new();
                }
                let mut acts = self.enlarge();
                acts.extend(self.tick(now));
                acts
            }
            Heard::Crashed { message } => {
                self.flights[slot] = None;
                self.crashes += 1;
                if self.crashes >= CRASHES {
                    self.trouble = Some(Trouble::Crashed(message));
                    return Vec::new();
                }
                let mut acts = vec![Act::Respawn(slot)];
                acts.extend(self.tick(now));
                acts
            }
            Heard::OtherVersion => {
                self.trouble = Some(Trouble::OtherVersion);
                Vec::new()
            }
        }
    }

    /// Gives free workers the most wanted runs.
    pub fn tick(&mut self, now: f64) -> Vec<Act> {
        let mut acts = Vec::new();
        let Some(wanted) = self.wanted else { return acts };
        while !self.stopped && self.trouble.is_none() {
            let Some((side, piece)) = self.next_piece(wanted) else {
                break;
            };
            let rest = match piece {
                Piece::Look if side == wanted.proposal => self.looked_at + LOOK_PAUSE_MS - now,
                Piece::Look => 0.0,
                Piece::Seed(_) => self.wished_at + QUIET_MS - now,
            };
            if rest > 0.0 {
                acts.push(Act::Wake(rest));
                break;
            }
            if piece == Piece::Look {
                acts.extend(self.drop_flights(|_| true));
            }
            let Some(slot) = self.flights.iter().position(Option::is_none) else {
                break;
            };
            if piece == Piece::Look && side == wanted.proposal {
                self.looked_at = now;
            }
            acts.extend(self.send(slot, side, piece));
        }
        acts
    }

    /// How far the answer is.
    pub fn stage(&self) -> Stage {
        let Some(wanted) = self.wanted else {
            return Stage::Waiting;
        };
        let pairs = self.pairs_of(wanted).count() as u32;
        if pairs == wanted.seeds {
            Stage::All
        } else if pairs >= 2 {
            Stage::Some(pairs)
        } else if self.look().is_some() {
            Stage::Look
        } else {
            Stage::Waiting
        }
    }

    /// Seeds there on both sides, and wanted.
    pub fn progress(&self) -> (u32, u32) {
        self.wanted.map_or((0, 0), |wanted| {
            (self.pairs_of(wanted).count() as u32, wanted.seeds)
        })
    }

    /// Share of the wanted runs that is done, first looks among them, with those under way counted in part, 0 to 1.
    pub fn share_done(&self) -> f32 {
        let Some(wanted) = self.wanted else { return 0.0 };
        let mut sides = vec![wanted.proposal];
        if wanted.baseline != wanted.proposal {
            sides.push(wanted.baseline);
        }
        let pieces = || seeds_of(wanted).map(Piece::Seed).chain([Piece::Look]);
        let whole = sides.len() as f32 * (wanted.seeds + 1) as f32;
        let there: usize = sides
            .iter()
            .map(|&side| {
                pieces()
                    .filter(|&piece| self.found(side, piece).is_some())
                    .count()
            })
            .sum();
        let under_way: f32 = self.flights.iter().flatten().map(|f| f.done).sum();
        ((there as f32 + under_way) / whole).min(1.0)
    }

    /// What is in force under baseline and proposal, as far as it has been told.
    pub fn in_force(&self) -> [Option<&InForce>; 2] {
        let of = |side| self.known(side)?.in_force.as_ref();
        self.wanted
            .map_or([None, None], |wanted| [of(wanted.baseline), of(wanted.proposal)])
    }

    /// The first look at both sides: baseline, proposal.
    pub fn look(&self) -> Option<[Arc<SeedReport>; 2]> {
        let wanted = self.wanted?;
        let of = |side| self.found(side, Piece::Look).cloned();
        Some([of(wanted.baseline)?, of(wanted.proposal)?])
    }

    /// Whole runs that are there on both sides, in order of seed: baseline, proposal.
    pub fn pairs(&self) -> Vec<[Arc<SeedReport>; 2]> {
        self.wanted
            .map(|wanted| self.pairs_of(wanted).collect())
            .unwrap_or_default()
    }

    /// Why there is no answer, if there will be none.
    pub fn trouble(&self) -> Option<&Trouble> {
        self.trouble.as_ref()
    }

    /// A name for what can be shown: it changes whenever [`super::shown::Shown::of`] would.
    pub fn edition(&self) -> Option<(u32, u32, Stage)> {
        self.wanted
            .map(|wanted| (wanted.baseline, wanted.proposal, self.stage()))
    }

    /// Whether the user has stopped the runs before the answer was whole.
    pub fn is_stopped(&self) -> bool {
        self.stopped && self.stage() != Stage::All
    }

    fn pairs_of(&self, wanted: Wanted) -> impl Iterator<Item = [Arc<SeedReport>; 2]> + '_ {
        seeds_of(wanted).filter_map(move |seed| {
            let of = |side| self.found(side, Piece::Seed(seed)).cloned();
            Some([of(wanted.baseline)?, of(wanted.proposal)?])
        })
    }

    /// The most wanted run that is neither there nor under way.
    fn next_piece(&self, wanted: Wanted) -> Option<(Side, Piece)> {
        let sides = [wanted.proposal, wanted.baseline];
        let looks = sides.into_iter().map(|side| (side, Piece::Look));
        let seeds = seeds_of(wanted)
            .flat_map(move |seed| sides.into_iter().map(move |side| (side, Piece::Seed(seed))));
        looks.chain(seeds).find(|&(side, piece)| {
            self.found(side, piece).is_none()
                && !self
                    .flights
                    .iter()
                    .flatten()
                    .any(|f| (f.side, f.piece) == (side, piece))
        })
    }

    /// Drops flights that nobody wants any more, of the pieces that `may_go` allows.
    fn drop_flights(&mut self, may_go: impl Fn(Piece) -> bool) -> Vec<Act> {
        let wanted = self.wanted.map(|w| [w.baseline, w.proposal]).unwrap_or_default();
        let mut acts = Vec::new();
        for (slot, flight) in self.flights.iter_mut().enumerate() {
            if let Some(idle) = flight.take_if(|f| !wanted.contains(&f.side) && may_go(f.piece)) {
                acts.push(Act::Send(slot, Request::Cancel { run: idle.run }));
            }
        }
        acts
    }

    fn send(&mut self, slot: usize, side: Side, piece: Piece) -> Option<Act> {
        let case = self.known(side)?.case.clone();
        let run = RunId(self.next_run);
        self.next_run += 1;
        self.flights[slot] = Some(Flight {
            run,
            side,
            piece,
            done: 0.0,
        });
        let (seed, detail, stop_after_days) = match piece {
            Piece::Look => (case.seed, Detail::Timeline, Some(LOOK_DAYS)),
            Piece::Seed(seed) => (seed, Detail::Summary, None),
        };
        let request = Request::Run {
            run,
            case,
            seed,
            detail,
            stop_after_days,
        };
        Some(Act::Send(slot, request))
    }

    fn flight(&mut self, slot: usize, run: RunId) -> Option<&mut Flight> {
        self.flights
            .get_mut(slot)?
            .as_mut()
            .filter(|flight| flight.run == run)
    }

    /// The name of a case, known or new.
    fn name(&mut self, case: Case) -> Side {
        let known = match self.known.iter().position(|known| known.case == case) {
            Some(at) => self.known.remove(at),
            None => {
                self.next_side += 1;
                Known {
                    side: self.next_side,
                    case,
                    in_force: None,
                    found: Vec::new(),
                }
            }
        };
        let side = known.side;
        self.known.push(known);
        side
    }

    fn known(&self, side: Side) -> Option<&Known> {
        self.known.iter().find(|known| known.side == side)
    }

    fn known_mut(&mut self, side: Side) -> Option<&mut Known> {
        self.known.iter_mut().find(|known| known.side == side)
    }

    fn found(&self, side: Side, piece: Piece) -> Option<&Arc<SeedReport>> {
        let known = self.known(side)?;
        known
            .found
            .iter()
            .find(|&&(found, _)| found == piece)
            .map(|(_, report)| report)
    }

    /// Lets go of the reports asked for longest ago.
    fn forget_old(&mut self) {
        let old = self.known.len().saturating_sub(KEPT);
        self.known.drain(..old);
    }
}

/// The seeds of the whole runs.
fn seeds_of(wanted: Wanted) -> impl Iterator<Item = u64> {
    (0..u64::from(wanted.seeds)).map(move |i| wanted.first_seed + i)
}

#[cfg(test)]
mod tests;
