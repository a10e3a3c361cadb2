//! A known change in the lab's page, and every table there tells the same of it: what a cap of 8 GPUs a person holds back on the
//! university's cluster. Idle time by cause, waiting by reason, winners and losers and the three corners agree with each other and
//! with what the command line says of the same link (design.md §2.3, X-M4, X-N3). `cli/tests/reconcile.rs` does so for the commands.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use figures::format;
use figures::hatch::Idle;
use figures::kind::Kind;
use serde_json::{Value, json};
use sim_core::metrics::{Band, median_f64};
use tests::browser::lab::answer;
use tests::browser::{Page, journey};

use super::digests::trilemma;

/// Two, so that the middle run and the mean are one; the picture's fourteen days are the whole window.
const RUNS: &str = "&days=14d&seeds=2";
/// The reason that the change takes away.
const CAP: &str = "QOSMaxGRESPerUser";

/// Tables below a place, each as its rows, plain: no narrow blanks in numbers, none that keeps a unit with its number.
const TABLES: &str = "
    const plain = (cell) => cell.textContent.replaceAll('\\u202f', '').replaceAll('\\u00a0', ' ').trim();
    const rows = (table) => [...table.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(plain));
    return [...document.querySelectorAll(arguments[0])].map(rows);";

/// In the timetable a slice of a GPU is a row like a whole one, so its shares are off by so many points where some GPUs are cut.
const SLICES: f64 = 2.0;

type Table = Vec<Vec<String>>;

async fn tables(page: &Page, selector: &str) -> Result<Vec<Table>> {
    let found = page.js_with(TABLES, vec![json!(selector)]).await?;
    let found: Vec<Table> = serde_json::from_value(found)?;
    ensure!(!found.is_empty(), "no table at {selector}");
    Ok(found)
}

/// The rows of a table by their names, without its head.
fn by_name(table: &Table) -> BTreeMap<&str, &[String]> {
    let rows = table.iter().skip(1).filter_map(|row| row.split_first());
    rows.map(|(name, cells)| (name.as_str(), cells)).collect()
}

/// The number a text begins with.
fn number(text: &str) -> Result<f64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    text[..end].parse().with_context(|| format!("a number: {text}"))
}

/// A whole number on the page is this one, rounded.
fn rounds(what: &str, text: &str, exact: f64) -> Result<()> {
    let off = (number(text)? - exact).abs();
    ensure!(
        off <= 0.5 + 1e-6,
        "{what}: the page says {text}, and it is {exact}"
    );
    Ok(())
}

fn plain(text: &str) -> String {
    text.replace(format::NBSP, " ").replace(format::THIN, "")
}

/// A run of the command line: of each seed, what is idle and what waits.
struct Run(Value);

impl Run {
    fn seeds(&self) -> &[Value] {
        self.0["seeds"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Amounts by key, one map for each seed.
    fn by(&self, part: &str) -> Result<Vec<BTreeMap<String, f64>>> {
        let of = |seed: &Value| serde_json::from_value(seed[part].clone()).context("amounts");
        self.seeds().iter().map(of).collect()
    }

    /// The mean over the seeds.
    fn mean(&self, of: impl Fn(&Value) -> f64) -> f64 {
        self.seeds().iter().map(of).sum::<f64>() / self.seeds().len() as f64
    }

    /// The middle over the seeds.
    fn middle(&self, of: impl Fn(&Value) -> f64) -> f64 {
        median_f64(&self.seeds().iter().map(of).collect::<Vec<_>>()).unwrap_or_default()
    }
}

fn real(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

/// Under which words the page shows a cause of the command line.
fn words_of(cause: &str) -> &'static str {
    match cause {
        _ if cause.starts_with("limit:") => Idle::ByLimit,
        "not-yet-looked-at" => Idle::NotYet,
        "kept-for-a-job-ahead" => Idle::Kept,
        "fragments" => Idle::Fragments,
        "too-few-for-the-next-job" => Idle::TooFew,
        "handing-over" | "draining" | "re-provisioning" => Idle::HandingOver,
        "set-aside" => Idle::SetAside,
        _ => Idle::Nobody,
    }
    .words()
}

/// The reason's own name at the end of a row's: "a person's limit (QOSMaxGRESPerUser)".
fn code_of(row: &str) -> &str {
    row.rsplit_once('(')
        .map_or(row, |(_, code)| code.trim_end_matches(')'))
}

/// Rows of hours are those of `hours`, by `name` of the row, and add up to the last row.
fn hours_are(
    what: &str,
    table: &Table,
    column: usize,
    name: fn(&str) -> &str,
    hours: &BTreeMap<String, f64>,
) -> Result<()> {
    let rows = by_name(table);
    let sum = rows.get("together").context("a row of sums")?;
    for (row, cells) in rows.iter().filter(|(row, _)| **row != "together") {
        let exact = hours.get(name(row)).copied().unwrap_or(0.0);
        rounds(&format!("{what}, {row}"), &cells[column], exact)?;
    }
    for (key, amount) in hours.iter().filter(|(_, amount)| **amount >= 1.0) {
        ensure!(
            rows.keys().any(|row| name(row) == key),
            "{what}: {amount} of {key} is in no row"
        );
    }
    rounds(&format!("{what}, together"), &sum[column], hours.values().sum())
}

/// Idle GPU-hours by the page's words and waiting job-hours by reason, of some seeds' mean.
fn hours(run: &Run, seeds: usize) -> Result<[BTreeMap<String, f64>; 2]> {
    let mut both = [BTreeMap::new(), BTreeMap::new()];
    let of_each = |amount: f64, unit: f64| amount / unit / seeds as f64;
    for seed in run.by("idle")?.iter().take(seeds) {
        for (cause, amount) in seed {
            *both[0].entry(words_of(cause).to_owned()).or_default() += of_each(*amount, 7.0 * 3_600.0);
        }
    }
    let cut = run
        .seeds()
        .iter()
        .take(seeds)
        .map(|seed| real(&seed["lost_to_the_cut"]))
        .sum::<f64>();
    both[0].insert(
        "lost to the cut: outside any slice".to_owned(),
        of_each(cut, 7.0 * 3_600.0),
    );
    for seed in run.by("waiting")?.iter().take(seeds) {
        for (reason, secs) in seed {
            *both[1].entry(reason.clone()).or_default() += of_each(*secs, 3_600.0);
        }
    }
    Ok(both)
}

/// The two tables of the mirror question, over all runs and over the first.
async fn causes_and_reasons(page: &Page, runs: &[Run; 2]) -> Result<()> {
    let mirror = tables(page, "#idle table").await?;
    let first = tables(page, "#evidence-mirror table").await?;
    ensure!(
        mirror.len() == 2 && first.len() == 2,
        "the question has two sides"
    );
    for (side, run) in runs.iter().enumerate() {
        let [idle, waiting] = hours(run, run.seeds().len())?;
        hours_are("idle", &mirror[1], side, |row| row, &idle)?;
        hours_are("waiting", &mirror[0], side, code_of, &waiting)?;
        // Beneath, the first run alone; its whole window stands in the last two columns. It counts nothing as cut.
        let [mut idle, waiting] = hours(run, 1)?;
        idle.retain(|words, _| !words.starts_with("lost to the cut"));
        hours_are("idle, first run", &first[0], 2 + side, |row| row, &idle)?;
        hours_are("waiting, first run", &first[1], 2 + side, code_of, &waiting)?;

        // What is not idle is in use, and that is a corner.
        let share = 100.0
            * (1.0
                - number(&by_name(&mirror[1])["together"][side])?
                    / (run.mean(|seed| real(&seed["capacity"])) / 25_200.0));
        let corner = page
            .text("return document.querySelector('#corners .corner-value').textContent.replaceAll('\\u00a0', ' ')")
            .await?;
        let told: Vec<&str> = corner.split(" was ").collect();
        let told = number(told[if side == 0 { told.len() - 1 } else { 0 }].trim())?;
        ensure!(
            (told - share).abs() < 0.06,
            "use is {told} %, and {share} % is not idle"
        );
    }
    // The change itself: the cap is a cause on one side, and none on the other.
    let (idle, waiting) = (by_name(&mirror[1]), by_name(&mirror[0]));
    let limits = idle[Idle::ByLimit.words()];
    ensure!(
        number(&limits[0])? > number(&limits[1])?,
        "idle under a limit: {limits:?}"
    );
    let cap = waiting
        .iter()
        .find(|(row, _)| code_of(row) == CAP)
        .context("the cap holds somebody")?;
    ensure!(number(&cap.1[0])? > 0.0 && cap.1[1] == "0", "{cap:?}");
    Ok(())
}

/// Use, readiness and simplicity: values and how sure.
async fn corners(page: &Page, runs: &[Run; 2], compared: &Value) -> Result<()> {
    let found = page
        .js("const plain = (it) => it.textContent.replaceAll('\\u00a0', ' ').trim();
             return [...document.querySelectorAll('#corners .corner')].map((it) =>
               ['.corner-value [data-at=value]', '[data-at=was]', '[data-at=count]'].map((part) => plain(it.querySelector(part))))")
        .await?;
    let found: Vec<[String; 3]> = serde_json::from_value(found)?;
    let share = |of: fn(&Value) -> f64| runs.each_ref().map(|run| plain(&format::percent(run.middle(of))));
    let to_know = runs.each_ref().map(|Run(run)| {
        let parts = ["rules", "choices"].map(|part| run["simplicity"][part].as_u64().unwrap_or_default());
        format!("{} to know", parts.iter().sum::<u64>())
    });
    let expected = [
        share(|seed| real(&seed["use"])),
        share(|seed| real(&seed["readiness"]["share"])),
        to_know,
    ];
    for ([value, was, _], [before, after]) in found.iter().zip(&expected) {
        ensure!(value == after, "{value} on the page, {after} elsewhere");
        let said = was.strip_prefix("was ").unwrap_or(value);
        ensure!(
            before.starts_with(said),
            "was {said} on the page, {before} elsewhere"
        );
    }
    for ([_, _, sure], key) in found.iter().zip(["use", "readiness"]) {
        sure_of(sure, compared, key, ["higher", "lower"])?;
    }
    Ok(())
}

/// In how many runs something goes which way is what the command line counts.
fn sure_of(said: &str, compared: &Value, key: &str, [better, worse]: [&str; 2]) -> Result<()> {
    let row = difference(compared, key)?;
    let count = |of: &str| row[of].as_u64().unwrap_or_default();
    let (up, down) = (count("better"), count("worse"));
    let runs = row["per_seed"].as_array().map_or(0, Vec::len);
    let expected = match (up, down) {
        (0, 0) => "the same in every run".to_owned(),
        (up, _) if up as usize * 2 > runs => format!("{better} in {up} of {runs} runs"),
        (_, down) if down as usize * 2 > runs => format!("{worse} in {down} of {runs} runs"),
        (up, down) => format!("{better} in {up}, {worse} in {down} of {runs} runs"),
    };
    ensure!(
        plain(said).starts_with(&expected),
        "{key}: “{said}” on the page, “{expected}” elsewhere"
    );
    Ok(())
}

fn difference<'a>(compared: &'a Value, key: &str) -> Result<&'a Value> {
    let rows = compared["differences"].as_array().context("differences")?;
    rows.iter()
        .find(|row| row["key"] == key)
        .with_context(|| format!("no row {key}"))
}

/// Waits by kind of work: the table, and the curves beneath it. Kinds of one class are told by the command line as they are here.
async fn kinds(page: &Page, runs: &[Run; 2], compared: &Value) -> Result<()> {
    let all = &tables(page, "#who-pays table").await?[0];
    let rows = by_name(all);
    let curves = tables(page, "#waits .curve table").await?;
    let asked = page
        .js("return [...document.querySelectorAll('#waits .curve .fig-state')].map((it) => it.textContent)")
        .await?;
    for (at, kind) in Kind::SHOWN.into_iter().enumerate() {
        let row = rows
            .get(kind.word())
            .with_context(|| format!("no row of {kind:?}"))?;
        let curve = by_name(&curves[at]);
        let (half, most) = (curve["half"], curve["nine in ten"]);
        ensure!(
            [&half[0], &half[1], &most[0], &most[1]] == [&row[0], &row[1], &row[5], &row[6]],
            "{kind:?}: {row:?} in the table, {curve:?} beneath the curve"
        );
        let number_of = |seed: &Value| {
            let of = |class: &str| {
                let waits = &seed["waits"][class];
                ["started", "still_waiting", "given_up"]
                    .map(|part| waits[part].as_f64().unwrap_or(0.0))
                    .iter()
                    .sum::<f64>()
            };
            kind.classes().iter().map(|class| of(class.key())).sum()
        };
        let said = plain(asked[at].as_str().unwrap_or_default());
        let said = said
            .trim_start_matches("n ")
            .trim_end_matches(" a run")
            .to_owned();
        rounds(&format!("{kind:?} asked for"), &said, runs[1].middle(number_of))?;
        let [class] = kind.classes() else { continue };
        for (side, run) in runs.iter().enumerate() {
            for (cell, quantile) in [(&row[side], "p50"), (&row[5 + side], "p90")] {
                let waits = |seed: &Value| seed["waits"][class.key()].clone();
                let wait = run.middle(|seed| real(&waits(seed)[quantile]));
                let is_open = run
                    .seeds()
                    .iter()
                    .any(|seed| waits(seed)[format!("{quantile}_is_more_than")] == json!(true));
                let told = plain(&format::wait(wait));
                ensure!(
                    is_open || **cell == told,
                    "{kind:?}, {quantile}: {cell} on the page, {told} elsewhere"
                );
            }
        }
        let key = format!("wait.p50.{}", class.key());
        let moved = plain(&format::difference(real(&difference(compared, &key)?["median"])));
        ensure!(
            row[2] == moved,
            "{kind:?}: {} on the page, {moved} elsewhere",
            row[2]
        );
        sure_of(&row[4], compared, &key, ["sooner", "later"])?;
    }
    Ok(())
}

/// Winners and losers: the bands of all work are the command line's; kinds of work and people add up to theirs.
async fn winners_and_losers(page: &Page, compared: &Value) -> Result<()> {
    let bands = tables(page, "#evidence-bands table").await?;
    ensure!(bands.len() == 2, "work and people");
    let keys = ["much_sooner", "sooner", "same", "later", "much_later", "open"];
    for (table, whole) in bands.iter().zip(["All work", "Everybody"]) {
        let rows = by_name(table);
        let all = rows.get(whole).with_context(|| format!("no row {whole}"))?;
        let numbers = |cells: &[String]| -> Result<Vec<f64>> {
            cells[..=Band::ALL.len()]
                .iter()
                .map(|cell| number(cell))
                .collect()
        };
        let total = numbers(all)?;
        ensure!(total[0] == total[1..].iter().sum::<f64>(), "{whole}: {total:?}");
        let mut sum = vec![0.0; total.len()];
        for (_, cells) in rows.iter().filter(|(name, _)| **name != whole) {
            sum.iter_mut()
                .zip(numbers(cells)?)
                .for_each(|(sum, it)| *sum += it);
        }
        ensure!(sum == total, "{whole}: {total:?}, and its rows {sum:?}");
        if whole == "All work" {
            let told: Vec<f64> = keys.iter().map(|key| real(&compared["intents"][key])).collect();
            ensure!(total[1..] == told, "{total:?} on the page, {told:?} elsewhere");
            ensure!(total[1] + total[2] > 0.0, "a cap that is lifted helps nobody");
            let fields = &tables(page, "#evidence-heat table").await?[0];
            let pieces = fields
                .iter()
                .skip(1)
                .map(|row| number(&row[1]))
                .sum::<Result<f64>>()?;
            ensure!(
                pieces == total[0],
                "{pieces} pieces of work by size and length, {} by class",
                total[0]
            );
        }
    }
    Ok(())
}

/// The graphic timetable, day by day, and each node's hours: both show the first run.
async fn timetable_and_nodes(page: &Page, runs: &[Run; 2]) -> Result<()> {
    let nodes = &tables(page, "#evidence-differ table").await?[0];
    for (side, (name, run)) in ["Baseline", "Proposal"].into_iter().zip(runs).enumerate() {
        page.js(&format!(
            "[...document.querySelectorAll('#picture .segment button')].find((it) => it.textContent === '{name}').click()"
        ))
        .await?;
        let pressed =
            format!("return document.querySelector('#picture [aria-pressed=true]').textContent === '{name}'");
        page.until("the other side", &pressed).await?;
        let days = &tables(page, "#picture .fig-table table").await?[0];
        let mean = |column: usize| -> Result<f64> {
            let all = days
                .iter()
                .skip(1)
                .map(|row| number(&row[column]))
                .collect::<Result<Vec<_>>>()?;
            Ok(all.iter().sum::<f64>() / all.len() as f64)
        };
        let seed = &run.seeds()[0];
        let idle = run.by("idle")?.swap_remove(0);
        let capacity = real(&seed["capacity"]);
        let share = |of: &dyn Fn(&str) -> bool| {
            100.0
                * idle
                    .iter()
                    .filter(|(key, _)| of(key))
                    .map(|(_, it)| it)
                    .sum::<f64>()
                / capacity
        };
        for (column, exact) in [
            (3, share(&|_| true)),
            (4, share(&|key| key.starts_with("limit:"))),
        ] {
            let told = mean(column)?;
            ensure!(
                (told - exact).abs() < SLICES,
                "{name}, column {column}: {told} % day by day, {exact} % elsewhere"
            );
        }
        let rows = by_name(nodes);
        let each = rows.iter().filter(|(name, _)| **name != "together");
        let sum = each
            .clone()
            .map(|(_, cells)| number(&cells[side]))
            .sum::<Result<f64>>()?;
        let off = (number(&rows["together"][side])? - sum).abs();
        ensure!(
            off <= each.count() as f64 / 2.0,
            "{name}: nodes hold {sum} GPU-hours, together {:?}",
            rows["together"]
        );
    }
    Ok(())
}

#[test]
fn every_table_of_the_page_tells_the_same_of_a_cap_that_is_lifted_and_so_does_the_command_line() {
    journey(async |page| {
        let side = |cap: &str| format!("p0?profile=uni-128&cap={cap}{RUNS}");
        let (before, after) = (side("8gpu"), side("off"));
        let runs = [
            Run(trilemma(&["run", &before, "--json"])?),
            Run(trilemma(&["run", &after, "--json"])?),
        ];
        let compared = trilemma(&["compare", &before, &after, "--json"])?;
        page.open(&format!("lab/#p0?profile=uni-128&cap=off&b.cap=8gpu{RUNS}"))
            .await?;
        let shown = answer(page).await?;
        ensure!(
            compared["proposal"]["digest"] == shown.digest.as_str(),
            "{shown:?}"
        );
        ensure!(
            [&compared["base"]["digest"], &compared["proposal"]["digest"]]
                == [&runs[0].0["digest"], &runs[1].0["digest"]],
            "the commands differ"
        );
        super::evidence::opened(page).await?;
        page.js("for (const it of document.querySelectorAll('.fig-table')) it.open = true")
            .await?;
        page.until_there("#picture .fig-table table").await?;
        page.until_there("#evidence-mirror table").await?;
        causes_and_reasons(page, &runs).await?;
        corners(page, &runs, &compared).await?;
        kinds(page, &runs, &compared).await?;
        winners_and_losers(page, &compared).await?;
        timetable_and_nodes(page, &runs).await
    });
}
