//! Who is chosen in one picture is marked in all of them, by mouse and by keyboard; and the lab's timetable and bars can be walked
//! through.

use anyhow::{Context as _, Result, ensure};
use figures::raster;
use serde_json::json;
use sim_core::engine::Run;
use sim_core::metrics::{Detail, JobLine, Timeline};
use tests::browser::lab::answer;
use tests::browser::{Page, journey};
use thirtyfour::Key;

use super::evidence::{group, opened};

/// A group, in which run-minutes hold people.
const LINK: &str = "lab/#p0?profile=group-32&run-minutes=40h";
/// Several groups.
const GROUPS: &str = "lab/#p0?profile=dual-64";
/// Days of the lab's picture.
const DAYS: u32 = 14;

/// The proposal's picture.
fn timeline() -> Result<Timeline> {
    let checked = group(&["run-minutes=40h"])?;
    let mut run = Run::new(&checked, checked.scenario().seed, Detail::Timeline, Some(DAYS));
    while run.advance(u32::MAX) < 1.0 {}
    run.finish().timeline.context("a run with a picture")
}

/// The timetable as it is drawn.
async fn timetable(page: &Page) -> Result<String> {
    page.text("return document.querySelector('canvas.pressable').toDataURL()")
        .await
}

/// The line that says who is chosen, once it is this.
async fn line(page: &Page, has: &str) -> Result<String> {
    let script = format!(
        "const said = document.querySelector('.chosen-line p').textContent;
         return said.includes({}) ? said : null",
        json!(has)
    );
    let said = page.until(&format!("a line with {has:?}"), &script).await?;
    Ok(said.as_str().unwrap_or_default().to_owned())
}

/// The marked rows of a picture's tables, once there are any.
async fn rows(page: &Page, key: &str) -> Result<String> {
    let script = format!(
        "const rows = [...document.querySelectorAll('#evidence-{key} tr.chosen th')].map(it => it.textContent);
         return rows.length ? rows.join('|') : null"
    );
    let rows = page.until(&format!("a marked row in {key}"), &script).await?;
    Ok(rows.as_str().unwrap_or_default().to_owned())
}

async fn nobody(page: &Page) -> Result<()> {
    let script = "return document.querySelector('.chosen-line p').textContent === ''
        && document.querySelector('.job').hidden
        && document.querySelectorAll('tr.chosen').length === 0 || null";
    page.until("nobody is chosen", script).await?;
    Ok(())
}

/// What is said of whose a job is, and how many there are.
fn expected(timeline: &Timeline, line: &JobLine) -> String {
    let own = timeline.jobs.iter().filter(|job| job.user == line.user).count();
    format!(
        ", {own}\u{a0}jobs in the timetable; job\u{a0}{} is marked",
        line.job.0
    )
}

#[test]
fn a_job_of_the_timetable_is_marked_with_its_person_in_every_picture() {
    journey(async |page| {
        let timeline = timeline()?;
        page.open(LINK).await?;
        answer(page).await?;
        let plain = timetable(page).await?;
        opened(page).await?;
        let usual = page
            .text("return [...document.querySelectorAll('#evidence-queue svg')].map(it => it.outerHTML).join('')")
            .await?;
        page.js("document.getElementById('job-longest').click()").await?;
        let said = line(page, " is marked").await?;
        let job: u32 = (said.rsplit_once("job\u{a0}").context("a job")?.1)
            .trim_end_matches(" is marked")
            .parse()?;
        let own = timeline
            .jobs
            .iter()
            .find(|line| line.job.0 == job)
            .context("a job of the picture")?;
        let person = format!("Chosen: person\u{a0}{}, ", own.user.0);
        ensure!(
            said.starts_with(&person) && said.ends_with(&expected(&timeline, own)),
            "{said}"
        );
        let kind = figures::kind::Kind::of(own.class).word();
        let bands = rows(page, "bands").await?;
        ensure!(bands.starts_with(&format!("{kind}|")), "{bands}");
        ensure!(rows(page, "heat").await?.starts_with("work of"), "a field");
        let script = format!(
            "return [...document.querySelectorAll('#evidence-queue svg')].map(it => it.outerHTML).join('') !== {} || null",
            json!(usual)
        );
        page.until("its wait in the queue", &script).await?;
        ensure!(timetable(page).await? != plain, "the others step back");
        page.press(Key::Escape.value().to_string()).await?;
        nobody(page).await?;
        page.until(
            "the timetable as it was",
            &format!(
                "return document.querySelector('canvas.pressable').toDataURL() === {} || null",
                json!(plain)
            ),
        )
        .await?;
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

/// Presses the first mark of a kind in a picture, sees them in table and timetable, and lets go.
async fn pressed(page: &Page, link: &str, (key, kind): (&str, &str)) -> Result<()> {
    page.open(link).await?;
    answer(page).await?;
    opened(page).await?;
    let plain = timetable(page).await?;
    // A press in the middle of the mark, on whatever lies there.
    let script = format!(
        "const mark = document.querySelector('#evidence-{key} svg [data-mark^={kind}]');
         mark.scrollIntoView({{ block: 'center' }});
         const box = mark.getBoundingClientRect();
         const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
         there.dispatchEvent(new MouseEvent('click', {{ bubbles: true }}));
         return mark.dataset.words"
    );
    let words = page.text(&script).await?;
    let said = line(page, " in the timetable").await?;
    ensure!(
        words.starts_with(kind) && said.starts_with(&format!("Chosen: {words}, ")),
        "{said}: {words}"
    );
    ensure!(!said.contains(", 0"), "{said}");
    let row = rows(page, key).await?;
    let name = row.split(" in ").next().unwrap_or_default();
    ensure!(words.contains(name), "{row}: {words}");
    let script = format!(
        "return document.querySelector('canvas.pressable').toDataURL() !== {} || null",
        json!(plain)
    );
    page.until("a timetable in which they stand out", &script).await?;
    page.tab_to("button", "Let go").await?;
    page.press(Key::Enter.value().to_string()).await?;
    nobody(page).await
}

#[test]
fn an_account_can_be_pressed_in_the_evidence_and_let_go() {
    journey(async |page| pressed(page, GROUPS, ("shares", "account")).await);
}

#[test]
fn a_person_can_be_pressed_in_the_evidence_and_let_go() {
    journey(async |page| pressed(page, LINK, ("ledgers", "person")).await);
}

#[test]
fn enter_chooses_where_the_walk_is_and_escape_leads_back_there() {
    journey(async |page| {
        page.open(LINK).await?;
        answer(page).await?;
        opened(page).await?;
        page.js("document.getElementById('evidence-heat-walk').focus()")
            .await?;
        page.press(Key::Right.value().to_string()).await?;
        let script = "const it = document.querySelector('#evidence-heat output');
            const mark = it.querySelector('[data-mark^=\"job=\"]');
            return /^Work of up to 1\\sh on/.test(it.textContent) && mark ? mark.dataset.mark : null";
        let mark = page.until("the second field", script).await?;
        let job = mark
            .as_str()
            .and_then(|mark| mark.strip_prefix("job="))
            .context("a job")?
            .to_owned();
        page.press(Key::Enter.value().to_string()).await?;
        line(page, &format!("; job\u{a0}{job} is marked")).await?;
        let title = format!(
            "return document.querySelector('.job-title').textContent.startsWith('Job\u{a0}{job}') || null"
        );
        page.until("its story", &title).await?;
        let here = "return document.activeElement.id";
        ensure!(
            page.text(here).await? == "evidence-heat-walk",
            "the reader stays where they walk"
        );
        page.js("document.getElementById('evidence-ledgers-walk').focus()")
            .await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until(
            "a person without a job",
            "const said = document.querySelector('.chosen-line p').textContent;
             return said.startsWith('Chosen: person') && said.endsWith(' in the timetable') || null",
        )
        .await?;
        page.press(Key::Escape.value().to_string()).await?;
        nobody(page).await?;
        ensure!(
            page.text(here).await? == "evidence-heat-walk",
            "back to where somebody was first chosen"
        );
        Ok(())
    });
}

#[test]
fn timetable_and_bars_can_be_walked_through() {
    journey(async |page| {
        let timeline = timeline()?;
        page.open(LINK).await?;
        answer(page).await?;
        page.js("document.getElementById('timetable-walk').focus()")
            .await?;
        for _ in 0..3 {
            page.press(Key::Right.value().to_string()).await?;
        }
        let came: Vec<&JobLine> = timeline
            .jobs
            .iter()
            .filter(|job| job.asked >= timeline.from)
            .collect();
        let there = came.get(3).context("four jobs")?;
        let words = raster::job(&timeline, there);
        let said = format!(
            "const said = document.querySelector('#picture output').textContent;
             return said.startsWith({}) ? said : null",
            json!(words)
        );
        page.until(&words, &said).await?;
        page.press(Key::Enter.value().to_string()).await?;
        line(page, &expected(&timeline, there)).await?;
        // Bars: each row of the table, in the table's own words.
        for half in 0..2 {
            let own = format!("document.querySelectorAll('#idle .fig-pair > div')[{half}]");
            page.js(&format!("{own}.querySelector('.walk input').focus()"))
                .await?;
            page.press(Key::End.value().to_string()).await?;
            let script = format!(
                "const cells = [...{own}.querySelectorAll('tr.sum > *')].map(it => it.textContent);
                 const said = {own}.querySelector('output').textContent;
                 return cells.length === 3 && said.startsWith(cells[0] + ': baseline ' + cells[1] + ' ')
                     && said.includes(', proposal ' + cells[2] + ' ') || null"
            );
            page.until("the sums, said", &script).await?;
        }
        Ok(())
    });
}
