//! Guides, plain texts, lists of lessons and guides, the glossary.

use content::{Guide, Lesson, Library, Page, inline};
use figures::format::span;

use crate::html::escape;
use crate::lesson::{list, next, sources};
use crate::parts::{self, Pieces};
use crate::views::track_route;

/// The main part of a guide's page.
pub fn guide(page: &Page, guide: &Guide, pieces: &Pieces) -> Result<String, String> {
    let body = parts::html(&page.parts, pieces)?;
    Ok(format!(
        "<article class=\"reading\"><header class=\"page-head\"><p class=\"eyebrow\"><a href=\"~/guides/\">Guides</a> · {code}</p>\
         <h1>{title}</h1><p class=\"stand-first\">{who}</p></header>\
         <p class=\"rule-line\">{rule}</p>\
         <div class=\"do-avoid\"><section><h2>Do</h2><ul>{done}</ul></section>\
         <section class=\"avoid\"><h2>Avoid</h2><ul>{avoid}</ul></section></div>\
         {here}{body}\
         <section class=\"block\"><h2>What it costs others</h2><div class=\"prose\"><p>{others}</p></div></section>\
         <section class=\"block\"><h2>Check yourself</h2><ul class=\"points\">{checks}</ul></section>\
         {next}{sources}</article>",
        code = escape(&guide.code),
        title = escape(&guide.title),
        who = inline(&guide.who),
        rule = inline(&guide.rule),
        here = pieces.here,
        done = list(&guide.r#do),
        avoid = list(&guide.avoid),
        others = inline(&guide.others),
        checks = list(&guide.check_yourself),
        next = if guide.next.is_empty() {
            String::new()
        } else {
            next(&guide.next)
        },
        sources = sources(
            &guide.sources,
            &format!(
                "Last checked {}, against Slurm {}.",
                escape(&guide.last_checked),
                escape(&guide.slurm_version)
            )
        ),
    ))
}

/// The main part of any other text.
pub fn plain(page: &Page, pieces: &Pieces) -> Result<String, String> {
    let body = parts::html(&page.parts, pieces)?;
    Ok(format!(
        "<article class=\"reading\"><header class=\"page-head\"><h1>{}</h1><p class=\"stand-first\">{}</p></header>{}{body}</article>",
        escape(&page.title),
        inline(&page.description),
        pieces.here
    ))
}

/// The lists of lessons, a track after the other.
pub fn learn(library: &Library) -> String {
    let tracks: String = library
        .tracks()
        .iter()
        .map(|(letter, lessons)| track(letter, lessons))
        .collect();
    let lessons = library.lessons();
    let minutes: u32 = lessons.iter().map(|(_, lesson)| lesson.minutes).sum();
    format!(
        "<div class=\"reading\"><header class=\"page-head\"><h1>Learn</h1>\
         <p class=\"stand-first\">Short lessons on sharing GPUs. Each asks you to guess first, then shows what the simulated \
         cluster does with your guess. {count}, {hours} in all; start with whichever question is yours.</p></header>\
         {tracks}\
         <section class=\"block\"><h2>For a room</h2><p>Every lesson has a view to present and one for who teaches it. \
         The exercises of all of them, for shared notes: <a href=\"~/learn/exercises.md\">with hints</a>, \
         <a href=\"~/learn/exercises-with-solutions.md\">with solutions</a>.</p></section>\
         <section class=\"block\"><h2>Your progress</h2><p>What you have done and guessed is kept on this device only. \
         Nobody else can see it.</p><p><button type=\"button\" class=\"btn\" data-forget hidden>Forget me</button></p>\
         <p role=\"status\" data-forgotten></p></section></div>",
        count = counted(lessons.len(), "lesson", "lessons"),
        hours = span(f64::from(minutes) * 60.0),
    )
}

fn track(letter: &str, lessons: &[(&Page, &Lesson)]) -> String {
    let minutes: u32 = lessons.iter().map(|(_, lesson)| lesson.minutes).sum();
    let items: String = lessons
        .iter()
        .map(|(page, lesson)| {
            format!(
                "<li data-route=\"{route}\"><span class=\"code\">{code}</span><a href=\"~{route}\">{title}</a>\
                 <span class=\"small quiet\">{minutes} minutes<span class=\"done-word\" hidden>, done on this device</span></span>\
                 <p>{question}</p></li>",
                route = page.route,
                code = escape(&lesson.code),
                title = escape(&lesson.title),
                minutes = lesson.minutes,
                question = inline(&lesson.question),
            )
        })
        .collect();
    format!(
        "<section class=\"block\" id=\"track-{id}\"><h2>{letter}. {track}</h2>\
         <p class=\"quiet\">{count}, {minutes} minutes. <a href=\"~{whole}\">All on one page</a></p>\
         <ol class=\"cards-list bare\">{items}</ol></section>",
        id = letter.to_lowercase(),
        track = lessons
            .first()
            .map_or(String::new(), |(_, lesson)| escape(&lesson.track)),
        count = counted(lessons.len(), "lesson", "lessons"),
        whole = track_route(letter),
    )
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("One {one}")
    } else {
        format!("{n} {many}")
    }
}

/// The lists of guides: for those who use GPUs, and for those who run them.
pub fn guides(library: &Library) -> String {
    let of = |letter: &str, head: &str| {
        let guides = library.guides();
        let items: String = guides
            .iter()
            .filter(|(_, guide)| guide.code.starts_with(letter))
            .map(|(page, guide)| {
                format!(
                    "<li><span class=\"code\">{}</span><a href=\"~{}\">{}</a><span></span><p>{}</p></li>",
                    escape(&guide.code),
                    page.route,
                    escape(&guide.title),
                    inline(&guide.rule)
                )
            })
            .collect();
        if items.is_empty() {
            String::new()
        } else {
            format!(
                "<section class=\"block\"><h2>{head}</h2><ol class=\"cards-list bare\">{items}</ol></section>"
            )
        }
    };
    format!(
        "<div class=\"reading\"><header class=\"page-head\"><h1>Guides</h1><p class=\"stand-first\">One page each: the rule in \
         a line, what to do, why, the Slurm lines, and what it costs others.</p></header>{}{}</div>",
        of("R", "If you use GPUs"),
        of("A", "If you run a cluster, or decide about one")
    )
}

/// The glossary.
pub fn glossary(library: &Library) -> String {
    let mut letters = String::new();
    let mut terms = String::new();
    let mut last = ' ';
    for term in &library.glossary.terms {
        let first = term.word.chars().next().unwrap_or(' ').to_ascii_uppercase();
        if first != last {
            letters.push_str(&format!("<a href=\"#{}\">{first}</a>", term.key));
            last = first;
        }
        let slurm = term
            .slurm
            .as_ref()
            .map_or(String::new(), |name| format!("<code>{}</code>", escape(name)));
        let see: Vec<String> = term
            .see
            .iter()
            .filter_map(|key| library.glossary.term(key))
            .map(|other| format!("<a href=\"#{}\">{}</a>", other.key, escape(&other.word)))
            .collect();
        let see = if see.is_empty() {
            String::new()
        } else {
            format!("<p class=\"small\">See also {}.</p>", see.join(", "))
        };
        terms.push_str(&format!(
            "<dt id=\"{}\">{} {slurm}</dt><dd>{}{see}</dd>",
            term.key,
            escape(&term.word),
            term.text.html
        ));
    }
    format!(
        "<div class=\"reading\"><header class=\"page-head\"><h1>Glossary</h1><p class=\"stand-first\">Plain words first, \
         Slurm’s word beside them.</p></header><nav class=\"letters\" aria-label=\"Letters\">{letters}</nav>\
         <dl class=\"terms\">{terms}</dl></div>"
    )
}

/// The page that is not there.
pub fn not_found() -> String {
    String::from(
        "<div class=\"reading\"><header class=\"page-head\"><h1>There is no such page</h1>\
         <p class=\"stand-first\">The address may have lost a piece on its way. A link to a proposal still works from the \
         lab: copy everything from the # onwards and put it behind the lab’s address.</p></header>\
         <section class=\"block\"><ul class=\"cards-list bare\">\
         <li><span></span><a href=\"~/\">The question</a><span></span><p>Thirty-two GPUs, forty people. Who should wait?</p></li>\
         <li><span></span><a href=\"~/lab/\">The lab</a><span></span><p>Move the knobs of a shared cluster and see who waits.</p></li>\
         <li><span></span><a href=\"~/learn/\">Learn</a><span></span><p>Short lessons on sharing GPUs.</p></li>\
         <li><span></span><a href=\"~/guides/\">Guides</a><span></span><p>What to do, in a line, and why.</p></li>\
         </ul></section></div>",
    )
}
