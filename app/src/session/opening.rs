//! Links that lead elsewhere, and files: what the address bar says, taken over; set-ups fetched or made that it names.

use std::rc::Rc;

use leptos::prelude::*;
use sim_core::scenario::link::LinkError;
use sim_worker::{Brought, Opening, Request};

use super::Session;
use crate::browser;
use crate::builder::WasOpened;
use crate::model::address;
use crate::model::draft::{Draft, Edit};

/// What is said where the other clusters do not come.
const NOT_FETCHED: &str =
    "The page could not fetch this cluster. Check the connection, then reload the page; the link keeps.";

impl Session {
    /// Goes to another cluster as it is: another link, to come back from like any.
    pub fn choose(self, profile: &str) {
        self.go(&address::of_profile(profile));
    }

    fn go(self, link: &str) {
        if link != self.link.get_untracked() {
            browser::mark("input");
            browser::push_fragment(link);
            self.address_changed();
        }
    }

    /// Opens a scenario file, and goes to the link that says the same; or tells what is wrong with it.
    pub fn open_file(self, text: String, told: RwSignal<Vec<String>>) {
        let then = move |opened: WasOpened| {
            told.set(match opened {
                Ok(opened) => {
                    self.go(&opened.link);
                    opened.notes
                }
                Err(problems) => problems,
            });
        };
        self.builder
            .open(Opening::File(text), self.set_ups(), Rc::new(then));
    }

    /// Has the set-ups made that a link names beyond the presets, and then reads it.
    fn rebuild(self, text: String) {
        let opening = Opening::Link(text.clone());
        let then = move |opened: WasOpened| {
            if self.link.with_untracked(|link| *link != text) {
                return;
            }
            match opened {
                Ok(opened) => {
                    if let Some(brought) = Brought::of(&opened.set_ups) {
                        self.bring(brought);
                    }
                    self.take(&opened.link, &text, opened.notes);
                }
                Err(problems) => self.lose(problems),
            }
        };
        self.builder.open(opening, self.set_ups(), Rc::new(then));
    }

    /// Every worker is told the set-ups.
    fn bring(self, brought: Brought) {
        self.brought.set_value(brought);
        for client in self.workers.read_value().iter().flatten() {
            client.send(Request::SetUps {
                bytes: self.set_ups(),
            });
        }
    }

    fn lose(self, notes: Vec<String>) {
        self.notes.set(notes);
        self.is_lost.set(true);
    }

    /// Whether there are clusters that could not be fetched yet.
    pub fn lacks_set_ups(self) -> bool {
        self.more.with_value(Option::is_some)
    }

    /// Fetches the set-ups that the page did not bring along, and then reads the address bar again.
    fn fetch_more(self, address: String) {
        browser::fetch(&address.clone(), move |bytes| {
            match bytes.and_then(|bytes| Brought::of(&bytes)) {
                Some(brought) => {
                    self.bring(brought);
                    self.take_address();
                }
                None => {
                    // The next link to another cluster tries again.
                    self.more.set_value(Some(address));
                    self.lose(vec![NOT_FETCHED.to_owned()]);
                }
            }
        });
    }

    /// Takes over what the address bar says, without changing it. A page without a link shows the profile, and says so.
    pub(super) fn take_address(self) {
        let text = match browser::fragment() {
            fragment if address::is_link(&fragment) => Some(fragment),
            _ => browser::query_s(),
        };
        let Some(text) = text else {
            let link = self.current_link();
            browser::replace_fragment(&link);
            self.link.set(link);
            self.is_open.set_value(true);
            return self.want();
        };
        self.take(&text, &text, Vec::new());
    }

    /// Takes over what a link says that stands in the address bar as `text`.
    fn take(self, link: &str, text: &str, mut notes: Vec<String>) {
        let read = self
            .brought
            .with_value(|brought| address::read(link, &brought.profiles));
        self.link.set(text.to_owned());
        match read {
            Ok(read) => {
                self.is_lost.set(false);
                notes.extend(read.notes);
                self.notes.set(notes);
                self.seeds.set(read.seeds);
                // A later link to the same preset is one more change, to be undone like any.
                let is_later = self.is_open.get_value();
                self.is_open.set_value(true);
                let is_same = |draft: &Draft| draft.pair().preset() == read.pair.preset();
                if is_later && self.draft.with_untracked(is_same) {
                    self.draft
                        .update(|draft| draft.apply(Edit::Replace(Box::new(read.pair))));
                } else {
                    self.shown.set(None);
                    self.shown_edition.set_value(None);
                    self.draft.set(Draft::new(read.pair));
                }
                self.want();
            }
            Err(error) => {
                if let Some(address) = self.more.try_update_value(Option::take).flatten() {
                    return self.fetch_more(address);
                }
                match &error {
                    LinkError::UnknownProfile { name, .. } if name.contains('&') && link == text => {
                        self.rebuild(text.to_owned());
                    }
                    _ => self.lose(vec![error.to_string()]),
                }
            }
        }
    }

    /// Somebody went back or forward, or wrote into the address bar.
    pub(super) fn address_changed(self) {
        let fragment = browser::fragment();
        if fragment == self.link.get_untracked() {
            return;
        }
        if address::is_link(&fragment) {
            self.has_entry.set_value(false);
            self.take_address();
        } else {
            // A jump within the page, such as past the menu: the address bar goes back to being the link.
            browser::replace_fragment(&self.link.get_untracked());
        }
    }
}
