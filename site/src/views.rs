//! The other ways to see a lesson, from the same source: for who teaches it, on a screen in a room, a whole track on one
//! page, and its exercises as Markdown.

use std::collections::BTreeMap;

use content::{Lesson, Page, Stage, inline, to_take_away};

use crate::html::escape;
use crate::lesson::{self, list};
use crate::parts::Pieces;

/// Where each view of a lesson stands below the lesson.
pub const VIEWS: [(&str, &str); 3] = [("", "Read"), ("present/", "Present"), ("instructor/", "Teach")];

/// Links between the views of a lesson; `here` is the one on show.
pub fn nav(page: &Page, lesson: &Lesson, here: &str) -> String {
    let letter = lesson.letter();
    let views: String = VIEWS
        .iter()
        .map(|(below, word)| {
            if *below == here {
                format!("<li aria-current=\"page\">{word}</li>")
            } else {
                format!("<li><a href=\"~{}{below}\">{word}</a></li>", page.route)
            }
        })
        .collect();
    format!(
        "<nav class=\"views\" aria-label=\"Ways to see this lesson\"><ul class=\"bare\">{views}\
         <li><a href=\"~{}\">All of track {letter} on one page</a></li></ul></nav>",
        track_route(letter)
    )
}

/// Where all lessons of a track stand on one page.
pub fn track_route(letter: &str) -> String {
    format!("/learn/track-{}/", letter.to_lowercase())
}

/// The notes of a stage as they stand in the page for who teaches.
pub fn notes(lesson: &Lesson, stage: Stage) -> String {
    lesson
        .instructor
        .iter()
        .filter(|note| note.at == stage)
        .map(|note| {
            format!(
                "<aside class=\"teach\"><p class=\"note-title\">If you teach it</p><p>{}</p>\
                 <p class=\"small\"><b>Alone:</b> {}</p></aside>",
                inline(&note.note),
                inline(&note.alone)
            )
        })
        .collect()
}

/// A screen of the view for a room.
struct Slide {
    stage: Stage,
    title: String,
    body: String,
    class: &'static str,
}

/// The view for a room: one heading per screen, notes for the second window beside it.
pub fn present(page: &Page, lesson: &Lesson, pieces: &Pieces) -> String {
    let mut slides = vec![Slide {
        stage: Stage::Start,
        title: lesson.title.clone(),
        body: format!(
            "<p class=\"slide-question\">{}</p><blockquote>{}</blockquote>",
            inline(&lesson.question),
            inline(&lesson.situation)
        ),
        class: "slide-first",
    }];
    slides.push(Slide {
        stage: Stage::Start,
        title: "Afterwards you can".into(),
        body: format!("<ul>{}</ul>", list(&lesson.objectives)),
        class: "",
    });
    slides.push(Slide {
        stage: Stage::Guess,
        title: lesson.prediction.question.clone(),
        body: lesson::sketches(&lesson.prediction),
        class: "slide-guess",
    });
    for figure in page.figures() {
        if let Some(drawn) = pieces.figures.get(&figure.id) {
            slides.push(Slide {
                stage: Stage::Result,
                title: figure.title.clone(),
                body: drawn.clone(),
                class: "slide-figure",
            });
        }
    }
    for (i, some) in pieces.outcomes.chunks(3).enumerate() {
        slides.push(Slide {
            stage: Stage::Result,
            title: match i {
                0 => String::from("What the runs say"),
                _ => format!("What the runs say, {}", i + 1),
            },
            body: some.iter().map(claims::Outcome::evidence).collect(),
            class: "slide-claims",
        });
    }
    // Where nothing was run, the result is what the authors say; its notes have their place all the same.
    if !slides.iter().any(|slide| slide.stage == Stage::Result) {
        let right = lesson.prediction.options.iter().find(|option| option.right);
        slides.push(Slide {
            stage: Stage::Result,
            title: "Our answer".into(),
            body: right.map_or(String::new(), |option| {
                format!(
                    "<p><b>{}.</b> {}</p>",
                    escape(&option.text),
                    inline(&option.reply)
                )
            }),
            class: "",
        });
    }
    slides.push(Slide {
        stage: Stage::Exercise,
        title: "Try it".into(),
        body: format!("<p>{}</p>", inline(&lesson.exercise.task)),
        class: "",
    });
    slides.push(Slide {
        stage: Stage::Exercise,
        title: "A solution".into(),
        body: format!("<p>{}</p>", inline(&lesson.exercise.solution)),
        class: "",
    });
    let options = |open: bool| -> String {
        lesson
            .check
            .options
            .iter()
            .map(|option| {
                if open && option.right {
                    format!("<li><b>{}</b></li>", escape(&option.text))
                } else {
                    format!("<li>{}</li>", escape(&option.text))
                }
            })
            .collect()
    };
    let why = lesson.check.options.iter().find(|option| option.right);
    slides.push(Slide {
        stage: Stage::Check,
        title: lesson.check.question.clone(),
        body: format!("<ol class=\"slide-options\" type=\"A\">{}</ol>", options(false)),
        class: "slide-check",
    });
    slides.push(Slide {
        stage: Stage::Check,
        title: "The answer".into(),
        body: format!(
            "<ol class=\"slide-options\" type=\"A\">{}</ol><p>{}</p>",
            options(true),
            why.map_or(String::new(), |option| inline(&option.why))
        ),
        class: "slide-check",
    });
    slides.push(Slide {
        stage: Stage::Check,
        title: "What to take away".into(),
        body: format!("<ul>{}</ul>", list(&lesson.key_points)),
        class: "",
    });
    let count = slides.len();
    let shown: String = slides
        .iter()
        .enumerate()
        .map(|(i, slide)| {
            let level = if i == 0 { "h1" } else { "h2" };
            format!(
                "<section class=\"slide {class}\" id=\"s{n}\" aria-label=\"{n} of {count}\">\
                 <{level}>{title}</{level}><div class=\"slide-body\">{body}</div>\
                 <p class=\"slide-foot\">{code} · {lesson} <span>{n} / {count}</span></p></section>",
                class = slide.class,
                n = i + 1,
                title = inline(&slide.title),
                body = slide.body,
                code = escape(&lesson.code),
                lesson = escape(&lesson.title),
            )
        })
        .collect();
    let spoken: String = slides
        .iter()
        .enumerate()
        .map(|(i, slide)| {
            let first = slides[..i].iter().all(|before| before.stage != slide.stage);
            let notes: String = lesson
                .instructor
                .iter()
                .filter(|note| first && note.at == slide.stage)
                .map(|note| format!("<p>{}</p>", inline(&note.note)))
                .collect();
            let next = slides
                .get(i + 1)
                .map_or(String::from("The end."), |next| format!("Next: {}", inline(&next.title)));
            format!(
                "<section class=\"spoken\" data-for=\"s{}\"><h2>{}</h2>{notes}<p class=\"quiet\">{next}</p></section>",
                i + 1,
                inline(&slide.title)
            )
        })
        .collect();
    format!(
        "<nav class=\"present-bar\" aria-label=\"Slides\"><a href=\"~{route}\">Back to the lesson</a>\
         <button type=\"button\" class=\"btn\" data-back>Back</button>\
         <button type=\"button\" class=\"btn\" data-on>On</button>\
         <a href=\"#notes\" target=\"_blank\" data-notes>Notes in a second window</a>\
         <span class=\"quiet\">Arrow keys turn the pages. About {minutes} minutes with the talk.</span></nav>\
         <div class=\"slides\" data-present=\"{route}\">{shown}</div>\
         <div class=\"speaker\" id=\"notes\"><p class=\"speaker-clock\"><span data-clock>0:00</span> of {minutes} minutes</p>{spoken}</div>",
        route = page.route,
        minutes = lesson.minutes_in_a_room,
    )
}

/// All lessons of a track on one page, uncovered, for reading on and for paper. `articles` are lessons by route.
pub fn track(letter: &str, lessons: &[(&Page, &Lesson)], articles: &BTreeMap<&str, String>) -> String {
    let minutes: u32 = lessons.iter().map(|(_, lesson)| lesson.minutes).sum();
    let contents: String = lessons
        .iter()
        .map(|(page, lesson)| {
            format!(
                "<li><a href=\"#{}\">{} {}</a></li>",
                page.name(),
                escape(&lesson.code),
                escape(&lesson.title)
            )
        })
        .collect();
    let articles: String = lessons
        .iter()
        .filter_map(|(page, _)| articles.get(page.route.as_str()).map(String::as_str))
        .collect();
    format!(
        "<div class=\"reading\"><header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~/learn/\">Learn</a> · Track {letter}</p>\
         <h1>{track}</h1><p class=\"stand-first\">All lessons of the track on one page, with nothing covered: {minutes} minutes. \
         It prints as it stands.</p></header>\
         <nav class=\"contents\" aria-label=\"Lessons on this page\"><ol class=\"bare\">{contents}</ol></nav></div>{articles}",
        track = lessons
            .first()
            .map_or(String::new(), |(_, lesson)| escape(&lesson.track)),
    )
}

/// The files of exercises, and whether they hold the solutions.
pub const EXERCISES: [(&str, bool); 2] = [("exercises.md", false), ("exercises-with-solutions.md", true)];

/// The exercise and the check question of a lesson as Markdown, for shared notes; with the solution, or with the hint.
/// Links lead to where `SITE_URL` says that the site will stand.
pub fn exercise(page: &Page, lesson: &Lesson, solutions: bool) -> String {
    let site = std::env::var("SITE_URL").ok();
    let plain = |markdown: &str| to_take_away(markdown, site.as_deref());
    let mut made = format!(
        "\n## {} {} (`{}`)\n\n{}\n",
        lesson.code,
        lesson.title,
        page.route,
        plain(&lesson.exercise.task)
    );
    made.push_str(&if solutions {
        format!("\n*A solution:* {}\n", plain(&lesson.exercise.solution))
    } else {
        format!("\n*A hint:* {}\n", plain(&lesson.exercise.hint))
    });
    made.push_str(&format!("\n**Check:** {}\n\n", plain(&lesson.check.question)));
    for option in &lesson.check.options {
        made.push_str(&match (solutions, option.right) {
            (true, true) => format!("- [x] {} {}\n", plain(&option.text), plain(&option.why)),
            (true, false) | (false, _) => format!("- [ ] {}\n", plain(&option.text)),
        });
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    const LESSON: &str = include_str!("../../content/lessons/what-do-you-mean-by-ai.md");

    #[test]
    fn every_stage_that_a_lesson_has_notes_for_has_a_slide() {
        let toml = LESSON.split("+++\n").nth(1).expect("it has front matter");
        let lesson: Lesson = toml::from_str(toml).expect("it is well formed");
        let page = Page {
            file: "lessons/a.md".into(),
            route: "/learn/a/".into(),
            title: String::new(),
            description: String::new(),
            body: content::Body::Plain,
            parts: Vec::new(),
        };
        let shown = present(&page, &lesson, &Pieces::default());
        assert!(shown.contains("<h2>Our answer</h2>"), "{shown}");
        for note in &lesson.instructor {
            assert!(shown.contains(&inline(&note.note)), "{}", note.note);
        }
    }
}
