//! The axis of waits: a slot of its own for *at once*, then a logarithm with human words.

/// Where a minute begins: below is *at once*.
const FIRST: f64 = 60.0;

/// Waits named on an axis, in seconds.
const NAMED: [(f64, &str); 8] = [
    (300.0, "5 min"),
    (3_600.0, "1 h"),
    (21_600.0, "6 h"),
    (86_400.0, "1 day"),
    (259_200.0, "3"),
    (604_800.0, "1 week"),
    (1_209_600.0, "2"),
    (2_419_200.0, "4"),
];

/// A logarithmic axis from *at once* to a longest wait.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WaitAxis {
    /// Its length in tenths.
    length: i32,
    /// Of that, the slot of *at once*.
    slot: i32,
    longest: f64,
}

impl WaitAxis {
    /// An axis of this length in tenths that holds waits up to `longest` seconds.
    pub fn new(length: i32, longest: f64) -> WaitAxis {
        WaitAxis {
            length,
            slot: length * 8 / 100,
            longest: longest.max(2.0 * FIRST),
        }
    }

    /// How far along a wait lies, in tenths.
    pub fn at(&self, secs: f64) -> i32 {
        if secs < FIRST {
            return 0;
        }
        let along = (secs / FIRST).ln() / (self.longest / FIRST).ln();
        self.slot + (f64::from(self.length - self.slot) * along.min(1.0)).round() as i32
    }

    /// The wait at so many tenths; inside the slot, the last moment that is still *at once*.
    pub fn secs(&self, at: i32) -> f64 {
        if at <= self.slot {
            return FIRST - 1.0;
        }
        let along = f64::from(at - self.slot) / f64::from(self.length - self.slot).max(1.0);
        FIRST * ((self.longest / FIRST).ln() * along).exp()
    }

    /// Length of the slot of *at once*.
    pub fn slot(&self) -> i32 {
        self.slot
    }

    /// Named waits with their places, shortest first, *at once* left out.
    pub fn names(&self) -> impl Iterator<Item = (i32, &'static str)> + '_ {
        let fits = move |&&(secs, _): &&(f64, &str)| secs <= self.longest;
        NAMED
            .iter()
            .filter(fits)
            .map(|&(secs, word)| (self.at(secs), word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_once_has_its_own_slot_and_the_rest_is_a_logarithm() {
        let axis = WaitAxis::new(1000, 432_000.0);
        assert_eq!(
            (axis.at(0.0), axis.at(59.0), axis.at(60.0), axis.at(1e9)),
            (0, 0, 80, 1000)
        );
        let names: Vec<&str> = axis.names().map(|(_, word)| word).collect();
        assert_eq!(names, ["5 min", "1 h", "6 h", "1 day", "3"]);
        for secs in [60.0, 3_600.0, 100_000.0] {
            let back = axis.secs(axis.at(secs));
            assert!((back / secs - 1.0).abs() < 0.02, "{secs} comes back as {back}");
        }
    }
}
