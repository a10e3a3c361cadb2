//! The explainer's worker, which a page loads when somebody first asks about a job. It answers one question at a time.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use sim_worker::{Answer, Explainer, PROTOCOL, decode, encode};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn main() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let explainer = RefCell::new(Explainer::default());
    let speaker = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let question = decode(&Uint8Array::new(&event.data()).to_vec());
        if let Some(answer) = question.and_then(|question| explainer.borrow_mut().answer(question)) {
            say(&speaker, &answer);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    say(&scope, &Answer::Ready { protocol: PROTOCOL });
}

fn say(scope: &DedicatedWorkerGlobalScope, answer: &Answer) {
    let bytes = Uint8Array::from(encode(answer).as_slice());
    let said = scope.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    debug_assert!(said.is_ok(), "bytes can be posted");
}
