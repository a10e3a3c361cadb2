//! Short fingerprints of results: equal on every target, or something is wrong.

use sha2::{Digest as _, Sha256};

use super::Report;

/// First 16 hex digits of SHA-256 over a text.
pub fn fingerprint(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The fingerprint of a whole report: over the seeds' digests in order.
pub fn overall_digest(report: &Report) -> String {
    let digests: String = report.seeds.iter().map(|seed| seed.digest.as_str()).collect();
    fingerprint(&digests)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fingerprint_is_the_catalogued_one() {
        assert_eq!(fingerprint("abc"), "ba7816bf8f01cfea");
        assert_eq!(overall_digest(&Report::default()), "e3b0c44298fc1c14");
    }
}
