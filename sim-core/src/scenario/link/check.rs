//! The two characters at the end of a link that notice damage.
//!
//! A CRC of 10 bits, as two characters of Crockford's base 32. Its polynomial is x¹⁰+x⁹+x⁵+x⁴+x+1, which is
//! (x+1)(x⁹+x⁴+1): every error within one character is noticed, every two characters that changed places (up to 510
//! apart, since the order of x modulo the second factor is 511 and that factor is longer than any difference of two
//! characters), and of all other errors 1023 in 1024.

/// The polynomial without its highest power.
const POLYNOMIAL: u16 = 0x233;
const BITS: u16 = 0x3ff;

/// Crockford's base 32: no i, l, o, u, so that nothing is misread.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The two characters that belong behind `~` after this text.
pub fn check_characters(text: &str) -> String {
    let crc = crc(text.as_bytes());
    [crc >> 5, crc & 31]
        .into_iter()
        .map(|five_bits| char::from(ALPHABET[usize::from(five_bits)]))
        .collect()
}

/// Check characters as meant: a reader's O is a zero, an I or L a one.
pub(super) fn as_meant(found: &str) -> String {
    found
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        })
        .collect()
}

fn crc(bytes: &[u8]) -> u16 {
    let mut crc = BITS;
    for &byte in bytes {
        for bit in (0..8).rev() {
            let carried = (crc >> 9) ^ u16::from(byte >> bit & 1);
            crc = (crc << 1) & BITS;
            if carried & 1 == 1 {
                crc ^= POLYNOMIAL;
            }
        }
    }
    crc
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "p0?profile=group-32&cap=16gpu&half-life=7d&b.cap=off&days=60d&seeds=20";

    #[test]
    fn the_polynomial_gives_the_catalogued_check_value() {
        // "123456789" under this polynomial from zero is 0x199 (CRC-10/ATM); ours starts from all ones so that leading
        // characters count: 0x199 xor the effect of the start, which is linear.
        let from_zero = |bytes: &[u8]| crc(bytes) ^ crc(&vec![0; bytes.len()]);
        assert_eq!(from_zero(b"123456789"), 0x199);
    }

    #[test]
    fn a_changed_character_is_noticed_wherever_it_stands() {
        for at in 0..LINK.len() {
            for other in (b'!'..=b'~').filter(|&other| other != LINK.as_bytes()[at]) {
                let mut text = LINK.as_bytes().to_vec();
                text[at] = other;
                let text = String::from_utf8(text).unwrap();
                assert_ne!(check_characters(&text), check_characters(LINK), "{text}");
            }
        }
    }

    #[test]
    fn any_two_characters_that_changed_places_are_noticed() {
        for a in 0..LINK.len() {
            for b in a + 1..LINK.len() {
                let mut text = LINK.as_bytes().to_vec();
                text.swap(a, b);
                let text = String::from_utf8(text).unwrap();
                assert!(
                    text == LINK || check_characters(&text) != check_characters(LINK),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn a_lost_part_is_noticed() {
        for end in 0..LINK.len() {
            assert_ne!(
                check_characters(&LINK[..end]),
                check_characters(LINK),
                "{}",
                &LINK[..end]
            );
        }
        let parts: Vec<&str> = LINK.split('&').collect();
        for lost in 1..parts.len() {
            let kept: Vec<&str> = (0..parts.len())
                .filter(|&i| i != lost)
                .map(|i| parts[i])
                .collect();
            assert_ne!(check_characters(&kept.join("&")), check_characters(LINK));
        }
    }

    #[test]
    fn check_characters_are_read_as_meant() {
        assert_eq!(as_meant("Oi"), "01");
        assert_eq!(as_meant("Lz"), "1z");
    }
}
