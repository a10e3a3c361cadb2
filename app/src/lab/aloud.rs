//! The policy in words: what a person must know, in short and in sentences, and the lines that would set it in Slurm. What is
//! not short the clerk writes once somebody asks.

use leptos::prelude::*;

use crate::clerk::Clerk;
use crate::model::rules;
use crate::parts::Piece;
use crate::session::Session;

const ALOUD: &str = r#"<section class="aloud" id="rules"><h2>What must a person know?</h2>
  <ol data-at="short"></ol>
  <details class="more" data-at="all"><summary data-at="count"></summary><div data-at="said"></div></details></section>"#;

const LINES: &str = r#"<section class="finding lines"><details class="more" data-at="all"><summary>The Slurm lines that would set it</summary>
  <div data-at="said"></div></details></section>"#;

/// What a person must know under the proposal: the knobs that count, and every rule and choice in a sentence once somebody
/// asks for them.
pub fn aloud(session: Session, clerk: Clerk) -> Piece {
    let aloud = Piece::of(ALOUD);
    written(&aloud, clerk, 0);
    aloud
        .say("count", move || {
            let told = session.told.get();
            let count = told[1]
                .as_ref()
                .map(|told| told.simplicity.rules + told.simplicity.choices);
            let count = count.map_or(String::new(), |count| format!("All {count}: "));
            Some(count + "every rule and choice in a sentence")
        })
        .fill("short", move || {
            let told = session.told.get();
            let rules = session.draft.with(|draft| rules::rules(draft.pair(), &told));
            let rule = |rule: &rules::Rule| {
                let item = Piece::of("<li></li>");
                if rule.is_new {
                    item.mark(".", "class", "new");
                }
                item.write(".", &rule.words).clone()
            };
            rules.iter().map(rule).collect()
        });
    aloud
}

/// The lines that would set the proposal in a real Slurm, once somebody asks for them.
pub fn lines(clerk: Clerk) -> Piece {
    let lines = Piece::of(LINES);
    written(&lines, clerk, 1);
    lines
}

/// What the clerk writes, behind a word.
fn written(piece: &Piece, clerk: Clerk, sheet: usize) {
    let details = piece.at("all");
    piece
        .on("all", "toggle", move |_| {
            if details.has_attribute("open") && !clerk.is_wanted.get_untracked() {
                clerk.is_wanted.set(true);
            }
        })
        .html("said", move || {
            let sheet = clerk.sheets.with(|sheets| sheets.get(sheet).cloned());
            sheet.unwrap_or_else(|| "Writing …".to_owned())
        });
}
