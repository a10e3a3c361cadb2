//! People who react: a world whose jobs are pieces of work that somebody wanted.

use sim_core::engine::{Passes, Run};
use sim_core::ids::AccountId;
use sim_core::metrics::{Detail, SeedReport};
use sim_core::scenario::Persona;
use sim_core::units::Time;
use sim_core::workload::{Arrival, Class, Demand, Intent, Needs, Outcome, Person, WantedLimit};

use crate::world::World;

/// A run of a world that stands before its first instant, with an intent behind each job. Person `n` has persona
/// `personas[n]`, or the last of them. Intents save their state, but for those of [`Class::Cpubound`]; their whims differ.
pub fn start(world: &World, personas: &[Persona], passes: Passes, detail: Detail) -> Run {
    let checked = world
        .checked()
        .unwrap_or_else(|problems| panic!("this world cannot be: {problems:?}"));
    let person = |(user, &account): (usize, &u32)| Person {
        persona: personas[user.min(personas.len() - 1)],
        account: AccountId(account),
    };
    let intent = |(id, job): (usize, &sim_core::workload::JobSpec)| Intent {
        user: job.request.user,
        class: job.class,
        asked: match job.arrival {
            Arrival::At(at) => at,
            Arrival::After(_) => Time::ZERO,
        },
        gpus: job.request.gpus(),
        work: job.runtime * job.request.gpus(),
        outcome: Outcome::Completes,
        wanted: WantedLimit::Exactly(job.request.limit),
        checkpoints: job.class != Class::Cpubound,
        saving: job.saving,
        restart: job.restart,
        tries_again: false,
        used: job.runtime,
        dice: id as u64,
        idle_per_mille: job.idle_per_mille,
        array: job.request.array,
        needs: Needs::default(),
        opts_in: false,
        whim: 0x1234_5678_u32.wrapping_mul(id as u32 + 1),
    };
    let demand = Demand {
        people: world.people.iter().enumerate().map(person).collect(),
        intents: world.jobs.iter().enumerate().map(intent).collect(),
    };
    let specs = world.jobs.iter().cloned().collect();
    Run::of(&checked, 0, &demand, specs, world.window, detail, passes)
}

/// The same run to its end.
pub fn report(world: &World, personas: &[Persona], passes: Passes) -> SeedReport {
    let mut run = start(world, personas, passes, Detail::Timeline);
    while run.advance(u32::MAX) < 1.0 {}
    run.finish()
}
