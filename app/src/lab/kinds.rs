//! Who pays: a row per kind of work, with a dot per run.

use figures::dots;
use figures::kind::Kind;
use figures::table::{self, KindRow};
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::parts::KindKey;
use crate::plot::drawing;
use crate::session::Session;

/// The table by kind.
#[component]
pub fn Kinds() -> impl IntoView {
    let session = expect_context::<Session>();
    let screen = expect_context::<Screen>();
    let rows = Memo::new(move |_| {
        session.shown.with(|shown| {
            shown.as_deref().map(|it| table::kinds(&it.comparison, &it.baseline, &it.proposal)).unwrap_or_default()
        })
    });
    let row = move |kind: Kind| {
        let row = Memo::new(move |_| rows.with(|rows| rows.iter().find(|row| row.kind == kind).cloned()));
        view! { <Row kind=kind row=row/> }
    };
    view! {
        <section class="tab-panel" id=Tab::Pays.id() aria-label="Waits by kind of work" hidden=move || screen.hides(Tab::Pays)>
            <div class="scroll">
            <table class="plain by-class cards">
                <caption class="sr">"Waits by kind of work, baseline against proposal"</caption>
                <thead>
                    <tr>
                        <td></td>
                        <th scope="colgroup" colspan="5">"typical wait: half start within"</th>
                        <th scope="colgroup" colspan="2" class="num">"nine in ten start within"</th>
                    </tr>
                    <tr>
                        <th scope="col">"kind of work"</th>
                        <th scope="col" class="num">"baseline"</th>
                        <th scope="col" class="num">"proposal"</th>
                        <th scope="col" class="num">"difference"</th>
                        <th scope="col" class="dots"><span class="dots-head"><span>"← sooner"</span><span class="cost">"later →"</span></span></th>
                        <th scope="col">"how sure"</th>
                        <th scope="col" class="num">"baseline"</th>
                        <th scope="col" class="num">"proposal"</th>
                    </tr>
                </thead>
                <tbody>{Kind::SHOWN.map(row).collect_view()}</tbody>
            </table>
            </div>
            <p class="answer-note">"One dot is one run against its own baseline: filled and left is sooner, open and right is later. The difference is the middle dot."</p>
        </section>
    }
}

#[component]
fn Row(kind: Kind, row: Memo<Option<KindRow>>) -> impl IntoView {
    let cell = move |of: fn(&KindRow) -> String| move || row.with(|row| row.as_ref().map(of));
    let paired = Signal::derive(move || row.with(|row| row.as_ref().and_then(|row| row.paired.clone())));
    let label = Signal::derive(move || {
        row.with(|row| row.as_ref().map(|row| format!("{}: {}, {}", kind.word(), row.difference, row.sure)).unwrap_or_default())
    });
    let is_later = move || row.with(|row| row.as_ref().and_then(|row| row.paired.as_ref()).is_some_and(|it| it.median_difference > 0.0));
    view! {
        <tr hidden=move || row.with(Option::is_none)>
            <th scope="row"><KindKey kind=kind/>{kind.word()}</th>
            <td class="num was" data-label="typical wait, baseline">{cell(|row| wait(row.base))}</td>
            <td class="num now" data-label="typical wait, proposal">{cell(|row| wait(row.proposal))}</td>
            <td class="num diff" class:later=is_later data-label="difference">{cell(|row| row.difference.clone())}</td>
            <td class="dots" data-label="run by run">
                {drawing(paired, label, |_, _| dots::HEIGHT, |ink, width, paired| { dots::draw(ink, width, paired).ok(); })}
            </td>
            <td class="sure" data-label="how sure">{cell(|row| row.sure.clone())}</td>
            <td class="num was" data-label="nine in ten, baseline">{cell(|row| wait(row.base_p90))}</td>
            <td class="num now" data-label="nine in ten, proposal">{cell(|row| wait(row.proposal_p90))}</td>
        </tr>
    }
}

fn wait(spread: Option<figures::view::Spread>) -> String {
    spread.map_or_else(|| "nobody asked".to_owned(), |spread| spread.wait())
}
