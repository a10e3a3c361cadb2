//! Every drawing on one page, from a toy scheduler, to look at: `cargo run -p figures --example gallery -- dark phone`.
//!
//! Its numbers mean nothing. The page goes to standard output.

use figures::answer::{self, Mark};
use figures::curve::{self, Curves, Line, Style};
use figures::figure::Figure;
use figures::ink::Ink;
use figures::kind::Kind;
use figures::palette::{Theme, declarations};
use figures::raster::{self, Size};
use figures::svg::SvgInk;
use figures::view::{self, Spread};
use figures::{dots, ecdf, home, idle, ruler, table};

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
    let (base, proposal) = (testing::report(32, 8), testing::report(6, 8));
    let compared = testing::compared(&view::shown(&base), &view::shown(&proposal));

    println!(
        "<!doctype html><meta charset=utf-8><style>:root{{{}}}",
        declarations(theme)
    );
    println!("body{{margin:16px;background:var(--paper);color:var(--ink);font:15px/22px Archivo,Arial}}");
    println!(
        "@font-face{{font-family:Archivo;src:url(archivo.woff2);font-weight:100 900;font-stretch:62% 125%}}"
    );
    println!("svg text{{font-stretch:84%}}.row{{display:flex;gap:40px;flex-wrap:wrap}}p{{max-width:1000px}}");
    println!(
        "svg{{display:block;max-width:none}}h2{{font-size:22px;margin:26px 0 4px}}i{{background:var(--band)}}b{{color:var(--red)}}</style>"
    );

    let parts = answer::answer(&compared, &base, &proposal);
    let marked = parts.iter().map(|part| match part.mark {
        Mark::Plain => part.text.clone(),
        Mark::Gain => format!("<i>{}</i>", part.text),
        Mark::Cost => format!("<b>{}</b>", part.text),
    });
    println!("<h1>{}</h1>", marked.collect::<String>());
    println!("<table>");
    for row in table::kinds(&compared, &base, &proposal) {
        let svg = row.paired.as_ref().map(|paired| {
            still((300, dots::HEIGHT), "dots", |ink| {
                dots::draw(ink, 300, paired).expect("SVG cannot fail")
            })
        });
        let wait = |spread: Option<Spread>| spread.map_or(String::new(), Spread::wait);
        println!(
            "<tr><td>{}<td>{}<td>{}<td>{}<td>{}<td>{}",
            row.kind.word(),
            wait(row.base),
            wait(row.proposal),
            row.difference,
            svg.unwrap_or_default(),
            row.sure
        );
    }
    println!("</table><div class=row>");
    for corner in table::corners(&compared, &base, &proposal) {
        let w = if size == Size::Phone { 358 } else { 320 };
        let svg = still((w, ruler::HEIGHT), "ruler", |ink| {
            ruler::draw(ink, w, &corner).expect("SVG cannot fail")
        });
        println!(
            "<div><h2>{}</h2><div style=width:{w}px>{}</div>{} {}{svg}{}<br>{}</div>",
            corner.name, corner.question, corner.value, corner.was, corner.beside, corner.sure
        );
    }
    println!("</div>");

    let settings = [("4", "Limit 4", &proposal), ("no limit", "No limit", &base)];
    let settings = settings.map(|(label, setting, report)| home::Setting {
        label,
        setting,
        report,
    });
    let home = home::Home::new(&settings, 0);
    for stop in &home.stops {
        let look = stop.look(size);
        let h = raster::height(&stop.timeline, &look);
        let svg = still((width, h), &format!("raster-{}", stop.label), |ink| {
            raster::draw(ink, width, &stop.timeline, &look).expect("SVG cannot fail");
        });
        println!("<p>{} {:?} {}", stop.caption, stop.slow_test_words(), svg.len());
        show(&raster::figure(&stop.timeline, &look), &svg);
    }

    println!("<div class=row>");
    let w = if size == Size::Phone { 358 } else { 320 };
    for kind in Kind::SHOWN {
        let svg = still((w, 130), "ecdf", |ink| {
            ecdf::draw(ink, (w, 130), kind, &base, &proposal).expect("SVG cannot fail");
        });
        println!("<div>");
        show(&ecdf::figure(kind, &base, &proposal), &svg);
        println!("</div>");
    }
    println!("</div>");
    for (name, bars, figure) in [
        (
            "idle",
            idle::idle_bars(&base, &proposal),
            idle::idle(&base, &proposal),
        ),
        (
            "waiting",
            idle::waiting_bars(&base, &proposal),
            idle::waiting(&base, &proposal),
        ),
    ] {
        let svg = still((width, idle::height(width, &bars)), name, |ink| {
            idle::draw(ink, width, &bars).expect("SVG cannot fail");
        });
        show(&figure, &svg);
    }
    let curves = curves(&base, &proposal);
    let w = width.min(620);
    let svg = still((w, 300), "curve", |ink| {
        curve::draw(ink, (w, 300), &curves).expect("SVG cannot fail")
    });
    show(&curve::figure(&curves), &svg);
}

fn still((w, h): (u32, u32), prefix: &str, draw: impl FnOnce(&mut SvgInk)) -> String {
    let mut ink = SvgInk::new(w, h, prefix);
    ink.part("still");
    draw(&mut ink);
    ink.finish(prefix)
}

fn show(figure: &Figure, svg: &str) {
    println!(
        "<h2>{}</h2><p>{} ({}){svg}",
        figure.title, figure.finding, figure.made_from
    );
}

fn curves(base: &sim_core::metrics::Report, proposal: &sim_core::metrics::Report) -> Curves {
    let line = |label: &str, style, report, stretch: f64| {
        let wait = view::wait(report, Kind::Training, 500).unwrap_or_default();
        let points = [0.55, 0.65, 0.75, 0.85, 0.95].map(|load: f64| {
            let by = (load / (1.02 - load)).powi(2) * stretch / 40.0;
            let [q25, median, q75] = [wait.q25, wait.median, wait.q75].map(|x| (x + 600.0) * by);
            (
                load,
                Spread {
                    q25,
                    median,
                    q75,
                    ..wait
                },
            )
        });
        Line {
            label: label.to_owned(),
            style,
            points: points.to_vec(),
        }
    };
    Curves {
        title: String::from("What does the last tenth of use cost?"),
        across: String::from("work asked for, as a share of the machine"),
        stops: [0.55, 0.65, 0.75, 0.85, 0.95]
            .map(|x: f64| (x, figures::format::percent_whole(x)))
            .to_vec(),
        lines: vec![
            line("even demand", Style::Baseline, base, 0.3),
            line("in bursts", Style::Proposal, proposal, 1.0),
        ],
    }
}
