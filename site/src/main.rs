//! Makes the pages: compiles the content, runs its figures and claims, draws the stills, writes the HTML.
//!
//! Trunk runs it after a build, with `TRUNK_STAGING_DIR` set. For a look without the app: `cargo run -p site -- --out DIR`.
//! With `--draft` a claim that does not hold is a warning, and with `--only lessons/a.md` that text alone is run, its
//! numbers printed, its page written: for authors, never for a release.

mod assets;
mod claims;
mod cluster;
mod clusters;
mod compare;
mod facts;
mod figures;
mod home;
mod html;
mod keys;
mod knobs;
mod lab;
mod lesson;
mod measure;
mod mounts;
mod offline;
mod parts;
mod proposals;
mod runs;
mod shell;
mod situations;
mod stills;
mod sweep;
mod texts;
mod weigh;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use content::{Body, Library, Page};

use crate::assets::{Assets, Kind};
use crate::claims::Numbers;
use crate::parts::Pieces;
use crate::runs::Runs;
use crate::shell::{Live, Sheet};

/// Routes that the site makes without a text of their own.
const OWN_ROUTES: [&str; 13] = [
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
];

/// What is asked on the command line.
struct Order {
    out: PathBuf,
    /// Whether Trunk has already put files there.
    staged: Staged,
    claims: Strictness,
    /// File of the one text that is asked for.
    only: Option<String>,
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
    let mut only = None;
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
            other => bail!(
                "`{other}` is no option of this command; write --out DIR, perhaps --draft or --only FILE"
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
        }),
        (None, Some(out)) => Ok(Order {
            out,
            staged: Staged::ByTrunk,
            claims,
            only,
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
    let assets = assets::write(&root, &order.out)?;
    println!("Making the pages (the first time the figures are run, which takes a minute or two) …");
    let runs = Runs::open(&root)?;
    let numbers = facts::numbers(&runs, &root)?;
    if let Some(file) = &order.only {
        return one_text(file, &library, &runs, &numbers, |sheet| {
            write(&order.out, sheet, &assets)
        });
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
    sheets.extend(knobs::sheets(&root, &runs)?);
    let mut broken = Vec::new();
    for page in &library.pages {
        let (sheet, failures, _) = text_page(page, &library, &runs, &numbers)?;
        broken.extend(failures);
        sheets.push(sheet);
    }
    if !broken.is_empty() {
        let report = format!(
            "{} sentence(s) no longer hold:\n{}",
            broken.len(),
            broken.join("\n")
        );
        match order.claims {
            Strictness::Release => bail!("{report}"),
            Strictness::Draft => eprintln!("{report}"),
        }
    }
    for sheet in &sheets {
        write(&order.out, sheet, &assets)?;
    }
    write_for_robots(&order.out, &sheets)?;
    weigh::check(&order.out, &assets, &sheets)?;
    offline::write(&order.out)?;
    println!("{} pages written.", sheets.len());
    Ok(())
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

/// One text for its author: its page, and what its claims gave.
fn one_text(
    file: &str,
    library: &Library,
    runs: &Runs,
    facts: &Numbers,
    write: impl Fn(&Sheet) -> Result<()>,
) -> Result<()> {
    let page = library
        .pages
        .iter()
        .find(|page| page.file == file)
        .with_context(|| format!("there is no text `{file}` in content/"))?;
    let (sheet, broken, numbers) = text_page(page, library, runs, facts)?;
    for (name, words) in numbers.iter().filter(|(name, _)| !facts.contains_key(*name)) {
        println!("  {{{{{name}}}}} = {words}");
    }
    for line in &broken {
        println!("DOES NOT HOLD {}", line.trim_start());
    }
    write(&sheet)
}

/// A text's page, the claims of it that do not hold, and its numbers.
fn text_page(
    page: &Page,
    library: &Library,
    runs: &Runs,
    facts: &Numbers,
) -> Result<(Sheet, Vec<String>, Numbers)> {
    let outcomes = claims::of_page(page, runs).with_context(|| format!("content/{}", page.file))?;
    let mut numbers = facts.clone();
    let mut broken = Vec::new();
    for outcome in &outcomes {
        numbers.extend(outcome.numbers());
        if let Some(why) = &outcome.broken {
            broken.push(format!(
                "  content/{}: claim `{}`: “{}” {why}",
                page.file, outcome.claim.id, outcome.claim.says
            ));
        }
    }
    let pieces = Pieces {
        figures: figures::of_page(page, runs)?,
        outcomes,
        predict: String::new(),
        cover: String::new(),
        replies: String::new(),
        points: String::new(),
        id: page
            .route
            .trim_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or("page")
            .to_owned(),
    };
    let main = match &page.body {
        Body::Lesson(lesson) => {
            let lessons = library.lessons();
            let track: Vec<_> = lessons
                .into_iter()
                .filter(|(_, other)| other.track == lesson.track)
                .collect();
            lesson::main(page, lesson, &track, pieces)
        }
        Body::Guide(guide) => texts::guide(page, guide, &pieces),
        Body::Plain => texts::plain(page, &pieces),
    };
    let filled = main
        .and_then(|html| claims::fill(&html, &numbers))
        .map_err(|problem| anyhow!("content/{}: {problem}", page.file))?;
    let sheet = Sheet {
        route: page.route.clone(),
        title: page.title.clone(),
        description: page.description.clone(),
        kind: Kind::Text,
        main: filled,
        live: Live::Boot,
    };
    Ok((sheet, broken, numbers))
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
