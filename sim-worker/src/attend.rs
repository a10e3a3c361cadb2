//! The worker's side of a conversation in questions and answers, one at a time.

use std::cell::RefCell;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::{Answer, PROTOCOL, Question, decode, encode};

/// Says that it listens, and answers every question for as long as the worker lives.
pub fn attend(scope: DedicatedWorkerGlobalScope, answer: impl FnMut(Question) -> Option<Answer> + 'static) {
    let answer = RefCell::new(answer);
    let speaker = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let question = decode(&Uint8Array::new(&event.data()).to_vec());
        if let Some(answer) = question.and_then(|question| answer.borrow_mut()(question)) {
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
