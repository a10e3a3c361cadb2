//! The catalogue in the browser: `speak.js` asks it for every text that an app puts onto the page.

#[cfg(target_arch = "wasm32")]
mod browser {
    use wasm_bindgen::prelude::*;
    use words::{Catalogue, Said};

    /// A catalogue that scripts can ask.
    #[wasm_bindgen]
    pub struct Words(Catalogue);

    #[wasm_bindgen]
    impl Words {
        /// Of the lines that the page maker wrote.
        #[wasm_bindgen(constructor)]
        pub fn new(lines: &str) -> Result<Words, JsError> {
            let read = Catalogue::read(lines);
            read.map(Words)
                .map_err(|wrong| JsError::new(&format!("`{}`: {}", wrong.0, wrong.1)))
        }

        /// The text in its language, as far as it is known; nothing where it stays as it is.
        pub fn say(&self, text: &str) -> Option<String> {
            match self.0.say(text) {
                Said::Known(said) | Said::Partly(said) => Some(said),
                Said::Same | Said::Unknown => None,
            }
        }

        /// Whether all of the text is known, or needs no words.
        pub fn knows(&self, text: &str) -> bool {
            matches!(self.0.say(text), Said::Known(_) | Said::Same)
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this is a program for browsers; `cargo xtask build` builds it into the site");
}
