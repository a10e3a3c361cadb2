//! Starts the live part of the page that compares, and of the frame for other sites: an app of its own, so that the lab's
//! stays small.

fn main() {
    console_error_panic_hook::set_once();
    app::start_compare();
}
