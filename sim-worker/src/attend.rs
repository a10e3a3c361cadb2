//! The worker's side of a conversation in questions and answers: one at a time, or at length.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent};

use crate::{Answer, Evidence, PROTOCOL, Question, decode, encode};

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

/// The same where answers come bit by bit: between two slices of work it listens, so that another question is heard at once.
pub fn attend_at_length(scope: DedicatedWorkerGlobalScope, evidence: Evidence) {
    let channel = MessageChannel::new().expect("workers have message channels");
    let next = channel.port2();
    let evidence = Rc::new(RefCell::new(evidence));
    let (working, speaker, again) = (Rc::clone(&evidence), scope.clone(), next.clone());
    let on_slice = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
        let mut evidence = working.borrow_mut();
        if let Some(answer) = evidence.work() {
            say(&speaker, &answer);
        }
        if evidence.has_work() {
            again.post_message(&JsValue::NULL).ok();
        }
    });
    channel
        .port1()
        .set_onmessage(Some(on_slice.as_ref().unchecked_ref()));
    on_slice.forget();
    let speaker = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(question) = decode(&Uint8Array::new(&event.data()).to_vec()) else {
            return;
        };
        let mut evidence = evidence.borrow_mut();
        // One slice is on its way already while there is work.
        let was_at_work = evidence.has_work();
        if let Some(answer) = evidence.hear(question) {
            say(&speaker, &answer);
        }
        if evidence.has_work() && !was_at_work {
            next.post_message(&JsValue::NULL).ok();
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
