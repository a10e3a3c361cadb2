//! What the live pages know, as plain Rust: no signals, no browser. Everything here is tested on the host.

pub mod address;
pub mod asking;
pub mod beside;
pub mod draft;
pub mod markdown;
pub mod receipt;
pub mod rules;
pub mod runs;
pub mod shown;
pub mod sweeping;
pub mod wish;
