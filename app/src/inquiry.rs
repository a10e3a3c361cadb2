//! One job under question: which it is, what is known of it, and the worker that knows. The worker is loaded when
//! somebody first asks.

use std::rc::Rc;

use leptos::prelude::*;
use sim_core::engine::explain::Change;
use sim_core::ids::JobId;
use sim_core::units::Time;
use sim_worker::{About, Answer, Heard, Question, Told};

use crate::browser;
use crate::model::asking::{Asking, News, Wish};
use crate::model::shown::Side;
use crate::parts::effect;
use crate::session::Session;
use crate::teller::Teller;

const LOST: &str =
    "The explanation could not be loaded. Check the connection, then choose the job once more.";
const OTHER_VERSION: &str = "A newer version of Trilemma has come out. Reload the page to ask about a job.";

/// Signals and verbs of a question about one job.
#[derive(Clone, Copy)]
pub struct Inquiry {
    /// The side of the picture, and so of the question.
    pub side: RwSignal<Side>,
    /// The job that was chosen.
    pub job: RwSignal<Option<JobId>>,
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
}

impl Inquiry {
    /// About no job yet. `url` is the address of the explainer's loader.
    pub fn open(session: Session, url: String) -> Inquiry {
        let inquiry = Inquiry {
            side: RwSignal::new(Side::Proposal),
            job: RwSignal::new(None),
            at: RwSignal::new(None),
            change: RwSignal::new(Change::default()),
            told: RwSignal::new(None),
            problem: RwSignal::new(String::new()),
            is_asking: RwSignal::new(false),
            session,
            asking: StoredValue::new(Asking::default()),
            teller: Teller::at(url),
        };
        // Another policy or side is another life: the job is looked at half-way through its wait again.
        let last = StoredValue::new(None::<(usize, Side)>);
        effect(move || {
            let side = inquiry.side.get();
            let name = session
                .shown
                .with(|shown| shown.as_ref().map(|shown| shown.picture_name(side)));
            let now = name.map(|name| (name, side));
            if now.is_none() && inquiry.job.with_untracked(Option::is_some) {
                // Another cluster: the job was one of the last.
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
        self.change.set(Change::default());
        self.at.set(at);
        self.job.set(Some(job));
    }

    /// Asks about no job any more.
    pub fn close(self) {
        self.job.set(None);
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
