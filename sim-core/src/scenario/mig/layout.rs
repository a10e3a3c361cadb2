//! How one GPU is cut, as files write it: `3g.20gb+2g.10gb+2g.10gb`, or `7x1g.5gb`.

use super::{Model, Placed, ProfileClass, Profiles, maximal_sets, slice_type};
use crate::order;
use crate::scenario::knobs::nearest_word;
use crate::units::SEVENTHS;

/// The slices of one GPU, in the order of the file, which is the order of their device indices.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Layout {
    slices: Vec<Slice>,
    geometry: Geometry,
}

/// One slice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slice {
    /// Name of its profile: `3g.20gb`.
    pub profile: String,
    /// Compute slices, in sevenths of a GPU.
    pub compute: u8,
}

/// Whether somebody looked if a cut is possible.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Geometry {
    /// The model is known: the cut is possible, and so lie the slices, in order of start.
    Checked(Model, Vec<Placed>),
    /// There is no table for this model. The cut is taken as declared: its names were read, its compute slices counted, and
    /// nothing else. On a model with fewer than seven compute slices (an A30 has four) the rest counts as lost.
    Declared,
}

/// Why a text is no way to cut a GPU. The message says what is wrong and what to do.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{}; {}", self.what(), self.remedy())]
pub enum LayoutError {
    /// Nothing in it.
    Empty,
    /// A part is not `3g.20gb` or `2x3g.20gb`.
    Unreadable {
        /// The part.
        part: String,
    },
    /// The model has no such profile.
    Unknown {
        /// What was asked for.
        profile: String,
        /// Of which model.
        model: Model,
    },
    /// The slices do not lie beside each other on one GPU.
    DoesNotFit {
        /// What was asked for.
        set: Profiles,
        /// Of which model.
        model: Model,
    },
    /// More compute slices than a GPU has.
    TooMuch {
        /// The text.
        layout: String,
        /// How many it asks for.
        compute: u64,
    },
}

impl LayoutError {
    /// What is wrong.
    pub fn what(&self) -> String {
        match self {
            LayoutError::Empty => String::from("no slice is named"),
            LayoutError::Unreadable { part } => format!("`{part}` is no profile"),
            LayoutError::Unknown { profile, model } => format!("an {model} has no profile `{profile}`"),
            LayoutError::DoesNotFit { set, .. } => format!("{set} does not fit on one GPU{}", why(set)),
            LayoutError::TooMuch { layout, compute } => {
                format!("`{layout}` has {compute} compute slices, and a GPU has {SEVENTHS}")
            }
        }
    }
    /// What to do about it.
    pub fn remedy(&self) -> String {
        match self {
            LayoutError::Empty | LayoutError::Unreadable { .. } => {
                String::from("write profiles of one GPU, such as 3g.20gb+2g.10gb+2g.10gb or 7x1g.5gb")
            }
            LayoutError::Unknown { profile, model } => other_name(profile, *model),
            LayoutError::DoesNotFit { set, model } => nearest(set, *model),
            LayoutError::TooMuch { .. } => {
                String::from("write the slices of a single GPU; `gpus` says how many are cut so")
            }
        }
    }
}

/// A reason that a person can see, where there is a short one.
fn why(set: &Profiles) -> String {
    if let Some((class, _)) = set.iter().find(|&(class, n)| n > class.most()) {
        return format!(", which takes {} {class} at most", class.most());
    }
    let memory: u32 = set
        .iter()
        .map(|(class, n)| u32::from(class.memory()) * u32::from(n))
        .sum();
    if memory > u32::from(super::MEMORY_SLOTS) {
        return format!(": it takes {memory} of {} memory slots", super::MEMORY_SLOTS);
    }
    let worst = set
        .iter()
        .map(|(class, _)| class)
        .filter(|class| class.memory() > 1)
        .min();
    worst.map_or(String::new(), |class| {
        let starts: Vec<String> = class.starts().iter().map(ToString::to_string).collect();
        format!(": a {class} can begin only at memory slot {}", starts.join(", "))
    })
}

/// The cuts that keep most of what was asked for, in the model's names.
fn nearest(set: &Profiles, model: Model) -> String {
    let all = if set.of(ProfileClass::OneDouble) > 0 {
        maximal_sets(&ProfileClass::WITH_DOUBLE)
    } else {
        maximal_sets(&ProfileClass::USUAL)
    };
    let most = all.iter().map(|cut| cut.common(set)).max().unwrap_or(0);
    // Of equal cuts, those that need no class besides those asked for come first.
    let mut near: Vec<&Profiles> = all.iter().filter(|cut| cut.common(set) == most).collect();
    order::sort_by_key(&mut near, |cut| {
        (
            cut.iter().filter(|&(class, _)| set.of(class) == 0).count(),
            cut.len(),
        )
    });
    let texts: Vec<String> = near.iter().take(3).map(|cut| write(cut, model)).collect();
    format!("write such as {}", texts.join(" or "))
}

/// A set as a layout, the largest first: `4g.20gb+2g.10gb+1g.5gb`.
fn write(set: &Profiles, model: Model) -> String {
    let mut parts: Vec<String> = set
        .iter()
        .map(|(class, n)| match n {
            1 => model.profile(class).to_owned(),
            n => format!("{n}x{}", model.profile(class)),
        })
        .collect();
    parts.reverse();
    parts.join("+")
}

/// Which model or profile was probably meant.
fn other_name(profile: &str, model: Model) -> String {
    if let Some(other) = Model::ALL
        .into_iter()
        .find(|other| other.class(profile).is_some())
    {
        return match (model, other) {
            (Model::A100Of40, Model::A100Of80) => {
                format!("it is one of the {other}: name that `a100-80`, or use the profiles of the {model}")
            }
            _ => format!("it is one of the {other}: for the {model}, {}", all_names(model)),
        };
    }
    let names = ProfileClass::ALL.map(|class| model.profile(class));
    match nearest_word(profile, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => all_names(model),
    }
}

fn all_names(model: Model) -> String {
    let names = ProfileClass::ALL.map(|class| model.profile(class));
    format!("there are: {}", names.join(", "))
}

impl Layout {
    /// Reads a layout for a GPU of this type (`a100`, `nvidia_h100_80gb_hbm3`; see [`Model::of_type`]). If the type has no
    /// table, the layout is taken as declared: see [`Geometry::Declared`].
    pub fn parse(gpu: &str, text: &str) -> Result<Layout, LayoutError> {
        let parts = parts(text)?;
        let model = Model::of_type(gpu);
        let mut compute = 0_u64;
        for (count, profile) in &parts {
            if let Some(model) = model
                && model.class(profile).is_none()
            {
                return Err(LayoutError::Unknown {
                    profile: profile.clone(),
                    model,
                });
            }
            compute += u64::from(*count) * u64::from(compute_of(profile)?);
        }
        let classes = |model: Model| -> Profiles {
            parts
                .iter()
                .filter_map(|(count, profile)| Some((*count, model.class(profile)?)))
                .flat_map(|(count, class)| std::iter::repeat_n(class, usize::from(count)))
                .collect()
        };
        let geometry = match model {
            Some(model) => {
                let set = classes(model);
                let places = set.place().ok_or(LayoutError::DoesNotFit { set, model })?;
                Geometry::Checked(model, places)
            }
            None if compute > SEVENTHS => {
                return Err(LayoutError::TooMuch {
                    layout: text.trim().to_owned(),
                    compute,
                });
            }
            None => Geometry::Declared,
        };
        let mut slices = Vec::new();
        for (count, profile) in parts {
            let compute = compute_of(&profile)?;
            slices.extend(std::iter::repeat_n(
                Slice { profile, compute },
                usize::from(count),
            ));
        }
        Ok(Layout { slices, geometry })
    }

    /// The slices in index order; there is at least one.
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }
    /// Whether the cut is known to be possible, and where the slices then lie.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }
    /// Slurm's types of the slices in index order, `a100_3g.20gb`, for GPUs of this type.
    pub fn types(&self, gpu: &str) -> impl Iterator<Item = String> {
        self.slices
            .iter()
            .map(move |slice| slice_type(gpu, &slice.profile))
    }
    /// Compute slices of all slices: sevenths of the GPU that jobs can use.
    pub fn compute(&self) -> u64 {
        self.slices.iter().map(|slice| u64::from(slice.compute)).sum()
    }
    /// Sevenths of the GPU that are lost to the cut: nobody can use them. Two 3g lose one.
    pub fn lost(&self) -> u64 {
        SEVENTHS - self.compute()
    }
    /// A usual profile for which there is still room beside the others, if these may be moved: the largest. `None` if
    /// there is none, and for a declared cut.
    pub fn room(&self) -> Option<&'static str> {
        match &self.geometry {
            Geometry::Checked(model, places) => {
                let set: Profiles = places.iter().map(|place| place.class).collect();
                let more = ProfileClass::USUAL
                    .into_iter()
                    .rev()
                    .find(|&class| set.with(class).fit());
                more.map(|class| model.profile(class))
            }
            Geometry::Declared => None,
        }
    }
}

/// `2x3g.20gb+1g.5gb+me` is two of one and one of another: the plus before `me` belongs to the name.
fn parts(text: &str) -> Result<Vec<(u8, String)>, LayoutError> {
    let lower = text.to_ascii_lowercase().replace('×', "x");
    if lower.trim().is_empty() {
        return Err(LayoutError::Empty);
    }
    let mut parts: Vec<(u8, String)> = Vec::new();
    for part in lower.split('+').map(str::trim) {
        if let ("me", Some((_, last))) = (part, parts.last_mut())
            && !last.ends_with("+me")
        {
            last.push_str("+me");
            continue;
        }
        let unreadable = || LayoutError::Unreadable {
            part: part.to_owned(),
        };
        let (count, profile) = match part.split_once('x') {
            // A number beyond a byte is one that no GPU takes; 255 says so as well.
            Some((count, profile)) => {
                let count = count.trim();
                let digits = !count.is_empty() && count.bytes().all(|b| b.is_ascii_digit());
                let count = digits
                    .then(|| count.parse().unwrap_or(u8::MAX))
                    .ok_or_else(unreadable)?;
                (count, profile.trim())
            }
            None => (1, part),
        };
        if count == 0 {
            return Err(unreadable());
        }
        compute_of(profile)?;
        parts.push((count, profile.to_owned()));
    }
    Ok(parts)
}

/// Compute slices by the name: `3g.20gb` has three. The rest of the name is only looked at for its shape.
fn compute_of(profile: &str) -> Result<u8, LayoutError> {
    let name = profile.strip_suffix("+me").unwrap_or(profile);
    let number = |text: &str| {
        (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())
    };
    let compute = name
        .bytes()
        .position(|byte| byte == b'g')
        .and_then(|at| Some((name.get(..at)?, name.get(at + 1..)?.strip_prefix('.')?)))
        .filter(|(_, memory)| memory.strip_suffix("gb").and_then(number).is_some())
        .and_then(|(compute, _)| number(compute).flatten())
        .filter(|&compute: &u8| compute > 0);
    compute.ok_or_else(|| LayoutError::Unreadable {
        part: profile.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(gpu: &str, text: &str) -> Layout {
        Layout::parse(gpu, text).unwrap()
    }

    fn error(gpu: &str, text: &str) -> String {
        Layout::parse(gpu, text).unwrap_err().to_string()
    }

    #[test]
    fn a_layout_keeps_its_order_and_has_slurms_types() {
        let layout = layout("a100", " 3g.20gb + 2G.10gb+2g.10gb ");
        let types: Vec<String> = layout.types("a100").collect();
        assert_eq!(types, ["a100_3g.20gb", "a100_2g.10gb", "a100_2g.10gb"]);
        assert_eq!((layout.compute(), layout.lost(), layout.room()), (7, 0, None));
        let Geometry::Checked(Model::A100Of40, places) = layout.geometry() else {
            panic!("{layout:?}");
        };
        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
        assert_eq!(places, ["2g@0", "2g@2", "3g@4"]);
    }

    #[test]
    fn many_alike_may_be_counted() {
        assert_eq!(layout("a100", "7x1g.5gb").slices().len(), 7);
        assert_eq!(layout("h100", "2×2g.20gb+3g.40gb").slices().len(), 3);
        let media = layout("a100", "1g.5gb+me+3x1g.5gb+3g.20gb");
        assert_eq!(media.slices()[0].profile, "1g.5gb+me");
        assert_eq!((media.slices().len(), media.lost()), (5, 0));
    }

    #[test]
    fn what_is_lost_and_what_could_be_added_are_two_things() {
        let two = layout("a100", "2x3g.20gb");
        assert_eq!((two.lost(), two.room()), (1, None));
        let few = layout("a100", "3g.20gb+1g.5gb");
        assert_eq!((few.lost(), few.room()), (3, Some("2g.10gb")));
    }

    #[test]
    fn a_layout_that_does_not_fit_says_why_and_what_would() {
        assert_eq!(
            error("a100", "4g.20gb+2x2g.10gb"),
            "2×2g+4g does not fit on one GPU: a 2g can begin only at memory slot 0, 2, 4; \
             write such as 3g.20gb+2x2g.10gb or 4g.20gb+2g.10gb+1g.5gb or 3x2g.10gb+1g.5gb"
        );
        assert!(error("a100", "3x3g.20gb").contains("takes 2 3g at most"));
        assert!(error("a100", "2x3g.20gb+1g.5gb").contains("9 of 8 memory slots"));
        assert!(error("a100", "99999x1g.5gb").contains("takes 7 1g at most"));
    }

    #[test]
    fn names_of_another_model_are_recognised() {
        let eighty = error("a100", "3g.40gb");
        assert!(
            eighty.contains("one of the A100 80 GB: name that `a100-80`"),
            "{eighty}"
        );
        assert!(error("h100", "3g.20gb").contains("one of the A100 40 GB"));
        assert!(error("h200", "3g.72gb").ends_with("did you mean `3g.71gb`?"));
        assert!(layout("a100-80", "3g.40gb+4g.40gb").lost() == 0);
    }

    #[test]
    fn a_model_without_a_table_is_taken_at_its_word() {
        let a30 = layout("a30", "2x1g.6gb+2g.12gb");
        assert_eq!(
            (a30.geometry(), a30.compute(), a30.room()),
            (&Geometry::Declared, 4, None)
        );
        // On a known model this would not fit.
        assert_eq!(layout("b200", "4g.90gb+2x1g.23gb").lost(), 1);
        assert!(error("b200", "2x4g.90gb").contains("8 compute slices, and a GPU has 7"));
    }

    #[test]
    fn what_is_no_layout_is_refused() {
        for text in [
            "",
            " ",
            "+",
            "me",
            "3g",
            "3g.20gb+",
            "0x1g.5gb",
            "x1g.5gb",
            "-1x1g.5gb",
            "1g.5gb+me+me",
            "g.5gb",
            "1g.gb",
            "0g.5gb",
            "300g.5gb",
            "1g.5gb,2g.10gb",
        ] {
            for gpu in ["a100", "gpu"] {
                assert!(Layout::parse(gpu, text).is_err(), "{gpu} `{text}`");
            }
        }
    }
}
