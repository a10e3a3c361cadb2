//! Sorting by one small sort for everything.
//!
//! The standard library's sorts are compiled anew for each type and each comparison, some kilobytes a time; in the
//! worker of the page they were a quarter of the code. Here one sort puts places in order, and only following them is
//! compiled anew. All of it is stable. [`merge_sort`] moves the things themselves, for the one list whose sorting is felt.

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
    merge_sort(&mut places, &|&a, &b| compare(a, b).is_gt());
    places
}

/// Merges halves, each sorted in the same way; two halves that are in order already are left as they are.
pub fn merge_sort<T: Copy>(list: &mut [T], after: &impl Fn(&T, &T) -> bool) {
    merge(list, &mut Vec::new(), true, after);
}

/// The sort of the C library, also for a relation that is no order, which the standard library's may refuse: halves, the
/// first the shorter, and from the first unless it comes after. Always all the way.
pub fn merge_sort_in_full<T: Copy>(list: &mut [T], after: &impl Fn(&T, &T) -> bool) {
    merge(list, &mut Vec::new(), false, after);
}

fn merge<T: Copy>(list: &mut [T], rest: &mut Vec<T>, is_order: bool, after: &impl Fn(&T, &T) -> bool) {
    let middle = list.len() / 2;
    if middle == 0 {
        return;
    }
    let (first, second) = list.split_at_mut(middle);
    merge(first, rest, is_order, after);
    merge(second, rest, is_order, after);
    if is_order && !after(&first[middle - 1], &second[0]) {
        return;
    }
    // What stands before the first that comes forward stays, and so does what is behind the last that goes back.
    let stays = |mine: &&T| is_order && !after(mine, &second[0]);
    let from = first.iter().take_while(stays).count();
    rest.clear();
    rest.extend_from_slice(&first[from..]);
    let list = &mut list[from..];
    let (mut left, mut right) = (0, rest.len());
    for to in 0..list.len() {
        let Some(mine) = rest.get(left) else { return };
        match list.get(right).copied() {
            Some(other) if after(mine, &other) => {
                list[to] = other;
                right += 1;
            }
            Some(_) | None => {
                list[to] = *mine;
                left += 1;
            }
        }
    }
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
