//! The seven kinds of work on show: one colour, one texture, one shape, one word, everywhere.

use serde::{Deserialize, Serialize};
use sim_core::workload::Class;

use crate::hatch::Texture;
use crate::palette::Token;

/// A kind of work as people meet it. The model's eight classes fold into six of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// A short try-out of a batch script.
    Test,
    /// Notebook, shell or IDE on a GPU.
    Notebook,
    /// Batch inference and evaluation.
    Inference,
    /// Fine-tuning.
    Tuning,
    /// One task of a hyper-parameter search.
    Sweep,
    /// Training, on one node or several.
    Training,
    /// A standing service; not yet in the workload.
    Service,
}

/// The sign of a kind in keys.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// ■
    Square,
    /// ▲
    Triangle,
    /// ◆
    Diamond,
    /// ✚
    Plus,
    /// ●
    Disc,
    /// ○
    Ring,
    /// ▬
    Bar,
}

impl Kind {
    /// The six that the workload makes, in the order of tables: shortest wait wanted first.
    pub const SHOWN: [Kind; 6] = [
        Kind::Test,
        Kind::Notebook,
        Kind::Inference,
        Kind::Tuning,
        Kind::Sweep,
        Kind::Training,
    ];

    /// All seven, in the order of legends: widest first.
    pub const LEGEND: [Kind; 7] = [
        Kind::Training,
        Kind::Tuning,
        Kind::Inference,
        Kind::Sweep,
        Kind::Test,
        Kind::Notebook,
        Kind::Service,
    ];

    /// The kind under which a class of the model is shown.
    pub const fn of(class: Class) -> Kind {
        match class {
            Class::Debug => Kind::Test,
            Class::Interactive => Kind::Notebook,
            Class::Infer => Kind::Inference,
            Class::Finetune => Kind::Tuning,
            Class::Sweep => Kind::Sweep,
            Class::Train | Class::Large | Class::Cpubound => Kind::Training,
        }
    }

    /// The classes shown under it; the first stands for all of them in keys such as `wait.p50.train`.
    pub const fn classes(self) -> &'static [Class] {
        match self {
            Kind::Test => &[Class::Debug],
            Kind::Notebook => &[Class::Interactive],
            Kind::Inference => &[Class::Infer],
            Kind::Tuning => &[Class::Finetune],
            Kind::Sweep => &[Class::Sweep],
            Kind::Training => &[Class::Train, Class::Large, Class::Cpubound],
            Kind::Service => &[],
        }
    }

    /// Its word: "Ten-minute test".
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Test => "Ten-minute test",
            Kind::Notebook => "Notebook",
            Kind::Inference => "Batch inference",
            Kind::Tuning => "Fine-tuning",
            Kind::Sweep => "Sweep",
            Kind::Training => "Training",
            Kind::Service => "Service",
        }
    }

    /// As the subject of a sentence: "Ten-minute tests".
    pub const fn plural(self) -> &'static str {
        match self {
            Kind::Test => "Ten-minute tests",
            Kind::Notebook => "Notebooks",
            Kind::Inference => "Batch inference jobs",
            Kind::Tuning => "Fine-tuning jobs",
            Kind::Sweep => "Sweep jobs",
            Kind::Training => "Training jobs",
            Kind::Service => "Services",
        }
    }

    /// For phones: "test".
    pub const fn short(self) -> &'static str {
        match self {
            Kind::Test => "test",
            Kind::Notebook => "notebook",
            Kind::Inference => "inference",
            Kind::Tuning => "fine-tuning",
            Kind::Sweep => "sweep",
            Kind::Training => "training",
            Kind::Service => "service",
        }
    }

    /// What it means, in three words or so, for a first meeting.
    pub const fn meaning(self) -> &'static str {
        match self {
            Kind::Test => "minutes, at once",
            Kind::Notebook => "held for hours",
            Kind::Inference => "many short runs",
            Kind::Tuning => "hours, few GPUs",
            Kind::Sweep => "hundreds at once",
            Kind::Training => "few, long, wide",
            Kind::Service => "always on",
        }
    }

    /// Its sign in keys.
    pub const fn shape(self) -> Shape {
        match self {
            Kind::Test => Shape::Disc,
            Kind::Notebook => Shape::Ring,
            Kind::Inference => Shape::Diamond,
            Kind::Tuning => Shape::Triangle,
            Kind::Sweep => Shape::Plus,
            Kind::Training => Shape::Square,
            Kind::Service => Shape::Bar,
        }
    }

    /// Its colour.
    pub const fn token(self) -> Token {
        match self {
            Kind::Test => Token::Test,
            Kind::Notebook => Token::Notebook,
            Kind::Inference => Token::Infer,
            Kind::Tuning => Token::Tune,
            Kind::Sweep => Token::Sweep,
            Kind::Training => Token::Train,
            Kind::Service => Token::Service,
        }
    }

    /// Its texture in bars.
    pub const fn texture(self) -> Texture {
        match self {
            Kind::Test => Texture::Solid(Token::Test),
            Kind::Notebook => Texture::Notebook,
            Kind::Inference => Texture::Inference,
            Kind::Tuning => Texture::Tuning,
            Kind::Sweep => Texture::Sweep,
            Kind::Training => Texture::Solid(Token::Train),
            Kind::Service => Texture::Service,
        }
    }

    /// The key of one of its rows in a comparison made by [`crate::view::compare`]: `wait.p50.train`.
    pub fn row(self, percentile: u32) -> String {
        let class = self.classes().first().map_or("service", |class| class.key());
        format!("wait.p{percentile}.{class}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_the_model_is_shown_under_exactly_one_kind() {
        for class in Class::ALL {
            let homes: Vec<Kind> = Kind::LEGEND
                .into_iter()
                .filter(|kind| kind.classes().contains(&class))
                .collect();
            assert_eq!(homes, [Kind::of(class)]);
        }
    }

    #[test]
    fn no_two_kinds_share_colour_word_or_shape() {
        for a in Kind::LEGEND {
            for b in Kind::LEGEND.into_iter().filter(|&b| b != a) {
                assert!(a.token() != b.token() && a.word() != b.word() && a.shape() != b.shape());
            }
        }
    }
}
