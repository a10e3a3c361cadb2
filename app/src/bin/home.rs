//! Starts the live part of the home page: an app of its own, so that the lab's stays small and the first page's smaller.

fn main() {
    console_error_panic_hook::set_once();
    app::start_home();
}
