//! The home page: a guess, then the slider; picture, complaints, numbers and answer follow from data made beforehand.
//!
//! The page's own HTML stays; this only swaps what a setting changes.

mod ask;
mod page;

use figures::home::{Home, Stop};
use figures::raster::{self, Look, Size};
use leptos::prelude::*;
use sim_core::metrics::Window;
use wasm_bindgen::JsCast as _;

use crate::browser;
use crate::model::runs::LOOK_DAYS;
use crate::mount::Place;
use crate::parts::{Piece, effect};
use crate::plot::{CanvasInk, Picture, Sheet, drawing};

use page::Page;

/// Narrower than this is a phone.
const PHONE: &str = "(max-width: 47.4375em)";

/// Brings the home page's picture and slider to life.
pub fn mount(place: Place) {
    let Some(address) = place.data("home") else { return };
    browser::fetch(&address, move |bytes| {
        let home = bytes.and_then(|bytes| postcard::from_bytes::<Home>(&bytes).ok());
        match home.filter(|home| !home.stops.is_empty()) {
            Some(home) => live(place, home),
            None => place.say(
                "The slider cannot start: its data did not come. The picture and the numbers below hold.",
            ),
        }
    });
}

fn live(place: Place, home: Home) {
    let Some(picture) = place.element.query_selector(".hero-picture").ok().flatten() else {
        return;
    };
    let Ok(picture) = picture.dyn_into::<web_sys::HtmlElement>() else {
        return;
    };
    let still_height = picture.offset_height();
    let style = picture.style();
    style
        .set_property("min-height", &format!("{still_height}px"))
        .ok();
    picture.set_inner_html("");
    let (shown_in, live_in) = (picture.clone(), picture.clone());
    let handle = leptos::mount::mount_to(picture, move || {
        provide_context(Sheet::watch());
        let is_phone = RwSignal::new(browser::media(PHONE));
        browser::on_media(PHONE, move || is_phone.set(browser::media(PHONE)));
        let first = home.picture as usize;
        let at = RwSignal::new(first.min(home.stops.len() - 1));
        let page = Page::of(&place);
        let home = StoredValue::new(home);
        ask::wire(&place, home, at);
        let mut before = None;
        effect(move || {
            let now = at.get();
            // The page already says what its still shows.
            if before.is_some_and(|before| before != now) || now != first {
                home.with_value(|home| page.show(home, now));
            }
            before = Some(now);
        });
        let drawn = Piece::of(r#"<div class="drawing"><canvas role="img" data-at="picture"></canvas></div>"#);
        drawn.set("picture", "aria-label", move || {
            home.with_value(|home| home.stops[at.get()].caption.clone())
        });
        live_in.append_child(drawn.element()).ok();
        let picture = move || {
            let (stop, size) = (
                at.get(),
                if is_phone.get() {
                    Size::Phone
                } else {
                    Size::Desktop
                },
            );
            let height = move |_| {
                home.with_value(|home| {
                    raster::height(&home.stops[stop].timeline, &look(&home.stops[stop], size))
                })
            };
            let shown_in = shown_in.clone();
            let paint = move |ink: &mut CanvasInk, width| {
                home.with_value(|home| {
                    let stop = &home.stops[stop];
                    drop(raster::draw(ink, width, &stop.timeline, &look(stop, size)));
                });
                shown_in.style().remove_property("min-height").ok();
            };
            Some(Picture::new(height, paint))
        };
        drawing(&drawn.at("picture"), picture);
    });
    handle.forget();
}

/// The picture of a stop, with the places where the complaints are true.
fn look(stop: &Stop, size: Size) -> Look {
    Look {
        moment: stop.moment.map(|moment| Window {
            from: moment.from,
            to: moment.to,
        }),
        job: stop.slow_test,
        ..Look::first_days(&stop.timeline, LOOK_DAYS, size)
    }
}
