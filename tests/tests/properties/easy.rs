//! EASY on random pools: the head of the queue is never late, whatever slips past it and however wrong estimates are.

use proptest::prelude::*;
use sim_core::engine::Passes;
use sim_core::metrics::Detail;
use sim_core::units::Time;
use tests::easy::{Ran, late_heads};
use tests::world::World;

use super::{in_every, worlds};

/// Jobs in the order of the queue: by submission, then id; with those that never started as if they had at the end.
fn ran(world: &World) -> Vec<Ran> {
    let mut run = world.start(Passes::WhereNeeded, Detail::Summary);
    while run.advance(u32::MAX) < 1.0 {}
    let mut jobs: Vec<(Time, Ran)> = run
        .cluster()
        .jobs
        .iter()
        .zip(&world.jobs)
        .filter(|(job, _)| job.left_queue())
        .map(|(job, spec)| {
            let ran = Ran {
                submit: job.eligible.0.into(),
                start: job.started.0.into(),
                run: spec.runtime.0.into(),
                estimate: spec.request.limit.0.into(),
                procs: spec.request.gpus().into(),
            };
            (job.eligible, ran)
        })
        .collect();
    jobs.sort_by_key(|&(eligible, _)| eligible);
    jobs.into_iter().map(|(_, ran)| ran).collect()
}

#[test]
fn no_head_of_the_queue_starts_after_its_shadow_time() {
    in_every(worlds::pool(40), 1_000, |world| {
        let mut world = world.clone();
        world.window.to = Time(40 * 86_400);
        let procs = u64::from(world.scenario.cluster.gpus());
        let jobs = ran(&world);
        prop_assert_eq!(jobs.len(), world.jobs.len(), "everybody starts");
        prop_assert_eq!(late_heads(&jobs, procs), Vec::<usize>::new());
        // With exact estimates too.
        world
            .jobs
            .iter_mut()
            .for_each(|job| job.runtime = job.request.limit);
        prop_assert_eq!(late_heads(&ran(&world), procs), Vec::<usize>::new());
        Ok(())
    });
}
