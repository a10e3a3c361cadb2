//! The larger worker, with all of the engine: it runs what the one that every visit loads has no room for. A page loads it
//! when somebody first asks for that.

use sim_core::engine::Run;
use wasm_bindgen::JsCast as _;

fn main() {
    sim_worker::serve(
        js_sys::global().unchecked_into(),
        |checked, seed, detail, stop_after_days| Some(Run::new(checked, seed, detail, stop_after_days)),
    );
}
