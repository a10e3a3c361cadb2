//! Workers that run, for the pages beside the lab: each is started when there is something to send to it.

use std::rc::Rc;

use leptos::prelude::*;
use sim_worker::{Client, Heard, Request};

use crate::browser;
use crate::model::runs::Act;

/// Never more workers than this.
const MOST: usize = 8;

/// As many workers as this machine has cores for.
#[derive(Clone, Copy)]
pub struct Pool {
    workers: StoredValue<Vec<Option<Client>>, LocalStorage>,
    /// Address of their loader.
    url: StoredValue<String>,
}

impl Pool {
    /// With none started yet; `url` is the address of a worker's loader.
    pub fn new(url: String) -> Pool {
        let workers = browser::cores().min(MOST);
        Pool {
            workers: StoredValue::new_local((0..workers).map(|_| None).collect()),
            url: StoredValue::new(url),
        }
    }

    /// How many there may be.
    pub fn size(self) -> usize {
        self.workers.with_value(Vec::len)
    }

    /// Tells the set-ups anew to those that have started: the page has fetched more of them.
    pub fn tell(self, set_ups: &[u8]) {
        self.workers.with_value(|workers| {
            for client in workers.iter().flatten() {
                let bytes = set_ups.to_vec();
                client.send(Request::SetUps { bytes });
            }
        });
    }

    /// Does what a model asks for. A worker that starts is told the set-ups first, and `hear` is told whatever it says.
    ///
    /// # Errors
    /// The browser's words, where a worker cannot be started.
    pub fn perform(
        self,
        acts: Vec<Act>,
        set_ups: &dyn Fn() -> Vec<u8>,
        hear: &Rc<dyn Fn(usize, Heard)>,
    ) -> Result<(), String> {
        for act in acts {
            match act {
                Act::Send(slot, request) => self.send(slot, request, set_ups, hear)?,
                Act::Respawn(slot) => {
                    // The broken worker is speaking right now: it is let go in a task of its own.
                    let broken = self.workers.try_update_value(|workers| workers[slot].take());
                    browser::later(0, move || drop(broken));
                }
                Act::Enlarge | Act::Wake(_) => {}
            }
        }
        Ok(())
    }

    fn send(
        self,
        slot: usize,
        request: Request,
        set_ups: &dyn Fn() -> Vec<u8>,
        hear: &Rc<dyn Fn(usize, Heard)>,
    ) -> Result<(), String> {
        if self.workers.with_value(|workers| workers[slot].is_none()) {
            let hear = Rc::clone(hear);
            let client = Client::spawn(&self.url.get_value(), move |heard| hear(slot, heard))?;
            client.send(Request::SetUps { bytes: set_ups() });
            self.workers.update_value(|workers| workers[slot] = Some(client));
        }
        self.workers.with_value(|workers| {
            if let Some(client) = &workers[slot] {
                client.send(request);
            }
        });
        Ok(())
    }
}
