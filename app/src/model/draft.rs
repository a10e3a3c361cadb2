//! The proposal being edited beside its baseline, with undo, redo and a second look at the last change.

use sim_core::scenario::Horizon;
use sim_core::scenario::knobs::{KNOBS, Kind, Knob, Setting, Settings};
use sim_core::scenario::link::{self, Profile};
use sim_core::scenario::structure;
use sim_worker::Case;

/// How many changes can be undone.
const DEPTH: usize = 100;

/// The two policies under comparison, as settings of knobs on set-ups. Their people, assumptions and run are always the same.
#[derive(Clone, PartialEq, Debug)]
pub struct Pair {
    /// What the two sides are without any knob moved, the baseline's first: one preset, as it is or changed.
    pub on: [Profile; 2],
    /// What is compared against.
    pub baseline: Settings,
    /// What is proposed.
    pub proposal: Settings,
    /// What is simulated, and what of it is measured.
    pub horizon: Horizon,
    /// The first seed.
    pub seed: u64,
}

impl Pair {
    /// A proposal that changes nothing.
    pub fn unchanged(profile: &Profile) -> Pair {
        Pair::unmoved([profile.clone(), profile.clone()])
    }

    /// With no knob moved.
    fn unmoved(on: [Profile; 2]) -> Pair {
        let [baseline, proposal] = on.each_ref().map(|profile| profile.settings.clone());
        Pair {
            on,
            baseline,
            proposal,
            horizon: Horizon::PAGE,
            seed: link::PAGE_SEED,
        }
    }

    /// Baseline and proposal as the workers know them.
    pub fn cases(&self) -> [Case; 2] {
        let [base, proposal] = &self.on;
        [(base, &self.baseline), (proposal, &self.proposal)].map(|(on, settings)| Case {
            profile: on.name.clone(),
            settings: settings.clone(),
            horizon: self.horizon,
            seed: self.seed,
        })
    }

    /// The name of the preset that both sides come from.
    pub fn preset(&self) -> &str {
        structure::taken_apart(&self.on[1].name).0
    }

    /// Whether a side is changed in more than knobs say: the baseline, the proposal. What both sides plan for is no change.
    pub fn is_rebuilt(&self) -> [bool; 2] {
        self.on.each_ref().map(|on| {
            let (_, parts) = structure::taken_apart(&on.name);
            let mut parts = parts.split('&').filter(|part| structure::is_part(part));
            parts.any(|part| !structure::is_demand(part))
        })
    }
}

/// One change.
#[derive(Clone, Debug)]
pub enum Edit {
    /// Sets a knob. An assumption changes for both sides.
    Set(&'static Knob, Setting),
    /// Puts a knob back to what it was.
    Reset(&'static Knob),
    /// Puts every knob back to the set-ups.
    ResetAll,
    /// What is proposed becomes what is compared against.
    TakeAsBaseline,
    /// Exchanges the two sides.
    Swap,
    /// Takes over both sides from another link to the same preset.
    Replace(Box<Pair>),
}

/// The pair being edited, and the way back.
#[derive(Clone, Debug)]
pub struct Draft {
    now: Pair,
    past: Vec<Pair>,
    future: Vec<Pair>,
    /// The knob of a change that is not settled: further settings of it are the same change.
    moving: Option<&'static str>,
    /// Whether the state before the last change is shown, for a second look at it.
    looking_back: bool,
}

impl Draft {
    /// Nothing changed yet.
    pub fn new(pair: Pair) -> Draft {
        Draft {
            now: pair,
            past: Vec::new(),
            future: Vec::new(),
            moving: None,
            looking_back: false,
        }
    }

    /// The pair to run and to show.
    pub fn pair(&self) -> &Pair {
        match self.past.last() {
            Some(before) if self.looking_back => before,
            _ => &self.now,
        }
    }

    /// What a knob was: the baseline's value, or the set-up's for an assumption, which has no baseline of its own.
    pub fn was(&self, knob: &Knob) -> Setting {
        match knob.kind {
            Kind::Policy => self.pair().baseline.get(knob),
            Kind::Assumption => self.pair().on[1].settings.get(knob),
        }
    }

    /// What a knob is.
    pub fn is(&self, knob: &Knob) -> Setting {
        self.pair().proposal.get(knob)
    }

    /// Whether a knob differs from what it was.
    pub fn is_changed(&self, knob: &Knob) -> bool {
        self.is(knob) != self.was(knob)
    }

    /// Makes a change. Settings of one knob, until [`Draft::settle`], are one change.
    pub fn apply(&mut self, edit: Edit) {
        self.looking_back = false;
        let mut next = self.now.clone();
        let mut moving = None;
        match edit {
            Edit::Set(knob, setting) => {
                set(&mut next, knob, setting);
                moving = Some(knob.key);
            }
            Edit::Reset(knob) => {
                let was = self.was(knob);
                set(&mut next, knob, was);
            }
            Edit::ResetAll => next = Pair::unmoved(next.on),
            Edit::TakeAsBaseline => {
                next.baseline = next.proposal.clone();
                next.on[0] = next.on[1].clone();
            }
            Edit::Swap => {
                std::mem::swap(&mut next.baseline, &mut next.proposal);
                next.on.swap(0, 1);
            }
            Edit::Replace(pair) => next = *pair,
        }
        if next == self.now {
            return;
        }
        if moving.is_none() || moving != self.moving {
            self.past.push(self.now.clone());
            if self.past.len() > DEPTH {
                self.past.remove(0);
            }
        }
        self.moving = moving;
        self.future.clear();
        self.now = next;
    }

    /// The change under way is complete: the next setting of the same knob is another change.
    pub fn settle(&mut self) {
        self.moving = None;
        if self.past.last() == Some(&self.now) {
            self.past.pop();
        }
    }

    /// Takes back the last change.
    pub fn undo(&mut self) {
        self.settle();
        self.looking_back = false;
        if let Some(before) = self.past.pop() {
            self.future.push(std::mem::replace(&mut self.now, before));
        }
    }

    /// Makes the change that was taken back last.
    pub fn redo(&mut self) {
        self.settle();
        self.looking_back = false;
        if let Some(after) = self.future.pop() {
            self.past.push(std::mem::replace(&mut self.now, after));
        }
    }

    /// Shows the state before the last change; [`Draft::look_again`] then shows the change itself once more.
    pub fn look_back(&mut self) {
        self.settle();
        self.looking_back = !self.past.is_empty();
    }

    /// Ends [`Draft::look_back`].
    pub fn look_again(&mut self) {
        self.looking_back = false;
    }

    /// Whether the state before the last change is shown.
    pub fn is_looking_back(&self) -> bool {
        self.looking_back
    }

    /// Whether the baseline's policy is the preset's own.
    pub fn has_usual_baseline(&self) -> bool {
        let pair = self.pair();
        let usual = |knob: &Knob| pair.baseline.get(knob) == pair.on[0].settings.get(knob);
        !pair.is_rebuilt()[0] && KNOBS.iter().filter(|knob| knob.kind == Kind::Policy).all(usual)
    }

    /// Whether any knob differs from the set-ups, on either side.
    pub fn can_reset(&self) -> bool {
        self.now != Pair::unmoved(self.now.on.clone())
    }

    /// Whether there is a change to take back.
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a change to make again.
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }
}

/// Sets a knob on the proposal, and an assumption on both sides: nobody can propose another demand.
fn set(pair: &mut Pair, knob: &Knob, setting: Setting) {
    pair.proposal.set(knob, setting);
    match knob.kind {
        Kind::Policy => {}
        Kind::Assumption => pair.baseline.set(knob, setting),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sim_core::scenario::{Scenario, knobs};

    fn profile() -> Profile {
        Profile::of(&Scenario::default())
    }

    fn draft() -> Draft {
        Draft::new(Pair::unchanged(&profile()))
    }

    fn cap() -> &'static Knob {
        knobs::find("cap").unwrap()
    }

    #[test]
    fn a_slide_over_many_stops_is_one_change() {
        let mut draft = draft();
        for gpus in [2, 4, 8] {
            draft.apply(Edit::Set(cap(), Setting::Count(gpus)));
        }
        draft.settle();
        draft.apply(Edit::Set(cap(), Setting::Count(16)));
        draft.undo();
        assert_eq!(draft.is(cap()), Setting::Count(8));
        draft.undo();
        assert!(!draft.is_changed(cap()) && !draft.can_undo());
        draft.redo();
        draft.redo();
        assert_eq!(draft.is(cap()), Setting::Count(16));
    }

    #[test]
    fn a_slide_that_ends_where_it_began_leaves_nothing_to_undo() {
        let mut draft = draft();
        let before = draft.is(cap());
        draft.apply(Edit::Set(cap(), Setting::Count(2)));
        draft.apply(Edit::Set(cap(), before));
        draft.settle();
        assert!(!draft.can_undo());
    }

    #[test]
    fn an_assumption_changes_for_both_sides_and_counts_as_changed_against_the_profile() {
        let mut draft = draft();
        let load = knobs::find("load").unwrap();
        draft.apply(Edit::Set(load, Setting::Count(110)));
        assert_eq!(draft.pair().baseline, draft.pair().proposal);
        assert!(draft.is_changed(load));
        draft.apply(Edit::Reset(load));
        assert!(!draft.is_changed(load));
    }

    #[test]
    fn a_second_look_shows_what_was_before_and_then_the_change_again() {
        let mut draft = draft();
        draft.apply(Edit::Set(cap(), Setting::Count(2)));
        draft.look_back();
        assert!(!draft.is_changed(cap()));
        draft.look_again();
        assert_eq!(draft.is(cap()), Setting::Count(2));
        draft.look_back();
        draft.apply(Edit::Set(cap(), Setting::Count(4)));
        assert_eq!(draft.is(cap()), Setting::Count(4));
    }

    #[test]
    fn a_changed_set_up_goes_with_its_side() {
        let mut pair = Pair::unchanged(&profile());
        pair.on[1].name += "&.nodes.node.count=9&.workload.planned-for=32,16";
        pair.on[0].name += "&.workload.planned-for=32,16";
        let mut draft = Draft::new(pair);
        assert_eq!(
            (draft.pair().is_rebuilt(), draft.pair().preset()),
            ([false, true], "unnamed")
        );
        assert!(draft.has_usual_baseline() && !draft.can_reset());
        draft.apply(Edit::Swap);
        assert_eq!(draft.pair().is_rebuilt(), [true, false]);
        assert!(!draft.has_usual_baseline());
        draft.undo();
        draft.apply(Edit::TakeAsBaseline);
        let [base, proposal] = draft.pair().cases();
        assert_eq!(base, proposal);
    }

    #[test]
    fn a_proposal_taken_as_baseline_can_be_undone_and_all_can_be_reset() {
        let mut draft = draft();
        draft.apply(Edit::Set(cap(), Setting::Count(2)));
        draft.apply(Edit::TakeAsBaseline);
        assert_eq!(draft.was(cap()), Setting::Count(2));
        draft.undo();
        assert!(draft.is_changed(cap()));
        draft.apply(Edit::Swap);
        assert_eq!(draft.was(cap()), Setting::Count(2));
        assert!(draft.can_reset());
        draft.apply(Edit::ResetAll);
        assert!(!draft.can_reset());
        assert_eq!(*draft.pair(), Pair::unchanged(&profile()));
    }
}
