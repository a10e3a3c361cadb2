//! The gate of the palette.
use super::*;

#[test]
fn tokens_come_home_from_their_carriers() {
    for &token in Token::ALL {
        assert_eq!(Token::from_carrier(token.carrier()), Some(token));
    }
}
