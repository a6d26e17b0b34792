//! A serializer for maps and structs that fills the slots of one record by name.

use casewise_core::input::{Layout, RecordBuilder};
use serde::ser::{Impossible, Serialize, SerializeMap, SerializeStruct, Serializer};

use super::value::text_only;
use super::{Abort, RAW_JSON, json};

/// What takes the fields of a record.
pub(crate) trait RecordSink {
    /// The slot of a name; none: its value is not read.
    fn index(&mut self, name: &str) -> Option<usize>;

    /// The layout of the slots.
    fn layout(&self) -> Option<&Layout>;

    /// Takes a value that has been read.
    fn put(&mut self, index: usize, value: ReadValue);

    /// Takes a value as JSON text.
    fn json(&mut self, index: usize, text: &str);
}

pub(crate) type ReadValue = Result<casewise_core::values::Value, casewise_core::input::Misfit>;

/// Fills a record.
pub(super) struct Fill<'r, 'l>(pub(super) &'r mut RecordBuilder<'l>);

impl RecordSink for Fill<'_, '_> {
    fn index(&mut self, name: &str) -> Option<usize> {
        self.0.layout().index(name)
    }

    fn layout(&self) -> Option<&Layout> {
        Some(self.0.layout())
    }

    fn put(&mut self, index: usize, value: ReadValue) {
        self.0.put(index, value);
    }

    fn json(&mut self, index: usize, text: &str) {
        if let Some(field) = self.0.layout().fields().get(index) {
            self.0.put(index, json::value(text, field));
        }
    }
}

/// Remembers the names and reads no value.
#[derive(Default)]
pub(super) struct Names(pub(super) Vec<String>);

impl RecordSink for Names {
    fn index(&mut self, name: &str) -> Option<usize> {
        // Enough for a hint, whatever the record.
        if self.0.len() < 1000 {
            self.0.push(name.to_owned());
        }
        None
    }

    fn layout(&self) -> Option<&Layout> {
        None
    }

    fn put(&mut self, _: usize, _: ReadValue) {}

    fn json(&mut self, _: usize, _: &str) {}
}

/// Reads one field.
pub(super) struct OneField<'l> {
    pub(super) layout: &'l Layout,
    pub(super) index: usize,
    pub(super) read: Option<ReadValue>,
}

impl RecordSink for OneField<'_> {
    fn index(&mut self, name: &str) -> Option<usize> {
        self.layout.index(name).filter(|index| *index == self.index)
    }

    fn layout(&self) -> Option<&Layout> {
        Some(self.layout)
    }

    fn put(&mut self, _: usize, value: ReadValue) {
        self.read = Some(value);
    }

    fn json(&mut self, index: usize, text: &str) {
        self.read = self.layout.fields().get(index).map(|field| json::value(text, field));
    }
}

pub(super) struct RecordSerializer<'s> {
    pub(super) sink: &'s mut dyn RecordSink,
}

impl RecordSerializer<'_> {
    fn field<T: Serialize + ?Sized>(&mut self, index: Option<usize>, value: &T) {
        let Some(index) = index else { return };
        let field = self.sink.layout().and_then(|layout| layout.fields().get(index));
        if let Some(field) = field {
            let read = super::read(field, value);
            self.sink.put(index, read);
        }
    }
}

macro_rules! refuse {
    ($($method:ident($($type:ty),*) $found:literal;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<Self::Ok, Abort> {
            Err(Abort::not_a_record($found))
        }
    )*};
}

impl<'s> Serializer for RecordSerializer<'s> {
    type Ok = ();
    type Error = Abort;
    type SerializeSeq = Impossible<(), Abort>;
    type SerializeTuple = Impossible<(), Abort>;
    type SerializeTupleStruct = Impossible<(), Abort>;
    type SerializeTupleVariant = Impossible<(), Abort>;
    type SerializeMap = MapFields<'s>;
    type SerializeStruct = StructFields<'s>;
    type SerializeStructVariant = Impossible<(), Abort>;

    refuse! {
        serialize_bool(bool) "a bool";
        serialize_i8(i8) "a number";
        serialize_i16(i16) "a number";
        serialize_i32(i32) "a number";
        serialize_i64(i64) "a number";
        serialize_u8(u8) "a number";
        serialize_u16(u16) "a number";
        serialize_u32(u32) "a number";
        serialize_u64(u64) "a number";
        serialize_f32(f32) "a number";
        serialize_f64(f64) "a number";
        serialize_char(char) "text";
        serialize_str(&str) "text";
        serialize_bytes(&[u8]) "bytes";
        serialize_none() "nothing";
        serialize_unit() "nothing";
        serialize_unit_variant(&'static str, u32, &'static str) "a name";
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Abort> {
        // A struct without fields is a record without fields.
        Ok(())
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
        Err(Abort::not_a_record("an enum"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Abort> {
        Err(Abort::not_a_record("a sequence"))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Abort> {
        Err(Abort::not_a_record("a sequence"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Abort> {
        Err(Abort::not_a_record("a sequence"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Abort> {
        Err(Abort::not_a_record("an enum"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<MapFields<'s>, Abort> {
        Ok(MapFields { record: self, pending: None })
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<StructFields<'s>, Abort> {
        Ok(StructFields { record: self, raw_json: name == RAW_JSON })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Abort> {
        Err(Abort::not_a_record("an enum"))
    }
}

pub(super) struct MapFields<'s> {
    record: RecordSerializer<'s>,
    pending: Option<usize>,
}

impl SerializeMap for MapFields<'_> {
    type Ok = ();
    type Error = Abort;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Abort> {
        let sink = &mut *self.record.sink;
        self.pending = text_only(key, |name| Ok(sink.index(name)))?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Abort> {
        let pending = self.pending.take();
        self.record.field(pending, value);
        Ok(())
    }

    fn end(self) -> Result<(), Abort> {
        Ok(())
    }
}

pub(super) struct StructFields<'s> {
    record: RecordSerializer<'s>,
    raw_json: bool,
}

impl SerializeStruct for StructFields<'_> {
    type Ok = ();
    type Error = Abort;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Abort> {
        if self.raw_json {
            let sink = &mut *self.record.sink;
            return text_only(value, |text| json::object(text, sink));
        }
        let index = self.record.sink.index(name);
        self.record.field(index, value);
        Ok(())
    }

    fn end(self) -> Result<(), Abort> {
        Ok(())
    }
}
