//! The worker that finds the evidence beneath an answer, which a page loads when somebody first asks for it. It has all of the
//! engine, and draws.

use sim_worker::Evidence;
use wasm_bindgen::JsCast as _;

fn main() {
    sim_worker::attend_at_length(js_sys::global().unchecked_into(), Evidence::default());
}
