//! Who is chosen in all pictures: a job under question, what is known of it, and the worker that knows, which is loaded when
//! somebody first asks; or people without a job.

use std::rc::Rc;

use figures::raster;
use leptos::prelude::*;
use sim_core::engine::explain::Change;
use sim_core::ids::{JobId, UserId};
use sim_core::units::Time;
use sim_worker::{About, Answer, Heard, Question, Told};
use web_sys::Element;

use crate::browser;
use crate::model::asking::{Asking, News, Wish};
use crate::model::shown::Side;
use crate::parts::effect;
use crate::session::Session;
use crate::teller::Teller;

const LOST: &str =
    "The explanation could not be loaded. Check the connection, then choose the job once more.";
const OTHER_VERSION: &str = "A newer version of Trilemma has come out. Reload the page to ask about a job.";

/// What a mark of a picture says of those for whom it stands.
#[derive(Clone, Default)]
pub struct Marked {
    /// How the worker that made the mark calls them; nothing if it is a job's.
    pub line: String,
    /// The people.
    pub people: Vec<UserId>,
    /// They, in words.
    pub words: String,
}

/// Signals and verbs of a question about one job, and of those who are chosen without one.
#[derive(Clone, Copy)]
pub struct Inquiry {
    /// The side of the picture, and so of the question.
    pub side: RwSignal<Side>,
    /// The job that was chosen.
    pub job: RwSignal<Option<JobId>>,
    /// Those for whom the mark stands that was pressed, if it was one.
    pub marked: RwSignal<Marked>,
    /// When it is looked at, if somebody has said so.
    pub at: RwSignal<Option<Time>>,
    /// What it might have asked for instead.
    pub change: RwSignal<Change>,
    /// What was told of it last.
    pub told: RwSignal<Option<Told>>,
    /// Why nothing can be told.
    pub problem: RwSignal<String>,
    /// Whether an answer is awaited.
    pub is_asking: RwSignal<bool>,
    session: Session,
    asking: StoredValue<Asking>,
    teller: Teller,
    /// Where the keyboard stood when somebody was chosen.
    from: StoredValue<String>,
}

impl Inquiry {
    /// About no job yet. `url` is the address of the explainer's loader.
    pub fn open(session: Session, url: String) -> Inquiry {
        let inquiry = Inquiry {
            side: RwSignal::new(Side::Proposal),
            job: RwSignal::new(None),
            marked: RwSignal::new(Marked::default()),
            at: RwSignal::new(None),
            change: RwSignal::new(Change::default()),
            told: RwSignal::new(None),
            problem: RwSignal::new(String::new()),
            is_asking: RwSignal::new(false),
            session,
            asking: StoredValue::new(Asking::default()),
            teller: Teller::at(url),
            from: StoredValue::new(String::new()),
        };
        // Another policy or side is another life: the job is looked at half-way through its wait again.
        let last = StoredValue::new(None::<(usize, Side)>);
        effect(move || {
            let side = inquiry.side.get();
            let name = session
                .shown
                .with(|shown| shown.as_ref().map(|shown| shown.picture_name(side)));
            let now = name.map(|name| (name, side));
            if now.is_none() && inquiry.has_chosen() {
                // Another cluster: whoever was chosen was of the last.
                inquiry.close();
            }
            if last.get_value() != now {
                last.set_value(now);
                inquiry.at.set(None);
            }
            inquiry.ask();
        });
        inquiry
    }

    /// Asks about a job, at an instant or half-way through its wait.
    pub fn choose(self, job: JobId, at: Option<Time>) {
        self.begin(Marked::default());
        self.change.set(Change::default());
        self.at.set(at);
        self.job.set(Some(job));
    }

    /// Chooses whom a mark of the evidence stands for: a job of the proposal, or people.
    pub fn choose_marked(self, mark: &Element) {
        let said = |name| mark.get_attribute(name).unwrap_or_default();
        let line = said("data-mark");
        let job = line.strip_prefix("job=").and_then(|job| job.parse().ok());
        if let Some(job) = job {
            self.turn(Side::Proposal);
            self.choose(JobId(job), None);
        }
        let people = said("data-people");
        let marked = Marked {
            line: if job.is_some() { String::new() } else { line },
            people: people
                .split(' ')
                .filter_map(|user| user.parse().ok().map(UserId))
                .collect(),
            words: said("data-words"),
        };
        if job.is_none() {
            self.job.set(None);
        }
        self.begin(marked);
    }

    fn begin(self, marked: Marked) {
        if !self.has_chosen() {
            self.from.set_value(browser::focused());
        }
        self.marked.set(marked);
    }

    fn has_chosen(self) -> bool {
        self.job.with_untracked(Option::is_some)
            || self.marked.with_untracked(|marked| !marked.people.is_empty())
    }

    /// The people who are chosen: whose the job is, as far as the picture shows it, or whom the mark stands for.
    pub fn people(self) -> Vec<UserId> {
        let of_job = self.job.get().and_then(|job| {
            self.session.shown.with(|shown| {
                let timeline = shown.as_ref()?.timeline(self.side.get())?;
                let line = timeline.jobs.iter().find(|line| line.job == job)?;
                Some(vec![line.user])
            })
        });
        of_job.unwrap_or_else(|| self.marked.with(|marked| marked.people.clone()))
    }

    /// Turns to a side of the picture. The job stays the same piece of work, whose number may be another there; if it is not there,
    /// its person stays.
    pub fn turn(self, side: Side) {
        let (people, was) = (untrack(|| self.people()), self.side.get_untracked());
        let job = self.job.get_untracked();
        if side != was && job.is_some() {
            let same = self.session.shown.with_untracked(|shown| {
                let shown = shown.as_ref()?;
                raster::same_job(shown.timeline(was)?, shown.timeline(side)?, job?)
            });
            self.job.set(same);
            self.marked.update(|marked| {
                let line = people.first().filter(|_| same.is_none());
                marked.line = line.map_or(String::new(), |user| format!("person={}", user.0));
                marked.people = people;
            });
        }
        self.side.set(side);
    }

    /// Lets go of whoever is chosen.
    pub fn close(self) {
        self.job.set(None);
        self.marked.set(Marked::default());
    }

    /// The same, and takes the keyboard back to where it stood before.
    pub fn let_go(self) {
        if self.has_chosen() {
            self.close();
            let from = self.from.get_value();
            browser::focus(if from.is_empty() { "job-longest" } else { &from });
        }
    }

    fn ask(self) {
        let (at, change) = (self.at.get(), self.change.get());
        let Some(job) = self.job.get() else {
            self.asking.update_value(Asking::forget);
            self.told.set(None);
            self.problem.set(String::new());
            return self.is_asking.set(false);
        };
        let case = self.session.case(self.side.get());
        let about = About {
            seed: case.seed,
            case,
            job,
        };
        let question = self
            .asking
            .try_update_value(|asking| asking.wish(Wish { about, at, change }));
        self.send(question.flatten());
    }

    fn send(self, question: Option<Question>) {
        if let Some(question) = question {
            self.teller.ask(
                question,
                self.session.set_ups(),
                Rc::new(move |heard| self.hear(heard)),
            );
        }
        self.is_asking.set(self.asking.with_value(Asking::waits));
    }

    fn hear(self, heard: Heard<Answer>) {
        let Some((news, next)) = self.asking.try_update_value(|asking| asking.hear(heard)) else {
            return;
        };
        self.send(next);
        match news {
            None => {}
            Some(News::Told(told)) => {
                self.problem.set(String::new());
                self.told.set(Some(*told));
                browser::mark_when_painted("explained");
            }
            Some(News::Problems(problems)) => {
                self.told.set(None);
                self.problem.set(sentences(&problems));
            }
            Some(News::Lost) => {
                self.teller.drop_broken();
                self.told.set(None);
                self.problem.set(LOST.to_owned());
            }
            Some(News::OtherVersion) => self.problem.set(OTHER_VERSION.to_owned()),
        }
    }
}

/// Problems begin small and end without a stop; on the page they are sentences.
fn sentences(problems: &[String]) -> String {
    let mut text = String::new();
    for problem in problems {
        let mut letters = problem.chars();
        if let Some(first) = letters.next() {
            text.push(first.to_ascii_uppercase());
            text.push_str(letters.as_str());
            text.push_str(". ");
        }
    }
    text.trim_end().to_owned()
}
