//! The clerk's worker, which a page loads when somebody first asks for a policy in words or in Slurm's lines. It holds no
//! engine.

use sim_worker::{Clerk, attend};
use wasm_bindgen::JsCast as _;

fn main() {
    let mut clerk = Clerk::default();
    attend(js_sys::global().unchecked_into(), move |question| {
        clerk.answer(question)
    });
}
