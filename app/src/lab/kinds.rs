//! Who pays: a row per kind of work, with a dot per run.

use figures::dots;
use figures::kind::Kind;
use figures::table::KindRow;
use figures::view::Spread;
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::parts::{Said, flag, kind_key, say};
use crate::plot::{Picture, drawing};
use crate::session::Session;

/// The table by kind.
pub fn kinds(session: Session, screen: Screen) -> AnyView {
    let hidden = flag(move || screen.hides(Tab::Pays));
    view! {
        <section class="tab-panel" id=Tab::Pays.id() aria-label="Waits by kind of work" hidden=hidden>
            <div class="scroll">
                <table class="plain by-class cards">
                    <caption class="sr">"Waits by kind of work, baseline against proposal"</caption>
                    {head()}
                    <tbody>{Kind::SHOWN.map(|kind| row(session, kind)).collect_view()}</tbody>
                </table>
            </div>
            <p class="answer-note">"One dot is one run against its own baseline: filled and left is sooner, open and right is later. The difference is the middle dot."</p>
        </section>
    }
    .into_any()
}

fn head() -> AnyView {
    view! {
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
    }
    .into_any()
}

fn row(session: Session, kind: Kind) -> AnyView {
    let cell = move |of: fn(&KindRow) -> String| -> Said { say(move || with(session, kind, of)) };
    let label = say(move || {
        with(session, kind, |row| {
            format!("{}: {}, {}", row.kind.word(), row.difference, row.sure)
        })
    });
    let picture = move || {
        let paired = with(session, kind, |row| row.paired.clone()).flatten()?;
        Some(Picture::new(
            |_| dots::HEIGHT,
            move |ink, width| drop(dots::draw(ink, width, &paired)),
        ))
    };
    let is_later = flag(move || {
        let difference = with(session, kind, |row| {
            row.paired.as_ref().map(|paired| paired.median_difference)
        });
        difference.flatten().is_some_and(|secs| secs > 0.0)
    });
    let is_unasked = flag(move || {
        session
            .shown
            .with(|shown| shown.as_ref().is_none_or(|it| it.row(kind).is_none()))
    });
    view! {
        <tr hidden=is_unasked>
            <th scope="row">{kind_key(kind)}{kind.word()}</th>
            <td class="num was" data-label="typical wait, baseline">{cell(|row| wait(row.base))}</td>
            <td class="num now" data-label="typical wait, proposal">{cell(|row| wait(row.proposal))}</td>
            <td class="num diff" class:later=is_later data-label="difference">{cell(|row| row.difference.clone())}</td>
            <td class="dots" data-label="run by run">{drawing(label, Box::new(picture))}</td>
            <td class="sure" data-label="how sure">{cell(|row| row.sure.clone())}</td>
            <td class="num was" data-label="nine in ten, baseline">{cell(|row| wait(row.base_p90))}</td>
            <td class="num now" data-label="nine in ten, proposal">{cell(|row| wait(row.proposal_p90))}</td>
        </tr>
    }
    .into_any()
}

/// Something of a kind's row, if there is one.
fn with<R>(session: Session, kind: Kind, of: impl Fn(&KindRow) -> R) -> Option<R> {
    session
        .shown
        .with(|shown| shown.as_ref().and_then(|it| it.row(kind)).map(of))
}

fn wait(spread: Option<Spread>) -> String {
    spread.map_or_else(|| "nobody asked".to_owned(), Spread::wait)
}
