//! Where two runs differ: the GPUs of each node in use, bar by bar, under one policy and under another.

use super::{Timeline, Window};
use crate::units::Span;

/// GPU-seconds in use on each node in each bar of a window: by node, then bar. Bars are `bar` long, the last one may be shorter.
pub fn in_use(timeline: &Timeline, window: Window, bar: Span) -> Vec<Vec<u64>> {
    let bars = window.span().0.div_ceil(bar.0.max(1)) as usize;
    let mut nodes = vec![vec![0; bars]; timeline.nodes.len()];
    for job in &timeline.jobs {
        let Some(started) = job.started else { continue };
        let (from, to) = (started.max(window.from), job.ended.min(window.to));
        let mut at = from;
        while at < to {
            let index = (at.since(window.from).0 / bar.0.max(1)) as usize;
            let next = (window.from + Span(bar.0.max(1) * (index as u32 + 1))).min(to);
            for &(node, _, devices) in &job.held {
                if let Some(sum) = nodes.get_mut(node as usize).and_then(|node| node.get_mut(index)) {
                    *sum += u64::from(devices) * u64::from(next.since(at).0);
                }
            }
            at = next;
        }
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{JobId, UserId};
    use crate::metrics::JobLine;
    use crate::units::Time;
    use crate::workload::Class;

    #[test]
    fn what_a_job_holds_is_counted_where_and_when_it_holds_it() {
        let timeline = Timeline {
            nodes: vec![4, 4],
            jobs: vec![JobLine {
                job: JobId(0),
                user: UserId(0),
                class: Class::Train,
                asked: Time(0),
                started: Some(Time(500)),
                ended: Time(2_500),
                held: vec![(0, 2, 2), (1, 0, 1)],
            }],
            ..Timeline::default()
        };
        let window = Window {
            from: Time(1_000),
            to: Time(2_200),
        };
        let used = in_use(&timeline, window, Span(1_000));
        assert_eq!(used, [[2_000, 400], [1_000, 200]]);
    }
}
