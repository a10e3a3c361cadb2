//! Small shared pieces over real HTML.

mod erased;
mod key;
mod knob;
mod words;

pub use erased::{Flag, Said, flag, say, yes_no};
pub use key::{cause_key, kind_key};
pub use knob::knob_row;
pub use words::{behind_a_word, sentence, table};
