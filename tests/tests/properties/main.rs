//! What holds in every world, however odd: random small clusters, policies and submissions, and a few whole years.

mod causes;
mod consent;
mod easy;
mod facts;
mod invariants;
mod passes;
mod reactions;
mod service;
mod walk;
mod wild;
mod work;
mod worlds;

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use tests::brief::brief;
use tests::world::World;

/// Tries a property on so many worlds of a kind; ten times as many with `TRILEMMA_ALL=1`.
fn in_every(
    kind: impl proptest::strategy::Strategy<Value = World>,
    worlds: u32,
    holds: impl Fn(&World) -> Result<(), TestCaseError>,
) {
    let cases = if everything() { worlds * 10 } else { worlds };
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    match runner.run(&kind, |world| holds(&world)) {
        Ok(()) => {}
        Err(TestError::Fail(why, world)) => panic!("{why}\nin the smallest such world:\n{}", brief(&world)),
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// Whether the long way was asked for.
fn everything() -> bool {
    std::env::var("TRILEMMA_ALL").is_ok_and(|value| value == "1")
}
