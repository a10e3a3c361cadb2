//! Textures as data, and the words of idle causes and waiting reasons.
//!
//! Class textures are paper lines on colour, hatches are pencil lines on paper, so the two are never confused. The same
//! hatch means the same cause on the idle side and on the waiting side.

mod causes;

use crate::palette::Token;

pub use causes::{Idle, of_reason, words_of};

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
                8.0,
                Token::Hatch,
                const { &[line(12.0, 25.0, 38.0, 25.0), line(25.0, 12.0, 25.0, 38.0)] },
            ),
            Texture::HandingOver => (
                60.0,
                50.0,
                8.0,
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

#[cfg(test)]
mod tests {
    use super::*;

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
