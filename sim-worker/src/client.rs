//! The page's side: one worker, spoken to in messages. It queues what is sent before the worker listens.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};

use crate::{Answer, PROTOCOL, Reply, Request, decode, encode};

/// A message of a worker.
pub trait Said: for<'de> Deserialize<'de> {
    /// The number of its messages, if this is how it says that it listens.
    fn protocol(&self) -> Option<u32>;
}

impl Said for Reply {
    fn protocol(&self) -> Option<u32> {
        match self {
            Reply::Ready { protocol } => Some(*protocol),
            Reply::Begun { .. }
            | Reply::Progress { .. }
            | Reply::Finished { .. }
            | Reply::Rejected { .. }
            | Reply::Elsewhere { .. } => None,
        }
    }
}

impl Said for Answer {
    fn protocol(&self) -> Option<u32> {
        match self {
            Answer::Ready { protocol } => Some(*protocol),
            Answer::Told { .. }
            | Answer::Written { .. }
            | Answer::Opened { .. }
            | Answer::Rejected { .. } => None,
        }
    }
}

/// What the page hears from one worker.
#[derive(Clone, PartialEq, Debug)]
pub enum Heard<A = Reply> {
    /// A message.
    Reply(A),
    /// The worker broke down and says nothing more: drop the client and spawn another.
    Crashed {
        /// What the browser says about it; empty if the file could not be loaded.
        message: String,
    },
    /// The worker comes from another build: only a reload helps.
    OtherVersion,
}

/// One worker. Dropping it ends the worker at once.
pub struct Client<Q = Request> {
    worker: Worker,
    /// What waits for the worker to be ready; `None` once it is.
    queue: Rc<RefCell<Option<Vec<Q>>>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl<Q: Serialize + 'static> Client<Q> {
    /// Starts the worker whose loader is at `url`; `heard` is told everything that comes from it.
    ///
    /// # Errors
    /// The browser's words, if it has no workers or does not allow this one.
    pub fn spawn<A: Said>(url: &str, heard: impl Fn(Heard<A>) + 'static) -> Result<Client<Q>, String> {
        let worker = Worker::new(url).map_err(|error| words_of(&error))?;
        let queue = Rc::new(RefCell::new(Some(Vec::new())));
        let heard = Rc::new(heard);
        let on_message = {
            let (worker, queue, heard) = (worker.clone(), Rc::clone(&queue), Rc::clone(&heard));
            Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
                let bytes = Uint8Array::new(&event.data()).to_vec();
                let Some(said) = decode::<A>(&bytes) else {
                    return heard(Heard::OtherVersion);
                };
                match said.protocol() {
                    Some(PROTOCOL) => {
                        let waiting: Vec<Q> = queue.borrow_mut().take().unwrap_or_default();
                        waiting.iter().for_each(|request| post(&worker, &encode(request)));
                        heard(Heard::Reply(said));
                    }
                    Some(_) => heard(Heard::OtherVersion),
                    None => heard(Heard::Reply(said)),
                }
            })
        };
        let on_error = Closure::<dyn FnMut(ErrorEvent)>::new(move |event: ErrorEvent| {
            event.prevent_default();
            // A file that cannot be loaded fires a plain `Event`, which has no message.
            heard(Heard::Crashed {
                message: words_of(&event),
            });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Client {
            worker,
            queue,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    /// Sends now, or as soon as the worker listens.
    pub fn send(&self, request: Q) {
        match self.queue.borrow_mut().as_mut() {
            Some(queue) => queue.push(request),
            None => post(&self.worker, &encode(&request)),
        }
    }
}

impl<Q> Drop for Client<Q> {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// Hands the bytes over without copying them twice.
fn post(worker: &Worker, message: &[u8]) {
    let bytes = Uint8Array::from(message);
    let sent = worker.post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
    // Posting fails only for values that cannot be cloned, and bytes can.
    debug_assert!(sent.is_ok(), "bytes can be posted");
}

/// What the browser says about an error.
fn words_of(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok();
    message.and_then(|text| text.as_string()).unwrap_or_default()
}
