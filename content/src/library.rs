//! The whole folder: read, typed, and checked across pages.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::body;
use crate::claim::Claim;
use crate::front::{split, typed};
use crate::glossary::Glossary;
use crate::markdown::{self, Part, Text, Use};
use crate::page::{Body, Guide, Lesson, Page, Plain, TRACK_LIMIT};
use crate::problem::Problem;

/// All pages and words.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Library {
    /// Pages by route.
    pub pages: Vec<Page>,
    /// The words.
    pub glossary: Glossary,
    /// Texts in other languages by the code of the language, which is their folder and the start of their routes.
    pub translated: BTreeMap<String, Vec<Page>>,
}

impl Library {
    /// The page of a route.
    pub fn page(&self, route: &str) -> Option<&Page> {
        self.pages.iter().find(|page| page.route == route)
    }
    /// Lessons, in order of their codes.
    pub fn lessons(&self) -> Vec<(&Page, &Lesson)> {
        let mut found: Vec<_> = self
            .pages
            .iter()
            .filter_map(|page| match &page.body {
                Body::Lesson(lesson) => Some((page, lesson.as_ref())),
                Body::Guide(_) | Body::Plain => None,
            })
            .collect();
        found.sort_by(|a, b| order(&a.1.code).cmp(&order(&b.1.code)));
        found
    }
    /// Lessons by the letter of their track, in order of their codes.
    pub fn tracks(&self) -> Vec<(&str, Vec<(&Page, &Lesson)>)> {
        let mut tracks: Vec<(&str, Vec<_>)> = Vec::new();
        for (page, lesson) in self.lessons() {
            match tracks.last_mut() {
                Some((letter, lessons)) if *letter == lesson.letter() => lessons.push((page, lesson)),
                Some(_) | None => tracks.push((lesson.letter(), vec![(page, lesson)])),
            }
        }
        tracks
    }
    /// Guides, in order of their codes.
    pub fn guides(&self) -> Vec<(&Page, &Guide)> {
        let mut found: Vec<_> = self
            .pages
            .iter()
            .filter_map(|page| match &page.body {
                Body::Guide(guide) => Some((page, guide.as_ref())),
                Body::Lesson(_) | Body::Plain => None,
            })
            .collect();
        found.sort_by(|a, b| order(&a.1.code).cmp(&order(&b.1.code)));
        found
    }
}

/// `A2` comes before `A10`.
fn order(code: &str) -> (&str, u32) {
    let (letter, number) = code.split_at_checked(1).unwrap_or((code, ""));
    (letter, number.parse().unwrap_or(u32::MAX))
}

/// Reads `lessons/`, `guides/`, `pages/` and `glossary.toml` below `folder`. `other_routes` are those the site makes
/// without a file here, such as `/lab/`.
pub fn load(folder: &Path, other_routes: &[&str]) -> Result<Library, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut library = Library::default();

    match fs::read_to_string(folder.join("glossary.toml")) {
        Ok(toml) => match Glossary::read("glossary.toml", &toml) {
            Ok(glossary) => library.glossary = glossary,
            Err(found) => problems.extend(found),
        },
        Err(error) => problems.push(Problem::new(
            "glossary.toml",
            error.to_string(),
            "restore the file",
        )),
    }
    for (sub, kind) in [
        ("lessons", Kind::Lesson),
        ("guides", Kind::Guide),
        ("pages", Kind::Plain),
    ] {
        for (file, text) in texts(folder, sub, &mut problems) {
            match page(&file, &text, kind) {
                Ok((page, found)) => {
                    library.pages.push(page);
                    problems.extend(found);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    library.pages.sort_by(|a, b| a.route.cmp(&b.route));
    for code in languages(folder) {
        let mut pages = Vec::new();
        for (sub, kind) in [("lessons", Kind::Lesson), ("guides", Kind::Guide)] {
            for (file, text) in texts(folder, &format!("{code}/{sub}"), &mut problems) {
                match page(&file, &text, kind) {
                    Ok((mut page, found)) => {
                        problems.extend(found);
                        problems.extend(drift(&library, &page));
                        page.route = format!("/{code}{}", page.route);
                        pages.push(page);
                    }
                    Err(problem) => problems.push(problem),
                }
            }
        }
        library.translated.insert(code, pages);
    }
    problems.extend(cross_check(&library, other_routes));
    if problems.is_empty() {
        Ok(library)
    } else {
        Err(problems)
    }
}

/// The folders of other languages: those with words of their own.
fn languages(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<String> = entries
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.path().join("words.toml").is_file())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    found.sort();
    found
}

/// What a translated text asks of the runs that its English one does not, or the other way round.
fn drift(library: &Library, page: &Page) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut wrong = |what: String| {
        problems.push(Problem::new(
            &page.file,
            what,
            "change the translation with its English text",
        ));
    };
    let Some(english) = library.page(&page.route) else {
        wrong(format!("there is no English text at {}", page.route));
        return problems;
    };
    let bare = |page: &Page| -> Vec<Claim> {
        let claims = page.claims().into_iter().cloned();
        let wordless = claims.map(|mut claim| {
            claim.says.clear();
            claim.cases.iter_mut().for_each(|case| case.words.clear());
            claim
        });
        wordless.collect()
    };
    if bare(page) != bare(english) {
        wrong("its claims are not those of the English text".to_owned());
    }
    let figures = |page: &Page| -> Vec<String> {
        page.figures()
            .into_iter()
            .map(|figure| figure.id.clone())
            .collect()
    };
    if figures(page) != figures(english) {
        wrong("its figures are not those of the English text".to_owned());
    }
    problems
}

#[derive(Clone, Copy)]
enum Kind {
    Lesson,
    Guide,
    Plain,
}

fn texts(folder: &Path, sub: &str, problems: &mut Vec<Problem>) -> Vec<(String, String)> {
    let Ok(entries) = fs::read_dir(folder.join(sub)) else {
        return Vec::new();
    };
    let mut files: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".md"))
        .collect();
    files.sort();
    let mut found = Vec::new();
    for name in files {
        let file = format!("{sub}/{name}");
        match fs::read_to_string(folder.join(&file)) {
            Ok(text) => found.push((file, text.replace("\r\n", "\n"))),
            Err(error) => problems.push(Problem::new(&file, error.to_string(), "save it as UTF-8 text")),
        }
    }
    found
}

fn page(file: &str, text: &str, kind: Kind) -> Result<(Page, Vec<Problem>), Problem> {
    let halves = split(file, text)?;
    let (parts, mut problems) = body::parts(file, halves.body, halves.body_line);
    let stem = file
        .rsplit('/')
        .next()
        .and_then(|name| name.strip_suffix(".md"))
        .unwrap_or(file);
    fn front<T: DeserializeOwned>(file: &str, toml: &str) -> Result<T, Problem> {
        typed(file, toml, 2)
    }
    let (route, title, description, body) = match kind {
        Kind::Lesson => {
            let lesson: Lesson = front(file, halves.front)?;
            problems.extend(lesson.problems(file));
            if !is_code(&lesson.code, "ABCDEF") {
                problems.push(Problem::new(
                    file,
                    format!("`{}` is no code of a lesson", lesson.code),
                    "write the letter of its track and a number, such as `B2`",
                ));
            }
            for (there, name) in [
                (parts.contains(&Part::Predict), ":::predict"),
                (
                    parts.iter().any(|part| matches!(part, Part::Reveal(_))),
                    ":::reveal",
                ),
            ] {
                if !there {
                    problems.push(Problem::new(
                        file,
                        format!("the lesson has no `{name}`"),
                        "a lesson asks for a guess before it shows the result",
                    ));
                }
            }
            (
                format!("/learn/{stem}/"),
                lesson.title.clone(),
                lesson.description.clone(),
                Body::Lesson(Box::new(lesson)),
            )
        }
        Kind::Guide => {
            let guide: Guide = front(file, halves.front)?;
            problems.extend(guide.problems(file));
            if !is_code(&guide.code, "AR") {
                problems.push(Problem::new(
                    file,
                    format!("`{}` is no code of a guide", guide.code),
                    "write R (for researchers) or A (for admins) and a number, such as `R3`",
                ));
            }
            (
                format!("/guides/{stem}/"),
                guide.title.clone(),
                guide.description.clone(),
                Body::Guide(Box::new(guide)),
            )
        }
        Kind::Plain => {
            let plain: Plain = front(file, halves.front)?;
            (plain.route, plain.title, plain.description, Body::Plain)
        }
    };
    let page = Page {
        file: file.to_owned(),
        route,
        title,
        description,
        body,
        parts,
    };
    Ok((page, problems))
}

fn is_code(code: &str, letters: &str) -> bool {
    let (letter, number) = order(code);
    !letter.is_empty() && letters.contains(letter) && number != u32::MAX
}

/// What is wrong with a track that takes longer in a room than half a day.
fn too_long((letter, lessons): &(&str, Vec<(&Page, &Lesson)>)) -> Option<Problem> {
    let minutes: u32 = lessons.iter().map(|(_, lesson)| lesson.minutes_in_a_room).sum();
    (minutes > TRACK_LIMIT).then(|| {
        Problem::new(
            "lessons",
            format!("track {letter} takes {minutes} minutes in a room"),
            format!("a track takes at most {TRACK_LIMIT}: cut it in two"),
        )
    })
}

/// Everything a page refers to is there: routes, anchors, terms, claims; and no track is too long.
fn cross_check(library: &Library, other_routes: &[&str]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = library.tracks().iter().filter_map(too_long).collect();
    let routes: BTreeSet<&str> = library
        .pages
        .iter()
        .map(|page| page.route.as_str())
        .chain(other_routes.iter().copied())
        .collect();
    let mut check = |file: &str, text: &Text, ids: &[&str]| {
        problems.extend(text.problems.iter().cloned());
        for (used, line) in &text.uses {
            let problem = match used {
                Use::Term(key) if library.glossary.term(key).is_none() => Some((
                    format!("`[[{key}]]` is not explained"),
                    "add the term to content/glossary.toml",
                )),
                Use::Route(route) if !routes.contains(route.split('#').next().unwrap_or(route)) => {
                    Some((format!("no page at {route}"), "link to a page that exists"))
                }
                Use::Route(route) if !anchor_exists(library, route) => Some((
                    format!("no such heading: {route}"),
                    "use the id of a heading there",
                )),
                Use::Number(name) if !known_number(name, ids) => Some((
                    format!("`{{{{{name}}}}}` names no claim of this page"),
                    "write `{{claim.field}}` or `{{fact.name}}`",
                )),
                Use::Term(_) | Use::Route(_) | Use::Number(_) => None,
            };
            if let Some((what, remedy)) = problem {
                problems.push(Problem::new(file, what, remedy).at(*line));
            }
        }
    };
    for term in &library.glossary.terms {
        check("glossary.toml", &term.text, &[]);
    }
    let everything = || library.pages.iter().chain(library.translated.values().flatten());
    for page in everything() {
        let claims = page.claims();
        let ids: Vec<&str> = claims.iter().map(|claim| claim.id.as_str()).collect();
        for text in all_texts(page) {
            check(&page.file, &text, &ids);
        }
    }
    for page in everything() {
        let claims = page.claims().into_iter().map(|claim| ("claims", &claim.id));
        let figures = page.figures().into_iter().map(|figure| ("figures", &figure.id));
        let mut seen = BTreeSet::new();
        for (what, id) in claims.chain(figures) {
            if !seen.insert((what, id)) {
                problems.push(Problem::new(
                    &page.file,
                    format!("two {what} are called `{id}`"),
                    "rename one",
                ));
            }
        }
    }
    problems
}

fn known_number(name: &str, ids: &[&str]) -> bool {
    name.split_once('.')
        .is_some_and(|(owner, field)| !field.is_empty() && (owner == "fact" || ids.contains(&owner)))
}

/// Anchors of the glossary are its keys; those of texts are their headings. Pages without a file are not looked into.
fn anchor_exists(library: &Library, route: &str) -> bool {
    let Some((path, anchor)) = route.split_once('#') else {
        return true;
    };
    if path == "/glossary/" {
        return library.glossary.term(anchor).is_some();
    }
    library.page(path).is_none_or(|page| {
        page.parts
            .iter()
            .any(|part| matches!(part, Part::Prose(text) if text.anchors.iter().any(|have| have == anchor)))
    })
}

/// Every text of a page: its body, and the lines of its front matter.
fn all_texts(page: &Page) -> Vec<Text> {
    fn collect(parts: &[Part], found: &mut Vec<Text>) {
        for part in parts {
            match part {
                Part::Prose(text) | Part::Aside { text, .. } => found.push(text.clone()),
                Part::Reveal(hidden) => collect(hidden, found),
                Part::Figure(_) | Part::Predict | Part::Claim(_) => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(&page.parts, &mut found);
    let lines: Vec<&String> = match &page.body {
        Body::Lesson(lesson) => lesson
            .objectives
            .iter()
            .chain(&lesson.key_points)
            .chain(lesson.prediction.options.iter().map(|option| &option.reply))
            .chain(lesson.check.options.iter().map(|option| &option.why))
            .chain(
                lesson
                    .instructor
                    .iter()
                    .flat_map(|note| [&note.note, &note.alone]),
            )
            .chain([
                &lesson.question,
                &lesson.prerequisite,
                &lesson.exercise.task,
                &lesson.exercise.hint,
                &lesson.exercise.solution,
            ])
            .collect(),
        Body::Guide(guide) => guide
            .r#do
            .iter()
            .chain(&guide.avoid)
            .chain(&guide.check_yourself)
            .chain([&guide.rule, &guide.others, &guide.who])
            .collect(),
        Body::Plain => Vec::new(),
    };
    found.extend(lines.into_iter().map(|line| markdown::line(&page.file, line)));
    let next = match &page.body {
        Body::Lesson(lesson) => &lesson.next[..],
        Body::Guide(guide) => &guide.next[..],
        Body::Plain => &[],
    };
    for link in next.iter().filter(|link| link.to.starts_with('/')) {
        found.push(markdown::line(
            &page.file,
            &format!("[{}]({})", link.text, link.to),
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(text: &str) -> Library {
        let (page, problems) = page("pages/a.md", text, Kind::Plain).expect("is well formed");
        assert!(problems.is_empty(), "{problems:?}");
        Library {
            pages: vec![page],
            ..Library::default()
        }
    }

    #[test]
    fn a_translation_must_ask_what_its_english_text_asks() {
        let text = |title: &str, says: &str, seeds: u32| {
            format!(
                "+++\ntitle = '{title}'\ndescription = 'd'\nroute = '/a/'\n+++\n```claim\nid = 'x'\nsays = '{says}'\n\
                 scenario = 'group-32'\nvary = 'load'\nvalues = ['80pct', '95pct']\nmetric = 'use'\nexpect = 'rises'\nseeds = {seeds}\n```\n"
            )
        };
        let english = library(&text("Fuller", "use rises", 12));
        let german = |text: &str| {
            page("de/pages/a.md", text, Kind::Plain)
                .expect("is well formed")
                .0
        };
        assert!(drift(&english, &german(&text("Voller", "die Auslastung steigt", 12))).is_empty());
        assert_eq!(
            drift(&english, &german(&text("Voller", "die Auslastung steigt", 20))).len(),
            1
        );
        assert_eq!(
            drift(&Library::default(), &german(&text("Voller", "x", 12))).len(),
            1
        );
    }

    #[test]
    fn a_dangling_link_term_or_number_is_named_with_its_line() {
        let found = cross_check(
            &library(
                "+++\ntitle = 't'\ndescription = 'd'\nroute = '/a/'\n+++\n[x](/nowhere/)\n\n[[unknown]]\n\n{{none.it}}\n",
            ),
            &[],
        );
        let lines: Vec<_> = found.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [Some(10), Some(6), Some(8)]);
    }

    #[test]
    fn a_track_over_its_limit_is_named_with_its_minutes() {
        let text = include_str!("../lessons/busy-or-ready.md");
        let (page, _) = page("lessons/a.md", text, Kind::Lesson).expect("is well formed");
        let Body::Lesson(lesson) = &page.body else {
            panic!("a lesson is a lesson");
        };
        let fits = (TRACK_LIMIT / lesson.minutes_in_a_room) as usize;
        let track = |lessons: usize| ("A", vec![(&page, &**lesson); lessons]);
        assert_eq!(too_long(&track(fits)), None);
        let found = too_long(&track(fits + 1)).expect("one lesson more is too much");
        assert_eq!(found.what, "track A takes 260 minutes in a room");
    }

    #[test]
    fn codes_are_a_letter_and_a_number_and_sort_by_both() {
        assert!(order("A2") < order("A10") && order("A10") < order("B1"));
        assert!(is_code("B2", "AB"));
        for wrong in ["", "B", "2", "Bx", "C1", "é1"] {
            assert!(!is_code(wrong, "AB"), "{wrong}");
        }
    }

    #[test]
    fn a_link_to_a_heading_needs_the_heading() {
        let text = |anchor: &str| {
            format!(
                "+++\ntitle = 't'\ndescription = 'd'\nroute = '/a/'\n+++\n## Left out\n\n[x](/a/#{anchor})\n"
            )
        };
        assert!(cross_check(&library(&text("left-out")), &[]).is_empty());
        assert_eq!(cross_check(&library(&text("kept-in")), &[]).len(), 1);
    }
}
