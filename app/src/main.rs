//! Starts the live parts of a page.

fn main() {
    console_error_panic_hook::set_once();
    app::start();
}
