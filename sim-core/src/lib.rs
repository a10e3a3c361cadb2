//! Trilemma's model: Slurm's scheduling logic as a deterministic simulation.
//!
//! Data walks one line: **scenario → workload → scheduler → events → metrics**. A [`scenario::Scenario`] says who has
//! what, who wants what and by which rules; [`workload`] makes people and their intents from it; [`sched`] decides;
//! [`engine`] moves the clock and writes records; [`metrics`] says what it meant.
//!
//! Nothing here knows a browser, a file or a clock. The same scenario and seed give the same records on every target.
//!
//! Module order, left to right; a module imports only from its left:
//! `order < units < ids < scenario < workload < reason < cluster < sched < metrics < engine`.

pub mod cluster;
pub mod engine;
pub mod ids;
pub mod metrics;
pub mod order;
pub mod reason;
pub mod scenario;
pub mod sched;
pub mod units;
pub mod workload;
