//! Starts the live part of the page that sweeps: an app of its own, so that the lab's stays small.

fn main() {
    console_error_panic_hook::set_once();
    app::start_sweep();
}
