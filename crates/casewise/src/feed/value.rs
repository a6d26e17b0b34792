//! A serializer for one value of one field.

use casewise_core::input::{FieldReader, Misfit, Raw, SetReader};
use casewise_core::values::Value;
use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct, Serializer,
};

use super::{Abort, JSON_NUMBER, RAW_JSON, json};

/// Reads a value of the field; the inner result is what the field says to it.
#[derive(Clone, Copy)]
pub(super) struct ValueSerializer<'f> {
    pub(super) field: &'f FieldReader,
}

type Read = Result<Value, Misfit>;

macro_rules! take {
    ($($method:ident($type:ty) $raw:expr;)*) => {$(
        fn $method(self, value: $type) -> Result<Read, Abort> {
            let raw: fn($type) -> Raw<'static> = $raw;
            Ok(self.field.read(raw(value)))
        }
    )*};
}

impl<'f> Serializer for ValueSerializer<'f> {
    type Ok = Read;
    type Error = Abort;
    type SerializeSeq = SetElements<'f>;
    type SerializeTuple = SetElements<'f>;
    type SerializeTupleStruct = SetElements<'f>;
    type SerializeTupleVariant = Impossible<Read, Abort>;
    type SerializeMap = NotAValue<'f>;
    type SerializeStruct = JsonOrNot<'f>;
    type SerializeStructVariant = Impossible<Read, Abort>;

    take! {
        serialize_bool(bool) Raw::Bool;
        serialize_i8(i8) |n| Raw::Int(n.into());
        serialize_i16(i16) |n| Raw::Int(n.into());
        serialize_i32(i32) |n| Raw::Int(n.into());
        serialize_i64(i64) Raw::Int;
        serialize_u8(u8) |n| Raw::UInt(n.into());
        serialize_u16(u16) |n| Raw::UInt(n.into());
        serialize_u32(u32) |n| Raw::UInt(n.into());
        serialize_u64(u64) Raw::UInt;
        serialize_f32(f32) Raw::Float32;
        serialize_f64(f64) Raw::Float;
    }

    fn serialize_i128(self, value: i128) -> Result<Read, Abort> {
        Ok(self.field.read(Raw::Number(&value.to_string())))
    }

    fn serialize_u128(self, value: u128) -> Result<Read, Abort> {
        Ok(self.field.read(Raw::Number(&value.to_string())))
    }

    fn serialize_char(self, value: char) -> Result<Read, Abort> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<Read, Abort> {
        // A set in a CSV cell is a JSON array.
        if self.field.is_set() && text.trim_start().starts_with('[') {
            return Ok(json::value(text.trim(), self.field));
        }
        Ok(self.field.read(Raw::Text(text)))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Read, Abort> {
        Ok(Err(Misfit::found("bytes", self.field.expected())))
    }

    fn serialize_none(self) -> Result<Read, Abort> {
        Ok(self.field.nothing())
    }

    fn serialize_unit(self) -> Result<Read, Abort> {
        Ok(self.field.nothing())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Read, Abort> {
        Ok(self.field.read(Raw::Record))
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Read, Abort> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Read, Abort> {
        Ok(self.field.read(Raw::Text(variant)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Read, Abort> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Read, Abort> {
        Ok(self.field.read(Raw::Record))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<SetElements<'f>, Abort> {
        Ok(SetElements { field: self.field, set: self.field.set_reader() })
    }

    fn serialize_tuple(self, _: usize) -> Result<SetElements<'f>, Abort> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<SetElements<'f>, Abort> {
        self.serialize_seq(None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Abort> {
        Err(Abort(Misfit::found(format!("`{variant}` with values"), self.field.expected())))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<NotAValue<'f>, Abort> {
        Ok(NotAValue(self.field))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<JsonOrNot<'f>, Abort> {
        let kind = match name {
            RAW_JSON => StructKind::RawJson,
            JSON_NUMBER => StructKind::Number,
            _ => StructKind::Other,
        };
        Ok(JsonOrNot { field: self.field, kind, read: None })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Abort> {
        Err(Abort(Misfit::found(format!("`{variant}` with values"), self.field.expected())))
    }
}

/// The elements of a set, or of a sequence where none is expected.
pub(super) struct SetElements<'f> {
    field: &'f FieldReader,
    set: Option<SetReader<'f>>,
}

impl SetElements<'_> {
    fn take<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        match &mut self.set {
            Some(set) => element.serialize(ElementSerializer { set }),
            None => Ok(()),
        }
    }

    fn finish(self) -> Result<Read, Abort> {
        Ok(match self.set {
            Some(set) => set.finish(),
            None => Err(Misfit::found("a sequence", self.field.expected())),
        })
    }
}

impl SerializeSeq for SetElements<'_> {
    type Ok = Read;
    type Error = Abort;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        self.take(element)
    }

    fn end(self) -> Result<Read, Abort> {
        self.finish()
    }
}

impl SerializeTuple for SetElements<'_> {
    type Ok = Read;
    type Error = Abort;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        self.take(element)
    }

    fn end(self) -> Result<Read, Abort> {
        self.finish()
    }
}

impl SerializeTupleStruct for SetElements<'_> {
    type Ok = Read;
    type Error = Abort;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        self.take(element)
    }

    fn end(self) -> Result<Read, Abort> {
        self.finish()
    }
}

/// A map where a value is expected.
pub(super) struct NotAValue<'f>(&'f FieldReader);

impl serde::ser::SerializeMap for NotAValue<'_> {
    type Ok = Read;
    type Error = Abort;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Abort> {
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Abort> {
        Ok(())
    }

    fn end(self) -> Result<Read, Abort> {
        Ok(self.0.read(Raw::Record))
    }
}

enum StructKind {
    RawJson,
    Number,
    Other,
}

/// A struct where a value is expected: `serde_json`'s own, or a mistake.
pub(super) struct JsonOrNot<'f> {
    field: &'f FieldReader,
    kind: StructKind,
    read: Option<Read>,
}

impl SerializeStruct for JsonOrNot<'_> {
    type Ok = Read;
    type Error = Abort;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Abort> {
        let field = self.field;
        let read = match self.kind {
            StructKind::RawJson => text_only(value, |text| Ok(json::value(text, field)))?,
            StructKind::Number => text_only(value, |text| Ok(field.read(Raw::Number(text))))?,
            StructKind::Other => return Ok(()),
        };
        self.read = Some(read);
        Ok(())
    }

    fn end(self) -> Result<Read, Abort> {
        Ok(self.read.unwrap_or_else(|| self.field.read(Raw::Record)))
    }
}

/// Pushes one element of a set.
struct ElementSerializer<'e, 'f> {
    set: &'e mut SetReader<'f>,
}

macro_rules! push {
    ($($method:ident($($name:ident: $type:ty),*) $raw:expr;)*) => {$(
        fn $method(self, $($name: $type),*) -> Result<(), Abort> {
            self.set.push($raw);
            Ok(())
        }
    )*};
}

impl Serializer for ElementSerializer<'_, '_> {
    type Ok = ();
    type Error = Abort;
    type SerializeSeq = Impossible<(), Abort>;
    type SerializeTuple = Impossible<(), Abort>;
    type SerializeTupleStruct = Impossible<(), Abort>;
    type SerializeTupleVariant = Impossible<(), Abort>;
    type SerializeMap = Impossible<(), Abort>;
    type SerializeStruct = Impossible<(), Abort>;
    type SerializeStructVariant = Impossible<(), Abort>;

    push! {
        serialize_bool(value: bool) Raw::Bool(value);
        serialize_i8(value: i8) Raw::Int(value.into());
        serialize_i16(value: i16) Raw::Int(value.into());
        serialize_i32(value: i32) Raw::Int(value.into());
        serialize_i64(value: i64) Raw::Int(value);
        serialize_u8(value: u8) Raw::UInt(value.into());
        serialize_u16(value: u16) Raw::UInt(value.into());
        serialize_u32(value: u32) Raw::UInt(value.into());
        serialize_u64(value: u64) Raw::UInt(value);
        serialize_f32(value: f32) Raw::Float32(value);
        serialize_f64(value: f64) Raw::Float(value);
        serialize_char(value: char) Raw::Text(value.encode_utf8(&mut [0; 4]));
        serialize_str(value: &str) Raw::Text(value);
        serialize_bytes(_value: &[u8]) Raw::Record;
        serialize_none() Raw::Null;
        serialize_unit() Raw::Null;
        serialize_unit_struct(_name: &'static str) Raw::Record;
        serialize_unit_variant(_name: &'static str, _index: u32, variant: &'static str) Raw::Text(variant);
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Abort> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Abort> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Abort> {
        self.set.push(Raw::Record);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Abort> {
        Err(nested())
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Abort> {
        Err(nested())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Abort> {
        Err(nested())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Abort> {
        Err(nested())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Abort> {
        Err(nested())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Abort> {
        Err(nested())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Abort> {
        Err(nested())
    }
}

fn nested() -> Abort {
    Abort(Misfit::found("a sequence or record as an element", "a set of plain values"))
}

/// Calls `take` with a value that serialises as text.
pub(super) fn text_only<T: Serialize + ?Sized, R>(
    value: &T,
    take: impl FnOnce(&str) -> Result<R, Abort>,
) -> Result<R, Abort> {
    let mut take = Some(take);
    let mut result = None;
    value.serialize(TextSerializer(&mut |text| {
        if let Some(take) = take.take() {
            result = Some(take(text));
        }
    }))?;
    result.unwrap_or_else(|| Err(not_text()))
}

fn not_text() -> Abort {
    Abort(Misfit::found("something else", "a name as text"))
}

/// Hands a text on as it is borrowed.
struct TextSerializer<'t>(&'t mut dyn FnMut(&str));

macro_rules! no_text {
    ($($method:ident($($type:ty),*);)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<(), Abort> {
            Err(not_text())
        }
    )*};
}

impl Serializer for TextSerializer<'_> {
    type Ok = ();
    type Error = Abort;
    type SerializeSeq = Impossible<(), Abort>;
    type SerializeTuple = Impossible<(), Abort>;
    type SerializeTupleStruct = Impossible<(), Abort>;
    type SerializeTupleVariant = Impossible<(), Abort>;
    type SerializeMap = Impossible<(), Abort>;
    type SerializeStruct = Impossible<(), Abort>;
    type SerializeStructVariant = Impossible<(), Abort>;

    no_text! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_unit();
        serialize_unit_struct(&'static str);
    }

    fn serialize_char(self, value: char) -> Result<(), Abort> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), Abort> {
        (self.0)(text);
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Abort> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Abort> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Abort> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Abort> {
        Err(not_text())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Abort> {
        Err(not_text())
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Abort> {
        Err(not_text())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Abort> {
        Err(not_text())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Abort> {
        Err(not_text())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Abort> {
        Err(not_text())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Abort> {
        Err(not_text())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Abort> {
        Err(not_text())
    }
}
