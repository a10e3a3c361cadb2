//! Jobs that ask for the same: what one of them is told by its limits, all of them are told.
//!
//! A person's pending jobs are mostly alike (the tasks of an array, one submission after another), and their limits move
//! only when a job of that person starts or ends, or something that people share moves. So the answer is kept with the
//! shape, together with a stamp of the ledgers that it was read from ([`super::Ledgers::stamp`]).

use std::cell::Cell;

use super::Ledgers;
use crate::ids::{PartitionId, PartitionSet, ShapeId, Table, UserId};
use crate::reason::Reason;
use crate::workload::Request;

/// How far back a person's requests are searched for an equal one. More than one shape for equal requests costs time only.
const LOOK_BACK: usize = 8;

/// What limits say to a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Verdict {
    /// The limit that holds it before nodes are looked for.
    pub before: Option<Reason>,
    /// If none does: the limit that holds it whether or not nodes are found.
    pub after: Option<Reason>,
}

impl Verdict {
    /// The limit that holds the request, if any.
    pub fn reason(self) -> Option<Reason> {
        self.before.or(self.after)
    }
}

/// What all waiting jobs of a person come to whom a limit holds, each as it was told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Whole {
    /// Where one is held only after nodes were looked for.
    pub after: PartitionSet,
    /// The most nodes that one of these asks for.
    pub nodes: u32,
    /// Whether one is held before nodes are looked for.
    pub some_before: bool,
}

/// An answer, with the stamp of what it was read from.
type Remembered<T> = Cell<Option<(u64, T)>>;

/// All shapes that there have been, and what is known of each.
#[derive(Clone, Debug, Default)]
pub struct Shapes {
    all: Table<ShapeId, Shape>,
    heard: Table<ShapeId, Heard>,
    /// By person, the shapes of the last requests, newest last.
    recent: Vec<Vec<ShapeId>>,
    /// By person.
    wholes: Vec<Remembered<Option<Whole>>>,
}

/// What walks ask of place after place, close together.
#[derive(Clone, Debug)]
struct Heard {
    verdict: Remembered<Verdict>,
    user: UserId,
}

#[derive(Clone, Debug)]
struct Shape {
    request: Request,
    forbidden: Remembered<bool>,
    steady: Remembered<Steady>,
}

/// What of a priority does not change while a job waits: each factor times its weight.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Steady {
    /// Of the association.
    pub assoc: f64,
    /// Of the job's size.
    pub job_size: f64,
    /// Of the partition.
    pub partition: f64,
    /// Of the QOS.
    pub qos: f64,
    /// Sum over resources.
    pub tres: f64,
    /// What is taken off.
    pub nice: f64,
}

impl Shapes {
    /// The shape of a request in the partition it names first. In its other partitions it has those behind it
    /// ([`Shapes::of_place`]): the rules may say something else there.
    pub fn of(&mut self, request: &Request) -> ShapeId {
        let user = usize::from(request.user);
        if self.recent.len() <= user {
            self.recent.resize(user + 1, Vec::new());
            self.wholes.resize(user + 1, Cell::new(None));
        }
        let recent = &mut self.recent[user];
        // Time limits tell most apart.
        let alike = |&&id: &&ShapeId| {
            let known = &self.all[id].request;
            known.limit == request.limit && known == request
        };
        if let Some(&known) = recent.iter().rev().find(alike) {
            return known;
        }
        let id = ShapeId::from(self.all.len());
        for _ in request.partitions() {
            self.heard.push(Heard {
                verdict: Cell::new(None),
                user: request.user,
            });
            self.all.push(Shape {
                request: *request,
                forbidden: Cell::new(None),
                steady: Cell::new(None),
            });
        }
        if recent.len() == LOOK_BACK {
            recent.remove(0);
        }
        recent.push(id);
        id
    }

    /// The shape in one of the partitions of a request whose shape in the first one is `first`.
    #[inline]
    pub fn of_place(first: ShapeId, request: &Request, partition: PartitionId) -> ShapeId {
        if request.also == PartitionSet::empty() {
            return first;
        }
        let place = request.partitions().position(|other| other == partition);
        ShapeId::from(usize::from(first) + place.unwrap_or(0))
    }

    /// What the limits said when they were read last, if the ledgers have not moved since.
    #[inline]
    pub fn known(&self, id: ShapeId, ledgers: &Ledgers) -> Option<Verdict> {
        let heard = &self.heard[id];
        let (then, verdict) = heard.verdict.get()?;
        (then == ledgers.stamp(heard.user)).then_some(verdict)
    }

    /// What those who are alike ask for and whether the limits let them never start, if that is known.
    #[inline]
    pub fn known_request(&self, id: ShapeId, ledgers: &Ledgers) -> Option<(&Request, bool)> {
        let shape = &self.all[id];
        let (then, forbidden) = shape.forbidden.get()?;
        (then == ledgers.rules_stamp()).then_some((&shape.request, forbidden))
    }

    /// What the limits say, read anew if the ledgers have moved since they were read last.
    #[inline]
    pub fn verdict(&self, id: ShapeId, stamp: u64, read: impl Fn() -> Verdict) -> Verdict {
        remembered(&self.heard[id].verdict, stamp, read)
    }

    /// What all waiting jobs of a person come to, read anew if the ledgers have moved or somebody was told something since.
    #[inline]
    pub fn whole(&self, user: UserId, stamp: u64, read: impl Fn() -> Option<Whole>) -> Option<Whole> {
        remembered(&self.wholes[usize::from(user)], stamp, read)
    }

    /// A job of a person has come into the queue, or is told something else.
    pub(super) fn forget_whole(&mut self, user: UserId) {
        self.wholes[usize::from(user)].set(None);
    }

    /// What of its priority does not change while it waits, worked out anew if the rules may have changed.
    #[inline]
    pub fn steady(&self, id: ShapeId, stamp: u64, read: impl Fn() -> Steady) -> Steady {
        remembered(&self.all[id].steady, stamp, read)
    }

    /// Whether the limits let it never start, read anew if they may have changed.
    #[inline]
    pub fn forbidden(&self, id: ShapeId, stamp: u64, read: impl Fn() -> bool) -> bool {
        remembered(&self.all[id].forbidden, stamp, read)
    }
}

#[inline]
fn remembered<T: Copy + PartialEq + std::fmt::Debug>(
    cell: &Remembered<T>,
    stamp: u64,
    read: impl Fn() -> T,
) -> T {
    if let Some((then, answer)) = cell.get()
        && then == stamp
    {
        debug_assert_eq!(answer, read(), "ledgers moved without a new stamp");
        return answer;
    }
    let answer = read();
    cell.set(Some((stamp, answer)));
    answer
}
