//! A scenario as a tree of words: what a file would hold, with nothing left out. Everything of structure works on it, so that
//! a field of a scenario is known to it without being named.

use std::fmt;

use serde::ser::{Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, Serializer};

/// A piece of a scenario.
#[derive(Clone, PartialEq, Debug)]
pub enum Tree {
    /// Not set.
    Nothing,
    /// A number, or a yes or no.
    Bare(String),
    /// A text, or a word of several.
    Text(String),
    /// Several, in order.
    List(Vec<Tree>),
    /// By name, in the order of the format.
    Map(Vec<(String, Tree)>),
    /// A word of several that holds more.
    Choice(String, Box<Tree>),
    /// As it stands in a link: whoever reads it knows whether it is a number, a text or a list.
    Word(String),
}

impl Tree {
    /// The tree of a piece of a scenario.
    pub(super) fn of(it: &impl Serialize) -> Tree {
        it.serialize(Maker)
            .expect("a scenario is made of fields, lists, words and numbers")
    }

    /// The part of this name.
    pub(super) fn get(&self, key: &str) -> Option<&Tree> {
        match self {
            Tree::Map(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, tree)| tree),
            Tree::Choice(name, inner) if name == key => Some(inner),
            Tree::Nothing
            | Tree::Bare(_)
            | Tree::Text(_)
            | Tree::List(_)
            | Tree::Choice(..)
            | Tree::Word(_) => None,
        }
    }

    /// What it is called, if it is a thing with a name.
    pub(super) fn name(&self) -> Option<&str> {
        match self.get("name") {
            Some(Tree::Text(name)) => Some(name),
            Some(_) | None => None,
        }
    }
}

/// What does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unfit(pub String);

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

impl serde::ser::Error for Unfit {
    fn custom<T: fmt::Display>(what: T) -> Unfit {
        Unfit(what.to_string())
    }
}

/// Makes trees.
struct Maker;

fn none_such<T>() -> Result<T, Unfit> {
    Err(Unfit(String::from("no scenario holds such a thing")))
}

macro_rules! bare {
    ($($method:ident $type:ty),+ $(,)?) => {
        $(fn $method(self, value: $type) -> Result<Tree, Unfit> {
            Ok(Tree::Bare(value.to_string()))
        })+
    };
}

impl Serializer for Maker {
    type Ok = Tree;
    type Error = Unfit;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Impossible<Tree, Unfit>;
    type SerializeTupleVariant = Impossible<Tree, Unfit>;
    type SerializeMap = Impossible<Tree, Unfit>;
    type SerializeStruct = Fields;
    type SerializeStructVariant = Impossible<Tree, Unfit>;

    bare! {
        serialize_bool bool, serialize_i8 i8, serialize_i16 i16, serialize_i32 i32, serialize_i64 i64,
        serialize_u8 u8, serialize_u16 u16, serialize_u32 u32, serialize_u64 u64, serialize_f32 f32, serialize_f64 f64,
    }

    fn serialize_char(self, value: char) -> Result<Tree, Unfit> {
        Ok(Tree::Text(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Tree, Unfit> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Tree, Unfit> {
        none_such()
    }

    fn serialize_none(self) -> Result<Tree, Unfit> {
        Ok(Tree::Nothing)
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<Tree, Unfit> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Tree, Unfit> {
        Ok(Tree::Nothing)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Tree, Unfit> {
        Ok(Tree::Nothing)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Tree, Unfit> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Tree, Unfit> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Tree, Unfit> {
        let inner = value.serialize(self)?;
        Ok(Tree::Choice(variant.to_owned(), Box::new(inner)))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Items, Unfit> {
        Ok(Items(Vec::new()))
    }

    fn serialize_tuple(self, _: usize) -> Result<Items, Unfit> {
        Ok(Items(Vec::new()))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unfit> {
        none_such()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unfit> {
        none_such()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unfit> {
        none_such()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields, Unfit> {
        Ok(Fields(Vec::new()))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unfit> {
        none_such()
    }
}

/// A list in the making.
struct Items(Vec<Tree>);

impl SerializeSeq for Items {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unfit> {
        self.0.push(value.serialize(Maker)?);
        Ok(())
    }

    fn end(self) -> Result<Tree, Unfit> {
        Ok(Tree::List(self.0))
    }
}

impl SerializeTuple for Items {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unfit> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Tree, Unfit> {
        SerializeSeq::end(self)
    }
}

/// Fields in the making.
struct Fields(Vec<(String, Tree)>);

impl SerializeStruct for Fields {
    type Ok = Tree;
    type Error = Unfit;

    fn serialize_field<T: ?Sized + Serialize>(&mut self, key: &'static str, value: &T) -> Result<(), Unfit> {
        self.0.push((key.to_owned(), value.serialize(Maker)?));
        Ok(())
    }

    fn end(self) -> Result<Tree, Unfit> {
        Ok(Tree::Map(self.0))
    }
}
