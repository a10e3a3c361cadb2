//! Drawing on the page: the canvas ink, the canvas that keeps its drawing sharp and current, and the queue that keeps
//! each drawing in a task of its own.

mod drawing;
mod ink;
mod queue;

pub use drawing::{Picture, Sheet, drawing, sign};
pub use ink::CanvasInk;
