//! Something for each of a few things: a list in order. A tree would be as quick here, and several times the code.

use serde::{Deserialize, Serialize};

/// A value for each of some keys, in their order.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct By<K, V> {
    /// In order of the keys, each once.
    rows: Vec<(K, V)>,
}

impl<K, V> Default for By<K, V> {
    fn default() -> Self {
        By { rows: Vec::new() }
    }
}

impl<K: Ord, V> By<K, V> {
    fn find(&self, key: &K) -> Result<usize, usize> {
        let at = self.rows.iter().take_while(|(other, _)| other < key).count();
        match self.rows.get(at) {
            Some((other, _)) if other == key => Ok(at),
            Some(_) | None => Err(at),
        }
    }

    /// What there is for a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        self.find(key).ok().map(|at| &self.rows[at].1)
    }

    /// The same, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.find(key).ok().map(|at| &mut self.rows[at].1)
    }

    /// What there is for a key; if there is nothing, what there is by default.
    pub fn of(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = match self.find(&key) {
            Ok(at) => at,
            Err(at) => {
                self.rows.insert(at, (key, V::default()));
                at
            }
        };
        &mut self.rows[at].1
    }

    /// Another value for a key.
    pub fn insert(&mut self, key: K, value: V)
    where
        V: Default,
    {
        *self.of(key) = value;
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.rows.iter().map(|(key, _)| key)
    }

    /// The values, in order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.rows.iter().map(|(_, value)| value)
    }

    /// The same, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.rows.iter_mut().map(|(_, value)| value)
    }

    /// Keys and values, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.rows.iter().map(|(key, value)| (key, value))
    }
}

impl<'a, K: Ord, V> IntoIterator for &'a By<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = std::iter::Map<std::slice::Iter<'a, (K, V)>, fn(&'a (K, V)) -> (&'a K, &'a V)>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter().map(|(key, value)| (key, value))
    }
}

impl<K: Ord, V: Default> FromIterator<(K, V)> for By<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(rows: I) -> Self {
        let mut by = By::default();
        for (key, value) in rows {
            by.insert(key, value);
        }
        by
    }
}

impl<K: Ord, V: Default, const N: usize> From<[(K, V); N]> for By<K, V> {
    fn from(rows: [(K, V); N]) -> Self {
        rows.into_iter().collect()
    }
}

impl<K: Ord, V> std::ops::Index<&K> for By<K, V> {
    type Output = V;
    fn index(&self, key: &K) -> &V {
        self.get(key).expect("whoever indexes knows that there is one")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_one_value_for_each_key_in_their_order() {
        let mut by = By::from([(3, "c"), (1, "a"), (3, "d")]);
        by.insert(2, "b");
        assert_eq!(
            by.iter().collect::<Vec<_>>(),
            [(&1, &"a"), (&2, &"b"), (&3, &"d")]
        );
        assert_eq!((by.get(&2), by.get(&4), by[&1]), (Some(&"b"), None, "a"));
        *by.of(4) = "e";
        assert!(by.keys().eq(&[1, 2, 3, 4]));
        assert!(by.values().eq(&["a", "b", "d", "e"]));
    }
}
