//! Joins a sweep to signals, workers and the address bar.

use std::rc::Rc;
use std::sync::Arc;

use figures::figure::Figure;
use figures::frontier::{self, Frontier, Places};
use leptos::prelude::*;
use sim_core::metrics::sweep::{Goal, Measure, Point, Tail, rank};
use sim_core::scenario::knobs::{Settings, Vary, grid};
use sim_core::scenario::link::LinkError;
use sim_worker::{Brought, Case, Heard, Opening};

use crate::browser;
use crate::builder::{Builder, WasOpened};
use crate::model::address::{self, Read};
use crate::model::draft::Pair;
use crate::model::runs::{Act, Trouble};
use crate::model::sweeping::{Care, Sweep};
use crate::model::wish::{self, Wish};
use crate::pool::Pool;

/// While runs come in, what is shown fills up at most this often, in milliseconds: it is spoken, too.
const FILLING_MS: f64 = 1_000.0;
const NOT_FETCHED: &str =
    "The page could not fetch this cluster. Check the connection, then reload the page; the link keeps.";

/// What is swept around: what the lab's link says.
#[derive(Clone, PartialEq, Debug)]
pub struct Around {
    /// How things are, and what is proposed.
    pub pair: Pair,
}

/// What a sweep found so far.
#[derive(Debug)]
pub struct Shown {
    /// The settings and their runs.
    pub points: Vec<Point>,
    /// What is varied.
    pub varied: Vec<Vary>,
    /// Where things are.
    pub places: Places,
    /// The picture.
    pub frontier: Frontier,
    /// Its words.
    pub figure: Figure,
    /// What it was swept around.
    pub around: Around,
}

/// What is under way, or was last.
#[derive(Clone, Debug)]
enum Order {
    /// Settings of some knobs.
    Settings { varied: Vec<Vary>, places: Places },
    /// Knobs one at a time, each with the places of its settings.
    Ranking {
        varied: Vec<Vary>,
        tried: Vec<Vec<usize>>,
    },
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Runs there.
    pub done: u32,
    /// Runs wanted.
    pub of: u32,
    /// Whether more are under way.
    pub is_running: bool,
    /// Whether it is knobs that are ranked.
    pub is_ranking: bool,
}

/// Signals and verbs of a page that sweeps.
#[derive(Clone, Copy)]
pub struct Session {
    /// What the reader wants.
    pub wish: RwSignal<Wish>,
    /// What is swept around; nothing while it is not known.
    pub around: RwSignal<Option<Around>>,
    /// What was found.
    pub shown: RwSignal<Option<Arc<Shown>>>,
    /// Which knobs matter.
    pub ranking: RwSignal<Option<Figure>>,
    /// How far the runs are.
    pub progress: RwSignal<Progress>,
    /// The setting that is looked at.
    pub chosen: RwSignal<usize>,
    /// What is odd: about the link, about what is asked, about settings that cannot be run.
    pub notes: RwSignal<Vec<String>>,
    /// Why there are no runs.
    pub trouble: RwSignal<Option<Trouble>>,
    sweep: StoredValue<Sweep>,
    order: StoredValue<Option<Order>>,
    pool: Pool,
    builder: Builder,
    brought: StoredValue<Brought>,
    more: StoredValue<Option<String>>,
    shown_at: StoredValue<f64>,
    is_show_due: StoredValue<bool>,
}

impl Session {
    /// A session over these set-ups; `more` is where all of them can be fetched.
    pub fn open(brought: Brought, more: Option<String>, [worker, builder]: [String; 2]) -> Session {
        let pool = Pool::new(worker);
        let session = Session {
            wish: RwSignal::new(Wish::default()),
            around: RwSignal::new(None),
            shown: RwSignal::new(None),
            ranking: RwSignal::new(None),
            progress: RwSignal::new(Progress::default()),
            chosen: RwSignal::new(0),
            notes: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            sweep: StoredValue::new(Sweep::new(pool.size())),
            order: StoredValue::new(None),
            pool,
            builder: Builder::at(builder),
            brought: StoredValue::new(brought),
            more: StoredValue::new(more),
            shown_at: StoredValue::new(f64::NEG_INFINITY),
            is_show_due: StoredValue::new(false),
        };
        session.take_address();
        for event in ["popstate", "hashchange"] {
            browser::listen(&browser::window(), event, move |_| session.take_address());
        }
        session
    }

    /// The lab's link of what is swept around: as it stands in the address bar, or else that of the first cluster.
    pub fn link(self) -> String {
        let fragment = browser::fragment();
        if address::is_link(&fragment) {
            return fragment;
        }
        let first = self
            .brought
            .with_value(|brought| brought.profiles.first().cloned());
        first.map_or(String::new(), |first| address::of_profile(&first.name))
    }

    /// The lab's link of a setting.
    pub fn link_of(shown: &Shown, at: usize, runs: u32) -> String {
        let mut pair = shown.around.pair.clone();
        if is_now(&pair, &shown.places, at) {
            pair.on[1] = pair.on[0].clone();
        }
        pair.proposal = shown.points[at].settings.clone();
        address::write(&pair, runs)
    }

    /// Sweeps what is wished for.
    pub fn run(self) {
        browser::mark("input");
        let wish = self.wish.get_untracked();
        let Some(around) = self.around.get_untracked() else {
            return;
        };
        let varied = match wish.all_varied() {
            Ok(varied) => varied,
            Err(sentence) => return self.notes.set(vec![sentence]),
        };
        self.write_address(&wish);
        let (settings, places) = settings(&around.pair, &varied);
        self.order.set_value(Some(Order::Settings { varied, places }));
        self.shown.set(None);
        self.want(settings, &around, Some(places), wish.runs, Care::All);
    }

    /// Turns every knob alone, to see which matters.
    pub fn rank(self) {
        browser::mark("input");
        let wish = self.wish.get_untracked();
        let Some(around) = self.around.get_untracked() else {
            return;
        };
        self.write_address(&wish);
        let base = &around.pair.proposal;
        let varied = wish::neighbours(base);
        let mut all = vec![base.clone()];
        let mut tried = Vec::new();
        for vary in &varied {
            let first = all.len();
            all.extend(vary.settings.iter().map(|&setting| {
                let mut settings = base.clone();
                settings.set(vary.knob, setting);
                settings
            }));
            tried.push((first..all.len()).collect());
        }
        self.order.set_value(Some(Order::Ranking { varied, tried }));
        self.ranking.set(None);
        self.want(all, &around, None, wish.runs, Care::Different);
    }

    /// Stops; what is there stays.
    pub fn stop(self) {
        browser::mark("input");
        let acts = self.sweep.try_update_value(Sweep::stop);
        self.perform(acts);
        self.show();
        browser::mark_when_painted("stopped");
    }

    /// The goal of the form.
    pub fn goal(self) -> Goal {
        self.wish.with(|wish| {
            let asked = wish.asked;
            frontier::goal(wish.kind, asked.within, asked.used, asked.rules)
        })
    }

    /// The address follows what is wished for.
    pub fn write_address(self, wish: &Wish) {
        browser::replace_query(&wish.query(), &self.link());
    }

    /// What is shown follows whose wait is weighed.
    pub fn show(self) {
        self.is_show_due.set_value(false);
        self.refresh_progress();
        let points = self.sweep.with_value(Sweep::points);
        let (Some(order), Some(around)) = (self.order.get_value(), self.around.get_untracked()) else {
            return;
        };
        let kind = self.wish.with_untracked(|wish| wish.kind);
        match order {
            Order::Settings { varied, places } => {
                if points.iter().all(|point| point.runs.is_empty()) {
                    return;
                }
                let frontier = Frontier::of(&points, &varied, places, kind);
                if self.shown.with_untracked(Option::is_none) {
                    self.chosen.set(places.now);
                }
                self.shown.set(Some(Arc::new(Shown {
                    figure: frontier.figure(),
                    frontier,
                    points,
                    varied,
                    places,
                    around,
                })));
            }
            Order::Ranking { varied, tried } => {
                let by = Measure::Wait(frontier::class(kind), Tail::NineInTen);
                let effects = rank(&points, 0, &tried, by);
                if !effects.is_empty() {
                    let work = kind.plural().to_lowercase();
                    self.ranking
                        .set(Some(frontier::ranking(&effects, &points, &varied, &work)));
                }
            }
        }
        if !self.progress.get_untracked().is_running {
            browser::mark_when_painted("swept");
        }
    }

    fn want(self, all: Vec<Settings>, around: &Around, places: Option<Places>, runs: u32, care: Care) {
        let pair = &around.pair;
        let cases = all.into_iter().enumerate().map(|(at, settings)| {
            let is_now = places.is_some_and(|places| is_now(pair, &places, at));
            Case {
                profile: pair.on[usize::from(!is_now)].name.clone(),
                settings,
                horizon: pair.horizon,
                seed: pair.seed,
            }
        });
        let cases = cases.collect();
        self.notes.set(Vec::new());
        self.trouble.set(None);
        let acts = self.sweep.try_update_value(|sweep| sweep.want(cases, runs, care));
        self.perform(acts);
        self.show();
    }

    /// Takes over what the address bar says. A link that varies something is run at once.
    fn take_address(self) {
        let fragment = browser::fragment();
        let read = if address::is_link(&fragment) {
            self.brought
                .with_value(|brought| address::read(&fragment, &brought.profiles))
        } else {
            let first = self
                .brought
                .with_value(|brought| brought.profiles.first().cloned());
            let unchanged = first.map(|profile| Read {
                pair: Pair::unchanged(&profile),
                seeds: address::SEEDS,
                notes: Vec::new(),
            });
            unchanged.ok_or(LinkError::NotALink)
        };
        self.take(read, &fragment);
    }

    /// Takes over what a link says, or has the set-ups made that it names beyond the presets.
    fn take(self, read: Result<Read, LinkError>, text: &str) {
        match read {
            Ok(Read { pair, notes, .. }) => {
                self.around.set(Some(Around { pair }));
                let swept = Wish::read(&browser::query());
                let is_swept = swept.is_some();
                let mut all = notes;
                if let Some((wish, odd)) = swept {
                    self.wish.set(wish);
                    all.extend(odd);
                }
                if is_swept {
                    self.run();
                }
                self.notes.update(|notes| notes.extend(all));
            }
            Err(error) => match (self.more.try_update_value(Option::take).flatten(), &error) {
                (Some(address), _) => self.fetch_more(address),
                (None, LinkError::UnknownProfile { name, .. }) if name.contains('&') => {
                    self.rebuild(text.to_owned())
                }
                (None, _) => self.notes.set(vec![error.to_string()]),
            },
        }
    }

    fn rebuild(self, text: String) {
        let set_ups = self.brought.with_value(|brought| brought.sealed.clone());
        let opening = Opening::Link(text.clone());
        let done = move |opened: WasOpened| match opened {
            Ok(opened) => {
                let Some(brought) = Brought::of(&opened.set_ups) else {
                    return;
                };
                let read = address::read(&opened.link, &brought.profiles);
                self.pool.tell(&brought.sealed);
                self.brought.set_value(brought);
                match read {
                    Ok(read) => {
                        let notes = [opened.notes, read.notes].concat();
                        self.take(Ok(Read { notes, ..read }), &text);
                    }
                    Err(error) => self.notes.set(vec![error.to_string()]),
                }
            }
            Err(problems) => self.notes.set(problems),
        };
        self.builder.open(opening, set_ups, Rc::new(done));
    }

    fn fetch_more(self, address: String) {
        browser::fetch(&address, move |bytes| {
            match bytes.and_then(|bytes| Brought::of(&bytes)) {
                Some(brought) => {
                    self.brought.set_value(brought);
                    self.take_address();
                }
                None => self.notes.set(vec![NOT_FETCHED.to_owned()]),
            }
        });
    }

    fn hear(self, slot: usize, heard: Heard) {
        let acts = self.sweep.try_update_value(|sweep| sweep.hear(slot, heard));
        self.perform(acts);
        let now = browser::now();
        let is_over = !self.sweep.with_value(Sweep::is_running);
        // "Complete" is said together with the last numbers, not before them.
        if !is_over {
            self.refresh_progress();
        }
        if !(is_over || now - self.shown_at.get_value() >= FILLING_MS) || self.is_show_due.get_value() {
            return;
        }
        self.shown_at.set_value(now);
        self.is_show_due.set_value(true);
        browser::later(0, move || self.show());
    }

    fn refresh_progress(self) {
        let is_ranking = self
            .order
            .with_value(|order| matches!(order, Some(Order::Ranking { .. })));
        let Some((progress, trouble, refused)) = self.sweep.try_with_value(|sweep| {
            let (done, of) = sweep.progress();
            let progress = Progress {
                done,
                of,
                is_running: sweep.is_running(),
                is_ranking,
            };
            (progress, sweep.trouble().cloned(), sweep.refused())
        }) else {
            return;
        };
        if self.progress.get_untracked() != progress {
            self.progress.set(progress);
        }
        if self.trouble.with_untracked(|now| *now != trouble) {
            self.trouble.set(trouble);
        }
        if !is_ranking && !refused.is_empty() {
            let said: Vec<String> = refused
                .into_iter()
                .map(|(at, why)| format!("Setting {} cannot be run: {why}.", at + 1))
                .collect();
            if self.notes.with_untracked(|notes| *notes != said) {
                self.notes.set(said);
            }
        }
    }

    fn perform(self, acts: Option<Vec<Act>>) {
        let hear: Rc<dyn Fn(usize, Heard)> = Rc::new(move |slot, heard| self.hear(slot, heard));
        let set_ups = move || self.brought.with_value(|brought| brought.sealed.clone());
        let done = self.pool.perform(acts.unwrap_or_default(), &set_ups, &hear);
        if let Err(message) = done {
            self.trouble.set(Some(Trouble::Crashed(message)));
        }
    }
}

/// Every setting of the grid around what is proposed, in its order; how things are and what is proposed come first where
/// they are none of them.
fn settings(pair: &Pair, varied: &[Vary]) -> (Vec<Settings>, Places) {
    let mut all: Vec<Settings> = Vec::new();
    for combination in grid(varied).unwrap_or_default() {
        let mut settings = pair.proposal.clone();
        for (vary, setting) in varied.iter().zip(combination) {
            settings.set(vary.knob, setting);
        }
        all.push(settings);
    }
    let is_change = pair.proposal != pair.baseline;
    // On a set-up of its own, how things are is no setting of what is proposed, even if the knobs stand alike.
    let is_apart = pair.on[0] != pair.on[1];
    let sides = [
        (is_change || is_apart).then_some(&pair.proposal),
        (!is_apart).then_some(&pair.baseline),
    ];
    for side in sides.into_iter().flatten() {
        if !all.contains(side) {
            all.insert(0, side.clone());
        }
    }
    if is_apart {
        all.insert(0, pair.baseline.clone());
    }
    let first = usize::from(is_apart);
    let place = |side: &Settings| {
        all[first..]
            .iter()
            .position(|other| other == side)
            .map(|at| at + first)
    };
    let places = Places {
        now: if is_apart {
            0
        } else {
            place(&pair.baseline).unwrap_or(0)
        },
        proposal: place(&pair.proposal).filter(|_| is_change || is_apart),
    };
    (all, places)
}

/// Whether a setting is how things are, on a set-up of its own.
fn is_now(pair: &Pair, places: &Places, at: usize) -> bool {
    pair.on[0] != pair.on[1] && at == places.now
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::link::Profile;
    use sim_core::scenario::{Scenario, knobs};

    #[test]
    fn how_things_are_and_the_proposal_are_among_the_settings_once() {
        let profile = Profile::of(&Scenario::default());
        let mut pair = Pair::unchanged(&profile);
        let varied = [Vary::parse("cap=2,4,off").unwrap()];
        let (all, places) = settings(&pair, &varied);
        // As it is there is no cap.
        assert_eq!((all.len(), places.now, places.proposal), (3, 2, None));
        let cap = knobs::find("cap").unwrap();
        pair.proposal.set(cap, cap.parse("4").unwrap());
        assert_eq!(settings(&pair, &varied).1.proposal, Some(1));
        let days = knobs::find("max-time").unwrap();
        pair.proposal.set(days, days.parse("1d").unwrap());
        let (all, places) = settings(&pair, &varied);
        // Every setting has the proposal's time limit, so how things are comes before them.
        assert_eq!((all.len(), places.now, places.proposal), (4, 0, Some(2)));
    }
}
