//! Makes the pages: compiles the content, runs its figures and claims, draws the stills, writes the HTML.
//!
//! Trunk runs it after a build, with `TRUNK_STAGING_DIR` set. For a look without the app: `cargo run -p site -- --out DIR`.
//! With `--draft` a claim that does not hold is a warning, and with `--only lessons/a.md` that text alone is run, its
//! numbers printed, its page written: for authors, never for a release. With `--on campus-owners` every text is asked of
//! that cluster, and a table says what holds there.

mod assets;
mod cluster;
mod clusters;
mod compare;
mod coverage;
mod facts;
mod here;
mod home;
mod html;
mod keys;
mod knobs;
mod lab;
mod language;
mod lesson;
mod made;
mod mounts;
mod offline;
mod parts;
mod proposals;
mod runs;
mod search;
mod shell;
mod situations;
mod sweep;
mod texts;
mod told;
mod views;
mod weigh;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use claims::Numbers;
use content::Library;

use crate::assets::{Assets, Kind};
use crate::language::Language;
use crate::made::{Made, text_page};
use crate::runs::Runs;
use crate::shell::{Live, Sheet};

/// Routes that the site makes without a text of their own.
pub(crate) const OWN_ROUTES: [&str; 15] = [
    "/",
    "/lab/",
    cluster::ROUTE,
    clusters::ROUTE,
    knobs::ROUTE,
    compare::ROUTE,
    compare::EMBED,
    proposals::ROUTE,
    situations::ROUTE,
    sweep::ROUTE,
    "/learn/",
    "/guides/",
    "/glossary/",
    search::ROUTE,
    coverage::ROUTE,
];

/// What is asked on the command line.
struct Order {
    out: PathBuf,
    /// Whether Trunk has already put files there.
    staged: Staged,
    claims: Strictness,
    /// File of the one text that is asked for.
    only: Option<String>,
    /// The cluster for which all texts are run, in the place of making pages.
    on: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Staged {
    ByTrunk,
    Preview,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Strictness {
    Release,
    Draft,
}

fn main() -> ExitCode {
    match order().and_then(|order| make(&order)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn order() -> Result<Order> {
    let mut out = None;
    let mut claims = Strictness::Release;
    let (mut only, mut on) = (None, None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--out" => out = Some(PathBuf::from(words.next().context("--out needs a folder")?)),
            "--draft" => claims = Strictness::Draft,
            "--only" => {
                only = Some(
                    words
                        .next()
                        .context("--only needs a file, such as lessons/a.md")?,
                )
            }
            "--on" => {
                on = Some(
                    words
                        .next()
                        .context("--on needs a preset, such as campus-owners")?,
                )
            }
            other => bail!(
                "`{other}` is no option of this command; write --out DIR, perhaps --draft, --only FILE or --on PRESET"
            ),
        }
    }
    let staged = std::env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    match (out, staged) {
        (Some(out), _) => Ok(Order {
            out,
            staged: Staged::Preview,
            claims,
            only,
            on,
        }),
        (None, Some(out)) => Ok(Order {
            out,
            staged: Staged::ByTrunk,
            claims,
            only,
            on,
        }),
        (None, None) => bail!("where to? Run me through `cargo xtask build`, or write --out DIR"),
    }
}

fn make(order: &Order) -> Result<()> {
    let root = assets::root()?;
    fs::create_dir_all(&order.out)?;
    let library = content::load(&root.join("content"), &OWN_ROUTES).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        anyhow!(
            "{} problem(s) in the texts:\n  {}",
            lines.len(),
            lines.join("\n  ")
        )
    })?;
    if order.staged == Staged::Preview {
        assets::copy_public(&root, &order.out)?;
    }
    let mut assets = assets::write(&root, &order.out, Language::all(&root, &library)?)?;
    println!("Making the pages (the first time the figures are run, which takes a minute or two) …");
    let runs = Runs::open(&root, runs::most_seeds()?)?;
    if let Some(cluster) = &order.on {
        return here::table(&library, &runs, cluster);
    }
    let numbers = facts::numbers(&runs, &root)?;
    let set_ups = lab::set_ups(&runs, &order.out)?.file;
    if let Some(file) = &order.only {
        return one_text(
            file,
            &library,
            &runs,
            (&numbers, &set_ups),
            &assets,
            |made, route| {
                let sheets = made.sheets.iter().map(|sheet| write(&order.out, sheet, &assets));
                sheets.collect::<Result<()>>()?;
                (made.here.as_ref()).map_or(Ok(()), |here| here.write(&order.out, route))
            },
        );
    }

    let mut sheets = vec![
        sheet_home(&runs, &order.out)?,
        Sheet {
            route: "/lab/".into(),
            title: "The lab".into(),
            description: "Change one rule of a shared GPU cluster and see who waits longer, who waits less, and what stands idle.".into(),
            kind: Kind::Lab,
            main: lab::main(&runs, &order.out)?,
            live: Live::App,
        },
        Sheet {
            route: sweep::ROUTE.into(),
            title: "Which setting should it be?".into(),
            description: "Try one or two knobs of a shared GPU cluster over a range: which settings nothing beats, and which is better at no cost.".into(),
            kind: Kind::Sweep,
            main: sweep::main(&runs, &order.out)?,
            live: Live::Sweep,
        },
        Sheet {
            route: compare::ROUTE.into(),
            title: "Which proposal should it be?".into(),
            description: "Two to four policies of a shared GPU cluster beside each other: who gains and who pays under each, on the same jobs.".into(),
            kind: Kind::Compare,
            main: compare::main(&runs, &order.out)?,
            live: Live::Compare,
        },
        Sheet {
            route: compare::EMBED.into(),
            title: "A result of the policy lab".into(),
            description: "One result in a frame for other sites: the answer, the picture or the waits, with a link back.".into(),
            kind: Kind::Embed,
            main: compare::embed(&runs, &order.out)?,
            live: Live::Compare,
        },
        Sheet {
            route: cluster::ROUTE.into(),
            title: "How would you divide the machine?".into(),
            description: "Change the nodes, slices, partitions, limits, owners and reservations of a shared GPU cluster, and try it in the lab.".into(),
            kind: Kind::Cluster,
            main: cluster::main(&runs, &order.out)?,
            live: Live::Cluster,
        },
        list(
            clusters::ROUTE,
            "Find a cluster like yours",
            "Clusters to try a rule on in the lab, after what real sites publish: from a workstation to a national machine.",
            clusters::main(&runs),
        ),
        list(
            proposals::ROUTE,
            "Proposals",
            "Rules of real sites as proposals: what each answers, who gains, who waits, and a link to argue about.",
            proposals::main(&root, &runs)?,
        ),
        list(
            situations::ROUTE,
            "Situations",
            "What people say about shared GPUs: both sides of fifteen complaints, and what a simulated cluster answers.",
            situations::main(&root, &runs)?,
        ),
        list("/learn/", "Learn", "Short lessons on sharing GPUs: guess first, then see.", texts::learn(&library)),
        list("/guides/", "Guides", "Best practice for shared GPU clusters: the rule in a line, and why.", texts::guides(&library)),
        list("/glossary/", "Glossary", "The words of shared GPU clusters, plain and in Slurm.", texts::glossary(&library)),
        list(shell::LOST, "No such page", "This address leads nowhere.", texts::not_found()),
    ];
    sheets.extend(knobs::sheets(&root, &runs, &library)?);
    let (mut broken, mut margins) = (Vec::new(), Vec::new());
    let (mut articles, mut exercises) = (BTreeMap::new(), BTreeMap::new());
    for page in &library.pages {
        let made = text_page(page, &library, &runs, (&numbers, &set_ups), None)?;
        if let Some(here) = &made.here {
            here.write(&order.out, &page.route)?;
        }
        broken.extend(made.broken);
        margins.extend(made.margin);
        sheets.extend(made.sheets);
        if let Some(lesson) = made.lesson {
            articles.insert(page.route.as_str(), lesson.article);
            exercises.insert(page.route.as_str(), lesson.exercises);
        }
    }
    for (letter, lessons) in library.tracks() {
        sheets.push(list(
            &views::track_route(letter),
            &format!(
                "Track {letter}: {}",
                lessons.first().map_or("", |(_, lesson)| lesson.track.as_str())
            ),
            "All lessons of a track on one page, for reading on and for paper.",
            views::track(letter, &lessons, &articles),
        ));
    }
    fs::create_dir_all(order.out.join("learn"))?;
    for (at, (name, _)) in views::EXERCISES.iter().enumerate() {
        let exercises = library
            .lessons()
            .into_iter()
            .filter_map(|(page, _)| exercises.get(page.route.as_str()));
        let markdown: String = exercises.map(|both| both[at].as_str()).collect();
        fs::write(
            order.out.join("learn").join(name),
            format!("# Exercises of Trilemma’s lessons\n{markdown}"),
        )?;
    }
    stop_at_broken(&broken, order.claims)?;
    broken.clear();
    let covered = coverage::main(&root, &sheets)?;
    sheets.push(list(
        coverage::ROUTE,
        "What is covered",
        "What people who share GPUs ask about, and the pages that answer.",
        covered,
    ));
    sheets.push(search::page(&sheets, &library.glossary, &order.out)?);
    for at in 0..assets.languages.len() {
        for sheet in &sheets {
            let html = shell::in_english(sheet, &assets);
            assets.languages[at].heard(&sheet.route, &html);
        }
        let language = &assets.languages[at];
        let (translated, wrong) = in_language(
            language,
            &sheets,
            &library,
            &runs,
            (&numbers, &set_ups),
            &order.out,
        )?;
        broken.extend(wrong);
        let pages: Vec<_> = translated
            .iter()
            .map(|sheet| language.page(&shell::in_english(sheet, &assets), &sheet.route))
            .collect();
        match (language::check(language, &pages), order.claims) {
            (Err(missing), Strictness::Release) => return Err(missing),
            (Err(missing), Strictness::Draft) => eprintln!("{missing}"),
            (Ok(()), _) => {}
        }
        sheets.extend(translated);
    }
    stop_at_broken(&broken, order.claims)?;
    for sheet in &sheets {
        write(&order.out, sheet, &assets)?;
    }
    write_for_robots(&order.out, &sheets)?;
    weigh::check(&order.out, &assets, &sheets)?;
    offline::write(&order.out)?;
    println!(
        "What the texts claim, and the sentence of each that is nearest to failing:\n{}",
        margins.join("\n")
    );
    println!("{} pages written.", sheets.len());
    Ok(())
}

fn stop_at_broken(broken: &[String], claims: Strictness) -> Result<()> {
    if broken.is_empty() {
        return Ok(());
    }
    let report = format!(
        "{} sentence(s) no longer hold:\n{}",
        broken.len(),
        broken.join("\n")
    );
    match claims {
        Strictness::Release => bail!("{report}"),
        Strictness::Draft => eprintln!("{report}"),
    }
    Ok(())
}

/// The pages of a language, and the claims of its texts that do not hold.
fn in_language(
    language: &Language,
    english: &[Sheet],
    library: &Library,
    runs: &Runs,
    known: (&Numbers, &str),
    out: &Path,
) -> Result<(Vec<Sheet>, Vec<String>)> {
    let by_words = english
        .iter()
        .filter(|sheet| Language::by_words().contains(&sheet.route.as_str()));
    let mut sheets: Vec<Sheet> = by_words
        .map(|sheet| Sheet {
            route: format!("/{}{}", language.code, sheet.route),
            ..sheet.clone()
        })
        .collect();
    let mut broken = Vec::new();
    for page in library.translated.get(&language.code).into_iter().flatten() {
        let made = text_page(page, library, runs, known, Some(language))?;
        if let Some(here) = &made.here {
            here.write(out, &page.route)?;
        }
        broken.extend(made.broken);
        sheets.extend(made.sheets);
    }
    Ok((sheets, broken))
}

fn sheet_home(runs: &Runs, out: &Path) -> Result<Sheet> {
    let home = home::data(runs)?;
    let bytes = postcard::to_allocvec(&home).map_err(|error| anyhow!("what the home page shows: {error}"))?;
    let file = format!("home-{}.bin", assets::short_hash(&bytes));
    fs::write(out.join(&file), bytes)?;
    Ok(Sheet {
        route: "/".into(),
        title: "who should wait?".into(),
        description: "Thirty-two GPUs, forty people: move one rule of a shared cluster and see who waits and what stands idle. \
                      Runs in your browser; nothing is sent."
            .into(),
        kind: Kind::Home,
        main: home::main(&home, &file)?,
        live: Live::Home,
    })
}

fn list(route: &str, title: &str, description: &str, main: String) -> Sheet {
    Sheet {
        route: route.into(),
        title: title.into(),
        description: description.into(),
        kind: Kind::Text,
        main,
        live: Live::Boot,
    }
}

/// One text for its author: its pages, and what its claims gave.
fn one_text(
    file: &str,
    library: &Library,
    runs: &Runs,
    known: (&Numbers, &str),
    assets: &Assets,
    write: impl Fn(&Made, &str) -> Result<()>,
) -> Result<()> {
    let page = (library.pages.iter().chain(library.translated.values().flatten()))
        .find(|page| page.file == file)
        .with_context(|| format!("there is no text `{file}` in content/"))?;
    let made = text_page(page, library, runs, known, assets.language(&page.route))?;
    for (name, words) in &made.numbers {
        println!("  {{{{{name}}}}} = {words}");
    }
    for line in &made.broken {
        println!("DOES NOT HOLD {}", line.trim_start());
    }
    write(&made, &page.route)
}

fn write(out: &Path, sheet: &Sheet, assets: &Assets) -> Result<()> {
    let file = if sheet.route.ends_with('/') {
        out.join(sheet.route.trim_start_matches('/')).join("index.html")
    } else {
        out.join(sheet.route.trim_start_matches('/'))
    };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&file, shell::page(sheet, assets))
        .with_context(|| format!("could not write {}", file.display()))
}

/// A site map needs whole addresses: it is written where `SITE_URL` says where the site will stand.
fn write_for_robots(out: &Path, sheets: &[Sheet]) -> Result<()> {
    let Ok(base) = std::env::var("SITE_URL") else {
        fs::write(out.join("robots.txt"), "User-agent: *\nAllow: /\n")?;
        return Ok(());
    };
    let base = base.trim_end_matches('/');
    let routes: BTreeMap<&str, ()> = sheets
        .iter()
        .filter(|sheet| sheet.route.ends_with('/') && sheet.kind != Kind::Embed)
        .map(|sheet| (sheet.route.as_str(), ()))
        .collect();
    let urls: String = routes
        .keys()
        .map(|route| format!("<url><loc>{}{route}</loc></url>\n", html::escape(base)))
        .collect();
    fs::write(
        out.join("sitemap.xml"),
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n{urls}</urlset>\n"
        ),
    )?;
    fs::write(
        out.join("robots.txt"),
        format!("User-agent: *\nAllow: /\nSitemap: {base}/sitemap.xml\n"),
    )?;
    Ok(())
}
