//! Who pays: a row per kind of work, with a dot per run.

use figures::dots;
use figures::kind::Kind;
use figures::table::KindRow;
use figures::view::Spread;
use leptos::prelude::*;

use super::{Screen, Tab};
use crate::parts::{Piece, kind_key};
use crate::plot::{Picture, drawing};
use crate::session::Session;

const TABLE: &str = r#"<section class="tab-panel" aria-label="Waits by kind of work">
  <div class="scroll" tabindex="0" role="group" aria-label="Waits by kind, may scroll sideways"><table class="plain by-class cards" role="table">
    <caption class="sr">Waits by kind of work, baseline against proposal</caption>
    <thead role="rowgroup">
      <tr role="row"><td role="cell"></td><th role="columnheader" scope="colgroup" colspan="5">typical wait: half start within</th>
        <th role="columnheader" scope="colgroup" colspan="2" class="num">nine in ten start within</th></tr>
      <tr role="row"><th role="columnheader" scope="col">kind of work</th><th role="columnheader" scope="col" class="num">baseline</th><th role="columnheader" scope="col" class="num">proposal</th>
        <th role="columnheader" scope="col" class="num">difference</th>
        <th role="columnheader" scope="col" class="dots"><span class="dots-head"><span>← sooner</span><span class="cost">later →</span></span></th>
        <th role="columnheader" scope="col">how sure</th><th role="columnheader" scope="col" class="num">baseline</th><th role="columnheader" scope="col" class="num">proposal</th></tr>
    </thead>
    <tbody role="rowgroup" data-at="rows"></tbody>
  </table></div>
  <p class="answer-note">One dot is one run against its own baseline: filled and left is sooner, open and right is later.
    The difference is the middle dot.</p>
</section>"#;

const ROW: &str = r#"<tr role="row">
  <th role="rowheader" scope="row" data-at="kind"></th>
  <td role="cell" class="num was" data-at="base" data-label="typical wait, baseline"></td>
  <td role="cell" class="num now" data-at="proposal" data-label="typical wait, proposal"></td>
  <td role="cell" class="num diff" data-at="difference" data-label="difference"></td>
  <td role="cell" class="dots" data-label="run by run"><canvas role="img" height="24" data-at="dots"></canvas></td>
  <td role="cell" class="sure" data-at="sure" data-label="how sure"></td>
  <td role="cell" class="num was" data-at="base-p90" data-label="nine in ten, baseline"></td>
  <td role="cell" class="num now" data-at="proposal-p90" data-label="nine in ten, proposal"></td>
</tr>"#;

/// The table by kind.
pub fn kinds(session: Session, screen: Screen) -> Piece {
    let table = Piece::of(TABLE);
    screen.panel(&table, Tab::Pays);
    for kind in Kind::SHOWN {
        table.put("rows", &row(session, kind));
    }
    table
}

fn row(session: Session, kind: Kind) -> Piece {
    let row = Piece::of(ROW);
    row.put("kind", &kind_key(kind))
        .put("kind", Piece::of("<span></span>").write(".", kind.word()));
    row.hide(".", move || with(session, kind, |_| ()).is_none());
    let say = |name, of: fn(&KindRow) -> String| {
        row.say(name, move || with(session, kind, of));
    };
    say("base", |row| wait(row.base));
    say("proposal", |row| wait(row.proposal));
    say("difference", |row| row.difference.clone());
    say("sure", |row| row.sure.clone());
    say("base-p90", |row| wait(row.base_p90));
    say("proposal-p90", |row| wait(row.proposal_p90));
    row.class("difference", "later", move || {
        let difference = with(session, kind, |row| {
            row.paired.as_ref().map(|paired| paired.median_difference)
        });
        difference.flatten().is_some_and(|secs| secs > 0.0)
    });
    row.set("dots", "aria-label", move || {
        with(session, kind, |row| {
            format!("{}: {}, {}", row.kind.word(), row.difference, row.sure)
        })
    });
    drawing(&row.at("dots"), move || {
        let paired = with(session, kind, |row| row.paired.clone()).flatten()?;
        Some(Picture::new(
            |_| dots::HEIGHT,
            move |ink, width| drop(dots::draw(ink, width, &paired)),
        ))
    });
    row
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
