//! The claims and figures of a text: run, and their numbers put into it.

use std::collections::BTreeMap;

use anyhow::Result;
use claims::{Numbers, Outcome, Source as _};
use content::{Lesson, Page};

use crate::html::escape;
use crate::runs::Runs;

/// Runs all claims of a page.
pub fn outcomes(page: &Page, runs: &Runs) -> Result<Vec<Outcome>> {
    page.claims()
        .into_iter()
        .map(|claim| Outcome::of(claim, runs))
        .collect()
}

/// Runs behind the verdict on an exercise’s own links.
const GOAL_RUNS: u32 = 20;

/// Draws every figure of a page, by name.
pub fn figures(page: &Page, runs: &Runs) -> Result<BTreeMap<String, String>> {
    let mut made = BTreeMap::new();
    for figure in page.figures() {
        println!("  figure {}{}", page.route, figure.id);
        made.insert(figure.id.clone(), claims::draw(page.name(), figure, runs)?);
    }
    Ok(made)
}

/// What is wrong with an exercise’s goal: that it is reached from the start, or that its answer does not reach it.
pub fn exercise(lesson: &Lesson, runs: &Runs) -> Result<Vec<String>> {
    let Some(goal) = &lesson.exercise.goal else {
        return Ok(Vec::new());
    };
    let ask = |link: &str| claims::answer(goal, link, runs.presets(), runs, runs.seeds(GOAL_RUNS));
    let (from, reached) = (ask(&goal.from)?, ask(&goal.answer)?);
    let mut broken = Vec::new();
    if from.is_met() {
        broken.push(format!("the exercise’s goal is reached from the start: {from:?}"));
    }
    if !reached.is_met() {
        broken.push(format!(
            "the exercise’s answer does not reach its goal: {reached:?}"
        ));
    }
    Ok(broken)
}

/// A line on the claims of a page: how many, over how many runs, and the one that is nearest to failing.
pub fn nearest(page: &Page, outcomes: &[Outcome]) -> Option<String> {
    let margins = outcomes.iter().map(|outcome| (outcome.margin(), outcome));
    let ((_, words), outcome) = margins.min_by(|(one, _), (other, _)| one.0.total_cmp(&other.0))?;
    Some(format!(
        "  {:<42} {:>2} claims, {:>2} runs each; `{}`: {words}",
        page.route,
        outcomes.len(),
        outcome.runs.first().map_or(0, Vec::len),
        outcome.claim.id
    ))
}

/// Puts numbers in the place of `{{…}}`; `Err` names one that is not there.
pub fn fill(html: &str, numbers: &Numbers) -> Result<String, String> {
    filled(html, numbers, |_, words| escape(words))
}

/// The same where `here.js` may put other numbers in their place.
pub fn fill_marked(html: &str, numbers: &Numbers) -> Result<String, String> {
    filled(html, numbers, |name, words| {
        format!("<span data-n=\"{}\">{}</span>", escape(name), escape(words))
    })
}

fn filled(html: &str, numbers: &Numbers, put: impl Fn(&str, &str) -> String) -> Result<String, String> {
    let mut made = String::with_capacity(html.len());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}").ok_or("`{{` is never closed")?;
        let name = name.trim();
        let number = numbers
            .get(name)
            .ok_or_else(|| format!("`{{{{{name}}}}}` has no value"))?;
        made.push_str(before);
        // "6 h 15 min" stays on one line.
        let number = &number
            .replace(' ', "\u{a0}")
            .replace("more\u{a0}than\u{a0}", "more than ");
        // Within a tag, such as in a label, there is no room for another.
        if made.rfind('<') > made.rfind('>') {
            made.push_str(&escape(number));
        } else {
            made.push_str(&put(name, number));
        }
        rest = after;
    }
    made.push_str(rest);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_of_the_texts_holds_over_five_seeds() {
        let root = crate::assets::root().expect("the tests run inside the repository");
        let library =
            content::load(&root.join("content"), &crate::OWN_ROUTES).expect("the texts are well formed");
        let runs = Runs::open(&root, 5).expect("the presets are read");
        let mut broken = Vec::new();
        for page in &library.pages {
            let outcomes = outcomes(page, &runs).expect("the claims can be run");
            let of_page = outcomes.into_iter().filter(|outcome| !outcome.holds);
            broken.extend(
                of_page.map(|outcome| format!("{}: “{}” {}", page.file, outcome.claim.says, outcome.judged)),
            );
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    }

    #[test]
    fn numbers_are_put_in_and_missing_ones_named() {
        let numbers = Numbers::from([("a.95pct".into(), "3 h".into())]);
        assert_eq!(fill("wait {{a.95pct}}.", &numbers), Ok("wait 3\u{a0}h.".into()));
        assert!(fill("{{a.b}}", &numbers).is_err());
        let marked = fill_marked("<p title=\"{{a.95pct}}\">{{a.95pct}}</p>", &numbers);
        assert_eq!(
            marked,
            Ok("<p title=\"3\u{a0}h\"><span data-n=\"a.95pct\">3\u{a0}h</span></p>".into())
        );
    }
}
