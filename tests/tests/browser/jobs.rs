//! A job in the lab says why it waits: the words of `trilemma explain`, for the job that was pressed.

use anyhow::{Context as _, Result, ensure};
use figures::explain::{change_in_words, instead, words};
use figures::raster::{self, Look, Size};
use serde_json::json;
use sim_core::engine::Run;
use sim_core::engine::explain::{Change, World};
use sim_core::ids::JobId;
use sim_core::metrics::{Detail, Timeline};
use sim_core::scenario::{Checked, Scenario, link};
use sim_core::units::Span;
use tests::browser::lab::answer;
use tests::browser::{Page, journey, root};
use thirtyfour::Key;

/// Days of the lab's picture.
const DAYS: u32 = 14;

/// The lab's default, as its workers run it.
fn group() -> Result<(Checked, u64)> {
    let text = std::fs::read_to_string(root().join("content/scenarios/group-32.toml"))?;
    let profile: Scenario = toml::from_str(&text)?;
    let scenario = link::on_page(&profile);
    let seed = scenario.seed;
    let (checked, _) = scenario.check().ok().context("a preset can run")?;
    Ok((checked, seed))
}

/// Job and sentence of the panel once it says something else than `before`.
async fn said(page: &Page, before: &str) -> Result<(JobId, String)> {
    let script = format!(
        "const job = document.querySelector('.job'), say = document.querySelector('.job-say');
         if (!job || job.hidden || job.getAttribute('aria-busy') === 'true') return null;
         const all = document.querySelector('.job-slurm').textContent;
         return all && say.textContent !== {} ? document.querySelector('.job-title').textContent + '|' + say.textContent : null;",
        json!(before)
    );
    let told = page.until("a job that says why it waits", &script).await?;
    let told = told.as_str().unwrap_or_default().to_owned();
    let (title, sentence) = told.split_once('|').context("a title and a sentence")?;
    let digits: String = title
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    Ok((JobId(digits.parse()?), sentence.to_owned()))
}

/// What the command line says of a job half-way through its wait.
fn expected(world: &World, job: JobId) -> Result<String> {
    let of = world.explain(job, world.half_way(&world.fate(job)))?;
    Ok(words(&of).sentence)
}

/// The job whose block in the picture is the largest.
fn widest(timeline: &Timeline) -> Option<JobId> {
    let until = timeline.from + Span::days(DAYS);
    let size = |job: &&sim_core::metrics::JobLine| {
        let ran = job
            .started
            .map_or(Span::ZERO, |at| job.ended.min(until).since(at));
        u64::from(ran.0) * job.held.iter().map(|held| u64::from(held.2)).sum::<u64>()
    };
    timeline.jobs.iter().max_by_key(size).map(|job| job.job)
}

#[test]
fn by_keyboard_a_job_says_what_the_command_says_and_runs_again_with_less() {
    journey(async |page| {
        let (checked, seed) = group()?;
        let world = World::new(checked, seed);
        page.open("lab/").await?;
        answer(page).await?;
        page.tab_to("button", "the longest wait").await?;
        page.press(Key::Enter.value().to_string()).await?;
        let (job, sentence) = said(page, "").await?;
        ensure!(sentence == expected(&world, job)?, "job {}: {sentence}", job.0);

        // A quarter of an hour, whatever it asked for.
        page.tab_to("textbox", "a time limit of").await?;
        page.press_with(&[Key::Control], 'a').await?;
        page.press("15min").await?;
        page.press(Key::Enter.value().to_string()).await?;
        let script = "return document.querySelector('.job-instead').textContent || null";
        let told = page.until("what would have been", script).await?;
        let change = Change {
            limit: Some(Span::mins(15)),
            ..Change::default()
        };
        let from = world.window().from;
        let would = world.instead(job, &change)?;
        let changed = change_in_words(&change, None, None, from);
        let real = instead(job, &changed, &world.fate(job), &would, from);
        ensure!(told.as_str() == Some(&*real), "{told} is not {real}");

        // The next job, then none.
        page.tab_to("button", "Job after").await?;
        page.press(Key::Enter.value().to_string()).await?;
        let (next, sentence) = said(page, &sentence).await?;
        ensure!(next > job, "job {} comes after job {}", next.0, job.0);
        ensure!(sentence == expected(&world, next)?, "job {}: {sentence}", next.0);
        page.tab_to("button", "Close").await?;
        page.press(Key::Enter.value().to_string()).await?;
        page.until("no panel", "return document.querySelector('.job').hidden || null")
            .await?;
        let console = page.console().await?;
        ensure!(console.is_empty(), "{console:?}");
        Ok(())
    });
}

#[test]
fn a_block_that_is_pressed_is_the_job_that_speaks_and_its_life_can_be_walked() {
    journey(async |page| {
        let (checked, seed) = group()?;
        let mut run = Run::new(&checked, seed, Detail::Timeline, Some(DAYS));
        while run.advance(u32::MAX) < 1.0 {}
        let timeline = run.finish().timeline.context("a run with a picture")?;
        let job = widest(&timeline).context("the picture has jobs")?;
        page.open("lab/").await?;
        answer(page).await?;
        let width = page
            .js("return document.querySelector('canvas.pressable').clientWidth")
            .await?;
        let width = u32::try_from(width.as_u64().context("a width")?)?;
        let look = Look::first_days(&timeline, DAYS, Size::Desktop);
        // Every fifth pixel until one lies on the block.
        let height = raster::height(&timeline, &look);
        let points = (0..height)
            .step_by(5)
            .flat_map(|y| (0..width).step_by(5).map(move |x| (x, y)));
        let on_it = |&(x, y): &(u32, u32)| {
            let at = ((x * 10) as i32, (y * 10) as i32);
            raster::wait_at(width, &timeline, &look, at) == Some((job, None))
        };
        let (x, y) = points.clone().find(on_it).context("the block can be pressed")?;
        page.js(&format!(
            "const canvas = document.querySelector('canvas.pressable');
             canvas.scrollIntoView({{ block: 'center' }});
             const box = canvas.getBoundingClientRect();
             canvas.dispatchEvent(new MouseEvent('click', {{ bubbles: true, clientX: box.x + {x}, clientY: box.y + {y} }}));"
        ))
        .await?;
        let (found, sentence) = said(page, "").await?;
        ensure!(found == job, "job {} speaks, not job {}", found.0, job.0);
        let world = World::new(checked, seed);
        ensure!(sentence == expected(&world, job)?, "{sentence}");

        // At the end of its life it has ended.
        page.tab_to("slider", "When in its life").await?;
        page.press(Key::End.value().to_string()).await?;
        let (_, last) = said(page, &sentence).await?;
        ensure!(
            last.contains("after running") || last.contains("has run"),
            "{last}"
        );
        Ok(())
    });
}

#[test]
fn without_the_explainer_the_panel_says_what_to_do() {
    journey(async |page| {
        page.before_each_page(
            "const There = Worker;
             window.Worker = function (url) { return new There(url.includes('explain') ? '/no-such-worker.js' : url); };",
        )
        .await?;
        page.open("lab/").await?;
        answer(page).await?;
        page.js("document.getElementById('job-longest').click()").await?;
        let script = "const say = document.querySelector('.job-say').textContent;
                      return say.includes('could not be loaded') ? say : null;";
        page.until("a word about the explainer", script).await?;
        let rest = "return document.querySelector('.job .life').closest('[hidden]') !== null";
        ensure!(
            page.js(rest).await? == json!(true),
            "figures of nothing are shown"
        );
        Ok(())
    });
}
