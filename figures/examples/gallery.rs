//! Every drawing on one page, from a toy scheduler, to look at: `cargo run -p figures --example gallery -- dark phone`.
//!
//! Its numbers mean nothing. The page goes to standard output.

use figures::palette::{Theme, declarations};
use figures::raster::{self, Look, Size};
use figures::svg::SvgInk;
use sim_core::metrics::Window;

#[path = "../src/testing.rs"]
mod testing;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    let theme = if has("dark") { Theme::Dark } else { Theme::Light };
    let (size, width) = if has("phone") {
        (Size::Phone, 358)
    } else {
        (Size::Desktop, 1056)
    };
    let mut figures = Vec::new();

    let timeline = testing::timeline(4);
    let mut look = Look::first_days(&timeline, 14, size);
    let moment = figures::home::moment_in(&timeline, look.window);
    look.moment = moment.map(|m| Window {
        from: m.from,
        to: m.to,
    });
    look.job = figures::home::slow_test_in(&timeline, look.window);
    let mut ink = SvgInk::new(width, raster::height(&timeline, &look), "raster");
    raster::draw(&mut ink, width, &timeline, &look).expect("SVG cannot fail");
    figures.push((raster::figure(&timeline, &look), ink.finish("raster")));

    println!(
        "<!doctype html><meta charset=utf-8><style>:root{{{}}}",
        declarations(theme)
    );
    println!("body{{margin:16px;background:var(--paper);color:var(--ink);font:15px/22px Archivo,Arial}}");
    println!("svg{{display:block;max-width:none}}h2{{font-size:22px;margin:26px 0 4px}}</style>");
    for (figure, svg) in figures {
        println!(
            "<h2>{}</h2><p>{}</p>{svg}<p>{}",
            figure.title, figure.finding, figure.made_from
        );
    }
}
