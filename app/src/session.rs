//! The one place that joins the model to signals, workers, the address bar and the clock. Components read its signals and
//! call its few verbs; they hold no logic of their own.

mod opening;

use std::sync::Arc;

use leptos::prelude::*;
use sim_core::scenario::knobs::{KNOBS, Knob};
use sim_worker::{Brought, Case, Client, Heard, Request};

use crate::browser;
use crate::builder::Builder;
use crate::model::address;
use crate::model::draft::{Draft, Edit, Pair};
use crate::model::rules::{self, Told};
use crate::model::runs::{Act, Runs, Stage, Trouble};
use crate::model::shown::{Shown, Side};

/// A change is settled after so many milliseconds of quiet.
const SETTLED_MS: i32 = 400;
/// While a knob moves, the address bar follows at most this often, in milliseconds: browsers refuse to be hurried.
const ADDRESS_MS: f64 = 150.0;
/// How long a second look at the last change shows what was before, in milliseconds.
const LOOK_BACK_MS: i32 = 1_500;
/// While the runs come in, what is shown fills up at most this often, in milliseconds.
const FILLING_MS: f64 = 250.0;
/// What is said where it does not come what a knob is about.
const NO_HELP: &str =
    "This text could not be fetched. Check the connection, then close it and open it again.";
/// Never more workers than this.
const WORKERS: usize = 8;

/// How far the runs for the present pair are.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Progress {
    /// Seeds there on both sides.
    pub done: u32,
    /// Seeds wanted.
    pub of: u32,
    /// Share of all runs done, 0 to 1.
    pub share: f32,
    /// Whether what is shown belongs to the present pair.
    pub is_current: bool,
    /// Whether the reader stopped the runs.
    pub is_stopped: bool,
}

impl Progress {
    /// Whether runs are under way.
    pub fn is_running(self) -> bool {
        self.done < self.of && !self.is_stopped
    }
}

/// Signals and verbs of one lab.
#[derive(Clone, Copy)]
pub struct Session {
    /// The pair being edited.
    pub draft: RwSignal<Draft>,
    /// Runs on each side.
    pub seeds: RwSignal<u32>,
    /// What the findings show.
    pub shown: RwSignal<Option<Arc<Shown>>>,
    /// How far the runs are.
    pub progress: RwSignal<Progress>,
    /// What is in force on both sides, as far as the workers have said it.
    pub told: RwSignal<Told>,
    /// Why there is no answer.
    pub trouble: RwSignal<Option<Trouble>>,
    /// What was not understood of the link the page was opened with.
    pub notes: RwSignal<Vec<String>>,
    /// Whether the link could be read at all.
    pub is_lost: RwSignal<bool>,
    /// The link of what is shown, without the `#`.
    pub link: RwSignal<String>,
    runs: StoredValue<Runs>,
    workers: StoredValue<Vec<Option<Client>>, LocalStorage>,
    worker_url: StoredValue<String>,
    /// The same of the larger workers.
    larger_url: StoredValue<String>,
    builder: Builder,
    /// Whether a link has been taken over.
    is_open: StoredValue<bool>,
    /// The set-ups there are.
    brought: StoredValue<Brought>,
    /// Where all set-ups can be fetched, until they are there.
    more: StoredValue<Option<String>>,
    /// Where it can be fetched what knobs are about.
    about_at: StoredValue<Option<String>>,
    /// That, once somebody has asked: a line for each knob, or nothing where it could not be fetched.
    about: RwSignal<Option<String>>,
    /// What the findings show by name, when it was made, and whether something newer is about to be.
    shown_edition: StoredValue<Option<(u32, u32, Stage)>>,
    shown_at: StoredValue<f64>,
    is_show_due: StoredValue<bool>,
    /// Rises with every change, so that only the last one settles.
    change: StoredValue<u32>,
    /// Whether the change under way has its entry in the history.
    has_entry: StoredValue<bool>,
    written_at: StoredValue<f64>,
}

impl Session {
    /// A session over these set-ups, opened at what the address bar says. The addresses are those of all set-ups and of what
    /// knobs are about, and those of a worker's loader, of the larger one's and of the builder's. `None` without a single set-up.
    pub fn open(
        brought: Brought,
        [more, about]: [Option<String>; 2],
        [worker, larger, builder]: [String; 3],
    ) -> Option<Session> {
        let first = brought.profiles.first()?.clone();
        let workers = browser::cores().min(WORKERS);
        let session = Session {
            draft: RwSignal::new(Draft::new(Pair::unchanged(&first))),
            seeds: RwSignal::new(address::SEEDS),
            shown: RwSignal::new(None),
            progress: RwSignal::new(Progress::default()),
            told: RwSignal::new([None, None]),
            trouble: RwSignal::new(None),
            notes: RwSignal::new(Vec::new()),
            is_lost: RwSignal::new(false),
            link: RwSignal::new(String::new()),
            runs: StoredValue::new(Runs::new(workers)),
            workers: StoredValue::new_local((0..workers).map(|_| None).collect()),
            worker_url: StoredValue::new(worker),
            larger_url: StoredValue::new(larger),
            builder: Builder::at(builder),
            is_open: StoredValue::new(false),
            brought: StoredValue::new(brought),
            more: StoredValue::new(more),
            about_at: StoredValue::new(about),
            about: RwSignal::new(None),
            shown_edition: StoredValue::new(None),
            shown_at: StoredValue::new(f64::NEG_INFINITY),
            is_show_due: StoredValue::new(false),
            change: StoredValue::new(0),
            has_entry: StoredValue::new(false),
            written_at: StoredValue::new(f64::NEG_INFINITY),
        };
        session.take_address();
        for event in ["popstate", "hashchange"] {
            browser::listen(&browser::window(), event, move |_| session.address_changed());
        }
        Some(session)
    }

    /// Makes a change: the words change now, the runs follow.
    pub fn edit(self, edit: Edit) {
        browser::mark("input");
        self.draft.update(|draft| draft.apply(edit));
        self.changed();
    }

    /// Takes back the last change.
    pub fn undo(self) {
        browser::mark("input");
        self.draft.update(Draft::undo);
        self.changed();
    }

    /// Makes the change again that was taken back last.
    pub fn redo(self) {
        browser::mark("input");
        self.draft.update(Draft::redo);
        self.changed();
    }

    /// Shows what was before the last change for a moment, then the change once more.
    pub fn replay(self) {
        self.draft.update(Draft::look_back);
        if !self.draft.with_untracked(Draft::is_looking_back) {
            return;
        }
        self.want();
        browser::later(LOOK_BACK_MS, move || {
            if self.draft.try_with_untracked(Draft::is_looking_back) == Some(true) {
                self.draft.update(Draft::look_again);
                self.want();
            }
        });
    }

    /// Asks for so many runs on each side.
    pub fn set_seeds(self, seeds: u32) {
        browser::mark("input");
        self.seeds.set(seeds);
        self.changed();
    }

    /// Stops all runs; what is there stays.
    pub fn stop(self) {
        let acts = self.runs.try_update_value(Runs::stop);
        self.perform(acts);
        self.refresh();
    }

    /// Goes on after [`Session::stop`].
    pub fn go_on(self) {
        let acts = self.runs.try_update_value(|runs| runs.go_on(browser::now()));
        self.perform(acts);
        self.refresh();
    }

    /// Begins again from the first profile, after a link that could not be read.
    pub fn start_over(self) {
        self.choose(&self.first_profile());
    }

    /// The name of the profile that [`Session::start_over`] begins from.
    pub fn first_profile(self) -> String {
        self.brought.with_value(|brought| {
            brought
                .profiles
                .first()
                .map(|first| first.name.clone())
                .unwrap_or_default()
        })
    }

    /// What is simulated on a side. Its first seed is the one that pictures show.
    pub fn case(self, side: Side) -> Case {
        let [baseline, proposal] = self.draft.with_untracked(|draft| draft.pair().cases());
        match side {
            Side::Baseline => baseline,
            Side::Proposal => proposal,
        }
    }

    /// The set-ups, as every worker is told them first.
    pub fn set_ups(self) -> Vec<u8> {
        self.brought.with_value(|brought| brought.sealed.clone())
    }

    /// Fetches what knobs are about, unless it is there or on its way.
    pub fn ask_about_knobs(self) {
        let Some(Some(address)) = self.about_at.try_update_value(Option::take) else {
            return;
        };
        self.about.set(None);
        browser::fetch(&address.clone(), move |bytes| {
            let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
            if text.is_none() {
                self.about_at.set_value(Some(address));
            }
            self.about.set(Some(text.unwrap_or_default()));
        });
    }

    /// What a knob is about, or why that cannot be said.
    pub fn about_knob(self, knob: &Knob) -> String {
        let of = |line: &str| Some(line.strip_prefix(knob.key)?.strip_prefix('\t')?.to_owned());
        self.about.with(|about| match about {
            None => "One moment …".to_owned(),
            Some(text) => text.lines().find_map(of).unwrap_or_else(|| NO_HELP.to_owned()),
        })
    }

    /// Whether the workers have said that what is proposed for a knob has no effect.
    pub fn is_idle(self, knob: &Knob) -> bool {
        let is = |at: &u32| KNOBS.get(*at as usize).is_some_and(|idle| idle.key == knob.key);
        self.told.with(|[_, proposal]| {
            proposal
                .as_ref()
                .is_some_and(|proposal| proposal.idle.iter().any(is))
        })
    }

    /// What follows from any change: address, runs, and that it settles some time.
    fn changed(self) {
        self.write_address();
        self.want();
        browser::mark_when_painted("responded");
        let change = self.change.try_update_value(|n| {
            *n += 1;
            *n
        });
        browser::later(SETTLED_MS, move || {
            if self.change.try_get_value() == change {
                self.settle();
            }
        });
    }

    fn settle(self) {
        self.draft.update(Draft::settle);
        browser::replace_fragment(&self.link.get_untracked());
        self.has_entry.set_value(false);
    }

    /// The address bar is the link: one entry for a change, rewritten while the change is under way.
    fn write_address(self) {
        let link = self.current_link();
        if link == self.link.get_untracked() {
            return;
        }
        self.link.set(link.clone());
        self.notes.set(Vec::new());
        let now = browser::now();
        if !self.has_entry.get_value() {
            browser::push_fragment(&link);
            self.has_entry.set_value(true);
            self.written_at.set_value(now);
        } else if now - self.written_at.get_value() >= ADDRESS_MS {
            browser::replace_fragment(&link);
            self.written_at.set_value(now);
        }
    }

    fn current_link(self) -> String {
        let seeds = self.seeds.get_untracked();
        self.draft
            .with_untracked(|draft| address::write(draft.pair(), seeds))
    }

    fn want(self) {
        let seeds = self.seeds.get_untracked();
        let cases = self.draft.with_untracked(|draft| draft.pair().cases());
        let acts = self
            .runs
            .try_update_value(|runs| runs.want(cases, seeds, browser::now()));
        self.perform(acts);
        self.refresh();
    }

    fn hear(self, slot: usize, heard: Heard) {
        let acts = self
            .runs
            .try_update_value(|runs| runs.hear(slot, heard, browser::now()));
        self.perform(acts);
        self.refresh();
    }

    fn perform(self, acts: Option<Vec<Act>>) {
        for act in acts.unwrap_or_default() {
            match act {
                Act::Send(slot, request) => self.send(slot, request),
                Act::Respawn(slot) => {
                    // The broken worker is speaking right now: it is let go in a task of its own.
                    let broken = self.workers.try_update_value(|workers| workers[slot].take());
                    browser::later(0, move || drop(broken));
                }
                Act::Enlarge => {
                    self.worker_url.set_value(self.larger_url.get_value());
                    let smaller = self.workers.try_update_value(|workers| {
                        let none = workers.iter().map(|_| None).collect();
                        std::mem::replace(workers, none)
                    });
                    browser::later(0, move || drop(smaller));
                }
                Act::Wake(millis) => browser::later(millis.ceil() as i32, move || {
                    let acts = self.runs.try_update_value(|runs| runs.tick(browser::now()));
                    self.perform(acts);
                    self.refresh();
                }),
            }
        }
    }

    fn send(self, slot: usize, request: Request) {
        let is_there = self.workers.with_value(|workers| workers[slot].is_some());
        if !is_there {
            let url = self.worker_url.get_value();
            match Client::spawn(&url, move |heard| self.hear(slot, heard)) {
                Ok(client) => {
                    client.send(Request::SetUps {
                        bytes: self.set_ups(),
                    });
                    self.workers.update_value(|workers| workers[slot] = Some(client));
                }
                Err(message) => return self.trouble.set(Some(Trouble::Crashed(message))),
            }
        }
        self.workers.with_value(|workers| {
            if let Some(client) = &workers[slot] {
                client.send(request);
            }
        });
    }

    /// Brings the signals up to date with the runs. What is to be shown anew is made in a task of its own.
    fn refresh(self) {
        let shown = self.shown_edition.get_value();
        let Some((edition, progress, told, trouble)) = self.runs.try_with_value(|runs| {
            let (done, of) = runs.progress();
            let edition = runs.edition();
            let progress = Progress {
                done,
                of,
                share: runs.share_done(),
                is_current: edition.is_some() && pair_of(edition) == pair_of(shown),
                is_stopped: runs.is_stopped(),
            };
            let told = runs.in_force().map(Option::<&_>::cloned);
            (edition, progress, told, runs.trouble().cloned())
        }) else {
            return;
        };
        if self.told.with_untracked(|now| *now != told) {
            let idle = self
                .draft
                .with_untracked(|draft| rules::idle(draft.pair(), &told));
            self.told.set(told);
            self.note(idle);
        }
        if self.trouble.with_untracked(|now| *now != trouble) {
            self.trouble.set(trouble);
        }
        if self.progress.get_untracked() != progress {
            self.progress.set(progress);
        }
        let now = browser::now();
        let is_due = match edition.map(|(.., stage)| stage) {
            None | Some(Stage::Waiting) => false,
            Some(Stage::Look | Stage::All) => true,
            Some(Stage::Some(_)) => progress.is_stopped || now - self.shown_at.get_value() >= FILLING_MS,
        };
        if is_due && shown != edition && !self.is_show_due.get_value() {
            self.is_show_due.set_value(true);
            self.shown_at.set_value(now);
            browser::later(0, move || self.show());
        }
    }

    /// Adds to what is odd, unless it stands there already.
    fn note(self, mut sentences: Vec<String>) {
        let notes = self.notes.get_untracked();
        sentences.retain(|sentence| !notes.contains(sentence));
        if !sentences.is_empty() {
            self.notes.update(|notes| notes.extend(sentences));
        }
    }

    fn show(self) {
        self.is_show_due.set_value(false);
        let known = self
            .runs
            .with_value(|runs| Some((Shown::of(runs)?, runs.edition())));
        let Some((shown, edition)) = known else { return };
        match shown.stage {
            Stage::Look => browser::mark_when_painted("first-look"),
            Stage::All => browser::mark_when_painted("answer"),
            Stage::Waiting | Stage::Some(_) => {}
        }
        self.shown_edition.set_value(edition);
        self.shown.set(Some(Arc::new(shown)));
        self.refresh();
    }
}

/// The pair that an edition belongs to.
fn pair_of(edition: Option<(u32, u32, Stage)>) -> Option<(u32, u32)> {
    edition.map(|(baseline, proposal, _)| (baseline, proposal))
}
