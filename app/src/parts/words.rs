//! Sentences with marks, and tables, as HTML.

use figures::answer::{Mark, Part};
use figures::figure::Table;
use leptos::prelude::*;

/// A sentence whose gains are underlined and whose costs are red.
pub fn sentence(parts: &[Part]) -> AnyView {
    let part = |part: &Part| {
        let class = match part.mark {
            Mark::Plain => "",
            Mark::Gain => "gain",
            Mark::Cost => "cost",
        };
        view! { <span class=class>{part.text.clone()}</span> }
    };
    parts.iter().map(part).collect_view().into_any()
}

/// A table of words: the first column names its rows, the others are numbers.
pub fn table(table: &Table) -> AnyView {
    let headings = table.headings.iter().enumerate().map(|(i, heading)| {
        let class = if i == 0 { "" } else { "num" };
        view! { <th scope="col" class=class>{heading.clone()}</th> }.into_any()
    });
    let rows = table.rows.iter().map(|cells| row("", cells));
    let sums = table.sums.iter().map(|cells| row("sum", cells));
    view! {
        <table class="plain">
            <caption class="sr">{table.caption.clone()}</caption>
            <thead><tr>{headings.collect_view()}</tr></thead>
            <tbody>{rows.chain(sums).collect_view()}</tbody>
        </table>
    }
    .into_any()
}

fn row(class: &'static str, cells: &[String]) -> AnyView {
    let mut cells = cells.iter().cloned();
    let name = cells.next().unwrap_or_default();
    let numbers = cells
        .map(|cell| view! { <td class="num">{cell}</td> }.into_any())
        .collect_view();
    view! { <tr class=class><th scope="row">{name}</th>{numbers}</tr> }.into_any()
}

/// A table behind a word to press. It is written only while it is open: most readers never ask for it.
pub fn behind_a_word(table_now: impl Fn() -> Option<AnyView> + Send + Sync + 'static) -> AnyView {
    let is_open = RwSignal::new(false);
    let now: Box<dyn Fn() -> Option<AnyView> + Send + Sync> =
        Box::new(move || if is_open.get() { table_now() } else { None });
    view! {
        <details class="fig-table" on:toggle=move |event| is_open.set(is_open_now(&event))>
            <summary>"The same as a table"</summary>
            <div class="scroll">{now}</div>
        </details>
    }
    .into_any()
}

fn is_open_now(event: &web_sys::Event) -> bool {
    use wasm_bindgen::JsCast as _;
    let details = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    details.is_some_and(|details| details.has_attribute("open"))
}
