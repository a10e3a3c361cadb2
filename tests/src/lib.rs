//! Whatever needs more than one crate: stories, properties, goldens, browser journeys.
//!
//! A [`world::World`] is a scenario with hand-picked submissions; [`watch::Watch`] runs one and tells what changed at
//! each instant; [`story`] reads a world from a few lines of text and tells its run in words.

pub mod brief;
#[cfg(not(target_arch = "wasm32"))]
pub mod browser;
pub mod easy;
pub mod forced;
pub mod goldens;
pub mod people;
pub mod story;
pub mod watch;
pub mod world;
