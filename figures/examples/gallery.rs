//! Every drawing on one page, to look at: `cargo run -p figures --example gallery -- dark phone > gallery.html`.
//!
//! It compares two caps of the preset `group-32`; `-- load=95pct cap=4gpu` sets knobs of the proposal and the baseline
//! alike, but for the cap, which only the proposal has. The page goes to standard output.

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
use sim_core::engine;
use sim_core::metrics::{Detail, Report, simplicity};
use sim_core::scenario::knobs::assign;
use sim_core::scenario::{Horizon, Scenario};

/// One preset as it is, or with more knobs set.
fn runs(set: &[&String]) -> Report {
    let text = include_str!("../../content/scenarios/group-32.toml");
    let mut scenario: Scenario = toml::from_str(text).expect("the preset is valid");
    scenario.horizon = Horizon::PAGE;
    for knob in set {
        assign(&mut scenario, knob).expect("a knob=value that exists");
    }
    let simplicity = simplicity(&scenario);
    let (checked, _) = scenario.check().expect("the preset is valid");
    let seeds = (1..=8).map(|seed| engine::run(&checked, seed, Detail::Timeline));
    Report {
        seeds: seeds.collect(),
        simplicity,
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let has = |word: &str| words.iter().any(|w| w == word);
    let theme = if has("dark") { Theme::Dark } else { Theme::Light };
    let (size, width) = if has("phone") {
        (Size::Phone, 358)
    } else {
        (Size::Desktop, 1056)
    };
    let set: Vec<&String> = words.iter().filter(|word| word.contains('=')).collect();
    let shared: Vec<&String> = set
        .iter()
        .copied()
        .filter(|word| !word.starts_with("cap="))
        .collect();
    let (base, proposal) = (runs(&shared), runs(&set));
    let compared = view::compare(&base, &proposal);

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

    let settings = [("less", "Less", &proposal), ("as it is", "As it is", &base)];
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
        println!(
            "<p>{} {} {:?} {:?}",
            stop.caption,
            stop.slow_test_words().unwrap_or_default(),
            stop.not_allowed,
            stop.all_taken
        );
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
    let (w, h) = (width.min(508), idle::height(width.min(508), &base, &proposal));
    println!("<div class=row><div>");
    let svg = still((w, h), "waiting", |ink| {
        idle::draw_waiting(ink, w, &base, &proposal, None).expect("SVG cannot fail");
    });
    show(&idle::waiting(&base, &proposal), &svg);
    println!("</div><div>");
    let svg = still((w, h), "idle", |ink| {
        idle::draw_idle(ink, w, &base, &proposal, None).expect("SVG cannot fail")
    });
    show(&idle::idle(&base, &proposal), &svg);
    println!("</div></div>");
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

fn curves(base: &Report, proposal: &Report) -> Curves {
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
        scale: curve::Scale::Orders,
    }
}
