//! Textures as data, and the words of idle causes and waiting reasons.
//!
//! Class textures are paper lines on colour, hatches are pencil lines on paper, so the two are never confused. The same
//! hatch means the same cause on the idle side and on the waiting side.

use sim_core::metrics::Cause;
use sim_core::sched::Reason;

use crate::palette::Token;

/// How a bar or an area is filled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Texture {
    /// One flat colour.
    Solid(Token),
    /// Fine-tuning: paper diagonals.
    Tuning,
    /// Batch inference: paper horizontals.
    Inference,
    /// Sweep: paper dots.
    Sweep,
    /// Notebook: hollow, coloured dots.
    Notebook,
    /// Service: hollow, cross-hatch.
    Service,
    /// Held by a limit: the darkest hatch, for it is the complaint.
    ByLimit,
    /// Kept for a job that comes first.
    Kept,
    /// Set aside by partition or reservation.
    SetAside,
    /// Fragments.
    Fragments,
    /// Handing over.
    HandingOver,
    /// Not yet looked at.
    NotYet,
    /// A lasting cost, beside its solid: red diagonals.
    Later,
    /// A small gain, beside its solid: ink diagonals.
    Sooner,
}

/// One stroke of a tile.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mark {
    /// A line from one point to another.
    Line {
        /// From.
        from: (f64, f64),
        /// To.
        to: (f64, f64),
    },
    /// A filled disc.
    Dot {
        /// Its middle.
        at: (f64, f64),
        /// Its radius.
        radius: f64,
    },
}

/// A tile that repeats in both directions, in tenths of a CSS pixel. Its origin is the origin of the drawing, so that
/// neighbouring areas of one texture join without a seam.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tile {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// Width of lines.
    pub stroke: f64,
    /// Colour of the marks.
    pub ink: Token,
    /// The marks.
    pub marks: &'static [Mark],
}

const fn line(x1: f64, y1: f64, x2: f64, y2: f64) -> Mark {
    Mark::Line {
        from: (x1, y1),
        to: (x2, y2),
    }
}
const fn dot(x: f64, y: f64, radius: f64) -> Mark {
    Mark::Dot { at: (x, y), radius }
}

/// Rising diagonals ("/") of a square tile, with the two neighbours' corners, so that no join shows.
macro_rules! rising {
    ($side:literal) => {
        &[
            line(-$side / 4.0, $side / 4.0, $side / 4.0, -$side / 4.0),
            line(-$side / 4.0, $side * 1.25, $side * 1.25, -$side / 4.0),
            line($side * 0.75, $side * 1.25, $side * 1.25, $side * 0.75),
        ]
    };
}

impl Texture {
    /// All that have marks.
    pub const MARKED: [Texture; 13] = [
        Texture::Tuning,
        Texture::Inference,
        Texture::Sweep,
        Texture::Notebook,
        Texture::Service,
        Texture::ByLimit,
        Texture::Kept,
        Texture::SetAside,
        Texture::Fragments,
        Texture::HandingOver,
        Texture::NotYet,
        Texture::Later,
        Texture::Sooner,
    ];

    /// A short name, for ids: `by-limit`.
    pub const fn name(self) -> &'static str {
        match self {
            Texture::Solid(token) => token.name(),
            Texture::Tuning => "tuning",
            Texture::Inference => "inference",
            Texture::Sweep => "sweep",
            Texture::Notebook => "notebook",
            Texture::Service => "service",
            Texture::ByLimit => "by-limit",
            Texture::Kept => "kept",
            Texture::SetAside => "set-aside",
            Texture::Fragments => "fragments",
            Texture::HandingOver => "handing-over",
            Texture::NotYet => "not-yet",
            Texture::Later => "later",
            Texture::Sooner => "sooner",
        }
    }

    /// The colour under the marks.
    pub const fn ground(self) -> Token {
        match self {
            Texture::Solid(token) => token,
            Texture::Tuning => Token::Tune,
            Texture::Inference => Token::Infer,
            Texture::Sweep => Token::Sweep,
            Texture::Notebook
            | Texture::Service
            | Texture::ByLimit
            | Texture::Kept
            | Texture::SetAside
            | Texture::Fragments
            | Texture::HandingOver
            | Texture::NotYet
            | Texture::Later
            | Texture::Sooner => Token::Paper,
        }
    }

    /// The colour of the outline that a hollow texture needs; drawn by the chart, not by the ink.
    pub const fn outline(self) -> Option<Token> {
        match self {
            Texture::Notebook => Some(Token::Notebook),
            Texture::Service => Some(Token::Service),
            Texture::Later => Some(Token::Red),
            Texture::Sooner => Some(Token::Ink),
            Texture::Solid(_)
            | Texture::Tuning
            | Texture::Inference
            | Texture::Sweep
            | Texture::ByLimit
            | Texture::Kept
            | Texture::SetAside
            | Texture::Fragments
            | Texture::HandingOver
            | Texture::NotYet => None,
        }
    }

    /// The marks on the ground; none if it is flat.
    pub const fn tile(self) -> Option<Tile> {
        let (width, height, stroke, ink, marks): (f64, f64, f64, Token, &'static [Mark]) = match self {
            Texture::Solid(_) => return None,
            // 5.4 px between lines at 45° is a tile of 5.4 × √2.
            Texture::Tuning => (76.0, 76.0, 11.0, Token::Paper, const { rising!(76.0) }),
            Texture::Inference => (
                70.0,
                35.0,
                10.0,
                Token::Paper,
                const { &[line(0.0, 17.5, 70.0, 17.5)] },
            ),
            Texture::Sweep => (
                44.0,
                44.0,
                0.0,
                Token::Paper,
                const { &[dot(11.0, 11.0, 8.0), dot(33.0, 33.0, 8.0)] },
            ),
            Texture::Notebook => (
                34.0,
                34.0,
                0.0,
                Token::Notebook,
                const { &[dot(8.5, 8.5, 7.0), dot(25.5, 25.5, 7.0)] },
            ),
            Texture::Service => (
                50.0,
                50.0,
                9.0,
                Token::Service,
                const { &[line(0.0, 0.0, 50.0, 50.0), line(0.0, 50.0, 50.0, 0.0)] },
            ),
            // 4 px between lines at 45°, falling.
            Texture::ByLimit => (
                56.6,
                56.6,
                13.5,
                Token::Hatch1,
                const {
                    &[
                        line(-14.15, 42.45, 14.15, 70.75),
                        line(-14.15, -14.15, 70.75, 70.75),
                        line(42.45, -14.15, 70.75, 14.15),
                    ]
                },
            ),
            Texture::Kept => (
                45.0,
                45.0,
                10.0,
                Token::Hatch,
                const { &[line(22.5, 0.0, 22.5, 45.0)] },
            ),
            Texture::SetAside => (
                42.0,
                42.0,
                10.0,
                Token::Hatch,
                const { &[line(0.0, 21.0, 42.0, 21.0)] },
            ),
            Texture::Fragments => (
                50.0,
                50.0,
                10.0,
                Token::Hatch,
                const { &[line(15.0, 25.0, 35.0, 25.0), line(25.0, 15.0, 25.0, 35.0)] },
            ),
            Texture::HandingOver => (
                60.0,
                50.0,
                10.0,
                Token::Hatch,
                const { &[line(15.0, 8.0, 38.0, 25.0), line(38.0, 25.0, 15.0, 42.0)] },
            ),
            Texture::NotYet => (60.0, 60.0, 0.0, Token::Hatch, const { &[dot(30.0, 30.0, 8.0)] }),
            Texture::Later => (50.0, 50.0, 12.0, Token::Red, const { rising!(50.0) }),
            Texture::Sooner => (50.0, 50.0, 12.0, Token::Ink, const { rising!(50.0) }),
        };
        Some(Tile {
            width,
            height,
            stroke,
            ink,
            marks,
        })
    }
}

/// What idle time is shown as: the causes of the model with all limits together, in the order of pictures and tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Idle {
    /// A limit holds those who wait.
    ByLimit,
    /// Kept for a job that comes first.
    Kept,
    /// Set aside.
    SetAside,
    /// Enough in number, not in one piece.
    Fragments,
    /// Fewer free than the next job needs.
    TooFew,
    /// Handing over.
    HandingOver,
    /// No pass has looked yet.
    NotYet,
    /// Nobody waits who could use it.
    Nobody,
}

impl Idle {
    /// All, the complaint first.
    pub const ALL: [Idle; 8] = [
        Idle::ByLimit,
        Idle::Kept,
        Idle::SetAside,
        Idle::Fragments,
        Idle::TooFew,
        Idle::HandingOver,
        Idle::NotYet,
        Idle::Nobody,
    ];

    /// Under which a cause of the model is shown.
    pub const fn of(cause: Cause) -> Idle {
        match cause {
            Cause::Limit(_) => Idle::ByLimit,
            Cause::NotYetLookedAt => Idle::NotYet,
            Cause::KeptForJobAhead => Idle::Kept,
            Cause::Fragments => Idle::Fragments,
            Cause::TooFewForNextJob => Idle::TooFew,
            Cause::HandingOver => Idle::HandingOver,
            Cause::SetAside => Idle::SetAside,
            Cause::NoDemand => Idle::Nobody,
        }
    }

    /// Its hatch; bare paper if nobody waits.
    pub const fn texture(self) -> Texture {
        match self {
            Idle::ByLimit => Texture::ByLimit,
            Idle::Kept => Texture::Kept,
            Idle::SetAside => Texture::SetAside,
            // Both are "free, but not enough together": one hatch, two words.
            Idle::Fragments | Idle::TooFew => Texture::Fragments,
            Idle::HandingOver => Texture::HandingOver,
            Idle::NotYet => Texture::NotYet,
            Idle::Nobody => Texture::Solid(Token::Paper),
        }
    }

    /// In plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Idle::ByLimit => "a limit holds those who wait",
            Idle::Kept => "kept for a job that comes first",
            Idle::SetAside => "set aside",
            Idle::Fragments => "fragments: enough, but not in one piece",
            Idle::TooFew => "too few for the next job",
            Idle::HandingOver => "handing over",
            Idle::NotYet => "not yet looked at",
            Idle::Nobody => "nobody waiting could use it",
        }
    }

    /// For labels in a picture.
    pub const fn short(self) -> &'static str {
        match self {
            Idle::ByLimit => "a limit",
            Idle::Kept => "kept",
            Idle::SetAside => "set aside",
            Idle::Fragments => "fragments",
            Idle::TooFew => "too few",
            Idle::HandingOver => "handing over",
            Idle::NotYet => "not yet",
            Idle::Nobody => "nobody waiting",
        }
    }
}

/// The texture of a waiting reason: the hatch of the same cause on the idle side, flat grey where others come first.
pub const fn of_reason(reason: Reason) -> Texture {
    match reason {
        Reason::Priority => Texture::Solid(Token::Queue),
        Reason::Resources => Texture::Fragments,
        Reason::None => Texture::NotYet,
        Reason::PartitionTimeLimit
        | Reason::JobArrayTaskLimit
        | Reason::QosMaxGresPerUser
        | Reason::QosGrpGresRunMinutes
        | Reason::MaxGresRunMinsPerUser
        | Reason::AssocGrpGresRunMinutes => Texture::ByLimit,
    }
}

/// A waiting reason in plain words; [`Reason::code`] has Slurm's.
pub const fn words_of(reason: Reason) -> &'static str {
    match reason {
        Reason::None => "not yet looked at",
        Reason::Priority => "others come first",
        Reason::Resources => "first in line, but too little is free",
        Reason::PartitionTimeLimit => "asks for longer than the partition allows",
        Reason::JobArrayTaskLimit => "as many of its array run as may",
        Reason::QosMaxGresPerUser => "the person holds as many GPUs as allowed",
        Reason::QosGrpGresRunMinutes => "the queue's GPU-hours still to run are used up",
        Reason::MaxGresRunMinsPerUser => "the person's GPU-hours still to run are used up",
        Reason::AssocGrpGresRunMinutes => "the group's GPU-hours still to run are used up",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_cause_has_the_same_hatch_on_both_sides() {
        for reason in Reason::ALL {
            if reason.is_limit() {
                assert_eq!(of_reason(reason), Idle::of(Cause::Limit(reason)).texture());
            }
        }
        assert_eq!(of_reason(Reason::None), Idle::of(Cause::NotYetLookedAt).texture());
        assert_eq!(
            of_reason(Reason::Resources),
            Idle::of(Cause::TooFewForNextJob).texture()
        );
    }

    #[test]
    fn class_textures_are_colour_below_and_hatches_are_paper_below() {
        for texture in [Texture::Tuning, Texture::Inference, Texture::Sweep] {
            let tile = texture.tile().unwrap();
            assert!(texture.ground() != Token::Paper && tile.ink == Token::Paper);
        }
        for idle in Idle::ALL {
            assert_eq!(idle.texture().ground(), Token::Paper);
        }
    }

    #[test]
    fn marks_repeat_without_a_seam() {
        for texture in Texture::MARKED {
            let tile = texture.tile().unwrap();
            for mark in tile.marks {
                if let Mark::Dot { at: (x, y), radius } = *mark {
                    assert!(
                        x >= radius && y >= radius && x + radius <= tile.width && y + radius <= tile.height
                    );
                }
            }
        }
    }
}
