//! The worker that every visit to the lab loads: it runs whatever is plain, and leaves the rest to the larger one.

use sim_core::engine::Run;
use wasm_bindgen::JsCast as _;

fn main() {
    sim_worker::serve(
        js_sys::global().unchecked_into(),
        |checked, seed, detail, stop_after_days| {
            let plain = checked.scenario().is_plain();
            plain.then(|| Run::plain(checked, seed, detail, stop_after_days))
        },
    );
}
