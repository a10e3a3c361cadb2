//! What the findings show: two reports over the same seeds, their comparison, and how far it reaches.

use std::sync::Arc;

use figures::view;
use sim_core::metrics::{Comparison, Report, SeedReport, Simplicity, Timeline};

use super::runs::{Runs, Stage};

/// Everything the findings of the lab are drawn from. Both reports hold the same seeds, kinds folded.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    /// The baseline's runs.
    pub baseline: Report,
    /// The proposal's runs.
    pub proposal: Report,
    /// The two, seed by seed.
    pub comparison: Comparison,
    /// The first days of the first seed: baseline, proposal.
    pub pictures: [Arc<SeedReport>; 2],
    /// How far it reaches.
    pub stage: Stage,
}

impl Shown {
    /// What is known of the wanted pair, with what each side asks people to know; `None` before the first look.
    pub fn of(runs: &Runs, simplicity: [Simplicity; 2]) -> Option<Shown> {
        let pictures = runs.look()?;
        let stage = runs.stage();
        let pairs = match stage {
            Stage::Waiting => return None,
            Stage::Look => vec![pictures.clone()],
            Stage::Some(_) | Stage::All => runs.pairs(),
        };
        let [base_simple, proposal_simple] = simplicity;
        let baseline = report(pairs.iter().map(|pair| &pair[0]), base_simple);
        let proposal = report(pairs.iter().map(|pair| &pair[1]), proposal_simple);
        let comparison = sim_core::metrics::compare(&baseline, &proposal);
        Some(Shown { baseline, proposal, comparison, pictures, stage })
    }

    /// Runs behind it, on each side.
    pub fn runs(&self) -> usize {
        self.proposal.seeds.len()
    }

    /// The picture's data of the baseline.
    pub fn baseline_picture(&self) -> Option<&Timeline> {
        self.pictures[0].timeline.as_ref()
    }

    /// The picture's data of the proposal.
    pub fn proposal_picture(&self) -> Option<&Timeline> {
        self.pictures[1].timeline.as_ref()
    }
}

/// One side, folded into the kinds on show.
fn report<'a>(seeds: impl Iterator<Item = &'a Arc<SeedReport>>, simplicity: Simplicity) -> Report {
    let seeds = seeds.map(|seed| {
        // The raster stays where it is: copying it for every new run would be most of the work.
        let one = Report { seeds: vec![without_picture(seed)], simplicity: Simplicity::default() };
        view::shown(&one).seeds
    });
    Report { seeds: seeds.flatten().collect(), simplicity }
}

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
        ..*seed
    }
}
