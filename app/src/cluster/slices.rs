//! How the GPUs of a node are cut, as a form edits it: which profiles there are, which still fit, and why others do not.

use sim_core::order;
use sim_core::scenario::mig::{Layout, Model, ProfileClass, Profiles, maximal_sets};
use sim_core::scenario::{CutGpus, NodeGroup};

use super::values::{Read, whole};

/// Profiles that are offered: those that sites use, and 1g with the memory of two.
const OFFERED: [ProfileClass; 6] = ProfileClass::WITH_DOUBLE;

/// `6: 2x3g.71gb; 1: 7x1g.18gb`.
pub fn write(cut: &[CutGpus]) -> String {
    let all: Vec<String> = cut
        .iter()
        .map(|it| format!("{}: {}", it.gpus, it.layout))
        .collect();
    all.join("; ")
}

/// Reads that back. Whether a layout fits is for the check to say.
pub fn read(text: &str) -> Read<Vec<CutGpus>> {
    let one = |part: &str| {
        let (gpus, layout) = part.split_once(": ")?;
        Some(CutGpus {
            gpus: whole::read(gpus.trim()).ok()?,
            layout: layout.trim().to_owned(),
        })
    };
    let parts = text.split(';').filter(|part| !part.trim().is_empty());
    let all: Option<Vec<CutGpus>> = parts.map(one).collect();
    all.ok_or_else(|| format!("“{text}” is not read: write such as 2: 3g.20gb+2g.10gb."))
}

/// A profile that is offered for one more slice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// Its name on this model.
    pub profile: &'static str,
    /// Why there is no room for it; nothing, if it fits.
    pub why: Option<String>,
}

/// The profiles of a type of GPU beside a layout; none, if the type is not known here.
pub fn offers(gpu: &str, layout: &str) -> Vec<Offer> {
    let Some(model) = Model::of_type(gpu) else {
        return Vec::new();
    };
    let offer = |class: &ProfileClass| {
        let profile = model.profile(*class);
        let with = Layout::parse(gpu, &with(layout, profile));
        Offer {
            profile,
            why: with.err().map(|error| error.what()),
        }
    };
    OFFERED.iter().map(offer).collect()
}

/// A layout with one slice more.
pub fn with(layout: &str, profile: &str) -> String {
    match layout.trim() {
        "" => profile.to_owned(),
        layout => tidy(&format!("{layout}+{profile}")),
    }
}

/// A layout without one of its slices, by its place; nothing is left of the last.
pub fn without(gpu: &str, layout: &str, at: usize) -> Option<String> {
    let mut slices = profiles(gpu, layout);
    if at < slices.len() {
        slices.remove(at);
    }
    (!slices.is_empty()).then(|| join(&slices))
}

/// The slices of a layout, one by one; none, if it cannot be read.
pub fn profiles(gpu: &str, layout: &str) -> Vec<String> {
    Layout::parse(gpu, layout).map_or(Vec::new(), |layout| {
        layout
            .slices()
            .iter()
            .map(|slice| slice.profile.clone())
            .collect()
    })
}

/// The cuts that leave no room, the finest first.
pub fn whole_cuts(gpu: &str) -> Vec<String> {
    let Some(model) = Model::of_type(gpu) else {
        return Vec::new();
    };
    let mut cuts: Vec<(usize, String)> = maximal_sets(&ProfileClass::USUAL)
        .iter()
        .map(|set| (set.len(), of_set(set, model)))
        .collect();
    order::sort_by(&mut cuts, |a, b| b.cmp(a));
    cuts.into_iter().map(|(_, cut)| cut).collect()
}

/// What a new cut begins with: two halves where the model is known.
pub fn first(gpu: &str) -> String {
    match Model::of_type(gpu) {
        Some(model) => format!("2x{}", model.profile(ProfileClass::Three)),
        None => "7x1g.5gb".to_owned(),
    }
}

/// After the type of a group's GPUs has changed, its layouts have the other model's names for the same slices.
pub fn translate(group: &mut NodeGroup, before: &str) {
    let (Some(from), Some(to)) = (Model::of_type(before), Model::of_type(&group.gpu)) else {
        return;
    };
    for part in &mut group.cut {
        let slices = profiles(before, &part.layout);
        let named: Option<Vec<String>> = slices
            .iter()
            .map(|profile| Some(to.profile(from.class(profile)?).to_owned()))
            .collect();
        if let Some(named) = named.filter(|named| !named.is_empty()) {
            part.layout = join(&named);
        }
    }
}

fn of_set(set: &Profiles, model: Model) -> String {
    let mut all: Vec<String> = set
        .iter()
        .flat_map(|(class, n)| std::iter::repeat_n(model.profile(class).to_owned(), usize::from(n)))
        .collect();
    all.reverse();
    join(&all)
}

/// Equal neighbours are counted: `2x3g.20gb+1g.5gb`.
fn join(slices: &[String]) -> String {
    let mut parts: Vec<(usize, &String)> = Vec::new();
    for slice in slices {
        match parts.last_mut() {
            Some((n, last)) if *last == slice => *n += 1,
            Some(_) | None => parts.push((1, slice)),
        }
    }
    let parts = parts.into_iter().map(|(n, slice)| match n {
        1 => slice.clone(),
        n => format!("{n}x{slice}"),
    });
    parts.collect::<Vec<_>>().join("+")
}

/// A layout in its shortest writing, where it can be told without a model.
fn tidy(layout: &str) -> String {
    let mut slices = Vec::new();
    for part in layout.split('+') {
        let (n, profile) = match part.split_once('x') {
            Some((n, profile)) => (n.trim().parse().unwrap_or(usize::MAX), profile),
            None => (1, part),
        };
        // Beyond what a GPU holds nothing is gained by counting, and a name with a plus in it is left alone.
        if n > 7 || profile == "me" {
            return layout.to_owned();
        }
        slices.extend(std::iter::repeat_n(profile.trim().to_owned(), n));
    }
    join(&slices)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_without_room_says_why() {
        let offers = offers("a100", "4g.20gb+2g.10gb");
        let of = |profile: &str| offers.iter().find(|offer| offer.profile == profile).unwrap();
        assert_eq!(of("1g.5gb").why, None);
        let why = of("2g.10gb").why.clone().unwrap();
        assert!(
            why.contains("a 2g can begin only at memory slot 0, 2, 4"),
            "{why}"
        );
        assert!(super::offers("v100", "").is_empty());
        assert!(super::offers("h100", "").iter().all(|offer| offer.why.is_none()));
    }

    #[test]
    fn slices_come_and_go_one_by_one() {
        assert_eq!(with("3g.20gb", "3g.20gb"), "2x3g.20gb");
        assert_eq!(with("2x3g.20gb", "1g.5gb"), "2x3g.20gb+1g.5gb");
        assert_eq!(with("", "1g.5gb"), "1g.5gb");
        assert_eq!(with("1g.5gb+me", "1g.5gb"), "1g.5gb+me+1g.5gb");
        assert_eq!(with("99999999x1g.5gb", "1g.5gb"), "99999999x1g.5gb+1g.5gb");
        assert_eq!(
            without("a100", "3g.20gb+2x2g.10gb", 1),
            Some("3g.20gb+2g.10gb".to_owned())
        );
        assert_eq!(without("a100", "7g.40gb", 0), None);
    }

    #[test]
    fn whole_cuts_are_those_that_leave_no_room() {
        let cuts = whole_cuts("h100");
        assert_eq!(cuts.len(), 12);
        assert_eq!(cuts[0], "7x1g.10gb");
        for cut in &cuts {
            assert_eq!(Layout::parse("h100", cut).unwrap().room(), None, "{cut}");
        }
    }

    #[test]
    fn the_same_slices_have_the_names_of_another_model() {
        let mut group = NodeGroup {
            gpu: "h200".to_owned(),
            cut: read("2: 2x3g.20gb; 1: 7x1g.5gb").unwrap(),
            ..NodeGroup::default()
        };
        translate(&mut group, "a100");
        assert_eq!(write(&group.cut), "2: 2x3g.71gb; 1: 7x1g.18gb");
        group.gpu = "v100".to_owned();
        translate(&mut group, "h200");
        assert_eq!(
            write(&group.cut),
            "2: 2x3g.71gb; 1: 7x1g.18gb",
            "nobody knows its names"
        );
    }
}
