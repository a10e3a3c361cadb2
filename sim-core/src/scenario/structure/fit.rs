//! From a tree back to a scenario, by the same rules as from a file: what does not fit says what would.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, SeqAccess, Unexpected, VariantAccess,
    Visitor,
};

use super::tree::{Tree, Unfit};
use super::words;
use crate::scenario::knobs::nearest_word;

/// Reads a tree as whatever is asked of it. Nothing borrows from the tree.
pub(super) struct Fit<'t>(pub &'t Tree);

impl Error for Unfit {
    fn custom<T: fmt::Display>(what: T) -> Unfit {
        Unfit(what.to_string())
    }
}

impl Fit<'_> {
    /// As a number or a yes or no is written.
    fn bare(&self) -> Result<String, Unfit> {
        match self.0 {
            Tree::Bare(word) => Ok(word.clone()),
            Tree::Word(word) => words::plain(word),
            Tree::Nothing | Tree::Text(_) | Tree::List(_) | Tree::Map(_) | Tree::Choice(..) => {
                Err(self.unlike("a number"))
            }
        }
    }

    fn text(&self) -> Result<String, Unfit> {
        match self.0 {
            Tree::Text(text) => Ok(text.clone()),
            Tree::Word(word) if word == words::NOTHING => Ok(String::new()),
            Tree::Word(word) => words::plain(word),
            Tree::Nothing | Tree::Bare(_) | Tree::List(_) | Tree::Map(_) | Tree::Choice(..) => {
                Err(self.unlike("a text in quotes"))
            }
        }
    }

    fn unlike(&self, expected: &str) -> Unfit {
        let found = match self.0 {
            Tree::Nothing => "nothing",
            Tree::Bare(word) | Tree::Word(word) => {
                return Unfit(format!("found `{word}`, expected {expected}"));
            }
            Tree::Text(text) => return Unfit(format!("found \"{text}\", expected {expected}")),
            Tree::List(_) => "a list",
            Tree::Map(_) | Tree::Choice(..) => "several fields",
        };
        Unfit(format!("found {found}, expected {expected}"))
    }

    fn items<'de, V: Visitor<'de>>(&self, visitor: V) -> Result<V::Value, Unfit> {
        let items = match self.0 {
            Tree::List(items) => items.clone(),
            Tree::Word(word) if word == words::NOTHING => Vec::new(),
            Tree::Word(word) => word.split(',').map(|item| Tree::Word(item.to_owned())).collect(),
            Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::Map(_) | Tree::Choice(..) => {
                return Err(self.unlike("a list"));
            }
        };
        let count = items.len();
        let mut left = Items(items.into_iter());
        let value = visitor.visit_seq(&mut left)?;
        match left.0.len() {
            0 => Ok(value),
            more => Err(Unfit(format!("{count} items are {more} too many"))),
        }
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            let bare = self.bare()?;
            match bare.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => Err(Unfit::invalid_value(Unexpected::Other(&format!("`{bare}`")), &visitor)),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Fit<'_> {
    type Error = Unfit;

    numbers! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16, deserialize_i32 visit_i32 i32,
        deserialize_i64 visit_i64 i64, deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64,
    }

    /// What may be several things: a number if it is written as one.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let number = match self.0 {
            Tree::Bare(_) | Tree::Word(_) => self.bare().unwrap_or_default(),
            Tree::Nothing => return visitor.visit_unit(),
            Tree::Text(text) => return visitor.visit_str(text),
            Tree::List(_) => return self.items(visitor),
            Tree::Map(_) | Tree::Choice(..) => return self.deserialize_map(visitor),
        };
        if let Ok(whole) = number.parse() {
            visitor.visit_u64(whole)
        } else if let Ok(whole) = number.parse() {
            visitor.visit_i64(whole)
        } else if let Ok(yes) = number.parse() {
            visitor.visit_bool(yes)
        } else if number.starts_with(|c: char| c.is_ascii_digit() || c == '-')
            && let Ok(real) = number.parse()
        {
            visitor.visit_f64(real)
        } else {
            visitor.visit_string(self.text()?)
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Tree::Nothing => visitor.visit_none(),
            Tree::Word(word) if word == words::NOTHING => visitor.visit_none(),
            Tree::Bare(_)
            | Tree::Text(_)
            | Tree::List(_)
            | Tree::Map(_)
            | Tree::Choice(..)
            | Tree::Word(_) => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        self.items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.items(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unfit> {
        Err(self.unlike("no fields"))
    }

    /// Field by field in the order in which they are known, whatever the order of the tree: names are compared here once, not
    /// in the code of each of fifty kinds of things.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let Tree::Map(fields) = self.0 else {
            return Err(self.unlike("its fields"));
        };
        if let Some((key, _)) = fields.iter().find(|(key, _)| !names.contains(&key.as_str())) {
            let remedy = match nearest_word(key, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", names.join(", ")),
            };
            return Err(Unfit(format!("unknown field `{key}`; {remedy}")));
        }
        visitor.visit_seq(Fields { names, of: self.0 })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        let (word, inner) = match self.0 {
            Tree::Choice(word, inner) => (word.clone(), Some(&**inner)),
            Tree::Map(fields) if fields.len() == 1 => (fields[0].0.clone(), Some(&fields[0].1)),
            Tree::Nothing | Tree::Bare(_) | Tree::Text(_) | Tree::List(_) | Tree::Map(_) | Tree::Word(_) => {
                (self.text()?, None)
            }
        };
        visitor.visit_enum(Chosen { word, inner })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }
}

/// Items still to be read.
struct Items(std::vec::IntoIter<Tree>);

impl<'de> SeqAccess<'de> for &mut Items {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        match self.0.next() {
            Some(item) => seed.deserialize(Fit(&item)).map(Some),
            None => Ok(None),
        }
    }
}

/// Fields still to be read.
struct Fields<'t> {
    names: &'static [&'static str],
    of: &'t Tree,
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        let Some((name, names)) = self.names.split_first() else {
            return Ok(None);
        };
        self.names = names;
        seed.deserialize(Fit(self.of.get(name).unwrap_or(&Tree::Nothing)))
            .map(Some)
    }
}

/// One word of several, and what it holds.
struct Chosen<'t> {
    word: String,
    inner: Option<&'t Tree>,
}

impl<'de> EnumAccess<'de> for Chosen<'_> {
    type Error = Unfit;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Unfit> {
        let word: StrDeserializer<'_, Unfit> = self.word.as_str().into_deserializer();
        seed.deserialize(word).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for Chosen<'_> {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        match self.inner {
            None => Ok(()),
            Some(_) => Err(Unfit(format!("`{}` holds nothing more", self.word))),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Unfit> {
        match self.inner {
            Some(inner) => seed.deserialize(Fit(inner)),
            None => Err(Unfit(format!("`{}` holds more: say what", self.word))),
        }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }
}
