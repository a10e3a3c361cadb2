//! What stands around a drawing: a question, a finding, and the same numbers as a table.

use figures::figure::{Figure, Table};
use leptos::prelude::*;

/// A finding of the lab: its question, what comes between, its sentence, and its table behind a word to press.
#[component]
pub fn Finding(
    /// Its id, for links and for the phone's tabs.
    id: &'static str,
    /// Its words.
    words: Signal<Option<Figure>>,
    /// What stands at the right of the title.
    #[prop(optional, into)]
    beside: ViewFn,
    /// Legend and drawing.
    children: Children,
) -> impl IntoView {
    let title = move || words.with(|words| words.as_ref().map(|w| w.title.clone()));
    let finding = move || words.with(|words| words.as_ref().map(|w| w.finding.clone()));
    let made_from = move || words.with(|words| words.as_ref().map(|w| w.made_from.clone()));
    let numbers = move || words.with(|words| words.as_ref().map(|w| table(&w.table)));
    view! {
        <div class="fig-top">
            <h2 class="fig-title" id=format!("{id}-title")>{title}</h2>
            {move || beside.run()}
        </div>
        <p class="fig-say">{finding}</p>
        {children()}
        <details class="fig-table">
            <summary>"The same as a table"</summary>
            <div class="scroll">{numbers}</div>
            <p class="small quiet">{made_from}</p>
        </details>
    }
}

/// A table of words: the first column names its rows, the others are numbers.
pub fn table(table: &Table) -> impl IntoView + use<> {
    let cells = |row: &[String]| {
        let mut cells = row.iter().cloned();
        let name = cells.next().unwrap_or_default();
        let numbers = cells.map(|cell| view! { <td class="num">{cell}</td> }).collect_view();
        view! { <th scope="row">{name}</th>{numbers} }
    };
    let headings = table
        .headings
        .iter()
        .enumerate()
        .map(|(i, heading)| {
            let class = if i == 0 { "" } else { "num" };
            view! { <th scope="col" class=class>{heading.clone()}</th> }
        })
        .collect_view();
    let rows = table.rows.iter().map(|row| view! { <tr>{cells(row)}</tr> }).collect_view();
    let sums = table.sums.as_ref().map(|row| view! { <tr class="sum">{cells(row)}</tr> });
    view! {
        <table class="plain">
            <caption class="sr">{table.caption.clone()}</caption>
            <thead><tr>{headings}</tr></thead>
            <tbody>{rows}{sums}</tbody>
        </table>
    }
}
