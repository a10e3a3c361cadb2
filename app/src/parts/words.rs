//! Sentences with marks, and tables, as HTML.

use figures::answer::{Mark, Part};
use figures::figure::Table;
use leptos::prelude::*;

use super::Piece;

/// A sentence whose gains are underlined and whose costs are red.
pub fn sentence(parts: &[Part]) -> Vec<Piece> {
    let part = |part: &Part| {
        let span = Piece::of("<span></span>");
        match part.mark {
            Mark::Plain => {}
            Mark::Gain => drop(span.mark(".", "class", "gain")),
            Mark::Cost => drop(span.mark(".", "class", "cost")),
        }
        span.write(".", &part.text).clone()
    };
    parts.iter().map(part).collect()
}

/// A table of words: the first column names its rows, the others are numbers.
pub fn table(table: &Table) -> Piece {
    let piece = Piece::of(
        r#"<table class="plain"><caption class="sr" data-at="caption"></caption>
        <thead><tr data-at="head"></tr></thead><tbody data-at="rows"></tbody></table>"#,
    );
    piece.write("caption", &table.caption);
    for (i, heading) in table.headings.iter().enumerate() {
        let class = if i == 0 { "" } else { "num" };
        let cell = Piece::of(r#"<th scope="col"></th>"#);
        piece.put("head", cell.mark(".", "class", class).write(".", heading));
    }
    for cells in &table.rows {
        piece.put("rows", &row("", cells));
    }
    if let Some(cells) = &table.sums {
        piece.put("rows", &row("sum", cells));
    }
    piece
}

fn row(class: &str, cells: &[String]) -> Piece {
    let row = Piece::of("<tr></tr>");
    row.mark(".", "class", class);
    for (i, words) in cells.iter().enumerate() {
        let cell = Piece::of(if i == 0 {
            r#"<th scope="row"></th>"#
        } else {
            r#"<td class="num"></td>"#
        });
        row.put(".", cell.write(".", words));
    }
    row
}

/// A table behind a word to press. It is written only while it is open: most readers never ask for it.
pub fn behind_a_word(now: impl Fn() -> Option<Piece> + 'static) -> Piece {
    let piece = Piece::of(
        r#"<details class="fig-table"><summary>The same as a table</summary><div class="scroll" data-at="table"></div></details>"#,
    );
    let is_open = RwSignal::new(false);
    let details = piece.element().clone();
    piece.on(".", "toggle", move |_| is_open.set(details.has_attribute("open")));
    piece.fill("table", move || {
        if is_open.get() {
            now().into_iter().collect()
        } else {
            Vec::new()
        }
    });
    piece
}
