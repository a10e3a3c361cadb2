//! Where instances can lie on a GPU: all ways to cut one, and whether a wanted set is among them.

use std::collections::BTreeSet;
use std::fmt;

use super::{MEMORY_SLOTS, ProfileClass};
use crate::order;

/// An instance at its place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Placed {
    /// The first of its memory slots.
    pub start: u8,
    /// What it is.
    pub class: ProfileClass,
}

/// `3g@4`.
impl fmt::Display for Placed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.class, self.start)
    }
}

impl Placed {
    /// Its memory slots, a bit each.
    const fn slots(self) -> u16 {
        ((1 << self.class.memory()) - 1) << self.start
    }
}

/// So many instances of each class, wherever they lie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Profiles([u8; 7]);

impl Profiles {
    /// How many of one class.
    pub fn of(&self, class: ProfileClass) -> u8 {
        self.0[class.index()]
    }
    /// The classes that are there and how many of each, the smallest first.
    pub fn iter(&self) -> impl Iterator<Item = (ProfileClass, u8)> {
        ProfileClass::ALL
            .into_iter()
            .map(|class| (class, self.of(class)))
            .filter(|&(_, n)| n > 0)
    }
    /// Number of instances.
    pub fn len(&self) -> usize {
        self.0.iter().map(|&n| usize::from(n)).sum()
    }
    /// Whether there is no instance.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Compute slices of all instances.
    pub fn compute(&self) -> u32 {
        self.iter()
            .map(|(class, n)| u32::from(class.compute()) * u32::from(n))
            .sum()
    }
    /// Whether everything in `other` is here too.
    pub fn contains(&self, other: &Profiles) -> bool {
        self.0.iter().zip(other.0).all(|(&have, want)| have >= want)
    }
    /// How many instances both have.
    pub fn common(&self, other: &Profiles) -> usize {
        self.0
            .iter()
            .zip(other.0)
            .map(|(&a, b)| usize::from(a.min(b)))
            .sum()
    }
    /// One more of a class.
    #[must_use]
    pub fn with(mut self, class: ProfileClass) -> Profiles {
        self.0[class.index()] = self.0[class.index()].saturating_add(1);
        self
    }
    /// Places for all, in order of start, or `None` if they do not fit on one GPU. Of several ways, the one whose
    /// larger instances begin as far left as the others allow: four 1g move a 3g to slot 4.
    pub fn place(&self) -> Option<Vec<Placed>> {
        if self.iter().any(|(class, n)| n > class.most()) {
            return None;
        }
        let largest_first: Vec<ProfileClass> = ProfileClass::ALL
            .into_iter()
            .rev()
            .flat_map(|class| std::iter::repeat_n(class, usize::from(self.of(class))))
            .collect();
        let mut placed = Vec::with_capacity(largest_first.len());
        place_rest(&largest_first, 0, &mut placed).then(|| {
            order::sort(&mut placed);
            placed
        })
    }
    /// Whether they fit on one GPU.
    pub fn fit(&self) -> bool {
        self.place().is_some()
    }
}

impl FromIterator<ProfileClass> for Profiles {
    fn from_iter<I: IntoIterator<Item = ProfileClass>>(classes: I) -> Self {
        classes.into_iter().fold(Profiles::default(), Profiles::with)
    }
}

/// `2×1g+2g+3g`; nothing is `none`.
impl fmt::Display for Profiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("none");
        }
        for (i, (class, n)) in self.iter().enumerate() {
            let plus = if i > 0 { "+" } else { "" };
            match n {
                1 => write!(f, "{plus}{class}")?,
                n => write!(f, "{plus}{n}×{class}")?,
            }
        }
        Ok(())
    }
}

/// Puts the classes one after the other to the first place that leaves room for the rest.
fn place_rest(rest: &[ProfileClass], taken: u16, placed: &mut Vec<Placed>) -> bool {
    let Some((&class, rest)) = rest.split_first() else {
        return true;
    };
    for &start in class.starts() {
        let instance = Placed { start, class };
        if taken & instance.slots() == 0 {
            placed.push(instance);
            if place_rest(rest, taken | instance.slots(), placed) {
                return true;
            }
            placed.pop();
        }
    }
    false
}

/// All ways to put instances of these classes on one GPU, each in order of start; to leave it uncut is one of them.
/// Slots may stay empty.
pub fn layouts(classes: &[ProfileClass]) -> Vec<Vec<Placed>> {
    let mut found = Vec::new();
    walk(classes, 0, &mut Vec::new(), &mut found);
    found
}

fn walk(classes: &[ProfileClass], slot: u8, placed: &mut Vec<Placed>, found: &mut Vec<Vec<Placed>>) {
    if slot == MEMORY_SLOTS {
        found.push(placed.clone());
        return;
    }
    walk(classes, slot + 1, placed, found);
    for &class in classes {
        let before = placed.iter().filter(|other| other.class == class).count();
        if class.starts().contains(&slot) && before < usize::from(class.most()) {
            placed.push(Placed { start: slot, class });
            walk(classes, slot + class.memory(), placed, found);
            placed.pop();
        }
    }
}

/// The ways to which no instance can be added without moving one.
pub fn maximal_layouts(classes: &[ProfileClass]) -> Vec<Vec<Placed>> {
    let mut all = layouts(classes);
    all.retain(|layout| {
        let taken = layout.iter().fold(0, |slots, instance| slots | instance.slots());
        let full = |class: ProfileClass| {
            let there = layout.iter().filter(|other| other.class == class).count();
            let free = |&start: &u8| taken & Placed { start, class }.slots() == 0;
            there >= usize::from(class.most()) || !class.starts().iter().any(free)
        };
        classes.iter().all(|&class| full(class))
    });
    all
}

/// All sets of these classes that fit on one GPU, the empty one included.
pub fn sets(classes: &[ProfileClass]) -> BTreeSet<Profiles> {
    // One by one: to collect them would bring in a sort of its own.
    let mut sets = BTreeSet::new();
    for layout in layouts(classes) {
        sets.insert(layout.iter().map(|instance| instance.class).collect());
    }
    sets
}

/// The sets to which nothing can be added, however the instances are moved.
pub fn maximal_sets(classes: &[ProfileClass]) -> BTreeSet<Profiles> {
    let mut all = sets(classes);
    all.retain(|set| !classes.iter().any(|&class| set.with(class).fit()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProfileClass::{Four, One, OneMedia, Seven, Three, Two};

    fn texts(sets: &BTreeSet<Profiles>) -> BTreeSet<String> {
        sets.iter().map(ToString::to_string).collect()
    }

    fn fits(classes: &[ProfileClass]) -> bool {
        classes.iter().copied().collect::<Profiles>().fit()
    }

    #[test]
    fn there_are_as_many_ways_to_cut_as_an_enumeration_by_hand_finds() {
        let usual = &ProfileClass::USUAL;
        assert_eq!(
            (sets(usual).len(), layouts(usual).len()),
            (38, 298),
            "the empty one counts"
        );
        assert_eq!(
            (maximal_sets(usual).len(), maximal_layouts(usual).len()),
            (12, 19)
        );
        let double = &ProfileClass::WITH_DOUBLE;
        assert_eq!(
            (
                sets(double).len(),
                layouts(double).len(),
                maximal_sets(double).len()
            ),
            (78, 723, 28)
        );
    }

    #[test]
    fn twelve_sets_leave_no_room() {
        let twelve = [
            "7×1g",
            "5×1g+2g",
            "4×1g+3g",
            "3×1g+2×2g",
            "3×1g+4g",
            "2×1g+2g+3g",
            "1g+3×2g",
            "1g+2g+4g",
            "2×2g+3g",
            "2×3g",
            "3g+4g",
            "7g",
        ];
        assert_eq!(
            texts(&maximal_sets(&ProfileClass::USUAL)),
            twelve.into_iter().map(str::to_owned).collect()
        );
    }

    #[test]
    fn nineteen_layouts_leave_no_room_where_they_lie() {
        let nineteen = "\
            1g@0 1g@1 1g@2 1g@3 1g@4 1g@5 1g@6|1g@0 1g@1 1g@2 1g@3 2g@4 1g@6|1g@0 1g@1 1g@2 1g@3 3g@4|\
            1g@0 1g@1 2g@2 1g@4 1g@5 1g@6|1g@0 1g@1 2g@2 2g@4 1g@6|1g@0 1g@1 2g@2 3g@4|\
            2g@0 1g@2 1g@3 1g@4 1g@5 1g@6|2g@0 1g@2 1g@3 2g@4 1g@6|2g@0 1g@2 1g@3 3g@4|\
            2g@0 2g@2 1g@4 1g@5 1g@6|2g@0 2g@2 2g@4 1g@6|2g@0 2g@2 3g@4|\
            3g@0 1g@4 1g@5 1g@6|3g@0 2g@4 1g@6|3g@0 3g@4|\
            4g@0 1g@4 1g@5 1g@6|4g@0 2g@4 1g@6|4g@0 3g@4|7g@0";
        let line = |layout: &Vec<Placed>| {
            let places: Vec<String> = layout.iter().map(ToString::to_string).collect();
            places.join(" ")
        };
        let found: BTreeSet<String> = maximal_layouts(&ProfileClass::USUAL).iter().map(line).collect();
        assert_eq!(found, nineteen.split('|').map(str::to_owned).collect());
    }

    #[test]
    fn four_small_ones_fit_beside_a_3g_only_if_it_is_moved_to_the_right() {
        let set: Profiles = [One, One, One, One, Three].into_iter().collect();
        let three = |layout: Vec<Placed>| layout.into_iter().find(|p| p.class == Three).unwrap().start;
        assert_eq!(set.place().map(three), Some(4));
        let alone: Profiles = [Three, One, One, One].into_iter().collect();
        assert_eq!(alone.place().map(three), Some(0));
    }

    #[test]
    fn what_looks_as_if_it_fits_may_not() {
        assert!(!fits(&[Four, Two, Two]), "a 2g cannot begin at slot 6");
        assert!(!fits(&[One, Three, Three]), "two 3g take all memory");
        assert!(!fits(&[Two, Two, Two, Two]));
        assert!(!fits(&[Four, Four]));
        assert!(!fits(&[Seven, One]));
        assert!(!fits(&[OneMedia, OneMedia]), "there is one set of media engines");
        assert!(fits(&[OneMedia, One, One, One, One, One, One]));
        let wasteful: Profiles = [Three, Three].into_iter().collect();
        assert_eq!((wasteful.fit(), wasteful.compute()), (true, 6));
    }

    #[test]
    fn every_part_of_a_cut_is_a_cut_and_none_uses_more_than_seven_sevenths() {
        let all = sets(&ProfileClass::ALL);
        for set in &all {
            assert!(set.fit() && set.compute() <= 7, "{set}");
            for (class, _) in set.iter() {
                let mut fewer = *set;
                fewer.0[class.index()] -= 1;
                assert!(all.contains(&fewer), "{set} without a {class}");
            }
        }
    }
}
