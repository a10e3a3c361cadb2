//! MIG: which slices one GPU can be cut into, and what they are called. Pure geometry and names; nothing here knows a
//! node, a job or a queue.
//!
//! A GPU has seven compute slices and eight memory slots. An instance takes an interval of memory slots, and a cut is
//! possible if the intervals do not overlap and no profile is there more often than it may be (`docs/slurm.md`, *MIG*, after
//! NVIDIA's MIG User Guide). That no more than seven compute slices are used then holds by itself.

mod geometry;
mod layout;

use std::fmt;

pub use geometry::{Placed, Profiles, layouts, maximal_layouts, maximal_sets, sets};
pub use layout::{Geometry, Layout, LayoutError, Slice};

/// Memory slots of a GPU.
pub const MEMORY_SLOTS: u8 = 8;

/// What an instance takes of a GPU, whatever the model calls it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ProfileClass {
    /// 1g.
    One,
    /// 1g with the media engines.
    OneMedia,
    /// 1g with the memory of two.
    OneDouble,
    /// 2g.
    Two,
    /// 3g.
    Three,
    /// 4g.
    Four,
    /// 7g: nearly the whole GPU.
    Seven,
}

impl ProfileClass {
    /// All, the smallest first.
    pub const ALL: [ProfileClass; 7] = [
        ProfileClass::One,
        ProfileClass::OneMedia,
        ProfileClass::OneDouble,
        ProfileClass::Two,
        ProfileClass::Three,
        ProfileClass::Four,
        ProfileClass::Seven,
    ];
    /// Those that sites use: without the variants of 1g.
    pub const USUAL: [ProfileClass; 5] = [
        ProfileClass::One,
        ProfileClass::Two,
        ProfileClass::Three,
        ProfileClass::Four,
        ProfileClass::Seven,
    ];
    /// The usual ones and 1g with the memory of two.
    pub const WITH_DOUBLE: [ProfileClass; 6] = [
        ProfileClass::One,
        ProfileClass::OneDouble,
        ProfileClass::Two,
        ProfileClass::Three,
        ProfileClass::Four,
        ProfileClass::Seven,
    ];

    /// Compute slices, which are the sevenths of a GPU that capacity is counted in (see [`crate::units::SEVENTHS`]).
    pub const fn compute(self) -> u8 {
        match self {
            ProfileClass::One | ProfileClass::OneMedia | ProfileClass::OneDouble => 1,
            ProfileClass::Two => 2,
            ProfileClass::Three => 3,
            ProfileClass::Four => 4,
            ProfileClass::Seven => 7,
        }
    }
    /// Memory slots, one beside the other.
    pub const fn memory(self) -> u8 {
        match self {
            ProfileClass::One | ProfileClass::OneMedia => 1,
            ProfileClass::OneDouble | ProfileClass::Two => 2,
            ProfileClass::Three | ProfileClass::Four => 4,
            ProfileClass::Seven => 8,
        }
    }
    /// Memory slots at which it may begin.
    pub const fn starts(self) -> &'static [u8] {
        match self {
            ProfileClass::One | ProfileClass::OneMedia => &[0, 1, 2, 3, 4, 5, 6],
            ProfileClass::OneDouble => &[0, 2, 4, 6],
            ProfileClass::Two => &[0, 2, 4],
            ProfileClass::Three => &[0, 4],
            ProfileClass::Four | ProfileClass::Seven => &[0],
        }
    }
    /// Most instances on one GPU.
    pub const fn most(self) -> u8 {
        match self {
            ProfileClass::One => 7,
            ProfileClass::OneDouble => 4,
            ProfileClass::Two => 3,
            ProfileClass::Three => 2,
            ProfileClass::OneMedia | ProfileClass::Four | ProfileClass::Seven => 1,
        }
    }
    const fn index(self) -> usize {
        self as usize
    }
}

/// The part of a profile's name that all models share: `3g`. 1g with the memory of two is `1g double`.
impl fmt::Display for ProfileClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProfileClass::One => "1g",
            ProfileClass::OneMedia => "1g+me",
            ProfileClass::OneDouble => "1g double",
            ProfileClass::Two => "2g",
            ProfileClass::Three => "3g",
            ProfileClass::Four => "4g",
            ProfileClass::Seven => "7g",
        })
    }
}

/// A model of GPU whose profiles are known here. Any other may be cut as well, but nobody checks how.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Model {
    /// A100 with 40 GB.
    A100Of40,
    /// A100 with 80 GB.
    A100Of80,
    /// H100 with 80 GB.
    H100,
    /// H200 with 141 GB. Its starts are inferred: it is the same die as the H100.
    H200,
}

impl Model {
    /// All.
    pub const ALL: [Model; 4] = [Model::A100Of40, Model::A100Of80, Model::H100, Model::H200];

    /// The model that a type in `gres/gpu:TYPE` means: `a100`, `a100-80`, `a100_80gb`, `h100`, `h200`, and the names
    /// that AutoDetect finds, `nvidia_a100-sxm4-80gb` or `nvidia_h100_80gb_hbm3`. Case does not matter.
    ///
    /// An `a100` that does not say its memory has 40 GB: Slurm's and NVIDIA's examples write `a100_3g.20gb`, and a
    /// layout of the other is refused with a hint. `None` for models without a table here, among them variants of a
    /// known one with other memory (A100 of 64 GB, H100 NVL of 94).
    pub fn of_type(gpu: &str) -> Option<Model> {
        let lower = gpu.to_ascii_lowercase();
        let (mut family, mut memory, mut variant) = (None, None, false);
        for word in lower.split(|c: char| !c.is_ascii_alphanumeric()) {
            match word {
                "a100" | "h100" | "h200" if family.is_none() => family = Some(word),
                "nvl" => variant = true,
                "" | "nvidia" | "tesla" | "gpu" | "pcie" | "sxm" | "sxm4" | "sxm5" | "hbm2" | "hbm2e"
                | "hbm3" | "hbm3e" => {}
                _ => {
                    let digits = word.trim_end_matches("gb").trim_end_matches('g');
                    // A word that is neither known nor an amount of memory: some other model, such as `a100_mig`.
                    memory = Some(digits.parse::<u32>().ok()?);
                }
            }
        }
        match (family?, memory, variant) {
            ("a100", None | Some(40), false) => Some(Model::A100Of40),
            ("a100", Some(80), false) => Some(Model::A100Of80),
            ("h100", None | Some(80), false) => Some(Model::H100),
            // The H200 NVL has the memory of the other.
            ("h200", None | Some(141), true | false) => Some(Model::H200),
            _ => None,
        }
    }

    /// NVIDIA's name of a profile: `3g.20gb`.
    pub const fn profile(self, class: ProfileClass) -> &'static str {
        let names = match self {
            Model::A100Of40 => [
                "1g.5gb",
                "1g.5gb+me",
                "1g.10gb",
                "2g.10gb",
                "3g.20gb",
                "4g.20gb",
                "7g.40gb",
            ],
            Model::A100Of80 | Model::H100 => [
                "1g.10gb",
                "1g.10gb+me",
                "1g.20gb",
                "2g.20gb",
                "3g.40gb",
                "4g.40gb",
                "7g.80gb",
            ],
            Model::H200 => [
                "1g.18gb",
                "1g.18gb+me",
                "1g.35gb",
                "2g.35gb",
                "3g.71gb",
                "4g.71gb",
                "7g.141gb",
            ],
        };
        names[class.index()]
    }

    /// The class of a profile by its name on this model.
    pub fn class(self, profile: &str) -> Option<ProfileClass> {
        ProfileClass::ALL
            .into_iter()
            .find(|&class| self.profile(class) == profile)
    }
}

/// As people say it: `A100 40 GB`.
impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Model::A100Of40 => "A100 40 GB",
            Model::A100Of80 => "A100 80 GB",
            Model::H100 => "H100 80 GB",
            Model::H200 => "H200 141 GB",
        })
    }
}

/// Slurm's type of a slice, `a100_3g.20gb`: what `gres/gpu:TYPE` counts.
pub fn slice_type(gpu: &str, profile: &str) -> String {
    format!("{gpu}_{profile}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_known_by_the_names_that_people_and_slurm_write() {
        for (text, model) in [
            ("a100", Some(Model::A100Of40)),
            ("A100-40", Some(Model::A100Of40)),
            ("a100_40gb", Some(Model::A100Of40)),
            ("nvidia_a100-pcie-40gb", Some(Model::A100Of40)),
            ("a100-80", Some(Model::A100Of80)),
            ("a100_80g", Some(Model::A100Of80)),
            ("nvidia_a100-sxm4-80gb", Some(Model::A100Of80)),
            ("nvidia_a100_80gb_pcie", Some(Model::A100Of80)),
            ("h100", Some(Model::H100)),
            ("nvidia_h100_80gb_hbm3", Some(Model::H100)),
            ("h200", Some(Model::H200)),
            ("nvidia_h200_nvl", Some(Model::H200)),
            ("nvidia_h100_nvl", None),
            ("a100-64", None),
            ("h100_a100", None),
            ("v100", None),
            ("gpu", None),
            ("", None),
        ] {
            assert_eq!(Model::of_type(text), model, "{text}");
        }
    }

    #[test]
    fn every_profile_of_a_model_has_a_name_of_its_own() {
        for model in Model::ALL {
            for class in ProfileClass::ALL {
                assert_eq!(model.class(model.profile(class)), Some(class), "{model} {class}");
            }
        }
        assert_eq!(Model::A100Of40.class("3g.40gb"), None);
        assert_eq!(
            slice_type("a100", Model::A100Of40.profile(ProfileClass::Three)),
            "a100_3g.20gb"
        );
    }

    #[test]
    fn a_profile_begins_where_it_still_ends_on_the_gpu_and_never_too_often() {
        for class in ProfileClass::ALL {
            let last = class.starts().iter().max().unwrap() + class.memory();
            assert!(last <= MEMORY_SLOTS, "{class}");
            assert!(usize::from(class.most()) <= class.starts().len(), "{class}");
            assert!(
                u64::from(class.compute() * class.most()) <= crate::units::SEVENTHS,
                "{class}"
            );
        }
    }
}
