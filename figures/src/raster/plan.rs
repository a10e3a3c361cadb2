//! Where everything of a raster stands. Drawing, hit test and leader lines all ask here.

use sim_core::metrics::{Timeline, Window};
use sim_core::units::{Span, Time};

use super::{Look, Size};
use crate::ink::{Area, PX};

/// Measures that differ between desktop and phone, in tenths of a CSS pixel.
struct Measures {
    /// Room for row names.
    names: i32,
    /// Room for day names.
    days: i32,
    /// Height of the waiting graph.
    graph: i32,
    /// From the waiting graph to the rows.
    gap: i32,
    /// Between nodes.
    between: i32,
    /// Highest and lowest row, and the height that many rows share.
    row: (f64, f64, f64),
}

const DESKTOP: Measures = Measures {
    names: 66 * PX,
    days: 20 * PX,
    graph: 74 * PX,
    gap: 7 * PX,
    between: 2 * PX,
    row: (96.0, 15.0, 4000.0),
};
const PHONE: Measures = Measures {
    names: 0,
    days: 22 * PX,
    graph: 30 * PX,
    gap: 4 * PX,
    between: 15,
    row: (41.0, 15.0, 1920.0),
};

/// The places of one raster.
pub(super) struct Plan {
    /// The waiting graph.
    pub graph: Area,
    /// All rows.
    pub rows: Area,
    /// Height of a row.
    pub row: f64,
    /// Upper edge of each node.
    nodes: Vec<i32>,
    /// GPUs of each node.
    devices: Vec<u32>,
    window: Window,
}

impl Plan {
    pub fn new(width: u32, timeline: &Timeline, look: &Look) -> Plan {
        let measures = match look.size {
            Size::Desktop => DESKTOP,
            Size::Phone => PHONE,
        };
        let devices: u32 = timeline.nodes.iter().sum();
        let (highest, lowest, shared) = measures.row;
        let row = (shared / f64::from(devices.max(1))).max(lowest).min(highest);
        let (left, right) = (measures.names, width as i32 * PX - PX);
        let graph = Area::between(left, measures.days, right, measures.days + measures.graph);
        let top = graph.bottom() + measures.gap;
        let mut nodes = Vec::with_capacity(timeline.nodes.len());
        let mut y = f64::from(top);
        for &gpus in &timeline.nodes {
            nodes.push(y.round() as i32);
            y += row * f64::from(gpus) + f64::from(measures.between);
        }
        Plan {
            graph,
            rows: Area::between(left, top, right, y.round() as i32),
            row,
            nodes,
            devices: timeline.nodes.clone(),
            window: look.window,
        }
    }

    /// Where an instant lies, held inside the window.
    pub fn x(&self, at: Time) -> i32 {
        self.graph.x + self.along(at).max(0.0).min(f64::from(self.graph.w)).round() as i32
    }

    /// The instant at a place, held inside the window.
    pub fn at(&self, x: i32) -> Time {
        let span = f64::from(self.window.to.since(self.window.from).0);
        let along = (f64::from(x - self.graph.x) / f64::from(self.graph.w.max(1))).clamp(0.0, 1.0);
        self.window.from + Span((span * along) as u32)
    }

    /// Where an instant lies, in tenths from the left edge of the plot, inside the window or not.
    fn along(&self, at: Time) -> f64 {
        let span = f64::from(self.window.to.since(self.window.from).0.max(1));
        (f64::from(at.0) - f64::from(self.window.from.0)) / span * f64::from(self.graph.w)
    }

    /// The rows of `number` devices of a node from `device` on, between two instants.
    pub fn block(&self, (node, device, number): (u32, u32, u32), from: Time, to: Time) -> Area {
        let top = self.nodes.get(node as usize).copied().unwrap_or(self.rows.y);
        let y = |row: u32| top + (self.row * f64::from(row)).round() as i32;
        Area::between(self.x(from), y(device), self.x(to), y(device + number))
    }

    /// All rows of a node over the whole width.
    pub fn node(&self, node: usize) -> Area {
        let number = self.devices.get(node).copied().unwrap_or(0);
        self.block((node as u32, 0, number), self.window.from, self.window.to)
    }

    /// The line of a wait through the graph, cut at its sides; `None` if it lies outside.
    pub fn wait(&self, asked: Time, started: Time) -> Option<((i32, i32), (i32, i32))> {
        let (a, b, w) = (self.along(asked), self.along(started), f64::from(self.graph.w));
        if b < 0.0 || a > w || b < a {
            return None;
        }
        let cut = |x: f64| {
            let inside = x.max(0.0).min(w);
            let down = if b > a {
                (inside - a) / (b - a)
            } else if x > a {
                1.0
            } else {
                0.0
            };
            (
                self.graph.x + inside.round() as i32,
                self.graph.y + (f64::from(self.graph.h) * down).round() as i32,
            )
        };
        let (top, foot) = (cut(a), cut(b));
        Some(if a == b {
            (top, (foot.0, self.graph.bottom()))
        } else {
            (top, foot)
        })
    }

    /// Start of the window.
    pub fn since(&self) -> Time {
        self.window.from
    }

    /// End of the window.
    pub fn until(&self) -> Time {
        self.window.to
    }

    /// Whether an instant lies in the window.
    pub fn shows(&self, at: Time) -> bool {
        at >= self.window.from && at <= self.window.to
    }
}
