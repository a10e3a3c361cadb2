//! The live parts of the site: figures and the lab, mounted into marked places of the pages.
//!
//! A page stands without this: text, tables and stills are in its HTML. This code finds the places marked with
//! `data-mount`, and brings each to life. Three layers, one direction: `model` is plain Rust and knows no browser;
//! `session`, `inquiry` and `clerk` join it to signals, workers and the address bar; `lab`, `parts` and `plot` show. `sweep`,
//! `compare`, `cluster` and `home` are the live parts of other pages and belong to programs of their own in `bin`: the lab loads nothing of
//! them. `cluster` alone knows scenarios, and needs no signals.
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
mod pool;
mod session;
mod storage;
mod teller;

mod cluster;
mod compare;
mod home;
mod lab;
mod sweep;

pub use cluster::start as start_cluster;
pub use compare::start as start_compare;
pub use sweep::start as start_sweep;

/// Brings the lab to life.
pub fn start() {
    mount::start("lab", lab::mount);
}

/// Brings the home page to life.
pub fn start_home() {
    mount::start("home", home::mount);
}
