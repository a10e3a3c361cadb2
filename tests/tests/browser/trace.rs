//! Q-M11: what goes on while a knob is dragged. The engine is in workers; their answers are handed over, not copied; what
//! has come is drawn before the last run has ended; how far it is is said; *Cancel* gives control back.
//!
//! Nothing here depends on how busy the machine is. What a task of the page takes is counted in the processor's time, not by
//! the clock; by the clock it is in `cargo xtask bench page`.

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use sim_worker::{Reply, Request, RunId, encode};
use tests::browser::lab::{answer, answer_but, name_of};
use tests::browser::{Browser, Kit, Page, journey, lead, leave_out};
use thirtyfour::Key;

use super::offline::{Site, visit};

/// Each thing that happens, in its order: `wanted` a run, `cancelled`; `heard` a part, `came` a whole run; `drawn`; `said`
/// how far it is. A message has the number of its bytes before and after it was sent.
const WATCH: &str = "
    globalThis.happened = [];
    const note = (...it) => happened.push(it);
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      const kind = message[0], bytes = message.byteLength;
      post.call(this, message, ...rest);
      note(kind === SET_UPS ? 'told' : kind === CANCEL ? 'cancelled' : 'wanted', bytes, message.byteLength);
    };
    const There = Worker;
    globalThis.Worker = function (...of) {
      const worker = new There(...of);
      worker.addEventListener('message', ({ data }) => note(data[0] === FINISHED ? 'came' : 'heard', data instanceof Uint8Array));
      return worker;
    };
    for (const way of ['instantiate', 'instantiateStreaming', 'compile', 'compileStreaming']) {
      const start = WebAssembly[way];
      WebAssembly[way] = async (source, ...rest) => {
        const program = await source;
        note('program', program.url || way);
        return start.call(WebAssembly, program, ...rest);
      };
    }
    for (const stroke of ['fillRect', 'strokeRect', 'fill', 'stroke', 'fillText']) {
      const draw = CanvasRenderingContext2D.prototype[stroke];
      CanvasRenderingContext2D.prototype[stroke] = function (...of) {
        if (happened.at(-1)?.[0] !== 'drawn') note('drawn');
        return draw.apply(this, of);
      };
    }
    let before = '';
    new MutationObserver(() => {
      const bar = document.querySelector('.answer-runs progress');
      if (!bar) return;
      const words = document.querySelector('.answer-runs .small').textContent;
      const head = document.querySelector('.answer .eyebrow').textContent;
      const now = [head, words, bar.hidden ? 100 : bar.value];
      if (now.join('|') !== before) note('said', ...now);
      before = now.join('|');
    }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true });";

/// What a worker's loader says beside: of each message, its bytes before and after it was sent.
const SPEAK_UP: &str = "{
  const post = self.postMessage, beside = new BroadcastChannel('beside');
  self.postMessage = function (message, ...rest) {
    const bytes = message.byteLength;
    post.call(self, message, ...rest);
    beside.postMessage([bytes, message.byteLength]);
  };
}
";

const LISTEN: &str = "
    globalThis.beside = [];
    new BroadcastChannel('beside').onmessage = ({ data }) => beside.push(data);";

/// A drag to and fro over all settings of the cap, a step at each picture the browser makes, until it ends at `1`.
const DRAG: &str = "
    const done = arguments[arguments.length - 1];
    const range = document.getElementById('knob-cap');
    const last = Number(range.max);
    let moves = 0;
    const move = () => {
      moves += 1;
      range.value = String(moves === 3 * last ? 1 : moves % (last + 1));
      happened.push(['moved']);
      range.dispatchEvent(new Event('input', { bubbles: true }));
      if (moves === 3 * last) done(moves); else requestAnimationFrame(move);
    };
    move();";

/// The longest that a task of the page may hold its thread (design.md §7), in microseconds of the processor.
const LONGEST: u64 = 50_000;

/// [`WATCH`] with the numbers that messages begin with.
pub(super) fn watch() -> String {
    let run = RunId(0);
    let first = |bytes: Vec<u8>| bytes.first().copied().unwrap_or_default().to_string();
    let report = Box::default();
    WATCH
        .replace("SET_UPS", &first(encode(&Request::SetUps { bytes: Vec::new() })))
        .replace("CANCEL", &first(encode(&Request::Cancel { run })))
        .replace("FINISHED", &first(encode(&Reply::Finished { run, report })))
}

/// One thing that happened.
struct Event {
    name: String,
    rest: Vec<Value>,
}

impl Event {
    fn is(&self, name: &str) -> bool {
        self.name == name
    }
    fn words(&self, at: usize) -> &str {
        self.rest.get(at).and_then(Value::as_str).unwrap_or_default()
    }
    fn number(&self, at: usize) -> f64 {
        self.rest.get(at).and_then(Value::as_f64).unwrap_or(-1.0)
    }
}

/// All that has happened since the last time this was asked.
async fn happened(page: &Page) -> Result<Vec<Event>> {
    let all = page.js("return happened.splice(0)").await?;
    let event = |it: &Value| {
        let (name, rest) = it.as_array()?.split_first()?;
        Some(Event {
            name: name.as_str()?.to_owned(),
            rest: rest.to_vec(),
        })
    };
    all.as_array()
        .context("a list")?
        .iter()
        .map(|it| event(it).context("an event"))
        .collect()
}

fn last(events: &[Event], name: &str) -> Result<usize> {
    let at = events.iter().rposition(|it| it.is(name));
    at.with_context(|| format!("nothing was {name}"))
}

/// Progress is said from run to run, and never goes back.
fn progress_is_said(events: &[Event], runs: &str) -> Result<()> {
    let said: Vec<&Event> = events.iter().filter(|it| it.is("said")).collect();
    let on_the_way = format!(" of {runs}");
    let numbers: Vec<u32> = said
        .iter()
        .filter_map(|it| it.words(1).strip_suffix(&on_the_way)?.parse().ok())
        .collect();
    ensure!(
        numbers.is_sorted() && numbers.iter().any(|&n| n > 0),
        "what is said of the runs: {numbers:?}"
    );
    let shares: Vec<f64> = said.iter().map(|it| it.number(2)).collect();
    ensure!(
        shares.is_sorted() && shares.iter().any(|&share| share > 0.0 && share < 100.0),
        "the bar goes {shares:?}"
    );
    Ok(())
}

async fn drags_a_knob(page: &Page, site: &Site) -> Result<()> {
    for worker in ["sim-worker", "larger-worker"] {
        let loader = site.folder.join(format!("{worker}_loader.js"));
        let script = std::fs::read_to_string(&loader)?;
        std::fs::write(&loader, format!("{SPEAK_UP}{script}"))?;
    }
    page.before_each_page(&watch()).await?;
    page.before_each_page(LISTEN).await?;
    // A cluster that is asked for more than it has, so that runs take their time.
    page.open("lab/#p0?profile=group-32&load=110pct&seeds=20").await?;
    let start = answer(page).await?;
    let opening = happened(page).await?;
    let programs: Vec<&str> = opening
        .iter()
        .filter(|it| it.is("program"))
        .map(|it| it.words(0))
        .collect();
    let app = page
        .text("return new URL(document.documentElement.dataset.wasm, location).href")
        .await?;
    ensure!(programs == [app], "the page itself runs {programs:?}");

    page.driver.execute_async(DRAG, Vec::new()).await?;
    answer_but(page, &start.digest).await?;
    let all = happened(page).await?;
    let (dragged, settled) = all.split_at(last(&all, "moved")?);
    ensure!(
        dragged.iter().any(|it| it.is("drawn")),
        "nothing is drawn while the knob moves"
    );
    ensure!(
        !all.iter().any(|it| it.is("program")),
        "the page starts another program"
    );

    // Part of the answer is drawn and said before the last run has come.
    let (first, end) = (
        settled.iter().position(|it| it.is("came")).context("a run")?,
        last(settled, "came")?,
    );
    let between = &settled[first..end];
    ensure!(
        between.iter().any(|it| it.is("drawn")),
        "nothing is drawn of what has come"
    );
    let partly = |it: &&Event| {
        it.is("said") && it.words(0).starts_with("Answer, from") && it.words(1) != "all runs are in"
    };
    ensure!(
        between.iter().any(|it| partly(&it)),
        "nothing is said of what has come"
    );
    // Until runs of the new setting are wanted, what is said is about the setting before it.
    let wanted = settled.iter().position(|it| it.is("wanted"));
    progress_is_said(&settled[wanted.context("no run is wanted")?..], "20 runs")?;

    // Nothing is copied on its way, there or back.
    let sent = all
        .iter()
        .filter(|it| ["told", "wanted", "cancelled"].iter().any(|name| it.is(name)));
    let kept = sent
        .filter(|it| it.number(0) <= 0.0 || it.number(1) != 0.0)
        .count();
    ensure!(kept == 0, "{kept} messages of the page are copied");
    let heard = all.iter().filter(|it| it.is("heard") || it.is("came"));
    ensure!(
        heard.clone().count() > 20 && heard.clone().all(|it| it.rest == [true]),
        "not all that is heard is bytes"
    );
    let beside: Vec<[u64; 2]> = serde_json::from_value(page.js("return beside").await?)?;
    ensure!(
        beside.len() >= heard.count(),
        "the workers speak up of {} messages only",
        beside.len()
    );
    let kept = beside
        .iter()
        .filter(|[before, after]| *before == 0 || *after != 0)
        .count();
    ensure!(
        kept == 0,
        "{kept} of {} messages of the workers are copied",
        beside.len()
    );
    Ok(())
}

#[test]
fn while_a_knob_is_dragged_workers_compute_and_the_page_draws_what_has_come() {
    visit(Browser::Chromium, "trace", drags_a_knob);
}

#[test]
fn so_they_do_in_firefox() {
    if tests::browser::all() {
        visit(Browser::Firefox, "trace-firefox", drags_a_knob);
    }
}

#[test]
fn after_cancel_no_run_goes_on_and_the_next_setting_is_answered() {
    journey(async |page| {
        page.before_each_page(&watch()).await?;
        page.open("lab/#p0?profile=group-32&load=110pct&seeds=20&cap=5gpu")
            .await?;
        let one =
            "return document.querySelector('.answer-runs .small')?.textContent === '1 of 20 runs' || null";
        page.until("the first run", one).await?;
        happened(page).await?;
        page.js("[...document.querySelectorAll('.answer-runs button')].find((it) => it.textContent === 'Cancel').click()")
            .await?;
        let words = "const said = document.querySelector('.answer-runs .small')?.textContent; return said?.includes('stopped at') ? said : null";
        let stopped = page.until("that the runs are stopped", words).await?;
        // A way there and back for whatever was on its way from a worker.
        page.tab_to("slider", name_of("cap")?).await?;
        ensure!(
            page.until("the same as before", words).await? == stopped,
            "the runs go on"
        );
        let events = happened(page).await?;
        let cancelled = events
            .iter()
            .position(|it| it.is("cancelled"))
            .context("a run is cancelled")?;
        let after = &events[cancelled..];
        let cancels = after.iter().filter(|it| it.is("cancelled")).count();
        let came = after.iter().filter(|it| it.is("came")).count();
        ensure!(came <= cancels, "{came} runs came after {cancels} were cancelled");
        ensure!(
            !after.iter().any(|it| it.is("wanted")),
            "another run is wanted after Cancel"
        );
        page.press(Key::Left.value().to_string()).await?;
        let next = answer(page).await?;
        ensure!(!next.link.contains("cap=5gpu"), "{next:?}");
        Ok(())
    });
}

/// Between two marks of the page, the processor's time of each task in the thread that made the marks, in microseconds.
fn tasks(trace: &[Value], [from, to]: [&str; 2]) -> Result<Vec<u64>> {
    let mark = |name: &str| {
        let found = trace.iter().find(|event| event["name"] == name);
        found.with_context(|| format!("no mark {name} among {} events", trace.len()))
    };
    let at = |event: &Value| event["ts"].as_f64().unwrap_or_default();
    let (from, to) = (mark(from)?, mark(to)?);
    let of_the_page = |event: &&Value| {
        ["pid", "tid"].iter().all(|part| event[part] == from[part])
            && event["name"] == "RunTask"
            && (at(from)..at(to)).contains(&at(event))
    };
    Ok(trace
        .iter()
        .filter(of_the_page)
        .filter_map(|event| event["tdur"].as_u64())
        .collect())
}

#[test]
fn no_task_of_the_page_holds_the_processor_for_long_while_a_knob_is_dragged() {
    let kit = match Kit::find(Browser::Chromium) {
        Ok(kit) => kit,
        Err(missing) => return leave_out(&missing),
    };
    let kit = Kit {
        traced: "disabled-by-default-devtools.timeline,blink.user_timing",
        ..kit
    };
    let walked = lead(&kit, async |page| {
        page.open("lab/").await?;
        let start = answer(page).await?;
        page.js("globalThis.happened = []; performance.mark('drag-begins')")
            .await?;
        page.driver.execute_async(DRAG, Vec::new()).await?;
        answer_but(page, &start.digest).await?;
        page.js("performance.mark('drag-ends')").await?;
        let tasks = tasks(&page.trace().await?, ["drag-begins", "drag-ends"])?;
        ensure!(tasks.len() > 100, "only {} tasks were seen", tasks.len());
        let longest = tasks.iter().max().copied().unwrap_or_default();
        ensure!(
            longest <= LONGEST,
            "a task of the page took {longest} µs of the processor"
        );
        Ok(())
    });
    if let Err(error) = walked {
        panic!("{error:#}");
    }
}
