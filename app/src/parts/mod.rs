//! Small shared pieces over real HTML.

mod finding;
mod knob;
mod words;

pub use finding::{Finding, table};
pub use knob::KnobRow;
pub use words::sentence;
