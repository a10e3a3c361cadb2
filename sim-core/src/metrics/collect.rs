//! Folds what happened into a [`SeedReport`]: the only observer of a run.
//!
//! Everything is clipped to the measured window, except waits: a job that became eligible in the window is followed
//! until it starts or the simulation stops.

use sha2::{Digest as _, Sha256};

use super::at_work::{HeldAtWork, at_work};
use super::lines::Lines;
use super::spans::{CauseSpan, Spans, WaitSpan};
use super::{
    Busy, By, Complaints, Detail, OutsideFigures, Readiness, SeedReport, ServiceFigures, SharedFigures,
    Waits, Window,
};
use crate::cluster::{Allocation, Nodes};
use crate::ids::{JobId, KindId, Table};
use crate::order;
use crate::reason::{Cause, Reason};
use crate::sched::idle::Claim;
use crate::units::{Span, Time};
use crate::workload::{Class, JobSpec, Request, Worth};

/// A job that a person expects to start while they are at their desk.
const SOON: Span = Span::mins(10);

/// What happened, as digests see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Record {
    /// A job became eligible and came into the queue; after it was pushed off, once more.
    Submitted,
    /// A job started.
    Started,
    /// A job ended.
    Ended,
    /// A run was broken off: pushed off, or its node went down.
    BrokenOff,
    /// A job was refused at submission.
    Refused,
    /// A job was withdrawn before it had started: its owner gave up.
    Withdrawn,
    /// A job was withdrawn before it had started, and is done elsewhere.
    Elsewhere,
    /// A limit began to hold a job, or another one did.
    Held(Reason),
}

impl Record {
    fn code(self) -> u8 {
        match self {
            Record::Submitted => 0,
            Record::Started => 1,
            Record::Ended => 2,
            Record::BrokenOff => 3,
            Record::Refused => 4,
            Record::Withdrawn => 5,
            Record::Elsewhere => 6,
            Record::Held(reason) => 16 + reason.byte(),
        }
    }
}

/// How far one job has come.
#[derive(Clone, Copy, Debug, Default)]
struct Followed {
    asked: Option<Time>,
    /// The first start.
    started: Option<Time>,
    /// When its owner withdrew it, if it had not started.
    left: Option<Time>,
    /// The start of the run it is in.
    running_since: Option<Time>,
    /// What it holds in that run, in sevenths of a GPU.
    holds: u64,
    reason_since: Time,
    limit_wait: u32,
}

impl Followed {
    /// When its wait ended, or how far it is known.
    fn until(&self, end: Time) -> Time {
        self.started.or(self.left).unwrap_or(end)
    }
}

/// The running sums of one seed.
#[derive(Debug)]
pub struct Collector {
    window: Window,
    hash: Sha256,
    followed: Table<JobId, Followed>,
    busy: Busy,
    idle: By<Cause, u64>,
    waiting: By<Reason, u64>,
    waiting_again: u64,
    refused: u32,
    demand_lost: u64,
    kinds: Vec<u64>,
    capacity: u64,
    lost_to_the_cut: u64,
    now_idle: Vec<(Cause, u64)>,
    idle_since: Time,
    work_done: u64,
    freed: u64,
    service: ServiceFigures,
    shared: SharedFigures,
    outside: OutsideFigures,
    lines: Option<Lines>,
    spans: Option<Box<Spans>>,
    held_at_work: HeldAtWork,
}

impl Collector {
    /// Nothing has happened yet; all of `nodes` are idle for want of demand.
    pub fn new(window: Window, jobs: usize, nodes: &Nodes, detail: Detail) -> Collector {
        let kinds: Vec<u64> = nodes.kinds().iter().map(|kind| kind.sevenths).collect();
        let devices = |node, kind| u64::from(nodes.installed().of_kind(node, KindId::from(kind)));
        let usable: u64 = (0..nodes.len())
            .flat_map(|node| (0..kinds.len()).map(move |kind| (node, kind)))
            .map(|(node, kind)| devices(node, kind) * kinds[kind])
            .sum();
        Collector {
            capacity: nodes.capacity(),
            lost_to_the_cut: nodes.capacity() - usable.min(nodes.capacity()),
            kinds,
            waiting_again: 0,
            refused: 0,
            demand_lost: 0,
            window,
            hash: Sha256::new(),
            followed: (0..jobs).map(|_| Followed::default()).collect(),
            busy: Busy::default(),
            idle: By::default(),
            waiting: By::default(),
            now_idle: vec![(Cause::NoDemand, usable)],
            idle_since: Time::ZERO,
            work_done: 0,
            freed: 0,
            service: ServiceFigures::default(),
            shared: SharedFigures::default(),
            outside: OutsideFigures::default(),
            lines: match detail {
                Detail::Summary => None,
                Detail::Timeline => Some(Lines::new(window, nodes.installed().gpus())),
            },
            spans: None,
            held_at_work: HeldAtWork::new(window),
        }
    }

    /// From now on every stretch of waiting and idling is written down.
    pub fn keep_spans(&mut self) {
        self.spans = Some(Box::default());
    }

    fn record(&mut self, id: JobId, what: Record, now: Time, on: &[crate::ids::NodeId]) {
        self.hash.update(id.0.to_le_bytes());
        self.hash.update([what.code()]);
        self.hash.update(now.0.to_le_bytes());
        for node in on {
            self.hash.update(node.0.to_le_bytes());
        }
    }

    /// A job was refused at submission.
    pub fn refused(&mut self, id: JobId, spec: &JobSpec, now: Time) {
        self.record(id, Record::Refused, now, &[]);
        if self.window.contains(now) && spec.segment == 0 {
            self.refused += 1;
        }
    }

    /// One more job is to come.
    pub fn expect_one_more(&mut self) {
        self.followed.push(Followed::default());
    }

    /// A job was withdrawn while it waited for this reason; with it goes so much work, in GPU-seconds.
    pub fn withdrawn(&mut self, id: JobId, last: Reason, work: u64, now: Time) {
        self.settle_reason(id, last, now);
        self.record(id, Record::Withdrawn, now, &[]);
        let job = &mut self.followed[id];
        job.left = Some(now);
        if job.asked.is_some_and(|asked| self.window.contains(asked)) {
            self.demand_lost += work;
        }
        if let Some(lines) = &mut self.lines {
            lines.ended(id, now);
        }
    }

    /// A job became eligible, for the first time or again after it was pushed off.
    pub fn eligible(&mut self, id: JobId, spec: &JobSpec, again: bool, now: Time) {
        self.record(id, Record::Submitted, now, &[]);
        let job = &mut self.followed[id];
        job.reason_since = now;
        if again {
            return;
        }
        job.asked = Some(now);
        if let Some(lines) = &mut self.lines {
            lines.submitted(id, spec, now);
        }
    }

    /// A job waits for another reason than before.
    pub fn reason_changed(&mut self, id: JobId, old: Reason, new: Reason, now: Time) {
        self.settle_reason(id, old, now);
        if new.is_limit() {
            self.record(id, Record::Held(new), now, &[]);
        }
    }

    fn settle_reason(&mut self, id: JobId, reason: Reason, now: Time) {
        let job = &mut self.followed[id];
        let since = job.reason_since;
        let waited = now.since(since).0;
        job.reason_since = now;
        if job.started.is_some() {
            // Seconds after a requeue are summed apart.
            self.waiting_again += self.window.overlap(since, now);
            return;
        }
        if reason.is_limit() {
            job.limit_wait += waited;
        }
        let counts = job.asked.is_some_and(|asked| self.window.contains(asked));
        if counts && waited > 0 {
            *self.waiting.of(reason) += u64::from(waited);
        }
        if let Some(spans) = &mut self.spans
            && waited > 0
        {
            spans.waits.push(WaitSpan {
                job: id,
                reason,
                from: since,
                to: now,
                counts,
            });
        }
    }

    /// A job started; `last` is the reason it waited for until now.
    pub fn started(&mut self, id: JobId, last: Reason, request: &Request, on: &Allocation, now: Time) {
        self.settle_reason(id, last, now);
        self.record(id, Record::Started, now, on.nodes());
        let devices = on.devices(request, self.kinds.len());
        let job = &mut self.followed[id];
        job.holds = devices
            .iter()
            .zip(&self.kinds)
            .map(|(&count, &sevenths)| u64::from(count) * sevenths)
            .sum();
        job.running_since = Some(now);
        job.started.get_or_insert(now);
        if let Some(lines) = &mut self.lines {
            lines.started(id, on.devices_by_node(request, self.kinds.len()), now);
        }
    }

    /// A job ended by itself or at its limit; the first `kept` seconds of it count.
    pub fn ended(&mut self, id: JobId, spec: &JobSpec, kept: Span, now: Time) {
        self.record(id, Record::Ended, now, &[]);
        self.held(id, spec, kept, now);
        self.has_result(spec, kept, now);
        let job = &self.followed[id];
        self.freed += job.holds * self.window.overlap(now, now + spec.freed);
        if let Some(lines) = &mut self.lines {
            lines.ended(id, now);
        }
    }

    /// A run was broken off; what it did in the first `kept` seconds of it is saved.
    pub fn broken_off(&mut self, id: JobId, spec: &JobSpec, kept: Span, now: Time) {
        self.record(id, Record::BrokenOff, now, &[]);
        let lost = self.held(id, spec, kept, now);
        let idle = idle_part(spec, lost);
        self.busy.held_idle += idle;
        self.busy.lost -= idle;
        self.has_result(spec, kept, now);
        let job = &mut self.followed[id];
        job.running_since = None;
        job.reason_since = now;
        if let Some(lines) = &mut self.lines {
            lines.ended(id, now);
        }
    }

    /// Work that is done, and stays so.
    fn has_result(&mut self, spec: &JobSpec, kept: Span, now: Time) {
        if spec.worth == Worth::Result && self.window.contains(now) {
            self.work_done += u64::from(spec.request.gpus()) * u64::from(spec.worked(kept).0);
        }
    }

    /// Books the time that a job has held its GPUs, clipped to the window. Of its first `kept` seconds the work counts; all
    /// the rest is lost, and returned: restarts, writes, and work that is not saved.
    fn held(&mut self, id: JobId, spec: &JobSpec, kept: Span, until: Time) -> u64 {
        let Followed {
            running_since: Some(started),
            holds: gpus,
            ..
        } = self.followed[id]
        else {
            return 0;
        };
        let from = self.window.from.since(started);
        let to = until.min(self.window.to).since(started).max(from);
        let worked = spec.worked(kept.min(to).max(from)) - spec.worked(from);
        let worked = gpus * u64::from(worked.0);
        let rest = gpus * u64::from((to - from).0) - worked;
        let idle = idle_part(spec, worked);
        self.busy.held_idle += idle;
        self.busy.lost += rest;
        match spec.worth {
            Worth::Result => self.busy.useful += worked - idle,
            Worth::NoResult => self.busy.no_result += worked - idle,
            Worth::Lost => self.busy.lost += worked - idle,
            Worth::Filler => self.busy.filler += worked - idle,
        }
        rest
    }

    /// A job left while it waited for this reason, and starts elsewhere at this instant: its wait ends then.
    pub fn goes_elsewhere(&mut self, id: JobId, last: Reason, at: Time, now: Time) {
        self.settle_reason(id, last, now);
        self.record(id, Record::Elsewhere, now, &[]);
        self.settle_reason(id, Reason::MovingOut, at.min(self.window.to).max(now));
        self.followed[id].started = Some(at).filter(|&at| at < self.window.to);
        if let Some(lines) = &mut self.lines {
            lines.ended(id, now);
        }
    }

    /// What was done elsewhere in all.
    pub fn was_elsewhere(&mut self, outside: OutsideFigures, shared: SharedFigures) {
        (self.outside, self.shared) = (outside, shared);
    }

    /// What a service got in all.
    pub fn served(&mut self, figures: ServiceFigures) {
        self.busy.served = figures.met;
        self.busy.beyond_need = figures.beyond;
        self.service = figures;
    }

    /// Whether it matters which devices stand idle, and for whom.
    pub fn keeps_lines(&self) -> bool {
        self.lines.is_some()
    }

    /// After the last pass of an instant that wrote a record: the causes that hold from now on.
    pub fn idle_from_now(&mut self, claims: &[Claim], now: Time) {
        self.settle_idle(now);
        self.now_idle.clear();
        for claim in claims.iter().filter(|claim| claim.cause != Cause::Serving) {
            match self.now_idle.iter_mut().find(|(cause, _)| *cause == claim.cause) {
                Some((_, amount)) => {
                    *amount += self.kinds[usize::from(claim.kind)] * u64::from(claim.devices)
                }
                None => {
                    let amount = self.kinds[usize::from(claim.kind)] * u64::from(claim.devices);
                    self.now_idle.push((claim.cause, amount));
                }
            }
        }
        let by_limit = claims
            .iter()
            .filter(|c| c.cause.is_rule())
            .map(|c| c.devices)
            .sum();
        self.held_at_work.hold(by_limit, now);
        if let Some(lines) = &mut self.lines {
            lines.idle_from_now(claims, now);
        }
    }

    fn settle_idle(&mut self, now: Time) {
        let since = std::mem::replace(&mut self.idle_since, now);
        let span = self.window.overlap(since, now);
        if span > 0 {
            for &(cause, amount) in &self.now_idle {
                *self.idle.of(cause) += amount * span;
                if let Some(spans) = &mut self.spans {
                    spans.idle.push(CauseSpan {
                        cause,
                        sevenths: amount,
                        from: since,
                        to: now,
                    });
                }
            }
        }
    }

    /// Closes the books at the end of the simulation. `pending` and `running` are the jobs then waiting (with their
    /// reason) and running.
    pub fn finish(
        mut self,
        seed: u64,
        specs: &Table<JobId, JobSpec>,
        pending: &[(JobId, Reason)],
        running: &[JobId],
    ) -> SeedReport {
        let end = self.window.to;
        self.settle_idle(end);
        for &(id, reason) in pending {
            self.settle_reason(id, reason, end);
        }
        for &id in running {
            // What is not broken off counts as far as it has come.
            self.held(id, &specs[id], end.since(Time::ZERO), end);
        }
        let mut report = SeedReport {
            seed,
            digest: hex16(&std::mem::take(&mut self.hash).finalize()),
            capacity: self.capacity * u64::from(self.window.span().0),
            lost_to_the_cut: self.lost_to_the_cut * u64::from(self.window.span().0),
            waiting_again: self.waiting_again,
            refused: self.refused,
            demand_lost: self.demand_lost,
            busy: self.busy,
            idle: std::mem::take(&mut self.idle),
            waiting: std::mem::take(&mut self.waiting),
            work_done: self.work_done,
            freed: self.freed,
            service: self.service,
            shared: self.shared,
            outside: self.outside,
            ..SeedReport::default()
        };
        for class in Class::ALL {
            report.waits.insert(class, Waits::default());
        }
        self.waits(specs, &mut report);
        self.intents(specs, &mut report);
        let all_taken = self.all_taken(specs);
        report.complaints = Complaints {
            all_taken,
            not_allowed: self.held_at_work.finish(end),
        };
        report.timeline = self.lines.map(|lines| lines.finish(end));
        report.spans = self.spans;
        report
    }

    /// Waits by class and in all, and readiness.
    fn waits(&self, specs: &Table<JobId, JobSpec>, report: &mut SeedReport) {
        let mut ready = Readiness::default();
        for (id, spec) in specs.entries() {
            let job = &self.followed[id];
            let Some(asked) = job.asked.filter(|&asked| self.window.contains(asked)) else {
                continue;
            };
            let wait = job.until(self.window.to).since(asked);
            report.wait_total += u64::from(wait.0);
            // Nobody waits for what is done only to use up a quota.
            if spec.worth == Worth::Filler {
                continue;
            }
            let waits = report.waits.of(spec.class);
            report.submitted += 1;
            let small = matches!(spec.class, Class::Debug | Class::Interactive) && spec.segment == 0;
            let counts = small && at_work(asked);
            if counts {
                ready.asked += 1;
            }
            if job.started.is_some() {
                waits.started.push(wait.0);
                if counts {
                    ready.within_ten_minutes += u32::from(wait <= SOON);
                    ready.waits.started.push(wait.0);
                }
            } else {
                let gave_up = u32::from(job.left.is_some());
                report.still_waiting += 1 - gave_up;
                waits.given_up += gave_up;
                waits.unfinished.push(wait.0);
                if counts {
                    ready.waits.given_up += gave_up;
                    ready.waits.unfinished.push(wait.0);
                }
            }
        }
        report.waits.values_mut().for_each(sort);
        sort(&mut ready.waits);
        report.readiness = ready;
    }

    /// The wait of each intent over its segments. First segments are in order of intent; others come later.
    fn intents(&self, specs: &Table<JobId, JobSpec>, report: &mut SeedReport) {
        let rows = &mut report.intents;
        for (id, spec) in specs.entries() {
            let job = &self.followed[id];
            if spec.segment == 0 && job.asked.is_some_and(|asked| self.window.contains(asked)) {
                rows.push((spec.intent.0, 0, false));
                report.served += u32::from(job.started.is_some());
                report.given_up += u32::from(job.left.is_some());
            }
            if spec.segment == JobSpec::NO_SEGMENT {
                continue;
            }
            let row = match rows.last() {
                Some(last) if last.0 == spec.intent.0 => Ok(rows.len() - 1),
                Some(_) | None => rows.binary_search_by_key(&spec.intent.0, |row| row.0),
            };
            let Ok(row) = row.map(|at| &mut rows[at]) else {
                continue;
            };
            match job.asked {
                Some(asked) => {
                    row.1 += job.until(self.window.to).since(asked).0;
                    row.2 |= job.started.is_none();
                }
                None => row.2 = true,
            }
        }
    }

    /// Thousandths of ten-minute tests that waited more than ten minutes for other reasons than a limit.
    fn all_taken(&self, specs: &Table<JobId, JobSpec>) -> u32 {
        let (mut tests, mut waited) = (0u64, 0u64);
        for (id, spec) in specs.entries() {
            let job = &self.followed[id];
            let Some(asked) = job.asked.filter(|&asked| self.window.contains(asked)) else {
                continue;
            };
            if spec.class == Class::Debug {
                tests += 1;
                let wait = job.until(self.window.to).since(asked).0;
                waited += u64::from(wait.saturating_sub(job.limit_wait) > SOON.0);
            }
        }
        (waited * 1000).checked_div(tests).unwrap_or(0) as u32
    }
}

/// The share of an amount in which the GPU does nothing.
fn idle_part(spec: &JobSpec, amount: u64) -> u64 {
    amount * u64::from(spec.idle_per_mille.min(1000)) / 1000
}

fn sort(waits: &mut Waits) {
    order::sort(&mut waits.started);
    order::sort(&mut waits.unfinished);
}

/// The first 16 hex digits of a hash.
pub fn hex16(hash: &[u8]) -> String {
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
