//! Joins the proposals that stand beside each other to signals, workers and the address bar.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use figures::several::{Named, Several, letter};
use leptos::prelude::*;
use sim_core::metrics::SeedReport;
use sim_worker::{Answer, Brought, Errand, Heard, Opening, Question};

use crate::browser;
use crate::builder::{Builder, WasOpened};
use crate::model::address;
use crate::model::beside::{self, Entry, Found};
use crate::model::runs::{Act, Trouble};
use crate::model::sweeping::{Batch, Care};
use crate::model::wish::USUAL;
use crate::pool::Pool;
use crate::teller::Teller;

/// While runs come in, what is shown fills up at most this often, in milliseconds.
const FILLING_MS: f64 = 1_500.0;
const NOT_FETCHED: &str = "The page could not fetch the other clusters. Check the connection, then reload the page; its address keeps everything";

/// How far the runs are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Runs there.
    pub done: u32,
    /// Runs wanted.
    pub of: u32,
    /// Whether they are under way.
    pub is_running: bool,
}

/// Signals and verbs of a comparison.
#[derive(Clone, Copy)]
pub struct Session {
    /// The proposals, in order.
    pub entries: RwSignal<Vec<Entry>>,
    /// Runs of each.
    pub runs: RwSignal<u32>,
    /// What was found of them.
    pub shown: RwSignal<Option<Arc<Several>>>,
    /// How far the runs are.
    pub progress: RwSignal<Progress>,
    /// The difference of each in words, as markup; nothing until it is there.
    pub differences: RwSignal<Vec<String>>,
    /// What is odd: about what was pasted, or about proposals that cannot be run.
    pub notes: RwSignal<Vec<String>>,
    /// Why there are no runs.
    pub trouble: RwSignal<Option<Trouble>>,
    /// What was done last, for those who listen.
    pub said: RwSignal<String>,
    batch: StoredValue<Batch<SeedReport>>,
    pool: Pool,
    clerk: Teller,
    builder: Builder,
    /// Rises with every change of the list: an answer to an earlier list is out of date.
    edition: StoredValue<u32>,
    brought: StoredValue<Brought>,
    more: StoredValue<Option<String>>,
    shown_at: StoredValue<f64>,
    is_show_due: StoredValue<bool>,
}

impl Session {
    /// A session over these set-ups, opened at what the address bar says; `more` is where all of them can be fetched.
    pub fn open(brought: Brought, more: Option<String>, [worker, clerk, builder]: [String; 3]) -> Session {
        let pool = Pool::new(worker);
        let session = Session {
            entries: RwSignal::new(Vec::new()),
            runs: RwSignal::new(USUAL),
            shown: RwSignal::new(None),
            progress: RwSignal::new(Progress::default()),
            differences: RwSignal::new(Vec::new()),
            notes: RwSignal::new(Vec::new()),
            trouble: RwSignal::new(None),
            said: RwSignal::new(String::new()),
            batch: StoredValue::new(Batch::new(pool.size())),
            pool,
            clerk: Teller::at(clerk),
            builder: Builder::at(builder),
            edition: StoredValue::new(0),
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

    /// Adds whatever a text holds; `done` is told whether there was anything.
    pub fn add(self, text: String, done: impl FnOnce(bool) + 'static) {
        browser::mark("input");
        self.find(
            text,
            Box::new(move |found| {
                let Found {
                    entries, problems, ..
                } = found;
                let count = entries.len();
                let mut notes = problems;
                let left_out = self.entries.try_update(|all| beside::add(all, entries)).flatten();
                notes.extend(left_out);
                self.notes.set(notes);
                done(count > 0);
                if count > 0 {
                    self.changed();
                    let all = self.entries.with_untracked(Vec::len);
                    let beside = if all == 1 {
                        "proposal stands"
                    } else {
                        "proposals stand"
                    };
                    self.said.set(format!("{all} {beside} here."));
                }
            }),
        );
    }

    /// Adds the first proposal's cluster as it is, or the page's first.
    pub fn add_unchanged(self) {
        let of_first = self
            .entries
            .with_untracked(|all| all.first().map(|first| first.profile.clone()));
        let first = of_first.or_else(|| {
            self.brought
                .with_value(|brought| brought.profiles.first().cloned())
        });
        if let Some(first) = first {
            self.add(Entry::unchanged(&first).link, |_| ());
        }
    }

    /// Takes a proposal away.
    pub fn remove(self, at: usize) {
        let removed = self
            .entries
            .try_update(|all| (at < all.len()).then(|| all.remove(at)));
        if let Some(removed) = removed.flatten() {
            self.changed();
            self.said.set(format!("Removed: {}.", removed.title()));
        }
    }

    /// Puts a proposal where another stands, which takes its place.
    pub fn swap(self, from: usize, to: usize) {
        let title = self.entries.try_update(|all| {
            (from < all.len() && to < all.len()).then(|| {
                all.swap(from, to);
                all[to].title()
            })
        });
        if let Some(title) = title.flatten() {
            self.changed();
            self.said.set(beside::moved(&title, to));
        }
    }

    /// Asks for so many runs of each.
    pub fn set_runs(self, runs: u32) {
        self.runs.set(runs);
        self.write_address();
        self.run();
    }

    /// Stops; what is there stays.
    pub fn stop(self) {
        browser::mark("input");
        let acts = self.batch.try_update_value(Batch::stop);
        self.perform(acts);
        self.show();
        browser::mark_when_painted("stopped");
    }

    /// Runs whatever can be compared and is not there yet.
    pub fn run(self) {
        let cases = self.entries.with_untracked(|all| {
            let compared = beside::compared(all);
            let case = |&at: &usize| all[at].case(&all[0]);
            // One alone is compared with nothing.
            compared.iter().filter(|_| compared.len() > 1).map(case).collect()
        });
        self.trouble.set(None);
        let runs = self.runs.get_untracked();
        let acts = self
            .batch
            .try_update_value(|batch| batch.want(cases, runs, Care::All));
        self.perform(acts);
        self.show();
    }

    /// The address of what stands here, from its question mark on.
    pub fn query(self) -> String {
        let runs = self.runs.get();
        self.entries.with(|all| beside::query(all, runs))
    }

    /// What follows from any change of the list.
    fn changed(self) {
        self.shown.set(None);
        self.write_address();
        self.ask_differences();
        self.run();
    }

    fn write_address(self) {
        let query = untrack(|| self.query());
        browser::replace_address(&query);
    }

    /// Takes over what the address bar says. The lab leads here with its link as fragment: then its two sides stand here.
    fn take_address(self) {
        let fragment = browser::fragment();
        let (text, runs, notes) = beside::read_query(&browser::query());
        let of_lab = address::is_link(&fragment);
        if text.is_empty() && !of_lab {
            self.notes.set(notes);
            return;
        }
        self.runs.set(runs);
        let text = if of_lab {
            format!("{fragment}\n{text}")
        } else {
            text
        };
        self.find(
            text,
            Box::new(move |found| {
                let Found {
                    mut entries,
                    problems,
                    ..
                } = found;
                if of_lab && let Some(entry) = entries.first() {
                    let baseline = entry.baseline();
                    if baseline.link != entry.link {
                        entries.insert(0, baseline);
                    }
                }
                let mut all = Vec::new();
                let left_out = beside::add(&mut all, entries);
                let mut notes = notes;
                notes.extend(problems);
                notes.extend(left_out);
                let is_whole = notes.is_empty();
                self.notes.set(notes);
                self.entries.set(all);
                self.shown.set(None);
                self.ask_differences();
                self.run();
                // Opening changes nothing in the address, but for what the lab has brought along.
                if of_lab && is_whole {
                    self.write_address();
                }
            }),
        );
    }

    /// Finds proposals in a text. Where a set-up is not known, all are fetched first; where a link rebuilds one, it is made.
    fn find(self, text: String, then: Box<dyn FnOnce(Found)>) {
        let mut found = self
            .brought
            .with_value(|brought| beside::find(&text, &brought.profiles));
        if found.problems.is_empty() {
            return then(found);
        }
        if let Some(address) = self.more.try_update_value(Option::take).flatten() {
            return browser::fetch(&address.clone(), move |bytes| {
                match bytes.and_then(|bytes| Brought::of(&bytes)) {
                    Some(brought) => {
                        self.bring(brought);
                        self.find(text, then);
                    }
                    None => {
                        self.more.set_value(Some(address));
                        found.problems.push(NOT_FETCHED.to_owned());
                        then(found);
                    }
                }
            });
        }
        let Some(link) = found.rebuilt.clone() else {
            return then(found);
        };
        let set_ups = self.brought.with_value(|brought| brought.sealed.clone());
        let rest = RefCell::new(Some((text, then, found)));
        let opened = move |opened: WasOpened| {
            let Some((text, then, mut found)) = rest.take() else {
                return;
            };
            match opened.map(|opened| Brought::of(&opened.set_ups)) {
                Ok(Some(brought)) => {
                    self.bring(brought);
                    self.find(text, then);
                }
                Ok(None) => then(found),
                Err(problems) => {
                    found.problems = problems;
                    then(found);
                }
            }
        };
        self.builder.open(Opening::Link(link), set_ups, Rc::new(opened));
    }

    fn bring(self, brought: Brought) {
        self.pool.tell(&brought.sealed);
        self.brought.set_value(brought);
    }

    /// Has the clerk say how each proposal differs.
    fn ask_differences(self) {
        let edition = self.edition.get_value() + 1;
        self.edition.set_value(edition);
        let pairs: Vec<_> = self.entries.with_untracked(|all| {
            let pair = |(at, entry): (usize, &Entry)| entry.difference(at, &all[0]);
            all.iter().enumerate().map(pair).collect()
        });
        self.differences.set(vec![String::new(); pairs.len()]);
        for (at, pair) in pairs.into_iter().enumerate() {
            let question = Question::Write {
                id: edition * 8 + at as u32,
                errand: Errand::Difference { pair },
            };
            let bytes = self.brought.with_value(|brought| brought.sealed.clone());
            self.clerk
                .ask(question, bytes, Rc::new(move |heard| self.hear_clerk(heard)));
        }
    }

    fn hear_clerk(self, heard: Heard<Answer>) {
        match heard {
            Heard::Reply(Answer::Written { id, sheets }) if id / 8 == self.edition.get_value() => {
                self.differences.update(|all| {
                    if let (Some(place), Some(sheet)) =
                        (all.get_mut(id as usize % 8), sheets.into_iter().next())
                    {
                        *place = sheet;
                    }
                });
            }
            Heard::Reply(_) => {}
            Heard::Crashed { .. } | Heard::OtherVersion => {
                self.clerk.drop_broken();
                let failed = "<p>This could not be loaded. Check the connection, then reload the page.</p>";
                self.differences.update(|all| all.fill(failed.to_owned()));
            }
        }
    }

    fn hear(self, slot: usize, heard: Heard) {
        let acts = self.batch.try_update_value(|batch| batch.hear(slot, heard));
        self.perform(acts);
        self.refresh();
        let now = browser::now();
        let is_over = !self.progress.get_untracked().is_running;
        if !(is_over || now - self.shown_at.get_value() >= FILLING_MS) || self.is_show_due.get_value() {
            return;
        }
        self.shown_at.set_value(now);
        self.is_show_due.set_value(true);
        browser::later(0, move || self.show());
    }

    fn show(self) {
        self.is_show_due.set_value(false);
        self.refresh();
        let reports = self.batch.with_value(Batch::reports);
        let named: Vec<Named> = self.entries.with_untracked(|all| {
            let named = |at: usize| Named {
                letter: letter(at),
                title: all[at].title(),
                link: all[at].link.clone(),
            };
            beside::compared(all).into_iter().map(named).collect()
        });
        if named.len() != reports.len() {
            return;
        }
        let several = Several::of(named, reports).map(Arc::new);
        let is_whole = !self.progress.get_untracked().is_running;
        if several.is_some() && is_whole {
            browser::mark_when_painted("compared");
        }
        self.shown.set(several);
    }

    fn refresh(self) {
        let Some((progress, trouble, refused)) = self.batch.try_with_value(|batch| {
            let (done, of) = batch.progress();
            let progress = Progress {
                done,
                of,
                is_running: batch.is_running(),
            };
            (progress, batch.trouble().cloned(), batch.refused())
        }) else {
            return;
        };
        if self.progress.get_untracked() != progress {
            self.progress.set(progress);
        }
        if self.trouble.with_untracked(|now| *now != trouble) {
            self.trouble.set(trouble);
        }
        for (at, why) in refused {
            let place = self
                .entries
                .with_untracked(|all| beside::compared(all).get(at).copied());
            let letter = letter(place.unwrap_or(at));
            let said = format!("{letter} cannot be run: {why}");
            if !self.notes.with_untracked(|notes| notes.contains(&said)) {
                self.notes.update(|notes| notes.push(said));
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
