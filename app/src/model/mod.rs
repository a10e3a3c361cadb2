//! What the live pages know, as plain Rust: no signals, no browser. Everything here is tested on the host.

pub mod draft;
pub mod runs;
