//! The worker's side of runs: it runs in slices, tells how far it is, and listens between slices, so that a cancel or a
//! newer run is heard within one slice.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Date, Uint8Array};
use sim_core::engine::Run;
use sim_core::metrics::Detail;
use sim_core::scenario::Checked;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, MessagePort};

use crate::{PROTOCOL, Reply, Request, RunId, SetUps, decode, encode};

/// How a worker begins the run of a seed, and how much it measures; `None`: it has no room for what such a run needs.
pub type Begin = fn(&Checked, u64, Detail, Option<u32>) -> Option<Run>;

/// A slice aims at this many milliseconds: short enough for a cancel to feel immediate.
const SLICE_MS: f64 = 12.0;
/// Progress is told at most this often, in milliseconds.
const PROGRESS_MS: f64 = 50.0;

/// The one run under way.
struct Underway {
    id: RunId,
    run: Run,
    told_at: f64,
}

/// What the worker holds between messages.
struct Desk {
    scope: DedicatedWorkerGlobalScope,
    /// Posting here asks for the next slice, without the least delay that a timeout has.
    next_slice: MessagePort,
    set_ups: RefCell<SetUps>,
    underway: RefCell<Option<Underway>>,
    /// Whether a slice is on its way; there is never more than one.
    slice_asked: Cell<bool>,
    /// Events per slice, adapted to the machine.
    budget: Cell<u32>,
    begin: Begin,
}

/// Serves runs from now on.
pub fn serve(scope: DedicatedWorkerGlobalScope, begin: Begin) {
    let channel = MessageChannel::new().expect("workers have message channels");
    let desk = Rc::new(Desk {
        scope: scope.clone(),
        next_slice: channel.port2(),
        set_ups: RefCell::default(),
        underway: RefCell::new(None),
        slice_asked: Cell::new(false),
        budget: Cell::new(1_000),
        begin,
    });

    let slicing = Rc::clone(&desk);
    let on_slice = Closure::<dyn FnMut(MessageEvent)>::new(move |_| slicing.slice());
    channel
        .port1()
        .set_onmessage(Some(on_slice.as_ref().unchecked_ref()));
    on_slice.forget();

    let hearing = Rc::clone(&desk);
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Some(request) = decode(&Uint8Array::new(&event.data()).to_vec()) {
            hearing.hear(request);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();

    desk.say(&Reply::Ready { protocol: PROTOCOL });
}

impl Desk {
    /// Takes in the set-ups, takes up a run in place of any other, or drops one.
    fn hear(&self, request: Request) {
        match request {
            Request::SetUps { bytes } => {
                self.set_ups.replace(SetUps::of(&bytes));
            }
            Request::Run {
                run,
                case,
                seed,
                detail,
                stop_after_days,
            } => {
                let (checked, in_force) = match self.set_ups.borrow().check(&case) {
                    Ok(checked) => checked,
                    Err(problems) => return self.say(&Reply::Rejected { run, problems }),
                };
                let Some(begun) = (self.begin)(&checked, seed, detail, stop_after_days) else {
                    return self.say(&Reply::Elsewhere { run });
                };
                self.say(&Reply::Begun { run, in_force });
                let started = Underway {
                    id: run,
                    run: begun,
                    told_at: Date::now(),
                };
                *self.underway.borrow_mut() = Some(started);
                self.ask_for_slice();
            }
            Request::Cancel { run } => {
                let mut underway = self.underway.borrow_mut();
                if underway.as_ref().is_some_and(|current| current.id == run) {
                    *underway = None;
                }
            }
        }
    }

    /// Advances the run by one slice.
    fn slice(&self) {
        self.slice_asked.set(false);
        let Some(mut current) = self.underway.borrow_mut().take() else {
            return;
        };
        let began = Date::now();
        let budget = self.budget.get();
        let done = current.run.advance(budget);
        let ended = Date::now();
        let took = (ended - began).max(0.5);
        let fitting = f64::from(budget) * (SLICE_MS / took).clamp(0.5, 2.0);
        self.budget.set(fitting.clamp(100.0, 1e6) as u32);

        if done >= 1.0 {
            let report = Box::new(current.run.finish());
            return self.say(&Reply::Finished {
                run: current.id,
                report,
            });
        }
        if ended - current.told_at >= PROGRESS_MS {
            current.told_at = ended;
            self.say(&Reply::Progress {
                run: current.id,
                done,
            });
        }
        *self.underway.borrow_mut() = Some(current);
        self.ask_for_slice();
    }

    fn ask_for_slice(&self) {
        if self.slice_asked.replace(true) {
            return;
        }
        let asked = self.next_slice.post_message(&JsValue::NULL);
        debug_assert!(asked.is_ok(), "null can be posted");
    }

    fn say(&self, reply: &Reply) {
        let bytes = Uint8Array::from(encode(reply).as_slice());
        let said = self
            .scope
            .post_message_with_transfer(&bytes, &Array::of1(&bytes.buffer()));
        debug_assert!(said.is_ok(), "bytes can be posted");
    }
}
