//! What one text becomes: its pages in all views, its claims judged, where its reader chooses a cluster.

use anyhow::{Context as _, Result, anyhow};
use claims::Numbers;
use content::{Body, Library, Page};

use crate::assets::Kind;
use crate::here::Here;
use crate::language::Language;
use crate::lesson::{self, For};
use crate::parts::Pieces;
use crate::runs::Runs;
use crate::shell::{Live, Sheet};
use crate::{texts, told, views};

/// What one text became.
pub struct Made {
    /// Its page, and for a lesson its other views.
    pub sheets: Vec<Sheet>,
    /// Where its reader chooses a cluster.
    pub here: Option<Here>,
    /// Of a lesson, what stands on pages that it shares with others.
    pub lesson: Option<Shared>,
    /// The claims that do not hold.
    pub broken: Vec<String>,
    /// A line on its claims: how many, over how many runs, and the one that is nearest to failing.
    pub margin: Option<String>,
    /// What its claims gave, by name.
    pub numbers: Numbers,
}

/// What a lesson has on pages that it shares with others.
pub struct Shared {
    /// On the page of its track.
    pub article: String,
    /// In each of [`views::EXERCISES`].
    pub exercises: [String; 2],
}

/// Runs a text and makes its pages.
pub fn text_page(
    page: &Page,
    library: &Library,
    runs: &Runs,
    (facts, set_ups): (&Numbers, &str),
    language: Option<&Language>,
) -> Result<Made> {
    let outcomes = told::outcomes(page, runs).with_context(|| format!("content/{}", page.file))?;
    let mut numbers = Numbers::new();
    let mut broken = Vec::new();
    for outcome in &outcomes {
        println!("  {}{}", page.route, outcome.line());
        numbers.extend(outcome.numbers());
        if !outcome.holds {
            broken.push(format!(
                "  content/{}: claim `{}`: “{}” {}",
                page.file, outcome.claim.id, outcome.claim.says, outcome.judged
            ));
        }
    }
    if let Body::Lesson(lesson) = &page.body {
        let wrong = told::exercise(lesson, runs).with_context(|| format!("content/{}", page.file))?;
        broken.extend(
            wrong
                .into_iter()
                .map(|wrong| format!("  content/{}: {wrong}", page.file)),
        );
    }
    let margin = told::nearest(page, &outcomes);
    let mut pieces = Pieces {
        figures: told::figures(page, runs)?,
        outcomes,
        id: page.name().to_owned(),
        ..Pieces::default()
    };
    let mut known = facts.clone();
    known.extend(numbers.clone());
    if let Some(language) = language {
        for words in known.values_mut() {
            *words = language.number(words);
        }
    }
    let here = Here::of(page, runs, set_ups)?;
    let told_of = |problem| anyhow!("content/{}: {problem}", page.file);
    let filled =
        |html: Result<String, String>| html.and_then(|html| told::fill(&html, &known)).map_err(told_of);
    // Where a reader can choose another cluster, numbers are marked.
    let live = if here.is_some() { Live::Here } else { Live::Boot };
    let marked = |html: Result<String, String>| match &here {
        Some(_) => html
            .and_then(|html| told::fill_marked(&html, &known))
            .map_err(told_of),
        None => filled(html),
    };
    let panel = |below: &str| {
        here.as_ref()
            .map_or(String::new(), |here| here.panel(&page.route, below))
    };
    let sheet = |below: &str, title: String, kind: Kind, main: String| Sheet {
        route: format!("{}{below}", page.route),
        title,
        description: page.description.clone(),
        kind,
        main,
        live: if kind == Kind::Text { live } else { Live::Boot },
    };
    let title = page.title.clone();
    let mut made = Made {
        sheets: Vec::new(),
        here: None,
        lesson: None,
        broken,
        margin,
        numbers,
    };
    match &page.body {
        Body::Lesson(lesson) => {
            let lessons = library.lessons();
            let track: Vec<_> = lessons
                .into_iter()
                .filter(|(_, other)| other.letter() == lesson.letter())
                .collect();
            pieces.here = panel("");
            let alone = marked(lesson::main(page, lesson, &track, &mut pieces, For::Learner))?;
            pieces.here = panel("instructor/");
            let taught = marked(lesson::main(page, lesson, &track, &mut pieces, For::Instructor))?;
            let shown = filled(Ok(views::present(page, lesson, &pieces)))?;
            let [plain, solved] =
                views::EXERCISES.map(|(_, solutions)| filled(Ok(views::exercise(page, lesson, solutions))));
            made.lesson = Some(Shared {
                article: filled(lesson::whole(page, lesson, &pieces))?,
                exercises: [plain?, solved?],
            });
            made.sheets = vec![
                sheet("", title.clone(), Kind::Text, alone),
                sheet("instructor/", format!("Teach: {title}"), Kind::Text, taught),
                sheet("present/", format!("Present: {title}"), Kind::Present, shown),
            ];
        }
        Body::Guide(guide) => {
            pieces.here = panel("");
            let main = marked(texts::guide(page, guide, &pieces))?;
            made.sheets = vec![sheet("", title, Kind::Text, main)];
        }
        Body::Plain => {
            pieces.here = panel("");
            let main = marked(texts::plain(page, &pieces))?;
            made.sheets = vec![sheet("", title, Kind::Text, main)];
        }
    }
    made.here = here;
    Ok(made)
}
