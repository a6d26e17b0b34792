//! A serializer for sequences: of records, or of values of one field.

use casewise_core::input::{FieldReader, Layout, Misfit, RecordBuilder};
use casewise_core::values::Value;
use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct, Serializer,
};

use super::record::Fill;
use super::value::text_only;
use super::{Abort, Feed, RAW_JSON, RecordMisfit, json};

/// An element of a sequence.
pub(super) enum Item<'i> {
    /// Anything serde can serialise.
    Feed(&'i dyn Element),
    /// JSON text.
    Json(&'i str),
}

/// An element, behind a pointer.
pub(super) trait Element: Feed {
    fn read(&self, field: &FieldReader) -> Result<Value, Misfit>;
}

impl<T: Serialize> Element for T {
    fn read(&self, field: &FieldReader) -> Result<Value, Misfit> {
        super::read(field, self)
    }
}

/// What takes the elements.
pub(super) trait SequenceSink {
    fn item(&mut self, item: Item<'_>);
}

/// Reads records until one does not fit.
pub(super) struct Records<'l> {
    pub(super) layout: &'l Layout,
    pub(super) records: Vec<Box<[Value]>>,
    pub(super) misfit: Option<RecordMisfit>,
}

impl SequenceSink for Records<'_> {
    fn item(&mut self, item: Item<'_>) {
        if self.misfit.is_some() {
            return;
        }
        let read = match item {
            Item::Feed(element) => super::record(self.layout, element),
            Item::Json(text) => {
                let mut record = RecordBuilder::new(self.layout);
                json::object(text, &mut Fill(&mut record)).map_err(|Abort(misfit)| (None, misfit)).and_then(
                    |()| {
                        let names = if record.absent().is_some() { json_names(text) } else { Vec::new() };
                        let finished = record.finish(names.iter().map(String::as_str));
                        finished.map_err(|(field, misfit)| (Some(field), misfit))
                    },
                )
            }
        };
        match read {
            Ok(values) => self.records.push(values.into()),
            Err((field, misfit)) => {
                self.misfit = Some(RecordMisfit { row: Some(self.records.len()), field, misfit });
            }
        }
    }
}

fn json_names(text: &str) -> Vec<String> {
    let mut names = super::record::Names::default();
    // What cannot be walked has been told already.
    let _ = json::object(text, &mut names);
    names.0
}

/// Reads values until one does not fit.
pub(super) struct Values<'f> {
    pub(super) field: &'f FieldReader,
    pub(super) each: &'f mut dyn FnMut(Value),
    pub(super) count: usize,
    pub(super) misfit: Option<(usize, Misfit)>,
}

impl SequenceSink for Values<'_> {
    fn item(&mut self, item: Item<'_>) {
        if self.misfit.is_some() {
            return;
        }
        let read = match item {
            Item::Feed(element) => element.read(self.field),
            Item::Json(text) => json::value(text, self.field),
        };
        match read {
            Ok(value) => (self.each)(value),
            Err(misfit) => self.misfit = Some((self.count, misfit)),
        }
        self.count += 1;
    }
}

pub(super) struct SequenceSerializer<'s> {
    pub(super) sink: &'s mut dyn SequenceSink,
}

macro_rules! refuse {
    ($($method:ident($($type:ty),*) $found:literal;)*) => {$(
        fn $method(self, $(_: $type),*) -> Result<Self::Ok, Abort> {
            Err(Abort::not_a_sequence($found))
        }
    )*};
}

impl<'s> Serializer for SequenceSerializer<'s> {
    type Ok = ();
    type Error = Abort;
    type SerializeSeq = Elements<'s>;
    type SerializeTuple = Elements<'s>;
    type SerializeTupleStruct = Elements<'s>;
    type SerializeTupleVariant = Impossible<(), Abort>;
    type SerializeMap = Impossible<(), Abort>;
    type SerializeStruct = RawJson<'s>;
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
        serialize_unit_struct(&'static str) "a record";
        serialize_unit_variant(&'static str, u32, &'static str) "a name";
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
        Err(Abort::not_a_sequence("an enum"))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'s>, Abort> {
        Ok(Elements(self.sink))
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'s>, Abort> {
        Ok(Elements(self.sink))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'s>, Abort> {
        Ok(Elements(self.sink))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Abort> {
        Err(Abort::not_a_sequence("an enum"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Abort> {
        Err(Abort::not_a_sequence("a record"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<RawJson<'s>, Abort> {
        if name == RAW_JSON { Ok(RawJson(self.sink)) } else { Err(Abort::not_a_sequence("a record")) }
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Abort> {
        Err(Abort::not_a_sequence("an enum"))
    }
}

pub(super) struct Elements<'s>(&'s mut dyn SequenceSink);

impl Elements<'_> {
    fn take<T: Serialize + ?Sized>(&mut self, element: &T) {
        self.0.item(Item::Feed(&element));
    }
}

impl SerializeSeq for Elements<'_> {
    type Ok = ();
    type Error = Abort;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        self.take(element);
        Ok(())
    }

    fn end(self) -> Result<(), Abort> {
        Ok(())
    }
}

impl SerializeTuple for Elements<'_> {
    type Ok = ();
    type Error = Abort;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        self.take(element);
        Ok(())
    }

    fn end(self) -> Result<(), Abort> {
        Ok(())
    }
}

impl SerializeTupleStruct for Elements<'_> {
    type Ok = ();
    type Error = Abort;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, element: &T) -> Result<(), Abort> {
        self.take(element);
        Ok(())
    }

    fn end(self) -> Result<(), Abort> {
        Ok(())
    }
}

pub(super) struct RawJson<'s>(&'s mut dyn SequenceSink);

impl SerializeStruct for RawJson<'_> {
    type Ok = ();
    type Error = Abort;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Result<(), Abort> {
        let sink = &mut *self.0;
        text_only(value, |text| json::array(text, sink))
    }

    fn end(self) -> Result<(), Abort> {
        Ok(())
    }
}
