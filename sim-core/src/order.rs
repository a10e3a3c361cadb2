//! Sorting by one small sort for everything.
//!
//! The standard library's sorts are compiled anew for each type and each comparison, some kilobytes a time; in the
//! worker of the page they were a quarter of the code. Here one sort puts places in order, and only following them is
//! compiled anew. All of it is stable. Where sorting takes time that can be felt, use the standard library's.

use std::cmp::Ordering;

/// Brings a list into its order.
pub fn sort<T: Ord>(list: &mut [T]) {
    sort_by(list, T::cmp);
}

/// Brings a list into the order of a key.
pub fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    sort_by(list, |a, b| key(a).cmp(&key(b)));
}

/// Brings a list into the order of a comparison.
pub fn sort_by<T>(list: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let mut from = places(list.len(), &|a, b| compare(&list[a], &list[b]));
    // Goes round each cycle of places: what belongs here comes here, what was here goes to where that came from.
    for start in 0..list.len() {
        let mut here = start;
        loop {
            let next = std::mem::replace(&mut from[here], here);
            if next == start {
                break;
            }
            list.swap(here, next);
            here = next;
        }
    }
}

/// The places of a list in the order of what stands there.
#[inline(never)]
fn places(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    places.sort_by(|&a, &b| compare(a, b));
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_does_what_the_standard_library_does() {
        for count in 0..60_u32 {
            let keys = (0..count).map(|at| (at * at + 7 * count) % 13);
            let mut expected: Vec<(u32, u32)> = keys.zip(0..).collect();
            let mut sorted = expected.clone();
            expected.sort_by_key(|&(key, _)| key);
            sort_by_key(&mut sorted, |&(key, _)| key);
            assert_eq!(sorted, expected);
            expected.sort_by(|a, b| b.cmp(a));
            sort_by(&mut sorted, |a, b| b.cmp(a));
            assert_eq!(sorted, expected);
            expected.sort();
            sort(&mut sorted);
            assert_eq!(sorted, expected);
        }
    }
}
