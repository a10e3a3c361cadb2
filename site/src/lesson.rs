//! A lesson: question, text, guess before result, exercise, check question, what to take away.

use content::{Goal, Lesson, Link, Page, Prediction, PredictionOption, Source, Stage, inline};

use crate::html::escape;
use crate::parts::{self, Pieces};
use crate::views;

const LETTERS: [char; 6] = ['A', 'B', 'C', 'D', 'E', 'F'];

/// Who a lesson's page is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Who learns: the result is covered until a guess is made.
    Learner,
    /// Who teaches: nothing is covered, and notes stand where they are needed.
    Instructor,
}

/// Who says which guess is right.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judge {
    /// What was run for the lesson.
    Runs,
    /// Whoever wrote it: nothing was run.
    Authors,
}

/// The main part of a lesson's page. `track` are the lessons of its track, in order.
pub fn main(
    page: &Page,
    lesson: &Lesson,
    track: &[(&Page, &Lesson)],
    pieces: &mut Pieces,
    who: For,
) -> Result<String, String> {
    let note = |stage| match who {
        For::Learner => String::new(),
        For::Instructor => views::notes(lesson, stage),
    };
    set(pieces, lesson, who);
    let body = parts::html(&page.parts, pieces)?;
    let (title, below) = match who {
        For::Learner => (escape(&lesson.title), ""),
        For::Instructor => (format!("Teach: {}", escape(&lesson.title)), "instructor/"),
    };
    Ok(format!(
        "{line}<article class=\"reading\" data-lesson=\"{route}\">\
         <header class=\"page-head\"><h1>{title}</h1><p class=\"stand-first\">{question}</p></header>\
         {views}{facts}{here}{start}{body}{at_exercise}{exercise}{at_check}{check}{next}{sources}{cite}</article>",
        line = line(page, lesson, track),
        route = page.english_route(),
        question = inline(&lesson.question),
        views = views::nav(page, lesson, below),
        facts = facts(lesson),
        here = pieces.here,
        start = note(Stage::Start),
        at_exercise = note(Stage::Exercise),
        exercise = exercise(lesson, who == For::Instructor, lesson.exercise.goal.as_ref()),
        at_check = note(Stage::Check),
        check = check(lesson),
        next = next(&lesson.next),
        sources = sources_of(lesson),
        cite = cite(page, lesson),
    ))
}

/// A lesson among others on one page: nothing covered, its headings one level lower.
pub fn whole(page: &Page, lesson: &Lesson, pieces: &Pieces) -> Result<String, String> {
    let mut open = Pieces {
        figures: pieces.figures.clone(),
        outcomes: pieces.outcomes.clone(),
        id: pieces.id.clone(),
        ..Pieces::default()
    };
    set(&mut open, lesson, For::Instructor);
    open.notes = [String::new(), String::new()];
    let body = parts::html(&page.parts, &open)?;
    let html = format!(
        "{facts}{body}{exercise}\
         <section class=\"block\"><h2>Check yourself: {question}</h2><ul>{answers}</ul></section>{sources}",
        facts = facts(lesson),
        // Among others on one page an answer is not run.
        exercise = exercise(lesson, true, None),
        question = escape(&lesson.check.question),
        answers = answers(lesson),
        sources = sources_of(lesson),
    );
    Ok(format!(
        "<article class=\"reading one-of\" id=\"{id}\"><header class=\"page-head\"><h2 class=\"one-of-title\">\
         <a href=\"~{route}\">{code} {title}</a></h2><p class=\"stand-first\">{stand}</p></header>{}</article>",
        html.replace("<h3", "<h4")
            .replace("</h3>", "</h4>")
            .replace("<h2", "<h3")
            .replace("</h2>", "</h3>"),
        id = pieces.id,
        route = page.route,
        code = escape(&lesson.code),
        title = escape(&lesson.title),
        stand = inline(&lesson.question),
    ))
}

fn set(pieces: &mut Pieces, lesson: &Lesson, who: For) {
    let judge = if pieces.figures.is_empty() && pieces.outcomes.is_empty() {
        Judge::Authors
    } else {
        Judge::Runs
    };
    pieces.points = format!(
        "<section class=\"block\"><h2>What to take away</h2><ul class=\"points\">{}</ul></section>",
        list(&lesson.key_points)
    );
    match who {
        For::Learner => {
            pieces.predict = predict(&pieces.id, &lesson.prediction);
            pieces.cover = cover(&pieces.id, &lesson.prediction);
            pieces.replies = replies(&lesson.prediction, judge);
        }
        For::Instructor => {
            pieces.predict = format!(
                "<section class=\"predict\"><p class=\"eyebrow\">Guess first</p><h2 class=\"ask-big\">{}</h2>{}</section>",
                escape(&lesson.prediction.question),
                sketches(&lesson.prediction)
            );
            pieces.cover = String::new();
            pieces.replies = replies_at_once(&lesson.prediction, judge);
            pieces.notes = [Stage::Guess, Stage::Result].map(|stage| views::notes(lesson, stage));
        }
    }
}

fn facts(lesson: &Lesson) -> String {
    format!(
        "<dl class=\"facts\"><dt>Afterwards you can</dt><dd><ul>{objectives}</ul></dd>\
         <dt>Before</dt><dd>{prerequisite}</dd><dt>Time</dt><dd>{minutes} minutes; {room} in a room, with the talk</dd></dl>",
        objectives = list(&lesson.objectives),
        prerequisite = inline(&lesson.prerequisite),
        minutes = lesson.minutes,
        room = lesson.minutes_in_a_room,
    )
}

fn sources_of(lesson: &Lesson) -> String {
    sources(
        &lesson.sources,
        &format!(
            "Comes from the situation “{}”; serves the skill {}.",
            inline(&lesson.situation),
            escape(&lesson.skill)
        ),
    )
}

/// How to cite a lesson.
fn cite(page: &Page, lesson: &Lesson) -> String {
    format!(
        "<details class=\"more cite\"><summary>Cite this lesson</summary><p>Trilemma, version {}: lesson {}, “{}”, \
         <code>{}</code>. Text under CC BY 4.0; the repository’s <code>CITATION.cff</code> has the rest.</p></details>",
        env!("CARGO_PKG_VERSION"),
        escape(&lesson.code),
        escape(&lesson.title),
        page.route
    )
}

/// Items of a list.
pub fn list(items: &[String]) -> String {
    items
        .iter()
        .map(|item| format!("<li>{}</li>", inline(item)))
        .collect()
}

fn line(page: &Page, lesson: &Lesson, track: &[(&Page, &Lesson)]) -> String {
    let stops: String = track
        .iter()
        .map(|(other, of)| {
            let code = escape(&of.code);
            if page.english_route() == other.route {
                format!(
                    "<li data-route=\"{}\"><span aria-current=\"page\"><i></i>{code}</span></li>",
                    other.route
                )
            } else {
                format!(
                    "<li data-route=\"{}\"><a href=\"~{}\" title=\"{}\"><i></i>{code}</a></li>",
                    other.route,
                    other.route,
                    escape(&of.title)
                )
            }
        })
        .collect();
    format!(
        "<div class=\"wrap\"><div class=\"lesson-line\"><a href=\"~/learn/\">Learn</a>\
         <span class=\"crumb-track\">Track {}, {}</span><ol class=\"track bare\" aria-label=\"Lessons of this track\">{stops}</ol>\
         <span>{} minutes</span></div></div>",
        escape(lesson.letter()),
        escape(&lesson.track),
        lesson.minutes
    )
}

fn predict(id: &str, prediction: &Prediction) -> String {
    let options: String = prediction
        .options
        .iter()
        .zip(LETTERS)
        .map(|(option, letter)| {
            format!(
                "<button type=\"button\" class=\"sketch\" data-guess=\"{letter}\" aria-pressed=\"false\">{}\
                 <span class=\"sketch-text\"><span>{}</span><b>{letter}</b></span></button>",
                sketch(option, prediction),
                escape(&option.text)
            )
        })
        .collect();
    format!(
        "<section class=\"predict\" data-predict=\"{id}\" aria-labelledby=\"predict-{id}\"><p class=\"eyebrow\">Guess first</p>\
         <h2 class=\"ask-big\" id=\"predict-{id}\">{}</h2><div class=\"sketches\">{options}</div>\
         <p class=\"sr\" role=\"status\" data-say></p></section>",
        escape(&prediction.question)
    )
}

/// The same sketches where nobody clicks: on a screen in a room, and for who teaches.
pub fn sketches(prediction: &Prediction) -> String {
    let shown: String = prediction
        .options
        .iter()
        .zip(LETTERS)
        .map(|(option, letter)| {
            format!(
                "<li class=\"sketch\">{}<span class=\"sketch-text\"><span>{}</span><b>{letter}</b></span></li>",
                sketch(option, prediction),
                escape(&option.text)
            )
        })
        .collect();
    format!("<ul class=\"sketches bare\">{shown}</ul>")
}

/// A curve as one would sketch it, without numbers.
fn sketch(option: &PredictionOption, prediction: &Prediction) -> String {
    let points: Vec<String> = option
        .sketch
        .iter()
        .map(|(x, y)| format!("{:.1} {:.1}", 8.0 + x * 2.24, 96.0 - y * 0.78))
        .collect();
    format!(
        "<svg viewBox=\"0 0 240 118\" aria-hidden=\"true\"><path d=\"M8 14V96H232\" fill=\"none\" stroke=\"var(--ink)\"/>\
         <path d=\"M{}\" fill=\"none\" stroke=\"var(--train)\" stroke-width=\"2.5\" stroke-linejoin=\"round\"/>\
         <text x=\"12\" y=\"12\" font-size=\"12\" fill=\"var(--ink3)\">{}</text>\
         <text x=\"232\" y=\"112\" font-size=\"12\" fill=\"var(--ink3)\" text-anchor=\"end\">{}</text></svg>",
        points.join("L"),
        escape(&prediction.y_axis),
        escape(&prediction.x_axis)
    )
}

fn cover(id: &str, prediction: &Prediction) -> String {
    let letters: Vec<String> = LETTERS
        .iter()
        .take(prediction.options.len())
        .map(char::to_string)
        .collect();
    let (last, others) = letters
        .split_last()
        .map_or(("", String::new()), |(last, others)| {
            (last.as_str(), others.join(", "))
        });
    format!(
        "<div data-cover=\"{id}\"><div class=\"cover\"><b>Covered until you have guessed</b>\
         <span>Choose {others} or {last} above, or</span>\
         <button type=\"button\" class=\"btn\" data-show>Just show me</button></div>\
         <p class=\"withheld\">The explanation follows your guess.</p></div>"
    )
}

/// Which guess was right, and what is said to each: stands at the head of what is revealed.
fn replies(prediction: &Prediction, judge: Judge) -> String {
    let right = prediction
        .options
        .iter()
        .zip(LETTERS)
        .find(|(option, _)| option.right)
        .map_or(' ', |(_, letter)| letter);
    let replies: String = prediction
        .options
        .iter()
        .zip(LETTERS)
        .map(|(option, letter)| {
            format!(
                "<p class=\"reply\" data-reply=\"{letter}\"><b>{letter}.</b> {}</p>",
                inline(&option.reply)
            )
        })
        .collect();
    let verdict = match judge {
        Judge::Runs => format!("The runs say {right}."),
        Judge::Authors => format!("Our answer is {right}."),
    };
    format!("<p class=\"said-badge\"><b>{verdict}</b> <span data-your-guess></span></p>{replies}")
}

/// What every guess is told, one after the other.
fn replies_at_once(prediction: &Prediction, judge: Judge) -> String {
    prediction
        .options
        .iter()
        .zip(LETTERS)
        .map(|(option, letter)| {
            let right = match (option.right, judge) {
                (true, Judge::Runs) => " (the runs agree)",
                (true, Judge::Authors) => " (our answer)",
                (false, Judge::Runs | Judge::Authors) => "",
            };
            format!(
                "<p class=\"reply\"><b>{letter}{right}.</b> {}</p>",
                inline(&option.reply)
            )
        })
        .collect()
}

fn exercise(lesson: &Lesson, open: bool, run: Option<&Goal>) -> String {
    let open = if open { " open" } else { "" };
    format!(
        "<section class=\"block\"><h2>Try it</h2><div class=\"prose\"><p>{}</p></div>\
         <details class=\"more\"{open}><summary>A hint</summary><div class=\"prose\"><p>{}</p></div></details>\
         <details class=\"more\"{open}><summary>A solution</summary><div class=\"prose\"><p>{}</p></div></details>{}</section>",
        inline(&lesson.exercise.task),
        inline(&lesson.exercise.hint),
        inline(&lesson.exercise.solution),
        run.map_or(String::new(), goal),
    )
}

/// Where an answer is run against what it has to reach; `here.js` does it.
fn goal(goal: &Goal) -> String {
    let reach: String = goal
        .reach
        .iter()
        .map(|reach| format!("<li>{}</li>", inline(&reach.says)))
        .collect();
    format!(
        "<section class=\"goal\" data-goal aria-labelledby=\"goal\"><h3 id=\"goal\">Have your answer run</h3>\
         <p>Begin with <a href=\"~/lab/{from}\">this link</a>, change rules only, and reach all of this:</p><ul>{reach}</ul>\
         <form><label for=\"goal-link\">Your link from the lab</label> <input id=\"goal-link\" type=\"text\" inputmode=\"url\" \
         autocomplete=\"off\" spellcheck=\"false\"> <button class=\"btn\">Run it</button></form>\
         <progress hidden aria-label=\"Runs\"></progress><div role=\"status\" data-verdict></div>\
         <details class=\"more\"><summary>One that reaches it</summary><p><a href=\"~/lab/{answer}\">Open it in the lab</a>; there are others.</p></details></section>",
        from = escape(&goal.from),
        answer = escape(&goal.answer),
    )
}

fn check(lesson: &Lesson) -> String {
    let options: String = lesson
        .check
        .options
        .iter()
        .map(|option| {
            let kind = if option.right { "right" } else { "tried" };
            format!(
                "<button type=\"button\" class=\"choice\" data-answer=\"{kind}\">{}</button><template data-why>{}</template>",
                escape(&option.text),
                inline(&option.why)
            )
        })
        .collect();
    let answers = answers(lesson);
    format!(
        "<section class=\"check\" data-check aria-labelledby=\"check\"><p class=\"eyebrow\">Check yourself</p>\
         <h2 class=\"ask-big\" id=\"check\">{}</h2><div class=\"choices\">{options}</div>\
         <p class=\"check-say\" role=\"status\">Choose one.</p>\
         <noscript><details class=\"more\"><summary>The answers</summary><ul>{answers}</ul></details></noscript></section>",
        escape(&lesson.check.question)
    )
}

fn answers(lesson: &Lesson) -> String {
    lesson
        .check
        .options
        .iter()
        .map(|option| {
            let verdict = if option.right { "Yes." } else { "Not quite." };
            format!(
                "<li>{}: <b>{verdict}</b> {}</li>",
                escape(&option.text),
                inline(&option.why)
            )
        })
        .collect()
}

/// Links to where one may go next.
pub fn next(links: &[Link]) -> String {
    let links: String = links
        .iter()
        .map(|link| {
            let to = if link.to.starts_with('/') {
                format!("~{}", link.to)
            } else {
                link.to.clone()
            };
            format!("<a href=\"{}\">{}</a>", escape(&to), escape(&link.text))
        })
        .collect();
    format!(
        "<nav class=\"next-row\" aria-labelledby=\"next\"><p class=\"eyebrow\" id=\"next\">Where next</p>{links}</nav>"
    )
}

/// Sources at the foot of a page, and a line of HTML beneath them.
pub fn sources(of: &[Source], more: &str) -> String {
    let items: String = of
        .iter()
        .map(|source| match &source.to {
            Some(to) => format!("<li><a href=\"{}\">{}</a></li>", escape(to), inline(&source.text)),
            None => format!("<li>{}</li>", inline(&source.text)),
        })
        .collect();
    let more = if more.is_empty() {
        String::new()
    } else {
        format!("<p class=\"small quiet\">{more}</p>")
    };
    format!("<section class=\"block\"><h2>Sources</h2><ul class=\"sources\">{items}</ul>{more}</section>")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prediction() -> Prediction {
        let option = |text: &str, right| PredictionOption {
            text: text.into(),
            sketch: vec![(0.0, 0.0), (100.0, 100.0)],
            right,
            reply: format!("About {text}."),
        };
        Prediction {
            question: "How?".into(),
            x_axis: "load".into(),
            y_axis: "wait".into(),
            options: vec![option("one", false), option("two", true)],
        }
    }

    #[test]
    fn the_panel_before_a_guess_does_not_give_the_answer_away() {
        let html = predict("x", &prediction()) + &cover("x", &prediction());
        assert!(!html.contains("About") && !html.contains("right"), "{html}");
    }

    #[test]
    fn what_is_revealed_names_the_right_letter_and_answers_every_guess() {
        let html = replies(&prediction(), Judge::Runs);
        assert!(html.contains("<b>The runs say B.</b> <span"));
        assert_eq!(html.matches("data-reply").count(), 2);
    }

    #[test]
    fn where_nothing_was_run_no_runs_are_said_to_agree() {
        let covered = replies(&prediction(), Judge::Authors);
        let open = replies_at_once(&prediction(), Judge::Authors);
        assert!(covered.contains("Our answer is B."), "{covered}");
        assert!(open.contains("B (our answer).") && !(covered + &open).contains("runs"));
    }
}
