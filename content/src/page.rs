//! The kinds of pages as types: what a lesson or a guide must have is what its type holds.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::claim::Claim;
use crate::figure::Figure;
use crate::markdown::Part;
use crate::problem::Problem;

/// Minutes that a lesson may take.
const MINUTES: RangeInclusive<u32> = 10..=20;
/// In a room, with the talk about it.
const MINUTES_IN_A_ROOM: RangeInclusive<u32> = 15..=30;
/// All lessons of a track take at most so many minutes in a room: half a day.
pub(crate) const TRACK_LIMIT: u32 = 240;
/// A guess is one of at most so many.
const GUESSES_LIMIT: usize = 6;

/// A page of the site.
#[derive(Clone, PartialEq, Debug)]
pub struct Page {
    /// Its file, relative to the content folder.
    pub file: String,
    /// Its route: `/learn/busy-or-ready/`.
    pub route: String,
    /// Title and heading.
    pub title: String,
    /// One sentence for search engines and lists.
    pub description: String,
    /// What kind it is, with its fields.
    pub body: Body,
    /// Its text.
    pub parts: Vec<Part>,
}

/// The kinds of pages.
#[derive(Clone, PartialEq, Debug)]
pub enum Body {
    /// A lesson.
    Lesson(Box<Lesson>),
    /// A guide.
    Guide(Box<Guide>),
    /// Any other text.
    Plain,
}

/// What every lesson has beside its text.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Lesson {
    /// Title.
    pub title: String,
    /// One sentence for lists.
    pub description: String,
    /// Number in the course: `A2`.
    pub code: String,
    /// Track it belongs to: "Why sharing is hard".
    pub track: String,
    /// The question it answers; stands under the title.
    pub question: String,
    /// Two to four things one can do afterwards.
    pub objectives: Vec<String>,
    /// Minutes for somebody alone.
    pub minutes: u32,
    /// Minutes in a room, with the talk about it.
    pub minutes_in_a_room: u32,
    /// What one needs to know before.
    pub prerequisite: String,
    /// The HPC certification skill it serves.
    pub skill: String,
    /// The situation it comes from, in the words of those concerned.
    pub situation: String,
    /// Guess before you see.
    pub prediction: Prediction,
    /// Something to do.
    pub exercise: Exercise,
    /// What somebody who teaches it should know, in the order of the page; each with a twin for who reads alone.
    pub instructor: Vec<InstructorNote>,
    /// A question to check oneself.
    pub check: CheckQuestion,
    /// What to take away.
    pub key_points: Vec<String>,
    /// Where to go next.
    pub next: Vec<Link>,
    /// Sources.
    pub sources: Vec<Source>,
}

/// A guess, asked for before the result is shown.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Prediction {
    /// What is asked.
    pub question: String,
    /// Words at the end of the sketches' x-axis.
    pub x_axis: String,
    /// Words at the top of the sketches' y-axis.
    pub y_axis: String,
    /// Sketched curves to choose from; exactly one is right.
    pub options: Vec<PredictionOption>,
}

/// One sketched curve.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PredictionOption {
    /// Words under it.
    pub text: String,
    /// Points of the sketch from left to right: x and y from 0 to 100, y upwards.
    pub sketch: Vec<(f64, f64)>,
    /// Whether the model agrees.
    #[serde(default)]
    pub right: bool,
    /// What is said to those who chose it.
    pub reply: String,
}

/// Something to do, with a hint and a solution folded away.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exercise {
    /// The task.
    pub task: String,
    /// A hint.
    pub hint: String,
    /// A solution.
    pub solution: String,
    /// What an answer has to reach, where answers can be run.
    pub goal: Option<Goal>,
}

/// What an answer to an exercise has to reach. An answer is a link of the lab.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Goal {
    /// The link that the exercise begins with: `#p0?profile=group-32`. What it proposes does not reach the goal.
    pub from: String,
    /// A link that does.
    pub answer: String,
    /// All that has to be so, in the middle of the runs.
    pub reach: Vec<Reach>,
}

/// One thing that has to be so.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reach {
    /// In words: "nine in ten tests start within ten minutes".
    pub says: String,
    /// What is measured: `wait.p90.debug`.
    pub metric: String,
    /// At least so much, in the unit of the metric: percent or seconds.
    pub at_least: Option<f64>,
    /// At most so much.
    pub at_most: Option<f64>,
}

impl Goal {
    /// What is wrong with how it is written.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        for (what, link) in [("from", &self.from), ("answer", &self.answer)] {
            if !link.contains("profile=") {
                found.push(format!("`exercise.goal.{what}` is no link of the lab"));
            }
        }
        if self.reach.is_empty() {
            found.push(String::from(
                "`exercise.goal` asks for nothing; write at least one `[[exercise.goal.reach]]`",
            ));
        }
        for reach in &self.reach {
            if reach.at_least.is_some() == reach.at_most.is_some() {
                found.push(format!(
                    "“{}” needs `at-least` or `at-most`, one of them",
                    reach.says
                ));
            }
        }
        found
    }
}

/// A note for who teaches the lesson, and the same for who reads it alone.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct InstructorNote {
    /// Which part of the lesson it belongs to.
    pub at: Stage,
    /// What people usually say here, what to ask, what to watch the clock for.
    pub note: String,
    /// Its twin for self-study: what to ask oneself in place of the room.
    pub alone: String,
}

/// The parts of a lesson that a note may belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Before the guess.
    Start,
    /// While people guess.
    Guess,
    /// When the figure is shown.
    Result,
    /// The exercise.
    Exercise,
    /// The check question, and the end.
    Check,
}

/// A question with one right answer and a reason for each.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckQuestion {
    /// The question.
    pub question: String,
    /// The answers.
    pub options: Vec<CheckOption>,
}

/// One answer.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CheckOption {
    /// Its words.
    pub text: String,
    /// Whether it is right.
    #[serde(default)]
    pub right: bool,
    /// Why.
    pub why: String,
}

/// A link with its words.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Link {
    /// What it says.
    pub text: String,
    /// A route of the site or an address.
    pub to: String,
}

/// Where a fact is from.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Source {
    /// Title, with year.
    pub text: String,
    /// Address.
    pub to: Option<String>,
}

/// What every guide has beside its text.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Guide {
    /// Title.
    pub title: String,
    /// One sentence for lists.
    pub description: String,
    /// Number: `R3`.
    pub code: String,
    /// Who it is for, and when.
    pub who: String,
    /// The rule in one line.
    pub rule: String,
    /// Do.
    pub r#do: Vec<String>,
    /// Avoid.
    pub avoid: Vec<String>,
    /// What following it, or not, costs others.
    pub others: String,
    /// How to see whether it worked.
    pub check_yourself: Vec<String>,
    /// Where to go next.
    #[serde(default)]
    pub next: Vec<Link>,
    /// Sources.
    pub sources: Vec<Source>,
    /// Date on which it was last checked: `2026-11`.
    pub last_checked: String,
    /// Slurm version it was checked against.
    pub slurm_version: String,
}

/// Front matter of any other page.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Plain {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) route: String,
}

impl Page {
    /// The last part of its route: `busy-or-ready`.
    pub fn name(&self) -> &str {
        self.route.trim_matches('/').rsplit('/').next().unwrap_or("page")
    }

    /// The route of its English page, which is its own unless it is a translation: what is kept on a device goes by it.
    pub fn english_route(&self) -> &str {
        let starts = ["/learn/", "/guides/"];
        let at = starts.iter().find_map(|start| self.route.find(start));
        &self.route[at.unwrap_or(0)..]
    }

    /// Whether its prose or its side notes hold a link to a route of the site.
    pub fn links_to(&self, route: &str) -> bool {
        let link = format!("href=\"~{route}\"");
        flat(&self.parts).into_iter().any(|part| match part {
            Part::Prose(text) | Part::Aside { text, .. } => text.html.contains(&link),
            Part::Figure(_) | Part::Claim(_) | Part::Predict | Part::Reveal(_) => false,
        })
    }

    /// Its claims, in reading order.
    pub fn claims(&self) -> Vec<&Claim> {
        let mut found: Vec<&Claim> = Vec::new();
        for part in flat(&self.parts) {
            if let Part::Claim(claim) = part {
                found.push(claim);
            }
        }
        found
    }

    /// Its figures, in reading order.
    pub fn figures(&self) -> Vec<&Figure> {
        let mut found: Vec<&Figure> = Vec::new();
        for part in flat(&self.parts) {
            if let Part::Figure(figure) = part {
                found.push(figure);
            }
        }
        found
    }
}

/// Parts, with those that are withheld in their place.
fn flat(parts: &[Part]) -> Vec<&Part> {
    let mut found = Vec::new();
    for part in parts {
        match part {
            Part::Reveal(hidden) => found.extend(flat(hidden)),
            shown => found.push(shown),
        }
    }
    found
}

impl Lesson {
    /// The letter of its track: `B` of `B2`.
    pub fn letter(&self) -> &str {
        self.code.get(..1).unwrap_or_default()
    }

    pub(crate) fn problems(&self, file: &str) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut say = |what: String, remedy: &str| found.push(Problem::new(file, what, remedy));
        if !(2..=4).contains(&self.objectives.len()) {
            say(
                format!("{} `objectives`", self.objectives.len()),
                "a lesson has two to four",
            );
        }
        if !MINUTES.contains(&self.minutes) {
            say(
                format!("`minutes` is {}", self.minutes),
                "a lesson takes 10 to 20 minutes: cut it in two, or join it to another",
            );
        }
        if self.minutes_in_a_room < self.minutes || !MINUTES_IN_A_ROOM.contains(&self.minutes_in_a_room) {
            say(
                format!("`minutes-in-a-room` is {}", self.minutes_in_a_room),
                "talk takes time: at least `minutes`, and 15 to 30",
            );
        }
        if self.instructor.is_empty() {
            say(
                "`instructor` is empty".into(),
                "say what people usually answer, and what to ask them",
            );
        }
        if self
            .prediction
            .options
            .iter()
            .filter(|option| option.right)
            .count()
            != 1
        {
            say(
                "`prediction` needs exactly one right option".into(),
                "mark one with `right = true`",
            );
        }
        if !(2..=GUESSES_LIMIT).contains(&self.prediction.options.len()) {
            say(
                format!("`prediction` has {} options", self.prediction.options.len()),
                "give two to six: each is called by a letter from A to F",
            );
        }
        for option in &self.prediction.options {
            let drawn = option.sketch.len() >= 2
                && option
                    .sketch
                    .iter()
                    .all(|&(x, y)| (0.0..=100.0).contains(&x) && (0.0..=100.0).contains(&y));
            if !drawn {
                say(
                    format!("the sketch of “{}” is no curve", option.text),
                    "give at least two points with x and y from 0 to 100",
                );
            }
        }
        if self.check.options.len() < 2
            || self.check.options.iter().filter(|option| option.right).count() != 1
        {
            say(
                "`check` needs two or more options and exactly one right".into(),
                "mark one with `right = true`",
            );
        }
        let filled = [
            ("question", &self.question),
            ("prerequisite", &self.prerequisite),
            ("skill", &self.skill),
            ("situation", &self.situation),
            ("exercise.task", &self.exercise.task),
            ("exercise.hint", &self.exercise.hint),
            ("exercise.solution", &self.exercise.solution),
        ];
        for (field, value) in filled {
            if value.trim().is_empty() {
                say(format!("`{field}` is empty"), "fill it in");
            }
        }
        for what in self.exercise.goal.iter().flat_map(Goal::problems) {
            say(what, "see the fields of an exercise’s goal");
        }
        for note in &self.instructor {
            if note.note.trim().is_empty() || note.alone.trim().is_empty() {
                say(
                    "an instructor’s note, or its twin for self-study, is empty".into(),
                    "fill in `note` and `alone`",
                );
            }
        }
        for option in &self.check.options {
            if option.why.trim().is_empty() {
                say(
                    format!("the answer “{}” has no `why`", option.text),
                    "say why it is right, or why not",
                );
            }
        }
        if self.key_points.is_empty() || self.next.is_empty() || self.sources.is_empty() {
            say(
                "`key-points`, `next` or `sources` is empty".into(),
                "a lesson has at least one of each",
            );
        }
        found
    }
}

impl Guide {
    pub(crate) fn problems(&self, file: &str) -> Vec<Problem> {
        let mut found = Vec::new();
        let mut say = |what: String, remedy: &str| found.push(Problem::new(file, what, remedy));
        if self.rule.contains('\n') {
            say("`rule` has several lines".into(), "say it in one");
        }
        let lists = [
            ("do", self.r#do.is_empty()),
            ("avoid", self.avoid.is_empty()),
            ("check-yourself", self.check_yourself.is_empty()),
            ("sources", self.sources.is_empty()),
            ("who", self.who.trim().is_empty()),
            ("others", self.others.trim().is_empty()),
            ("last-checked", self.last_checked.trim().is_empty()),
            ("slurm-version", self.slurm_version.trim().is_empty()),
        ];
        for (field, empty) in lists {
            if empty {
                say(format!("`{field}` is empty"), "fill it in");
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Change = fn(&mut Lesson);

    /// What is said of a whole lesson once something of it is another.
    fn said(change: Change) -> Vec<String> {
        let text = include_str!("../lessons/busy-or-ready.md");
        let front = text.split("+++").nth(1).expect("a lesson begins with its fields");
        let mut lesson: Lesson = toml::from_str(front).expect("they can be read");
        change(&mut lesson);
        let problems = lesson.problems("a.md");
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_whole_lesson_is_as_it_should_be_and_what_it_lacks_is_named() {
        assert_eq!(said(|_| ()), [""; 0]);
        let lacking: [(Change, &str); 20] = [
            (|it| it.objectives.truncate(1), "1 `objectives`"),
            (|it| it.minutes = 9, "`minutes` is 9"),
            (|it| it.minutes_in_a_room = 31, "`minutes-in-a-room` is 31"),
            (
                |it| it.minutes_in_a_room = it.minutes - 1,
                "`minutes-in-a-room` is 11",
            ),
            (|it| it.instructor.clear(), "`instructor` is empty"),
            (
                |it| it.instructor[0].alone.clear(),
                "twin for self-study, is empty",
            ),
            (
                |it| it.prediction.options[0].right = true,
                "`prediction` needs exactly one right",
            ),
            (
                |it| it.prediction.options.retain(|option| option.right),
                "`prediction` has 1 options",
            ),
            (|it| it.prediction.options[0].sketch.truncate(1), "is no curve"),
            (|it| it.question.clear(), "`question` is empty"),
            (|it| it.prerequisite.clear(), "`prerequisite` is empty"),
            (|it| it.skill.clear(), "`skill` is empty"),
            (|it| it.situation.clear(), "`situation` is empty"),
            (|it| it.exercise.task.clear(), "`exercise.task` is empty"),
            (|it| it.exercise.hint.clear(), "`exercise.hint` is empty"),
            (|it| it.exercise.solution.clear(), "`exercise.solution` is empty"),
            (
                |it| {
                    it.check
                        .options
                        .iter_mut()
                        .for_each(|option| option.right = false)
                },
                "`check` needs two or more options and exactly one right",
            ),
            (|it| it.check.options[0].why.clear(), "has no `why`"),
            (|it| it.key_points.clear(), "`key-points`"),
            (|it| it.sources.clear(), "`sources` is empty"),
        ];
        for (change, what) in lacking {
            let found = said(change);
            assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
        }
    }
}
