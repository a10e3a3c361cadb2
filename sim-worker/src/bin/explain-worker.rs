//! The explainer's worker, which a page loads when somebody first asks about a job. It answers one question at a time.

use sim_worker::{Explainer, attend};
use wasm_bindgen::JsCast as _;

fn main() {
    let mut explainer = Explainer::default();
    attend(js_sys::global().unchecked_into(), move |question| {
        explainer.answer(question)
    });
}
