//! Stories of runs: what is sent to which worker, and what is dropped.

use super::*;
use sim_core::scenario::knobs::{self, Settings};
use sim_core::scenario::{Horizon, Scenario};

/// Baseline and proposal.
type Pair = [Case; 2];

/// Plays the workers: answers what is sent, in order.
struct World {
    runs: Runs,
    sent: Vec<(usize, Request)>,
    started: usize,
    now: f64,
    wake_at: Option<f64>,
}

impl World {
    fn new(workers: usize) -> World {
        World {
            runs: Runs::new(workers),
            sent: Vec::new(),
            started: 0,
            now: 0.0,
            wake_at: None,
        }
    }

    fn take(&mut self, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Send(slot, request) => {
                    self.started += usize::from(matches!(request, Request::Run { .. }));
                    self.sent.push((slot, request));
                }
                Act::Respawn(_) | Act::Enlarge => {}
                Act::Wake(rest) => self.wake_at = Some(self.now + rest),
            }
        }
    }

    fn want(&mut self, pair: &Pair) {
        let acts = self.runs.want(pair.clone(), 8, self.now);
        self.take(acts);
    }

    /// The oldest run that was not cancelled comes back.
    fn one_comes_back(&mut self) -> Option<RunId> {
        let cancelled: Vec<RunId> = self
            .sent
            .iter()
            .filter_map(|(_, request)| match request {
                Request::Cancel { run } => Some(*run),
                Request::SetUps { .. } | Request::Run { .. } => None,
            })
            .collect();
        self.sent.retain(|(_, request)| match request {
            Request::Cancel { .. } => false,
            Request::Run { run, .. } => !cancelled.contains(run),
            Request::SetUps { .. } => true,
        });
        if self.sent.is_empty() {
            return None;
        }
        let (slot, request) = self.sent.remove(0);
        let Request::Run { run, seed, .. } = request else {
            return None;
        };
        let report = Box::new(SeedReport {
            seed,
            ..SeedReport::default()
        });
        let acts = self
            .runs
            .hear(slot, Heard::Reply(Reply::Finished { run, report }), self.now);
        self.take(acts);
        Some(run)
    }

    fn all_come_back(&mut self) {
        loop {
            while self.one_comes_back().is_some() {
                self.now += 10.0;
            }
            let Some(at) = self.wake_at.take() else { return };
            self.now = self.now.max(at);
            let acts = self.runs.tick(self.now);
            self.take(acts);
        }
    }
}

fn pair(cap: &str) -> Pair {
    let case = |settings: Settings| Case {
        profile: "group-32".to_owned(),
        settings,
        horizon: Horizon::PAGE,
        seed: 1,
    };
    let knob = knobs::find("cap").unwrap();
    let unchanged = Settings::of(&Scenario::default());
    let mut changed = unchanged.clone();
    changed.set(knob, knob.parse(cap).unwrap());
    [case(unchanged), case(changed)]
}

#[test]
fn a_first_look_at_both_sides_comes_before_the_whole_runs() {
    let mut world = World::new(2);
    world.want(&pair("8"));
    let looks = world.sent.iter().filter(|(_, request)| {
        matches!(
            request,
            Request::Run {
                stop_after_days: Some(LOOK_DAYS),
                detail: Detail::Timeline,
                ..
            }
        )
    });
    assert_eq!(looks.count(), 2);
    world.one_comes_back();
    world.one_comes_back();
    assert_eq!(world.runs.stage(), Stage::Look);
    world.all_come_back();
    assert_eq!(world.runs.stage(), Stage::All);
    assert_eq!((world.runs.progress(), world.started), ((8, 8), 18));
    assert_eq!(world.runs.share_done(), 1.0);
}

#[test]
fn a_change_of_the_proposal_runs_only_the_proposal_and_going_back_runs_nothing() {
    let mut world = World::new(2);
    world.want(&pair("8"));
    world.all_come_back();
    world.now += 1_000.0;
    let before = world.started;
    world.want(&pair("4"));
    world.all_come_back();
    assert_eq!(world.started - before, 9);
    world.want(&pair("8"));
    assert_eq!((world.started - before, world.runs.stage()), (9, Stage::All));
}

#[test]
fn identical_sides_run_once() {
    let mut world = World::new(2);
    let [unchanged, _] = pair("8");
    world.want(&[unchanged.clone(), unchanged]);
    world.all_come_back();
    assert_eq!((world.started, world.runs.stage()), (9, Stage::All));
}

#[test]
fn fifty_changes_in_a_second_start_at_most_twelve_runs_and_end_at_the_last_wish() {
    let mut world = World::new(2);
    world.want(&pair("64"));
    world.all_come_back();
    world.now += 1_000.0;
    let before = world.started;
    for i in 0..50_u32 {
        world.want(&pair(&(1 + i).to_string()));
        world.now += 20.0;
        if i % 3 == 2 {
            // A look takes about sixty milliseconds; what comes back must not start whole runs of an old wish.
            world.one_comes_back();
            let acts = world.runs.tick(world.now);
            world.take(acts);
        }
    }
    assert!(world.started - before <= 12, "{}", world.started - before);
    world.now += 200.0;
    let acts = world.runs.tick(world.now);
    world.take(acts);
    world.all_come_back();
    assert_eq!((world.runs.stage(), world.runs.progress()), (Stage::All, (8, 8)));
}

#[test]
fn a_reply_to_an_older_run_is_dropped() {
    let mut world = World::new(1);
    world.want(&pair("8"));
    world.now += 500.0;
    world.want(&pair("4"));
    let stale = Reply::Finished {
        run: RunId(0),
        report: Box::default(),
    };
    world.runs.hear(0, Heard::Reply(stale), world.now);
    assert!(world.runs.known.iter().all(|known| known.found.is_empty()));
}

#[test]
fn stopping_keeps_what_is_there_and_going_on_finishes_it() {
    let mut world = World::new(2);
    world.want(&pair("8"));
    world.now += 100.0;
    for _ in 0..8 {
        world.one_comes_back();
    }
    let acts = world.runs.stop();
    world.take(acts);
    assert!(world.runs.is_stopped() && world.one_comes_back().is_none());
    let acts = world.runs.go_on(world.now);
    world.take(acts);
    world.all_come_back();
    assert_eq!(world.runs.stage(), Stage::All);
}

#[test]
fn what_the_workers_have_no_room_for_goes_to_larger_ones() {
    let mut world = World::new(2);
    world.want(&pair("8"));
    let first: Vec<Request> = world.sent.drain(..).map(|(_, request)| request).collect();
    let Some(&Request::Run { run, .. }) = first.first() else {
        panic!("{first:?}");
    };
    let elsewhere = || Heard::Reply(Reply::Elsewhere { run });
    let acts = world.runs.hear(0, elsewhere(), world.now);
    assert_eq!(acts.first(), Some(&Act::Enlarge));
    world.take(acts);
    assert_eq!(
        world.runs.hear(0, elsewhere(), world.now),
        [],
        "that run is no longer there"
    );
    world.now += 500.0;
    let acts = world.runs.tick(world.now);
    world.take(acts);
    world.all_come_back();
    assert_eq!(world.runs.stage(), Stage::All);
}

#[test]
fn a_worker_that_breaks_down_is_started_again_but_not_for_ever() {
    let mut world = World::new(1);
    world.want(&pair("8"));
    let crash = || Heard::Crashed {
        message: "unreachable".to_owned(),
    };
    for _ in 0..2 {
        let acts = world.runs.hear(0, crash(), world.now);
        assert_eq!(acts.first(), Some(&Act::Respawn(0)));
        world.now += 500.0;
        world.take(acts);
    }
    assert_eq!(world.runs.hear(0, crash(), world.now), []);
    assert_eq!(
        world.runs.trouble(),
        Some(&Trouble::Crashed("unreachable".to_owned()))
    );
    world.want(&pair("4"));
    assert_eq!(world.runs.trouble(), None);
}
