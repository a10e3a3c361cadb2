//! `cargo xtask bench`: how fast the engine is, natively and as WebAssembly, what it needs, and how soon a page answers.
//!
//! A table, then one JSON object in the last line (`--json FILE` writes it to a file as well). Without words everything
//! is measured; with words only the parts (`engine`, `features`, `wasm`, `page`) or rows that these name. `--record`
//! appends the figures to the history. What the table means is told in `docs/speed.md`.
//!
//! Every row is measured in a process of its own, which this program starts as `--row NAME`, so that memory is that of
//! the row alone.

#[cfg(not(target_arch = "wasm32"))]
mod clusters;
#[cfg(not(target_arch = "wasm32"))]
mod features;
#[cfg(not(target_arch = "wasm32"))]
mod growth;
#[cfg(not(target_arch = "wasm32"))]
mod history;
#[cfg(not(target_arch = "wasm32"))]
mod measure;
#[cfg(not(target_arch = "wasm32"))]
mod page;
#[cfg(not(target_arch = "wasm32"))]
mod reference;
#[cfg(not(target_arch = "wasm32"))]
mod rows;
#[cfg(not(target_arch = "wasm32"))]
mod table;
#[cfg(not(target_arch = "wasm32"))]
mod traces;
#[cfg(not(target_arch = "wasm32"))]
mod wasm;

#[cfg(not(target_arch = "wasm32"))]
fn main() -> anyhow::Result<()> {
    table::main(&std::env::args().skip(1).collect::<Vec<_>>())
}

#[cfg(target_arch = "wasm32")]
fn main() {}
