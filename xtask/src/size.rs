//! What a visitor downloads, gzipped, against the budgets. It weighs `dist/` and builds nothing.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::shell::{root, say};

const KIB: u64 = 1024;
const APP_WASM: u64 = 200 * KIB;
const WORKER_WASM: u64 = 150 * KIB;
/// Loaded when somebody goes to another cluster or asks for what the worker has no room for: no part of a first visit. Built
/// for speed.
const LARGER_WASM: u64 = 240 * KIB;
const EXPLAINER_WASM: u64 = 200 * KIB;
/// Loaded by the home page, in the place of the app.
const HOME_WASM: u64 = 100 * KIB;
/// Loaded by the page that sweeps, in the place of the app.
const SWEEP_WASM: u64 = 200 * KIB;
/// Loaded by the page that compares and by the frame for other sites, in the place of the app.
const COMPARE_WASM: u64 = 200 * KIB;
/// Loaded by the page that edits a cluster, in the place of the app. A fifth of it reads and writes links that rebuild one, another checks them.
const CLUSTER_WASM: u64 = 250 * KIB;
/// Loaded when somebody first asks for the policy in words, in Slurm's lines, or as a picture for a phone.
const CLERK_WASM: u64 = 150 * KIB;
/// Loaded when a link first changes more of a cluster than knobs say, or somebody opens a scenario file.
const BUILDER_WASM: u64 = 220 * KIB;
/// Loaded when somebody first asks for the evidence beneath an answer: it has all of the engine, and draws.
const EVIDENCE_WASM: u64 = 380 * KIB;
/// Loaded when a reader first runs a text on another cluster: it has all of the engine, reads links whole, and draws.
const TEXT_WASM: u64 = 510 * KIB;
/// What says an app's words on pages in another language, and the words of a language.
const WORDS_WASM: u64 = 30 * KIB;
const WORDS: u64 = 80 * KIB;
/// Fetched when somebody first asks for another cluster, so no part of a first visit.
const SET_UPS: u64 = 16 * KIB;
const FIRST_LAB_VISIT: u64 = 450 * KIB;
const READING_PAGE: u64 = 60 * KIB;
const STILL: u64 = 40 * KIB;
const FONTS: u64 = 60 * KIB;

/// One line of the table.
#[derive(PartialEq, Eq, Debug)]
struct Row {
    what: String,
    bytes: u64,
    budget: u64,
}

/// Prints the table; the answer is the number of budgets that are exceeded.
pub fn run() -> Result<u32> {
    let dist = root().join("dist");
    if !dist.join("index.html").is_file() {
        bail!("there is no site in dist/; run `cargo xtask build` first");
    }
    let rows = weigh(&dist)?;
    say(&format!("{:<56} {:>9} {:>9}", "gzip", "KiB", "budget"));
    let mut over = 0;
    for Row { what, bytes, budget } in rows {
        let word = if bytes <= budget { "ok" } else { "OVER" };
        over += u32::from(bytes > budget);
        say(&format!(
            "{what:<56} {:>9} {:>9}  {word}",
            kib(bytes),
            kib(budget)
        ));
    }
    Ok(over)
}

fn weigh(dist: &Path) -> Result<Vec<Row>> {
    let files = files_in(dist)?;
    let of = |stem: &'static str| move |file: &&PathBuf| name(file).starts_with(stem);
    let ends = |file: &Path, extension: &str| file.extension().is_some_and(|found| found == extension);
    let wasm = |stem| files.iter().filter(|file| ends(file, "wasm")).filter(of(stem));
    let mut rows = vec![
        Row {
            what: "app, WASM".into(),
            bytes: total(wasm("app-"))?,
            budget: APP_WASM,
        },
        Row {
            what: "worker, WASM".into(),
            bytes: total(wasm("sim-worker"))?,
            budget: WORKER_WASM,
        },
        Row {
            what: "larger worker, WASM".into(),
            bytes: total(wasm("larger-worker"))?,
            budget: LARGER_WASM,
        },
        Row {
            what: "worker that explains, WASM".into(),
            bytes: total(wasm("explain-worker"))?,
            budget: EXPLAINER_WASM,
        },
        Row {
            what: "worker that writes, WASM".into(),
            bytes: total(wasm("clerk-worker"))?,
            budget: CLERK_WASM,
        },
        Row {
            what: "worker that builds set-ups, WASM".into(),
            bytes: total(wasm("builder-worker"))?,
            budget: BUILDER_WASM,
        },
        Row {
            what: "worker that finds evidence, WASM".into(),
            bytes: total(wasm("evidence-worker"))?,
            budget: EVIDENCE_WASM,
        },
        Row {
            what: "worker that runs texts, WASM".into(),
            bytes: total(wasm("text-worker"))?,
            budget: TEXT_WASM,
        },
    ];
    rows.push(Row {
        what: "app of the home page, WASM".into(),
        bytes: total(wasm("home"))?,
        budget: HOME_WASM,
    });
    rows.push(Row {
        what: "app that sweeps, WASM".into(),
        bytes: total(wasm("sweep"))?,
        budget: SWEEP_WASM,
    });
    rows.push(Row {
        what: "app that compares, WASM".into(),
        bytes: total(wasm("compare"))?,
        budget: COMPARE_WASM,
    });
    rows.push(Row {
        what: "app that edits a cluster, WASM".into(),
        bytes: total(wasm("cluster"))?,
        budget: CLUSTER_WASM,
    });
    rows.push(Row {
        what: "what says words in another language, WASM".into(),
        bytes: total(wasm("words"))?,
        budget: WORDS_WASM,
    });
    for words in files.iter().filter(of("words-")) {
        rows.push(Row {
            what: format!("words of a language, {}", name(words)),
            bytes: total([words])?,
            budget: WORDS,
        });
    }
    rows.push(Row {
        what: "set-ups of all clusters".into(),
        bytes: total(files.iter().filter(of("set-ups-")))?,
        budget: SET_UPS,
    });
    let fonts = files.iter().filter(|file| ends(file, "woff2"));
    rows.push(Row {
        what: "fonts".into(),
        bytes: total(fonts)?,
        budget: FONTS,
    });
    let lab = dist.join("lab/index.html");
    if lab.is_file() {
        let mut visit = reached_from(dist, &lab)?;
        // The worker's files are named by the app, not by the page.
        visit.extend(files.iter().filter(of("sim-worker")).cloned());
        // Fetched when somebody first asks for what the worker has no room for, why a job waits, the policy in words, a rebuilt
        // or another cluster, or what a knob is about.
        let later = [
            "larger-worker",
            "explain-worker",
            "clerk-worker",
            "builder-worker",
            "evidence-worker",
            "text-worker",
            "set-ups-",
            "about-knobs-",
        ];
        visit.retain(|file| !later.iter().any(|stem| name(file).starts_with(stem)));
        rows.push(Row {
            what: "first visit to the lab".into(),
            bytes: total(&visit)?,
            budget: FIRST_LAB_VISIT,
        });
    }
    for page in files.iter().filter(|file| ends(file, "html")) {
        let route = page.strip_prefix(dist).unwrap_or(page).display().to_string();
        let (words, stills) = apart(&fs::read_to_string(page)?);
        let reached = reached_from(dist, page)?;
        let around = reached
            .iter()
            .filter(|file| ends(file, "css") || ends(file, "js"));
        let bytes = gzip(words.as_bytes())? + total(around)?;
        rows.push(Row {
            what: format!("{route}: HTML, CSS, JS"),
            bytes,
            budget: READING_PAGE,
        });
        for (index, still) in stills.iter().enumerate() {
            let what = format!("{route}: still {}", index + 1);
            rows.push(Row {
                what,
                bytes: gzip(still.as_bytes())?,
                budget: STILL,
            });
        }
    }
    Ok(rows)
}

/// The files a page leads to: named in its quoted attributes, or in a style sheet that it names.
fn reached_from(dist: &Path, page: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut reached = BTreeSet::from([page.to_owned()]);
    let mut to_read = vec![page.to_owned()];
    while let Some(file) = to_read.pop() {
        let text = fs::read_to_string(&file).with_context(|| format!("could not read {}", file.display()))?;
        let folder = file.parent().unwrap_or(dist);
        for word in text
            .split(['"', '\'', '(', ')'])
            .filter(|word| could_be_a_path(word))
        {
            let path = word.split(['?', '#']).next().unwrap_or(word);
            let from_the_top = path.strip_prefix('/').map(|path| dist.join(path));
            let found = from_the_top.unwrap_or_else(|| folder.join(path));
            let Ok(found) = found.canonicalize() else { continue };
            let kind = found
                .extension()
                .and_then(|extension| extension.to_str())
                .unwrap_or_default();
            let is_part = !matches!(kind, "" | "html" | "xml" | "md" | "txt" | "toml" | "csv");
            if is_part && found.starts_with(dist) && reached.insert(found.clone()) && kind == "css" {
                to_read.push(found);
            }
        }
    }
    Ok(reached)
}

fn could_be_a_path(word: &str) -> bool {
    (3..200).contains(&word.len()) && word.contains('.') && !word.contains(['<', '>', ' ', '\n'])
}

/// A page without its stills, and the stills: what stands between `<!-- still -->` and `<!-- /still -->`.
fn apart(page: &str) -> (String, Vec<String>) {
    let mut words = String::new();
    let mut stills = Vec::new();
    let mut rest = page;
    while let Some((before, after)) = rest.split_once("<!-- still -->") {
        words.push_str(before);
        let (still, after) = after.split_once("<!-- /still -->").unwrap_or((after, ""));
        stills.push(still.to_owned());
        rest = after;
    }
    words.push_str(rest);
    (words, stills)
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if name(&path).starts_with('.') {
            // Trunk's staging folder, if a build was stopped.
            continue;
        }
        if path.is_dir() {
            files.extend(files_in(&path)?);
        } else {
            files.push(path.canonicalize()?);
        }
    }
    files.sort();
    Ok(files)
}

fn total<'f>(files: impl IntoIterator<Item = &'f PathBuf>) -> Result<u64> {
    files.into_iter().map(|file| shipped(file)).sum()
}

/// A font or a picture is packed already, and hosts send it as it is.
fn shipped(file: &Path) -> Result<u64> {
    let content = fs::read(file).with_context(|| format!("could not read {}", file.display()))?;
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("woff2" | "png" | "jpg") => Ok(content.len() as u64),
        _ => gzip(&content),
    }
}

fn gzip(content: &[u8]) -> Result<u64> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(content)?;
    Ok(packer.finish()?.len() as u64)
}

fn name(file: &Path) -> String {
    file.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// One decimal, rounded up, so that nothing looks smaller than it is.
fn kib(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(KIB);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stills_are_weighed_apart_from_the_words_around_them() {
        let page = "<p>a</p><!-- still --><svg>1</svg><!-- /still --><p>b</p><!-- still -->2<!-- /still -->c";
        let (words, stills) = apart(page);
        assert_eq!(words, "<p>a</p><p>b</p>c");
        assert_eq!(stills, ["<svg>1</svg>", "2"]);
    }

    #[test]
    fn a_page_leads_to_its_style_sheets_and_they_to_their_fonts() {
        let made = std::env::temp_dir().join(format!("trilemma-size-{}", std::process::id()));
        fs::create_dir_all(made.join("lab")).unwrap();
        let dist = made.canonicalize().unwrap();
        fs::write(
            dist.join("lab/index.html"),
            "<link href=\"../s.css\"><a href=\"../\">home</a>",
        )
        .unwrap();
        fs::write(dist.join("index.html"), "home").unwrap();
        fs::write(dist.join("s.css"), "@font-face{src:url(f.woff2)}").unwrap();
        fs::write(dist.join("f.woff2"), [0; 700]).unwrap();
        let reached = reached_from(&dist, &dist.join("lab/index.html")).unwrap();
        let names: Vec<String> = reached.iter().map(|file| name(file)).collect();
        assert_eq!(names, ["f.woff2", "index.html", "s.css"]);
        let rows = weigh(&dist).unwrap();
        assert!(rows.contains(&Row {
            what: "fonts".into(),
            bytes: 700,
            budget: FONTS
        }));
        fs::remove_dir_all(dist).unwrap();
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!((kib(1024).as_str(), kib(1025).as_str()), ("1.0", "1.1"));
    }
}
