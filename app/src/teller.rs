//! A worker that answers questions, loaded at the first and told the set-ups before it has to know them.

use std::rc::Rc;

use leptos::prelude::*;
use sim_worker::{Answer, Client, Heard, Question};

use crate::browser;

/// One such worker, if it has been asked for.
#[derive(Clone, Copy)]
pub struct Teller {
    url: StoredValue<String>,
    client: StoredValue<Option<Client<Question>>, LocalStorage>,
    /// How many bytes of set-ups the worker has been told: a page that fetches others has more.
    told_set_ups: StoredValue<usize>,
}

impl Teller {
    /// At the address of its loader; nothing is loaded yet.
    pub fn at(url: String) -> Teller {
        Teller {
            url: StoredValue::new(url),
            client: StoredValue::new_local(None),
            told_set_ups: StoredValue::new(0),
        }
    }

    /// Asks; `hear` is told whatever this worker says from its start on. It is behind a pointer, so that this is compiled once
    /// and not for each asker.
    pub fn ask(self, question: Question, set_ups: Vec<u8>, hear: Rc<dyn Fn(Heard<Answer>)>) {
        if self.client.with_value(Option::is_none) {
            let told = Rc::clone(&hear);
            match Client::spawn(&self.url.get_value(), move |heard| told(heard)) {
                Ok(client) => {
                    self.told_set_ups.set_value(0);
                    self.client.set_value(Some(client));
                }
                Err(message) => return hear(Heard::Crashed { message }),
            }
        }
        self.client.with_value(|client| {
            if let Some(client) = client {
                if self.told_set_ups.get_value() != set_ups.len() {
                    self.told_set_ups.set_value(set_ups.len());
                    client.send(Question::SetUps { bytes: set_ups });
                }
                client.send(question);
            }
        });
    }

    /// Lets a broken worker go: in a task of its own, as it is speaking right now.
    pub fn drop_broken(self) {
        let broken = self.client.try_update_value(Option::take);
        browser::later(0, move || drop(broken));
    }
}
