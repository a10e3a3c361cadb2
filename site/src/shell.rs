//! The frame of every page: head, bar, footer.

use crate::assets::{Assets, Kind};
use crate::html::{MARK, escape, place_links, to_top};
use crate::language::Language;

/// The content policy of every page: nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; \
                      font-src 'self'; manifest-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; \
                      form-action 'none'";

/// The menu: route and word.
const MENU: [(&str, &str); 5] = [
    ("/learn/", "Learn"),
    ("/lab/", "Lab"),
    ("/guides/", "Guides"),
    ("/glossary/", "Glossary"),
    ("/search/", "Search"),
];

/// Footer: what stands under each heading.
const FOOT: [(&str, &[(&str, &str)]); 3] = [
    (
        "Model and evidence",
        &[
            ("/model/#what-it-leaves-out", "What this model leaves out"),
            ("/model/#how-it-was-checked", "How it was checked"),
            ("/model/", "How it works"),
            ("/coverage/", "What is covered"),
        ],
    ),
    (
        "Places",
        &[
            ("/learn/", "Lessons"),
            ("/lab/", "The lab"),
            ("/situations/", "Situations"),
            ("/proposals/", "Proposals"),
            ("/knobs/", "Knobs"),
            ("/guides/", "Guides"),
        ],
    ),
    (
        "Statements",
        &[
            ("/about/", "About"),
            ("/accessibility/", "Accessibility"),
            ("/privacy/", "Privacy"),
            ("/licence/", "Licence"),
        ],
    ),
];

/// The page that is not there.
pub const LOST: &str = "/404.html";

/// A page before its frame.
#[derive(Clone)]
pub struct Sheet {
    /// `/learn/busy-or-ready/`; `/404.html` for the page that is not there.
    pub route: String,
    /// Title, without the site's name.
    pub title: String,
    /// One sentence.
    pub description: String,
    /// What kind of page it is: its style sheet, and the class of `<body>`.
    pub kind: Kind,
    /// What stands in `<main>`, site links as `~/…`.
    pub main: String,
    /// Whether it has places for the app.
    pub live: Live,
}

/// Whether a page has live parts that need the app.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Live {
    /// It loads the app.
    App,
    /// It loads the app of the home page.
    Home,
    /// It loads the app that sweeps.
    Sweep,
    /// It loads the app that compares, which is also that of the frame for other sites.
    Compare,
    /// It loads the app that edits a cluster.
    Cluster,
    /// A text that can be run on another cluster.
    Here,
    /// `boot.js` is enough.
    Boot,
}

/// The whole page, in the language of its route.
pub fn page(sheet: &Sheet, assets: &Assets) -> String {
    let english = in_english(sheet, assets);
    let html = match assets.language(&sheet.route) {
        Some(language) => language.page(&english, &sheet.route).html,
        None => english,
    };
    place_links(&html, &sheet.route)
}

/// The page with the frame in English, its links not yet placed.
pub fn in_english(sheet: &Sheet, assets: &Assets) -> String {
    let top = to_top(&sheet.route);
    let route = assets
        .language(&sheet.route)
        .and_then(|language| language.english(&sheet.route))
        .unwrap_or(&sheet.route);
    let title = if route == "/" {
        format!("Trilemma: {}", sheet.title)
    } else {
        format!("{} · Trilemma", sheet.title)
    };
    let (title, description) = (escape(&title), escape(&sheet.description));
    let files = assets.app.as_ref().and_then(|app| match sheet.live {
        Live::App => Some((app, [app.js.clone(), app.wasm.clone()])),
        Live::Home => Some((app, app.home.clone()?)),
        Live::Sweep => Some((app, app.sweep.clone()?)),
        Live::Compare => Some((app, app.compare.clone()?)),
        Live::Cluster => Some((app, app.cluster.clone()?)),
        Live::Here | Live::Boot => None,
    });
    let app = match &files {
        Some((app, [js, wasm])) => {
            let named = |what: &str, name: &Option<String>| match name {
                Some(name) => format!(" data-{what}=\"{top}{name}\""),
                None => String::new(),
            };
            format!(
                " data-root=\"{top}\" data-app=\"{top}{js}\" data-wasm=\"{top}{wasm}\"{}{}{}{}{}{}",
                named("worker", &app.worker),
                named("larger", &app.larger),
                named("explainer", &app.explainer),
                named("clerk", &app.clerk),
                named("builder", &app.builder),
                named("evidence", &app.evidence)
            )
        }
        None if sheet.route == LOST => String::from(" data-lost"),
        None => {
            let worker = match (sheet.live, assets.app.as_ref().and_then(|app| app.text.as_ref())) {
                (Live::Here, Some(worker)) => format!(" data-text-worker=\"{top}{worker}\""),
                _ => String::new(),
            };
            format!(" data-root=\"{top}\"{worker}")
        }
    };
    let others = others(&sheet.route, assets);
    let language = match assets.language(&sheet.route) {
        Some(language) => format!("lang=\"{}\"{}", language.code, spoken(language, assets, &top)),
        None => "lang=\"en\"".to_owned(),
    };
    // Search engines take whole addresses alone; readers have the link in the bar.
    let alternates: String = match std::env::var("SITE_URL") {
        Ok(site) => others
            .iter()
            .map(|(code, _, route)| {
                let site = escape(site.trim_end_matches('/'));
                format!("<link rel=\"alternate\" hreflang=\"{code}\" href=\"{site}{route}\">\n")
            })
            .collect(),
        Err(_) => String::new(),
    };
    let preload = match &files {
        Some((_, [js, _])) => format!("<link rel=\"modulepreload\" href=\"{top}{js}\">\n"),
        None => String::new(),
    };
    // A frame in a page of others has neither menu nor footer, nor has a screen in a room.
    let (bar, foot) = match sheet.kind {
        Kind::Embed | Kind::Present => (String::new(), String::new()),
        Kind::Home | Kind::Lab | Kind::Sweep | Kind::Cluster | Kind::Compare | Kind::Text | Kind::Search => {
            (bar(route, &others), foot())
        }
    };
    format!(
        r##"<!DOCTYPE html>
<html {language}{app}>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta name="description" content="{description}">
<meta property="og:title" content="{title}">
<meta property="og:description" content="{description}">
<meta property="og:type" content="website">
<meta property="og:site_name" content="Trilemma">
<meta name="theme-color" content="#fbfbf9" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0e131b" media="(prefers-color-scheme: dark)">
<link rel="icon" href="{top}favicon.svg" type="image/svg+xml">
<link rel="manifest" href="{top}site.webmanifest">
<link rel="preload" href="{top}fonts/archivo.woff2" as="font" type="font/woff2" crossorigin>
{alternates}{shared}{preload}</head>
<body class="page-{class}">
{bar}
<main id="main" tabindex="-1">
{main}
</main>
{foot}
</body>
</html>
"##,
        shared = shared(sheet, assets),
        class = sheet.kind.word(),
        main = sheet.main,
    )
}

/// Where the words of a page's language are, for the browser.
fn spoken(language: &Language, assets: &Assets, top: &str) -> String {
    let Some([js, wasm]) = assets.app.as_ref().and_then(|app| app.words.as_ref()) else {
        return String::new();
    };
    format!(
        " data-words=\"{top}{}\" data-words-js=\"{top}{js}\" data-words-wasm=\"{top}{wasm}\" \
         data-words-routes=\"{}\"",
        language.file,
        language.routes()
    )
}

/// The same page in other languages: code, name and route of each.
fn others(route: &str, assets: &Assets) -> Vec<(String, String, String)> {
    match assets
        .language(route)
        .and_then(|language| language.english(route))
    {
        Some(english) => vec![("en".into(), "English".into(), english.into())],
        None => (assets.languages.iter())
            .filter_map(|language| Some((language.code.clone(), language.name.clone(), language.of(route)?)))
            .collect(),
    }
}

/// Style sheets and boot.js. The page that is not there may be shown at any depth, so it looks for them upwards; boot.js
/// then puts its links right by the place that it came from.
fn shared(sheet: &Sheet, assets: &Assets) -> String {
    let tops = if sheet.route == LOST {
        ["./", "../", "../../", "../../../"].map(String::from).to_vec()
    } else {
        vec![to_top(&sheet.route)]
    };
    let mut files = assets.first(sheet.kind);
    if assets.language(&sheet.route).is_some() && assets.app.is_some() {
        let boot = files.iter().position(|name| *name == assets.boot);
        files.insert(boot.unwrap_or(0), &assets.speak);
    }
    let link = |top: &String, name: &str| {
        if name.ends_with(".js") {
            format!("<script src=\"{top}{name}\"></script>\n")
        } else {
            format!("<link rel=\"stylesheet\" href=\"{top}{name}\">\n")
        }
    };
    tops.iter()
        .flat_map(|top| files.iter().map(move |name| link(top, name)))
        .collect()
}

fn bar(route: &str, others: &[(String, String, String)]) -> String {
    let languages: String = others
        .iter()
        .map(|(code, name, route)| {
            format!(
                "<a class=\"language\" lang=\"{code}\" hreflang=\"{code}\" translate=\"no\" data-language href=\"~{route}\">{name}</a>"
            )
        })
        .collect();
    let items = |class: &str| {
        MENU.iter()
            .map(|(to, word)| {
                let current = if route == *to {
                    " aria-current=\"page\""
                } else if route.starts_with(to) {
                    " aria-current=\"true\""
                } else {
                    ""
                };
                format!("<li><a{class} href=\"~{to}\"{current}>{word}</a></li>")
            })
            .collect::<String>()
    };
    let theme = "<button type=\"button\" class=\"theme\" data-theme-switch \
                 data-dark=\"Theme: dark. Change to light\" data-light=\"Theme: light. Change to dark\"><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\">\
                 <circle cx=\"8\" cy=\"8\" r=\"7\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\"/>\
                 <path d=\"M8 1a7 7 0 0 0 0 14z\" fill=\"currentColor\"/></svg><span>Theme</span></button>";
    format!(
        "<a class=\"skip\" href=\"#main\">Skip to the page</a>\n<header class=\"bar wrap\">\
         <a class=\"brand\" href=\"~/\">{MARK}<span class=\"brand-name\">Trilemma</span>\
         <span class=\"brand-line\">Who should wait?</span></a>\
         <nav class=\"menu\" aria-label=\"Pages\"><ul class=\"bare\">{wide}</ul></nav>{languages}{theme}\
         <details class=\"menu-small\"><summary>Menu</summary><div class=\"menu-small-list\">\
         <nav aria-label=\"Pages, small screen\"><ul class=\"bare\">{small}</ul></nav>{languages}{theme}</div></details>\
         </header>",
        wide = items(""),
        small = items(""),
    )
}

fn foot() -> String {
    let lists: String = FOOT
        .iter()
        .map(|(head, links)| {
            let links: String = links
                .iter()
                .map(|(to, word)| format!("<li><a href=\"~{to}\">{word}</a></li>"))
                .collect();
            format!("<div><b>{head}</b><ul class=\"bare\">{links}</ul></div>")
        })
        .collect();
    format!(
        "<footer class=\"foot wrap\"><div class=\"foot-grid\"><div><b>Trilemma</b>\
         <p>Runs in your browser. Nothing is sent.</p></div>{lists}</div></footer>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(route: &str) -> Sheet {
        Sheet {
            route: route.into(),
            title: "A & B".into(),
            description: "One \"sentence\".".into(),
            kind: Kind::Text,
            main: "<h1>A</h1><a href=\"~/lab/\">lab</a>".into(),
            live: Live::Boot,
        }
    }

    fn assets() -> Assets {
        Assets {
            css: "site-1.css".into(),
            own: vec![(Kind::Text, "text-1.css".into())],
            boot: "boot-1.js".into(),
            scripts: Vec::new(),
            app: None,
            speak: "speak-1.js".into(),
            languages: Vec::new(),
        }
    }

    #[test]
    fn a_page_two_folders_deep_finds_everything_by_relative_links() {
        let html = page(&sheet("/learn/busy-or-ready/"), &assets());
        assert!(html.contains("href=\"../../site-1.css\""));
        assert!(html.contains("href=\"../../lab/\""));
        assert!(!html.contains("href=\"/") && !html.contains("\"~/"), "{html}");
    }

    #[test]
    fn no_page_carries_inline_scripts_or_styles() {
        let html = page(&sheet("/"), &assets());
        assert!(!html.contains("<style") && !html.contains(" style="), "{html}");
        assert_eq!(
            html.matches("<script").count(),
            html.matches("<script src=").count()
        );
    }

    #[test]
    fn the_menu_marks_where_one_is() {
        let html = page(&sheet("/learn/busy-or-ready/"), &assets());
        assert!(html.contains("href=\"../../learn/\" aria-current=\"true\""));
        assert!(page(&sheet("/lab/"), &assets()).contains("href=\"../lab/\" aria-current=\"page\""));
    }
}
