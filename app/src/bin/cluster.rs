//! Starts the live part of the page that edits a cluster: an app of its own, which the lab does not load.

fn main() {
    console_error_panic_hook::set_once();
    app::start_cluster();
}
