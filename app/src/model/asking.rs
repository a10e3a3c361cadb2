//! Which question about a job is under way and which is wanted next. One is asked at a time; the newest wish wins.

use sim_core::engine::explain::Change;
use sim_core::units::Time;
use sim_worker::{About, Answer, Heard, Question, Told};

/// What somebody wants to know.
#[derive(Clone, PartialEq, Debug)]
pub struct Wish {
    /// Of which job.
    pub about: About,
    /// At which instant; `None`: half-way through its wait.
    pub at: Option<Time>,
    /// What it might have asked for instead.
    pub change: Change,
}

/// What came of it.
#[derive(Clone, PartialEq, Debug)]
pub enum News {
    /// An answer to the newest wish.
    Told(Box<Told>),
    /// Why there is none, a sentence each.
    Problems(Vec<String>),
    /// The explainer could not be loaded, or broke down: it has to be started anew.
    Lost,
    /// Page and explainer come from different builds.
    OtherVersion,
}

/// The state of all questions.
#[derive(Debug, Default)]
pub struct Asking {
    wish: Option<Wish>,
    /// The number of the last question.
    last: u32,
    is_under_way: bool,
    /// Whether the wish has changed since the question under way.
    is_stale: bool,
}

impl Asking {
    /// Wants to know this; the question to send now, if there is one.
    pub fn wish(&mut self, wish: Wish) -> Option<Question> {
        if self.wish.as_ref() == Some(&wish) {
            return None;
        }
        self.wish = Some(wish);
        if self.is_under_way {
            self.is_stale = true;
            return None;
        }
        self.ask()
    }

    /// Wants to know nothing any more.
    pub fn forget(&mut self) {
        self.wish = None;
        self.is_stale = true;
    }

    /// Whether an answer is awaited.
    pub fn waits(&self) -> bool {
        self.wish.is_some() && self.is_under_way
    }

    /// Takes in what the explainer says: what is news of it, and what to ask next.
    pub fn hear(&mut self, heard: Heard<Answer>) -> (Option<News>, Option<Question>) {
        let (id, news) = match heard {
            Heard::Reply(Answer::Ready { .. } | Answer::Written { .. } | Answer::Opened { .. }) => {
                return (None, None);
            }
            Heard::Reply(Answer::Told { id, told }) => (id, News::Told(told)),
            Heard::Reply(Answer::Rejected { id, problems }) => (id, News::Problems(problems)),
            Heard::Crashed { .. } => {
                // The same wish may be wished again.
                *self = Asking {
                    last: self.last,
                    ..Asking::default()
                };
                return (Some(News::Lost), None);
            }
            Heard::OtherVersion => return (Some(News::OtherVersion), None),
        };
        if id != self.last {
            return (None, None);
        }
        self.is_under_way = false;
        if self.is_stale {
            return (None, self.ask());
        }
        (Some(news), None)
    }

    fn ask(&mut self) -> Option<Question> {
        self.is_stale = false;
        let Wish { about, at, change } = self.wish.clone()?;
        self.last += 1;
        self.is_under_way = true;
        Some(Question::Explain {
            id: self.last,
            about,
            at,
            change,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::ids::JobId;
    use sim_core::scenario::knobs::Settings;
    use sim_core::scenario::{Horizon, Scenario};
    use sim_worker::Case;

    fn wish(job: u32) -> Wish {
        Wish {
            about: About {
                case: Case {
                    profile: "group-32".to_owned(),
                    settings: Settings::of(&Scenario::default()),
                    horizon: Horizon::PAGE,
                    seed: 1,
                },
                seed: 1,
                job: JobId(job),
            },
            at: None,
            change: Change::default(),
        }
    }

    fn id(question: Option<Question>) -> u32 {
        match question {
            Some(Question::Explain { id, .. }) => id,
            other => panic!("{other:?}"),
        }
    }

    fn rejected(id: u32) -> Heard<Answer> {
        Heard::Reply(Answer::Rejected {
            id,
            problems: vec!["no".to_owned()],
        })
    }

    #[test]
    fn only_the_newest_wish_is_asked_next_and_only_its_answer_is_news() {
        let mut asking = Asking::default();
        let first = id(asking.wish(wish(1)));
        assert_eq!(asking.wish(wish(2)), None);
        assert_eq!(asking.wish(wish(3)), None);
        let (news, next) = asking.hear(rejected(first));
        assert_eq!(news, None);
        let Some(Question::Explain { id, about, .. }) = next else {
            panic!("the newest wish is asked");
        };
        assert_eq!(about.job, JobId(3));
        assert!(asking.waits());
        let news = News::Problems(vec!["no".to_owned()]);
        assert_eq!(asking.hear(rejected(id)), (Some(news), None));
        assert!(!asking.waits());
    }

    #[test]
    fn the_same_wish_is_asked_once_and_a_forgotten_one_is_no_news() {
        let mut asking = Asking::default();
        let first = id(asking.wish(wish(1)));
        assert_eq!(asking.wish(wish(1)), None);
        asking.forget();
        assert_eq!(asking.hear(rejected(first)), (None, None));
        assert!(id(asking.wish(wish(1))) > first);
    }

    #[test]
    fn after_a_breakdown_the_same_may_be_asked_again() {
        let mut asking = Asking::default();
        let first = id(asking.wish(wish(1)));
        let message = String::new();
        assert_eq!(asking.hear(Heard::Crashed { message }), (Some(News::Lost), None));
        assert!(!asking.waits());
        assert!(id(asking.wish(wish(1))) > first);
    }
}
