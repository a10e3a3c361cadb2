//! The receipt of a result: by what a reader of the link can tell that their own run is the same.

use sim_core::scenario::link;

use super::draft::Pair;
use super::shown::Shown;

/// A receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// Digest of the proposal's runs.
    pub digest: String,
    /// The receipt in one line.
    pub words: String,
}

/// The receipt of a whole answer.
pub fn receipt(shown: &Shown, pair: &Pair) -> Receipt {
    let digest = shown.proposal.digest();
    let horizon = pair.horizon;
    let (warm_up, measured) = (horizon.warm_up.0 / 86_400, horizon.measured.0 / 86_400);
    let first = pair.seed;
    let last = first + (shown.runs() as u64).saturating_sub(1);
    let words = format!(
        "Receipt: Trilemma {}, link version p{}, seeds {first} to {last}, {warm_up} days of warm-up and {measured} measured, digest {digest}.",
        env!("CARGO_PKG_VERSION"),
        link::VERSION,
    );
    Receipt { digest, words }
}
