//! The worker that runs a text on the reader's cluster, which a lesson or guide loads when a cluster is chosen.
//!
//! It speaks plain objects with `here.js`. It says `{ ready }` first. With `{ setUps, asked, answer, seeds }` it runs an answer
//! to the exercise, and says `{ verdict: { met, gamed, reached } }`, where `reached` are triples of words, what was measured and
//! whether it will do. With `{ setUps, asked, choice, seeds }` it begins, and
//! answers `{ name, facts, items, runs }` or `{ problem }`; then `{ item }`, and answers `{ run }` after each run and
//! `{ told: { id, figure, holds, asked, html, numbers } }` at the end. Facts and numbers are pairs of a name and words.

#[cfg(target_arch = "wasm32")]
fn main() {
    browser::listen();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this is a program for browsers; `cargo xtask build` builds it into the site");
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use claims::{Asked, Elsewhere, Numbers};
    use js_sys::{Array, Object, Reflect, Uint8Array};
    use sim_core::scenario::Scenario;
    use sim_worker::{Brought, SetUps};
    use wasm_bindgen::closure::Closure;
    use wasm_bindgen::{JsCast as _, JsValue};
    use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

    /// A text and the cluster that it is asked of.
    struct Session {
        asked: Asked,
        elsewhere: Elsewhere<'static>,
    }

    /// Hears until the page ends the worker.
    pub fn listen() {
        let mut session = None;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let said = event.data();
            match get(&said, "item").as_f64() {
                Some(item) => tell(session.as_ref(), item as usize),
                None if get(&said, "answer").is_string() => match judge(&said) {
                    Ok(verdict) => say(&[("verdict", verdict)]),
                    Err(problem) => say(&[("problem", JsValue::from(problem))]),
                },
                None => match begin(&said) {
                    Ok(begun) => session = Some(begun),
                    Err(problem) => say(&[("problem", JsValue::from(problem))]),
                },
            }
        });
        scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        say(&[("ready", JsValue::TRUE)]);
    }

    /// What the text asks, the presets, and how many seeds.
    fn brought(said: &JsValue) -> Result<(Asked, Vec<Scenario>, u32), String> {
        let bytes = |key| Uint8Array::new(&get(said, key)).to_vec();
        let damaged = || String::from("a file of this page is damaged; reload the page");
        let asked: Asked = postcard::from_bytes(&bytes("asked")).map_err(|_| damaged())?;
        let brought = Brought::of(&bytes("setUps")).ok_or_else(damaged)?;
        let set_ups = SetUps::of(&brought.sealed);
        let presets: Vec<Scenario> = set_ups.all().iter().map(|it| it.scenario().clone()).collect();
        if presets.is_empty() {
            return Err(damaged());
        }
        let seeds = get(said, "seeds").as_f64().unwrap_or(1.0).max(1.0) as u32;
        Ok((asked, presets, seeds))
    }

    /// Tells the page of a run.
    fn ran() {
        say(&[("run", JsValue::TRUE)]);
    }

    fn judge(said: &JsValue) -> Result<JsValue, String> {
        let (asked, presets, seeds) = brought(said)?;
        let goal = asked
            .goal
            .ok_or("this page has no exercise that can be run; reload the page")?;
        let told = |problem| format!("{problem:#}");
        let elsewhere = Elsewhere::new(&presets, &goal.from, seeds, &ran).map_err(told)?;
        let link = get(said, "answer").as_string().unwrap_or_default();
        let verdict = claims::answer(&goal, &link, &presets, &elsewhere, seeds).map_err(told)?;
        let reached = Array::new();
        for it in &verdict.reached {
            reached.push(&Array::of3(
                &JsValue::from(&it.says),
                &JsValue::from(&it.measured),
                &it.met.into(),
            ));
        }
        let gamed: Array = verdict.gamed.iter().map(JsValue::from).collect();
        Ok(object(&[
            ("met", verdict.is_met().into()),
            ("gamed", gamed.into()),
            ("reached", reached.into()),
        ]))
    }

    fn begin(said: &JsValue) -> Result<Session, String> {
        let (asked, presets, seeds) = brought(said)?;
        let choice = get(said, "choice").as_string().unwrap_or_default();
        let elsewhere =
            Elsewhere::new(&presets, &choice, seeds, &ran).map_err(|problem| format!("{problem:#}"))?;
        say(&[
            ("name", elsewhere.name().into()),
            ("facts", pairs(&elsewhere.facts())),
            ("items", JsValue::from(asked.items() as u32)),
            ("runs", JsValue::from(asked.runs(seeds))),
        ]);
        Ok(Session { asked, elsewhere })
    }

    fn tell(session: Option<&Session>, item: usize) {
        let told = session.map(|session| session.elsewhere.tell(&session.asked, item));
        let Some(Ok(told)) = told else {
            let problem = "this page asked for what it does not have; reload the page";
            return say(&[("problem", problem.into())]);
        };
        let about = object(&[
            ("id", told.id.into()),
            ("figure", told.is_figure.into()),
            ("holds", told.holds.into()),
            ("asked", told.asked.into()),
            ("html", told.html.into()),
            ("numbers", pairs(&told.numbers)),
        ]);
        say(&[("told", about)]);
    }

    fn pairs(numbers: &Numbers) -> JsValue {
        let pairs = Array::new();
        for (name, words) in numbers {
            pairs.push(&Array::of2(&JsValue::from(name), &JsValue::from(words)));
        }
        pairs.into()
    }

    fn object(fields: &[(&str, JsValue)]) -> JsValue {
        let object = Object::new();
        for (key, value) in fields {
            let set = Reflect::set(&object, &JsValue::from(*key), value);
            debug_assert!(set.is_ok(), "a new object takes every field");
        }
        object.into()
    }

    fn get(object: &JsValue, key: &str) -> JsValue {
        Reflect::get(object, &JsValue::from(key)).unwrap_or(JsValue::UNDEFINED)
    }

    fn say(fields: &[(&str, JsValue)]) {
        let said = scope().post_message(&object(fields));
        debug_assert!(said.is_ok(), "words and numbers can be posted");
    }

    fn scope() -> DedicatedWorkerGlobalScope {
        js_sys::global().unchecked_into()
    }
}
