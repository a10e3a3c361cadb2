//! Reading what a program of the same build wrote, and nothing else: `postcard` without the ways to fail.
//!
//! A scenario has some three hundred fields. If reading each of them can fail, the ways out of a half-read scenario are much
//! of the code that reads it, 7 KiB of the worker as it is sent. Here the error is a type without values, so the compiler
//! leaves all of them out; what the bytes mean is `postcard`'s alone. Whoever calls this has made sure of the bytes.

use std::fmt;

use serde::de::value::U32Deserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, Error, Expected, IntoDeserializer, MapAccess,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};

/// What these bytes hold.
///
/// # Panics
/// If they were not written for this type.
pub fn read<'de, T: Deserialize<'de>>(bytes: &'de [u8]) -> T {
    let mut trusted = Trusted(bytes);
    match T::deserialize(&mut trusted) {
        Ok(value) if trusted.0.is_empty() => value,
        Ok(_) => corrupt(),
        Err(never) => match never {},
    }
}

/// The bytes still to be read.
struct Trusted<'de>(&'de [u8]);

/// Reading does not fail.
#[derive(Debug)]
enum Never {}

#[cold]
#[inline(never)]
fn corrupt() -> ! {
    panic!("these bytes were not written by this build")
}

impl fmt::Display for Never {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl std::error::Error for Never {}

impl Error for Never {
    fn custom<T: fmt::Display>(_: T) -> Never {
        corrupt()
    }
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Never {
        corrupt()
    }
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Never {
        corrupt()
    }
    fn invalid_length(_: usize, _: &dyn Expected) -> Never {
        corrupt()
    }
    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Never {
        corrupt()
    }
    fn unknown_field(_: &str, _: &'static [&'static str]) -> Never {
        corrupt()
    }
    fn missing_field(_: &'static str) -> Never {
        corrupt()
    }
    fn duplicate_field(_: &'static str) -> Never {
        corrupt()
    }
}

impl<'de> Trusted<'de> {
    #[inline(never)]
    fn take<T: Deserialize<'de>>(&mut self) -> T {
        match postcard::take_from_bytes(self.0) {
            Ok((value, rest)) => {
                self.0 = rest;
                value
            }
            Err(_) => corrupt(),
        }
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.take::<u64>()).unwrap_or_else(|_| corrupt())
    }
}

macro_rules! as_postcard_has_it {
    ($($method:ident $visit:ident $type:ty),+ $(,)?) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
            visitor.$visit(self.take::<$type>())
        })+
    };
}

impl<'de> Deserializer<'de> for &mut Trusted<'de> {
    type Error = Never;

    as_postcard_has_it! {
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
        deserialize_f32 visit_f32 f32, deserialize_f64 visit_f64 f64,
        deserialize_char visit_char char,
        deserialize_str visit_borrowed_str &'de str, deserialize_string visit_borrowed_str &'de str,
        deserialize_bytes visit_borrowed_bytes &'de [u8], deserialize_byte_buf visit_borrowed_bytes &'de [u8],
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        if self.take::<bool>() {
            visitor.visit_some(self)
        } else {
            visitor.visit_none()
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.length();
        visitor.visit_seq(Items { of: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Never> {
        let left = self.length();
        visitor.visit_map(Items { of: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_enum(self)
    }

    // What says of itself what it is, `postcard` does not write.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
        corrupt()
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
        corrupt()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Never> {
        corrupt()
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Fields, one after another; whoever reads them knows how many there are.
struct Fields<'a, 'de>(&'a mut Trusted<'de>);

impl<'de> SeqAccess<'de> for Fields<'_, 'de> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Never> {
        seed.deserialize(&mut *self.0).map(Some)
    }
}

/// So many items, or pairs, that follow one another.
struct Items<'a, 'de> {
    of: &'a mut Trusted<'de>,
    left: usize,
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Never;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Never> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        seed.deserialize(&mut *self.of).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Never;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Never> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Never> {
        seed.deserialize(&mut *self.of)
    }
}

impl<'de> EnumAccess<'de> for &mut Trusted<'de> {
    type Error = Never;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Never> {
        let number: U32Deserializer<Never> = self.take::<u32>().into_deserializer();
        seed.deserialize(number).map(|variant| (variant, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Trusted<'de> {
    type Error = Never;

    fn unit_variant(self) -> Result<(), Never> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Never> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Never> {
        visitor.visit_seq(Fields(self))
    }
}
