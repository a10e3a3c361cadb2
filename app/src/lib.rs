//! The live parts of the site: figures and the lab, mounted into marked places of the pages.
//!
//! A page stands without this: text, tables and stills are in its HTML. This code finds the places marked with
//! `data-mount`, and brings each to life. Three layers, one direction: `model` is plain Rust and knows no browser;
//! `session`, `inquiry` and `clerk` join it to signals, workers and the address bar; `lab`, `home`, `parts` and `plot` show. `sweep` is the live part of
//! another page and belongs to a program of its own, `bin/sweep`: the lab loads nothing of it. So does `cluster`, which alone
//! knows scenarios and needs no signals.
//!
//! The reactive part is Leptos's: each place is a Leptos root with its own owner, signals and effects. The markup is
//! not written with its view macro but as texts with named places (`parts::Piece`): the macro compiles every element
//! anew, and the same lab took a quarter more WASM than the budget allows.

mod browser;
mod builder;
mod clerk;
mod inquiry;
mod model;
mod mount;
mod parts;
mod plot;
mod session;
mod storage;
mod teller;

mod cluster;
mod home;
mod lab;
mod sweep;

pub use cluster::start as start_cluster;
pub use mount::start;
pub use sweep::start as start_sweep;
