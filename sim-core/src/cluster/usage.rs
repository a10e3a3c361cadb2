//! Decayed usage on the association tree, and Fair Tree's factors.
//!
//! Formulas and their order are Slurm's (`priority_multifactor.c`, `fair_tree.c`): the decay per second is
//! `1 − 0.693 / half-life`, usage moves only at ticks and at job ends, a factor is a rank. Root has a user of its own,
//! which takes part in level shares and in the number of users.

use crate::ids::{Table, UserId};
use crate::scenario::{FairShare, PriorityPolicy};
use crate::units::Time;
use crate::workload::{Person, Request};

/// Usage in billing-seconds (one GPU for one second is 1) by user and account, and each user's fair-share factor.
#[derive(Clone, Debug)]
pub struct Usage {
    decay_per_second: f64,
    algorithm: FairShare,
    last_tick: Time,
    users: Table<UserId, f64>,
    accounts: Vec<f64>,
    members: Vec<Vec<UserId>>,
    factors: Table<UserId, f64>,
    /// The last span faded over, and what it leaves: nearly every charge of a tick is over the same one.
    faded: (u32, f64),
}

impl Usage {
    /// Nobody has used anything; accounts are 1 to `accounts`, 0 is root.
    pub fn new(policy: &PriorityPolicy, people: &[Person], accounts: usize) -> Usage {
        let mut members = vec![Vec::new(); accounts + 1];
        for (index, person) in people.iter().enumerate() {
            members[usize::from(person.account)].push(UserId::from(index));
        }
        let mut usage = Usage {
            decay_per_second: policy
                .half_life
                .map_or(1.0, |half| 1.0 - 0.693 / f64::from(half.0)),
            algorithm: policy.fairshare,
            last_tick: Time::ZERO,
            users: people.iter().map(|_| 0.0).collect(),
            accounts: vec![0.0; accounts + 1],
            members,
            factors: people.iter().map(|_| 0.0).collect(),
            faded: (0, 1.0),
        };
        usage.rank();
        usage
    }

    /// When usage last moved as a whole.
    pub fn last_tick(&self) -> Time {
        self.last_tick
    }

    /// The fair-share factor of a user, 0 to 1, as of the last tick.
    pub fn factor(&self, user: UserId) -> f64 {
        self.factors[user]
    }

    /// Raw usage of a user, in billing-seconds.
    pub fn raw(&self, user: UserId) -> f64 {
        self.users[user]
    }

    /// Lets all usage fade to `now`, which becomes the last tick.
    pub fn decay(&mut self, now: Time) {
        let fade = self.fade(now.since(self.last_tick).0);
        for raw in self.users.iter_mut().chain(&mut self.accounts) {
            *raw *= fade;
        }
        self.last_tick = now;
    }

    /// Charges a running job for the time since the tick before, `last`, up to `now`.
    pub fn charge_running(&mut self, request: &Request, started: Time, last: Time, now: Time) {
        self.add(request, now.since(started.max(last)).0);
    }

    /// Charges a job that ends now for the time since the last tick.
    pub fn charge(&mut self, request: &Request, started: Time, now: Time) {
        self.add(request, now.since(started.max(self.last_tick)).0);
    }

    /// What so many seconds leave of a unit of usage.
    fn fade(&mut self, seconds: u32) -> f64 {
        if self.faded.0 != seconds {
            self.faded = (seconds, libm::pow(self.decay_per_second, f64::from(seconds)));
        }
        self.faded.1
    }

    fn add(&mut self, request: &Request, seconds: u32) {
        let charge = f64::from(seconds) * self.fade(seconds) * f64::from(request.gpus());
        self.users[request.user] += charge;
        self.accounts[usize::from(request.account)] += charge;
        self.accounts[0] += charge;
    }

    /// Computes every user's factor from the usage as it stands.
    pub fn rank(&mut self) {
        match self.algorithm {
            FairShare::Off | FairShare::Classic => {}
            FairShare::FairTree => self.fair_tree(),
        }
    }

    /// Level fairshare `S / U` of a member of a level of equal shares.
    fn level_fs(members: usize, raw: f64, of: f64) -> f64 {
        let share = 1.0 / members as f64;
        let used = if of == 0.0 { 0.0 } else { raw / of };
        if used == 0.0 { f64::INFINITY } else { share / used }
    }

    fn fair_tree(&mut self) {
        let accounts = self.members.len() - 1;
        let total = self.users.len() + 1; // Root's own user counts.
        // Root's level: its user (idle for ever, so infinite) comes before accounts of equal level fairshare.
        let mut level: Vec<(f64, usize)> = (1..=accounts)
            .map(|a| {
                (
                    Self::level_fs(accounts + 1, self.accounts[a], self.accounts[0]),
                    a,
                )
            })
            .collect();
        level.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        let (mut rank, mut next) = (total, total - 1);
        let mut previous = f64::INFINITY;
        for (fs, account) in level {
            let mut tied = fs == previous;
            previous = fs;
            let members = &self.members[account];
            let mut users: Vec<(f64, UserId)> = members
                .iter()
                .map(|&u| {
                    (
                        Self::level_fs(members.len(), self.users[u], self.accounts[account]),
                        u,
                    )
                })
                .collect();
            users.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
            let mut before = None;
            for (fs, user) in users {
                tied |= before == Some(fs);
                before = Some(fs);
                if !tied {
                    rank = next;
                }
                self.factors[user] = rank as f64 / total as f64;
                next -= 1;
                tied = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, PartitionId, QosId};
    use crate::scenario::Persona;
    use crate::units::Span;

    fn person(account: u32) -> Person {
        Person {
            persona: Persona::Trainer,
            account: AccountId(account),
        }
    }

    fn request(user: u32, account: u32, gpus: u32) -> Request {
        Request {
            user: UserId(user),
            account: AccountId(account),
            partition: PartitionId(0),
            qos: QosId(0),
            nodes: 1,
            gpus_per_node: gpus,
            limit: Span::days(1),
            ..Request::default()
        }
    }

    fn usage(people: &[Person], accounts: usize, half_life: Span) -> Usage {
        let policy = PriorityPolicy {
            half_life: Some(half_life),
            ..PriorityPolicy::default()
        };
        Usage::new(&policy, people, accounts)
    }

    #[test]
    fn charging_and_decay_follow_the_vectors_of_a_seven_day_half_life() {
        // 8 billing units through four ticks of 300 s, then an idle tick.
        let mut u = usage(&[person(1)], 1, Span::days(7));
        let job = request(0, 1, 8);
        for (tick, expected) in [2399.175141, 4797.525707, 7195.051982, 9591.754248]
            .into_iter()
            .enumerate()
        {
            let now = Time(300 * (tick as u32 + 1));
            let last = u.last_tick();
            u.decay(now);
            u.charge_running(&job, Time(0), last, now);
            assert!((u.raw(UserId(0)) - expected).abs() < 1e-6, "{tick}");
        }
        u.decay(Time(1500));
        assert!((u.raw(UserId(0)) - 9588.457647).abs() < 1e-6);
    }

    #[test]
    fn a_job_that_ends_between_ticks_is_charged_at_once() {
        let mut u = usage(&[person(1)], 1, Span::days(7));
        let job = request(0, 1, 8);
        let last = u.last_tick();
        u.decay(Time(300));
        u.charge_running(&job, Time(200), last, Time(300));
        assert!((u.raw(UserId(0)) - 799.908339).abs() < 1e-6);
        u.charge(&job, Time(200), Time(450));
        assert!((u.raw(UserId(0)) - 1999.702106).abs() < 1e-6);
        u.decay(Time(600));
        assert!((u.raw(UserId(0)) - 1999.014826).abs() < 1e-6);
    }

    #[test]
    fn a_factor_is_a_rank_and_ties_share_it() {
        let people = [person(1), person(1), person(2), person(2)];
        let mut u = usage(&people, 2, Span::days(7));
        assert!(
            (0..4).all(|i| u.factor(UserId(i)) == 1.0),
            "all are idle, so all are tied"
        );
        u.decay(Time(300));
        u.charge_running(&request(0, 1, 1), Time(0), Time(0), Time(300));
        u.charge_running(&request(2, 2, 4), Time(0), Time(0), Time(300));
        u.rank();
        let factors: Vec<f64> = (0..4).map(|i| u.factor(UserId(i))).collect();
        // Root's user has 5/5; account 1 used less, so its idle user has 4/5, then its busy one; account 2 follows.
        assert_eq!(factors, [0.6, 0.8, 0.2, 0.4]);
    }
}
