//! What the findings show: two reports over the same seeds, and every word and number that is said of them.
//!
//! All of it is made here, once per answer; the views only place it.

use std::sync::Arc;

use figures::answer::{self, Part};
use figures::figure::Figure;
use figures::idle;
use figures::kind::Kind;
use figures::raster::{self, Look, Size};
use figures::table::{self, Corner, KindRow};
use figures::{ecdf, view};
use sim_core::metrics::{Report, SeedReport, Simplicity, Timeline};

use super::runs::{LOOK_DAYS, Runs, Stage};

/// The answer while both sides are one and the same.
const BOTH_SAME: &str = "Both sides are the same. Turn a knob to see who waits.";

/// Which of the two policies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// What is compared against.
    Baseline,
    /// What is proposed.
    Proposal,
}

/// The mirror pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mirror {
    /// Why jobs wait.
    Waiting,
    /// Why GPUs stand idle.
    Idle,
}

/// One small multiple: the waits of a kind.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// Its words.
    pub figure: Figure,
    /// Its caption in three stretches, the middle one strong.
    pub caption: [String; 3],
    /// Jobs of the kind in the middle run.
    pub asked: u64,
}

/// Everything the findings of the lab are drawn from. Both reports hold the same seeds, kinds folded.
#[derive(Debug)]
pub struct Shown {
    /// The baseline's runs.
    pub baseline: Report,
    /// The proposal's runs.
    pub proposal: Report,
    /// How far it reaches.
    pub stage: Stage,
    /// The answer.
    pub answer: Vec<Part>,
    /// The table by kind.
    pub rows: Vec<KindRow>,
    /// Use, readiness, simplicity.
    pub corners: Vec<Corner>,
    /// Why jobs wait.
    pub waiting: Figure,
    /// Why GPUs stand idle.
    pub idle: Figure,
    /// Waits by kind, in the order of tables.
    pub curves: Vec<Curve>,
    /// The words of the timetable: baseline, proposal.
    timetables: [Option<Figure>; 2],
    /// The first days of the first seed: baseline, proposal.
    pictures: [Arc<SeedReport>; 2],
}

impl Shown {
    /// What is known of the wanted pair; `None` before the first look.
    pub fn of(runs: &Runs) -> Option<Shown> {
        let pictures = runs.look()?;
        let stage = runs.stage();
        let pairs = match stage {
            Stage::Waiting => return None,
            Stage::Look => vec![pictures.clone()],
            Stage::Some(_) | Stage::All => runs.pairs(),
        };
        let [base_rules, rules] = runs.in_force();
        let baseline = report(pairs.iter().map(|pair| &pair[0]), base_rules?.simplicity.clone());
        let proposal = report(pairs.iter().map(|pair| &pair[1]), rules?.simplicity.clone());
        let comparison = sim_core::metrics::compare(&baseline, &proposal);
        let (base, prop) = (&baseline, &proposal);
        let curve = |kind| Curve {
            figure: ecdf::figure(kind, base, prop),
            caption: ecdf::caption(kind, base, prop),
            asked: view::asked(prop, kind),
        };
        // A run that is looked up for both sides is one run: there is one policy.
        let answer = if Arc::ptr_eq(&pictures[0], &pictures[1]) {
            vec![Part::plain(BOTH_SAME)]
        } else {
            answer::answer(&comparison, base, prop)
        };
        Some(Shown {
            answer,
            rows: table::kinds(&comparison, base, prop),
            corners: table::corners(&comparison, base, prop),
            waiting: idle::waiting(base, prop),
            idle: idle::idle(base, prop),
            curves: Kind::SHOWN.into_iter().map(curve).collect(),
            timetables: pictures
                .each_ref()
                .map(|seed| seed.timeline.as_ref().map(timetable)),
            stage,
            pictures,
            baseline,
            proposal,
        })
    }

    /// Runs behind it, on each side.
    pub fn runs(&self) -> usize {
        self.proposal.seeds.len()
    }

    /// The row of a kind, if anybody asked for it.
    pub fn row(&self, kind: Kind) -> Option<&KindRow> {
        self.rows.iter().find(|row| row.kind == kind)
    }

    /// The words of a mirror picture.
    pub fn mirror(&self, which: Mirror) -> &Figure {
        match which {
            Mirror::Waiting => &self.waiting,
            Mirror::Idle => &self.idle,
        }
    }

    /// The curve of a kind.
    pub fn curve(&self, kind: Kind) -> Option<&Curve> {
        let at = Kind::SHOWN.iter().position(|&shown| shown == kind)?;
        self.curves.get(at)
    }

    /// The timetable's data.
    pub fn timeline(&self, side: Side) -> Option<&Timeline> {
        self.picture(side).timeline.as_ref()
    }

    /// The words of the timetable.
    pub fn timetable(&self, side: Side) -> Option<&Figure> {
        match side {
            Side::Baseline => self.timetables[0].as_ref(),
            Side::Proposal => self.timetables[1].as_ref(),
        }
    }

    /// A name for the timetable's data: another picture has another.
    pub fn picture_name(&self, side: Side) -> usize {
        Arc::as_ptr(self.picture(side)) as usize
    }

    fn picture(&self, side: Side) -> &Arc<SeedReport> {
        match side {
            Side::Baseline => &self.pictures[0],
            Side::Proposal => &self.pictures[1],
        }
    }
}

/// The words of a picture; they do not depend on its size.
fn timetable(timeline: &Timeline) -> Figure {
    raster::figure(timeline, &Look::first_days(timeline, LOOK_DAYS, Size::Desktop))
}

/// One side, folded into the kinds on show.
fn report<'a>(seeds: impl Iterator<Item = &'a Arc<SeedReport>>, simplicity: Simplicity) -> Report {
    let seeds = seeds.map(|seed| without_picture(seed)).collect();
    view::shown(&Report { seeds, simplicity })
}

/// The raster stays where it is: copying it for every new run would be most of the work.
fn without_picture(seed: &SeedReport) -> SeedReport {
    SeedReport {
        seed: seed.seed,
        digest: seed.digest.clone(),
        idle: seed.idle.clone(),
        waiting: seed.waiting.clone(),
        waits: seed.waits.clone(),
        readiness: seed.readiness.clone(),
        intents: Vec::new(),
        timeline: None,
        spans: None,
        ..*seed
    }
}
