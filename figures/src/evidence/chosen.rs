//! Who is chosen in all pictures at once: a job and its person, a person, or everybody of an account; and the marks of a picture
//! that stand for one of them. People are numbers: nothing here says more of them than whom they belong to.

use sim_core::ids::{AccountId, JobId, UserId};
use sim_core::scenario::Persona;

use super::{First, Found, Sight, account};
use crate::explain;
use crate::ink::Area;
use crate::kind::Kind;

/// For whom a mark stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// A job of the proposal's first run.
    Job(JobId),
    /// A person.
    Person(UserId),
    /// Everybody of an account and of those below it.
    Account(AccountId),
}

/// A place in a picture that stands for somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mark {
    /// Where, in tenths of a CSS pixel.
    pub area: Area,
    /// For whom.
    pub who: Who,
}

/// Who is chosen, as far as the first run knows them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Chosen {
    /// The job, under baseline and proposal: the same segment of the same piece of work, else its first one.
    pub jobs: [Option<JobId>; 2],
    /// Its kind.
    pub kind: Option<Kind>,
    /// Whose.
    pub person: Option<UserId>,
    /// What they do.
    pub persona: Option<Persona>,
    /// Whom they belong to.
    pub account: Option<AccountId>,
}

impl Chosen {
    /// Whom a reader has chosen.
    pub fn of(found: &Found, sight: &Sight) -> Chosen {
        let mut chosen = Chosen {
            person: sight.person,
            account: sight.account,
            ..Chosen::default()
        };
        if let (Some(first), Some(job)) = (&found.first, sight.job) {
            chosen.jobs = [0, 1].map(|side| match side == sight.side {
                true => Some(job),
                false => same_work(&first[sight.side], job, &first[side]),
            });
            let lines = first[sight.side].followed.report.timeline.iter();
            let line = lines
                .flat_map(|timeline| &timeline.jobs)
                .find(|line| line.job == job);
            chosen.kind = line.map(|line| Kind::of(line.class));
            chosen.person = line.map(|line| line.user);
        }
        if let Some(person) = chosen.person.and_then(|user| found.people.get(user)) {
            chosen.persona = Some(person.persona);
            chosen.account = Some(person.account);
        }
        chosen
    }
}

/// The job of the other side that does the same.
fn same_work(of: &First, job: JobId, other: &First) -> Option<JobId> {
    // Jobs that a reaction has made come after those that were to be foreseen, and stand for no piece of work.
    let &(intent, segment) = of.pieces.get(usize::from(job))?;
    let first = other.pieces.iter().position(|piece| piece.0 == intent)?;
    let segments = other.pieces[first..].iter().take_while(|piece| piece.0 == intent);
    let same = segments.map(|piece| piece.1).position(|other| other == segment);
    u32::try_from(first + same.unwrap_or(0)).ok().map(JobId)
}

impl Who {
    /// As a line of a reader's sight, and as the name of a mark: `person=11`.
    pub fn line(self) -> String {
        match self {
            Who::Job(job) => format!("job={}", job.0),
            Who::Person(user) => format!("person={}", user.0),
            Who::Account(account) => format!("account={}", account.0),
        }
    }

    /// In words: "person 11, account 3", "account 3, 12 people", "job 345".
    pub(super) fn words(self, found: &Found) -> String {
        let group = |id| {
            let policy = found.first.as_ref().map(|first| &first[1].policy);
            policy.map_or(String::new(), |policy| explain::account(&account(policy, id)))
        };
        match self {
            Who::Job(job) => format!("job {}", job.0),
            Who::Person(user) => {
                let person = found.people.get(user);
                let of = person.map_or(String::new(), |person| format!(", {}", group(person.account)));
                format!("person {}{of}", user.0)
            }
            Who::Account(id) => {
                let people = self.people(found).len() as u64;
                format!(
                    "{}, {}",
                    group(id),
                    crate::format::counted(people, "person", "people")
                )
            }
        }
    }

    /// The people that it stands for.
    pub(super) fn people(self, found: &Found) -> Vec<UserId> {
        match self {
            Who::Job(job) => found.first.as_ref().map_or(Vec::new(), |first| {
                let timeline = first[1].followed.report.timeline.iter();
                let line = timeline
                    .flat_map(|timeline| &timeline.jobs)
                    .find(|line| line.job == job);
                line.map(|line| line.user).into_iter().collect()
            }),
            Who::Person(user) => vec![user],
            Who::Account(id) => {
                let people = found.people.entries();
                people
                    .filter(|(_, person)| found.is_below(person.account, id))
                    .map(|(user, _)| user)
                    .collect()
            }
        }
    }
}

impl Found {
    /// Whether an account is another one or lies below it.
    fn is_below(&self, of: AccountId, above: AccountId) -> bool {
        let Some(policy) = self.first.as_ref().map(|first| &first[1].policy) else {
            return of == above;
        };
        let accounts = &policy.associations.accounts;
        let spec = |id: AccountId| accounts.get(usize::from(id).checked_sub(1)?);
        let mut at = Some(of);
        // Parents stand before their children, so that this ends.
        while let Some(id) = at.filter(|&id| id != above) {
            let parent = spec(id).and_then(|spec| spec.parent.as_ref());
            let place = parent.and_then(|name| accounts.iter().position(|spec| spec.name == *name));
            at = place
                .map(|place| AccountId::from(place + 1))
                .filter(|&next| next < id);
        }
        at.is_some()
    }
}

#[cfg(test)]
#[path = "choices.rs"]
mod choices;
