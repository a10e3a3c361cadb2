//! Small shared pieces over real HTML.

mod key;
mod knob;
mod piece;
mod walk;
mod words;

pub use key::{cause_key, kind_key};
pub use knob::knob_row;
pub use piece::{Piece, effect};
pub use walk::walk;
pub use words::{behind_a_word, sentence, table};
