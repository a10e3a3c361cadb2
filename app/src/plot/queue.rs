//! Drawings wait here and are made one per task, so that no task of the page grows long.

use std::cell::RefCell;
use std::collections::VecDeque;

use crate::browser;

type Job = Box<dyn FnOnce()>;

thread_local! {
    static WAITING: RefCell<VecDeque<Job>> = const { RefCell::new(VecDeque::new()) };
}

/// Makes a drawing as soon as those asked for before are made.
pub fn ask(job: impl FnOnce() + 'static) {
    let first = WAITING.with_borrow_mut(|waiting| {
        waiting.push_back(Box::new(job));
        waiting.len() == 1
    });
    if first {
        browser::next_frame(make_next);
    }
}

fn make_next() {
    // The job stays at the head of the queue while it runs, so that what it asks for waits its turn.
    let job = WAITING.with_borrow_mut(|waiting| {
        waiting
            .front_mut()
            .map(|head| std::mem::replace(head, Box::new(|| {})))
    });
    if let Some(job) = job {
        job();
    }
    let more = WAITING.with_borrow_mut(|waiting| {
        waiting.pop_front();
        !waiting.is_empty()
    });
    if more {
        browser::later(0, make_next);
    }
}
