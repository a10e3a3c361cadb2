//! What a page asks of the workers that answer in words: about one job, of the explainer, which tells what `trilemma explain`
//! tells; to write something, of the clerk; or to open something, of the builder.

use figures::explain::{Words, change_in_words, in_the_end, instead, words};
use serde::{Deserialize, Serialize};
use sim_core::engine::explain::{Change, Fate, World};
use sim_core::ids::JobId;
use sim_core::units::{Span, Time};

use crate::asked::{Case, SetUps};
use crate::clerk::Errand;
use crate::opened::{Opened, Opening};

/// What a page may ask of an explainer, a clerk or a builder.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Question {
    /// These are the set-ups that cases name, in place of any before. Said first.
    SetUps {
        /// As the page brings them along.
        bytes: Vec<u8>,
    },
    /// Why a job stands where it stands.
    Explain {
        /// A number of the question, which its answer bears.
        id: u32,
        /// Which job.
        about: About,
        /// When; `None`: half-way through its wait.
        at: Option<Time>,
        /// What it might have asked for instead.
        change: Change,
    },
    /// Write something, ready to be shown.
    Write {
        /// A number of the question, which its answer bears.
        id: u32,
        /// What.
        errand: Errand,
    },
    /// Open what somebody brings along.
    Open {
        /// A number of the question, which its answer bears.
        id: u32,
        /// What.
        opening: Opening,
    },
}

/// A job of a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct About {
    /// The policy on its set-up.
    pub case: Case,
    /// The dice.
    pub seed: u64,
    /// The job.
    pub job: JobId,
}

/// What an explainer, a clerk or a builder may say.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Answer {
    /// The worker listens.
    Ready {
        /// Its [`crate::PROTOCOL`].
        protocol: u32,
    },
    /// What there is to tell.
    Told {
        /// The number of the question.
        id: u32,
        /// All of it.
        told: Box<Told>,
    },
    /// What was to be written.
    Written {
        /// The number of the question.
        id: u32,
        /// Sheets of HTML, as [`Errand`] says.
        sheets: Vec<String>,
    },
    /// What was to be opened.
    Opened {
        /// The number of the question.
        id: u32,
        /// What it is.
        opened: Opened,
    },
    /// There is nothing to tell.
    Rejected {
        /// The number of the question.
        id: u32,
        /// Why, a sentence each.
        problems: Vec<String>,
    },
}

/// A job at an instant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Time,
    /// The first measured instant: pages count days from it.
    pub counted_from: Time,
    /// When it came in.
    pub from: Time,
    /// When it first started, if it did before the simulation stopped.
    pub started: Option<Time>,
    /// The last instant that can be asked about: its end, or that of the simulation.
    pub to: Time,
    /// GPUs it asks for.
    pub gpus: u32,
    /// Time limit it asks for.
    pub limit: Span,
    /// Why it stands where it stands.
    pub words: Words,
    /// When it starts in the end, if it waits.
    pub in_the_end: Option<String>,
    /// What would have become of it with another request, or why there is no such request.
    pub instead: Option<String>,
}

/// Answers questions. What it has worked out for the last one it keeps for the next.
#[derive(Default)]
pub struct Explainer {
    set_ups: SetUps,
    known: Option<Known>,
}

/// A job that was asked about.
struct Known {
    about: About,
    world: World,
    fate: Fate,
}

impl Explainer {
    /// The answer to a question, if it asks for one.
    pub fn answer(&mut self, question: Question) -> Option<Answer> {
        match question {
            Question::SetUps { bytes } => {
                self.set_ups = SetUps::of(&bytes);
                None
            }
            Question::Explain {
                id,
                about,
                at,
                change,
            } => Some(match self.tell(about, at, &change) {
                Ok(told) => Answer::Told {
                    id,
                    told: Box::new(told),
                },
                Err(problems) => Answer::Rejected { id, problems },
            }),
            // The clerk's and the builder's.
            Question::Write { .. } | Question::Open { .. } => None,
        }
    }

    fn tell(&mut self, about: About, at: Option<Time>, change: &Change) -> Result<Told, Vec<String>> {
        let Known { about, world, fate } = self.know(about)?;
        let job = about.job;
        let at = at.unwrap_or_else(|| world.half_way(fate));
        let of = world.explain(job, at).map_err(|error| vec![error.to_string()])?;
        let window = world.window();
        let refused = fate.refused.as_ref().map(|refused| refused.at);
        let last = Time(window.to.0.saturating_sub(1));
        let would = || match world.instead(job, change) {
            Ok(would) => {
                let changed = change_in_words(change, None, None, window.from);
                instead(job, &changed, fate, &would, window.from)
            }
            Err(error) => error.to_string(),
        };
        Ok(Told {
            at,
            counted_from: window.from,
            from: fate.submitted.or(refused).unwrap_or(at),
            started: fate.started,
            to: fate
                .ended
                .map(|(end, _)| end)
                .or(refused)
                .unwrap_or(last)
                .min(last),
            gpus: of.asked.gpus(),
            limit: of.asked.limit,
            words: words(&of),
            in_the_end: in_the_end(&of, fate),
            instead: (*change != Change::default()).then(would),
        })
    }

    fn know(&mut self, about: About) -> Result<&Known, Vec<String>> {
        let known = match self.known.take() {
            Some(known) if known.about == about => known,
            before => {
                let same_run =
                    |known: &Known| known.about.case == about.case && known.about.seed == about.seed;
                let world = match before.filter(same_run) {
                    Some(known) => known.world,
                    None => World::new(self.set_ups.check(&about.case)?.0, about.seed),
                };
                let fate = world.fate(about.job);
                Known { about, world, fate }
            }
        };
        Ok(self.known.insert(known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::knobs::Settings;
    use sim_core::scenario::{Horizon, Scenario};

    fn explainer() -> (Explainer, Case) {
        let scenario = Scenario {
            name: "small".to_owned(),
            ..Scenario::default()
        };
        let case = Case {
            profile: scenario.name.clone(),
            settings: Settings::of(&scenario),
            horizon: Horizon::PAGE,
            seed: 1,
        };
        let (checked, _) = scenario.check().unwrap();
        let mut explainer = Explainer::default();
        let bytes = SetUps::sealed(&[checked]);
        assert_eq!(explainer.answer(Question::SetUps { bytes }), None);
        (explainer, case)
    }

    fn ask(job: u32, case: &Case, at: Option<Time>, change: Change) -> Question {
        Question::Explain {
            id: 7,
            about: About {
                case: case.clone(),
                seed: 1,
                job: JobId(job),
            },
            at,
            change,
        }
    }

    fn told(answer: Option<Answer>) -> Told {
        match answer {
            Some(Answer::Told { id: 7, told }) => *told,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_page_is_told_what_the_command_tells() {
        let (mut explainer, case) = explainer();
        let (mut waited, mut jobs) = (0, 0);
        for job in (0..400).step_by(40) {
            let page = told(explainer.answer(ask(job, &case, None, Change::default())));
            let checked = explainer.set_ups.check(&case).unwrap().0;
            let world = World::new(checked, 1);
            let fate = world.fate(JobId(job));
            let of = world.explain(JobId(job), world.half_way(&fate)).unwrap();
            assert_eq!(page.words, words(&of));
            assert_eq!(page.in_the_end, in_the_end(&of, &fate));
            assert_eq!((page.started, page.instead), (fate.started, None));
            assert!(page.from <= page.at && page.at <= page.to, "job {job}");
            waited += u32::from(page.in_the_end.is_some());
            jobs += 1;
        }
        assert!(waited > 0 && waited < jobs, "{waited} of {jobs} waited");
    }

    #[test]
    fn asking_again_in_another_order_tells_the_same() {
        let (mut explainer, case) = explainer();
        let shorter = Change {
            limit: Some(Span::hours(1)),
            ..Change::default()
        };
        let first = told(explainer.answer(ask(120, &case, None, shorter.clone())));
        let other = told(explainer.answer(ask(80, &case, None, Change::default())));
        assert_ne!(first.words, other.words);
        assert_eq!(
            told(explainer.answer(ask(120, &case, Some(first.at), shorter))),
            first
        );
        assert!(first.instead.unwrap().contains("time limit of 1"));
    }

    #[test]
    fn what_cannot_be_told_says_why() {
        let (mut explainer, case) = explainer();
        let mut problems = |question| match explainer.answer(question) {
            Some(Answer::Rejected { id: 7, problems }) => problems,
            other => panic!("{other:?}"),
        };
        let nowhere = problems(ask(4_000_000, &case, None, Change::default()));
        assert!(nowhere[0].contains("there is no job"), "{nowhere:?}");
        let early = problems(ask(300, &case, Some(Time(1)), Change::default()));
        assert!(early[0].contains("not yet submitted"), "{early:?}");
        let unknown = Case {
            profile: "elsewhere".to_owned(),
            ..case.clone()
        };
        let reload = problems(ask(1, &unknown, None, Change::default()));
        assert_eq!(reload, ["there is no set-up `elsewhere`; reload the page"]);
        let many = Change {
            gpus: Some(999),
            ..Change::default()
        };
        let told = told(explainer.answer(ask(1, &case, None, many)));
        assert!(told.instead.unwrap().contains("no whole number of nodes"));
    }
}
