//! The policy in words and in Slurm's lines, as the clerk's worker writes them while somebody reads. The worker is loaded when
//! somebody first asks.

use std::rc::Rc;

use leptos::prelude::*;
use sim_worker::{Answer, Errand, Heard, Question};

use crate::parts::effect;
use crate::session::Session;
use crate::teller::Teller;

/// Whatever went wrong, loading the page anew is what helps.
const FAILED: &str =
    "<p role=\"status\">This could not be loaded. Check the connection, then reload the page.</p>";

/// What is written, and whether somebody reads.
#[derive(Clone, Copy)]
pub struct Clerk {
    /// Whether somebody wants to read.
    pub is_wanted: RwSignal<bool>,
    /// What is written, as markup: of a policy the rules, then the lines. Nothing until it is there.
    pub sheets: RwSignal<Vec<String>>,
    teller: Teller,
    /// The number of the last question: an answer to an earlier one is out of date.
    last: StoredValue<u32>,
}

impl Clerk {
    /// With nothing to write yet. `url` is the address of the clerk's loader; the errand follows signals.
    pub fn open(session: Session, url: String, errand: impl Fn() -> Errand + 'static) -> Clerk {
        let clerk = Clerk {
            is_wanted: RwSignal::new(false),
            sheets: RwSignal::new(Vec::new()),
            teller: Teller::at(url),
            last: StoredValue::new(0),
        };
        effect(move || {
            if clerk.is_wanted.get() {
                let id = clerk.last.get_value() + 1;
                clerk.last.set_value(id);
                let question = Question::Write { id, errand: errand() };
                clerk.teller.ask(
                    question,
                    session.set_ups(),
                    Rc::new(move |heard| clerk.hear(heard)),
                );
            }
        });
        clerk
    }

    /// A sheet, once it is written.
    pub fn sheet(self, at: usize) -> String {
        self.sheets
            .with(|sheets| sheets.get(at).cloned().unwrap_or_default())
    }

    fn hear(self, heard: Heard<Answer>) {
        match heard {
            Heard::Reply(Answer::Written { id, sheets }) if id == self.last.get_value() => {
                self.sheets.set(sheets);
            }
            // It listens, or what it has written is out of date.
            Heard::Reply(_) => {}
            Heard::Crashed { .. } | Heard::OtherVersion => self.sheets.set(vec![FAILED.to_owned(); 2]),
        }
    }
}
