//! Small shared pieces over real HTML.

mod finding;
mod key;
mod knob;
mod words;

pub use finding::{Finding, table};
pub use key::{CauseKey, KindKey};
pub use knob::KnobRow;
pub use words::sentence;
