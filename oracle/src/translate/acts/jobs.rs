//! What jobs are told: by their name in the case, or by Slurm's number.

use sim_core::engine::JobChange;
use sim_core::ids::{AccountId, PartitionId, PartitionSet, QosId};
use sim_core::reason::Reason;
use sim_core::units::Span;

use super::super::Found;
use super::reserve::instant;
use super::{Acts, names_one, pairs, value_of};
use crate::experiment::{Asked, Change};
use crate::words;

/// TimeLimit=UNLIMITED: planned as a year.
const UNLIMITED: Span = Span::days(365);
/// A priority of this size means: that of the rules.
const INFINITE: u32 = u32::MAX;

impl Acts<'_> {
    /// `scontrol hold`, `uhold`, `release`, `requeue`, `requeuehold`.
    pub fn tell(&mut self, verb: &str, words: &[&str], place: &str, found: &mut Found) {
        let what = match verb {
            "hold" => JobChange::Hold(Reason::JobHeldAdmin),
            "uhold" => JobChange::Hold(Reason::JobHeldUser),
            "release" => JobChange::Release,
            "requeue" => JobChange::Requeue { held: false },
            _ => JobChange::Requeue { held: true },
        };
        let mut jobs = Vec::new();
        for word in words {
            match word.split_once('=') {
                Some((key, ids)) if names_one(&[key], "job") || key.eq_ignore_ascii_case("name") => {
                    jobs.extend(self.named(ids, place, found));
                }
                Some(_) => found.problem(place, format!("`{word}` is not modelled; name jobs")),
                None => jobs.extend(self.named(word, place, found)),
            }
        }
        if jobs.is_empty() {
            found.problem(place, format!("{verb} of no job; name one of jobs"));
        }
        for job in jobs {
            self.act(Change::Job(job, what));
        }
    }

    /// `scontrol update JobId=…`.
    pub fn update_jobs(&mut self, words: &[&str], place: &str, found: &mut Found) {
        for job in self.named(value_of(words, "job"), place, found) {
            for (key, value) in pairs(words) {
                match self.update_job(job, &key, value, place, found) {
                    Ok(Some(what)) => self.act(Change::Job(job, what)),
                    Ok(None) => {}
                    Err(what) => found.problem(place, what),
                }
            }
        }
    }

    fn update_job(
        &mut self,
        job: usize,
        key: &str,
        value: &str,
        place: &str,
        found: &mut Found,
    ) -> Result<Option<JobChange>, String> {
        let asked = &mut self.jobs[job];
        let position = |names: &[String], name: &str, what: &str| {
            let found = names.iter().position(|other| other == name);
            found.ok_or_else(|| format!("there is no {what} `{name}`; name one of the case"))
        };
        Ok(Some(match key {
            "job" | "jobid" | "comment" | "admincomment" | "jobname" | "name" => return Ok(None),
            "priority" => match found.number(place, value) {
                INFINITE => JobChange::Release,
                priority => JobChange::Priority(priority),
            },
            "nice" => {
                let nice = value
                    .parse::<i32>()
                    .map_err(|_| format!("Nice={value} is no whole number; write such as 100"))?;
                asked.nice = i64::from(nice);
                JobChange::Nice(nice)
            }
            "timelimit" => {
                let limit = time_limit(asked, value)?;
                asked.limit = Some(limit);
                JobChange::Limit(limit)
            }
            "qos" => {
                asked.qos = QosId::from(position(&self.names.qos, value, "QOS")?);
                JobChange::Qos(asked.qos)
            }
            "account" => {
                let account = position(&self.names.accounts, value, "account")?;
                let mut associations = self.policy.associations.users.iter();
                if !associations.any(|spec| spec.person == asked.user.0 && spec.account == value) {
                    return Err(format!(
                        "the owner of `{}` is not in `{value}`; add the association",
                        asked.name
                    ));
                }
                asked.account = AccountId::from(account);
                JobChange::Account(asked.account)
            }
            "partition" => {
                let mut named = Vec::new();
                for name in words::list(value) {
                    named.push(PartitionId::from(position(
                        &self.names.partitions,
                        name,
                        "partition",
                    )?));
                }
                let (&first, others) = named
                    .split_first()
                    .ok_or_else(|| String::from("Partition= of nothing; name one"))?;
                let mut also = PartitionSet::empty();
                others.iter().for_each(|&other| also.insert(other));
                asked.partitions = named;
                JobChange::Partitions(first, also)
            }
            "starttime" | "eligibletime" => JobChange::Begin(instant(value, self.now, place, found)),
            _ => {
                return Err(format!(
                    "`{key}` of a job is not modelled; Priority, Nice, TimeLimit, QOS, Account, Partition and StartTime are"
                ));
            }
        }))
    }

    /// `scancel`: those who are named and who fit every option.
    pub fn cancel(&mut self, words: &[&str], place: &str, found: &mut Found) {
        let mut which: Vec<usize> = (0..self.jobs.len()).collect();
        let (mut waiting, mut running, mut chosen) = (true, true, false);
        let mut named = Vec::new();
        let mut words = words.iter().copied();
        while let Some(word) = words.next() {
            let (option, value) = match word.split_once('=') {
                Some((option, value)) => (option, Some(value)),
                None => (word, None),
            };
            let is_option = option.starts_with('-');
            let mut value = || value.or_else(|| words.next()).unwrap_or_default();
            match option {
                "-Q" | "--quiet" | "-v" | "--verbose" | "-f" | "--full" => continue,
                "-u" | "--user" => {
                    let value = value();
                    which.retain(|&job| is(&self.names.users, usize::from(self.jobs[job].user), value));
                }
                "-A" | "--account" => {
                    let value = value();
                    which.retain(|&job| is(&self.names.accounts, usize::from(self.jobs[job].account), value));
                }
                "-q" | "--qos" => {
                    let value = value();
                    which.retain(|&job| is(&self.names.qos, usize::from(self.jobs[job].qos), value));
                }
                "-p" | "--partition" => {
                    let value = value();
                    let named = |id: &PartitionId| is(&self.names.partitions, usize::from(*id), value);
                    which.retain(|&job| self.jobs[job].partitions.iter().any(named));
                }
                "-n" | "--name" | "--jobname" => {
                    let named = self.named(value(), place, found);
                    which.retain(|job| named.contains(job));
                }
                "-t" | "--state" => match value().to_ascii_uppercase().as_str() {
                    "PENDING" | "PD" => running = false,
                    "RUNNING" | "R" => waiting = false,
                    other => {
                        found.problem(place, format!("state {other}; write PENDING or RUNNING"));
                    }
                },
                _ if is_option => found.problem(
                    place,
                    format!("`{word}` of scancel is not modelled; leave it out"),
                ),
                ids => named.extend(self.named(ids, place, found)),
            }
            chosen = true;
        }
        if !chosen {
            found.problem(place, "scancel of no job; name one of jobs, or -u, -A, -p or -t");
        }
        for job in which {
            if named.is_empty() || named.contains(&job) {
                self.act(Change::Job(job, JobChange::Cancel { waiting, running }));
            }
        }
    }

    /// Positions of jobs by their names in the case, or by Slurm's numbers: those that were seen, or else counted in the
    /// order of submission.
    fn named(&self, text: &str, place: &str, found: &mut Found) -> Vec<usize> {
        let mut jobs = Vec::new();
        for word in words::list(text) {
            let bare = word.trim_matches(['{', '}', '$', '<', '>', '%', '@']);
            let by_name = self
                .jobs
                .iter()
                .position(|job| job.name == word || job.name == bare);
            let by_number = || {
                let number = bare.parse::<u64>().ok()?;
                if self.numbers.iter().all(Option::is_none) {
                    let place = usize::try_from(number).ok()?.checked_sub(1)?;
                    return (place < self.jobs.len()).then_some(place);
                }
                self.numbers.iter().position(|seen| *seen == Some(number))
            };
            match by_name.or_else(by_number) {
                Some(job) => jobs.push(job),
                None => found.problem(
                    place,
                    format!("there is no job `{word}`; write an id of jobs, or its slurm_job_id"),
                ),
            }
        }
        jobs
    }
}

/// Whether the thing at this place has this name. A case with other problems may lack it.
fn is(names: &[String], index: usize, name: &str) -> bool {
    names.get(index).is_some_and(|other| other == name)
}

/// A time limit, or what is added to the present one or taken off.
fn time_limit(asked: &Asked, text: &str) -> Result<Span, String> {
    let (sign, rest) = match text.split_at_checked(1) {
        Some((sign @ ("+" | "-"), rest)) if rest != "1" || sign == "+" => (Some(sign), rest),
        _ => (None, text),
    };
    let read = words::time(rest, 60)?.unwrap_or(UNLIMITED);
    let Some(sign) = sign else { return Ok(read) };
    let Some(now) = asked.limit else {
        return Err(format!(
            "TimeLimit={text}: `{}` gave none; write minutes",
            asked.name
        ));
    };
    Ok(if sign == "+" { now + read } else { now - read })
}
