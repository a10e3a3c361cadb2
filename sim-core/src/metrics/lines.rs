//! The raster's data: which device held which job when, and why a device stood idle. Kept only when asked for.
//!
//! The scheduler counts devices; which of a node's devices a job gets is settled here: the lowest free ones, as Slurm does.

use super::{IdleSpan, JobLine, Timeline, Window};
use crate::ids::{JobId, NodeId};
use crate::order;
use crate::reason::Cause;
use crate::sched::idle::Claim;
use crate::units::Time;
use crate::workload::JobSpec;

/// What a device does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Device {
    Held(JobId),
    Idle(Cause, Time),
}

/// Devices and job lines as they come.
#[derive(Debug)]
pub(super) struct Lines {
    window: Window,
    nodes: Vec<Vec<Device>>,
    jobs: Vec<JobLine>,
    index: Vec<u32>,
    idle: Vec<IdleSpan>,
}

impl Lines {
    pub fn new(window: Window, nodes: &[u32]) -> Lines {
        let idle = Device::Idle(Cause::NoDemand, Time::ZERO);
        Lines {
            window,
            nodes: nodes.iter().map(|&gpus| vec![idle; gpus as usize]).collect(),
            jobs: Vec::new(),
            index: Vec::new(),
            idle: Vec::new(),
        }
    }

    fn line(&mut self, id: JobId) -> &mut JobLine {
        &mut self.jobs[self.index[usize::from(id)] as usize]
    }

    pub fn submitted(&mut self, id: JobId, spec: &JobSpec, now: Time) {
        let index = usize::from(id);
        if self.index.len() <= index {
            self.index.resize(index + 1, u32::MAX);
        }
        self.index[index] = self.jobs.len() as u32;
        self.jobs.push(JobLine {
            job: id,
            user: spec.request.user,
            class: spec.class,
            asked: now,
            started: None,
            ended: self.window.to,
            held: Vec::new(),
        });
    }

    pub fn started(&mut self, id: JobId, on: impl Iterator<Item = (NodeId, Vec<u32>)>, now: Time) {
        let mut held: Vec<(u32, u32, u32)> = Vec::new();
        for (node, by_kind) in on {
            let mut wanted: u32 = by_kind.iter().sum();
            for device in 0..self.nodes[usize::from(node)].len() {
                let slot = &mut self.nodes[usize::from(node)][device];
                let Device::Idle(cause, since) = *slot else {
                    continue;
                };
                if wanted == 0 {
                    break;
                }
                wanted -= 1;
                *slot = Device::Held(id);
                push_idle(
                    &mut self.idle,
                    self.window,
                    node.0,
                    device as u32,
                    cause,
                    since,
                    now,
                );
                match held.last_mut() {
                    Some((n, first, number)) if *n == node.0 && *first + *number == device as u32 => {
                        *number += 1
                    }
                    Some(_) | None => held.push((node.0, device as u32, 1)),
                }
            }
            debug_assert_eq!(wanted, 0, "the scheduler counts what is free");
        }
        let line = self.line(id);
        line.started = Some(now);
        line.held = held;
    }

    pub fn ended(&mut self, id: JobId, now: Time) {
        let line = self.line(id);
        line.ended = now;
        for (node, first, number) in line.held.clone() {
            for device in first..first + number {
                // The cause follows at the end of this instant.
                self.nodes[node as usize][device as usize] = Device::Idle(Cause::NoDemand, now);
            }
        }
    }

    /// Gives the free devices of each node, lowest first, the causes of its claims in order.
    pub fn idle_from_now(&mut self, claims: &[Claim], now: Time) {
        let mut causes: Vec<Vec<Cause>> = vec![Vec::new(); self.nodes.len()];
        for claim in claims {
            let of_node = &mut causes[usize::from(claim.node)];
            of_node.extend(std::iter::repeat_n(claim.cause, claim.devices as usize));
        }
        for (node, causes) in causes.iter().enumerate() {
            let mut causes = causes.iter();
            for (device, slot) in self.nodes[node].iter_mut().enumerate() {
                let Device::Idle(old, since) = *slot else { continue };
                let &new = causes.next().expect("every free device is claimed");
                if new != old {
                    push_idle(
                        &mut self.idle,
                        self.window,
                        node as u32,
                        device as u32,
                        old,
                        since,
                        now,
                    );
                    *slot = Device::Idle(new, now);
                }
            }
        }
    }

    pub fn finish(mut self, end: Time) -> Timeline {
        for (node, devices) in self.nodes.iter().enumerate() {
            for (device, slot) in devices.iter().enumerate() {
                if let Device::Idle(cause, since) = *slot {
                    push_idle(
                        &mut self.idle,
                        self.window,
                        node as u32,
                        device as u32,
                        cause,
                        since,
                        end,
                    );
                }
            }
        }
        order::sort_by_key(&mut self.idle, |span| (span.node, span.device, span.from));
        let window = self.window;
        self.jobs
            .retain(|line| line.ended > window.from && line.asked < window.to);
        order::sort_by_key(&mut self.jobs, |line| line.job);
        Timeline {
            nodes: self.nodes.iter().map(|devices| devices.len() as u32).collect(),
            from: window.from,
            to: window.to,
            jobs: self.jobs,
            idle: self.idle,
        }
    }
}

fn push_idle(
    idle: &mut Vec<IdleSpan>,
    window: Window,
    node: u32,
    device: u32,
    cause: Cause,
    from: Time,
    to: Time,
) {
    let (from, to) = (from.max(window.from), to.min(window.to));
    if from < to {
        idle.push(IdleSpan {
            node,
            device,
            from,
            to,
            cause,
        });
    }
}
