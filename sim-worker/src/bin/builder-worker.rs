//! The builder's worker, which a page loads when a link changes more of a cluster than knobs say, or somebody opens a scenario
//! file. It can check a whole scenario, and holds no engine.

use sim_worker::{Builder, attend};
use wasm_bindgen::JsCast as _;

fn main() {
    let mut builder = Builder::default();
    attend(js_sys::global().unchecked_into(), move |question| {
        builder.answer(question)
    });
}
