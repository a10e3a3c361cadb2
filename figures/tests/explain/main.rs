//! A job held by each kind of reason, in the words that people read; and counterfactuals against real runs.

#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod instead;
mod limits;
mod numbers;
mod reasons;
mod resources;
mod scene;
mod sentences;
#[allow(
    dead_code,
    reason = "the worlds of the other tests, not all of which are met here"
)]
#[path = "../../../tests/src/world.rs"]
mod world;
