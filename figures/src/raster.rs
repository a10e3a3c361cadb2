//! The graphic timetable: a waiting graph above, a row per GPU below.

use sim_core::ids::JobId;
use sim_core::metrics::{Timeline, Window};

use crate::figure::Figure;
use crate::ink::{Area, Drawn, Ink, Pen};

/// What to show of a timeline, and how large.
#[derive(Clone, PartialEq, Debug)]
pub struct Look {
    /// The days shown.
    pub window: Window,
    /// Desktop or phone.
    pub size: Size,
    /// Hours to be outlined in yellow.
    pub moment: Option<Window>,
    /// A job to be marked in yellow.
    pub job: Option<JobId>,
}

/// The two drawings there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Size {
    /// Row names at the left, words in blocks, weekday and date.
    Desktop,
    /// Neither; single-letter days.
    Phone,
}

impl Look {
    /// The first so many days of the measured window, nothing marked.
    pub fn first_days(timeline: &Timeline, days: u32, size: Size) -> Look {
        let _ = days;
        Look {
            window: Window {
                from: timeline.from,
                to: timeline.to,
            },
            size,
            moment: None,
            job: None,
        }
    }
}

/// Its height in CSS pixels; the width is free.
pub fn height(timeline: &Timeline, look: &Look) -> u32 {
    let _ = (timeline, look);
    400
}

/// Draws it `width` CSS pixels wide and [`height`] high.
pub fn draw<I: Ink>(ink: &mut I, width: u32, timeline: &Timeline, look: &Look) -> Drawn<I> {
    let _ = (width, timeline, look);
    Pen::new(ink).done()
}

/// Its words: a question, a finding, waiting and idle by day as a table.
pub fn figure(timeline: &Timeline, look: &Look) -> Figure {
    let _ = (timeline, look);
    Figure::default()
}

/// The job at a point of the drawing, in tenths of a CSS pixel.
pub fn job_at(width: u32, timeline: &Timeline, look: &Look, at: (i32, i32)) -> Option<JobId> {
    let _ = (width, timeline, look, at);
    None
}

/// Where the outlined hours are, for a leader line.
pub fn place_of_moment(width: u32, timeline: &Timeline, look: &Look) -> Option<Area> {
    let _ = (width, timeline, look);
    None
}

/// Where the marked job's line crosses the waiting graph: asked and started, in tenths.
pub fn place_of_job(width: u32, timeline: &Timeline, look: &Look) -> Option<((i32, i32), (i32, i32))> {
    let _ = (width, timeline, look);
    None
}
