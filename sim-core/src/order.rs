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

/// The same of a list that is in order but for these places, each of which stands behind one that comes after it. Returns
/// the first place that has changed.
pub fn merge_pieces<T: Copy>(list: &mut [T], breaks: &[usize], after: &impl Fn(&T, &T) -> bool) -> usize {
    merge_between(list, breaks, 0, &mut Vec::new(), after)
}

fn merge_between<T: Copy>(
    list: &mut [T],
    breaks: &[usize],
    before: usize,
    rest: &mut Vec<T>,
    after: &impl Fn(&T, &T) -> bool,
) -> usize {
    let half = breaks.len() / 2;
    let Some(&middle) = breaks.get(half) else {
        return usize::MAX;
    };
    let (first, second) = list.split_at_mut(middle - before);
    let changed = merge_between(first, &breaks[..half], before, rest, after).min(merge_between(
        second,
        &breaks[half + 1..],
        middle,
        rest,
        after,
    ));
    let comes = second[0];
    let from = first.partition_point(|mine| !after(mine, &comes));
    if from == first.len() {
        return changed;
    }
    join(list, from, middle - before, rest, after);
    changed.min(before + from)
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
    join(list, from, middle, rest, after);
}

/// Merges what stands from one place up to another with what stands behind that.
fn join<T: Copy>(
    list: &mut [T],
    from: usize,
    middle: usize,
    rest: &mut Vec<T>,
    after: &impl Fn(&T, &T) -> bool,
) {
    rest.clear();
    rest.extend_from_slice(&list[from..middle]);
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
            let places = 1..sorted.len();
            let breaks: Vec<usize> = places.filter(|&at| sorted[at - 1] > sorted[at]).collect();
            let (mut pieces, before) = (sorted.clone(), sorted.clone());
            let changed = merge_pieces(&mut pieces, &breaks, &|one, other| one > other);
            assert_eq!(pieces, expected);
            let first = pieces.iter().zip(&before).position(|(now, then)| now != then);
            assert_eq!(changed, first.unwrap_or(usize::MAX));
            sort(&mut sorted);
            assert_eq!(sorted, expected);
        }
    }
}
