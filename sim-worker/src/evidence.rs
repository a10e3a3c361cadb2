//! Finds the evidence beneath an answer: follows the pair seed by seed, and hands on what there is to show as it comes. Another look at the same pair runs nothing anew.

use figures::evidence::{Found, Sight, kept, sheets};
use sim_core::engine::follow::{Follow, Followed};
use sim_core::metrics::simplicity;
use sim_core::scenario::Checked;

use crate::asked::{Case, SetUps};
use crate::clerk::Errand;
use crate::question::{Answer, Question};

/// Events in one slice of work.
const SLICE: u32 = 4_000;

/// What is to be looked at.
#[derive(Clone, PartialEq)]
struct Wanted {
    pair: [Case; 2],
    runs: u32,
}

/// One of the two policies, for one seed.
enum Side {
    /// It is followed.
    Followed(Box<Follow>),
    /// It has run.
    Done(Box<Followed>),
    /// It is one and the same policy: what the baseline gives.
    Same,
}

/// What is known of a pair.
struct Known {
    wanted: Wanted,
    pair: [Checked; 2],
    found: Found,
    underway: Option<[Side; 2]>,
    /// The pictures of the findings as files, once every run is there.
    kept: String,
}

/// Answers with sheets, as `figures::evidence` has them.
#[derive(Default)]
pub struct Evidence {
    set_ups: SetUps,
    known: Option<Known>,
    /// The number of the last question and how its reader looks.
    asked: (u32, Sight),
}

impl Evidence {
    /// Hears a question. What can be said at once is said; the rest comes with [`Evidence::work`].
    pub fn hear(&mut self, question: Question) -> Option<Answer> {
        match question {
            Question::SetUps { bytes } => {
                self.set_ups = SetUps::of(&bytes);
                self.known = None;
                None
            }
            Question::Write {
                id,
                errand:
                    Errand::Evidence {
                        pair,
                        runs,
                        sight,
                        job,
                    },
            } => {
                self.asked = (id, Sight::of(&sight, job));
                let wanted = Wanted { pair, runs };
                if self.known.as_ref().is_none_or(|known| known.wanted != wanted) {
                    match self.begin(wanted) {
                        Ok(known) => self.known = Some(known),
                        Err(problems) => {
                            self.known = None;
                            return Some(refused(id, &problems));
                        }
                    }
                }
                self.answer()
            }
            // The explainer's, the builder's and the clerk's.
            Question::Explain { .. }
            | Question::Open { .. }
            | Question::Write {
                errand:
                    Errand::Policy { .. }
                    | Errand::Difference { .. }
                    | Errand::Rebuilt { .. }
                    | Errand::Share { .. },
                ..
            } => None,
        }
    }

    fn begin(&self, wanted: Wanted) -> Result<Known, Vec<String>> {
        let [base, proposal] = &wanted.pair;
        let pair = [self.set_ups.check(base)?, self.set_ups.check(proposal)?].map(|(checked, _)| checked);
        let found = Found::nothing(wanted.runs, pair.each_ref().map(|of| simplicity(of.scenario())));
        Ok(Known {
            wanted,
            pair,
            found,
            underway: None,
            kept: String::from("They come when every run is there."),
        })
    }

    /// Whether there is something left to run.
    pub fn has_work(&self) -> bool {
        (self.known.as_ref()).is_some_and(|known| (known.found.bands.len() as u32) < known.wanted.runs)
    }

    /// Works for a while; answers when there is something new to see.
    pub fn work(&mut self) -> Option<Answer> {
        let known = self.known.as_mut()?;
        if known.work() { self.answer() } else { None }
    }

    /// How far it is: whole pairs, and the share of the next one.
    pub fn progress(&self) -> String {
        self.known.as_ref().map_or(String::new(), |known| {
            let (done, of) = (known.found.bands.len(), known.wanted.runs as usize);
            if done < of {
                format!("{done} of {of} runs; the rest follows.")
            } else {
                format!("{of} runs under either policy.")
            }
        })
    }

    fn answer(&self) -> Option<Answer> {
        let known = self.known.as_ref()?;
        let (id, sight) = &self.asked;
        Some(Answer::Written {
            id: *id,
            sheets: sheets(&known.found, sight, &self.progress(), &known.kept),
        })
    }
}

impl Known {
    /// Works for a while; whether a pair is complete.
    fn work(&mut self) -> bool {
        let number = self.found.bands.len() as u32;
        if number >= self.wanted.runs {
            return false;
        }
        let [base, proposal] = &self.pair;
        let seed = base.scenario().seed.wrapping_add(u64::from(number));
        let is_same = self.wanted.pair[0] == self.wanted.pair[1];
        let sides = self.underway.get_or_insert_with(|| {
            let side = |of: &Checked| Side::Followed(Box::new(Follow::new(of, seed)));
            [side(base), if is_same { Side::Same } else { side(proposal) }]
        });
        for side in sides {
            match side {
                Side::Followed(follow) => {
                    if follow.advance(SLICE) >= 1.0 {
                        let Side::Followed(follow) = std::mem::replace(side, Side::Same) else {
                            return false;
                        };
                        *side = Side::Done(Box::new(follow.finish()));
                    }
                    return false;
                }
                Side::Done(_) | Side::Same => {}
            }
        }
        self.complete(seed);
        if self.found.bands.len() as u32 >= self.wanted.runs {
            self.kept = kept(&self.found);
        }
        true
    }

    fn complete(&mut self, seed: u64) {
        let Some([Side::Done(base), proposal]) = self.underway.take() else {
            return;
        };
        let proposal = match proposal {
            Side::Done(proposal) => *proposal,
            Side::Followed(_) | Side::Same => (*base).clone(),
        };
        let demand = sim_core::workload::generate(&self.pair[0], seed);
        self.found
            .follow([*base, proposal], self.pair.each_ref(), &demand);
    }
}

/// Why there is nothing to show.
fn refused(id: u32, problems: &[String]) -> Answer {
    let mut html = String::new();
    for problem in problems {
        html += "<p role=\"status\">";
        crate::clerk::escape(&mut html, problem);
        html += "</p>";
    }
    Answer::Written {
        id,
        sheets: vec![html],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::evidence::{csv, pictures};
    use sim_core::metrics::Detail;
    use sim_core::scenario::knobs::{self, Settings};
    use sim_core::scenario::{Horizon, Scenario};
    use sim_core::units::Span;

    const HORIZON: Horizon = Horizon {
        warm_up: Span::days(1),
        measured: Span::days(4),
    };

    fn set_up() -> Scenario {
        Scenario {
            name: "small".to_owned(),
            horizon: HORIZON,
            ..Scenario::default()
        }
    }

    fn case(changes: &[&str]) -> Case {
        let mut scenario = set_up();
        for change in changes {
            knobs::assign(&mut scenario, change).unwrap();
        }
        Case {
            profile: scenario.name.clone(),
            settings: Settings::of(&scenario),
            horizon: HORIZON,
            seed: 1,
        }
    }

    fn evidence() -> Evidence {
        let (checked, _) = set_up().check().unwrap();
        let mut evidence = Evidence::default();
        let bytes = SetUps::sealed(&[checked]);
        assert_eq!(evidence.hear(Question::SetUps { bytes }), None);
        evidence
    }

    fn ask(id: u32, pair: [Case; 2], sight: &str) -> Question {
        Question::Write {
            id,
            errand: Errand::Evidence {
                pair,
                runs: 2,
                sight: sight.to_owned(),
                job: None,
            },
        }
    }

    /// All answers until nothing is left to run.
    fn all(evidence: &mut Evidence, question: Question) -> Vec<Answer> {
        let mut answers: Vec<Answer> = evidence.hear(question).into_iter().collect();
        while evidence.has_work() {
            answers.extend(evidence.work());
        }
        answers
    }

    fn shown(answer: Option<&Answer>) -> (u32, Vec<String>) {
        match answer {
            Some(Answer::Written { id, sheets }) => (*id, sheets.clone()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn it_comes_pair_by_pair_and_another_look_runs_nothing_anew() {
        let mut evidence = evidence();
        let pair = [case(&[]), case(&["cap=2gpu"])];
        let answers = all(&mut evidence, ask(1, pair.clone(), ""));
        assert_eq!(answers.len(), 3, "nothing yet, one pair, two pairs");
        let (_, first) = shown(answers.first());
        assert_eq!(first.len(), 2, "a status alone: {first:?}");
        let (id, last) = shown(answers.last());
        assert_eq!((id, last[1].as_str()), (1, "2 runs under either policy."));
        let again = all(&mut evidence, ask(2, pair, "width=400"));
        assert_eq!(again.len(), 1);
        let (id, narrow) = shown(again.last());
        assert_eq!((id, &narrow[0]), (2, &last[0]));
        assert!(narrow[3].contains("width=\"400\""));
    }

    #[test]
    fn it_finds_what_whole_runs_give() {
        let mut evidence = evidence();
        let pair = [case(&[]), case(&["cap=2gpu"])];
        all(&mut evidence, ask(1, pair.clone(), ""));
        let checked = pair
            .each_ref()
            .map(|case| evidence.set_ups.check(case).unwrap().0);
        let mut found = Found::nothing(2, checked.each_ref().map(|of| simplicity(of.scenario())));
        for seed in 1..=2 {
            let reports = checked
                .each_ref()
                .map(|of| sim_core::engine::run(of, seed, Detail::Summary));
            found.add(reports, &sim_core::workload::generate(&checked[0], seed));
        }
        let known = &evidence.known.as_ref().unwrap().found;
        let bands = |found: &Found| csv(&pictures(found, &Sight::default())[0].figure.table);
        assert_eq!(bands(known), bands(&found));
        assert_eq!(known.heat, found.heat);
    }

    #[test]
    fn one_policy_is_run_once_and_differs_in_nothing() {
        let mut evidence = evidence();
        let (_, sheets) = shown(all(&mut evidence, ask(1, [case(&[]), case(&[])], "")).last());
        assert!(sheets[2].starts_with("No piece of work"), "{}", sheets[2]);
    }

    #[test]
    fn what_cannot_be_run_says_why() {
        let mut evidence = evidence();
        let mut elsewhere = case(&[]);
        elsewhere.profile = "<elsewhere>".to_owned();
        let (_, sheets) = shown(evidence.hear(ask(1, [elsewhere, case(&[])], "")).as_ref());
        assert_eq!(
            sheets,
            ["<p role=\"status\">there is no set-up `&lt;elsewhere&gt;`; reload the page</p>"]
        );
        assert!(!evidence.has_work());
    }
}
