//! Where the live parts of a page go: the agreement between the pages and the `app`.
//!
//! A page that has live parts names the app's files on `<html>`: `data-app` (JavaScript), `data-wasm`, `data-worker`,
//! `data-larger`, `data-explainer`, `data-clerk`, `data-builder` and `data-evidence` (the loaders of the worker that runs, of the larger one for what it has no room for, of the
//! one that explains, of the one that writes, of the one that builds set-ups and of the one that finds evidence, each with the hash of its build) and `data-root` (the way to the top of the site: `./`, `../`, `../../`), all relative to the page. `boot.js` imports `data-app` and calls its default export with `{ module_or_path: data-wasm }`. If that fails,
//! `<html>` gets the class `app-failed` and every `.app-note` is shown: the still, its caption and the tables stay.
//!
//! A page in another language names on `<html>` what `speak.js` needs: `data-words` (the words), `data-words-js` and
//! `data-words-wasm` (what says them), `data-words-routes` (the English pages that there are in its language). The app waits for it.
//!
//! The app looks for `[data-mount]` and replaces what is *inside* the element; until its first picture is ready it leaves
//! the inside alone, so that nothing moves. Style attributes in markup are forbidden by the page's content policy: set
//! custom properties through the DOM. Themes: `<html data-theme="light|dark">` if the reader chose one, else the system's;
//! `boot.js` sends `trilemma:theme` on `document` when it changes.
//!
//! | `data-mount` | page | attributes | what the app does |
//! |---|---|---|---|
//! | `home` | `/` | `data-home`: address of a file, postcard of [`figures::home::Home`]; `data-guess`: the number of a stop pressed before the app was there, or `show` | draws the picture on a canvas in `.hero-picture`; turns the guess stops into a slider after a guess or *Just show me*; swaps caption, meters, numbers and answer. The guess is kept on this device under `trilemma-guess:home` |
//! | `lab` | `/lab/` | `data-set-ups`: hex of `sim_worker::Brought::bytes` of the default preset; `data-more`: address of a file with those of all presets, fetched when somebody asks for another; `data-about`: address of a file that tells what each knob is about, fetched when somebody first asks; `data-clusters`: the inside of the `<select>` that chooses among them, with what the knobs act on in `data-acts` | the whole lab (markup and class names: head of `app/styles/lab.css`) |
//! | `sweep` | `/lab/sweep/` | `data-set-ups` and `data-more` as in the lab | an app of its own, named on `<html>` in the place of the other, fills `.sweep-top` with the form and `.sweep-below` with what is found, and takes `.sweep-still` away once there is something to see |
//! | `compare` | `/lab/compare/` | `data-set-ups` and `data-more` as in the lab | an app of its own fills `.beside-top` with form and list and `.beside-below` with what is found (markup: `figures::several`), and takes `.beside-still` away once there is a proposal |
//! | `embed` | `/embed/` | `data-set-ups` and `data-more` as in the lab | the same app: one view of the link in the frame's address, in place of `.embed-still`; it never writes into the address |
//! | `cluster` | `/lab/cluster/` | `data-set-ups` and `data-more` as in the lab | an app of its own, named on `<html>` in the place of the other, fills `.cluster-live` with the editor and takes `.cluster-still` away |
//!
//! What needs no WASM is done by `boot.js` alone, on every page:
//!
//! | attribute | what `boot.js` does |
//! |---|---|
//! | `data-theme-switch` on a button | light ↔ dark; forgotten again when it equals the system's |
//! | `data-predict=ID` | a guess: buttons `data-guess=LETTER`, `data-show`; on either, the content of `template[data-reveal=ID]` takes the place of `[data-cover=ID]`, once; the guess is kept under `trilemma-guess:ID` |
//! | `data-check` | buttons `data-answer`, each followed by `template[data-why]`; the reason is put into `.check-say` |
//! | `data-lesson=ROUTE` | marked as done on this device when its check question is answered right (`trilemma-done`) |
//! | `data-done=ROUTE` | shown as done in lists |
//! | `data-copy` on a button | the text of the element right after it is copied |
//! | `data-forget` on a button | everything this site keeps on this device is removed |
//!
//! Every key kept on the device begins with `trilemma-`.

/// The home page's live part.
pub const HOME: &str = "home";
/// The lab.
pub const LAB: &str = "lab";
/// The page that sweeps.
pub const SWEEP: &str = "sweep";
/// The page that compares.
pub const COMPARE: &str = "compare";
/// The frame for other sites.
pub const EMBED: &str = "embed";
/// The page that edits a cluster.
pub const CLUSTER: &str = "cluster";
