//! One job under the picture: why it waits, its life, its figures, and what would have been had it asked for less.

use figures::explain::{as_typed, clock};
use figures::figure::Table;
use leptos::prelude::*;
use sim_core::engine::explain::Change;
use sim_core::ids::JobId;
use sim_core::metrics::{JobLine, Timeline, Window};
use sim_core::units::{Span, Time};
use sim_worker::Told;

use crate::browser;
use crate::inquiry::Inquiry;
use crate::model::runs::LOOK_DAYS;
use crate::parts::{Piece, effect, table};
use crate::session::Session;

/// Places on the slider of a job's life.
const STEPS: u32 = 200;

const ASK: &str = r#"<p class="job-ask">Press a job or its wait in the picture to ask why it waited, or take
  <button type="button" class="word" id="job-longest" data-at="longest">the longest wait</button>.</p>"#;

const JOB: &str = r#"<section class="job" aria-labelledby="job-title">
  <div class="fig-top"><h3 class="job-title" id="job-title" tabindex="-1" data-at="title"></h3>
    <div class="tools"><button type="button" class="btn-quiet" data-at="before">Job before</button><button type="button"
      class="btn-quiet" data-at="after">Job after</button><button type="button" class="btn-quiet" data-at="close">Close</button></div></div>
  <div aria-live="polite"><p class="job-say" data-at="say"></p><p class="job-more" data-at="more"></p></div>
  <div data-at="all">
    <div class="life" data-at="life">
      <div class="knob-track"><span class="life-run"></span><input type="range" min="0" step="1" aria-label="When in its life"
        data-at="when"></div>
      <div class="life-words"><span data-at="from"></span><b data-at="now"></b><span data-at="to"></span></div>
    </div>
    <form class="job-if" data-at="if"><span>Had it asked for</span>
      <label><span>a time limit of</span> <input type="text" size="6" autocomplete="off" spellcheck="false" data-at="limit"></label>
      <label><span>and GPUs:</span> <input type="text" inputmode="numeric" size="4" autocomplete="off" data-at="gpus"></label>
      <button type="submit" class="btn">Run it again</button></form>
    <p class="knob-error" role="alert" data-at="error"></p>
    <p class="job-instead" aria-live="polite" data-at="instead"></p>
    <div class="fig-pair"><div class="scroll" data-at="facts"></div><div class="scroll" data-at="priority"></div></div>
    <details class="more"><summary>In Slurm’s words</summary><pre class="job-slurm scroll" tabindex="0" data-at="slurm"></pre></details>
  </div>
</section>"#;

/// The line under the picture that says how to ask.
pub fn ask(session: Session, inquiry: Inquiry) -> Piece {
    let piece = Piece::of(ASK);
    piece.on("longest", "click", move |_| {
        if let Some(job) = of_picture(session, inquiry, longest_wait) {
            open(inquiry, job, None);
        }
    });
    piece
}

/// Asks about a job, and takes the reader to what is said of it if nothing was said of any.
pub fn open(inquiry: Inquiry, job: JobId, at: Option<Time>) {
    if inquiry.job.with_untracked(Option::is_none) {
        browser::next_frame(|| browser::focus("job-title"));
    }
    inquiry.choose(job, at);
}

/// The panel of the job that was chosen; out of sight while there is none.
pub fn job(session: Session, inquiry: Inquiry) -> Piece {
    let piece = Piece::of(JOB);
    piece.hide(".", move || inquiry.job.with(Option::is_none));
    head(&piece, session, inquiry);
    life(&piece, inquiry);
    had_it_asked(&piece, inquiry);
    facts(&piece, inquiry);
    let slurm = move || inquiry.told.with(|told| Some(told.as_ref()?.words.slurm.clone()));
    piece
        .hide("all", move || inquiry.told.with(Option::is_none))
        .say("slurm", slurm);
    piece
}

fn head(piece: &Piece, session: Session, inquiry: Inquiry) {
    let told = inquiry.told;
    let title = move || match told.with(|told| Some(told.as_ref()?.words.title.clone())) {
        Some(title) => Some(title),
        None => inquiry.job.get().map(|job| format!("Job {}", job.0)),
    };
    let say = move || {
        let problem = inquiry.problem.get();
        if !problem.is_empty() {
            return Some(problem);
        }
        match told.with(|told| Some(told.as_ref()?.words.sentence.clone())) {
            Some(sentence) => Some(sentence),
            None => inquiry.job.get().map(|_| "Running it up to there …".to_owned()),
        }
    };
    let more = move || {
        told.with(|told| {
            let Told {
                words, in_the_end, ..
            } = told.as_ref()?;
            let parts = [&words.change, &words.plan, in_the_end].into_iter().flatten();
            Some(parts.cloned().collect::<Vec<String>>().join(" "))
        })
    };
    let step = move |by: isize| {
        let next = of_picture(session, inquiry, |timeline, window| {
            beside(timeline, window, inquiry.job.get_untracked()?, by)
        });
        if let Some(job) = next {
            inquiry.choose(job, None);
        }
    };
    piece
        .say("title", title)
        .say("say", say)
        .say("more", more)
        .tell(".", "aria-busy", move || inquiry.is_asking.get())
        .on("before", "click", move |_| step(-1))
        .on("after", "click", move |_| step(1))
        .on("close", "click", move |_| inquiry.let_go());
}

/// Its life from submission to end, with the instant that is looked at.
fn life(piece: &Piece, inquiry: Inquiry) {
    let told = inquiry.told;
    let of = move |what: fn(&Told) -> String| move || told.with(|told| told.as_ref().map(what));
    // The place on the slider that is looked at, and in words.
    let looked_at = move || {
        let at = inquiry.at.get();
        told.with(|told| {
            let told = told.as_ref()?;
            let at = at.unwrap_or(told.at);
            Some((step_of(told, at), clock(at, told.counted_from)))
        })
    };
    let slider = piece.input("when");
    piece
        .mark("when", "max", &STEPS.to_string())
        .style("life", "--started", move || {
            let started = told.with(|told| {
                let told = told.as_ref()?;
                Some(step_of(told, told.started.unwrap_or(told.to)))
            });
            let thousandths = started.unwrap_or(0) * 1000 / STEPS;
            format!("{}.{:03}", thousandths / 1000, thousandths % 1000)
        })
        .value("when", move || {
            looked_at().map_or(String::new(), |(step, _)| step.to_string())
        })
        .set("when", "aria-valuetext", move || {
            looked_at().map(|(_, words)| words)
        })
        .on("when", "input", move |_| {
            let step = slider.value().parse::<u32>().unwrap_or(0).min(STEPS);
            let at = told.with_untracked(|told| told.as_ref().map(|told| instant_of(told, step)));
            inquiry.at.set(at);
        })
        .say(
            "from",
            of(|told| format!("came {}", clock(told.from, told.counted_from))),
        )
        .say("now", move || looked_at().map(|(_, words)| words))
        .say(
            "to",
            of(|told| match told.started {
                Some(at) => format!("started {}", clock(at, told.counted_from)),
                None => "not started".to_owned(),
            }),
        );
}

/// The request that might have been.
fn had_it_asked(piece: &Piece, inquiry: Inquiry) {
    let told = inquiry.told;
    let error = RwSignal::new(String::new());
    let (limit, gpus) = (piece.input("limit"), piece.input("gpus"));
    // The fields show what the job asks for, or what was last put in its place.
    effect(move || {
        inquiry.job.track();
        error.set(String::new());
    });
    piece
        .value("limit", move || {
            let changed = inquiry.change.with(|change| change.limit);
            told.with(|told| changed.or(told.as_ref().map(|told| told.limit)))
                .map_or(String::new(), as_typed)
        })
        .value("gpus", move || {
            let changed = inquiry.change.with(|change| change.gpus);
            told.with(|told| changed.or(told.as_ref().map(|told| told.gpus)))
                .map_or(String::new(), |gpus| gpus.to_string())
        })
        .say("error", move || error.get())
        .say("instead", move || {
            told.with(|told| told.as_ref()?.instead.clone())
        })
        .on("if", "submit", move |event| {
            event.prevent_default();
            let asked = told.with_untracked(|told| told.as_ref().map(|told| (told.limit, told.gpus)));
            let Some(asked) = asked else { return };
            match read(&limit.value(), &gpus.value(), asked) {
                Ok(change) => {
                    error.set(String::new());
                    inquiry.change.set(change);
                }
                Err(sentence) => error.set(sentence),
            }
        });
}

fn facts(piece: &Piece, inquiry: Inquiry) {
    let of = move |what: fn(&Told) -> Table| {
        move || {
            inquiry.told.with(|told| {
                let made = told.as_ref().map(what).filter(|made| !made.rows.is_empty());
                made.iter().map(table).collect::<Vec<Piece>>()
            })
        }
    };
    piece
        .fill(
            "facts",
            of(|told| Table {
                caption: format!("{} in figures", told.words.title),
                headings: vec!["what".to_owned(), "figures".to_owned()],
                rows: told
                    .words
                    .rows
                    .iter()
                    .map(|(name, value)| vec![name.clone(), value.clone()])
                    .collect(),
                sums: None,
            }),
        )
        .fill(
            "priority",
            of(|told| Table {
                caption: "Its priority: the sum of weights times factors".to_owned(),
                headings: ["priority", "weight", "factor", "product"]
                    .map(str::to_owned)
                    .into(),
                sums: told.words.priority.last().map(|row| row.to_vec()),
                rows: told
                    .words
                    .priority
                    .split_last()
                    .map_or(&[][..], |(_, rows)| rows)
                    .iter()
                    .map(|row| row.to_vec())
                    .collect(),
            }),
        );
}

/// What was typed, as a change of what was asked for.
fn read(limit: &str, gpus: &str, (was_limit, was_gpus): (Span, u32)) -> Result<Change, String> {
    let limit = limit.trim();
    let span: Span = limit
        .parse()
        .map_err(|_| format!("“{limit}” is no length of time: write 30min, 4h or 2d."))?;
    let gpus = gpus.trim();
    let count: u32 = gpus
        .parse()
        .map_err(|_| format!("“{gpus}” is no number of GPUs: write 1, 2 or 4."))?;
    let change = Change {
        limit: (span != was_limit).then_some(span),
        gpus: (count != was_gpus).then_some(count),
        ..Change::default()
    };
    if change == Change::default() {
        return Err("That is what it did ask for: write something else.".to_owned());
    }
    Ok(change)
}

/// The place on the slider of an instant.
fn step_of(told: &Told, at: Time) -> u32 {
    let life = u64::from(told.to.since(told.from).0.max(1));
    let lived = u64::from(at.since(told.from).0);
    u32::try_from((lived * u64::from(STEPS) + life / 2) / life).map_or(STEPS, |step| step.min(STEPS))
}

/// The instant at a place of the slider.
fn instant_of(told: &Told, step: u32) -> Time {
    let life = u64::from(told.to.since(told.from).0);
    let lived = u32::try_from(life * u64::from(step) / u64::from(STEPS)).unwrap_or(u32::MAX);
    told.from + Span(lived)
}

/// What a question finds among the jobs of the picture.
fn of_picture(
    session: Session,
    inquiry: Inquiry,
    find: impl Fn(&Timeline, Window) -> Option<JobId>,
) -> Option<JobId> {
    session.shown.with_untracked(|shown| {
        let timeline = shown.as_ref()?.timeline(inquiry.side.get_untracked())?;
        let days = Span::days(LOOK_DAYS);
        find(
            timeline,
            Window {
                from: timeline.from,
                to: timeline.from + days,
            },
        )
    })
}

/// The jobs that came in while the picture lasts, in order of coming.
pub fn came(timeline: &Timeline, window: Window) -> impl Iterator<Item = &JobLine> {
    timeline
        .jobs
        .iter()
        .filter(move |job| job.asked >= window.from && job.asked < window.to)
}

/// Who of the picture waits longest.
fn longest_wait(timeline: &Timeline, window: Window) -> Option<JobId> {
    let wait = |job: &&JobLine| job.started.unwrap_or(timeline.to).since(job.asked);
    came(timeline, window).max_by_key(wait).map(|job| job.job)
}

/// The job that came in so many places after another one.
fn beside(timeline: &Timeline, window: Window, job: JobId, by: isize) -> Option<JobId> {
    let jobs: Vec<&JobLine> = came(timeline, window).collect();
    let at = match jobs.iter().position(|line| line.job == job) {
        Some(at) => at.checked_add_signed(by)?,
        // One from before the picture: the first in it comes next.
        None => 0,
    };
    jobs.get(at).map(|line| line.job)
}

#[cfg(test)]
mod tests {
    use super::*;
    use figures::explain::Words;

    fn told() -> Told {
        Told {
            at: Time(1_500),
            counted_from: Time(0),
            from: Time(1_000),
            started: Some(Time(2_000)),
            to: Time(5_000),
            gpus: 2,
            limit: Span::hours(4),
            words: Words::default(),
            in_the_end: None,
            instead: None,
        }
    }

    #[test]
    fn the_slider_spans_the_life_of_a_job() {
        let told = told();
        assert_eq!((step_of(&told, told.from), step_of(&told, told.to)), (0, STEPS));
        assert_eq!(instant_of(&told, 0), told.from);
        assert_eq!(instant_of(&told, STEPS), told.to);
        for step in 0..=STEPS {
            assert_eq!(step_of(&told, instant_of(&told, step)), step);
        }
        assert_eq!(step_of(&told, Time(9_000)), STEPS);
        let short = Told {
            to: told.from,
            ..told
        };
        assert_eq!(instant_of(&short, 7), short.from);
    }

    #[test]
    fn what_was_typed_is_a_change_or_a_sentence() {
        let asked = (Span::hours(4), 2);
        let shorter = read(" 1h ", "2", asked).unwrap();
        assert_eq!((shorter.limit, shorter.gpus), (Some(Span::hours(1)), None));
        let fewer = read("4h", "1", asked).unwrap();
        assert_eq!((fewer.limit, fewer.gpus), (None, Some(1)));
        for (limit, gpus, word) in [("4", "2", "4"), ("4h", "two", "two"), ("4h", "2", "did ask")] {
            let sentence = read(limit, gpus, asked).unwrap_err();
            assert!(sentence.contains(word), "{sentence}");
        }
    }
}
