//! What a link names beyond the presets, and scenario files, opened by the builder's worker. It is loaded when the first comes.

use std::rc::Rc;

use leptos::prelude::*;
use sim_worker::{Answer, Heard, Opened, Opening, Question};

use crate::teller::Teller;

/// Whatever went wrong, loading the page anew is what helps.
const NOT_LOADED: &str = "This could not be loaded. Check the connection, then reload the page.";

/// What was opened, or all that is wrong with it, a sentence each.
pub type WasOpened = Result<Opened, Vec<String>>;

/// What follows.
type Then = Rc<dyn Fn(WasOpened)>;

/// One builder; what it was asked last is what it answers.
#[derive(Clone, Copy)]
pub struct Builder {
    teller: Teller,
    last: StoredValue<u32>,
    then: StoredValue<Option<Then>, LocalStorage>,
}

impl Builder {
    /// At the address of its loader; nothing is loaded yet.
    pub fn at(url: String) -> Builder {
        Builder {
            teller: Teller::at(url),
            last: StoredValue::new(0),
            then: StoredValue::new_local(None),
        }
    }

    /// Has something opened among these set-ups.
    pub fn open(self, opening: Opening, set_ups: Vec<u8>, then: Then) {
        let id = self.last.get_value() + 1;
        self.last.set_value(id);
        self.then.set_value(Some(then));
        let question = Question::Open { id, opening };
        self.teller
            .ask(question, set_ups, Rc::new(move |heard| self.hear(heard)));
    }

    fn hear(self, heard: Heard<Answer>) {
        let last = self.last.get_value();
        let (id, opened) = match heard {
            Heard::Reply(Answer::Opened { id, opened }) => (id, Ok(opened)),
            Heard::Reply(Answer::Rejected { id, problems }) => (id, Err(problems)),
            // It listens.
            Heard::Reply(_) => return,
            Heard::Crashed { .. } | Heard::OtherVersion => {
                self.teller.drop_broken();
                (last, Err(vec![NOT_LOADED.to_owned()]))
            }
        };
        if id != last {
            return;
        }
        if let Some(then) = self.then.try_update_value(Option::take).flatten() {
            then(opened);
        }
    }
}
